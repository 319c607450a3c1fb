/**
 * rTorrent's own settings that can be read and changed while it runs. A closed list: a name from outside must never
 * reach a command that runs programs. Names are those of 0.9.8 and 0.16.17; what a server lacks is left out, and so is
 * what 0.16.17 takes without a word and ignores (`network.http.max_total_connections`, `network.max_open_files`).
 */
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {CallBounds} from '../port.ts'
import {errorOfFault, numberOf, RpcFault, textOf, type RpcCall} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

type Kind = 'number' | 'text' | 'switch'

/** Those that whoever manages a server may change. */
const ownerSettings = {
  'dht.port': 'number',
  'network.http.max_open': 'number',
  'network.http.max_host_connections': 'number',
  'network.http.dns_cache_timeout': 'number',
  'network.port_random': 'switch',
  'network.port_range': 'text',
  'network.receive_buffer.size': 'number',
  'network.send_buffer.size': 'number',
  'pieces.hash.on_completion': 'switch',
  'pieces.memory.max': 'number',
  'pieces.preload.type': 'number',
  'pieces.sync.always_safe': 'switch',
  'protocol.pex': 'switch',
  'system.file.allocate': 'switch',
  'throttle.max_downloads': 'number',
  'throttle.max_downloads.global': 'number',
  'throttle.max_peers.normal': 'number',
  'throttle.max_peers.seed': 'number',
  'throttle.max_uploads': 'number',
  'throttle.max_uploads.global': 'number',
  'throttle.min_peers.normal': 'number',
  'throttle.min_peers.seed': 'number',
  'trackers.numwant': 'number',
  'trackers.use_udp': 'switch',
} satisfies Readonly<Record<string, Kind>>

/** The others take an administrator: folders that are written to, addresses that are asked, who is let in. */
const settings: Readonly<Record<string, Kind>> = {
  ...ownerSettings,
  'directory.default': 'text',
  'network.bind_address': 'text',
  'network.http.proxy_address': 'text',
  'network.http.ssl_verify_host': 'switch',
  'network.http.ssl_verify_peer': 'switch',
  'network.local_address': 'text',
  'network.port_open': 'switch',
  'network.xmlrpc.size_limit': 'number',
}

export const ownerPreferences: ReadonlySet<string> = new Set(Object.keys(ownerSettings))

/** Can be read, and is not changed while it runs. */
const fixed: Readonly<Record<string, Kind>> = {'session.path': 'text'}

export async function readPreferences(
  session: RtorrentSession,
  bounds: CallBounds,
): Promise<Readonly<Record<string, unknown>>> {
  const known = {...settings, ...fixed}
  const names = Object.keys(known).filter((name) => session.has(name))
  const results = await session.wire.askAll(
    names.map((method) => ({method, params: ['']})),
    bounds,
  )
  const found: Record<string, unknown> = {}
  names.forEach((name, index) => {
    const result = results[index]
    if (result === undefined || result instanceof RpcFault) return
    if (known[name] === 'text') found[name] = textOf(result)
    else found[name] = known[name] === 'switch' ? numberOf(result) !== 0 : numberOf(result)
  })
  return found
}

/**
 * All of them or none: every name and value is looked at before the first is sent.
 * @throws {NotSupported} for a name that cannot be set here, {BadArgument} for a value of the wrong kind
 */
export async function writePreferences(
  session: RtorrentSession,
  values: Readonly<Record<string, unknown>>,
  bounds: CallBounds,
): Promise<void> {
  const calls = Object.entries(values).map(([name, value]) => settingCall(session, name, value))
  for (const result of await session.wire.executeAll(calls, bounds)) {
    if (result instanceof RpcFault) throw errorOfFault(result, {})
  }
}

function settingCall(session: RtorrentSession, name: string, value: unknown): RpcCall {
  const kind = Object.hasOwn(settings, name) ? settings[name] : undefined
  const method = `${name}.set`
  if (kind === undefined || !session.has(method)) {
    throw new NotSupported(`"${name}" is no setting that can be changed here.`, {setting: name})
  }
  if (kind === 'text') {
    if (typeof value !== 'string' || /[\0-\x1f]/.test(value)) throw wrongKind(name, 'a line of text')
    return {method, params: ['', value]}
  }
  const number = typeof value === 'boolean' ? Number(value) : value
  const isWhole = typeof number === 'number' && Number.isSafeInteger(number)
  if (!isWhole || (kind === 'switch' && number !== 0 && number !== 1)) {
    throw wrongKind(name, kind === 'switch' ? 'true or false' : 'a whole number')
  }
  return {method, params: ['', number]}
}

function wrongKind(name: string, wanted: string): BadArgument {
  return new BadArgument(`"${name}" takes ${wanted}.`, {setting: name})
}
