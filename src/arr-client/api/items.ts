/** Library items: one shape of record for all, with what does not apply left `null`. */
import {z} from 'zod'
import type {LibraryFile, LibraryItem} from '#model/arr.ts'
import {count, countOrNull, flag, flagOrNull, id, ids, instant, qualityWithName, text} from './fields.ts'

const nothing: Omit<LibraryItem, 'kind' | 'id' | 'title' | 'monitored'> = {
  parentId: null,
  hasFile: null,
  fileId: null,
  missing: null,
  available: null,
  seasonNumber: null,
  number: null,
  year: null,
  releasedAt: null,
  addedAt: null,
  searchedAt: null,
  profileId: null,
  tags: [],
  tmdbId: null,
  tvdbId: null,
  imdbId: null,
  foreignId: '',
  belowCutoff: null,
  score: null,
  fileQuality: null,
  folder: '',
  filePath: '',
}

/** Most items have no tag; they share this one. */
const NO_TAGS: readonly number[] = []

export function item(
  known: Pick<LibraryItem, 'kind' | 'id' | 'title' | 'monitored'> & Partial<LibraryItem>,
): LibraryItem {
  const {tags = NO_TAGS} = known
  return {...nothing, ...known, tags: tags.length === 0 ? NO_TAGS : tags}
}

/** Absent and 0 both mean none. */
export function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}

/** Lists of movies do not compute its score. */
export const movieFields = {
  id,
  path: text,
  title: text,
  monitored: flag,
  hasFile: flag,
  isAvailable: flagOrNull,
  year: countOrNull,
  digitalRelease: instant,
  physicalRelease: instant,
  inCinemas: instant,
  added: instant,
  qualityProfileId: countOrNull,
  tags: ids,
  tmdbId: countOrNull,
  imdbId: text,
  movieFile: z
    .object({id, path: text, qualityCutoffNotMet: flag, quality: qualityWithName})
    .nullable()
    .catch(null),
}
type MovieFields = z.infer<z.ZodObject<typeof movieFields>>

export function movieItem(it: MovieFields & {readonly lastSearchTime?: number | null}): LibraryItem {
  const released = [it.digitalRelease, it.physicalRelease].filter((at) => at !== null)
  return item({
    kind: 'movie',
    id: it.id,
    title: it.title,
    monitored: it.monitored,
    hasFile: it.hasFile,
    fileId: it.movieFile?.id ?? null,
    available: it.isAvailable,
    year: positive(it.year),
    releasedAt: released.length > 0 ? Math.min(...released) : it.inCinemas,
    addedAt: it.added,
    searchedAt: it.lastSearchTime ?? null,
    profileId: it.qualityProfileId,
    tags: it.tags,
    tmdbId: positive(it.tmdbId),
    imdbId: it.imdbId || null,
    belowCutoff: it.movieFile?.qualityCutoffNotMet ?? null,
    fileQuality: it.movieFile?.quality.model ?? null,
    folder: it.path,
    filePath: it.movieFile?.path ?? '',
  })
}

export const seriesFields = {
  id,
  path: text,
  title: text,
  monitored: flag,
  year: countOrNull,
  added: instant,
  qualityProfileId: countOrNull,
  tags: ids,
  tvdbId: countOrNull,
  statistics: z.object({episodeFileCount: count, episodeCount: count}).nullable().catch(null),
}
type SeriesFields = z.infer<z.ZodObject<typeof seriesFields>>

export function seriesItem(
  it: SeriesFields & {readonly tmdbId?: number | null; readonly imdbId?: string},
): LibraryItem {
  const {statistics} = it
  return item({
    kind: 'series',
    id: it.id,
    title: it.title,
    monitored: it.monitored,
    year: positive(it.year),
    addedAt: it.added,
    profileId: it.qualityProfileId,
    tags: it.tags,
    tvdbId: positive(it.tvdbId),
    tmdbId: positive(it.tmdbId ?? null),
    imdbId: it.imdbId || null,
    missing: statistics && Math.max(0, statistics.episodeCount - statistics.episodeFileCount),
    folder: it.path,
  })
}

export const episodeItemFields = {
  id,
  seriesId: countOrNull,
  title: text,
  monitored: flag,
  hasFile: flag,
  episodeFileId: countOrNull,
  seasonNumber: countOrNull,
  episodeFile: z
    .object({customFormatScore: count, qualityCutoffNotMet: flag, quality: qualityWithName})
    .nullable()
    .catch(null),
}
type EpisodeFields = z.infer<z.ZodObject<typeof episodeItemFields>>

export function episodeItem(
  it: EpisodeFields & {
    readonly episodeNumber?: number | null
    readonly airDateUtc?: number | null
    readonly lastSearchTime?: number | null
  },
): LibraryItem {
  return item({
    kind: 'episode',
    id: it.id,
    parentId: it.seriesId,
    title: it.title,
    monitored: it.monitored,
    hasFile: it.hasFile,
    fileId: positive(it.episodeFileId),
    seasonNumber: it.seasonNumber,
    number: it.episodeNumber ?? null,
    releasedAt: it.airDateUtc ?? null,
    searchedAt: it.lastSearchTime ?? null,
    belowCutoff: it.episodeFile?.qualityCutoffNotMet ?? null,
    score: it.episodeFile?.customFormatScore ?? null,
    fileQuality: it.episodeFile?.quality.model ?? null,
  })
}

export const fileFields = {id, path: text, size: count, qualityCutoffNotMet: flag, quality: qualityWithName}
type FileFields = z.infer<z.ZodObject<typeof fileFields>>

export function libraryFile(
  it: FileFields & {readonly customFormatScore?: number},
  ownerId: number | null,
  mediaId: number | null,
): LibraryFile {
  return {
    id: it.id,
    ownerId: ownerId ?? 0,
    mediaId,
    path: it.path,
    size: it.size,
    belowCutoff: it.qualityCutoffNotMet,
    score: it.customFormatScore ?? null,
    quality: it.quality.model,
  }
}
