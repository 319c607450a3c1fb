/** The parameters of `GET /api/torrents`: what to filter by, how to sort, which window and which columns. */
import {z} from 'zod'
import {snake} from '#lib/snake-case.ts'
import {liveLimits} from '#model/live.ts'
import {timeFields} from '#model/query.ts'
import {fieldsOf} from '#model/torrent-fields.ts'
import {torrentStates} from '#model/torrent.ts'

/** Columns that are figures: each has `<column>_min` and `<column>_max`, in the column's unit, ends included. */
export const rangeColumns = fieldsOf(
  'bytes',
  'rate',
  'speedLimit',
  'share',
  'number',
  'count',
  'seconds',
).map((field) => snake(field))

/** Columns that are times: `added_at` is filtered by `added_after` and `added_before`, and so on. */
export const timeColumns = timeFields.map((field) => snake(field))

const numberShape = /^-?\d+(\.\d+)?$/

/** A number in a query; anything else stays a string, so that the complaint says what was found. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && numberShape.test(value) ? Number(value) : value
}

const timeShape = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/

function asTime(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const parsed = /^\d+$/.test(value) ? Number(value) : timeShape.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? value : parsed
}

const asList = (value: unknown) => (typeof value === 'string' ? [value] : value)
const asCommaList = (value: unknown) =>
  (Array.isArray(value) ? value : [value]).flatMap((it) => (typeof it === 'string' ? it.split(',') : [it]))

const number = z.preprocess(asNumber, z.number())
const time = z.preprocess(
  asTime,
  z.number('milliseconds since 1970 UTC, or a date like 2026-01-31 or 2026-01-31T12:00:00Z'),
)
const yesNo = z.enum(['true', 'false']).transform((it) => it === 'true')
const choice = (says: string) =>
  z
    .preprocess(asList, z.array(z.string().max(1024)).max(1000))
    .optional()
    .describe(
      `${says}. Repeat for several (one is enough); a leading - excludes; a leading \\ takes the rest as it is`,
    )
const commaList = (says: string) =>
  z
    .preprocess(asCommaList, z.array(z.string().max(100)).max(100))
    .optional()
    .describe(`${says}, by commas`)

export const windowLimits = {least: 1, most: 1000, usual: 100} as const

const rangeParameters = Object.fromEntries(
  rangeColumns.flatMap((column) => [
    [`${column}_min`, number.optional().describe(`${column} at least this, in its unit`)],
    [`${column}_max`, number.optional().describe(`${column} at most this, in its unit`)],
  ]),
)

const timeParameters = Object.fromEntries(
  timeColumns.flatMap((column) => {
    const event = column.slice(0, -'_at'.length)
    return [
      [
        `${event}_after`,
        time.optional().describe(`${column} then or later; milliseconds since 1970 or ISO 8601`),
      ],
      [
        `${event}_before`,
        time.optional().describe(`${column} then or earlier; milliseconds since 1970 or ISO 8601`),
      ],
    ]
  }),
)

export const TorrentQuerySchema = z.strictObject({
  server_id: choice('Servers by id'),
  state: choice(`States: ${torrentStates.join(', ')}`),
  category: choice("Categories by name; '' = none"),
  tag: choice("Tags by name; '' = none"),
  tracker: choice("Hosts of trackers, or names of profiles; '' = none"),
  q: z
    .string()
    .max(liveLimits.queryLength)
    .optional()
    .describe(
      'What the search box takes (docs/use/search.md): words in the name, "quoted words", /patterns/, fields like ' +
        'tag:a,b size>10GB added<7d is:complete; - before one excludes; all must be met, OR between them takes one side or the other; ' +
        'parentheses group',
    ),
  private: yesNo.optional().describe('Private trackers only, or none of them'),
  complete: yesNo.optional().describe('Complete ones only, or none of them'),
  active: yesNo.optional().describe('Only those with a rate above 0, or none of them'),
  tracker_problem: yesNo.optional().describe('Only those whose tracker complains, or none of them'),
  sort: commaList('Columns to sort by, first one first, - before a name turns it round; also "server"'),
  offset: z.preprocess(asNumber, z.number().int().min(0)).default(0).describe('Rank of the first row'),
  limit: z
    .preprocess(asNumber, z.number().int().min(windowLimits.least).max(windowLimits.most))
    .default(windowLimits.usual)
    .describe('Rows at most'),
  facets: commaList('Values to count: server, state, category, tag, tracker, private'),
  fields: commaList('Columns wanted, all when absent'),
  ...rangeParameters,
  ...timeParameters,
})

export type TorrentParameters = z.output<typeof TorrentQuerySchema>
