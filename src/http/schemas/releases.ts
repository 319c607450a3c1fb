/** Interactive searches, as they travel. */
import {z} from 'zod'
import {releaseClasses} from '#model/arr.ts'
import {releaseListStates} from '#registry/arrs/release-lists.ts'
import {ArrParams} from './arr.ts'
import {wholeParameter} from './parameters.ts'
import {at, bytes, count, flag, seconds, text} from './units.ts'

export const ReleasesBody = z.strictObject({
  unit: z
    .string()
    .max(100)
    .regex(/^(?:(?:movie|episode|album|book)\/[1-9]\d{0,9}|season\/[1-9]\d{0,9}\/\d{1,6})$/)
    .describe(
      'What to search: movie/17, season/5/3 (series, season), episode/99, album/3, book/8, by the numbers of the Arr',
    ),
})

export const ReleaseListParams = ArrParams.extend({
  list: z.string().min(1).max(100).describe('Id of the list'),
})

export const ReleaseParams = ReleaseListParams.extend({
  place: wholeParameter(0, 9_999).describe('Where the release stands in the list, from 0'),
})

export const GrabBody = z.strictObject({
  override: z.boolean().default(false).describe('Also a release that the Arr rejects'),
})

const ReleaseSchema = z
  .object({
    place: count('Where it stands in the list, from 0: by that it is grabbed'),
    title: text('As its indexer calls it'),
    indexer: text("Name of its indexer; '' = the Arr does not say"),
    size: bytes('Of what it brings'),
    age: seconds('Since it was published, when the list was read'),
    seeders: count('null = not known, or not a torrent').nullable(),
    leechers: count('null = not known, or not a torrent').nullable(),
    quality: text("As the Arr calls it; '' = not known"),
    languages: z.array(z.string()).describe('As the Arr calls them'),
    score: count('Of its custom formats together'),
    formats: z.array(z.string()).describe('Custom formats that it matches'),
    protocol: z.enum(['torrent', 'usenet', 'unknown']).describe('How it is downloaded'),
    approved: flag('The Arr would grab it automatically'),
    rejections: z
      .array(
        z.object({
          class: z.enum(releaseClasses).describe('What it is about'),
          text: text('As the Arr says it'),
        }),
      )
      .describe('What speaks against it'),
    grabbed: flag('It was grabbed from this list'),
  })
  .meta({id: 'FoundRelease'})

export const ReleaseListSchema = z
  .object({
    list: text('Id of this list'),
    unit: text('What was searched'),
    state: z
      .enum(releaseListStates)
      .describe('searching = the Arr asks its indexers, which may take minutes; failed = fault says why'),
    fault: text('Why it failed; null = it did not').nullable(),
    asked_at: at('When the Arr was asked'),
    read_at: at('When it answered; null = it has not').nullable(),
    expires_at: at('Until when its releases can be grabbed; null = there are none yet').nullable(),
    releases: z.array(ReleaseSchema).describe('What the Arr would rather have comes first; at most 1,000'),
  })
  .meta({id: 'ReleaseList'})
