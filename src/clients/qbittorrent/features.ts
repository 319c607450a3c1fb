/**
 * What differs between versions, all of it: no other file of this room compares versions. Source: release notes and
 * sources of 4.3.9 to 5.3, and recordings of 4.5.2 (API 2.8.19), 5.1.0 (2.11.4) and 5.3.0 (2.16.2).
 */
import {ServerFault} from '#model/errors.ts'
import type {Feature, Features} from '#model/server.ts'
import {filePriorities} from './normalise.ts'

/** The Web API's version as three numbers: `2.11.4`. */
type ApiVersion = readonly [number, number, number]

const releases = {
  v4_3_9: [2, 8, 2],
  v4_4: [2, 8, 4],
  v4_5: [2, 8, 18],
  v4_6: [2, 9, 2],
  v5_0: [2, 11, 0],
  v5_1: [2, 11, 4],
  v5_2: [2, 15, 1],
  v5_3: [2, 16, 0],
} as const satisfies Record<string, ApiVersion>

/** How this server wants things said. */
export interface Dialect {
  readonly start: 'torrents/start' | 'torrents/resume'
  readonly stop: 'torrents/stop' | 'torrents/pause'
  /** `infohash_v1`, `infohash_v2`, `content_path` are in the list. */
  readonly fullHashes: boolean
  /** Whether what is unfinished lies elsewhere is said of each torrent. */
  readonly downloadPath: boolean
  /** The list carries `has_metadata`; before, a known size says it. */
  readonly metadataListed: boolean
  readonly export: boolean
  /** `transfer/setSpeedLimitsMode`; before, only a toggle. */
  readonly speedModeSetter: boolean
  readonly idleLimit: boolean
  readonly topOfQueue: boolean
  readonly stopCondition: boolean
  /** `torrents/add` takes `forced`; before, force start follows the add. */
  readonly forcedAdd: boolean
  /** `torrents/add` takes `cookie`; from 5.1 cookies are the application's (`app/setCookies`). */
  readonly cookieOnAdd: boolean
  readonly setTags: boolean
  readonly editWebSeeds: boolean
  /** `urls` of tracker removals are percent-encoded each (seen on 5.1.0 and 5.3.0; raw on 4.5.2). */
  readonly encodedUrls: boolean
  /** `torrents/addTrackers` takes several hashes (seen on 5.3.0). */
  readonly manyTrackerHashes: boolean
  readonly setComment: boolean
  readonly pieceAvailability: boolean
  readonly processInfo: boolean
  readonly freeSpaceAnyPath: boolean
}

export interface Detected {
  readonly api: ApiVersion
  readonly dialect: Dialect
  readonly features: Features
  /** A sentence when the version works with less. */
  readonly limitation: string | null
}

/** @throws {ServerFault} `version_incompatible` below 4.3.9 (API 2.8.2) */
export function detect(version: string, apiVersion: string): Detected {
  const api = parseApiVersion(apiVersion)
  if (!reaches(api, releases.v4_3_9)) {
    throw new ServerFault(
      'version_incompatible',
      'version_too_old',
      `qBittorrent ${version} (Web API ${apiVersion}) is too old: 4.4.0 or newer is needed, 4.3.9 works with less.`,
      {about: {version, apiVersion}},
    )
  }
  const old = !reaches(api, releases.v4_4)
  return {
    api,
    dialect: dialectOf(api),
    features: featuresOf(api),
    limitation: old
      ? `qBittorrent ${version} sends neither v2 hashes nor content paths, so shared files cannot be recognised; 4.4.0 or newer does.`
      : null,
  }
}

/** `2.11.4` → numbers. `null` when it is no version at all: then what answered is no qBittorrent. */
export function readApiVersion(text: string): ApiVersion | null {
  const match = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text.trim())
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : null
}

function parseApiVersion(text: string): ApiVersion {
  const api = readApiVersion(text)
  if (api) return api
  throw new ServerFault('wrong_server', 'not_a_torrent_server', 'What answered is not a qBittorrent.')
}

function reaches(api: ApiVersion, wanted: ApiVersion): boolean {
  for (const [i, part] of wanted.entries()) {
    if (api[i]! !== part) return api[i]! > part
  }
  return true
}

function dialectOf(api: ApiVersion): Dialect {
  const since = (release: ApiVersion): boolean => reaches(api, release)
  return {
    start: since(releases.v5_0) ? 'torrents/start' : 'torrents/resume',
    stop: since(releases.v5_0) ? 'torrents/stop' : 'torrents/pause',
    fullHashes: since(releases.v4_4),
    downloadPath: since(releases.v4_4),
    metadataListed: since(releases.v5_0),
    export: since(releases.v4_5),
    speedModeSetter: since(releases.v4_5),
    stopCondition: since(releases.v4_5),
    idleLimit: since(releases.v4_6),
    topOfQueue: since(releases.v4_6),
    forcedAdd: since(releases.v5_1),
    cookieOnAdd: !since(releases.v5_1),
    setTags: since(releases.v5_1),
    editWebSeeds: since(releases.v5_1),
    encodedUrls: since(releases.v5_1),
    manyTrackerHashes: since(releases.v5_2),
    setComment: since(releases.v5_2),
    pieceAvailability: since(releases.v5_2),
    processInfo: since(releases.v5_2),
    freeSpaceAnyPath: since(releases.v5_3),
  }
}

const native: Feature = {support: 'native', reason: ''}
const limited = (reason: string): Feature => ({support: 'limited', reason})
const emulated = (reason: string): Feature => ({support: 'emulated', reason})
const none = (reason: string): Feature => ({support: 'none', reason})

function featuresOf(api: ApiVersion): Features {
  return {...timelessFeatures, ...laterFeatures((release) => reaches(api, release))}
}

/** The same in every version we speak to. */
const timelessFeatures = {
  start: native,
  forceStart: native,
  stop: native,
  recheck: native,
  reannounce: native,
  setLocation: limited(
    'What is at the old place is always moved along, and automatic management is switched off.',
  ),
  rename: native,
  renameFile: native,
  renameFiles: native,
  renameFolder: native,
  setCategory: native,
  addTags: native,
  removeTags: native,
  setFilePriority: {
    ...limited('Skip, normal, high and maximum; qBittorrent has no low priority for files.'),
    takes: filePriorities,
  },
  addTrackers: native,
  editTracker: native,
  removeTrackers: native,
  addPeers: native,
  setSpeedLimits: native,
  moveInQueue: limited('Only while queueing is switched on in the server.'),
  setPriority: none('qBittorrent has no priority of a torrent, only its place in the queue.'),
  setSuperSeeding: native,
  setSequential: native,
  setFirstLast: native,
  setAutoManaged: native,
  remove: native,
  removeWithData: native,
  addTorrent: native,
  createCategory: native,
  editCategory: native,
  removeCategories: native,
  createTags: native,
  deleteTags: native,
  banPeers: native,
  setGlobalLimits: native,
  setAltSpeed: native,
  setPreferences: native,
  categories: native,
  categoryPaths: native,
  tags: native,
  addContentLayout: native,
  addSkipCheck: native,
  addSequential: native,
  addFirstLast: native,
  addLimits: native,
  addRename: native,
  pieces: native,
  webSeeds: native,
  peers: native,
  preferences: native,
} as const satisfies Partial<Features>

function laterFeatures(
  since: (release: ApiVersion) => boolean,
): Omit<Features, keyof typeof timelessFeatures> {
  const from = (release: ApiVersion, name: string): Feature =>
    since(release) ? native : none(`qBittorrent can do that from ${name} on.`)
  return {
    setTags: since(releases.v5_1) ? native : emulated('Done as adding and removing tags before 5.1.'),
    setShareLimits: since(releases.v4_6) ? native : limited('The idle limit exists from 4.6 on.'),
    addWebSeeds: from(releases.v5_1, '5.1'),
    removeWebSeeds: from(releases.v5_1, '5.1'),
    setComment: from(releases.v5_2, '5.2'),
    addStopCondition: from(releases.v4_5, '4.5'),
    exportTorrent: from(releases.v4_5, '4.5'),
    pieceCopies: since(releases.v5_2)
      ? limited('Not of a torrent that is complete.')
      : none('qBittorrent reports from 5.2 on how many peers have each piece.'),
    addCookies: since(releases.v5_1)
      ? limited('From 5.1 on cookies are kept by the server for every download from that host.')
      : native,
    freeSpaceAnyPath: from(releases.v5_3, '5.3'),
    privateFlag: since(releases.v5_0)
      ? native
      : limited('Reported in the details of a torrent only; in the list from 5.0 on.'),
    seedingTime: native,
  }
}
