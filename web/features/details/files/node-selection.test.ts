import {expect, test} from 'vitest'
import {choose, nothingChosen, step} from './file-rows.ts'

const shown = ['a', 'b', 'c', 'd']
const chosen = (selection: {chosen: ReadonlySet<string>}) => [...selection.chosen]

test('a range goes from the row chosen by itself to the one pressed, either way', () => {
  const atB = choose(nothingChosen, 'b', 'only', shown)
  expect(chosen(choose(atB, 'd', 'range', shown))).toEqual(['b', 'c', 'd'])
  expect(chosen(choose(choose(atB, 'd', 'range', shown), 'a', 'range', shown))).toEqual(['a', 'b'])
})

test('a toggled row comes to the others, and goes again', () => {
  const both = choose(choose(nothingChosen, 'a', 'only', shown), 'c', 'toggle', shown)
  expect(chosen(both)).toEqual(['a', 'c'])
  expect(chosen(choose(both, 'a', 'toggle', shown))).toEqual(['c'])
})

test('keys begin at an end and stop at the other', () => {
  expect(step(nothingChosen, 1, shown, false).at).toBe('a')
  expect(step(nothingChosen, -1, shown, false).at).toBe('d')
  expect(step(choose(nothingChosen, 'd', 'only', shown), 1, shown, false).at).toBe('d')
  expect(chosen(step(choose(nothingChosen, 'c', 'only', shown), -2, shown, true))).toEqual(['a', 'b', 'c'])
})

test('a range whose begin is out of sight is the row alone', () => {
  expect(chosen(choose({...nothingChosen, anchor: 'gone'}, 'b', 'range', shown))).toEqual(['b'])
})

test('where nothing is in sight nothing is chosen', () => {
  expect(step(nothingChosen, 1, [], false)).toBe(nothingChosen)
})
