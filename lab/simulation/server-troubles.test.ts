import {expect, test} from 'vitest'
import type {FaultKind} from '../simulators/faults.ts'
import {ServerTroubles} from './server-troubles.ts'

const MINUTE_MS = 60_000
const name = 'one'

interface How {
  readonly away?: true
  readonly kinds?: readonly FaultKind['kind'][]
  readonly hidden?: number
  readonly sameMinutes?: number
  readonly starts?: number
}

/** @param minutes when it was looked at, and how it was then */
function lookedAt(minutes: readonly (readonly [at: number, how: How])[]): ServerTroubles {
  const troubles = new ServerTroubles()
  for (const [at, {away, kinds = [], hidden = 0, sameMinutes = 0, starts = 1}] of minutes)
    troubles.look(
      name,
      {isListening: !away, faults: {kinds}},
      {generation: starts, hidden, longestSameMs: sameMinutes * MINUTE_MS},
      at * MINUTE_MS,
    )
  return troubles
}

const since = (minutes: number, isSilent = false) => ({since: minutes * MINUTE_MS, isSilent})

test('a server that was away is well as soon as it is there again, whatever started it', () => {
  const seen = [
    [0, {}],
    [5, {away: true}],
    [9, {away: true}],
  ] as const
  expect(lookedAt(seen).of(name)).toEqual(since(5))
  const well = lookedAt([...seen, [12, {}]])
  expect([well.of(name), well.wholeForMs(name, 20 * MINUTE_MS)]).toEqual([null, 8 * MINUTE_MS])
})

test('one trouble that follows another begins with the first', () => {
  const seen = [
    [1, {away: true}],
    [3, {kinds: ['status']}],
    [4, {hidden: 2}],
  ] as const
  expect(lookedAt(seen).of(name)).toEqual(since(1))
})

test('silence is one only where nothing else was wrong since it began', () => {
  const silent = {kinds: ['silence']} as const
  expect(
    lookedAt([
      [1, silent],
      [2, silent],
    ]).of(name),
  ).toEqual(since(1, true))
  expect(
    lookedAt([
      [1, {away: true}],
      [2, silent],
    ]).of(name),
  ).toEqual(since(1))
  expect(
    lookedAt([
      [1, silent],
      [2, {kinds: ['silence', 'reset']}],
    ]).of(name),
  ).toEqual(since(1))
  expect(lookedAt([[1, {...silent, hidden: 1}]]).of(name)).toEqual(since(1))
})

test('who answers late is well', () => {
  expect(lookedAt([[1, {kinds: ['slowHead']}]]).of(name)).toBeNull()
})

test('what is not listed is lacking until a list that could be read was the same for ten minutes', () => {
  const lacking = (...seen: (readonly [number, How])[]) => lookedAt(seen).lackingOf(name)
  const short = (sameMinutes: number) => ({hidden: 2, sameMinutes})
  expect(lacking([0, {}], [1, short(0)], [10.9, short(9.9)])).toBe(2)
  expect(lacking([0, {}], [1, short(0)], [11, short(10)])).toBe(0)
  // It was the same for as long as nobody could read it.
  expect(lacking([0, {...short(0), away: true}], [15, short(15)], [20, short(20)])).toBe(2)
  expect(lacking([0, {...short(0), away: true}], [15, short(15)], [25, short(25)])).toBe(0)
})

test('a list that was believed is not whole', () => {
  const believed = [
    [0, {hidden: 2}],
    [10, {hidden: 2, sameMinutes: 10}],
  ] as const
  const wholeForMs = (...seen: (readonly [number, How])[]) => lookedAt(seen).wholeForMs(name, 20 * MINUTE_MS)
  expect([wholeForMs(...believed), wholeForMs(...believed, [15, {starts: 2}])]).toEqual([0, 5 * MINUTE_MS])
})

test('a list that was believed stays so until its server starts again', () => {
  const believed = [
    [0, {hidden: 2}],
    [10, {hidden: 2, sameMinutes: 10}],
  ] as const
  expect(lookedAt([...believed, [11, {hidden: 2, away: true}]]).lackingOf(name)).toBe(0)
  expect(lookedAt([...believed, [11, {hidden: 3, starts: 2}]]).lackingOf(name)).toBe(3)
})
