/**
 * What an Arr wants to have. A *parent* is a film, series, artist or author; a *unit* is what a release can hold: the
 * film itself, an episode, an album, a book. A unit has slots for files: one, or one for each track. Names of generated
 * items follow from seed and id and are made when asked for.
 */
import {seededRandom} from '../simulators/random.ts'
import type {Family} from './dialects.ts'

export interface Parent {
  readonly id: number
  /** Absent = made from the id. */
  readonly title?: string | undefined
  readonly year?: number | undefined
  /** TMDB, TVDB; for MusicBrainz and Goodreads part of their id. */
  readonly externalId: number
  readonly seriesType: 'standard' | 'daily' | 'anime'
  monitored: boolean
  qualityProfileId: number
  tags: number[]
  readonly addedAt: number
  readonly unitIds: readonly number[]
  /** A film that is out, where it has no dates; for others see the unit's `airAt`. */
  available: boolean
  minimumAvailability: Availability
  /** Of a film. `null` = what `available` says, and the day of its unit. */
  readonly releases: FilmReleases | null
  /** Of a series. */
  unmonitoredSeasons: number[]
}

export type Availability = 'tba' | 'announced' | 'inCinemas' | 'released'

/** Epoch ms; absent = unknown. */
interface FilmReleases {
  readonly inCinemas?: number
  readonly digital?: number
  readonly physical?: number
}

export interface Unit {
  readonly id: number
  readonly parentId: number
  readonly title?: string | undefined
  readonly season: number
  readonly number: number
  /** `null` = unknown. */
  readonly airAt: number | null
  monitored: boolean
  /** File ids; 0 = none. */
  readonly slots: number[]
  lastSearchAt: number | null
}

export interface MediaFile {
  readonly id: number
  readonly parentId: number
  readonly unitIds: readonly number[]
  readonly path: string
  readonly relativePath: string
  readonly size: number
  readonly qualityId: number
  readonly score: number
  readonly addedAt: number
  readonly sceneName: string | null
}

interface LibraryUnitConfig {
  readonly season?: number
  readonly number?: number
  readonly title?: string
  readonly tracks?: number
  readonly monitored?: boolean
  /** Files that are there: `true` = all. */
  readonly have?: boolean | number
  /** Epoch ms; default long ago; `null` = unknown. */
  readonly airAt?: number | null
}

export interface LibraryItemConfig {
  readonly title?: string
  readonly year?: number
  readonly externalId?: number
  readonly monitored?: boolean
  readonly qualityProfileId?: number
  readonly tags?: readonly number[]
  /** A film that is out. Default true. */
  readonly available?: boolean
  /** When a film came out, epoch ms; default long ago. */
  readonly airAt?: number
  /** Its dates in place of both; what they come to depends on `minimumAvailability`. */
  readonly releases?: FilmReleases
  /** Default released. */
  readonly minimumAvailability?: Availability
  /** Neither are their episodes monitored, if they do not say so. */
  readonly unmonitoredSeasons?: readonly number[]
  /** Epoch ms; default some days before the start, by its id. */
  readonly addedAt?: number
  readonly seriesType?: 'standard' | 'daily' | 'anime'
  /** A film has its file. */
  readonly hasFile?: boolean
  /** Episodes, albums, books. Default: one. */
  readonly units?: readonly LibraryUnitConfig[]
}

/** So many made up, or these. */
export type LibraryConfig =
  | readonly LibraryItemConfig[]
  | {
      /** Films, series, artists, authors. */
      readonly items: number
      /** Units of each series, artist or author. Default 10. */
      readonly unitsPerItem?: number
      /** Tracks of each album. Default 10. */
      readonly tracks?: number
      /** Units with files. Default 0. */
      readonly files?: number
      /** Parents nobody looks after. */
      readonly unmonitored?: number
      /** Films that are not out yet. */
      readonly unavailable?: number
    }

const DAY = 86_400_000

const firstWords = [
  'Harbour',
  'Copper',
  'Winter',
  'Paper',
  'Glass',
  'Night',
  'Salt',
  'Iron',
  'Orchard',
  'Lantern',
  'Amber',
  'Cedar',
  'Delta',
  'Ember',
  'Fallow',
  'Granite',
]
const secondWords = [
  'Lights',
  'Street',
  'County',
  'Ferry',
  'Archive',
  'Signal',
  'Gardens',
  'Tide',
  'Mill',
  'Atlas',
  'Crossing',
  'Meadow',
  'Window',
  'Harvest',
  'Parade',
  'Voyage',
]

/** All that a database keeps of a library. */
export interface LibraryRecords {
  readonly parents: readonly (Parent | undefined)[]
  readonly units: readonly (Unit | undefined)[]
  readonly files: readonly MediaFile[]
  readonly nextFileId: number
}

export class Library {
  readonly family: Family
  readonly #seed: number
  readonly #rootFolder: string
  readonly #startAt: number
  /** Ids below the first one. */
  readonly #skipped: number
  /** By id, from 1: what was deleted leaves its place, as ids are not given twice. */
  #parentsById: (Parent | undefined)[] = []
  #unitsById: (Unit | undefined)[] = []
  #parents: Parent[] = []
  #units: Unit[] = []
  #files = new Map<number, MediaFile>()
  #nextFileId = 100_000_001

  constructor(
    family: Family,
    config: LibraryConfig,
    {
      seed,
      rootFolder,
      startAt,
      firstId = 1,
    }: {seed: number; rootFolder: string; startAt: number; firstId?: number | undefined},
  ) {
    this.family = family
    this.#seed = seed
    this.#rootFolder = rootFolder
    this.#startAt = startAt
    this.#skipped = firstId - 1
    this.#parentsById = Array.from({length: this.#skipped})
    this.#unitsById = Array.from({length: this.#skipped})
    if (Array.isArray(config)) for (const item of config) this.add(item)
    else this.#generate(config as Exclude<LibraryConfig, readonly LibraryItemConfig[]>)
  }

  get parents(): readonly Parent[] {
    return this.#parents
  }

  get units(): readonly Unit[] {
    return this.#units
  }

  /** As they are now; nothing that happens later changes them. */
  records(): LibraryRecords {
    return structuredClone({
      parents: this.#parentsById,
      units: this.#unitsById,
      files: [...this.#files.values()],
      nextFileId: this.#nextFileId,
    })
  }

  /** These in place of its own: what comes next gets the ids behind them. */
  restore(records: LibraryRecords): void {
    const {parents, units, files, nextFileId} = structuredClone(records)
    this.#parentsById = [...parents]
    this.#unitsById = [...units]
    this.#files = new Map(files.map((file) => [file.id, file]))
    this.#nextFileId = nextFileId
    this.#listAgain()
  }

  /** One more film, series, artist or author. */
  add(item: LibraryItemConfig): Parent {
    const id = this.#parentsById.length + 1
    const unitConfigs: readonly LibraryUnitConfig[] =
      this.family === 'movies'
        ? [{have: item.hasFile ?? false, ...(item.airAt !== undefined && {airAt: item.airAt})}]
        : (item.units ?? [{}])
    const unmonitoredSeasons = [...(item.unmonitoredSeasons ?? [])]
    const unitIds = unitConfigs.map((unit, at) => {
      const isMonitored = !unmonitoredSeasons.includes(unit.season ?? 1)
      return this.#addUnit(id, {...unit, monitored: unit.monitored ?? isMonitored}, at)
    })
    const ordinal = id - this.#skipped
    const parent: Parent = {
      id,
      title: item.title,
      year: item.year,
      externalId: item.externalId ?? 100_000 + ordinal,
      seriesType: item.seriesType ?? 'standard',
      monitored: item.monitored ?? true,
      qualityProfileId: item.qualityProfileId ?? 1,
      tags: [...(item.tags ?? [])],
      addedAt: item.addedAt ?? this.#startAt - (1 + (ordinal % 700)) * DAY,
      unitIds,
      available: item.available ?? true,
      minimumAvailability: item.minimumAvailability ?? 'released',
      releases: item.releases ?? null,
      unmonitoredSeasons,
    }
    this.#parentsById.push(parent)
    this.#parents.push(parent)
    return parent
  }

  /** Nobody knows it any more, nor its episodes, albums or books. Its files are no concern of the database. */
  remove(parent: Parent): void {
    for (const id of parent.unitIds) this.#unitsById[id - 1] = undefined
    this.#parentsById[parent.id - 1] = undefined
    this.#listAgain()
  }

  /** A refresh found that there is no such episode, album or book. */
  removeUnit(unit: Unit): void {
    this.#unitsById[unit.id - 1] = undefined
    this.#listAgain()
  }

  /** It leaves the slots that it filled. */
  removeFile(file: MediaFile): void {
    this.#files.delete(file.id)
    for (const id of file.unitIds) {
      const slots = this.unit(id)?.slots ?? []
      for (const [at, held] of slots.entries()) if (held === file.id) slots[at] = 0
    }
  }

  #listAgain(): void {
    this.#parents = this.#parentsById.filter((it) => it !== undefined)
    this.#units = this.#unitsById.filter((it) => it !== undefined)
  }

  parent(id: number): Parent | undefined {
    return this.#parentsById[id - 1]
  }

  unit(id: number): Unit | undefined {
    return this.#unitsById[id - 1]
  }

  unitsOf(parent: Parent): Unit[] {
    return parent.unitIds.flatMap((id) => this.unit(id) ?? [])
  }

  /** The same in each database of these items, whatever their ids are there. */
  ordinalOf({id}: {readonly id: number}): number {
    return id - this.#skipped
  }

  titleOf(parent: Parent): string {
    if (parent.title !== undefined) return parent.title
    const ordinal = this.ordinalOf(parent)
    const random = seededRandom(this.#seed ^ (ordinal * 2_654_435))
    return `${random.pick(firstWords)} ${random.pick(secondWords)} ${ordinal}`
  }

  yearOf(parent: Parent): number {
    return parent.year ?? 1970 + ((this.ordinalOf(parent) * 7) % 55)
  }

  unitTitle(unit: Unit): string {
    if (unit.title !== undefined) return unit.title
    const random = seededRandom(this.#seed ^ (this.ordinalOf(unit) * 40_503))
    return `${random.pick(secondWords)} ${unit.number}`
  }

  /** The folder of a parent below the first root folder. */
  folderOf(parent: Parent): string {
    const title = this.titleOf(parent)
    return `${this.#rootFolder}/${this.family === 'movies' ? `${title} (${this.yearOf(parent)})` : title}`
  }

  has(unit: Unit): boolean {
    return unit.slots.every((file) => file !== 0)
  }

  filesOfUnit(unit: Unit): MediaFile[] {
    return [...new Set(unit.slots)].flatMap((id) => this.file(id) ?? [])
  }

  filesOf(parent: Parent): MediaFile[] {
    return [...new Set(this.unitsOf(parent).flatMap((unit) => unit.slots))].flatMap(
      (id) => this.file(id) ?? [],
    )
  }

  file(id: number): MediaFile | undefined {
    if (id === 0) return undefined
    return this.#files.get(id) ?? this.#generatedFile(id)
  }

  /** What fills a slot now. */
  filesIn(unit: Unit, slot: number): MediaFile[] {
    const file = this.file(unit.slots[slot]!)
    return file ? [file] : []
  }

  /** A new file in these slots. */
  place(
    file: Omit<MediaFile, 'id' | 'unitIds'>,
    slots: readonly {readonly unit: Unit; readonly slot: number}[],
  ): MediaFile {
    const placed: MediaFile = {
      ...file,
      id: this.#nextFileId++,
      unitIds: [...new Set(slots.map(({unit}) => unit.id))],
    }
    this.#files.set(placed.id, placed)
    for (const {unit, slot} of slots) unit.slots[slot] = placed.id
    return placed
  }

  /** The newest parent whose title a release's name begins with, and its units that the name speaks of. */
  match(releaseName: string): {parent: Parent; units: Unit[]} | null {
    const name = clean(releaseName)
    for (const parent of this.parents) {
      const title = clean(this.titleOf(parent))
      if (!name.startsWith(`${title} `)) continue
      const units = this.#unitsNamed(parent, name.slice(title.length))
      if (units.length > 0) return {parent, units}
    }
    return null
  }

  #unitsNamed(parent: Parent, rest: string): Unit[] {
    const units = this.unitsOf(parent)
    if (this.family === 'movies') return rest.includes(String(this.yearOf(parent))) ? units : []
    if (this.family !== 'series') return units.filter((unit) => rest.includes(clean(this.unitTitle(unit))))
    const found = /\bs(\d+)(?:e(\d+))?\b/.exec(rest)
    if (!found) return []
    return units.filter(
      (unit) =>
        unit.season === Number(found[1]) && (found[2] === undefined || unit.number === Number(found[2])),
    )
  }

  #addUnit(parentId: number, unit: LibraryUnitConfig, at: number): number {
    const id = this.#unitsById.length + 1
    const ordinal = id - this.#skipped
    const count = this.family === 'music' ? (unit.tracks ?? 10) : 1
    const have = unit.have === true ? count : Number(unit.have ?? 0)
    const added: Unit = {
      id,
      parentId,
      title: unit.title,
      season: unit.season ?? 1,
      number: unit.number ?? at + 1,
      airAt: unit.airAt === undefined ? this.#startAt - (30 + ((ordinal * 13) % 3_000)) * DAY : unit.airAt,
      monitored: unit.monitored ?? true,
      slots: Array.from({length: count}, (_, slot) => (slot < have ? generatedFileId(id, slot) : 0)),
      lastSearchAt: null,
    }
    this.#unitsById.push(added)
    this.#units.push(added)
    return id
  }

  #generate(config: Exclude<LibraryConfig, readonly LibraryItemConfig[]>): void {
    const perItem = this.family === 'movies' ? 1 : (config.unitsPerItem ?? 10)
    const withFiles = config.files ?? 0
    for (let at = 0; at < config.items; at++) {
      const units = Array.from({length: perItem}, (_, nth) => ({
        season: 1 + Math.floor(nth / 10),
        number: 1 + (nth % 10),
        tracks: config.tracks ?? 10,
        have: at * perItem + nth < withFiles,
      }))
      this.add({
        units,
        hasFile: at < withFiles,
        monitored: at < config.items - (config.unmonitored ?? 0),
        available: at >= (config.unavailable ?? 0) || at < withFiles,
      })
    }
  }

  #generatedFile(id: number): MediaFile | undefined {
    const unit = this.unit(Math.floor((id - 1) / 100) + 1)
    const slot = (id - 1) % 100
    if (!unit || unit.slots[slot] !== id) return undefined
    const parent = this.parent(unit.parentId)!
    const relativePath = this.fileName(parent, unit, slot)
    return {
      id,
      parentId: parent.id,
      unitIds: [unit.id],
      path: `${this.folderOf(parent)}/${relativePath}`,
      relativePath,
      size: this.family === 'music' ? 40_000_000 : 2_000_000_000 + id,
      qualityId: 3,
      score: 0,
      addedAt: parent.addedAt,
      sceneName: null,
    }
  }

  /** Where a unit's file goes below its parent's folder. */
  fileName(parent: Parent, unit: Unit, slot: number): string {
    const title = this.titleOf(parent)
    if (this.family === 'movies') return `${title} (${this.yearOf(parent)}).mkv`
    if (this.family === 'series') {
      return `Season ${unit.season}/${title} - S${two(unit.season)}E${two(unit.number)} - ${this.unitTitle(unit)}.mkv`
    }
    const extension = this.family === 'music' ? 'flac' : 'epub'
    return `${this.unitTitle(unit)}/${two(slot + 1)} - ${this.unitTitle(unit)}.${extension}`
  }
}

function generatedFileId(unitId: number, slot: number): number {
  return (unitId - 1) * 100 + slot + 1
}

/** Letters and digits in lower case, single blanks: how titles are compared. */
function clean(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

export function two(number: number): string {
  return String(number).padStart(2, '0')
}
