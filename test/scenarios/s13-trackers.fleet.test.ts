/** What trackers say, and what it does not mean. */
import {afterEach, expect, test} from 'vitest'
import type {SimTracker} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import {some} from '#test/proof.ts'
import {A, B, hashAt, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

const UNREGISTERED = 'unregistered torrent'
const T = 'Transmission-T'

/** Transmission tells with its list what trackers say; qBittorrent is asked about each torrent. */
const kinds = [
  {server: {name: T, kind: 'transmission'}, fact: 'tracker.class'},
  {server: {name: A, kind: 'qbittorrent'}, fact: 'tracker.classes'},
] as const

const unregistered = (fact: string) => ({
  name: 'Unregistered',
  reason: 'unregistered',
  hold: {for: '5m'},
  when: {fact, op: 'in', value: ['unregistered', 'trumped']},
  do: [{action: 'quarantine', for: '1d', end: 'removeWithData'}],
})

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Host, what it says ('' = it works, null = it is not reached). */
type Saying = readonly [host: string, message: string | null]

const trackersOf = (world: World, said: readonly Saying[]): SimTracker[] =>
  said.map(([host, message], tier) => {
    const tracker = trackerOf(world, host, message ?? 'Could not resolve host', tier)
    return message === null ? Object.assign(tracker, {status: 'unreachable'}) : tracker
  })

function setTrackers(server: string, hash: string, said: readonly Saying[]): void {
  const world = harness.world(server)
  world.update(harness.torrent(server, hash), {trackers: trackersOf(world, said)}, 'trackers')
}

const aside = (server: string) => harness.verbs(server).filter((verb) => verb === 'stop').length
const sentence = (server: string, hash: string) => harness.ruleSays(server, hash, 'Unregistered')

test('S13 a tracker that forgets its 400 torrents for twenty minutes has none of them set aside, and one question is asked', async () => {
  const works = (world: World) => ({trackers: trackersOf(world, [['one.example.org', '']])})
  harness = await ScenarioHarness.start({
    servers: [
      {
        name: T,
        kind: 'transmission',
        torrents: 1_000,
        // They were its own all along: which trackers a torrent has is asked seldom, what they say often.
        each: (index, world) => (index < 400 ? works(world) : {}),
      },
      {name: B, torrents: 200},
    ],
    rules: [unregistered('tracker.class')],
  })
  const forgotten = Array.from({length: 400}, (_, index) => hashAt(T, index))
  for (const hash of forgotten) setTrackers(T, hash, [['one.example.org', UNREGISTERED]])
  await harness.pass(20 * MINUTE)
  expect(aside(T)).toBe(0)
  const reported = ['freeze common_cause', 'suspended Unregistered commonCause']
  expect(await harness.alerts()).toEqual(reported)
  expect(await harness.journal('verb=freeze')).toMatchObject([
    {name: 'one.example.org', args: {what: 'tracker', torrents: 400, population: 1_000}},
  ])
  await harness.expectNothingDestructive()
  for (const hash of forgotten) setTrackers(T, hash, [['one.example.org', '']])
  await harness.pass(20 * MINUTE)
  for (const hash of forgotten) expect(harness.torrent(T, hash)).toMatchObject({state: 'seeding', tags: []})
  expect(await harness.lines('verb=quarantine')).toEqual([])
  expect(await harness.alerts()).toEqual(reported)
  expect(await sentence(T, forgotten[0]!)).toBe(
    'Not put into quarantine: what the trackers say together is working, asked: one of unregistered, trumped.',
  )
  await harness.expectNothingDestructive()
})

const pages = [
  {
    says: '<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>torrent not found</body></html>',
    is: 'temporary',
  },
  {says: '<html><body>not found: unregistered torrent</body></html>', is: 'temporary'},
  {says: 'see https://one.example.org/unregistered/torrent for help', is: 'unknown'},
  {says: 'one.example.org/unregistered/torrent', is: 'unknown'},
]

// One torrent for each page, and some beside: nothing hangs on their number.
test.each(some(1, kinds))(
  'S14 a page for people, or an address, unregisters nothing on $server.kind',
  async ({server, fact}) => {
    const {name} = server
    harness = await ScenarioHarness.start({
      servers: [
        {
          ...server,
          torrents: 50,
          each: (index, world) =>
            index < pages.length
              ? {trackers: trackersOf(world, [['one.example.org', pages[index]!.says]])}
              : {},
        },
        {name: B, torrents: 10},
      ],
      rules: [
        unregistered(fact),
        {...unregistered(fact), name: 'At once', hold: undefined, do: [{action: 'remove'}]},
      ],
    })
    await harness.pass(HOUR)
    for (const [index, {is}] of pages.entries())
      expect(await sentence(name, hashAt(name, index))).toContain(is)
    expect(harness.verbs(name)).toEqual([])
    expect(await harness.journal()).toEqual([])
    await harness.expectNothingDestructive()
  },
)

test.each(some(1, kinds))(
  'S15 of two trackers on $server.kind one that works, or is only away, is enough',
  async ({server, fact}) => {
    const {name} = server
    const [works, away, gone] = [0, 1, 2].map((index) => hashAt(name, index))
    const two: Saying = ['two.example.org', UNREGISTERED]
    const firsts = ['', null, UNREGISTERED]
    harness = await ScenarioHarness.start({
      servers: [
        {
          ...server,
          torrents: 50,
          each: (index, world) =>
            index < 3 ? {trackers: trackersOf(world, [['one.example.org', firsts[index]!], two])} : {},
        },
        {name: B, torrents: 10},
      ],
      rules: [unregistered(fact)],
    })
    await harness.pass(HOUR)
    expect(await sentence(name, works!)).toContain('working')
    expect(await sentence(name, away!)).toContain('temporary')
    // Only the one that neither knows.
    const rows = await harness.journal('verb=quarantine&outcome=done')
    expect(rows.map((it) => it.info_hash)).toEqual([gone])
    expect(harness.torrent(name, works!).state).toBe('seeding')
    setTrackers(name, works!, [['one.example.org', null], two])
    await harness.pass(2 * HOUR)
    // qBittorrent was asked about it before, and is not asked again for what does not change in its list.
    expect(await sentence(name, works!)).toMatch(/temporary|working/)
    expect(await harness.journal(`info_hash=${works}`)).toEqual([])
    expect(await harness.journal(`info_hash=${away}`)).toEqual([])
    await harness.expectNothingDestructive()
  },
)
