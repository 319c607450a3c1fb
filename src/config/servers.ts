/** From the sections of torrent servers to definitions. A section with a fault stays off; the others do not notice. */
import {isIP} from 'node:net'
import {hasField, type ServerKind} from '#clients/kinds/kinds.ts'
import {Secret} from '#model/secret.ts'
import {plainReach, type CategorySource, type ServerDefinition} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {OffSection} from './config.ts'
import {reportIdleCategories, reportIdleTrackers} from './idle-rows.ts'
import {isPlaceholder, type Shape, type ValuesOf} from './schema/fields.ts'
import {showValue} from './document/findings.ts'
import {readTable, type Reading} from './schema/read-table.ts'
import {ruleKeys, serverShapes, type Reach, type ServerRules} from './schema/schema-servers.ts'
import {serverKindOf} from './schema/sections.ts'
import {addressOf, type Address, type AddressKey} from './server-address.ts'

interface ServerReading {
  readonly servers: readonly ServerDefinition[]
  readonly rules: ReadonlyMap<ServerId, ServerRules>
  readonly off: readonly OffSection[]
}

/**
 * @param sections of the file that may be read
 * @param readFile for CA files; rejects with the file system's error
 */
export async function readServers(
  reading: Reading,
  sections: readonly string[],
  readFile: (path: string) => Promise<string>,
): Promise<ServerReading> {
  const servers: ServerDefinition[] = []
  const rules = new Map<ServerId, ServerRules>()
  const off: OffSection[] = []
  for (const section of sections) {
    const kind = serverKindOf(section)
    if (kind === null) continue
    const {definition, rules: own} = await new ServerSection(section, kind, reading, readFile).make()
    // What it asks of torrents counts on, also where the server cannot be used: nothing is owed less for a typing error.
    rules.set(asServerId(section), own)
    if (typeof definition === 'string') off.push({section, kind, reason: definition})
    else servers.push(definition)
  }
  warnOfSameAddress(servers, reading)
  return {servers, rules, off}
}

/** Keys that only some kinds have, `null` where the kind has none. */
interface OwnKeys {
  readonly UserName: string | null
  readonly ApiKey: Secret | null
  readonly BasicAuthUser: string | null
  readonly BasicAuthPassword: Secret | null
  readonly Socket: string | null
  readonly CategorySource: CategorySource
  readonly AllowExecute: boolean
  readonly DownloadRoots: readonly string[]
}

const ownKeys: OwnKeys = {
  UserName: null,
  ApiKey: null,
  BasicAuthUser: null,
  BasicAuthPassword: null,
  Socket: null,
  CategorySource: {from: 'label'},
  AllowExecute: false,
  DownloadRoots: [],
}

type Values = Reach & OwnKeys & ServerRules

class ServerSection {
  readonly #section: string
  readonly #kind: ServerKind
  readonly #reading: Reading
  readonly #readFile: (path: string) => Promise<string>

  constructor(
    section: string,
    kind: ServerKind,
    reading: Reading,
    readFile: (path: string) => Promise<string>,
  ) {
    this.#section = section
    this.#kind = kind
    this.#reading = reading
    this.#readFile = readFile
  }

  /** A text in place of the definition says why the section stays off. */
  async make(): Promise<{definition: ServerDefinition | string; rules: ServerRules}> {
    const shape: Shape = serverShapes[this.#kind]
    const {values: read, faults} = readTable(shape, [this.#section], this.#reading)
    const values = {...ownKeys, ...(read as ValuesOf<typeof shape> & Partial<Values>)} as Values
    const definition = await this.#defined(values, faults)
    const written = Object.fromEntries(ruleKeys.map((key) => [key, values[key]])) as unknown as ServerRules
    return {definition, rules: {...written, ManagedCategories: this.#named(written.ManagedCategories)}}
  }

  async #defined(values: Values, faults: readonly string[]): Promise<ServerDefinition | string> {
    if (faults.length > 0) return `${faults.join(', ')} cannot be read`
    if (this.#isNotFilledIn()) return 'not filled in yet'
    this.#warnOfPlaceholder(values)
    const address = this.#address(values)
    if (typeof address === 'string') return address
    const ca = await this.#certificate(values)
    if (ca === undefined) return 'CAFile cannot be read'
    if (!this.#isProxy(values.HttpProxy)) return 'HttpProxy cannot be read'
    this.#warnOfExposure(address.url, values)
    reportIdleTrackers([this.#section, 'Trackers'], this.#reading)
    reportIdleCategories(this.#section, values, this.#reading)
    return this.#definition(values, address, ca)
  }

  /** Without a name it would be every torrent that has no category. */
  #named(categories: readonly string[]): readonly string[] {
    const named = categories.filter((name) => !isBlank(name))
    if (named.length < categories.length) {
      this.#reading.remark([this.#section, 'ManagedCategories'], {
        severity: 'error',
        code: 'bad_value',
        found: showValue(categories),
        accepted: 'names of categories',
        message: 'A category without a name is none; the others are used.',
      })
    }
    return named
  }

  #definition(values: Values, address: Address, ca: string | null): ServerDefinition {
    const takesUser = !hasField(this.#kind, 'basicAuth')
    const own = values.UserName === null && values.Password === null && takesUser ? address.user : null
    return {
      id: asServerId(this.#section),
      name: values.Name ?? this.#section,
      kind: this.#kind,
      url: address.url,
      username: own ? own.name : values.UserName,
      password: own ? new Secret(own.password) : values.Password,
      apiKey: values.ApiKey,
      basicAuth: this.#basicAuth(values, takesUser ? null : address.user),
      tls: {ca, skipVerify: values.SkipTLSVerify},
      httpProxy: values.HttpProxy,
      paths: values.PathMappings,
      storage: values.Storage,
      categorySource: values.CategorySource,
      allowExecute: values.AllowExecute,
      downloadRoots: values.DownloadRoots,
      pace: {pollSeconds: values.PollSeconds, timeoutSeconds: values.TimeoutSeconds},
      reach: plainReach.anywhere,
      enabled: !values.Disabled,
      obstacle: null,
    }
  }

  /** The template of the predecessor, as it was generated: nothing to report as an error. */
  #isNotFilledIn(): boolean {
    const written = (key: string): unknown => this.#reading.document.get([this.#section, key])
    const hasUrl = [written('Url'), written('URI')].some((url) => typeof url === 'string' && !isBlank(url))
    const host = written('Host')
    if (hasUrl || host === undefined || !isBlank(host)) return false
    if (typeof written('Socket') === 'string') return false
    this.#reading.remark([this.#section, 'Host'], {
      severity: 'warning',
      code: 'not_filled_in',
      found: showValue(host),
      accepted: 'a host name or address',
      message: 'This server has no address yet; the section stays off.',
    })
    return true
  }

  /** A named user whose password nobody has put in yet: without one the server will refuse him. */
  #warnOfPlaceholder({UserName}: Values): void {
    const path = [this.#section, 'Password']
    if (UserName === null || !isPlaceholder(this.#reading.document.get(path))) return
    this.#reading.remark(path, {
      severity: 'warning',
      code: 'not_filled_in',
      accepted: `the password of this user, or no UserName`,
      message: 'The password is still the placeholder; the login is tried without one.',
    })
  }

  #address(values: Values): Address | string {
    const url = values.Url ?? values.URI
    const address = addressOf(this.#kind, {
      url,
      host: values.Host,
      port: values.Port,
      path: values.Path,
      socket: values.Socket,
      speaksOfTls: values.SkipTLSVerify || values.CAFile !== null,
      namesUser: values.UserName !== null,
    })
    if (!address.ok) {
      const path = [this.#section, this.#keyOf(address.key, values)]
      this.#reading.remark(path, {
        severity: 'error',
        code: 'bad_value',
        found: showValue(this.#reading.document.get(path)),
        accepted: address.accepted,
        message: `${address.message} The section stays off.`,
      })
      return `${path[1]!} cannot be read`
    }
    for (const {key, message} of address.remarks) this.#notice(this.#keyOf(key, values), 'assumed', message)
    if (url !== null || values.Socket !== null) this.#reportIdleKeys(values)
    return address
  }

  #keyOf(key: AddressKey, values: Values): string {
    return key === 'Url' && values.Url === null ? 'URI' : key
  }

  #reportIdleKeys(values: Values): void {
    const taken = values.Socket !== null ? 'Socket' : this.#keyOf('Url', values)
    for (const key of ['Url', 'URI', 'Host', 'Port', 'Path'] as const) {
      if (key === taken || values[key] === null) continue
      this.#notice(key, 'ignored', `${taken} is used; ${key} is not.`)
    }
  }

  /** `undefined` = it cannot be read, and was reported. */
  async #certificate(values: Values): Promise<string | null | undefined> {
    if (values.CAFile === null) return null
    const problem = await this.#readFile(values.CAFile).then(
      (text) => (text.includes('-----BEGIN CERTIFICATE-----') ? {text} : 'The file holds no certificate'),
      (error: unknown) => `The file cannot be read (${codeOf(error)})`,
    )
    if (typeof problem !== 'string') return problem.text
    this.#reading.remark([this.#section, 'CAFile'], {
      severity: 'error',
      code: 'bad_value',
      found: showValue(values.CAFile),
      accepted: 'a readable PEM file with certificates',
      message: `${problem}, so the section stays off.`,
    })
    return undefined
  }

  #isProxy(proxy: Secret | null): boolean {
    if (proxy === null) return true
    const text = proxy.reveal()
    if (URL.canParse(text) && /^https?:\/\/[^/]/i.test(text)) return true
    this.#reading.remark([this.#section, 'HttpProxy'], {
      severity: 'error',
      code: 'bad_value',
      found: '***',
      accepted: 'http://host:port or http://user:password@host:port',
      message: 'This is no address of a proxy. The section stays off rather than going without it.',
    })
    return false
  }

  #basicAuth(values: Values, inAddress: Address['user']): ServerDefinition['basicAuth'] {
    if (values.BasicAuthUser !== null) {
      return {username: values.BasicAuthUser, password: values.BasicAuthPassword ?? new Secret('')}
    }
    if (values.BasicAuthPassword !== null) {
      this.#notice('BasicAuthPassword', 'ignored', 'BasicAuthUser is missing, so this password is not used.')
    }
    return inAddress && {username: inAddress.name, password: new Secret(inAddress.password)}
  }

  /** SCGI has no password: whoever reaches the port may run commands on that machine. */
  #warnOfExposure(url: string, values: Values): void {
    const {protocol, hostname} = new URL(url)
    if (protocol !== 'scgi:') return
    if (values.UserName !== null || values.Password !== null) {
      this.#notice('UserName', 'ignored', 'SCGI has no user and password; they are not used.')
    }
    if (isNear(hostname)) return
    this.#reading.remark([this.#section], {
      severity: 'warning',
      code: 'exposed',
      message:
        `SCGI has no password, and ${hostname} is not a private address: anyone who reaches that port can run ` +
        'commands there. Put a web server with TLS and a password before it, or a tunnel.',
    })
  }

  #notice(key: string, code: 'assumed' | 'ignored', message: string): void {
    this.#reading.remark([this.#section, key], {severity: 'notice', code, message})
  }
}

function isBlank(value: unknown): boolean {
  return isPlaceholder(value) || (typeof value === 'string' && value.trim() === '')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

/** Loopback, private and link-local addresses, and names without a dot or of a home network. */
function isNear(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(address) === 4) {
    return /^(127|10)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
      address,
    )
  }
  if (isIP(address) === 6) return address === '::1' || /^(f[cd]|fe[89ab])/.test(address)
  return !address.includes('.') || /\.(lan|local|localhost|internal|home|home\.arpa)$/.test(address)
}

function warnOfSameAddress(servers: readonly ServerDefinition[], reading: Reading): void {
  const first = new Map<string, ServerId>()
  for (const {id, url, enabled} of servers) {
    const other = first.get(url)
    if (!enabled) continue
    if (other === undefined) {
      first.set(url, id)
      continue
    }
    reading.remark([id], {
      severity: 'warning',
      code: 'same_address',
      found: url,
      message: `[${id}] and [${other}] lead to the same server; its torrents will be listed twice.`,
    })
  }
}
