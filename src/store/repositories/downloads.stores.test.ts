import {expect, test} from 'vitest'
import type {DownloadRecord} from '#model/automation-state.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {pruneDownloads, putDownloads, readDownloads} from './downloads.ts'

const download: DownloadRecord = {
  arrId: 'radarr',
  downloadId: 'A'.repeat(40),
  serverId: asServerId('A'),
  hash: asInfoHash('a'.repeat(40)),
  ownership: 'owned',
  mediaIds: [1, 2],
  state: 'imported',
  grabbedAt: 1,
  importedAt: 2,
  failedAt: null,
  proof: {historyId: 4711},
  detail: ['it’s done'],
  updatedAt: 10,
}
const unmet: DownloadRecord = {
  ...download,
  arrId: 'sonarr',
  serverId: null,
  hash: null,
  ownership: 'adopted',
  mediaIds: [],
  grabbedAt: null,
  importedAt: null,
  proof: null,
  detail: null,
  updatedAt: 9,
}

everyStore('downloads', (open) => {
  const all = async (store: Store) =>
    [...(await store.read(readDownloads))].sort((a, b) => (a.arrId < b.arrId ? -1 : 1))

  test('a download comes back as it was put, each Arr’s alone', async () => {
    const store = await open()
    await store.write((db) => putDownloads(db, [{...download, proof: null, importedAt: null}, unmet]))
    await store.write((db) => putDownloads(db, [download]))
    expect(await all(store)).toEqual([download, unmet])
  })

  test('one of which nothing was heard for long is forgotten', async () => {
    const store = await open()
    await store.write((db) => putDownloads(db, [download, unmet]))
    await store.write((db) => pruneDownloads(db, 10))
    expect(await all(store)).toEqual([download])
  })

  test('what cannot be read proves nothing, and has no owner', async () => {
    const store = await open()
    await store.write((db) => putDownloads(db, [download]))
    const damaged = {proof: '{', detail: '{', mediaIds: '["1",2]', ownership: 'x'}
    await store.write((db) => db.updateTable('downloads').set(damaged).execute())
    expect(await all(store)).toEqual([
      {...download, proof: null, detail: null, mediaIds: [2], ownership: 'adopted'},
    ])
    await store.write((db) => db.updateTable('downloads').set({mediaIds: '{}'}).execute())
    expect(await all(store)).toMatchObject([{mediaIds: []}])
  })
})
