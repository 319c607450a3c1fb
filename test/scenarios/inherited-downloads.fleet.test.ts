/** Rows of an inherited configuration about downloads, by the whole program: what each key does, and to whom. */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {SimFields} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {newFolder} from '../program/program.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness, trackerOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const raw = String.raw
const titles = ['Some Film', 'Other Film']
const film = filmRelease('Some.Film.2020.1080p')
const other = filmRelease('Other.Film.2020.1080p')

/** All of them are on their way. @param table lines of `[Radarr-films.Torrent]` */
async function grabbed(table: string, releases: readonly MadeTorrent[] = [film, other]): Promise<void> {
  harness = await startFilms({config: `${filmsSection}[Radarr-films.Torrent]\n${table}`, titles, releases})
  for (const [at, made] of releases.entries()) await grab(harness, made, {itemId: at + 1})
}

const stalls: Partial<SimFields> = {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000}
const change = ({hash}: MadeTorrent, changes: Partial<SimFields>) => harness.update(A, hash, changes)
const removed = ({hash}: MadeTorrent) => `${A} removeWithData ${hash}`
const blocklisted = ({hash}: MadeTorrent) => `radarr blocklist ${hash.toUpperCase()}`
const searches = () => harness.acting.arr('radarr').arr.stats.searches
/** What it was told, but for coming. */
const reported = () => harness.verbs(A).filter((verb) => verb !== 'addTorrent')

test('B.1 what a person stopped stays stopped, and what they tagged to be ignored stays as it is', async () => {
  await grabbed('StalledDelay = 15\n')
  change(film, {...stalls, state: 'stopped', running: false})
  change(other, {...stalls, tags: ['qBitrr-ignored']})
  await harness.pass(2 * HOUR)
  await harness.expectNothingDestructive()
  expect(reported()).toEqual([])
})

test.runIf(isFull)(
  'B.3 nothing is evaluated while it is younger than IgnoreTorrentsYoungerThan, and then it is',
  async () => {
    await grabbed('StalledDelay = 15\nIgnoreTorrentsYoungerThan = 3600\n', [film])
    change(film, stalls)
    await harness.pass(55 * MINUTE)
    await harness.expectNothingDestructive()
    await harness.pass(10 * MINUTE)
    expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
  },
)

const slow = {state: 'downloading', size: 1e9, done: 1e7, downloaded: 1e7, downSpeed: 10_000} as const

/** Somebody lets the rules act that ask: servers with rows of their own have one each. */
async function confirm(): Promise<void> {
  const {rules} = await harness.acting.api.get<{rules: readonly {id: string; mode: string}[]}>('/api/rules')
  const slows = rules.filter(({id}) => id.startsWith('radarr-films.slow'))
  expect(new Set(slows.map(({mode}) => mode))).toEqual(new Set(['ask']))
  const live = {mode: 'live', confirm: true}
  for (const {id} of slows) {
    const {status} = await harness.acting.api.send('PATCH', `/api/rules/${id}`, live)
    expect(status).toBe(200)
  }
}

test.runIf(isFull)(
  'B.5 what takes longer than MaximumETA by its average is failed when a user lets it, where no row of its tracker allows more',
  async () => {
    await grabbed(`StalledDelay = -1
MaximumETA = 3600
DoNotRemoveSlow = false
[[Radarr-films.Torrent.Trackers]]
URI = "patient.example.net"
MaximumETA = 604800
`)
    const world = harness.world(A)
    change(film, {...slow, trackers: [trackerOf(world, 'open.example.net')]})
    change(other, {...slow, trackers: [trackerOf(world, 'patient.example.net')]})
    await harness.pass(HOUR)
    await harness.expectNothingDestructive()
    await confirm()
    await harness.pass(HOUR / 2)
    expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
    expect(await harness.lines('class=destructive&outcome=done')).toEqual([
      'failDownload confirmed',
      'removeWithData confirmed',
    ])
    const {rules} = await harness.why(A, other.hash)
    expect(rules.map(({sentence}) => sentence).join('\n')).toMatch(
      /Not failed and removed with its data: time to completion at its average speed .*asked: above 7 d/,
    )
  },
)

test('B.5 what comes in slowly is failed while it comes in', async () => {
  const section = `${filmsSection}[Radarr-films.Torrent]\n`
  harness = await startFilms({
    config: `${section}StalledDelay = -1\nMaximumETA = 3600\nDoNotRemoveSlow = false\n`,
    titles,
    releases: [film],
    // It is never as far as it was when somebody looked last.
    passing(server) {
      if (server !== A || !harness?.holds(A, film.hash)) return
      const {done, downloaded} = harness.torrent(A, film.hash)
      change(film, {done: done + 1_000, downloaded: downloaded + 1_000})
    },
  })
  await grab(harness, film, {itemId: 1})
  change(film, slow)
  await harness.pass(HOUR)
  await harness.expectNothingDestructive()
  await confirm()
  await harness.pass(HOUR / 2)
  expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
  const done = ['failDownload confirmed', 'removeWithData confirmed']
  expect(await harness.lines('class=destructive&outcome=done')).toEqual(done)
})

test.runIf(isFull)(
  'B.5 a time to completion that jumps, and one that is long only while something holds it back, fails nothing',
  async () => {
    await grabbed('StalledDelay = -1\nMaximumETA = 3600\nDoNotRemoveSlow = false\n', [film])
    await confirm()
    change(film, {...slow, size: 4e9})
    const downloads = async (seconds: number, speedAt: (minute: number) => number) => {
      for (let minute = 0; minute < seconds / MINUTE; minute++) {
        const {done, downloaded} = harness.torrent(A, film.hash)
        const [downSpeed, bytes] = [speedAt(minute), speedAt(minute) * MINUTE]
        const lastActivityAt = harness.world(A).now()
        change(film, {downSpeed, done: done + bytes, downloaded: downloaded + bytes, lastActivityAt})
        await harness.pass(MINUTE)
      }
    }
    // Slow for five minutes, and fast for one: in all it takes less than an hour.
    await downloads(HOUR, (minute) => (minute % 6 === 5 ? 6_000_000 : 1_000))
    await harness.expectNothingDestructive()
    // In the queue for half an hour, then well on its way.
    change(film, {state: 'queued', downSpeed: 0})
    await harness.pass(HOUR / 2)
    change(film, {state: 'downloading'})
    await downloads(10 * MINUTE, () => 500_000)
    await harness.expectNothingDestructive()
    expect(harness.holds(A, film.hash)).toBe(true)
  },
)

test.runIf(isFull)(
  'B.6 who is moved to FailedCategory is failed, who to RecheckCategory is checked once and comes back',
  async () => {
    await grabbed('StalledDelay = -1\n')
    // What never had a byte goes without data.
    change(film, {category: 'failed', done: film.size / 2, downloaded: film.size / 2})
    change(other, {category: 'recheck'})
    await harness.pass(HOUR)
    expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
    expect(searches()).toEqual({1: 2, 2: 1})
    expect(reported()).toEqual(['recheck', 'setCategory', 'removeWithData'])
    expect(harness.torrent(A, other.hash).category).toBe('films')
  },
)

/** The disk of the server is seen by us, and is not empty: an empty folder may be one whose disk is away. */
function seenDisk(): {readonly folder: string; readonly table: string} {
  const folder = newFolder()
  folders.push(folder)
  writeFileSync(join(folder, 'something'), 'here')
  return {
    folder,
    table: `StalledDelay = -1\n["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`,
  }
}

test.runIf(isFull)(
  'B.6 S32 what lost its files is removed without data after a day of proof and searched again, and its release is not blamed',
  async () => {
    await grabbed(seenDisk().table, [film])
    change(film, {state: 'missingFiles', done: film.size})
    await harness.pass(23 * HOUR)
    expect([reported(), searches()]).toEqual([[], {1: 1}])
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toEqual([`${A} remove ${film.hash}`])
    expect(searches()).toEqual({1: 2})
  },
)

test.runIf(isFull)(
  'B.6 S32 what its server misses and the disk has is checked, and what is not visible from here is left alone',
  async () => {
    const {folder, table} = seenDisk()
    await grabbed(table, [film])
    film.writePayload(harness.torrent(A, film.hash).savePath.replace('/srv/downloads', folder))
    change(film, {state: 'missingFiles', done: film.size})
    const unseen = harness.put(B, 900, {category: 'films', state: 'missingFiles'})
    await harness.pass(3 * HOUR)
    expect([reported(), harness.verbs(B)]).toEqual([['recheck', 'start'], []])
    expect([harness.holds(A, film.hash), harness.holds(B, unseen.hash)]).toEqual([true, true])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'B.6 what its Arr rejects in words of ArrErrorCodesToBlocklist is failed, and nothing else that it rejects',
  async () => {
    // The Arr says it of a movie file: another word for the same reason.
    const codes = 'ArrErrorCodesToBlocklist = ["Not a preferred word upgrade for existing movie file(s)"]\n'
    harness = await startFilms({config: filmsSection + codes, titles, releases: [film, other]})
    await grab(harness, film, {itemId: 1, import: {reject: 'not_upgrade'}})
    await grab(harness, other, {itemId: 2, import: 'sampleOnly'})
    for (const made of [film, other]) change(made, {done: made.size, state: 'seeding', downSpeed: 0})
    await harness.pass(80 * MINUTE)
    expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
    expect(searches()).toEqual({1: 2, 2: 1})
  },
)

test('B.4 B.6 what its Arr did not grab is removed without a word to that', async () => {
  await grabbed('StalledDelay = 15\n', [])
  const {hash} = harness.had(A, 900, {category: 'films', state: 'downloading', done: 1e7, completedAt: null})
  await harness.pass(HOUR)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${hash}`])
  expect(searches()).toEqual({})
})

test('B.7 files that are not wanted are left out once, and what has no others is failed', async () => {
  const mixed = makeTorrent({
    name: 'Some.Film.2020.1080p.MIXED',
    content: {'film.mkv': 40_000, 'notes.exe': 4_000, 'sample/cut.mkv': 2_000},
  })
  const bad = makeTorrent({name: 'Other.Film.2020.1080p.BAD', content: {'film.exe': 40_000}})
  const table = `StalledDelay = -1
FolderExclusionRegex = ['\\bsample\\b']
FileExtensionAllowlist = [".mkv"]
`
  await grabbed(table, [mixed, bad])
  await harness.pass(20 * MINUTE)
  // It never had a byte, so it goes without data.
  expect(harness.destroyed()).toEqual([`${A} remove ${bad.hash}`, blocklisted(bad)])
  const {hash} = mixed
  const wanted = () =>
    harness
      .world(A)
      .files(harness.torrent(A, hash))
      .map(({priority}) => priority)
  expect(wanted()).toEqual(['normal', 'skip', 'skip'])
  // A person takes one of them back in, and it stays.
  harness.world(A).commands.setFilePriority([harness.torrent(A, hash)], {files: [1], priority: 'normal'})
  await harness.pass(HOUR)
  expect(wanted()).toEqual(['normal', 'normal', 'skip'])
})

test.each([
  [raw`["\\.r[0-9]{2}", ".rar", ".sfv"]`, ['normal', 'normal', 'normal', 'skip', 'normal']],
  [raw`["\\.(rar|r[0-9]{2})$"]`, ['normal', 'normal', 'skip', 'skip', 'normal']],
  // One entry is not understood: nothing is left out.
  [raw`[".mkv", "\\.part\\d+\\.rar"]`, ['normal', 'normal', 'normal', 'normal', 'normal']],
] as const)('B.7 a scene release keeps its volumes by the list %s of its owner', async (list, priorities) => {
  const name = 'Some.Film.2020.1080p.RARS'
  const volumes = ['film.rar', 'film.r00', 'film.sfv', 'film.nfo', 'film.r01']
  const scene = makeTorrent({name, content: Object.fromEntries(volumes.map((it) => [it, 9_000]))})
  await grabbed(`StalledDelay = -1\nFileExtensionAllowlist = ${list}\n`, [scene])
  await harness.pass(HOUR)
  expect(harness.destroyed()).toEqual([])
  const files = harness.world(A).files(harness.torrent(A, scene.hash))
  const at = (volume: string) => files.find(({path}) => path.endsWith(volume))!.priority
  expect(volumes.map(at)).toEqual(priorities)
})

const places = ['in the search path', 'installed where FFprobePath says, hours later'] as const
test.runIf(isFull).each(places)(
  'B.7 media that cannot be read is failed while its Arr only looks at it, and what can be read waits for a person; ffprobe is %s',
  async (where) => {
    const folder = newFolder()
    const mapping = `["${A}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`
    const isLater = where !== 'in the search path'
    const settings = isLater ? `[Settings]\nFFprobePath = ${JSON.stringify(join(folder, 'ffprobe'))}\n` : ''
    const config = `${settings}${filmsSection}[Radarr-films.Torrent]\nStalledDelay = -1\n${mapping}`
    const path = process.env['PATH']
    try {
      if (!isLater) putProbe(folder)
      process.env['PATH'] = `${folder}:${path}`
      harness = await startFilms({config, titles, releases: [film, other], runsFfprobe: true})
      for (const [at, made] of [film, other].entries()) {
        await grab(harness, made, {itemId: at + 1, import: 'sampleOnly'})
        const {savePath} = harness.torrent(A, made.hash)
        const ours = join(savePath.replace('/srv/downloads', folder), made.name)
        mkdirSync(ours, {recursive: true})
        writeFileSync(
          join(ours, 'film.mkv'),
          (made === film ? 'broken\n' : 'a film\n').padEnd(made.files[0]!.bytes.length),
        )
        change(made, {done: made.size, state: 'seeding', downSpeed: 0})
      }
      if (isLater) {
        await harness.pass(3 * HOUR)
        expect([await mediaProbe(), harness.destroyed()]).toEqual([null, []])
        putProbe(folder)
      }
      await harness.pass(80 * MINUTE)
      expect(await mediaProbe()).toBe('7.1')
    } finally {
      process.env['PATH'] = path
      rmSync(folder, {recursive: true, force: true})
    }
    expect(harness.destroyed()).toEqual([removed(film), blocklisted(film)])
    expect(searches()).toEqual({1: 2, 2: 1})
    const failed = await harness.journal('verb=failDownload&outcome=done')
    expect(failed.map((it) => [it.rule_id, it.info_hash])).toEqual([['radarr-films.media', film.hash]])
  },
)

/** Its version, as the processes page shows it. */
async function mediaProbe(): Promise<string | null> {
  const {media_probe: probe} = await harness.acting.api.get<{media_probe: {version: string | null} | null}>(
    '/api/processes',
  )
  return probe?.version ?? null
}

/** Stands in place of ffprobe: what is said to be broken is, as it says it itself. */
function putProbe(folder: string): void {
  const stream =
    '{"streams":[{"codec_type":"video","codec_name":"h264"}],"format":{"format_name":"matroska,webm"}}'
  const lines = [
    '#!/bin/sh',
    'for file; do :; done',
    '[ "$file" = -version ] && { echo "ffprobe version 7.1 of a test"; exit 0; }',
    'read -r content < "${file#file:}"',
    '[ "$content" = broken ] && { echo "$file: Invalid data found when processing input" >&2; exit 1; }',
    `echo '${stream}'`,
  ]
  writeFileSync(join(folder, 'ffprobe'), `${lines.join('\n')}\n`, {mode: 0o755})
}

test.each([
  ['fails', 'CustomFormatUnmetSearch = true\n'],
  ['asks about', ''],
] as const)(
  'B.11 ForceMinimumCustomFormat %s what scores less than its profile asks, while it downloads',
  async (does, also) => {
    const radarr: InstanceConfig = {
      name: 'radarr',
      app: 'radarr',
      downloadClients: [{name: A, category: 'films'}],
      library: titles.map((title) => ({title, year: 2020})),
    }
    const config = `${filmsSection}[Radarr-films.EntrySearch]
ForceMinimumCustomFormat = true
${also}[Radarr-films.Torrent]
StalledDelay = -1
`
    const releases = [film, other]
    harness = await ScenarioHarness.start({
      servers: [{name: A}],
      arrs: [radarr],
      releases,
      config,
      settled: 0,
    })
    await grab(harness, film, {itemId: 1, score: 40})
    await grab(harness, other, {itemId: 2, score: 50})
    // An Arr takes nothing below that: its profile was edited since.
    harness.acting.arr('radarr').arr.profiles[0] = {name: 'HD', minScore: 50}
    for (const made of [film, other]) change(made, {done: 1e4, downloaded: 1e4})
    await harness.pass(30 * MINUTE)
    const isDone = does === 'fails'
    expect(harness.destroyed()).toEqual(isDone ? [removed(film), blocklisted(film)] : [])
    expect(harness.holds(A, other.hash)).toBe(true)
    const failed = await harness.journal('verb=failDownload&outcome=done')
    expect(failed.map((it) => it.rule_id)).toEqual(isDone ? ['radarr-films.score'] : [])
    const {approvals} = await harness.acting.api.get<{approvals: readonly unknown[]}>('/api/approvals')
    expect(approvals).toHaveLength(isDone ? 0 : 1)
  },
)

test.runIf(isFull)(
  'S32 what its server reports an error of is checked after ten minutes, later each time, and three times in a week',
  async () => {
    await grabbed(seenDisk().table, [film])
    const fails = () => change(film, {state: 'error', downSpeed: 0, done: 10_000, downloaded: 10_000})
    const checks = () => reported().filter((verb) => verb === 'recheck').length
    const checkedAt: number[] = []
    const step = 5
    for (let minute = 0; minute < 6 * 60; minute += step) {
      // A check does not help.
      fails()
      const before = checks()
      await harness.pass(step * MINUTE)
      if (checks() > before) checkedAt.push(minute)
    }
    // Each check found what there was, so it was told to run again.
    const once = ['recheck', 'start']
    expect(reported()).toEqual([...once, ...once, ...once])
    const [first, second, third] = checkedAt as [number, number, number]
    expect(first).toBeGreaterThanOrEqual(5)
    expect(second - first).toBeGreaterThanOrEqual(30)
    expect(third - second).toBeGreaterThanOrEqual(60)
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull)(
  'S32 what its server reports an error of is not checked where its disk is not seen from here',
  async () => {
    await grabbed('StalledDelay = -1\n', [film])
    change(film, {state: 'error', downSpeed: 0, done: 10_000, downloaded: 10_000})
    await harness.pass(4 * HOUR)
    expect(reported()).toEqual([])
    await harness.expectNothingDestructive()
  },
)

const sames = [
  ['category', 'Category = "films"\nURI = "http://radarr-two"'],
  ['address', 'Category = "films-two"\nURI = "http://radarr"'],
] as const
test.each(some(1, sames))(
  'B.1 two sections with one %s both stay off, and nothing of theirs is touched',
  async (what, keys) => {
    const second = `[Radarr-two]\nManaged = true\nAPIKey = "KEY-radarr"\n${keys}\n`
    const stalled = '[Radarr-films.Torrent]\nStalledDelay = 15\n[Radarr-two.Torrent]\nStalledDelay = 15\n'
    harness = await startFilms({config: `${filmsSection}${second}${stalled}`, titles, releases: [film]})
    await grab(harness, film, {itemId: 1})
    change(film, stalls)
    await harness.pass(HOUR)
    const {arrs} = await harness.acting.api.get<{arrs: readonly WireArr[]}>('/api/arrs')
    expect(arrs.map((it) => [it.name, it.obstacle?.detail])).toEqual([
      ['Radarr-films', `same ${what} as [Radarr-two]`],
      ['Radarr-two', `same ${what} as [Radarr-films]`],
    ])
    expect(reported()).toEqual([])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull).each([
  ['FailedCategory', '[Settings]\nFailedCategory = "Films"\n'],
  ['RecheckCategory', '[Settings]\nRecheckCategory = "films"\n'],
  [
    `ManagedCategories of [${B}]`,
    `ManagedCategories = ["films"]\n[${B}.CategorySeeding]\nMaxUploadRatio = 0.1\nRemoveTorrent = 1\n`,
  ],
] as const)(
  'B.1 an Arr whose category is that of %s is off with it, and nothing of it is touched',
  async (what, keys) => {
    harness = await startFilms({config: keys + filmsSection, titles, releases: [film, other]})
    await grab(harness, film, {itemId: 1})
    await grab(harness, other, {itemId: 2})
    change(film, stalls)
    change(other, {done: other.size, state: 'seeding', downSpeed: 0, uploaded: other.size * 5})
    harness.had(B, 900, {category: 'films', uploaded: 1e12})
    await harness.pass(3 * HOUR)
    const {arrs} = await harness.acting.api.get<{arrs: readonly WireArr[]}>('/api/arrs')
    expect(arrs.map((it) => [it.name, it.obstacle?.detail])).toEqual([
      ['Radarr-films', `same category as ${what}`],
    ])
    expect(reported()).toEqual([])
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull).each([
  ['FailedCategory', 'done', {FailedCategory: 'Done'}],
  ['RecheckCategory', 'done', {RecheckCategory: 'done'}],
  ['the FailedCategory that nobody wrote', 'failed', {}],
] as const)(
  'B.1 B.6 what its Arr moves to the category that is %s after the import was moved there by no user',
  async (_, postImportCategory, keys) => {
    const radarr: InstanceConfig = {
      name: 'radarr',
      app: 'radarr',
      downloadClients: [{name: A, category: 'films', postImportCategory}],
      library: titles.map((title) => ({title, year: 2020})),
    }
    const settings = Object.entries(keys).map(([key, value]) => `${key} = "${value}"\n`)
    const config = `[Settings]\n${settings.join('')}${filmsSection}[Radarr-films.Torrent]\nStalledDelay = -1\n`
    harness = await ScenarioHarness.start({
      servers: [{name: A}],
      arrs: [radarr],
      releases: [film],
      config,
      settled: 0,
    })
    await grab(harness, film, {itemId: 1})
    change(film, {done: film.size, state: 'seeding', downSpeed: 0})
    await harness.pass(3 * HOUR)
    expect(harness.torrent(A, film.hash).category).toBe(postImportCategory)
    await harness.expectNothingDestructive()
    expect(reported().filter((verb) => verb === 'recheck')).toEqual([])
  },
)

interface WireArr {
  readonly name: string
  readonly obstacle: {readonly detail: string} | null
}

test('B.12 a stall is labelled while it lasts', async () => {
  await grabbed('StalledDelay = 60\n[Settings]\nTagless = false\n', [film])
  change(film, {...stalls, lastActivityAt: harness.world(A).now()})
  const tags = () => harness.torrent(A, film.hash).tags
  await harness.pass(5 * MINUTE)
  expect(tags()).toEqual(['qBitrr-allowed_stalled'])
  change(film, {downSpeed: 1_000, availability: 2, lastActivityAt: harness.world(A).now()})
  await harness.pass(5 * MINUTE)
  expect(tags()).toEqual([])
  expect(await harness.lines('origin=rule&origin=system')).toEqual([
    'addTags confirmed',
    'removeTags confirmed',
  ])
})
