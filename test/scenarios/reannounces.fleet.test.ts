/** Trackers that rules ask, and what waits for their answer. */
import {afterEach, expect, test} from 'vitest'
import {A, hashAt, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const T = 'Transmission-A'
const FIRST = 5_000

const asksThenTags = (params: object) => ({
  name: 'Ask',
  scope: {categories: ['films']},
  when: {fact: 'tracker.anyWorking', op: 'eq', value: false},
  do: [
    {action: 'reannounce', ...params},
    {action: 'tag', names: ['silent']},
  ],
})

/** When a server was asked for an announce, in seconds after the first. */
function watchedAnnounces(server: string): number[] {
  const world = harness.world(server)
  const times: number[] = []
  const ask = world.commands.reannounce.bind(world.commands)
  world.commands.reannounce = (torrents) => {
    times.push(world.now())
    ask(torrents)
  }
  return times
}
const sinceFirst = (times: readonly number[]) => times.map((at) => at - times[0]!)

test('a dead tracker is asked three times, over a crash, before its torrent is marked', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, version: '5.2.0', torrents: 5}]})
  const {hash} = harness.put(A, FIRST, {
    category: 'films',
    trackers: [trackerOf(harness.world(A), 'dead.example.org', 'down for maintenance')],
  })
  const times = watchedAnnounces(A)
  await harness.rule(asksThenTags({wait: '10m', maxAttempts: 3}))
  await harness.pass(15 * MINUTE)
  expect(times).toHaveLength(2)
  expect(await harness.ruleSays(A, hash, 'Ask')).toContain('2 of 3')
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(14 * MINUTE)
  expect([times.length, harness.torrent(A, hash).tags]).toEqual([3, []])
  await harness.pass(3 * HOUR)
  const [, second, third] = sinceFirst(times)
  expect([second! >= 600, third! - second! >= 600]).toEqual([true, true])
  expect([times.length, harness.torrent(A, hash).tags]).toEqual([3, ['silent']])
  const lines = await harness.lines(`info_hash=${hash}`)
  expect(lines).toEqual([...Array.from({length: 3}, () => 'reannounce confirmed'), 'addTags confirmed'])
  await harness.expectNothingDestructive()
})

test('a tracker that answers when it is asked ends it: nothing behind the wait is done', async () => {
  harness = await ScenarioHarness.start({servers: [{name: A, version: '5.2.0', torrents: 5}]})
  const dead = trackerOf(harness.world(A), 'dead.example.org', 'down for maintenance')
  const {hash} = harness.put(A, FIRST, {category: 'films', trackers: [dead]})
  const times = watchedAnnounces(A)
  await harness.rule(asksThenTags({wait: '10m', maxAttempts: 3}))
  await harness.pass(5 * MINUTE)
  harness.update(A, hash, {trackers: [trackerOf(harness.world(A), 'dead.example.org')]})
  await harness.pass(HOUR)
  expect([times.length, harness.torrent(A, hash).tags]).toEqual([1, []])
})

test('a Transmission, which does nothing about a second announce within two minutes, is given them', async () => {
  harness = await ScenarioHarness.start({
    servers: [{name: T, kind: 'transmission', version: '4.0.6', torrents: 5}],
  })
  const hash = hashAt(T, 0)
  harness.update(T, hash, {
    trackers: [trackerOf(harness.world(T), 'dead.example.org', 'down for maintenance')],
  })
  const times = watchedAnnounces(T)
  await harness.rule({...asksThenTags({wait: true, maxAttempts: 2}), scope: {}})
  await harness.pass(20 * MINUTE)
  const [, second] = sinceFirst(times)
  expect([times.length, second! >= 120, second! < 300]).toEqual([2, true, true])
  expect(await harness.lines(`info_hash=${hash}`)).toEqual([
    'reannounce confirmed',
    'reannounce confirmed',
    'addTags confirmed',
  ])
})
