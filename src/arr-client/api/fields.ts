/**
 * Fields of the Arrs' answers. Nulls are left out by them, so each but an id has a value of its own for "not there"; so
 * has a value of another type. New words of a newer Arr become `unknown`.
 * Source: Sonarr and Radarr.
 */
import {z} from 'zod'
import type {QualityModel} from '#model/arr.ts'
import type {EpochMs} from '#model/units.ts'

export const id = z.number().int()

export const text = z.string().catch('')

/** Where a page leads; whatever is none is ''. */
export const webAddress = text.transform((url) => (/^https?:\/\/[^\s]{1,2000}$/i.test(url) ? url : ''))

export const count = z.number().catch(0)

export const countOrNull = z.number().nullable().catch(null)

export const flag = z.boolean().catch(false)

export const flagOrNull = z.boolean().nullable().catch(null)

export const ids = z.array(z.number()).catch([])

/** ISO 8601 → epoch ms; the year 1 stands for "never". */
export const instant = z
  .string()
  .catch('')
  .transform((written): EpochMs | null => {
    const at = Date.parse(written)
    return Number.isNaN(at) || at <= 0 ? null : at
  })

/** Words of the Arr → ours, in any case; a word that is not in the table is `unknown`. */
export function word<W extends string>(table: Readonly<Record<string, W>>) {
  const known = new Map(Object.entries(table).map(([theirs, ours]) => [theirs.toLowerCase(), ours]))
  return z
    .string()
    .catch('unknown')
    .transform((written): W | 'unknown' => known.get(written.toLowerCase()) ?? 'unknown')
}

/** Words that are ours as they stand. */
export function wordOf<W extends string>(words: readonly W[]) {
  return word<W>(Object.fromEntries(words.map((one) => [one, one])) as Record<string, W>)
}

export function listOf<S extends z.ZodType>(shape: S) {
  return z.array(shape).catch([])
}

/** `{name, value}`: settings of download clients, indexers and notifications. */
export const settingFields = listOf(z.object({name: text, value: z.unknown().optional()}))

export const protocol = wordOf(['torrent', 'usenet'])

const revision = z.object({version: count, real: count}).catch({version: 1, real: 0})

/** A quality with its revision, as releases and files have it, and its name. */
export const qualityWithName = z
  .object({quality: z.object({id: countOrNull, name: text}), revision})
  .transform(({quality: {id: number, name}, revision: {version, real}}) => ({
    name,
    // REAL counts before PROPER. Source: Radarr, Revision.CompareTo.
    model: number === null ? null : ({id: number, revision: real * 1_000 + version} satisfies QualityModel),
  }))
  .catch({name: '', model: null})

/** Values are strings, whatever they mean. */
export const dictionary = z.record(z.string(), z.string().nullable().catch(null)).catch({})

/** Of a file or a release, as people read it: `WEBDL-1080p`. */
export const qualityName = z
  .object({quality: z.object({name: text})})
  .transform(({quality}) => quality.name)
  .catch('')

/** Names of what is given as a list of resources. */
export const names = listOf(z.object({name: text})).transform((list) => list.map(({name}) => name))
