import {strict as assert} from 'node:assert'
import type {TorrentField, TorrentFields, TorrentRecord} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {ShownPaths} from '../security/local-paths.ts'
import {columnsWithoutPasskeys, valueWithoutPasskey} from '../security/passkeys.ts'
import type {FleetRows, SeenArr} from './sources.ts'
import type {Visibility} from './visibility.ts'

const ofArrs: ReadonlySet<TorrentField> = new Set<TorrentField>(['arrId', 'arrItem', 'importStatus'])

/** Rows as somebody sees them. */
export interface VisibleRows extends FleetRows {
  /** Of the Arr whose torrent it is; `null` = of none that he sees. */
  arrNameAt(row: number): string | null
}

/** The fleet without the torrents of servers that somebody may not see, and without what his Arrs do not say. */
export class ScopedFleet implements VisibleRows {
  readonly #sight: Visibility
  readonly #fleet: FleetRows
  readonly #arrs: () => readonly SeenArr[]
  readonly #paths: ShownPaths
  #arrNames: ReadonlyMap<string, string> | null = null

  /** @param arrs those that he sees */
  constructor(sight: Visibility, fleet: FleetRows, arrs: () => readonly SeenArr[], paths: ShownPaths) {
    this.#sight = sight
    this.#fleet = fleet
    this.#arrs = arrs
    this.#paths = paths
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.#sight.sees(key.serverId) ? this.#shown(this.#fleet.get(key)) : null
  }

  holders(hash: InfoHash): readonly TorrentKey[] {
    return this.#seen(this.#fleet.holders(hash))
  }

  rowOf(key: TorrentKey): number | null {
    return this.#sight.sees(key.serverId) ? this.#fleet.rowOf(key) : null
  }

  serverAt(row: number): ServerId | null {
    const id = this.#fleet.serverAt(row)
    return id !== null && this.#sight.sees(id) ? id : null
  }

  record(row: number): TorrentRecord | null {
    return this.serverAt(row) === null ? null : this.#shown(this.#fleet.record(row))
  }

  keyAt(row: number): TorrentKey {
    this.#ownerOf(row)
    return this.#fleet.keyAt(row)
  }

  isStale(row: number): boolean {
    this.#ownerOf(row)
    return this.#fleet.isStale(row)
  }

  pending(row: number): readonly TorrentField[] {
    this.#ownerOf(row)
    return this.#fleet.pending(row)
  }

  removalWaits(row: number): string | null {
    const id = this.#ownerOf(row)
    const why = this.#fleet.removalWaits(row)
    return why === null ? null : this.#paths.text(id, why)
  }

  valueAt<F extends TorrentField>(row: number, field: F): TorrentFields[F] {
    const id = this.#ownerOf(row)
    const value = this.#fleet.valueAt(row, field)
    if (ofArrs.has(field) && this.#isKept(this.#fleet.valueAt(row, 'arrId')))
      return undefined as TorrentFields[F]
    return this.#sight.controls(id) ? value : (valueWithoutPasskey(field, value) as TorrentFields[F])
  }

  arrNameAt(row: number): string | null {
    this.#ownerOf(row)
    return this.#namesOfArrs.get(this.#fleet.valueAt(row, 'arrId') ?? '') ?? null
  }

  get #namesOfArrs(): ReadonlyMap<string, string> {
    this.#arrNames ??= new Map(this.#arrs().map(({id, name}) => [id, name]))
    return this.#arrNames
  }

  #isKept(arrId: TorrentFields['arrId']): boolean {
    return typeof arrId === 'string' && !this.#namesOfArrs.has(arrId)
  }

  #ownerOf(row: number): ServerId {
    const id = this.serverAt(row)
    assert(id !== null, 'a row was read that is not in sight')
    return id
  }

  #shown(record: TorrentRecord | null): TorrentRecord | null {
    if (record === null) return record
    const {removalWaits, arrId} = record
    const seen = this.#isKept(arrId)
      ? {...record, arrId: undefined, arrItem: undefined, importStatus: undefined}
      : record
    const kept = removalWaits
      ? {...seen, removalWaits: this.#paths.text(record.key.serverId, removalWaits)}
      : seen
    return this.#sight.controls(record.key.serverId) ? kept : columnsWithoutPasskeys(kept)
  }

  #seen(keys: readonly TorrentKey[]): readonly TorrentKey[] {
    return keys.filter(({serverId}) => this.#sight.sees(serverId))
  }
}
