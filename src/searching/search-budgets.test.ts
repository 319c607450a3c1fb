import {describe, expect, test} from 'vitest'
import type {SearchReason} from '#model/searching.ts'
import {budgetWait, indexerWait, type IndexerUse, type Spent} from './search-budgets.ts'
import {DAY_MS, HOUR_MS} from './searching.fixture.ts'

const NOW = 100 * HOUR_MS
const choice = {spacingMs: 30_000, perHour: 30, perDay: 0}
const spent: Spent = {
  now: NOW,
  startedAt: 0,
  lastAt: NOW - HOUR_MS,
  hourWaitMs: 0,
  dayWaitMs: 0,
  personWaitMs: 0,
  isSearching: false,
  running: 0,
  random: 0,
}

describe('how fast an Arr is searched', () => {
  test.each<[string, Partial<Spent>, SearchReason, ReturnType<typeof budgetWait>]>([
    ['nothing was searched lately', {}, 'missing', null],
    [
      'a command of ours has not ended',
      {isSearching: true, running: 1},
      'missing',
      {code: 'own_command', waitMs: null},
    ],
    [
      'a command of ours has not ended, for a person',
      {isSearching: true, running: 1},
      'person',
      {code: 'own_command', waitMs: null},
    ],
    ['two other Arrs are searched', {running: 2}, 'missing', {code: 'all_busy', waitMs: null}],
    ['another Arr is searched', {running: 1}, 'missing', null],
    ['it was searched ten seconds ago', {lastAt: NOW - 10_000}, 'missing', {code: 'spacing', waitMs: 17_000}],
    [
      'it was searched ten seconds ago, with the longest distance',
      {lastAt: NOW - 10_000, random: 1},
      'missing',
      {code: 'spacing', waitMs: 29_000},
    ],
    ['it was searched ten seconds ago, for a person', {lastAt: NOW - 10_000}, 'person', null],
    [
      'the program has just started',
      {startedAt: NOW, lastAt: null},
      'missing',
      {code: 'spacing', waitMs: 60_000},
    ],
    [
      'the program has just started, with the longest wait',
      {startedAt: NOW, lastAt: null, random: 1},
      'failure',
      {code: 'spacing', waitMs: 180_000},
    ],
    ['enough was searched in this hour', {hourWaitMs: 5_000}, 'request', {code: 'hour_limit', waitMs: 5_000}],
    ['enough was searched in this hour, for a person', {hourWaitMs: 5_000}, 'person', null],
    [
      'twice as much was searched in this hour, for a person',
      {personWaitMs: 5_000},
      'person',
      {code: 'hour_limit', waitMs: 5_000},
    ],
    ['enough was searched today, without a limit', {dayWaitMs: 5_000}, 'missing', null],
  ])('%s', (_, more, reason, expected) => {
    expect(budgetWait({...spent, ...more}, choice, reason)).toEqual(expected)
  })

  test('a limit for the day holds as well', () => {
    const limited = {...choice, perDay: 100}
    expect(budgetWait({...spent, dayWaitMs: 7}, limited, 'missing')).toEqual({code: 'day_limit', waitMs: 7})
  })
})

describe('how often an indexer is asked', () => {
  const limit = {most: 100, windowMs: DAY_MS}
  const wait = (use: Partial<IndexerUse>, reason: SearchReason = 'missing', questions = 1) =>
    indexerWait(limit, {counted: null, asked: [], ...use}, {questions, reason, now: NOW})
  const asked = (count: number, at = NOW - HOUR_MS) => Array.from({length: count}, () => ({at, questions: 1}))

  test('Q20 of 100 a day, of which feeds took 60, twenty are left to the backlog, ten more to what is urgent, and all to people', () => {
    const use = (count: number) => ({counted: {at: NOW - 2 * HOUR_MS, questions: 60}, asked: asked(count)})
    expect([wait(use(19)), wait(use(20)) > 0]).toEqual([0, true])
    expect([wait(use(29), 'today'), wait(use(30), 'today') > 0]).toEqual([0, true])
    expect(wait(use(400), 'person')).toBe(0)
  })

  test('questions that its own counter has are not counted twice', () => {
    const counted = {at: NOW - 1_000, questions: 60}
    expect(wait({counted, asked: asked(50)})).toBe(0)
    expect(wait({counted, asked: asked(50, NOW - 500)})).toBeGreaterThan(0)
  })

  test('a counter of before the window counts no more', () => {
    expect(wait({counted: {at: NOW - DAY_MS, questions: 100}})).toBe(0)
  })

  test('the wait ends when enough questions are a day old', () => {
    const older = {at: NOW - 5 * HOUR_MS, questions: 40}
    const newer = {at: NOW - 2 * HOUR_MS, questions: 40}
    expect(wait({asked: [older, newer]})).toBe(19 * HOUR_MS)
    expect(wait({asked: [older, newer]}, 'missing', 41)).toBe(22 * HOUR_MS)
  })

  test('what costs more than there is has its turn when nothing else was asked', () => {
    expect(wait({}, 'missing', 300)).toBe(0)
    expect(wait({asked: asked(1)}, 'missing', 300)).toBe(23 * HOUR_MS)
  })
})
