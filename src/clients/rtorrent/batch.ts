/** Commands for many torrents in few requests, with one outcome per torrent. */
import type {CommandResult} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {errorOfFault, RpcFault, type RpcCall, type RpcResult} from './rpc.ts'
import type {RtorrentSession} from './session.ts'

export type Outcomes = Map<InfoHash, CommandResult>

export const done: CommandResult = {outcome: 'done'}

/**
 * Sends each torrent's commands in order. A torrent whose first command is refused has failed; so has one whose later
 * command is, since the others went through.
 * @throws {ServerFault} the requests did not come through
 */
export async function executeEach(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  callsFor: (hash: InfoHash) => readonly RpcCall[],
  bounds: CallBounds,
): Promise<Outcomes> {
  const calls: RpcCall[] = []
  const spans = hashes.map((hash) => {
    const from = calls.length
    calls.push(...callsFor(hash))
    return {hash, from, to: calls.length}
  })
  const results = await executeAndNote(session, hashes, calls, bounds)
  return new Map(spans.map(({hash, from, to}) => [hash, outcomeOfResults(results.slice(from, to), hash)]))
}

/** Sends commands; whatever comes of it, what we know of these torrents may be stale then. */
export async function executeAndNote(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  calls: readonly RpcCall[],
  bounds: CallBounds,
): Promise<RpcResult[]> {
  try {
    return await session.wire.executeAll(calls, bounds)
  } finally {
    session.table.markStale(hashes)
  }
}

function outcomeOfResults(results: readonly RpcResult[], hash: InfoHash): CommandResult {
  const fault = results.find((result) => result instanceof RpcFault)
  return fault instanceof RpcFault ? failed(errorOfFault(fault, {hash})) : done
}

/** @returns `refused` for what was not even tried */
export function failed(error: unknown, outcome: 'failed' | 'refused' = 'failed'): CommandResult {
  if (!(error instanceof CommodarrError)) throw error
  return {outcome, code: error.code, message: error.message}
}

/**
 * One question per torrent; those that cannot answer get an outcome instead of a value.
 */
export async function askEach(
  session: RtorrentSession,
  hashes: readonly InfoHash[],
  methods: readonly string[],
  bounds: CallBounds,
): Promise<{answers: Map<InfoHash, readonly RpcResult[]>; outcomes: Outcomes}> {
  const calls = hashes.flatMap((hash) => methods.map((method) => ({method, params: [hash]})))
  const results = await session.wire.askAll(calls, bounds)
  const answers = new Map<InfoHash, readonly RpcResult[]>()
  const outcomes: Outcomes = new Map()
  hashes.forEach((hash, index) => {
    const own = results.slice(index * methods.length, (index + 1) * methods.length)
    const fault = own.find((result) => result instanceof RpcFault)
    if (fault instanceof RpcFault) outcomes.set(hash, failed(errorOfFault(fault, {hash})))
    else answers.set(hash, own)
  })
  return {answers, outcomes}
}
