import {expect, test} from 'vitest'
import {select, nothingSelected, step} from './file-rows.ts'

const shown = ['a', 'b', 'c', 'd']
const selected = ({selected}: {selected: ReadonlySet<string>}) => [...selected]

test('a range goes from the row selected alone to the one pressed, either way', () => {
  const atB = select(nothingSelected, 'b', 'only', shown)
  expect(selected(select(atB, 'd', 'range', shown))).toEqual(['b', 'c', 'd'])
  expect(selected(select(select(atB, 'd', 'range', shown), 'a', 'range', shown))).toEqual(['a', 'b'])
})

test('a toggled row comes to the others, and goes again', () => {
  const both = select(select(nothingSelected, 'a', 'only', shown), 'c', 'toggle', shown)
  expect(selected(both)).toEqual(['a', 'c'])
  expect(selected(select(both, 'a', 'toggle', shown))).toEqual(['c'])
})

test('keys begin at an end and stop at the other', () => {
  expect(step(nothingSelected, 1, shown, false).at).toBe('a')
  expect(step(nothingSelected, -1, shown, false).at).toBe('d')
  expect(step(select(nothingSelected, 'd', 'only', shown), 1, shown, false).at).toBe('d')
  expect(selected(step(select(nothingSelected, 'c', 'only', shown), -2, shown, true))).toEqual([
    'a',
    'b',
    'c',
  ])
})

test('a range whose begin is out of sight is the row alone', () => {
  expect(selected(select({...nothingSelected, anchor: 'gone'}, 'b', 'range', shown))).toEqual(['b'])
})

test('where nothing is in sight nothing is selected', () => {
  expect(step(nothingSelected, 1, [], false)).toBe(nothingSelected)
})
