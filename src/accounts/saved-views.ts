/**
 * Views that people saved: a name for a query, an order and columns. Only their owners change them. Others see what is
 * shared with them, and find by it what is in their own sight; what is not shared is answered like what is not there.
 */
import {randomUUID} from 'node:crypto'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {Clock} from '#lib/clock.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {viewLimits, type ViewAudience, type ViewDefinition} from '#model/saved-view.ts'
import {
  deleteView,
  giveView,
  insertView,
  putViewPositions,
  readViews,
  updateView,
  type KeptView,
} from '#store/repositories/views.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import type {Db, Store} from '#store/store.ts'
import {nameKey} from './names.ts'
import {OwnedRecords, type Owner} from './owned-records.ts'
import type {OwnedByUsers, Users} from './users.ts'

interface ViewDraft {
  /** 1 to 80 characters. */
  readonly name: string
  readonly icon: string | null
  readonly definition: ViewDefinition
  /** Absent = nobody else. */
  readonly sharedWith?: ViewAudience | null
}

/** Absent = as it is. */
type ViewPatch = {readonly [F in keyof ViewDraft]?: ViewDraft[F] | undefined}

/** A view as its owner sees it; its definition as it was kept, maybe by another version. */
export type OwnView = Omit<KeptView, 'userId' | 'nameKey'>

/** A view as others see it. */
export interface SharedView extends OwnView {
  readonly sharedWith: ViewAudience
  readonly owner: Owner
}

/** Who looks at views of others. */
export interface Onlooker {
  readonly userId: Owner
  readonly isAdministrator: boolean
}

type Views = readonly KeptView[]

export class SavedViews {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Clock
  readonly #records: OwnedRecords<Views>

  private constructor(store: Pick<Store, 'read' | 'write'>, clock: Clock, records: OwnedRecords<Views>) {
    this.#store = store
    this.#clock = clock
    this.#records = records
  }

  /** @throws {StorageFault} */
  static async load(
    store: Pick<Store, 'read' | 'write'>,
    users: Pick<Users, 'get' | 'known' | 'inTurn'>,
    clock: Clock,
  ): Promise<SavedViews> {
    return new SavedViews(store, clock, new OwnedRecords<Views>(users, await readByOwner(store), []))
  }

  /** In their order. */
  of(owner: Owner): readonly OwnView[] {
    return this.#records.of(owner)
  }

  /** Of others, that are shared with them: those changed last first. Who has a link finds more (`seen`). */
  sharedWith(who: Onlooker): readonly SharedView[] {
    return [...this.#shared()]
      .filter(({owner, sharedWith}) => owner !== who.userId && isListed(sharedWith, who))
      .toSorted((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1))
      .slice(0, viewLimits.shared)
  }

  /** A view of another user that this one may see, also by its address alone; `null` = there is none. */
  seen(who: Onlooker, id: string): SharedView | null {
    const found = [...this.#shared()].find((it) => it.id === id)
    if (found === undefined || found.owner === who.userId) return null
    return found.sharedWith === 'link' || isListed(found.sharedWith, who) ? found : null
  }

  *#shared(): Generator<SharedView, void, void> {
    for (const [owner, views] of this.#records.all()) {
      for (const {sharedWith, ...view} of views) if (sharedWith !== null) yield {...view, sharedWith, owner}
    }
  }

  /** What is shared stays when its owner goes, if somebody takes over what they have. */
  get ofUsers(): OwnedByUsers {
    const sharedOf = (id: UserId) => this.#records.of(id).filter(({sharedWith}) => sharedWith !== null)
    return {
      countOf: (userId) => sharedOf(userId).length,
      transfer: async (db, from, to) => {
        const own = this.#records.of(to)
        const taken = new Set(own.map((it) => it.nameKey))
        let position = own.at(-1)?.position ?? -1
        for (const view of sharedOf(from)) {
          const name = freeName(view.name, taken)
          taken.add(nameKey(name))
          await giveView(db, {id: view.id, userId: to, name, nameKey: nameKey(name), position: ++position})
        }
      },
      // They go with their owner.
      remove: async () => undefined,
      refresh: async () => this.#records.replace(await readByOwner(this.#store)),
    }
  }

  /**
   * The last one of his views.
   * @param by who makes it: what others see of it by that is in the journal, as with what changes or ends that
   * @throws {CommodarrError} bad_argument, name_taken, or a storage fault
   */
  async make(owner: Owner, draft: ViewDraft, by: Actor): Promise<OwnView> {
    const now = this.#clock.now()
    const [id, name] = [randomUUID(), readViewName(draft.name)]
    const views = await this.#write(owner, (before) => {
      if (before.length >= viewLimits.views) {
        throw new BadArgument(`A user can have at most ${viewLimits.views} saved views. Remove one first.`)
      }
      const position = (before.at(-1)?.position ?? -1) + 1
      const sharedWith = draft.sharedWith ?? null
      const view = {
        ...draft,
        ...name,
        sharedWith,
        id,
        userId: owner,
        position,
        createdAt: now,
        updatedAt: now,
      }
      refuseTaken(before, view)
      return {
        after: [...before, view],
        write: async (db) => {
          await insertView(db, view)
          await this.#noteSharing(db, by, {name: view.name, from: null, to: sharedWith})
        },
      }
    })
    return viewIn(views, id)
  }

  /** @throws {CommodarrError} view_unknown, bad_argument, name_taken, or a storage fault */
  async change(owner: Owner, id: string, patch: ViewPatch, by: Actor): Promise<OwnView> {
    const views = await this.#write(owner, (before) => {
      const {name, icon, definition, sharedWith} = patch
      const was = viewIn(before, id)
      const view = {
        ...was,
        ...(name !== undefined && readViewName(name)),
        ...(icon !== undefined && {icon}),
        ...(definition !== undefined && {definition}),
        ...(sharedWith !== undefined && {sharedWith}),
        updatedAt: this.#clock.now(),
      }
      refuseTaken(before, view)
      return {
        after: before.map((it) => (it.id === id ? view : it)),
        write: async (db) => {
          await updateView(db, view)
          await this.#noteSharing(db, by, {name: view.name, from: was.sharedWith, to: view.sharedWith})
        },
      }
    })
    return viewIn(views, id)
  }

  /** @throws {CommodarrError} view_unknown, or a storage fault */
  async remove(owner: Owner, id: string, by: Actor): Promise<void> {
    await this.#write(owner, (before) => {
      const {name, sharedWith} = viewIn(before, id)
      return {
        after: before.filter((it) => it.id !== id),
        write: async (db) => {
          await deleteView(db, id)
          await this.#noteSharing(db, by, {name, from: sharedWith, to: null})
        },
      }
    })
  }

  /**
   * @param ids of all his views, in the order he wants
   * @throws {CommodarrError} bad_argument, or a storage fault
   */
  async order(owner: Owner, ids: readonly string[]): Promise<void> {
    await this.#write(owner, (before) => {
      const positions = new Map(ids.map((id, position) => [id, position]))
      const isAll = ids.length === before.length && before.every(({id}) => positions.has(id))
      if (!isAll) throw new BadArgument('ids names each of your saved views once.', {field: 'ids'})
      const after = before.map((it) => ({...it, position: positions.get(it.id)!}))
      return {
        after: after.toSorted((a, b) => a.position - b.position),
        write: (db) => putViewPositions(db, positions),
      }
    })
  }

  /** What others see of it is said to them; what one keeps for oneself is not. */
  async #noteSharing(
    db: Db,
    actor: Actor,
    {name, from, to}: {name: string; from: ViewAudience | null; to: ViewAudience | null},
  ): Promise<void> {
    if (from === to) return
    const args = {from, to}
    await appendEvent(
      db,
      {actor, subject: 'view', verb: 'share', name, serverId: null, args},
      this.#clock.now(),
    )
  }

  #write(
    owner: Owner,
    changed: (before: Views) => {readonly after: Views; readonly write: (db: Db) => Promise<void>},
  ): Promise<Views> {
    return this.#records.change(owner, async (before) => {
      const {after, write} = changed(before)
      await this.#store.write(write)
      return after
    })
  }
}

async function readByOwner(store: Pick<Store, 'read'>): Promise<ReadonlyMap<Owner, Views>> {
  return Map.groupBy(await store.read(readViews), ({userId}) => userId)
}

function isListed(sharedWith: ViewAudience, {isAdministrator}: Onlooker): boolean {
  return sharedWith === 'everyone' || (sharedWith === 'administrators' && isAdministrator)
}

/** "Stuck", or "Stuck (2)" where that is taken. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const behind = number === 1 ? '' : ` (${number})`
    const free = `${[...name].slice(0, viewLimits.nameLength - behind.length).join('')}${behind}`
    if (!taken.has(nameKey(free))) return free
  }
}

/** Ends of lines and controls; what joins the parts of an emoji may stay. */
const unreadable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

function readViewName(text: string): Pick<KeptView, 'name' | 'nameKey'> {
  const name = text.normalize('NFC').trim()
  if (name === '' || [...name].length > viewLimits.nameLength || unreadable.test(name)) {
    const most = viewLimits.nameLength
    throw new BadArgument(`The name of a view has 1 to ${most} characters, on one line.`, {field: 'name'})
  }
  return {name, nameKey: nameKey(name)}
}

function refuseTaken(others: Views, {id, nameKey}: KeptView): void {
  if (others.every((it) => it.id === id || it.nameKey !== nameKey)) return
  throw new CommodarrError('name_taken', 'You have a view of this name already.')
}

/** @throws {CommodarrError} view_unknown */
function viewIn(views: Views, id: string): KeptView {
  const view = views.find((it) => it.id === id)
  if (view === undefined) throw new CommodarrError('view_unknown', 'You have no such view.', {id})
  return view
}
