/**
 * Fetches a .torrent by its URL: rTorrent answers every load with 0, also one whose URL is 404, so we fetch ourselves
 * and hand over the bytes. Bounded in size, time and redirects; http and https only, and only where requests of whoever
 * typed the URL may go, each redirect judged again; none of a server's credentials go along, and cookies only to the
 * address they were given for.
 */
import {Agent, type Dispatcher} from 'undici'
import {BadArgument, CommandRefused, CommodarrError, ServerFault} from '#model/errors.ts'
import type {Reach} from '#model/server.ts'
import type {Bytes} from '#model/units.ts'
import {lookupWithin, objectionAt} from './outgoing.ts'
import {mostTorrentBytes} from './torrent-file.ts'

const TIMEOUT_MS = 30_000
const MOST_REDIRECTS = 5

interface FetchWish {
  readonly url: string
  readonly reach: Reach
  readonly cookies?: string | undefined
  readonly maxBytes?: Bytes | undefined
  readonly signal?: AbortSignal | undefined
}

/** The file's bytes, or the magnet link an indexer redirects to. @throws {CommodarrError} address_forbidden … */
export async function fetchTorrent(wish: FetchWish): Promise<{torrent: Uint8Array} | {magnet: string}> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS)
  const signal = wish.signal ? AbortSignal.any([deadline, wish.signal]) : deadline
  let url = checkedUrl(wish.url)
  const home = url.origin
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const objection = await objectionAt({url: url.href, httpProxy: null, reach: wish.reach})
    if (objection) throw forbidden(objection, url)
    const answer = await askOnce(url, url.origin === home ? wish.cookies : undefined, wish, signal)
    if (!('location' in answer)) return answer
    if (/^magnet:/i.test(answer.location)) return {magnet: answer.location}
    url = checkedUrl(answer.location, url)
  }
  throw new CommandRefused(`The address redirects more than ${MOST_REDIRECTS} times.`, {host: url.host})
}

/** Over a connection of its own: what may be reached depends on the port. */
async function askOnce(
  url: URL,
  cookies: string | undefined,
  wish: FetchWish,
  signal: AbortSignal,
): Promise<{torrent: Uint8Array} | {location: string}> {
  const lookup = lookupWithin(wish.reach, url)
  const agent = new Agent({connect: {timeout: TIMEOUT_MS, ...(lookup && {lookup})}})
  try {
    return await ask(agent, url, cookies, wish, signal)
  } finally {
    await agent.destroy()
  }
}

/** It says nothing of the server that the torrent is for. */
function forbidden({message}: ServerFault, {host}: URL): CommodarrError {
  return new CommodarrError('address_forbidden', message, {host})
}

async function ask(
  agent: Dispatcher,
  url: URL,
  cookies: string | undefined,
  wish: FetchWish,
  signal: AbortSignal,
): Promise<{torrent: Uint8Array} | {location: string}> {
  try {
    const answer = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      signal,
      headers: {
        'user-agent': 'Commodarr',
        accept: 'application/x-bittorrent, */*',
        ...(cookies && {cookie: cookies}),
      },
    })
    const {location} = answer.headers
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      await answer.body.dump()
      return {location}
    }
    if (answer.statusCode !== 200) {
      await answer.body.dump()
      throw new CommandRefused(`${url.host} answered ${answer.statusCode} instead of a .torrent file.`, {
        host: url.host,
      })
    }
    return {torrent: await bounded(answer.body, Math.min(wish.maxBytes ?? Infinity, mostTorrentBytes), url)}
  } catch (error) {
    if (error instanceof CommandRefused) throw error
    if (error instanceof ServerFault) throw forbidden(error, url)
    if (wish.signal?.aborted) throw wish.signal.reason
    const words = signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : 'it cannot be reached'
    throw new CommandRefused(
      `The .torrent file could not be fetched from ${url.host}: ${words}.`,
      {host: url.host},
      error,
    )
  }
}

async function bounded(body: AsyncIterable<Buffer>, maxBytes: Bytes, url: URL): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) {
      throw new CommandRefused(`The file at ${url.host} is larger than ${maxBytes} bytes.`, {host: url.host})
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The path of such a URL may hold a passkey: it stays out of messages. */
function checkedUrl(text: string, base?: URL): URL {
  if (URL.canParse(text, base)) {
    const url = new URL(text, base)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  }
  throw new BadArgument('A .torrent file is fetched by http or https only.', {field: 'url'})
}
