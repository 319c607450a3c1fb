import {expect, test} from 'vitest'
import {UndoStack} from './run-action.ts'

test('Ctrl Z takes the newest that can still be undone, each once', () => {
  const stack = new UndoStack()
  stack.push({id: 'old', until: 10})
  stack.push({id: 'a', until: 100})
  stack.push({id: 'b', until: 100})
  stack.push({id: 'late', until: 20})
  stack.drop('b')
  expect(stack.take(50)).toBe('a')
  expect(stack.take(50)).toBe(null)
})
