import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {RetryConfirmed} from '#executor/action.ts'
import type {Selection} from '#executor/selections.ts'
import {filterInTurns} from '#lib/time-slice.ts'
import {asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {RouteDeps} from '../parts.ts'
import {needs} from '../security/route-access.ts'
import {wireAction, wireAnswer} from '../rows/action-rows.ts'
import {figuresOf} from '../rows/selection-figures.ts'
import {joinedFilters, known, languageFilter, readerIn} from '../rows/torrent-query.ts'
import {
  ActionIdParams,
  RecentActionSchema,
  RecentActionsSchema,
  SelectionBodySchema,
  SelectionIdParams,
  SelectionSchema,
} from '../schemas/actions.ts'
import {ok} from '../schemas/answers.ts'
import {flagParameter, wholeParameter} from '../schemas/parameters.ts'
import {heldOrPartly} from '../schemas/results.ts'
import {asKey, type Scope} from '../scope/scope.ts'

/** Problems in words of each action in a list. */
const PROBLEMS_IN_LIST = 20

/** What one did just now: looked at, undone, tried again. Those of others are not there, for nobody. */
export function actionRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/actions', {schema: list, config: needs('read', 'scope')}, async ({scope, query}) => ({
      actions: scope.actions
        .list()
        .slice(0, query.limit)
        .map((action) => wireAction(action, scope, PROBLEMS_IN_LIST)),
    }))
    app.get('/actions/:id', {schema: one, config: needs('read', 'program')}, async ({scope, params}) =>
      wireAction(scope.actions.get(params.id), scope),
    )
    app.post(
      '/actions/:id/undo',
      {schema: undo, config: needs('control', 'program')},
      async ({scope, params}) => wireAction(await scope.actions.undo(params.id), scope),
    )
    app.post(
      '/actions/:id/cancel',
      {schema: cancel, config: needs('control', 'program')},
      async ({scope, params}) => wireAction(await scope.actions.cancel(params.id), scope),
    )
    app.post(
      '/actions/:id/retry',
      {schema: retry, config: needs('control', 'program')},
      async ({scope, params, query}, reply) => {
        const {accepts_others: others, accepts_doubt: doubt, confirm_asked: asAsked} = query
        // What was confirmed the time before stays so: a refusal may ask for one after the other.
        const confirmed: RetryConfirmed = {
          ...(others && {acceptsOthers: true}),
          ...(doubt && {acceptsDoubt: true}),
          ...(asAsked && {asAsked}),
        }
        const {status, body} = wireAnswer(await scope.actions.retry(params.id, confirmed))
        return reply.code(status).send(body)
      },
    )
  }
}

const list = {
  operationId: 'listActions',
  tags: ['torrents'],
  summary: 'What you did just now',
  description: 'Of the last 15 minutes, your own; what was sent stands in the audit for longer.',
  querystring: z.strictObject({limit: wholeParameter(1, 100).default(50).describe('Actions at most')}),
  response: ok(RecentActionsSchema),
}

const one = {
  operationId: 'getAction',
  tags: ['torrents'],
  summary: 'One of them, with its problems',
  params: ActionIdParams,
  response: ok(RecentActionSchema),
}

const undo = {
  operationId: 'undoAction',
  tags: ['torrents'],
  summary: 'Take a held removal back, or put torrents back to how they were',
  description:
    'Once, within 15 minutes. Undo is a command like any other, with a result per torrent. What was ' +
    'changed meanwhile stays, and so does what was unknown before.',
  params: ActionIdParams,
  response: ok(RecentActionSchema),
}

const cancel = {
  operationId: 'cancelAction',
  tags: ['torrents'],
  summary: 'Send nothing more of what is under way',
  description:
    'What was sent stays, and can be undone once the action has ended; what is being sent in this moment is not broken ' +
    'off. All else ends `refused` with `cancelled`, and can be tried again. A removal that is held is taken back.',
  params: ActionIdParams,
  response: ok(RecentActionSchema),
}

const retry = {
  operationId: 'retryAction',
  tags: ['torrents'],
  summary: 'The same again for what did not end done',
  description:
    'Once, as an action of its own. A removal that was held is held again, as long as the first time, and can be taken ' +
    'back. One that got no answer is never repeated. What was refused for the sake of files of others is done when ' +
    'that is confirmed here: by `accepts_others` and `accepts_doubt` for all of it, whatever each was refused for, or ' +
    'by `confirm_asked` for each torrent what its own `confirm_with` names. What was confirmed before stays confirmed.',
  params: ActionIdParams,
  querystring: z.strictObject({
    confirm_asked: flagParameter(
      'true = what the `confirm_with` of each torrent names is confirmed for that torrent, and for no other one',
    ),
    accepts_others: flagParameter(
      'true = also where others lose files by it, or files that are there are replaced',
    ),
    accepts_doubt: flagParameter(
      'true = also where it is unknown whether others use these files, or whether there is enough space',
    ),
  }),
  response: heldOrPartly,
}

type Wish = z.output<typeof SelectionBodySchema>

/** Sets of torrents frozen here, so that what was counted is what will be touched, however many they are. */
export function torrentSelections({turns, clock}: RouteDeps): FastifyPluginAsyncZod {
  const viewOf = async ({id, keys, until}: Selection, scope: Scope) => ({
    selection_id: id,
    until,
    ...(await figuresOf(keys, scope, turns)),
  })
  return async (app) => {
    app.post(
      '/torrents/selections',
      {schema: freeze, config: needs('read', 'scope')},
      async ({body, scope}) => {
        const from = body.selection_id === undefined ? null : scope.selections.get(body.selection_id)
        const all = await meant(body, from, scope, {now: clock.now(), turns})
        const except = new Set(body.except?.map((key) => keyText(asKey(key))))
        const isIn = (key: TorrentKey) =>
          !(except.size > 0 && except.has(keyText(key))) && !(body.without_owing && scope.owes(key))
        return viewOf(await scope.selections.freeze(await filterInTurns(all, turns, isIn), from), scope)
      },
    )
    app.get(
      '/torrents/selections/:id',
      {schema: look, config: needs('read', 'program')},
      async ({params, scope}) => viewOf(scope.selections.get(params.id), scope),
    )
  }
}

/**
 * @param from the selection that the wish names
 * @throws {RequestInvalid} for a query with mistakes, a server that is not there
 */
async function meant(
  wish: Wish,
  from: Selection | null,
  scope: Scope,
  {now, turns}: {readonly now: EpochMs; readonly turns: RouteDeps['turns']},
): Promise<readonly TorrentKey[]> {
  const selected = wish.servers?.map((id) => known('servers', asServerId(id), scope.access.servers)) ?? null
  const isOnThem = ({serverId}: TorrentKey) => selected === null || selected.includes(serverId)
  // Each once, as it was frozen.
  if (from !== null) return filterInTurns(from.keys, turns, isOnThem)
  if (wish.only) return eachOnce(wish.only.map(asKey).filter(isOnThem))
  const asked = languageFilter(wish.q ?? '', readerIn(scope, {now, timeZone: wish.time_zone}))
  const filter = selected === null ? asked : joinedFilters({servers: {any: selected}}, asked)
  return (await scope.views.matching(filter)).keys
}

function eachOnce(keys: readonly TorrentKey[]): readonly TorrentKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()]
}

const freeze = {
  operationId: 'selectTorrents',
  tags: ['torrents'],
  summary: 'Freeze a set of torrents to act on',
  description:
    'All that match now; what matches later is not in it. It is kept for 15 minutes; of one person at most 20 ' +
    'selections and 200,000 torrents, then the oldest go.',
  body: SelectionBodySchema,
  response: ok(SelectionSchema),
}

const look = {
  operationId: 'getSelection',
  tags: ['torrents'],
  summary: 'The same set with the figures of this moment',
  params: SelectionIdParams,
  response: ok(SelectionSchema),
}
