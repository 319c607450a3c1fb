import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Patience} from './patience.ts'

/** Questions that hang until they are answered; each counts. */
function hanging() {
  const answers: (() => void)[] = []
  const ask = () => new Promise<string>((resolve) => answers.push(() => resolve('there')))
  return {ask, answers}
}

test('what hangs is not asked again before it answers', async () => {
  const clock = new VirtualClock()
  const patience = new Patience(clock, 1000, () => Promise.resolve())
  const {ask, answers} = hanging()
  const first = patience.ask('/nas/x', 'place', ask)
  await clock.advance(1000)
  expect([await first, await patience.ask('/nas/x', 'place', ask), answers.length]).toEqual([null, null, 1])
  expect(await patience.ask('/nas/x', 'links', () => Promise.resolve(2))).toBe(2)
  answers[0]!()
  await clock.advance(1)
  const again = patience.ask('/nas/x', 'place', ask)
  answers[1]!()
  expect(await again).toBe('there')
})

test('a disk without a sign of life is asked nothing until it gives one', async () => {
  const clock = new VirtualClock()
  const sign = hanging()
  const patience = new Patience(clock, 1000, sign.ask)
  const {ask, answers} = hanging()
  void patience.ask('/nas/films/0', 'place', ask)
  await clock.advance(1000)
  // It may only be a slow question.
  void patience.ask('/nas/films/1', 'place', ask)
  await clock.advance(999)
  expect([sign.answers.length, answers.length]).toEqual([1, 2])
  await clock.advance(1)
  for (let n = 2; n < 1000; n++) expect(await patience.ask(`/nas/films/${n}`, 'place', ask)).toBeNull()
  expect(answers).toHaveLength(2)
  expect(await patience.ask('/proc/self', 'place', () => Promise.resolve('there'))).toBe('there')
  sign.answers[0]!()
  await clock.advance(1)
  const again = patience.ask('/nas/films/5', 'place', ask)
  answers[2]!()
  expect(await again).toBe('there')
})

test.each([
  ['a size', () => Promise.resolve()],
  ['an error', () => Promise.reject(new Error('ENODEV'))],
])('a question that takes long is alone with it where the disk gives %s', async (_name, sign) => {
  const clock = new VirtualClock()
  const patience = new Patience(clock, 1000, sign)
  const {ask, answers} = hanging()
  void patience.ask('/nas/films/huge', 'walk', ask)
  await clock.advance(5000)
  void patience.ask('/nas/films/other', 'walk', ask)
  expect(answers).toHaveLength(2)
})
