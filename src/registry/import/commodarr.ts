/**
 * Our own list, as `export.ts` writes it and as a person may write it by hand:
 *
 *   {format: 'commodarr-servers', version: 1, exported_at, servers: [{id, name, kind, url, …}], secrets?}
 *
 * What an entry leaves out is not said; `null` says none. `secrets` is text sealed with a passphrase, within it
 * {<id>: {password, api_key, "basic_auth.password", http_proxy}}. Entries written by hand may carry those themselves.
 */
import {openWithPassphrase} from '#accounts/passphrase.ts'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {Secret} from '#model/secret.ts'
import {type PathMapping} from '#model/server.ts'
import type {SecretField, ServerDraft} from '../servers/draft.ts'
import type {DraftSecret} from '../owned/secrets.ts'
import {categorySourceOf, wireName} from '../servers/draft-checks.ts'
import {EntryReader, isRecord, isTooDeep, own} from './entry-reader.ts'
import {ImportInvalid, isMasked, saying, type Listed, type ServerList, type Unlisted} from './listed.ts'

export const FORMAT = 'commodarr-servers'
export const VERSION = 1

export function isOwnList(value: unknown): boolean {
  return own(value, 'format') === FORMAT
}

/**
 * @param passphrase `null` = not given: then what is sealed stays behind
 * @throws {ImportInvalid} {CommodarrError} import_invalid: a newer version, no servers, a wrong passphrase
 */
export async function readOwnList(value: unknown, passphrase: Secret | null): Promise<ServerList> {
  const version = own(value, 'version')
  if (version !== VERSION) {
    throw new ImportInvalid('This list was written by a newer Commodarr.', [
      {field: 'version', found: typeof version === 'number' ? version : 'none', accepted: String(VERSION)},
    ])
  }
  const servers = own(value, 'servers')
  if (!Array.isArray(servers))
    throw new ImportInvalid('There is no list in it.', [{field: 'servers', accepted: 'a list'}])
  const encrypted = own(value, 'secrets')
  const secrets = await openedSecrets(encrypted, passphrase)
  const isLeft = typeof encrypted === 'string' && secrets === null
  return {
    format: 'commodarr',
    entries: servers.map((entry: unknown, at) => entryOf(entry, `servers.${at}`, secrets)),
    warnings: isLeft ? ['It has encrypted secrets: with its passphrase they come along.'] : [],
  }
}

async function openedSecrets(encrypted: unknown, passphrase: Secret | null): Promise<unknown> {
  if (encrypted === undefined || encrypted === null || passphrase === null) return null
  if (typeof encrypted !== 'string') {
    throw new ImportInvalid('The secrets in it cannot be read.', [
      {field: 'secrets', accepted: 'encrypted text'},
    ])
  }
  const text = await openWithPassphrase(encrypted, passphrase)
  try {
    const opened = JSON.parse(text) as unknown
    if (isRecord(opened) && !isTooDeep(opened)) return opened
  } catch {
    // Whoever knows the passphrase may have sealed anything.
  }
  throw new ImportInvalid('The encrypted secrets are none of ours.', [
    {field: 'secrets', accepted: 'encrypted by Commodarr'},
  ])
}

function entryOf(value: unknown, place: string, secrets: unknown): Listed | Unlisted {
  const entry = new EntryReader(value)
  const id = entry.text('id') ?? null
  const name = entry.text('name') ?? ''
  const kind = kindOf(entry)
  const url = entry.text('url') ?? ''
  if (name === '') entry.fault('name', 'a name')
  if (url === '') entry.fault('url', 'an address')
  const given = givenSecrets(value, entry, id === null ? undefined : own(secrets, id))
  const said = {...plainFields(value, entry), ...listFields(entry), ...lookFields(value, entry)}
  const basicAuth = basicAuthOf(value, entry, given.basicAuth)
  if (entry.faults.length > 0 || kind === null) return {place, name: name || null, faults: entry.faults}
  const {basicAuth: _within, ...secretsSaid} = given
  const set = entry.texts('secrets_set') ?? []
  return {
    place,
    id,
    said: saying({...said, ...secretsSaid, kind, name, address: {url}, basicAuth}),
    missing: Object.entries(wireName)
      .filter(([field, wire]) => set.includes(wire) && given[field as SecretField] === undefined)
      .map(([, wire]) => wire),
    warnings: [],
  }
}

function kindOf(entry: EntryReader): ServerKind | null {
  const text = entry.text('kind')
  const kind = serverKinds.find((it) => it === text)
  if (kind === undefined) entry.fault('kind', serverKinds, text)
  return kind ?? null
}

type Fields = {readonly [F in keyof ServerDraft]?: ServerDraft[F] | undefined}

function plainFields(value: unknown, entry: EntryReader): Fields {
  const [poll, timeout] = [entry.whole('poll_seconds'), entry.whole('timeout_seconds')]
  return {
    username: orNull(value, 'username', entry.text('username')),
    storage: orNull(value, 'storage', entry.text('storage')),
    enabled: entry.flag('enabled'),
    allowExecute: entry.flag('allow_execute'),
    tls: entry.within('tls', (tls) => ({
      ca: tls.text('ca') ?? null,
      skipVerify: tls.flag('skip_verify') ?? false,
    })),
    pace:
      entry.has('poll_seconds') || entry.has('timeout_seconds')
        ? {pollSeconds: poll ?? null, timeoutSeconds: timeout ?? null}
        : undefined,
  }
}

function listFields(entry: EntryReader): Fields {
  const source = entry.text('category_source')
  const categorySource = source === undefined ? undefined : categorySourceOf(source)
  if (source !== undefined && categorySource === undefined) {
    entry.fault('category_source', 'label, label:<prefix> or path', source)
  }
  return {
    categorySource,
    paths: entry.rows('path_mappings', mappingOf),
    downloadRoots: entry.texts('download_roots'),
  }
}

function mappingOf(row: EntryReader): PathMapping {
  const [server, ours] = [row.text('server'), row.text('ours')]
  if (server === undefined) row.fault('server', 'a path of the server')
  if (ours === undefined) row.fault('ours', 'a path of ours')
  return {server: server ?? '', ours: ours ?? ''}
}

function lookFields(value: unknown, entry: EntryReader): Fields {
  return {
    tags: entry.texts('tags'),
    colour: orNull(value, 'colour', entry.text('colour')),
    icon: orNull(value, 'icon', entry.text('icon')),
    position: entry.whole('position'),
    defaultForAdding: entry.flag('default_for_adding'),
  }
}

function basicAuthOf(
  value: unknown,
  entry: EntryReader,
  password: DraftSecret,
): ServerDraft['basicAuth'] | undefined {
  if (own(value, 'basic_auth') === null) return null
  const username = entry.within('basic_auth', (basic) => {
    const user = basic.text('username')
    if (user === undefined) basic.fault('username', 'a user')
    return user
  })
  return username === undefined ? undefined : {username, password}
}

/** Those of the seal win over those of the entry itself. */
function givenSecrets(
  value: unknown,
  entry: EntryReader,
  encrypted: unknown,
): {[F in SecretField]: DraftSecret} {
  const opened = new EntryReader(isRecord(encrypted) ? encrypted : {})
  const read = (key: string, from: EntryReader): DraftSecret => {
    const text = from.secret(key)
    return text === undefined || text === '' || isMasked(text) ? undefined : new Secret(text)
  }
  const plain = (key: string) => (own(value, key) === null ? null : read(key, entry))
  return {
    password: read('password', opened) ?? plain('password'),
    apiKey: read('api_key', opened) ?? plain('api_key'),
    httpProxy: read('http_proxy', opened) ?? plain('http_proxy'),
    basicAuth:
      read('basic_auth.password', opened) ?? entry.within('basic_auth', (basic) => read('password', basic)),
  }
}

/** A field that is there and `null` says none. */
function orNull<T>(value: unknown, key: string, read: T | undefined): T | null | undefined {
  return own(value, key) === null ? null : read
}
