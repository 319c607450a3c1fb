import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {FacetCount} from '#model/query.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {completeness} from '../schemas/server.ts'
import {bytes, count, text} from '../schemas/units.ts'
import {completenessOf} from '../rows/server-views.ts'

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
