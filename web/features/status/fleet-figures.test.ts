import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {lateBy} from '../servers/health-words.ts'
import {figuresOf, serversInTrouble} from './fleet-status.ts'

function server(parts: Partial<LiveServer>): LiveServer {
  return {
    server_id: 'a',
    server_name: 'a',
    server_type: 'qbittorrent',
    enabled: true,
    status: 'online',
    reason: 'none',
    detail: '',
    advice: '',
    since: 0,
    last_ok_at: 0,
    next_try_at: null,
    latency_ms: 1,
    version: '5',
    torrents: 1,
    stale_rows: 0,
    synced_at: 0,
    poll_ms: 2_000,
    down_speed: 10,
    up_speed: 1,
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
  }
}

test('speeds of servers that are away count for nothing', () => {
  expect(figuresOf([server({}), server({status: 'unreachable'})])).toMatchObject({down: 10, up: 1})
})

test('with no server online it is unknown how fast it goes', () => {
  const {down, up} = figuresOf([server({status: 'unreachable'})])
  expect([down, up]).toEqual([undefined, undefined])
})

test('limits add up only when every server has one', () => {
  expect(figuresOf([server({down_limit: 5}), server({down_limit: 7})]).downLimit).toBe(12)
  expect(figuresOf([server({down_limit: 5}), server({})]).downLimit).toBeNull()
  expect(figuresOf([server({down_limit: 5}), server({down_limit: undefined})]).downLimit).toBeNull()
})

test('servers without alternative limits are not counted among those that could have them', () => {
  const figures = figuresOf([server({alt_speed: true}), server({}), server({alt_speed: undefined})])
  expect([figures.slow, figures.canBeSlow]).toEqual([1, 2])
})

test('the worst trouble comes first, and what a person switched off is none', () => {
  const troubled = serversInTrouble([
    server({server_id: 'fine'}),
    server({server_id: 'away', status: 'unreachable'}),
    server({server_id: 'key', status: 'auth_failed'}),
    server({server_id: 'off', status: 'unreachable', enabled: false}),
  ])
  expect(troubled.map((it) => it.server_id)).toEqual(['key', 'away'])
})

test('a server whose password cannot be read is off, and in trouble', () => {
  const locked = server({status: 'paused', reason: 'secret_unreadable'})
  expect(serversInTrouble([locked, server({status: 'paused', reason: 'disabled'})])).toEqual([locked])
})

test.each([
  ['all answered in their time', [{}, {synced_at: 95_000}], null],
  ['one misses more than three polls', [{}, {synced_at: 86_000}], 14_000],
  ['the one that is furthest behind', [{synced_at: 60_000}, {synced_at: 86_000}], 40_000],
  ['one that is polled rarely is not late', [{synced_at: 60_000, poll_ms: 20_000}], null],
  ['whoever is away says so by itself', [{synced_at: 60_000, status: 'unreachable'}], null],
  ['none answered yet', [{synced_at: null}, {synced_at: 0, poll_ms: null}], null],
] as const)('rows are as old as those of the server that is furthest behind: %s', (_, servers, ms) => {
  const all = servers.map((it) => server({synced_at: 99_000, ...it}))
  expect(lateBy(all, 100_000)).toBe(ms)
})
