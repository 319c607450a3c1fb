/**
 * Which Arrs there are, whose they are, and with whom they are shared: those of the file, and those of people. There
 * are few of them, so all are judged again with each change.
 *
 *   file ──setFile──▶ ┐                 ┌─▶ cards    ─▶ who sees what (rights.ts)
 *   database ──put──▶ ┴─▶ clashesAmong ─┴─▶ running  ─▶ managers
 */
import {covers, levelOf} from '#accounts/grants.ts'
import {clashesWithArr, roleName, type ArrCategory, type CategoryRole} from '#config/categories.ts'
import type {Config} from '#config/config.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import type {Ceiling, KeyRights, Role, Share, UserId} from '#model/access.ts'
import {asArrId, isArrKind, type ArrId} from '#model/arr.ts'
import type {ArrCard, ArrObstacle, ArrWay, PassageCategory} from '#model/arr-service.ts'
import {plainReach, type Reach} from '#model/server.ts'
import {categoryKey} from '#model/torrent.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {Followers} from '../owned/writes.ts'
import type {KeptSecrets} from '../owned/secrets.ts'
import {sharesOf, sharesOfFile} from '../owned/sharing.ts'
import type {Authority} from '../rules/reach.ts'
import type {SecretField} from './draft.ts'
import type {Former} from './section.ts'
import {formerOf, type StoredArr} from './stored.ts'
import {settingsIn} from './values.ts'

/** What the file says of Arrs, and what else it has categories for; without that there is nothing else. */
export type ArrSections = Pick<Config, 'arrs' | 'off' | 'written'> &
  Partial<Pick<Config, 'categoryRoles' | 'rolesOff' | 'matchesSubcategories'>>

/** An Arr that is on: what its manager is made of. */
export interface ActiveArr {
  readonly id: ArrId
  readonly ownerId: UserId | null
  /** In whose name it is managed. */
  readonly authority: Authority
  readonly config: ArrConfig
  readonly reach: Reach
}

/** An Arr that no person switched off: what it has in its library is not for others to remove, whether it can be asked or not. */
export interface ProtectingArr {
  readonly id: ArrId
  readonly ownerId: UserId | null
  readonly authority: Authority
  /** `null` = it can't be read. */
  readonly category: string | null
  /** Why it cannot be asked, for people; `null` = it can. */
  readonly obstacle: string | null
  /** It was given an address. */
  readonly isSetUp: boolean
}

/** What is known of an Arr whose row cannot be read. */
type UnreadArr = Pick<ArrCard, 'id' | 'ownerId' | 'sharing' | 'category'>

interface Entry {
  readonly card: ArrCard
  /** `null` = a section with faults. */
  readonly former: Former | null
}

const noSections: ArrSections = {arrs: [], off: [], written: {}}

export class ArrDirectory {
  /** `null` = nobody has this id (any more). */
  readonly #roleOf: (id: UserId) => Role | null
  /** Where requests to an Arr of this owner may go. */
  readonly #reachFor: (ownerId: UserId | null) => Reach
  /** An Arr of this owner has torrents on that server. */
  readonly #usesServer: (ownerId: UserId | null, id: ServerId) => boolean
  /** Of those that Arrs were made with. */
  readonly #keys: KeyRights
  readonly #followers = new Followers()
  #file = noSections
  #rolesOff: readonly CategoryRole[] = []
  #stored: ReadonlyMap<ArrId, StoredArr> = new Map()
  /** Of the file first, then who was there first. */
  #entries: ReadonlyMap<ArrId, Entry> = new Map()
  #unread: ReadonlyMap<ArrId, UnreadArr> = new Map()

  constructor(
    roleOf: (id: UserId) => Role | null,
    reachFor: (ownerId: UserId | null) => Reach,
    usesServer: (ownerId: UserId | null, id: ServerId) => boolean,
    keys: KeyRights,
  ) {
    this.#roleOf = roleOf
    this.#reachFor = reachFor
    this.#usesServer = usesServer
    this.#keys = keys
  }

  cards(): readonly ArrCard[] {
    return Array.from(this.#entries.values(), ({card}) => card)
  }

  card(id: ArrId): ArrCard | null {
    return this.#entries.get(id)?.card ?? null
  }

  /** As people call it. */
  nameOf(id: ArrId): string {
    return this.card(id)?.name ?? id
  }

  /** How it is reached; `null` = it is not here any more, or its address or key is missing. */
  wayTo(id: ArrId): ArrWay | null {
    const [card, config] = [this.card(id), this.former(id)?.config]
    if (!card || !config?.URI || config.APIKey === null) return null
    const {URI: url, APIKey: apiKey, SkipTLSVerify: skipVerify} = config
    return {url, apiKey, skipVerify, reach: this.reachOf(card)}
  }

  /**
   * It is not configured, or not now: its section may have faults, or the file. One that is switched off is, and one
   * whose row cannot be read has not left.
   */
  hasLeft(id: ArrId): boolean {
    return !this.#entries.has(id) && !this.#unread.has(id)
  }

  /** Arrs that people added, and whose row cannot be read: nobody asks them, and they have not left. */
  unread(): readonly UnreadArr[] {
    return [...this.#unread.values()]
  }

  /** Sections of the file are off, of Arrs and of servers: they are not here, and have not left. */
  get hasFaults(): boolean {
    return this.#file.off.length > 0
  }

  /** An Arr with its secrets, as somebody changes it; `null` = there is none, or its section has faults. */
  former(id: ArrId): Former | null {
    return this.#entries.get(id)?.former ?? null
  }

  /** Those that are on. */
  active(): readonly ActiveArr[] {
    return [...this.#entries.values()].flatMap(({card, former}) => {
      const {id, ownerId, enabled, obstacle} = card
      if (!enabled || obstacle !== null || former === null) return []
      const authority = this.#authorityOf(card)
      return [{id, ownerId, authority, config: former.config, reach: this.reachOf(card)}]
    })
  }

  /**
   * Those that are on, and those that would be: an obstacle (another one with its category, a fault in its section, a key
   * that ended, a row that cannot be read) takes an Arr its rules, and not its library.
   */
  protecting(): readonly ProtectingArr[] {
    const own = (ownerId: UserId | null): Authority => ({owner: ownerId ?? 'file', ceilings: []})
    const unread = this.unread().map(({id, ownerId, category}) => {
      const obstacle = 'Its settings can’t be read.'
      return {id, ownerId, authority: own(ownerId), category, obstacle, isSetUp: false}
    })
    const known = this.cards().flatMap(({id, ownerId, category, enabled, obstacle, url}) => {
      if (!enabled) return []
      const why = obstacle && (obstacle.detail || 'Another one has its category or its address.')
      return [{id, ownerId, authority: own(ownerId), category, obstacle: why, isSetUp: url !== null}]
    })
    return [...known, ...unread]
  }

  /** A person switched it off. */
  isOff(id: ArrId): boolean {
    return this.card(id)?.enabled === false
  }

  /** Arrs of people that were made or last changed with one of these keys. */
  madeWith(isMeant: (keyId: string) => boolean): readonly ArrCard[] {
    return this.cards().filter(({id, origin}) => {
      const ceiling = origin === 'user' ? (this.#stored.get(id)?.ceiling ?? null) : null
      return ceiling !== null && isMeant(ceiling.keyId)
    })
  }

  /** What else claims a category that an Arr claims, too: nobody may act by it. */
  get rolesOff(): readonly CategoryRole[] {
    return this.#rolesOff
  }

  /** Categories for failures and checks. */
  passages(): readonly PassageCategory[] {
    const {categoryRoles: roles = []} = this.#file
    return roles
      .filter(({key}) => key !== 'ManagedCategories')
      .map(({key: name, category}) => ({name, category}))
  }

  /** Of all that there are, also of those that are off or cannot be read: what lies there is nobody else's meanwhile. */
  categories(): readonly string[] {
    const all = [...this.cards(), ...this.#unread.values()]
    return all.flatMap(({category}) => (category === '' ? [] : [category]))
  }

  reachOf({origin, ownerId}: Pick<ArrCard, 'origin' | 'ownerId'>): Reach {
    return origin === 'file' ? plainReach.anywhere : this.#reachFor(ownerId)
  }

  /** What the database has of it; also of a section that is away. */
  stored(id: ArrId): StoredArr | null {
    return this.#stored.get(id) ?? null
  }

  /** What the database has of somebody's Arrs, also of those that cannot be read any more. */
  storedOf(ownerId: UserId | null): readonly StoredArr[] {
    return [...this.#stored.values()].filter((it) => it.origin === 'user' && it.ownerId === ownerId)
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
  setFile(sections: ArrSections): void {
    this.#file = sections
    this.reevaluate()
  }

  /** The database was read, whole. */
  setStored(arrs: readonly StoredArr[]): void {
    this.#stored = new Map(arrs.map((arr) => [arr.id, arr]))
    this.reevaluate()
  }

  /** These were written, these removed. */
  put(changed: readonly StoredArr[], removed: readonly ArrId[] = []): void {
    const stored = new Map(this.#stored)
    for (const arr of changed) stored.set(arr.id, arr)
    for (const id of removed) stored.delete(id)
    this.setStored([...stored.values()])
  }

  /** Also when a role or a setting changed that reaches and clashes depend on. */
  reevaluate(): void {
    const entries = [...this.#fileEntries(), ...this.#userEntries()]
    const claims = entries.flatMap((entry) => this.#claimOf(entry, entries))
    const clashes = clashesAmong(claims)
    const {categoryRoles: roles = [], rolesOff = []} = this.#file
    const withRoles = rolesAmong(claims, roles)
    this.#rolesOff = roles.filter(
      (role) => withRoles.off.has(role) || rolesOff.some((it) => isSame(it, role)),
    )
    this.#entries = new Map(
      entries.map(({card, former}) => {
        const obstacle = clashes.get(card.id) ?? withRoles.arrs.get(card.id) ?? card.obstacle
        return [card.id, {former, card: {...card, obstacle}}]
      }),
    )
    this.#unread = new Map(this.#unreadArrs().map((it) => [it.id, it]))
    this.#followers.notify()
  }

  #authorityOf({id, ownerId}: ArrCard): Authority {
    const ceiling = this.#stored.get(id)?.ceiling ?? null
    return {owner: ownerId ?? 'file', ceilings: ceiling === null ? [] : [ceiling]}
  }

  #claimOf({card, former}: Entry, all: readonly Entry[]): Claim[] {
    const {id, origin, ownerId, url, category, enabled} = card
    if (!enabled || url === null || card.obstacle !== null) return []
    const role = ownerId === null ? 'administrator' : this.#roleOf(ownerId)
    const isOfInstance = origin === 'file' || role === 'administrator'
    const sees = (other: ArrId) =>
      role !== null &&
      all.some((it) => it.card.id === other && levelOf({userId: ownerId, role}, it.card) !== null)
    const {matchesSubcategories: usual = false} = this.#file
    return [
      {
        id,
        url,
        category,
        subcategories: former?.config.MatchSubcategories ?? usual,
        sees,
        uses: (server) => this.#usesServer(ownerId, server),
        owner: isOfInstance ? 'house' : ownerId!,
      },
    ]
  }

  #fileEntries(): Entry[] {
    const {arrs, off, written} = this.#file
    const head = (section: string) => ({
      id: asArrId(section),
      name: section,
      origin: 'file' as const,
      ownerId: null,
      sharing: this.#fileSharing(asArrId(section)),
    })
    return [
      ...arrs.map((config): Entry => ({
        card: {
          ...head(config.id),
          kind: config.app,
          url: config.URI,
          category: config.Category,
          enabled: config.Managed,
          obstacle: null,
        },
        former: fileFormer(config, written[config.id]),
      })),
      ...off.flatMap(({section, kind, reason, category = ''}): Entry[] => {
        if (kind === null || !isArrKind(kind)) return []
        const obstacle: ArrObstacle = {code: 'section_off', detail: reason, with: []}
        const card = {...head(section), kind, url: null, category, enabled: true, obstacle}
        return [{card, former: null}]
      }),
    ]
  }

  #userEntries(): Entry[] {
    const own = [...this.#stored.values()].flatMap((stored) => {
      const former = stored.origin === 'user' ? formerOf(stored) : null
      return former === null ? [] : [{stored, former}]
    })
    own.sort((one, other) => one.stored.position - other.stored.position)
    return own.map(({stored: {id, ownerId, grants, ceiling, own: kept}, former}) => {
      const {app, URI, Category, Managed} = former.config
      const caution = kept?.caution
      return {
        card: {
          id,
          kind: app,
          name: former.name,
          origin: 'user',
          ownerId,
          sharing: sharesOf(grants, this.#roleOf),
          url: URI,
          category: Category,
          enabled: Managed,
          obstacle: this.#endedKey(ceiling) ?? obstacleOf(former),
          ...(caution && {caution}),
        },
        former,
      }
    })
  }

  #unreadArrs(): UnreadArr[] {
    return [...this.#stored.values()]
      .filter((stored) => stored.origin === 'user' && formerOf(stored) === null)
      .map(({id, ownerId, category, grants}) => ({
        id,
        ownerId,
        category,
        sharing: sharesOf(grants, this.#roleOf),
      }))
  }

  /** Of a key that has ended or allows less than it did: whoever changes the Arr takes it over. */
  #endedKey(ceiling: Ceiling | null): ArrObstacle | null {
    const isOver = ceiling !== null && !covers(this.#keys.limitsOf(ceiling.keyId), ceiling)
    return isOver ? {code: 'key_ended', detail: '', with: []} : null
  }

  #fileSharing(id: ArrId): readonly Share[] {
    const stored = this.#stored.get(id)
    return sharesOfFile(stored?.origin === 'file' ? stored.grants : [], this.#roleOf)
  }
}

function obstacleOf({config, secrets}: Former): ArrObstacle | null {
  if (Object.values(secrets).includes('unreadable')) return {code: 'secret_unreadable', detail: '', with: []}
  return config.Managed && config.APIKey === null ? {code: 'secret_missing', detail: '', with: []} : null
}

function fileFormer(config: ArrConfig, raw: unknown): Former {
  const {Ombi, Overseerr} = config.EntrySearch
  const secrets: KeptSecrets<SecretField> = {
    apiKey: config.APIKey,
    ombiKey: Ombi.OmbiAPIKey,
    overseerrKey: Overseerr.OverseerrAPIKey,
  }
  return {name: config.id, config, settings: settingsIn(raw), secrets, givenBy: {}}
}

/**
 * Two Arrs with one category would each take the other's torrents for their own, two with one address would do
 * everything twice. Who of them stays off:
 *
 *   both of one person, or both of the house (the file, administrators)   both: nobody can tell which was meant
 *   a person's, and one of somebody else that he sees                     the person's, if it is the house's or was first
 *   one that he does not see                                              none: he is not told by this what others have
 *
 * Nobody switches off what is not his. What else the file has a category for (`FailedCategory` …) is the house's, and
 * whoever has torrents there is told of it: they would be failed, or judged by other rules.
 */

export interface Claim extends ArrCategory {
  readonly id: ArrId
  /** `house`: of the file, or of somebody who administers everything. */
  readonly owner: UserId | 'house'
  readonly url: string
  /** Does its owner see this one? */
  readonly sees: (other: ArrId) => boolean
  /** Has it torrents on this server? */
  readonly uses: (id: ServerId) => boolean
}

/** @param claims of those that are to be on, who was there first first. @returns those that stay off */
export function clashesAmong(claims: readonly Claim[]): ReadonlyMap<ArrId, ArrObstacle> {
  const clashes = new Map<ArrId, ArrObstacle>()
  for (const [at, claim] of claims.entries()) {
    const others = (isSame: (other: Claim) => boolean) =>
      claims
        .filter((other, i) => other !== claim && isSame(other) && mustYield(claim, other, i < at))
        .map(({id}) => id)
    const category = others((other) => categoryKey(other.category) === categoryKey(claim.category))
    const url = others((other) => other.url === claim.url)
    if (category.length > 0) clashes.set(claim.id, {code: 'same_category', detail: '', with: category})
    else if (url.length > 0) clashes.set(claim.id, {code: 'same_address', detail: '', with: url})
  }
  return clashes
}

function mustYield(claim: Claim, other: Claim, otherIsFirst: boolean): boolean {
  if (claim.owner === other.owner) return true
  if (claim.owner === 'house') return false
  return claim.sees(other.id) && (other.owner === 'house' || otherIsFirst)
}

/** Arrs that stay off for what else the file has their category for, and what of that stays off with those of the house. */
export function rolesAmong(
  claims: readonly Claim[],
  roles: readonly CategoryRole[],
): {readonly arrs: ReadonlyMap<ArrId, ArrObstacle>; readonly off: ReadonlySet<CategoryRole>} {
  const arrs = new Map<ArrId, ArrObstacle>()
  const off = new Set<CategoryRole>()
  for (const claim of claims) {
    const found = roles.filter(
      (role) =>
        clashesWithArr(role, claim) && (role.section === 'Settings' || claim.uses(asServerId(role.section))),
    )
    if (found.length === 0) continue
    arrs.set(claim.id, {code: 'category_in_use', detail: found.map(roleName).join(', '), with: []})
    if (claim.owner === 'house') for (const role of found) off.add(role)
  }
  return {arrs, off}
}

function isSame(one: CategoryRole, other: CategoryRole): boolean {
  return one.key === other.key && one.section === other.section && one.category === other.category
}
