import {expect, test} from 'vitest'
import {SpeedHistory, STEP_MS} from './speed-history.ts'

const start = 1_000_000 * STEP_MS

test('a chart is at least a minute wide, and what was not seen is a gap', () => {
  const history = new SpeedHistory()
  history.add('a', start, 5, 1)
  history.add('a', start + 2 * STEP_MS, 7, 2)
  const {down, up, times, peak} = history.chart('a', start + 2 * STEP_MS)
  expect(down).toHaveLength(30)
  expect(down.slice(-4)).toEqual([null, 5, null, 7])
  expect(up.slice(-3)).toEqual([1, null, 2])
  expect([times.at(-1), peak]).toEqual([start + 2 * STEP_MS, 7])
})

test('it says since when it looks, however wide the chart is', () => {
  const history = new SpeedHistory()
  expect(history.chart('a', start).seenMs).toBe(0)
  history.add('a', start, 0, 0)
  expect(history.chart('a', start + 2 * STEP_MS).seenMs).toBe(3 * STEP_MS)
})

test('it grows to ten minutes and then lets the oldest go', () => {
  const history = new SpeedHistory()
  for (let step = 0; step < 400; step++) history.add('a', start + step * STEP_MS, step, 0)
  const {down} = history.chart('a', start + 399 * STEP_MS)
  expect([down.length, down[0], down.at(-1)]).toEqual([300, 100, 399])
})

test('two figures of one step are one: the later', () => {
  const history = new SpeedHistory()
  history.add('a', start, 5, 0)
  history.add('a', start + 1, 6, 0)
  expect(history.chart('a', start).down.filter((it) => it !== null)).toEqual([6])
})

test('of more torrents than a page has rows the one that left it longest ago is forgotten', () => {
  const history = new SpeedHistory()
  for (let at = 0; at < 151; at++) history.add(`t${at}`, start, 1, 1)
  expect(history.chart('t0', start).peak).toBe(0)
  expect(history.chart('t150', start).peak).toBe(1)
})
