import fc from 'fast-check'
import {expect, test} from 'vitest'
import {nearestIndex, roundTop, shareAt, stretches, sumOf, together} from './chart-geometry.ts'
import {bytes} from './format.ts'

for (const [greatest, top] of [
  [0, 1],
  [0.7, 0.8],
  [34.1, 40],
  [100, 100],
  [101, 200],
] as const) {
  test(`a chart of at most ${greatest} ends at ${top}`, () => {
    expect(roundTop(greatest)).toBeCloseTo(top)
  })
}

test('everything fits below the top, and fills a good part of it', () => {
  fc.assert(
    fc.property(fc.double({min: 1e-3, max: 1e15, noNaN: true}), (greatest) => {
      const top = roundTop(greatest)
      expect(top).toBeGreaterThanOrEqual(greatest * 0.999)
      expect(top).toBeLessThanOrEqual(greatest * 2.001)
    }),
  )
})

for (const [units, step] of [
  ['binary', 1024],
  ['decimal', 1000],
] as const) {
  test(`the guides of bytes are round in ${units} units, whatever the speed`, () => {
    fc.assert(
      fc.property(fc.double({min: 1, max: step ** 5, noNaN: true}), (greatest) => {
        const top = roundTop(greatest, step)
        const {text: figure} = bytes(top, units)
        expect(Number(figure)).toBeOneOf([1, 2, 4, 6, 8].flatMap((it) => [it, 10 * it, 100 * it]))
        expect(top).toBeGreaterThanOrEqual(greatest * 0.999)
        expect(top).toBeLessThanOrEqual(greatest * 2.001)
      }),
    )
  })
}

test('a chart of bytes ends at whole units', () => {
  expect(roundTop(31 * 1024 ** 2, 1024)).toBe(40 * 1024 ** 2)
  expect(roundTop(900 * 1024, 1024)).toBe(1024 ** 2)
  expect(roundTop(900 * 1000, 1000)).toBe(1000 ** 2)
})

test('missing data is a gap', () => {
  const lines = stretches([0, 1, null, 1, 0], 1, 100).map(({line}) => line)
  expect(lines).toEqual(['M0 100L250 0', 'M750 0L1000 100'])
})

test('a value between two gaps is still to be seen, also at the edges', () => {
  expect(stretches([null, 1, null], 2, 100)).toEqual([{line: 'M488 50h24', area: 'M488 50h24V100H488Z'}])
  expect(stretches([1, null, 1], 2, 100).map(({line}) => line)).toEqual(['M0 50h24', 'M976 50h24'])
  const long = [...Array<null>(1_000).fill(null), 1]
  expect(stretches(long, 2, 100)[0]!.line).toBe('M998 50h2')
})

test('a moment stands between the points around it, and the last point goes on for as long as the others', () => {
  const times = [100, 200, 300]
  expect([100, 250, 300, 399].map((at) => shareAt(at, times))).toEqual([0, 0.75, 1, 1])
  expect([99, 400].map((at) => shareAt(at, times))).toEqual([null, null])
  expect(shareAt(100, [100])).toBeNull()
})

test('marks that would cover each other are together, and no two groups do', () => {
  expect(together([0, 10, 26, 27, 80], 26)).toEqual([[0, 1], [2, 3], [4]])
  fc.assert(
    fc.property(fc.array(fc.double({min: 0, max: 500, noNaN: true})), (unsorted) => {
      const places = unsorted.toSorted((a, b) => a - b)
      const groups = together(places, 26)
      expect(groups.flat()).toEqual(places.map((_, at) => at))
      const starts = groups.map(([first]) => places[first!]!)
      for (const [at, start] of starts.slice(1).entries())
        expect(start - starts[at]!).toBeGreaterThanOrEqual(26)
    }),
  )
})

test('a sum of nothing known is not 0', () => {
  expect(sumOf([1, null, 2])).toBe(3)
  expect(sumOf([null, null])).toBeNull()
  expect(sumOf(undefined)).toBeNull()
})

test('the areas below the stretches end at zero', () => {
  expect(stretches([1, 1], 1, 100)[0]!.area).toBe('M0 0L1000 0V100H0Z')
})

test('the value under the pointer is the nearest', () => {
  expect([-1, 0, 0.24, 0.26, 2].map((share) => nearestIndex(share, 3))).toEqual([0, 0, 0, 1, 2])
})
