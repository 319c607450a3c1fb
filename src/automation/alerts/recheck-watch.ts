/**
 * What a check of ours finds. A check of a disk that is away finds nothing; its server believes that, and downloads
 * everything again. So each torrent is remembered with what it had before it is told to check, or to look for its files
 * elsewhere, whoever ordered that.
 *
 *   told ─▶ watched ─▶ checked ─┬─ it has what it had ─▶ started, if an error had stopped it ─▶ shown to run ─▶ over
 *                               └─ much is gone: stopped, one alert for its disk, left alone by all rules
 *                                     ├─ it has it again, checked again ─▶ started, if it ran ─▶ shown to run ─▶ over
 *                                     └─ a person started it, or it left its server, or a year passed ─▶ over
 *
 * What was complete and lost much without an order of ours was checked by somebody in its client, or by the client itself
 * at a start: its disk may be away just as well, and its files be there. Whoever did that may want it downloaded again, so
 * it is not stopped; rules may only stop it until it is whole again, or a person starts it here. It says nothing of
 * others on its disk, so those are checked anyway. Who has it beside what is wanted of it, as other files are
 * wanted now, lost nothing. Where less is lost, or of what was not complete, more than a piece, it is said and no more.
 *
 * A Transmission and an rTorrent that found files missing stop permanently: they keep their error when a check finds all of
 * them (3.00), or run again only when they are told to (0.9.8). A qBittorrent goes on by itself (see its client).
 *
 * That a server took a start tells nothing of its end. What its list does not show to run is started again, three times
 * in all, and then the journal says so; what a person stopped here meanwhile stays stopped.
 *
 * All of it is known after a restart. Source: scenarios S32 and S55.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import {diskFolderOf} from '#disk/path-mapping.ts'
import type {Refusal} from '#executor/guards/guard.ts'
import type {LostInCheck} from '#executor/guards/rules/lost-in-check.ts'
import type {OwnOrders, OrderTerms} from '#executor/order-terms.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {systemActor} from '#model/command.ts'
import type {TorrentReader} from '#model/services.ts'
import {isRunning, type TorrentRecord, type TorrentState} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE, sizeText, type Bytes, type EpochMs} from '#model/units.ts'
import {ActiveAlerts, type WatchContext} from './active-alerts.ts'

type Torrents = Pick<
  Fleet,
  'get' | 'rowOf' | 'record' | 'keyAt' | 'valueAt' | 'serverIds' | 'rowsOf' | 'onChange'
>

const CHECKED = 'recheck'
const VERSION = 1
/** Less than this of what it had is a loss, of a torrent that was complete and of others. */
const LEAST_OF_COMPLETE = 0.9
const LEAST_OF_OTHERS = 0.5
/** A check that nobody saw within this time is over. */
const UNSEEN_MS = HOUR * 1_000
/** One of a torrent with an error, which is not shown to be checked after so long, took less than a look at it. */
const QUICK_MS = 20_000
/** What is decided stands until a person decides otherwise; after so long nobody waits for that. */
const KEPT_MS = 365 * DAY * 1_000
/** So often it is looked which of them are that old; not at a start, when the clock may still be wrong. */
const LOOKS_FOR_OLD_MS = HOUR * 1_000
/** A server that goes on downloading is told again to stop so late, and so often. */
const AGAIN_MS = MINUTE * 1_000
const MOST_STOPS = 5
/** What it does not run after so many starts, a minute apart, it will not run. */
const MOST_STARTS = 3
/** Nobody wants other files of so many torrents in one moment: of more no server is asked which it still has. */
const MOST_ASKED = 20
/** Less is lost with the piece that was just coming in, where a client does not tell how large its pieces are. */
const ONE_PIECE: Bytes = 16 * 1024 * 1024
/** Of a disk one line is written in so long, however many torrents of it lost a little one after the other. */
const QUIET_MS = 10 * MINUTE * 1_000
const busy: ReadonlySet<TorrentState> = new Set<TorrentState>(['checking', 'moving', 'unknown'])

/** Kept in the database. */
interface Checked {
  readonly key: TorrentKey
  readonly addedAt: EpochMs | null
  readonly before: Bytes
  /** Of what was wanted of it then. */
  readonly share: number
  readonly wasComplete: boolean
  readonly wasRunning: boolean
  /** It was started past the queue, which spares it the share limits of its server. Absent in what earlier versions wrote. */
  readonly wasForced?: boolean
  /** An error had stopped it. Absent in what earlier versions wrote. */
  readonly hadError?: boolean
  /** We ordered no check: it is neither stopped nor started. Absent in what earlier versions wrote. */
  readonly isOfOthers?: boolean
  readonly lost: Lost | null
}

interface Lost {
  readonly found: Bytes
  /** Its disk, as its server calls it; '' = there is but one. */
  readonly place: string
  /** It was seen stopped since. An error is none: what it held up goes on when it is over, and nobody started it. */
  readonly isStopped: boolean
}

type LostTorrent = Checked & {readonly lost: Lost}

/** What was lost by one cause. */
interface Losses {
  count: number
  /** The figures of the first of them. */
  readonly example: LostInCheck
}

type Order = 'stop' | 'start' | 'forceStart'

/** What a look at a torrent leads to. */
interface Seen {
  /** It is watched no longer. */
  readonly isOver: boolean
  readonly order: Order | null
  /** It has again what a check of ours found gone: it is only to be started. */
  readonly isFound?: boolean
  /** It is not shown to run, however often it was started. */
  readonly isNotRun?: boolean
}

interface NotRun {
  readonly key: TorrentKey
  readonly refusal: string | null
}

const nothingYet: Seen = {isOver: false, order: null}
const over: Seen = {isOver: true, order: null}

/** What a check does not change, and how much there was at the last look. */
interface Known {
  /** Of what is wanted of it. */
  readonly size: Bytes
  readonly addedAt: EpochMs | null
  /** It was complete once, with these files. */
  readonly isWhole: boolean
  /** Of that it had so much. */
  readonly completed: Bytes
}

/** A torrent that lost a little. */
interface Less {
  readonly torrent: TorrentRecord
  readonly before: Bytes
  readonly found: Bytes
}

interface Watched {
  record: DeadlineRecord
  sawCheck: boolean
  starts: number
  /** By the clock that does not jump. */
  startedAt: number
  /** Its list is looked at again, also when it shows nothing new. */
  cancelLook: () => void
  /** Why its last start was not sent. */
  refusal: string | null
  stops: number
  /** By the clock that does not jump. */
  stoppedAt: number
}

export class RecheckWatch {
  readonly #clock: WatchContext['clock']
  readonly #log: WatchContext['log']
  readonly #journal: WatchContext['journal']
  readonly #fleet: Torrents
  readonly #deadlines: Pick<Deadlines, 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #orders: Pick<OwnOrders, 'run'>
  readonly #details: Pick<TorrentReader, 'files'>
  readonly #watched = new Map<string, Watched>()
  /** By cause, kept with every change of what is watched: there may be thousands. */
  readonly #losses = new Map<string, Losses>()
  /** By cause. */
  readonly #alerts: ActiveAlerts
  /** By row. */
  readonly #known = new Map<number, Known>()
  /** By disk of a server: when a line was written of it, by the clock that does not jump. */
  readonly #saidAt = new Map<string, number>()
  #stopListening: () => void = () => undefined
  #working: Promise<void> = Promise.resolve()
  /** By the clock that does not jump. */
  #lookedForOldAt: number

  constructor(
    {board, clock, log, journal}: WatchContext,
    fleet: Torrents,
    deadlines: Pick<Deadlines, 'ofKind' | 'isOver' | 'set' | 'cancel'>,
    orders: Pick<OwnOrders, 'run'>,
    details: Pick<TorrentReader, 'files'>,
  ) {
    this.#clock = clock
    this.#log = log
    this.#journal = journal
    this.#fleet = fleet
    this.#deadlines = deadlines
    this.#orders = orders
    this.#details = details
    this.#alerts = new ActiveAlerts(board)
    this.#lookedForOldAt = clock.monotonic()
    for (const record of deadlines.ofKind(CHECKED)) if (record.version === VERSION) this.#watch(record)
  }

  start(): void {
    for (const {record} of this.#watched.values()) this.#report(checkedOf(record))
    // As they were in the last run: what was checked meanwhile lost it as well.
    for (const id of this.#fleet.serverIds) this.#lookForOthers(this.#fleet.rowsOf(id))
    this.#stopListening = this.#fleet.onChange(({added, changed, removed}) => {
      for (const {row} of removed) this.#known.delete(row)
      if (this.#watched.size > 0) this.#forget(removed.map(({key}) => keyText(key)))
      this.#forgetOld()
      const rows = [...added, ...changed]
      if (this.#watched.size > 0) this.#look(rows)
      this.#lookForOthers(rows)
    })
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopListening()
    for (const {cancelLook} of this.#watched.values()) cancelLook()
    await this.#working
  }

  /**
   * Call before something is sent that has them checked, or look for their files elsewhere. What cannot be written
   * down is watched anyway.
   */
  async begin(keys: readonly TorrentKey[]): Promise<void> {
    const records = keys.flatMap((key) => this.#begun(key) ?? [])
    if (records.length === 0) return
    for (const record of records) this.#watch(record)
    await this.#write(() => this.#deadlines.set(...records))
  }

  /** Of these nothing is checked: their server refused it, or was not reached. What has an error keeps it. */
  notTaken(keys: readonly TorrentKey[]): void {
    const changed = keys.flatMap((key) => {
      const watched = this.#watched.get(keyText(key))
      return watched ? [this.#amend(watched, {...checkedOf(watched.record), hadError: false})] : []
    })
    this.#save(changed)
  }

  /** Of a torrent that came back from the trash, stopped. @param before what it had when it went there */
  async foundLess(key: TorrentKey, before: Bytes): Promise<void> {
    const torrent = this.#fleet.get(key)
    if (!torrent) return
    const now = this.#clock.now()
    const detail: Checked = {
      key,
      before,
      addedAt: torrent.addedAt ?? null,
      share: 1,
      wasComplete: true,
      // Whoever brings it back starts it.
      wasRunning: false,
      lost: lostOf(torrent),
    }
    const subject = keyText(key)
    const record = {kind: CHECKED, subject, dueAt: now + KEPT_MS, version: VERSION, detail, createdAt: now}
    this.#watch(record)
    this.#report(detail)
    await this.#write(() => this.#deadlines.set(record))
  }

  /** `null` = a check took nothing from it, nor one of ours from what lies on its disk. */
  of(key: TorrentKey | null): LostInCheck | null {
    if (key === null || this.#watched.size === 0) return null
    const own = this.#lostOf(keyText(key))
    if (own) return {...figuresOf(own), isOwn: true}
    const place = placeOf(this.#fleet.get(key))
    return this.#losses.get(causeOf(key.serverId, place, false))?.example ?? null
  }

  /** A check found much less of it than there was, and nobody decided yet. */
  isLost(key: TorrentKey): boolean {
    return this.#lostOf(keyText(key)) !== null
  }

  /** Written of commands: who starts what was lost wants it downloaded again; what somebody stopped stays so. */
  manualActions(entries: readonly JournalEntry[]): void {
    const started: string[] = []
    const stopped: DeadlineRecord[] = []
    for (const {actor, phase, verb, serverId, hash} of entries) {
      const isManual = actor.origin === 'user' || actor.origin === 'api'
      if (!isManual || phase !== 'sending' || serverId === null || hash === null) continue
      const name = keyText({serverId, hash})
      const watched = this.#watched.get(name)
      if ((verb === 'start' || verb === 'forceStart') && this.#lostOf(name)) started.push(name)
      else if (verb === 'stop' && watched)
        stopped.push(this.#amend(watched, {...checkedOf(watched.record), hadError: false, wasRunning: false}))
    }
    this.#save(stopped)
    this.#forget(started)
  }

  /** What it had before the first check counts, until it has that again. */
  #begun(key: TorrentKey): DeadlineRecord | null {
    const torrent = this.#fleet.get(key)
    const has = torrent && shareOf(torrent)
    if (!torrent || has === null) return null
    const hadError = isError(torrent.state)
    if (has === 0 && !hadError) return null
    // A qBittorrent that misses files says that it has nothing, of what was whole once as well.
    const wasWhole = torrent.complete || (torrent.state === 'missingFiles' && torrent.completedAt != null)
    const before = wasWhole && has === 0 ? torrent.size! : torrent.completed!
    const subject = keyText(key)
    const earlier = this.#watched.get(subject)
    const former = earlier ? checkedOf(earlier.record) : null
    const isSame = former !== null && former.addedAt === (torrent.addedAt ?? null)
    if (isSame && (former.lost !== null || former.before > before)) return earlier!.record
    const now = this.#clock.now()
    const detail: Checked = {
      key,
      addedAt: torrent.addedAt ?? null,
      before,
      share: wasWhole ? 1 : has,
      wasComplete: wasWhole,
      // What has an error runs again when it is well.
      wasRunning: torrent.state !== 'stopped',
      wasForced: torrent.forceStart === true,
      hadError,
      lost: null,
    }
    return {kind: CHECKED, subject, dueAt: now + KEPT_MS, version: VERSION, detail, createdAt: now}
  }

  /** What torrents lost without an order of ours: much of what was complete is watched, the rest is said. */
  #lookForOthers(rows: readonly number[]): void {
    const records: DeadlineRecord[] = []
    const less: Less[] = []
    for (const row of rows) {
      const found = this.#lostByOthers(row)
      if (found === null) continue
      if ('torrent' in found) less.push(found)
      else records.push(found)
    }
    for (const record of records) this.#watch(record)
    this.#save(records)
    if (records.length > MOST_ASKED) for (const record of records) this.#report(checkedOf(record))
    else if (records.length > 0) this.#after(() => this.#reportUnlessKept(records))
    if (less.length > 0) this.#after(() => this.#say(less))
  }

  #after(work: () => Promise<void>): void {
    this.#working = this.#working
      .then(work)
      .catch((error: unknown) =>
        this.#log.error({err: error}, 'the result of a recheck could not be reported'),
      )
  }

  #lostByOthers(row: number): DeadlineRecord | Less | null {
    const size = this.#fleet.valueAt(row, 'size') ?? 0
    const addedAt = this.#fleet.valueAt(row, 'addedAt') ?? null
    const completed = this.#fleet.valueAt(row, 'completed')
    if (completed === undefined || size === 0) return null
    const known = this.#known.get(row)
    // Another torrent, or others of its files are wanted.
    const isSame = known !== undefined && known.size === size && known.addedAt === addedAt
    const isWhole = this.#fleet.valueAt(row, 'complete') || (isSame && known.isWhole)
    if (!isSame || completed >= known.completed) {
      const isNew = !isSame || known.completed !== completed || known.isWhole !== isWhole
      if (isNew) this.#known.set(row, {size, addedAt, isWhole, completed})
      return null
    }
    const torrent = this.#fleet.record(row)
    // What a client says while it misses files, or still checks, is no end of a check.
    if (!torrent || torrent.stale || torrent.pending.length > 0 || torrent.queuedCheck) return null
    if (busy.has(torrent.state) || isError(torrent.state)) return null
    const subject = keyText(torrent.key)
    // Told already, and what is lost of what a check of ours found is told with that.
    if (this.#watched.has(subject)) return null
    if (!known.isWhole || completed >= size * LEAST_OF_COMPLETE) {
      this.#known.set(row, {size, addedAt, isWhole, completed})
      const isMore = known.completed - completed > (torrent.pieceSize ?? ONE_PIECE)
      return isMore ? {torrent, before: known.completed, found: completed} : null
    }
    const now = this.#clock.now()
    const detail: Checked = {
      key: torrent.key,
      addedAt,
      before: size,
      share: 1,
      wasComplete: true,
      wasRunning: isRunning(torrent.state),
      isOfOthers: true,
      lost: lostOf(torrent),
    }
    return {kind: CHECKED, subject, dueAt: now + KEPT_MS, version: VERSION, detail, createdAt: now}
  }

  /** Who wants others of its files, of the same size, has those of before anyway. */
  async #reportUnlessKept(records: readonly DeadlineRecord[]): Promise<void> {
    for (const record of records) {
      const its = checkedOf(record)
      const isKept = await this.#hasOthers(its.key, its.before)
      const watched = this.#watched.get(record.subject)
      if (watched?.record !== record) continue
      if (isKept) this.#forget([record.subject])
      else this.#report(its)
    }
  }

  /** What it has beside what is wanted of it, it did not lose. @returns false where its server does not tell */
  async #hasOthers(key: TorrentKey, before: Bytes): Promise<boolean> {
    const files = await this.#details.files(key).catch(() => [])
    const held = files.reduce((sum, {size, progress}) => sum + size * progress, 0)
    return held >= before * LEAST_OF_COMPLETE
  }

  /** Nothing is stopped for it: it costs that part once more. One line for each disk. */
  async #say(less: readonly Less[]): Promise<void> {
    const lost: Less[] = []
    for (const it of less)
      if (less.length > MOST_ASKED || !(await this.#hasOthers(it.torrent.key, it.before))) lost.push(it)
    const byDisk = Map.groupBy(lost, ({torrent}) => causeOf(torrent.key.serverId, placeOf(torrent), true))
    const entries = [...byDisk].flatMap(([disk, some]) => {
      const now = this.#clock.monotonic()
      if (now - (this.#saidAt.get(disk) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return []
      this.#saidAt.set(disk, now)
      return [lessEntry(some, this.#clock.now())]
    })
    if (entries.length > 0) await this.#journal.write(entries)
  }

  #look(rows: readonly number[]): void {
    const isFew = this.#watched.size < rows.length
    this.#lookAtAll(isFew ? [...this.#watched.keys()] : rows.map((row) => keyText(this.#fleet.keyAt(row))))
  }

  #lookAtAll(names: readonly string[]): void {
    const orders: Readonly<Record<Order, TorrentKey[]>> = {stop: [], start: [], forceStart: []}
    const ended: string[] = []
    const amended: DeadlineRecord[] = []
    const found: DeadlineRecord[] = []
    const notRun: NotRun[] = []
    for (const name of names) {
      const watched = this.#watched.get(name)
      if (!watched) continue
      const {record} = watched
      const its = checkedOf(record)
      const {isOver, order, isFound = false, isNotRun = false} = this.#lookAt(watched)
      if (watched.record !== record) amended.push(watched.record)
      if (isOver || isFound) ended.push(name)
      if (isFound) found.push({...record, detail: {...its, lost: null, hadError: true}})
      if (isNotRun) notRun.push({key: its.key, refusal: watched.refusal})
      if (order !== null) orders[order].push(its.key)
    }
    this.#save(amended)
    this.#forget(ended)
    for (const record of found) {
      const watched = this.#watch(record)
      watched.sawCheck = true
      const {order} = this.#startAgain(watched)
      if (order !== null) orders[order].push(checkedOf(record).key)
    }
    this.#save(found)
    if (notRun.length > 0) this.#after(() => this.#sayNotRun(notRun))
    for (const verb of ['stop', 'start', 'forceStart'] as const)
      if (orders[verb].length > 0) this.#order(orders[verb], verb)
  }

  #lookAt(watched: Watched): Seen {
    const its = checkedOf(watched.record)
    const row = this.#fleet.rowOf(its.key)
    const torrent = row === null ? null : this.#fleet.record(row)
    // What was known before says nothing of what a check found.
    if (torrent === null || torrent.stale || torrent.pending.includes('state')) return nothingYet
    if (its.addedAt !== (torrent.addedAt ?? null)) return over
    if (busy.has(torrent.state) || torrent.queuedCheck) {
      watched.sawCheck = true
      return nothingYet
    }
    const share = shareOf(torrent)
    if (share === null) return nothingYet
    const least = its.wasComplete ? LEAST_OF_COMPLETE : LEAST_OF_OTHERS
    const isLess = torrent.completed! < its.before * least && share < its.share * least
    if (its.lost === null && !isLess) {
      const passedMs = this.#clock.now() - watched.record.createdAt
      const isChecked = watched.sawCheck || passedMs > QUICK_MS
      // Nothing of what had nothing is told to run: it would come in again.
      const isWhole = torrent.complete || (its.before > 0 && torrent.completed! >= its.before)
      const isToRun = its.hadError === true && !isRunning(torrent.state)
      if (isChecked && isWhole && isToRun) return this.#startAgain(watched)
      return {isOver: watched.sawCheck || watched.starts > 0 || passedMs > UNSEEN_MS, order: null}
    }
    // The error of before: its check has not begun yet.
    if (its.lost === null && its.hadError && !watched.sawCheck && isError(torrent.state)) return nothingYet
    if (its.lost === null) {
      this.#lose(watched, torrent)
      return isRunning(torrent.state) ? this.#stopAgain(watched) : nothingYet
    }
    if (!isLess) {
      const goesOn = !its.isOfOthers && its.wasRunning && !isRunning(torrent.state)
      return goesOn ? {isOver: false, order: null, isFound: true} : over
    }
    // An error holds it up for a while: that says nothing of what anybody wants of it.
    if (isError(torrent.state)) return nothingYet
    if (torrent.state === 'stopped') {
      if (!its.lost.isStopped) this.#amend(watched, {...its, lost: {...its.lost, isStopped: true}})
      return nothingYet
    }
    // Somebody started it in its client.
    if (its.lost.isStopped) return over
    return its.isOfOthers ? nothingYet : this.#stopAgain(watched)
  }

  #lose(watched: Watched, torrent: TorrentRecord): void {
    const its = checkedOf(watched.record)
    const lost = lostOf(torrent)
    this.#amend(watched, {...its, lost})
    this.#report({...its, lost}, torrent.name)
  }

  #stopAgain(watched: Watched): Seen {
    const now = this.#clock.monotonic()
    if (watched.stops >= MOST_STOPS || now - watched.stoppedAt < AGAIN_MS) return nothingYet
    watched.stops++
    watched.stoppedAt = now
    return {isOver: false, order: 'stop'}
  }

  /** What its list does not show to run may have been stopped just after, or not have been reached. */
  #startAgain(watched: Watched): Seen {
    const sinceMs = this.#clock.monotonic() - watched.startedAt
    if (sinceMs < AGAIN_MS) return nothingYet
    if (watched.starts >= MOST_STARTS) return {isOver: true, order: null, isNotRun: true}
    watched.starts++
    watched.startedAt = this.#clock.monotonic()
    watched.cancelLook = this.#clock.after(AGAIN_MS, () => {
      // A timer may be a moment early.
      watched.startedAt = Number.NEGATIVE_INFINITY
      this.#lookAtAll([watched.record.subject])
    })
    const {key, wasForced = false} = checkedOf(watched.record)
    // What is not kept of it its list may still tell.
    const isForced = wasForced || this.#fleet.get(key)?.forceStart === true
    return {isOver: false, order: isForced ? 'forceStart' : 'start'}
  }

  async #sayNotRun(notRun: readonly NotRun[]): Promise<void> {
    await this.#journal.write(
      notRun.map(({key: {serverId, hash}, refusal}) => ({
        id: randomUUIDv7(),
        at: this.#clock.now(),
        actor: systemActor('Checks'),
        subject: 'torrent',
        serverId,
        hash,
        name: this.#fleet.get({serverId, hash})?.name ?? hash,
        verb: 'start',
        args: {},
        ...(refusal === null
          ? {
              phase: 'unconfirmed',
              message: `A check found all of it, and its server does not run it after ${MOST_STARTS} starts. It is not started again.`,
            }
          : {phase: 'refused', message: `A check found all of it, and it is not started. ${refusal}`}),
      })),
    )
  }

  #order(keys: readonly TorrentKey[], verb: Order): void {
    const terms = (key: TorrentKey): OrderTerms => ({
      id: randomUUIDv7(),
      journal: {},
      objection: () => this.#objectionTo(verb, key),
    })
    const send = async () => {
      const termsOf = new Map(keys.map((key) => [keyText(key), terms(key)]))
      const order = {keys, command: {verb, args: {}}, terms: (key: TorrentKey) => termsOf.get(keyText(key))!}
      for (const {key, result} of await this.#orders.run('Checks', order)) {
        const watched = verb === 'stop' ? undefined : this.#watched.get(keyText(key))
        if (watched) watched.refusal = result.outcome === 'refused' ? result.message : null
      }
    }
    this.#working = this.#working
      .then(send)
      .catch((error: unknown) => this.#log.error({err: error, verb}, 'what a check found was not acted on'))
  }

  /** Others are sent first, and a person may decide meanwhile. `null` = it is wanted still */
  #objectionTo(verb: Order, key: TorrentKey): Refusal | null {
    const watched = this.#watched.get(keyText(key))
    const its = watched ? checkedOf(watched.record) : null
    const isWanted = verb === 'stop' ? its !== null && its.lost !== null : its?.hadError === true
    return isWanted
      ? null
      : {code: 'changed_meanwhile', message: 'It changed, or a person decided, before this was sent.'}
  }

  /** @returns what is to be saved */
  #amend(watched: Watched, detail: Checked): DeadlineRecord {
    this.#count(checkedOf(watched.record), -1)
    watched.record = {...watched.record, detail}
    this.#count(detail, 1)
    return watched.record
  }

  /** All in one write. */
  #save(records: readonly DeadlineRecord[]): void {
    if (records.length > 0) void this.#write(() => this.#deadlines.set(...records))
  }

  /** In place of what was known of it. */
  #watch(record: DeadlineRecord): Watched {
    const earlier = this.#watched.get(record.subject)
    if (earlier) this.#count(checkedOf(earlier.record), -1)
    earlier?.cancelLook()
    const watched = watchedOf(record)
    this.#watched.set(record.subject, watched)
    this.#count(checkedOf(record), 1)
    return watched
  }

  #count(its: Checked, by: 1 | -1): void {
    if (!isLostTorrent(its)) return
    const cause = causeOfLoss(its)
    const losses = this.#losses.get(cause) ?? {count: 0, example: {...figuresOf(its), isOwn: false}}
    losses.count += by
    if (losses.count > 0) this.#losses.set(cause, losses)
    else this.#losses.delete(cause)
  }

  /** All in one write. What is not watched is left out. */
  #forget(names: readonly string[]): void {
    const gone: string[] = []
    const causes = new Set<string>()
    for (const name of names) {
      const watched = this.#watched.get(name)
      if (!watched) continue
      const its = checkedOf(watched.record)
      watched.cancelLook()
      this.#watched.delete(name)
      this.#count(its, -1)
      gone.push(name)
      const row = this.#fleet.rowOf(its.key)
      const known = row === null ? undefined : this.#known.get(row)
      // What a check of ours found is known by now.
      if (known) this.#known.set(row!, {...known, completed: this.#fleet.valueAt(row!, 'completed') ?? 0})
      if (!isLostTorrent(its)) continue
      causes.add(causeOfLoss(its))
      // What is not whole by now is to come in again, and is no loss.
      if (row !== null) this.#known.delete(row)
    }
    if (gone.length > 0) void this.#write(() => this.#deadlines.cancel(CHECKED, ...gone))
    for (const cause of causes) if (!this.#losses.has(cause)) this.#alerts.end(cause)
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic()
    if (now - this.#lookedForOldAt < LOOKS_FOR_OLD_MS) return
    this.#lookedForOldAt = now
    this.#forget([...this.#watched.keys()].filter((name) => this.#deadlines.isOver(CHECKED, name)))
  }

  #lostOf(name: string): LostTorrent | null {
    const watched = this.#watched.get(name)
    const its = watched ? checkedOf(watched.record) : null
    return its && isLostTorrent(its) ? its : null
  }

  /** Once for each disk of a server, of checks of ours and of others. */
  #report(its: Checked, name = this.#fleet.get(its.key)?.name ?? its.key.hash): void {
    if (!isLostTorrent(its)) return
    const {before, isOfOthers} = its
    const {serverId} = its.key
    const {found, place} = its.lost
    const where = place === '' ? 'its disk' : place
    this.#alerts.begin(causeOfLoss(its), {
      by: 'Checks',
      subject: 'server',
      serverId,
      name: null,
      code: 'lost_in_check',
      heals: false,
      args: {path: place},
      message: isOfOthers
        ? `${name} had ${sizeText(before)}, and its server has ${sizeText(found)} of it left, without an order from here. Rules may only ` +
          `stop what lost so much on ${where}. See whether the disk is there, then check it again: rules go on when it ` +
          'is whole. Start here what you want downloaded again.'
        : `A check found ${sizeText(found)} of ${sizeText(before)} of ${name}. What a check of ours finds gone from ${where} is ` +
          'stopped and left alone by rules, and they check nothing else there. See whether the disk is there, then check ' +
          'them again: Commodarr starts those that are whole and ran before. Start the ones that you want downloaded again.',
    })
  }

  /** What cannot be written is still known in this life. */
  async #write(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#log.error({err: error}, 'what a check found could not be written down')
    }
  }
}

/** Of one torrent by its name, of several with the first of them. */
function lessEntry(some: readonly Less[], at: EpochMs): JournalEntry {
  const [{torrent, before, found}, ...others] = some as [Less, ...Less[]]
  const bytes = some.reduce((sum, it) => sum + it.before - it.found, 0)
  const place = placeOf(torrent)
  const more = others.length > 0 ? ` So did ${others.length} more there, ${sizeText(bytes)} together.` : ''
  return {
    id: randomUUIDv7(),
    at,
    actor: systemActor('Checks'),
    subject: 'torrent',
    serverId: torrent.key.serverId,
    hash: torrent.key.hash,
    name: torrent.name,
    verb: 'foundLess',
    args: {path: place, before, found, torrents: some.length},
    phase: 'confirmed',
    message: `A check on its server, which was not ordered here, found ${sizeText(before - found)} less than before.${more} ${whatFollows(some)}`,
    isBrief: true,
  }
}

/** A torrent that is stopped downloads nothing until it is started. */
function whatFollows(some: readonly Less[]): string {
  const stopped = some.filter(({torrent}) => !isRunning(torrent.state)).length
  if (stopped === 0) return 'The missing bytes are downloaded again.'
  if (stopped === some.length)
    return some.length === 1
      ? 'It is stopped: the missing bytes are downloaded again once it is started.'
      : 'All of them are stopped: the missing bytes are downloaded again once they are started.'
  const others = stopped === 1 ? '1 is stopped and does' : `${stopped} are stopped and do`
  return `The missing bytes are downloaded again; ${others} so once started.`
}

function watchedOf(record: DeadlineRecord): Watched {
  return {
    record,
    sawCheck: false,
    starts: 0,
    startedAt: Number.NEGATIVE_INFINITY,
    cancelLook: () => {},
    refusal: null,
    stops: 0,
    stoppedAt: Number.NEGATIVE_INFINITY,
  }
}

function isError(state: TorrentState): boolean {
  return state === 'error' || state === 'missingFiles'
}

function checkedOf({detail}: DeadlineRecord): Checked {
  return detail as Checked
}

/** Of what is wanted of it, what it has; `null` = its server does not tell. */
function shareOf({completed, size}: TorrentRecord): number | null {
  return completed === undefined || !size ? null : completed / size
}

function placeOf(torrent: Pick<TorrentRecord, 'savePath'> | null): string {
  return diskFolderOf(torrent?.savePath) ?? ''
}

function lostOf(torrent: TorrentRecord): Lost {
  return {found: torrent.completed ?? 0, place: placeOf(torrent), isStopped: torrent.state === 'stopped'}
}

function isLostTorrent(its: Checked): its is LostTorrent {
  return its.lost !== null
}

/** A check of others says nothing of what else lies on that disk. */
function causeOf(serverId: ServerId, place: string, isOfOthers: boolean): string {
  return `${serverId} ${isOfOthers ? 'others' : 'ours'} ${place}`
}

function causeOfLoss({key, lost, isOfOthers}: LostTorrent): string {
  return causeOf(key.serverId, lost.place, isOfOthers === true)
}

function figuresOf({before, lost: {found, place}}: LostTorrent): Omit<LostInCheck, 'isOwn'> {
  return {before, found, place}
}
