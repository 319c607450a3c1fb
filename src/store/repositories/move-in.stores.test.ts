import {expect, test} from 'vitest'
import type {InheritedItem, MovedDatabase} from '#model/qbitrr-migration.ts'
import {everyStore} from '#test/store/every-store.ts'
import {putInheritedItems, putMovedDatabase, readInheritedItems, readMovedDatabases} from './move-in.ts'

const counts = {torrents: 1, searched: 2, requested: 3, profiles: 4, leftOut: 5}
const database = (path: string, movedAt: number): MovedDatabase => ({
  path,
  movedAt,
  counts,
  fingerprint: 'ab',
  bytes: 4096,
  modifiedAt: 7,
})
const item = (name: string, requested = true): InheritedItem => ({
  arrId: 'Radarr-4K',
  item: name,
  requested,
  originalProfileId: 4,
  temporaryProfileId: null,
  switchedAt: null,
  title: null,
})

everyStore('what was taken over', (open) => {
  test('databases come back in the order in which they were taken over', async () => {
    const store = await open()
    for (const one of [database('/b', 1), database('/a', 2), database('/b', 3)])
      await store.write((db) => putMovedDatabase(db, one))
    expect(await store.read(readMovedDatabases)).toEqual([database('/a', 2), database('/b', 3)])
  })

  test('counts that cannot be read are nought', async () => {
    const store = await open()
    await store.write((db) => putMovedDatabase(db, database('/a', 1)))
    await store.write((db) => db.updateTable('movedDatabases').set({counts: '{"torrents": 9'}).execute())
    const [{counts: read}] = (await store.read(readMovedDatabases)) as [MovedDatabase]
    expect(Object.values(read)).toEqual([0, 0, 0, 0, 0])
  })

  test('of an item the last word is kept', async () => {
    const store = await open()
    await store.write((db) => putInheritedItems(db, [item('movie/1'), item('series/3')]))
    await store.write((db) => putInheritedItems(db, [item('movie/1', false)]))
    expect(await store.read(readInheritedItems)).toEqual([item('movie/1', false), item('series/3')])
  })
})
