/**
 * Whose disk is low: less is free there than is to stay free. It is over when there is something to spare again, so that
 * figures that tremble are one fall. What is not known changes nothing: a disk that is away is neither low nor well.
 */
import type {ServerId} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {SPARE} from '#rules/presets/free-space.ts'
import type {FolderSays} from './space-folder.ts'

interface LowDisksDeps {
  /** `FreeSpace`; `null` = not set. */
  readonly keep: () => Bytes | null
  /** Of the volume that its downloads come to, by our own look. */
  readonly measured: (id: ServerId) => FolderSays
}

/** Where nobody says how much is to stay free. */
const USUAL: Bytes = 10 * 1024 ** 3

export class LowDisks {
  readonly #parts: LowDisksDeps
  readonly #low = new Map<ServerId, boolean>()

  constructor(parts: LowDisksDeps) {
    this.#parts = parts
  }

  /** @param freeBytes what the server says is free @returns `undefined` = it never was known */
  isLow(id: ServerId, freeBytes: Bytes | undefined): boolean | undefined {
    const says = this.#parts.measured(id)
    const free = says === 'own' ? freeBytes : says === 'unknown' ? undefined : says.free
    const before = this.#low.get(id)
    if (free === undefined) return before
    const low = free < (this.#parts.keep() ?? USUAL) + (before === true ? SPARE : 0)
    this.#low.set(id, low)
    return low
  }
}
