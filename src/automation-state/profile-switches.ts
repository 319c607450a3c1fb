/**
 * Temporary quality profiles of what is in Arrs. Written first and then known: nothing is sent to an Arr before the
 * database says what has to come back. A row that could not be written is as it was.
 */
import {isOpenSwitch, type ContainerKind, type ProfileSwitch} from '#model/profile-switches.ts'
import type {EpochMs} from '#model/units.ts'
import {
  deleteProfileSwitches,
  expiredSwitches,
  putProfileSwitches,
} from '#store/repositories/profile-switches.ts'
import type {MemoryWriter} from './writer.ts'

export interface ContainerName {
  readonly arrId: string
  readonly kind: ContainerKind
  readonly containerId: number
}

export type SwitchListener = (rows: readonly ProfileSwitch[]) => void

export class ProfileSwitches {
  readonly #writer: MemoryWriter
  readonly #byId = new Map<string, ProfileSwitch>()
  /** The last one of each movie, series, artist and author. */
  readonly #last = new Map<string, ProfileSwitch>()
  readonly #listeners: SwitchListener[] = []

  /** @param rows oldest first */
  constructor(writer: MemoryWriter, rows: readonly ProfileSwitch[]) {
    this.#writer = writer
    this.#remember(rows)
  }

  get(id: string): ProfileSwitch | undefined {
    return this.#byId.get(id)
  }

  /** The last one of it, whether or not it has ended. */
  lastOf(name: ContainerName): ProfileSwitch | undefined {
    return this.#last.get(keyOf(name))
  }

  /** Oldest first. */
  ofArr(arrId: string): readonly ProfileSwitch[] {
    return [...this.#byId.values()].filter((row) => row.arrId === arrId)
  }

  /** Arrs with what has not ended, or may still be put back. */
  openArrs(): ReadonlySet<string> {
    const open = [...this.#byId.values()].filter((row) => isOpenSwitch(row) || row.state === 'kept')
    return new Set(open.map(({arrId}) => arrId))
  }

  /** Called with what changed, or is gone, once it is written. */
  onChange(listener: SwitchListener): void {
    this.#listeners.push(listener)
  }

  /** Resolves when it is written, all of it or nothing. @throws {StorageFault} then it is as before */
  async commit(rows: readonly ProfileSwitch[]): Promise<void> {
    if (rows.length === 0) return
    await this.#writer.commit((db) => putProfileSwitches(db, rows))
    this.#remember(rows)
    for (const listener of this.#listeners) listener(rows)
  }

  /** They never were, or are too old. @throws {StorageFault} then it is as before */
  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const gone = ids.flatMap((id) => this.#byId.get(id) ?? [])
    await this.#writer.commit((db) => deleteProfileSwitches(db, ids))
    for (const {id} of gone) this.#byId.delete(id)
    this.#last.clear()
    for (const row of this.#byId.values()) this.#last.set(keyOf(row), row)
    for (const listener of this.#listeners) listener(gone)
  }

  /** @throws {StorageFault} */
  async expire(before: EpochMs): Promise<void> {
    await this.remove(expiredSwitches(this.#byId.values(), before))
  }

  #remember(rows: readonly ProfileSwitch[]): void {
    for (const row of rows) {
      const before = this.#byId.get(row.id)
      if (before && keyOf(before) !== keyOf(row)) this.#last.delete(keyOf(before))
      this.#byId.set(row.id, row)
      const last = this.#last.get(keyOf(row))
      if (last === undefined || last.begunAt <= row.begunAt) this.#last.set(keyOf(row), row)
    }
  }
}

function keyOf({arrId, kind, containerId}: ContainerName): string {
  return `${kind} ${containerId} ${arrId}`
}
