import {expect, test} from 'vitest'
import {exactTime} from './format-time.ts'

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
