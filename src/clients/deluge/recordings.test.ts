/** What the daemons themselves answered, read by our functions. */
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import {normaliseHot, normaliseSlow} from './normalise.ts'
import {freeSpaceOf, readConfig, readVersion} from './session.ts'
import {labelsIn, topOf} from './sync.ts'
import {isRecord, type NativeRecord} from './wire.ts'

interface Recorded {
  readonly name: string
  readonly response: {readonly status: number; readonly body: {readonly result: unknown}}
}

describe.each(['2.0.3', '2.2.0', '2.2.1.dev0'])('Deluge %s', (version) => {
  const path = new URL(`../../../lab/recordings/deluge-${version}/api.json`, import.meta.url)
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded[]
  const resultOf = (name: string): unknown =>
    recorded.find((one) => one.name === name && one.response.status === 200)!.response.body.result
  const rowsOf = (name: string) => Object.entries(resultOf(name) as Readonly<Record<string, NativeRecord>>)
  const tickedAt = 1_795_158_100_000

  function read([hash, raw]: [string, NativeRecord]) {
    const known = {top: topOf(raw), hasTrackers: true, tickedAt}
    const key = hash as InfoHash
    return {...normaliseHot(raw, key, known, {isQueueing: true}), ...normaliseSlow(raw, key)}
  }

  test('version, folders and limits are what the daemon says about them', () => {
    expect(readVersion(String(resultOf('daemon.get_version')))).toBe(version)
    expect(readConfig(resultOf('core.get_config'))).toMatchObject({
      downloadLocation: '/srv/test/rd/dl',
      stateFolder: expect.stringMatching(/\/state$/) as string,
      isQueueing: true,
      limits: {down: null, up: null},
    })
    expect(() => readVersion('1.3.15')).toThrow(/too old/)
  })

  test('a stopped torrent and a magnet link without metadata are distinguished and nothing is made up', () => {
    const rows = rowsOf('core.get_torrents_status list').map(read)
    expect(rows.find(({name}) => name === 'Movie.2024.1080p')).toMatchObject({
      state: 'stopped',
      nativeState: 'Paused',
      complete: false,
      progress: 0,
      message: '',
      category: 'radarr',
      savePath: '/srv/test/rd/dl',
      seedsSwarm: null,
      completedAt: null,
      downLimit: null,
      ratioLimit: null,
    })
    expect(rows.find(({name}) => name === 'MagnetOnly')).toMatchObject({
      state: 'metadata',
      hasMetadata: false,
      size: undefined,
      amountLeft: undefined,
      complete: false,
      isPrivate: undefined,
      contentPath: undefined,
    })
  })

  test('all that it reports of one torrent is read, its folder from its files', () => {
    const [row] = rowsOf('core.get_torrents_status all keys').map(read)
    expect(row).toMatchObject({
      contentPath: '/srv/test/rd/dl/Movie.2024.1080p',
      fileCount: 3,
      trackerHosts: expect.arrayContaining(['127.0.0.1']) as string[],
    })
    expect(row!.addedAt).toBeGreaterThan(1_700_000_000_000)
  })

  test('free space of a folder that is not there is unknown, and labels are a list', () => {
    expect(freeSpaceOf(resultOf('core.get_free_space'))).toBeGreaterThan(1e9)
    expect(freeSpaceOf(resultOf('core.get_free_space bad path'))).toBeUndefined()
    expect(labelsIn(resultOf('label.get_labels'))).toEqual(['radarr'])
  })

  test('of hashes that it does not have it reports nothing', () => {
    expect(resultOf('core.get_torrents_status unknown hash')).toEqual({})
    expect(isRecord(resultOf('core.get_torrent_status unknown hash'))).toBe(true)
  })
})

describe('what single words mean', () => {
  const hash = 'a'.repeat(40) as InfoHash
  const row = (raw: NativeRecord) =>
    normaliseHot({total_size: 10, total_wanted: 10, total_remaining: 4, ...raw}, hash, known, {
      isQueueing: true,
    })
  const known = {top: 'x', hasTrackers: true, tickedAt: 1_000_000}

  test.each([
    ['Missing or invalid torrent data!', 'missingFiles'],
    ['Unable to locate Download Folder!', 'missingFiles'],
    ['Problem with resume data', 'error'],
  ])('an error that says %s is %s, and its progress is that of its data', (message, state) => {
    expect(row({state: 'Error', progress: 100, message})).toMatchObject({state, message, progress: 0.6})
  })

  test.each([
    ['Announce OK', {trackerStatus: 'ok', trackerProblem: false, trackerMessage: ''}],
    ['Announce Sent', {trackerStatus: 'unknown', trackerProblem: false}],
    ['Warning: go slow', {trackerStatus: 'warning', trackerProblem: true, trackerMessage: 'go slow'}],
    ['Error: unregistered torrent', {trackerStatus: 'error', trackerMessage: 'unregistered torrent'}],
    ['Error: Connection timed out', {trackerStatus: 'unreachable', trackerProblem: true}],
  ])('of a tracker %s means %j', (words, expected) => {
    expect(row({tracker_status: words})).toMatchObject(expected)
  })

  test('what waits in the queue is not stopped, and what was taken out of it is forced', () => {
    expect(row({state: 'Queued', auto_managed: true})).toMatchObject({state: 'queuedDown', forceStart: false})
    expect(row({state: 'Queued', total_remaining: 0})).toMatchObject({state: 'queuedUp'})
    expect(row({state: 'Downloading', auto_managed: false})).toMatchObject({forceStart: true})
    expect(row({state: 'Paused', auto_managed: false})).toMatchObject({state: 'stopped', forceStart: false})
  })

  test('files without a folder in common have no place of their own', () => {
    expect(topOf({files: [{path: 'a/1'}, {path: 'a/b/2'}]})).toBe('a')
    expect(topOf({files: [{path: 'only.mkv'}]})).toBe('only.mkv')
    expect(topOf({files: [{path: 'a/1'}, {path: '2'}]})).toBe('')
    expect(topOf({files: []})).toBeUndefined()
  })
})
