import {expect, test} from 'vitest'
import type {HealthReason, HealthStatus} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {HealthState} from './health.ts'
import {sayHealth} from './link.ts'

function said(status: HealthStatus, reason: HealthReason): [level: string, about: object, text: string] {
  const calls: [string, object, string][] = []
  const at = (level: string) => (about: object, text: string) => void calls.push([level, about, text])
  const log = {debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error')}
  const state = (of: object) => ({status: 'connecting', reason: 'none', detail: '', ...of}) as HealthState
  sayHealth(log, {id: asServerId('s_0123456789'), name: 'Attic'}, state({}), state({status, reason}))
  return calls[0]!
}

test('a server is logged by its name, because people added it, and by its id, because names change', () => {
  expect(said('online', 'none')).toEqual([
    'info',
    expect.objectContaining({server: 's_0123456789', name: 'Attic', was: 'connecting'}),
    'online',
  ])
})

for (const [status, reason, level] of [
  ['paused', 'disabled', 'info'],
  ['paused', 'secret_unreadable', 'warn'],
  ['unreachable', 'refused', 'warn'],
  ['warming', 'list_growing', 'debug'],
] as const) {
  test(`${status}, ${reason}: ${level}`, () => {
    expect(said(status, reason)[0]).toBe(level)
  })
}
