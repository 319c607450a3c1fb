/** What a dialog must know before it asks whether to remove torrents. */
import {z} from 'zod'
import {errorCodes} from '#model/errors.ts'
import {torrentHead} from './torrent.ts'
import {bytes, count, flag, text} from './units.ts'
import {chosenTorrents, hasOneChoice, oneChoiceNeeded} from './verbs.ts'

export const RemovalBodySchema = z
  .strictObject(chosenTorrents)
  .refine(hasOneChoice, oneChoiceNeeded)
  .meta({id: 'RemovalWish', description: 'Torrents that somebody thinks of removing.'})

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
    linked: count(
      'Torrents whose files have names outside of what torrents hold, in a library for one: those stay, and their bytes ' +
        'are not freed',
    ),
    links_unknown: count(
      'Torrents of which that is not known: more than 20 are chosen, or their disk is not seen',
    ),
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
              'Torrents of which nobody can say who else needs their data, as a server of the same machine has not ' +
                'told its list: with their data they are refused; null = none',
            ),
          no_trash: z
            .object({
              count: count('So many'),
              freed: bytes('Freed with them when they are removed'),
              message: text('Why, in words'),
            })
            .nullable()
            .describe(
              'Torrents whose files can not be set aside, and go for good with them where `free_on` names the server; ' +
                'null = none',
            ),
          free_space: bytes('Free now; absent = the server does not tell').optional(),
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
          .array(z.object({...named, chosen: flag('It is one of the chosen, too')}))
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
      .describe('The same torrents elsewhere, not chosen'),
  })
  .meta({id: 'RemovalPreview', description: 'What removing these torrents would touch.'})
