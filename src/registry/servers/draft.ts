/**
 * What a person gives to have a server, and what he is shown of it: never a secret. From a draft to the definition
 * that links are made of leads `definition-of.ts` alone, also for what is imported.
 */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Acting} from '#model/access.ts'
import type {CategorySource, PathMapping, ServerCard, ServerPace} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {DraftSecret, SecretStates} from '../owned/secrets.ts'
import type {Sharing} from '../owned/sharing.ts'

/** A person may type what the file allows (`config/server-address.ts`): one of the three. */
export type DraftAddress =
  | {readonly url: string}
  | {
      readonly scheme?: string | null | undefined
      readonly host: string
      readonly port?: number | null | undefined
      readonly path?: string | null | undefined
    }
  | {readonly socket: string}

export interface ServerDraft extends ServerLook {
  readonly kind: ServerKind
  readonly name: string
  readonly address: DraftAddress
  readonly username: string | null
  readonly password: DraftSecret
  readonly apiKey: DraftSecret
  readonly basicAuth: {readonly username: string; readonly password: DraftSecret} | null
  readonly tls: {readonly ca: string | null; readonly skipVerify: boolean}
  readonly httpProxy: DraftSecret
  readonly paths: readonly PathMapping[]
  readonly storage: string | null
  readonly categorySource: CategorySource
  readonly allowExecute: boolean
  readonly downloadRoots: readonly string[]
  readonly pace: ServerPace
  readonly enabled: boolean
}

/** How it looks and where it stands; for servers of the file this is all that is kept here. */
export interface ServerLook {
  readonly tags: readonly string[]
  /** `#rrggbb` */
  readonly colour: string | null
  readonly icon: string | null
  /** Place in the list that whoever says it sees, 0 first; `null` = behind all others. */
  readonly position: number | null
  /** At most one server of an owner is. */
  readonly defaultForAdding: boolean
}

export const lookFields = [
  'tags',
  'colour',
  'icon',
  'position',
  'defaultForAdding',
] as const satisfies readonly (keyof ServerLook)[]

/** Only what changes; secrets that are absent stay. */
export type ServerPatch = Partial<ServerDraft>

/** What a draft has where nothing was said. */
export const plainDraft = {
  username: null,
  password: undefined,
  apiKey: undefined,
  basicAuth: null,
  tls: {ca: null, skipVerify: false},
  httpProxy: undefined,
  paths: [],
  storage: null,
  categorySource: {from: 'label'},
  allowExecute: false,
  downloadRoots: [],
  pace: {pollSeconds: null, timeoutSeconds: null},
  enabled: true,
  tags: [],
  colour: null,
  icon: null,
  position: null,
  defaultForAdding: false,
} as const satisfies Omit<ServerDraft, 'kind' | 'name' | 'address'>

export const secretFields = ['password', 'apiKey', 'basicAuth', 'httpProxy'] as const
export type SecretField = (typeof secretFields)[number]

/** Everything about a server but its secrets, for who may edit it. */
export interface DescribedServer extends ServerCard {
  readonly name: string
  readonly kind: ServerKind
  readonly url: string
  readonly username: string | null
  readonly basicAuthUser: string | null
  readonly tls: {readonly ca: string | null; readonly skipVerify: boolean}
  readonly paths: readonly PathMapping[]
  readonly storage: string | null
  readonly categorySource: CategorySource
  readonly allowExecute: boolean
  readonly downloadRoots: readonly string[]
  readonly pace: ServerPace
  readonly enabled: boolean
  readonly obstacle: 'secret_unreadable' | null
  readonly secrets: SecretStates<SecretField>
}

/**
 * Makes, changes and removes servers for people. Everything is in the database before it is in force.
 * @throws {CommodarrError} `server_unknown` for whatever `by` may not see, `forbidden`, `address_forbidden`,
 *   {@link DraftInvalid}, a StorageFault
 */
export interface ServerEditor {
  create(by: Acting, draft: ServerDraft): Promise<ServerCard>
  change(by: Acting, id: ServerId, patch: ServerPatch): Promise<ServerCard>
  /** Only the definition goes: its torrents stay where they are. */
  remove(by: Acting, id: ServerId): Promise<void>
  share(by: Acting, id: ServerId, sharing: Sharing): Promise<void>
  /** Some servers that `by` manages take each other's places. */
  order(by: Acting, ids: readonly ServerId[]): Promise<void>
  /** Asks nobody for rights: the caller does. */
  describe(id: ServerId): DescribedServer | null
}
