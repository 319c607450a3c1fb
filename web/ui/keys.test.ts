import {expect, test} from 'vitest'
import {isCommandHeld, keysFor, letterOf} from './keys.ts'

test('a combination is written as the keyboard has it', () => {
  expect(keysFor('Ctrl Shift K', false)).toEqual(['Ctrl', 'Shift', 'K'])
  expect(keysFor('Ctrl Shift K', true)).toEqual(['⌘', '⇧', 'K'])
})

test('on a Mac the command key is held instead of Ctrl', () => {
  expect(isCommandHeld({ctrlKey: true, metaKey: false}, true)).toBe(false)
  expect(isCommandHeld({ctrlKey: false, metaKey: true}, true)).toBe(true)
})

test('a letter is what a key writes, alone or with Shift', () => {
  const alone = {ctrlKey: false, metaKey: false, altKey: false}
  expect(['a', 'Ä', ' ', 'Enter', 'F2'].map((key) => letterOf({...alone, key}))).toEqual([
    'a',
    'Ä',
    null,
    null,
    null,
  ])
  expect(letterOf({...alone, key: 'a', ctrlKey: true})).toBeNull()
})
