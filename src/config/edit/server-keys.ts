/** Which keys of a server's section have to change, so that it says of the server what is wanted. */
import {BadArgument} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {CategorySource, ServerDefinition} from '#model/server.ts'
import type {RawTable} from '../document/document.ts'
import {sameValue} from '../schema/diff-servers.ts'
import {isPlaceholder, type Shape} from '../schema/fields.ts'
import {addressOf, type WrittenAddress} from '../server-address.ts'
import {DownloadRoots, PathMappings, serverShapes, SkipTLSVerify} from '../schema/schema-servers.ts'
import type {KeyEdits} from './toml-edit.ts'
import type {TomlValue} from './toml-text.ts'

type Edits = Record<string, TomlValue | undefined>

/** A section: as it is written, and as it is read, with older generations and the environment over it. */
interface SectionTables {
  readonly written: RawTable
  readonly read: RawTable
}

/**
 * Keys to set; `undefined` = to take out, also where it is not written.
 *
 * @param current what the section says of the server now
 * @throws {BadArgument} for what its kind has no key for, or the key does not take
 */
export function keysFor(
  wanted: ServerDefinition,
  current: ServerDefinition,
  tables: SectionTables,
): KeyEdits {
  const leavesAddress = isCarried(tables.read) && !isSameWay(wanted, current)
  const keys: Edits = {
    ...valueKeys(wanted, current, tables.written),
    ...credentialKeys(wanted, current, leavesAddress),
  }
  // Whether TLS or a user is spoken of may decide on the scheme of a bare host.
  const isTouched =
    wanted.url !== current.url || ['SkipTLSVerify', 'CAFile', 'UserName'].some((key) => key in keys)
  if (leavesAddress || isTouched) Object.assign(keys, addressKeys(wanted, leavesAddress, tables, keys))
  for (const [key, value] of Object.entries(keys)) checkKey(wanted, key, value)
  return keys
}

/** As the file will tell it: paths without a slash at the end, nothing for what is empty. */
export function asReadBack(server: ServerDefinition): ServerDefinition {
  return {
    ...server,
    username: textOrNull(server.username),
    password: textOf(server.password) === undefined ? null : server.password,
    apiKey: textOf(server.apiKey) === undefined ? null : server.apiKey,
    httpProxy: textOf(server.httpProxy) === undefined ? null : server.httpProxy,
    storage: textOrNull(server.storage),
    paths: PathMappings.read(mappingsAs(undefined, server.paths) ?? {}) ?? server.paths,
    downloadRoots: DownloadRoots.read(server.downloadRoots) ?? server.downloadRoots,
  }
}

function textOrNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text
}

function valueKeys(wanted: ServerDefinition, current: ServerDefinition, table: RawTable): Edits {
  const keys: Edits = {}
  const put = (field: keyof ServerDefinition, key: string, value: TomlValue | undefined): void => {
    if (!sameValue(wanted[field], current[field])) keys[key] = value
  }
  put('name', 'Name', wanted.name === wanted.id ? undefined : wanted.name)
  put('enabled', 'Disabled', !wanted.enabled)
  put('apiKey', 'ApiKey', textOf(wanted.apiKey))
  put('httpProxy', 'HttpProxy', textOf(wanted.httpProxy))
  put('paths', 'PathMappings', mappingsAs(table['PathMappings'], wanted.paths))
  put('storage', 'Storage', textOrNull(wanted.storage) ?? undefined)
  put('categorySource', 'CategorySource', spelled(wanted.categorySource))
  put('allowExecute', 'AllowExecute', wanted.allowExecute)
  put('downloadRoots', 'DownloadRoots', wanted.downloadRoots.length > 0 ? wanted.downloadRoots : undefined)
  const {pollSeconds, timeoutSeconds} = wanted.pace
  if (pollSeconds !== current.pace.pollSeconds) keys['PollSeconds'] = pollSeconds ?? undefined
  if (timeoutSeconds !== current.pace.timeoutSeconds) keys['TimeoutSeconds'] = timeoutSeconds ?? undefined
  if (wanted.tls.skipVerify !== current.tls.skipVerify) keys['SkipTLSVerify'] = wanted.tls.skipVerify
  if (wanted.tls.ca !== current.tls.ca) keys['CAFile'] = withoutAuthority(wanted)
  return keys
}

/** The file names a file; the text of a certificate has no place in it. */
function withoutAuthority({id, tls}: ServerDefinition): undefined {
  if (tls.ca === null) return undefined
  throw new BadArgument(
    `Put the certificate into a file and name that as CAFile in [${id}] of the configuration.`,
  )
}

/** User and password get keys of their own where the address carried them until now. */
function credentialKeys(wanted: ServerDefinition, current: ServerDefinition, leavesAddress: boolean): Edits {
  const keys: Edits = {}
  if (leavesAddress || wanted.username !== current.username) keys['UserName'] = wanted.username ?? undefined
  if (leavesAddress || !sameValue(wanted.password, current.password)) {
    keys['Password'] = textOf(wanted.password)
  }
  if (leavesAddress || !sameValue(wanted.basicAuth, current.basicAuth)) {
    keys['BasicAuthUser'] = wanted.basicAuth?.username
    keys['BasicAuthPassword'] = textOf(wanted.basicAuth?.password ?? null)
  }
  return keys
}

function isSameWay(one: ServerDefinition, other: ServerDefinition): boolean {
  const way = ({url, username, password, basicAuth}: ServerDefinition) => ({
    url,
    username,
    password,
    basicAuth,
  })
  return sameValue(way(one), way(other))
}

/** Does the address carry a user? */
function isCarried(table: RawTable): boolean {
  return ['Url', 'URI', 'Host'].some((key) => {
    const value = table[key]
    return typeof value === 'string' && value.includes('@')
  })
}

/**
 * The first way to write the address that reads as it is wanted: as it stands, else in the keys that are there, else
 * as a whole in `Url`.
 */
function addressKeys(
  wanted: ServerDefinition,
  leavesUser: boolean,
  tables: SectionTables,
  keys: Edits,
): Edits {
  const way = waysToWrite(wanted.url, tables.written).find((edits) => {
    const read = addressOf(wanted.kind, partsOf({...tables.read, ...keys, ...edits}))
    return read.ok && read.url === wanted.url && !(leavesUser && read.user !== null)
  })
  if (way) return Object.fromEntries(Object.entries(way).filter(([key, it]) => tables.written[key] !== it))
  throw new BadArgument(`A ${wanted.kind} server cannot have the address ${wanted.url}.`)
}

function waysToWrite(url: string, table: RawTable): Edits[] {
  const whole = Object.hasOwn(table, 'Url') || !Object.hasOwn(table, 'URI') ? 'Url' : 'URI'
  const none: Edits = Object.fromEntries(
    ['Url', 'URI', 'Host', 'Port', 'Path', 'Socket']
      .filter((key) => key in table)
      .map((key) => [key, undefined]),
  )
  const inOne: Edits = {...none, [whole]: url}
  if (url.startsWith('scgi+unix:')) {
    return [{}, {...none, Socket: decodeURIComponent(url.slice('scgi+unix://'.length))}]
  }
  if (isFilled(table['Url']) || isFilled(table['URI']) || !URL.canParse(url)) return [{}, inOne]
  const {protocol, hostname, port, pathname} = new URL(url)
  const bare = hostname.replace(/^\[|\]$/g, '')
  const path = pathname === '/' ? '' : pathname
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  const inPath: Edits = 'Path' in table ? {Path: path} : {}
  return [
    {},
    {Socket: undefined, Host: bare, Port: number, ...inPath},
    {Socket: undefined, Host: `${protocol}//${hostname}`, Port: number, ...inPath},
    {Socket: undefined, Host: `${protocol}//${hostname}${path}`, Port: number},
    inOne,
  ].map((way) =>
    Object.fromEntries(Object.entries(way).filter(([key, it]) => it !== undefined || key in table)),
  )
}

/** As `ServerSection` reads them. */
function partsOf(table: RawTable): WrittenAddress {
  const filled = (key: string): string | null => {
    const value = table[key]
    return typeof value === 'string' && isFilled(value) ? value : null
  }
  const port = Number(table['Port'] ?? Number.NaN)
  return {
    url: filled('Url') ?? filled('URI'),
    host: filled('Host'),
    port: Number.isInteger(port) ? port : null,
    path: filled('Path'),
    socket: filled('Socket'),
    speaksOfTls: SkipTLSVerify.read(table['SkipTLSVerify'] ?? false) === true || filled('CAFile') !== null,
    namesUser: filled('UserName') !== null,
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && !isPlaceholder(value)
}

function checkKey({id, kind}: ServerDefinition, key: string, value: TomlValue | undefined): void {
  const shape: Shape = serverShapes[kind]
  const node = Object.hasOwn(shape, key) ? shape[key] : undefined
  if (node?.node !== 'field') {
    if (value === undefined) return
    throw new BadArgument(`[${id}] is a ${kind} server, and those have no ${key}.`, {key})
  }
  if (value === undefined || node.read(value) !== undefined) return
  throw new BadArgument(`${key} of [${id}] takes ${node.accepted}.`, {key, accepted: node.accepted})
}

/** In the form the owner chose; a list where one path of the server is named twice. */
function mappingsAs(written: unknown, paths: ServerDefinition['paths']): TomlValue | undefined {
  if (paths.length === 0) return undefined
  const servers = new Set(paths.map(({server}) => server))
  return Array.isArray(written) || servers.size < paths.length
    ? paths.map(({server, ours}) => ({Server: server, Ours: ours}))
    : Object.fromEntries(paths.map(({server, ours}) => [server, ours]))
}

function spelled(source: CategorySource): string {
  return source.from === 'labelPrefix' ? `label:${source.prefix}` : source.from
}

function textOf(secret: Secret | null): string | undefined {
  const text = secret?.reveal() ?? ''
  return text === '' ? undefined : text
}
