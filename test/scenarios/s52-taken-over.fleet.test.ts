/** A person took a download out of the hands of its Arr, and of ours. */
import {afterEach, expect, test} from 'vitest'
import {removeDownload} from '#lab/arrs/removal.ts'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, elsewhere, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const [film, other] = [
  filmRelease('Some.Film.2020.1080p.WEB'),
  filmRelease('Other.Film.2020.1080p.WEB', 40_000),
]
const config = `
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = 15
ReSearchStalled = true
`
const arr = () => harness.acting.arr('radarr').arr

/** Both stall; a person takes the first. */
async function stalls(): Promise<void> {
  harness = await startFilms({config, titles: ['Some Film', 'Other Film'], releases: [film, other]})
  for (const [at, made] of [film, other].entries()) {
    await grab(harness, made, {itemId: at + 1})
    harness.update(A, made.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  }
}

async function isRemoved(blocklist: boolean): Promise<void> {
  const tracked = [...arr().queue.values()].find(({downloadId}) => downloadId.toLowerCase() === film.hash)!
  const wishes = {removeFromClient: false, blocklist, skipRedownload: true, changeCategory: false}
  await removeDownload(arr(), tracked, wishes)
}

const isIgnored = () => isRemoved(false)
const isBlocklisted = () => isRemoved(true)

function isNotMonitored(): void {
  arr().library.parent(1)!.monitored = false
}

function isMoved(): void {
  harness.update(A, film.hash, {category: 'mine'})
}

for (const [what, take, words] of some(3, [
  [
    'removed from the queue of its Arr, and had blocklisted',
    isBlocklisted,
    'A person had its Arr blocklist it',
  ],
  ['made its Arr ignore', isIgnored, 'A person made its Arr ignore it'],
  ['does not monitor any more', isNotMonitored, 'Its Arr does not monitor it any more'],
  ['moved to a category of his own', isMoved, null],
] as const)) {
  test(`S52 what a person ${what} is neither given up, nor removed, nor searched again`, async () => {
    await stalls()
    await take()
    const ofFilm = () => harness.destroyed().filter((it) => it.toLowerCase().includes(film.hash))
    const [searched, byPerson] = [arr().stats.searches[1], ofFilm()]
    await harness.pass(3 * HOUR)
    expect(ofFilm()).toEqual(byPerson)
    expect(arr().stats.searches[1]).toBe(searched)
    expect(harness.holds(A, film.hash)).toBe(true)
    if (words !== null) {
      expect((await harness.why(A, film.hash)).rules.map(({sentence}) => sentence).join('\n')).toContain(
        words,
      )
    }
    // Nobody took the other.
    expect(harness.holds(A, other.hash)).toBe(false)
    await harness.expectWell()
  })
}

/** Each kind of Arr, how it is told of the file, and what it had grabbed: item 1, or the first episode. */
const manual = [
  {
    app: 'radarr',
    section: 'Radarr-films',
    category: 'films',
    library: [
      {title: 'Some Film', year: 2020},
      {title: 'Other Film', year: 2020},
    ],
    name: 'Some.Film.2020.1080p.WEB',
    units: undefined,
    means: {movieId: 2},
  },
  {
    app: 'sonarr',
    section: 'Sonarr-series',
    category: 'series',
    library: [
      {
        title: 'Some Series',
        units: [
          {season: 1, number: 1},
          {season: 1, number: 2},
        ],
      },
    ],
    name: 'Some.Series.S01E01.1080p.WEB',
    units: [1],
    means: {seriesId: 1, episodeIds: [2]},
  },
] as const

test.runIf(isFull).each(manual)(
  'S52 what a person imports by hand as something else ($app) is neither given up, nor removed, nor searched again',
  async ({app, section, category, library, name, units, means}) => {
    const made = filmRelease(name)
    harness = await ScenarioHarness.start({
      servers: [
        {name: A, torrents: 50, each: elsewhere},
        {name: B, torrents: 10, each: elsewhere},
      ],
      settled: 0,
      releases: [made],
      arrs: [{name: app, app, downloadClients: [{name: A, category}], library}],
      config: `
[${section}]
Managed = true
Category = "${category}"
URI = "http://${app}"
APIKey = "KEY-${app}"
ReSearch = true
ArrErrorCodesToBlocklist = ["Not an upgrade for existing movie file(s)", "Not an upgrade for existing episode file(s)"]
[${section}.Torrent]
StalledDelay = 15
[${section}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`,
    })
    const found = {itemId: 1, import: {reject: 'not_upgrade'} as const, ...(units && {unitIds: units})}
    await grab(harness, made, found, app)
    const [world, torrent] = [harness.world(A), harness.torrent(A, made.hash)]
    for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
    const {size} = torrent
    harness.update(A, made.hash, {
      done: size,
      downloaded: size,
      uploaded: 3 * size,
      downSpeed: 0,
      state: 'seeding',
      addedAt: world.now() - DAY,
      seedingTime: DAY,
    })
    await harness.pass(10 * MINUTE)
    const its = harness.acting.arr(app).arr
    const [tracked] = [...its.queue.values()]
    const path = `/downloads/${made.name}/film.mkv`
    const quality = {quality: {id: 3}, revision: {version: 1}}
    const files = [{path, ...means, downloadId: tracked!.downloadId, quality}]
    its.commands.post('ManualImport', {files, importMode: 'copy'}, 'manual')
    await harness.pass(5 * MINUTE)
    expect(its.stats.imports).toHaveLength(1)
    const searched = {...its.stats.searches}
    // Whoever wrote it did not think of that.
    await harness.rule({
      name: 'Enough',
      reason: 'seedingDone',
      scope: {categories: [category]},
      when: {fact: 'ratio', op: 'gte', value: 2},
      do: [{action: 'removeWithData'}],
    })
    await harness.pass(6 * HOUR)
    expect([harness.destroyed(), its.stats.searches]).toEqual([[], searched])
    const sentences = (await harness.why(A, made.hash)).rules.map(({sentence}) => sentence)
    expect(sentences.join('\n')).toContain('A person imported it by hand as another item')
    await harness.expectWell()
  },
)

test('S52 what its Arr grabs again after a person set it to be ignored is of that Arr again', async () => {
  await stalls()
  await isIgnored()
  await harness.pass(2 * HOUR)
  expect(harness.holds(A, film.hash)).toBe(true)
  harness.world(A).commands.removeWithData([harness.torrent(A, film.hash)])
  await harness.pass(5 * MINUTE)
  await grab(harness, film, {itemId: 1})
  harness.update(A, film.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  expect(
    await harness.acting.until(
      2 * HOUR,
      () => harness.holds(A, film.hash),
      (it) => !it,
    ),
  ).toBe(false)
})
