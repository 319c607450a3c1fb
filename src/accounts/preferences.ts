/**
 * How people like their pages: small values by name, which mean something to the pages alone. No actions: what theme
 * somebody likes is nobody's business.
 */
import type {Clock} from '#lib/clock.ts'
import {BadArgument} from '#model/errors.ts'
import {preferenceLimits} from '#model/saved-view.ts'
import {putPreferences, readPreferences} from '#store/repositories/preferences.ts'
import type {Store} from '#store/store.ts'
import {OwnedRecords, type Owner} from './owned-records.ts'
import type {Users} from './users.ts'

/** Values as JSON by name. */
export type PreferenceMap = ReadonlyMap<string, unknown>

export class Preferences {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  readonly #records: OwnedRecords<PreferenceMap>
  /** What holds for everybody who has not chosen. */
  #usual: PreferenceMap = new Map()

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    records: OwnedRecords<PreferenceMap>,
  ) {
    this.#store = store
    this.#clock = clock
    this.#records = records
  }

  /** @throws {StorageFault} */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    users: Pick<Users, 'get' | 'known' | 'inTurn'>,
    clock: Clock,
  ): Promise<Preferences> {
    const byOwner = new Map<Owner, Map<string, unknown>>()
    for (const {userId, name, value} of await store.read(readPreferences)) {
      byOwner.set(userId, (byOwner.get(userId) ?? new Map<string, unknown>()).set(name, value))
    }
    return new Preferences(store, clock, new OwnedRecords(users, byOwner, new Map()))
  }

  of(owner: Owner): PreferenceMap {
    return new Map([...this.#usual, ...this.#records.of(owner)])
  }

  /** @param usual for everybody who has not chosen otherwise */
  follow(usual: PreferenceMap): void {
    this.#usual = usual
  }

  /**
   * All or nothing.
   *
   * @param changes new values by name; `null` = it goes. Names and sizes of values are checked before
   * @returns all that he has then
   * @throws {CommodarrError} bad_argument (more than one may have), or a storage fault
   */
  async change(owner: Owner, changes: PreferenceMap): Promise<PreferenceMap> {
    await this.#records.change(owner, async (before) => {
      // Who sends back what he read has not chosen it.
      const seen = new Map([...this.#usual].filter(([name]) => !before.has(name)))
      const selected = new Map(
        [...changes].filter(([name, value]) => !seen.has(name) || textOf(seen.get(name)) !== textOf(value)),
      )
      const different = differing(before, selected)
      if (different.size === 0) return before
      const after = changed(before, different)
      refuseTooMuch(before, after)

      await this.#store.write((db) => putPreferences(db, owner, different, this.#clock.now()))
      return after
    })
    return this.of(owner)
  }
}

function differing(before: PreferenceMap, changes: PreferenceMap): PreferenceMap {
  return new Map([...changes].filter(([name, value]) => textOf(before.get(name)) !== textOf(value)))
}

function changed(before: PreferenceMap, changes: PreferenceMap): PreferenceMap {
  const after = new Map(before)
  for (const [name, value] of changes) {
    if (value === null) after.delete(name)
    else after.set(name, value)
  }
  return after
}

/** Who has too much of an earlier version may still make it less. */
function refuseTooMuch(before: PreferenceMap, after: PreferenceMap): void {
  const {keys, bytes} = preferenceLimits
  if (after.size > keys && after.size > before.size) {
    throw new BadArgument(`A user can have at most ${keys} preferences.`)
  }
  const size = bytesOf(after)
  if (size > bytes && size > bytesOf(before)) {
    throw new BadArgument(`All preferences together take at most ${bytes / 1024} KiB.`)
  }
}

function bytesOf(preferences: PreferenceMap): number {
  return [...preferences].reduce((sum, [name, value]) => sum + Buffer.byteLength(name + textOf(value)), 0)
}

/** What is not there is as good as `null`. */
function textOf(value: unknown): string {
  return JSON.stringify(value ?? null)
}
