/**
 * What a magnet link or an address brings is known once its server has it. So nobody could be asked before it was added
 * whose files it would replace; it is asked then, before the torrent has written anything where its server can wait
 * with that, and else as soon as its list shows what it holds.
 *
 *   added ─▶ watched ─▶ its files are known ─┬─ they harm nobody ─▶ started, if it waited for this ─▶ over
 *                                            └─ they do, or nobody can say ─▶ stopped, one alert
 *                                                  └─ a person started it, or it left its server ─▶ over
 *
 * What a person stopped while it waited is not started; what is stopped for others stays so however long that takes.
 *
 * Until then, and while it is stopped so, rules leave it alone. All of it is known after a restart. Whoever sees its
 * server reads the alert, so it names nothing of other servers.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import {objectionToTouching} from '#executor/guards/files-of-others.ts'
import {ruleActor} from '#executor/rule-entry.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Access} from '#model/access.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {LinkAdded} from '#model/command.ts'
import type {Executor} from '#model/services.ts'
import {isRunning, type TorrentRecord, type TorrentState} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR} from '#model/units.ts'
import type {DoubtNames} from '#ownership/doubts.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface LinkWatchDeps extends NoticeDeps {
  readonly fleet: Pick<Fleet, 'get' | 'onChange'>
  readonly ownership: Pick<OwnershipService, 'arrived'>
  readonly words: Pick<DoubtNames, 'server' | 'nameOf' | 'hasLeft'>
  readonly deadlines: Pick<Deadlines, 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly executor: Pick<Executor, 'run'>
  /** Of this program itself. */
  readonly ourselves: Access
}

const ADDED = 'added_link'
const VERSION = 1
/** Who waits for metadata for so long waits for nothing. What is stopped for others is not let go by the time. */
const KEPT_MS = 90 * DAY * 1_000
/** Whose files could not be read, or who was not started or stopped, is looked at again so late; twice as late each time. */
const REST_MS = 30_000
const MOST_REST_MS = HOUR * 1_000
/** Its files lie nowhere for sure in these, or its server does not tell yet where. */
const busy: ReadonlySet<TorrentState> = new Set<TorrentState>(['metadata', 'checking', 'moving', 'unknown'])

/** Kept in the database. */
interface Added extends Omit<LinkAdded, 'start'> {
  readonly key: TorrentKey
  /** `null` = a person stopped it meanwhile. */
  readonly start: LinkAdded['start'] | null
  /** Why it is stopped, for people; `null` = that is not known yet. */
  readonly objection: string | null
  /** It was seen stopped since. */
  readonly isStopped: boolean
}

interface Watched {
  record: DeadlineRecord
  /** It is looked at, or was so lately, by the clock that does not jump. */
  restsUntil: number
  restMs: number
}

export class LinkWatch {
  readonly #parts: LinkWatchDeps
  readonly #watched = new Map<string, Watched>()
  readonly #alerts: ActiveAlerts
  /** Ends the timers of those that are looked at again though nothing changes. */
  readonly #timers = new Map<string, () => void>()
  #stopListening: () => void = () => undefined
  #working: Promise<void> = Promise.resolve()

  constructor(parts: LinkWatchDeps) {
    this.#parts = parts
    this.#alerts = new ActiveAlerts(parts)
    for (const record of parts.deadlines.ofKind(ADDED))
      if (record.version === VERSION)
        this.#watched.set(record.subject, {record, restsUntil: 0, restMs: REST_MS})
  }

  start(): void {
    const {fleet, deadlines} = this.#parts
    for (const [name, {record}] of this.#watched) {
      if (addedOf(record).objection !== null) this.#tell(addedOf(record))
      this.#look(name)
    }
    this.#stopListening = fleet.onChange(({added, changed, removed}) => {
      if (this.#watched.size === 0) return
      this.#forget(removed.map(({key}) => keyText(key)))
      this.#forget(
        [...this.#watched]
          .filter(([name, {record}]) => addedOf(record).objection === null && deadlines.isOver(ADDED, name))
          .map(([name]) => name),
      )
      if (this.#watched.size === 0) return
      // Few are watched, and what is stopped may change no more: whatever changed, all of them are looked at.
      if (added.length > 0 || changed.length > 0) for (const name of this.#watched.keys()) this.#look(name)
    })
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopListening()
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    await this.#working
  }

  /** Its server took it. */
  async added(key: TorrentKey, about: LinkAdded): Promise<void> {
    const now = this.#parts.clock.now()
    const detail: Added = {key, ...about, objection: null, isStopped: false}
    const subject = keyText(key)
    const record = {kind: ADDED, subject, dueAt: now + KEPT_MS, version: VERSION, detail, createdAt: now}
    this.#watched.set(subject, {record, restsUntil: 0, restMs: REST_MS})
    await this.#write(() => this.#parts.deadlines.set(record))
    this.#look(subject)
  }

  /** Of these nobody waits for anything any more: their files were compared, or who added them accepts everything. */
  forget(keys: readonly TorrentKey[]): void {
    this.#forget(keys.map(keyText))
  }

  /** Whose files it brings is not known yet, or it is stopped for their sake: no rule starts it. */
  isHeld(key: TorrentKey): boolean {
    const watched = this.#watched.get(keyText(key))
    return watched !== undefined && (addedOf(watched.record).objection !== null || isHeld(watched))
  }

  /** Written of commands: who starts what is stopped wants it as it is; what waits and somebody stopped stays so. */
  byHand(entries: readonly JournalEntry[]): void {
    for (const {actor, phase, verb, serverId, hash} of entries) {
      const isByHand = actor.origin === 'user' || actor.origin === 'api'
      if (!isByHand || phase !== 'sending' || serverId === null || hash === null) continue
      const name = keyText({serverId, hash})
      const watched = this.#watched.get(name)
      if (!watched) continue
      const its = addedOf(watched.record)
      if (verb === 'stop') this.#amend(watched, {...its, start: null})
      else if (verb !== 'start' && verb !== 'forceStart') continue
      else if (its.objection === null) this.#amend(watched, {...its, start: verb})
      else this.#forget([name])
    }
  }

  #look(name: string): void {
    const watched = this.#watched.get(name)
    const torrent = watched && this.#parts.fleet.get(addedOf(watched.record).key)
    if (!watched || !torrent || torrent.stale || !torrent.hasMetadata) return
    if (addedOf(watched.record).objection !== null) return this.#lookAgain(name, watched, torrent)
    if (!busy.has(torrent.state) && this.#mayTry(name, watched)) this.#work(() => this.#decide(name, watched))
  }

  /** What should be stopped runs: it was not stopped yet, or somebody started it in its client. */
  #lookAgain(name: string, watched: Watched, torrent: TorrentRecord): void {
    const its = addedOf(watched.record)
    if (torrent.state === 'stopped') {
      if (!its.isStopped) this.#amend(watched, {...its, isStopped: true})
      return
    }
    // An error holds it up for a while, and what is stopped is checked, too: nobody started it for that.
    if (!isRunning(torrent.state) || (its.isStopped && busy.has(torrent.state))) return
    if (its.isStopped) this.#forget([name])
    else if (this.#mayTry(name, watched)) this.#work(async () => void (await this.#order(its.key, 'stop')))
  }

  #mayTry(name: string, watched: Watched): boolean {
    const {clock} = this.#parts
    const now = clock.monotonic()
    if (now < watched.restsUntil) return false
    watched.restsUntil = now + watched.restMs
    // What is stopped changes no more, nor does anything else of a small server.
    this.#timers.get(name)?.()
    const again = () => {
      // A timer may be a moment early.
      watched.restsUntil = 0
      this.#look(name)
    }
    this.#timers.set(name, clock.after(watched.restMs, again))
    watched.restMs = Math.min(2 * watched.restMs, MOST_REST_MS)
    return true
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#working
      .then(work)
      .catch((error: unknown) =>
        this.#parts.log.error({err: error}, 'whose files an added link brings was not found out'),
      )
  }

  async #decide(name: string, watched: Watched): Promise<void> {
    const its = addedOf(watched.record)
    const {key} = its
    const found = await this.#parts.ownership.arrived(key, its.isHeld)
    // It left, or its server does not tell its files yet.
    if (found === null || this.#watched.get(name) !== watched) return
    const words = {...this.#parts.words, sees: (id: ServerId) => id === key.serverId, unseen}
    const no = objectionToTouching({...found, taken: []}, its, key.serverId, words)
    if (no === null) return this.#release(name, watched)
    // What somebody ordered while it was looked at stands.
    const seen = addedOf(watched.record)
    const torrent = this.#parts.fleet.get(key)
    const isStopped = torrent?.state === 'stopped'
    const objection = no.message
    this.#amend(watched, {...seen, objection, isStopped})
    this.#tell({...seen, objection, isStopped})
    if (!isStopped) await this.#order(key, 'stop')
  }

  /** Nobody is harmed. Who waited for this goes on, or is tried again. */
  async #release(name: string, watched: Watched): Promise<void> {
    const its = addedOf(watched.record)
    if (its.isHeld && its.start !== null) {
      // From here on it may be started.
      watched.record = {...watched.record, detail: {...its, isHeld: false}}
      let isStarted = false
      try {
        isStarted = await this.#order(its.key, its.start)
      } finally {
        if (!isStarted)
          watched.record = {...watched.record, detail: {...addedOf(watched.record), isHeld: true}}
      }
      if (!isStarted) return
    }
    this.#forget([name])
  }

  /** @returns false = nothing was sent */
  async #order(key: TorrentKey, verb: 'start' | 'forceStart' | 'stop'): Promise<boolean> {
    const {executor, ourselves} = this.#parts
    const by = {actor: ruleActor(BY), access: ourselves}
    const [sent] = await executor.run({by, keys: [key], command: {verb, args: {}}})
    return sent !== undefined && sent.result.outcome !== 'refused' && sent.result.outcome !== 'failed'
  }

  #tell({key, objection}: Added): void {
    const name = this.#parts.fleet.get(key)?.name ?? key.hash
    this.#alerts.begin(keyText(key), {
      by: BY,
      subject: 'server',
      serverId: key.serverId,
      name: null,
      code: 'link_onto_files',
      args: {info_hash: key.hash},
      message: `${name} was added by a link, and is stopped. ${objection} Start it if you want that; or remove it, without its data.`,
    })
  }

  #amend(watched: Watched, detail: Added): void {
    watched.record = {...watched.record, detail}
    void this.#write(() => this.#parts.deadlines.set(watched.record))
  }

  #forget(names: readonly string[]): void {
    const gone = names.filter((name) => this.#watched.delete(name))
    if (gone.length === 0) return
    for (const name of gone) {
      this.#alerts.end(name)
      this.#timers.get(name)?.()
      this.#timers.delete(name)
    }
    void this.#write(() => this.#parts.deadlines.cancel(ADDED, ...gone))
  }

  /** What can not be written is still known in this life. */
  async #write(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.log.error({err: error}, 'what is known of an added link could not be written down')
    }
  }
}

const BY = 'Links'
const unseen = {torrent: 'a torrent of another server', server: 'another server'}

function addedOf({detail}: DeadlineRecord): Added {
  return detail as Added
}

function isHeld({record}: Watched): boolean {
  return addedOf(record).isHeld
}
