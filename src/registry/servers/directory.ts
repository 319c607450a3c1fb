/**
 * Which servers there are, whose they are, and with whom they are shared: those of the file, which are always there,
 * and those of people. What people put beside a server of the file (sharing, colour, …) is kept for it also while its
 * section is away.
 *
 *   file ──setFile──▶ ┐
 *                     ├─▶ cards (who may see what)  ─▶ accounts/grants.ts
 *   database ──put──▶ ┘   definitions               ─▶ links
 */
import {isDeepStrictEqual} from 'node:util'
import type {SettingValues} from '#model/setting-values.ts'
import type {Role, UserId} from '#model/access.ts'
import {plainReach, type Place, type Reach, type ServerCard, type ServerDefinition} from '#model/server.ts'
import type {ServerRegistry} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {Followers} from '../owned/writes.ts'
import {sharesOf, sharesOfFile} from '../owned/sharing.ts'
import type {Former, Way} from './definition-of.ts'
import {formerOf, type StoredServer} from './stored.ts'

interface Entry {
  readonly card: ServerCard
  readonly former: Former
}

export class ServerDirectory implements ServerRegistry {
  /** `null` = nobody has this id (any more). */
  readonly #roleOf: (id: UserId) => Role | null
  /** Are servers of those who are no administrators held to public addresses, and what are they allowed beside that? */
  readonly #settings: {readonly values: Pick<SettingValues, 'membersPublicOnly' | 'memberAddresses'>}
  /** The place of a server's address; `null` = it has none that others could reach (`clients/outgoing.ts`). */
  readonly #placeAt: (url: string) => Place | null
  readonly #contactsNone: boolean
  readonly #followers = new Followers()
  /** With its place in the file. */
  #file: ReadonlyMap<ServerId, {readonly former: Former; readonly at: number}> = new Map()
  #stored = new Map<ServerId, StoredServer>()
  #owned = new Map<UserId | null, Set<ServerId>>()
  readonly #known = new WeakMap<StoredServer, Former>()
  readonly #reaches = new Map<UserId | null, Reach>()
  /** Whose each place is; `null` = to be put together when somebody asks. */
  #owners: ReadonlyMap<string, {readonly place: Place; readonly ownerId: UserId | null}> | null = null
  readonly #taken = new Map<UserId | null, readonly Place[]>()
  readonly #switchedOff = new WeakMap<ServerDefinition, ServerDefinition>()
  /** Those of the file first, then who was there first. */
  #entries = new Map<ServerId, Entry>()
  /** `null` = to be put in order when somebody asks. */
  #cards: readonly ServerCard[] | null = null
  #revision = 0

  /** @param contactsNone no server is contacted, whoever added it and whatever is said of it */
  constructor(
    roleOf: (id: UserId) => Role | null,
    settings: {readonly values: Pick<SettingValues, 'membersPublicOnly' | 'memberAddresses'>},
    placeAt: (url: string) => Place | null,
    contactsNone = false,
  ) {
    this.#roleOf = roleOf
    this.#settings = settings
    this.#placeAt = placeAt
    this.#contactsNone = contactsNone
  }

  get revision(): number {
    return this.#revision
  }

  /** In the order people see them. */
  cards(): readonly ServerCard[] {
    // The sort is stable: among equal places the order of the entries holds.
    this.#cards ??= Array.from(this.#entries.values(), ({card}) => card).sort(
      (one, other) => one.position - other.position,
    )
    return this.#cards
  }

  card(id: ServerId): ServerCard | null {
    return this.#entries.get(id)?.card ?? null
  }

  /** It is not configured, or not now: its section may have faults, or the file. One that is switched off is. */
  hasLeft(id: ServerId): boolean {
    return !this.#entries.has(id)
  }

  /** What the database has of it cannot be read any more: it is not here, and may come back. */
  isUnread(id: ServerId): boolean {
    return this.#stored.get(id)?.origin === 'user' && !this.#entries.has(id)
  }

  /** What links are to be made of, in the order people see them. */
  definitions(): readonly ServerDefinition[] {
    return this.cards().map(({id}) => this.#inForce(this.#entries.get(id)!.former.definition))
  }

  /** The same object until the definition changes. */
  #inForce(definition: ServerDefinition): ServerDefinition {
    if (!this.#contactsNone || !definition.enabled) return definition
    const known = this.#switchedOff.get(definition) ?? {...definition, enabled: false}
    this.#switchedOff.set(definition, known)
    return known
  }

  /** A server with its secrets, as somebody changes it; `null` = there is none. */
  former(id: ServerId): Former | null {
    return this.#entries.get(id)?.former ?? null
  }

  /** What the database has of it; also of a section that is away. */
  stored(id: ServerId): StoredServer | null {
    return this.#stored.get(id) ?? null
  }

  /** What the database has of somebody's servers, also of those that cannot be read any more. */
  storedOf(ownerId: UserId | null): readonly StoredServer[] {
    return Array.from(this.#owned.get(ownerId) ?? [], (id) => this.#stored.get(id)!)
  }

  /** Told after each change. */
  onChange(listener: () => void | Promise<void>): void {
    this.#followers.add(listener)
  }

  /** When everybody has followed the last change. Rejects with the first who could not. */
  followed(): Promise<void> {
    return this.#followers.followed
  }

  /** The file was read. */
  setFile(definitions: readonly ServerDefinition[]): void {
    this.#file = new Map(
      definitions.map((definition, at) => [definition.id, {former: fileFormer(definition), at}]),
    )
    this.#rebuild()
  }

  /** The database was read, whole. */
  setStored(servers: readonly StoredServer[]): void {
    this.#stored = new Map()
    this.#owned = new Map()
    for (const server of servers) this.#keep(server)
    this.#rebuild()
  }

  /** These were written, these removed. The others are not looked at: there may be thousands. */
  put(changed: readonly StoredServer[], removed: readonly ServerId[] = []): void {
    for (const server of changed) this.#keep(server)
    for (const id of removed) this.#drop(id)
    for (const {id} of changed) this.#check(id)
    for (const id of removed) this.#check(id)
    this.#changed()
  }

  /** A role or a setting changed that reaches depend on. */
  reevaluate(): void {
    this.#rebuild()
  }

  /** Where requests to a server of this owner may go; `null` = of nobody with an account. */
  reachFor(ownerId: UserId | null, {url, httpProxy}: Way): Reach {
    if (ownerId !== null && !this.#isOfInstance(ownerId)) return this.#memberReach(ownerId)
    // Neither has an address that could be looked at; both are for administrators alone.
    return plainReach[url.startsWith('scgi+unix:') || httpProxy !== null ? 'anywhere' : 'guarded']
  }

  /**
   * Where requests to an Arr of this owner may go. Servers of others are not in its way: an Arr answers nobody without
   * its key, whoever else has it.
   */
  reachForArr(ownerId: UserId | null): Reach {
    return {...this.reachFor(ownerId, {url: 'https://an.arr', httpProxy: null}), taken: []}
  }

  /** Where what somebody types may lead a server that he does not manage, and us in its place: also rules and keys. */
  reachForTyped(): Reach {
    return this.#memberReach(null)
  }

  /**
   * Does `other` come before this server, where both turn out to be one daemon? Servers of the file and of
   * administrators come before those of members, and of members who was there first.
   */
  comesBefore(other: ServerId, {id, ownerId}: Pick<ServerCard, 'id' | 'ownerId'>): boolean {
    if (ownerId === null || this.#isOfInstance(ownerId)) return false
    const its = this.#entries.get(other)?.card
    if (!its || its.ownerId === ownerId) return false
    if (its.ownerId === null || this.#isOfInstance(its.ownerId)) return true
    for (const there of this.#stored.keys()) {
      if (there === other) return true
      if (there === id) return false
    }
    return false
  }

  ownerOf(id: ServerId): UserId | null {
    return this.card(id)?.ownerId ?? null
  }

  /** Is a server of the file, or of an administrator? */
  isOfInstance(id: ServerId): boolean {
    const card = this.card(id)
    return card !== null && this.#isOfInstance(card.ownerId)
  }

  /** Whoever runs the machine, and administrators: they own nothing apart from each other. */
  #isOfInstance(ownerId: UserId | null): boolean {
    return ownerId === null || this.#roleOf(ownerId) === 'administrator'
  }

  /** The same object until what is said of it changes; what is taken is read when it is asked. @param ownerId `null` = of no member */
  #memberReach(ownerId: UserId | null): Reach {
    const {membersPublicOnly, memberAddresses} = this.#settings.values
    const range = membersPublicOnly ? 'public' : 'guarded'
    const allowed = memberAddresses
      .filter(({userId}) => userId === null || userId === ownerId)
      .map(({address: host, port}): Place => ({host, port}))
    const known = this.#reaches.get(ownerId)
    if (known?.range === range && isDeepStrictEqual(known.allowed, allowed)) return known
    const takenNow = () => this.#takenFrom(ownerId)
    const reach: Reach = {
      range,
      allowed,
      get taken() {
        return takenNow()
      },
    }
    this.#reaches.set(ownerId, reach)
    return reach
  }

  /** Places of servers of others, without those where his own was first. */
  #takenFrom(ownerId: UserId | null): readonly Place[] {
    const known = this.#taken.get(ownerId)
    if (known) return known
    this.#owners ??= this.#placeOwners()
    const taken = [...this.#owners.values()]
      .filter((it) => ownerId === null || it.ownerId !== ownerId)
      .map(({place}) => place)
    this.#taken.set(ownerId, taken)
    return taken
  }

  #placeOwners(): ReadonlyMap<string, {readonly place: Place; readonly ownerId: UserId | null}> {
    const owners = new Map<string, {readonly place: Place; readonly ownerId: UserId | null}>()
    const note = (isOfInstance: boolean) => {
      for (const {card, former} of this.#entries.values()) {
        if (this.#isOfInstance(card.ownerId) !== isOfInstance) continue
        const place = this.#placeAt(former.definition.url)
        if (place === null) continue
        const key = `${place.host} ${place.port}`
        if (!owners.has(key)) owners.set(key, {place, ownerId: isOfInstance ? null : card.ownerId})
      }
    }
    note(true)
    note(false)
    return owners
  }

  #keep(server: StoredServer): void {
    const {id, ownerId} = server
    const before = this.#stored.get(id)
    if (before && before.ownerId !== ownerId) this.#disown(before)
    this.#stored.set(id, server)
    const owned = this.#owned.get(ownerId)
    if (owned) owned.add(id)
    else this.#owned.set(ownerId, new Set([id]))
  }

  #drop(id: ServerId): void {
    const before = this.#stored.get(id)
    if (before) this.#disown(before)
    this.#stored.delete(id)
  }

  #disown({id, ownerId}: StoredServer): void {
    const owned = this.#owned.get(ownerId)
    owned?.delete(id)
    if (owned?.size === 0) this.#owned.delete(ownerId)
  }

  #rebuild(): void {
    this.#entries = new Map()
    for (const id of this.#file.keys()) this.#check(id)
    for (const id of this.#stored.keys()) this.#check(id)
    this.#changed()
  }

  /** What a server is to everybody, by the file and by the database. */
  #check(id: ServerId): void {
    const entry = this.#entryOf(id)
    if (entry) this.#entries.set(id, entry)
    else this.#entries.delete(id)
  }

  #entryOf(id: ServerId): Entry | null {
    const filed = this.#file.get(id)
    const stored = this.#stored.get(id)
    if (filed) {
      const beside = stored?.origin === 'file' ? stored : undefined
      return {former: filed.former, card: this.#fileCard(id, filed.at, beside)}
    }
    const former = stored?.origin === 'user' ? this.#formerOf(stored) : null
    return former && {former, card: this.#cardOf(stored!)}
  }

  /** The same object until it changes: who follows sees at once what stayed. */
  #formerOf(stored: StoredServer): Former | null {
    const reach = (way: Way): Reach => this.reachFor(stored.ownerId, way)
    const known = this.#known.get(stored)
    if (known && known.definition.reach === reach(known.definition)) return known
    const former = formerOf(stored, reach)
    if (former) this.#known.set(stored, former)
    return former
  }

  #fileCard(id: ServerId, at: number, stored: StoredServer | undefined): ServerCard {
    const look = stored?.look ?? {tags: [], colour: null, icon: null, position: at, defaultForAdding: false}
    return {
      id,
      origin: 'file',
      ownerId: null,
      ...look,
      sharing: sharesOfFile(stored?.grants ?? [], this.#roleOf),
    }
  }

  #cardOf({id, ownerId, look, grants}: StoredServer): ServerCard {
    return {id, origin: 'user', ownerId, ...look, sharing: sharesOf(grants, this.#roleOf)}
  }

  #changed(): void {
    this.#cards = null
    this.#owners = null
    this.#taken.clear()
    this.#revision++
    this.#followers.notify()
  }
}

function fileFormer(definition: ServerDefinition): Former {
  const {password, apiKey, basicAuth, httpProxy} = definition
  const secrets = {password, apiKey, basicAuth: basicAuth?.password ?? null, httpProxy}
  return {definition, secrets, givenBy: {}}
}
