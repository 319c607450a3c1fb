/** What somebody did just now, as it travels. Of servers that he does not see any more nothing is told by name. */
import type {z} from 'zod'
import type {ActionView, Problem, TallyView} from '#executor/action.ts'
import {snake} from '#lib/snake-case.ts'
import type {Access} from '#model/access.ts'
import type {
  CommandResult,
  PlainTorrentVerb,
  RemovalCommand,
  TorrentCommand,
  TorrentVerbs,
} from '#model/command.ts'
import {CommodarrError, errorCodes, NeedsConfirmation, type ErrorCode} from '#model/errors.ts'
import type {ItemResult, Servers} from '#model/services.ts'
import type {DataProgressView} from '#model/unfinished.ts'
import type {ActionProblemSchema, DataProgressSchema, RecentActionSchema} from '../schemas/actions.ts'
import type {ActionResultsSchema, DoneSchema, HeldActionSchema} from '../schemas/results.ts'
import type {OneResult} from '../scope/scoped-actions.ts'

export type WireAction = z.output<typeof RecentActionSchema>

interface ActionSight {
  readonly access: Access
  readonly servers: Pick<Servers, 'get'>
}

/** @param most problems in words */
export function wireAction(action: ActionView, sight: ActionSight, most = Infinity): WireAction {
  const {id, verb, args, at, state, progress, count, tally, retryable, confirmable, undo, undone} = action
  const sees = ({serverId}: Problem['key']) => sight.access.may('read', serverId)
  return {
    action_id: id,
    verb,
    args: wireArgs(shortArgs(args)),
    at,
    state,
    held_until: action.heldUntil,
    ended_at: action.endedAt,
    cancelled: action.cancelled,
    retry_of: action.retryOf,
    progress: progress && wireProgress(progress),
    count,
    servers: action.servers.flatMap(({serverId, count: torrents}) => {
      const server = sight.access.may('read', serverId) ? sight.servers.get(serverId) : null
      return server ? [{server_id: serverId, server_name: server.name, count: torrents}] : []
    }),
    ...wireTally(tally, sees, most),
    retryable,
    confirmable: {...confirmable},
    undo: {...undo},
    undone: undone && wireTally(undone, sees, most),
  }
}

/** How far data is, as it travels. */
export function wireProgress({
  ended,
  bytesEnded,
  bytes,
  endsAt,
}: DataProgressView): z.output<typeof DataProgressSchema> {
  return {ended, bytes_ended: bytesEnded, bytes, ends_at: endsAt}
}

/** The answer to who asked for it, and its status: it waits, or what is not done. */
export function wireAnswer(
  action: ActionView,
):
  | {readonly status: 202; readonly body: z.output<typeof HeldActionSchema>}
  | {readonly status: 207; readonly body: z.output<typeof ActionResultsSchema>} {
  const {id, heldUntil, count, tally} = action
  if (heldUntil === null) return {status: 207, body: wireEnd(action)}
  return {status: 202, body: {action_id: id, held_until: heldUntil, count, counts: {...tally.counts}}}
}

function wireEnd({id, tally}: ActionView): z.output<typeof ActionResultsSchema> {
  return {
    action_id: id,
    counts: {...tally.counts},
    results: tally.problems.map(wireItem),
    results_omitted: tally.omitted,
  }
}

function wireTally(
  {counts, problems, omitted}: TallyView,
  sees: (key: Problem['key']) => boolean,
  most: number,
) {
  const shown = problems.filter(({key}) => sees(key)).slice(0, most)
  return {
    counts: {...counts},
    problems: shown.map(wireProblem),
    problems_omitted: omitted + problems.length - shown.length,
  }
}

function wireProblem(problem: Problem): z.output<typeof ActionProblemSchema> {
  return {...wireItem(problem), name: problem.name}
}

function wireItem({key, result}: ItemResult) {
  return {server_id: key.serverId, info_hash: key.hash, ...wireOutcome(result)}
}

/** Of very many files that were renamed a list shows the first, and how many more there are. */
export function shortArgs(args: object): object {
  const {files, ...others} = args as {readonly files?: unknown}
  if (!Array.isArray(files) || files.length <= FILES_IN_LISTS) return args
  const omitted = files.length - FILES_IN_LISTS
  return {...others, files: files.slice(0, FILES_IN_LISTS), files_omitted: omitted}
}

const FILES_IN_LISTS = 20

/** What lies deeper may be named by a server. */
function wireArgs(args: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [snake(name), value]))
}

/* What the executor says became of torrents, as it travels. */

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
  return {action_id: actionId, results: results.map(wireItem), results_omitted: 0, counts}
}

/** For a command on one torrent: done, or a problem. @throws {CommodarrError} with the item's own code */
export function wireDone({key, result, actionId}: OneResult): z.output<typeof DoneSchema> {
  if (result.outcome === 'done') {
    return {server_id: key.serverId, info_hash: key.hash, outcome: 'done', action_id: actionId}
  }
  const {message, confirmWith} = result
  throw confirmWith === undefined
    ? new CommodarrError(codeOf(result), message, {...key})
    : new NeedsConfirmation(codeOf(result), message, confirmWith, {...key})
}

/** What became of one torrent. */
export function wireOutcome(result: CommandResult) {
  if (result.outcome === 'done') return result
  const {confirmWith, ...rest} = result
  return {...rest, ...(confirmWith !== undefined && {confirm_with: confirmWith})}
}

/** A command that got no answer is `unconfirmed`, whatever broke the connection. */
function codeOf(result: {outcome: string; code: string}): ErrorCode {
  if (result.outcome === 'unconfirmed') return 'unconfirmed'
  return errorCodes.find((it) => it === result.code) ?? 'command_refused'
}
