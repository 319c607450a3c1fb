/** What an Arr has not taken in, or only a part of it. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {deleteItem} from '#lab/arrs/deletion.ts'
import {removeDownload} from '#lab/arrs/removal.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {grab, type Found} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const servers = [
  {name: A, torrents: 100},
  {name: B, torrents: 20},
]
const film = filmRelease('Some.Film.2020.1080p.WEB')
const ofMembers = makeTorrent({
  name: 'Members.Film.2020.1080p.WEB',
  content: {'film.mkv': 50_000},
  isPrivate: true,
  trackers: ['https://private.example.net/announce'],
})
const EPISODES = 10
const season = makeTorrent({
  name: 'Some.Series.S01.1080p.WEB',
  content: Object.fromEntries(numbers(EPISODES).map((at) => [`Some.Series.S01E${at}.mkv`, 4_000])),
})

function sectionOf(name: string, category: string, uri: string): string {
  return `
[${name}]
Managed = true
Category = "${category}"
URI = "http://${uri}"
APIKey = "KEY-${uri}"
ReSearch = true
ArrErrorCodesToBlocklist = ["One or more episodes expected in this release were not imported"]
[${name}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
[[${name}.Torrent.Trackers]]
URI = "private.example.net"
HitAndRunMode = "and"
MinSeedingTimeDays = 10
`
}
const seeded = {fact: 'ratio', op: 'gte', value: 1}
const complete = {fact: 'complete', op: 'eq', value: true}
/** It does not ask for a proof, as the rules of the configuration do. */
const seededAnyway = {
  name: 'Seeded anyway',
  reason: 'seedingDone',
  order: 500,
  scope: {categories: ['films', 'series']},
  when: {all: [complete, seeded]},
  do: [{action: 'removeWithData'}],
}

async function harnessOf(arr: InstanceConfig, category: string, releases: readonly MadeTorrent[]) {
  const name = `${arr.app === 'radarr' ? 'Radarr' : 'Sonarr'}-${category}`
  harness = await ScenarioHarness.start({
    servers,
    releases,
    settled: 0,
    config: sectionOf(name, category, arr.name),
    arrs: [{...arr, downloadClients: [{name: A, category}]}],
  })
}

const films: InstanceConfig = {
  name: 'radarr',
  app: 'radarr',
  library: ['Some Film', 'Members Film'].map((title) => ({title, year: 2020})),
}

/** Its server gets all of it, and it seeds for long. @param ratio that it has earned */
async function comes(arr: string, made: MadeTorrent, found: Found, ratio = 3): Promise<void> {
  await grab(harness, made, found, arr)
  const [world, torrent] = [harness.world(A), harness.torrent(A, made.hash)]
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const {size} = torrent
  const amounts = {done: size, downloaded: size, uploaded: ratio * size, downSpeed: 0}
  harness.update(A, made.hash, {...amounts, state: 'seeding', addedAt: world.now() - DAY, seedingTime: DAY})
}

const enough = 'Radarr-films: seeded enough'

test('S26 what waits for a person to import it stays, however long it seeded', async () => {
  await harnessOf(films, 'films', [film])
  await harness.rule(seededAnyway)
  await comes('radarr', film, {itemId: 1, import: 'titleMismatch'})
  await harness.pass(HOUR)
  await harness.expectNothingDestructive()
  const blocked = await harness.journal('verb=removeWithData&outcome=held&q=take%20it%20in')
  expect(blocked).toMatchObject([
    {code: 'import_waiting', message: 'Its Arr has to take it in, or to give it up.'},
  ])
  expect(await sentenceOf(film, enough)).toContain('proof of import is none, asked: there')
  expect(await sentenceOf(film, 'Radarr-films: waits to be imported')).toContain(
    'Movie title mismatch, automatic import is not possible. Manual Import required.',
  )
})

test('what several rules ask an Arr about one download is asked once for all of them', async () => {
  const proven = {fact: 'arr.importedEvidence', op: 'eq', value: 'proven'}
  const asked: string[][] = []
  for (const ratios of [[5], [5, 6, 7, 8]]) {
    await harnessOf(films, 'films', [film])
    for (const value of ratios) {
      const when = {all: [proven, {...seeded, value}]}
      await harness.rule({...seededAnyway, name: `Seeded to ${value}`, when})
    }
    await comes('radarr', film, {itemId: 1}, 3)
    await harness.pass(15 * MINUTE)
    asked.push(harness.acting.asked.filter((it) => /GET .*(history|moviefile)$/.test(it)).toSorted())
    if (asked.length === 1) await harness.stop()
  }
  expect(asked[0]).toEqual(
    expect.arrayContaining(['radarr: GET /api/v3/history', 'radarr: GET /api/v3/moviefile']),
  )
  expect(asked[1]).toEqual(asked[0])
})

test('S27 what left its Arr with its film is not imported, and a rule that says so waits and keeps what is owed', async () => {
  await harnessOf(films, 'films', [film, ofMembers])
  await comes('radarr', film, {itemId: 1, import: 'titleMismatch'}, 0.5)
  await comes('radarr', ofMembers, {itemId: 2, import: 'titleMismatch'}, 0.5)
  await harness.rule({...seededAnyway, when: {all: [seeded, {fact: 'arr.importedEvidence', op: 'exists'}]}})
  await harness.pass(5 * MINUTE)
  await filmsAreRemoved()
  for (const made of [film, ofMembers]) harness.update(A, made.hash, {uploaded: 0.9 * made.size})
  await harness.pass(HOUR)
  await harness.expectNothingDestructive()
  expect(await sentenceOf(film, enough)).toContain('proof of import is none, asked: there')
  await harness.rule({
    name: 'Gone from the library',
    scope: {arrs: ['Radarr-films']},
    hold: {for: '20m'},
    when: {all: [complete, isNot('arr.queuePresent'), isNot('arr.inLibrary')]},
    do: [{action: 'removeWithData'}],
  })
  await harness.pass(15 * MINUTE)
  await harness.expectNothingDestructive()
  expect(await sentenceOf(film, 'Gone from the library')).toMatch(/held for \S+ min of 20 min/)
  await harness.pass(15 * MINUTE)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${film.hash}`])
  const owing = await harness.journal(`info_hash=${ofMembers.hash}&verb=removeWithData`)
  expect(owing).toMatchObject([{outcome: 'held', code: 'obligation_owed'}])
  await harness.expectWell()
})

const isNot = (fact: string) => ({fact, op: 'eq', value: false})

/** By a person in the Arr, who lets the downloads be. A row of what was never let be would stay, without its film. */
async function filmsAreRemoved(): Promise<void> {
  const {arr} = harness.acting.arr('radarr')
  const wishes = {removeFromClient: false, blocklist: false, skipRedownload: true, changeCategory: false}
  for (const tracked of arr.queue.values()) await removeDownload(arr, tracked, wishes)
  await harness.pass(5 * MINUTE)
  for (const {id} of arr.library.parents) deleteItem(arr, id)
}

test('S28 a pack of which a part came in is kept whole, and blamed for nothing, until the rest is in', async () => {
  const units = numbers(EPISODES).map((number) => ({season: 1, number}))
  const series: InstanceConfig = {name: 'sonarr', app: 'sonarr', library: [{title: 'Some Series', units}]}
  await harnessOf(series, 'series', [season])
  await comes('sonarr', season, {itemId: 1, import: {partial: EPISODES - 1}})
  await harness.rule(seededAnyway)
  await harness.pass(HOUR)
  await harness.expectNothingDestructive()
  const {arr} = harness.acting.arr('sonarr')
  const [waiting] = arr.queue.values()
  expect(waiting!.unitIds).toHaveLength(EPISODES)
  expect(await sentenceOf(season, 'Sonarr-series: rejected by the Arr')).toBe(
    'Not failed and removed with its data: any part imported is yes, asked: no.',
  )
  expect(await sentenceOf(season, 'Sonarr-series: seeded enough')).toContain(
    'proof of import is none, asked: there',
  )
  expect(await harness.journal('outcome=held&q=give%20it%20up')).toMatchObject([{code: 'import_waiting'}])
  // Somebody helps, and the last one comes in, too.
  Object.assign(waiting!.release!, {import: 'ok'})
  waiting!.state = 'importPending'
  await harness.pass(HOUR)
  expect(harness.destroyed()).toEqual([`${A} removeWithData ${season.hash}`])
  expect(arr.stats.blocklists).toEqual([])
  await harness.expectWell()
})

/** What one rule says of it. */
async function sentenceOf({hash}: MadeTorrent, name: string): Promise<string> {
  const {rules} = (await harness.why(A, hash)) as unknown as Reported
  return rules.find((rule) => rule.name === name)!.sentence
}

interface Reported {
  readonly rules: readonly {readonly name: string; readonly sentence: string}[]
}

/** From 1 on. */
function numbers(count: number): readonly number[] {
  return Array.from({length: count}, (_, at) => at + 1)
}
