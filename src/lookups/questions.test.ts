import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {FactResult} from './fact-result.ts'
import {films} from './look-ups.fixture.ts'
import {MOST_KEPT, Questions, type Asker, type Question} from './questions.ts'
import {RateLane} from './rate-lane.ts'

const clock = new VirtualClock()
const asker: Asker = {by: films, signal: new AbortController().signal, fresh: false}

function harness() {
  const questions = new Questions({clock, random: () => 1})
  const lane = new RateLane(clock, {atOnce: 1, perMinute: 1_000}, () => true)
  const looked: string[] = []
  const ask = (name: string, more: Partial<Question<string>> = {}, by: Partial<Asker> = {}) =>
    questions.ask<string>(
      {
        name,
        mark: '',
        lane,
        hindrance: () => null,
        keepMs: 60_000,
        look: async (): Promise<FactResult<string>> => {
          looked.push(name)
          return {value: `${name} ${looked.length}`}
        },
        ...more,
      },
      {...asker, ...by},
    )
  return {ask, looked}
}

test('answers that were not asked for lately make room for new ones, the largest as the smallest', async () => {
  const {ask, looked} = harness()
  const half = {weight: () => MOST_KEPT / 2 - 1}
  await ask('first', half)
  await ask('second', half)
  await ask('first', half)
  await ask('third', half)
  await ask('first', half)
  expect(looked).toEqual(['first', 'second', 'third'])
  await ask('second', half)
  expect(looked).toEqual(['first', 'second', 'third', 'second'])
})

test('an answer of another state of the torrent is none', async () => {
  const {ask, looked} = harness()
  await ask('files', {mark: 'small'})
  await ask('files', {mark: 'large'})
  expect(looked).toHaveLength(2)
})

test('a mistake of ours reaches its caller, and stands in no other’s way', async () => {
  const {ask} = harness()
  const mistake = new TypeError('no such thing')
  await expect(ask('files', {look: () => Promise.reject(mistake)})).rejects.toBe(mistake)
  expect(await ask('files')).toMatchObject({value: 'files 1'})
})

test('a look that is no longer waited for is ended, and what it found is not kept', async () => {
  const {ask, looked} = harness()
  const end = new AbortController()
  let ended: AbortSignal | null = null
  const asked = ask(
    'links',
    {
      look: async (signal) => {
        ended = signal
        await clock.advance(1)
        return {value: 'of a look that was ended'}
      },
    },
    {signal: end.signal},
  )
  end.abort()
  await expect(asked).rejects.toBe(end.signal.reason)
  expect(ended!.aborted).toBe(true)
  expect(await ask('links')).toMatchObject({value: 'links 1'})
  expect(looked).toHaveLength(1)
})

test('what cannot be found out is asked each hour, what failed every ten minutes at most, and another mark at once', async () => {
  for (const [unknown, apartMs] of [
    ['notSupported', 3_600_000],
    ['unreadable', 600_000],
  ] as const) {
    const {ask} = harness()
    let times = 0
    const look = async (): Promise<FactResult<string>> => {
      times++
      return {unknown, detail: 'No.'}
    }
    for (let n = 0; n < 10; n++) {
      const {keptMs} = await ask('links', {look})
      await clock.advance(keptMs)
    }
    const {keptMs} = await ask('links', {look})
    expect([times, keptMs]).toEqual([11, apartMs])
    await ask('links', {look, mark: 'mapped by now'})
    expect(times).toBe(12)
  }
})
