import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {ArrDesk} from '#registry/arrs/desk.ts'
import {asArrId} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {ArrParams, ArrTestSchema, FindingSchema, FixBody, FixParams} from '../schemas/arr.ts'
import {ArrDiscoveryBody, ArrDiscoverySchema} from '../schemas/arr-draft.ts'
import {wireFoundServers} from '../rows/found-servers.ts'

/** What an Arr is asked by us for people: what it is, what it knows, how it is set up. */
export function arrAskingRoutes({
  desk,
}: {
  readonly desk: Pick<ArrDesk, 'test' | 'discover' | 'diagnose' | 'fix'>
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/arrs/:id/test', {schema: tryNow, config: needs('control', 'arr')}, async (request) =>
      toWire(await desk.test(request.principal, asArrId(request.params.id))),
    )
    app.post(
      '/arrs/discover',
      {schema: discover, config: needs('manage', 'program')},
      async ({principal, body}, reply) => {
        const found = await desk.discover(principal, discoverable(body))
        const {status, known, mappings, rootFolders, profiles, requestManagers, findings} = found
        return reply.header('cache-control', 'no-store').send({
          ...{arr: toWire(status), known: known.map(({id, name}) => ({id, name}))},
          ...wireFoundServers(found),
          ...{path_mappings: mappings.map(toWire), root_folders: rootFolders.map(toWire)},
          ...{profiles: profiles.map(toWire), request_managers: requestManagers.map(toWire)},
          findings: findings.map(toWire),
        })
      },
    )
    app.get('/arrs/:id/doctor', {schema: diagnose, config: needs('manage', 'arr')}, async (request) => ({
      findings: (await desk.diagnose(request.principal, asArrId(request.params.id))).map(toWire),
    }))
    app.post('/arrs/:id/doctor/:code/fix', {schema: fix, config: needs('manage', 'arr')}, async (request) => {
      const {principal, params, body} = request
      const fixed = await desk.fix(principal, asArrId(params.id), params.code, body.about)
      return {fixed: fixed.map(toWire)}
    })
  }
}

function discoverable(body: z.output<typeof ArrDiscoveryBody>) {
  if ('id' in body) return {id: asArrId(body.id)}
  const {url, api_key: key, skip_tls_verify: skipVerify} = body
  return {url, apiKey: new Secret(key), skipVerify}
}

const tags = ['arrs']

const tryNow = {
  operationId: 'testArr',
  tags,
  summary: 'Try an Arr now',
  params: ArrParams,
  response: ok(ArrTestSchema),
}

const discover = {
  operationId: 'discoverArr',
  tags,
  summary: 'Find out everything by one key',
  description:
    'What the Arr is, which torrent servers it uses under which categories and which of them are here, how paths are ' +
    'called, where its library lies, and what of its settings will hurt. Nothing is added: list goes to ' +
    'POST /api/servers/import, with the passwords that the Arr does not tell (missing). At most ten times a minute.',
  body: ArrDiscoveryBody,
  response: ok(ArrDiscoverySchema),
}

const diagnose = {
  operationId: 'diagnoseArr',
  tags,
  summary: 'Settings of an Arr that will hurt',
  params: ArrParams,
  response: ok(z.object({findings: z.array(FindingSchema)})),
}

const fix = {
  operationId: 'fixArr',
  tags,
  summary: 'Put a setting of an Arr right',
  description: 'Changed in the Arr, and written into the journal. The Arr is read again before.',
  params: FixParams,
  body: FixBody,
  response: ok(z.object({fixed: z.array(FindingSchema).describe('What something was done about')})),
}
