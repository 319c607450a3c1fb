import {expect, test} from 'vitest'
import type {HealthStatus} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {outagesOf} from './health-watch.ts'

const change = (id: string, at: number, status: HealthStatus) =>
  ({serverId: asServerId(id), at, status, reason: 'none', detail: ''}) as const
const newestFirst = (...changes: readonly ReturnType<typeof change>[]) => changes.toReversed()

test('an outage goes from the first bad word to the first good one, whatever was said between', () => {
  const changes = newestFirst(
    change('attic', 10, 'unreachable'),
    change('attic', 20, 'auth_failed'),
    change('attic', 30, 'online'),
    change('attic', 40, 'degraded'),
  )
  expect(outagesOf(changes, 0)).toEqual([{serverId: 'attic', at: 10, endedAt: 30}])
})

test('one that began before is listed when it ended since, and one that lasts is not', () => {
  const changes = newestFirst(
    change('attic', 10, 'unreachable'),
    change('nas', 15, 'banned'),
    change('nas', 40, 'online'),
    change('attic', 60, 'warming'),
    change('nas', 70, 'unreachable'),
  )
  expect(outagesOf(changes, 50)).toEqual([{serverId: 'attic', at: 10, endedAt: 60}])
  expect(outagesOf(changes, 0).map(({serverId}) => serverId)).toEqual(['attic', 'nas'])
})

test('a server that was switched off while it was away was not offline on its own', () => {
  const changes = newestFirst(
    change('attic', 10, 'unreachable'),
    change('attic', 20, 'paused'),
    change('attic', 30, 'online'),
  )
  expect(outagesOf(changes, 0)).toEqual([])
})
