/** A fleet of plain records for the tests of the routes: it remembers the last question. */
import type {FleetRows, ScopeSources} from '#http/scope/sources.ts'
import type {
  FacetCount,
  FacetName,
  TorrentMatches,
  TorrentQuery,
  TorrentWindow,
  TrackerSum,
} from '#model/query.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {Doubt} from '#ownership/doubts.ts'
import type {Ownership} from '#ownership/ownership.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

type FleetViews = ScopeSources['views']

export class FakeFleet implements FleetRows, FleetViews {
  readonly records: TorrentRecord[]
  lastQuery: TorrentQuery | null = null
  /** Who else needs the data of a torrent, by the text of its key. */
  readonly shared = new Map<string, readonly TorrentKey[]>()
  /** What still owes its tracker seeding, by the text of its key. */
  owing: ReadonlySet<string> = new Set()

  constructor(records: TorrentRecord[]) {
    this.records = records
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.records.find((it) => keyText(it.key) === keyText(key)) ?? null
  }

  holders(hash: InfoHash): readonly TorrentKey[] {
    return this.records.map((it) => it.key).filter((it) => it.hash === hash)
  }

  /** @param doubts of all that nobody shares and that has data */
  ownershipOf(keys: readonly TorrentKey[], doubts: readonly Doubt[] = []): ReadonlyMap<string, Ownership> {
    return new Map(
      keys.map((key) => {
        const owners = (this.shared.get(keyText(key)) ?? []).map((it) => ({key: it, files: 'all'}) as const)
        const isInDoubt = this.get(key)?.hasMetadata === true
        return [keyText(key), {owners, doubts: isInDoubt ? doubts : [], spare: null}]
      }),
    )
  }

  rowOf(key: TorrentKey): number | null {
    // A test may have taken records out, which leaves holes.
    const row = this.records.findIndex(
      (it: TorrentRecord | undefined) => it !== undefined && keyText(it.key) === keyText(key),
    )
    return row < 0 ? null : row
  }

  serverAt(row: number): ServerId | null {
    return this.records[row]?.key.serverId ?? null
  }

  record(row: number): TorrentRecord | null {
    return this.records[row] ?? null
  }

  keyAt(row: number): TorrentKey {
    return this.records[row]!.key
  }

  isStale(row: number): boolean {
    return this.records[row]!.stale
  }

  pending(row: number): TorrentRecord['pending'] {
    return this.records[row]!.pending
  }

  removalWaits(row: number): string | null {
    return this.records[row]!.removalWaits ?? null
  }

  valueAt<F extends keyof TorrentRecord>(row: number, field: F): TorrentRecord[F] {
    return this.records[row]![field]
  }

  query(query: TorrentQuery): TorrentWindow {
    this.lastQuery = query
    const wanted = query.filter.servers?.any ?? query.scope
    const rows = [...this.records.keys()].filter((row) => wanted.includes(this.records[row]!.key.serverId))
    const seen = rows.map((row) => this.records[row]!)
    const window = rows.slice(query.offset, query.offset + query.limit)
    return {
      totals: {count: rows.length, size: sum(seen, 'size'), downSpeed: sum(seen, 'downSpeed'), upSpeed: 0},
      keys: window.map((row) => this.records[row]!.key),
      rows: window,
      facets: Object.fromEntries(query.facets.map((name) => [name, countBy(seen, name)])),
    }
  }

  /** By server and by a piece of the name. */
  matching({scope, filter}: Pick<TorrentQuery, 'scope' | 'filter'>): TorrentMatches {
    const wanted = filter.servers?.any ?? scope
    const seen = this.records.filter(
      ({key, name}) =>
        scope.includes(key.serverId) && wanted.includes(key.serverId) && name.includes(filter.text ?? ''),
    )
    const totals = {
      count: seen.length,
      size: sum(seen, 'size'),
      downSpeed: sum(seen, 'downSpeed'),
      upSpeed: 0,
    }
    return {keys: seen.map((it) => it.key), totals}
  }

  trackerSums(scope: readonly ServerId[]): Promise<readonly TrackerSum[]> {
    const seen = this.records.filter(({key}) => scope.includes(key.serverId))
    const sums = seen.map((it): TrackerSum => ({
      serverId: it.key.serverId,
      hosts: it.trackerHosts ?? (it.trackerHost ? [it.trackerHost] : []),
      areAllKnown: it.trackerHosts !== undefined,
      torrents: 1,
      private: Number(it.isPrivate === true),
      size: it.size ?? 0,
      uploaded: it.uploaded ?? 0,
      downloaded: it.downloaded ?? 0,
      owing: Number(this.owing.has(keyText(it.key))),
      failing: Number(it.trackerProblem),
    }))
    return Promise.resolve(sums)
  }

  countsPerServer(facet: FacetName, scope: readonly ServerId[]): Map<ServerId, FacetCount[]> {
    const of = (id: ServerId) => this.records.filter((it) => it.key.serverId === id)
    return new Map(scope.map((id) => [id, countBy(of(id), facet)]))
  }
}

function sum(records: readonly TorrentRecord[], field: 'size' | 'downSpeed'): number {
  return records.reduce((total, it) => total + (it[field] ?? 0), 0)
}

function countBy(records: readonly TorrentRecord[], facet: FacetName): FacetCount[] {
  const counts = new Map<string, FacetCount>()
  for (const it of records) {
    for (const value of facetValues(it, facet)) {
      const {count, size} = counts.get(value) ?? {count: 0, size: 0}
      counts.set(value, {value, count: count + 1, size: size + (it.size ?? 0)})
    }
  }
  return [...counts.values()]
}

function facetValues(record: TorrentRecord, facet: FacetName): readonly string[] {
  if (facet === 'tag') return record.tags.length > 0 ? record.tags : ['']
  if (facet === 'tracker') return record.trackerHosts ?? []
  return [facet === 'category' ? record.category : facet === 'state' ? record.state : record.key.serverId]
}
