import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {A, B, LookUpHarness} from './look-ups.fixture.ts'
import {TrackerCrowds} from './tracker-crowds.ts'

const hashOf = (n: number) => asInfoHash(n.toString(16).padStart(40, '0'))!

function torrents(count: number, change: Partial<TorrentPatch>, from = 0): readonly TorrentPatch[] {
  return Array.from({length: count}, (_, n) => ({
    hash: hashOf(from + n),
    state: 'seeding',
    trackerStatus: 'error',
    trackerMessage: 'Unregistered torrent',
    trackerHosts: ['one.test'],
    ...change,
  }))
}
const works = {trackerStatus: 'ok', trackerMessage: ''} as const
const wordless = {trackerStatus: 'error', trackerMessage: undefined} as const

function harness(...lists: readonly (readonly TorrentPatch[])[]) {
  const made = new LookUpHarness()
  for (const [at, rows] of lists.entries()) made.list([A, B][at]!, rows)
  const {fleet, clock, times} = made
  const crowds = new TrackerCrowds(
    fleet,
    {list: () => made.surroundings.servers()},
    clock,
    times,
    (id) => made.compartmentOf(id),
    () => made.phrases,
  )
  return {made, crowds}
}

for (const [what, lists, isCrowd, isReported] of [
  ['three of three', [torrents(3, {})], false, false],
  ['four of four', [torrents(4, {})], true, true],
  ['twenty of a hundred', [[...torrents(20, {}), ...torrents(80, works, 20)]], false, false],
  ['twenty one of a hundred', [[...torrents(21, {}), ...torrents(79, works, 21)]], true, true],
  [
    'four of ten, on two servers',
    [torrents(2, {}), [...torrents(2, {}), ...torrents(6, works, 2)]],
    true,
    true,
  ],
  ['ten of whom their server tells no words', [torrents(10, wordless)], true, false],
  ['ten that time out', [torrents(10, {trackerMessage: 'timed out'})], false, false],
  ['ten with a wrong passkey', [torrents(10, {trackerMessage: 'Unregistered passkey'})], false, false],
  ['ten of another tracker', [torrents(10, {trackerHosts: ['two.test']})], false, false],
  ['ten of both', [torrents(10, {trackerHosts: ['two.test', 'one.test']})], true, true],
  ['ten without a tracker', [torrents(10, {trackerStatus: 'none'})], false, false],
  [
    'four of ten, by two names of one tracker',
    [
      [
        ...torrents(2, {}),
        ...torrents(2, {trackerHosts: ['tracker2.one.test']}, 2),
        ...torrents(6, {...works, trackerHosts: ['tracker2.one.test']}, 4),
      ],
    ],
    true,
    true,
  ],
  [
    'four by one name, of many that work by another one',
    [[...torrents(4, {}), ...torrents(90, {...works, trackerHosts: ['tracker2.one.test']}, 4)]],
    true,
    true,
  ],
  ['ten that were trumped', [torrents(10, {trackerMessage: 'Trumped'})], true, true],
] as const) {
  test(`S37 ${what} ${isCrowd ? 'are' : 'are not'} a crowd`, async () => {
    const {crowds} = harness(...lists)
    expect(await crowds.isCrowd(['one.test'], A)).toBe(isCrowd)
    expect([...(await crowds.forgetful()).keys()].includes('one.test')).toBe(isReported)
  })
}

test('S37 a torrent that stands still asks no tracker, and counts only for what was heard before', async () => {
  const {made, crowds} = harness([
    ...torrents(10, {state: 'stopped', ...wordless}),
    ...torrents(4, works, 10),
  ])
  expect(await crowds.isCrowd(['one.test'], A)).toBe(false)
  for (let n = 0; n < 4; n++) made.times.found({serverId: A, hash: hashOf(n)}, null)
  await made.clock.advance(60_000)
  expect(await crowds.isCrowd(['one.test'], A)).toBe(true)
})

test('what a member’s server makes up neither makes nor breaks a crowd of others', async () => {
  const {made, crowds} = harness(torrents(10, {}), torrents(200, works, 10))
  made.ofMembers.set(B, asUserId('bo'))
  expect(await crowds.isCrowd(['one.test'], A)).toBe(true)
  expect(await crowds.isCrowd(['one.test'], B)).toBe(false)
  const made2 = harness(torrents(3, {}), torrents(50, {}, 10))
  made2.made.ofMembers.set(B, asUserId('bo'))
  expect(await made2.crowds.isCrowd(['one.test'], A)).toBe(false)
  expect(await made2.crowds.isCrowd(['one.test'], B)).toBe(true)
  // Administrators are told of what their own torrents say.
  expect([...(await made2.crowds.forgetful()).keys()]).toEqual([])
})

test('a server that is not online is not counted, and one count serves a minute', async () => {
  const {made, crowds} = harness(torrents(10, {}))
  expect(await crowds.isCrowd(['one.test'], A)).toBe(true)
  made.status.set(A, 'unreachable')
  await made.clock.advance(59_000)
  expect(await crowds.isCrowd(['one.test'], A)).toBe(true)
  await made.clock.advance(1_000)
  expect(await crowds.isCrowd(['one.test'], A)).toBe(false)
})

test('S37 a phrase of a profile counts for a crowd, and one that is ignored makes no crowd smaller', async () => {
  const own = harness(torrents(10, {trackerMessage: 'gone from our index'}))
  expect(await own.crowds.isCrowd(['one.test'], A)).toBe(false)
  own.made.phrases = {unregistered: ['gone from our index'], ignored: []}
  await own.made.clock.advance(60_000)
  expect(await own.crowds.isCrowd(['one.test'], A)).toBe(true)
  const ignored = harness(torrents(10, {}))
  ignored.made.phrases = {unregistered: [], ignored: ['unregistered torrent']}
  expect(await ignored.crowds.isCrowd(['one.test'], A)).toBe(true)
})
