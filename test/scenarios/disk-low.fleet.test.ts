/** A rule for a disk that gets low: the whole program, by what a server says is free. */
import {afterEach, expect, test} from 'vitest'
import {A, B, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const GiB = 1024 ** 3

let harness: ScenarioHarness
afterEach(() => harness.stop())

test('when less is free on a server than is to stay free its torrents alone are reported, once', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 3},
      {name: B, torrents: 3},
    ],
    settled: 0,
  })
  const [onA, onB] = [harness.put(A, 5_000, {category: 'films'}), harness.put(B, 5_000, {category: 'films'})]
  await harness.rule({
    name: 'Low',
    scope: {categories: ['films']},
    when: {fact: 'complete', op: 'eq', value: true},
    schedule: {on: ['diskLow']},
    do: [{action: 'tag', names: ['low']}],
  })
  const world = (name: string) => harness.world(name)
  const tags = () => [world(A).get(onA.hash)?.tags, world(B).get(onB.hash)?.tags]
  await harness.pass(10 * MINUTE)
  expect(tags()).toEqual([[], []])
  world(A).free = 9 * GiB
  await harness.pass(10 * MINUTE)
  expect(tags()).toEqual([['low'], []])
})
