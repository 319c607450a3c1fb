/** Copies and moves of torrents to another server, as they travel. */
import {z} from 'zod'
import {copyWays, MOST_COPIES, sourceEnds} from '#model/copies.ts'
import {hasOneChoice, oneChoiceNeeded, selectedTorrents} from './verbs.ts'
import {bytes, count, text} from './units.ts'

const order = {
  ...selectedTorrents,
  server_id: z.string().min(1).max(200).describe('Server that it is copied to'),
  path: z
    .string()
    .min(1)
    .max(4096)
    .refine((it) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(it), 'an absolute folder, as the server writes it')
    .optional()
    .describe(
      'Folder there, as that server writes it; absent = where the data lies, the same folder of its disk, or its default ' +
        'folder, and what lies below the default folder of its own server comes into the same folder below that',
    ),
  category: z.string().max(1024).optional().describe("'' = none; absent = as it has now"),
  tags: z.array(z.string().min(1).max(1024)).max(1000).optional().describe('Tags; absent = as it has now'),
  start: z
    .boolean()
    .optional()
    .describe(
      'Whether it runs there; absent = as it does now, but for a private torrent whose source stays: that is not started',
    ),
  source: z
    .enum(sourceEnds)
    .default('stays')
    .describe(
      'What becomes of the source once the copy is complete and has stood for ten minutes: it stays, goes to the trash, or is ' +
        'deleted with its files',
    ),
  download: z
    .boolean()
    .optional()
    .describe(
      'true = where Commodarr does not see the data or the folder, that server downloads it, from the source among others',
    ),
  existing: z
    .boolean()
    .optional()
    .describe(
      'true = what that server already has is checked there, and the source removed; of a move alone',
    ),
}

export const CopyBodySchema = z
  .strictObject(order)
  .refine(hasOneChoice, oneChoiceNeeded)
  .refine(({keys}) => keys === undefined || keys.length <= MOST_COPIES, {
    path: ['keys'],
    message: `at most ${MOST_COPIES} torrents in one order`,
  })
  .meta({id: 'CopyOrder', description: 'Torrents to copy or move to another server.'})

export const CopyBegunSchema = z
  .object({
    action_id: text('Finds it again: GET /api/actions/{id}; cancels it: POST /api/actions/{id}/cancel'),
    count: count('Torrents'),
  })
  .meta({id: 'CopyBegun', description: 'An order to copy that is under way.'})

export const CopyPreviewSchema = z
  .object({
    ways: z
      .array(
        z.object({
          way: z
            .enum(copyWays)
            .describe(
              'place = that server sees the very files; links = hard links on one disk; copies = Commodarr copies the files; ' +
                'download = that server downloads it',
            ),
          count: count('Torrents'),
          bytes: bytes('Their data; of copies and download: what that disk has to take'),
        }),
      )
      .describe('What is copied, by how its data comes there'),
    folders: z
      .array(z.object({path: text('As that server writes it'), count: count('Torrents')}))
      .describe('Where it comes there: the 20 folders of most torrents'),
    existing: count('Torrents that are there already: they are checked there, and their source is removed'),
    may_be_existing: count('So many more with `existing`'),
    may_download: z
      .object({
        count: count('So many more with `download`'),
        private: count('Of these private: their tracker counts a download'),
        bytes: bytes('Their data'),
      })
      .describe('Torrents whose data Commodarr cannot bring there'),
    downloads: z
      .array(
        z.object({
          server_id: text('Server of the source'),
          count: count('Torrents'),
          why_swarm: text(
            'Why only the swarm brings their data; null = one of both servers adds the other one as a peer, so ' +
              'that they come from the source',
          ).nullable(),
          peers: z
            .array(z.string())
            .describe(
              'Addresses of one of both servers that the other one is given for it; none where only the swarm brings it',
            ),
        }),
      )
      .describe('Where downloads come from, also those that `download` does not permit yet'),
    stays_stopped: count('Private torrents whose copy is not started, as the source runs'),
    run_twice: count('Private torrents that would run on both servers'),
    without_tags: count('Torrents whose tags stay behind, as that server has no tags'),
    refused: z
      .array(
        z.object({
          code: text('A code of docs/reference/errors.md'),
          message: text('In words'),
          count: count('Torrents'),
          torrents: z
            .array(z.object({server_id: text('Its server'), info_hash: text('Its hash')}))
            .describe('The first 20'),
        }),
      )
      .describe('What cannot be copied, by its reason'),
    omitted: count(`Torrents beyond the first ${MOST_COPIES}: they are not looked at, and not copied`),
  })
  .meta({id: 'CopyPreview', description: 'What copying these torrents to another server would do.'})
