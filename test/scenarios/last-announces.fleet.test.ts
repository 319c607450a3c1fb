/** Private torrents that rules remove: their trackers hear first what was uploaded, and nothing else waits for that. */
import {afterEach, expect, test} from 'vitest'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {isFull, some} from '../proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, HOUR, MINUTE, ScenarioHarness, trackerOf, type ScenarioServer} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
let disk: DiskHarness | null = null
afterEach(async () => {
  await (disk ?? harness).stop()
  disk = null
})

const FIRST = 5_000
const GB = 1e9
/** What is complete is left alone for an hour after it came, and for half of one after it was seen first. */
const SEEN = 75 * MINUTE
const WHY = 'Its tracker is first sent the uploaded amount'

const older = {name: A, version: '5.1.0'}
const reporting: readonly ScenarioServer[] = [
  {name: A, version: '5.2.0'},
  {name: 'Transmission-A', kind: 'transmission', version: '4.1.4'},
  {name: 'rTorrent-A', kind: 'rtorrent'},
]

const seeded = {
  name: 'Seeded',
  scope: {categories: ['films']},
  when: {fact: 'ratio', op: 'gte', value: 1.5},
  do: [{action: 'remove'}],
}

const begin = async (server: ScenarioServer): Promise<string[]> => {
  harness = await ScenarioHarness.start({servers: [{torrents: 60, ...server}], settled: 0, isExact: true})
  return heard(server.name)
}

/** A private torrent that has given back what is asked. */
function put(server: string, n: number, fields: Partial<NewTorrent> = {}): string {
  return harness.had(server, FIRST + n, {category: 'films', isPrivate: true, uploaded: 2 * GB, ...fields})
    .hash
}

/** What a server is told of torrents from now on, with the time there: `reannounce 0123ab 1800000000`. */
function heard(server: string): string[] {
  const world = harness.world(server)
  const lines: string[] = []
  for (const verb of ['reannounce', 'remove', 'removeWithData'] as const) {
    const command = world.commands[verb].bind(world.commands)
    world.commands[verb] = (torrents) => {
      lines.push(...torrents.map(({hash}) => `${verb} ${short(hash)} ${world.now()}`))
      command(torrents)
    }
  }
  return lines
}

/** Until the first of them is told something. */
function untilHeard(lines: readonly string[]): Promise<number> {
  return harness.acting.until(
    SEEN,
    () => lines.length,
    (count) => count > 0,
  )
}

const short = (hash: string) => hash.slice(0, 6)
const verbsIn = (lines: readonly string[]) => lines.map((it) => it.split(' ')[0])
const secondsIn = (lines: readonly string[]) => {
  const times = lines.map((it) => Number(it.split(' ')[2]))
  return times.at(-1)! - times[0]!
}

test('an older qBittorrent, which reports no announce, has a minute; what is public goes meanwhile, and the page says why', async () => {
  const lines = await begin(older)
  const mine = put(A, 0)
  const free = put(A, 1, {isPrivate: false})
  await harness.rule(seeded)
  await untilHeard(lines)
  await harness.pass(40)
  expect(lines.map((it) => it.replace(/ \d+$/, '')).toSorted()).toEqual(
    [`reannounce ${short(mine)}`, `remove ${short(free)}`].toSorted(),
  )
  expect(await harness.ruleSays(A, mine, 'Seeded')).toContain(WHY)
  await harness.pass(MINUTE)
  const ofMine = lines.filter((it) => it.includes(short(mine)))
  expect(verbsIn(ofMine)).toEqual(['reannounce', 'remove'])
  expect([secondsIn(ofMine) >= 60, secondsIn(ofMine) < 75]).toEqual([true, true])
  const reported = await harness.journal(`info_hash=${mine}&outcome=sent&outcome=done`)
  expect(reported.map(({verb, actor, decided}) => [verb, actor, decided !== null])).toEqual([
    ['reannounce', 'Seeded', true],
    ['remove', 'Seeded', true],
  ])
  expect(await harness.alerts()).toEqual([])
  await harness.expectWell()
})

for (const server of some(1, reporting)) {
  test(`${server.name} reports that it announced, and is not waited for any longer`, async () => {
    const lines = await begin(server)
    put(server.name, 0)
    await harness.rule(seeded)
    await untilHeard(lines)
    await harness.pass(20)
    expect(verbsIn(lines)).toEqual(['reannounce', 'remove'])
    expect(secondsIn(lines)).toBeLessThan(15)
  })
}

for (const server of some(1, reporting.slice(0, 2))) {
  test(`${server.name} announces nothing so soon, and is not asked`, async () => {
    const lines = await begin(server)
    const world = harness.world(server.name)
    const mayAnnounceAt = world.now() + 10 * HOUR
    put(server.name, 0, {trackers: [{...trackerOf(world, 'tracker.example.org'), mayAnnounceAt}]})
    await harness.rule(seeded)
    await untilHeard(lines)
    expect(verbsIn(lines)).toEqual(['remove'])
  })
}

test.runIf(isFull)('what is stopped, has no tracker or one that does not answer goes at once', async () => {
  const lines = await begin(older)
  const away = {
    ...trackerOf(harness.world(A), 'away.example.org', 'timed out'),
    status: 'unreachable' as const,
  }
  put(A, 0, {running: false, state: 'stopped'})
  put(A, 1, {trackers: []})
  put(A, 2, {trackers: [away]})
  await harness.rule(seeded)
  await untilHeard(lines)
  await harness.pass(30)
  expect(verbsIn(lines)).toEqual(['remove', 'remove', 'remove'])
})

test.runIf(isFull)('a rule that only simulates, and a person who removes, announce nothing', async () => {
  const lines = await begin(older)
  const simulated = put(A, 0)
  const removed = put(A, 1)
  await harness.rule({...seeded, mode: 'simulate'})
  await harness.pass(SEEN)
  await harness.acting.api.send('DELETE', `/api/torrents/${removed}?server_id=${A}&delete_data=false`)
  await harness.pass(5 * MINUTE)
  expect([verbsIn(lines), harness.holds(A, removed), harness.holds(A, simulated)]).toEqual([
    ['remove'],
    false,
    true,
  ])
})

test.runIf(isFull)('what a person protects while it waits stays', async () => {
  const lines = await begin(older)
  const hash = put(A, 0)
  await harness.rule(seeded)
  await untilHeard(lines)
  harness.world(A).update(harness.torrent(A, hash), {tags: ['keep']}, 'labels')
  await harness.pass(10 * MINUTE)
  expect(verbsIn(lines)).toEqual(['reannounce'])
  await harness.expectNothingDestructive()
})

test.runIf(isFull)(
  'a crash while it waits: it is not forgotten, and not announced twice within the minute',
  async () => {
    const lines = await begin(older)
    put(A, 0)
    await harness.rule(seeded)
    await untilHeard(lines)
    await harness.pass(20)
    await harness.acting.crash()
    await harness.acting.rise()
    await harness.pass(SEEN)
    expect(verbsIn(lines)).toEqual(['reannounce', 'remove'])
  },
)

test.runIf(isFull)('what is set aside with its files is announced before, also over a crash', async () => {
  disk = await DiskHarness.start([{...older, torrents: 60, folder: '/srv/downloads'}])
  harness = disk.scenario
  const film = {category: 'films', isPrivate: true, uploaded: 20_000}
  const {hash} = disk.put(A, FIRST, {'Film/film.mkv': 9_000}, film)
  const lines = heard(A)
  await harness.rule({...seeded, do: [{action: 'recycle'}]})
  await untilHeard(lines)
  await harness.pass(20)
  expect(await harness.ruleSays(A, hash, 'Seeded')).toContain(WHY)
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(SEEN)
  expect(verbsIn(lines)).toEqual(['reannounce', 'remove'])
  expect([harness.holds(A, hash), disk.has('Film/film.mkv')]).toEqual([false, false])
  await harness.expectWell()
})
