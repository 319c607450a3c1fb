import {expect, test} from 'vitest'
import type {HealthChange} from '../../../api/history.ts'
import {healthTimeline} from './health-events.ts'

const change = (at: number, status: HealthChange['status']): HealthChange => ({
  at,
  status,
  server_id: 'a',
  reason: 'none',
  detail: '',
})
const seen = (changes: readonly HealthChange[]) =>
  healthTimeline(changes, 100, 200).map(({from, to, tone}) => [from, to, tone])

test('stretches fill the whole time, oldest first', () => {
  expect(seen([change(150, 'unreachable'), change(120, 'online')])).toEqual([
    [100, 120, null],
    [120, 150, 'good'],
    [150, 200, 'bad'],
  ])
})

test('a state that began before still holds at the beginning', () => {
  expect(seen([change(180, 'online'), change(20, 'degraded'), change(10, 'online')])).toEqual([
    [100, 180, 'warn'],
    [180, 200, 'good'],
  ])
})

test('where nothing is known there is one empty stretch', () => {
  expect(seen([])).toEqual([[100, 200, null]])
})
