/** What has seeded enough, and what has not, whatever servers say of it. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness, usualServers} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

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
    house = await ScenarioHarness.start({servers, config: asksForTime, settled: 0})
    const owes = {category: 'films', isPrivate: true, seedingTime: HOUR}
    const stays = house.had(A, FIRST, owes)
    const comesAgain = house.had(A, FIRST + 1, owes)
    const both = [stays.hash, comesAgain.hash]
    for (let minute = 0; minute < 6; minute++) await minutePasses(both)
    expect(await house.ruleSays(A, stays.hash, SEEDED)).toMatch(
      /^Not removed with its data: seeded 65 min of the 72 min this tracker asks/,
    )
    house.world(A).drop(comesAgain)
    await house.pass(10)
    house.put(A, FIRST + 1, {...owes, addedAt: house.world(A).now(), seedingTime: 0})
    await house.restart(A)
    house.update(A, stays.hash, {seedingTime: 0})
    await minutePasses(both)
    for (const hash of both) {
      expect(await house.ruleSays(A, hash, SEEDED)).toMatch(/seeded [56] min of the 72 min this tracker asks/)
    }
    let atServer: readonly number[] = []
    while (both.some((hash) => house.holds(A, hash)) && (atServer[0] ?? 0) < ASKED) {
      atServer = both.filter((hash) => house.holds(A, hash)).map((hash) => house.torrent(A, hash).seedingTime)
      await minutePasses(both)
    }
    // Five minutes of it its server has forgotten, and we have not.
    for (const seconds of atServer) {
      expect(seconds).toBeGreaterThan(ASKED - 8 * MINUTE)
      expect(seconds).toBeLessThan(ASKED - 3 * MINUTE)
    }
    expect(house.destroyed().toSorted()).toEqual(both.map((hash) => `${A} removeWithData ${hash}`).toSorted())
    const gone = await house.journal('verb=removeWithData&outcome=done')
    expect(new Set(gone.map(({info_hash: hash}) => hash))).toEqual(new Set(both))
    expect(await house.alerts()).toEqual([])
    await house.expectWell()
  },
)

test.runIf(isFull)(
  'S16 on rTorrent, which counts the time since a torrent was complete, hours in which it stood still do not pay',
  async () => {
    const R = 'rTorrent-R'
    const enough = {all: [{fact: 'seedingTime', op: 'gte', value: '90m'}]}
    const rules = [{...seeded('Time', enough), do: [{action: 'remove'}]}]
    house = await ScenarioHarness.start({
      servers: [{name: R, kind: 'rtorrent', torrents: 60}],
      rules,
      settled: 0,
      isExact: true,
    })
    const {hash} = house.put(R, FIRST, {category: 'films', completedAt: house.world(R).now()})
    await house.pass(30 * MINUTE)
    house.update(R, hash, {running: false, state: 'stopped'})
    await house.pass(2 * HOUR)
    house.update(R, hash, {running: true, state: 'seeding'})
    await house.pass(50 * MINUTE)
    expect(house.destroyed()).toEqual([])
    expect(await house.ruleSays(R, hash, 'Time')).toMatch(
      /seeding time is [67]\d min, asked: at least 90 min/,
    )
    await house.pass(30 * MINUTE)
    expect(house.destroyed()).toEqual([`${R} remove ${hash}`])
    expect(await house.alerts()).toEqual([])
    await house.expectWell()
  },
)

/** @param hashes seed on, and their server counts it */
async function minutePasses(hashes: readonly string[]): Promise<void> {
  for (const hash of hashes) if (house.holds(A, hash)) house.update(A, hash, {})
  await house.pass(MINUTE)
}

const seeded = (name: string, when: object) => ({
  name,
  when,
  reason: 'seedingDone',
  scope: {categories: ['films']},
  do: [{action: 'removeWithData'}],
})

test('S17 a ratio that is infinite, or of nothing, meets no limit', async () => {
  house = await ScenarioHarness.start({settled: 0})
  const at = (index: number, fields: object) =>
    house.had(A, FIRST + index, {category: 'films', ...fields}).hash
  const unfinished = {done: 0, state: 'stopped', running: false} as const
  const crossSeed = at(0, {downloaded: 0, uploaded: 2 * GB})
  const infinite = at(1, {downloaded: 0, uploaded: 3 * GB, ...unfinished})
  const ofNothing = at(2, {downloaded: 0, uploaded: 0, ...unfinished})
  const [least, below] = ['gte', 'lt'].map((op) => ({fact: 'ratio', op, value: 1.5}))
  await house.rule(seeded('Ratio', {any: [least, {not: below}]}))
  await house.pass(SEEN)
  expect(house.destroyed()).toEqual([`${A} removeWithData ${crossSeed}`])
  expect(await house.ruleSays(A, infinite, 'Ratio')).toMatch(
    /^Not removed with its data: ratio is unknown since \S+, its server does not report it\.$/,
  )
  expect(await house.ruleSays(A, ofNothing, 'Ratio')).toMatch(/^Not removed with its data: ratio is 0, asked/)
  await house.rule(seeded('By size', {fact: 'ratioBySize', op: 'gte', value: 2.5}))
  await house.pass(3 * MINUTE)
  // It never had a byte, so nothing that lies there goes with it.
  expect(house.destroyed()).toEqual([`${A} removeWithData ${crossSeed}`, `${A} remove ${infinite}`])
  const gone = await house.journal('outcome=done&class=destructive')
  expect(gone.map(({actor, info_hash: hash}) => `${actor} ${hash}`)).toEqual([
    `Ratio ${crossSeed}`,
    `By size ${infinite}`,
  ])
  expect(await house.alerts()).toEqual([])
  await house.expectWell()
})

/** What is complete is left alone for half an hour after it was seen first. */
const SEEN = 33 * MINUTE

test('S18 of private torrents of which nobody said what they owe the usual is asked, and of those that do not tell', async () => {
  house = await ScenarioHarness.start({
    servers: [usualServers[0]!, {...usualServers[1]!, version: '4.5.2'}],
    settled: 0,
  })
  const at = (server: string, index: number, fields: object) =>
    house.had(server, FIRST + index, {category: 'films', ...fields}).hash
  const owing = at(A, 0, {isPrivate: true, uploaded: 0.5 * GB})
  const paid = at(A, 1, {isPrivate: true, uploaded: GB})
  const free = at(A, 2, {isPrivate: false, uploaded: 0.5 * GB})
  const untold = at(B, 3, {isPrivate: false, uploaded: 0.5 * GB})
  await house.rule(seeded('Seeded', {fact: 'ratio', op: 'gte', value: 0.4}))
  await house.pass(SEEN)
  expect(house.destroyed().toSorted()).toEqual(
    [paid, free].map((hash) => `${A} removeWithData ${hash}`).toSorted(),
  )
  for (const hash of [owing, untold]) {
    const held = await house.journal(`info_hash=${hash}&outcome=held`)
    const last = held.find(({code}) => code === 'obligation_owed')!
    expect(last.message).toBe('It has to seed as its tracker asks; or its rule says in writing why not.')
    const objecting = last.decided!.guards.filter(({verdict}) => verdict === 'block')
    expect(objecting.map(({guard}) => guard)).toEqual(['obligation'])
  }
  expect(await house.alerts()).toEqual([])
  await house.expectWell()
})
