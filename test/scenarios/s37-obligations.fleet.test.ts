/** What a tracker says for a while, of a crowd, or of an account, ends nothing that is owed to it. */
import {afterEach, expect, test} from 'vitest'
import type {SimFields} from '#lab/simulators/sim-torrent.ts'
import {isFull, some} from '#test/proof.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const UNREGISTERED = 'unregistered torrent'
const T = 'Transmission-T'
/** Behind the crowd of the server. */
const FIRST = 5_000
const GB = 1e9

/** Transmission tells with its list what trackers say; qBittorrent is asked about each torrent. */
const kinds = [
  {name: T, kind: 'transmission'},
  {name: A, kind: 'qbittorrent'},
] as const

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** It looks after films, goes by a ratio of 1, and owes thirty days of seeding to whomever. */
async function begin(server: (typeof kinds)[number], hosts: readonly string[]): Promise<void> {
  const rows = hosts.map(
    (host) => `[[${server.name}.Trackers]]
URI = "${host}"
HitAndRunMode = "and"
MinSeedRatio = 1.0
MinSeedingTimeDays = 30
`,
  )
  const config = `ManagedCategories = ["films"]
${rows.join('')}
[${server.name}.CategorySeeding]
MaxUploadRatio = 1
RemoveTorrent = 1
`
  harness = await ScenarioHarness.start({
    servers: [
      {name: B, torrents: 10},
      {...server, torrents: 50},
    ],
    config,
    settled: 0,
  })
}

/** Five days of the thirty that it owes, and all else that its removal takes. */
function put(server: string, index: number, host: string, message: string): string {
  const trackers = [trackerOf(harness.world(server), host, message)]
  const fields: Partial<SimFields> = {
    category: 'films',
    uploaded: 2 * GB,
    seedingTime: 5 * DAY,
    isPrivate: true,
    trackers,
  }
  return harness.put(server, FIRST + index, fields).hash
}

function says(server: string, hash: string, host: string, message: string): void {
  const world = harness.world(server)
  world.update(harness.torrent(server, hash), {trackers: [trackerOf(world, host, message)]}, 'trackers')
}

const gone = (server: string, hashes: readonly string[]) =>
  hashes.filter((hash) => !harness.holds(server, hash))

test.runIf(isFull).each(kinds)(
  'S37 $kind: what one tracker says of a crowd, and what is said of an account, ends no obligation',
  {timeout: 300_000},
  async (server) => {
    const {name} = server
    const phrases = [
      'unregistered torrent pass',
      'You are not registered with this tracker',
      'IP/Account not registered',
      'Unregistered user',
    ]
    const hosts = ['crowd.example.org', ...phrases.map((_, at) => `account${at}.example.org`)]
    await begin(server, hosts)
    const crowd = Array.from({length: 40}, (_, n) => put(name, n, 'crowd.example.org', ''))
    const accounts = phrases.map((phrase, at) => put(name, 100 + at, `account${at}.example.org`, phrase))
    await harness.pass(HOUR)
    for (const hash of crowd) says(name, hash, 'crowd.example.org', UNREGISTERED)
    await harness.pass(3 * MINUTE)
    expect(gone(name, [...crowd, ...accounts])).toEqual([])
    // However long it lasts.
    await harness.pass(26 * HOUR)
    expect(gone(name, [...crowd, ...accounts])).toEqual([])
    const {rules} = await harness.why(name, accounts[0]!)
    expect(rules.map(({sentence}) => sentence).join('\n')).toContain('of the 30 d this tracker asks')
    const reported = await harness.journal('verb=freeze')
    expect(reported.map((it) => [it.name, it.code])).toEqual([['crowd.example.org', 'tracker_forgets_many']])
    await harness.expectNothingDestructive()
  },
)

test.each(some(1, kinds))(
  'S37 $kind: one that its tracker has forgotten for a day without interruption owes nothing any more',
  {timeout: 300_000},
  async (server) => {
    const {name} = server
    await begin(server, ['one.example.org'])
    const others = Array.from({length: 20}, (_, n) => put(name, n, 'one.example.org', ''))
    const lone = put(name, 100, 'one.example.org', UNREGISTERED)
    const doubtful = put(name, 101, 'one.example.org', UNREGISTERED)
    await harness.pass(20 * HOUR)
    expect(gone(name, [lone, doubtful])).toEqual([])
    // It knew it again for an hour.
    says(name, doubtful, 'one.example.org', '')
    await harness.pass(HOUR)
    says(name, doubtful, 'one.example.org', UNREGISTERED)
    await harness.pass(7 * HOUR)
    expect(gone(name, [lone, doubtful, ...others])).toEqual([lone])
  },
)

test.each(some(1, kinds))(
  'S37 $kind: a word that was heard before it was stopped, or queued, is not said for the day after',
  {timeout: 300_000},
  async (server) => {
    const {name} = server
    await begin(server, ['one.example.org'])
    const others = Array.from({length: 40}, (_, n) => put(name, n, 'one.example.org', ''))
    const some = Array.from({length: 8}, (_, n) => put(name, 100 + n, 'one.example.org', ''))
    await harness.pass(HOUR)
    for (const hash of some) says(name, hash, 'one.example.org', UNREGISTERED)
    await harness.pass(3 * MINUTE)
    const world = harness.world(name)
    for (const [at, hash] of some.entries()) {
      const queued = {state: 'queued', running: true} as const
      const stopped = {state: 'stopped', running: false} as const
      world.update(harness.torrent(name, hash), at % 2 === 0 ? stopped : queued)
    }
    await harness.pass(30 * HOUR)
    expect(gone(name, [...some, ...others])).toEqual([])
    await harness.expectNothingDestructive()
  },
)
