/** What a start on the folder of the older program brought, as it travels. */
import {z} from 'zod'
import {cautions, differenceWeights, type InheritedItem, type MoveInView} from '#model/qbitrr-migration.ts'
import type {Wire} from '../answers/codec.ts'
import {at, bytes, count, flag, text} from './units.ts'

const Place = z.object({
  key: text('Section and key, as in the file'),
  line: z.number().nullable().describe('From 1; null = it does not stand in the file'),
  variable: z.string().nullable().describe('The environment variable that decides it'),
  value: text('What is in force; *** for secrets'),
})

const DifferenceSchema = z
  .object({
    id: text('Stable'),
    weight: z
      .enum(differenceWeights)
      .describe(
        'more: more is removed or sent than before, its rules ask first; careful: less is done than before; different: it is done otherwise; notYet: it is not done',
      ),
    places: z.array(Place).describe('The keys that make the difference; empty = it is always so'),
    before: text('What the older program did'),
    now: text('What Commodarr does'),
    why: text('Why'),
    change: text('How to have it otherwise'),
  })
  .meta({id: 'MoveInDifference'})

const MovedDatabaseSchema = z.object({
  path: text('Where it lay'),
  fingerprint: text('SHA-256 of its bytes'),
  bytes: bytes('Its size'),
  modified_at: at('When the older program last wrote it'),
  moved_at: at('When it was taken over'),
  counts: z.object({
    torrents: count('Torrents of which it knew more than their server does'),
    searched: count('Items that it had searched'),
    requested: count('Items that were requested'),
    profiles: count('Items with a temporary quality profile'),
    left_out: count('Of Arrs and servers that the configuration does not name'),
  }),
})

export const InheritedItemSchema = z
  .object({
    arr_id: text('Id of the Arr'),
    item: text('In the Arr: movie/12, series/3'),
    title: text('As qBitrr called it; null = it did not say').nullable(),
    requested: flag('It was requested'),
    original_profile_id: count('The quality profile before a temporary one; null = none was set').nullable(),
    temporary_profile_id: count('The temporary one; null = none, or it did not say').nullable(),
    switched_at: at('When it was switched; null = not, or it did not say').nullable(),
  })
  .meta({id: 'InheritedItem'}) satisfies z.ZodType<Wire<InheritedItem>>

export const ConfirmBody = z
  .strictObject({
    caution: z
      .enum(cautions)
      .nullable()
      .default(null)
      .describe(
        'ask: rules of the configuration and of every Arr ask before they remove something, until a user lets a rule act. ' +
          'act: they act, also those of Arrs that you add on the pages, now and later. ' +
          'null = rules of Arrs that users add ask, all others act',
      ),
  })
  .nullish()

export const WatchBody = z
  .strictObject({until: z.null().optional().describe('null = without an end; absent = for a day')})
  .nullish()

export const MoveInSchema = z
  .object({
    folder: z.string().nullable().describe('Of the older program; null = there is none'),
    is_inherited: flag('The configuration comes from the older program'),
    databases: z.array(MovedDatabaseSchema).describe('What was taken over'),
    faults: z
      .array(z.object({path: text('Which'), message: text('Why')}))
      .describe('What could not be taken over; it is tried again at the next start'),
    differences: z
      .array(DifferenceSchema)
      .describe(
        'What will be different, what has the gravest consequences first: more, notYet, careful, different',
      ),
    observing: z
      .object({
        since: at('Since'),
        until: at(
          'They only report until then, and an administrator is asked again; null = without an end',
        ).nullable(),
        is_open: flag('It is being set up: what they may do is the last step'),
      })
      .nullable()
      .describe('Rules only report what they would do; null = they act'),
  })
  .meta({id: 'MoveIn'}) satisfies z.ZodType<Wire<MoveInView>>
