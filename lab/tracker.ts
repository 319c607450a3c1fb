/**
 * A BitTorrent tracker inside the test process (BEP 3, 23, 48): announces at once, any interval, remembers who asked;
 * and a shop window for .torrent files, so that servers can be told to fetch one by URL.
 */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import bencode from 'bencode'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {peerAddress} from './daemons/process.ts'

interface TrackerOptions {
  /** Seconds between two announces, as told to the peers. Default 5. */
  readonly interval?: number | undefined
  /** Seconds after which a peer may ask again on demand. Default: the interval. */
  readonly minInterval?: number | undefined
  /** Where it listens; default: where the peers do, so that they announce from an address the others can reach. */
  readonly address?: string | undefined
  /** It counts peers and tells nobody of the others. */
  readonly isSilent?: boolean | undefined
  /** Every announce is refused with these words. */
  readonly failure?: string | undefined
}

interface Announce {
  readonly hash: InfoHash
  readonly peerId: string
  readonly address: string
  readonly port: number
  readonly event: string
  /** Bytes missing, as the peer says. */
  readonly left: number
  readonly userAgent: string
}

export interface Tracker {
  readonly announceUrl: string
  /** All announces so far, oldest first. */
  readonly log: readonly Announce[]
  /** Seconds between two announces, as told to the peers from now on. */
  interval: number
  /** Serves a .torrent from now on; answers its URL. */
  serve(name: string, torrent: Uint8Array): string
  /** A URL of the same server that answers 404. */
  readonly missingUrl: string
  /** Paths asked for besides announces, with the cookies that came along. */
  readonly requests: readonly {readonly path: string; readonly cookie: string}[]
  stop(): Promise<void>
}

export async function startTracker(options: TrackerOptions = {}): Promise<Tracker> {
  const swarms = new Map<string, Map<string, Announce>>()
  const log: Announce[] = []
  const timing = {interval: options.interval ?? 5}
  const served = new Map<string, Uint8Array>()
  const requests: {path: string; cookie: string}[] = []
  const address = options.address ?? peerAddress()
  const server = createServer((request, response) => {
    const query = queryOf(request.url ?? '')
    if (query.path === '/announce') {
      const announce = announceOf(query.values, request)
      log.push(announce)
      return answer(response, 200, announced(swarms, announce, {...options, ...timing}))
    }
    requests.push({path: query.path, cookie: request.headers.cookie ?? ''})
    if (query.path === '/scrape') return answer(response, 200, scraped(swarms, query.values))
    const torrent = served.get(query.path)
    return torrent ? answer(response, 200, torrent) : answer(response, 404, Buffer.from('not here'))
  })
  const origin = `http://${address}:${await listen(server, address)}`
  return Object.assign(timing, {
    announceUrl: `${origin}/announce`,
    log,
    serve: (name: string, torrent: Uint8Array) => {
      served.set(`/${name}`, torrent)
      return `${origin}/${name}`
    },
    missingUrl: `${origin}/missing.torrent`,
    requests,
    stop: () => close(server),
  })
}

export async function listen(server: Server, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, address, resolve)
  })
  return (server.address() as AddressInfo).port
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

function answer(response: ServerResponse, status: number, body: Uint8Array): void {
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/x-bittorrent' : 'text/plain',
    'content-length': body.length,
  })
  response.end(body)
}

/** A query string whose values are raw bytes in latin-1: hashes and peer ids are no UTF-8. */
function queryOf(url: string): {path: string; values: Map<string, string>} {
  const [path, query] = url.split('?')
  const pairs = (query ?? '').split('&').map((pair): [string, string] => {
    const [key, value] = pair.split('=')
    return [key ?? '', rawBytes(value ?? '')]
  })
  return {path: path ?? '/', values: new Map(pairs)}
}

function rawBytes(escaped: string): string {
  return escaped.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

function announceOf(values: Map<string, string>, request: IncomingMessage): Announce {
  const hash = asInfoHash(Buffer.from(values.get('info_hash') ?? '', 'latin1').toString('hex'))
  return {
    hash: hash ?? ('' as InfoHash),
    peerId: values.get('peer_id') ?? '',
    address: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    port: Number(values.get('port') ?? 0),
    event: values.get('event') ?? '',
    left: Number(values.get('left') ?? 0),
    userAgent: request.headers['user-agent'] ?? '',
  }
}

function announced(
  swarms: Map<string, Map<string, Announce>>,
  announce: Announce,
  options: TrackerOptions,
): Uint8Array {
  if (options.failure !== undefined) return bencode.encode({'failure reason': options.failure})
  if (announce.hash === '') return bencode.encode({'failure reason': 'no info_hash'})
  const swarm = swarms.get(announce.hash) ?? new Map<string, Announce>()
  swarms.set(announce.hash, swarm)
  if (announce.event === 'stopped') swarm.delete(announce.peerId)
  else swarm.set(announce.peerId, announce)
  const interval = options.interval ?? 5
  const others = [...swarm.values()].filter(({peerId}) => peerId !== announce.peerId && !options.isSilent)
  return bencode.encode({
    ...counts(swarm),
    interval,
    'min interval': options.minInterval ?? interval,
    peers: Buffer.concat(others.map(compact)),
  })
}

function scraped(swarms: Map<string, Map<string, Announce>>, values: Map<string, string>): Uint8Array {
  const asked = values.get('info_hash') ?? ''
  const swarm = swarms.get(Buffer.from(asked, 'latin1').toString('hex')) ?? new Map<string, Announce>()
  // The key is the raw hash; as latin-1 text it would be encoded again, so this one dictionary is written by hand.
  return Buffer.concat([
    Buffer.from('d5:filesd20:'),
    Buffer.from(asked.padEnd(20, '\0'), 'latin1'),
    bencode.encode({...counts(swarm), downloaded: 0}),
    Buffer.from('ee'),
  ])
}

function counts(swarm: Map<string, Announce>): {complete: number; incomplete: number} {
  const complete = [...swarm.values()].filter(({left}) => left === 0).length
  return {complete, incomplete: swarm.size - complete}
}

/** Four bytes of address and two of port (BEP 23). */
function compact({address, port}: Announce): Buffer {
  const parts = address.split('.').map(Number)
  return Buffer.from([...(parts.length === 4 ? parts : [127, 0, 0, 1]), port >> 8, port & 255])
}
