import {expect, test} from 'vitest'
import {ripenAgain} from './demo-ripening.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test('every three hours one has seeded enough, and one within the first minute of each day', async () => {
  let at = new Date(2026, 4, 17, 21, 30).getTime()
  let turn: (() => Promise<void>) | null = null
  const ripened: string[] = []
  const stop = ripenAgain(async () => ripened.push(new Date(at).toTimeString().slice(0, 5)), {
    now: () => at,
    every: (_, its) => {
      turn = its
      return () => (turn = null)
    },
  })
  for (let passed = 0; passed < 27 * HOUR; passed += MINUTE) {
    at += MINUTE
    await turn!()
  }
  const daily = ['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '00:00']
  expect(ripened).toEqual(daily)
  stop()
  expect(turn).toBeNull()
})
