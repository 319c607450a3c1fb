import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {held, EvaluatorHarness, mine} from './evaluator-harness.fixture.ts'

test('S01 nothing is decided while its server is away, and it goes on when that is back', async () => {
  const house = new EvaluatorHarness([aRule()])
  house.server({status: 'unreachable'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'warming'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'online', populationDrop: 0.5})
  expect(await house.live(300)).toEqual([])
  house.server({})
  expect(house.evaluator.dueIn).toBe(0)
  expect(await house.pass()).toEqual([mine])
})

test('S25 a hold stands while our own internet is away or settles, and goes on where it was', async () => {
  const house = new EvaluatorHarness([aRule({hold: {for: 600}})])
  await house.pass()
  expect(await house.live(300)).toEqual([])
  for (const internet of ['down', 'settling'] as const) {
    house.server({internet})
    expect(await house.live(3_600)).toEqual([])
  }
  house.server({})
  expect(await house.live(299)).toEqual([])
  expect(await house.live(61)).toEqual([mine])
})

test('S25 time before an outage was seen, in which nothing showed a connection, does not count either', async () => {
  const house = new EvaluatorHarness([aRule({hold: {for: 600}})])
  await house.pass()
  expect(await house.live(540)).toEqual([])
  house.server({internet: 'down', unprovenFor: 300})
  expect(await house.live(3_600)).toEqual([])
  house.server({internet: 'settling', unprovenFor: 300})
  expect(await house.live(600)).toEqual([])
  house.server({unprovenFor: 300})
  expect(await house.live(350)).toEqual([])
  expect(await house.live(70)).toEqual([mine])
})

const begun = {complete: false, state: 'stalledDown', downloaded: 5_000, downSpeed: 0} as const

for (const [what, when] of [
  ['slow on average', {fact: 'avgDown', window: '10m', op: 'lt', value: '1 kB/s'}],
  ['still for a time', {fact: 'gained', window: '10m', op: 'lte', value: 0}],
] as const) {
  test(`S25 what was cut off is not ${what} by time in which nothing could come in`, async () => {
    const house = new EvaluatorHarness([aRule({when})])
    house.rows([begun], true)
    expect(await house.live(300)).toEqual([])
    house.server({internet: 'down'})
    expect(await house.live(3_600)).toEqual([])
    house.server({})
    expect(await house.live(200)).toEqual([])
    expect(await house.live(240)).toEqual([mine])
  })
}

test('S25 a stall by the clock of a server counts without the outages that were seen, each of them once', async () => {
  const when = {fact: 'stalledFor', op: 'gte', value: '1h'}
  const house = new EvaluatorHarness([aRule({when})])
  house.rows([{...begun, lastActivityAt: house.clock.now()}], true)
  expect(await house.live(1_800)).toEqual([])
  house.server({internet: 'down', unprovenFor: 600})
  expect(await house.live(7_200)).toEqual([])
  house.server({internet: 'settling', unprovenFor: 600})
  expect(await house.live(600)).toEqual([])
  house.server({unprovenFor: 600})
  expect(await house.live(60)).toEqual([])
  house.server({internet: 'down', unprovenFor: 600})
  expect(await house.live(600)).toEqual([])
  house.server({unprovenFor: 600})
  // Twenty minutes were counted before the first outage, and of the minute between them none.
  expect(await house.live(2_300)).toEqual([])
  expect(await house.live(200)).toEqual([mine])
})

test('S24 time with alternative speed limits, or away, does not count', async () => {
  const house = new EvaluatorHarness([held])
  await house.live(300)
  house.server({altSpeed: true})
  expect(await house.live(3600)).toEqual([])
  house.server({})
  expect(await house.live(290)).toEqual([])
  // Since the last look before the change nobody had counted.
  expect(await house.live(80)).toEqual([mine])
})

test('S03 a clock that jumps brings no hold to its end', async () => {
  const house = new EvaluatorHarness([held])
  await house.live(120)
  house.clock.jump(3 * 86_400_000)
  expect(await house.live(300)).toEqual([])
  house.clock.jump(-3 * 86_400_000)
  expect(await house.live(470)).toEqual([])
  // Up to a minute on both sides of it was not watched.
  expect(await house.live(130)).toEqual([mine])
})

test('a server that nobody knew for a while counts by another clock', async () => {
  const house = new EvaluatorHarness([held])
  await house.live(500)
  house.evaluator.takeServers([])
  await house.live(3600)
  house.server({})
  expect(await house.live(90)).toEqual([])
  expect(await house.live(80)).toEqual([mine])
})
