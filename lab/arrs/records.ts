/** What an Arr writes down: history and blocklist, newest last, behind a past that is made up when asked for. */
import {seededRandom} from '../simulators/random.ts'

export interface HistoryRow {
  readonly id: number
  readonly at: number
  readonly event: string
  /** Upper case; absent with the season-pack gap of Sonarr 4. */
  readonly downloadId?: string | undefined
  readonly sourceTitle: string
  readonly parentId: number
  readonly unitId: number
  /** Track, in Lidarr. */
  readonly slot?: number | undefined
  readonly qualityId: number
  readonly score: number
  /** `null` is written as such: "nzbInfoUrl": null. */
  readonly data: Readonly<Record<string, string | null | undefined>>
}

export interface BlocklistRow {
  readonly id: number
  readonly at: number
  readonly parentId: number
  readonly unitIds: readonly number[]
  readonly sourceTitle: string
  readonly qualityId: number
  readonly indexer: string
  readonly message: string
  /** Not in the answers. */
  readonly hash: string | null
}

export class History {
  /** Deleted rows leave their place: ids are not given twice. */
  #rows: (HistoryRow | null)[] = []
  #byDownload = new Map<string, HistoryRow[]>()
  readonly #generated: number
  readonly #make: (id: number) => HistoryRow

  constructor(generated: number, make: (id: number) => HistoryRow) {
    this.#generated = generated
    this.#make = make
  }

  get length(): number {
    return this.#generated + this.#rows.length
  }

  add(row: Omit<HistoryRow, 'id'>): HistoryRow {
    const added = {...row, id: this.length + 1}
    this.#rows.push(added)
    this.#file(added)
    return added
  }

  get(id: number): HistoryRow | undefined {
    if (id < 1 || id > this.length) return undefined
    return id <= this.#generated ? this.#make(id) : (this.#rows[id - this.#generated - 1] ?? undefined)
  }

  /** What was written down about a film, series, artist or author is deleted with it. */
  forget(parentId: number): void {
    this.restore(this.#rows.map((row) => (row?.parentId === parentId ? null : row)))
  }

  /** As it is now; what is written later does not change it. */
  records(): readonly (HistoryRow | null)[] {
    return [...this.#rows]
  }

  /** These in place of its own: the next row gets the id behind them, which another had. */
  restore(rows: readonly (HistoryRow | null)[]): void {
    this.#rows = [...rows]
    this.#byDownload = new Map()
    for (const row of rows) if (row !== null) this.#file(row)
  }

  #file(row: HistoryRow): void {
    if (row.downloadId === undefined) return
    this.#byDownload.set(row.downloadId, [...(this.#byDownload.get(row.downloadId) ?? []), row])
  }

  /** Oldest first. The id is compared as it is, upper and lower case being different. */
  of(downloadId: string): readonly HistoryRow[] {
    return this.#byDownload.get(downloadId) ?? []
  }

  /** Newest first. */
  *newest(): Generator<HistoryRow> {
    for (let id = this.length; id > 0; id--) {
      const row = this.get(id)
      if (row) yield row
    }
  }

  /** The rows that really happened here, oldest first. */
  get happened(): readonly HistoryRow[] {
    return this.#rows.filter((row) => row !== null)
  }
}

export class Blocklist {
  #rows: BlocklistRow[] = []

  add(row: Omit<BlocklistRow, 'id'>): void {
    this.#rows.push({...row, id: (this.#rows.at(-1)?.id ?? 0) + 1})
  }

  /** As the Arrs compare: by hash where the indexer tells it, else by name and indexer. */
  has(release: {title: string; hash: string; infoHash: boolean; indexer: string}): boolean {
    return this.#rows.some((row) =>
      release.infoHash
        ? row.hash === release.hash
        : row.sourceTitle === release.title && row.indexer === release.indexer,
    )
  }

  hasHash(hash: string): boolean {
    return this.#rows.some((row) => row.hash === hash)
  }

  /** @returns false = there is no such row */
  remove(id: number): boolean {
    const at = this.#rows.findIndex((row) => row.id === id)
    if (at >= 0) this.#rows.splice(at, 1)
    return at >= 0
  }

  /** It goes with its film, series, artist or author. */
  forget(parentId: number): void {
    this.#rows = this.#rows.filter((row) => row.parentId !== parentId)
  }

  restore(rows: readonly BlocklistRow[]): void {
    this.#rows = [...rows]
  }

  /** Oldest first. */
  get rows(): readonly BlocklistRow[] {
    return this.#rows
  }
}

/** A past for a library of so many units: each unit was grabbed and imported in turn. */
export function madeUpHistory(
  {
    seed,
    startAt,
    units,
    imported,
  }: {seed: number; startAt: number; units: readonly {id: number; parentId: number}[]; imported: string},
  id: number,
  total: number,
): HistoryRow {
  const grab = id % 2 === 1
  const random = seededRandom(seed ^ Math.imul(Math.ceil(id / 2), 0x85ebca6b))
  const unit = units[random.below(Math.max(1, units.length))] ?? {id: 1, parentId: 1}
  const hash = random.hex(40).toUpperCase()
  return {
    id,
    at: startAt - (total - id + 1) * 30_000,
    event: grab ? 'grabbed' : imported,
    downloadId: hash,
    sourceTitle: `Made.Up.${id}.1080p.WEB-DL.x264-PAST`,
    parentId: unit.parentId,
    unitId: unit.id,
    qualityId: 3,
    score: 0,
    data: grab
      ? {indexer: 'Indexer A', torrentInfoHash: hash, protocol: '2', releaseSource: 'Rss'}
      : {fileId: String(id), droppedPath: `/downloads/${hash}`, importedPath: `/media/${hash}`},
  }
}
