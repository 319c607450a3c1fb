/**
 * What happened to the fleet, as far as live views must know: by server, the generation of the last change, and of the
 * last one that people wait for. Level, not edge: nobody is told, whoever asks compares generations.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import type {ServerId} from '#model/torrent-key.ts'

interface Mark {
  changed: number
  urgent: number
}

export class LiveChanges {
  readonly #fleet: Fleet
  readonly #marks = new Map<ServerId, Mark>()
  readonly #online: Map<ServerId, boolean>
  /** Rows that showed something expected when they last changed. */
  readonly #awaited = new Set<number>()
  /** The generation of the last change of all. */
  #latest = 0

  constructor(fleet: Fleet) {
    this.#fleet = fleet
    this.#online = new Map(fleet.serverIds.map((id) => [id, fleet.serverFigures(id).online]))
  }

  /** @returns whether rows of any server changed, came, went or went stale */
  note({generation, changed, added, removed, servers}: FleetDelta): boolean {
    const before = this.#latest
    for (const {row, key} of removed) {
      this.#awaited.delete(row)
      this.#mark(key.serverId, generation, true)
    }
    const {rows} = this.#fleet
    const stateChanged = rows.columns.state.generation === generation
    for (const row of changed) this.#markRow(row, generation, this.#isAwaited(row) || stateChanged)
    for (const row of added) this.#markRow(row, generation, true)
    for (const id of servers) this.#noteServer(id, generation)
    return this.#latest > before
  }

  changedSince(generation: number, scope: readonly ServerId[]): boolean {
    if (this.#latest <= generation) return false
    return scope.some((id) => (this.#marks.get(id)?.changed ?? 0) > generation)
  }

  urgentSince(generation: number, scope: readonly ServerId[]): boolean {
    return scope.some((id) => (this.#marks.get(id)?.urgent ?? 0) > generation)
  }

  /** Is or was something expected of it? */
  #isAwaited(row: number): boolean {
    if (!this.#fleet.rows.isAwaited(row)) return this.#awaited.delete(row)
    this.#awaited.add(row)
    return true
  }

  #markRow(row: number, generation: number, urgent: boolean): void {
    this.#mark(this.#fleet.serverIdOf(this.#fleet.rows.servers[row]!), generation, urgent)
  }

  #mark(id: ServerId, generation: number, urgent: boolean): void {
    const mark = this.#marks.get(id) ?? {changed: 0, urgent: 0}
    mark.changed = generation
    if (urgent) mark.urgent = generation
    this.#marks.set(id, mark)
    this.#latest = generation
  }

  /** Its figures are of no concern here; that all its rows look stale, or no longer, or stand elsewhere is. */
  #noteServer(id: ServerId, generation: number): void {
    const {online} = this.#fleet.serverFigures(id)
    if ((this.#online.get(id) ?? false) !== online) this.#mark(id, generation, true)
    else if (this.#fleet.serversMoved === generation) this.#mark(id, generation, false)
    this.#online.set(id, online)
  }
}
