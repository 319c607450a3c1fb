import {expect, test} from 'vitest'
import {dismiss, toast, toasts} from './toast.ts'

test('of more than three the oldest leaves, and each can be taken away', () => {
  for (const word of ['one', 'two', 'three']) toast({text: word})
  const away = toast({text: 'four'})
  expect(toasts.current().map(({text}) => text)).toEqual(['two', 'three', 'four'])
  away()
  for (const {id} of toasts.current()) dismiss(id)
  expect(toasts.current()).toEqual([])
})

test('what can be taken back does not leave for what is only reported', () => {
  const undo = {until: 0, run: () => {}}
  for (const word of ['one', 'two', 'three']) toast({text: word, undo})
  toast({text: 'told'})
  toast({text: 'told later'})
  expect(toasts.current().map(({text}) => text)).toEqual(['one', 'two', 'three', 'told later'])
  for (const {id} of toasts.current()) dismiss(id)
})
