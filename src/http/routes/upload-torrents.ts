import type {FastifyRequest} from 'fastify'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddOutcome, AddTorrent} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import {fromWire} from '../codec.ts'
import {checkBy} from '../field-errors.ts'
import {formValues} from '../rows/form-values.ts'
import {changeCode} from '../problems.ts'
import {needs} from '../route-access.ts'
import {partly} from '../schemas/answers.ts'
import {UploadResultsSchema} from '../schemas/results.ts'
import {UploadFieldsSchema} from '../schemas/verbs.ts'
import {serverMeant} from '../scope/server-meant.ts'
import {toldMessage} from '../storage-words.ts'
import {acceptAll, acceptForms, checkHasFile, readTorrentForm} from '../rows/torrent-forms.ts'

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
          results.push({
            file_name: fileName,
            ...(await outcomeOf(() => scope.executor.add(id, add))),
          })
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
    return {status, info_hash: null, code, message: toldMessage(error)}
  }
}

/** @throws {RequestInvalid} for fields that are not accepted, or no file; {CommodarrError} payload_too_large */
async function readForm(request: FastifyRequest) {
  const form = await readTorrentForm(request)
  const read = checkBy(UploadFieldsSchema, formValues(UploadFieldsSchema, form.entries), 'form')
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
  body: UploadFieldsSchema.extend({file: z.file().describe('A .torrent file; repeat for several')}),
  response: partly(UploadResultsSchema),
}
