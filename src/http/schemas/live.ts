/** What a page may send on the WebSocket. Names of columns are checked where they are looked up. */
import {z} from 'zod'
import {liveLimits, liveTopics, type LiveRequest} from '#model/live.ts'
import {facetNames, groupNames} from '#model/query.ts'
import {TorrentKeySchema} from './torrent.ts'

const number = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const rank = z.number().int().min(0).max(0xffff_ffff)

const rangesSchema = z
  .array(z.tuple([rank, rank]).refine(([from, to]) => from <= to, 'from the first to before the last'))
  .max(liveLimits.ranges)
  .refine(
    (ranges) => ranges.reduce((sum, [from, to]) => sum + to - from, 0) <= liveLimits.rows,
    `at most ${liveLimits.rows} rows together`,
  )

const names = (most: number) => z.array(z.string().max(64)).max(most)

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const wishSchema = z.strictObject({
  q: z.string().max(liveLimits.queryLength),
  servers: z.array(z.string().max(200)).max(1000).optional(),
  keys: z.array(TorrentKeySchema).max(liveLimits.keysInWish).optional(),
  sort: names(8),
  group: z.enum(groupNames).nullable(),
  columns: names(liveLimits.columns),
  facets: z.array(z.enum(facetNames)).max(facetNames.length),
  time_zone: z.string().max(64).refine(isTimeZone, 'a time zone like Europe/Berlin').optional(),
})

export const LiveRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    view: number,
    re: number,
    wish: wishSchema,
    ranges: rangesSchema,
    keeps: z.boolean().optional(),
  }),
  z.strictObject({type: z.literal('window'), view: number, re: number, ranges: rangesSchema}),
  z.strictObject({
    type: z.literal('follow'),
    view: number,
    re: number,
    keys: z.array(TorrentKeySchema).max(liveLimits.followed),
  }),
  z.strictObject({type: z.literal('hold'), view: number, on: z.boolean()}),
  z.strictObject({type: z.literal('update'), view: number}),
  z
    .strictObject({type: z.literal('keys'), view: number, re: number, from: rank, to: rank})
    .refine(({from, to}) => from <= to && to - from <= liveLimits.keys, {
      path: ['to'],
      message: `at most ${liveLimits.keys} keys`,
    }),
  z.strictObject({type: z.literal('close'), view: number}),
  z.strictObject({type: z.literal('watch'), topics: z.array(z.enum(liveTopics)).max(liveTopics.length)}),
  z.strictObject({type: z.literal('ping')}),
]) satisfies z.ZodType<LiveRequest>

export type CheckedRequest = z.output<typeof LiveRequestSchema>

/** A view as it was asked for, checked. */
export type CheckedWish = Extract<CheckedRequest, {type: 'open'}>['wish']
