/** What has seeded enough, and what has not, whatever servers say of it. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness, usualServers} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the crowd of the usual servers. */
const FIRST = 5_000
const GB = 1e9
/** 72 minutes instead of as many hours. */
const ASKED = 72 * MINUTE

const SEEDED = `${A}: seeded enough`

/** The first lines belong to the server before them. */
const asksForTime = `
ManagedCategories = ["films"]
["${A}".CategorySeeding]
RemoveTorrent = 1
MaxUploadRatio = 0.1
HitAndRunMode = "and"
MinSeedRatio = 0
MinSeedingTimeDays = ${ASKED / DAY}
`

test.runIf(isFull)(
  'S16 a server that counts seeding again takes nothing from what we saw, and nothing goes before it is paid',
  async () => {
    const servers = [
      {name: B, torrents: 20},
      {name: A, torrents: 100},
    ]
    harness = await ScenarioHarness.start({servers, config: asksForTime, settled: 0})
    const owes = {category: 'films', isPrivate: true, seedingTime: HOUR}
    const stays = harness.had(A, FIRST, owes)
    const comesAgain = harness.had(A, FIRST + 1, owes)
    const both = [stays.hash, comesAgain.hash]
    for (let minute = 0; minute < 6; minute++) await minutePasses(both)
    expect(await harness.ruleSays(A, stays.hash, SEEDED)).toMatch(
      /^Not removed with its data: seeded 65 min of the 72 min this tracker asks/,
    )
    harness.world(A).drop(comesAgain)
    await harness.pass(10)
    harness.put(A, FIRST + 1, {...owes, addedAt: harness.world(A).now(), seedingTime: 0})
    await harness.restart(A)
    harness.update(A, stays.hash, {seedingTime: 0})
    await minutePasses(both)
    for (const hash of both) {
      expect(await harness.ruleSays(A, hash, SEEDED)).toMatch(
        /seeded [56] min of the 72 min this tracker asks/,
      )
    }
    let atServer: readonly number[] = []
    while (both.some((hash) => harness.holds(A, hash)) && (atServer[0] ?? 0) < ASKED) {
      atServer = both
        .filter((hash) => harness.holds(A, hash))
        .map((hash) => harness.torrent(A, hash).seedingTime)
      await minutePasses(both)
    }
    // Five minutes of it its server has forgotten, and we have not.
    for (const seconds of atServer) {
      expect(seconds).toBeGreaterThan(ASKED - 8 * MINUTE)
      expect(seconds).toBeLessThan(ASKED - 3 * MINUTE)
    }
    expect(harness.destroyed().toSorted()).toEqual(
      both.map((hash) => `${A} removeWithData ${hash}`).toSorted(),
    )
    const gone = await harness.journal('verb=removeWithData&outcome=done')
    expect(new Set(gone.map(({info_hash: hash}) => hash))).toEqual(new Set(both))
    expect(await harness.alerts()).toEqual([])
    await harness.expectWell()
  },
)

test.runIf(isFull)(
  'S16 on rTorrent, which counts the time since a torrent was complete, hours in which it stood still do not pay',
  async () => {
    const R = 'rTorrent-R'
    const enough = {all: [{fact: 'seedingTime', op: 'gte', value: '90m'}]}
    const rules = [{...seeded('Time', enough), do: [{action: 'remove'}]}]
    harness = await ScenarioHarness.start({
      servers: [{name: R, kind: 'rtorrent', torrents: 60}],
      rules,
      settled: 0,
      isExact: true,
    })
    const {hash} = harness.put(R, FIRST, {category: 'films', completedAt: harness.world(R).now()})
    await harness.pass(30 * MINUTE)
    harness.update(R, hash, {running: false, state: 'stopped'})
    await harness.pass(2 * HOUR)
    harness.update(R, hash, {running: true, state: 'seeding'})
    await harness.pass(50 * MINUTE)
    expect(harness.destroyed()).toEqual([])
    expect(await harness.ruleSays(R, hash, 'Time')).toMatch(
      /seeding time is [67]\d min, asked: at least 90 min/,
    )
    await harness.pass(30 * MINUTE)
    expect(harness.destroyed()).toEqual([`${R} remove ${hash}`])
    expect(await harness.alerts()).toEqual([])
    await harness.expectWell()
  },
)

/** @param hashes seed on, and their server counts it */
async function minutePasses(hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) if (harness.holds(A, hash)) harness.update(A, hash, {})
  await harness.pass(MINUTE)
}

const seeded = (name: string, when: object) => ({
  name,
  when,
  reason: 'seedingDone',
  scope: {categories: ['films']},
  do: [{action: 'removeWithData'}],
})

test('S17 a ratio that is infinite, or of nothing, meets no limit', async () => {
  harness = await ScenarioHarness.start({settled: 0})
  const at = (index: number, fields: object) =>
    harness.had(A, FIRST + index, {category: 'films', ...fields}).hash
  const unfinished = {done: 0, state: 'stopped', running: false} as const
  const crossSeed = at(0, {downloaded: 0, uploaded: 2 * GB})
  const infinite = at(1, {downloaded: 0, uploaded: 3 * GB, ...unfinished})
  const ofNothing = at(2, {downloaded: 0, uploaded: 0, ...unfinished})
  const [least, below] = ['gte', 'lt'].map((op) => ({fact: 'ratio', op, value: 1.5}))
  await harness.rule(seeded('Ratio', {any: [least, {not: below}]}))
  await harness.pass(SEEN)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${crossSeed}`])
  expect(await harness.ruleSays(A, infinite, 'Ratio')).toMatch(
    /^Not removed with its data: ratio is unknown since \S+, its server does not report it\.$/,
  )
  expect(await harness.ruleSays(A, ofNothing, 'Ratio')).toMatch(
    /^Not removed with its data: ratio is 0, asked/,
  )
  await harness.rule(seeded('By size', {fact: 'ratioBySize', op: 'gte', value: 2.5}))
  await harness.pass(3 * MINUTE)
  // It never had a byte, so nothing that lies there goes with it.
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${crossSeed}`, `${A} remove ${infinite}`])
  const gone = await harness.journal('outcome=done&class=destructive')
  expect(gone.map(({actor, info_hash: hash}) => `${actor} ${hash}`)).toEqual([
    `Ratio ${crossSeed}`,
    `By size ${infinite}`,
  ])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

/** What is complete is left alone for half an hour after it was seen first. */
const SEEN = 33 * MINUTE

test('S18 of private torrents without a known obligation the usual is asked, and of those that do not report', async () => {
  harness = await ScenarioHarness.start({
    servers: [usualServers[0]!, {...usualServers[1]!, version: '4.5.2'}],
    settled: 0,
  })
  const at = (server: string, index: number, fields: object) =>
    harness.had(server, FIRST + index, {category: 'films', ...fields}).hash
  const owing = at(A, 0, {isPrivate: true, uploaded: 0.5 * GB})
  const paid = at(A, 1, {isPrivate: true, uploaded: GB})
  const free = at(A, 2, {isPrivate: false, uploaded: 0.5 * GB})
  const untold = at(B, 3, {isPrivate: false, uploaded: 0.5 * GB})
  await harness.rule(seeded('Seeded', {fact: 'ratio', op: 'gte', value: 0.4}))
  await harness.pass(SEEN)
  expect(harness.destroyed().toSorted()).toEqual(
    [paid, free].map((hash) => `${A} removeWithData ${hash}`).toSorted(),
  )
  for (const hash of [owing, untold]) {
    const held = await harness.journal(`info_hash=${hash}&outcome=held`)
    const last = held.find(({code}) => code === 'obligation_owed')!
    expect(last.message).toBe('It has to seed as its tracker asks; or its rule says in writing why not.')
    const objecting = last.decided!.guards.filter(({verdict}) => verdict === 'block')
    expect(objecting.map(({guard}) => guard)).toEqual(['obligation'])
  }
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})
