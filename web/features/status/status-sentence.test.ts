import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {statusSentence, type StatusState} from './fleet-status.ts'

const NOW = Date.UTC(2026, 10, 23, 7, 12)

const away = (name: string, parts: Partial<LiveServer> = {}): LiveServer => ({
  server_id: name,
  server_name: name,
  server_type: 'qbittorrent',
  enabled: true,
  status: 'unreachable',
  reason: 'refused',
  detail: '',
  advice: '',
  since: NOW - 14 * 60_000,
  last_ok_at: 0,
  next_try_at: NOW + 48_000,
  latency_ms: null,
  version: '5',
  torrents: 1,
  stale_rows: 0,
  synced_at: 0,
  poll_ms: 2_000,
  down_speed: 0,
  up_speed: 0,
  down_limit: null,
  up_limit: null,
  alt_speed: false,
  free_space: 1,
  access: 'own',
  colour: null,
  icon: null,
  server_tags: [],
  default_for_adding: false,
  ...parts,
})

const watching = (parts: Partial<NonNullable<StatusState['observing']>> = {}): StatusState['observing'] => ({
  since: NOW - 60_000,
  until: null,
  is_open: false,
  ...parts,
})

const alert = (code: string): StatusState['alerts'][number] => ({
  id: code,
  since: NOW - 24 * 60_000,
  code,
  message: code,
  server_id: null,
  name: null,
  arr_id: null,
})

const well: StatusState = {
  lostSince: null,
  notLiveSince: null,
  unread: null,
  clock: null,
  alerts: [],
  servers: [],
  observing: null,
}

test.each<[what: string, state: Partial<StatusState>, tone: string, step: string, words: RegExp]>([
  [
    'one server',
    {servers: [away('loft')]},
    'bad',
    'server',
    /^loft · Unreachable for 14.m, next try in 48.s$/,
  ],
  ['several', {servers: [away('loft'), away('nas')]}, 'bad', 'servers', /^2 servers unreachable$/],
  [
    'several that have different causes',
    {servers: [away('loft', {status: 'auth_failed'}), away('nas')]},
    'bad',
    'servers',
    /^2 servers have problems$/,
  ],
  ['watching until a user ends it', {observing: watching()}, 'quiet', 'review', /until you let them act\.$/],
  [
    'watching for a day',
    {observing: watching({until: NOW + 86_400_000})},
    'quiet',
    'review',
    /^Watching: Commodarr changes nothing until tomorrow \d\d:12\.$/,
  ],
  [
    'a day of watching that is over',
    {observing: watching({until: NOW})},
    'quiet',
    'review',
    /until you let them act\.$/,
  ],
  [
    'watching before it is set up',
    {observing: watching({is_open: true})},
    'quiet',
    'set up',
    /until you let them act\.$/,
  ],
  [
    'a server, while it only watches',
    {servers: [away('loft')], observing: watching()},
    'bad',
    'server',
    /^loft/,
  ],
  [
    'no internet, and a server',
    {alerts: [alert('population_drop'), alert('internet_down')], servers: [away('loft')]},
    'halt',
    'held',
    /paused: no internet since .+ Nothing is removed because of them until it is back\.$/,
  ],
  [
    'lost settings, and no internet',
    {alerts: [alert('internet_down'), alert('lost_settings')]},
    'halt',
    'answer settings',
    /^Rules are paused: the configuration lost settings/,
  ],
  [
    'a database that is full, and lost settings',
    {alerts: [alert('lost_settings'), alert('storage_full')]},
    'halt',
    'system',
    /^storage_full Since .+\.$/,
  ],
  [
    'a question about the clock, and the alert of it',
    {clock: {ahead_ms: 86_400_000}, alerts: [alert('clock_jumped')]},
    'halt',
    'answer clock',
    /Is that right\?$/,
  ],
  ['a clock that settles', {alerts: [alert('clock_jumped')]}, 'halt', 'held', /the clock jumped/],
  [
    'no connection, whatever else there is',
    {lostSince: NOW - 12_000, alerts: [alert('internet_down')], servers: [away('loft')]},
    'halt',
    'retry',
    /^Connection lost at .+, 12 s ago\./,
  ],
  [
    'no live connection from the start',
    {notLiveSince: NOW - 9_000},
    'halt',
    'retry',
    /^No live connection for 9 s\./,
  ],
  [
    'a part that could not be read, and a server',
    {unread: 'The disk is full.', servers: [away('loft')]},
    'bad',
    'read again',
    /^Part of this page could not be loaded: The disk is full\.$/,
  ],
])('the worst alone is said: %s', (_, state, tone, step, words) => {
  expect(statusSentence({...well, ...state}, NOW)).toEqual({tone, step, words: expect.stringMatching(words)})
})

test('nothing is said where nothing is wrong, and of what holds one server alone', () => {
  expect(statusSentence(well, NOW)).toBeNull()
  expect(statusSentence({...well, alerts: [alert('population_drop')]}, NOW)).toBeNull()
})

test('a short interruption is none', () => {
  expect(statusSentence({...well, lostSince: NOW - 3_000}, NOW)).toBeNull()
  expect(statusSentence({...well, notLiveSince: NOW - 3_000}, NOW)).toBeNull()
})
