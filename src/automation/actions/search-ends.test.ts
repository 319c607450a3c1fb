import {expect, test, vi} from 'vitest'
import type {SearchEnd} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import {StorageFault} from '#store/faults.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {SearchEnds} from './search-ends.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const grabbed: SearchEnd = {
  outcome: 'grabbed',
  endedAt: 5,
  title: 'Film (2020)',
  said: '1 reports downloaded.',
  found: null,
  indexers: null,
  grabs: [{downloadId: 'ABCD', title: 'Film-AAA'}],
  refused: [],
  rejects: {},
}

async function harness() {
  const base = await memoryHarness()
  const {clock} = base
  const world = {answer: (): SearchEnd | null => null, asked: 0, logged: 0}
  const start = async () => {
    const {searched, searchRuns} = await base.open()
    const ends = new SearchEnds(
      searchRuns,
      {
        ask: async () => {
          world.asked++
          return world.answer()
        },
      },
      clock,
      {error: () => void world.logged++},
    )
    ends.start()
    return {searched, searchRuns, ends}
  }
  const claim = {
    arrId: 'radarr',
    items: ['movie/17'],
    failure: '',
    reason: 'byHand',
    cause: 'person',
  } as const
  return {clock, world, start, search: {...claim, searchId: 's', at: clock.now()}}
}

const page = {before: null, limit: 5}

test('its Arr is asked half a minute after it began, and what it says is kept', async () => {
  const {clock, world, start, search} = await harness()
  const {searched, searchRuns} = await start()
  await searched.claim(search)
  await searched.sent('s', 7)
  world.answer = () => grabbed
  await clock.advance(29_000)
  expect([world.asked, (await searchRuns.of('radarr', page))[0]!.end]).toEqual([0, null])
  await clock.advance(60_000)
  expect(await searchRuns.of('radarr', page)).toMatchObject([{commandId: 7, cause: 'person', end: grabbed}])
  await clock.advance(180 * MINUTE_MS)
  expect(world.asked).toBe(1)
})

test.each<[string, number | null, () => SearchEnd | null, string]>([
  ['does not end', 7, () => null, 'stuck'],
  ['has no command that its end is known by', null, () => null, 'unknown'],
  [
    'is of an Arr that is away',
    7,
    () => {
      throw new CommodarrError('server_unreachable', 'It is away.')
    },
    'unknown',
  ],
])(
  'Q21 one that %s is asked for thrice in ten minutes, each hour for a day, and no more',
  async (_, command, answer, outcome) => {
    const {clock, world, start, search} = await harness()
    const {searched, searchRuns} = await start()
    await searched.claim(search)
    await searched.sent('s', command)
    world.answer = answer
    await clock.advance(DAY_MS + MINUTE_MS)
    expect(world.asked).toBe(28)
    expect(await searchRuns.of('radarr', page)).toMatchObject([{end: {outcome, grabs: []}}])
    expect(world.logged).toBe(0)
  },
)

test('Q10 one that ends after hours is known within an hour', async () => {
  const {clock, world, start, search} = await harness()
  const {searched, searchRuns} = await start()
  await searched.claim(search)
  await searched.sent('s', 7)
  await clock.advance(11 * MINUTE_MS)
  expect(world.asked).toBe(3)
  await clock.advance(150 * MINUTE_MS)
  world.answer = () => grabbed
  await clock.advance(60 * MINUTE_MS)
  expect(await searchRuns.open()).toEqual([])
})

test.each([-400, 400])(
  'Q21 one is asked for in time and given up after a day, though the clock jumps by %i days',
  async (days) => {
    const {clock, world, start, search} = await harness()
    const {searched, searchRuns} = await start()
    await searched.claim(search)
    await searched.sent('s', 7)
    await clock.advance(MINUTE_MS)
    clock.jump(days * DAY_MS)
    await clock.advance(10 * MINUTE_MS)
    expect([world.asked, (await searchRuns.open()).length]).toEqual([3, 1])
    await clock.advance(DAY_MS)
    expect(await searchRuns.open()).toEqual([])
  },
)

test('Q21 one whose last end cannot be written is ended as soon as it can', async () => {
  const {clock, world, start, search} = await harness()
  const {searched, searchRuns} = await start()
  await searched.claim(search)
  await searched.sent('s', 7)
  const full = new StorageFault('storage_full', 'The disk is full.', true)
  const end = vi.spyOn(searchRuns, 'end').mockRejectedValue(full)
  await clock.advance(DAY_MS + 10 * MINUTE_MS)
  expect((await searchRuns.open()).length).toBe(1)
  end.mockRestore()
  await clock.advance(MINUTE_MS)
  expect([(await searchRuns.open()).length, world.logged > 1]).toEqual([0, true])
})

test('what is open when the program ends is asked for by the next start', async () => {
  const {clock, world, start, search} = await harness()
  const {searched, ends} = await start()
  await searched.claim(search)
  ends.stop()
  await clock.advance(5 * MINUTE_MS)
  const {searchRuns} = await start()
  world.answer = () => grabbed
  await clock.advance(MINUTE_MS)
  expect([world.asked, await searchRuns.open()]).toEqual([1, []])
})

test('an end that cannot be written is asked for again later', async () => {
  const {clock, world, start, search} = await harness()
  const {searched, searchRuns} = await start()
  await searched.claim(search)
  const full = new StorageFault('storage_full', 'The disk is full.', true)
  const end = vi.spyOn(searchRuns, 'end').mockRejectedValue(full)
  world.answer = () => grabbed
  await clock.advance(MINUTE_MS)
  expect([world.logged, (await searchRuns.open()).length]).toEqual([1, 1])
  end.mockRestore()
  await clock.advance(5 * MINUTE_MS)
  expect(await searchRuns.open()).toEqual([])
})

test('of what a schedule planned its Arr is not asked what is known, and each end is handed on as it is written', async () => {
  const base = await memoryHarness()
  const {clock} = base
  const {searched, searchRuns} = await base.open()
  const asked: object[] = []
  const ended: [string | null, string][] = []
  const ask = async (_: unknown, __: unknown, question: object) => {
    asked.push(question)
    return grabbed
  }
  const scheduled = {
    known: () => ({title: 'Film (2020)', indexers: 3}),
    ended: async ({unit}: {unit: string | null}, {outcome}: SearchEnd) => void ended.push([unit, outcome]),
  }
  const ends = new SearchEnds(searchRuns, {ask}, clock, {error: () => undefined}, scheduled)
  ends.start()
  const claim = {
    arrId: 'radarr',
    items: ['movie/17'],
    failure: '',
    reason: 'missing',
    cause: 'schedule',
  } as const
  await searched.claim({...claim, unit: 'movie/17', searchId: 's', at: clock.now()})
  await clock.advance(MINUTE_MS)
  ends.stop()
  expect(asked).toMatchObject([{media: ['movie/17'], title: 'Film (2020)', indexers: 3}])
  expect(ended).toEqual([['movie/17', 'grabbed']])
})
