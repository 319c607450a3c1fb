/** What is set aside for the words of its trackers is stopped, so nobody hears that they take them back. */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {A, hashAt, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const HOST = 'private.example'
const GONE = 'Unregistered torrent'

/** Transmission tells with its list what trackers say; qBittorrent is asked about each torrent. */
const kinds = [
  {server: {name: 'Transmission-T', kind: 'transmission'}, fact: 'tracker.class'},
  {server: {name: A, kind: 'qbittorrent'}, fact: 'tracker.classes'},
] as const

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Of 20 torrents two have a tracker that does not know them. */
async function start({server, fact}: (typeof kinds)[number]): Promise<void> {
  harness = await ScenarioHarness.start({
    servers: [
      {
        ...server,
        torrents: 20,
        each: (index, world) => ({trackers: [trackerOf(world, HOST, index < 2 ? GONE : '')]}),
      },
    ],
    rules: [
      {
        name: 'Unregistered',
        reason: 'unregistered',
        do: [{action: 'removeWithData'}],
        when: {fact, op: 'in', value: ['unregistered', 'trumped']},
      },
    ],
  })
  const all = await harness.acting.until(HOUR, () => states(server.name), isAside)
  expect(all).toEqual(['stopped', 'stopped'])
}

const hashesOn = (server: string) => [hashAt(server, 0), hashAt(server, 1)]
const states = (server: string) => hashesOn(server).map((hash) => harness.torrent(server, hash).state)
const isAside = (all: readonly string[]) => all.every((state) => state === 'stopped')

/** Only who runs asks its trackers: this is what they say from now on to those. */
function say(server: string, message: string): void {
  const world = harness.world(server)
  for (const hash of hashesOn(server)) {
    const torrent = harness.torrent(server, hash)
    if (torrent.running) world.update(torrent, {trackers: [trackerOf(world, HOST, message)]}, 'trackers')
  }
}

for (const kind of some(1, kinds)) {
  const {name} = kind.server

  test(`S13 when the tracker of ${kind.server.kind} knows them again they are given back, in little more than an hour`, async () => {
    await start(kind)
    await harness.pass(30 * MINUTE)
    expect(states(name)).toEqual(['stopped', 'stopped'])
    for (let minute = 0; minute < 40; minute++) {
      say(name, '')
      await harness.pass(MINUTE)
    }
    expect(states(name)).toEqual(['seeding', 'seeding'])
    expect(hashesOn(name).map((hash) => harness.torrent(name, hash).tags)).toEqual([[], []])
    await harness.pass(2 * HOUR)
    await harness.expectNothingDestructive()
    expect(await harness.alerts()).toEqual([])
    expect(await harness.lines('verb=quarantine')).toEqual([
      'quarantine undone condition_ended',
      'quarantine undone condition_ended',
    ])
  })
}

// A day of virtual time is long in a test: of Transmission it stands in `automation/actions/quarantines.test.ts`.
test.runIf(isFull)(
  'S13 when the tracker of qbittorrent still does not know them after a day they go',
  async () => {
    const [, kind] = kinds
    const {name} = kind.server
    await start(kind)
    await harness.pass(20 * HOUR)
    expect(harness.destroyed()).toEqual([])
    // Each was asked every hour and some minutes, and stopped again.
    const starts = harness.verbs(name).filter((verb) => verb === 'start').length
    expect(starts).toBeGreaterThanOrEqual(2 * 15)
    expect(starts).toBeLessThanOrEqual(2 * 20)
    expect(states(name)).toEqual(['stopped', 'stopped'])
    const gone = await harness.acting.until(
      8 * HOUR,
      () => harness.destroyed(),
      (all) => all.length === 2,
    )
    expect(gone.toSorted()).toEqual(
      hashesOn(name)
        .map((hash) => `${name} removeWithData ${hash}`)
        .toSorted(),
    )
    expect(await harness.alerts()).toEqual([])
    await harness.expectWell()
  },
)
