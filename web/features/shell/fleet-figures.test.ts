import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {figuresOf} from './fleet-figures.ts'
import {serversInTrouble} from './trouble.ts'

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

test('with no server online nobody knows how fast it goes', () => {
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
