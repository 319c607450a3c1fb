/** What the executor says became of torrents, as it travels. */
import type {z} from 'zod'
import type {PlainTorrentVerb, RemovalCommand, TorrentCommand, TorrentVerbs} from '#model/command.ts'
import {CommodarrError, errorCodes, type ErrorCode} from '#model/errors.ts'
import type {ItemResult} from '#model/services.ts'
import type {ActionResultsSchema, DoneSchema} from '../schemas/results.ts'

/** A verb with the arguments that its schema read. */
export function commandOf<V extends PlainTorrentVerb>(
  verb: V,
  args: Readonly<TorrentVerbs[V]>,
): TorrentCommand {
  return {verb, args} as TorrentCommand
}

export type AnyCommand = TorrentCommand | RemovalCommand

export function wireResults(
  results: readonly ItemResult[],
  actionId: string,
): z.output<typeof ActionResultsSchema> {
  const counts = {done: 0, failed: 0, refused: 0, unconfirmed: 0}
  for (const {result} of results) counts[result.outcome]++
  return {
    action_id: actionId,
    results: results.map(({key, result}) => ({server_id: key.serverId, info_hash: key.hash, ...result})),
    results_omitted: 0,
    counts,
  }
}

/** For a command on one torrent: done, or a problem. @throws {CommodarrError} with the item's own code */
export function wireDone([item]: readonly ItemResult[]): z.output<typeof DoneSchema> {
  if (item === undefined) throw new CommodarrError('internal', 'The executor lost a torrent.')
  const {key, result} = item
  if (result.outcome === 'done') return {server_id: key.serverId, info_hash: key.hash, outcome: 'done'}
  throw new CommodarrError(codeOf(result), result.message, {...key})
}

/** A command that got no answer is `unconfirmed`, whatever broke the connection. */
function codeOf(result: {outcome: string; code: string}): ErrorCode {
  if (result.outcome === 'unconfirmed') return 'unconfirmed'
  return errorCodes.find((it) => it === result.code) ?? 'command_refused'
}
