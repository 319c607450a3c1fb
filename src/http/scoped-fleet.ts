import {strict as assert} from 'node:assert'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TorrentField, TorrentFields, TorrentRecord} from '#model/torrent.ts'
import {columnsWithoutPasskeys, valueWithoutPasskey} from './passkeys.ts'
import type {Sight} from './sight.ts'
import type {FleetRows} from './sources.ts'

/** The fleet without the torrents of servers that somebody may not see. */
export class ScopedFleet implements FleetRows {
  readonly #sight: Sight
  readonly #fleet: FleetRows

  constructor(sight: Sight, fleet: FleetRows) {
    this.#sight = sight
    this.#fleet = fleet
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.#sight.sees(key.serverId) ? this.#shown(this.#fleet.get(key)) : null
  }

  holders(hash: InfoHash): readonly TorrentKey[] {
    return this.#seen(this.#fleet.holders(hash))
  }

  sharing(key: TorrentKey, neighbours: readonly ServerId[]): readonly TorrentKey[] {
    return this.#sight.sees(key.serverId) ? this.#seen(this.#fleet.sharing(key, neighbours)) : []
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

  valueAt<F extends TorrentField>(row: number, field: F): TorrentFields[F] {
    const id = this.#ownerOf(row)
    const value = this.#fleet.valueAt(row, field)
    return this.#sight.controls(id) ? value : (valueWithoutPasskey(field, value) as TorrentFields[F])
  }

  #ownerOf(row: number): ServerId {
    const id = this.serverAt(row)
    assert(id !== null, 'a row was read that is not in sight')
    return id
  }

  #shown(record: TorrentRecord | null): TorrentRecord | null {
    if (record === null || this.#sight.controls(record.key.serverId)) return record
    return columnsWithoutPasskeys(record)
  }

  #seen(keys: readonly TorrentKey[]): readonly TorrentKey[] {
    return keys.filter(({serverId}) => this.#sight.sees(serverId))
  }
}
