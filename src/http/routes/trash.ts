import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {asUserId, type UserId} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {ORPHAN, type Trash, type TrashItem} from '#model/trash.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {TrashListSchema, TrashParams, type TrashItemSchema} from '../schemas/trash.ts'
import type {Scope} from '../scope/scope.ts'

/**
 * What was set aside: looked at, brought back, or let go before its time.
 * @param userName `null` = there is none (any more)
 * @param leftName as a server that left was called; `null` = not known any more
 */
export function trashRoutes(
  trash: Trash,
  userName: (id: UserId) => string | null,
  ruleName: (id: RuleId) => string | null,
  leftName: (id: ServerId) => string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/trash', {schema: list, config: needs('read', 'scope')}, async ({principal, scope}) => ({
      items: trash.list(principal).map((item) => wireItem(item, scope, userName, ruleName, leftName)),
    }))
    app.post(
      '/trash/:id/restore',
      {schema: restore, config: needs('control', 'program')},
      async ({principal, params}, reply) => {
        await trash.restore(principal, params.id)
        return reply.code(204).send()
      },
    )
    app.delete(
      '/trash/:id',
      {schema: purge, config: needs('control', 'program')},
      async ({principal, params}, reply) => {
        await trash.purge(principal, params.id)
        return reply.code(204).send()
      },
    )
  }
}

function wireItem(
  item: TrashItem,
  {servers, paths, arrs}: Scope,
  userName: (id: UserId) => string | null,
  ruleName: (id: RuleId) => string | null,
  leftName: (id: ServerId) => string | null,
): z.output<typeof TrashItemSchema> {
  const {id, serverId, hash, name, verb, files, bytes, until, state, message, rule, userId} = item
  const {restoring, failed} = item
  return {
    id,
    server_id: serverId,
    info_hash: verb === ORPHAN ? null : hash,
    name,
    verb,
    files,
    bytes,
    until,
    state,
    restoring,
    failed,
    not_restored: item.notRestored.map(({path, reason}) => ({path, reason})),
    in_library: item.inLibrary,
    library_away: item.libraryAway,
    message: message && paths.text(serverId, message),
    set_aside_at: item.setAsideAt,
    state_at: item.stateAt,
    under_way: item.isUnderWay,
    server_name: servers.get(serverId)?.name ?? leftName(serverId) ?? serverId,
    server_left: item.hasServerLeft,
    found: item.isFound,
    // Of an Arr that he does not see nothing is said.
    arr_id: arrs.some((arr) => arr.id === item.arrId) ? (item.arrId ?? null) : null,
    rule: rule && {...rule, name: ruleName(rule.id)},
    user_name: userId === null ? null : userName(asUserId(userId)),
  }
}

const tags = ['torrents']

const list = {
  operationId: 'listTrash',
  tags,
  summary: 'What was set aside, and until when it can be brought back',
  response: ok(TrashListSchema),
}

const restore = {
  operationId: 'restoreTrash',
  tags,
  summary: 'Bring back what was set aside',
  description:
    'Its files go back to where they were, and the torrent is added to its server again: with its category, tags and ' +
    'limits, running if it ran and its data is there. Where its server is not configured any more, an administrator ' +
    'can bring its files back to where they were.',
  params: TrashParams,
  response: nothing,
}

const purge = {
  operationId: 'purgeTrash',
  tags,
  summary: 'Delete it permanently, now',
  params: TrashParams,
  response: nothing,
}
