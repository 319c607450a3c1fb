/**
 * What an Arr has against a release, in its own fixed words: nothing, and it is grabbed. Source: the specifications of
 * Radarr's, Sonarr's and Lidarr's DecisionEngine. `code` is what Sonarr's v5 API says with the sentence.
 */
import {isAvailable, RUNTIME, type Arr, type GrabSource} from './arr.ts'
import {isDelayed, takesTorrents} from './delays.ts'
import type {Family} from './dialects.ts'
import {flawWords} from './flaws.ts'
import {two, type Unit} from './library.ts'
import {unitsOf} from './payloads.ts'
import {
  cutoffOf,
  fileScore,
  formatNames,
  objectionToUpgrade,
  profileOf,
  scoreOf,
  type NoUpgrade,
  type Profile,
} from './profiles.ts'
import {qualityName, rankOf, revisionName} from './quality.ts'
import type {Release} from './releases.ts'

interface Rejection {
  readonly text: string
  readonly code: string
  /** It may pass later, such as a delay. */
  readonly isTemporary: boolean
}

/** What the release came from. */
export interface Wanting {
  readonly source: GrabSource
  /** Absent = a feed. */
  readonly question?: Question
  /** Unmonitored episodes are refused also where a person asks: searches of a season. */
  readonly monitoredOnly: boolean
}

/** One question to the indexers. */
export interface Question {
  /** As the Arr shows it: `[Some Show : S01E02]`. */
  readonly text: string
  readonly kind: 'item' | 'season' | 'episode' | 'special'
  readonly units: readonly Unit[]
}

export interface Decision {
  readonly release: Release
  readonly rejections: readonly Rejection[]
}

export function decide(arr: Arr, release: Release, wanting: Wanting): Decision {
  const judged: Judged = {
    arr,
    release,
    wanting,
    profile: profileOf(arr, release.parentId),
    units: unitsOf(arr, release.unitIds),
    score: scoreOf(arr, release.parentId, release),
  }
  const {family} = arr.dialect
  const flaws = release.flaws.map((flaw) => flawWords(flaw, family))
  const alone = flaws.find(({isAlone}) => isAlone)
  if (alone) return {release, rejections: [rejected(alone.code, alone.text)]}
  return {
    release,
    rejections: [
      ...flaws.map(({code, text}) => rejected(code, text)),
      ...specifications.flatMap((specification) => specification(judged) ?? []),
    ],
  }
}

/** All of a season, as its name says. */
export function isFullSeason({dialect}: Pick<Arr, 'dialect'>, {title, unitIds}: Release): boolean {
  return dialect.family === 'series' && unitIds.length > 1 && !/S\d+E\d+/i.test(title)
}

interface Judged {
  readonly arr: Arr
  readonly release: Release
  readonly wanting: Wanting
  readonly profile: Profile
  readonly units: readonly Unit[]
  readonly score: number
}

type Specification = (judged: Judged) => Rejection | null

const HOUR = 3_600_000
const DAY = 24 * HOUR

function rejected(code: string, text: string, isTemporary = false): Rejection {
  return {code, text, isTemporary}
}

/** A person asked for it: availability, delay and, of single items, being monitored do not count. */
function isAskedFor({wanting: {source}}: Judged): boolean {
  return source === 'UserInvokedSearch' || source === 'InteractiveSearch'
}

/* ───────────────────────────── the release itself ───────────────────────────── */

const gone: Specification = ({arr, units, release}) =>
  units.length === release.unitIds.length
    ? null
    : rejected('unknownSeries', arr.dialect.family === 'movies' ? 'Unknown Movie' : 'Unknown Series')

const blocklisted: Specification = ({arr, release}) =>
  arr.blocklist.has(release) ? rejected('blocklisted', 'Release is blocklisted') : null

const quality: Specification = ({arr, release, profile}) =>
  profile.allowed.includes(release.qualityId)
    ? null
    : rejected('qualityNotWanted', `${qualityName(arr.dialect, release.qualityId)} is not wanted in profile`)

const MEGABYTE = 1_048_576

const size: Specification = ({arr, release, units}) => {
  const {family} = arr.dialect
  const limits = arr.config.sizeLimits?.[release.qualityId]
  const minutes = RUNTIME[family]
  if (limits === undefined || minutes === 0) return null
  const {min, max} = limits
  const of = minutes * units.length * MEGABYTE
  const title = arr.library.titleOf(arr.library.parent(release.parentId)!)
  const many = units.length > 1 ? `${units.length} x ${minutes}min` : `${minutes}min`
  const what = family === 'movies' ? title : many
  if (min !== undefined && release.size < min * of) {
    const text = `${sizeText(release.size)} is smaller than minimum allowed ${sizeText(min * of)} (for ${what})`
    return rejected('belowMinimumSize', text)
  }
  if (max === undefined || release.size <= max * of) return null
  const text = `${sizeText(release.size)} is larger than maximum allowed ${sizeText(max * of)} (for ${what})`
  return rejected('aboveMaximumSize', text)
}

function sizeText(bytes: number): string {
  const step = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${(bytes / 1024 ** step).toFixed(1)} ${['B', 'KB', 'MB', 'GB', 'TB'][step]}`
}

const protocol: Specification = ({arr, release}) => {
  if (takesTorrents(arr, release)) return null
  const item = owners[arr.dialect.family].toLowerCase()
  return rejected('protocolDisabled', `Torrent is not enabled for this ${item}`)
}

const seeders: Specification = ({arr, release}) => {
  const {config} = arr.indexers.find(({id}) => id === release.indexerId) ?? {}
  const least = config?.minimumSeeders ?? 1
  if (release.seeders >= least) return null
  return rejected('minimumSeeders', `Not enough seeders: ${release.seeders}. Minimum seeders: ${least}`)
}

const owners: Readonly<Record<Family, string>> = {
  movies: 'Movie',
  series: 'Series',
  music: 'Artist',
  books: 'Author',
}

const formats: Specification = ({arr, release, profile, score}) => {
  if (score >= profile.minScore) return null
  const names = formatNames(arr, release.title)
  const of = `${owners[arr.dialect.family]} profile minimum ${profile.minScore}`
  return rejected('customFormatMinimumScore', `Custom Formats ${names} have score ${score} below ${of}`)
}

/* ───────────────────────────── what there is already ───────────────────────────── */

const onDisk: Specification = (judged) => {
  const {arr, release, units} = judged
  const {library} = arr
  // An album of which tracks are missing is wanted, whatever the others are.
  const isMusic = library.family === 'music' || library.family === 'books'
  const compared = isMusic ? units.filter((unit) => library.has(unit)) : units
  const files = compared.flatMap((unit) => library.filesOfUnit(unit))
  const objections = files.map((file) => {
    const now = {qualityId: file.qualityId, score: fileScore(arr, file)}
    return noUpgrade(judged, now, 'disk', file.sceneName ?? '')
  })
  if (arr.dialect.app === 'sonarr5' && isFullSeason(arr, release)) return ofPack(judged, objections)
  return objections.find((it) => it !== null) ?? null
}

/** Episodes that are missing count as better. */
function ofPack({arr, units}: Judged, objections: readonly (Rejection | null)[]): Rejection | null {
  const missing = units.filter((unit) => !arr.library.has(unit)).length
  if (missing === units.length) return null
  const {seasonPackUpgrade: mode, seasonPackUpgradeThreshold} = arr.settings
  const better = missing + objections.filter((it) => it === null).length
  const share = (100 * better) / units.length
  const least = mode === 'all' ? 100 : seasonPackUpgradeThreshold
  if (mode === 'any' ? better > 0 : share >= least) return null
  const percent = Number(share.toFixed(2))
  const proper = mode[0]!.toUpperCase() + mode.slice(1)
  return rejected(
    'diskNotUpgrade',
    `Season pack does not meet the upgrade criteria. Upgradable: ${better}/${units.length} (${percent}%), Mode: ${proper}, Threshold: ${seasonPackUpgradeThreshold}%`,
  )
}

/** Where nothing is replaced a second sentence says so. */
const upgrades: Specification = ({arr, release, units, profile, score}) => {
  if (profile.upgradeAllowed) return null
  const files = units.flatMap((unit) => arr.library.filesOfUnit(unit))
  const would = files.some((file) => {
    const better = rankOf(release.qualityId) - rankOf(file.qualityId)
    return better > 0 || (better === 0 && score > fileScore(arr, file))
  })
  if (!would) return null
  return rejected('qualityUpgradesDisabled', 'Existing file and the Quality profile does not allow upgrades')
}

const inQueue: Specification = (judged) => {
  const {arr, release} = judged
  for (const {downloadId, release: other, unitIds} of arr.queue.values()) {
    const isSame = unitIds.some((id) => release.unitIds.includes(id))
    if (!isSame || other === undefined) {
      if (downloadId !== release.hash) continue
      return rejected(
        'queueHigherPreference',
        `${IN_QUEUE} is of equal or higher preference: ${ownQuality(judged)}`,
      )
    }
    const now = {qualityId: other.qualityId, score: scoreOf(arr, release.parentId, other)}
    const objection = noUpgrade(judged, now, 'queue', other.title)
    if (objection) return objection
  }
  // What could not be handed to its torrent server is tried again, and nothing in its place.
  const waits = [...arr.pending.values()].some(
    ({release: other, reason}) =>
      reason === 'downloadClientUnavailable' && other.unitIds.some((id) => release.unitIds.includes(id)),
  )
  if (!waits) return null
  return rejected(
    'queueHigherPreference',
    `${IN_QUEUE} is of equal or higher preference: ${ownQuality(judged)}`,
  )
}

const ON_DISK = 'Existing file on disk'
const IN_QUEUE = 'Release in queue'

function ownQuality({arr, release}: Judged): string {
  return revisionName(arr.dialect, release.qualityId)
}

function noUpgrade(
  {arr, profile, release, score}: Judged,
  now: {readonly qualityId: number; readonly score: number},
  where: 'disk' | 'queue',
  title: string,
): Rejection | null {
  const objection = objectionToUpgrade(profile, now, {qualityId: release.qualityId, score})
  if (objection === null) return null
  const {dialect} = arr
  const isDisk = where === 'disk'
  const what = isDisk ? ON_DISK : IN_QUEUE
  const cutoff = qualityName(dialect, cutoffOf(profile))
  const own = revisionName(dialect, now.qualityId)
  const isFilm = dialect.family === 'movies'
  const met = isDisk
    ? `Existing file meets cutoff: ${cutoff}${isFilm ? ` [${formatNames(arr, title)}]` : ''}`
    : `${isFilm ? 'Quality for release in queue' : IN_QUEUE} already meets cutoff: ${own}`
  const texts: Readonly<Record<NoUpgrade, readonly [string, string]>> = {
    cutoffMet: ['CutoffMet', met],
    higherPreference: ['HigherPreference', `${what} is of equal or higher preference: ${own}`],
    upgradesNotAllowed: [
      'UpgradesNotAllowed',
      `${what} and Quality Profile '${profile.name}' does not allow upgrades`,
    ],
    qualityCutoff: ['CutoffMet', `${what} meets quality cutoff: ${cutoff}`],
    customFormatScore: [
      'CustomFormatScore',
      `${what} has ${isDisk ? 'a' : 'an'} equal or higher Custom Format score: ${now.score}`,
    ],
    customFormatCutoff: [
      'CustomFormatCutoffMet',
      `${what} meets Custom Format cutoff: ${profile.cutoffScore}`,
    ],
    customFormatIncrement: [
      'CustomFormatScoreIncrement',
      `${what} has Custom Format score within Custom Format score increment: ${profile.minUpgradeScore}`,
    ],
  }
  const [code, text] = texts[objection]
  return rejected(`${where}${code}`, text)
}

/* ───────────────────────────── what was asked for ───────────────────────────── */

const requested: Specification = ({arr, release, units, wanting: {question}}) => {
  if (question === undefined || arr.dialect.family !== 'series') return null
  if (question.kind === 'episode' && isFullSeason(arr, release)) {
    return rejected('fullSeason', 'Full season pack')
  }
  if (units.some(({id}) => question.units.some((one) => one.id === id))) return null
  const [first, last] = [units[0]!, units.at(-1)!]
  const name = `${first.season}x${two(first.number)}${first === last ? '' : `-${two(last.number)}`}`
  return rejected('wrongEpisode', `Episode wasn't requested: ${name}`)
}

const wholeSeason: Specification = ({arr, release, units}) => {
  if (!isFullSeason(arr, release)) return null
  const season = units[0]!.season
  const all = arr.library.unitsOf(arr.library.parent(release.parentId)!).filter((it) => it.season === season)
  const isOver = all.every(({airAt}) => airAt !== null && airAt <= arr.time.now() + DAY)
  if (isOver) return null
  return rejected('fullSeasonNotAired', "Full season release rejected. All episodes haven't aired yet.")
}

const packOnly: Specification = ({arr, release, units, wanting: {question}}) => {
  if (question?.kind !== 'season' || isFullSeason(arr, release)) return null
  const {config} = arr.indexers.find(({id}) => id === release.indexerId) ?? {}
  const days = config?.seasonSearchMaximumSingleEpisodeAge ?? 0
  if (days === 0) return null
  const {season} = units[0]!
  const aired = question.units.filter((it) => it.season === season).map(({airAt}) => airAt ?? 0)
  if (Math.max(...aired) >= arr.time.now() - days * DAY) return null
  return rejected(
    'notSeasonPack',
    `Last episode in this season aired more than ${days} days ago, season pack required.`,
  )
}

const monitored: Specification = (judged) => {
  const {arr, release, units, wanting} = judged
  const {family} = arr.dialect
  const isSkipped = family === 'series' ? !wanting.monitoredOnly : isAskedFor(judged)
  if (isSkipped) return null
  const parent = arr.library.parent(release.parentId)!
  const owner = owners[family]
  if (!parent.monitored) return rejected('seriesNotMonitored', `${owner} is not monitored`)
  if (family === 'movies' || units.every((unit) => unit.monitored)) return null
  if (family !== 'series') {
    return rejected('episodeNotMonitored', `${family === 'music' ? 'Album' : 'Book'} is not monitored`)
  }
  return rejected(
    'episodeNotMonitored',
    units.length === 1 ? 'Episode is not monitored' : 'One or more episodes is not monitored',
  )
}

const available: Specification = (judged) => {
  const {arr, release} = judged
  const {library, settings} = arr
  if (arr.dialect.family !== 'movies' || isAskedFor(judged)) return null
  const parent = library.parent(release.parentId)!
  if (isAvailable(arr, parent)) return null
  const film = `[${library.titleOf(parent)} (${library.yearOf(parent)})]`
  const wanted = parent.minimumAvailability
  const proper = wanted[0]!.toUpperCase() + wanted.slice(1)
  return rejected(
    'availability',
    `Movie ${film} will only be considered available ${settings.availabilityDelay} days after ${proper}`,
  )
}

const delayed: Specification = (judged) => {
  const {arr, release} = judged
  if (isAskedFor(judged) || !isDelayed(arr, release)) return null
  return rejected('minimumAgeDelay', 'Waiting for better quality release', true)
}

const specifications: readonly Specification[] = [
  gone,
  requested,
  wholeSeason,
  packOnly,
  monitored,
  available,
  blocklisted,
  protocol,
  quality,
  size,
  seeders,
  formats,
  onDisk,
  upgrades,
  inQueue,
  delayed,
]
