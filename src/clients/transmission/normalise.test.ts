import {expect, test} from 'vitest'
import type {InfoHash} from '#model/torrent-key.ts'
import type {RawTorrent} from './codec.ts'
import {hotFields, slowFields} from './fields.ts'
import {normaliseHot, normaliseSlow, type NormaliseContext} from './normalise.ts'
import {readSession} from './session.ts'
import {hostOf, normaliseTrackers, trackerTiers} from './tracker-news.ts'

const hash = 'a'.repeat(40) as InfoHash
const context: NormaliseContext = {
  session: {
    version: '4.1.4',
    rpc: 19,
    semver: '6.0.1',
    bytesPerK: 1000,
    downloadDir: '/dl',
    incompleteDir: null,
    limits: {down: null, up: null},
    queueing: false,
  },
  categorySource: {from: 'label'},
}

function hot(raw: RawTorrent, tracker: 'ok' | 'unknown' = 'ok') {
  return normaliseHot({metadata_percent_complete: 1, ...raw}, hash, context, tracker)
}

for (const [raw, state] of [
  [{status: 0}, 'stopped'],
  [{status: 1}, 'checking'],
  [{status: 2}, 'checking'],
  [{status: 3}, 'queuedDown'],
  [{status: 4, rate_download: 5}, 'downloading'],
  [{status: 4, rate_download: 0}, 'stalledDown'],
  [{status: 4, metadata_percent_complete: 0.5}, 'metadata'],
  [{status: 3, metadata_percent_complete: 0}, 'queuedDown'],
  [{status: 5}, 'queuedUp'],
  [{status: 6, rate_upload: 1}, 'seeding'],
  [{status: 6, rate_upload: 0}, 'stalledUp'],
  [{status: 0, error: 3, error_string: 'No space left on device'}, 'error'],
  [{status: 0, error: 3, error_string: 'No data found! Ensure …'}, 'missingFiles'],
  [{status: 6, error: 2, error_string: 'not registered'}, 'stalledUp'],
  [{status: 7}, 'unknown'],
] as const) {
  test(`${JSON.stringify(raw)} is ${state}`, () => {
    expect(hot(raw).state).toBe(state)
  })
}

test('waiting for a check is checking, with the flag', () => {
  expect(hot({status: 1}).queuedCheck).toBe(true)
  expect(hot({status: 2, recheck_progress: 0.25})).toMatchObject({queuedCheck: false, taskProgress: 0.25})
})

for (const [raw, tracker, expected] of [
  [{error: 0}, 'ok', {trackerStatus: 'ok', trackerProblem: false, message: ''}],
  [
    {error: 1, error_string: 'w'},
    'ok',
    {trackerStatus: 'warning', trackerProblem: true, trackerMessage: 'w', message: 'w'},
  ],
  [{error: 2, error_string: 'e'}, 'ok', {trackerStatus: 'error', trackerProblem: true, trackerMessage: 'e'}],
  [{error: 3, error_string: 'disk'}, 'ok', {trackerStatus: 'ok', message: 'disk'}],
  [{error: 0}, 'unknown', {trackerStatus: 'unknown', trackerProblem: false}],
] as const) {
  test(`${JSON.stringify(raw)} of a torrent whose tracker is ${tracker}`, () => {
    expect(hot(raw, tracker)).toMatchObject(expected)
  })
}

test('our ratio is uploaded by downloaded; theirs is kept, and −1 and −2 are unknown', () => {
  const raw = {uploaded_ever: 50, downloaded_ever: 100, size_when_done: 400, left_until_done: 0}
  expect(hot({...raw, upload_ratio: 0.125})).toMatchObject({ratio: 0.5, nativeRatio: 0.125})
  expect(hot({...raw, upload_ratio: -1}).nativeRatio).toBeUndefined()
  expect(hot({...raw, upload_ratio: -2}).nativeRatio).toBeUndefined()
})

test('times that are not known or never were are null', () => {
  expect(hot({eta: -1, done_date: 0, activity_date: 0})).toMatchObject({
    eta: null,
    completedAt: null,
    lastActivityAt: null,
  })
  expect(hot({eta: 60, done_date: 2, seconds_downloading: 3, seconds_seeding: 4})).toMatchObject({
    eta: 60,
    completedAt: 2000,
    activeTime: 7,
    seedingTime: 4,
  })
})

for (const [raw, expected] of [
  [{download_limited: false, download_limit: 7}, {downLimit: null}],
  [{download_limited: true, download_limit: 7}, {downLimit: 7000}],
  [{upload_limited: true, upload_limit: 0}, {upLimit: 0}],
  [{seed_ratio_mode: 0, seed_ratio_limit: 2}, {ratioLimit: 'inherit'}],
  [{seed_ratio_mode: 1, seed_ratio_limit: 1.5}, {ratioLimit: 1.5}],
  [{seed_ratio_mode: 2, seed_ratio_limit: 2}, {ratioLimit: null}],
  [{seed_idle_mode: 1, seed_idle_limit: 30}, {idleLimit: 1800}],
  [{bandwidth_priority: -1}, {priority: 'low'}],
  [{bandwidth_priority: 0}, {priority: 'normal'}],
  [{bandwidth_priority: 1}, {priority: 'high'}],
  [{sequential_download: true}, {sequential: true}],
] as const) {
  test(`${JSON.stringify(raw)} becomes ${JSON.stringify(expected)}`, () => {
    expect(normaliseSlow(raw, hash, context, 'unknown')).toMatchObject(expected)
  })
}

test('tiers are read from the list of 4.x and from the records of 3.00', () => {
  expect(trackerTiers({tracker_list: 'http://a/x\nhttp://b/x\n\nudp://c:1\n'})).toEqual([
    ['http://a/x', 'http://b/x'],
    ['udp://c:1'],
  ])
  const records = [
    {announce: 'udp://c:1', tier: 1},
    {announce: 'http://a/x', tier: 0},
  ]
  expect(trackerTiers({trackers: records})).toEqual([['http://a/x'], ['udp://c:1']])
  expect(normaliseSlow({tracker_list: ''}, hash, context, 'unknown')).toMatchObject({
    trackerStatus: 'none',
    trackerHost: '',
    trackerHosts: [],
  })
})

for (const [url, host] of [
  ['http://Tracker.Example.org:80/announce?key=1', 'tracker.example.org'],
  ['udp://[2001:db8::1]:6969', '[2001:db8::1]'],
  ['https://user:pw@private.example/a', 'private.example'],
  ['wss://x.example', 'x.example'],
  ['nonsense', 'nonsense'],
] as const) {
  test(`the host of ${url} is ${host}`, () => {
    expect(hostOf(url)).toBe(host)
  })
}

const asked = {has_announced: true}
const good = {...asked, last_announce_succeeded: true, last_announce_result: 'Success'}
const refused = {...asked, last_announce_succeeded: false, last_announce_result: 'not registered'}
const silent = {
  ...asked,
  last_announce_succeeded: false,
  last_announce_timed_out: true,
  last_announce_result: 'Tracker did not respond',
}
for (const [stats, status, trackerMessage] of [
  [[], 'none', ''],
  [[{has_announced: false}], 'unknown', ''],
  [[refused, good], 'ok', ''],
  [[silent], 'unreachable', 'Tracker did not respond'],
  [[refused], 'error', 'not registered'],
  [[silent, refused], 'error', 'Tracker did not respond'],
] as const) {
  test(`trackers ${JSON.stringify(stats)} are ${status}`, () => {
    const news = normaliseTrackers({tracker_stats: stats}, hash, 0)
    expect(news).toMatchObject({status, patch: {trackerStatus: status, trackerMessage}})
  })
}

test('a tracker’s own word of error stays above what its statistics say', () => {
  const {patch} = normaliseTrackers({tracker_stats: [good]}, hash, 2)
  expect(patch).not.toHaveProperty('trackerStatus')
})

test('swarm counts are the highest any tracker reported; −1 reported nothing', () => {
  const counts = (...seeds: number[]) =>
    normaliseTrackers({tracker_stats: seeds.map((one) => ({seeder_count: one}))}, hash, 0).patch.seedsSwarm
  expect([counts(3, 9, -1), counts(-1), counts()]).toEqual([9, null, null])
})

test('folder and name are reported together, whatever row has them: a move between two of them takes both along', () => {
  const raw = {download_dir: '/new', name: 'film'}
  const place = {savePath: '/new', name: 'film', contentPath: '/new/film'}
  expect(hot(raw)).toMatchObject(place)
  expect(normaliseSlow(raw, hash, context, 'ok')).toMatchObject(place)
  for (const row of [hotFields, slowFields(17)]) expect(row).toEqual(expect.arrayContaining(Object.keys(raw)))
})

test('the folder of unfinished torrents goes on counting when it is switched off: what was begun there is there', () => {
  const answer = {version: '4.0.6', rpc_version: 17, incomplete_dir: '/srv/incomplete'}
  expect(readSession({...answer, incomplete_dir_enabled: false}).incompleteDir).toBeNull()
  const {incompleteDir} = readSession({...answer, incomplete_dir_enabled: true})
  expect(readSession({...answer, incomplete_dir_enabled: false}, incompleteDir).incompleteDir).toBe(
    '/srv/incomplete',
  )
})
