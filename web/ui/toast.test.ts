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
