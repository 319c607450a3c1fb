/**
 * sync/maindata of one web session: what the client has acknowledged, and what was sent since.
 *
 *   rid=last sent           the answer arrived: what was kept for sending again is dropped
 *   rid=last acknowledged   the answer was lost: what is kept is sent again, with what changed since
 *   anything else           everything, `full_update`
 *
 * The trap: from 4.6.7 on, of a torrent that changes again before the acknowledgement only its latest part is kept
 * and the earlier one is gone. Before, both are sent.
 */
import type {QbittorrentProfile} from './qbittorrent-profile.ts'
import {magnetOf, nativeRow, trackerFlags, type NativeRow} from './qbittorrent-row.ts'
import type {TrackerTable} from './qbittorrent-trackers.ts'
import type {SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

const LAST_RID = 1_000_000

/** Everything a web session shares with the others of its server. */
interface MaindataDeps {
  readonly world: World
  readonly profile: QbittorrentProfile
  readonly trackers: TrackerTable
  readonly serverState: () => NativeRow
}

interface Unacknowledged {
  torrents: Map<string, NativeRow>
  removed: Set<string>
  rest: Map<string, unknown>
}

export class SimMaindata {
  readonly #parts: MaindataDeps
  #sent = 0
  #acknowledged = 0
  #revision = 0
  #atMs = 0
  /** Hashes the client was told of. */
  #known = new Set<string>()
  /** Rows as last sent. Of a list that the client left early some are missing: those are told by what was touched. */
  #rows = new Map<string, NativeRow>()
  #server: NativeRow = {}
  #categories = new Map<string, string>()
  #tags = new Set<string>()
  #kept: Unacknowledged = nothingKept()

  constructor(parts: MaindataDeps) {
    this.#parts = parts
  }

  answer(rid: number): Iterable<string> {
    if (rid > 0 && rid === this.#sent) {
      this.#kept = nothingKept()
      this.#acknowledged = rid
    } else if (rid <= 0 || rid !== this.#acknowledged) return this.#everything()
    return [this.#changes()]
  }

  /* ───────────────────────────── everything ───────────────────────────── */

  #everything(): Iterable<string> {
    const {world, trackers} = this.#parts
    trackers.catchUp()
    this.#kept = nothingKept()
    this.#rows = new Map()
    // Before 4.6 a list begins a new count, later ones go on.
    this.#sent = this.#parts.profile.losesAnswers ? next(this.#sent) : 1
    this.#acknowledged = 0
    this.#note()
    const listed = [...world.list()]
    this.#known = new Set(listed.map((torrent) => torrent.hash))
    this.#server = this.#parts.serverState()
    this.#categories = new Map(world.categories)
    this.#tags = new Set(world.tags)
    return this.#fullText(listed)
  }

  *#fullText(listed: readonly SimTorrent[]): Generator<string> {
    const {trackers} = this.#parts
    yield `{"categories":${JSON.stringify(this.#categoryObjects(this.#categories))},"full_update":true,`
    yield `"rid":${this.#sent},"server_state":${JSON.stringify(this.#server)},`
    yield `"tags":${JSON.stringify([...this.#tags])},"torrents":{`
    let comma = ''
    for (const torrent of listed) {
      const row = this.#row(torrent)
      this.#rows.set(torrent.hash, row)
      yield `${comma}"${torrent.hash}":${withMagnet(row, torrent)}`
      comma = ','
    }
    yield '},"trackers":{'
    comma = ''
    for (const [url, hashes] of trackers.all()) {
      yield `${comma}${JSON.stringify(url)}:${JSON.stringify(hashes)}`
      comma = ','
    }
    yield '}}'
  }

  /* ───────────────────────────── what changed ───────────────────────────── */

  #changes(): string {
    const {world, trackers} = this.#parts
    trackers.catchUp()
    const since = {revision: this.#revision, atMs: this.#atMs}
    this.#note()
    const changed = world.changedSince(since.revision)
    const removed = world.removedSince(since.revision)
    for (const {hash} of removed) this.#keepRemoved(hash)
    for (const torrent of changed) this.#keepTorrent(torrent, since.atMs)
    this.#keepTrackers(since.revision)
    this.#keepServer()
    this.#keepCategories()
    this.#keepTags()
    this.#sent = next(this.#sent)
    return this.#keptText()
  }

  #keptText(): string {
    const {torrents, removed, rest} = this.#kept
    const answer: Record<string, unknown> = {rid: this.#sent, ...Object.fromEntries(rest)}
    if (torrents.size > 0) answer['torrents'] = Object.fromEntries(torrents)
    if (removed.size > 0) answer['torrents_removed'] = [...removed]
    const keys = Object.keys(answer).sort()
    return JSON.stringify(Object.fromEntries(keys.map((key) => [key, answer[key]])))
  }

  #keepTorrent(torrent: SimTorrent, sinceMs: number): void {
    const {hash} = torrent
    const row = this.#row(torrent)
    const part = this.#part(torrent, row, sinceMs)
    this.#known.add(hash)
    this.#rows.set(hash, row)
    this.#kept.removed.delete(hash)
    if (Object.keys(part).length === 0) return
    const earlier = this.#parts.profile.losesAnswers ? undefined : this.#kept.torrents.get(hash)
    this.#kept.torrents.set(hash, {...earlier, ...part})
  }

  #part(torrent: SimTorrent, row: NativeRow, sinceMs: number): NativeRow {
    if (!this.#known.has(torrent.hash)) return {...row, magnet_uri: magnetOf(torrent)}
    const before = this.#rows.get(torrent.hash)
    if (before) return difference(before, row)
    const {touchedAt} = torrent
    if (touchedAt.activity >= sinceMs || touchedAt.files >= sinceMs) return row
    const fields = narrowAspects.flatMap((aspect) => (touchedAt[aspect] >= sinceMs ? fieldsOf[aspect] : []))
    return Object.fromEntries(fields.filter((field) => field in row).map((field) => [field, row[field]]))
  }

  #keepRemoved(hash: string): void {
    if (!this.#known.delete(hash)) return
    this.#rows.delete(hash)
    this.#kept.torrents.delete(hash)
    this.#kept.removed.add(hash)
  }

  #keepTrackers(since: number): void {
    const changed: Record<string, readonly string[]> = {}
    const removed: string[] = []
    for (const [url, hashes] of this.#parts.trackers.changedSince(since)) {
      if (hashes.length > 0) changed[url] = hashes
      else removed.push(url)
    }
    this.#keepObject('trackers', changed)
    this.#keepList('trackers_removed', removed)
  }

  #keepServer(): void {
    const server = this.#parts.serverState()
    this.#keepObject('server_state', difference(this.#server, server))
    this.#server = server
  }

  #keepCategories(): void {
    const {categories} = this.#parts.world
    const changed = [...categories].filter(([name, path]) => this.#categories.get(name) !== path)
    this.#keepObject('categories', this.#categoryObjects(new Map(changed)))
    this.#keepList(
      'categories_removed',
      [...this.#categories.keys()].filter((name) => !categories.has(name)),
    )
    this.#categories = new Map(categories)
  }

  #keepTags(): void {
    const {tags} = this.#parts.world
    this.#keepList('tags', [...tags.difference(this.#tags)])
    this.#keepList('tags_removed', [...this.#tags.difference(tags)])
    this.#tags = new Set(tags)
  }

  #keepObject(key: string, part: Readonly<Record<string, unknown>>): void {
    if (Object.keys(part).length > 0) this.#kept.rest.set(key, {...this.#earlier(key, {}), ...part})
  }

  #keepList(key: string, part: readonly string[]): void {
    if (part.length > 0) this.#kept.rest.set(key, [...this.#earlier<readonly string[]>(key, []), ...part])
  }

  #earlier<T>(key: string, otherwise: T): T {
    return (this.#kept.rest.get(key) as T | undefined) ?? otherwise
  }

  #categoryObjects(categories: ReadonlyMap<string, string>): Record<string, unknown> {
    return Object.fromEntries([...categories].map(([name, savePath]) => [name, {name, savePath}]))
  }

  #row(torrent: SimTorrent): NativeRow {
    const {world, profile} = this.#parts
    const row = nativeRow(world, profile, torrent)
    return profile.listsPieces ? Object.assign(row, trackerFlags(torrent)) : row
  }

  /** What is read now was read at this moment. */
  /** Before what changed is read: a list that grows meanwhile is told of twice then, and never not at all. */
  #note(): void {
    this.#revision = this.#parts.world.revision
    this.#atMs = this.#parts.world.clock.monotonic()
  }
}

/** The link is the longest field of a row and changes with its trackers only: not kept. */
function withMagnet(row: NativeRow, torrent: SimTorrent): string {
  return `{"magnet_uri":${JSON.stringify(magnetOf(torrent))},${JSON.stringify(row).slice(1)}`
}

function nothingKept(): Unacknowledged {
  return {torrents: new Map(), removed: new Set(), rest: new Map()}
}

function next(rid: number): number {
  return (rid % LAST_RID) + 1
}

function difference(before: NativeRow, after: NativeRow): NativeRow {
  const part: NativeRow = {}
  for (const key in after) if (before[key] !== after[key]) part[key] = after[key]
  return part
}

const narrowAspects = ['labels', 'limits', 'trackers', 'swarm'] as const
const trackerFields = [
  'tracker',
  'trackers_count',
  'reannounce',
  'has_tracker_error',
  'has_other_announce_error',
  'has_tracker_warning',
]
const fieldsOf: {readonly [A in (typeof narrowAspects)[number]]: readonly string[]} = {
  labels: ['category', 'tags'],
  limits: [
    'dl_limit',
    'up_limit',
    'ratio_limit',
    'seeding_time_limit',
    'inactive_seeding_time_limit',
    'super_seeding',
    'seq_dl',
    'f_l_piece_prio',
    'auto_tmm',
  ],
  trackers: trackerFields,
  swarm: [...trackerFields, 'num_complete', 'num_incomplete', 'num_seeds', 'num_leechs'],
}
