import type {FastifyRequest} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Acting} from '#model/access.ts'
import type {AddOutcome, AddSource, AddTorrent} from '#model/command.ts'
import {CommodarrError, NeedsConfirmation} from '#model/errors.ts'
import {fromWire} from '../answers/codec.ts'
import {checkBy, RequestInvalid, shortened} from '../answers/field-errors.ts'
import {changeCode} from '../answers/problems.ts'
import {needs} from '../security/route-access.ts'
import {acceptAll, acceptForms, checkHasFile, formValues, readTorrentForm} from '../rows/torrent-forms.ts'
import {ok, partly, problemAnswers} from '../schemas/answers.ts'
import {AddedSchema, UploadResultsSchema} from '../schemas/results.ts'
import {TorrentContentsSchema} from '../schemas/torrent.ts'
import {AddBodySchema, UploadFieldsSchema} from '../schemas/verbs.ts'
import {serverMeant} from '../scope/holders.ts'
import {shownMessage} from '../answers/storage-words.ts'

/** Adds a torrent by magnet link or URL; files go through `uploadTorrents`. */
export function addTorrents(): FastifyPluginAsyncZod {
  return async (app) => {
    const config = needs('add', 'server')
    app.post(
      '/torrents',
      {schema: add, config, preValidation: serverIntoBody},
      async ({body, scope}, reply) => {
        const {server_id, magnet, url, ...options} = body
        const {id} = serverMeant(scope, server_id)
        const source: AddSource = magnet === undefined ? {url: url!} : {magnet}
        const outcome = await scope.executor.add(id, {...fromWire(options), source})
        return reply
          .code(statusOfAdded[outcome.status])
          .send({server_id, status: outcome.status, info_hash: outcome.hash})
      },
    )
  }
}

const ServerInQuery = z.strictObject({
  server_id: z.string().min(1).max(200).optional().describe('The same as in the body'),
})

/** The server may stand in the address, as everywhere else. @throws {RequestInvalid} where the body names another one */
async function serverIntoBody({query, body}: FastifyRequest): Promise<void> {
  if (body !== null && typeof body === 'object') {
    Object.assign(body, serverOf(query, (body as {server_id?: unknown}).server_id))
  }
}

function serverOf(query: unknown, given: unknown): {readonly server_id?: string} {
  const {server_id: id} = query as z.output<typeof ServerInQuery>
  if (id === undefined) return {}
  if (given === undefined || given === id) return {server_id: id}
  throw new RequestInvalid('The address and the body name two servers.', [
    {
      field: 'server_id',
      found: shortened(typeof given === 'string' ? given : typeof given),
      accepted: 'one server',
    },
  ])
}

const statusOfAdded = {added: 201, pending: 202, duplicate: 200} as const satisfies Record<
  AddOutcome['status'],
  number
>

const add = {
  operationId: 'addTorrent',
  tags: ['torrents'],
  summary: 'Add a torrent by magnet link or URL',
  querystring: ServerInQuery,
  body: AddBodySchema,
  response: {
    200: AddedSchema.describe('The server had it already'),
    201: AddedSchema.describe('Added'),
    202: AddedSchema.describe('The server fetches it itself and has not said how that went'),
    ...problemAnswers,
  },
}

/** Adds .torrent files from a form: each has its own result, a bad one stops no other. */
export function uploadTorrents(): FastifyPluginAsyncZod {
  return async (app) => {
    await acceptForms(app)
    app.post(
      '/torrents/upload',
      {schema: upload, config: needs('add', 'server'), validatorCompiler: acceptAll},
      async (request, reply) => {
        const {fields, files} = await readForm(request)
        const {server_id, ...options} = fields
        const {scope} = request
        const {id} = serverMeant(scope, server_id)
        const results = []
        for (const {fileName, bytes} of files) {
          const add: AddTorrent = {...fromWire(options), source: {torrent: bytes, fileName}}
          results.push({file_name: fileName, ...(await outcomeOf(() => scope.executor.add(id, add)))})
        }
        return reply.code(207).send({server_id, results})
      },
    )
  }
}

type Result = Omit<z.output<typeof UploadResultsSchema>['results'][number], 'file_name'>

async function outcomeOf(add: () => Promise<AddOutcome>): Promise<Result> {
  try {
    const {status, hash} = await add()
    return {status, info_hash: hash}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    const code = changeCode(error)
    const status = code === 'unconfirmed' ? 'unconfirmed' : 'failed'
    const confirm = error instanceof NeedsConfirmation && {confirm_with: error.confirmWith}
    return {status, info_hash: null, code, message: shownMessage(error), ...confirm}
  }
}

/** @throws {RequestInvalid} for fields that are not accepted, or no file; {CommodarrError} payload_too_large */
async function readForm(request: FastifyRequest) {
  const form = await readTorrentForm(request)
  const values = formValues(UploadFieldsSchema, form.entries)
  const read = checkBy(
    UploadFieldsSchema,
    {...values, ...serverOf(request.query, values['server_id'])},
    'form',
  )
  if ('error' in read) throw read.error
  checkHasFile(form)
  return {fields: read.value, files: form.files}
}

const upload = {
  operationId: 'uploadTorrents',
  tags: ['torrents'],
  summary: 'Add .torrent files',
  description:
    'A form (multipart/form-data) with server_id, any option of an addition (tags may be repeated) and the files, ' +
    'at most 100 of them and 16 MiB together.',
  consumes: ['multipart/form-data'],
  querystring: ServerInQuery,
  body: UploadFieldsSchema.extend({file: z.file().describe('A .torrent file; repeat for several')}),
  response: partly(UploadResultsSchema),
}

/** What is in a .torrent file. */
export interface TorrentContent {
  readonly infoHashV1: string | null
  readonly infoHashV2: string | null
  readonly name: string
  readonly size: number
  readonly files: readonly {readonly path: string; readonly size: number}[]
  readonly isPrivate: boolean
}

/** Of all files of one request together: a page shows no more, and no more text of their paths. */
const MOST_FILES = 20_000
const MOST_TEXT = 2_000_000

interface Room {
  files: number
  text: number
}

type InspectResult = z.output<typeof TorrentContentsSchema>['results'][number]

/** Tells what is in .torrent files, so that somebody can choose before he adds. Nothing is kept or sent anywhere. */
export function inspectTorrents(
  /** @throws {CommodarrError} torrent_invalid, too_expensive */
  readTorrent: (bytes: Uint8Array, by: Acting) => Promise<TorrentContent>,
): FastifyPluginAsyncZod {
  return async (app) => {
    await acceptForms(app)
    app.post(
      '/torrents/inspect',
      {schema: inspect, config: needs('add', 'program'), validatorCompiler: acceptAll},
      async (request) => {
        const form = await readTorrentForm(request)
        checkHasFile(form)
        const room: Room = {files: MOST_FILES, text: MOST_TEXT}
        const results: InspectResult[] = []
        for (const {fileName, bytes} of form.files) {
          const result = await resultOf(() => readTorrent(bytes, request.principal), room)
          results.push({file_name: fileName, ...result})
        }
        return {results}
      },
    )
  }
}

async function resultOf(
  read: () => Promise<TorrentContent>,
  room: Room,
): Promise<Omit<InspectResult, 'file_name'>> {
  try {
    return {content: wireContent(await read(), room)}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {content: null, code: changeCode(error), message: error.message}
  }
}

function wireContent(
  {infoHashV1, infoHashV2, name, size, files, isPrivate}: TorrentContent,
  room: Room,
): NonNullable<InspectResult['content']> {
  const listed: {path: string; size: number}[] = []
  for (const {path, size: bytes} of files) {
    if (room.files === 0 || room.text < path.length) break
    room.files--
    room.text -= path.length
    listed.push({path, size: bytes})
  }
  return {
    info_hash: infoHashV1 ?? infoHashV2!.slice(0, 40),
    info_hash_v1: infoHashV1,
    info_hash_v2: infoHashV2,
    name,
    size,
    is_private: isPrivate,
    files: listed,
    files_omitted: files.length - listed.length,
  }
}

const inspect = {
  operationId: 'inspectTorrents',
  tags: ['torrents'],
  summary: 'What is in .torrent files, before they are added',
  description:
    'A form (multipart/form-data) with the files, at most 100 of them and 16 MiB together. Nothing is added or kept.',
  consumes: ['multipart/form-data'],
  body: z.object({file: z.file().describe('A .torrent file; repeat for several')}),
  response: ok(TorrentContentsSchema),
}
