/**
 * The servers that Torrent Vibe keeps in the local storage of its page.
 *
 *   qb:multi-server-config   {servers: [{id, name, config, isDefault, lastConnected?, status, tags?, color?}],
 *                             activeServerId}; config: {host, port, username, password, useHttps, baseUrl?}
 *   qb:server:<id>:password  the password, or `enc:` and what only that desktop can read; in `config` it is always ''
 *   qb:path-mappings         [{serverId, remoteBasePath, localBasePath, enabled, …}]
 *   qb:connection-config     what there was before several servers: {host, port, username, useHttps, baseUrl?}
 *   qb:connection-password   its password
 *
 * Taken are the first value alone, its `servers` alone, and the storage as a whole, where values are JSON as text.
 * `baseUrl` wins over host and port; it may be relative to the page, which leads nowhere here.
 * Source: github.com/Torrent-Vibe/Torrent-Vibe, layer/renderer/src: lib/storage-keys.ts,
 * modules/multi-server/types/multi-server.ts and utils/server-config.ts, atoms/settings/path-mappings.ts.
 */
import type {DraftAddress} from '../servers/draft.ts'
import {colourShape} from '../servers/draft-checks.ts'
import {EntryReader, isRecord, isTooDeep, own} from './entry-reader.ts'
import {saying, secretOf, type Listed, type ServerList, type Unlisted} from './listed.ts'

interface VibeStorage {
  readonly servers: readonly unknown[]
  /** By the id of the server. */
  readonly passwordOf: (id: string) => string | undefined
  readonly mapsPaths: boolean
}

/** `null` = it is nothing of Torrent Vibe. */
export function vibeStorage(value: unknown): VibeStorage | null {
  const config = parsed(own(value, 'qb:multi-server-config')) ?? value
  const list: unknown = Array.isArray(config) ? config : own(config, 'servers')
  if (Array.isArray(list) && list.some((entry) => isRecord(own(entry, 'config')))) {
    return {
      servers: list as unknown[],
      passwordOf: (id) => textOf(own(value, `qb:server:${id}:password`)),
      mapsPaths: isFilledList(parsed(own(value, 'qb:path-mappings'))),
    }
  }
  return formerStorage(value)
}

function formerStorage(value: unknown): VibeStorage | null {
  const config = parsed(own(value, 'qb:connection-config'))
  if (!isRecord(config)) return null
  return {
    servers: [{id: '', name: 'Primary Server', config, isDefault: true}],
    passwordOf: () => textOf(own(value, 'qb:connection-password')),
    mapsPaths: isFilledList(parsed(own(value, 'qb:path-mappings'))),
  }
}

export function readVibe({servers, passwordOf, mapsPaths}: VibeStorage): ServerList {
  return {
    format: 'torrent-vibe',
    entries: servers.map((server, at) => entryOf(server, `servers.${at}`, passwordOf)),
    warnings: mapsPaths
      ? ['Its path mappings lead to the disk of another machine; they are not taken over.']
      : [],
  }
}

function entryOf(value: unknown, place: string, passwordOf: VibeStorage['passwordOf']): Listed | Unlisted {
  const entry = new EntryReader(value)
  const warnings: string[] = []
  const name = entry.text('name') ?? ''
  const kept = passwordOf(entry.text('id') ?? '')
  const colour = entry.text('color')?.toLowerCase()
  const config = entry.within('config', (inner) => ({
    address: addressOf(inner, warnings),
    username: inner.text('username'),
    password: inner.secret('password') || kept,
  }))
  if (config === undefined) entry.fault('config', 'an object with host and port')
  const tags = entry.texts('tags')
  const isDefault = entry.flag('isDefault')
  if (entry.faults.length > 0 || config?.address == null)
    return {place, name: name || null, faults: entry.faults}
  const isEncrypted = config.password?.startsWith('enc:') ?? false
  if (isEncrypted) warnings.push('Its password is encrypted by the desktop it comes from.')
  if (colour !== undefined && !colourShape.test(colour)) warnings.push('Its colour is none we know.')
  const password = isEncrypted ? undefined : secretOf(config.password)
  return {
    place,
    id: null,
    isNameless: name === '',
    said: saying({
      kind: 'qbittorrent',
      name: name || hostOf(config.address),
      address: config.address,
      password,
      tags,
      username: config.username === undefined ? undefined : config.username || null,
      colour: colour !== undefined && colourShape.test(colour) ? colour : undefined,
      defaultForAdding: isDefault === true ? true : undefined,
    }),
    missing: config.username && password === undefined ? ['password'] : [],
    warnings,
  }
}

function addressOf(config: EntryReader, warnings: string[]): DraftAddress | null {
  const host = config.text('host') ?? ''
  const port = config.whole('port')
  const baseUrl = config.text('baseUrl') ?? ''
  const scheme = config.flag('useHttps') === true ? 'https' : 'http'
  if (/^https?:\/\//i.test(baseUrl)) return {url: baseUrl}
  if (baseUrl !== '')
    warnings.push('Its address is relative to the page it was used in; host and port are taken.')
  if (host === '') {
    config.fault('host', 'a host name or address')
    return null
  }
  return {scheme, host, port: port === 0 ? null : port}
}

function hostOf(address: DraftAddress): string {
  return 'url' in address ? address.url : 'host' in address ? address.host : address.socket
}

/** Local storage holds text; an export of it may hold what the text says. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    const inner = JSON.parse(value) as unknown
    return isTooDeep(inner) ? undefined : inner
  } catch {
    // Text that is no JSON is none of those values.
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}
