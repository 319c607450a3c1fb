import {afterEach, expect, test, vi} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import type {RestartRules} from '#lib/thread-life.ts'
import {some} from '#test/proof.ts'
import type {ManagerInit, ToManager} from '../manager/messages.ts'
import type {Odd} from './odd-managers.fixture.ts'
import {SharedThreads, type ManagerThread} from './shared-threads.ts'

const rules: RestartRules = {
  isAutomatic: true,
  most: 2,
  windowMs: 60_000,
  delayMs: 50,
  // Long: a thread that starts or speaks late on a busy machine is not one that never does.
  startMs: 60_000,
  silenceMs: 60_000,
}

interface Place {
  readonly thread: number
  readonly managers: number
}

class Managed {
  readonly thread: ManagerThread
  readonly said: unknown[] = []
  readonly births = vi.fn<() => ManagerInit>(() => ({}) as ManagerInit)
  begins = 0

  constructor(threads: SharedThreads, id: string, sharedBy: string) {
    this.thread = threads.thread({
      id,
      kind: 'arr',
      name: id,
      sharedBy,
      entry: new URL('odd-managers.fixture.ts', import.meta.url),
      birth: this.births,
      mostHeap: 30 * 1024 * 1024,
      onMessage: (it) => this.said.push(it),
      onReady: () => this.begins++,
      onChange: () => {},
    })
    this.thread.start()
  }

  send(odd: Odd): boolean {
    return this.thread.send(odd as unknown as ToManager)
  }

  /** Resolves when it began so many times, and runs. */
  async runs(begins = 1): Promise<void> {
    await expect.poll(() => [this.begins, this.thread.view.state]).toEqual([begins, 'running'])
  }

  async place(): Promise<Place> {
    const before = this.said.length
    expect(this.send('where')).toBe(true)
    await expect.poll(() => this.said.length).toBe(before + 1)
    return this.said.at(-1) as Place
  }
}

const open: Managed[] = []
const error = vi.fn<(about: object, text: string) => void>()

function managed(own: Partial<RestartRules> = {}) {
  const threads = new SharedThreads({clock: systemClock, rules: () => ({...rules, ...own}), log: {error}})
  return (id: string, sharedBy = 'file') => {
    const one = new Managed(threads, id, sharedBy)
    open.push(one)
    return one
  }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({thread}) => thread.stop()))
  error.mockClear()
})

test('managers of one owner are in one thread, each heard as itself; those of another are not with them', async () => {
  const make = managed()
  const all = [make('radarr'), make('sonarr'), make('lidarr', 'ada')]
  for (const one of all) await one.runs()
  const [radarr, sonarr, lidarr] = await Promise.all(all.map((it) => it.place()))
  expect(radarr).toEqual({thread: sonarr!.thread, managers: 2})
  expect(lidarr).toMatchObject({managers: 1})
  expect(lidarr!.thread).not.toBe(radarr!.thread)
  expect(all.map(({thread}) => thread.view.id)).toEqual(['radarr', 'sonarr', 'lidarr'])
})

/** Two managers of one thread, after one of them has ended it and both run again. */
async function afterOneEndedIt(how: Odd, own: Partial<RestartRules>) {
  // Silence is real time: it is for the full proof.
  const make = managed({...own, ...(how === 'loop' && {silenceMs: 4_000})})
  const [bad, good] = [make('bad'), make('good')]
  await bad.runs()
  await good.runs()
  bad.send(how)
  await bad.runs(2)
  await good.runs(2)
  return {bad, good}
}

const guessed = [
  ['leave', 'crashed'],
  ['eat', 'out_of_memory'],
  ['loop', 'silent'],
] as const

for (const [how, why] of some(2, [['crash', 'crashed'], ['reject', 'crashed'], ...guessed] as const)) {
  test(`a manager that ends its thread (${how}) takes the others along once; then each has a thread of its own`, async () => {
    const {bad, good} = await afterOneEndedIt(how, {})
    expect(error).toHaveBeenCalledOnce()
    for (const {thread, births} of [bad, good]) {
      expect(thread.view).toMatchObject({restarts: 1, lastEnd: {why}})
      expect(births).toHaveBeenCalledTimes(2)
    }
    const there = await good.place()
    expect(there.managers).toBe(1)
    bad.send('crash')
    await bad.runs(3)
    expect(bad.thread.view).toMatchObject({restarts: 2, lastEnd: {why: 'crashed'}})
    expect(await good.place()).toEqual(there)
    expect(good.begins).toBe(2)
  })
}

test('a manager that a person starts again leaves the others, who do not notice', async () => {
  const make = managed()
  const [one, other] = [make('one'), make('other')]
  await one.runs()
  await other.runs()
  one.thread.restart()
  await one.runs(2)
  expect(one.thread.view).toMatchObject({restarts: 1, lastEnd: null})
  expect((await one.place()).thread).not.toBe((await other.place()).thread)
  expect((await other.place()).managers).toBe(1)
  one.thread.restart()
  await one.runs(3)
  expect(other.begins).toBe(1)
})

test('a manager that is stopped says nothing more and leaves the others; the next one is with them', async () => {
  const make = managed()
  const [one, other] = [make('one'), make('other')]
  await one.runs()
  await other.runs()
  await one.thread.stop()
  expect(one.thread.view).toMatchObject({state: 'stopped', pulse: null})
  expect(one.send('where')).toBe(false)
  const next = make('next')
  await next.runs()
  expect(await next.place()).toEqual({...(await other.place()), managers: 2})
})

test('a thread that all left ends; the next manager begins another one, with those after it', async () => {
  const make = managed()
  const first = make('first')
  await first.runs()
  const {thread} = await first.place()
  await first.thread.stop()
  const [one, other] = [make('one'), make('other')]
  await one.runs()
  await other.runs()
  const there = await one.place()
  expect(there.thread).not.toBe(thread)
  expect(there.managers).toBe(2)
})

for (const own of [{isAutomatic: false}, {most: 0}]) {
  const where = `where no thread begins again without a person (${JSON.stringify(own)})`

  for (const how of some(1, ['crash', 'reject'] as const)) {
    test(`${where}, who ends it (${how}) is given up, and the others go on, each in a thread of its own`, async () => {
      const make = managed(own)
      const [bad, good, other] = [make('bad'), make('good'), make('other')]
      for (const one of [bad, good, other]) await one.runs()
      bad.send(how)
      for (const one of [good, other]) await one.runs(2)
      expect(bad.thread.view).toMatchObject({state: 'given_up', restarts: 0, lastEnd: {why: 'crashed'}})
      const places = [await good.place(), await other.place()]
      expect(places.map(({managers}) => managers)).toEqual([1, 1])
      expect(new Set(places.map(({thread}) => thread)).size).toBe(2)
      // Who comes later shares no thread with who broke one.
      const next = make('next')
      await next.runs()
      expect((await next.place()).managers).toBe(1)
      bad.thread.restart()
      await bad.runs(2)
      bad.send('crash')
      await expect.poll(() => bad.thread.view.state).toBe('given_up')
      expect([good, other, next].map(({begins}) => begins)).toEqual([2, 2, 1])
      expect(await good.place()).toEqual(places[0])
    })
  }

  for (const [how, why] of some(1, guessed)) {
    test(`${where}, and it is unknown who it was (${how}), all go on, and only the one that does it again is given up`, async () => {
      const {bad, good} = await afterOneEndedIt(how, own)
      const there = await good.place()
      expect(there.managers).toBe(1)
      bad.send(how)
      await expect.poll(() => bad.thread.view).toMatchObject({state: 'given_up', lastEnd: {why}})
      expect(await good.place()).toEqual(there)
      expect(good.thread.view).toMatchObject({state: 'running', restarts: 1})
    })
  }
}

test('who broke the thread and was stopped in the same moment leaves none of the others behind', async () => {
  const make = managed({isAutomatic: false})
  const [bad, good] = [make('bad'), make('good')]
  await bad.runs()
  await good.runs()
  bad.send('crash')
  await bad.thread.stop()
  await good.runs(2)
  expect(bad.thread.view.state).toBe('stopped')
})
