import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {FacetCount} from '#model/query.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {fromWire, toWire} from '../answers/codec.ts'
import {needs} from '../security/route-access.ts'
import {completenessOf} from '../rows/server-views.ts'
import {nothing, ok, repeated} from '../schemas/answers.ts'
import {flagParameter} from '../schemas/parameters.ts'
import {CategorySchema, completeness} from '../schemas/server.ts'
import {bytes, count, text} from '../schemas/units.ts'
import {movesWords, tagList} from '../schemas/verbs.ts'
import {serverMeant, ServerParams} from '../scope/holders.ts'

/** Categories of one server. A kind that has none refuses with `not_supported`. */
export function serverCategories(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/categories',
      {schema: list, config: needs('read', 'server')},
      async ({params, scope}) => ({categories: toWire(serverMeant(scope, params.id).categories)}),
    )
    app.post(
      '/servers/:id/categories',
      {schema: create, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'createCategory', args: fromWire(body)})
        return reply.code(204).send()
      },
    )
    app.patch(
      '/servers/:id/categories',
      {schema: edit, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'editCategory', args: fromWire(body)})
        return reply.code(204).send()
      },
    )
    app.delete(
      '/servers/:id/categories',
      {schema: remove, config: needs('manage', 'server')},
      async ({params, query, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        const args = {
          names: query.name,
          ...(query.accepts_moves && {acceptsMoves: true}),
          ...(query.accepts_doubt && {acceptsDoubt: true}),
        }
        await scope.executor.runOnServer(id, {verb: 'removeCategories', args})
        return reply.code(204).send()
      },
    )
  }
}

const name = z.string().min(1).max(1024).describe('Name; a / puts it below another category where offered')
const savePath = z.string().max(4096).describe("Where its torrents are saved; '' = the server's default")

const acceptsMoves = z.boolean().describe(movesWords)
const diskAwayWords =
  'true = also while the disk of torrents that move by it is away, as the answer `disk_failed` says'

const list = {
  operationId: 'listServerCategories',
  tags: ['servers'],
  summary: 'Categories of a server',
  params: ServerParams,
  response: ok(z.object({categories: z.array(CategorySchema)})),
}

const create = {
  operationId: 'createServerCategory',
  tags: ['servers'],
  summary: 'Create a category',
  params: ServerParams,
  body: z.strictObject({name, save_path: savePath.optional()}),
  response: nothing,
}

const edit = {
  operationId: 'editServerCategory',
  tags: ['servers'],
  summary: 'Change where a category saves',
  params: ServerParams,
  body: z.strictObject({
    name,
    save_path: savePath,
    accepts_moves: acceptsMoves.optional(),
    accepts_doubt: z.boolean().optional().describe(diskAwayWords),
  }),
  response: nothing,
}

const remove = {
  operationId: 'removeServerCategories',
  tags: ['servers'],
  summary: 'Remove categories; their torrents stay',
  params: ServerParams,
  querystring: z.strictObject({
    name: repeated('Category'),
    accepts_moves: flagParameter(movesWords),
    accepts_doubt: flagParameter(
      `${diskAwayWords}; and where the server may delete files of some at share limits without the category, as \`content_unknown\` says`,
    ),
  }),
  response: nothing,
}

/** Tags of one server. A kind that has none refuses with `not_supported`. */
export function serverTags(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/tags',
      {schema: listServerTags, config: needs('read', 'server')},
      async ({params, scope}) => ({tags: [...serverMeant(scope, params.id).tags]}),
    )
    app.post(
      '/servers/:id/tags',
      {schema: createServerTags, config: needs('control', 'server')},
      async ({params, body, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'createTags', args: body})
        return reply.code(204).send()
      },
    )
    app.delete(
      '/servers/:id/tags',
      {schema: deleteServerTags, config: needs('manage', 'server')},
      async ({params, query, scope}, reply) => {
        const {id} = serverMeant(scope, params.id)
        await scope.executor.runOnServer(id, {verb: 'deleteTags', args: {tags: query.tag}})
        return reply.code(204).send()
      },
    )
  }
}

const listServerTags = {
  operationId: 'listServerTags',
  tags: ['servers'],
  summary: 'Tags of a server',
  params: ServerParams,
  response: ok(z.object({tags: z.array(z.string())})),
}

const createServerTags = {
  operationId: 'createServerTags',
  tags: ['servers'],
  summary: 'Create tags',
  params: ServerParams,
  body: z.strictObject({tags: tagList}),
  response: nothing,
}

const deleteServerTags = {
  operationId: 'deleteServerTags',
  tags: ['servers'],
  summary: 'Delete tags; their torrents stay',
  params: ServerParams,
  querystring: z.strictObject({tag: repeated('Tag')}),
  response: nothing,
}

/** Categories and tags of the whole fleet: which servers know them, and how much they hold. */
export function labels(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/categories', {schema: categories, config: needs('read', 'scope')}, async ({scope}) => {
      const servers = scope.servers.list()
      return {
        categories: gather(servers, scope.views.countsPerServer('category'), declaredCategories),
        ...completenessOf(servers),
      }
    })
    app.get('/tags', {schema: tags, config: needs('read', 'scope')}, async ({scope}) => {
      const servers = scope.servers.list()
      return {
        tags: gather(servers, scope.views.countsPerServer('tag'), declaredTags),
        ...completenessOf(servers),
      }
    })
  }
}

interface Declared {
  readonly name: string
  readonly save_path?: string
}

function declaredCategories({categories: declared}: ServerView): readonly Declared[] {
  return declared.map(({name, savePath}) => ({name, ...(savePath !== undefined && {save_path: savePath})}))
}

function declaredTags(server: ServerView): readonly Declared[] {
  return server.tags.map((name) => ({name}))
}

/** What servers declare and what their torrents carry, joined by name, in the order of names. */
function gather(
  servers: readonly ServerView[],
  counts: ReadonlyMap<ServerId, readonly FacetCount[]>,
  declaredBy: (server: ServerView) => readonly Declared[],
): z.output<typeof Label>[] {
  const labels = new Map<string, z.output<typeof Label>>()
  for (const server of servers) {
    const declared = new Map(declaredBy(server).map((it) => [it.name, it]))
    const counted = new Map(counts.get(server.id)?.map((it) => [it.value, it]))
    for (const name of new Set([...declared.keys(), ...counted.keys()])) {
      if (name === '') continue
      const {count: torrents = 0, size = 0} = counted.get(name) ?? {}
      const label = labels.get(name) ?? {name, count: 0, size: 0, servers: []}
      labels.set(name, label)
      label.count += torrents
      label.size += size
      const {save_path} = declared.get(name) ?? {}
      label.servers.push({
        server_id: server.id,
        count: torrents,
        size,
        ...(save_path !== undefined && {save_path}),
      })
    }
  }
  return [...labels.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const Label = z
  .object({
    name: text('Name'),
    count: count('Torrents that have it'),
    size: bytes('Wanted, together'),
    servers: z
      .array(
        z.object({
          server_id: text('A server that knows it'),
          count: count('Its torrents that have it'),
          size: bytes('Wanted, together'),
          save_path: text("Where this server saves them; '' or absent = its default").optional(),
        }),
      )
      .describe('Server by server'),
  })
  .meta({id: 'Label', description: 'A category or tag across the fleet.'})

const categories = {
  operationId: 'listCategories',
  tags: ['fleet'],
  summary: 'Categories of all servers',
  response: ok(z.object({categories: z.array(Label), ...completeness})),
}

const tags = {
  operationId: 'listTags',
  tags: ['fleet'],
  summary: 'Tags of all servers',
  response: ok(z.object({tags: z.array(Label), ...completeness})),
}
