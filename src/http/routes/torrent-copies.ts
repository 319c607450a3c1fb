import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {objectionTo, serverVerbNeeds, torrentVerbsNeed} from '#executor/authorise.ts'
import {FrozenKeys} from '#executor/frozen-keys.ts'
import {MOST_COPIES, type CopyArgs, type CopyPreview} from '#model/copies.ts'
import {CommodarrError} from '#model/errors.ts'
import {asServerId} from '#model/torrent-key.ts'
import {needs} from '../security/route-access.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {CopyBegunSchema, CopyBodySchema, CopyPreviewSchema} from '../schemas/copies.ts'
import {selectedBy, type Scope} from '../scope/scope.ts'

/** Copies and moves torrents to another server. */
export function torrentCopies(): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/torrents/copy',
      {schema: copy, config: needs('control', 'server')},
      async ({body, scope}, reply) => {
        const args = permitted(body, scope)
        const keys = selectedBy(body, scope)
        const many = keys instanceof FrozenKeys ? keys.count : keys.length
        if (many > MOST_COPIES)
          throw new CommodarrError(
            'too_expensive',
            `The selection has ${many} torrents, and one order takes ${MOST_COPIES}.`,
          )
        const verb = args.source === 'stays' ? 'copyTo' : 'moveTo'
        const {id, count} = scope.actions.copy({keys, command: {verb, args}})
        return reply.code(202).send({action_id: id, count})
      },
    )
    app.post(
      '/torrents/copy-preview',
      {schema: preview, config: needs('control', 'server')},
      async ({body, scope}) => {
        const args = permitted(body, scope)
        const found = await scope.previewCopies(selectedBy(body, scope), args)
        return wirePreview(found, scope)
      },
    )
  }
}

/** Who may not have anything there is answered at once; what may leave its own server is asked of each torrent. */
function permitted(body: z.output<typeof CopyBodySchema>, {access}: Scope): CopyArgs {
  const args = argsOf(body)
  const no =
    objectionTo(access, torrentVerbsNeed, args.server) ??
    objectionTo(access, serverVerbNeeds.addTorrent, args.server)
  if (no) throw no
  return args
}

function argsOf(body: z.output<typeof CopyBodySchema>): CopyArgs {
  const {server_id: server, path, category, tags, start, source, download, existing} = body
  return {
    server: asServerId(server),
    source,
    ...(path !== undefined && {path}),
    ...(category !== undefined && {category}),
    ...(tags !== undefined && {tags}),
    ...(start !== undefined && {start}),
    ...(download !== undefined && {download}),
    ...(existing !== undefined && {existing}),
  }
}

const NAMED = 20

function wirePreview(
  {
    ways,
    folders,
    existing,
    mayBeExisting,
    mayDownload,
    downloads,
    staysStopped,
    runTwice,
    withoutTags,
    refused,
    omitted,
  }: CopyPreview,
  {paths}: Scope,
): z.output<typeof CopyPreviewSchema> {
  return {
    ways: ways.map(({way, count, bytes}) => ({way, count, bytes})),
    folders: folders.slice(0, NAMED).map(({path, count}) => ({path, count})),
    existing,
    may_be_existing: mayBeExisting,
    may_download: {count: mayDownload.count, private: mayDownload.private, bytes: mayDownload.bytes},
    downloads: downloads.map(({from, count, whySwarm, peers}) => ({
      server_id: from,
      count,
      why_swarm: whySwarm,
      peers: [...peers],
    })),
    stays_stopped: staysStopped,
    run_twice: runTwice,
    without_tags: withoutTags,
    refused: refused.map(({code, message, keys}) => ({
      code,
      message: paths.text(keys[0]!.serverId, message),
      count: keys.length,
      torrents: keys.slice(0, NAMED).map(({serverId, hash}) => ({server_id: serverId, info_hash: hash})),
    })),
    omitted,
  }
}

const copy = {
  operationId: 'copyTorrents',
  tags: ['torrents'],
  summary: 'Copy or move torrents to another server',
  description:
    'Each is added there stopped, its data brought there (as the very files, as hard links, as copies, or downloaded where ' +
    '`download` says so), checked by that server as a whole, and only then started. Of a move the source is removed once ' +
    'the copy has stood for ten minutes, like every removal of yours; of a private torrent it is stopped before the copy is ' +
    'started, and started again if that does not come out complete. The answer comes at once: the action is `running` until ' +
    'each has ended, also over hours, and its `progress` says how far it is. Undo removes what a copy made. It takes control of both ' +
    'servers, and `add` on the one that it goes to.',
  body: CopyBodySchema,
  response: {202: CopyBegunSchema.describe('It is under way'), ...problemAnswers},
}

const preview = {
  operationId: 'previewCopies',
  tags: ['torrents'],
  summary: 'What copying these torrents to another server would do',
  description: 'Changes nothing; each is looked at again when it begins.',
  body: CopyBodySchema,
  response: ok(CopyPreviewSchema),
}
