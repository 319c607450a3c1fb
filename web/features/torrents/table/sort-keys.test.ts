import {expect, test} from 'vitest'
import {readSort, sortedBy, writeSort} from './sort-keys.ts'

const click = (before: string, by: string, isFurther = false, downFirst = true) =>
  writeSort(sortedBy(readSort(before), by, isFurther, downFirst))

for (const [before, by, isFurther, after] of [
  ['-added_at', 'size', false, '-size'],
  ['-size', 'size', false, 'size'],
  ['size', 'size', false, ''],
  ['-added_at', 'size', true, '-added_at,-size'],
  ['-added_at,-size', 'size', true, '-added_at,size'],
  ['-added_at,size', 'size', true, '-added_at'],
  ['-added_at,-size', 'size', false, 'size'],
] as const) {
  test(`sorted by "${before}", a click on ${by}${isFurther ? ' with Shift' : ''} sorts by "${after}"`, () => {
    expect(click(before, by, isFurther)).toBe(after)
  })
}

test('words begin with A', () => {
  expect(click('', 'name', false, false)).toBe('name')
  expect(click('name', 'name', false, false)).toBe('-name')
})

test('an address with nonsense in it sorts by what is left', () => {
  expect(readSort(',-,-size')).toEqual([{by: 'size', isDown: true}])
})
