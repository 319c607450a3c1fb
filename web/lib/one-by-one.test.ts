import {expect, test} from 'vitest'
import {OneByOne} from './one-by-one.ts'

const never = new AbortController().signal

test('each is sent when the one before it is answered, also where that failed', async () => {
  const turns = new OneByOne()
  const seen: string[] = []
  const task = (name: string, fails: boolean) => async () => {
    seen.push(`${name} sent`)
    await Promise.resolve()
    seen.push(`${name} answered`)
    if (fails) throw new Error(name)
    return name
  }
  const all = [
    turns.run(task('a', false), never),
    turns.run(task('b', true), never),
    turns.run(task('c', false), never),
  ]
  expect((await Promise.allSettled(all)).map(({status}) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(seen).toEqual(['a sent', 'a answered', 'b sent', 'b answered', 'c sent', 'c answered'])
})

test('what is not wanted any more when its turn comes is not sent', async () => {
  const turns = new OneByOne()
  const left = new AbortController()
  const sent: string[] = []
  const run = (name: string, signal: AbortSignal) => turns.run(async () => void sent.push(name), signal)
  const all = [run('a', never), run('b', left.signal), run('c', never)]
  left.abort()
  await Promise.allSettled(all)
  expect(sent).toEqual(['a', 'c'])
})
