/** Which kind of list is it? Told by what stands in it, or by whoever brings it. */
import {readServerSections, type SectionsReading} from '#config/load.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import {namesAddress, readAddresses} from './addresses.ts'
import {isOwnList, readOwnList} from './commodarr.ts'
import {EntryReader, isRecord, isTooDeep, own} from './entry-reader.ts'
import {
  importLimits,
  ImportInvalid,
  saying,
  secretOf,
  type ImportFormat,
  type Listed,
  type ListInput,
  type ListOptions,
  type ServerList,
  type Unlisted,
} from './listed.ts'
import {readVibe, vibeStorage} from './torrent-vibe.ts'

/** @throws {ImportInvalid} {CommodarrError} import_invalid; payload_too_large */
export async function readList(input: ListInput, options: ListOptions): Promise<ServerList> {
  const list = 'text' in input ? await ofText(input.text, options) : await ofValue(input.json, options)
  refuseMany(list.entries)
  if (list.entries.length === 0) throw new ImportInvalid('There is no server in it.')
  return list
}

async function ofText(given: string, options: ListOptions): Promise<ServerList> {
  refuseLong(given)
  const text = given.replace(/^\ufeff/, '')
  const {format} = options
  if (format === 'config') return ofConfig(text)
  if (format === 'addresses') return ofLines(text.split('\n'))
  const json = parsedJson(text)
  if (json !== undefined) return ofJson(json.value, options)
  if (format !== 'auto') {
    throw new ImportInvalid('This is no JSON.', [
      {field: 'text', accepted: `the list as ${format} gives it, whole`},
    ])
  }
  return ofPlainText(text)
}

/** Headers in brackets make it a configuration; a broken one must not be taken for a list of the addresses in it. */
async function ofPlainText(text: string): Promise<ServerList> {
  const lines = text.split('\n')
  // Line by line: over all of them at once the expression would look at each again and again.
  if (lines.some((line) => /^\s*\[[^\]]+\]\]?\s*(#.*)?$/.test(line))) return ofConfig(text)
  if (lines.some(namesAddress)) return ofLines(lines)
  // Keys with dots and inline tables need no headers.
  const list = await readConfig(text, importLimits.servers + 1)
  if (typeof list !== 'string') return list
  throw unknownList('text')
}

async function ofConfig(text: string): Promise<ServerList> {
  const list = await readConfig(text, importLimits.servers + 1)
  if (typeof list !== 'string') return list
  throw new ImportInvalid(list, [
    {field: 'text', accepted: 'a config.toml with sections of servers: [qBit], [Transmission-NAME] …'},
  ])
}

function ofLines(lines: readonly string[]): ServerList {
  refuseMany(lines.filter((line) => line.trim() !== ''))
  return readAddresses(lines)
}

async function ofValue(json: unknown, options: ListOptions): Promise<ServerList> {
  refuseLong(JSON.stringify(json) ?? '')
  return ofJson(json, options)
}

async function ofJson(json: unknown, {format, passphrase}: ListOptions): Promise<ServerList> {
  refuseDeep(json)
  const may = (one: ImportFormat) => format === 'auto' || format === one
  if (may('commodarr') && isOwnList(json)) {
    refuseMany(own(json, 'servers'))
    return readOwnList(json, passphrase)
  }
  const storage = may('torrent-vibe') ? vibeStorage(json) : null
  if (storage) {
    refuseMany(storage.servers)
    return readVibe(storage)
  }
  const entries = may('qui') ? quiEntries(json) : null
  if (entries) {
    refuseMany(entries)
    return readQui(entries)
  }
  const isLines = Array.isArray(json) && json.every((it) => typeof it === 'string')
  if (may('addresses') && isLines) return ofLines(json)
  throw unknownList('json')
}

/** Before they are read one by one. */
function refuseMany(entries: unknown): void {
  if (!Array.isArray(entries) || entries.length <= importLimits.servers) return
  throw new ImportInvalid(
    `There are ${entries.length} servers in it; ${importLimits.servers} are the most at once.`,
  )
}

function refuseLong(text: string): void {
  if (Buffer.byteLength(text) <= importLimits.bytes) return
  throw new CommodarrError('payload_too_large', 'A list of servers may have 1 MiB.')
}

/** Before anybody walks over it. */
function refuseDeep(json: unknown): void {
  if (isTooDeep(json)) throw new ImportInvalid('It is nested deeper than any list of servers.')
}

/** `undefined` = it is no JSON. Words and numbers alone are no list. */
function parsedJson(text: string): {value: unknown} | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return {value: JSON.parse(text) as unknown}
  } catch {
    // A TOML header begins with the same bracket.
    return undefined
  }
}

function unknownList(field: string): ImportInvalid {
  return new ImportInvalid('This is no list of servers that is known here.', [
    {
      field,
      accepted: [
        'an export of Commodarr',
        'the servers of Torrent Vibe (qb:multi-server-config)',
        'the instances of qui (GET /api/instances)',
        'a config.toml',
        'addresses, one on a line',
      ],
    },
  ])
}

/*
 * The servers of a pasted `config.toml`, of any generation, read as the file itself is. Nothing on our disk is read for
 * it and no variable of ours decides anything in it.
 */

/** Stands for the content of every file the text names: those lie elsewhere. */
const elsewhere = '-----BEGIN CERTIFICATE-----'

/** Three hundred times a file as people have it; parsing more would keep everybody else waiting. */
const MOST_BYTES = 256 * 1024

/**
 * @param limit most sections that are read
 * @returns why it is none: no TOML, or no server in it
 */
async function readConfig(text: string, limit: number): Promise<ServerList | string> {
  if (Buffer.byteLength(text) > MOST_BYTES) return 'A configuration has at most 256 KiB.'
  const reading = await readServerSections(text, {limit, readFile: async () => elsewhere})
  if ('message' in reading) return `Line ${reading.line ?? 1}: ${reading.message}`
  const entries = [
    ...reading.servers.map((server) => entryOf(server, reading)),
    ...reading.off.map(({section, reason}): Unlisted => ({
      place: `[${section}]`,
      name: section,
      faults: [{field: '', accepted: `a section that can be used: ${reason}`}],
    })),
  ]
  return entries.length === 0
    ? 'No section in it declares a server.'
    : {format: 'config', entries, warnings: []}
}

function entryOf(server: ServerDefinition, {findings}: SectionsReading): Listed {
  const {kind, name, url, username, password, apiKey, basicAuth, tls, httpProxy} = server
  const {paths, storage, categorySource, allowExecute, downloadRoots, pace, enabled} = server
  const lacksAuthority = tls.ca !== null
  return {
    place: `[${server.id}]`,
    id: server.id,
    said: saying({
      kind,
      name,
      address: {url},
      enabled,
      username: username ?? undefined,
      password: password ?? undefined,
      apiKey: apiKey ?? undefined,
      basicAuth: basicAuth ?? undefined,
      tls: tls.skipVerify ? {ca: null, skipVerify: true} : undefined,
      httpProxy: httpProxy ?? undefined,
      paths: paths.length > 0 ? paths : undefined,
      storage: storage ?? undefined,
      categorySource: categorySource.from === 'label' ? undefined : categorySource,
      allowExecute: allowExecute || undefined,
      downloadRoots: downloadRoots.length > 0 ? downloadRoots : undefined,
      pace: pace.pollSeconds === null && pace.timeoutSeconds === null ? undefined : pace,
    }),
    missing: lacksAuthority ? ['tls.ca'] : [],
    warnings: findings
      .filter(({section, severity}) => section === server.id && severity !== 'notice')
      .map(({message}) => message),
  }
}

/*
 * The list of instances that qui answers to `GET /api/instances`.
 *
 * An array of {id (number), name, host, username, basicUsername?, tlsSkipVerify, isActive, sortOrder, connected,
 * connectionStatus, hasLocalFilesystemAccess, hasApiKey?, …}; `host` is a whole address (http:// is added where it has no scheme)
 * and an empty user means that the server asks for none. Versions of 2025 had host and port apart, and basic_username.
 * Secrets never come along; where one stands it is asterisks of its length. With `hasApiKey` it logs in by a key, and
 * asks for no password.
 * Source: github.com/autobrr/qui, internal/api/handlers/instances.go and internal/models/instance.go (2025 and 2026),
 * internal/domain/secrets.go.
 */

/** What only qui's entries have. */
const marks = [
  'tlsSkipVerify',
  'isActive',
  'basicUsername',
  'basic_username',
  'sortOrder',
  'connectionStatus',
]

/** The entries, when it is such a list. */
function quiEntries(value: unknown): readonly unknown[] | null {
  const list = Array.isArray(value) ? (value as unknown[]) : own(value, 'instances')
  if (!Array.isArray(list)) return null
  const isOurs = (entry: unknown) =>
    typeof own(entry, 'host') === 'string' && marks.some((mark) => own(entry, mark) !== undefined)
  return list.some(isOurs) ? (list as unknown[]) : null
}

function readQui(entries: readonly unknown[]): ServerList {
  return {format: 'qui', entries: entries.map((entry, at) => quiEntryOf(entry, `${at}`)), warnings: []}
}

function quiEntryOf(value: unknown, place: string): Listed | Unlisted {
  const entry = new EntryReader(isRecord(value) ? value : null)
  const name = entry.text('name') ?? ''
  const host = entry.text('host') ?? ''
  const port = entry.whole('port')
  const username = entry.text('username')
  const basicUser = entry.text('basicUsername') ?? entry.text('basic_username') ?? ''
  const password = secretOf(entry.secret('password'))
  const apiKey = secretOf(entry.secret('apiKey') ?? entry.secret('api_key'))
  const hasApiKey = entry.flag('hasApiKey') === true || apiKey !== undefined
  const basicPassword = secretOf(entry.secret('basicPassword') ?? entry.secret('basic_password'))
  const position = entry.whole('sortOrder')
  const skipVerify = entry.flag('tlsSkipVerify')
  const enabled = entry.flag('isActive')
  if (host === '') entry.fault('host', 'an address')
  if (entry.faults.length > 0) return {place, name: name || null, faults: entry.faults}
  const hasUser = username !== undefined && username !== ''
  return {
    place,
    id: null,
    isNameless: name === '',
    said: saying({
      kind: 'qbittorrent',
      name: name || host,
      enabled,
      password,
      apiKey,
      address: port === undefined ? {url: host} : {host, port},
      username: username === undefined ? undefined : username || null,
      basicAuth: basicUser === '' ? undefined : {username: basicUser, password: basicPassword},
      // It knows no authorities, so only who asks for none is heard.
      tls: skipVerify === true ? {ca: null, skipVerify} : undefined,
      position: position === undefined ? undefined : Math.max(0, position),
    }),
    missing: [
      ...(hasApiKey && apiKey === undefined ? ['api_key'] : []),
      ...(hasUser && !hasApiKey && password === undefined ? ['password'] : []),
      ...(basicUser !== '' && basicPassword === undefined ? ['basic_auth.password'] : []),
    ],
    warnings: [],
  }
}
