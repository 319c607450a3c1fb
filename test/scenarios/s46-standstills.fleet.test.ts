/**
 * The program, or its whole machine, stands still while orders wait: its timers ring first then, and lists are read
 * after. What servers have by then counts.
 */
import {afterEach, expect, test} from 'vitest'
import {some} from '../proof.ts'
import {A, B, DAY, hashAt, HOUR, MINUTE, ScenarioHarness, nameOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Seconds in which a person can take a removal back. */
const HELD = 60

async function remove(server: string, ...hashes: readonly string[]): Promise<void> {
  const {status} = await harness.acting.api.send('POST', '/api/torrents/actions', {
    verb: 'removeWithData',
    keys: hashes.map((hash) => ({server_id: server, info_hash: hash})),
    args: {free_at_once: true},
    hold_seconds: HELD,
  })
  expect(status).toBeLessThan(300)
}

/** From now on B has it, too, with its data. */
function share(server: string, hash: string): void {
  const {name, rootName} = harness.torrent(server, hash)
  harness.put(B, 900, {hash, name, rootName, savePath: harness.world(server).defaultSavePath})
}

const withData = (server: string, ...hashes: readonly string[]) =>
  hashes.map((hash) => `${server} removeWithData ${hash}`)

for (const [kind, seconds] of some(2, [
  ['qbittorrent', 20 * MINUTE],
  ['transmission', 3 * DAY],
  ['qbittorrent', 30 * DAY],
  ['transmission', 6 * MINUTE],
  ['deluge', 3 * DAY],
  ['deluge', 20 * MINUTE],
] as const)) {
  test(`S46 ${kind}: a removal that was due while the program stood still for ${seconds} s goes by lists of after`, async () => {
    const server = nameOf(kind)
    harness = await ScenarioHarness.start({
      servers: [
        {name: server, kind, torrents: 40},
        {name: B, torrents: 20},
      ],
    })
    const [shared, alone] = [hashAt(server, 1), hashAt(server, 2)]
    await remove(server, shared, alone)
    await harness.pass(10)
    harness.standStill(seconds)
    share(server, shared)
    await harness.pass(3 * MINUTE)
    expect(harness.destroyed()).not.toContain(withData(server, shared)[0])
    expect(await harness.alerts()).toEqual(['freeze stood_still'])
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone stood_still'])
    // After days sessions are over, and who signs in again is not believed at once: then it was refused.
    await remove(server, shared, alone)
    await harness.pass(3 * MINUTE)
    expect(harness.destroyed()).toEqual(withData(server, alone))
    await harness.expectWell()
  })
}

test('S46 a machine that slept, and whose clock of durations slept with it, goes by lists of after, too', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 40},
      {name: B, torrents: 20},
    ],
  })
  const [shared, alone] = [hashAt(A, 1), hashAt(A, 2)]
  await remove(A, shared, alone)
  await harness.pass(10)
  harness.acting.clock.sleep(8 * HOUR * 1_000)
  share(A, shared)
  // Its list comes last of all.
  harness.acting.server(B).server.faults.add({kind: 'slowHead', ms: 8_000, count: 1})
  await harness.pass(5 * MINUTE)
  expect(harness.destroyed()).toEqual(withData(A, alone))
  expect(await harness.alerts()).toEqual(['freeze stood_still'])
  await harness.expectWell()
})

test('S46 while one that may have the same data does not send its list nothing goes with its data', async () => {
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 40},
      {name: B, torrents: 20},
    ],
  })
  const shared = hashAt(A, 1)
  await remove(A, shared)
  await harness.pass(10)
  harness.standStill(HOUR)
  share(A, shared)
  await harness.away(B)
  await harness.pass(10 * MINUTE)
  await harness.back(B)
  await harness.pass(5 * MINUTE)
  await harness.expectNothingDestructive()
  expect(harness.holds(A, shared)).toBe(true)
})

test('S46 a program that stands still between two removals of one rule looks again before the second', async () => {
  const spent = {
    name: 'Spent',
    reason: 'seedingDone',
    scope: {categories: ['spent']},
    when: {fact: 'ratio', op: 'gte', value: 2},
    hold: {for: '40m'},
    do: [{action: 'removeWithData'}],
  }
  harness = await ScenarioHarness.start({
    servers: [
      {name: A, torrents: 60, each: (index) => (index < 2 ? {category: 'spent', uploaded: 3e9} : {})},
      {name: B, torrents: 20},
    ],
    rules: [spent],
  })
  const both = [hashAt(A, 0), hashAt(A, 1)]
  harness.afterRemoval(A, () => {
    for (const hash of both) if (harness.holds(A, hash)) share(A, hash)
    harness.standStill(HOUR)
  })
  await harness.acting.until(
    HOUR,
    () => harness.destroyed().length,
    (it) => it > 0,
  )
  await harness.pass(2 * HOUR)
  const left = both.find((hash) => harness.holds(A, hash))!
  const gone = both.find((hash) => hash !== left)!
  // Its torrent goes, as its rule wants it, and the data stays with the other.
  expect(harness.destroyed()).toEqual(expect.arrayContaining(withData(A, gone)))
  expect(harness.destroyed()).not.toContain(withData(A, left)[0])
})
