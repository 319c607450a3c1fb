import {createHash} from 'node:crypto'
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {TorrentMark} from '#model/automation-state.ts'
import {asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {readInheritedItems} from '#store/repositories/move-in.ts'
import {readSearches} from '#store/repositories/searches.ts'
import {putTorrentFacts, readTorrentFacts} from '#store/repositories/torrent-facts.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {
  firstGeneration,
  oldHash,
  oldTable,
  secondGeneration,
  thirdGeneration,
} from './old-databases.fixture.ts'
import {findOldFolder} from './old-folder.ts'
import {takeOver} from './take-over.ts'

type Sections = Parameters<typeof takeOver>[2]

let root: string
let folder: string
let store: Store
const clock = new VirtualClock(Date.UTC(2027, 0, 1))

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'commodarr-old-'))
  folder = join(root, 'qBitManager')
  store = await Store.sqlite(':memory:')
})
afterEach(async () => {
  await store.close()
  rmSync(root, {recursive: true})
})

const sections = sectionsOf(['Radarr-4K', 'Sonarr-Shows', 'Lidarr'], ['qBit', 'qBit-Box'])

function sectionsOf(arrs: readonly string[], servers: readonly string[]): Sections {
  return {
    arrs: arrs.map((id) => ({id})),
    servers: servers.map((id) => ({id: asServerId(id), kind: 'qbittorrent'})),
  } as unknown as Sections
}

async function run(of: Sections = sections, at: Pick<Store, 'read' | 'write'> = store) {
  const path = join(root, 'config.toml')
  const found = await findOldFolder({expectedPath: path, lookedAt: [path]})
  return takeOver(at, clock, of, found)
}

async function kept() {
  const torrents: [server: string, hash: string, marks: string][] = []
  for await (const some of readTorrentFacts((work) => store.read(work)))
    for (const {serverId, hash, marks} of some) torrents.push([serverId, hash, marks.join(' ')])
  const searched = (await store.read(readSearches)).map(({arrId, item}) => `${arrId} ${item}`).sort()
  return {torrents, searched, items: await store.read(readInheritedItems)}
}

test('a database for each Arr and one for torrents: what was searched, requested and marked is known here', async () => {
  firstGeneration(folder)
  const {databases, faults} = await run(sectionsOf(['Radarr-4K', 'Sonarr-Shows'], ['qBit-Home']))
  expect(faults).toEqual([])
  expect(databases.map(({counts}) => counts)).toEqual([
    {torrents: 0, searched: 2, requested: 1, profiles: 0, leftOut: 0},
    {torrents: 0, searched: 1, requested: 0, profiles: 0, leftOut: 0},
    {torrents: 2, searched: 0, requested: 0, profiles: 0, leftOut: 0},
  ])
  const {torrents, searched, items} = await kept()
  expect(torrents).toEqual([
    ['qBit-Home', oldHash(1), 'imported'],
    ['qBit-Home', oldHash(2), 'allowedSeeding freeSpacePaused'],
  ])
  expect(searched).toEqual(['Radarr-4K movie/11', 'Sonarr-Shows episode/21', 'Sonarr-Shows series/3'])
  expect(items).toMatchObject([{arrId: 'Sonarr-Shows', item: 'episode/21', requested: true}])
})

test('a table for each Arr is reported by its name', async () => {
  secondGeneration(folder)
  expect((await run()).faults).toEqual([])
  expect(await kept()).toMatchObject({
    torrents: [['qBit', oldHash(1), 'imported']],
    searched: ['Radarr-4K movie/11'],
    items: [{arrId: 'Radarr-4K', item: 'movie/11', requested: true, originalProfileId: null}],
  })
})

test('one table for all Arrs: profiles go to who has them, torrents to the server they were on', async () => {
  thirdGeneration(folder)
  const {databases} = await run()
  expect(databases[0]!.counts).toEqual({torrents: 3, searched: 3, requested: 1, profiles: 2, leftOut: 2})
  const {torrents, searched, items} = await kept()
  expect(torrents).toEqual([
    ['qBit', oldHash(1), 'allowedSeeding allowedStalled imported'],
    ['qBit', oldHash(2), 'imported'],
    ['qBit-Box', oldHash(1), 'freeSpacePaused'],
  ])
  expect(searched).toEqual(['Lidarr artist/8', 'Radarr-4K movie/11', 'Sonarr-Shows episode/22'])
  const switchedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  const none = {
    requested: false,
    originalProfileId: null,
    temporaryProfileId: null,
    switchedAt: null,
    title: null,
  }
  expect(items).toEqual([
    {
      ...none,
      arrId: 'Radarr-4K',
      item: 'movie/11',
      title: 'One',
      originalProfileId: 4,
      temporaryProfileId: 6,
      switchedAt,
    },
    {...none, arrId: 'Sonarr-Shows', item: 'episode/21', requested: true},
    {...none, arrId: 'Sonarr-Shows', item: 'series/3', originalProfileId: 5, temporaryProfileId: 6},
  ])
})

test('what it stopped for want of room is ours to start again', async () => {
  thirdGeneration(folder)
  await run()
  const stopped: [string, string | null][] = []
  for await (const some of readTorrentFacts((work) => store.read(work)))
    for (const {serverId, hash, stoppedByUs} of some) stopped.push([`${serverId} ${hash}`, stoppedByUs])
  expect(stopped.filter(([, why]) => why !== null)).toEqual([[`qBit-Box ${oldHash(1)}`, 'freeSpace']])
})

test('of several servers none is guessed, and of two Arrs that differ by spelling alone neither', async () => {
  firstGeneration(folder)
  await run(sectionsOf(['Radarr_4K', 'radarr-4k', 'Sonarr-Shows'], ['qBit-A', 'qBit-B']))
  expect(await kept()).toMatchObject({
    torrents: [],
    searched: ['Sonarr-Shows episode/21', 'Sonarr-Shows series/3'],
  })
})

test('once there is one database for all, those of before are leftovers', async () => {
  firstGeneration(folder)
  thirdGeneration(folder)
  expect((await run()).databases.map(({path}) => path)).toEqual([join(folder, 'qbitrr.db')])
})

test('nothing in the old folder is touched, also what stands in a log alone is read', async () => {
  thirdGeneration(folder)
  const path = join(folder, 'qbitrr.db')
  const older = new DatabaseSync(path)
  older.exec('pragma wal_autocheckpoint = 0')
  older.exec(`update moviesfilesmodel set Searched = 1 where EntryId = 12`)
  // As one that was killed leaves it.
  const left = join(root, 'left')
  cpSync(folder, left, {recursive: true})
  older.close()
  rmSync(folder, {recursive: true})
  cpSync(left, folder, {recursive: true})
  const before = stateOf(folder)
  expect(Object.keys(before)).toContain('qbitrr.db-wal')
  await run()
  expect(stateOf(folder)).toEqual(before)
  expect((await kept()).searched).toContain('Radarr-4K movie/12')
})

function stateOf(path: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex')
  return Object.fromEntries(readdirSync(path).map((name) => [name, hash(name)]))
}

test('it is done once, also when the folder was moved, and what we learnt since then stays', async () => {
  thirdGeneration(folder)
  await run()
  for await (const some of readTorrentFacts((work) => store.read(work)))
    await store.write((db) =>
      putTorrentFacts(
        db,
        some.map((record) => ({...record, marks: [] as readonly TorrentMark[]})),
      ),
    )
  expect((await run()).databases).toHaveLength(1)
  const elsewhere = join(root, 'elsewhere')
  cpSync(folder, join(elsewhere, 'qBitManager'), {recursive: true})
  const path = join(elsewhere, 'config.toml')
  const found = await findOldFolder({expectedPath: path, lookedAt: []})
  const again = await takeOver(store, clock, sections, found)
  expect(again.databases).toHaveLength(1)
  expect((await kept()).torrents.map(([, , marks]) => marks)).toEqual(['', '', ''])
})

test('what we searched and marked ourselves is not overwritten', async () => {
  thirdGeneration(folder)
  await run()
  await store.write((db) => db.deleteFrom('movedDatabases').execute())
  await store.write((db) => db.updateTable('searches').set({at: 5, reason: 'missing'}).execute())
  await store.write((db) =>
    db.updateTable('torrentFacts').set({timesRemoved: 7, marks: '["imported"]'}).execute(),
  )
  await run()
  expect(new Set((await store.read(readSearches)).map(({reason}) => reason))).toEqual(new Set(['missing']))
  const rows = await store.read((db) => db.selectFrom('torrentFacts').selectAll().execute())
  expect(rows.map(({timesRemoved}) => timesRemoved)).toEqual([7, 7, 7])
  expect((await kept()).torrents[2]![2]).toBe('imported freeSpacePaused')
})

test('a damaged database is reported and tried again, and costs no other', async () => {
  firstGeneration(folder)
  const damaged = join(folder, 'Torrents.db')
  const whole = readFileSync(damaged)
  writeFileSync(
    damaged,
    'this is no database, only a sentence that is long enough to be looked at as one.'.repeat(9),
  )
  const first = await run()
  expect(first.databases).toHaveLength(2)
  expect(first.faults).toMatchObject([{path: damaged}])
  expect(first.faults[0]!.message).toContain(`What the older program kept in ${damaged} cannot be read`)
  writeFileSync(damaged, whole)
  const again = await run(sectionsOf(['Radarr-4K'], ['qBit']))
  expect(again.faults).toEqual([])
  expect((await kept()).torrents).toHaveLength(2)
})

test('all of a database or nothing: a write that fails leaves nothing, and the next start does it all', async () => {
  thirdGeneration(folder)
  const full = new StorageFault('storage_full', 'The disk is full.', true)
  const failing: Pick<Store, 'read' | 'write'> = {
    read: (work) => store.read(work),
    write: (work) =>
      store.write(async (db) => {
        await work(db)
        throw full
      }),
  }
  expect((await run(sections, failing)).faults).toMatchObject([{message: 'The disk is full.'}])
  expect(await kept()).toEqual({torrents: [], searched: [], items: []})
  expect((await run()).faults).toEqual([])
  expect((await kept()).torrents).toHaveLength(3)
})

test('one that takes too long is left for the next start', async () => {
  const columns = ['Title', 'TmdbId', 'ArrInstance', 'EntryId', 'Searched']
  const rows = Array.from({length: 1_000}, (_, n) => ['A film', n, 'Radarr-4K', n + 1, 1])
  oldTable(join(folder, 'qbitrr.db'), 'moviesfilesmodel', columns, rows)
  let at = 0
  const slow = {now: () => 0, monotonic: () => (at += 100_000), after: () => () => {}}
  const path = join(root, 'config.toml')
  const found = await findOldFolder({expectedPath: path, lookedAt: []})
  const {faults} = await takeOver(store, slow, sections, found)
  expect(faults).toMatchObject([{message: expect.stringContaining('It takes too long to read.')}])
  expect((await run()).databases[0]!.counts.searched).toBe(1_000)
})

test('where the older program never ran, there is nothing to take over', async () => {
  expect(await findOldFolder({expectedPath: join(root, 'config.toml'), lookedAt: []})).toBeNull()
})
