/**
 * The shape of the database, in the program's own spelling (the SQL is snake_case, `CamelCasePlugin` translates). One
 * shape for SQLite and PostgreSQL: text, whole numbers below 2^53, floats. Yes and no are 1 and 0, times epoch ms,
 * lists and records JSON text, sealed secrets text.
 */
import type {Generated} from 'kysely'

export type Flag = 0 | 1
/** JSON as text: parsed and checked by the repository that owns the column. */
export type JsonText = string

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

export interface SessionTable {
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

export interface SettingTable {
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

export interface HealthChangeTable {
  seq: Generated<number>
  serverId: string
  at: number
  status: string
  reason: string
  detail: string
}

export interface ServerHealthTable {
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
  position: number
  createdAt: number
  updatedAt: number
}

export interface PreferenceTable {
  /** `null` = of whoever has no account. */
  userId: string | null
  name: string
  value: JsonText
  updatedAt: number
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
  samples: SampleTable
  healthChanges: HealthChangeTable
  serverHealth: ServerHealthTable
  views: ViewTable
  preferences: PreferenceTable
}
