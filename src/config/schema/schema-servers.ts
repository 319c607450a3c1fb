/** The sections of torrent servers; what each kind has of its own follows from its descriptor. */
import {isAbsolute} from 'node:path'
import type {KindField} from '#clients/kinds/kind.ts'
import {clientKinds, serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {CategorySource, PathMapping} from '#model/server.ts'
import {DAY, type Seconds} from '#model/units.ts'
import {
  choice,
  decimal,
  duration,
  durationOr,
  flag,
  headerKey,
  limit,
  optionalText,
  optionalWhole,
  rows,
  secret,
  special,
  table,
  text,
  textList,
  whole,
  type Shape,
  type ValuesOf,
} from './fields.ts'

/** So long nothing seeds: a limit that cannot be read is never met, and does not fall back to a smaller one. */
export const NEVER_SECONDS: Seconds = 100_000 * DAY
export const NEVER_RATIO = 10_000

/** What a torrent owes its tracker. A value that cannot be read counts as the strictest: in doubt nothing is removed. */
export const hitAndRunShape = {
  HitAndRunMode: choice(
    ['and', 'or', 'disabled'],
    'disabled',
    'What must be paid before removal: ratio and time, either, or nothing.',
    {ifBad: 'and'},
  ),
  MinSeedRatio: decimal(1, 'Ratio that is asked.', {min: 0, max: 10_000}, {ifBad: 10_000}),
  MinSeedingTimeDays: decimal(
    0,
    'Seeding time that is asked, days.',
    {min: 0, max: 100_000},
    {ifBad: 100_000},
  ),
  HitAndRunMinimumDownloadPercent: decimal(
    10,
    'Below this percentage nothing is owed.',
    {min: 0, max: 100},
    {ifBad: 0},
  ),
  HitAndRunPartialSeedRatio: decimal(
    1,
    'Ratio that a partial download owes.',
    {min: 0, max: 10_000},
    {ifBad: 10_000},
  ),
  TrackerUpdateBuffer: duration('seconds', 0, 'Extra time until the tracker has noticed.', {
    ifBad: NEVER_SECONDS,
  }),
}

/** Above all that may be written: which of several rows would count cannot be said, so nothing of this one removes. */
export const UNREAD_PRIORITY = 1_000_001

/** Rules for one tracker, matched by host. */
export const trackerShape = {
  Name: optionalText('A label, for people.'),
  URI: optionalText('Announce address or bare host.'),
  Priority: whole(
    0,
    'The highest of the matching rows counts; for torrents of an Arr a row that says none comes last.',
    {min: -1_000_000, max: 1_000_000},
    {ifBad: UNREAD_PRIORITY},
  ),
  SortTorrents: flag(false, 'Let the queue follow the priorities.'),
  MaximumETA: durationOr(null, 'seconds', -1, 'A download that would take longer than this counts as slow.', {
    ifBad: NEVER_SECONDS,
  }),
  MaxUploadRatio: limit(-1, 'Ratio at which it may be removed.', {ifBad: NEVER_RATIO}),
  MaxSeedingTime: durationOr(null, 'seconds', -1, 'Seeding time at which it may be removed.', {
    ifBad: NEVER_SECONDS,
  }),
  DownloadRateLimit: limit(-1, 'Download limit of each torrent, in bytes/s; -1 unlimited, 0 leave alone.'),
  UploadRateLimit: limit(-1, 'Upload limit of each torrent, in bytes/s; -1 unlimited, 0 leave alone.'),
  SuperSeedMode: flag(false, 'Turn super seeding on.'),
  AddTrackerIfMissing: flag(false, 'Add this tracker to torrents that lack it.'),
  RemoveIfExists: flag(false, 'Take this tracker off torrents that have it.'),
  AddTags: textList([], 'Tags for its torrents.'),
  ...hitAndRunShape,
}

const removeModes = [-1, 1, 2, 3, 4] as const
export type RemoveMode = (typeof removeModes)[number]

const removeTorrent = {
  ...special<RemoveMode>(
    'number',
    '-1 never, 1 at the ratio, 2 at the time, 3 at either, 4 at both',
    -1,
    '-1',
    'When seeding is done: -1 never, 1 at the ratio, 2 at the time, 3 at either, 4 at both.',
    (value) => removeModes.find((mode) => mode === (typeof value === 'string' ? Number(value) : value)),
  ),
  words: removeModes.map(String),
}

/** Seeding limits that servers and Arrs share. */
export const seedingShape = {
  DownloadRateLimitPerTorrent: limit(
    -1,
    'Download limit of each torrent, in KiB/s; -1 unlimited, 0 leave alone.',
  ),
  UploadRateLimitPerTorrent: limit(
    -1,
    'Upload limit of each torrent, in KiB/s; -1 unlimited, 0 leave alone.',
  ),
  // With RemoveTorrent = 4 the other limit alone would remove it.
  MaxUploadRatio: limit(-1, 'Ratio at which it may be removed.', {ifBad: NEVER_RATIO}),
  MaxSeedingTime: durationOr(null, 'seconds', -1, 'Seeding time at which it may be removed.', {
    ifBad: NEVER_SECONDS,
  }),
  RemoveTorrent: removeTorrent,
}

const categorySeedingShape = {
  ...seedingShape,
  ...hitAndRunShape,
  StalledDelay: durationOr(null, 'minutes', -1, 'Remove what stalled so long; 0 and -1 = never.'),
  IgnoreTorrentsYoungerThan: duration('seconds', 180, 'Younger torrents are not evaluated.', {
    ifBad: NEVER_SECONDS,
  }),
}

/** Rules for torrents that no Arr owns; any kind of server takes them. */
const rulesShape = {
  ManagedCategories: textList([], 'Categories that these rules manage, without an Arr.'),
  MatchSubcategories: flag(false, 'Categories below a managed one (`tv/anime`) belong to it.'),
  Trackers: rows(
    trackerShape,
    'Rules per tracker. Those of `[qBit]` hold for torrents of Arrs on every server.',
  ),
  CategorySeeding: table(
    {
      ...categorySeedingShape,
      Categories: rows(
        {Name: text('', 'The category.'), ...categorySeedingShape},
        'Other values for single categories; what a row lacks it takes from the table above.',
      ),
    },
    'Limits for torrents of the managed categories.',
  ),
}

const pathMappings = special<readonly PathMapping[]>(
  'table',
  'a table {"/path/on/server" = "/path/here"} or a list of {Server = "…", Ours = "…"}, our paths absolute',
  [],
  '{}',
  'Where the paths of the server are in our own file system.',
  readPathMappings,
)

const reachShape = {
  Name: optionalText('Name on screen; the section name when absent.'),
  Disabled: flag(false, 'Leave this server alone.', {ifBad: true}),
  Url: optionalText('The whole address in one, instead of `Host`, `Port` and `Path`.', {essential: true}),
  URI: optionalText('The same as `Url`.', {essential: true}),
  Host: optionalText('Host name or address; may carry scheme, port and path. `localhost` when absent.', {
    essential: true,
  }),
  Path: optionalText('Path on that host.', {essential: true}),
  Password: secret('Its password.', {essential: true}),
  SkipTLSVerify: flag(false, 'Accept any certificate.'),
  CAFile: optionalText('PEM file of the authority that signed the certificate.', {essential: true}),
  HttpProxy: secret('Proxy on the way to the server, `http://[user:password@]host:port`.', {essential: true}),
  PathMappings: pathMappings,
  Storage: optionalText(
    'Name of the disk it works on. Servers with one name share it, those with two names do not, whatever their addresses; absent: not set.',
  ),
  PollSeconds: optionalWhole('automatic, 2 to 10', 'Seconds between two looks at the server, at least.', {
    min: 1,
    max: 300,
  }),
  TimeoutSeconds: optionalWhole(
    'automatic, 15 to 30',
    'Seconds an answer may take; whole lists and adding get more.',
    {min: 2, max: 600},
  ),
}

const categorySource = special<CategorySource>(
  'word',
  '"label", "label:<prefix>" or "path"',
  {from: 'label'},
  '"label"',
  'Where the category of a torrent stands: its first label, the label with this prefix, or the first folder below the default directory, which is what an Arr needs with a Transmission before 4, as that ignores labels when it adds.',
  readCategorySource,
)

/** The keys behind each setting that only some kinds have. */
const ownShapes = {
  username: {UserName: optionalText('User; empty when the server asks for none.', {essential: true})},
  apiKey: {
    ApiKey: headerKey('API key of qBittorrent 5.2 and newer, instead of user and password.', {
      essential: true,
    }),
  },
  basicAuth: {
    BasicAuthUser: optionalText('User of a reverse proxy in front (HTTP Basic).', {essential: true}),
    BasicAuthPassword: secret('Its password.', {essential: true}),
  },
  socket: {
    Socket: optionalText('Path of the SCGI socket on this machine, instead of a host.', {essential: true}),
  },
  categorySource: {CategorySource: categorySource},
  allowExecute: {AllowExecute: flag(false, 'May we run commands on its machine to move or remove data?')},
  downloadRoots: {
    DownloadRoots: special<readonly string[]>(
      'list',
      'a list of absolute paths other than /',
      [],
      '[]',
      'Data is removed only below these; its default directory when absent.',
      readRoots,
      {essential: true},
    ),
  },
} as const satisfies Record<KindField, Shape>

function portOf(kind: ServerKind) {
  const {port, absentPort, takesScgi} = clientKinds[kind].address
  const absent = String(absentPort?.port ?? port)
  return optionalWhole(
    takesScgi ? `${absent} (SCGI), 80 or 443 (HTTP)` : absent,
    'Port.',
    {min: 1, max: 65_535},
    {essential: true, ...(absentPort && {inFile: String(port)})},
  )
}

/** The keys of a kind in the order of the reference; the user before the password. */
function shapeOf(kind: ServerKind): ServerShape {
  const {Name, Disabled, Url, URI, Host, Path, ...rest} = reachShape
  const {fields} = clientKinds[kind]
  const own = fields.filter((field) => field !== 'username').map((field) => ownShapes[field])
  const user = fields.includes('username') ? ownShapes.username : {}
  const port = {Port: portOf(kind)}
  return Object.assign(
    {Name, Disabled, Url, URI, Host, Path},
    user,
    rest,
    port,
    ...own,
    rulesShape,
  ) as ServerShape
}

type ServerShape = typeof reachShape & {readonly Port: ReturnType<typeof portOf>} & typeof rulesShape

/** What a section of each kind may hold. */
export const serverShapes = Object.fromEntries(serverKinds.map((kind) => [kind, shapeOf(kind)])) as {
  readonly [K in ServerKind]: ServerShape
}

/** Fields that read the same for every kind that has them. */
export const {PathMappings, SkipTLSVerify, Storage} = reachShape
export const {CategorySource: CategorySourceField} = ownShapes.categorySource
export const {DownloadRoots} = ownShapes.downloadRoots

export type Reach = ValuesOf<typeof reachShape> & {readonly Port: number | null}
/** What a server's section says besides how to reach it. */
export type ServerRules = ValuesOf<typeof rulesShape>

export const ruleKeys = Object.keys(rulesShape) as (keyof ServerRules)[]

function readPathMappings(value: unknown): readonly PathMapping[] | undefined {
  const pairs = mappingPairs(value)
  const mapped = pairs?.map(([server, ours]) => mappingOf(server, ours))
  return mapped?.every((mapping) => mapping !== undefined) ? mapped : undefined
}

function mappingPairs(value: unknown): [unknown, unknown][] | undefined {
  if (Array.isArray(value)) {
    return value.map((row: unknown) => {
      if (typeof row !== 'object' || row === null || Object.keys(row).length !== 2)
        return [undefined, undefined]
      return [Reflect.get(row, 'Server'), Reflect.get(row, 'Ours')]
    })
  }
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined
}

function mappingOf(server: unknown, ours: unknown): PathMapping | undefined {
  if (typeof server !== 'string' || typeof ours !== 'string') return undefined
  if (!isServerPath(server) || !isAbsolute(ours)) return undefined
  return {server: withoutEndingSlash(server), ours: withoutEndingSlash(ours)}
}

/** Absolute on Unix or Windows: the server may run on either. */
function isServerPath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)
}

function withoutEndingSlash(path: string): string {
  return path.replace(/(?<=[^:/\\])[/\\]+$/, '')
}

function readCategorySource(value: unknown): CategorySource | undefined {
  if (typeof value !== 'string') return undefined
  const [word = '', ...rest] = value.trim().split(':')
  const prefix = rest.join(':')
  if (word === 'path' && rest.length === 0) return {from: 'path'}
  if (word !== 'label') return undefined
  if (rest.length === 0) return {from: 'label'}
  return prefix === '' ? undefined : {from: 'labelPrefix', prefix}
}

function readRoots(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const roots = value.map((root: unknown) =>
    typeof root === 'string' && /^\/+[^/]/.test(root) && !root.split('/').includes('..')
      ? withoutEndingSlash(root)
      : undefined,
  )
  return roots.every((root) => root !== undefined) ? roots : undefined
}
