import {setImmediate as nextTurn} from 'node:timers/promises'
import {expect, test} from 'vitest'
import type {Decision} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {actionKinds} from '#model/rule.ts'
import {readOpenSagas} from '#store/repositories/sagas.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {endOfSaga, SagaRunner, type SagaAtStep, type SagaKind, type StepEnd} from './saga-runner.ts'

async function harness() {
  const base = await memoryHarness()
  const {sagas} = await base.open()
  const done: string[] = []
  const warned: unknown[] = []
  const steps: Record<'one' | 'two', (saga: SagaAtStep) => Promise<StepEnd>> = {
    one: async () => ({next: 'two', state: {n: 1}}),
    two: async () => ({end: 'done'}),
  }
  const rights = {lost: (_saga: SagaAtStep): StepEnd | null => null}
  const kind: SagaKind = {
    kind: 'k',
    version: 1,
    first: 'one',
    withoutRight: (saga) => rights.lost(saga),
    patienceMs: {one: 3_600_000},
    steps: {one: (saga) => steps.one(saga), two: (saga) => steps.two(saga)},
    async ended(_, outcome) {
      done.push(outcome)
      return null
    },
  }
  const parts = {
    repository: sagas,
    clock: base.clock,
    random: () => 1,
    newId: () => 's1',
    ends: {publish: () => {}},
  }
  const log = {warn: (about: unknown) => void warned.push(about)}
  const shown: (string | null)[] = []
  const shows = (_: unknown, why: string | null) => void shown.push(why)
  const runner = new SagaRunner({...parts, log, shows}).register(kind)
  /** By another program, from what was written. */
  const again = async () =>
    new SagaRunner({...parts, repository: (await base.open()).sagas, log}).register(kind).resume()
  const pass = async (ms: number) => {
    await base.clock.advance(ms)
    for (let n = 0; n < 20; n++) await nextTurn()
  }
  return {...base, sagas, done, warned, shown, steps, rights, runner, again, pass}
}

test('who may not go on with it any more is asked before each step, and nothing of the step is done', async () => {
  const {runner, steps, rights, done, pass} = await harness()
  let tries = 0
  steps.one = async () => (++tries === 1 ? {waitMs: 86_400_000} : {next: 'two', state: {}})
  await runner.begin('k', 'A/1', {})
  await pass(0)
  rights.lost = () => ({end: 'right_gone'})
  await pass(86_400_000)
  expect([tries, done]).toEqual([1, ['right_gone']])
})

test('a step that fails is tried again, later each time, and those behind it wait', async () => {
  const {runner, steps, done, warned, pass} = await harness()
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

test('what waits for a reason shows it until it goes on, or is over in whatever way', async () => {
  const {runner, steps, shown, pass, sagas} = await harness()
  steps.one = async () => ({waitMs: 1_000, why: 'Others need it.'})
  await runner.begin('k', 'A/1', {})
  await pass(0)
  expect(shown).toEqual(['Others need it.'])
  steps.one = async () => ({waitMs: 1_000})
  await pass(1_000)
  expect(shown).toEqual(['Others need it.', null])
  steps.one = async () => ({waitMs: 1_000, why: 'Once more.'})
  await pass(1_000)
  await runner.drop('k', 'A/1', 'taken back')
  expect([shown.slice(2), sagas.unfinished()]).toEqual([['Once more.', null], []])
  await runner.begin('k', 'A/1', {})
  await pass(0)
  await runner.abandon(() => true)
  expect(shown.slice(4)).toEqual(['Once more.', null])
})

test('of what is not finished it is known when it is tried again, until when, and why', async () => {
  const {runner, steps, pass, clock} = await harness()
  const at = clock.now()
  const standing = () => runner.standing().map(({nextAt, until, why}) => ({nextAt, until, why}))
  const held = {code: 'busy', message: 'It is being moved.'}
  steps.one = async () => ({waitMs: 30_000, held})
  await runner.begin('k', 'A/1', {})
  await pass(0)
  expect(standing()).toEqual([{nextAt: at + 30_000, until: at + 3_600_000, why: held}])
  steps.one = async () => {
    throw new CommodarrError('server_failed', 'It says no.')
  }
  await pass(30_000)
  const why = {code: 'server_failed', message: 'It says no.'}
  expect(standing()).toEqual([{nextAt: at + 35_000, until: at + 3_600_000, why}])
  steps.one = async () => ({next: 'two', state: {}})
  steps.two = async () => ({waitMs: 1_000})
  await pass(5_000)
  expect(standing()).toEqual([{nextAt: at + 36_000, until: null, why: null}])
  // What somebody else's program says in no words of ours is for the log.
  steps.two = async () => {
    throw new Error('no')
  }
  await pass(1_000)
  expect(standing()).toMatchObject([{why: null}])
  await runner.drop('k', 'A/1', 'taken back')
  expect(standing()).toEqual([])
})

test('what cannot be written down does not begin', async () => {
  const {runner, steps, setFault, sagas} = await harness()
  let tries = 0
  steps.one = async () => ({end: `${++tries}`})
  setFault(away)
  await expect(runner.begin('k', 'A/1', {})).rejects.toBe(away)
  expect([tries, sagas.unfinished()]).toEqual([0, []])
})

test('what an older program wrote in another shape is given up, and not guessed at', async () => {
  const {runner, sagas, done, pass} = await harness()
  await sagas.begin({id: 's0', kind: 'k', subject: 'A/1', step: 'two', version: 0, state: {}, startedAt: 1})
  runner.resume()
  await pass(0)
  expect([done, sagas.unfinished()]).toEqual([['unreadable'], []])
})

test.each([
  ['goes on', 0, 90_000],
  ['was set back meanwhile', -3_600_000, 30_000],
])(
  'S03 how long it is at its step is counted over a restart, also by a clock that jumps; it %s',
  async (_, ms, whole) => {
    const {runner, steps, again, pass, clock} = await harness()
    const reported: number[] = []
    steps.one = async () => ({next: 'two', state: {}})
    steps.two = async ({atStepMs}) => {
      reported.push(atStepMs)
      return {waitMs: 30_000}
    }
    await pass(20_000)
    await runner.begin('k', 'A/1', {})
    await pass(30_000)
    clock.jump(7_200_000)
    await pass(30_000)
    clock.jump(-7_200_000)
    runner.stop()
    expect(reported).toEqual([0, 30_000, 60_000])
    clock.jump(ms)
    await again()
    await pass(30_000)
    expect(reported.at(-1)).toBe(whole)
  },
)

test('what a step writes down before it does it is known at the next try and over a restart, and its time counts on', async () => {
  const {runner, steps, again, pass} = await harness()
  const reported: unknown[] = []
  steps.one = async ({state, atStepMs, keep}) => {
    reported.push([state, atStepMs])
    if (reported.length === 1) await keep({isSent: true})
    throw new Error('no answer')
  }
  await runner.begin('k', 'A/1', {})
  await pass(0)
  await pass(5_000)
  runner.stop()
  await again()
  await pass(0)
  expect(reported).toEqual([
    [{}, 0],
    [{isSent: true}, 5_000],
    [{isSent: true}, 5_000],
  ])
})

test('S41 a step of what was abandoned meanwhile writes nothing down, and does not go on', async () => {
  const {runner, steps, pass, sagas, setFault} = await harness()
  const gate = Promise.withResolvers<void>()
  let sent = 0
  steps.one = async ({keep}) => {
    await gate.promise
    await keep({isSent: true})
    return {end: `${++sent}`}
  }
  await runner.begin('k', 'A/1', {})
  setFault(away)
  await expect(runner.abandon(() => true)).rejects.toBe(away)
  setFault(null)
  gate.resolve()
  await pass(60_000)
  expect([sent, sagas.unfinished().map(({state}) => state)]).toEqual([0, [{}]])
})

test('stopped, nothing more is begun', async () => {
  const {runner, steps, sagas, pass} = await harness()
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

test('what is about something that is gone ends where it is, also within a step, and what is not goes on', async () => {
  const {runner, steps, done, sagas, pass} = await harness()
  let isGoing = true
  steps.one = async () => ({waitMs: 3_600_000})
  await sagas.begin({id: 's0', kind: 'k', subject: 'B/1', step: 'one', version: 1, state: {}, startedAt: 1})
  runner.resume()
  await runner.begin('k', 'A/1', {})
  await pass(0)
  const end = {end: 'another_server', why: 'It is another one.'}
  await runner.endAll(({subject}) => subject === 'A/1', end)
  await pass(0)
  expect([done, sagas.unfinished().map(({subject}) => subject)]).toEqual([['another_server'], ['B/1']])
  const {promise, resolve} = Promise.withResolvers<StepEnd>()
  steps.one = () => (isGoing ? promise : Promise.reject(new Error('It is over.')))
  await pass(3_600_000)
  await runner.endAll(() => true, end)
  isGoing = false
  resolve({waitMs: 1_000})
  await pass(10_000)
  expect([done, sagas.unfinished()]).toEqual([['another_server', 'another_server'], []])
})

test('while one of those that end is written down none of the others begins its next step', async () => {
  const {steps, sagas, clock, pass} = await harness()
  const gate = Promise.withResolvers<void>()
  let [begun, tries] = [0, 0]
  const kind: SagaKind = {
    kind: 'k',
    version: 1,
    first: 'one',
    withoutRight: () => null,
    steps: {one: (saga) => steps.one(saga)},
    async ended() {
      await gate.promise
      return null
    },
  }
  const log = {warn: () => {}}
  const runner = new SagaRunner({
    repository: sagas,
    clock,
    random: () => 1,
    newId: () => `s${++begun}`,
    log,
    ends: {publish: () => {}},
  }).register(kind)
  steps.one = async () => {
    tries++
    return {waitMs: 1_000}
  }
  for (const subject of ['A/1', 'A/2']) await runner.begin('k', subject, {})
  await pass(0)
  expect(tries).toBe(2)
  const ended = runner.endAll(() => true, {end: 'another_server', why: 'Another one answers.'})
  await pass(1_000)
  expect(tries).toBe(2)
  gate.resolve()
  await ended
  await pass(0)
  expect(sagas.unfinished()).toEqual([])
})

test('what ends with it is published behind its line, and not before that is written', async () => {
  const base = await memoryHarness()
  const {sagas} = await base.open()
  const came: string[] = []
  let isDiskFull = true
  const decision = {
    ruleId: 'r1',
    ruleRevision: 1,
    subject: {kind: 'torrent', key: 'A/1'},
  } as unknown as Decision
  const action = {action: 'recycle', params: {}, ...actionKinds.recycle} as const
  const kind: SagaKind = {
    kind: 'k',
    version: 1,
    first: 'one',
    withoutRight: () => null,
    steps: {one: async () => ({end: 'done_in_part'})},
    async ended(_, outcome) {
      came.push(isDiskFull ? 'no line' : 'line')
      if (isDiskFull) throw new Error('The disk is full.')
      return endOfSaga({decision, action}, outcome, true)
    },
  }
  const runner = new SagaRunner({
    repository: sagas,
    clock: base.clock,
    random: () => 1,
    newId: () => 's1',
    log: {warn: () => {}},
    ends: {publish: (end) => void came.push(JSON.stringify(end))},
  }).register(kind)
  await runner.begin('k', 'A/1', {})
  await expect.poll(() => came).toEqual(['no line'])
  isDiskFull = false
  await base.clock.advance(60_000)
  await expect.poll(() => sagas.unfinished()).toEqual([])
  const {ruleId, ruleRevision, subject} = decision
  expect(came.slice(0, 2)).toEqual(['no line', 'line'])
  expect(came.slice(2).map((it) => JSON.parse(it))).toEqual([
    {
      by: 'saga',
      ruleId,
      ruleRevision,
      subject,
      action: 'recycle',
      outcome: 'confirmed',
      code: 'done_in_part',
      message: '',
    },
  ])
})

const ways: readonly (readonly [string, () => StepEnd, string])[] = [
  ['has a next one', () => ({next: 'two', state: {}}), 'restored'],
  ['waits', () => ({waitMs: 1_000, why: 'It waits.'}), 'restored'],
  ['fails', () => raise(), 'restored'],
  ['is the last one', () => ({end: 'done'}), 'done'],
]

function raise(): never {
  throw new Error('no')
}

test.each(ways)(
  'S41 what is abandoned within a step that %s is over at once, also for a next run',
  async (_, end, reported) => {
    const {runner, steps, again, done, warned, shown, sagas, pass, store} = await harness()
    const gate = Promise.withResolvers<void>()
    let twos = 0
    steps.one = () => gate.promise.then(end)
    steps.two = async () => ({end: `${++twos}`})
    await runner.begin('k', 'A/1', {})
    expect(await runner.abandon(() => true)).toHaveLength(1)
    expect([sagas.unfinished(), await store.read(readOpenSagas)]).toEqual([[], []])
    // The step may still do what it does: the same is not begun beside it.
    expect(await runner.begin('k', 'A/1', {})).toBe(false)
    gate.resolve()
    await pass(60_000)
    expect(done).toEqual([reported])
    expect(warned.length).toBeLessThan(2)
    expect([shown, twos, await store.read(readOpenSagas)]).toEqual([[], 0, []])
    runner.stop()
    await again()
    await pass(60_000)
    expect(twos).toBe(0)
  },
)

test('S41 what is abandoned within a step is begun again only behind that step', async () => {
  const {runner, steps, pass, done} = await harness()
  const gate = Promise.withResolvers<void>()
  steps.one = () => gate.promise.then(() => ({waitMs: 1_000}))
  await runner.begin('k', 'A/1', {})
  await runner.abandon(() => true)
  gate.resolve()
  await pass(0)
  steps.one = async () => ({end: 'again'})
  expect(await runner.begin('k', 'A/1', {})).toBe(true)
  await pass(0)
  expect(done).toEqual(['restored', 'again'])
})

test('S41 while the database does not take that it is over, nothing of it goes on', async () => {
  const {runner, steps, pass, sagas, setFault} = await harness()
  const gate = Promise.withResolvers<void>()
  let twos = 0
  steps.one = () => gate.promise.then(() => ({next: 'two', state: {}}))
  steps.two = async () => ({end: `${++twos}`})
  await runner.begin('k', 'A/1', {})
  setFault(away)
  await expect(runner.abandon(() => true)).rejects.toBe(away)
  gate.resolve()
  await pass(60_000)
  setFault(null)
  await pass(60_000)
  expect([twos, sagas.unfinished().map(({step}) => step)]).toEqual([0, ['one']])
  expect(await runner.abandon(() => true)).toHaveLength(1)
  expect(sagas.unfinished()).toEqual([])
})

test('one that waits is looked at as soon as something changed for it, and others wait on', async () => {
  const {runner, steps, done, pass} = await harness()
  let isDue = false
  steps.one = async () => (isDue ? {end: 'done'} : {waitMs: 60_000})
  await runner.begin('k', 'A/1', {})
  await pass(10)
  isDue = true
  runner.wake(() => false)
  await pass(10)
  expect(done).toEqual([])
  runner.wake(({subject}) => subject === 'A/1')
  await pass(10)
  expect(done).toEqual(['done'])
})
