/** What indexers have to offer: releases that a test defined, and those made up from the seed. */
import {seededRandom, type Random} from '../simulators/random.ts'
import type {ContentFile, TorrentLife} from './backends/backend.ts'
import type {IndexerConfig} from './config.ts'
import type {Flaw} from './flaws.ts'
import {two, type Library, type Parent, type Unit} from './library.ts'
import type {RejectClass} from './rejections.ts'

/** What the Arr makes of the finished download. */
export type ImportPlan =
  | 'ok'
  | 'noFiles'
  | 'sampleOnly'
  | 'freeSpace'
  | 'crash'
  | 'titleMismatch'
  | 'matchedById'
  /** By how its files are called: without any video what is found instead is said. */
  | 'byExtension'
  /** So many of its files come in; the others are not in the release, or refused. */
  | {readonly partial: number; readonly reject?: RejectClass}
  | {readonly reject: RejectClass}
  /** So many attempts find the files locked. */
  | {readonly locked: number}

export interface Release {
  readonly number: number
  readonly guid: string
  readonly title: string
  /** Upper case. */
  readonly hash: string
  readonly content: readonly ContentFile[]
  readonly size: number
  readonly qualityId: number
  readonly score: number
  readonly seeders: number
  readonly flaws: readonly Flaw[]
  readonly indexer: string
  readonly indexerId: number
  /** The indexer tells the hash. */
  readonly infoHash: boolean
  readonly parentId: number
  readonly unitIds: readonly number[]
  readonly publishedAt: number
  /** When it was grabbed, for a past that was not simulated, epoch ms; absent = when it is. */
  readonly grabbedAt: number | undefined
  /** Another, once the cause is gone: it is tried again at each refresh. */
  import: ImportPlan
  readonly life: TorrentLife
}

export interface ReleaseConfig {
  /** The film, series, artist or author. */
  readonly itemId: number
  /** Episodes, albums, books. Default: all of the item. */
  readonly unitIds?: readonly number[]
  readonly title?: string
  readonly hash?: string
  readonly size?: number
  readonly qualityId?: number
  readonly score?: number
  readonly seeders?: number
  /** What else speaks against it, in a search as in a feed. */
  readonly flaws?: readonly Flaw[]
  readonly indexer?: string
  readonly infoHash?: boolean
  readonly grabbedAt?: number
  /** When its indexer listed it, epoch ms; default some hours before. */
  readonly publishedAt?: number
  readonly content?: readonly ContentFile[]
  readonly import?: ImportPlan
  readonly life?: TorrentLife
}

export class Releases {
  readonly all: Release[] = []
  readonly #library: Library
  readonly #indexers: readonly IndexerConfig[]
  readonly #seed: number
  readonly #now: () => number
  readonly #made = new Set<number>()
  readonly #byHash = new Map<string, Release>()
  readonly #byUnit = new Map<number, Release[]>()

  constructor(library: Library, indexers: readonly IndexerConfig[], seed: number, now: () => number) {
    this.#library = library
    this.#indexers = indexers
    this.#seed = seed
    this.#now = now
  }

  define(config: ReleaseConfig): Release {
    const parent = this.#library.parent(config.itemId)
    if (!parent) throw new Error(`no item ${config.itemId} in the library`)
    const units = (config.unitIds ?? parent.unitIds).map((id) => this.#library.unit(id)!)
    const number = this.all.length + 1
    const random = seededRandom(this.#seed ^ Math.imul(number, 0x9e3779b1))
    const hash = (config.hash ?? random.hex(40)).toUpperCase()
    const title = config.title ?? titleOf(this.#library, parent, units, number)
    const content = config.content ?? contentOf(this.#library, title, units, config.size)
    const at = Math.max(
      0,
      this.#indexers.findIndex((indexer) => indexer.name === config.indexer),
    )
    const release: Release = {
      number,
      guid: `https://indexer.invalid/release/${number}`,
      title,
      hash,
      content,
      size: content.reduce((sum, file) => sum + file.size, 0),
      qualityId: config.qualityId ?? 3,
      score: config.score ?? 0,
      seeders: config.seeders ?? 5 + random.below(100),
      flaws: config.flaws ?? [],
      indexer: this.#indexers[at]?.name ?? config.indexer ?? 'Indexer A',
      indexerId: at + 1,
      infoHash: config.infoHash ?? this.#indexers[at]?.infoHash ?? true,
      parentId: parent.id,
      unitIds: units.map((unit) => unit.id),
      publishedAt: publishedAt(config, this.#now(), random),
      grabbedAt: config.grabbedAt,
      import: config.import ?? 'ok',
      life: config.life ?? {},
    }
    this.all.push(release)
    this.#byHash.set(hash, release)
    for (const id of release.unitIds) this.#byUnit.set(id, [...(this.#byUnit.get(id) ?? []), release])
    return release
  }

  /** Everything the indexers have for a unit, the made-up ones included. */
  forUnit(unit: Unit): readonly Release[] {
    if (!this.#made.has(unit.id)) {
      this.#made.add(unit.id)
      for (const indexer of this.#indexers) {
        for (let i = 0; i < (indexer.releasesPerItem ?? 0); i++) {
          this.define({itemId: unit.parentId, unitIds: [unit.id], indexer: indexer.name})
        }
      }
    }
    return this.#byUnit.get(unit.id) ?? []
  }

  byHash(hash: string): Release | undefined {
    return this.#byHash.get(hash.toUpperCase())
  }

  /** What torrents are that were grabbed before this database was there; no indexer offers them for its items. */
  remember(before: Releases): void {
    for (const release of before.all) this.#byHash.set(release.hash, release)
  }

  byGuid(guid: string): Release | undefined {
    return this.all.find((release) => release.guid === guid)
  }
}

function publishedAt(config: ReleaseConfig, now: number, random: Random): number {
  const before = (config.grabbedAt ?? now) - HOUR * (1 + random.below(200))
  return config.publishedAt ?? before
}

const HOUR = 3_600_000

function titleOf(library: Library, parent: Parent, units: readonly Unit[], number: number): string {
  const name = library.titleOf(parent).replaceAll(/[^\p{L}\p{N}]+/gu, '.')
  const first = units[0]!
  if (library.family === 'movies') return `${name}.${library.yearOf(parent)}.1080p.WEB-DL.x264-SIM${number}`
  if (library.family === 'series') {
    const episode = units.length === 1 ? `E${two(first.number)}` : ''
    return `${name}.S${two(first.season)}${episode}.1080p.WEB-DL.x264-SIM${number}`
  }
  const unit = library.unitTitle(first).replaceAll(/[^\p{L}\p{N}]+/gu, '.')
  return `${name}-${unit}-${library.family === 'music' ? 'FLAC' : 'EPUB'}-SIM${number}`
}

function contentOf(library: Library, title: string, units: readonly Unit[], size?: number): ContentFile[] {
  const names = units.flatMap((unit) => fileNames(library, title, unit, units.length))
  const each = Math.floor(
    (size ?? names.length * (library.family === 'music' ? 40_000_000 : 2_000_000_000)) / names.length,
  )
  const kind = library.family === 'music' ? 'audio' : library.family === 'books' ? 'book' : 'video'
  return names.map((name) => ({path: `${title}/${name}`, size: each, kind}))
}

function fileNames(library: Library, title: string, unit: Unit, count: number): string[] {
  if (library.family === 'music') return unit.slots.map((_, at) => `${unit.id} - ${two(at + 1)}.flac`)
  if (library.family === 'books') return [`${title} - ${unit.id}.epub`]
  return [count === 1 ? `${title}.mkv` : `${title}.E${two(unit.number)}.mkv`]
}
