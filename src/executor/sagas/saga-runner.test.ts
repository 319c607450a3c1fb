import {setImmediate as nextTurn} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {away, memoryHouse} from '#memory/memory.fixture.ts'
import {SagaRunner, type SagaKind, type StepEnd} from './saga-runner.ts'

async function house() {
  const base = await memoryHouse()
  const {sagas} = await base.open()
  const done: string[] = []
  const warned: unknown[] = []
  const steps = {
    one: async (): Promise<StepEnd> => ({next: 'two', state: {n: 1}}),
    two: async (): Promise<StepEnd> => ({end: 'done'}),
  }
  const kind: SagaKind = {
    ...{kind: 'k', version: 1, first: 'one'},
    steps: {one: () => steps.one(), two: () => steps.two()},
    ended: async (_, outcome) => void done.push(outcome),
  }
  const parts = {book: sagas, clock: base.clock, random: () => 1, newId: () => 's1'}
  const runner = new SagaRunner({...parts, log: {warn: (about) => void warned.push(about)}}, [kind])
  const pass = async (ms: number) => {
    await base.clock.advance(ms)
    for (let n = 0; n < 20; n++) await nextTurn()
  }
  return {...base, sagas, done, warned, steps, runner, pass}
}

test('a step that fails is tried again, later each time, and those behind it wait', async () => {
  const {runner, steps, done, warned, pass} = await house()
  let tries = 0
  steps.one = async () => {
    if (++tries < 3) throw new Error('no')
    return {next: 'two', state: {}}
  }
  await runner.begin('k', 'A/1', {})
  await pass(4_999)
  expect([tries, done]).toEqual([1, []])
  await pass(1)
  expect(tries).toBe(2)
  await pass(9_999)
  expect(tries).toBe(2)
  await pass(1)
  expect([tries, done, warned.length]).toEqual([3, ['done'], 2])
})

test('what can not be written down does not begin', async () => {
  const {runner, steps, setFault, sagas} = await house()
  let tries = 0
  steps.one = async () => ({end: `${++tries}`})
  setFault(away)
  await expect(runner.begin('k', 'A/1', {})).rejects.toBe(away)
  expect([tries, sagas.unfinished()]).toEqual([0, []])
})

test('what an older program wrote in another shape is given up, and not guessed at', async () => {
  const {runner, sagas, done, pass} = await house()
  await sagas.begin({id: 's0', kind: 'k', subject: 'A/1', step: 'two', version: 0, state: {}, startedAt: 1})
  runner.resume()
  await pass(0)
  expect([done, sagas.unfinished()]).toEqual([['unreadable'], []])
})

test('stopped, nothing more is begun', async () => {
  const {runner, steps, sagas, pass} = await house()
  let tries = 0
  steps.one = async () => {
    tries++
    return {waitMs: 1_000}
  }
  await runner.begin('k', 'A/1', {})
  runner.stop()
  await pass(60_000)
  expect([tries, sagas.unfinished().length]).toEqual([1, 1])
})
