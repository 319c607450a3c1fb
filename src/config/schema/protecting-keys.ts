/**
 * Which keys protect: a file that lost one of them, as one that is cut does, may have more removed or moved than its
 * owner asked for. Which keys admit: they decide who gets in, and where we listen. Every key of the schema has a class
 * here. In doubt it protects: the question that follows costs a click, and the other way around it costs data.
 */
import type {Field, Rows, Shape, Table} from './fields.ts'
import type {settingsShape, webuiShape} from './schema.ts'
import type {arrShape} from './schema-arrs.ts'
import type {prowlarrShape} from './schema-prowlarr.ts'
import type {serverShapes} from './schema-servers.ts'

type KeyClass = 'protects' | 'admits' | 'harmless'

/** As the shape is nested. One word for a table: all that is in it. */
export interface KeyClasses {
  readonly [key: string]: KeyClass | KeyClasses
}

type ClassesOf<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends Table<infer T> | Rows<infer T>
    ? ClassesOf<T> | 'harmless'
    : S[K] extends Field<infer _>
      ? KeyClass
      : never
}

/** What is owed to trackers: absent means nothing, or what the table above says. */
const hitAndRun = {
  HitAndRunMode: 'protects',
  MinSeedRatio: 'protects',
  MinSeedingTimeDays: 'protects',
  HitAndRunMinimumDownloadPercent: 'protects',
  HitAndRunPartialSeedRatio: 'protects',
  TrackerUpdateBuffer: 'protects',
} as const

const trackers = {
  ...hitAndRun,
  Name: 'harmless',
  URI: 'protects',
  // It decides which row counts.
  Priority: 'protects',
  SortTorrents: 'harmless',
  MaximumETA: 'protects',
  // Without them the limits of the section count, which may be met sooner.
  MaxUploadRatio: 'protects',
  MaxSeedingTime: 'protects',
  DownloadRateLimit: 'harmless',
  UploadRateLimit: 'harmless',
  SuperSeedMode: 'harmless',
  AddTrackerIfMissing: 'harmless',
  RemoveIfExists: 'harmless',
  // Rules may keep what has a tag.
  AddTags: 'protects',
} as const

const seeding = {
  DownloadRateLimitPerTorrent: 'harmless',
  UploadRateLimitPerTorrent: 'harmless',
  MaxUploadRatio: 'protects',
  MaxSeedingTime: 'protects',
  RemoveTorrent: 'protects',
} as const

const categorySeeding = {
  ...seeding,
  ...hitAndRun,
  StalledDelay: 'protects',
  IgnoreTorrentsYoungerThan: 'protects',
} as const

const settings: ClassesOf<typeof settingsShape> = {
  // By it an older file is read otherwise, also what it owes to trackers.
  ConfigVersion: 'protects',
  ConsoleLevel: 'harmless',
  Logging: 'harmless',
  CompletedDownloadFolder: 'protects',
  FreeSpace: 'protects',
  FreeSpaceFolder: 'protects',
  AutoPauseResume: 'harmless',
  NoInternetSleepTimer: 'harmless',
  LoopSleepTimer: 'harmless',
  SearchLoopDelay: 'harmless',
  // Another category is treated as failed, or is somebody's, then.
  FailedCategory: 'protects',
  RecheckCategory: 'protects',
  Tagless: 'harmless',
  IgnoreTorrentsYoungerThan: 'protects',
  // Without internet nothing is given up, if it is noticed.
  PingURLS: 'protects',
  WebhookUrl: 'harmless',
  FFprobeAutoUpdate: 'harmless',
  // Another one may find media broken.
  FFprobePath: 'protects',
  AutoUpdateEnabled: 'harmless',
  AutoUpdateCron: 'harmless',
  AutoUpdateChannel: 'harmless',
  AutoRestartProcesses: 'harmless',
  MaxProcessRestarts: 'harmless',
  ProcessRestartWindow: 'harmless',
  ProcessRestartDelay: 'harmless',
  ProcessSpawnTimeoutSeconds: 'harmless',
  // A program that is not named is not started, and what comes behind it in a rule neither.
  Programs: 'harmless',
  Torrent: {MaximumETA: 'protects', MaximumDeletablePercentage: 'protects'},
}

/** Who is let in, and how the pages look: no rule goes by it. */
const webui: ClassesOf<typeof webuiShape> = {
  Host: 'admits',
  Port: 'admits',
  Token: 'admits',
  AuthDisabled: 'admits',
  AllowInsecureExposure: 'admits',
  AllowInsecureTokenQuery: 'admits',
  BehindHttpsProxy: 'admits',
  UrlBase: 'admits',
  LocalAuthEnabled: 'admits',
  OIDCEnabled: 'admits',
  Username: 'admits',
  PasswordHash: 'admits',
  AllowedHosts: 'admits',
  TrustedProxies: 'admits',
  ForwardedUserHeader: 'admits',
  ForwardedUserRole: 'admits',
  LiveArr: 'harmless',
  Theme: 'harmless',
  ViewDensity: 'harmless',
  OIDC: {
    Authority: 'admits',
    ClientId: 'admits',
    ClientSecret: 'admits',
    Scopes: 'admits',
    CallbackPath: 'admits',
    RequireHttpsMetadata: 'admits',
    GroupsClaim: 'admits',
    AdministratorGroups: 'admits',
    MemberGroups: 'admits',
    ViewerGroups: 'admits',
    DefaultRole: 'admits',
  },
}

type AnyServerShape = (typeof serverShapes)[keyof typeof serverShapes]

const servers: ClassesOf<AnyServerShape> & Readonly<Record<string, KeyClass | KeyClasses>> = {
  Name: 'harmless',
  // A server that was left alone would be managed.
  Disabled: 'protects',
  // Without one of them another server answers, or none: what it claims and what an Arr has there is not known then.
  Url: 'protects',
  URI: 'protects',
  Host: 'protects',
  Port: 'protects',
  Path: 'protects',
  Socket: 'protects',
  UserName: 'protects',
  Password: 'protects',
  ApiKey: 'protects',
  BasicAuthUser: 'protects',
  BasicAuthPassword: 'protects',
  SkipTLSVerify: 'protects',
  CAFile: 'protects',
  HttpProxy: 'protects',
  PathMappings: 'protects',
  Storage: 'protects',
  PollSeconds: 'harmless',
  TimeoutSeconds: 'harmless',
  CategorySource: 'protects',
  AllowExecute: 'harmless',
  DownloadRoots: 'protects',
  // What no section manages belongs to nobody, for rules of people, too.
  ManagedCategories: 'protects',
  MatchSubcategories: 'protects',
  Trackers: trackers,
  CategorySeeding: {...categorySeeding, Categories: {Name: 'protects', ...categorySeeding}},
}

const arrs: ClassesOf<typeof arrShape> = {
  Managed: 'protects',
  // An Arr that is not reached cannot speak for what is its own.
  URI: 'protects',
  APIKey: 'protects',
  SkipTLSVerify: 'protects',
  Category: 'protects',
  ReSearch: 'harmless',
  // What was copied may be moved.
  importMode: 'protects',
  RssSyncTimer: 'harmless',
  RefreshDownloadsTimer: 'harmless',
  ArrErrorCodesToBlocklist: 'harmless',
  MatchSubcategories: 'protects',
  EntrySearch: 'harmless',
  Torrent: {
    CaseSensitiveMatches: 'protects',
    // Without them fewer files are unwanted.
    FolderExclusionRegex: 'harmless',
    FileNameExclusionRegex: 'harmless',
    FileExtensionAllowlist: 'harmless',
    AutoDelete: 'harmless',
    IgnoreTorrentsYoungerThan: 'protects',
    MaximumETA: 'protects',
    MaximumDeletablePercentage: 'protects',
    DoNotRemoveSlow: 'protects',
    StalledDelay: 'protects',
    ReSearchStalled: 'harmless',
    Trackers: trackers,
    SeedingMode: {...seeding, RemoveDeadTrackers: 'harmless', RemoveTrackerWithMessage: 'harmless'},
  },
}

/** Without them no more is removed; a search more may be sent. */
const prowlarrs: ClassesOf<typeof prowlarrShape> = {
  URI: 'harmless',
  APIKey: 'harmless',
  SkipTLSVerify: 'harmless',
}

/** Of the program's own sections, of those of servers of whatever kind, of Arrs and of Prowlarrs. */
export const keyClasses = {settings, webui, servers, arrs, prowlarrs} as const satisfies Readonly<
  Record<string, KeyClasses>
>

/**
 * Does the section lose something when this key is not read? By its class in the table at `path`; elsewhere, in whatever
 * case, by what it is in any table of the section.
 */
export function isLossIn(classes: KeyClasses, path: readonly string[], key: string): boolean {
  const here = path.reduce<KeyClass | KeyClasses>((above, name) => classIn(above, name), classes)
  if (typeof here !== 'string' && Object.hasOwn(here, key)) return matters(here[key]!)
  return mattersAnywhere(classes, key.toLowerCase())
}

function classIn(classes: KeyClass | KeyClasses, name: string): KeyClass | KeyClasses {
  if (typeof classes === 'string') return classes
  return Object.hasOwn(classes, name) ? classes[name]! : {}
}

function mattersAnywhere(classes: KeyClasses, lower: string): boolean {
  return Object.entries(classes).some(
    ([key, its]) =>
      (key.toLowerCase() === lower && matters(its)) ||
      (typeof its !== 'string' && mattersAnywhere(its, lower)),
  )
}

function matters(its: KeyClass | KeyClasses): boolean {
  return typeof its === 'string' ? its !== 'harmless' : Object.values(its).some(matters)
}
