/**
 * One torrent of a simulated server, protocol neutral: the faces (`qbittorrent.ts`, `transmission.ts`, `rtorrent.ts`)
 * put it into their own words. Units: bytes, bytes/s, seconds, epoch **seconds** by the server's clock (`World.now`);
 * `null` = none. Read freely, change only through `World.update` or `World.commands`: they keep the change log.
 */
import type {FilePriority} from '#model/command.ts'
import type {Limit, Priority} from '#model/torrent.ts'
import {ChangeMark} from './change-chain.ts'

/**
 *   metadata ──▶ downloading ──▶ seeding        what a running torrent does by itself (`motion.ts`)
 *       ▲             ▲   │         ▲
 *       └── queued ───┘   ├──▶ error, missingFiles
 *   stopped ◀─ stop ─ any └──▶ checking, moving ──▶ back to what `running` and `done` say
 *
 * Stalled is no state: a downloading or seeding torrent whose rate is 0 is stalled. Forced is the flag `forceStart`.
 */
const simStates = [
  'stopped',
  'downloading',
  'seeding',
  'metadata',
  'queued',
  'checking',
  'moving',
  'error',
  'missingFiles',
] as const
export type SimState = (typeof simStates)[number]

/**
 * What kind of change it was. Transmission's `recently-active` sees some and not others:
 * `activity` data, state, new, queue, place, name; `swarm` tracker errors, scrape counts, peers.
 */
export const aspects = ['activity', 'labels', 'trackers', 'files', 'limits', 'swarm'] as const
export type Aspect = (typeof aspects)[number]

export interface SimTracker {
  /** Unlike any other of this torrent; a new one after each edit. */
  readonly id: number
  readonly url: string
  readonly tier: number
  status: 'disabled' | 'waiting' | 'working' | 'updating' | 'error' | 'unreachable'
  message: string
  /** Scraped; -1 = not told. */
  seeds: number
  leeches: number
  downloaded: number
  lastAnnounceAt: number | null
  nextAnnounceAt: number | null
  /** Whoever asks for an announce sooner is not heard; absent = at any time. */
  mayAnnounceAt?: number
}

export interface SimFile {
  /** Inside the torrent, `/` between the parts, the top folder included. */
  path: string
  readonly size: number
  done: number
  priority: FilePriority
}

export interface SimPeer {
  /** `ip:port` */
  readonly address: string
  /** 40 hex digits. */
  readonly id: string
  readonly client: string
  readonly progress: number
  readonly downSpeed: number
  readonly upSpeed: number
  readonly downloaded: number
  readonly uploaded: number
  readonly flags: string
  readonly encrypted: boolean
  readonly incoming: boolean
  readonly country: string
}

export interface SimFields {
  name: string
  /** Set when the name is no valid text: what a protocol of bytes sends. `name` then is its nearest text. */
  nameBytes: Uint8Array | null
  /** Name of the top folder or the single file on disk, '' = no folder; renaming what is shown does not change it. */
  rootName: string
  comment: string
  createdBy: string
  createdAt: number | null
  isPrivate: boolean
  hasMetadata: boolean
  /** It is stopped with its metadata, before it asks anybody for data. */
  stopsWithMetadata: boolean

  /** Wanted bytes, all bytes, held of the wanted. */
  size: number
  sizeTotal: number
  done: number
  pieceSize: number
  pieceCount: number
  fileCount: number

  downSpeed: number
  upSpeed: number
  downloaded: number
  uploaded: number
  sessionDownloaded: number
  sessionUploaded: number
  wasted: number

  state: SimState
  /** Told to run; where it goes after checking or moving. */
  running: boolean
  forceStart: boolean
  /** '' = none. The daemon's own words for state `error` and `missingFiles`. */
  errorText: string
  /** The error that stands after a check as before, until it is started; `null` = the check ends it. */
  standingError: 'error' | 'missingFiles' | null
  /** Its check makes no progress until it is started. */
  isCheckStuck: boolean
  /** 0 to 1 of a check, a move or fetching metadata; 0 otherwise. */
  taskProgress: number

  /** '' = none. */
  category: string
  tags: readonly string[]
  trackers: readonly SimTracker[]
  /** Announce URLs that the list of its daemon lacks, though it has them: a daemon that went wrong. */
  unlistedTrackers: readonly string[]
  webSeeds: readonly string[]
  savePath: string
  incompletePath: string | null
  /** Where its server brings it once it is complete. */
  completedPath: string | null
  /** rTorrent's `d.custom`; `null` = none set. */
  custom: Readonly<Record<string, string>> | null
  /** rTorrent's `d.base_path`, where its files were opened last; `null` = where it is saved now. */
  openedPath: string | Uint8Array | null

  seedsConnected: number
  peersConnected: number
  seedsSwarm: number
  peersSwarm: number
  availability: number

  addedAt: number
  /** When it was last started, when its state last changed, how often. */
  startedAt: number | null
  stateChangedAt: number
  stateCounter: number
  completedAt: number | null
  lastActivityAt: number | null
  seenCompleteAt: number | null
  /** As of the last change of the torrent, so that an untouched one stays untouched. */
  activeTime: number
  seedingTime: number

  /** From 1; `null` = not in the queue. */
  queuePosition: number | null
  priority: Priority
  downLimit: number | null
  upLimit: number | null
  ratioLimit: Limit
  seedingTimeLimit: Limit
  idleLimit: Limit
  superSeeding: boolean
  sequential: boolean
  /** A qBittorrent looks at its resume data: for that long it tells of no folder. */
  checksResumeData: boolean
  firstLast: boolean
  autoManaged: boolean
}

export interface SimTorrent extends Readonly<SimFields> {
  /** 40 hex digits, lower case: what commands name. */
  readonly hash: string
  /** 40 hex; `null` for a v2-only torrent. Equals `hash` unless there is a v2 hash. */
  readonly hashV1: string | null
  /** 64 hex; `null` for an ordinary torrent. */
  readonly hashV2: string | null
  /** Positive; of this run of the daemon only: a restart numbers again. */
  readonly id: number
  /** The .torrent it was added from; `null` for invented ones and magnets. */
  readonly metainfo: Uint8Array | null
  /** Not in any list yet: the server restarted and has not loaded it. */
  readonly hidden: boolean
  /** Its content is a folder, if with one file only; else a file. */
  readonly isFolder: boolean
  /** Path of its one file, from the save path on; `null` = it has more, or they were not looked at yet. */
  readonly onlyFile: string | null
  readonly changedAtRevision: number
  /** When each aspect last changed, ms of `Clock.monotonic`; -Infinity = never in this run. */
  readonly touchedAt: Readonly<Record<Aspect, number>>
}

export interface NewTorrent extends Partial<SimFields> {
  readonly hash: string
  readonly hashV1?: string | null
  readonly hashV2?: string | null
  readonly name: string
  readonly metainfo?: Uint8Array | null
  readonly files?: readonly SimFile[] | null
}

/**
 * The same torrent as the world itself sees it; no face needs it. A class with every field written out: 100,000 objects
 * put together by spreads would take four times the memory.
 */
export class OwnTorrent implements SimFields {
  readonly hash: string
  readonly hashV1: string | null
  readonly hashV2: string | null
  id: number
  readonly metainfo: Uint8Array | null
  hidden = false
  changedAtRevision = 0
  readonly touchedAt: Record<Aspect, number> = {
    activity: -Infinity,
    labels: -Infinity,
    trackers: -Infinity,
    files: -Infinity,
    limits: -Infinity,
    swarm: -Infinity,
  }
  /** Up to when `activeTime` and `seedingTime` are counted: seconds of a clock that only goes on. */
  accruedAt: number
  /** Materialised when first asked for (`inside.ts`). */
  files: SimFile[] | null
  readonly mark = new ChangeMark<OwnTorrent>()

  name = ''
  nameBytes: Uint8Array | null = null
  rootName = ''
  comment = ''
  createdBy = ''
  createdAt: number | null = null
  isPrivate = false
  hasMetadata = true
  stopsWithMetadata = false
  size = 0
  sizeTotal = 0
  done = 0
  pieceSize = 0
  pieceCount = 0
  fileCount = 1
  downSpeed = 0
  upSpeed = 0
  downloaded = 0
  uploaded = 0
  sessionDownloaded = 0
  sessionUploaded = 0
  wasted = 0
  state: SimState = 'stopped'
  running = false
  forceStart = false
  errorText = ''
  standingError: 'error' | 'missingFiles' | null = null
  isCheckStuck = false
  taskProgress = 0
  category = ''
  tags: readonly string[] = []
  trackers: readonly SimTracker[] = []
  unlistedTrackers: readonly string[] = []
  webSeeds: readonly string[] = []
  savePath = ''
  incompletePath: string | null = null
  completedPath: string | null = null
  custom: Readonly<Record<string, string>> | null = null
  openedPath: string | Uint8Array | null = null
  seedsConnected = 0
  peersConnected = 0
  seedsSwarm = 0
  peersSwarm = 0
  availability = 0
  addedAt: number
  startedAt: number | null = null
  stateChangedAt: number
  stateCounter = 0
  completedAt: number | null = null
  lastActivityAt: number | null = null
  seenCompleteAt: number | null = null
  activeTime = 0
  seedingTime = 0
  queuePosition: number | null = null
  priority: Priority = 'normal'
  downLimit: number | null = null
  upLimit: number | null = null
  ratioLimit: Limit = 'inherit'
  seedingTimeLimit: Limit = 'inherit'
  idleLimit: Limit = 'inherit'
  superSeeding = false
  sequential = false
  checksResumeData = false
  firstLast = false
  autoManaged = false

  /**
   * @param now epoch seconds
   * @param accruedAt seconds of a clock that only goes on
   */
  constructor(fields: NewTorrent, id: number, now: number, accruedAt: number) {
    const {files, metainfo, hash, hashV1, hashV2, ...given} = fields
    this.hash = hash
    this.hashV1 = hashV1 === undefined ? hash : hashV1
    this.hashV2 = hashV2 ?? null
    this.id = id
    this.metainfo = metainfo ?? null
    this.accruedAt = accruedAt
    this.files = files ? [...files] : null
    this.addedAt = now
    this.stateChangedAt = now
    this.rootName = fields.name
    this.sizeTotal = this.size = given.sizeTotal ?? given.size ?? 0
    this.pieceSize = given.pieceSize ?? 262_144
    this.pieceCount = Math.ceil(this.sizeTotal / this.pieceSize)
    Object.assign(this, given)
  }

  get isFolder(): boolean {
    return this.fileCount > 1 || (this.onlyFile?.includes('/') ?? false)
  }

  get onlyFile(): string | null {
    return this.files?.length === 1 ? this.files[0]!.path : null
  }
}

/** Metadata is known and nothing of what is wanted is missing. */
export function isComplete(torrent: SimTorrent): boolean {
  return torrent.hasMetadata && torrent.done >= torrent.size
}

/** Where the content lies: the folder, or the file of a single-file torrent; without a folder of its own where it is saved. */
export function contentPath({savePath, rootName}: SimTorrent): string {
  return rootName === '' ? savePath : `${savePath.replace(/\/$/, '')}/${rootName}`
}

/** Share held of the wanted bytes, 0 to 1; 0 without metadata. */
export function progressOf(torrent: SimTorrent): number {
  if (!torrent.hasMetadata) return 0
  return torrent.size === 0 ? 1 : torrent.done / torrent.size
}

/** Its trackers as the list of its daemon tells them. */
export function listedTrackers({
  trackers,
  unlistedTrackers,
}: Pick<SimTorrent, 'trackers' | 'unlistedTrackers'>): readonly SimTracker[] {
  return unlistedTrackers.length === 0
    ? trackers
    : trackers.filter(({url}) => !unlistedTrackers.includes(url))
}
