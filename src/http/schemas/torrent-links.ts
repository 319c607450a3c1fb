/** Who uses the bytes of a torrent, and what its removal would free, as it travels. */
import {z} from 'zod'
import {libraryFileStates} from '#model/services.ts'
import {RemovalPreviewSchema} from './actions.ts'
import {torrentHead} from './torrent.ts'
import {bytes, count, flag, text} from './units.ts'

/** same_files: the very same paths. hard_links: other names of the same bytes. copy: the same torrent, with bytes of its own. */
export const sharedHow = ['same_files', 'hard_links', 'copy'] as const

export const TorrentLinksSchema = z
  .object({
    content: z
      .object({
        files: count('Files of it that are there'),
        bytes: bytes('That they take on their disk'),
        names: count('Names of these bytes that the disk counts'),
        outside: count('Names that no torrent has; null = not known').nullable(),
      })
      .nullable()
      .describe('What lies on its disk; null = not known'),
    content_unknown: text('Why that is not known; null = it is').nullable(),
    torrents: z
      .array(
        z.object({
          server_id: torrentHead.server_id,
          server_name: text('What its server is called'),
          info_hash: torrentHead.info_hash,
          name: text('Its name'),
          how: z
            .enum(sharedHow)
            .describe(
              'same_files: it has the same files. hard_links: other names of the same bytes. copy: the same torrent on ' +
                'another server, with bytes of its own as far as is known',
            ),
          ratio: z.number().optional().describe('Its ratio; absent = not known'),
          tracker_host: text('Its tracker; absent = not known').optional(),
        }),
      )
      .describe('Other torrents, as far as you may see them'),
    torrents_hidden: flag('There are more that you cannot see'),
    library: z
      .array(
        z.object({
          arr_id: text('The Arr; null = one that you cannot see').nullable(),
          arr_name: text('Its name; null = one that you cannot see').nullable(),
          known: flag('It could be found out now'),
          inside: count('Files of its library that lie in the data of the torrent'),
          files: z
            .array(
              z.object({
                path: text('As the server of the torrent writes it'),
                is: z
                  .enum(libraryFileStates)
                  .describe(
                    'linked: another name of the same bytes. copied: bytes of its own. there: one of both. own: it lies in ' +
                      'the data of the torrent anyway. replaced: another download took its place. other: another ' +
                      'file lies there. missing: none does. unseen: that disk is not seen from here',
                  ),
              }),
            )
            .describe('The first 20 files that came in from it and lie elsewhere'),
          count: count('All of these'),
        }),
      )
      .describe('Libraries that may have files of it'),
    removal: RemovalPreviewSchema.nullable().describe(
      'What its removal would free, as POST /api/torrents/removal-preview says it; null = you may not remove it',
    ),
  })
  .meta({
    id: 'TorrentLinks',
    description: 'Who uses the bytes of a torrent, and what its removal would free.',
  })
