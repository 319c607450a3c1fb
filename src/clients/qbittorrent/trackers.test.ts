import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {SyncSink} from '../port.ts'
import {Maindata, MaindataUpdate} from './maindata.ts'
import type {NativeTorrent} from './native.ts'

const hash = 'a'.repeat(40) as InfoHash
const strict = 'https://strict.example.net/announce'
const open = 'udp://open.example.org:80'
const hosts = {strict: 'strict.example.net', open: 'open.example.org'}

interface Said {
  /** What is new in its row. */
  readonly row?: NativeTorrent
  /** URLs under which it stands, or stands no more. */
  readonly under?: readonly string[]
  readonly notUnder?: readonly string[]
}

/** What is told of the trackers of one torrent, answer by answer; `nothing` = no patch spoke of its hosts. */
function listener() {
  const data = new Maindata()
  return async (kind: 'list' | 'delta', {row, under = [], notUnder = []}: Said) => {
    const reported: TorrentPatch[] = []
    const sink = {
      row: (patch) => void reported.push({...patch}),
      begin() {},
      end() {},
      stats() {},
    } as Partial<SyncSink>
    const ignoring = {...sink, categories() {}, tags() {}, removed() {}} as SyncSink
    const update = new MaindataUpdate(data, ignoring, () => false)
    if (kind === 'list') update.take({what: 'value', key: 'full_update', value: true})
    update.take({what: 'open', key: 'torrents', isArray: false})
    if (row) update.take({what: 'member', key: 'torrents', name: hash, value: row, last: true})
    for (const url of under)
      update.take({what: 'member', key: 'trackers', name: url, value: [hash], last: true})
    if (notUnder.length > 0) update.take({what: 'value', key: 'trackers_removed', value: notUnder})
    await update.finish(new TimeSlice())
    const said = reported.filter((patch) => 'trackerHosts' in patch)
    return said.length === 0 ? 'nothing' : said.at(-1)!.trackerHosts
  }
}

const whole = (fields: NativeTorrent): NativeTorrent => ({state: 'stalledUP', tracker: '', ...fields})

test('a torrent that has trackers, and is listed under none, has some that were not reported', async () => {
  const say = listener()
  expect(await say('list', {row: whole({trackers_count: 1})})).toBeUndefined()
  expect(await say('delta', {under: [strict]})).toEqual([hosts.strict])
})

test('a torrent that has no trackers, and is listed under none, has none', async () => {
  const say = listener()
  expect(await say('list', {row: whole({trackers_count: 0})})).toEqual([])
})

test('what is taken from under its only tracker has none if its row says so too', async () => {
  for (const [count, expected] of [
    [1, undefined],
    [0, []],
  ] as const) {
    const say = listener()
    expect(await say('list', {row: whole({trackers_count: 1}), under: [strict]})).toEqual([hosts.strict])
    const row = count === 1 ? {} : {row: {trackers_count: 0}}
    expect(await say('delta', {...row, notUnder: [strict]})).toEqual(expected)
  }
})

test('where the tracker that works is not among them, one of them was not reported', async () => {
  const say = listener()
  const row = whole({trackers_count: 2, tracker: strict})
  expect(await say('list', {row, under: [open]})).toBeUndefined()
  expect(await say('delta', {row: {tracker: open}})).toEqual([hosts.open])
  expect(await say('delta', {row: {tracker: strict}})).toBeUndefined()
  expect(await say('delta', {under: [strict]})).toEqual([hosts.open, hosts.strict])
})

test('a list that contradicts what was reported takes it back, and the next one that does not reports it again', async () => {
  const say = listener()
  const row = whole({trackers_count: 1})
  expect(await say('list', {row, under: [strict]})).toEqual([hosts.strict])
  expect(await say('list', {row, under: [strict]})).toBe('nothing')
  expect(await say('list', {row})).toBeUndefined()
  expect(await say('list', {row})).toBe('nothing')
  expect(await say('list', {row, under: [strict]})).toEqual([hosts.strict])
})

test('what begins to say that it has trackers was reported as one without', async () => {
  const say = listener()
  expect(await say('list', {row: whole({trackers_count: 0})})).toEqual([])
  expect(await say('delta', {row: {trackers_count: 1}})).toBeUndefined()
  expect(await say('list', {row: whole({trackers_count: 0})})).toEqual([])
})
