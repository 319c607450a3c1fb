import {expect, test} from 'vitest'
import type {LiveServer} from '#model/live.ts'
import {disksOf, spaceVerdict} from './disks.ts'

const server = (name: string, more: Partial<LiveServer> = {}) =>
  ({server_id: name, server_name: name, status: 'online', free_space: 100, ...more}) as LiveServer

const forecast = (fullAt: number) => ({fullAt, perDay: 5})
const days = (at: number) => `${at} days`
const said = (servers: readonly LiveServer[], full: Readonly<Record<string, number>> = {}) => {
  const forecasts = new Map(Object.entries(full).map(([name, at]) => [name, forecast(at)] as const))
  return spaceVerdict(disksOf(servers, forecasts), days)
}

test('what will be full first stands first, then what has the least room, then what is not known', () => {
  const servers = [
    server('away', {status: 'unreachable', free_space: 1}),
    server('roomy', {free_space: 900}),
    server('small', {free_space: 10, disk_size: 50}),
    server('later'),
    server('soon'),
  ]
  const forecasts = new Map([
    ['later', forecast(20)],
    ['soon', forecast(9)],
    ['away', forecast(1)],
  ])
  expect(disksOf(servers, forecasts).map((it) => [it.server.server_name, it.free, it.size])).toEqual([
    ['soon', 100, null],
    ['later', 100, null],
    ['small', 10, 50],
    ['roomy', 900, null],
    ['away', null, null],
  ])
})

test.each([
  [[server('nas'), server('attic')], {nas: 9}, 'disk-space.full'],
  [[server('nas')], {nas: 9}, 'disk-space.full.only'],
  // Nobody says of the others that they have room.
  [[server('nas'), server('attic', {free_space: undefined})], {nas: 9}, 'disk-space.full.only'],
  [[server('nas'), server('attic')], {nas: 9, attic: 20}, 'disk-space.full.several'],
  [[server('nas'), server('attic')], {}, 'disk-space.well'],
  [[server('nas'), server('attic', {status: 'unreachable'})], {}, 'disk-space.well.known'],
  [[server('attic', {free_space: undefined})], {}, 'disk-space.none-known'],
] as const)('%o with %o is %s', (servers, full, key) => {
  expect(said(servers, full).key).toBe(key)
})

test('the first to be full is named', () => {
  expect(said([server('nas'), server('attic')], {attic: 20, nas: 9}).values).toEqual({
    name: 'nas',
    time: '9 days',
    count: 1,
  })
})
