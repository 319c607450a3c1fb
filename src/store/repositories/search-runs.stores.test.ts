import {beforeEach, describe, expect, test} from 'vitest'
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import type {SearchCondition} from '#model/searches.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  addRefusedReleases,
  addSearchRun,
  deleteSearchRun,
  endSearchRun,
  pruneSearchRuns,
  querySearchRuns,
  readSearchRun,
  putSearchCommand,
  readIndexerQuestions,
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
const ended = (more: Partial<SearchEnd>): SearchEnd => ({
  ...end,
  grabs: [],
  refused: [],
  rejects: {},
  ...more,
})

everyStore('searches and what came of them', (open) => {
  test('what indexers were asked comes back, and goes with a search that was not made', async () => {
    const store = await open()
    await store.write(async (db) => {
      await addSearchRun(db, begun('old', 1), {one: 9})
      await addSearchRun(db, begun('a', 2), {one: 2, 'an “odd” name': 1})
      await addSearchRun(db, begun('b', 3))
      await addSearchRun(db, begun('c', 4), {one: 1})
      await addSearchRun(db, begun('d', 5), {one: 5})
      await deleteSearchRun(db, 'c')
      await db.updateTable('searchRuns').set({asked: '{"one":"x"}'}).where('searchId', '=', 'd').execute()
    })
    expect(await store.read((db) => readIndexerQuestions(db, 1))).toEqual([
      {searchId: 'a', askedAt: 2, asked: {one: 2, 'an “odd” name': 1}},
      {searchId: 'd', askedAt: 5, asked: {}},
    ])
  })

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

  describe('of several Arrs', () => {
    let store: Store
    const asked = async (condition: SearchCondition | null, more: object = {}) => {
      const query = {arrs: ['radarr', 'sonarr'], condition, offset: 0, limit: 10, ...more}
      return store.read((db) => querySearchRuns(db, query))
    }
    const ids = async (condition: SearchCondition | null, more: object = {}) =>
      (await asked(condition, more)).items.map(({searchId}) => searchId)

    beforeEach(async () => {
      store = await open()
      await store.write(async (db) => {
        await addSearchRun(db, {...begun('a', 1), cause: 'schedule', reason: 'missing'})
        await addSearchRun(db, {...begun('b', 2, 'sonarr'), cause: 'schedule', reason: 'request'})
        await addSearchRun(db, {...begun('c', 3), cause: 'person', reason: 'byHand'})
        await addSearchRun(db, begun('hidden', 4, 'lidarr'))
        await addSearchRun(db, begun('d', 5, 'sonarr'))
        await endSearchRun(db, 'a', end)
        await endSearchRun(db, 'b', ended({outcome: 'nothing_found', title: 'Amélie 50% off', found: 0}))
        await endSearchRun(db, 'c', ended({outcome: 'all_rejected', title: 'Brazil (1985)', found: 14}))
        await addRefusedReleases(db, 'radarr', {releases: [refused('Other', 9)], most: 5})
      })
    })

    test('they come newest first, with counts of all that match, and without what an Arr picked itself', async () => {
      expect(await ids(null)).toEqual(['d', 'c', 'b', 'a'])
      const {items, total, outcomes} = await asked(null, {offset: 1, limit: 2})
      expect([items.map(({searchId}) => searchId), total]).toEqual([['c', 'b'], 4])
      expect(Object.fromEntries(outcomes)).toEqual({
        running: 1,
        grabbed: 1,
        nothing_found: 1,
        all_rejected: 1,
      })
    })

    test('Q53 of Arrs that are not asked for there is no row and no count', async () => {
      expect(await ids(null, {arrs: ['radarr']})).toEqual(['c', 'a'])
      expect(await asked(null, {arrs: []})).toEqual({items: [], total: 0, outcomes: new Map()})
      expect(await ids({asks: 'arr', ids: ['lidarr']})).toEqual([])
    })

    test.each<[string, SearchCondition, readonly string[]]>([
      ['a piece of the title, in any case', {asks: 'title', text: 'BRAZ'}, ['c']],
      ['a piece with a letter of another alphabet', {asks: 'title', text: 'amélie'}, ['b']],
      ['a sign that means something to databases', {asks: 'title', text: '50%'}, ['b']],
      ['such a sign that is not there', {asks: 'title', text: 'F_lm'}, []],
      ['a release that was grabbed', {asks: 'release', text: 'film-aaa'}, ['a']],
      ['what stands around a release in its column', {asks: 'release', text: 'downloadId'}, []],
      ['an outcome', {asks: 'outcome', outcome: 'grabbed'}, ['a']],
      ['what is not over', {asks: 'outcome', outcome: 'running'}, ['d']],
      ['another outcome than one, of what is over', {not: {asks: 'outcome', outcome: 'grabbed'}}, ['c', 'b']],
      ['a reason', {asks: 'why', reason: 'missing'}, ['a']],
      ['a reason that is a person', {asks: 'why', reason: 'person'}, ['c']],
      ['the schedule, without requests', {asks: 'by', by: 'schedule'}, ['a']],
      ['requests', {asks: 'by', by: 'request'}, ['b']],
      ['rules', {asks: 'by', by: 'rule'}, ['d']],
      ['a time', {asks: 'number', of: 'at', range: {min: 2, max: 3}}, ['c', 'b']],
      ['releases found', {asks: 'number', of: 'found', range: {min: 1}}, ['c', 'a']],
      [
        'no end at all',
        {asks: 'number', of: 'at', range: {max: Number.POSITIVE_INFINITY}},
        ['d', 'c', 'b', 'a'],
      ],
      [
        'one of two, and a third',
        {
          all: [
            {
              any: [
                {asks: 'by', by: 'person'},
                {asks: 'by', by: 'request'},
              ],
            },
            {asks: 'arr', ids: ['radarr']},
          ],
        },
        ['c'],
      ],
    ])('they are found by %s', async (_, condition, found) => {
      expect(await ids(condition)).toEqual(found)
    })

    test('one is found by its id, and what an Arr picked itself is none', async () => {
      const get = (id: string) => store.read((db) => readSearchRun(db, id))
      expect(await get('a')).toMatchObject({searchId: 'a', arrId: 'radarr', end})
      const picked = await store.read((db) => readSearchRunsOf(db, 'radarr', all))
      expect(await get(picked.find(({cause}) => cause === 'arr')!.searchId)).toBeNull()
      expect(await get('gone')).toBeNull()
    })
  })
})
