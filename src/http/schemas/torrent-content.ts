/** What a .torrent file says of itself, before it is added anywhere. */
import {z} from 'zod'
import {bytes, count, flag, text} from './units.ts'

export const TorrentContentSchema = z
  .object({
    file_name: text('The file that was brought'),
    content: z
      .object({
        info_hash: text('What servers name it by: v1 where it has one, else the v2 hash cut to 40 digits'),
        info_hash_v1: text('40 hex digits; null = a v2 torrent').nullable(),
        info_hash_v2: text('64 hex digits; null = a v1 torrent').nullable(),
        name: text('Its name'),
        size: bytes('All its files'),
        is_private: flag('It keeps to its own trackers'),
        files: z
          .array(z.object({path: text('Path inside the torrent, / between the parts'), size: bytes('Size')}))
          .describe('In their order: the place in this list is the index; the first 20,000'),
        files_omitted: count('Files beyond these'),
      })
      .nullable()
      .describe('null = it can not be read'),
    code: z.string().optional().describe('Why not: a code of docs/errors.md'),
    message: z.string().optional().describe('Why not, in words'),
  })
  .meta({id: 'TorrentContent'})

export const TorrentContentsSchema = z.object({
  results: z.array(TorrentContentSchema).describe('One for each file, in their order'),
})
