import {expect, test} from 'vitest'
import {AnswerTimes, bearableMs, pollIntervalMs} from './cadence.ts'

const idle = {watched: false, active: false, answerMs: 5, leastIntervalMs: null, wishedMs: null, hurry: false}

test.each([
  ['idle', idle, 10_000],
  ['active', {...idle, active: true}, 3_000],
  ['watched', {...idle, watched: true}, 2_000],
  ['a server that needs 1.8 s for an answer', {...idle, watched: true, answerMs: 1_800}, 18_000],
  ['a server that needs a minute', {...idle, answerMs: 60_000}, 60_000],
  ['a server that refreshes every 5 s', {...idle, watched: true, leastIntervalMs: 5_000}, 5_000],
  ['a server that asks for a day', {...idle, leastIntervalMs: 86_400_000}, 60_000],
  ['wished once a second, watched', {...idle, watched: true, wishedMs: 1_000}, 1_000],
  ['wished once a second, but no one looks', {...idle, wishedMs: 1_000}, 10_000],
  [
    'wished once a second, but it needs 0.5 s',
    {...idle, watched: true, answerMs: 500, wishedMs: 1_000},
    5_000,
  ],
  ['wished each five minutes', {...idle, watched: true, active: true, wishedMs: 300_000}, 300_000],
  ['wished each five minutes, just commanded', {...idle, hurry: true, wishedMs: 300_000}, 700],
  ['just commanded', {...idle, hurry: true}, 700],
  ['just commanded, but slow', {...idle, hurry: true, answerMs: 1_000}, 2_000],
  ['just commanded, but very slow', {...idle, hurry: true, answerMs: 30_000}, 10_000],
])('%s: the next poll comes after the right time', (_, pace, ms) => {
  expect(pollIntervalMs(pace)).toBe(ms)
})

test.each([
  ['none', [], 0],
  ['the only one', [1_800], 1_800],
  ['an hour in which all stood still, at first', [3_600_000, 5], 5],
  ['an hour in which all stood still, between others', [5, 6, 3_600_000], 6],
  ['a server that became slow', [5, 1_800, 2_000], 1_800],
  ['a server that became fast', [1_800, 5, 6], 6],
  ['no more than the last three', [9_000, 9_000, 9_000, 5, 6, 7], 6],
])('what answers say of the next one: %s', (_, answers, ms) => {
  const times = new AnswerTimes()
  for (const answer of answers) times.add('changes', answer)
  expect(times.typicalMs('changes')).toBe(ms)
})

test('what whole lists cost says nothing of what changes cost, nor the other way round', () => {
  const times = new AnswerTimes()
  times.add('whole', 6_000)
  expect([times.typicalMs('whole'), times.typicalMs('changes')]).toEqual([6_000, 0])
  times.add('changes', 3)
  expect([times.typicalMs('whole'), times.typicalMs('changes')]).toEqual([6_000, 3])
})

test.each([
  [0, 0],
  [3, 30],
  [3_000, 30_000],
  [60_000, 60_000],
])('answers of %d ms are bearable every %d ms', (answerMs, ms) => {
  expect(bearableMs(answerMs)).toBe(ms)
})
