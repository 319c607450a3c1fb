import {expect, test} from 'vitest'
import type {ArrCommand} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {commandEnd} from './command-end.ts'

/** @param endsMs when the command is over. @returns how it ended, and at which of our ms it was asked */
async function waited(endsMs: number, mostMs: number) {
  const clock = new VirtualClock()
  const begun = clock.monotonic()
  const askedAt: number[] = []
  const commandState = async (id: number): Promise<ArrCommand> => {
    const at = clock.monotonic() - begun
    askedAt.push(at)
    const isOver = at >= endsMs
    return {
      id,
      name: 'CheckHealth',
      status: isOver ? 'completed' : 'started',
      result: isOver ? 'successful' : 'unknown',
      message: '',
      failure: '',
      queuedAt: null,
      endedAt: null,
    }
  }
  const done = commandEnd({commandState}, 7, {clock, mostMs})
  await clock.advance(mostMs)
  const end = await done
  return {end: typeof end === 'object' && end !== null ? end.status : end, askedAt}
}

test('an Arr is asked at growing intervals how far a command is, and at the end of the time', async () => {
  expect(await waited(Number.POSITIVE_INFINITY, 60_000)).toEqual({
    end: 'running',
    askedAt: [0, 500, 2_000, 6_500, 20_000, 35_000, 50_000, 60_000],
  })
})

test('a command that ends is heard of fifteen seconds later at most', async () => {
  expect(await waited(21_000, 60_000)).toEqual({
    end: 'completed',
    askedAt: [0, 500, 2_000, 6_500, 20_000, 35_000],
  })
})

test('it is asked once where no one waits for it', async () => {
  expect(await waited(1_000, 0)).toEqual({end: 'running', askedAt: [0]})
})
