import {expect, test} from 'vitest'
import {Returns} from './returns.ts'

const MINUTE = 60_000

/** @returns at which minutes a return counted */
function counted(minutes: number, stateAt: (minute: number) => string | null): readonly number[] {
  const returns = new Returns()
  const at: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const before = returns.of('films')
    returns.see('films', stateAt(minute), minute * MINUTE)
    if (returns.of('films') > before) at.push(minute)
  }
  return at
}

test('what is first seen did not return, and what returns counts at once', () => {
  expect(counted(60, () => 'up')).toEqual([])
  expect(counted(60, (minute) => (minute < 20 ? null : 'up'))).toEqual([20])
  expect(counted(60, (minute) => (minute < 20 ? 'first' : 'second'))).toEqual([20])
})

test('what returns each minute counts once an hour, and ten minutes after the last time', () => {
  const flaps = (minute: number) => (minute < 290 && minute % 2 === 0 ? null : 'up')
  expect(counted(600, flaps)).toEqual([1, 61, 121, 181, 241, 299])
  expect(counted(600, (minute) => `${Math.min(minute, 290)}`)).toEqual([1, 61, 121, 181, 241, 300])
})

test('what breaks each time that it was there for ten minutes counts three times an hour', () => {
  const flaps = (minute: number) => (minute % 12 === 0 ? null : 'up')
  const at = counted(600, flaps)
  for (const from of at) expect(at.filter((it) => it >= from && it < from + 60).length).toBeLessThanOrEqual(3)
  expect(at.length).toBeGreaterThan(20)
})

test('what is away when its ten minutes are over counts when it was there for as long again', () => {
  const state = (minute: number) => {
    if (minute < 2 || minute === 5) return null
    return minute >= 12 && minute < 20 ? null : 'up'
  }
  expect(counted(120, state)).toEqual([2, 30])
})

test('each source is counted apart', () => {
  const returns = new Returns()
  for (const source of ['films', 'series']) returns.see(source, null, 0)
  returns.see('films', 'up', MINUTE)
  expect([returns.of('films'), returns.of('series'), returns.of('nobody')]).toEqual([1, 0, 0])
})
