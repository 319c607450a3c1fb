import {expect, test} from 'vitest'
import {leaveQuestion} from './leave-question.ts'

type Answer = ((leaves: boolean) => void) | null

test('the page is left, or stays, as it is answered', async () => {
  let shown: Answer = null
  const ask = leaveQuestion((answer) => (shown = answer))
  const leaving = ask()
  shown!(true)
  expect([await leaving, shown]).toEqual([false, null])
  const staying = ask()
  shown!(false)
  expect([await staying, shown]).toEqual([true, null])
})

test('who takes another way while a question stands stays as to the first, and answers the second', async () => {
  const shown: Answer[] = []
  const ask = leaveQuestion((answer) => void shown.push(answer))
  const first = ask()
  const second = ask()
  expect(await first).toBe(true)
  // A click on what was shown before says nothing about the second.
  shown[0]!(true)
  shown[1]!(true)
  expect(await second).toBe(false)
  expect(shown.at(-1)).toBeNull()
})
