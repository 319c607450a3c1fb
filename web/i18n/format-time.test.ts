import {expect, test} from 'vitest'
import {exactTime, withExactTimes} from './format-time.ts'

// Local times: what is "today" depends on where one looks from.
const now = new Date(2026, 10, 20, 12, 30).getTime()

for (const [at, words] of [
  [new Date(2026, 10, 20, 7, 2), 'today 07:02'],
  [new Date(2026, 10, 20, 0, 0), 'today 00:00'],
  [new Date(2026, 10, 19, 23, 59), 'yesterday 23:59'],
  [new Date(2026, 10, 21, 8, 10), 'tomorrow 08:10'],
  [new Date(2026, 10, 18, 14, 10), '18 Nov'],
  [new Date(2024, 10, 18, 14, 10), '18 Nov 2024'],
] as const) {
  test(`on 20 Nov 2026 ${at.toDateString()} is ${words}`, () => {
    expect(exactTime(at.getTime(), now)).toBe(words)
  })
}

test('moments in a sentence of the server are written as people name them, and nothing else is', () => {
  const since = new Date(2026, 10, 20, 7, 2).toISOString()
  const sentence = (it: string) =>
    `Not removed: ratio is unknown since ${it}, its server is not online (2026-11-20).`
  expect(withExactTimes(sentence(since), now)).toBe(sentence('today 07:02'))
  expect(withExactTimes(sentence(since.replace('.000', '')), now)).toBe(sentence('today 07:02'))
})

test('what happened at a moment happened today at that time, or on that day', () => {
  const sentence = (at: Date) =>
    withExactTimes(`It was to be removed, and at ${at.toISOString()} there was no answer.`, now)
  expect(sentence(new Date(2026, 10, 20, 7, 2))).toBe(
    'It was to be removed, and today 07:02 there was no answer.',
  )
  expect(sentence(new Date(2026, 10, 17, 7, 2))).toBe(
    'It was to be removed, and on 17 Nov there was no answer.',
  )
})

test.each(['2026-13-01T00:00:00Z', '2026-11-31T24:61:00Z', '2026-00-00T99:99:99.9Z'])(
  'a name with %s, which is no moment, stays as it is',
  (odd) => {
    const sentence = `Show.${odd} was to be removed at ${odd}.`
    expect(withExactTimes(sentence, now)).toBe(sentence)
  },
)
