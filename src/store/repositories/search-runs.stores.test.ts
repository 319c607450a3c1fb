import {expect, test} from 'vitest'
import type {SearchEnd, SearchRun} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import {
  addSearchRun,
  deleteSearchRun,
  endSearchRun,
  pruneSearchRuns,
  putSearchCommand,
  readOpenSearchRuns,
  readSearchRunsOf,
} from './search-runs.ts'

const begun = (searchId: string, askedAt: number, arrId = 'radarr') =>
  ({searchId, arrId, items: ['movie/17', 'movie/18'], cause: 'rule', reason: 'stalled', askedAt}) as const
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
  grabs: [{downloadId: null, title: 'Film-AAA'}],
  refused: [{title: 'Film-BBB', why: 'Download client failed to add torrent'}],
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

  test('what is too old is forgotten, and of too many the oldest', async () => {
    const store = await open()
    const left = async () => (await store.read(readOpenSearchRuns)).map(({searchId}) => searchId)
    await store.write(async (db) => {
      for (const at of [1, 2, 3, 4, 5]) await addSearchRun(db, begun(`${at}`, at))
    })
    await store.write((db) => pruneSearchRuns(db, 2, 10))
    expect(await left()).toEqual(['2', '3', '4', '5'])
    await store.write((db) => pruneSearchRuns(db, 0, 2))
    expect(await left()).toEqual(['4', '5'])
  })
})
