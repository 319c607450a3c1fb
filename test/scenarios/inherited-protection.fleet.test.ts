/** What an inherited configuration protects, by the whole program: nothing weaker stands in its place. */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Behind the crowd of the server. */
const FIRST = 5_000
const GB = 1e9

/** `A` looks after films. @param tables below its section, and others @param first lines of the section itself */
async function managed(tables: string, first = 'ManagedCategories = ["films"]'): Promise<void> {
  const servers = [
    {name: B, torrents: 10},
    {name: A, torrents: 50},
  ]
  harness = await ScenarioHarness.start({servers, config: `${first}\n${tables}`, settled: 0})
}

/** Twice what it came in is given back, and it seeds for a day. */
const put = (index: number, fields: Partial<NewTorrent> = {}) =>
  harness.had(A, FIRST + index, {category: 'films', uploaded: 2 * GB, seedingTime: DAY, ...fields}).hash
const on = (...hosts: readonly string[]) => hosts.map((host) => trackerOf(harness.world(A), host))
const removed = (hash: string, server = A) => `${server} removeWithData ${hash}`

const seedingRows = `["${A}".CategorySeeding]
RemoveTorrent = 3
MaxUploadRatio = 1
`
const strictRow = `[[${A}.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`

test('B.9 a category that differs in capitals from a managed one is left alone', async () => {
  await managed(seedingRows)
  const [same, own] = [put(0), put(1, {category: 'Films'})]
  await harness.pass(3 * HOUR)
  expect(harness.destroyed()).toContain(removed(same))
  expect(harness.destroyed()).not.toContain(removed(own))
})

test('B.6 a category that differs in capitals from FailedCategory is none for failures', async () => {
  const film = filmRelease('Some.Film.2020.1080p')
  harness = await startFilms({
    config: `${filmsSection}[Settings]\nFailedCategory = "failed"\n`,
    titles: ['Some Film'],
    releases: [film],
  })
  await comeIn(harness, film, {itemId: 1})
  harness.update(A, film.hash, {category: 'Failed'})
  await harness.pass(3 * HOUR)
  expect(harness.destroyed()).toEqual([])
})

test('S16 hit and run of a managed category is owed to a rule of a person, in whatever capitals', async () => {
  await managed(`${strictRow}${seedingRows}`)
  await removeEnough()
  const [same, capital] = ['films', 'Films'].map((category, at) =>
    put(at, {category, trackers: on('strict.example.net')}),
  )
  await harness.pass(3 * HOUR)
  expect(harness.holds(A, same!)).toBe(true)
  expect(harness.holds(A, capital!)).toBe(true)
})

test.runIf(isFull)(
  'S16 hit and run of a managed category is owed on Deluge, which writes labels in small letters',
  async () => {
    const name = 'Deluge-A'
    const config = `ManagedCategories = ["Films"]
["${name}".CategorySeeding]
RemoveTorrent = 3
MaxUploadRatio = 1
HitAndRunMode = "and"
MinSeedingTimeDays = 2
`
    harness = await ScenarioHarness.start({
      servers: [{name, kind: 'deluge', torrents: 50}],
      config,
      settled: 0,
    })
    const had = {category: 'films', uploaded: 2 * GB}
    const owes = harness.had(name, FIRST, {...had, seedingTime: DAY})
    const paid = harness.had(name, FIRST + 1, {...had, seedingTime: 3 * DAY})
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).not.toContain(removed(owes.hash, name))
    expect(harness.destroyed()).toContain(removed(paid.hash, name))
  },
)

test.runIf(isFull)(
  'S16 hit and run of a row is owed where a rule of a person removes what no section manages',
  async () => {
    await managed(strictRow)
    await removeEnough()
    const trackers = on('strict.example.net')
    const owed = [put(0, {trackers}), put(1, {category: '', trackers}), put(2, {category: 'other', trackers})]
    const free = put(3, {category: 'other', isPrivate: false, trackers: on('open.example.net')})
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toEqual([removed(free)])
    expect(owed.every((hash) => harness.holds(A, hash))).toBe(true)
  },
)

test('S16 hit and run of an Arr that is off is owed', async () => {
  const section = `[Radarr-films]
Managed = true
Category = "films"
URI = "http://radarr"
[[Radarr-films.Torrent.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`
  await managed(section, '')
  await removeEnough()
  const hash = put(0, {isPrivate: true, trackers: on('strict.example.net')})
  await harness.pass(3 * HOUR)
  expect(harness.destroyed()).not.toContain(removed(hash))
})

test.runIf(isFull)(
  'B.9 a row for a category below a managed one, or in other capitals, holds for it',
  async () => {
    await managed(`MatchSubcategories = true
${seedingRows}[[${A}.CategorySeeding.Categories]]
Name = "films/keep"
RemoveTorrent = -1
[[${A}.CategorySeeding.Categories]]
Name = "Films/4k"
RemoveTorrent = -1
`)
    const same = put(0)
    const kept = [put(1, {category: 'films/keep'}), put(2, {category: 'films/4k'})]
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toContain(removed(same))
    expect(kept.every((hash) => harness.holds(A, hash))).toBe(true)
  },
)

test('B.9 what cannot be read of a row is never met, and blanks around a host are none of it', async () => {
  await managed(`[[${A}.Trackers]]
URI = "slow.example.net"
MaxSeedingTime = "60 days"
[[${A}.Trackers]]
URI = " https://strict.example.net/announce"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
["${A}".CategorySeeding]
RemoveTorrent = 2
MaxSeedingTime = "1d"
`)
  const seedingTime = 9 * DAY
  const kept = ['slow', 'strict'].map((host, at) =>
    put(at, {seedingTime, trackers: on(`${host}.example.net`)}),
  )
  const free = put(2, {seedingTime, trackers: on('open.example.net')})
  await harness.pass(3 * HOUR)
  expect(harness.destroyed()).toEqual([removed(free)])
  expect(kept.every((hash) => harness.holds(A, hash))).toBe(true)
})

test.runIf(isFull)(
  'B.9 what its Arr put into a managed category after the import goes by what that category says',
  async () => {
    const film = filmRelease('Some.Film.2020.1080p')
    const radarr: InstanceConfig = {
      name: 'radarr',
      app: 'radarr',
      downloadClients: [{name: A, category: 'films', postImportCategory: 'longseed'}],
      library: [{title: 'Some Film', year: 2020}],
    }
    const servers = [
      {name: B, torrents: 10},
      {name: A, torrents: 50},
    ]
    const config = `ManagedCategories = ["longseed"]
["${A}".CategorySeeding]
RemoveTorrent = 1
MaxUploadRatio = 4
${filmsSection}[Radarr-films.Torrent.SeedingMode]
MaxUploadRatio = 1
RemoveTorrent = 1
`
    harness = await ScenarioHarness.start({servers, arrs: [radarr], releases: [film], config, settled: 0})
    await comeIn(harness, film, {itemId: 1})
    await harness.pass(HOUR)
    expect(harness.torrent(A, film.hash).category).toBe('longseed')
    harness.update(A, film.hash, {uploaded: 2 * film.size})
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toEqual([])
    harness.update(A, film.hash, {uploaded: 5 * film.size})
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toContain(removed(film.hash))
  },
)

/** A rule of a person, about every torrent. */
async function removeEnough(): Promise<void> {
  await harness.rule({
    name: 'Enough',
    reason: 'seedingDone',
    when: {
      all: [
        {fact: 'complete', op: 'eq', value: true},
        {fact: 'ratio', op: 'gte', value: 1},
      ],
    },
    do: [{action: 'removeWithData'}],
  })
}
