import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {OrphanFolder, OrphanResult, Orphans, OrphanState, OrphanVerb} from '#model/orphans.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {needs} from '../security/route-access.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {OrphanListSchema, OrphanOrderSchema, OrphanResultsSchema} from '../schemas/orphans.ts'
import type {Scope} from '../scope/scope.ts'

const config = needs('admin', 'program')

/** Files that nobody claims, for administrators: they may be anybody's. */
export function orphanRoutes(orphans: Orphans): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/orphans', {schema: list, config}, async ({scope}) => wireState(orphans.state(), scope))
    app.post('/orphans/look', {schema: look, config}, async (_request, reply) => {
      orphans.look()
      return reply.code(204).send()
    })
    app.delete('/orphans/look', {schema: cancel, config}, async (_request, reply) => {
      orphans.cancelLook()
      return reply.code(204).send()
    })
    for (const [url, verb, schema] of [
      ['/orphans/recycle', 'orphan.recycle', recycle],
      ['/orphans/delete', 'orphan.delete', erase],
    ] as const satisfies readonly (readonly [string, OrphanVerb, object])[]) {
      app.post(url, {schema, config}, async ({principal, body}) => {
        const {ids, confirm: seen, dry_run: isTrial} = body
        const results = await orphans.act(principal, {verb, ids, seen, isTrial})
        return wireResults(results, isTrial)
      })
    }
  }
}

function wireState(
  {isLooking, progress, nextAt, report}: OrphanState,
  scope: Scope,
): z.output<typeof OrphanListSchema> {
  const {folders = [], orphans = [], spared = [], leftOff = {orphans: 0, spared: 0}} = report ?? {}
  return {
    is_looking: isLooking,
    progress,
    next_at: nextAt,
    started_at: report?.startedAt ?? null,
    ended_at: report?.endedAt ?? null,
    folders: folders.map((folder) => wireFolder(folder, scope)),
    orphans: orphans.map(({isFolder, changedAt, seenSince, deletableAt, ...same}) => ({
      ...same,
      is_folder: isFolder,
      changed_at: changedAt,
      seen_since: seenSince,
      deletable_at: deletableAt,
    })),
    spared: spared.map((it) => ({...it})),
    left_off: leftOff,
  }
}

function wireFolder({serverIds, held, ...counts}: OrphanFolder, {servers}: Scope) {
  const named = (id: ServerId) => ({server_id: id, server_name: servers.get(id)?.name ?? id})
  return {
    ...counts,
    servers: serverIds.map(named),
    held: held && {
      ...held,
      missing: held.missing.map(({serverId, why, torrents}) => ({...named(serverId), why, torrents})),
    },
  }
}

function wireResults(
  results: readonly OrphanResult[],
  isTrial: boolean,
): z.output<typeof OrphanResultsSchema> {
  const moved = results.filter(({result}) => result.outcome === 'done')
  return {
    results: results.map(({id, path, result}) => {
      if (result.outcome === 'done')
        return {id, path, outcome: isTrial ? 'would' : 'begun', code: null, message: null}
      const {code, message} = result
      return {id, path, outcome: 'refused', code, message}
    }),
    files: moved.reduce((sum, {files}) => sum + files, 0),
    bytes: moved.reduce((sum, {bytes}) => sum + bytes, 0),
  }
}

const tags = ['torrents']

const list = {
  operationId: 'listOrphans',
  tags,
  summary: 'Files that no torrent of any server claims, as the last look found them',
  description:
    'Looked for below the folders that torrents are saved to, as far as path mappings show them to us. With a server that shares the disk away there are none there, and `held` says so.',
  response: ok(OrphanListSchema),
}

const look = {
  operationId: 'lookForOrphans',
  tags,
  summary: 'Look for orphans now',
  description: 'Begins to, unless it is looked already; the list says when it ended.',
  response: nothing,
}

const cancel = {
  operationId: 'cancelOrphanLook',
  tags,
  summary: 'End the look for orphans that is under way',
  description: 'What the last whole look found stays. Where none is under way nothing happens.',
  response: nothing,
}

const recycle = {
  operationId: 'recycleOrphans',
  tags,
  summary: 'Move orphans into the trash',
  description:
    'Servers are asked what they have, and the files read again, before anything moves. They come back from the trash for seven days.',
  body: OrphanOrderSchema,
  response: ok(OrphanResultsSchema),
}

const erase = {
  operationId: 'deleteOrphans',
  tags,
  summary: 'Delete orphans permanently',
  description:
    'Only those that no torrent claimed for a day while the program ran; ten at once, twenty an hour, a hundred a day.',
  body: OrphanOrderSchema,
  response: ok(OrphanResultsSchema),
}
