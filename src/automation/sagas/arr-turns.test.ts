import {expect, test} from 'vitest'
import {ArrTurns} from './arr-turns.ts'

function atArr() {
  let now = 1_000
  const turns = new ArrTurns({monotonic: () => now})
  return {turns, pass: (ms: number) => void (now += ms)}
}
const RADARR = 'blocklist radarr'

test('each tries once until two failed; of those that failed the one that waited longest goes first', () => {
  const {turns, pass} = atArr()
  for (const saga of ['a', 'b']) {
    expect(turns.waitMs(RADARR, saga)).toBe(0)
    turns.failed(RADARR, saga)
  }
  expect(turns.waitMs(RADARR, 'b')).toBe(60_000)
  pass(5_000)
  expect(['b', 'a'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 0])
  turns.failed(RADARR, 'a')
  pass(10_000)
  expect(['a', 'b'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 0])
})

test('once two failed, those that were not tried yet go one by one, before those that failed', () => {
  const {turns, pass} = atArr()
  for (const saga of ['a', 'b']) turns.failed(RADARR, saga)
  expect(turns.waitMs(RADARR, 'new')).toBe(5_000)
  pass(5_000)
  expect(['newer', 'a', 'new'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 60_000, 0])
  // It has the turn while it is on its way.
  expect(['newer', 'a'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 60_000])
  turns.failed(RADARR, 'new')
  pass(10_000)
  expect(['a', 'newer'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 0])
  turns.answered(RADARR)
  expect(['a', 'b', 'new'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([0, 0, 0])
})

test('a download that has the turn and neither failed nor was answered gives it up after a pause', () => {
  const {turns, pass} = atArr()
  for (const saga of ['a', 'b']) turns.failed(RADARR, saga)
  pass(5_000)
  expect(['new', 'a'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([0, 60_000])
  turns.ended('new')
  pass(5_000)
  expect(['b', 'a'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([60_000, 0])
})

test('pauses grow to minutes, and what the Arr takes ends them for all', () => {
  const {turns, pass} = atArr()
  for (const saga of ['a', 'b']) turns.failed(RADARR, saga)
  const pauses: number[] = []
  for (let n = 0; n < 10; n++) {
    const [saga, other] = n % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const)
    const waitMs = turns.waitMs(RADARR, saga)
    pauses.push(waitMs)
    pass(waitMs)
    turns.waitMs(RADARR, other)
    turns.failed(RADARR, saga)
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 600_000, 600_000, 600_000, 600_000])
  turns.answered(RADARR)
  expect(['a', 'b'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([0, 0])
})

test('how often one failed alone counts for the pauses of all, and those that were not tried yet go first anyway', () => {
  const {turns} = atArr()
  for (let n = 0; n < 7; n++) turns.failed(RADARR, 'a')
  expect(['a', 'b'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([0, 0])
  turns.failed(RADARR, 'b')
  expect(['new', 'a'].map((saga) => turns.waitMs(RADARR, saga))).toEqual([600_000, 600_000])
})

test('one alone, another Arr, and another step are not held back', () => {
  const {turns} = atArr()
  turns.failed(RADARR, 'a')
  expect(turns.waitMs(RADARR, 'a')).toBe(0)
  turns.failed(RADARR, 'b')
  expect(turns.waitMs(RADARR, 'a')).toBeGreaterThan(0)
  expect(turns.waitMs('blocklist sonarr', 'a')).toBe(0)
  expect(turns.waitMs('look radarr', 'a')).toBe(0)
})

test('a download that ended, or is silent for longer than any pause, has no turn', () => {
  const {turns, pass} = atArr()
  for (const saga of ['dead', 'ended', 'a', 'b']) turns.failed(RADARR, saga)
  turns.ended('ended')
  const waits = [1, 2, 3].map(() => {
    pass(600_000)
    return ['a', 'b'].map((saga) => turns.waitMs(RADARR, saga))
  })
  expect(waits).toEqual([
    [60_000, 60_000],
    [60_000, 60_000],
    [0, 60_000],
  ])
})
