import {beforeAll, describe, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {figuresOf, freeWords, hashesOf, trackerWords} from './general/figures.ts'
import {sentenceOf} from './general/sentence.ts'
import {flagWords} from './peers/peers.ts'
import {detailColumns, torrentOf, type Torrent} from './torrent.ts'
import {aroundHost, hostOf, lastAnnounce, nextAnnounce} from './trackers/tracker-words.ts'

const now = Date.UTC(2026, 10, 18, 7)
const MINUTE = 60_000
const GIB = 1024 ** 3

beforeAll(speakEnglish)

function torrent(more: Partial<Torrent>): Torrent {
  const row = {serverId: 'nas', infoHash: 'a'.repeat(40), cells: detailColumns.map(() => undefined)}
  return {...torrentOf(row, {}), ...more}
}

function said(more: Partial<Torrent>): string {
  const {words, quote, next} = sentenceOf(torrent(more), 'nas', now)
  return [words, quote && `"${quote}"`, next].filter(Boolean).join(' ').replaceAll('\u00a0', ' ')
}

describe('the sentence', () => {
  for (const [more, sentence] of [
    [{state: 'downloading', eta: 2700}, 'Downloading, 45 m left.'],
    [{state: 'downloading', eta: null}, 'Downloading; no estimate yet.'],
    [{state: 'downloading'}, 'Downloading.'],
    [
      {state: 'downloading', eta: null, availability: 0.639},
      'Downloading; no estimate yet. Only 63.9 % of it is available: it can’t complete until a peer has the rest.',
    ],
    [
      {state: 'stalledDown', amount_left: 3 * GIB},
      'Stalled: no peer is sending data; 3.00 GiB left. No connected peer has the missing pieces. Reannounce to find more peers.',
    ],
    [{state: 'stalledDown', amount_left: 3 * GIB, added_at: now - 6_000}, 'Just added, connecting to peers.'],
    [{state: 'seeding', peers_connected: 3, peers_swarm: 64}, 'Seeding to 3 of 64 peers.'],
    [{state: 'seeding', peers_connected: 1, peers_swarm: null}, 'Seeding to 1 peer.'],
    [{state: 'seeding'}, 'Complete and seeding.'],
    [
      {state: 'seeding', tracker_problem: true, tracker_message: 'unregistered torrent'},
      'Complete and seeding. Tracker error: "unregistered torrent"',
    ],
    [{state: 'stalledUp'}, 'Seeding. No one is downloading right now.'],
    [
      {state: 'queuedDown', queue_position: 12},
      'Queued: waiting for a download slot. Number 12 in the queue.',
    ],
    [{state: 'stopped', complete: false, progress: 0.374}, 'Stopped at 37.4 %. Start it to continue.'],
    [{state: 'stopped', complete: true}, 'Complete and stopped; it does not seed.'],
    [{state: 'checking', task_progress: 0.77}, 'Checking files, 77.0 % done.'],
    [
      {state: 'error', message: 'No space left on device'},
      'Error: "No space left on device" Fix it, then recheck or start the torrent.',
    ],
    [
      {state: 'error'},
      'Error: its server gives no reason. See the server’s log, then recheck or start the torrent.',
    ],
    [
      {state: 'unknown', native_state: 'dreaming'},
      'The server reports a state that Commodarr does not know: "dreaming"',
    ],
    [
      {state: 'downloading', eta: 60, stale: true, seen_at: now - 14 * MINUTE},
      'nas is not online. Last known state, 14 m old: Downloading, 1 m left.',
    ],
  ] as const satisfies readonly (readonly [Partial<Torrent>, string])[]) {
    test(`it says: ${sentence}`, () => expect(said(more)).toBe(sentence))
  }
})

function figure(
  id: string,
  more: Partial<Torrent>,
  moved: Parameters<typeof figuresOf>[2] = null,
): string | undefined {
  const found = figuresOf(torrent(more), now, moved).find((it) => it.id === `details.${id}`)?.value
  return found && `${found.text} ${found.unit}`.trim().replaceAll('\u00a0', ' ')
}

describe('figures', () => {
  test('the ratio of what was moved here is the whole one, with what is from before', () => {
    const moved = {uploaded: 8, downloaded: 10, ratio: 1.2, ratio_before: 0.8}
    expect(figure('ratio', {ratio: 0.4}, moved)).toBe('1.20, of which 0.80 before the move')
    expect(figure('ratio', {ratio: 0.4}, {...moved, ratio: null, ratio_before: null})).toBe('?')
  })

  test('what is held of what is wanted shares a unit where it can', () => {
    expect(figure('downloaded', {completed: 13.4 * GIB, size: 71.8 * GIB})).toBe('13.4 of 71.8 GiB')
    expect(figure('downloaded', {completed: 512 * 1024, size: GIB})).toBe('512 KiB of 1.00 GiB')
  })
  test('those who are connected stand before those who are there', () => {
    expect(figure('seeds', {seeds_connected: 21, seeds_swarm: 1143})).toBe('21 of 1,143')
    expect(figure('leeches', {peers_connected: 3, peers_swarm: null})).toBe('3')
    expect(figure('seeds', {})).toBe('?')
  })
  test('what came in beyond what is held was wasted', () => {
    expect(figure('wasted', {downloaded: 300, completed: 100})).toBe('200 B')
    expect(figure('wasted', {downloaded: 100, completed: 100})).toBeUndefined()
  })
  test('limits are said, or that there are none', () => {
    expect(figure('limits', {down_limit: null, up_limit: 2 ** 20})).toBe('up 1.00 MiB/s')
    expect(figure('limits', {down_limit: null, up_limit: null})).toBe('none')
    expect(figure('limits', {})).toBe('?')
  })
  test('share limits of its own go before those of the server', () => {
    const inherit = {ratio_limit: 'inherit', seed_time_limit: 'inherit', idle_limit: null} as const
    expect(figure('share-limits', inherit)).toBe('server default')
    expect(figure('share-limits', {...inherit, ratio_limit: 2})).toBe('ratio 2.00')
    expect(figure('share-limits', {ratio_limit: null, seed_time_limit: null, idle_limit: null})).toBe('none')
  })
  test('what was given away and never taken has a ratio without end', () => {
    expect(figure('ratio', {downloaded: 0, uploaded: 5})).toBe('∞')
  })
})

describe('facts', () => {
  test('free space is shown less what is still wanted, and when that is too little', () => {
    const nas = {server_name: 'nas', free_space: 10 * GIB}
    expect(freeWords(torrent({amount_left: 3 * GIB}), nas)?.value.text).toBe('7.00\u00a0GiB on nas')
    expect(freeWords(torrent({amount_left: 13 * GIB}), nas)?.value.text).toBe(
      '3.00\u00a0GiB too little space on nas',
    )
    expect(freeWords(torrent({}), {server_name: 'nas'})).toBeNull()
  })
  test('a hybrid torrent has two hashes, and others one', () => {
    const [v1, v2] = ['b'.repeat(40), 'c'.repeat(64)]
    expect(hashesOf(torrent({info_hash_v1: v1, info_hash_v2: v2})).map(({hash}) => hash)).toEqual([v1, v2])
    expect(hashesOf(torrent({info_hash_v1: v1, info_hash_v2: null}))).toEqual([
      {term: 'details.hash', hash: v1},
    ])
    expect(hashesOf(torrent({info_hash_v1: null, info_hash_v2: v2}))[0]).toEqual({
      term: 'details.hash-v2',
      hash: v2,
    })
    expect(hashesOf(torrent({}))[0]!.hash).toBe('a'.repeat(40))
  })
  test('a tracker is named with what it is', () => {
    expect(trackerWords(torrent({tracker_host: 'tidemark.example', is_private: true})).text).toBe(
      'tidemark.example · private',
    )
    expect(trackerWords(torrent({tracker_host: ''})).text).toBe('none')
  })
})

test('flags are explained, and unknown letters stand alone', () => {
  expect(flagWords('D X Z')).toBe('D downloading from it, X peer exchange (PEX), Z')
  expect(flagWords('')).toBe('')
})

test('of an address the host counts', () => {
  expect(hostOf('udp://tracker.example:6969/announce?k=1')).toBe('tracker.example:6969')
  expect(aroundHost('udp://tracker.example:6969/announce')).toEqual([
    'udp://',
    'tracker.example:6969',
    '/announce',
  ])
  expect(aroundHost('** DHT **')).toEqual(['', '** DHT **', ''])
})

test('announces are relative to now', () => {
  const plainly = (words: string) => words.replaceAll('\u00a0', ' ')
  expect(plainly(lastAnnounce(now - 12 * MINUTE, now))).toBe('12 m ago')
  expect(plainly(nextAnnounce(now + 90 * MINUTE, now))).toBe('in 1 h')
  expect([lastAnnounce(null, now), nextAnnounce(null, now), nextAnnounce(now - 1, now)]).toEqual([
    'never',
    '–',
    'now',
  ])
})
