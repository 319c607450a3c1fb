/**
 * Which disk was at each of our paths when it was believed last. Who judges a path writes it down here only when it was
 * the same disk with its files; so what is kept is never an empty folder in a disk's place.
 */
import type {Clock} from '#lib/clock.ts'
import type {MountRecord} from '#model/automation-state.ts'
import {deleteMounts, putMounts} from '#store/repositories/mounts.ts'
import type {Unwritten} from './unwritten.ts'
import type {MemoryWriter} from './writer.ts'

/** When it was back after it was away is known in one life only: who keeps it over a restart writes it down himself. */
interface Returned {
  readonly returnedAt?: number | 'away'
}
type Mark = Omit<MountRecord, 'path' | 'seenAt'> & Returned
type Known = MountRecord & Returned

const WRITE_EVERY_MS = 1_000

export class Mounts {
  readonly #clock: Clock
  readonly #paths = new Map<string, Known>()
  readonly #changed: Unwritten<MountRecord>

  constructor(writer: MemoryWriter, clock: Clock, records: readonly MountRecord[]) {
    this.#clock = clock
    this.#changed = writer.backlog<MountRecord>(WRITE_EVERY_MS, async (db, {put, gone}) => {
      await putMounts(db, put)
      await deleteMounts(
        db,
        gone.map(({path}) => path),
      )
    })
    for (const record of records) this.#paths.set(record.path, record)
  }

  get(path: string): Known | undefined {
    return this.#paths.get(path)
  }

  all(): readonly Known[] {
    return [...this.#paths.values()]
  }

  /** Written only when it is another one, for it is looked at every half minute. */
  set(path: string, mark: Mark): void {
    const known = this.#paths.get(path)
    const {device, inode, fileSystem, totalBytes, hadFiles, returnedAt} = mark
    const returned: Returned = returnedAt === undefined ? {} : {returnedAt}
    if (known && isSame(known, mark)) {
      const {returnedAt: _, ...record} = known
      this.#paths.set(path, {...record, ...returned})
      return
    }
    const record = {path, device, inode, fileSystem, totalBytes, hadFiles, seenAt: this.#clock.now()}
    this.#paths.set(path, {...record, ...returned})
    this.#changed.put(path, record)
  }

  /** A person says that another disk is there now, or that it was emptied on purpose. `false` = it was not known. */
  forget(path: string): boolean {
    const known = this.#paths.get(path)
    if (!known) return false
    this.#paths.delete(path)
    this.#changed.remove(path, known)
    return true
  }
}

function isSame(one: Mark, other: Mark): boolean {
  const isSameDisk = one.device === other.device && one.inode === other.inode
  const isSameSystem = one.fileSystem === other.fileSystem && one.totalBytes === other.totalBytes
  return isSameDisk && isSameSystem && one.hadFiles === other.hadFiles
}
