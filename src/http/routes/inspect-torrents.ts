import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {CommodarrError} from '#model/errors.ts'
import {changeCode} from '../problems.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {TorrentContentsSchema} from '../schemas/torrent-content.ts'
import {acceptAll, acceptForms, checkHasFile, readTorrentForm} from '../rows/torrent-forms.ts'

/** What is in a .torrent file. */
export interface TorrentContent {
  readonly infoHashV1: string | null
  readonly infoHashV2: string | null
  readonly name: string
  readonly size: number
  readonly files: readonly {readonly path: string; readonly size: number}[]
  readonly isPrivate: boolean
}

export interface InspectParts {
  /** @throws {CommodarrError} torrent_invalid */
  readonly readTorrent: (bytes: Uint8Array) => TorrentContent
}

/** Of all files of one request together: a page shows no more. */
const MOST_FILES = 20_000

type Result = z.output<typeof TorrentContentsSchema>['results'][number]

/** Tells what is in .torrent files, so that somebody can choose before he adds. Nothing is kept or sent anywhere. */
export function inspectTorrents({readTorrent}: InspectParts): FastifyPluginAsyncZod {
  return async (app) => {
    await acceptForms(app)
    app.post(
      '/torrents/inspect',
      {schema: inspect, config: needs('add', 'program'), validatorCompiler: acceptAll},
      async (request) => {
        const form = await readTorrentForm(request)
        checkHasFile(form)
        let room = MOST_FILES
        const results = form.files.map(({fileName, bytes}): Result => {
          const result = resultOf(() => readTorrent(bytes), room)
          room -= result.content?.files.length ?? 0
          return {file_name: fileName, ...result}
        })
        return {results}
      },
    )
  }
}

function resultOf(read: () => TorrentContent, room: number): Omit<Result, 'file_name'> {
  try {
    return {content: wireContent(read(), room)}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {content: null, code: changeCode(error), message: error.message}
  }
}

function wireContent(
  {infoHashV1, infoHashV2, name, size, files, isPrivate}: TorrentContent,
  room: number,
): NonNullable<Result['content']> {
  const told = files.slice(0, room).map(({path, size: bytes}) => ({path, size: bytes}))
  return {
    info_hash: infoHashV1 ?? infoHashV2!.slice(0, 40),
    ...{info_hash_v1: infoHashV1, info_hash_v2: infoHashV2, name, size, is_private: isPrivate},
    ...{files: told, files_omitted: files.length - told.length},
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
