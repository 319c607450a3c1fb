/** Many torrents get into trouble together: that is one event about the thing that they share. */
import {rmSync} from 'node:fs'
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '../proof.ts'
import {newFolder} from '../program/program.fixture.ts'
import {
  A,
  B,
  DAY,
  HOUR,
  hashAt,
  MINUTE,
  ScenarioHarness,
  SETTLED,
  trackerOf,
  type ScenarioServer,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const T = 'Transmission-T'
/** What an hour of checks is for a server, and how often a torrent is mended. */
const CHECKS_AN_HOUR = 20
const MOST_REPAIRS = 3

const check = {
  name: 'Checks',
  reason: 'errored',
  when: {fact: 'state', op: 'eq', value: 'error'},
  hold: {for: '5m'},
  do: [{action: 'recheck'}],
}
const spent = {
  name: 'Seeded enough',
  reason: 'seedingDone',
  when: {fact: 'tags', op: 'hasAny', value: ['spent']},
  do: [{action: 'remove'}],
}
const unregistered = {
  name: 'Unregistered',
  reason: 'unregistered',
  hold: {for: '5m'},
  when: {fact: 'tracker.class', op: 'eq', value: 'unregistered'},
  do: [{action: 'removeWithData'}],
}

/** Its disk is seen by us. */
async function begin(
  server: string,
  kind: 'qbittorrent' | 'transmission',
  torrents: number,
  rules: readonly object[],
  each?: ScenarioServer['each'],
) {
  const folder = newFolder()
  folders.push(folder)
  harness = await ScenarioHarness.start({
    servers: [
      {name: server, kind, torrents, ...(each && {each})},
      {name: B, torrents: 30},
    ],
    config: `["${server}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`,
    settled: 0,
  })
  harness.lay(
    server,
    Array.from({length: torrents}, (_, index) => hashAt(server, index)),
    folder,
  )
  for (const rule of rules) await harness.rule(rule)
  await harness.pass(SETTLED)
}

const checksOf = (server: string) =>
  harness.world(server).commands.received.flatMap(({verb, hashes}) => (verb === 'recheck' ? hashes : []))

/** A check that changes nothing: its disk takes no writes. */
function breaks(server: string, from: number, to: number): void {
  for (let index = from; index < to; index++)
    harness.update(server, hashAt(server, index), {state: 'error', running: true})
}

/** How often the most checked one was. */
function mostOf(hashes: readonly string[]): number {
  return Math.max(0, ...[...Map.groupBy(hashes, (hash) => hash).values()].map((it) => it.length))
}

test.runIf(isFull)(
  'S50 290 torrents of one disk fail at once: nothing is checked, one question, and what is resumed is bounded',
  async () => {
    await begin(A, 'qbittorrent', 300, [])
    const rule = await harness.rule(check)
    await harness.pass(MINUTE)
    breaks(A, 0, 290)
    await harness.pass(HOUR)
    expect(checksOf(A)).toEqual([])
    expect(await harness.alerts()).toEqual([`freeze ${A} common_cause`, 'suspended Checks commonCause'])
    const [reported] = await harness.journal('verb=freeze')
    expect(reported).toMatchObject({
      subject: 'server',
      args: {what: 'disk', name: '/srv/downloads', torrents: 290, population: 300},
    })

    // Another rule wants to remove a healthy one of the same disk: that waits for the same answer.
    await harness.rule(spent)
    harness.update(A, hashAt(A, 295), {tags: ['spent']})
    await harness.pass(30 * MINUTE)
    expect(harness.destroyed()).toEqual([])
    const why = (await harness.why(A, hashAt(A, 295))).rules.map((it) => it.sentence)
    expect(why.join(' ')).toContain('common_cause')

    expect((await harness.acting.api.send('POST', `/api/rules/${rule}/resume`)).status).toBe(200)
    expect(await harness.lines('verb=freeze')).toEqual(['freeze blocked common_cause'])
    for (let hour = 1; hour <= 2; hour++) {
      const before = checksOf(A).length
      await harness.pass(HOUR)
      breaks(A, 0, 290)
      expect(checksOf(A).length - before).toBeLessThanOrEqual(CHECKS_AN_HOUR)
    }
    expect(checksOf(A).length).toBeGreaterThan(0)
    expect(harness.destroyed()).toEqual([`${A} remove ${hashAt(A, 295)}`])
    expect(mostOf(checksOf(A))).toBeLessThanOrEqual(MOST_REPAIRS)
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone common_cause'])
    await harness.expectWell()
  },
)

test.runIf(isFull)(
  'S50 a small server fails bit by bit: what began is bounded, and it is one event anyway',
  async () => {
    await begin(T, 'transmission', 50, [check])
    for (let minute = 0; minute < 8; minute++) {
      breaks(T, minute * 5, minute * 5 + 5)
      await harness.pass(MINUTE)
    }
    await harness.pass(2 * HOUR)
    expect(checksOf(T).length).toBeLessThan(10)
    expect(await harness.alerts()).toEqual([`freeze ${T} common_cause`, 'suspended Checks commonCause'])
    await harness.expectNothingDestructive()
  },
)

for (const on of [50, 400]) {
  test.runIf(isFull)(
    `S50 a tracker forgets ${on} torrents within minutes, by which nothing is removed, whatever rule wants it`,
    async () => {
      const says = (message: string) => {
        const world = harness.world(T)
        for (let index = 0; index < on; index++) {
          const trackers = [trackerOf(world, 'one.example.org', message)]
          world.update(harness.torrent(T, hashAt(T, index)), {trackers}, 'trackers')
        }
      }
      const rules = [unregistered, {...unregistered, name: 'Asks', mode: 'ask', concern: 'other'}]
      // They were its own all along: which trackers a torrent has is asked seldom, what they say often.
      await begin(T, 'transmission', on * 2, rules, (index, world) =>
        index < on ? {trackers: [trackerOf(world, 'one.example.org')]} : {},
      )
      says('unregistered torrent')
      await harness.pass(2 * HOUR)
      const {approvals} = await harness.acting.api.get<{approvals: readonly object[]}>('/api/approvals')
      expect(approvals).toEqual([])
      expect((await harness.alerts()).filter((it) => it.startsWith('freeze'))).toEqual([
        'freeze common_cause',
      ])
      says('')
      await harness.pass(DAY / 4)
      await harness.expectNothingDestructive()
    },
  )
}

test.runIf(isFull)(
  'what a check does not mend is checked three times in a week, each time later, and then a person is shown where to look',
  async () => {
    await begin(A, 'qbittorrent', 60, [check])
    const hash = hashAt(A, 3)
    const at: number[] = []
    for (let beat = 0; beat < 48; beat++) {
      breaks(A, 3, 4)
      const before = checksOf(A).length
      await harness.pass(15 * MINUTE)
      if (checksOf(A).length > before) at.push(beat)
    }
    expect(checksOf(A)).toEqual([hash, hash, hash])
    expect(at[1]! - at[0]!).toBeLessThan(at[2]! - at[1]!)
    const sentence = await harness.ruleSays(A, hash, check.name)
    expect(sentence).toContain('repaired_often')
    expect(sentence).toContain(`its server (${A})`)
    await harness.expectNothingDestructive()
  },
)

test.each(some(1, [true, false]))(
  'S50 a disk that is not there when the machine starts is one event, and not a crowd of checks (its rule waits first: %s)',
  async (waits) => {
    const {hold: _, ...atOnce} = check
    await begin(A, 'qbittorrent', 300, [waits ? check : atOnce])
    // What was broken before is looked at, and goes on.
    breaks(A, 295, 300)
    await harness.pass(20 * MINUTE)
    const before = checksOf(A).length
    expect(before).toBeGreaterThan(0)
    await harness.acting.crash()
    breaks(A, 0, 290)
    await harness.acting.rise()
    await harness.pass(HOUR)
    const crowd = new Set(Array.from({length: 290}, (__, index) => hashAt(A, index)))
    expect(checksOf(A).filter((hash) => crowd.has(hash))).toEqual([])
    expect(await harness.alerts()).toEqual([`freeze ${A} common_cause`, 'suspended Checks commonCause'])
    await harness.expectWell()
  },
)
