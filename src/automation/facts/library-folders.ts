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

interface KnownFoldersDeps {
  readonly store: Pick<Store, 'write'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: {error(about: object, text: string): void}
}

export class KnownLibraryFolders {
  readonly #parts: KnownFoldersDeps
  /** All of them are one setting. */
  readonly #turns = new Semaphore(1)
  readonly #all: Map<ArrId, LibraryFolders>

  private constructor(parts: KnownFoldersDeps, all: Map<ArrId, LibraryFolders>) {
    this.#parts = parts
    this.#all = all
  }

  /** @throws {StorageFault} */
  static async open(
    parts: KnownFoldersDeps & {readonly store: Pick<Store, 'read' | 'write'>},
  ): Promise<KnownLibraryFolders> {
    const kept = shape.parse((await parts.store.read(readSettings)).get(NAME) ?? {})
    return new KnownLibraryFolders(
      parts,
      new Map(Object.entries(kept).map(([id, folders]) => [asArrId(id), folders])),
    )
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
      const {store, clock, log} = this.#parts
      const value = Object.fromEntries(this.#all)
      await store
        .write((db) => putSetting(db, NAME, value, clock.now()))
        .catch((error: unknown) =>
          log.error({err: error, arr: id}, 'where an Arr keeps its library could not be written'),
        )
    })
  }
}
