import {expect, test} from 'vitest'
import {SharedAnswers} from './single-flight.ts'

/** Questions that a test answers. */
function asking() {
  const answers = new SharedAnswers<number>()
  const open: ((answer: number) => void)[] = []
  const failing: ((error: Error) => void)[] = []
  const ask = (key = 'list') =>
    answers.ask(
      key,
      () =>
        new Promise((resolve, reject) => {
          open.push(resolve)
          failing.push(reject)
        }),
    )
  return {ask, open, failing}
}

test('who asks while a question is under way is answered with all others by the next one', async () => {
  const {ask, open} = asking()
  const first = ask()
  const others = [ask(), ask(), ask()]
  expect(open).toHaveLength(1)
  open[0]!(1)
  expect(await first).toBe(1)
  await new Promise((done) => setImmediate(done))
  const late = ask()
  expect(open).toHaveLength(2)
  open[1]!(2)
  expect(await Promise.all(others)).toEqual([2, 2, 2])
  await new Promise((done) => setImmediate(done))
  open[2]!(3)
  expect([await late, open.length]).toEqual([3, 3])
})

test('questions of two keys know nothing of each other, and an answer is not kept', async () => {
  const {ask, open} = asking()
  const both = [ask('a'), ask('b')]
  open[0]!(1)
  open[1]!(2)
  expect(await Promise.all(both)).toEqual([1, 2])
  await new Promise((done) => setImmediate(done))
  void ask('a')
  expect(open).toHaveLength(3)
})

test('a failure is that of those who shared the question', async () => {
  const {ask, open, failing} = asking()
  const first = ask()
  const second = ask()
  failing[0]!(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await new Promise((done) => setImmediate(done))
  open[1]!(2)
  expect(await second).toBe(2)
})
