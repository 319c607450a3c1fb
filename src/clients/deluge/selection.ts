/**
 * Which of the torrents named in a command the daemon has, and what came of each. An unknown hash ends a call in its
 * middle, and an empty list means all torrents to some calls, so both are settled here before anything is sent.
 */
import type {CommandResult} from '#model/command.ts'
import {CommandRefused} from '#model/errors.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {isRecord, type NativeRecord, type Wire} from './wire.ts'

export type Outcomes = ReadonlyMap<InfoHash, CommandResult>

const notFound: CommandResult = {
  outcome: 'failed',
  code: 'torrent_not_found',
  message: 'The server has no torrent with this hash.',
}

/**
 * Sends a call that takes a list of torrents. Deluge does them in their order and ends at one that left meanwhile: the
 * call goes out again for those behind it.
 * @returns those that left
 * @throws {CommandRefused} {ServerFault} of anything else
 */
export async function sendList(
  wire: Wire,
  method: string,
  hashes: readonly InfoHash[],
  more: readonly unknown[],
  bounds: CallBounds,
): Promise<Outcomes> {
  const left = new Map<InfoHash, CommandResult>()
  let rest = hashes
  while (rest.length > 0) {
    try {
      await wire.call(method, [rest, ...more], bounds)
      break
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      const {message} = error
      const at = rest.findIndex((hash) => message === `'${hash}'`)
      if (at < 0) throw error
      left.set(rest[at]!, notFound)
      // The queue is looked at before anything moves in it.
      rest = method.startsWith('core.queue_') ? rest.toSpliced(at, 1) : rest.slice(at + 1)
    }
  }
  return left
}

/** What is refused of one torrent is its outcome, and ends nothing for the others. @throws all else */
export function refusalOf(error: unknown, hash: InfoHash): CommandResult {
  if (!(error instanceof CommandRefused)) throw error
  return outcomeOf(error.message, hash)
}

/** @param message what Deluge says of a torrent for which something failed */
export function outcomeOf(message: string, hash: InfoHash): CommandResult {
  return hasLeft(message, hash) ? notFound : {outcome: 'failed', code: 'command_refused', message}
}

/** In the words of Python (`KeyError`), of core.py and torrentmanager.py in deluge/core, and of the Label plugin. */
function hasLeft(message: string, hash: InfoHash): boolean {
  const words = [
    `'${hash}'`,
    'torrent_id is not in session',
    `torrent_id ${hash} not in session.`,
    'Unknown Torrent',
  ]
  return words.includes(message)
}

/** Fields of these torrents, by hash; those that the daemon does not have are missing. */
export async function readTorrents(
  wire: Wire,
  hashes: readonly InfoHash[] | 'all',
  keys: readonly string[],
  bounds: CallBounds,
): Promise<Map<InfoHash, NativeRecord>> {
  const found = new Map<InfoHash, NativeRecord>()
  const asked = hashes === 'all' ? null : new Set(hashes)
  if (asked?.size === 0) return found
  const filter = asked === null ? {} : {id: [...asked]}
  const call = {method: 'core.get_torrents_status', params: [filter, ['hash', ...keys]]}
  await wire.members(call, bounds, (id, value) => {
    const hash = asInfoHash(id)
    if (hash === null || asked?.has(hash) === false) return
    if (isRecord(value) && value['hash'] === id) found.set(hash, value)
  })
  return found
}

/**
 * Sends something for the torrents that exist, to the daemon that the sync reads; the others come back as not found.
 * @param send gets at least one torrent, with the fields asked for; what it answers overrules "done"
 */
export async function forPresent(
  wire: Wire,
  hashes: readonly InfoHash[],
  keys: readonly string[],
  bounds: CallBounds,
  send: (present: ReadonlyMap<InfoHash, NativeRecord>) => Promise<Outcomes | void>,
): Promise<Outcomes | void> {
  if (hashes.length === 0) return
  const present = await readTorrents(wire, hashes, keys, bounds)
  const outcomes = new Map<InfoHash, CommandResult>()
  for (const hash of hashes) if (!present.has(hash)) outcomes.set(hash, notFound)
  // Last, so that there is no time to connect deluge-web to another daemon.
  await wire.expectDaemon(bounds)
  if (present.size > 0) {
    for (const [hash, outcome] of (await send(present)) ?? []) outcomes.set(hash, outcome)
  }
  if (outcomes.size === 0) return
  for (const hash of present.keys()) if (!outcomes.has(hash)) outcomes.set(hash, {outcome: 'done'})
  return outcomes
}
