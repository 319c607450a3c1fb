import {expect, test} from 'vitest'
import {libraryRow} from '#arr-client/api/library-rows.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {LibraryRow, LibrarySettings} from '#model/library.ts'
import {StorageFault} from '#store/faults.ts'
import type {Db, Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {sqliteFirst} from '#test/store/every-store.ts'
import {LibraryService} from './library-service.ts'
import {frameOf, identityOf, keyNumber} from './row-columns.ts'

const films = asArrId('films')
const shows = asArrId('shows')
const film = (id: number, more: Partial<LibraryRow> = {}) =>
  libraryRow({
    kind: 'movie',
    id,
    title: `Film ${id}`,
    tmdbId: 1_000 + id,
    due: 1,
    // To the second, as Arrs have it.
    addedAt: Date.UTC(2026, 1, 2, 3, 4, 5),
    ...more,
  })
const allFilms = (count: number) => Array.from({length: count}, (_, at) => film(at + 1))
const settings: LibrarySettings = {
  profiles: [],
  tags: [],
  delayProfiles: [],
  indexers: [],
  availabilityDelay: 0,
}
const turns = {due: () => false, next: async () => {}}

/** @param there Arrs that are configured */
function serviceOn(
  store: Pick<Store, 'read' | 'write'>,
  there: ReadonlySet<ArrId> = new Set([films, shows]),
) {
  const clock = new VirtualClock()
  const errors: string[] = []
  const counts = {writes: 0, fault: null as Error | null}
  const counted: Pick<Store, 'read' | 'write'> = {
    read: (work) => store.read(work),
    write: async <T>(work: (db: Db) => Promise<T>) => {
      if (counts.fault) throw counts.fault
      counts.writes++
      return store.write(work)
    },
  }
  const service = new LibraryService({
    store: counted,
    clock,
    random: () => 0.5,
    turns,
    log: {error: (_, text) => void errors.push(text)},
    exists: (id) => there.has(id),
    queued: () => new Set(),
  })
  service.start()
  const list = async (arrs: readonly ArrId[] = [films, shows]) => {
    const query = {arrs: new Set(arrs), condition: null, sort: [], offset: 0, limit: 10_000}
    return (await service.query(query)).items
  }
  return {service, clock, errors, counts, list}
}

sqliteFirst('the libraries of all Arrs', (open) => {
  test('a restart goes on from what was written: the same rows, by which their reader knows them again', async () => {
    const store = await open()
    const before = serviceOn(store)
    await before.service.known(films)
    const rows = allFilms(1_200)
    before.service.take(films, {is: 'settings', settings})
    before.service.take(films, {is: 'rows', frame: frameOf(rows, 5)})
    before.service.take(films, {is: 'gone', keys: Float64Array.of(keyNumber(film(7)))})
    const scored = [keyNumber(film(3)), keyNumber(film(9_999))]
    before.service.take(films, {
      is: 'scores',
      keys: Float64Array.from(scored),
      scores: Float64Array.of(-4, 1),
    })
    before.service.take(films, {is: 'whole', readAt: 5})
    before.service.take(shows, {is: 'doubtful', why: 'restored'})
    const listed = await before.list()
    await before.service.stop()

    const after = serviceOn(store)
    expect(await after.list()).toEqual(listed)
    expect(listed.length).toBe(1_199)
    expect(listed.filter(({score}) => score !== null).map(({id, score}) => [id, score])).toEqual([[3, -4]])
    expect(after.service.stateOf(films)).toEqual({readAt: 5, doubtful: null, settings})
    expect(after.service.stateOf(shows)).toEqual({readAt: null, doubtful: 'restored', settings: null})
    const known = await after.service.known(films)
    const left = rows.filter(({id}) => id !== 7)
    const by = <T>(values: Iterable<T>) =>
      new Map([...known.keys].map((key, at) => [key, [...values][at]] as const))
    expect(known.readAt).toBe(5)
    const expected = new Map(left.map((row, at) => [keyNumber(row), frameOf(left, 0).hashes[at]]))
    expect(known.scores[known.keys.indexOf(keyNumber(film(3)))]).toBe(-4)
    expect(by(known.hashes)).toEqual(expected)
    expect(by(known.foreigns)).toEqual(new Map(left.map((row) => [keyNumber(row), identityOf(row).foreign])))
    expect(by(known.titles)).toEqual(new Map(left.map((row) => [keyNumber(row), identityOf(row).title])))
    // What is said again is written no second time.
    after.service.take(films, {is: 'rows', frame: frameOf(left, 9)})
    await after.service.stop()
    expect(after.counts.writes).toBe(0)
  })

  test('what changes within a second is written together, the last of each, and how far it is known after it', async () => {
    const store = await open()
    const {service, clock, counts} = serviceOn(store)
    await service.known(films)
    for (let round = 0; round < 50; round++) {
      service.take(films, {
        is: 'rows',
        frame: frameOf([film(1, {have: round}), film(2, {have: round})], round),
      })
    }
    service.take(films, {is: 'whole', readAt: 1})
    await clock.advance(1_000)
    await service.stop()
    // The rows, and how far it is known.
    expect(counts.writes).toBe(2)
    const again = serviceOn(store)
    expect((await again.list()).map(({have}) => have)).toEqual([49, 49])
    await again.service.stop()
  })

  test('what cannot be written waits and is written later', async () => {
    const store = await open()
    const {service, clock, counts, errors} = serviceOn(store)
    await service.known(films)
    counts.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
    service.take(films, {is: 'rows', frame: frameOf(allFilms(3), 0)})
    await clock.advance(60_000)
    expect(errors.length).toBeGreaterThan(1)
    counts.fault = null
    service.take(films, {is: 'gone', keys: Float64Array.of(keyNumber(film(2)))})
    await clock.advance(120_000)
    await service.stop()
    const again = serviceOn(store)
    expect((await again.list()).map(({id}) => id)).toEqual([1, 3])
    await again.service.stop()
  })

  test('what an Arr had goes with it, also where it was removed while the program did not run', async () => {
    const store = await open()
    const there = new Set([films, shows])
    const first = serviceOn(store, there)
    await first.service.known(films)
    for (const arr of [films, shows]) first.service.take(arr, {is: 'rows', frame: frameOf(allFilms(3), 0)})
    there.delete(shows)
    first.service.follow()
    first.service.take(shows, {is: 'rows', frame: frameOf(allFilms(3), 0)})
    expect((await first.list()).map(({arrId}) => arrId)).toEqual([films, films, films])
    await first.service.stop()
    const second = serviceOn(store, new Set([shows]))
    expect(await second.list()).toEqual([])
    await second.service.stop()
    const third = serviceOn(store)
    expect(await third.list()).toEqual([])
    await third.service.stop()
  })
})
