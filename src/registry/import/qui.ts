/**
 * The list of instances that qui answers to `GET /api/instances`.
 *
 * An array of {id (number), name, host, username, basicUsername?, tlsSkipVerify, isActive, sortOrder, connected,
 * connectionStatus, hasLocalFilesystemAccess, …}; `host` is a whole address (http:// is added where it has no scheme)
 * and an empty user means that the server asks for none. Versions of 2025 had host and port apart, and basic_username.
 * Passwords never come along; where one stands it is asterisks of its length.
 * Source: github.com/autobrr/qui, internal/api/handlers/instances.go and internal/models/instance.go (2025 and 2026),
 * internal/domain/secrets.go.
 */
import {EntryReader, isRecord, own} from './entry-reader.ts'
import {saying, secretOf, type Listed, type ServerList, type Unlisted} from './listed.ts'

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
export function quiEntries(value: unknown): readonly unknown[] | null {
  const list = Array.isArray(value) ? (value as unknown[]) : own(value, 'instances')
  if (!Array.isArray(list)) return null
  const isOurs = (entry: unknown) =>
    typeof own(entry, 'host') === 'string' && marks.some((mark) => own(entry, mark) !== undefined)
  return list.some(isOurs) ? (list as unknown[]) : null
}

export function readQui(entries: readonly unknown[]): ServerList {
  return {format: 'qui', entries: entries.map((entry, at) => entryOf(entry, `${at}`)), warnings: []}
}

function entryOf(value: unknown, place: string): Listed | Unlisted {
  const entry = new EntryReader(isRecord(value) ? value : null)
  const name = entry.text('name') ?? ''
  const host = entry.text('host') ?? ''
  const port = entry.whole('port')
  const username = entry.text('username')
  const basicUser = entry.text('basicUsername') ?? entry.text('basic_username') ?? ''
  const password = secretOf(entry.secret('password'))
  const basicPassword = secretOf(entry.secret('basicPassword') ?? entry.secret('basic_password'))
  const position = entry.whole('sortOrder')
  const skipVerify = entry.flag('tlsSkipVerify')
  const enabled = entry.flag('isActive')
  if (host === '') entry.fault('host', 'an address')
  if (entry.faults.length > 0) return {place, name: name || null, faults: entry.faults}
  const hasUser = username !== undefined && username !== ''
  return {
    ...{place, id: null, isNameless: name === ''},
    said: saying({
      ...{kind: 'qbittorrent', name: name || host, enabled, password},
      address: port === undefined ? {url: host} : {host, port},
      username: username === undefined ? undefined : username || null,
      basicAuth: basicUser === '' ? undefined : {username: basicUser, password: basicPassword},
      // It knows no authorities, so only who asks for none is heard.
      tls: skipVerify === true ? {ca: null, skipVerify} : undefined,
      position: position === undefined ? undefined : Math.max(0, position),
    }),
    missing: [
      ...(hasUser && password === undefined ? ['password'] : []),
      ...(basicUser !== '' && basicPassword === undefined ? ['basic_auth.password'] : []),
    ],
    warnings: [],
  }
}
