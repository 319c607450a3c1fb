import {expect, test} from 'vitest'
import type {SearchRecord} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {deleteSearch, markSearchSent, pruneSearches, putSearches, readSearches} from './searches.ts'

const search = (item: string, searchId: string, at: number, failure = ''): SearchRecord => ({
  arrId: 'radarr',
  item,
  failure,
  searchId,
  reason: 'missing',
  phase: 'intended',
  at,
})

everyStore('searches', (open) => {
  const all = async (store: Store) => [...(await store.read(readSearches))].sort((a, b) => a.at - b.at)
  const put = (store: Store, ...records: SearchRecord[]) => store.write((db) => putSearches(db, records))

  test('of an item the last search is kept, and beside it each one that a failure led to', async () => {
    const store = await open()
    await put(store, search('movie:1', 's1', 1))
    await put(store, search('movie:1', 's2', 2, 'f1'))
    await put(store, search('movie:1', 's3', 3))
    expect((await all(store)).map(({searchId}) => searchId)).toEqual(['s2', 's3'])
  })

  test('all items of a command were sent, or none was ever asked for', async () => {
    const store = await open()
    await put(store, search('movie:1', 's1', 1), search('movie:2', 's1', 2), search('movie:3', 's2', 3))
    await store.write((db) => markSearchSent(db, 's1'))
    expect((await all(store)).map(({phase}) => phase)).toEqual(['sent', 'sent', 'intended'])
    await store.write((db) => deleteSearch(db, 's1'))
    expect(await all(store)).toEqual([search('movie:3', 's2', 3)])
  })

  test('old ones are forgotten', async () => {
    const store = await open()
    await put(store, search('movie:1', 's1', 1), search('movie:2', 's2', 2))
    await store.write((db) => pruneSearches(db, 2))
    expect(await all(store)).toEqual([search('movie:2', 's2', 2)])
  })

  test('one of which it is unknown how far it came may have been sent', async () => {
    const store = await open()
    await put(store, search('movie:1', 's1', 1))
    await store.write((db) => db.updateTable('searches').set({phase: 'x'}).execute())
    expect(await all(store)).toMatchObject([{phase: 'sent'}])
  })
})
