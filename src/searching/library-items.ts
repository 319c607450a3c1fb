/**
 * The library of one Arr as searches see it: each row with what its series, artist or author says of it, with its profile,
 * its delay and its indexers. Only which episodes a season has is kept here; all else is looked up.
 */
import {availableAt} from '#library/availability.ts'
import type {LibraryStore} from '#library/library-store.ts'
import {mediaIdIn, mediaKindIn, type ArrId, type MediaKind, type QualityProfile} from '#model/arr.ts'
import {seasonId, type KeptRow, type LibraryKind, type LibrarySettings} from '#model/library.ts'
import {containerForeignId, containerKinds, type ContainerKind} from '#model/profile-switches.ts'
import {seasonIn, seasonUnit, type ItemUnit, type SearchUnit, type SeasonUnit} from '#model/searching.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import type {PlanLibrary, SearchItem, SearchProfile, SearchSeason} from './arr-plan.ts'
import type {KnownContainer} from './profile-decisions.ts'
import type {SeriesType} from './seasons.ts'
import type {WantedDetails} from './wanted-facts.ts'

type Rows = Pick<
  LibraryStore,
  'end' | 'arrAt' | 'kindAt' | 'numberAt' | 'titleAt' | 'rowAt' | 'placeOf' | 'parentAt'
>

export interface LibraryAround {
  /** `null` = not read yet. */
  settings(): LibrarySettings | null
  /** Media that its queue has now, as `movie/17`. */
  queued(): ReadonlySet<string>
  /** Whether its container has another profile for the time being. */
  hasTemporaryProfile(container: {
    readonly kind: LibraryKind
    readonly id: number
    readonly readAt: EpochMs
  }): boolean
  /** Which profile it has for certain; `null`, or absent = the one that its row has. */
  profileOf?(container: {readonly kind: LibraryKind; readonly id: number}): number | null
}

const MINUTE_MS = MINUTE * 1_000
/** Who has this tag in its Arr is not searched. */
const OWN_TAG = 'commodarr-no-search'

export class LibraryItems implements PlanLibrary {
  readonly #arrId: ArrId
  readonly #rows: Rows
  readonly #around: LibraryAround
  readonly #skipTags: ReadonlySet<string>
  readonly #episodes = new Map<SeasonUnit, Set<number>>()
  readonly #seasonOf = new Map<number, SeasonUnit>()
  #kind: ContainerKind | null = null
  /** Of these settings: by profile and tags. */
  #profiles: {readonly of: LibrarySettings | null; readonly known: Map<string, SearchProfile | null>} = {
    of: null,
    known: new Map(),
  }

  /** @param skipTags labels of tags in the Arr whose media are not searched, beside our own */
  constructor(arrId: ArrId, rows: Rows, around: LibraryAround, skipTags: readonly string[]) {
    this.#arrId = arrId
    this.#rows = rows
    this.#around = around
    this.#skipTags = new Set([OWN_TAG, ...skipTags].map((tag) => tag.toLowerCase()))
  }

  *items(): Generator<SearchItem> {
    for (let place = 0; place < this.#rows.end; place++) {
      if (this.#rows.arrAt(place) !== this.#arrId) continue
      const kind = searched(this.#rows.kindAt(place))
      if (kind === null) continue
      const row = this.#rows.rowAt(place)
      if (kind === 'episode') this.#place(row.id, row)
      yield this.#itemOf(place, row, kind)
    }
  }

  item(unit: ItemUnit): SearchItem | null {
    const [kind, id] = [mediaKindIn(unit)!, mediaIdIn(unit)!]
    const place = this.#rows.placeOf(this.#arrId, {kind, id})
    if (place === null) return null
    return this.#itemOf(place, this.#rows.rowAt(place), kind)
  }

  /**
   * A row changed, came or went: to be called before it is evaluated.
   * @returns what is to be evaluated; of a series, artist or author all that is below it
   */
  changed(kind: LibraryKind, id: number): readonly (ItemUnit | SeasonUnit)[] {
    const place = this.#rows.placeOf(this.#arrId, {kind, id})
    if (kind !== 'episode')
      return searched(kind) === null ? this.#below(kind, id, place) : [`${kind as MediaKind}/${id}`]
    const before = this.#seasonOf.get(id)
    const now = place === null ? this.#displace(id) : this.#place(id, this.#rows.rowAt(place))
    return [...new Set([before, now])].filter((season) => season !== undefined)
  }

  season(seriesId: number, seasonNumber: number): SearchSeason | null {
    const ids = this.#episodes.get(seasonUnit(seriesId, seasonNumber))
    if (!ids || ids.size === 0) return null
    const series = this.#rowOf('series', seriesId)
    const season = this.#rowOf('season', seasonId(seriesId, seasonNumber))
    const episodes = [...ids].flatMap((id) => this.item(`episode/${id}`) ?? [])
    return {
      seriesId,
      seasonNumber,
      seriesType: (series?.seriesType || 'standard') satisfies SeriesType,
      airedCount: Math.max(season?.due ?? 0, episodes.length),
      hasUnmonitored: episodes.some(({monitored}) => !monitored),
      foreignId: series?.tvdbId ? `tvdb ${series.tvdbId} ${seasonNumber}` : null,
      episodes,
    }
  }

  profileOf(item: SearchItem): SearchProfile | null {
    const container = this.#containerOf(item)
    const settings = this.#around.settings()
    if (container === null || settings === null) return null
    const {of, known} = this.#profiles
    const its = of === settings ? known : new Map<string, SearchProfile | null>()
    if (of !== settings) this.#profiles = {of: settings, known: its}
    const {tags} = container
    const profileId = this.#around.profileOf?.(container) ?? container.profileId
    const key = `${profileId} ${tags.join()}`
    const profile = its.get(key)
    if (profile !== undefined) return profile
    const made = this.#profile(settings, profileId, tags)
    its.set(key, made)
    return made
  }

  isQueued(unit: ItemUnit): boolean {
    return this.#around.queued().has(unit)
  }

  hasTemporaryProfile(item: SearchItem): boolean {
    const container = this.#containerOf(item)
    return container !== null && this.#around.hasTemporaryProfile(container)
  }

  /** What has quality profiles here; `null` = there is nothing yet. */
  get containerKind(): ContainerKind | null {
    if (this.#kind !== null) return this.#kind
    for (const {kind} of this.#containerRows()) return (this.#kind = kind as ContainerKind)
    return null
  }

  container(id: number): KnownContainer | null {
    const kind = this.containerKind
    const row = kind === null ? null : this.#rowOf(kind, id)
    return row === null ? null : knownContainer(row)
  }

  *containers(): Generator<KnownContainer> {
    for (const row of this.#containerRows()) yield knownContainer(row)
  }

  /** The movie, series, artist or author by whose profile it goes; `null` = it is not there (any more). */
  containerOf(unit: SearchUnit): number | null {
    const season = seasonIn(unit)
    if (season !== null) return season.seriesId
    return this.#containerOf({kind: mediaKindIn(unit)!, id: mediaIdIn(unit)!})?.id ?? null
  }

  /** All that may be searched of it. */
  unitsIn(containerId: number): readonly (ItemUnit | SeasonUnit)[] {
    const kind = this.containerKind
    return kind === null ? [] : this.changed(kind, containerId)
  }

  *#containerRows(): Generator<KeptRow> {
    for (let place = 0; place < this.#rows.end; place++) {
      if (this.#rows.arrAt(place) !== this.#arrId) continue
      const kind = this.#rows.kindAt(place)
      if (containerKinds.some((it) => it === kind)) yield this.#rows.rowAt(place)
    }
  }

  titleOf(unit: SearchUnit): string | null {
    const season = seasonIn(unit)
    if (season !== null) {
      const series = this.#rowOf('series', season.seriesId)
      return series && `${series.title} S${twoDigits(season.seasonNumber)}`
    }
    const place = this.#rows.placeOf(this.#arrId, {kind: mediaKindIn(unit)!, id: mediaIdIn(unit)!})
    if (place === null) return null
    const {kind, title, year, seasonNumber, number} = this.#rows.rowAt(place)
    if (kind === 'movie') return year === null ? title : `${title} (${year})`
    const parent = this.#rows.parentAt(place)
    const owner = parent === null ? '' : this.#rows.titleAt(parent)
    if (kind === 'episode') return `${owner} S${twoDigits(seasonNumber ?? 0)}E${twoDigits(number ?? 0)}`
    return `${owner}: ${title}`
  }

  detailsOf(unit: SearchUnit): WantedDetails | null {
    const [title, of] = [this.titleOf(unit), seasonIn(unit)]
    if (title === null) return null
    return of === null ? this.#detailsOfItem(unit as ItemUnit, title) : this.#detailsOfSeason(of, title)
  }

  #detailsOfItem(unit: ItemUnit, title: string): WantedDetails | null {
    const item = this.item(unit)
    const row = item && this.#rowOf(item.kind, item.id)
    if (item === null || row === null) return null
    const container = this.#containerOf(item)
    const hasAny = row.have > 0
    return {
      kind: item.kind,
      title,
      seasonNumber: item.seasonNumber,
      addedAt: row.addedAt ?? container?.addedAt ?? undefined,
      monitored: item.monitored,
      missing: item.hasFile ? 0 : 1,
      quality: hasAny ? row.quality || undefined : null,
      score: hasAny ? (row.score ?? undefined) : null,
      ...this.#settled(container),
    }
  }

  #detailsOfSeason(
    {seriesId, seasonNumber}: {readonly seriesId: number; readonly seasonNumber: number},
    title: string,
  ): WantedDetails {
    const series = this.#rowOf('series', seriesId)
    const row = this.#rowOf('season', seasonId(seriesId, seasonNumber))
    const episodes = this.season(seriesId, seasonNumber)?.episodes ?? []
    const missing = episodes.filter(({hasFile}) => !hasFile).length
    // Of several files it may be one or another.
    const ofFiles = missing === episodes.length ? null : undefined
    return {
      kind: 'season',
      title,
      seasonNumber,
      addedAt: series?.addedAt ?? undefined,
      monitored: series?.monitored === true && row?.monitored !== false,
      missing,
      quality: ofFiles,
      score: ofFiles,
      ...this.#settled(series),
    }
  }

  /** What a movie, series, artist or author says for all that it has. */
  #settled(container: KeptRow | null): Pick<WantedDetails, 'profile' | 'tags'> {
    const settings = this.#around.settings()
    if (settings === null || container === null) return {profile: undefined, tags: undefined}
    return {
      profile: settings.profiles.find(({id}) => id === container.profileId)?.name,
      tags: settings.tags.flatMap(({id, label}) => (container.tags.includes(id) ? [label] : [])),
    }
  }

  #itemOf(place: number, row: KeptRow, kind: MediaKind): SearchItem {
    const parent = this.#rows.parentAt(place)
    const container = kind === 'movie' ? row : parent === null ? null : this.#rows.rowAt(parent)
    const season =
      kind === 'episode' ? this.#rowOf('season', seasonId(row.parentId ?? 0, row.seasonNumber ?? 0)) : null
    return {
      kind,
      id: row.id,
      parentId: row.parentId,
      foreignId: foreignIdOf(row, container),
      // What is not known to be monitored is not.
      monitored: row.monitored && container?.monitored === true && season?.monitored !== false,
      seasonNumber: row.seasonNumber,
      availableAt: availableAt(place, this.#rows, this.#around.settings()?.availabilityDelay ?? 0),
      year: kind === 'movie' ? row.year : null,
      hasFile: row.have > 0 && row.have >= row.due,
      belowCutoff: row.belowCutoff,
      score: row.score,
      tags: container?.tags ?? [],
      searchedAt: row.searchedAt,
    }
  }

  #profile(
    settings: LibrarySettings,
    profileId: number | null,
    tags: readonly number[],
  ): SearchProfile | null {
    const profile = settings.profiles.find(({id}) => id === profileId)
    if (!profile) return null
    const meets = (own: readonly number[]) => own.length === 0 || own.some((tag) => tags.includes(tag))
    const delay = settings.delayProfiles.toSorted((a, b) => a.order - b.order).find((one) => meets(one.tags))
    const labels = settings.tags.flatMap(({id, label}) => (tags.includes(id) ? [label.toLowerCase()] : []))
    const {upgradeAllowed, minScore, cutoffScore} = profile
    return {
      revision: revisionOf(profile),
      upgradeAllowed,
      minScore,
      cutoffScore,
      delayMs: (delay?.torrentDelay ?? 0) * MINUTE_MS,
      indexers: settings.indexers.flatMap((one) => (one.automaticSearch && meets(one.tags) ? [one.id] : [])),
      isSkipped: labels.some((label) => this.#skipTags.has(label)),
    }
  }

  /** By whose profile and tags it goes. */
  #containerOf({kind, id}: Pick<SearchItem, 'kind' | 'id'>): KeptRow | null {
    const place = this.#rows.placeOf(this.#arrId, {kind, id})
    if (place === null) return null
    const own = kind === 'movie' ? place : this.#rows.parentAt(place)
    return own === null ? null : this.#rows.rowAt(own)
  }

  #rowOf(kind: LibraryKind, id: number): KeptRow | null {
    const place = this.#rows.placeOf(this.#arrId, {kind, id})
    return place === null ? null : this.#rows.rowAt(place)
  }

  /** Of a series or season its seasons, of an artist or author all that it has. */
  #below(kind: LibraryKind, id: number, place: number | null): readonly (ItemUnit | SeasonUnit)[] {
    if (kind === 'season') {
      const row = place === null ? null : this.#rows.rowAt(place)
      return row?.parentId == null ? [] : [seasonUnit(row.parentId, row.seasonNumber ?? 0)]
    }
    if (kind === 'series')
      return [...this.#episodes.keys()].filter((unit) => unit.startsWith(`season/${id}/`))
    const units: ItemUnit[] = []
    for (let at = 0; at < this.#rows.end; at++) {
      if (this.#rows.arrAt(at) !== this.#arrId || this.#rows.numberAt(at, 'parentId') !== id) continue
      const below = searched(this.#rows.kindAt(at))
      if (below !== null) units.push(`${below}/${this.#rows.numberAt(at, 'id')}`)
    }
    return units
  }

  #place(id: number, {parentId, seasonNumber}: Pick<KeptRow, 'parentId' | 'seasonNumber'>): SeasonUnit {
    const season = seasonUnit(parentId ?? 0, seasonNumber ?? 0)
    if (this.#seasonOf.get(id) === season) return season
    this.#displace(id)
    this.#seasonOf.set(id, season)
    this.#episodes.set(season, (this.#episodes.get(season) ?? new Set()).add(id))
    return season
  }

  #displace(id: number): undefined {
    const season = this.#seasonOf.get(id)
    if (season === undefined) return
    this.#seasonOf.delete(id)
    const ids = this.#episodes.get(season)
    ids?.delete(id)
    if (ids?.size === 0) this.#episodes.delete(season)
  }
}

function knownContainer(row: KeptRow): KnownContainer {
  const {id, title, profileId, monitored, have, due, readAt} = row
  const isComplete = have >= due
  return {id, title, profileId, monitored, isComplete, readAt, foreignId: containerForeignId(row)}
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** What is searched itself; `null` = what is below it. */
function searched(kind: LibraryKind): MediaKind | null {
  return kind === 'movie' || kind === 'episode' || kind === 'album' || kind === 'book' ? kind : null
}

function foreignIdOf(row: KeptRow, container: KeptRow | null): string | null {
  switch (row.kind) {
    case 'movie':
      return row.tmdbId === null ? null : `tmdb ${row.tmdbId}`
    case 'episode':
      return container?.tvdbId == null ? null : `tvdb ${container.tvdbId} ${row.seasonNumber} ${row.number}`
    default:
      return row.foreignId === '' ? null : `${row.kind} ${row.foreignId}`
  }
}

function revisionOf({id, ...profile}: QualityProfile): string {
  return `${id} ${JSON.stringify(profile)}`
}
