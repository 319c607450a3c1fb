/**
 * From the grab to the removal on real daemons of three kinds and two releases of Debian, for four Arrs: what comes in
 * well, what stalls, what is broken, what is no more than a sample, what its Arr will not import. Everything is asserted
 * at the daemons, at the Arrs, on the disk, and in the journal.
 */
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {hostSuite, readySuites} from '#lab/daemons/suites.ts'
import {Downloads, wish} from './downloads.fixture.ts'
import {eventually, RealHarness, reportFailures} from './real-harness.fixture.ts'
import {lineOf, placeOf, type Place, type Wish} from './real-wishes.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000, maxConcurrency: 20})

const [films, series, anime, music] = [
  'Radarr-Films',
  'Sonarr-Series',
  'Sonarr-Anime',
  'Lidarr-Music',
] as const
const [qbit, second, transmission, rtorrent] = [
  'qBit',
  'qBit-second',
  'Transmission-lab',
  'rTorrent-lab',
] as const
const good = ['Good Film', 'Good Pack', 'Good Episode', 'Good Album'] as const
const stalled = ['Stalled Film', 'Stalled Episode', 'Stalled Album'] as const
const words = 'Not an upgrade for existing movie file'

/** A stall takes a minute of ours, seeding five seconds; what is new is left alone for three minutes. */
const FACTOR = 10
const config = `
ReSearch = true
RssSyncTimer = 0
ArrErrorCodesToBlocklist = ["Unable to determine if file is a sample"]
[Torrent]
StalledDelay = 10
DoNotRemoveSlow = true
FileNameExclusionRegex = ['\\bsample\\b']
[Torrent.SeedingMode]
MaxSeedingTime = 5
RemoveTorrent = 2
`

const host = hostSuite() ?? 'bookworm'
const other = readySuites().find((suite) => suite !== host) ?? host

let harness: RealHarness
beforeAll(async () => {
  harness = await RealHarness.build({
    servers: [
      {id: qbit, kind: 'qbittorrent', suite: host},
      {id: second, kind: 'qbittorrent', suite: other},
      {id: transmission, kind: 'transmission', suite: host},
      {id: rtorrent, kind: 'rtorrent', suite: other},
    ],
    arrs: [
      {id: films, app: 'radarr', searchesItself: true, config},
      {id: series, app: 'sonarr', searchesItself: true, config},
      {id: anime, app: 'sonarr5', searchesItself: false, config},
      {id: music, app: 'lidarr', searchesItself: false, config},
    ],
    wishes: wanted,
    factor: FACTOR,
  })
  harness.startProgram()
  await harness.ready()
  await harness.letRulesAct()
  harness.leap()
  for (const one of harness.wishes) harness.search(one)
})
afterAll(() => harness?.stop())
reportFailures(() => harness)

async function wanted(tracker: string): Promise<readonly Wish[]> {
  const make = new Downloads(tracker)
  return [
    wish({arr: films, on: qbit, title: 'Good Film'}, await make.films('Good.Film.2020')),
    wish({arr: series, on: second, title: 'Good Pack'}, await make.films('Good.Pack.S01', 2)),
    wish({arr: anime, on: transmission, title: 'Good Episode'}, await make.films('Good.Episode.S01E01')),
    wish({arr: music, on: rtorrent, title: 'Good Album'}, await make.songs('Good.Album', 2)),
    wish(
      {arr: films, on: transmission, title: 'Stalled Film'},
      {made: await make.films('Stalled.Film.2020.BAD'), seeds: 'nobody'},
      await make.films('Stalled.Film.2020.GOOD'),
    ),
    wish(
      {arr: anime, on: qbit, title: 'Stalled Episode'},
      {made: await make.films('Stalled.Episode.S01E01.BAD'), seeds: 'nobody'},
      await make.films('Stalled.Episode.S01E01.GOOD'),
    ),
    wish(
      {arr: music, on: rtorrent, title: 'Stalled Album'},
      {made: await make.songs('Stalled.Album.BAD', 1), seeds: 'nobody'},
      await make.songs('Stalled.Album.GOOD', 1),
    ),
    wish(
      {arr: films, on: rtorrent, title: 'Broken Film'},
      {made: make.noise('Broken.Film.2020.BAD'), import: {reject: 'sample_unknown'}},
      await make.films('Broken.Film.2020.GOOD'),
    ),
    wish(
      {arr: series, on: second, title: 'Teaser Alone'},
      {made: make.sample('Teaser.Alone.S01E01.BAD'), seeds: 5_000},
      await make.films('Teaser.Alone.S01E01.GOOD'),
    ),
    wish(
      {arr: films, on: second, title: 'Not Wanted'},
      {made: await make.films('Not.Wanted.2020'), import: {reject: 'not_upgrade'}},
    ),
  ]
}

describe.concurrent('within the first minutes', () => {
  test.each(good)('B.8 %s: comes in as a hard link, is marked, and stays while it is new', async (title) => {
    const place = placeOf(of(title))
    await isImported(of(title))
    expect(Object.values(harness.inLibrary(of(title))), 'names of each file').toEqual(
      of(title).releases[0]!.made.files.map(() => 2),
    )
    const tags = async () => (await harness.observers.get(place.server)!.torrent(place.hash))?.tags ?? []
    await eventually(tags, (all) => all.includes('qBitrr-imported'))
    const held = () => ends(place, 'seeded')
    await eventually(held, (all) =>
      all.some((one) => /^removeWithData held (age|seen_for|just_imported)$/.test(one)),
    )
    expect(await harness.torrents()).toContain(lineOf(place))
  })

  test.each(stalled)('B.4 B.6 %s: is blocklisted, removed and searched again, each once', async (title) => {
    await isReplaced(of(title))
    // It never wrote anything, so whatever lies at its place is somebody else's.
    expect(await acts(placeOf(of(title)))).toEqual(['failDownload done stalled', 'remove done stalled'])
  })

  test('B.7 a sample alone is not wanted: given up while it comes in, and another one takes its place', async () => {
    await isReplaced(of('Teaser Alone'))
    // What stalls and comes in by turns may be another one at the last look, and is tried again.
    const all = await acts(placeOf(of('Teaser Alone')))
    expect(all.filter((it) => it !== 'failDownload failed nothing-wanted')).toEqual([
      'failDownload done nothing-wanted',
      'removeWithData done nothing-wanted',
    ])
    expect(harness.historyOf(of('Teaser Alone'))).not.toContain('downloadFolderImported 0')
  })

  test('B.7 what is no media is known as such, and is not imported', async () => {
    const place = placeOf(of('Broken Film'))
    const rules = async () => (await harness.explanation(place))?.rules ?? []
    const media = await eventually(
      async () => JSON.stringify((await rules()).find(({rule_id: id}) => id === 'radarr-films.media')),
      (rule) => /"fact":"media.valid"[^}]*"actual":\{"value":false/.test(rule),
    )
    expect(media).toContain('"fact":"media.valid"')
    const held = () => ends(place, 'import-rejected')
    await eventually(held, (all) => all.some((one) => /^failDownload held (age|seen_for)$/.test(one)))
    expect(harness.inLibrary(of('Broken Film'))).toEqual({})
  })

  test('B.8 what its Arr refuses is shown in its words, and waits for a person', async () => {
    const row = await eventually(
      refusedRow,
      (one) => one?.torrents.length === 1 && one.waits && one.words.some((it) => it.startsWith(words)),
    )
    expect(row?.torrents).toEqual([placeOf(of('Not Wanted'))])
    expect(await harness.torrents()).toContain(lineOf(placeOf(of('Not Wanted'))))
  })
})

describe('an hour later', () => {
  beforeAll(() => harness.leap())

  test.each(good)('B.9 %s: has seeded enough and goes, and its files stay in the library', async (title) => {
    const place = placeOf(of(title))
    await harness.isGone([place])
    const {files} = of(title).releases[0]!.made
    // A server may take its files away a moment after the torrent.
    await eventually(
      () => Object.values(harness.inLibrary(of(title))),
      (names) => names.length === files.length && names.every((count) => count === 1),
    )
    expect(harness.bytesInLibrary(of(title))).toEqual(files.map(({bytes}) => bytes))
    await eventually(
      () => acts(place),
      (all) => all.includes('removeWithData done seeded'),
    )
    expect(await acts(place)).toEqual(['removeWithData done seeded'])
    const {items} = await harness.api.get<{items: readonly {info_hash: string; state: string}[]}>(
      '/api/trash',
    )
    expect(items.filter((it) => it.info_hash === place.hash).map(({state}) => state)).toEqual(['kept'])
    const entries = await harness.journal(`&info_hash=${place.hash}&server_id=${place.server}&outcome=done`)
    const removal = entries.find(({verb}) => verb === 'removeWithData')
    expect(JSON.stringify(removal), 'why it went').toContain('arr.importedEvidence')
    expect(removal?.decided?.guards.map(({verdict}) => verdict)).not.toContain('block')
  })

  test('B.6 what is no media is given up, and another one takes its place', async () => {
    await isReplaced(of('Broken Film'))
    expect(await acts(placeOf(of('Broken Film')))).toEqual([
      'failDownload done import-rejected',
      'removeWithData done import-rejected',
    ])
  })

  test('B.8 what its Arr refused still waits, until a user has it imported anyway', async () => {
    const place = placeOf(of('Not Wanted'))
    expect(await harness.torrents()).toContain(lineOf(place))
    expect(await acts(place)).toEqual([])
    const {status} = await harness.api.send('POST', `/api/arrs/${films}/actions`, {
      action: 'import_anyway',
      download_id: place.hash.toUpperCase(),
      mode: 'copy',
    })
    expect(status).toBe(204)
    await isImported(of('Not Wanted'))
  })
})

describe('in the end', () => {
  beforeAll(() => harness.leap())

  test('every server is empty, and everything that was wanted is in the library', async () => {
    await harness.isGone('all')
    const counts = harness.wishes.map((one) => [one.title, Object.keys(harness.inLibrary(one)).length])
    expect(counts).toEqual(
      harness.wishes.map(({title, releases}) => [title, releases.at(-1)!.made.files.length]),
    )
  })

  test('each Arr was asked for nothing that it does not know, and searched and blocklisted no more than that', async () => {
    for (const id of [films, series, anime, music]) {
      const {stats} = harness.arr(id)
      const {schemaErrors, unknownParams, notSimulated} = stats
      expect({schemaErrors, unknownParams, notSimulated}).toEqual({
        schemaErrors: [],
        unknownParams: [],
        notSimulated: [],
      })
      const failed = harness.wishes.filter(({arr, releases}) => arr === id && releases.length > 1)
      expect(stats.blocklists.toSorted()).toEqual(
        failed.map((one) => placeOf(one).hash.toUpperCase()).toSorted(),
      )
      expect(harness.searchesOf(id)).toEqual(
        Object.fromEntries(harness.wishesOf(id).map(({title, releases}) => [title, releases.length])),
      )
    }
  })

  test('the program ends in order, with nothing left half done', async () => {
    expect(await harness.endProgram()).toEqual({code: 0, signal: null})
    expect(await harness.unfinishedSagas()).toEqual([])
  })
})

const of = (title: string): Wish => harness.wishes.find((one) => one.title === title)!

async function isImported(one: Wish): Promise<void> {
  const {files} = one.releases.at(-1)!.made
  await eventually(
    () => harness.inLibrary(one),
    (all) => Object.keys(all).length === files.length,
  )
}

/** The first release is gone, and the second came in. */
async function isReplaced(one: Wish): Promise<void> {
  await isImported(one)
  const history = harness.historyOf(one)
  expect(history.filter((event) => /^(grabbed|downloadFailed)/.test(event))).toEqual([
    'grabbed 0',
    'downloadFailed 0',
    'grabbed 1',
  ])
  await harness.isGone([placeOf(one)])
  await staysOrHasSeeded(placeOf(one, 1))
  await eventually(
    () => acts(placeOf(one)),
    (all) => all.some((act) => act.startsWith('failDownload done')),
  )
}

/** How many hours of theirs are over by now is up to the machine: it may have seeded enough. */
async function staysOrHasSeeded(place: Place): Promise<void> {
  if ((await harness.torrents()).includes(lineOf(place))) return
  const ended = await eventually(
    () => acts(place),
    (all) => all.every((act) => / done /.test(act)),
  )
  expect(ended, 'why it is not there').toEqual(['removeWithData done seeded'])
}

/** What was destroyed of it, and by which rule. */
async function acts({hash, server}: Place): Promise<readonly string[]> {
  const entries = await harness.journal(`&info_hash=${hash}&server_id=${server}&class=destructive`)
  return entries
    .filter(({outcome}) => outcome !== 'held')
    .map(({verb, outcome, rule_id: rule}) => `${verb} ${outcome} ${rule?.split('.')[1] ?? ''}`)
}

/** What became of the wishes of one rule. */
async function ends({hash, server}: Place, rule: string): Promise<readonly string[]> {
  const entries = await harness.journal(`&info_hash=${hash}&server_id=${server}`)
  return entries
    .filter(({rule_id: id}) => id?.endsWith(`.${rule}`))
    .map(({verb, outcome, code}) => `${verb} ${outcome}${code === null ? '' : ` ${code}`}`)
}

/** A Radarr that gives up a release puts a title without words before those of its files. */
async function refusedRow() {
  const {rows} = await harness.api.get<{rows: readonly QueueRow[]}>(`/api/arrs/${films}/queue`)
  const {hash} = placeOf(of('Not Wanted'))
  const row = rows.find(({row: {download_id: id}}) => id === hash.toUpperCase())
  return (
    row && {
      waits: row.waits,
      words: row.row.messages.flatMap(({messages}) => messages),
      torrents: row.torrents.map((it): Place => ({server: it.server_id, hash: it.info_hash})),
    }
  )
}

interface QueueRow {
  readonly waits: boolean
  readonly row: {
    readonly download_id: string
    readonly messages: readonly {readonly messages: readonly string[]}[]
  }
  readonly torrents: readonly {readonly server_id: string; readonly info_hash: string}[]
}
