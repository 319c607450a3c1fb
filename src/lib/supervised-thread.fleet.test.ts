import {afterEach, expect, test, vi} from 'vitest'
import {systemClock} from './clock.ts'
import {SupervisedThread} from './supervised-thread.ts'
import type {RestartRules} from './thread-life.ts'

const rules: RestartRules = {
  isAutomatic: true,
  most: 2,
  windowMs: 60_000,
  delayMs: 50,
  // Long: a thread that starts or speaks late on a busy machine is not one that never does.
  startMs: 60_000,
  silenceMs: 60_000,
}
const threads: SupervisedThread<string, string>[] = []

function started(birth = 'ready', own: Partial<RestartRules> = {}) {
  const said: string[] = []
  const around = {
    clock: systemClock,
    rules: () => ({...rules, ...own}),
    log: {error: vi.fn<(about: object, text: string) => void>()},
  }
  const births = vi.fn<() => string>(() => birth)
  const thread = new SupervisedThread<string, string>(
    {
      id: 'odd',
      kind: 'odd',
      name: 'An odd one',
      entry: new URL('odd-thread.fixture.ts', import.meta.url),
      birth: births,
      mostHeap: 30 * 1024 * 1024,
      onMessage: (message) => said.push(message),
      onReady: () => said.push('ready'),
      onChange: () => {},
    },
    around,
  )
  threads.push(thread)
  thread.start()
  return {thread, said, log: around.log, births}
}

afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.stop()
})

const runs = (thread: SupervisedThread<string, string>) =>
  expect.poll(() => thread.view.state).toBe('running')

test('what it says is handed on, and it hears what it is sent', async () => {
  const {thread, said} = started()
  await runs(thread)
  expect(thread.send('this')).toBe(true)
  await expect.poll(() => said).toEqual(['ready', 'heard this'])
  // It gives its first sign of life by its own clock, before or after it hears anything.
  await expect.poll(() => thread.view).toMatchObject({restarts: 0, lastEnd: null, pulse: {heapUsed: 0}})
})

for (const [action, why, words] of [
  ['crash', 'crashed', 'a mistake in it'],
  ['reject', 'crashed', 'a mistake in it'],
  ['leave', 'crashed', 'It ended unexpectedly.'],
  ['loop', 'silent', 'It said nothing for too long; something in it does not end.'],
  ['eat', 'out_of_memory', /memory/],
] as const) {
  test(`a thread with the order to ${action} is started again, and it is said why: ${why}`, async () => {
    const {thread, said, log, births} = started('ready', action === 'loop' ? {silenceMs: 4_000} : {})
    await runs(thread)
    thread.send(action)
    await expect.poll(() => said.filter((it) => it === 'ready')).toHaveLength(2)
    expect(thread.view).toMatchObject({state: 'running', restarts: 1, lastEnd: {why}})
    expect(thread.view.lastEnd!.message).toMatch(words)
    expect(log.error).toHaveBeenCalledOnce()
    expect(births).toHaveBeenCalledTimes(2)
    thread.send('again')
    await expect.poll(() => said.at(-1)).toBe('heard again')
  })
}

test('a thread that never gets ready is given up, and nothing is sent to it', async () => {
  const {thread} = started('never ready', {startMs: 200})
  await expect.poll(() => thread.view.state).toBe('given_up')
  expect(thread.view).toMatchObject({restarts: 2, lastEnd: {why: 'slow_start'}, nextStartAt: null})
  expect(thread.send('anything')).toBe(false)
})

test('a restart on purpose is no death, and stopping it ends it permanently', async () => {
  const {thread, said} = started()
  await runs(thread)
  thread.restart()
  await expect.poll(() => said).toEqual(['ready', 'ready'])
  expect(thread.view).toMatchObject({restarts: 1, lastEnd: null})
  await thread.stop()
  expect(thread.view).toMatchObject({state: 'stopped', pulse: null})
  expect(thread.send('anything')).toBe(false)
})
