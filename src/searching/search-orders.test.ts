import {expect, onTestFinished, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {SearchOutcome} from '#model/automation-state.ts'
import type {SearchUnit} from '#model/searching.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {SearchItem} from './arr-plan.ts'
import {MOST_ORDERED, PeoplesOrders} from './search-orders.ts'
import {SearchService} from './search-service.ts'
import {
  allWell,
  choiceOfAll,
  DAY_MS,
  episode,
  film,
  HOUR_MS,
  noPauses,
  NOW,
  TestLibrary,
} from './searching.fixture.ts'

const PER_HOUR = 30

/** Searches of two Arrs, each of which ends with nothing in the moment in which it is asked for. */
async function worldOf(libraries: Readonly<Record<string, readonly SearchItem[]>>) {
  const base = await memoryHarness()
  const {clock} = base
  const asked: string[] = []
  async function start() {
    const memory = await base.open()
    const {searched, searchRuns, searchStates, pausedArrs} = memory
    const service = new SearchService({
      clock,
      random: () => 0,
      turns: new TimeSlice(),
      log: {error: () => undefined},
      stuck: () => undefined,
      loops: {of: () => null},
      heldBy: () => null,
      searched,
      runs: searchRuns,
      states: searchStates,
      port: {
        search: async (arrId, {media}) => {
          asked.push(`${arrId} ${media.join(' ')}`)
          clock.after(1_000, () => void endAll('nothing_found'))
          return {commandId: asked.length}
        },
        searchExplained: async () => null,
        heardOf: async () => true,
      },
    })
    async function endAll(outcome: SearchOutcome) {
      const nothing = {title: null, said: null, found: 0, indexers: 1, grabs: [], refused: [], rejects: {}}
      for (const run of await searchRuns.open()) {
        const end = {outcome, endedAt: clock.now(), ...nothing}
        await Promise.all([searchRuns.end(run.searchId, end), service.ended(run, end)])
      }
    }
    await service.start()
    for (const [id, items] of Object.entries(libraries))
      await service.put({
        id,
        choice: choiceOfAll,
        budget: {spacingMs: 30_000, perHour: PER_HOUR, perDay: 0},
        pauseChoice: noPauses,
        library: new TestLibrary(items),
        surroundings: () => {
          const paused = pausedArrs.of(id)
          return {...allWell, pausedUntil: paused === null ? false : paused.until}
        },
        indexer: () => undefined,
      })
    onTestFinished(() => service.stop())
    const written = () => memory.written()
    const orders = new PeoplesOrders({service, paused: pausedArrs, written, clock, turns: new TimeSlice()})
    return {orders, service, stop: () => service.stop()}
  }
  return {base, clock, asked, start}
}

const unit = (text: SearchUnit, arrId = 'radarr') => ({arrId, unit: text})
const films = (count: number) => Array.from({length: count}, (_, at) => film(at + 1))
const answersOf = (
  items: readonly {readonly answer: string; readonly hold: {readonly code: string} | null}[],
) => items.map(({answer, hold}) => hold?.code ?? answer)

test('a dry run says what is searched, what is not and what it costs, and changes nothing', async () => {
  const {start, asked, clock} = await worldOf({
    radarr: [film(1), film(2, {monitored: false}), film(3, {availableAt: NOW + 40 * DAY_MS})],
    sonarr: [
      episode(1),
      episode(2),
      episode(3, {seasonNumber: 2, hasFile: true, belowCutoff: false, score: 100}),
    ],
  })
  const {orders} = await start()
  const units = [
    unit('movie/1'),
    unit('movie/2'),
    unit('movie/3'),
    unit('movie/4'),
    unit('season/5/1', 'sonarr'),
    unit('season/5/2', 'sonarr'),
    unit('movie/1', 'gone'),
  ]
  const {items, cost, left} = await orders.searchNow({units}, true)
  expect(answersOf(items)).toEqual([
    'queued',
    'unmonitored',
    'unreleased',
    'unknown',
    'queued',
    'unwanted',
    'unknown',
  ])
  expect(left).toBe(0)
  expect(cost.searches).toBe(2)
  expect(cost.questions).toBeGreaterThan(1)
  expect(cost.lastAt).toBe(clock.now())
  await clock.advance(30_000)
  expect(asked).toEqual([])
})

test('what people want now is searched before its turn, and passes a pause of its Arr that holds all else', async () => {
  const {start, asked, clock} = await worldOf({radarr: films(5)})
  const {orders} = await start()
  await orders.pause('radarr', null)
  await clock.advance(HOUR_MS)
  expect(asked).toEqual([])
  expect(orders.standing(['radarr'])).toMatchObject([
    {pause: {code: 'paused', until: null}, paused: {until: null}, ready: 5},
  ])
  await orders.searchNow({units: [unit('movie/4')]}, false)
  await clock.advance(HOUR_MS)
  expect(asked).toEqual(['radarr movie/4'])
  await orders.resume('radarr')
  await clock.advance(HOUR_MS)
  expect(asked).toHaveLength(5)
})

test('a pause outlives a restart, and ends when its time is over', async () => {
  const {start, asked, clock} = await worldOf({radarr: films(2)})
  const first = await start()
  await first.orders.pause('radarr', clock.now() + 6 * HOUR_MS)
  await first.stop()
  const {orders} = await start()
  expect(orders.standing(['radarr'])[0]?.paused).not.toBeNull()
  await clock.advance(6 * HOUR_MS - 1_000)
  expect(asked).toEqual([])
  await clock.advance(HOUR_MS)
  expect(asked).toHaveLength(2)
})

test('a rule does not pass a pause by a person', async () => {
  const {start, asked, clock} = await worldOf({radarr: films(1)})
  const {orders, service} = await start()
  await orders.pause('radarr', null)
  service.want('radarr', 'movie/1', {reason: 'rule', at: clock.now()})
  await clock.advance(HOUR_MS)
  expect(asked).toEqual([])
})

test('all that is ready is ordered in its order, so many at once, and the rest is counted', async () => {
  const {start} = await worldOf({radarr: films(MOST_ORDERED + 5)})
  const {orders} = await start()
  const {items, left} = await orders.searchNow({readyIn: ['radarr']}, true)
  expect([items.length, left]).toEqual([MOST_ORDERED, 5])
})

test('what people want at once is searched twice as fast as the schedule may, which is what was said before', async () => {
  const {start, asked, clock} = await worldOf({radarr: films(150)})
  const {orders} = await start()
  const begun = clock.now()
  const {cost} = await orders.searchNow({readyIn: ['radarr']}, false)
  expect(cost.searches).toBe(150)
  // After the first sixty each hour has sixty more.
  expect(cost.lastAt! - begun).toBe(1.5 * HOUR_MS)
  await clock.advance(HOUR_MS - 60_000)
  expect(asked).toHaveLength(2 * PER_HOUR)
  await clock.advance(2 * HOUR_MS)
  expect(asked).toHaveLength(150)
})

test('what would have its turn in more than a day is not queued', async () => {
  const {start, clock} = await worldOf({radarr: films(1_000), other: films(1_000)})
  const {orders} = await start()
  await orders.searchNow({readyIn: ['radarr']}, false)
  const {items, cost} = await orders.searchNow({units: films(1_000).map(({id}) => unit(`movie/${id}`))}, true)
  expect(new Set(items.map(({answer}) => answer))).toEqual(new Set(['queued', 'too_many', 'running']))
  expect(cost.lastAt! - clock.now()).toBeLessThanOrEqual(DAY_MS)
})

test('what a person holds is not searched until it is released, also after a restart', async () => {
  const {start, asked, clock} = await worldOf({radarr: films(2)})
  const first = await start()
  expect(await first.orders.hold([unit('movie/1'), unit('movie/9')], true)).toEqual([unit('movie/9')])
  await first.stop()
  const {orders} = await start()
  await clock.advance(HOUR_MS)
  expect(asked).toEqual(['radarr movie/2'])
  await orders.hold([unit('movie/1')], false)
  await clock.advance(HOUR_MS)
  expect(asked).toEqual(['radarr movie/2', 'radarr movie/1'])
})

test('Q54 what cannot be written is said to fail', async () => {
  const {start, base} = await worldOf({radarr: films(1)})
  const {orders} = await start()
  base.setFault(away)
  await expect(orders.searchNow({units: [unit('movie/1')]}, false)).rejects.toBe(away)
  await expect(orders.hold([unit('movie/1')], true)).rejects.toBe(away)
})
