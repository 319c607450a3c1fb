/**
 * Moves and additions that were sent, until the list of their server shows them. That a server takes a move tells
 * nothing of its end, which may be hours away or a full disk; that it takes a link tells nothing of the torrent.
 *
 *   sent ────────┬─ its list shows it ──────────────────────────────────▶ confirmed
 *   unconfirmed ─┤  (place and no move; presence, and metadata of a link)
 *                ├─ its list shows the contrary for a minute, read again ──▶ failed
 *                └─ it cannot be seen any more, or it takes too long ─────▶ unconfirmed
 *
 * Nothing is sent again. What the last life of the program left is taken from the journal.
 */
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Presence} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {HOUR, MINUTE} from '#model/units.ts'
import type {AwaitedEntry} from './awaited.ts'

type Seen = Pick<TorrentRecord, 'savePath' | 'state' | 'hasMetadata' | 'message'>

/** What servers list. */
export interface ServerLists {
  /** By a whole list that was read since this program began, of a server that is believed; else unknown. */
  presence(key: TorrentKey): Presence
  /** Reads its list, and all that it tells of these torrents. @returns false = it did not tell it */
  readNow(id: ServerId, hashes: readonly InfoHash[]): Promise<boolean>
}

type LateVerb = 'setLocation' | 'addTorrent'

interface Open {
  readonly verb: LateVerb
  /** Its last line. */
  readonly entry: JournalEntry
  readonly key: TorrentKey
  /** Since when it is known here, by the clock that does not jump. */
  readonly since: number
  /** Since when the list shows the contrary, by the clock that does not jump. */
  contrarySince: number | null
  /** What the list shows may be of before it was sent: it is read again before it counts. */
  isOld: boolean
  /** When the list was last read again for it, by the clock that does not jump. */
  readAt: number | null
  /** It was listed, without its metadata. */
  wasThere: boolean
  /** A later command has another aim. */
  isReplaced: boolean
}

/** What the list says. contrary: it shows that it was not done. over: it can never be seen any more. */
type Finding =
  | {readonly is: 'done'}
  | {readonly is: 'unknown' | 'working' | 'contrary' | 'over'; readonly message: string}

const LOOK_MS = 1_000
/** What has taken hours may take some seconds more. */
const SLOW_LOOK_MS = 30_000
/** Of so many in one look: some 5 ms of everybody's time. */
const PORTION = 500
/** What was taken shows in the list by then, or that it is under way. */
const CONTRARY_MS = MINUTE * 1_000
/** The retention of the journal closes what is older than a day. */
const LONGEST_MS = 20 * HOUR * 1_000

export class LateEffects {
  readonly #lists: ServerLists
  /** What its server last said of a torrent; `null` = nothing. */
  readonly #fleet: {get(key: TorrentKey): Seen | null}
  /** Resolves when the entries are on disk. */
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  /** By the id of the action; what was looked at goes to the end. */
  readonly #open = new Map<string, Open>()
  /** The last move of each torrent, by the text of its key. */
  readonly #lastMove = new Map<string, string>()
  #cancel: () => void = () => {}
  /** When something was last taken, by the clock that does not jump. */
  #takenAt = 0
  #isLooking = false
  /** A look is to come, or under way. */
  #isWaiting = false
  /** When the look is to come, by the clock that does not jump; `null` = none is, or it is under way. */
  #lookAt: number | null = null

  /** @param entries last lines of actions; what is no move and no addition is left as it is */
  constructor(
    lists: ServerLists,
    fleet: {get(key: TorrentKey): Seen | null},
    write: (entries: readonly JournalEntry[]) => Promise<void>,
    clock: Clock,
    log: {error(about: object, text: string): void},
    entries: readonly JournalEntry[],
  ) {
    this.#lists = lists
    this.#fleet = fleet
    this.#write = write
    this.#clock = clock
    this.#log = log
    this.take(entries)
  }

  start(): void {
    this.#isLooking = true
    this.#wait()
  }

  /** Lines of any kind, as they are written. */
  take(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#takeOne(entry)
    this.#wait()
    // A look that waits for what takes hours comes too late for what was just taken.
    const soon = this.#takenAt + LOOK_MS
    if (this.#lookAt === null || this.#lookAt <= soon) return
    this.#cancel()
    this.#isWaiting = false
    this.#wait()
  }

  /** The list of its server has to show what became of it. */
  isOpen(entryId: string): boolean {
    return this.#open.has(entryId)
  }

  /** All whose end its server's list has to show. */
  awaited(): readonly AwaitedEntry[] {
    const endsAt = this.#clock.now() - this.#clock.monotonic() + LONGEST_MS
    return [...this.#open.values()].map(({entry, since}) => ({entry, until: endsAt + since}))
  }

  stop(): void {
    this.#isLooking = false
    this.#open.clear()
    this.#lastMove.clear()
    this.#cancel()
  }

  #takeOne(entry: JournalEntry): void {
    // That stays its last line, whatever its server shows by then.
    const undone = entry.phase === 'undone' ? this.#open.get(entry.id) : undefined
    if (undone) this.#forget(undone)
    const late = lateOf(entry)
    if (late === null || this.#open.get(entry.id)?.entry.phase === 'unconfirmed') return
    const {verb, key} = late
    const open: Open = {
      verb,
      entry,
      key,
      since: this.#clock.monotonic(),
      contrarySince: null,
      isOld: false,
      readAt: null,
      wasThere: false,
      isReplaced: false,
    }
    if (verb === 'setLocation') {
      const before = this.#open.get(this.#lastMove.get(keyText(key)) ?? '')
      if (before && placeAsked(before.entry) !== placeAsked(entry)) before.isReplaced = true
      this.#lastMove.set(keyText(key), entry.id)
      open.isOld = this.#findingOf(open).is === 'done'
    }
    this.#open.set(entry.id, open)
    this.#takenAt = open.since
  }

  #forget({entry: {id}, key}: Open): void {
    this.#open.delete(id)
    if (this.#lastMove.get(keyText(key)) === id) this.#lastMove.delete(keyText(key))
  }

  /** Until the next look, if there is anything to look for. */
  #wait(): void {
    if (!this.#isLooking || this.#isWaiting || this.#open.size === 0) return
    this.#isWaiting = true
    const age = this.#open.size > PORTION ? 0 : this.#clock.monotonic() - this.#takenAt
    const waitMs = Math.min(SLOW_LOOK_MS, Math.max(LOOK_MS, age / 10))
    this.#lookAt = this.#clock.monotonic() + waitMs
    this.#cancel = this.#clock.after(waitMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    this.#lookAt = null
    const some = [...this.#open.values()].slice(0, PORTION)
    for (const open of some) {
      this.#open.delete(open.entry.id)
      this.#open.set(open.entry.id, open)
    }
    const doubtful = some.filter((open) => this.#needsReread(open))
    const answered = await this.#reread(doubtful)
    const ends = some.flatMap((open) => {
      const isReread = answered.has(open.key.serverId) && doubtful.includes(open)
      const end = this.#endOf(open, isReread)
      return end === null ? [] : [{open, end}]
    })
    // What its server never answered, and never showed, stays as it is.
    const lines = ends.flatMap(({open, end}) =>
      end.phase === 'unconfirmed' && open.entry.phase === 'unconfirmed' ? [] : [end],
    )
    try {
      if (lines.length > 0) await this.#write(lines)
      for (const {open} of ends) this.#forget(open)
    } catch (error) {
      const text = 'what became of moves and additions could not be written to the journal; it is tried again'
      this.#log.error({err: error}, text)
    }
    this.#isWaiting = false
    this.#wait()
  }

  /** Also notes since when the list shows the contrary; once a minute at most. */
  #needsReread(open: Open): boolean {
    const {is} = this.#findingOf(open)
    const now = this.#clock.monotonic()
    if (is === 'working') open.wasThere = true
    if (is !== 'done') open.isOld &&= is === 'unknown'
    if (is !== 'contrary') open.contrarySince = null
    else open.contrarySince ??= now
    if (!this.#isLongContrary(open) && !(is === 'done' && open.isOld)) return false
    if (open.readAt !== null && now - open.readAt < CONTRARY_MS) return false
    open.readAt = now
    return true
  }

  #isLongContrary({contrarySince}: Open): boolean {
    return contrarySince !== null && this.#clock.monotonic() - contrarySince >= CONTRARY_MS
  }

  /** @returns the servers that told all of it */
  async #reread(opens: readonly Open[]): Promise<ReadonlySet<ServerId>> {
    const answered = new Set<ServerId>()
    const byServer = Map.groupBy(opens, ({key}) => key.serverId)
    await Promise.all(
      [...byServer].map(async ([id, its]) => {
        // What it does not list it can tell nothing of; its list alone says that.
        const listed = its.filter(({key}) => this.#lists.presence(key) === 'there')
        const hashes = [...new Set(listed.map(({key}) => key.hash))]
        if (await this.#lists.readNow(id, hashes)) answered.add(id)
      }),
    )
    return answered
  }

  /** `null` = it goes on. @param isReread the list is of after what was doubtful */
  #endOf(open: Open, isReread: boolean): JournalEntry | null {
    const {entry, since, isReplaced} = open
    const step = (phase: 'confirmed' | 'unconfirmed', message?: string) =>
      stepAfter(entry, {at: this.#clock.now(), phase, ...(message !== undefined && {message})})
    const found = this.#findingOf(open)
    if (found.is === 'done') return open.isOld && !isReread ? null : step('confirmed')
    if (isReplaced) return step('unconfirmed', 'A later move took its place.')
    if (found.is === 'over') return step('unconfirmed', found.message)
    if (found.is === 'contrary' && isReread && this.#isLongContrary(open))
      return this.#failed(open, found.message)
    if (this.#clock.monotonic() - since < LONGEST_MS) return null
    return step('unconfirmed', `${found.message} It is not waited for any longer.`)
  }

  /** What its server never answered may be listed by another hash: of that nothing is known. */
  #failed({verb, entry}: Open, message: string): JournalEntry {
    const at = this.#clock.now()
    if (verb === 'addTorrent' && entry.phase === 'unconfirmed')
      return stepAfter(entry, {at, phase: 'unconfirmed', message})
    return stepAfter(entry, {at, phase: 'failed', code: failureCodes[verb], message})
  }

  #findingOf(open: Open): Finding {
    const {verb, entry, key, wasThere} = open
    const presence = this.#lists.presence(key)
    const torrent = this.#fleet.get(key)
    if (presence === 'left') return {is: 'over', message: 'Its server left the configuration.'}
    if (presence === 'unknown') return {is: 'unknown', message: 'Its server does not send its list.'}
    if (presence === 'gone' || torrent === null) {
      if (verb === 'setLocation')
        return {is: 'over', message: 'Its server does not list the torrent any more.'}
      if (wasThere) return {is: 'over', message: 'It was removed before its metadata came.'}
      return {is: 'contrary', message: 'Its server does not list it.'}
    }
    return verb === 'setLocation' ? placeFinding(torrent, placeAsked(entry)) : additionFinding(torrent, entry)
  }
}

const failureCodes = {setLocation: 'not_moved', addTorrent: 'not_added'} as const

function placeFinding({savePath, state, message}: Seen, asked: string): Finding {
  if (state === 'moving') return {is: 'working', message: 'Its server still moves it.'}
  if (!savePath) return {is: 'unknown', message: 'Its server does not report where it is.'}
  if (plainPath(savePath) === asked) return {is: 'done'}
  return {
    is: 'contrary',
    message: `It is still at ${savePath}.${message ? ` Its server says: ${message}` : ''}`,
  }
}

function additionFinding({hasMetadata}: Seen, {args}: JournalEntry): Finding {
  const {start, forceStart} = args as {readonly start?: boolean; readonly forceStart?: boolean}
  // What is stopped asks nobody for its metadata.
  if (hasMetadata || !(start || forceStart)) return {is: 'done'}
  return {is: 'working', message: 'It is listed, and its metadata has not come.'}
}

/** `null` = it is no move and no addition that waits to be seen. */
function lateOf(entry: JournalEntry): Pick<Open, 'verb' | 'key'> | null {
  const {verb, serverId, hash, phase, code} = entry
  if (verb !== 'setLocation' && verb !== 'addTorrent') return null
  // With a code it is one without an answer; without, one that was given up here.
  if (phase !== 'sent' && (phase !== 'unconfirmed' || code === undefined)) return null
  return serverId === null || hash === null ? null : {verb, key: {serverId, hash}}
}

function placeAsked({args}: JournalEntry): string {
  return plainPath((args as {readonly path?: string}).path ?? '')
}

/** Servers write a path with their own slashes, and without those at its end. */
function plainPath(path: string): string {
  const slashed = path.replaceAll('\\', '/').replaceAll(/\/{2,}/g, '/')
  return slashed.length > 1 ? slashed.replace(/\/$/, '') : slashed
}
