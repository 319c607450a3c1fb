/**
 * Servers to carry away: as a list without secrets, or with those secrets that whoever carries them away entered
 * himself, sealed with words of his. What others entered, or what stands in the file, stays here: who may use a server
 * need not know its password.
 */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {Acting} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {Secret} from '#model/secret.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Former} from '../servers/definition-of.ts'
import {secretFields, type DescribedServer, type SecretField, type ServerEditor} from '../servers/draft.ts'
import {categorySourceText, wireName} from '../servers/draft-checks.ts'
import {knowerOf} from '../owned/secrets.ts'
import {withPlace} from '../servers/order.ts'
import {FORMAT, VERSION} from './commodarr.ts'
import {knownSecrets} from './import-changes.ts'

/** As it is written down; read by `commodarr.ts`. */
interface ExportedServer {
  readonly id: string
  readonly name: string
  readonly kind: ServerKind
  readonly url: string
  readonly username: string | null
  readonly basic_auth: {readonly username: string} | null
  readonly tls: {readonly ca: string | null; readonly skip_verify: boolean}
  readonly path_mappings: readonly {readonly server: string; readonly ours: string}[]
  readonly storage: string | null
  readonly category_source: string
  readonly allow_execute: boolean
  readonly download_roots: readonly string[]
  readonly poll_seconds: number | null
  readonly timeout_seconds: number | null
  readonly enabled: boolean
  readonly tags: readonly string[]
  readonly colour: string | null
  readonly icon: string | null
  readonly position: number
  readonly default_for_adding: boolean
  /** Which it has, whether they come along or not. */
  readonly secrets_set: readonly string[]
}

interface ServerExportDocument {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  readonly exported_at: number
  readonly servers: readonly ExportedServer[]
  /** Sealed; absent = none come along. */
  readonly secrets?: string
}

export class ServerExport {
  readonly #editor: Pick<ServerEditor, 'describe'>
  readonly #former: (id: ServerId) => Former | null
  /** Writes a entry into the journal. */
  readonly #record: (event: AuditEvent) => Promise<void>
  /** `accounts/passphrase.ts`. */
  readonly #encrypt: (text: string, passphrase: Secret) => Promise<string>
  readonly #clock: Clock
  /** Stretching a passphrase takes 128 MiB. */
  readonly #stretching = new Semaphore(1)

  constructor(
    editor: Pick<ServerEditor, 'describe'>,
    former: (id: ServerId) => Former | null,
    record: (event: AuditEvent) => Promise<void>,
    encrypt: (text: string, passphrase: Secret) => Promise<string>,
    clock: Clock,
  ) {
    this.#editor = editor
    this.#former = former
    this.#record = record
    this.#encrypt = encrypt
    this.#clock = clock
  }

  /** Of all that `by` manages. */
  document(by: Acting): ServerExportDocument {
    return {
      format: FORMAT,
      version: VERSION,
      exported_at: this.#clock.now(),
      servers: this.#managed(by).map(exported),
    }
  }

  /**
   * With the secrets; without the entry in the journal nobody gets them.
   * @throws {BadArgument} for a passphrase that is too short; a StorageFault
   */
  async encrypted(by: Acting, passphrase: Secret): Promise<ServerExportDocument> {
    const document = this.document(by)
    const secrets = this.#secrets(by)
    const text = JSON.stringify(secrets)
    const encrypted = await this.#stretching.run(() => this.#encrypt(text, passphrase))
    await this.#record({
      actor: by.actor,
      subject: 'server',
      verb: 'export',
      name: '',
      serverId: null,
      args: {servers: Object.keys(secrets)},
    })
    return {...document, secrets: encrypted}
  }

  #managed({access}: Acting): DescribedServer[] {
    return access.servers
      .filter((id) => access.may('manage', id))
      .flatMap((id) => this.#editor.describe(id) ?? [])
      .map((server) => withPlace(server, access.servers))
  }

  /** By server and field, in clear: only to be sealed. */
  #secrets(by: Acting): Record<string, Record<string, string>> {
    const entries = this.#managed(by).flatMap(({id}) => {
      const former = this.#former(id)
      const known = former === null ? {} : knownSecrets(former, knowerOf(by.actor))
      const texts = Object.entries(known).map(([field, secret]) => [
        wireName[field as SecretField],
        secret.reveal(),
      ])
      return texts.length === 0 ? [] : [[id, Object.fromEntries(texts) as Record<string, string>] as const]
    })
    return Object.fromEntries(entries)
  }
}

function exported(server: DescribedServer): ExportedServer {
  const {id, name, kind, url, username, basicAuthUser, tls, paths, storage, categorySource} = server
  const {allowExecute, downloadRoots, pace, enabled, tags, colour, icon, position} = server
  return {
    id,
    name,
    kind,
    url,
    username,
    enabled,
    tags,
    colour,
    icon,
    position,
    basic_auth: basicAuthUser === null ? null : {username: basicAuthUser},
    tls: {ca: tls.ca, skip_verify: tls.skipVerify},
    path_mappings: paths.map(({server: theirs, ours}) => ({server: theirs, ours})),
    storage,
    category_source: categorySourceText(categorySource),
    allow_execute: allowExecute,
    download_roots: downloadRoots,
    poll_seconds: pace.pollSeconds,
    timeout_seconds: pace.timeoutSeconds,
    default_for_adding: server.defaultForAdding,
    secrets_set: secretFields
      .filter((field) => server.secrets[field] !== 'none')
      .map((field) => wireName[field]),
  }
}
