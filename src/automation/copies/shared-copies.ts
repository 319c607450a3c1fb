/**
 * Copies that we made over files of another server, for as long as both have them. Their server may be set to delete the
 * files of what reaches a share limit at any time, and would delete those of the other server then. So it is asked again
 * and again what it does; where it may delete them, an alert says how to end that, and once the share limits of these copies are
 * removed. Whoever sets one there again wants it: then there is only the alert.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {Clock} from '#lib/clock.ts'
import {Rounds} from '#lib/rounds.ts'
import type {Access} from '#model/access.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {systemActor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitWords, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {Executor, FleetReader, LimitEndReader, Presence} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {ActiveAlerts, type AlertBoard} from '../alerts/active-alerts.ts'

export interface SharedCopiesDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly fleet: Pick<FleetReader, 'get'>
  readonly deadlines: Pick<Deadlines, 'ofKind' | 'set' | 'amend' | 'cancel'>
  readonly executor: Pick<Executor, 'run'>
  readonly limitEnds: Pick<LimitEndReader, 'of'>
  /** Of this program itself. */
  readonly ourselves: Access
  readonly presence: (key: TorrentKey) => Presence
}

/** Kept in the database. */
interface SharedCopy {
  readonly source: TorrentKey
  /** The server of the copy. */
  readonly target: ServerId
  /** How often it was tried to remove its limits, of the copy that was there then; `null` = never. */
  readonly freed: {readonly addedAt: EpochMs | null; readonly tries: number} | null
}

const SHARED = 'copy.shares'
const FAILED = 'copies that use files of another server could not be looked at'
const VERSION = 1
/** A qBittorrent acts on its limits every ten seconds. */
const LOOK_MS = 10_000
/** What its server did not take so often it will not take. */
const MOST_TRIES = 3
/** A record ends when one of the two is gone; it is kept for longer than that takes to be seen. */
const KEPT_MS = 365 * DAY * 1_000

export class SharedCopies {
  readonly #parts: SharedCopiesDeps
  /** By the id of the server. */
  readonly #alerts: ActiveAlerts
  readonly #rounds: Rounds
  /** Servers that are being asked: one that takes its time keeps no other waiting. */
  readonly #asked = new Map<ServerId, Promise<void>>()

  constructor(parts: SharedCopiesDeps) {
    this.#parts = parts
    this.#alerts = new ActiveAlerts(parts.board)
    this.#rounds = new Rounds(parts.clock, LOOK_MS, () => this.#look())
  }

  /** Call before files of the one are laid where the other server has its own. @throws {StorageFault} */
  async begin(source: TorrentKey, target: ServerId): Promise<void> {
    const {clock, deadlines} = this.#parts
    const at = clock.now()
    const detail: SharedCopy = {source, target, freed: null}
    const subject = `${keyText(source)} ${target}`
    await deadlines.set({kind: SHARED, subject, version: VERSION, detail, createdAt: at, dueAt: at + KEPT_MS})
  }

  start(): void {
    this.#rounds.start()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    await this.#rounds.stop()
    await Promise.all(this.#asked.values())
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const {deadlines, log} = this.#parts
    try {
      const records = deadlines.ofKind(SHARED).filter(({version}) => version === VERSION)
      const over = records.filter((record) => this.#isOver(sharedOf(record)))
      if (over.length > 0) await deadlines.cancel(SHARED, ...over.map(({subject}) => subject))
      const left = records.filter((record) => !over.includes(record))
      const byServer = Map.groupBy(left, (record) => sharedOf(record).target)
      for (const id of this.#alerts.open) if (!byServer.has(id as ServerId)) this.#alerts.end(id)
      for (const [id, its] of byServer) if (!this.#asked.has(id)) this.#begin(id, its)
    } catch (error) {
      log.error({err: error}, FAILED)
    }
  }

  #begin(id: ServerId, records: readonly DeadlineRecord[]): void {
    const look = this.#lookAt(id, records)
      .catch((error: unknown) => this.#parts.log.error({err: error}, FAILED))
      .finally(() => this.#asked.delete(id))
    this.#asked.set(id, look)
  }

  /** A server that left the configuration keeps its files, and so does a copy there. */
  #isOver({source, target}: SharedCopy): boolean {
    const {presence} = this.#parts
    return presence(source) === 'gone' || presence({serverId: target, hash: source.hash}) === 'gone'
  }

  /** A server that does not answer is asked again; its alert stays. */
  async #lookAt(id: ServerId, records: readonly DeadlineRecord[]): Promise<void> {
    const limited = records.filter((record) => {
      const torrent = this.#parts.fleet.get(copyOf(record))
      return torrent !== null && !hasNoLimit(torrent)
    })
    if (limited.length === 0) return this.#alerts.end(id)
    let ends: ReadonlyMap<string, LimitEnd>
    try {
      ends = await this.#parts.limitEnds.of(
        id,
        limited.map((record) => sharedOf(record).source.hash),
      )
    } catch (error) {
      if (error instanceof CommodarrError) return
      throw error
    }
    const endangered = limited.flatMap((record) => {
      const end = ends.get(sharedOf(record).source.hash)
      return end && takesFiles(end) ? [{record, end}] : []
    })
    const [first] = endangered
    if (!first) return this.#alerts.end(id)
    this.#alerts.begin(id, {
      by: 'Copies',
      subject: 'server',
      serverId: id,
      name: null,
      code: 'shared_at_limit',
      heals: false,
      args: {torrents: endangered.length},
      message:
        `Torrents that Commodarr copied there use files of torrents on another server: ${endangered.length}. ` +
        `${limitWords(first.end)} Commodarr removes the share limits of these copies once, where that server has such.`,
    })
    await this.#free(endangered.map(({record}) => record))
  }

  /** Written down first: one that was freed is not freed again when a person sets a limit. */
  async #free(records: readonly DeadlineRecord[]): Promise<void> {
    const {executor, ourselves, fleet} = this.#parts
    const by = {actor: systemActor('Copies'), access: ourselves}
    const due = records.flatMap((record) => {
      const torrent = fleet.get(copyOf(record))
      const {freed} = sharedOf(record)
      const tries = freed?.addedAt === (torrent?.addedAt ?? null) ? freed.tries : 0
      return torrent && tries < MOST_TRIES ? [{record, torrent, tries}] : []
    })
    // A client that has no idle limit refuses a command with one.
    for (const some of Map.groupBy(due, ({torrent}) => torrent.idleLimit !== undefined).values()) {
      for (const {record, torrent, tries} of some) await this.#amend(record, torrent, tries + 1)
      const hasIdle = some[0]!.torrent.idleLimit !== undefined
      const args = {ratio: null, seedingTime: null, ...(hasIdle && {idleTime: null})}
      const keys = some.map(({torrent}) => torrent.key)
      const results = await executor.run({by, keys, command: {verb: 'setShareLimits', args}})
      for (const [at, {record, torrent}] of some.entries())
        if (results[at]!.result.outcome === 'done') await this.#amend(record, torrent, MOST_TRIES)
    }
  }

  #amend(record: DeadlineRecord, {addedAt}: TorrentRecord, tries: number): Promise<void> {
    const freed = {addedAt: addedAt ?? null, tries}
    return this.#parts.deadlines.amend(record, {...sharedOf(record), freed} satisfies SharedCopy)
  }
}

/** Whatever its server is set to, it reaches no limit. A client that does not tell its limits may have some. */
function hasNoLimit({ratioLimit, seedTimeLimit, idleLimit}: TorrentRecord): boolean {
  return ratioLimit === null && seedTimeLimit === null && (idleLimit ?? null) === null
}

function sharedOf({detail}: DeadlineRecord): SharedCopy {
  return detail as SharedCopy
}

function copyOf(record: DeadlineRecord): TorrentKey {
  const {source, target} = sharedOf(record)
  return {serverId: target, hash: source.hash}
}
