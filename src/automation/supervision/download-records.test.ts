import {expect, test} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import {asArrId} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {arrivalsOf, downloadRecords, milestonesOf} from './download-records.ts'

const hash = asInfoHash('ab'.repeat(20))!
const key = {serverId: asServerId('qBit'), hash}

const record = (arrId: string, changes: Partial<DownloadRecord> = {}): DownloadRecord => ({
  arrId,
  downloadId: hash.toUpperCase(),
  serverId: key.serverId,
  hash,
  ownership: 'owned',
  mediaIds: [],
  state: 'imported',
  grabbedAt: 1_000,
  importedAt: null,
  failedAt: null,
  proof: null,
  detail: null,
  updatedAt: 9_000,
  ...changes,
})

function sources(row: Partial<TorrentRecord>, records: readonly DownloadRecord[]) {
  const fleet: Pick<FleetReader, 'get'> = {get: () => row as TorrentRecord}
  const downloads = {ofDownload: (id: string) => records.filter((it) => it.downloadId === id)}
  return {fleet, memory: {downloads} as unknown as Memory}
}

test('what happened stands in its order, wherever it came from', () => {
  const reported = sources({addedAt: 1_100, completedAt: 2_000}, [
    record('Radarr', {importedAt: 3_000}),
    record('Radarr-4K', {grabbedAt: null, failedAt: 2_500}),
  ])
  expect(milestonesOf(reported, key)).toEqual([
    {at: 1_000, what: 'grabbed', arrId: 'Radarr'},
    {at: 1_100, what: 'added', arrId: null},
    {at: 2_000, what: 'completed', arrId: null},
    {at: 2_500, what: 'failed', arrId: 'Radarr-4K'},
    {at: 3_000, what: 'imported', arrId: 'Radarr'},
  ])
})

test('what an Arr did with the same torrent on another server is not of this one', () => {
  const elsewhere = record('Radarr', {serverId: asServerId('other')})
  expect(milestonesOf(sources({addedAt: undefined, completedAt: null}, [elsewhere]), key)).toEqual([])
})

test('an Arr may know it by its other hash', () => {
  const v1 = asInfoHash('cd'.repeat(20))!
  const known = record('Radarr', {downloadId: v1.toUpperCase()})
  expect(downloadRecords(sources({infoHashV1: v1}, [known]), key)).toEqual([known])
})

test('what an Arr imported since then is reported with its torrent, where one is known', () => {
  const records = [
    record('Radarr', {importedAt: 3_000}),
    record('Radarr', {importedAt: 2_000}),
    record('Radarr', {importedAt: 4_000, serverId: null, hash: null}),
    record('Radarr'),
  ]
  const memory = {downloads: {ofArr: () => records}} as unknown as Memory
  expect(arrivalsOf({memory}, asArrId('Radarr'), 3_000)).toEqual([
    {at: 3_000, downloadId: hash.toUpperCase(), key},
    {at: 4_000, downloadId: hash.toUpperCase(), key: null},
  ])
})
