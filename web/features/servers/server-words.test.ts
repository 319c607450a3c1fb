import {beforeAll, expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import type {HealthChange} from '../../api/history.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {healthEvents} from './health/health-events.ts'
import {serverSentence, statusLine, troubleSentence} from './server-words.ts'

beforeAll(speakEnglish)

const MINUTE = 60_000
const now = new Date(2026, 10, 20, 7, 11).getTime()

const loft: LiveServer = {
  server_id: 's_1',
  server_name: 'loft',
  server_type: 'qbittorrent',
  enabled: true,
  status: 'unreachable',
  reason: 'refused',
  detail: '',
  advice: '',
  version: '4.6.7',
  since: now - 14 * MINUTE,
  last_ok_at: now - 14 * MINUTE,
  next_try_at: now + 48_000,
  latency_ms: 28,
  torrents: 618,
  stale_rows: 618,
  synced_at: now - 14 * MINUTE,
  poll_ms: 2_000,
  down_speed: 0,
  up_speed: 0,
  down_limit: null,
  up_limit: null,
  alt_speed: false,
  free_space: undefined,
  access: 'own',
  colour: null,
  icon: null,
  server_tags: [],
  default_for_adding: false,
}

/** Figures and units are held together; for reading they are parted like other words. */
const plain = (words: string) => words.replaceAll('\u00a0', ' ')

test('a server that is away shows cause, since when, what follows and the next try', () => {
  expect(plain(troubleSentence(loft, now))).toBe(
    'No answer since 06:57 (connection refused). Its 618 torrents stay visible as last known. Next try in 48 s.',
  )
  expect(plain(statusLine(loft, now))).toBe('Unreachable for 14 m')
  expect(plain(serverSentence(loft, now))).toBe('loft · Unreachable for 14 m, next try in 48 s')
})

test.each<[string, Partial<LiveServer>, string]>([
  [
    'a password that was refused',
    {status: 'auth_failed', reason: 'wrong_credentials', torrents: 0, next_try_at: null},
    'loft rejected the password. Commodarr does not try again until you change it, to avoid a ban.',
  ],
  [
    'a password that is tried once more',
    {status: 'auth_failed', reason: 'wrong_credentials', torrents: 0, next_try_at: now + 18_000},
    'loft rejected the password. Commodarr tries once more in 18 s, then stops, to avoid a ban.',
  ],
  [
    'a password that is being tried once more',
    {status: 'auth_failed', reason: 'wrong_credentials', torrents: 0, next_try_at: now},
    'loft rejected the password. Commodarr is trying once more, then stops, to avoid a ban.',
  ],
  [
    'a ban',
    {status: 'banned', reason: 'banned', torrents: 0, next_try_at: now + 59 * MINUTE},
    'loft banned Commodarr’s address until about 08:10. Commodarr then tries again automatically.',
  ],
  [
    'a web page in its place',
    {reason: 'not_a_torrent_server', torrents: 0, next_try_at: null},
    'Since 06:57 something other than qBittorrent answers. Is there a proxy in between?',
  ],
  [
    'slow answers',
    {status: 'degraded', reason: 'slow', latency_ms: 2100},
    'Answers slowly since 06:57: it takes 2.1 s.',
  ],
])('%s is said in words', (_, change, words) => {
  expect(plain(troubleSentence({...loft, ...change}, now))).toBe(words)
})

test('an online server shows how fast it answers', () => {
  expect(plain(statusLine({...loft, status: 'online', reason: 'none'}, now))).toBe('Online · 28 ms')
  expect(plain(statusLine({...loft, status: 'degraded', reason: 'slow'}, now))).toBe(
    'Degraded · answers slowly',
  )
})

test('what happened is reported once, and the way back with how long it took', () => {
  const at = (minutes: number, status: HealthChange['status'], reason: HealthChange['reason'] = 'none') => ({
    server_id: 's_1',
    at: now - minutes * MINUTE,
    status,
    reason,
    detail: '',
  })
  const changes = [
    at(1, 'online'),
    at(2, 'warming', 'list_growing'),
    at(3, 'connecting'),
    at(6, 'unreachable', 'refused'),
  ]
  const wordsOf = (some: readonly HealthChange[]) => healthEvents(some).map(({words}) => plain(words))
  expect(wordsOf(changes)).toEqual([
    'Offline for 4 m: connection refused. Online again; nothing was counted as removed meanwhile.',
  ])
  expect(wordsOf(changes.slice(2))).toEqual(['Unreachable: connection refused.'])
})
