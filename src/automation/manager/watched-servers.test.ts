import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {held, JudgementHarness, mine} from './judgement-harness.fixture.ts'

test('S01 nothing is decided while its server is away, and it goes on when that is back', async () => {
  const house = new JudgementHarness([aRule()])
  house.server({status: 'unreachable'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'warming'})
  expect(await house.live(300)).toEqual([])
  house.server({status: 'online', populationDrop: 0.5})
  expect(await house.live(300)).toEqual([])
  house.server({})
  expect(house.judgement.dueIn).toBe(0)
  expect(await house.pass()).toEqual([mine])
})

test('S25 a hold stands while our own internet is away or settles, and goes on where it was', async () => {
  const house = new JudgementHarness([aRule({hold: {for: 600}})])
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

test('S24 time with alternative speed limits, or away, does not count', async () => {
  const house = new JudgementHarness([held])
  await house.live(300)
  house.server({altSpeed: true})
  expect(await house.live(3600)).toEqual([])
  house.server({})
  expect(await house.live(290)).toEqual([])
  // Since the last look before the change nobody had counted.
  expect(await house.live(80)).toEqual([mine])
})

test('S03 a clock that jumps brings no hold to its end', async () => {
  const house = new JudgementHarness([held])
  await house.live(120)
  house.clock.jump(3 * 86_400_000)
  expect(await house.live(300)).toEqual([])
  house.clock.jump(-3 * 86_400_000)
  expect(await house.live(470)).toEqual([])
  // Up to a minute on both sides of it was not watched.
  expect(await house.live(130)).toEqual([mine])
})

test('a server that nobody knew for a while counts by another clock', async () => {
  const house = new JudgementHarness([held])
  await house.live(500)
  house.judgement.takeServers([])
  await house.live(3600)
  house.server({})
  expect(await house.live(90)).toEqual([])
  expect(await house.live(80)).toEqual([mine])
})
