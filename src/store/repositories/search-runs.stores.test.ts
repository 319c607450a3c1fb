import {expect, test} from 'vitest'
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  addRefusedReleases,
  addSearchRun,
  deleteSearchRun,
  endSearchRun,
  pruneSearchRuns,
  putSearchCommand,
  readOpenSearchRuns,
  readSearchRunsOf,
} from './search-runs.ts'

const begun = (searchId: string, askedAt: number, arrId = 'radarr') =>
  ({
    searchId,
    arrId,
    items: ['movie/17', 'movie/18'],
    unit: null,
    cause: 'rule',
    reason: 'stalled',
    askedAt,
  }) as const
const run = (searchId: string, askedAt: number, more: Partial<SearchRun> = {}): SearchRun => ({
  ...begun(searchId, askedAt),
  commandId: null,
  end: null,
  ...more,
})
const end: SearchEnd = {
  outcome: 'grabbed',
  endedAt: 9,
  title: 'Film (2020)',
  said: '1 reports downloaded.',
  found: 3,
  indexers: 2,
  grabs: [{downloadId: null, title: 'Film-AAA'}],
  refused: [{title: 'Film-BBB', why: 'Download client failed to add torrent'}],
  rejects: {size: 2, not_aired: 1},
}
const all = {before: null, limit: 10}

everyStore('searches and what came of them', (open) => {
  test('a search comes back as it was begun, with its command and its end', async () => {
    const store = await open()
    const of = (page: Parameters<typeof readSearchRunsOf>[2]) =>
      store.read((db) => readSearchRunsOf(db, 'radarr', page))
    await store.write(async (db) => {
      for (const [id, at] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ] as const)
        await addSearchRun(db, begun(id, at))
      await addSearchRun(db, begun('of another', 4, 'sonarr'))
      await putSearchCommand(db, 'b', 7)
      await endSearchRun(db, 'b', end)
      await deleteSearchRun(db, 'a')
      // Claimed once more: it is the same one.
      await addSearchRun(db, begun('b', 8))
    })
    expect(await of(all)).toEqual([run('c', 3), run('b', 2, {commandId: 7, end})])
    expect(await of({before: 3, limit: 10})).toEqual([run('b', 2, {commandId: 7, end})])
    expect(await of({before: null, limit: 1})).toEqual([run('c', 3)])
    const left = await store.read(readOpenSearchRuns)
    expect(left.map(({searchId}) => searchId)).toEqual(['c', 'of another'])
  })

  test('searches of one millisecond at the border of a page are all in it, and none is lost between pages', async () => {
    const store = await open()
    await store.write(async (db) => {
      for (const [id, at] of [
        ['a', 1],
        ['b', 2],
        ['c', 2],
        ['d', 2],
        ['e', 3],
        ['f', 3],
      ] as const)
        await addSearchRun(db, begun(id, at))
      await addSearchRun(db, begun('of another', 2, 'sonarr'))
    })
    for (const [limit, pages] of [
      [1, ['fe', 'dcb', 'a']],
      [3, ['fedcb', 'a']],
      [5, ['fedcb', 'a']],
      [6, ['fedcba']],
    ] as const) {
      const seen: string[] = []
      for (let before: number | null = null; ;) {
        const page: readonly SearchRun[] = await store.read((db) =>
          readSearchRunsOf(db, 'radarr', {before, limit}),
        )
        if (page.length === 0) break
        seen.push(page.map(({searchId}) => searchId).join(''))
        before = page.at(-1)!.askedAt
      }
      expect(seen).toEqual(pages)
    }
  })

  test('what a schedule planned comes back with what of the library it was for', async () => {
    const store = await open()
    await store.write((db) => addSearchRun(db, {...begun('s', 1), unit: 'season/5/3', cause: 'schedule'}))
    expect(await store.read(readOpenSearchRuns)).toEqual([
      run('s', 1, {unit: 'season/5/3', cause: 'schedule'}),
    ])
  })

  const refused = (title: string, at: number) => ({title, at, why: 'no'})
  const adding =
    (store: Store, most = 10) =>
    (...releases: ReturnType<typeof refused>[]) =>
      store.write((db) => addRefusedReleases(db, 'radarr', {releases, most}))
  const reportedBy = async (store: Store) =>
    (await store.read((db) => readSearchRunsOf(db, 'radarr', all))).map(
      ({cause, askedAt, end: it}) =>
        `${cause} ${askedAt} ${it?.endedAt} ${it?.refused.map(({title}) => title).join(' ')}`,
    )

  test('what an Arr selected without us and was refused is one row from its first to its last time', async () => {
    const store = await open()
    const add = adding(store)
    await add(refused('A', 10), refused('B', 11))
    await add(refused('A', 20_000_000_000))
    expect(await reportedBy(store)).toEqual(['arr 11 11 B', 'arr 10 20000000000 A'])
  })

  test('what an Arr selected without us and was refused is listed once, where a search of ours lists it', async () => {
    const store = await open()
    const [add, DAY] = [adding(store), 86_400_000]
    await add(refused('A', 11 * DAY), refused('B', 11 * DAY + 1))
    // The log was read before the search was known to be over.
    await store.write(async (db) => {
      await addSearchRun(db, begun('s', 11 * DAY - 5))
      await endSearchRun(db, 's', {...end, endedAt: 11 * DAY + 5, refused: [refused('A', 0)]})
    })
    const its = `rule ${11 * DAY - 5} ${11 * DAY + 5} A`
    expect(await reportedBy(store)).toEqual([`arr ${11 * DAY + 1} ${11 * DAY + 1} B`, its])
    await add(refused('A', 11 * DAY + 1))
    expect((await reportedBy(store)).at(-1)).toBe(its)
    // Days later it is refused without a search of ours.
    await add(refused('A', 13 * DAY))
    expect((await reportedBy(store))[0]).toBe(`arr ${13 * DAY} ${13 * DAY} A`)
  })

  test('of what an Arr selected without us those are kept that were refused last, and searches are not counted', async () => {
    const store = await open()
    const add = adding(store, 2)
    await store.write((db) => addSearchRun(db, begun('s', 1)))
    await store.write((db) => addRefusedReleases(db, 'sonarr', {releases: [refused('Other', 1)], most: 2}))
    await add(refused('A', 10), refused('B', 11))
    await add(refused('A', 12), refused('C', 13))
    expect((await reportedBy(store)).map((it) => it.split(' ').at(-1))).toEqual(['C', 'A', 'undefined'])
    expect(await store.read((db) => readSearchRunsOf(db, 'sonarr', all))).toHaveLength(1)
  })

  test('what is too old is forgotten, and of too many the oldest', async () => {
    const store = await open()
    const left = async () => (await store.read(readOpenSearchRuns)).map(({searchId}) => searchId)
    await store.write(async (db) => {
      for (const at of [1, 2, 3, 4, 5]) await addSearchRun(db, begun(`${at}`, at))
    })
    const prune = (before: number, refusedBefore: number, most: number) =>
      store.write((db) => pruneSearchRuns(db, {before, refusedBefore, most}))
    await prune(2, 0, 10)
    expect(await left()).toEqual(['2', '3', '4', '5'])
    // What an Arr chose without us neither crowds out searches nor is crowded out by them.
    await adding(store)(refused('One', 6), refused('Two', 8), refused('Three', 3))
    await adding(store)(refused('Three', 9))
    await prune(0, 0, 2)
    expect(await left()).toEqual(['4', '5'])
    expect((await reportedBy(store)).filter((it) => it.startsWith('arr'))).toHaveLength(3)
    await prune(0, 7, 9)
    expect(await reportedBy(store)).toEqual([
      'arr 8 8 Two',
      expect.any(String),
      expect.any(String),
      'arr 3 9 Three',
    ])
  })
})
