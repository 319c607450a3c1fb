/** Shapes of settings by which an Arr decides what it searches, and when. Source: OpenAPI descriptions of the apps. */
import {z} from 'zod'
import type {DelayProfile, LibrarySettings} from '#model/library.ts'
import {count, flag, id, ids, settingFields, text} from './fields.ts'

/** Torrents that it does not take at all wait for nothing. */
export const delayProfiles: z.ZodType<DelayProfile[]> = z.array(
  z
    .object({order: count, enableTorrent: flag, torrentDelay: count, tags: ids})
    .transform(({order, enableTorrent, torrentDelay, tags}) => ({
      order,
      torrentDelay: enableTorrent ? torrentDelay : 0,
      tags,
    })),
)

export const searchIndexers: z.ZodType<LibrarySettings['indexers'][number][]> = z.array(
  z
    .object({id, name: text, enableAutomaticSearch: flag, tags: ids, fields: settingFields})
    .transform(({enableAutomaticSearch, fields, ...it}) => ({
      ...it,
      automaticSearch: enableAutomaticSearch,
      url: plainUrl(fields.find(({name}) => name === 'baseUrl')?.value),
    })),
)

/** Without user, query and fragment, where a key may stand. */
function plainUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  return url === null ? '' : url.origin + url.pathname
}

export const availabilityDelay: z.ZodType<number> = z
  .object({availabilityDelay: count})
  .transform((it) => it.availabilityDelay)
