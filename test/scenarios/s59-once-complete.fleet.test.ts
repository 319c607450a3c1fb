/**
 * What was complete once, or lay on the disk before its torrent, lacks something and stands still. It is no download that
 * does not come in: no rule gives it up for that, and its tracker is owed what it was.
 */
import {mkdtempSync, readdirSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {NewTorrent, SimFile} from '#lab/simulators/sim-torrent.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, nameOf, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const FIRST = 5_000
const GB = 1e9

async function managed(tables: string) {
  const servers = [
    {name: B, torrents: 10},
    {name: A, torrents: 50},
  ]
  harness = await ScenarioHarness.start({
    servers,
    config: `ManagedCategories = ["films"]\n${tables}`,
    settled: 0,
  })
}

const put = (index: number, fields: Partial<NewTorrent> = {}) =>
  harness.had(A, FIRST + index, {category: 'films', seedingTime: DAY, ...fields}).hash
const on = (...hosts: readonly string[]) => hosts.map((host) => trackerOf(harness.world(A), host))

test('S59 what was whole and seeds for its tracker stays where a person takes another file in that stalls', async () => {
  await managed(`
[[${A}.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
["${A}".CategorySeeding]
StalledDelay = 15
`)
  const file = (path: string, done: number, priority: SimFile['priority']): SimFile => ({
    path: `Pack/${path}`,
    size: GB,
    done,
    priority,
  })
  const files = [file('one.mkv', GB, 'normal'), file('two.mkv', 0, 'skip')]
  const hash = put(0, {
    name: 'Pack',
    rootName: 'Pack',
    isPrivate: true,
    trackers: on('strict.example.net'),
    files,
    fileCount: 2,
    size: GB,
    sizeTotal: 2 * GB,
    done: GB,
  })
  await harness.pass(2 * HOUR)
  await harness.expectNothingDestructive()
  harness.world(A).files(harness.torrent(A, hash))[1]!.priority = 'normal'
  harness.update(A, hash, {size: 2 * GB, state: 'downloading', downSpeed: 0})
  await harness.pass(2 * HOUR)
  expect(harness.destroyed()).toEqual([])
})

/** Its disk lost a little, a check finds it, and nobody else has it. */
async function loses(hash: string, share: number): Promise<void> {
  const {size} = harness.torrent(A, hash)
  harness.update(A, hash, {state: 'checking'})
  await harness.pass(2 * MINUTE)
  harness.update(A, hash, {
    done: Math.round(size * share),
    state: 'downloading',
    downSpeed: 0,
    availability: share,
  })
  await harness.pass(2 * HOUR)
}

test.runIf(isFull)(
  'S59 what owes its tracker 30 days stays where a check finds that it lacks 7 % and no peer has them',
  async () => {
    await managed(`[[${A}.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
["${A}".CategorySeeding]
StalledDelay = 15
`)
    const hash = put(0, {isPrivate: true, trackers: on('strict.example.net')})
    await harness.pass(2 * HOUR)
    await harness.expectNothingDestructive()
    await loses(hash, 0.93)
    expect(harness.destroyed()).toEqual([])
  },
)

test.runIf(isFull)(
  'S59 what a person added to the category of an Arr stays where a check finds that it lacks 7 %',
  async () => {
    harness = await startFilms({
      config: `${filmsSection}[Radarr-films.Torrent]
StalledDelay = 15
[[Radarr-films.Torrent.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`,
      titles: ['Some Film'],
      releases: [],
    })
    const hash = put(0, {
      name: 'Holiday.Pictures',
      rootName: 'Holiday.Pictures',
      isPrivate: true,
      trackers: on('strict.example.net'),
    })
    await harness.pass(2 * HOUR)
    await harness.expectNothingDestructive()
    await loses(hash, 0.93)
    expect(harness.destroyed()).toEqual([])
  },
)

test('S59 what an Arr grabbed and took in, and what seeds for its tracker, stays where a check finds that it lacks 7 %', async () => {
  const film = filmRelease('Some.Film.2020.1080p')
  harness = await startFilms({
    config: `${filmsSection}[Radarr-films.Torrent]
StalledDelay = 15
[[Radarr-films.Torrent.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`,
    titles: ['Some Film'],
    releases: [film],
  })
  await comeIn(harness, film, {itemId: 1})
  harness.update(A, film.hash, {isPrivate: true, trackers: on('strict.example.net')})
  await harness.pass(2 * HOUR)
  await loses(film.hash, 0.93)
  expect(harness.destroyed()).toEqual([])
})

test.runIf(isFull)(
  'S59 what waits to be imported by hand and owes its tracker 30 days stays where a check finds that it lacks 7 %',
  async () => {
    const film = filmRelease('Some.Film.2020.1080p')
    harness = await startFilms({
      config: `${filmsSection}[Radarr-films.Torrent]
StalledDelay = 15
[[Radarr-films.Torrent.Trackers]]
URI = "strict.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 30
`,
      titles: ['Some Film'],
      releases: [film],
    })
    await grab(harness, film, {itemId: 1, import: 'titleMismatch'})
    const [world, torrent] = [harness.world(A), harness.torrent(A, film.hash)]
    for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
    const {size} = torrent
    harness.update(A, film.hash, {
      done: size,
      downloaded: size,
      uploaded: size / 2,
      downSpeed: 0,
      state: 'seeding',
      completedAt: world.now(),
      isPrivate: true,
      trackers: on('strict.example.net'),
    })
    await harness.pass(3 * HOUR)
    await harness.expectNothingDestructive()
    await loses(film.hash, 0.93)
    expect(harness.destroyed()).toEqual([])
  },
)

for (const mapped of [true, false]) {
  test.runIf(isFull || mapped)(
    `S59 files that were there before a torrent was put over them stay where it stalls: ${mapped ? '' : 'not '}mapped`,
    async () => {
      const disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-s59-')))
      try {
        const mappings = mapped ? `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(disk)}\n` : ''
        harness = await ScenarioHarness.start({
          servers: [
            {name: B, torrents: 10},
            {name: A, torrents: 50, each: () => ({savePath: '/srv/elsewhere'})},
          ],
          config: `ManagedCategories = ["films"]\n["${A}".CategorySeeding]\nStalledDelay = 15\n${mappings}`,
        })
        const now = harness.world(A).now()
        const {hash} = harness.put(A, 5_000, {
          name: 'Holiday',
          rootName: 'Holiday',
          category: 'films',
          size: 50_000,
          sizeTotal: 50_000,
          files: [
            {path: 'Holiday/one.mkv', size: 30_000, done: 30_000, priority: 'normal'},
            {path: 'Holiday/two.mkv', size: 20_000, done: 0, priority: 'normal'},
          ],
          fileCount: 2,
          done: 30_000,
          downloaded: 0,
          uploaded: 0,
          state: 'checking',
          completedAt: null,
          addedAt: now,
          startedAt: now,
          lastActivityAt: null,
          activeTime: 0,
          seedingTime: 0,
          availability: 0.6,
          seedsSwarm: 0,
        })
        if (mapped) harness.lay(A, [hash], disk)
        await harness.pass(2 * MINUTE)
        harness.update(A, hash, {state: 'downloading', downSpeed: 0})
        await harness.pass(3 * HOUR)
        expect(harness.destroyed()).toEqual([])
        if (mapped) expect(readdirSync(join(disk, 'Holiday'))).toContain('one.mkv')
      } finally {
        rmSync(disk, {recursive: true, force: true})
      }
    },
  )
}

/**
 * Seeds, stops at once as its owner wants, loses 7 % in a check, and its client forgets that it ever was complete.
 * @param again it is removed and added again meanwhile, so that it is another download
 */
async function forgotten(kind: ServerKind, again: boolean): Promise<string> {
  const name = nameOf(kind)
  const config = `ManagedCategories = ["films"]\n["${name}".CategorySeeding]\nStalledDelay = 15\n`
  harness = await ScenarioHarness.start({servers: [{name, kind, torrents: 50}], config})
  const fields = {category: 'films', isPrivate: false, downloaded: 1.1 * GB} as const
  const {hash} = harness.had(name, FIRST, {...fields, state: 'stopped', running: false, seedingTime: 0})
  await harness.pass(5 * MINUTE)
  const {size} = harness.torrent(name, hash)
  if (again) {
    harness.world(name).commands.remove([harness.torrent(name, hash)])
    await harness.pass(HOUR)
  }
  const now = harness.world(name).now()
  const lacking = {
    done: Math.round(size * 0.93),
    state: 'downloading',
    running: true,
    downSpeed: 0,
    completedAt: null,
    seedingTime: 0,
    availability: 0.93,
    lastActivityAt: now,
  } as const
  if (again) harness.put(name, FIRST, {...fields, ...lacking, addedAt: now, startedAt: now})
  else harness.update(name, hash, lacking)
  return hash
}

for (const kind of serverKinds) {
  test.runIf(isFull || kind === 'qbittorrent')(
    `S59 ${kind}: that it was complete is known after a restart, also where its client forgot it`,
    async () => {
      const hash = await forgotten(kind, false)
      await harness.acting.crash()
      await harness.acting.rise()
      await harness.pass(3 * HOUR)
      expect(harness.destroyed()).toEqual([])
      expect(JSON.stringify(await harness.why(nameOf(kind), hash))).toContain('It was complete once')
    },
  )
}

test.runIf(isFull)(
  'S59 what comes again after it was removed is a download that may be given up',
  async () => {
    const hash = await forgotten('qbittorrent', true)
    await harness.pass(3 * HOUR)
    expect(harness.destroyed()).toContain(`${A} removeWithData ${hash}`)
  },
)
