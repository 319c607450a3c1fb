/** From what is kept of a library to what travels, and from the parameters to a question. Pure. */
import type {z} from 'zod'
import type {LibraryItemView, LibraryQuery} from '#library/library-query.ts'
import type {LibraryCondition, LibrarySort} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'
import {libraryConditionIn} from '#search-query/library-filter.ts'
import type {LibraryItemSchema, LibraryParameters} from '../schemas/library.ts'
import type {Scope} from '../scope/scope.ts'
import {refuseMistakes} from './torrent-query.ts'

/** What is listed where nobody says which kinds are meant. */
const wholes: LibraryCondition = {asks: 'kind', kinds: ['movie', 'series', 'artist', 'author']}

/** @throws {RequestInvalid} for what `q` cannot mean */
export function libraryQuery(
  {q = '', sort = ['title'], offset, limit}: LibraryParameters,
  {arrs}: Pick<Scope, 'arrs'>,
  now: EpochMs,
): Omit<LibraryQuery, 'arrs'> {
  const {condition, namesKind, mistakes} = libraryConditionIn(q, {arrs, now})
  refuseMistakes(q, mistakes, 'q')
  const asked = condition === null ? [] : [condition]
  const all = namesKind ? asked : [wholes, ...asked]
  return {condition: all.length === 0 ? null : {all}, sort: sort.map(sortOf), offset, limit}
}

function sortOf(text: string): LibrarySort {
  const isDescending = text.startsWith('-')
  return {by: (isDescending ? text.slice(1) : text) as LibrarySort['by'], isDescending}
}

export function wireLibraryItem(
  item: LibraryItemView,
  {arrs}: Pick<Scope, 'arrs'>,
): z.output<typeof LibraryItemSchema> {
  const {profile, score} = item
  const met = (is: boolean | null) => (is === null ? null : is ? ('met' as const) : ('unmet' as const))
  return {
    arr_id: item.arrId,
    arr: arrs.find(({id}) => id === item.arrId)?.name ?? item.arrId,
    kind: item.kind,
    id: item.id,
    parent_id: item.parentId,
    season: item.seasonNumber,
    number: item.number,
    title: item.title,
    year: item.year,
    tmdb: item.tmdbId,
    tvdb: item.tvdbId,
    imdb: item.imdbId,
    foreign_id: item.foreignId,
    state: item.state,
    have: item.have,
    due: item.due,
    monitored: item.isWatched,
    monitored_itself: item.monitored,
    available_at: item.availableAt,
    in_cinemas_at: item.inCinemasAt,
    digital_at: item.digitalAt,
    physical_at: item.physicalAt,
    released_at: item.releasedAt,
    minimum_availability: item.minimumAvailability,
    series_type: item.seriesType,
    runtime_minutes: item.runtimeMinutes,
    size: item.size,
    quality: item.quality,
    cutoff: met(item.belowCutoff === null ? null : !item.belowCutoff),
    score,
    minimum: met(score === null || profile === null ? null : score >= profile.minScore),
    minimum_score: profile?.minScore ?? null,
    profile: profile?.name ?? null,
    tags: [...item.tagLabels],
    added_at: item.addedAt,
    searched_at: item.searchedAt,
    read_at: item.readAt,
  }
}
