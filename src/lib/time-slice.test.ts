import {expect, test} from 'vitest'
import {TimeSlice} from './time-slice.ts'

test('ten workers together never hold a turn of the loop longer than one slice and one piece', async () => {
  const turns = new TimeSlice(4)
  let turn = 0
  let open = true
  const count = (): void => {
    turn++
    if (open) setImmediate(count)
  }
  setImmediate(count)
  const piecesByTurn = new Map<number, number>()
  const burn = (ms: number): void => {
    const until = performance.now() + ms
    while (performance.now() < until);
  }
  await Promise.all(
    Array.from({length: 10}, async () => {
      for (let piece = 0; piece < 6; piece++) {
        burn(1)
        piecesByTurn.set(turn, (piecesByTurn.get(turn) ?? 0) + 1)
        if (turns.due()) await turns.next()
      }
    }),
  )
  open = false
  // The very first turn starts all ten workers, each with one piece; after it one worker a turn goes on.
  const later = [...piecesByTurn].filter(([at]) => at > 0).map(([, pieces]) => pieces)
  expect(later.length).toBeGreaterThan(5)
  expect(Math.max(...later)).toBeLessThanOrEqual(10)
})

test('work that comes back after a pause gets a fresh slice', async () => {
  const turns = new TimeSlice(1000)
  expect(turns.due()).toBe(false)
  await new Promise((done) => setTimeout(done, 5))
  expect(turns.due()).toBe(false)
})
