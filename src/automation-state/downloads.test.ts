import {expect, test} from 'vitest'
import type {DownloadRecord} from '#model/automation-state.ts'
import {away, memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'

const download = (arrId: string, n: number, more: Partial<DownloadRecord> = {}): DownloadRecord => ({
  arrId,
  downloadId: torrent(n).hash.toUpperCase(),
  ...torrent(n),
  ownership: 'owned',
  mediaIds: [n],
  state: 'downloading',
  grabbedAt: 1,
  importedAt: null,
  failedAt: null,
  proof: null,
  detail: null,
  updatedAt: 1,
  ...more,
})

test('what is known of a download outlives a restart, by Arr and by what it is, wherever', async () => {
  const {open} = await memoryHarness()
  const {downloads} = await open()
  const [film, adopted] = [download('radarr', 1), download('radarr-4k', 1, {ownership: 'adopted'})]
  const unmet = download('radarr', 2, {serverId: null, hash: null})
  await downloads.put([film, adopted, unmet])
  const imported = {...film, state: 'imported', importedAt: 9, proof: {historyId: 4}}
  await downloads.put([imported])
  for (const repository of [downloads, (await open()).downloads]) {
    expect(repository.of('radarr', film.downloadId)).toEqual(imported)
    expect(repository.ofArr('radarr')).toHaveLength(2)
    expect(repository.ofDownload(film.downloadId)).toHaveLength(2)
    expect(repository.ofDownload(film.downloadId)).toEqual(expect.arrayContaining([imported, adopted]))
    expect(repository.ofDownload(unmet.downloadId)).toEqual([unmet])
    expect(repository.ofDownload('other')).toEqual([])
  }
})

test('what is reported of a download takes the place of what was known', async () => {
  const {open} = await memoryHarness()
  const {downloads} = await open()
  await downloads.put([download('radarr', 1)])
  await downloads.put([download('radarr', 1, torrent(1, 'B'))])
  expect(downloads.ofDownload(download('radarr', 1).downloadId)).toMatchObject([{serverId: 'B'}])
})

test('what could not be written is not known', async () => {
  const {open, setFault} = await memoryHarness()
  const {downloads} = await open()
  setFault(away)
  await expect(downloads.put([download('radarr', 1)])).rejects.toBe(away)
  expect(downloads.ofArr('radarr')).toEqual([])
})

test('one of which nothing was heard for long is forgotten, here and there', async () => {
  const {open} = await memoryHarness()
  const {downloads} = await open()
  await downloads.put([download('radarr', 1, {updatedAt: 9}), download('radarr', 2, {updatedAt: 10})])
  await downloads.expire(10)
  for (const repository of [downloads, (await open()).downloads]) {
    expect(repository.ofArr('radarr')).toEqual([download('radarr', 2, {updatedAt: 10})])
    expect(repository.ofDownload(download('radarr', 1).downloadId)).toEqual([])
  }
})
