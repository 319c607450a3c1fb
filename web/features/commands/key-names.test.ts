import {expect, test} from 'vitest'
import type {Command} from './commands.ts'
import {isSingle, keysOf, shownKeys} from './key-names.ts'

const stop: Command = {id: 'stop', group: 'act', label: 'nav.torrents', keys: ['s'], run: () => undefined}

test.each([
  ['g t', 'G T'],
  ['$mod+k', 'Ctrl K'],
  ['Shift+Digit1', 'Shift 1'],
  ['Shift+F10', 'Shift F10'],
  ['Delete', 'Del'],
  ['ArrowUp', '↑'],
])('%s is shown as %s', (keys, shown) => {
  expect(shownKeys(keys)).toBe(shown)
})

test('own keys take the place of the usual ones, and none at all is a choice', () => {
  expect(keysOf(stop, {})).toEqual(['s'])
  expect(keysOf(stop, {stop: 'Shift+KeyX'})).toEqual(['Shift+KeyX'])
  expect(keysOf(stop, {stop: null})).toEqual([])
})

test.each([
  ['s', true],
  ['g t', true],
  ['Shift+KeyS', true],
  ['?', true],
  ['$mod+k', false],
  ['Alt+ArrowLeft', false],
  ['Delete', false],
  ['Escape', false],
  ['Shift+F10', false],
  ['Shift+ArrowDown', false],
])('%s is a key of letters alone: %s', (keys, single) => {
  expect(isSingle(keys)).toBe(single)
})
