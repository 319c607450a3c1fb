import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import type {AnsweredUnit, SearchOrders, UnitOfArr} from '#model/searches.ts'
import {codeOf} from '../servers/servers-harness.fixture.ts'
import {arrHarness, draft, sectionNamed, type ArrHarness} from './arrs-harness.fixture.ts'
import {SearchRequests} from './search-requests.ts'

const film = (arrId: string, id = 17): UnitOfArr => ({arrId, unit: `movie/${id}`})

/** Takes every order, but for what is held. */
class FakeOrders implements SearchOrders {
  readonly made: unknown[] = []
  readonly held = new Set<string>()
  readyIn: readonly string[] | null = null
  fault: CommodarrError | null = null

  async searchNow(wanted: Parameters<SearchOrders['searchNow']>[0], isDry: boolean) {
    if ('readyIn' in wanted) this.readyIn = wanted.readyIn
    const units = 'units' in wanted ? wanted.units : wanted.readyIn.map((arrId) => film(arrId))
    if (this.fault && !isDry) throw this.fault
    if (!isDry) this.made.push(units.map(({arrId, unit}) => `${arrId} ${unit}`))
    const items = units.map((one): AnsweredUnit => {
      const isHeld = this.held.has(one.unit)
      return {
        ...one,
        answer: isHeld ? 'held' : 'queued',
        hold: isHeld ? {code: 'in_queue', until: null} : null,
      }
    })
    const searches = items.filter(({answer}) => answer === 'queued').length
    return {items, cost: {searches, questions: searches, lastAt: searches === 0 ? null : 5}, left: 0}
  }

  async hold(units: readonly UnitOfArr[], is: boolean) {
    this.made.push([is, ...units.map(({arrId, unit}) => `${arrId} ${unit}`)])
    return units.filter(({unit}) => unit === 'movie/404')
  }

  async pause(arrId: string, until: number | null) {
    this.made.push(['pause', arrId, until])
  }

  async resume(arrId: string) {
    this.made.push(['resume', arrId])
  }
}

function requestsOf({directory, service}: ArrHarness) {
  const orders = new FakeOrders()
  return {orders, requests: new SearchRequests({directory, service, orders})}
}

const linesOf = async (harness: ArrHarness) =>
  (await harness.entries())
    .filter(({verb}) => verb.includes('search'))
    .map(({verb, name, args, code}) => ({verb, name, args, code}))

test('what is searched now is written into the journal for each Arr, without what is held', async () => {
  const harness = await arrHarness([sectionNamed('Radarr'), sectionNamed('Radarr-4K')])
  const {orders, requests} = requestsOf(harness)
  orders.held.add('movie/18')
  const units = [film('Radarr'), film('Radarr-4K'), film('Radarr', 18), film('Radarr', 19)]
  const {items} = await requests.searchNow(harness.as('ada'), {units}, false)
  expect(items.map(({answer}) => answer)).toEqual(['queued', 'queued', 'held', 'queued'])
  expect(orders.made).toEqual([['Radarr movie/17', 'Radarr movie/19'], ['Radarr-4K movie/17']])
  const lines = await linesOf(harness)
  expect(new Set(lines.map(({verb, name}) => `${verb} ${name}`))).toEqual(
    new Set(['search Radarr', 'search Radarr-4K']),
  )
})

test('a dry run is neither sent nor written down', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {orders, requests} = requestsOf(harness)
  const before = (await harness.entries()).length
  expect(await requests.searchNow(harness.as('ada'), {units: [film('Radarr')]}, true)).toMatchObject({
    cost: {searches: 1},
  })
  expect([orders.made, (await harness.entries()).length]).toEqual([[], before])
})

test('Q53 who may not command an Arr orders nothing there, and one that is not seen is not there', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {orders, requests} = requestsOf(harness)
  const each = (by: Parameters<ArrHarness['as']>[0], arrId: string) => [
    requests.searchNow(harness.as(by), {units: [film(arrId)]}, true),
    requests.searchNow(harness.as(by), {readyIn: [arrId]}, false),
    requests.hold(harness.as(by), [film(arrId)], true),
    requests.pause(harness.as(by), arrId, null),
    requests.resume(harness.as(by), arrId),
  ]
  for (const asked of each('bob', id)) expect(await codeOf(asked)).toBe('arr_unknown')
  for (const asked of each('bob', 'gone')) expect(await codeOf(asked)).toBe('arr_unknown')
  for (const asked of each('vic', 'Radarr')) expect(await codeOf(asked)).toBe('forbidden')
  // One of several is enough.
  expect(
    await codeOf(requests.searchNow(harness.as('ann'), {units: [film(id), film('Radarr')]}, false)),
  ).toBe('forbidden')
  expect(orders.made).toEqual([])
})

test('all that is ready is of the Arrs that a user may command', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const {orders, requests} = requestsOf(harness)
  await requests.searchNow(harness.as('ann'), {readyIn: null}, true)
  expect(orders.readyIn).toEqual([id])
})

test('holds and pauses are written into the journal with whom they are of, and a failure behind them', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {orders, requests} = requestsOf(harness)
  const by = harness.as('ada')
  expect(await requests.hold(by, [film('Radarr'), film('Radarr', 404)], true)).toEqual([film('Radarr', 404)])
  await requests.hold(by, [film('Radarr')], false)
  await requests.pause(by, 'Radarr', 7)
  await requests.resume(by, 'Radarr')
  expect(orders.made).toEqual([
    [true, 'Radarr movie/17', 'Radarr movie/404'],
    [false, 'Radarr movie/17'],
    ['pause', 'Radarr', 7],
    ['resume', 'Radarr'],
  ])
  orders.fault = new CommodarrError('storage_full', 'There is no room.')
  expect(await codeOf(requests.searchNow(by, {units: [film('Radarr')]}, false))).toBe('storage_full')
  const lines = await linesOf(harness)
  expect([...new Set(lines.map(({verb}) => verb))]).toEqual([
    'hold-search',
    'release-search',
    'pause-searches',
    'resume-searches',
    'search',
  ])
  expect(lines.at(-1)).toMatchObject({verb: 'search', code: 'storage_full'})
})
