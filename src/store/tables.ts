/**
 * The shape of the database, in the program's own spelling (the SQL is snake_case, `CamelCasePlugin` translates). One
 * shape for SQLite and PostgreSQL: text, whole numbers below 2^53, floats. Yes and no are 1 and 0, times epoch ms,
 * lists and records JSON text, sealed secrets text.
 */
import type {Generated} from 'kysely'

export type Flag = 0 | 1
/** JSON as text: parsed and checked by the repository that owns the column. */
type JsonText = string

export interface UserTable {
  id: string
  name: string
  /** Lower case, NFKC: two users never differ by that alone. */
  nameKey: string
  role: string
  /** local, file, oidc, proxy */
  origin: string
  /** PHC text of argon2id, or a bcrypt hash of the inherited file; `null` = logs in elsewhere. */
  passwordHash: string | null
  disabled: Flag
  /** Sealed; `null` = no second step. */
  totpSecret: string | null
  /** The last 30-second step that was used: no code works twice. */
  totpStep: number | null
  /** Hashes of unused recovery codes. */
  recoveryCodes: JsonText
  oidcIssuer: string | null
  oidcSubject: string | null
  createdAt: number
  updatedAt: number
  lastSeenAt: number | null
}

interface SessionTable {
  id: string
  tokenHash: string
  userId: string
  /** password, oidc */
  via: string
  address: string
  userAgent: string
  createdAt: number
  lastUsedAt: number
  expiresAt: number
}

export interface ApiKeyTable {
  id: string
  userId: string
  name: string
  keyHash: string
  scopes: JsonText
  /** `null` = all that its user may see. */
  servers: JsonText | null
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
}

export interface InvitationTable {
  id: string
  /** invitation, reset */
  kind: string
  tokenHash: string
  /** Of the user to be; for a reset, of nobody. */
  role: string | null
  /** Whose password is reset; `null` for an invitation. */
  userId: string | null
  name: string | null
  createdBy: string | null
  createdAt: number
  expiresAt: number
}

export interface ServerTable {
  id: string
  /** user, file: of the file only what people wrote beside it stands here */
  origin: string
  ownerId: string | null
  /** Without secrets; `null` for those of the file. */
  definition: JsonText | null
  /** Sealed, by field; `null` for those of the file. */
  secrets: JsonText | null
  tags: JsonText
  colour: string | null
  icon: string | null
  position: number
  defaultForAdding: Flag
  createdAt: number
  updatedAt: number
}

export interface ServerGrantTable {
  serverId: string
  /** A user's id, or `everyone`. */
  grantee: string
  /** view, control, none (everyone loses what a server of the file gives by default) */
  level: string
}

interface SettingTable {
  name: string
  value: JsonText
  updatedAt: number
}

export interface JournalTable {
  seq: Generated<number>
  id: string
  at: number
  actor: string
  userId: string | null
  address: string | null
  origin: string
  subject: string
  serverId: string | null
  hash: string | null
  name: string | null
  verb: string
  args: JsonText
  phase: string
  code: string | null
  message: string | null
  ruleId: string | null
  /** Id of the action that brought it about. */
  causeId: string | null
  /** Why a rule wanted it; on the first line of an action alone. */
  decided: JsonText | null
  /** Kept for a month only. */
  isBrief: Generated<Flag>
}

/** A verdict of a rule that stands in the journal, and how often it came since. */
interface VerdictTable {
  journalId: string
  ruleId: string
  subject: string
  said: string
  count: number
  firstAt: number
  lastAt: number
}

export interface SampleTable {
  serverId: string
  /** Seconds a sample stands for: 10, 60, 3600, 86400. */
  span: number
  /** Its beginning, a multiple of `span`. */
  at: number
  /** Samples of 10 seconds in it. */
  count: Generated<number>
  /** Means over those in which it was online, bytes/s. */
  downSpeed: number
  upSpeed: number
  /** Largest in the span, bytes/s. */
  downSpeedMax: number
  upSpeedMax: number
  /** Within the span, bytes. */
  downloaded: number
  uploaded: number
  /** At its end. */
  torrents: number
  downloading: number
  seeding: number
  failing: number
  freeSpace: number | null
  latencyMs: number | null
  /** Share of the samples in which it was online, 0 to 1. */
  online: number
}

/** A UTC day of one torrent, or of all torrents of one tracker on one server. */
export interface TrafficTable {
  serverId: string
  /** torrent, tracker */
  kind: string
  /** Info hash, or host of the tracker: '' = no tracker, * = the smallest together. */
  subject: string
  /** Beginning of the day. */
  at: number
  /** Numbers by hour of the day, as many as there are until the last that has something; bytes. */
  downloaded: JsonText
  uploaded: JsonText
  /** The same, at the end of the hour, null = as before: progress of a torrent, torrents of a tracker. */
  levels: JsonText
}

interface HealthChangeTable {
  seq: Generated<number>
  serverId: string
  at: number
  status: string
  reason: string
  detail: string
}

interface ServerHealthTable {
  serverId: string
  /** As it was last worth knowing after a restart. */
  state: JsonText
  /** Of the credentials that were refused, both; `null` = none were. */
  salt: string | null
  digest: string | null
  updatedAt: number
}

export interface ViewTable {
  id: string
  /** `null` = of whoever has no account. */
  userId: string | null
  name: string
  /** Two views of one owner never differ by case or width of letters alone. */
  nameKey: string
  icon: string | null
  definition: JsonText
  /** An audience; `null` = its owner's alone. */
  sharedWith: string | null
  position: number
  createdAt: number
  updatedAt: number
}

interface PreferenceTable {
  /** `null` = of whoever has no account. */
  userId: string | null
  name: string
  value: JsonText
  updatedAt: number
}

export interface ArrTable {
  id: string
  /** `null` = of whoever has no account. */
  ownerId: string | null
  /** radarr, sonarr, … */
  kind: string
  name: string
  url: string
  category: string
  settings: JsonText
  /** Sealed, by field; `null` = none. */
  secrets: JsonText | null
  enabled: Flag
  position: number
  createdAt: number
  updatedAt: number
  /** The most that is done for it: of the key by which it was last changed; `null` = by none. */
  ceiling: JsonText | null
}

export interface ArrGrantTable {
  arrId: string
  /** A user's id, or `everyone`. */
  grantee: string
  level: string
}

/** What a person says of a tracker. */
export interface TrackerProfileTable {
  id: string
  /** `null` = of a user without an account. */
  ownerId: string | null
  /** Another one after each edit. */
  revision: number
  content: JsonText
  createdAt: number
  updatedAt: number
}

/** Every revision of every rule of people. A removed rule has no current one. */
export interface RuleTable {
  id: string
  revision: number
  isCurrent: Flag
  /** `null` = of whoever has no account. Refers to nobody: a rule of somebody who is gone may do nothing. */
  ownerId: string | null
  name: string
  mode: string
  position: number
  /** Of the document's shape. */
  version: number
  document: JsonText
  /** Of the rule. */
  createdAt: number
  /** Of this revision. */
  revisedAt: number
  revisedBy: string | null
  /** Of mode and place, which make no revision. */
  changedAt: number
  /** The most that it may do: of the key by which it was last allowed to act; `null` = no key did. */
  ceiling: JsonText | null
}

/** A rule of the configuration that somebody switched off, or lets only simulate; also while it is away. */
interface PresetModeTable {
  ruleId: string
  mode: string
  changedAt: number
  changedBy: string | null
  /** Of the key by which it was switched; `null` = by none. */
  ceiling: JsonText | null
}

/** A rule that does nothing until somebody looked; also of rules of the file. */
interface RuleSuspensionTable {
  ruleId: string
  revision: number
  at: number
  reason: string
  detail: JsonText
}

/** How far a rule has come with a subject. */
export interface RuleMemoryTable {
  ruleId: string
  revision: number
  /** As `SubjectName.key`; of a torrent its `keyText`. */
  subject: string
  serverId: string | null
  /** Of the state's shape. */
  version: number
  state: JsonText
  strikeCount: number
  /** The newest of them, with their evidence. */
  strikes: JsonText
  firstAt: number
  lastAt: number
  expiresAt: number | null
}

/** A destructive action, as far as it counts against a budget. */
interface SpentTable {
  /** Of the command in the journal. */
  id: string
  at: number
  /** `null` = a person did it. */
  ruleId: string | null
  serverId: string
  /** Hosts. */
  trackers: JsonText
  /** Of a file of no torrent; `null` = it was a torrent, or nobody wrote the folder down. */
  folder: string | null
  bytes: number
}

/** What is ours to know of a torrent. */
export interface TorrentFactsTable {
  serverId: string
  hash: string
  firstSeenAt: number
  /** `null` = it was there when we looked first, as far as anybody knows. */
  cameAt: number | null
  /** Seconds; at most an hour behind. */
  seedingObserved: number
  /** Of the servers that it was moved from; `null` = it was not. */
  countedBefore: JsonText | null
  /** `null` = nobody saw it complete. */
  completeSeenAt: number | null
  /** Hosts, those of trackers that it does not have any more, too. */
  trackersSeen: JsonText
  /** It had others than these then, and nobody saw it get them. `null` = never. */
  trackersFoundAt: number | null
  lastManualChangeAt: number | null
  pinnedAt: number | null
  /** The file filter was applied. */
  filteredAt: number | null
  /** What the media probe found, and of which file. */
  probed: JsonText | null
  /** What our tags say, also where no tags are written. */
  marks: JsonText
  /** Where it goes back to after failing or rechecking. */
  categoryBefore: string | null
  /** Why; `null` = if it is stopped, we did not do it. */
  stoppedByUs: string | null
  timesRemoved: number
  /** Under which other versions of its server list it; `null` = under no other hash. */
  infoHashV1: string | null
  /** `null` = its server has it. */
  goneAt: number | null
}

export interface DownloadTable {
  arrId: string
  /** As the Arr writes it. */
  downloadId: string
  /** `null` = not met yet. */
  serverId: string | null
  hash: string | null
  /** owned, adopted */
  ownership: string
  mediaIds: JsonText
  state: string
  grabbedAt: number | null
  importedAt: number | null
  failedAt: number | null
  /** Of the import. */
  proof: JsonText | null
  /** The Arr's words and whatever else is worth keeping. */
  detail: JsonText | null
  updatedAt: number
}

/** The last search of an item, and each one that a failure led to. */
interface SearchTable {
  arrId: string
  /** movie:12, season:3:1, … */
  item: string
  /** '' = it was not for a failure. */
  failure: string
  /** One command may be about several items. */
  searchId: string
  reason: string
  /** intended, sent */
  phase: string
  at: number
}

/** Every search of an Arr, with what came of it. */
export interface SearchRunTable {
  searchId: string
  arrId: string
  items: JsonText
  /** What of the library it was for; NULL = it was not planned by a schedule. */
  unit: string | null
  /** person, failure, rule, schedule */
  cause: string
  reason: string
  commandId: number | null
  askedAt: number
  /** NULL = it is not known to be over. */
  endedAt: number | null
  outcome: string | null
  title: string | null
  said: string | null
  found: number | null
  /** So many were asked; NULL = the Arr did not say. */
  indexers: number | null
  grabs: JsonText
  refused: JsonText
  /** Of how many releases each class of reasons against it was said. */
  rejects: JsonText
  /** Questions to each of the indexers that Arrs share. */
  asked: JsonText
}

/** What is known of the searches of a unit. */
export interface SearchStateTable {
  arrId: string
  /** movie/12, season/3/1, … */
  unit: string
  foreignId: string | null
  searchId: string | null
  searchedAt: number | null
  reason: string | null
  round: number
  result: string | null
  restsUntil: number | null
  empties: number
  failures: number
  world: string | null
  heldAt: number | null
  wish: string | null
  wishedAt: number | null
}

/** Of an Arr whose searches a person paused. */
interface SearchPauseTable {
  arrId: string
  since: number
  /** NULL = until somebody lets them go on. */
  until: number | null
}

/** What people asked for in request managers. */
export interface RequestTable {
  /** Which manager. */
  source: string
  requestId: string
  /** movie, series */
  kind: string
  title: string | null
  tmdbId: number | null
  tvdbId: number | null
  imdbId: string | null
  /** host:port and URL base of the Arr that has it. */
  arrPlace: string | null
  /** Its number there. */
  itemId: number | null
  requester: string | null
  is4k: Flag
  /** approved, pending */
  status: string
  seasons: JsonText
  requestedAt: number
  seenAt: number
}

/** What has a temporary quality profile, had one, or is about to. */
export interface ProfileSwitchTable {
  id: string
  arrId: string
  kind: string
  containerId: number
  foreignId: string
  title: string
  originalId: number
  originalName: string
  fromId: number
  fromName: string
  temporaryId: number
  temporaryName: string
  state: string
  since: number
  begunAt: number
  reason: string | null
  tries: number
  seenId: number | null
}

/** A release of an item that was given up. */
interface GivenUpTable {
  arrId: string
  /** movie/12, … */
  item: string
  downloadId: string
  grabbedAt: number
  title: string
  at: number
  reason: string | null
  resumedAt: number | null
}

/** An end that somebody waits for. Those of things in the trash stand there. */
interface ExpiryTable {
  kind: string
  subject: string
  dueAt: number
  version: number
  detail: JsonText
  createdAt: number
}

interface SagaTable {
  id: string
  kind: string
  subject: string
  /** The last one that was begun. */
  step: string
  version: number
  state: JsonText
  startedAt: number
  updatedAt: number
  /** `null` = it is not finished. */
  endedAt: number | null
  outcome: string | null
}

/** What was set aside, and can be brought back. */
export interface TrashTable {
  id: string
  serverId: string
  hash: string
  name: string
  /** remove, recycle, … */
  verb: string
  /** Where it was, and where it lies now. */
  paths: JsonText
  bytes: number
  version: number
  /** What the torrent was like, for bringing it back. */
  resume: JsonText
  /** `null` = a person did it. */
  ruleId: string | null
  ruleRevision: number | null
  userId: string | null
  setAsideAt: number
  until: number
  /** kept, restoring, restored, purging, purged */
  state: string
  stateAt: number
  message: string | null
}

/** Apart from the rest, so that a list of the trash does not read them. */
interface TrashMetainfoTable {
  trashId: string
  /** Base64: columns hold text on both databases. */
  metainfo: string
}

/** A database of the older program that was taken over. */
interface MovedDatabaseTable {
  path: string
  /** SHA-256 */
  fingerprint: string
  bytes: number
  modifiedAt: number
  movedAt: number
  counts: JsonText
}

/** What the older program knew of an item and no other table holds. */
interface InheritedItemTable {
  arrId: string
  /** movie/12, series/3, … */
  item: string
  requested: number
  originalProfileId: number | null
  temporaryProfileId: number | null
  switchedAt: number | null
  title: string | null
}

/** A row of `model/library.ts`. */
export interface LibraryItemTable {
  arrId: string
  /** movie, series, season, episode, artist, album, author, book */
  kind: string
  itemId: number
  parentId: number | null
  seasonNumber: number | null
  number: number | null
  title: string
  year: number | null
  tmdbId: number | null
  tvdbId: number | null
  imdbId: string | null
  foreignId: string
  inCinemasAt: number | null
  digitalAt: number | null
  physicalAt: number | null
  releasedAt: number | null
  runtimeMinutes: number
  minimumAvailability: string
  seriesType: string
  addedAt: number | null
  monitored: Flag
  fileId: number | null
  have: number
  due: number
  size: number
  quality: string
  belowCutoff: Flag | null
  score: number | null
  profileId: number | null
  /** A list of numbers. */
  tags: JsonText
  searchedAt: number | null
  /** Of what it says; only its reader knows how it is made. */
  rowHash: number
  readAt: number
}

interface LibraryArrTable {
  arrId: string
  /** When it was read whole last. */
  readAt: number | null
  /** restored, vanished, unread; `null` = what is absent is not there */
  doubtful: string | null
  settings: JsonText | null
}

/** The disk at one of our paths, as it was believed last. */
interface MountTable {
  path: string
  device: string
  inode: string
  /** Its kind, as `statfs` numbers them. */
  fileSystem: string
  totalBytes: number
  hadFiles: number
  seenAt: number
}

export interface Tables {
  users: UserTable
  sessions: SessionTable
  apiKeys: ApiKeyTable
  invitations: InvitationTable
  servers: ServerTable
  serverGrants: ServerGrantTable
  settings: SettingTable
  journal: JournalTable
  verdicts: VerdictTable
  samples: SampleTable
  traffic: TrafficTable
  healthChanges: HealthChangeTable
  serverHealth: ServerHealthTable
  views: ViewTable
  preferences: PreferenceTable
  arrs: ArrTable
  arrGrants: ArrGrantTable
  trackerProfiles: TrackerProfileTable
  rules: RuleTable
  presetModes: PresetModeTable
  ruleSuspensions: RuleSuspensionTable
  ruleMemory: RuleMemoryTable
  spent: SpentTable
  torrentFacts: TorrentFactsTable
  downloads: DownloadTable
  searches: SearchTable
  searchRuns: SearchRunTable
  searchState: SearchStateTable
  searchPauses: SearchPauseTable
  requests: RequestTable
  profileSwitches: ProfileSwitchTable
  givenUp: GivenUpTable
  expiry: ExpiryTable
  sagas: SagaTable
  trash: TrashTable
  trashMetainfo: TrashMetainfoTable
  movedDatabases: MovedDatabaseTable
  inheritedItems: InheritedItemTable
  mounts: MountTable
  libraryItems: LibraryItemTable
  libraryArrs: LibraryArrTable
}
