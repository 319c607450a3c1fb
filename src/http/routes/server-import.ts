import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {Acting} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import type {ServerExport} from '#registry/import/export.ts'
import type {ImportRequest, ImportResult, ServerImport} from '#registry/import/import.ts'
import type {PlannedItem, Refusal} from '#registry/import/preview.ts'
import type {ServerDiscovery} from '#registry/import/discover.ts'
import type {LocalPort} from '#registry/servers/local-ports.ts'
import {asFieldError} from '../answers/problems.ts'
import {needs} from '../security/route-access.ts'
import {mutable, wireFoundServers} from '../rows/server-views.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {
  DiscoverRequestSchema,
  DiscoveryAnswerSchema,
  ExportRequestSchema,
  ExportSchema,
  ImportAnswerSchema,
  ImportRequestSchema,
  LocalPortsSchema,
} from '../schemas/server-import.ts'
import {shownMessage} from '../answers/storage-words.ts'

/** A list of 1 MiB as text within JSON, every second character of it escaped. */
const bodyLimit = 2 * 1024 * 1024 + 64 * 1024

/** Servers by the list: brought in, carried away, and found at an Arr. */
export function serverImportRoutes(
  imports: Pick<ServerImport, 'preview' | 'apply'>,
  exports: Pick<ServerExport, 'document' | 'encrypted'>,
  discovery: Pick<ServerDiscovery, 'discover'>,
  /** Ports of this machine that are open, where torrent servers usually listen. */
  localPorts: (by: Acting) => Promise<readonly LocalPort[]>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/servers/import',
      {schema: bringIn, config: needs('manage', 'program'), bodyLimit},
      async ({principal, body}, reply) => {
        const request = requestFrom(body)
        if (body.preview) {
          const {items, ...plan} = await imports.preview(principal, request)
          return reply.send({...headOf(plan), items: items.map((planned) => wireItem(planned, 'planned'))})
        }
        const {preview, results} = await imports.apply(principal, request, body.fingerprint)
        return reply.code(207).send({...headOf(preview), items: results.map(wireResult)})
      },
    )
    app.get(
      '/servers/export',
      {schema: plainExport, config: needs('manage', 'scope')},
      async ({principal}, reply) => reply.headers(asFile).send(mutable(exports.document(principal))),
    )
    app.post(
      '/servers/export',
      {schema: encryptedExport, config: needs('manage', 'scope')},
      async ({principal, body}, reply) =>
        reply.headers(asFile).send(mutable(await exports.encrypted(principal, new Secret(body.passphrase)))),
    )
    app.post(
      '/servers/discover',
      {schema: discover, config: needs('manage', 'program')},
      async (request, reply) => {
        const {url, api_key, skip_tls_verify: skipVerify} = request.body
        const arr = {url, apiKey: new Secret(api_key), skipVerify}
        const found = await discovery.discover(request.principal, arr)
        const {app: program, name, version} = found.arr
        return reply.headers(notKept).send({arr: {app: program, name, version}, ...wireFoundServers(found)})
      },
    )
    app.post(
      '/servers/discover-local',
      {schema: discoverLocal, config: needs('admin', 'program')},
      async ({principal}) => ({
        ports: (await localPorts(principal)).map(({kind, url}) => ({server_type: kind, url})),
      }),
    )
  }
}

const notKept = {'cache-control': 'no-store'}
const asFile = {...notKept, 'content-disposition': 'attachment; filename="commodarr-servers.json"'}

function requestFrom(body: z.output<typeof ImportRequestSchema>): ImportRequest {
  const {format, text, json, passphrase, mode, of_everyone: ofEveryone, choices} = body
  return {
    format,
    mode,
    ofEveryone,
    input: text === undefined ? {json} : {text},
    passphrase: passphrase === null ? null : new Secret(passphrase),
    choices: choices.map(({password, api_key: apiKey, ...choice}) => ({
      ...choice,
      ...(password !== undefined && {password: new Secret(password)}),
      ...(apiKey !== undefined && {apiKey: new Secret(apiKey)}),
    })),
  }
}

function headOf({
  format,
  fingerprint,
  warnings,
}: Pick<Answer, 'format' | 'fingerprint'> & {warnings: readonly string[]}) {
  return {format, fingerprint, warnings: [...warnings]}
}

type Answer = z.output<typeof ImportAnswerSchema>
type Item = Answer['items'][number]

function wireResult({planned, status, serverId, refusal}: ImportResult): Item {
  return {...wireItem(planned, status, refusal), server_id: serverId}
}

function wireItem(
  planned: PlannedItem,
  status: Item['status'],
  refusal: Refusal | null = planned.refusal,
): Item {
  const {item, action, place, serverId, name, kind, url, changes, missing, warnings} = planned
  return {
    item,
    action,
    status,
    place,
    server_id: serverId,
    name,
    server_type: kind,
    url,
    changes: [...changes],
    missing: [...missing],
    warnings: [...warnings],
    code: refusal?.code ?? null,
    message: refusal && shownMessage(refusal),
    errors: refusal?.faults.map(asFieldError) ?? [],
  }
}

const tags = ['servers']

const bringIn = {
  operationId: 'importServers',
  tags,
  summary: 'Bring in servers from a list',
  description:
    'An export of Commodarr, the servers of Torrent Vibe (the value of qb:multi-server-config, or its whole local ' +
    'storage), the instances of qui (GET /api/instances), a config.toml of any generation, or addresses one on a line. ' +
    'With preview nothing is done. A bad entry stops no other; each item has its own result.',
  body: ImportRequestSchema,
  response: {
    200: ImportAnswerSchema.describe('What would be done'),
    207: ImportAnswerSchema.describe('What was done'),
    ...problemAnswers,
  },
}

const discoverLocal = {
  operationId: 'discoverLocalServers',
  tags,
  summary: 'Find torrent servers on the machine of Commodarr',
  description:
    'Tries the usual port of each kind on the loopback address. A connection is opened and closed, and nothing is ' +
    'sent: whether it is that kind of server says POST /api/servers/test. Servers that are here already are left out.',
  response: ok(LocalPortsSchema),
}

const plainExport = {
  operationId: 'exportServers',
  tags,
  summary: 'The servers you manage, as a list without secrets',
  response: ok(ExportSchema),
}

const encryptedExport = {
  operationId: 'exportServersWithSecrets',
  tags,
  summary: 'The same list, with secrets encrypted by a passphrase',
  description:
    'Those secrets come along that you entered yourself; what others entered, and what stands in the configuration ' +
    'file, does not. It is written into the journal.',
  body: ExportRequestSchema,
  response: ok(ExportSchema),
}

const discover = {
  operationId: 'discoverServers',
  tags,
  summary: 'Find servers by asking an Arr',
  description:
    'Reads the download clients of Radarr, Sonarr, Lidarr, Readarr, Whisparr or Prowlarr. Nothing is added: list goes to ' +
    'POST /api/servers/import. At most ten times a minute.',
  body: DiscoverRequestSchema,
  response: ok(DiscoveryAnswerSchema),
}
