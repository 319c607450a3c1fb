import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import type {FileToRead} from '#model/services.ts'
import {toWire} from '../answers/codec.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {FileContentSchema} from '../schemas/torrent-files.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import type {ByteRange} from '../scope/file-downloads.ts'
import {needs} from '../security/route-access.ts'

/** One file of a torrent, where our own disk has it: its bytes, and what is in it. */
export function torrentFileRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/torrents/:hash/files/:index/content',
      {schema: content, config: needs('manage', 'torrent'), exposeHeadRoute: false},
      async (request, reply) => {
        const asked = request.headers['if-range'] === undefined ? request.headers.range : undefined
        const {file, range, bytes} = await request.scope.readFile(
          keyMeant(request),
          request.params.index,
          (found) => rangeIn(asked, found),
        )
        void reply
          .header('accept-ranges', 'bytes')
          .header('content-disposition', dispositionOf(file))
          .header('cache-control', 'private, no-store')
          .header('last-modified', new Date(file.modifiedAt).toUTCString())
          .header('content-length', range === null ? file.size : range.to - range.from + 1)
          // Whatever it is, no browser shall take it for a page of ours.
          .type('application/octet-stream')
        if (range !== null)
          void reply.code(206).header('content-range', `bytes ${range.from}-${range.to}/${file.size}`)
        return reply.send(bytes)
      },
    )
    app.get(
      '/torrents/:hash/files/:index/media',
      {schema: media, config: needs('control', 'torrent')},
      async (request) => {
        const found = await request.scope.fileContent(keyMeant(request), request.params.index)
        return 'unknown' in found
          ? {known: null, unknown: found.unknown}
          : {known: toWire(found), unknown: null}
      },
    )
  }
}

/** Of several ranges, and of one that cannot be read, all is sent, as the standard has it. @throws {CommodarrError} bad_argument */
function rangeIn(asked: string | undefined, {size}: FileToRead): ByteRange {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked?.trim() ?? '') ?? []
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last))
  if (from <= to) return {from, to}
  throw new CommodarrError(
    'range_refused',
    `range: "${asked}" names no byte of this file, which has ${size}. bytes=0-${Math.max(0, size - 1)} is all of it.`,
  )
}

/** Its last part, in letters that every header may have and as it is. */
function dispositionOf({path}: FileToRead): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const plain = name.replaceAll(/[^\w .,()[\]-]/g, '_')
  const whole = encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, escaped)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

const FileParams = HashParams.extend({
  index: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .describe('Number of the file, as in the list of files'),
})

/** Bytes on their way out; Fastify sends them as they are, the schema is for the API page. */
const FileBytes = z.file().describe('The file') as unknown as z.ZodType

const content = {
  operationId: 'readFile',
  tags: ['details'],
  summary: 'One file of a torrent, where our own disk has it',
  description:
    'All of it, or one `Range` of bytes (206). For who manages its server; of servers that members added for ' +
    'administrators alone. The file has to be complete, below a path mapping of its server, no link, and as large as its ' +
    'server says. Who reads which file is in the journal, once an hour; one person reads four at a time.',
  params: FileParams,
  querystring: ServerChoice,
  response: {
    ...problemAnswers,
    200: {description: 'The file', content: {'application/octet-stream': {schema: FileBytes}}},
    206: {
      description: 'The bytes that were asked for',
      content: {'application/octet-stream': {schema: FileBytes}},
    },
  },
}

const media = {
  operationId: 'getFileMedia',
  tags: ['details'],
  summary: 'What is in a media file of a torrent, by ffprobe',
  description: 'Of complete files alone, where our own disk has them; it is waited for 20 seconds at most.',
  params: FileParams,
  querystring: ServerChoice,
  response: ok(FileContentSchema),
}
