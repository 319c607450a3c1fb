/**
 * What the list of a server lacks of trackers: a part that is taken for all, or for none, would have a torrent removed
 * that owes its seeding to a private tracker.
 */
import {afterEach, expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {some} from '#test/proof.ts'
import {B, DAY, MINUTE, nameOf, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const STRICT = 'strict.example.net'
const OPEN = 'open.example.org'
/** Behind the crowd of the server. */
const FIRST = 5_000
const kinds = ['qbittorrent', 'transmission', 'rtorrent'] as const

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** It goes by a ratio of 1, and `STRICT` is owed thirty days of seeding. @param rules of people, beside those of the file */
async function begin(kind: ServerKind, rules: readonly object[] = []): Promise<string> {
  const name = nameOf(kind)
  const seeding = rules.length > 0 ? '' : 'MaxUploadRatio = 1\nRemoveTorrent = 1\n'
  const config = `ManagedCategories = ["films"]
[[${name}.Trackers]]
URI = "${STRICT}"
HitAndRunMode = "and"
MinSeedRatio = 1.0
MinSeedingTimeDays = 30
[${name}.CategorySeeding]
${seeding}`
  const servers = [
    {name: B, torrents: 10},
    {name, kind, torrents: 50, allowExecute: true},
  ]
  harness = await ScenarioHarness.start({servers, config, rules, settled: 0})
  return name
}

/** @param unlisted hosts that the list lacks */
function had(
  name: string,
  index: number,
  hosts: readonly string[],
  {unlisted = [], days = 5}: {readonly unlisted?: readonly string[]; readonly days?: number} = {},
): SimTorrent {
  const trackers = hosts.map((host) => trackerOf(harness.world(name), host))
  const unlistedTrackers = trackers
    .map(({url}) => url)
    .filter((url) => unlisted.includes(new URL(url).hostname))
  const completedAt = harness.world(name).now() - days * DAY
  // rTorrent counts no seeding: since when it is complete says it.
  const seeding = {uploaded: 2e9, seedingTime: days * DAY, addedAt: completedAt, completedAt, isPrivate: true}
  return harness.had(name, FIRST + index, {category: 'films', ...seeding, trackers, unlistedTrackers})
}

const gone = (name: string, torrents: readonly SimTorrent[]) =>
  torrents.map(({hash}) => hash).filter((hash) => !harness.holds(name, hash))

test.each(some(1, kinds))(
  'S57 %s: a torrent that owes a tracker that the list lacks stays, and one that owes nothing goes',
  {timeout: 300_000},
  async (kind) => {
    const name = await begin(kind)
    const owing = [
      had(name, 0, [STRICT], {unlisted: [STRICT]}),
      had(name, 1, [OPEN, STRICT], {unlisted: [STRICT]}),
      had(name, 2, [STRICT]),
    ]
    const free = had(name, 3, [OPEN])
    await harness.pass(90 * MINUTE)
    expect(gone(name, [...owing, free])).toEqual([free.hash])
    await harness.expectWell()
  },
)

test.each(some(1, kinds))(
  'S57 %s: a rule of people that does not speak of it is held by what is owed to a tracker that the list lacks',
  {timeout: 300_000},
  async (kind) => {
    const name = await begin(kind, [
      {
        name: 'Spent',
        reason: 'seedingDone',
        scope: {categories: ['films']},
        when: {fact: 'ratio', op: 'gte', value: 1},
        hold: {for: '40m'},
        do: [{action: 'removeWithData'}],
      },
    ])
    const owing = had(name, 0, [OPEN, STRICT], {unlisted: [STRICT]})
    const free = had(name, 1, [OPEN])
    await harness.pass(90 * MINUTE)
    expect(gone(name, [owing, free])).toEqual([free.hash])
    const held = await harness.journal(`info_hash=${owing.hash}&outcome=held`)
    expect(held.map(({code}) => code)).toContain('obligation_owed')
  },
)

test(
  'S57 while a server cannot be asked for the trackers of one torrent, nothing goes that may owe one of them',
  {timeout: 300_000},
  async () => {
    const name = await begin('qbittorrent')
    const {faults} = harness.acting.server(name).server
    faults.add({id: 'trackers', kind: 'status', status: 500, path: 'torrents/trackers'})
    const owing = had(name, 0, [OPEN, STRICT], {unlisted: [STRICT]})
    const free = had(name, 1, [OPEN])
    const paid = had(name, 2, [OPEN, STRICT], {unlisted: [STRICT], days: 40})
    await harness.pass(90 * MINUTE)
    expect(gone(name, [owing, free, paid])).toEqual([])
    faults.clear('trackers')
    await harness.pass(90 * MINUTE)
    expect(gone(name, [owing, free, paid])).toEqual([free.hash, paid.hash])
  },
)

test(
  'S57 what a qBittorrent names as removed, and lists again without its trackers, owes them anyway',
  {timeout: 300_000},
  async () => {
    const name = await begin('qbittorrent')
    const world = harness.world(name)
    const owing = [had(name, 0, [STRICT]), had(name, 1, [OPEN, STRICT])]
    const free = had(name, 2, [OPEN])
    const all = [...owing, free]
    await harness.pass(MINUTE)
    for (const torrent of all) world.disown(torrent)
    await harness.pass(90 * MINUTE)
    expect(gone(name, all)).toEqual([])
    // Its list has the trackers again.
    for (const torrent of all) world.update(torrent, {trackers: [...torrent.trackers]}, 'trackers')
    await harness.pass(90 * MINUTE)
    expect(gone(name, all)).toEqual([free.hash])
  },
)

test.each(some(1, kinds))(
  'S57 %s: a torrent that owes a tracker owes it under its new host name, too, also after a restart, until it is paid',
  {timeout: 300_000},
  async (kind) => {
    const name = await begin(kind)
    const world = harness.world(name)
    // They come while nobody looks: what came before our eyes has seeded no longer than since then.
    await harness.acting.crash()
    const owing = had(name, 0, [STRICT])
    const paid = had(name, 1, [STRICT], {days: 40})
    const free = had(name, 2, [OPEN])
    await harness.acting.rise()
    await harness.pass(MINUTE)
    for (const torrent of [owing, paid])
      world.update(torrent, {trackers: [trackerOf(world, 'strict-new.example.net')]}, 'trackers')
    await harness.acting.crash()
    await harness.acting.rise()
    await harness.pass(90 * MINUTE)
    expect(gone(name, [owing, paid, free])).toEqual([paid.hash, free.hash])
    await harness.expectWell()
  },
)
