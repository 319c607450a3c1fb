import {expect, test} from 'vitest'
import {anchorOf} from './scroll-target.ts'

function standing(...rows: readonly (readonly [string, number])[]): Map<string, number> {
  return new Map(rows)
}

const seen = standing(['a', 10], ['b', 11], ['c', 12], ['d', 13])

test('three rows come in above: what is seen keeps its place', () => {
  expect(anchorOf(seen, standing(['a', 13], ['b', 14], ['c', 15], ['d', 16]), null)).toBe('a')
})

test('a row in the middle of what is seen goes: what is above it stays', () => {
  expect(anchorOf(seen, standing(['a', 10], ['b', 11], ['d', 12]), null)).toBe('a')
})

test('a row that was seen and one above it go: the others stay in their place', () => {
  expect(anchorOf(seen, standing(['b', 9], ['c', 10], ['d', 11]), null)).toBe('b')
})

test('a row comes in between: the one that the user is at keeps its place, else most of what is seen', () => {
  const after = standing(['a', 10], ['b', 12], ['c', 13], ['d', 14])
  expect(anchorOf(seen, after, null)).toBe('b')
  expect(anchorOf(seen, after, 'a')).toBe('a')
  expect(anchorOf(seen, after, 'd')).toBe('d')
})

test('one that moves on its own takes none along, not even when the user is at it', () => {
  const many = standing(...Array.from({length: 20}, (_, at) => [`${at}`, at] as const))
  const after = new Map(many).set('3', 17)
  expect(anchorOf(many, after, '3')).toBe('0')
})

test.each(['above', 'below'])(
  'of many that are seen some leave near the current one, with few %s it: it keeps its place',
  (where) => {
    const [leaving, few] = where === 'above' ? [[15, 17], 19] : [[2, 4], 0]
    const many = Array.from({length: 20}, (_, at) => [`${at}`, at] as const)
    const after = many
      .filter(([, at]) => !leaving.includes(at))
      .map(([name], at) => [name, at + 500] as const)
    expect(anchorOf(standing(...many), standing(...after), `${few}`)).toBe(`${few}`)
    // So it does where others come in between.
    const fuller = many.map(([name, at]) => [name, at < (where === 'above' ? 18 : 1) ? at : at + 2] as const)
    expect(anchorOf(standing(...many), standing(...fuller), `${few}`)).toBe(`${few}`)
  },
)

test('of those that leave not even the names had come: the one that the user is at keeps its place', () => {
  const names = [
    2242, 2244, 2245, 2246, 2247, 2248, 2249, 2250, 2251, 2252, 2253, 2255, 2256, 2257, 2259, 2260,
  ]
  const all = [...names, 2261, 2263, 2264].map((it, at) => [`${it}`, it, 1482 + at] as const)
  const before = standing(...all.map(([name, was]) => [name, was] as const))
  const after = standing(...all.map(([name, , is]) => [name, is] as const))
  expect(anchorOf(before, after, '2264')).toBe('2264')
})

test('the last one that is seen goes far down on its own: none is taken along', () => {
  const many = standing(...Array.from({length: 20}, (_, at) => [`${at}`, at] as const))
  expect(anchorOf(many, new Map(many).set('19', 30), '19')).toBe('0')
  expect(anchorOf(many, new Map(many).set('19', 18).set('18', 19), '19')).toBe('0')
})

test('in a new order the list stays where it is scrolled to', () => {
  expect(anchorOf(seen, standing(['a', 40], ['b', 2], ['c', 12], ['d', 33]), null)).toBeNull()
  expect(anchorOf(seen, standing(['a', 13], ['b', 10], ['c', 12], ['d', 11]), 'b')).toBeNull()
})

test('of what is seen none but the first and the last one is known any more, far away: they keep their place', () => {
  expect(anchorOf(seen, standing(['a', 5010], ['d', 5013]), null)).toBe('a')
  // Others came in between them, too.
  expect(anchorOf(seen, standing(['a', 5010], ['d', 5200]), null)).toBe('a')
  expect(anchorOf(seen, standing(['a', 5010], ['c', 5012], ['d', 5013]), 'c')).toBe('c')
})

test('the first and the last one went different ways: the list stays', () => {
  expect(anchorOf(seen, standing(['a', 5010], ['d', 3]), null)).toBeNull()
})

test('the last one left the list: the first one keeps its place', () => {
  expect(anchorOf(seen, standing(['a', 5010]), null)).toBe('a')
})

test('none of those that were seen is known any more: the list stays', () => {
  expect(anchorOf(seen, standing(['x', 10]), null)).toBeNull()
})
