/**
 * Where Arrs keep their libraries, as each of them said last: of one that does not answer now that still counts, also after
 * a restart.
 */
import * as z from 'zod'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {asArrId, type ArrId, type LibraryFolders} from '#model/arr.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'

const NAME = 'arr_libraries'
const shape = z
  .record(
    z.string(),
    z.object({
      roots: z.array(z.string()),
      mappings: z.array(z.object({host: z.string(), remotePath: z.string(), localPath: z.string()})),
    }),
  )
  .catch({})

interface Log {
  error(about: object, text: string): void
}

export class KnownLibraryFolders {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: Log
  /** All of them are one setting. */
  readonly #turns = new Semaphore(1)
  readonly #all = new Map<ArrId, LibraryFolders>()

  private constructor(store: Pick<Store, 'write'>, clock: Pick<Clock, 'now'>, log: Log) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  /** @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: Log,
  ): Promise<KnownLibraryFolders> {
    const known = new KnownLibraryFolders(store, clock, log)
    const kept = shape.parse((await store.read(readSettings)).get(NAME) ?? {})
    for (const [id, folders] of Object.entries(kept)) known.#all.set(asArrId(id), folders)
    return known
  }

  /** `null` = it never said. */
  of(id: ArrId): LibraryFolders | null {
    return this.#all.get(id) ?? null
  }

  /** What it says now. Resolves when that is written; never rejects: what could not be written is known until we end. */
  async take(id: ArrId, {roots, mappings}: LibraryFolders): Promise<void> {
    const said = {
      roots,
      mappings: mappings.map(({host, remotePath, localPath}) => ({host, remotePath, localPath})),
    }
    if (JSON.stringify(this.of(id)) === JSON.stringify(said)) return
    this.#all.set(id, said)
    await this.#turns.run(async () => {
      const value = Object.fromEntries(this.#all)
      await this.#store
        .write((db) => putSetting(db, NAME, value, this.#clock.now()))
        .catch((error: unknown) =>
          this.#log.error({err: error, arr: id}, 'where an Arr keeps its library could not be written'),
        )
    })
  }
}
