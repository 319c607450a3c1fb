import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Access, UserId} from '#model/access.ts'
import {ServerUnknown} from '#model/errors.ts'
import {serverIdentityWords, type MappingCheck} from '#model/server.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {ServerEditor} from '#registry/servers/draft.ts'
import {withPlace} from '#registry/servers/order.ts'
import {demandManaging} from '#registry/servers/rights.ts'
import type {ServerTester} from '#registry/servers/test-server.ts'
import {toWire} from '../answers/codec.ts'
import {demandUnchanged, isUnchanged} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {
  asAnswered,
  draftFrom,
  patchFrom,
  replacementFrom,
  sharingFrom,
  triedFrom,
  wireDefinition,
} from '../rows/server-drafts.ts'
import {completenessOf, wireServer, wireServerDetail} from '../rows/server-views.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {
  completeness,
  MappingCheckSchema,
  ServerDetailSchema,
  ServerSchema,
  ServerTestSchema,
} from '../schemas/server.ts'
import {
  DefinitionSchema,
  NewServer,
  ServerChange,
  ServerReplacement,
  ServerOrder,
  ServerTrialSchema,
  ServerTry,
  readOnlyOfServers,
  SharingSchema,
} from '../schemas/server-draft.ts'
import {splitReadOnly} from '../schemas/units.ts'
import {serverMeant, ServerParams} from '../scope/holders.ts'

/** The servers themselves: all, one, and trying one now. */
export function serverRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/servers', {schema: list, config: needs('read', 'scope')}, async ({scope}) => {
      const all = scope.servers.list()
      return {servers: all.map((it) => wireServer(it, scope)), ...completenessOf(all)}
    })
    app.get('/servers/:id', {schema: one, config: needs('read', 'server')}, async ({params, scope}) =>
      wireServerDetail(serverMeant(scope, params.id), scope),
    )
    app.post(
      '/servers/:id/test',
      {schema: tryNow, config: needs('control', 'server')},
      async ({params, scope}) => toWire(await scope.servers.test(serverMeant(scope, params.id).id)),
    )
    app.post(
      '/servers/:id/identity',
      {schema: identify, config: needs('manage', 'server')},
      async ({params, body, scope}, reply) => {
        await scope.servers.identify(serverMeant(scope, params.id).id, body.is)
        return reply.code(204).send()
      },
    )
  }
}

const list = {
  operationId: 'listServers',
  tags: ['servers'],
  summary: 'All servers and how they do',
  response: ok(z.object({servers: z.array(ServerSchema), ...completeness})),
}

const one = {
  operationId: 'getServer',
  tags: ['servers'],
  summary: 'One server, with what it can do',
  params: ServerParams,
  response: ok(ServerDetailSchema),
}

const tryNow = {
  operationId: 'testServer',
  tags: ['servers'],
  summary: 'Try a server now',
  description: 'Also lets a server that waits after a failure try again at once.',
  params: ServerParams,
  response: ok(ServerTestSchema),
}

const identify = {
  operationId: 'identifyServer',
  tags: ['servers'],
  summary: 'Say whether a server is the one that it was',
  description:
    'For a server whose health reason is `another_server`. `same`: what it lists now is what it has. `another`: it is ' +
    'read as a new one, and what the one before had stays protected for a month.',
  params: ServerParams,
  body: z.strictObject({is: z.enum(serverIdentityWords).describe('What it is')}),
  response: nothing,
}

/** Whether path mappings are right, as far as it was found out: our paths are for those who may change the server. */
export function serverMappings(checksOf: (id: ServerId) => readonly MappingCheck[]): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/servers/:id/path-mappings',
      {schema: mappings, config: needs('manage', 'server')},
      async ({principal, params}) => {
        const id = asServerId(params.id)
        demandManaging(principal.access, id)
        return {path_mappings: checksOf(id).map(toWire)}
      },
    )
  }
}

const mappings = {
  operationId: 'listPathMappings',
  tags: ['servers'],
  summary: 'Path mappings of a server, and whether they are right',
  description:
    'Looked at when they are entered and again from time to time, by files of several complete torrents of the server.',
  params: ServerParams,
  response: ok(z.object({path_mappings: z.array(MappingCheckSchema)})),
}

/** Servers that people add, change and remove; those of the file are changed in the file. */
export function serverEditing(
  editor: ServerEditor,
  tester: Pick<ServerTester, 'test'>,
  /** Of somebody with an account; `null` = there is none (any more). */
  userName: (id: UserId) => string | null,
): FastifyPluginAsyncZod {
  const described = (access: Access, text: string) => {
    const id = asServerId(text)
    demandManaging(access, id)
    const server = editor.describe(id)
    if (server === null) throw new ServerUnknown(id)
    return wireDefinition(withPlace(server, access.servers), userName)
  }
  return async (app) => {
    app.post(
      '/servers',
      {schema: add, config: needs('manage', 'program')},
      async ({principal, body}, reply) => {
        const {id} = await editor.create(principal, draftFrom(body))
        return reply.code(201).send(described(principal.access, id))
      },
    )
    app.get('/servers/:id/definition', {schema: show, config: needs('manage', 'server')}, async (request) =>
      described(request.principal.access, request.params.id),
    )
    app.put('/servers/:id', {schema: replace, config: needs('manage', 'server')}, async (request) => {
      const {principal, params} = request
      const {body, readOnly} = splitReadOnly(request.body, readOnlyOfServers)
      const now = described(principal.access, params.id)
      demandUnchanged(readOnly, now)
      const {body: was} = splitReadOnly(now, readOnlyOfServers)
      // What is left out of a replacement gets its default.
      const said = asAnswered(body)
      if (isUnchanged(said, was) && isUnchanged(was, said)) return now
      await editor.change(principal, asServerId(params.id), replacementFrom(body))
      return described(principal.access, params.id)
    })
    app.patch('/servers/:id', {schema: change, config: needs('manage', 'server')}, async (request) => {
      const {principal, params} = request
      const id = asServerId(params.id)
      const {body, readOnly} = splitReadOnly(request.body, readOnlyOfServers)
      const now = described(principal.access, params.id)
      demandUnchanged(readOnly, now)
      if (isUnchanged(asAnswered(body), now)) return now
      await editor.change(principal, id, patchFrom(body, editor.describe(id)?.pace))
      return described(principal.access, params.id)
    })
    app.delete(
      '/servers/:id',
      {schema: remove, config: needs('manage', 'server')},
      async (request, reply) => {
        await editor.remove(request.principal, asServerId(request.params.id))
        return reply.code(204).send()
      },
    )
    app.post(
      '/servers/test',
      {schema: tryOut, config: needs('manage', 'program')},
      async ({principal, body}) => {
        const {id: text, ...draft} = body
        if (text === undefined) return toWire(await tester.test(principal, null, triedFrom(draft)))
        const id = asServerId(text)
        return toWire(await tester.test(principal, id, patchFrom(draft, editor.describe(id)?.pace)))
      },
    )
    app.post(
      '/servers/order',
      {schema: order, config: needs('manage', 'keys')},
      async ({principal, body}, reply) => {
        await editor.order(principal, body.ids.map(asServerId))
        return reply.code(204).send()
      },
    )
  }
}

const tags = ['servers']
const created = {201: DefinitionSchema, ...problemAnswers}

const add = {
  operationId: 'addServer',
  tags,
  summary: 'Add a server of your own',
  description:
    'No other user sees it until it is shared. It is connected to at once; try it first with POST /api/servers/test.',
  body: NewServer,
  response: created,
}

const show = {
  operationId: 'getServerDefinition',
  tags,
  summary: 'A server as it can be changed',
  description: 'Everything but the secrets, of which it only says whether they are there.',
  params: ServerParams,
  response: ok(DefinitionSchema),
}

const replace = {
  operationId: 'replaceServer',
  tags,
  summary: 'Change the definition of a server',
  description: 'What is left out becomes as with a new server, but its secrets and its place stay.',
  params: ServerParams,
  body: ServerReplacement,
  response: ok(DefinitionSchema),
}

const change = {
  operationId: 'changeServer',
  tags,
  summary: 'Change a server',
  description:
    'What is left out stays. A user who changes the address and did not enter the secrets has to send them again. ' +
    'A server of the configuration file is changed in the file, by administrators; its tags, colour, icon, place and ' +
    'whether it is the default are kept here.',
  params: ServerParams,
  body: ServerChange,
  response: ok(DefinitionSchema),
}

const remove = {
  operationId: 'removeServer',
  tags,
  summary: 'Forget a server',
  description: 'Only what Commodarr stores of it goes; the server and its torrents are not touched.',
  params: ServerParams,
  response: nothing,
}

const tryOut = {
  operationId: 'tryServer',
  tags,
  summary: 'Try a server before it is saved',
  description:
    'Logs in once and says what it found, or what to do. With the id of a server that is there, what is left out is as ' +
    'it is, secrets included. At most ten times a minute.',
  body: ServerTry,
  response: ok(ServerTrialSchema),
}

const order = {
  operationId: 'orderServers',
  tags,
  summary: 'Put servers in another order',
  description: 'These take each other’s places; all others stay where they are.',
  body: ServerOrder,
  response: nothing,
}

/** With whom a server is shared: its owner says so, of servers of the file an administrator. */
export function serverSharing({
  editor,
}: {
  readonly editor: Pick<ServerEditor, 'share'>
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.put('/servers/:id/sharing', {schema, config: needs('manage', 'server')}, async (request, reply) => {
      const {principal, params, body} = request
      await editor.share(principal, asServerId(params.id), sharingFrom(body))
      return reply.code(204).send()
    })
  }
}

const schema = {
  operationId: 'shareServer',
  tags: ['servers'],
  summary: 'Say with whom a server is shared',
  description:
    'All of it: users who are not named any more lose access. GET /api/servers/{id}/definition returns the present sharing.',
  params: ServerParams,
  body: SharingSchema,
  response: nothing,
}
