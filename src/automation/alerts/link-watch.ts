/**
 * What a magnet link or an address brings is known once its server has it. So nobody could be asked before it was added
 * whose files it would replace; it is asked then, before the torrent has written anything where its server can wait
 * with that, and else as soon as its list shows what it holds.
 *
 *   added ─▶ watched ─▶ its files are known ─┬─ they harm nobody ─▶ started, if it waited for this ─▶ over
 *                                            │       └─ it is stopped anyway ─▶ looked at again once it runs ─▶ over
 *                                            ├─ nobody can say ─▶ stopped, one alert that says what it waits for
 *                                            │       └─ the server that was away is back, or time passed ─▶ looked at again
 *                                            └─ they do ─▶ stopped, one alert
 *                                                    └─ a person started it, or it left its server ─▶ over
 *
 * What a person stopped while it waited is not started; what is stopped for others stays so however long that takes.
 *
 * A torrent that a list lacks may come back with the next one: it is forgotten when a command removed it, or when its
 * server told its list for half an hour without it.
 *
 * Until then, and while it is stopped so, rules leave it alone. All of it is known after a restart. Whoever sees its
 * server reads the alert, so it names nothing of other servers.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {OwnOrders} from '#executor/order-terms.ts'
import {objectionToTouching} from '#executor/guards/files-of-others.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {Confirmed, LinkAdded} from '#model/command.ts'
import {isRunning, type TorrentRecord, type TorrentState} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import type {DoubtNames} from '#ownership/doubts.ts'
import {isUncertain, type OwnershipService, type TouchedFiles} from '#ownership/ownership.ts'
import {ActiveAlerts, type WatchContext} from './active-alerts.ts'

const ADDED = 'added_link'
const VERSION = 1
/** Who waits for metadata for so long waits for nothing. What is stopped for others is not let go by the time. */
const KEPT_MS = 90 * DAY * 1_000
/** What could not be looked at, started or stopped is tried again so late; twice as late each time. */
const REST_MS = 30_000
const MOST_REST_MS = HOUR * 1_000
/** A torrent that went can be shown again for so long (`fleet/apply.ts`). */
const GONE_MS = 30 * MINUTE * 1_000
/** So often it is looked which of them went, or are too old. */
const SWEEP_MS = 10 * MINUTE * 1_000
const removals: ReadonlySet<string> = new Set(['remove', 'removeWithData'])
/** Its files lie nowhere for sure in these, or its server does not tell yet where. */
const busy: ReadonlySet<TorrentState> = new Set<TorrentState>(['metadata', 'checking', 'moving', 'unknown'])

/** Kept in the database. */
interface Added extends Omit<LinkAdded, 'start'> {
  readonly key: TorrentKey
  /** `null` = a person stopped it meanwhile. */
  readonly start: LinkAdded['start'] | null
  /** Why it is stopped, for people; `null` = that is not known yet. */
  readonly objection: string | null
  /** Nobody could say whose files it brings: it is looked at again. The fields from here on are absent in old records. */
  readonly isDoubt?: boolean
  /** Its files harmed nobody at the last look, and it is stopped anyway. */
  readonly isFree?: boolean
  /** It ran with its files known: what lies there may be its own. */
  readonly hasRun?: boolean
  /** As its server said once its files were known. */
  readonly addedAt?: EpochMs
  /** It was seen stopped since. */
  readonly isStopped: boolean
}

/** Times by the clock that does not jump. */
interface Watched {
  record: DeadlineRecord
  /** It is looked at, or was so lately. */
  restsUntil: number
  restMs: number
  lookedAt: number
  /** Servers that could not say more when it was looked at. */
  waitsFor: ReadonlySet<ServerId>
  /** Since when the list of its server lacks it; `null` = it has it, or nobody looked. */
  goneAt: number | null
  /** A command removes it. */
  isLeaving: boolean
  /** Its server was away when it was to be looked at: that it is back changes no row. */
  wasStale: boolean
  /** It was told to start, and perhaps got that without an answer. */
  isStartOut: boolean
}

export class LinkWatch {
  readonly #clock: WatchContext['clock']
  readonly #log: WatchContext['log']
  readonly #fleet: Pick<Fleet, 'get' | 'rowOf' | 'serverFigures' | 'onChange'>
  readonly #ownership: Pick<OwnershipService, 'arrived' | 'liesAt' | 'serverOf' | 'nameOf' | 'hasLeft'>
  readonly #deadlines: Pick<Deadlines, 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #orders: Pick<OwnOrders, 'run'>
  readonly #watched = new Map<string, Watched>()
  readonly #alerts: ActiveAlerts
  /** Ends the timers of those that are looked at again though nothing changes. */
  readonly #timers = new Map<string, () => void>()
  /** They are being started: from here on that is allowed. */
  readonly #releasing = new Set<string>()
  #stopListening: () => void = () => undefined
  #working: Promise<void> = Promise.resolve()
  #sweptAt: number

  constructor(
    {board, clock, log}: WatchContext,
    fleet: Pick<Fleet, 'get' | 'rowOf' | 'serverFigures' | 'onChange'>,
    ownership: Pick<OwnershipService, 'arrived' | 'liesAt' | 'serverOf' | 'nameOf' | 'hasLeft'>,
    deadlines: Pick<Deadlines, 'ofKind' | 'isOver' | 'set' | 'cancel'>,
    orders: Pick<OwnOrders, 'run'>,
  ) {
    this.#clock = clock
    this.#log = log
    this.#fleet = fleet
    this.#ownership = ownership
    this.#deadlines = deadlines
    this.#orders = orders
    this.#alerts = new ActiveAlerts(board)
    this.#sweptAt = clock.monotonic()
    for (const record of deadlines.ofKind(ADDED))
      if (record.version === VERSION) this.#watched.set(record.subject, watchedOf(record))
  }

  start(): void {
    for (const [name, {record}] of this.#watched) {
      if (addedOf(record).objection !== null) this.#report(addedOf(record))
      this.#look(name)
    }
    this.#stopListening = this.#fleet.onChange(({added, changed, removed, servers}) => {
      if (this.#watched.size === 0) return
      for (const {key} of removed) this.#gone(keyText(key))
      this.#sweep()
      this.#lookAtRows(new Set([...added, ...changed]))
      if (servers.length > 0) this.#lookForAnswers(new Set(servers))
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
    const now = this.#clock.now()
    const detail: Added = {key, ...about, objection: null, isStopped: false}
    const subject = keyText(key)
    const record = {kind: ADDED, subject, dueAt: now + KEPT_MS, version: VERSION, detail, createdAt: now}
    this.#forget([subject])
    this.#watched.set(subject, watchedOf(record))
    await this.#write(() => this.#deadlines.set(record))
    this.#look(subject)
  }

  /** Of these nobody waits for anything any more: their files were compared, or who added them accepts everything. */
  forget(keys: readonly TorrentKey[]): void {
    this.#forget(keys.map(keyText))
  }

  /** Whose files it brings is not known yet, or it is stopped for their sake: no rule starts it. */
  isHeld(key: TorrentKey): boolean {
    const watched = this.#watched.get(keyText(key))
    if (!watched || this.#releasing.has(keyText(key))) return false
    const {objection, isHeld} = addedOf(watched.record)
    return objection !== null || isHeld
  }

  /**
   * Whose files they meet once they are started, asked of servers and disks now: also what was added stopped is compared
   * with what exists before it runs. Of what has no list of files yet the name is looked for; its files are looked at as
   * soon as they are known. @returns by the text of the key; those that run, or are not watched, are not in it
   */
  async touchedBy(keys: readonly TorrentKey[]): Promise<ReadonlyMap<string, TouchedFiles>> {
    const found = new Map<string, TouchedFiles>()
    for (const key of keys) {
      const touched = await this.#touchedBy(keyText(key), key)
      if (touched) found.set(keyText(key), touched)
    }
    return found
  }

  async #touchedBy(name: string, key: TorrentKey): Promise<TouchedFiles | null> {
    const watched = this.#watched.get(name)
    const torrent = watched ? this.#fleet.get(key) : null
    if (!watched || !torrent || this.#releasing.has(name) || runs(torrent)) return null
    if (torrent.hasMetadata) {
      const met = await this.#ownership.arrived(key, isUnwritten(addedOf(watched.record), torrent))
      return {...(met ?? unreadOf(key)), taken: []}
    }
    const {savePath, name: called} = torrent
    // Without a name of its own it is called by its hash.
    if (!savePath || called === '' || called.toLowerCase() === key.hash) return null
    const {landedOn, occupied} = await this.#ownership.liesAt(key, savePath, called, true)
    const own = addedOf(watched.record).hasItsFiles === true
    const byName = {landedOn, occupied: own ? [] : occupied}
    return {taken: [], landedOn: [], occupied: [], doubts: [], byName}
  }

  /** Written of commands: who starts what is stopped wants it as it is; what waits and somebody stopped stays so. */
  manualActions(entries: readonly JournalEntry[]): void {
    for (const {actor, phase, verb, args, serverId, hash} of entries) {
      if (serverId === null || hash === null) continue
      const name = keyText({serverId, hash})
      const watched = this.#watched.get(name)
      if (!watched) continue
      if (removals.has(verb))
        watched.isLeaving = phase === 'sending' || phase === 'sent' || phase === 'confirmed'
      const isManual = actor.origin === 'user' || actor.origin === 'api'
      if (!isManual || phase !== 'sending') continue
      const its = addedOf(watched.record)
      if (verb === 'stop') this.#amend(watched, {...its, start: null})
      else if (verb !== 'start' && verb !== 'forceStart') continue
      else if (its.objection === null) this.#amend(watched, {...its, start: verb, ...confirmedBy(args)})
      else this.#forget([name])
    }
  }

  /** The torrents whose rows changed. */
  #lookAtRows(rows: ReadonlySet<number>): void {
    if (rows.size === 0) return
    for (const [name, {record}] of this.#watched) {
      const row = this.#fleet.rowOf(addedOf(record).key)
      if (row !== null && rows.has(row)) this.#look(name)
    }
  }

  /** What waits for a server that can say more by now, or for its own. */
  #lookForAnswers(servers: ReadonlySet<ServerId>): void {
    const isBack = (id: ServerId) => {
      const server = servers.has(id) ? this.#ownership.serverOf(id) : undefined
      return server !== undefined && (server === null || !isUncertain(server))
    }
    for (const [name, watched] of this.#watched) {
      if (watched.wasStale && servers.has(addedOf(watched.record).key.serverId)) this.#look(name)
      if ([...watched.waitsFor].some(isBack)) {
        watched.waitsFor = noServers
        watched.restMs = REST_MS
        this.#lookIn(name, watched, watched.lookedAt + REST_MS - this.#clock.monotonic())
      }
    }
  }

  /** Its list lacks it: that may be a gap. */
  #gone(name: string): void {
    const watched = this.#watched.get(name)
    if (!watched) return
    if (watched.isLeaving) return this.#forget([name])
    watched.goneAt = this.#clock.monotonic()
    this.#alerts.end(name)
  }

  #sweep(): void {
    const now = this.#clock.monotonic()
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    const over: string[] = []
    for (const [name, watched] of this.#watched) {
      const {key, objection} = addedOf(watched.record)
      const isThere = this.#fleet.get(key) !== null
      if (!isThere) watched.goneAt ??= now
      const {online, syncedAt} = this.#fleet.serverFigures(key.serverId)
      const isGone = watched.goneAt !== null && now - watched.goneAt >= GONE_MS && online && syncedAt !== null
      const isOld = (objection === null || !isThere) && this.#deadlines.isOver(ADDED, name)
      if ((!isThere && isGone) || isOld) over.push(name)
    }
    this.#forget(over)
  }

  #look(name: string): void {
    const watched = this.#watched.get(name)
    const torrent = watched && this.#fleet.get(addedOf(watched.record).key)
    if (!watched || !torrent) return
    watched.wasStale = torrent.stale
    if (torrent.stale) return
    if (!this.#recognise(watched, torrent)) return this.#forget([name])
    if (!torrent.hasMetadata) return
    const {objection, isDoubt, isFree} = addedOf(watched.record)
    if (objection !== null) this.#lookAgain(name, watched, torrent)
    // What is stopped for others stays so; what waits is looked at once it is stopped.
    if (objection !== null && (isDoubt !== true || torrent.state !== 'stopped')) return
    if (isFree === true && !isRunning(torrent.state)) return
    if (!busy.has(torrent.state) && this.#mayTry(name, watched)) this.#work(() => this.#decide(name, watched))
  }

  /**
   * A client may tell another time of addition when it has the files of a magnet link, or starts it: it counts where the
   * files were known before, and its list lacked it meanwhile. @returns false = it is another one of that hash, added again
   */
  #recognise(watched: Watched, torrent: TorrentRecord): boolean {
    const {addedAt, state, hasMetadata} = torrent
    const its = addedOf(watched.record)
    const isOther = its.addedAt !== undefined && addedAt != null && its.addedAt !== addedAt
    if (isOther && watched.goneAt !== null) return false
    const hasRun = its.hasRun === true || (hasMetadata && runs(torrent) && !busy.has(state))
    const known = its.addedAt ?? (hasMetadata ? (addedAt ?? undefined) : undefined)
    if (known !== its.addedAt || hasRun !== (its.hasRun === true))
      this.#amend(watched, {...its, hasRun, ...(known !== undefined && {addedAt: known})})
    if (watched.goneAt !== null) {
      watched.goneAt = null
      if (its.objection !== null) this.#report(its)
    }
    return true
  }

  /** What should be stopped runs: it was not stopped yet, or somebody started it in its client. */
  #lookAgain(name: string, watched: Watched, torrent: TorrentRecord): void {
    const its = addedOf(watched.record)
    // Its list will show what became of what was sent.
    if (isExpected(torrent)) return
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
    const now = this.#clock.monotonic()
    if (now < watched.restsUntil) return false
    watched.lookedAt = now
    // What is stopped changes no more, nor does anything else of a small server.
    this.#lookIn(name, watched, watched.restMs)
    watched.restMs = Math.min(2 * watched.restMs, MOST_REST_MS)
    return true
  }

  #lookIn(name: string, watched: Watched, ms: number): void {
    watched.restsUntil = this.#clock.monotonic() + ms
    this.#timers.get(name)?.()
    const again = () => {
      // A timer may be a moment early.
      watched.restsUntil = 0
      this.#look(name)
    }
    this.#timers.set(name, this.#clock.after(Math.max(0, ms), again))
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#working
      .then(work)
      .catch((error: unknown) =>
        this.#log.error({err: error}, 'whose files an added link brings was not found out'),
      )
  }

  async #decide(name: string, watched: Watched): Promise<void> {
    const its = addedOf(watched.record)
    const {key} = its
    const seenNow = await this.#ownership.arrived(key, isUnwritten(its, this.#fleet.get(key)))
    // Its server may tell its files in a moment. What waits for that longer says so; what runs is not stopped for it.
    const isLong = its.isHeld && this.#fleet.get(key) !== null && watched.restMs > 2 * REST_MS
    const found = seenNow ?? (isLong ? unreadOf(key) : null)
    if (found === null || this.#watched.get(name) !== watched) return
    const no = objectionToTouching({...found, taken: []}, its, key.serverId, this.#namesOn(key.serverId))
    if (no === null) return this.#release(name, watched)
    const isDoubt = no.code === 'content_unknown'
    const silent = found.doubts.flatMap(({serverId}) => {
      const server = serverId === null ? null : this.#ownership.serverOf(serverId)
      return server && isUncertain(server) ? [server.id] : []
    })
    watched.waitsFor = isDoubt ? new Set(silent) : noServers
    // What somebody ordered while it was looked at stands.
    const seen = addedOf(watched.record)
    const isStopped = this.#fleet.get(key)?.state === 'stopped'
    // What ran goes on when nobody is harmed; what is stopped without us was stopped by somebody.
    const isHeld = seen.isHeld || (isDoubt && !isStopped && seen.start !== null)
    const now: Added = {...seen, objection: no.message, isDoubt, isStopped, isHeld, isFree: false}
    const isNews = seen.objection !== now.objection || (seen.isDoubt === true) !== isDoubt
    this.#amend(watched, now)
    if (isNews) {
      this.#alerts.end(name)
      this.#report(now)
    }
    if (!isStopped) await this.#order(key, 'stop')
  }

  /** Who sees its server reads of nothing on others. */
  #namesOn(serverId: ServerId): DoubtNames {
    return {
      server: (id) => this.#ownership.serverOf(id),
      nameOf: (key) => this.#ownership.nameOf(key),
      hasLeft: (id) => this.#ownership.hasLeft(id),
      sees: (id) => id === serverId,
      unseen,
    }
  }

  /** Nobody is harmed. Who waited for this goes on, or is tried again; what is stopped is looked at once it runs. */
  async #release(name: string, watched: Watched): Promise<void> {
    const its = addedOf(watched.record)
    const torrent = this.#fleet.get(its.key)
    if (watched.isStartOut && torrent && runs(torrent)) return this.#forget([name])
    if (its.isHeld && its.start !== null) {
      this.#releasing.add(name)
      watched.isStartOut = true
      try {
        if (await this.#order(its.key, its.start)) this.#forget([name])
      } finally {
        this.#releasing.delete(name)
      }
      return
    }
    // Its list will show whether it runs: until then it is watched on.
    if (torrent && isExpected(torrent)) return
    if (torrent && torrent.state !== 'stopped') return this.#forget([name])
    this.#alerts.end(name)
    this.#timers.get(name)?.()
    watched.restsUntil = 0
    watched.restMs = REST_MS
    this.#amend(watched, {...its, isHeld: false, isFree: true, objection: null, isDoubt: false})
  }

  /** @returns whether its server took it: what got no answer may not have reached it */
  async #order(key: TorrentKey, verb: 'start' | 'forceStart' | 'stop'): Promise<boolean> {
    const [sent] = await this.#orders.run(BY, {keys: [key], command: {verb, args: {}}})
    return sent?.result.outcome === 'done'
  }

  #report({key, objection, isDoubt = false, isHeld, start}: Added): void {
    const name = this.#fleet.get(key)?.name ?? key.hash
    const goesOn = isHeld && start !== null ? ', and starts it when no files of others would be changed' : ''
    this.#alerts.begin(keyText(key), {
      by: BY,
      subject: 'server',
      serverId: key.serverId,
      name: null,
      code: isDoubt ? 'link_waits' : 'link_onto_files',
      heals: isDoubt,
      args: {info_hash: key.hash},
      message: isDoubt
        ? `${name} was added by a link, and waits. ${objection} Commodarr looks again${goesOn}. Start it and confirm that, if you do not want to wait; or remove it, without its data.`
        : `${name} was added by a link, and is stopped. ${objection} Start it and confirm that, if you want it; or remove it, without its data.`,
    })
  }

  #amend(watched: Watched, detail: Added): void {
    watched.record = {...watched.record, detail}
    void this.#write(() => this.#deadlines.set(watched.record))
  }

  #forget(names: readonly string[]): void {
    const gone = names.filter((name) => this.#watched.delete(name))
    if (gone.length === 0) return
    for (const name of gone) {
      this.#alerts.end(name)
      this.#timers.get(name)?.()
      this.#timers.delete(name)
    }
    void this.#write(() => this.#deadlines.cancel(ADDED, ...gone))
  }

  /** What cannot be written is still known in this life. */
  async #write(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#log.error({err: error}, 'what is known of an added link could not be written down')
    }
  }
}

const BY = 'Links'
const noServers: ReadonlySet<ServerId> = new Set()
const unseen = {torrent: 'a torrent of another server', server: 'another server'}

/** What he was told of, and wants anyway, is not stopped when its files are known. */
function confirmedBy(args: JournalEntry['args']): Confirmed {
  const {acceptsOthers, acceptsDoubt} = args as Confirmed
  return {...(acceptsOthers === true && {acceptsOthers}), ...(acceptsDoubt === true && {acceptsDoubt})}
}

/** Its state is that of a command that was sent, and not what its list shows. */
function isExpected({pending}: TorrentRecord): boolean {
  return pending.includes('state')
}

/** By what its server lists. */
function runs(torrent: TorrentRecord): boolean {
  return isRunning(torrent.state) && !isExpected(torrent)
}

function addedOf({detail}: DeadlineRecord): Added {
  return detail as Added
}

function watchedOf(record: DeadlineRecord): Watched {
  return {
    record,
    restsUntil: 0,
    restMs: REST_MS,
    lookedAt: Number.NEGATIVE_INFINITY,
    waitsFor: noServers,
    goneAt: null,
    isLeaving: false,
    wasStale: false,
    isStartOut: false,
  }
}

/** Its server does not tell its files. */
function unreadOf(key: TorrentKey): Omit<TouchedFiles, 'taken'> {
  const unread = {code: 'unread', serverId: key.serverId, torrent: key, detail: ''} as const
  return {landedOn: [], occupied: [], doubts: [unread]}
}

/** It has written nothing yet: what lies there is not its own. */
function isUnwritten({isHeld, hasRun, hasItsFiles}: Added, torrent: TorrentRecord | null): boolean {
  return (
    hasRun !== true &&
    hasItsFiles !== true &&
    (isHeld || (torrent?.state === 'stopped' && torrent.downloaded === 0))
  )
}
