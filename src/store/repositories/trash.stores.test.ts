import {expect, test} from 'vitest'
import type {TrashRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  deleteTrashMetainfo,
  pruneTrash,
  putTrash,
  putTrashMetainfo,
  readTrash,
  trashMetainfo,
} from './trash.ts'

const kept: TrashRecord = {
  id: 't1',
  serverId: asServerId('A'),
  hash: asInfoHash('a'.repeat(40))!,
  name: 'a name\nof two lines',
  verb: 'recycle',
  paths: [{from: '/data/a', to: '/data/.trash/t1/a'}],
  bytes: 12_345_678_910,
  version: 1,
  resume: {category: 'films', tags: ['ü']},
  rule: {id: 'r1' as RuleId, revision: 2},
  userId: null,
  setAsideAt: 5,
  until: 50,
  state: 'kept',
  stateAt: 5,
  message: null,
}

everyStore('the trash', (open) => {
  const put = (store: Store, ...records: TrashRecord[]) =>
    store.write(async (db) => {
      for (const record of records) await putTrash(db, record)
    })

  test('what a rule and what a person set aside comes back as it was put, newest first', async () => {
    const store = await open()
    const ofPerson = {...kept, id: 't2', rule: null, userId: 'ann', setAsideAt: 6, message: 'It’s back.'}
    await put(store, kept, ofPerson)
    const restored: TrashRecord = {...kept, state: 'restored', stateAt: 9}
    await put(store, restored)
    expect(await store.read(readTrash)).toEqual([ofPerson, restored])
  })

  test('its torrent file comes back byte by byte, until it is dropped', async () => {
    const store = await open()
    await put(store, kept)
    const metainfo = Uint8Array.from({length: 100_000}, (_, n) => n % 256)
    expect(await store.read((db) => trashMetainfo(db, 't1'))).toBeNull()
    await store.write((db) => putTrashMetainfo(db, 't1', new Uint8Array([1])))
    await store.write((db) => putTrashMetainfo(db, 't1', metainfo))
    expect(await store.read((db) => trashMetainfo(db, 't1'))).toEqual(metainfo)
    await store.write((db) => deleteTrashMetainfo(db, 't1'))
    expect(await store.read((db) => trashMetainfo(db, 't1'))).toBeNull()
  })

  test('what ended long ago is forgotten with its torrent file; what still lies there never', async () => {
    const store = await open()
    const ended = (id: string, state: TrashRecord['state'], stateAt: number) => ({
      ...kept,
      id,
      state,
      stateAt,
    })
    await put(store, kept, ended('t2', 'purged', 9), ended('t3', 'restored', 4), ended('t4', 'purged', 10))
    await put(store, ended('t7', 'restored', 5))
    await put(store, ended('t5', 'purging', 1), ended('t6', 'restoring', 1))
    await store.write((db) => putTrashMetainfo(db, 't3', new Uint8Array([1])))
    await store.write((db) => pruneTrash(db, {restored: 5, purged: 10}))
    const left = (await store.read(readTrash)).map(({id}) => id)
    expect(left).toEqual(['t1', 't4', 't5', 't6', 't7'])
    expect(await store.read((db) => trashMetainfo(db, 't3'))).toBeNull()
  })

  test('what cannot be read of it does not make it forgotten', async () => {
    const store = await open()
    await put(store, kept)
    await store.write((db) => db.updateTable('trash').set({paths: '5', resume: '{'}).execute())
    expect(await store.read(readTrash)).toEqual([{...kept, paths: [], resume: undefined}])
  })
})
