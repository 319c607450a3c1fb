import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {RouteDeps} from '../parts.ts'
import {torrentLinks} from '../rows/torrent-links.ts'
import {ok} from '../schemas/answers.ts'
import {TorrentLinksSchema} from '../schemas/torrent-links.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import {needs} from '../security/route-access.ts'

/** Who else uses the bytes of a torrent: torrents, and libraries. */
export function torrentLinkRoutes({turns, clock}: RouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/torrents/:hash/links', {schema: links, config: needs('read', 'torrent')}, (request) =>
      torrentLinks(keyMeant(request), request.scope, {turns, clock}),
    )
  }
}

const links = {
  operationId: 'getLinks',
  tags: ['details'],
  summary: 'Who uses the bytes of a torrent, and what its removal would free',
  description:
    'Which other torrents have the same files or other names of the same bytes, which files of libraries came in from ' +
    'it, and what would be freed. Who may only view its server sees copies on other servers alone.',
  params: HashParams,
  querystring: ServerChoice,
  response: ok(TorrentLinksSchema),
}
