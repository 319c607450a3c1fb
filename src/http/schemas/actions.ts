/** What somebody did just now, as it travels. */
import {z} from 'zod'
import {actionStates} from '#executor/action.ts'
import {confirmations} from '#model/command.ts'
import {errorCodes} from '#model/errors.ts'
import {liveLimits} from '#model/live.ts'
import {torrentStates} from '#model/torrent.ts'
import {ItemResultSchema, OutcomeCountsSchema} from './results.ts'
import {torrentHead, TorrentKeySchema, type TorrentColumn} from './torrent.ts'
import {at, bytes, bytesPerSecond, count, flag, text, timeZoneName} from './units.ts'
import {selectedTorrents, hasOneChoice, oneChoiceNeeded} from './verbs.ts'

export const ActionIdParams = z.strictObject({id: z.string().min(1).max(100).describe('Id of the action')})

export const ActionProblemSchema = ItemResultSchema.extend({
  name: text('Its name; null = not known').nullable(),
}).meta({id: 'ActionProblem', description: 'One torrent of an action that did not end done.'})

const tally = {
  counts: OutcomeCountsSchema,
  problems: z
    .array(ActionProblemSchema)
    .describe('Those that did not end done; the first 1,000, in a list 20'),
  problems_omitted: count('Such torrents beyond these'),
}

/** How far data is that is brought somewhere else. */
export const DataProgressSchema = z.object({
  ended: count('Torrents that are there, were refused or failed, that do not move, or whose end is unknown'),
  bytes_ended: bytes('Bytes that are there, of moves those of whole torrents; null = not known').nullable(),
  bytes: bytes('Bytes that go, without those that were refused or failed; null = not known').nullable(),
  ends_at: at('When it ends at the pace so far; null = not known (yet)').nullable(),
})

export const RecentActionSchema = z
  .object({
    action_id: text('Its id'),
    verb: text('What was done'),
    args: z.record(z.string(), z.unknown()).describe('With what; never a secret'),
    at: at('When it was asked for'),
    state: z
      .enum(actionStates)
      .describe(
        'held = waits to be sent; undone = taken back or put back; dropped = never sent, the program stopped',
      ),
    held_until: at('When it is sent; null = it does not wait').nullable(),
    ended_at: at('When it ended; null = not yet').nullable(),
    cancelled: flag('You cancelled what was not sent yet'),
    retry_of: text('The action of which it repeats what did not end done; null = none').nullable(),
    progress: DataProgressSchema.nullable().describe(
      'How far the data is that it has servers move, also once they took it; null = it moves none, all of it has ' +
        'ended, or it has more than 10,000 torrents',
    ),
    count: count('Torrents'),
    servers: z
      .array(
        z.object({server_id: text('Server'), server_name: text('Its name'), count: count('Torrents on it')}),
      )
      .describe('Where, as far as you may see'),
    ...tally,
    retryable: count('Torrents that can be tried again'),
    confirmable: z
      .partialRecord(z.enum(confirmations), count('Torrents that ask for it'))
      .describe(
        'How many of these ask for which confirmation, also beyond the problems here; absent = none does. ' +
          'POST /api/actions/{id}/retry?confirm_asked=true confirms it for them alone',
      ),
    undo: z
      .object({
        possible: flag('It can be undone now'),
        until: at('As long as it can; null = it cannot').nullable(),
        count: count('Torrents that would be put back, or not be removed'),
        unknown: count('Torrents whose former state is unknown; they stay as they are'),
        slow: flag('Data would be moved back'),
      })
      .describe('Whether and how it can be undone'),
    undone: z.object(tally).nullable().describe('What became of putting back; null = nothing was put back'),
  })
  .meta({id: 'RecentAction', description: 'One verb on many torrents, and what became of them.'})

export const RecentActionsSchema = z.object({actions: z.array(RecentActionSchema).describe('Newest first')})

/** Sets of torrents, frozen on the server to act on. */

const keyList = (says: string) => z.array(TorrentKeySchema).max(10_000).describe(says)

export const SelectionBodySchema = z
  .strictObject({
    q: z
      .string()
      .max(liveLimits.queryLength)
      .optional()
      .describe("What to select, in the query language; '' = everything. This or only"),
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

/** What somebody may want to change of many torrents at once. */
export const commonColumns = [
  'category',
  'save_path',
  'down_limit',
  'up_limit',
  'ratio_limit',
  'seed_time_limit',
  'idle_limit',
  'priority',
  'sequential',
  'first_last',
  'super_seeding',
  'auto_managed',
] as const satisfies readonly TorrentColumn[]

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
          owner: text('Name of the owner; null = no owner').nullable(),
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
    common: z
      .partialRecord(z.enum(commonColumns), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .describe(
        'What is the same for all of them, by column. A column that is absent differs, or is not known of all. A switch ' +
          'that a server does not have is off',
      ),
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

/** What a dialog must know before it asks whether to remove torrents. */

export const RemovalBodySchema = z
  .strictObject(selectedTorrents)
  .refine(hasOneChoice, oneChoiceNeeded)
  .meta({id: 'RemovalWish', description: 'Torrents that are considered for removal.'})

const named = {server_id: torrentHead.server_id, info_hash: torrentHead.info_hash, name: text('Its name')}

export const RemovalPreviewSchema = z
  .object({
    count: count('Torrents that are there'),
    gone: count('Torrents that are not there any more'),
    trash_days: count(
      'Days for which what goes into the trash can be brought back; its bytes are freed then',
    ),
    first: z
      .array(z.object({...named, size: bytes('Wanted; absent = not known').optional()}))
      .describe('The first five'),
    size: bytes('Wanted, where it is known'),
    downloading: count('Torrents that are not complete'),
    owing: count(
      'Torrents that still owe their tracker seeding: by what is set for it, or as private ones usually do; a selection ' +
        'without_owing leaves them out',
    ),
    owing_at: z
      .array(
        z.object({
          tracker: text("Host; '' = none is known"),
          server_id: text('Server'),
          count: count('Of the torrents that owe, those that have it'),
        }),
      )
      .describe('Where they owe, the 20 with the most; GET /api/tracker-profiles says what each requires'),
    lost_settings: count(
      'Settings that protect data and that the configuration lacks now: what is owed, or where files are, may be ' +
        'unknown',
    ),
    linked: count(
      'Torrents whose files have names outside of what torrents hold, in a library for one: those stay, and their bytes ' +
        'are not freed',
    ),
    links_unknown: count(
      'Torrents of which that is unknown: more than 20 are selected, or their disk is not seen',
    ),
    library: z
      .object({
        torrents: count(
          'Torrents whose files are the library of an Arr, or a part of it: an import that stayed in the folder of the ' +
            'torrent, or a torrent that is saved in the library. With their data the library loses these files',
        ),
        arrs: z
          .array(
            z.object({
              arr_id: text('Arr'),
              arr_name: text('Its name'),
              torrents: count('Torrents that hold files of its library'),
              files: count('Files of its library in them'),
            }),
          )
          .describe('Whose library; without Arrs that you cannot see'),
        unknown: z
          .object({count: count('So many'), message: text('Why, in words')})
          .nullable()
          .describe(
            'Torrents of which that could not be checked: more than 20 are selected, or an Arr or a disk did not answer ' +
              'in time; null = none',
          ),
      })
      .describe('Files of libraries in the data of these torrents; who keeps the data keeps them'),
    stale: count('Torrents shown from memory: their server is not online, or its last list lacked them'),
    servers: z
      .array(
        z.object({
          server_id: text('Server'),
          server_name: text('Its name'),
          online: flag('Its list is whole and fresh'),
          count: count('Torrents on it'),
          size: bytes('Wanted, where it is known'),
          freed: bytes(
            'Really freed with the data: held bytes of torrents that share them with no other, without what is linked ' +
              'elsewhere where that is known',
          ),
          freed_unknown: count('Torrents of which it is not known how much they hold'),
          shared: count('Torrents whose data others need: with their data they are refused'),
          kept: z
            .object({count: count('So many'), message: text('In words')})
            .nullable()
            .describe(
              'Torrents of which it is unknown which others need their data, as a server of the same machine has not ' +
                'sent its list: with their data they are refused; null = none',
            ),
          no_trash: z
            .object({
              count: count('So many'),
              freed: bytes('Freed with them when they are removed'),
              message: text('Why, in words'),
            })
            .nullable()
            .describe(
              'Torrents whose files cannot be set aside, and are deleted permanently with them where `free_on` names the server; ' +
                'null = none',
            ),
          free_space: bytes('Free now; absent = the server does not report it, or it is unknown').optional(),
          free_space_unknown: text('Why what it reports does not count, as its disk is not there').optional(),
          obstacle: z
            .object({code: z.enum(errorCodes).describe('Code'), message: text('In words')})
            .nullable()
            .describe('Why its torrents would be refused now, with or without data; null = nothing'),
        }),
      )
      .describe('Where they are'),
    sharing: z
      .object({
        torrents: count('Of them, whose data others need'),
        others: z
          .array(z.object({...named, selected: flag('It is one of the selected, too')}))
          .describe('Who needs it, the first 20'),
        count: count('All of these others, as far as you may see'),
        hidden: flag('There are more that you cannot see'),
      })
      .describe('Data that others need'),
    copies: z
      .object({
        torrents: count('Of them, of which another server in sight has a copy'),
        servers: z
          .array(
            z.object({
              server_id: text('Server'),
              server_name: text('Its name'),
              count: count('Copies on it'),
            }),
          )
          .describe('Where the copies are; they stay'),
      })
      .describe('The same torrents elsewhere, not selected'),
  })
  .meta({id: 'RemovalPreview', description: 'What removing these torrents would touch.'})
