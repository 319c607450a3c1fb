/**
 * Takes over what the older program remembered, once: each of its databases whole, in one transaction with the note that
 * it was done, or not at all. What we know better ourselves stays. Runs before anything else reads the memory.
 */
import {isInherited} from '#clients/kinds/kinds.ts'
import type {Config} from '#config/config.ts'
import type {Clock} from '#lib/clock.ts'
import type {SearchRecord, TorrentFactsRecord, TorrentMark} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {InheritedItem, MovedCounts, MovedDatabase} from '#model/qbitrr-migration.ts'
import {asServerId, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {putInheritedItems, putMovedDatabase, readMovedDatabases} from '#store/repositories/move-in.ts'
import {putSearches, readSearches} from '#store/repositories/searches.ts'
import {putTorrentFacts, readTorrentFacts} from '#store/repositories/torrent-facts.ts'
import type {Db, Store} from '#store/store.ts'
import {readOldDatabase} from './old-database.ts'
import type {OldDatabase, OldFolder} from './old-folder.ts'
import type {OldItem, OldRecord, OldTorrent} from './old-rows.ts'

/** For one database; a library of 100,000 items takes a second. */
const LONGEST_MS = 60_000

interface TakenOver {
  /** All that there ever were. */
  readonly databases: readonly MovedDatabase[]
  /** Those of this start. */
  readonly added: readonly MovedDatabase[]
  /** What could not be read or written; nothing of it was. */
  readonly faults: readonly {readonly path: string; readonly message: string}[]
}

/**
 * @param folder `null` = there is none; what was taken over before is returned anyway
 * @throws {StorageFault} our own database does not tell what was taken over
 */
export async function takeOver(
  store: Pick<Store, 'read' | 'write'>,
  clock: Clock,
  sections: Sections,
  folder: OldFolder | null,
): Promise<TakenOver> {
  const before = await store.read(readMovedDatabases)
  const added: MovedDatabase[] = []
  const faults: {path: string; message: string}[] = []
  for (const database of folder?.databases ?? []) {
    if (before.some(({path}) => path === database.path)) continue
    try {
      const taken = await takeOne(store, clock, sections, database, before)
      if (taken !== null) added.push(taken)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      faults.push({path: database.path, message: error.message})
    }
  }
  return {databases: [...before, ...added], added, faults}
}

/** @returns `null` = it was taken over when it lay elsewhere */
async function takeOne(
  store: Pick<Store, 'write'>,
  clock: Clock,
  sections: Sections,
  {path, bytes, modifiedAt}: OldDatabase,
  before: readonly MovedDatabase[],
): Promise<MovedDatabase | null> {
  const now = clock.now()
  const startedAt = clock.monotonic()
  const limits = {isOver: () => clock.monotonic() - startedAt > LONGEST_MS}
  const found = await readOldDatabase(path, limits, async ({fingerprint, records}) => {
    if (before.some((other) => other.fingerprint === fingerprint)) return null
    const gathered = new Gathered(new Owners(sections), Math.min(modifiedAt, now))
    for await (const portion of records) for (const record of portion) gathered.take(record)
    return {fingerprint, gathered}
  })
  if (found === null) return null
  const {fingerprint, gathered} = found
  const moved = {path, fingerprint, bytes, modifiedAt, movedAt: now, counts: gathered.counts}
  await store.write(async (db) => {
    await putTorrentFacts(db, await factsOf(db, gathered.torrents, now))
    await putSearches(db, await newSearches(db, gathered))
    await putInheritedItems(db, [...gathered.items.values()])
    await putMovedDatabase(db, moved)
  })
  return moved
}

/** What is known of them already, with the marks of the older program. */
async function factsOf(
  db: Db,
  torrents: ReadonlyMap<string, GatheredTorrent>,
  now: EpochMs,
): Promise<readonly TorrentFactsRecord[]> {
  const known = new Map<string, TorrentFactsRecord>()
  for await (const some of readTorrentFacts((work) => work(db)))
    for (const record of some) if (torrents.has(keyText(record))) known.set(keyText(record), record)
  return [...torrents].map(([text, {key, marks}]) => {
    const record = known.get(text) ?? {...key, ...unseen(now)}
    return {
      ...record,
      marks: [...new Set([...record.marks, ...marks])],
      stoppedByUs: marks.has('freeSpacePaused') ? 'freeSpace' : record.stoppedByUs,
    }
  })
}

/** Its server has not shown it to us; should it never do so, what we know of it goes as with any other that is gone. */
function unseen(now: EpochMs): Omit<TorrentFactsRecord, 'serverId' | 'hash'> {
  return {
    firstSeenAt: now,
    cameAt: null,
    seedingObserved: 0,
    countedBefore: [],
    timesRemoved: 0,
    marks: [],
    goneAt: now,
    lastManualChangeAt: null,
    pinnedAt: null,
    filteredAt: null,
    probed: null,
    categoryBefore: null,
    stoppedByUs: null,
    completeSeenAt: null,
    trackersSeen: [],
    trackersFoundAt: null,
    infoHashV1: null,
  }
}

async function newSearches(db: Db, {searches}: Gathered) {
  const known = new Set((await readSearches(db)).map(({arrId, item}) => JSON.stringify([arrId, item])))
  return [...searches].filter(([text]) => !known.has(text)).map(([, record]) => record)
}

interface GatheredTorrent {
  readonly key: TorrentKey
  readonly marks: ReadonlySet<TorrentMark>
}

/** What a database of the older program comes to, in our own words: each torrent, search and item once. */
class Gathered {
  readonly torrents = new Map<string, {readonly key: TorrentKey; readonly marks: Set<TorrentMark>}>()
  readonly searches = new Map<string, SearchRecord>()
  readonly items = new Map<string, InheritedItem>()
  readonly #owners: Owners
  readonly #searchedAt: EpochMs
  #leftOut = 0

  /** @param searchedAt when the older program last wrote: what it searched, it searched before */
  constructor(owners: Owners, searchedAt: EpochMs) {
    this.#owners = owners
    this.#searchedAt = searchedAt
  }

  take(record: OldRecord): void {
    const isOurs = record.holds === 'torrents' ? this.#takeTorrent(record) : this.#takeItem(record)
    if (!isOurs) this.#leftOut++
  }

  get counts(): MovedCounts {
    const items = [...this.items.values()]
    return {
      torrents: this.torrents.size,
      searched: this.searches.size,
      requested: items.filter(({requested}) => requested).length,
      profiles: items.filter(({originalProfileId}) => originalProfileId !== null).length,
      leftOut: this.#leftOut,
    }
  }

  #takeTorrent(record: OldTorrent): boolean {
    const serverId = this.#owners.server(record)
    if (serverId === null) return false
    const key: TorrentKey = {serverId, hash: record.hash}
    const marks = this.torrents.get(keyText(key))?.marks ?? []
    // It had a row for each category that a torrent once was in.
    this.torrents.set(keyText(key), {key, marks: new Set([...marks, ...record.marks])})
    return true
  }

  #takeItem({arr, item, title, searched, requested, profile}: OldItem): boolean {
    const arrId = this.#owners.arr(arr)
    if (arrId === null) return false
    if (searched) {
      this.searches.set(textOf(arrId, item), {
        arrId,
        item,
        failure: '',
        searchId: SEARCH_ID,
        reason: 'inherited',
        phase: 'sent',
        at: this.#searchedAt,
      })
    }
    if (requested) this.#note(arrId, item, {requested, ...(title !== null && {title})})
    if (profile !== null) {
      const {original, temporary, switchedAt, title: its} = profile
      const changes = {originalProfileId: original, temporaryProfileId: temporary, switchedAt}
      this.#note(arrId, profile.item, {...changes, ...(its !== null && {title: its})})
    }
    return true
  }

  #note(arrId: string, item: string, changes: Partial<InheritedItem>): void {
    const known = this.items.get(textOf(arrId, item)) ?? {arrId, item, ...nothing}
    this.items.set(textOf(arrId, item), {...known, ...changes})
  }
}

/** Of all searches that were taken over. */
const SEARCH_ID = 'inherited'

const nothing = {
  requested: false,
  originalProfileId: null,
  temporaryProfileId: null,
  switchedAt: null,
  title: null,
}

function textOf(arrId: string, item: string): string {
  return JSON.stringify([arrId, item])
}

type Sections = Pick<Config, 'arrs' | 'servers'>

/** Whose the older program's records are in the configuration of today: it named sections as they were then. */
class Owners {
  readonly #arrs: ReadonlyMap<string, string | null>
  readonly #servers: ReadonlySet<ServerId>
  readonly #only: ServerId | null

  constructor({arrs, servers}: Sections) {
    const names = new Map<string, string | null>()
    // Two that are the same but for their spelling: nobody could tell whose it was.
    for (const {id} of arrs) names.set(plain(id), names.has(plain(id)) ? null : id)
    for (const {id} of arrs) names.set(id, id)
    this.#arrs = names
    const inherited = servers.filter(({kind}) => isInherited(kind)).map(({id}) => id)
    this.#servers = new Set(inherited)
    const first = asServerId('qBit')
    this.#only = this.#servers.has(first) ? first : inherited.length === 1 ? inherited[0]! : null
  }

  /** Section of the Arr; `null` = the configuration has none that it could be. */
  arr(name: string): string | null {
    const key = plain(name)
    const anime = key.replace(/^animarr/, 'sonarr')
    const tried = anime === key ? [name, key] : [`${anime}_migrated`, anime]
    return tried.map((it) => this.#arrs.get(it)).find((id) => id !== undefined) ?? null
  }

  server({server}: Pick<OldTorrent, 'server'>): ServerId | null {
    if (server === null) return this.#only
    const id = asServerId(server)
    return this.#servers.has(id) ? id : null
  }
}

/** As a name of a table was made of it: small letters, digits, and lines for the rest. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}
