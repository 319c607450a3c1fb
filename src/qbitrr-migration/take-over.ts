/**
 * Takes over what the older program remembered, once: each of its databases whole, in one transaction with the note that
 * it was done, or not at all. What we know better ourselves stays. Runs before anything else reads the memory.
 */
import type {Clock} from '#lib/clock.ts'
import type {TorrentFactsRecord} from '#model/automation-state.ts'
import type {MovedDatabase} from '#model/qbitrr-migration.ts'
import {CommodarrError} from '#model/errors.ts'
import {keyText} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {putInheritedItems, putMovedDatabase, readMovedDatabases} from '#store/repositories/move-in.ts'
import {putSearches, readSearches} from '#store/repositories/searches.ts'
import {putTorrentFacts, readTorrentFacts} from '#store/repositories/torrent-facts.ts'
import type {Db, Store} from '#store/store.ts'
import {Gathered, type GatheredTorrent} from './gathered.ts'
import {readOldDatabase} from './old-database.ts'
import type {OldDatabase, OldFolder} from './old-folder.ts'
import {Owners, type Sections} from './owners.ts'

/** For one database; a library of 100,000 items takes a second. */
const LONGEST_MS = 60_000

export interface TakeOverParts {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Clock
  readonly sections: Sections
  /** `null` = there is none; what was taken over before is told all the same. */
  readonly folder: OldFolder | null
}

export interface TakenOver {
  /** All that there ever were. */
  readonly databases: readonly MovedDatabase[]
  /** Those of this start. */
  readonly added: readonly MovedDatabase[]
  /** What could not be read or written; nothing of it was. */
  readonly faults: readonly {readonly path: string; readonly message: string}[]
}

/** @throws {StorageFault} our own database does not tell what was taken over */
export async function takeOver(parts: TakeOverParts): Promise<TakenOver> {
  const {store, folder} = parts
  const before = await store.read(readMovedDatabases)
  const added: MovedDatabase[] = []
  const faults: {path: string; message: string}[] = []
  for (const database of folder?.databases ?? []) {
    if (before.some(({path}) => path === database.path)) continue
    try {
      const taken = await takeOne(parts, database, before)
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
  {store, clock, sections}: TakeOverParts,
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
    ...{firstSeenAt: now, seedingObserved: 0, timesRemoved: 0, marks: [], goneAt: now},
    ...{lastManualChangeAt: null, pinnedAt: null, filteredAt: null, probed: null},
    ...{categoryBefore: null, stoppedByUs: null},
  }
}

async function newSearches(db: Db, {searches}: Gathered) {
  const known = new Set((await readSearches(db)).map(({arrId, item}) => JSON.stringify([arrId, item])))
  return [...searches].filter(([text]) => !known.has(text)).map(([, record]) => record)
}
