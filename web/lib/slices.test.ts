import {expect, test} from 'vitest'
import {atOnce, inSlices, pagePauses, type Pauses, type Sliced} from './slices.ts'

function* counting(to: number, seen: number[]): Sliced<number> {
  for (let at = 1; at <= to; at++) {
    seen.push(at)
    yield
  }
  return to
}

/** Due after every third step. */
function everyThird(): Pauses & {turns: number} {
  let steps = 0
  return {
    turns: 0,
    due: () => ++steps % 3 === 0,
    async next() {
      this.turns++
    },
  }
}

test('work at once and work in slices come to the same', async () => {
  const [once, sliced]: number[][] = [[], []]
  expect(atOnce(counting(7, once!))).toBe(7)
  expect(await inSlices(counting(7, sliced!), new AbortController().signal, everyThird())).toBe(7)
  expect(sliced).toEqual(once)
})

test('the page has its turn before the first slice and after each', async () => {
  const pauses = everyThird()
  await inSlices(counting(9, []), new AbortController().signal, pauses)
  expect(pauses.turns).toBe(1 + 3)
})

test('who does not want it any more ends it at the next step', async () => {
  const stop = new AbortController()
  const seen: number[] = []
  const pauses = {
    due: () => seen.length === 4 && (stop.abort(new Error('gone')), false),
    next: async () => {},
  }
  await expect(inSlices(counting(9, seen), stop.signal, pauses)).rejects.toThrow('gone')
  expect(seen).toEqual([1, 2, 3, 4])
})

test('the turn of the page is a task of its own', async () => {
  const order: string[] = []
  setTimeout(() => order.push('another task'))
  await new Promise((done) => setTimeout(done, 5))
  const pauses = pagePauses()
  expect(pauses.due()).toBe(false)
  queueMicrotask(() => order.push('microtask'))
  await pauses.next()
  order.push('after')
  expect(order).toEqual(['another task', 'microtask', 'after'])
})
