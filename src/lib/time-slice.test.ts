import {expect, test} from 'vitest'
import {filterInTurns, mapInTurns, TimeSlice} from './time-slice.ts'

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

const items = Array.from({length: 100}, (_, n) => n)

test.each([
  ['mapInTurns', mapInTurns(items, turnsEvery(7), (n) => 2 * n), items.map((n) => 2 * n)],
  [
    'filterInTurns',
    filterInTurns(items, turnsEvery(7), (n) => n % 3 === 0),
    items.filter((n) => n % 3 === 0),
  ],
])(
  '%s goes through a long list in its order, and others have their turn whenever it is due',
  async (_, done, expected) => {
    expect(await done).toEqual(expected)
  },
)

/** Due after so many items; nobody goes on before the others had their turn. */
function turnsEvery(most: number) {
  let since = 0
  return {
    due: () => {
      expect(++since).toBeLessThanOrEqual(most)
      return since === most
    },
    next: async () => {
      await Promise.resolve()
      since = 0
    },
  }
}
