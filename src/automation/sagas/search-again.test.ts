import {setImmediate as nextTurn} from 'node:timers/promises'
import {expect, test} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {ServerFault} from '#model/errors.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {SEARCH_AGAIN, searchAgain, type SearchAgainState} from './search-again.ts'

const actor = {name: 'ada', origin: 'user', userId: null, address: null} as const
const state: SearchAgainState = {
  arrId: 'radarr',
  media: ['movie/17'],
  failure: 'AA 1',
  reason: 'blocklisted',
  by: {actor, subject: 'arr', serverId: null, hash: null, name: 'Films'},
}

async function harness() {
  const base = await memoryHarness()
  const journal: JournalEntry[] = []
  const [asked, proofs]: [string[], string[]] = [[], []]
  const world = {
    fails: 0,
    heard: false,
    isFailed: true,
    hasLeft: false,
    mayCommand: true,
    loop: null as ReleaseLoop | null,
  }
  const start = ({searched, sagas}: Memory) =>
    new SagaRunner({
      repository: sagas,
      clock: base.clock,
      random: () => 1,
      newId: () => `s${sagas.unfinished().length}`,
      log: {warn: () => {}},
      ends: {publish: () => {}},
    }).register(
      searchAgain(
        {
          hasLeft: () => world.hasLeft,
          loopOf: () => world.loop,
          mayCommand: () => world.mayCommand,
          search: async (_, media) => {
            if (world.fails-- > 0) throw new ServerFault('server_failed', 'server_error', 'It is away.')
            return asked.push(media.join())
          },
          heardOf: async () => world.heard,
          isFailed: async (...about) => (proofs.push(about.join(' ')), world.isFailed),
        },
        searched,
        base.clock,
        async (entries) => void journal.push(...entries),
      ),
    )
  return {...base, journal, asked, proofs, world, start}
}

const fill = (memory: Memory, at: number) =>
  memory.searched.claim({
    arrId: 'radarr',
    items: Array.from({length: 60}, (_, n) => `movie/${n}`),
    failure: '',
    searchId: 'full',
    reason: 'rule',
    cause: 'rule',
    at,
  })

test('what is over the hour waits, is reported once, outlives a restart, and is searched once', async () => {
  const {clock, open, journal, asked, start} = await harness()
  const memory = await open()
  await fill(memory, clock.now())
  const runner = start(memory)
  await runner.begin(SEARCH_AGAIN, 'radarr AA 1', state)
  await clock.advance(1_800_000)
  expect([asked, journal.map(({phase, code}) => [phase, code])]).toEqual([[], [['blocked', 'search_budget']]])
  expect(journal[0]).toMatchObject({
    verb: 'arr.search',
    name: 'Films',
    actor,
    message: expect.stringContaining('searched in 60 min'),
  })
  runner.stop()
  const after = await open()
  start(after).resume()
  for (let n = 0; n < 40; n++) {
    await clock.advance(60_000)
    await nextTurn()
  }
  expect(asked).toEqual(['movie/17'])
  expect(journal.at(-1)).toMatchObject({phase: 'confirmed', args: {arr: 'radarr', items: ['movie/17']}})
  expect(after.sagas.unfinished()).toEqual([])
})

test('what is given up again and again waits, and is searched once a user resumes it', async () => {
  const {clock, open, journal, asked, world, start} = await harness()
  world.loop = {count: 4, until: clock.now() + 7 * 86_400_000, release: 'Film'}
  await start(await open()).begin(SEARCH_AGAIN, 'radarr AA 1', state)
  const pass = async () => {
    for (let n = 0; n < 10; n++) {
      await clock.advance(60_000)
      await nextTurn()
    }
  }
  await pass()
  expect([asked, journal.map(({phase, code}) => [phase, code])]).toEqual([[], [['blocked', 'release_loop']]])
  world.loop = null
  await pass()
  expect(asked).toEqual(['movie/17'])
})

test('an Arr that fails is asked again, and the reason of the wait is reported once', async () => {
  const {clock, open, journal, asked, world, start} = await harness()
  world.fails = 3
  await start(await open()).begin(SEARCH_AGAIN, 'radarr AA 1', state)
  for (let n = 0; n < 60; n++) {
    await clock.advance(60_000)
    await nextTurn()
  }
  expect(asked).toEqual(['movie/17'])
  expect(journal.map(({phase, code}) => [phase, code])).toEqual([
    ['blocked', 'server_failed'],
    ['confirmed', undefined],
  ])
})

test('an Arr that is unreachable for a week is given up, and that is reported', async () => {
  const {clock, open, journal, asked, world, start} = await harness()
  world.fails = Infinity
  const memory = await open()
  await start(memory).begin(SEARCH_AGAIN, 'radarr AA 1', state)
  for (let n = 0; n < 100 && memory.sagas.unfinished().length > 0; n++) {
    await clock.advance(2 * 3_600_000)
    await nextTurn()
  }
  expect([asked, journal.at(-1)]).toMatchObject([[], {phase: 'failed', code: 'given_up'}])
})

test('S29 who lost the right to the Arr while a search waited has nothing searched, and that is reported', async () => {
  const {clock, open, journal, asked, world, start} = await harness()
  const memory = await open()
  await fill(memory, clock.now())
  await start(memory).begin(SEARCH_AGAIN, 'radarr AA 1', state)
  await clock.advance(1_800_000)
  world.mayCommand = false
  for (let n = 0; n < 80 && memory.sagas.unfinished().length > 0; n++) {
    await clock.advance(60_000)
    await nextTurn()
  }
  expect([asked, memory.sagas.unfinished()]).toEqual([[], []])
  expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'right_gone', actor})
})

const given = {downloadId: 'AA', grabbedAt: 1}
const HOUR_MS = 3_600_000
const whens = ['before its blocklist is proven', 'before it was searched'] as const

/** Its Arr left the configuration at that moment. */
async function abandoned(when: (typeof whens)[number], more: Partial<SearchAgainState> = {given}) {
  const it = await harness()
  const memory = await it.open()
  const isProven = when === 'before it was searched'
  Object.assign(it.world, {isFailed: isProven, fails: isProven ? Infinity : 0})
  const runner = it.start(memory)
  await runner.begin(SEARCH_AGAIN, 'radarr AA 1', {...state, ...more})
  await it.clock.advance(60_000)
  Object.assign(it.world, {hasLeft: true, fails: 0, isFailed: true})
  const pass = async (hours: number) => {
    for (let n = 0; n < hours * 6; n++) {
      await it.clock.advance(HOUR_MS / 6)
      await nextTurn()
    }
  }
  await pass(0.5)
  const waits = () => it.journal.filter(({code}) => code === 'arr_left')
  return {...it, memory, runner, pass, waits}
}

test.each(whens)(
  'an Arr that left the configuration %s is waited for, no other of its name is asked, and it is searched when it is back',
  async (when) => {
    const {world, pass, waits, asked, proofs, memory, journal, runner, open, start} = await abandoned(when)
    const {length} = proofs
    await pass(72)
    expect([asked, proofs.length, memory.sagas.unfinished().length]).toEqual([[], length, 1])
    const message = 'Its Arr is not in the configuration. It is searched if the Arr is back within a week.'
    expect(waits()).toMatchObject([{phase: 'blocked', message}])
    // Also by the next program.
    runner.stop()
    const after = await open()
    start(after).resume()
    await pass(24)
    expect([asked, proofs.length]).toEqual([[], length])
    world.hasLeft = false
    await pass(1)
    expect([asked, after.sagas.unfinished()]).toEqual([['movie/17'], []])
    expect(journal.at(-1)).toMatchObject({phase: 'confirmed'})
  },
)

test.each(whens)(
  'an Arr that left permanently %s is given up after a week, and that is reported',
  async (when) => {
    const {pass, asked, memory, journal} = await abandoned(when)
    await pass(7 * 24 - 1)
    expect(memory.sagas.unfinished()).toHaveLength(1)
    await pass(2)
    expect([asked, memory.sagas.unfinished()]).toEqual([[], []])
    const message =
      'Its Arr left the configuration and did not come back within a week, so it was not searched.'
    expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'arr_left', message})
  },
)

test.each(whens)(
  'another Arr that comes back by its name after it left %s searches nothing, and that is reported',
  async (when) => {
    const {world, pass, asked, memory, journal} = await abandoned(when)
    Object.assign(world, {hasLeft: false, isFailed: false})
    await pass(2)
    expect([asked, memory.sagas.unfinished()]).toEqual([[], []])
    const message = expect.stringContaining('its history does not show the failure')
    expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'other_arr', message})
  },
)

test('what cannot be proven by the history of an Arr that is back ends when it left', async () => {
  const {asked, memory, journal} = await abandoned('before it was searched', {})
  expect([asked, memory.sagas.unfinished()]).toEqual([[], []])
  const message = 'Its Arr left the configuration before it was searched.'
  expect(journal.at(-1)).toMatchObject({phase: 'failed', code: 'arr_left', message})
})

test('what was written down before its Arr was asked is searched when that has given it up, also by the next program', async () => {
  const {clock, open, journal, asked, proofs, world, start} = await harness()
  world.isFailed = false
  const runner = start(await open())
  await runner.begin(SEARCH_AGAIN, 'radarr AA 1', {...state, given})
  await clock.advance(5_000)
  expect([asked, new Set(proofs)]).toEqual([[], new Set(['radarr AA 1'])])
  runner.stop()
  const after = await open()
  world.isFailed = true
  start(after).resume()
  await clock.advance(60_000)
  expect([asked, after.sagas.unfinished()]).toEqual([['movie/17'], []])
  expect(journal.map(({phase}) => phase)).toEqual(['confirmed'])
})

test('what its Arr refused to give up is never searched, and asked for ever more seldom', async () => {
  const {clock, open, journal, asked, proofs, world, start} = await harness()
  world.isFailed = false
  const memory = await open()
  await start(memory).begin(SEARCH_AGAIN, 'radarr AA 1', {...state, given})
  for (let n = 0; n < 200; n++) {
    await clock.advance(60_000)
    await nextTurn()
  }
  expect([asked, journal, memory.sagas.unfinished()]).toEqual([[], [], []])
  expect(proofs.length).toBeGreaterThan(5)
  expect(proofs.length).toBeLessThan(25)
})
