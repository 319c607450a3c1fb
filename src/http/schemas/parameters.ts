/** Parameters of a query: everything comes as text there. What does not fit stays text, so that the complaint shows it. */
import {z} from 'zod'
import {LAST_MOMENT} from '#model/units.ts'

const numberShape = /^-?\d{1,15}(\.\d{1,15})?$/
const timeShape = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/

function asNumber(value: unknown): unknown {
  return typeof value === 'string' && numberShape.test(value) ? Number(value) : value
}

function asTime(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const parsed = /^\d{1,16}$/.test(value)
    ? Number(value)
    : timeShape.test(value)
      ? Date.parse(value)
      : Number.NaN
  return Number.isNaN(parsed) ? value : parsed
}

/** Each value once. */
const asList = (value: unknown) => {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? [...new Set<unknown>(value)] : value
}
const asCommaList = (value: unknown) => (typeof value === 'string' ? value.split(',') : value)

export const wholeParameter = (least: number, most: number) =>
  z.preprocess(asNumber, z.number().int().min(least).max(most))

export const timeParameter = (says: string) =>
  z
    .preprocess(
      asTime,
      z
        .number('milliseconds since 1970 UTC, or a date like 2026-01-31 or 2026-01-31T12:00:00Z')
        .min(0)
        .max(LAST_MOMENT),
    )
    .optional()
    .describe(`${says}; milliseconds since 1970 or ISO 8601`)

/** May be repeated; one of the given is enough. Each value is compared with each row that is read. */
export const listParameter = <S extends z.ZodType<string>>(item: S, says: string, most = 100) =>
  z
    .preprocess(asList, z.array(item).min(1).max(most))
    .optional()
    .describe(`${says}; repeat for several, one is enough`)

export const commaParameter = <S extends z.ZodType<string>>(item: S, says: string) =>
  z
    .preprocess(asCommaList, z.array(item).min(1).max(100))
    .optional()
    .describe(`${says}; commas between several`)

export const PreviewQuery = z.strictObject({
  preview: z
    .enum(['true', 'false'])
    .default('false')
    .transform((it) => it === 'true')
    .describe('Nothing is done; only what it would mean is returned'),
})

/** `true` or `false` in an address; absent = false. */
export const flagParameter = (says: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((it) => it === 'true')
    .describe(says)
