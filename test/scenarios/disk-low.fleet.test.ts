/** A rule for a disk that gets low: the whole program, by what a server says is free. */
import {afterEach, expect, test} from 'vitest'
import {A, B, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const GiB = 1024 ** 3

let house: ScenarioHarness
afterEach(() => house.stop())

test('when less is free on a server than is to stay free its torrents alone are told of, once', async () => {
  house = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 3},
      {name: B, torrents: 3},
    ],
    settled: 0,
  })
  const [onA, onB] = [house.put(A, 5_000, {category: 'films'}), house.put(B, 5_000, {category: 'films'})]
  await house.rule({
    name: 'Low',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: true},
    schedule: {on: ['diskLow']},
    do: [{action: 'tag', names: ['low']}],
  })
  const world = (name: string) => house.world(name)
  const tags = () => [world(A).get(onA.hash)?.tags, world(B).get(onB.hash)?.tags]
  await house.pass(10 * MINUTE)
  expect(tags()).toEqual([[], []])
  world(A).free = 9 * GiB
  await house.pass(10 * MINUTE)
  expect(tags()).toEqual([['low'], []])
})
