/** The sections of the Arrs: `[Radarr-…]`, `[Sonarr-…]`, `[Lidarr-…]`, `[Readarr-…]`, `[Whisparr-…]`. */
import type {ArrKind} from '#model/arr.ts'
import type {Seconds} from '#model/units.ts'
import {parseDuration} from './durations.ts'
import {
  choice,
  decimal,
  duration,
  durationOr,
  flag,
  headerKey,
  optionalText,
  rows,
  secret,
  isLooseNegative,
  special,
  table,
  textList,
  whole,
  type ValuesOf,
} from './fields.ts'
import {NEVER_SECONDS, seedingShape, trackerShape} from './schema-servers.ts'

/** Port of a bare host in `URI`. */
export const arrPorts: Readonly<Record<ArrKind, number>> = {
  radarr: 7878,
  sonarr: 8989,
  lidarr: 8686,
  readarr: 8787,
  whisparr: 6969,
}

const searchBySeries = {
  ...special<boolean | 'smart'>(
    'word',
    '"smart", true or false',
    false,
    'false',
    'Search season by season; "smart" = where several episodes of one are wanted. (Sonarr)',
    readSearchBySeries,
    {inFile: '"smart"'},
  ),
  words: ['smart', 'true', 'false'],
}

const profileMappings = special<Readonly<Record<string, string>>>(
  'table',
  'a table {"main profile" = "temporary profile"}',
  {},
  '{}',
  'Quality profile used while something is missing, for each profile.',
  readProfileMappings,
)

/** What Commodarr adds: the program before it has none of these. */
export const ownSearchShape = {
  SearchesPerHour: whole(30, 'Searches in an hour at most, with those of rules.', {min: 1, max: 1000}),
  SearchesPerDay: whole(0, 'Searches in a day at most; 0 = no limit.', {min: 0, max: 10_000}),
  FailuresPerDay: whole(
    3,
    'When more releases of one film, episode, album or book were given up within 24 hours, it waits for a person; 0 = never.',
    {min: 0, max: 1000},
  ),
  GraceHours: decimal(2, 'So many hours after a release the RSS sync of the Arr comes first.', {
    min: 0,
    max: 720,
  }),
  RestStart: duration('minutes', 1440, 'A search without a result rests this long, then twice as long.'),
  RestMax: duration('minutes', 43_200, 'The longest rest.'),
  ActiveDownloadLimit: whole(
    20,
    'With so many unfinished downloads in its queue nothing more is searched; 0 = no limit.',
    {min: 0, max: 10_000},
  ),
  QuietHours: special<QuietHours | null>(
    'hours',
    'hours of the day such as "22:00-06:30", several as "22:00-06:30, 12:00-13:00", with a time zone as "22:00-06:30, 12:00-13:00 Europe/Berlin"',
    null,
    '–',
    'Nothing is searched on a schedule in these hours: `"22:00-06:30"`, several with commas, a time zone behind the last.',
    readQuietHours,
  ),
  IndexerLimits: special<Readonly<Record<string, TypedLimit>>>(
    'table',
    'a table {"name of an indexer" = "100/day"}, each a whole number from 1 with /day or /hour',
    {},
    '{}',
    'How often indexers may be asked at most, by their names in the Arr, where no Prowlarr counts that.',
    readIndexerLimits,
  ),
  SkipTags: textList([], 'What has one of these tags in the Arr is not searched.'),
  CustomFormatUntil: choice(
    ['minimum', 'cutoff'],
    'minimum',
    'With `CustomFormatUnmetSearch`: up to the minimum score of the profile, or until upgrades end.',
  ),
}

const searchShape = {
  SearchMissing: flag(false, 'Search for what is missing, and again after ever longer rests.', {
    inFile: 'true',
  }),
  AlsoSearchSpecials: flag(false, 'Specials too. (Sonarr)'),
  Unmonitored: flag(false, 'Films, albums and books that are not monitored, too.'),
  SearchLimit: whole(5, 'While so many search commands run in the Arr, of anyone, none is added.', {
    min: 1,
    max: 1000,
  }),
  SearchByYear: flag(true, 'Year by year, newest first.'),
  SearchInReverse: flag(false, 'Oldest first.'),
  SearchRequestsEvery: duration('seconds', 300, 'How often requests are read, at least a minute apart.'),
  DoUpgradeSearch: flag(false, 'Search for upgrades of what is there.'),
  QualityUnmetSearch: flag(false, 'Search while the quality cut-off is not met.'),
  CustomFormatUnmetSearch: flag(
    false,
    'Search while the custom format score is not met, and remove downloads that are worse than the file in the library.',
  ),
  ForceMinimumCustomFormat: flag(
    false,
    'Ask before downloads below the minimum custom format score are removed; with it `CustomFormatUnmetSearch` removes only those below it.',
  ),
  SearchAgainOnSearchCompletion: flag(
    false,
    'Search again after a rest; false = once, until there may be something new.',
    {inFile: 'true'},
  ),
  UseTempForMissing: flag(false, 'Before what is missing is searched, give it the temporary profile.'),
  KeepTempProfile: flag(false, 'An import does not put the main profile back.'),
  QualityProfileMappings: profileMappings,
  ForceResetTempProfiles: flag(false, 'Put the main profiles back at start.'),
  TempProfileResetTimeoutMinutes: duration(
    'minutes',
    0,
    'Put the main profile back after this time; 0 = never.',
  ),
  ProfileSwitchRetryAttempts: whole(3, 'Further tries when an Arr does not switch a profile.', {
    min: 0,
    max: 100,
  }),
  SearchBySeries: searchBySeries,
  PrioritizeTodaysReleases: flag(true, 'What came out today first. (Sonarr)'),
  ...ownSearchShape,
  Ombi: table(
    {
      SearchOmbiRequests: flag(false, 'Search what people requested in Ombi, before all that is missing.'),
      OmbiURI: optionalText('Its address.'),
      OmbiAPIKey: secret('Its key.'),
      ApprovedOnly: flag(true, 'Approved requests only.'),
      SkipTLSVerify: flag(false, 'Accept any certificate.'),
      Is4K: flag(false, 'Requests for 4K alone; false = all others.'),
    },
    'Requests in Ombi. (Radarr, Sonarr)',
  ),
  Overseerr: table(
    {
      SearchOverseerrRequests: flag(
        false,
        'Search what people requested in Overseerr, Jellyseerr or Seerr, before all that is missing.',
      ),
      OverseerrURI: optionalText('Its address.'),
      OverseerrAPIKey: secret('Its key.'),
      ApprovedOnly: flag(true, 'Approved requests only.'),
      SkipTLSVerify: flag(false, 'Accept any certificate.'),
      Is4K: flag(false, 'Requests for 4K alone; false = all others.'),
    },
    'Requests in Overseerr, Jellyseerr or Seerr. (Radarr, Sonarr)',
  ),
}

const torrentShape = {
  CaseSensitiveMatches: flag(false, 'The expressions below are case-sensitive.'),
  FolderExclusionRegex: textList([], 'Folders that are not downloaded.', {inFile: 'by kind of Arr'}),
  FileNameExclusionRegex: textList([], 'Files that are not downloaded.', {inFile: 'by kind of Arr'}),
  FileExtensionAllowlist: textList(
    [],
    'Extensions that are downloaded, or expressions over the last one; empty = all.',
    {inFile: 'by kind of Arr'},
  ),
  AutoDelete: flag(false, 'After the import, put files outside the allow list into the trash.'),
  IgnoreTorrentsYoungerThan: special<Seconds | null>(
    'seconds',
    'seconds as a whole number from 0, or text such as "90s" or "2h"',
    null,
    'as in `[Settings]`',
    'Younger torrents are not evaluated.',
    (value) => parseDuration(value, 'seconds'),
    {inFile: '180', ifBad: NEVER_SECONDS, isLoose: isLooseNegative},
  ),
  MaximumETA: durationOr(
    null,
    'seconds',
    86_400,
    'A download that would take longer than this counts as slow; -1 = never.',
    {inFile: '-1', ifBad: null},
  ),
  MaximumDeletablePercentage: decimal(
    0.95,
    'Above this share a torrent is not deleted for being stalled or slow.',
    {min: 0, max: 1},
    {inFile: '0.99', ifBad: 0},
  ),
  DoNotRemoveSlow: flag(false, 'Never remove for being slow.', {inFile: 'true', ifBad: true}),
  StalledDelay: durationOr(null, 'minutes', 15, 'Remove what stalled so long; 0 and -1 = never.', {
    ifBad: null,
  }),
  ReSearchStalled: flag(false, 'Search again as soon as it stalls.'),
  Trackers: rows(trackerShape, 'Rules per tracker; they come before those of the server.'),
  SeedingMode: table(
    {
      ...seedingShape,
      RemoveDeadTrackers: flag(false, 'Take dead trackers off.'),
      RemoveTrackerWithMessage: textList([], 'Messages that mark a tracker as dead.', {
        inFile: 'four messages',
      }),
    },
    'Limits while seeding.',
  ),
}

export const arrShape = {
  Managed: flag(false, 'Manage this Arr at all.', {inFile: 'true'}),
  URI: optionalText('Address of the Arr.', {essential: true}),
  APIKey: headerKey('Its API key.', {essential: true}),
  SkipTLSVerify: flag(false, 'Accept any certificate.'),
  Category: optionalText('Category of its torrents; the section name when absent.', {essential: true}),
  ReSearch: flag(false, 'Search again after a failed download.', {inFile: 'true'}),
  importMode: choice(
    ['Auto', 'Move', 'Copy', 'Hardlink'],
    'Auto',
    'How files are imported; Hardlink counts as Auto.',
  ),
  RssSyncTimer: duration(
    'minutes',
    15,
    'Time between two RSS syncs; 0 = off. Below 10 minutes indexers may ban.',
    {inFile: '1'},
  ),
  RefreshDownloadsTimer: duration('minutes', 1, 'Time between two looks at its downloads; 0 = off.'),
  ArrErrorCodesToBlocklist: textList([], 'Messages that make a download count as failed.', {
    inFile: 'by kind of Arr',
  }),
  MatchSubcategories: special<boolean | null>(
    'yes/no',
    'true or false',
    null,
    '–',
    'Categories below its own (`films/4k`) are its own, too; when absent, as the section of the server says.',
    (value) => (typeof value === 'boolean' ? value : undefined),
  ),
  EntrySearch: table(searchShape, 'What is searched for.'),
  Torrent: table(torrentShape, 'What becomes of its torrents.'),
}

/** One Arr of the file. `id` is the section's name. */
export type ArrConfig = {readonly id: string; readonly app: ArrKind} & Omit<
  ValuesOf<typeof arrShape>,
  'Category' | 'URI'
> & {
    readonly Category: string
    /** A whole address with scheme and port, without credentials and ending slash; `null` = not set. */
    readonly URI: string | null
  }

function readSearchBySeries(value: unknown): boolean | 'smart' | undefined {
  if (typeof value === 'boolean') return value
  if (value === 1) return true
  const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (word === 'smart') return 'smart'
  if (word === 'true') return true
  return word === 'false' ? false : undefined
}

/** How often an indexer may be asked, feeds included. */
export interface TypedLimit {
  readonly most: number
  readonly per: 'day' | 'hour'
}

function readIndexerLimits(value: unknown): Readonly<Record<string, TypedLimit>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const limits = Object.entries(value).map(
    ([name, text]: [string, unknown]) => [name.trim(), typedLimit(text)] as const,
  )
  if (limits.some(([name, limit]) => name === '' || limit === undefined)) return undefined
  return Object.fromEntries(limits) as Record<string, TypedLimit>
}

function typedLimit(value: unknown): TypedLimit | undefined {
  const [, digits, per] =
    /^\s*([1-9]\d{0,6})\s*\/\s*(day|hour)\s*$/i.exec(typeof value === 'string' ? value : '') ?? []
  return digits === undefined
    ? undefined
    : {most: Number(digits), per: per!.toLowerCase() as TypedLimit['per']}
}

export interface QuietHours {
  /** From and to as `HH:MM`; over midnight where `from` is later. */
  readonly spans: readonly {readonly from: string; readonly to: string}[]
  /** In which the hours are meant; `null` = of the place where the program runs. */
  readonly timeZone: string | null
}

function readQuietHours(value: unknown): QuietHours | null | undefined {
  if (typeof value !== 'string') return undefined
  if (value.trim() === '') return null
  const [, hours = '', zone] = /^([^a-z]*)(?:(?<=\s)([a-z].*))?$/i.exec(value.trim()) ?? []
  const timeZone = zone === undefined ? null : timeZoneOf(zone)
  const spans = hours.split(',').map(quietSpan)
  const isEach = spans.every((span) => span !== undefined)
  return isEach && timeZone !== undefined ? {spans, timeZone} : undefined
}

const timeOfDay = '([01]?\\d|2[0-3]):([0-5]\\d)'
const spanOfDay = new RegExp(`^\\s*${timeOfDay}\\s*[-–]\\s*${timeOfDay}\\s*$`)

/** Hours that begin and end at once would be all of the day, or none: they are not accepted. */
function quietSpan(text: string): QuietHours['spans'][number] | undefined {
  const found = spanOfDay.exec(text)
  if (!found) return undefined
  const [from, to] = [
    `${found[1]!.padStart(2, '0')}:${found[2]}`,
    `${found[3]!.padStart(2, '0')}:${found[4]}`,
  ]
  return from === to ? undefined : {from, to}
}

/** As it is spelled; `undefined` = there is none of that name. */
function timeZoneOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone
  } catch {
    // The only thing it throws for.
    return undefined
  }
}

function readProfileMappings(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const pairs = Object.entries(value)
  return pairs.every(([, to]) => typeof to === 'string') ? Object.fromEntries(pairs) : undefined
}
