/**
 * Which of the torrents named in a command the daemon has, and what came of each. Transmission answers "success" for
 * hashes it does not know and takes an empty list for all torrents in some releases, so both are settled here before
 * anything is sent.
 */
import type {CommandResult} from '#model/command.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {text, type RawTorrent} from './codec.ts'
import type {Wire} from './wire.ts'

export type Outcomes = ReadonlyMap<InfoHash, CommandResult>

const notFound: CommandResult = {
  outcome: 'failed',
  code: 'torrent_not_found',
  message: 'The server has no torrent with this hash.',
}

/**
 * Fields of these torrents, by hash; those the daemon does not have are missing. Others that it tells of anyway
 * (it takes some lists of ids for everybody) are left out: what comes back here is what will be commanded.
 */
export async function readTorrents(
  wire: Wire,
  hashes: readonly InfoHash[],
  fields: readonly string[],
  bounds: CallBounds,
): Promise<Map<InfoHash, RawTorrent>> {
  const found = new Map<InfoHash, RawTorrent>()
  const asked = new Set(hashes)
  if (hashes.length === 0) return found
  const {method, params} = getOf(hashes, fields)
  for (const raw of torrentsIn(await wire.call(method, params, bounds))) {
    const hash = hashOf(raw)
    if (hash !== null && asked.has(hash)) found.set(hash, raw)
  }
  return found
}

/** These torrents, with their hashes. */
export function getOf(hashes: readonly InfoHash[], fields: readonly string[]) {
  return {method: 'torrent_get', params: {ids: hashes, fields: ['hash_string', ...fields]}}
}

export function hashOf(raw: RawTorrent): InfoHash | null {
  return asInfoHash(text(raw, 'hash_string') ?? '')
}

export function torrentsIn(answer: Readonly<Record<string, unknown>>): RawTorrent[] {
  return Array.isArray(answer['torrents']) ? (answer['torrents'] as RawTorrent[]) : []
}

/**
 * Sends something for the torrents that exist; the others come back as not found.
 * @param send gets at least one torrent, with the fields asked for; what it answers overrules "done"
 */
export async function forPresent(
  wire: Wire,
  hashes: readonly InfoHash[],
  fields: readonly string[],
  bounds: CallBounds,
  send: (present: ReadonlyMap<InfoHash, RawTorrent>) => Promise<Outcomes | void>,
): Promise<Outcomes | void> {
  if (hashes.length === 0) return
  const present = await readTorrents(wire, hashes, fields, bounds)
  const outcomes = new Map<InfoHash, CommandResult>()
  for (const hash of hashes) if (!present.has(hash)) outcomes.set(hash, notFound)
  if (present.size > 0) {
    for (const [hash, outcome] of (await send(present)) ?? []) outcomes.set(hash, outcome)
  }
  if (outcomes.size === 0) return
  for (const hash of present.keys()) if (!outcomes.has(hash)) outcomes.set(hash, {outcome: 'done'})
  return outcomes
}
