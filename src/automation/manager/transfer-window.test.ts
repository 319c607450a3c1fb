import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {STEP, TransferWindow} from './transfer-window.ts'

/** Watches a torrent that gains so much a second, each minute until `until`. */
function watched(until: number, perSecond = 10): TransferWindow {
  const window = new TransferWindow(3600)
  for (let at = 0; at <= until; at += STEP) window.see('a', at * perSecond, at)
  return window
}

const gained = (times: TransferWindow, window: number, at: number, bytes: number | undefined = at * 10) =>
  times.of('a', bytes, at).gained(window)

test('what came in within a window is the difference to the figure at its beginning or before', () => {
  const window = watched(1800)
  expect(gained(window, 600, 1800)).toBe(6000)
  expect(gained(window, 630, 1800)).toBe(6600)
  expect(gained(window, 600, 1830)).toBe(6300)
})

test('what was not watched for so long is unknown', () => {
  const window = watched(600)
  expect(gained(window, 600, 600)).toBe(6000)
  expect(gained(window, 601, 600)).toBeUndefined()
  expect(new TransferWindow(600).of('b', 5, 0).gained(60)).toBeUndefined()
})

test('after a pause in watching, a figure that fell, or one that is missing, it begins again', () => {
  const paused = watched(1800)
  expect(gained(paused, 600, 1981)).toBeUndefined()
  expect(gained(paused, 600, 1980)).toBe(6000)
  paused.see('a', 1e6, 1981)
  expect(gained(paused, 0, 1981, 1e6)).toBe(0)
  expect(gained(paused, 60, 1981, 1e6)).toBeUndefined()
  const fallen = watched(1800)
  expect(gained(fallen, 600, 1860, 17_999)).toBeUndefined()
  fallen.see('a', 17_999, 1860)
  expect(gained(fallen, 60, 1860, 17_999)).toBeUndefined()
  const silent = watched(1800)
  silent.see('a', undefined, 1810)
  expect(gained(silent, 600, 1860, 18_600)).toBeUndefined()
})

test('who goes is forgotten', () => {
  const window = watched(600)
  window.forget('a')
  expect(gained(window, 60, 600)).toBeUndefined()
})

test('however often it is looked at, the same is gained, and no more figures are kept than the window needs', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: 1, max: 150}), {minLength: 1, maxLength: 200}), (pauses) => {
      const window = new TransferWindow(600)
      let at = 0
      for (const pause of pauses) window.see('a', (at += pause) * 10, at)
      const seen = window.of('a', at * 10, at).gained(600)
      // Figures lie at most two pauses apart: so much older may the beginning of the window be.
      if (seen !== undefined) {
        expect(seen).toBeGreaterThanOrEqual(6000)
        expect(seen).toBeLessThanOrEqual(6000 + 10 * (STEP + 150))
      }
      if (at - pauses[0]! >= 600 + STEP + 150) expect(seen).toBeDefined()
    }),
  )
})

test('what held it back once counts for as long as the window reaches there', () => {
  const times = new TransferWindow(3600)
  for (let at = 0; at <= 3600; at += STEP) times.see('a', at * 10, at, {isHeldBack: at === 1200, speed: 0})
  const freely = (window: number, at: number) => times.of('a', at * 10, at).gainedFreely(window)
  expect(freely(1800, 3600)).toBe(18_000)
  expect(freely(2340, 3600)).toBe(23_400)
  expect(freely(2400, 3600)).toBeUndefined()
  expect(times.of('a', 36_000, 3600).gained(2400)).toBe(24_000)
  times.see('a', 36_600, 3660, {isHeldBack: true, speed: 0})
  expect(freely(60, 3660)).toBeUndefined()
})

test('what came in by the reported speeds counts where a counter says less', () => {
  const window = new TransferWindow(3600)
  const speedAt = (at: number) => (at < 600 ? 0 : 50)
  for (let at = 0; at <= 1800; at += STEP)
    window.see('a', at * 10, at, {isHeldBack: false, speed: speedAt(at)})
  const flow = window.of('a', 18_000, 1800)
  expect([flow.gained(1800), flow.gainedFreely(1800)]).toEqual([18_000, 60_000])
  expect([flow.gained(600), flow.gainedFreely(600)]).toEqual([6_000, 30_000])
  expect(window.of('a', 18_300, 1830).gainedFreely(1830)).toBe(61_500)
})
