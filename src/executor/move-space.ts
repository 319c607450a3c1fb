/**
 * Whether the data of torrents has space where a move or a copy brings it: asked before each of them is sent, whoever
 * wants it. Our own look counts first, where a mapping says what we see of the folder; else what its server says of it.
 * What is under way onto the same disk is not free, although the disk says so, until its end is seen.
 *
 *   look (asks disks and servers) ─▶ objection (by what is under way in that moment) ─▶ begin (it counts from here on)
 *
 * What moves take is kept in memory alone: a server that is asked again tells of a move by its state. Which torrents were
 * sent to be moved, the journal tells the next run (`moves-sent.ts`).
 */
import type {Clock} from '#lib/clock.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentState} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {HOUR, type Bytes} from '#model/units.ts'
import type {DestinationQuestions, DestinationSpace} from './destination-space.ts'

interface SeenState {
  readonly state: TorrentState
  /** As it was seen last: its server is away. */
  readonly stale: boolean
}

interface MovingTorrents extends Pick<FleetReader, 'get'> {
  /** Asked of each that moves, by every rule and order: `null` = no server lists it. */
  stateOf(key: TorrentKey): SeenState | null
}

interface MovingServers {
  /** Other servers whose moves count, as they may see the same disk. */
  neighbours(id: ServerId): readonly ServerId[]
  /** How often a server has told of its torrents since its link began; `null` = it has none. */
  polls(id: ServerId): number | null
}

/** What of the space on disks is spoken for beside moves. */
interface SpokenFor {
  /** What has to stay free on any disk. */
  reserve(): Bytes
  copies(): readonly CopyUnderWay[]
}

/** A copy to another server that has not ended. */
export interface CopyUnderWay {
  readonly id: string
  readonly target: ServerId
  /** As that server writes it. */
  readonly savePath: string
  readonly bytes: Bytes
}

/** Where the data of a torrent shall go. */
interface PlannedMove {
  readonly key: TorrentKey
  /** As its server writes it; `null` = nobody can say. */
  readonly folder: string | null
  /** Its server may find nothing that it has to move. */
  readonly mayStay?: boolean
}

/**
 * For people. `not_enough_space` = what has to be copied does not fit; `disk_failed` = it is not where it was, and its
 * server would look for it elsewhere from then on. Else a person may know better.
 */
export interface SpaceObjection {
  readonly code: Extract<ErrorCode, 'not_enough_space' | 'space_unknown' | 'disk_failed'>
  readonly message: string
  /** What has to be copied fits, and the rest of it, or what has to stay free, does not. */
  readonly isShort?: true
}

/** What was seen of the places of some moves. */
export interface SpaceLook {
  /** `null` = there is space for it beside what is under way, and beside those of this look that were taken. */
  objection(key: TorrentKey): SpaceObjection | null
  /** It goes together with those that are asked about next. */
  take(key: TorrentKey): void
  /** It is sent now: its space is not free any more until its end is seen. */
  begin(key: TorrentKey): void
}

/** Nothing moves. */
export const nothingMoves: SpaceLook = {objection: () => null, take() {}, begin() {}}

/** What data takes of a disk. */
interface Need {
  /** That is copied there for certain: what it has. */
  readonly now: Bytes
  /** With what is downloaded there later. */
  readonly all: Bytes
}

interface Seen {
  readonly folder: string
  readonly need: Need
  readonly free: Bytes
  /** Of the folder; `null` = only its server sees it. */
  readonly device: string | null
  /** It lies on another disk now, as we see. */
  readonly isCertain: boolean
}

/** Why nothing is known of the space for it, or why it cannot be moved at all. */
type Unmoved = {readonly why: string} | {readonly gone: string}

interface Move {
  readonly key: TorrentKey
  readonly need: Need
  readonly device: string | null
  /** When it was sent, or its server answered, by the duration clock, ms. */
  at: number
  /** How often its server had told of its torrents then. */
  polls: number
  /** When it was first asked for while its server was away, likewise; `null` = its server is there. */
  awaySince: number | null
  /** Where its server listed it when it was sent. */
  readonly from: string | undefined
  /** Its space is not free. */
  counts: boolean
}

/** Disks of copies that are under way, by the id of the copy. */
type CopyDevices = ReadonlyMap<string, string>

/**
 * A server shows that it moves within a look or two, and within so long; a list that was on its way shows it as it was.
 * One that does not tell of its torrents shows nothing, however long ago it was sent.
 */
const SHOWN_POLLS = 3
const SHOWN_MS = 60_000
/** A server that is away may move on, or be dead: what it has written by then is not free anyway. */
const AWAY_MS = HOUR * 1_000

export class MoveSpace {
  readonly #torrents: MovingTorrents
  readonly #folders: DestinationSpace
  readonly #servers: MovingServers
  readonly #spokenFor: SpokenFor
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #moves = new Map<string, Move>()
  /** Goes up when another move was begun, or one ended. */
  #changes = 0

  constructor(
    torrents: MovingTorrents,
    folders: DestinationSpace,
    servers: MovingServers,
    spokenFor: SpokenFor,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#torrents = torrents
    this.#folders = folders
    this.#servers = servers
    this.#spokenFor = spokenFor
    this.#clock = clock
  }

  /** Asks each disk and each server once for each folder. */
  async look(moves: readonly PlannedMove[]): Promise<SpaceLook> {
    if (moves.length === 0) return nothingMoves
    const [spaces, devices] = [this.#folders.ask(), await this.#copyDevices()]
    const seen = new Map<string, Seen | Unmoved>()
    for (const move of moves) seen.set(keyText(move.key), await this.#see(move, spaces))
    return new Look(seen, {
      changes: () => this.#changes,
      sum: (id, device) => this.#sum(id, device, devices),
      own: (key, device) => this.#own(key, device),
      begin: (move) => this.#begin(move),
      reserve: () => this.#spokenFor.reserve(),
    })
  }

  /** Of one torrent, before it is known whether it shall be moved. */
  async objection(key: TorrentKey, folder: string): Promise<SpaceObjection | null> {
    return (await this.look([{key, folder}])).objection(key)
  }

  /** What moves and copies that are under way still take of a disk of ours that a server maps. */
  async taken(id: ServerId, device: string): Promise<Bytes> {
    return this.#sum(id, device, await this.#copyDevices()).all
  }

  /** It was sent, and no list shows it yet: its data may be where it was, or where it goes. */
  isUnshown(key: TorrentKey): boolean {
    if (this.#moves.size === 0) return false
    const move = this.#underWay(keyText(key))
    return move !== undefined && this.#savePathOf(key) === move.from
  }

  /** It was sent since then, by the duration clock, and no list shows yet that it is there. */
  isMoving(key: TorrentKey, since: number): boolean {
    const move = this.#underWay(keyText(key))
    if (move === undefined || move.at < since) return false
    return this.#torrents.stateOf(key)?.state === 'moving' || this.#savePathOf(key) === move.from
  }

  /** Moves on this server, and on those that may see the same disk. */
  movesAround(id: ServerId): number {
    const servers = this.#around(id)
    let count = 0
    for (const {key} of this.#underWayNow()) if (servers.has(key.serverId)) count++
    return count
  }

  /** Its server did not take it. */
  end(keys: readonly TorrentKey[]): void {
    for (const key of keys) if (this.#moves.delete(keyText(key))) this.#changes++
  }

  /**
   * These were sent before this program began, and nobody knows of a list that shows what came of them. They take no
   * space: where they go is not known any more.
   */
  restore(keys: readonly TorrentKey[]): void {
    for (const key of keys) this.#begin({key, need: nothing, device: null})
  }

  /** Their server answered, or never will: what it told of them before shows nothing. */
  answered(keys: readonly TorrentKey[]): void {
    for (const key of keys) {
      const move = this.#moves.get(keyText(key))
      if (move) Object.assign(move, this.#now(key.serverId))
    }
  }

  /** Before it is sent: whether it goes out is known only then. */
  #begin(move: BegunMove): void {
    const from = this.#savePathOf(move.key)
    this.#moves.set(keyText(move.key), {
      ...move,
      ...this.#now(move.key.serverId),
      awaySince: null,
      from,
      counts: true,
    })
    this.#changes++
  }

  #now(id: ServerId): Pick<Move, 'at' | 'polls'> {
    return {at: this.#clock.monotonic(), polls: this.#servers.polls(id) ?? 0}
  }

  #savePathOf(key: TorrentKey): string | undefined {
    return this.#torrents.get(key)?.savePath
  }

  #around(id: ServerId): ReadonlySet<ServerId> {
    return new Set([id, ...this.#servers.neighbours(id)])
  }

  *#underWayNow(): Iterable<Move> {
    for (const name of this.#moves.keys()) {
      const move = this.#underWay(name)
      if (!move) continue
      const counts = !this.#isLongAway(move)
      if (counts !== move.counts) this.#changes++
      move.counts = counts
      if (counts) yield move
    }
  }

  /** What is over is forgotten. */
  #underWay(name: string): Move | undefined {
    const move = this.#moves.get(name)
    if (!move || !this.#isOver(move)) return move
    this.#moves.delete(name)
    this.#changes++
    return undefined
  }

  /** Its server does not list it any more, or shows that it does not move. */
  #isOver(move: Move): boolean {
    const seen = this.#torrents.stateOf(move.key)
    if (seen === null) return true
    if (seen.state === 'moving' || this.#clock.monotonic() - move.at < SHOWN_MS) return false
    const reported = this.#servers.polls(move.key.serverId) ?? 0
    // A link that was made again counts from the beginning.
    if (reported < move.polls) move.polls = reported
    return reported - move.polls >= SHOWN_POLLS
  }

  /** It was shown as moving, and its server has been away for so long. */
  #isLongAway(move: Move): boolean {
    const seen = this.#torrents.stateOf(move.key)
    const now = this.#clock.monotonic()
    const isAway = seen?.stale === true && seen.state === 'moving'
    move.awaySince = isAway ? (move.awaySince ?? now) : null
    return move.awaySince !== null && now - move.awaySince >= AWAY_MS
  }

  /** What the sum holds of the torrent itself, which moves on from there. */
  #own(key: TorrentKey, device: string | null): Need {
    const own = this.#moves.get(keyText(key))
    return own?.counts && mayBeOne(own.device, device) ? own.need : nothing
  }

  /** Where either disk is not known, they count on servers that may see the same one. */
  #sum(id: ServerId, device: string | null, devices: CopyDevices): Need {
    const near = this.#around(id)
    let sum = nothing
    for (const move of this.#underWayNow())
      if (near.has(move.key.serverId) && mayBeOne(move.device, device)) sum = plus(sum, move.need)
    for (const {id: copy, target, bytes} of this.#spokenFor.copies()) {
      const its = devices.get(copy) ?? null
      const isHere = its !== null && device !== null ? its === device : near.has(target)
      if (isHere) sum = plus(sum, {now: bytes, all: bytes})
    }
    return sum
  }

  async #copyDevices(): Promise<CopyDevices> {
    const devices = new Map<string, string>()
    for (const {id, target, savePath} of this.#spokenFor.copies()) {
      const device = await this.#folders.deviceOf(target, savePath)
      if (device !== null) devices.set(id, device)
    }
    return devices
  }

  async #see({key, folder, mayStay}: PlannedMove, ask: DestinationQuestions): Promise<Seen | Unmoved> {
    const torrent = this.#torrents.get(key)
    if (!torrent?.savePath) return {why: 'Its server does not report where its data is.'}
    const {size, completed} = torrent
    if (size === undefined) return {why: 'Its server does not say how large it is.'}
    // What is not complete may lie in a folder of its own.
    const from = (torrent.complete ? null : torrent.incompletePath) ?? torrent.savePath
    const gone = completed === 0 || mayStay === true ? null : await ask.whyGone(key.serverId, from)
    if (gone !== null) return {gone: `Nothing is moved: ${from}, where its data is, shows nothing. ${gone}`}
    if (folder === null) return {why: 'Its server does not report where its data would be.'}
    const there = await ask.there(key.serverId, folder)
    if ('why' in there) return there
    const here = there.device === null ? null : await ask.deviceOf(key.serverId, torrent.savePath)
    if (here !== null && here === there.device) return {...there, folder, need: nothing, isCertain: true}
    // What is missing is downloaded where it lies then; of what is not told nothing is certain.
    const need = {now: Math.min(completed ?? 0, size), all: size}
    return {...there, folder, need, isCertain: here !== null && mayStay !== true}
  }
}

/** What a look asks of what is under way. */
interface UnderWay {
  /** Another figure = a sum of before does not hold any more. */
  changes(): number
  sum(id: ServerId, device: string | null): Need
  own(key: TorrentKey, device: string | null): Need
  begin(move: BegunMove): void
  reserve(): Bytes
}

/** What is under way onto a disk; `null` = onto one that only its server sees. */
interface Sum {
  readonly device: string | null
  readonly need: Need
}

type BegunMove = Pick<Move, 'key' | 'need' | 'device'>

/**
 * Of the torrents of one server. A sum is kept as long as nobody else begins or ends a move: of thousands that go together
 * each asks for it, onto whichever disk it goes.
 */
class Look implements SpaceLook {
  readonly #seen: ReadonlyMap<string, Seen | Unmoved>
  readonly #underWay: UnderWay
  /** By the place. */
  readonly #sums = new Map<string, Sum>()
  readonly #taken = new Map<string, Need>()
  #at = -1

  constructor(seen: ReadonlyMap<string, Seen | Unmoved>, underWay: UnderWay) {
    this.#seen = seen
    this.#underWay = underWay
  }

  objection(key: TorrentKey): SpaceObjection | null {
    const seen = this.#seen.get(keyText(key))
    if (seen === undefined) return null
    if ('gone' in seen) return {code: 'disk_failed', message: seen.gone}
    if ('why' in seen) return {code: 'space_unknown', message: seen.why}
    const {need, free} = seen
    if (need.all === 0) return null
    const underWay = minus(this.#sumAt(key, seen), this.#underWay.own(key, seen.device))
    const others = plus(underWay, this.#taken.get(placeOf(key, seen)) ?? nothing)
    const {now, all} = plus(need, others)
    const kept = all + this.#underWay.reserve()
    if (free >= kept) return null
    if (free < now) return noRoom(seen, {needed: now, others: others.now, isShort: false})
    if (free < all) return noRoom(seen, {needed: all, others: others.all, isShort: true, what: rest})
    return noRoom(seen, {needed: kept, others: others.all, isShort: true, beside: reserved})
  }

  take(key: TorrentKey): void {
    const seen = this.#seen.get(keyText(key))
    if (seen === undefined || !('need' in seen)) return
    const place = placeOf(key, seen)
    this.#taken.set(place, plus(this.#taken.get(place) ?? nothing, seen.need))
  }

  begin(key: TorrentKey): void {
    const seen = this.#seen.get(keyText(key))
    if (seen === undefined) return
    const {need, device} = 'need' in seen ? seen : {need: nothing, device: null}
    this.#dropOldSums()
    for (const [place, sum] of this.#sums) {
      const others = minus(sum.need, this.#underWay.own(key, sum.device))
      const its = mayBeOne(device, sum.device) ? need : nothing
      this.#sums.set(place, {...sum, need: plus(others, its)})
    }
    this.#underWay.begin({key, need, device})
    this.#at = this.#underWay.changes()
  }

  #sumAt(key: TorrentKey, {device}: Pick<Seen, 'device'>): Need {
    this.#dropOldSums()
    const place = placeOf(key, {device})
    const kept = this.#sums.get(place)
    if (kept !== undefined) return kept.need
    const need = this.#underWay.sum(key.serverId, device)
    // Those of which the end was seen by that are in the sums of before.
    this.#dropOldSums()
    this.#sums.set(place, {device, need})
    return need
  }

  #dropOldSums(): void {
    if (this.#at === this.#underWay.changes()) return
    this.#sums.clear()
    this.#at = this.#underWay.changes()
  }
}

const rest = 'the rest of it, which is downloaded there later,'
const reserved = ', beside what `FreeSpace` keeps free'

interface Shortage {
  readonly needed: Bytes
  readonly others: Bytes
  readonly isShort: boolean
  /** For what there is no room. */
  readonly what?: string
  readonly beside?: string
}

function noRoom(
  {folder, free, isCertain}: Seen,
  {needed, others, isShort, what = 'it', beside = ''}: Shortage,
): SpaceObjection {
  const also = others === 0 ? '' : `, ${others} of them for what is moved or copied there already`
  const unless = isCertain ? '' : ', unless its data lies on that disk already'
  const figures = `${free} bytes are free, and ${needed} are needed${also}.`
  const message = `There is no room for ${what} in ${folder}${beside}${unless}: ${figures}`
  if (!isCertain) return {code: 'space_unknown', message}
  return isShort ? {code: 'space_unknown', message, isShort} : {code: 'not_enough_space', message}
}

const nothing: Need = {now: 0, all: 0}

function plus(one: Need, other: Need): Need {
  return {now: one.now + other.now, all: one.all + other.all}
}

function minus(one: Need, other: Need): Need {
  return {now: one.now - other.now, all: one.all - other.all}
}

/** Of what only its server sees, all that it says is one disk. */
function placeOf({serverId}: TorrentKey, {device}: Pick<Seen, 'device'>): string {
  return device === null ? `server ${serverId}` : `disk ${device}`
}

function mayBeOne(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other
}
