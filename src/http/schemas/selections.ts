/** Sets of torrents, frozen on the server to act on. */
import {z} from 'zod'
import {errorCodes} from '#model/errors.ts'
import {liveLimits} from '#model/live.ts'
import {torrentStates} from '#model/torrent.ts'
import {TorrentKeySchema} from './torrent.ts'
import {at, bytes, bytesPerSecond, count, flag, text, timeZoneName} from './units.ts'

const keyList = (says: string) => z.array(TorrentKeySchema).max(10_000).describe(says)

export const SelectionBodySchema = z
  .strictObject({
    q: z
      .string()
      .max(liveLimits.queryLength)
      .optional()
      .describe("What to choose, in the query language; '' = everything. This or only"),
    servers: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(1_000)
      .optional()
      .describe('On these servers alone, whatever q says'),
    only: keyList('These torrents; instead of q').min(1).optional(),
    selection_id: z.string().min(1).max(100).optional().describe('Those of a selection; instead of q'),
    except: keyList('Without these').optional(),
    without_owing: z.boolean().optional().describe('Without those that still owe their tracker seeding'),
    time_zone: timeZoneName('Where days begin in q, like Europe/Berlin; absent = UTC').optional(),
  })
  .refine(({q, only, selection_id: id}) => [q, only, id].filter((it) => it !== undefined).length === 1, {
    path: ['q'],
    message: 'q, only or selection_id, one of them',
  })
  .meta({id: 'SelectionWish', description: 'Which torrents to freeze.'})

export const SelectionIdParams = z.strictObject({
  id: z.string().min(1).max(100).describe('Id of the selection'),
})

const ReasonSchema = z.object({
  code: z.enum(errorCodes).describe('Why not'),
  message: text('Why not, in words'),
  count: count('Torrents it concerns'),
  servers: z.array(z.string()).describe('Servers they are on'),
})

/** Of very many values those that most torrents have are told. */
export const MOST_SHARES = 20

const shares = (says: string) =>
  z
    .object({
      distinct: count('How many there are'),
      most: z
        .array(z.object({value: z.string(), count: count('Torrents that have it')}))
        .describe('Those of the most torrents first, 20 at most'),
    })
    .describe(says)

export const SelectionSchema = z
  .object({
    selection_id: text('Its id, for POST /api/torrents/actions'),
    until: at('As long as it is kept'),
    count: count('Torrents that are there'),
    gone: count('Torrents that are not there any more'),
    complete: count('Of them complete'),
    stale: count('Of them as they were last seen: their server is not online, or its last list lacked them'),
    size: bytes('Wanted, where it is known'),
    size_unknown: count('Torrents whose size is not known'),
    down_speed: bytesPerSecond('Download rate of those that are up to date'),
    up_speed: bytesPerSecond('Upload rate of those that are up to date'),
    downloaded: bytes('Downloaded in all; absent = not known of all').optional(),
    uploaded: bytes('Uploaded in all; absent = not known of all').optional(),
    ratio: z
      .number()
      .optional()
      .describe('Uploaded ÷ downloaded of the whole; absent = not known, or infinite'),
    servers: z
      .array(
        z.object({
          server_id: text('Server'),
          server_name: text('Its name'),
          owner: text("Name of whose it is; null = nobody's own").nullable(),
          online: flag('Its list is whole and fresh'),
          count: count('Torrents on it'),
          size: bytes('Wanted, where it is known'),
        }),
      )
      .describe('Where they are'),
    states: z
      .array(z.object({state: z.enum(torrentStates).describe('State'), count: count('Torrents in it')}))
      .describe('What they do now'),
    categories: shares("Their categories; '' = none"),
    tags: shares("Their tags, each for itself; '' = without tags"),
    trackers: shares("Hosts of their trackers; '' = none"),
    save_paths: shares('Folders that they are saved in'),
    abilities: z
      .array(
        z.object({
          verb: text('Verb of POST /api/torrents/actions'),
          possible: count('Torrents that can take it now'),
          reasons: z.array(ReasonSchema).describe('Why the others cannot'),
        }),
      )
      .describe('What can be done with them, as far as their servers go'),
  })
  .meta({id: 'Selection', description: 'A frozen set of torrents, with its figures of this moment.'})
