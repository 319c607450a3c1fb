import {expect, test} from 'vitest'
import type {RuleEvent} from '#model/rule.ts'
import {aRule} from './rule.fixture.ts'
import {compileSchedule} from './schedule.ts'

const NOON = Date.UTC(2026, 2, 1, 12) // a Sunday
const schedule = (written: object | null) => compileSchedule(aRule({schedule: written}).schedule)
const moment = (at: number, since = NOON, ...events: RuleEvent[]) => ({
  at,
  since,
  events: new Set(events),
  isWhole: true,
  isClockTrusted: true,
})

for (const [written, at, events, isDue] of [
  [null, 0, [], true],
  [{every: '1h'}, 3_599_999, [], false],
  [{every: '1h'}, 3_600_000, [], true],
  [{every: '1h'}, -1, [], true],
  [{cron: '30 12 * * *'}, 30 * 60_000 - 1, [], false],
  [{cron: '30 12 * * *'}, 30 * 60_000, [], true],
  [{cron: '30 12 * * *'}, -86_400_000, [], false],
  [{cron: '30 13 * * *', timeZone: 'Europe/Berlin'}, 30 * 60_000, [], true],
  [{cron: '30 13 * * *', timeZone: 'Europe/Berlin'}, 30 * 60_000 - 1, [], false],
  [{on: ['completed', 'added']}, 0, [], false],
  [{on: ['completed', 'added']}, 0, ['added'], true],
  [{on: ['completed']}, 0, ['added'], false],
  [{on: ['completed'], every: '1h'}, 3_600_000, [], true],
  [{on: ['completed'], every: '1h'}, 0, ['completed'], true],
  [{on: ['completed'], every: '1h'}, 0, [], false],
  [{window: {from: '12:00', to: '12:01'}}, 0, [], true],
  [{window: {from: '12:00', to: '12:01'}}, 59_999, [], true],
  [{window: {from: '12:00', to: '12:01'}}, 60_000, [], false],
  [{window: {from: '12:00', to: '12:01'}}, -1, [], false],
  [{every: '1h', window: {from: '08:00', to: '12:30'}}, 3_600_000, [], false],
] as const satisfies readonly (readonly [object | null, number, readonly RuleEvent[], boolean])[]) {
  test(`${JSON.stringify(written)} is due ${at} ms after noon with [${events.join()}]: ${isDue}`, () => {
    expect(schedule(written).isDue(moment(NOON + at, NOON, ...events))).toBe(isDue)
  })
}

for (const [window, iso, isOpen] of [
  [{from: '08:00', to: '23:00', timeZone: 'Europe/Berlin'}, '2026-03-01T06:59:59Z', false],
  [{from: '08:00', to: '23:00', timeZone: 'Europe/Berlin'}, '2026-03-01T07:00:00Z', true],
  [{from: '08:00', to: '23:00', timeZone: 'Europe/Berlin'}, '2026-03-01T22:00:00Z', false],
  [{from: '08:00', to: '23:00', weekdays: ['sat']}, '2026-03-01T12:00:00Z', false],
  [{from: '08:00', to: '23:00', weekdays: ['sun']}, '2026-03-01T12:00:00Z', true],
  [{from: '22:00', to: '06:00'}, '2026-03-01T22:00:00Z', true],
  [{from: '22:00', to: '06:00'}, '2026-03-01T05:59:00Z', true],
  [{from: '22:00', to: '06:00'}, '2026-03-01T06:00:00Z', false],
  [{from: '22:00', to: '06:00'}, '2026-03-01T21:59:00Z', false],
  // The night from Saturday to Sunday is Saturday's.
  [{from: '22:00', to: '06:00', weekdays: ['sat']}, '2026-03-01T03:00:00Z', true],
  [{from: '22:00', to: '06:00', weekdays: ['sat']}, '2026-03-01T23:00:00Z', false],
  [{from: '22:00', to: '06:00', weekdays: ['sun']}, '2026-03-01T03:00:00Z', false],
  [{from: '22:00', to: '06:00', weekdays: ['sun']}, '2026-03-01T23:00:00Z', true],
  [{from: '22:00', to: '06:00', weekdays: ['sun']}, '2026-03-02T03:00:00Z', true],
  [{from: '00:00', to: '00:00', weekdays: ['sun']}, '2026-03-01T12:00:00Z', true],
  [{from: '00:00', to: '00:00', weekdays: ['sun']}, '2026-03-02T12:00:00Z', false],
] as const) {
  test(`${JSON.stringify(window)} at ${iso} is ${isOpen ? 'open' : 'closed'}`, () => {
    expect(schedule({window}).isOpen(Date.parse(iso))).toBe(isOpen)
  })
}

test('a rule with times of its own knows the next one', () => {
  expect(schedule({every: '1h'}).nextAt(NOON)).toBe(NOON + 3_600_000)
  expect(schedule({cron: '0 3 * * 1'}).nextAt(NOON)).toBe(Date.UTC(2026, 2, 2, 3))
  expect(schedule({on: ['added']}).nextAt(NOON)).toBeNull()
  expect(schedule(null).nextAt(NOON)).toBeNull()
})

test('times of its own wait for a look at all, events do not', () => {
  const part = {...moment(NOON + 3_600_000), isWhole: false}
  expect(schedule({every: '1h'}).isDue(part)).toBe(false)
  expect(schedule({cron: '0 13 * * *'}).isDue(part)).toBe(false)
  expect(schedule(null).isDue(part)).toBe(true)
  expect(schedule({every: '1h', on: ['added']}).isDue({...part, events: new Set(['added'])})).toBe(true)
})

test('S03 hours of the day wait for a clock that can be trusted, spans of time do not', () => {
  const jumped = {...moment(NOON + 3_600_000), isClockTrusted: false}
  expect(schedule({cron: '0 13 * * *'}).isDue(jumped)).toBe(false)
  expect(schedule({window: {from: '00:00', to: '00:00'}}).isDue(jumped)).toBe(false)
  expect(schedule({every: '1h'}).isDue(jumped)).toBe(true)
  expect(schedule(null).isDue(jumped)).toBe(true)
})
