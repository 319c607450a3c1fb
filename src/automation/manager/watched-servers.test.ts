import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {held, EvaluatorHarness, mine} from './evaluator-harness.fixture.ts'

test('S01 nothing is decided while its server is away, and it goes on when that is back', async () => {
  const harness = new EvaluatorHarness([aRule()])
  harness.server({status: 'unreachable'})
  expect(await harness.live(300)).toEqual([])
  harness.server({status: 'warming'})
  expect(await harness.live(300)).toEqual([])
  harness.server({status: 'online', populationDrop: 0.5})
  expect(await harness.live(300)).toEqual([])
  harness.server({})
  expect(harness.evaluator.dueIn).toBe(0)
  expect(await harness.pass()).toEqual([mine])
})

test('S25 a hold stands while our own internet is away or settles, and goes on where it was', async () => {
  const harness = new EvaluatorHarness([aRule({hold: {for: 600}})])
  await harness.pass()
  expect(await harness.live(300)).toEqual([])
  for (const internet of ['down', 'settling'] as const) {
    harness.server({internet})
    expect(await harness.live(3_600)).toEqual([])
  }
  harness.server({})
  expect(await harness.live(299)).toEqual([])
  expect(await harness.live(61)).toEqual([mine])
})

test('S25 time before an outage was seen, in which nothing showed a connection, does not count either', async () => {
  const harness = new EvaluatorHarness([aRule({hold: {for: 600}})])
  await harness.pass()
  expect(await harness.live(540)).toEqual([])
  harness.server({internet: 'down', unprovenFor: 300})
  expect(await harness.live(3_600)).toEqual([])
  harness.server({internet: 'settling', unprovenFor: 300})
  expect(await harness.live(600)).toEqual([])
  harness.server({unprovenFor: 300})
  expect(await harness.live(350)).toEqual([])
  expect(await harness.live(70)).toEqual([mine])
})

const begun = {complete: false, state: 'stalledDown', downloaded: 5_000, downSpeed: 0} as const

for (const [what, when] of [
  ['slow on average', {fact: 'avgDown', window: '10m', op: 'lt', value: '1 kB/s'}],
  ['still for a time', {fact: 'gained', window: '10m', op: 'lte', value: 0}],
] as const) {
  test(`S25 what was cut off is not ${what} by time in which nothing could come in`, async () => {
    const harness = new EvaluatorHarness([aRule({when})])
    harness.rows([begun], true)
    expect(await harness.live(300)).toEqual([])
    harness.server({internet: 'down'})
    expect(await harness.live(3_600)).toEqual([])
    harness.server({})
    expect(await harness.live(200)).toEqual([])
    expect(await harness.live(240)).toEqual([mine])
  })
}

test('S25 a stall by the clock of a server counts without the outages that were seen, each of them once', async () => {
  const when = {fact: 'stalledFor', op: 'gte', value: '1h'}
  const harness = new EvaluatorHarness([aRule({when})])
  harness.rows([{...begun, lastActivityAt: harness.clock.now()}], true)
  expect(await harness.live(1_800)).toEqual([])
  harness.server({internet: 'down', unprovenFor: 600})
  expect(await harness.live(7_200)).toEqual([])
  harness.server({internet: 'settling', unprovenFor: 600})
  expect(await harness.live(600)).toEqual([])
  harness.server({unprovenFor: 600})
  expect(await harness.live(60)).toEqual([])
  harness.server({internet: 'down', unprovenFor: 600})
  expect(await harness.live(600)).toEqual([])
  harness.server({unprovenFor: 600})
  // Twenty minutes were counted before the first outage, and of the minute between them none.
  expect(await harness.live(2_300)).toEqual([])
  expect(await harness.live(200)).toEqual([mine])
})

test('S24 time with alternative speed limits, or away, does not count', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(300)
  harness.server({altSpeed: true})
  expect(await harness.live(3600)).toEqual([])
  harness.server({})
  expect(await harness.live(290)).toEqual([])
  // Since the last look before the change nobody had counted.
  expect(await harness.live(80)).toEqual([mine])
})

test('S03 a clock that jumps brings no hold to its end', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(120)
  harness.clock.jump(3 * 86_400_000)
  expect(await harness.live(300)).toEqual([])
  harness.clock.jump(-3 * 86_400_000)
  expect(await harness.live(470)).toEqual([])
  // Up to a minute on both sides of it was not watched.
  expect(await harness.live(130)).toEqual([mine])
})

test('a server that was unknown for a while counts by another clock', async () => {
  const harness = new EvaluatorHarness([held])
  await harness.live(500)
  harness.evaluator.takeServers([])
  await harness.live(3600)
  harness.server({})
  expect(await harness.live(90)).toEqual([])
  expect(await harness.live(80)).toEqual([mine])
})
