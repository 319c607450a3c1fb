import {beforeAll, expect, test} from 'vitest'
import type {HealthChange} from '../../../api/history.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {healthEvents} from './health-events.ts'

beforeAll(speakEnglish)

const MINUTE_MS = 60_000

/** Oldest first, a minute apart. Its sentences, newest first. */
const told = (...statuses: readonly HealthChange['status'][]) => {
  const changes = statuses.map((status, at): HealthChange => {
    const reason = status === 'degraded' || status === 'unreachable' ? 'refused' : 'none'
    return {at: at * MINUTE_MS, status, server_id: 'a', reason, detail: ''}
  })
  return healthEvents(changes.toReversed()).map(({words}) => words)
}

test('an outage is one line, with what it was on its way there and back', () => {
  const whole = told('online', 'degraded', 'unreachable', 'connecting', 'warming', 'online')
  // Loading its list it answers again.
  expect(whole).toEqual([expect.stringMatching(/^Offline for 2\sm: .*Online again/), 'Online.'])
  expect(told('online', 'degraded', 'connecting', 'unreachable')).toEqual([
    expect.stringMatching(/^Unreachable:\s/),
    'Online.',
  ])
})

test('one that answered badly and then well, or was paused by a user, says so', () => {
  expect(told('online', 'degraded', 'online')).toHaveLength(3)
  expect(told('online', 'degraded', 'connecting', 'online')).toHaveLength(3)
  expect(told('online', 'degraded', 'paused')).toHaveLength(3)
})

test('bad answers that went on for long have their own line, whatever came after', () => {
  const change = (at: number, status: HealthChange['status']): HealthChange => ({
    at: at * MINUTE_MS,
    status,
    server_id: 'a',
    reason: status === 'online' ? 'none' : 'refused',
    detail: '',
  })
  const night = [change(301, 'online'), change(300, 'unreachable'), change(0, 'degraded')]
  expect(healthEvents(night).map((it) => it.change.status)).toEqual(['online', 'degraded'])
})
