/** An Arr that says itself that it does not see its downloads, or that does not take its key any more. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {grab} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const servers = [
  {name: A, torrents: 50},
  {name: B, torrents: 10},
]
const old = filmRelease('Old.Film.2020.1080p.WEB')
const fresh = filmRelease('New.Film.2020.1080p.WEB', 40_000)

const section = (name: string) => `
[Radarr-${name}]
Managed = true
Category = "${name}"
URI = "http://${name}"
APIKey = "KEY-${name}"
ReSearch = true
[Radarr-${name}.Torrent]
StalledDelay = -1
[Radarr-${name}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const arrOf = (name: string): InstanceConfig => ({
  name,
  app: 'radarr',
  downloadClients: [{name: A, category: name}],
  library: ['Old Film', 'New Film'].map((title) => ({title, year: 2020})),
})

const films = (names: readonly string[]) =>
  ScenarioHarness.start({
    servers,
    releases: [old, fresh],
    settled: 0,
    config: names.map(section).join(''),
    arrs: names.map(arrOf),
  })

/** Its server gets all of it, and it seeds. */
async function comes(arr: string, made: MadeTorrent, itemId: number): Promise<void> {
  await grab(harness, made, {itemId}, arr)
  const [world, torrent] = [harness.world(A), harness.torrent(A, made.hash)]
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const {size} = torrent
  harness.update(A, made.hash, {
    done: size,
    downloaded: size,
    uploaded: size / 2,
    downSpeed: 0,
    state: 'seeding',
    addedAt: world.now() - DAY,
    seedingTime: DAY,
  })
}

const pays = ({hash, size}: MadeTorrent) => harness.update(A, hash, {uploaded: 2 * size})
const removalOf = ({hash}: MadeTorrent) => `${A} removeWithData ${hash}`
const sim = (name: string) => harness.acting.arr(name).arr
/** When it did such a thing last. */
const last = (name: string, command: string) => sim(name).commands.lastEnded(command)
const shown = async (name: string) => {
  const {manager} = await harness.acting.api.get<WireArr>(`/api/arrs/Radarr-${name}`)
  return manager
}
const isImported = (arr: string, made: MadeTorrent) =>
  harness.acting.until(
    HOUR,
    () => sim(arr).stats.imports.some((it) => it.toLowerCase() === made.hash),
    (it) => it,
  )

interface WireArr {
  readonly manager: {
    readonly fault: string | null
    readonly checks: readonly {readonly source: string; readonly holds: string | null}[] | null
  } | null
}

test.runIf(isFull)(
  'an Arr without a path mapping is pressed for nothing and loses nothing, says why, and all goes on when it has one',
  async () => {
    harness = await films(['films'])
    await comes('films', old, 1)
    expect(await isImported('films', old)).toBe(true)
    await harness.pass(HOUR)
    sim('films').faults.add({kind: 'pathMappingMissing'})
    await comes('films', fresh, 2)
    await harness.pass(15 * MINUTE)
    expect((await shown('films'))!.checks).toMatchObject([
      {
        source: 'RemotePathMappingCheck',
        level: 'error',
        holds: 'removals',
        wiki_url: expect.stringContaining('#bad-remote-path-mapping'),
        message: expect.stringContaining('does not appear to exist'),
      },
    ])
    await harness.rule({
      name: 'Import',
      order: 5_000,
      reason: 'imported',
      when: {fact: 'complete', op: 'eq', value: true},
      scope: {categories: ['films']},
      do: [{action: 'arr.import'}],
    })
    const before = last('films', 'DownloadedMoviesScan')
    for (const made of [old, fresh]) pays(made)
    await harness.pass(HOUR)
    await harness.expectNothingDestructive()
    expect(last('films', 'DownloadedMoviesScan')).toBe(before)
    expect((await harness.why(A, old.hash)).rules.map(({sentence}) => sentence).join('\n')).toContain(
      'Its Arr has to see its downloads again: RemotePathMappingCheck is red there',
    )
    expect(await harness.journal(`info_hash=${old.hash}&verb=removeWithData`)).toMatchObject([
      {outcome: 'held', code: 'arr_unwell'},
    ])
    const [notice] = await harness.journal('subject=arr&verb=freeze')
    expect(notice).toMatchObject({
      phase: 'blocked',
      code: 'arr_unwell',
      name: 'Radarr-films',
      message: expect.stringContaining('places downloads in'),
    })
    sim('films').faults.clear()
    const all = await harness.acting.until(
      2 * HOUR,
      () => harness.destroyed(),
      (it) => it.length > 1,
    )
    expect(new Set(all)).toEqual(new Set([removalOf(old), removalOf(fresh)]))
    expect((await shown('films'))!.checks).toEqual([])
    expect(await harness.journal('subject=arr&verb=freeze')).toMatchObject([{phase: 'undone'}])
    await harness.expectWell()
  },
)

test('an Arr whose key was changed removes nothing, its neighbour goes on, and so does it with the new key', async () => {
  harness = await films(['films', 'cinema'])
  await comes('films', old, 1)
  await comes('cinema', fresh, 2)
  expect([await isImported('films', old), await isImported('cinema', fresh)]).toEqual([true, true])
  await harness.pass(HOUR)
  harness.acting.arr('films').apiKey = 'f'.repeat(32)
  for (const made of [old, fresh]) pays(made)
  await harness.pass(2 * HOUR)
  expect(harness.destroyed()).toEqual([removalOf(fresh)])
  expect((await shown('films'))!.fault).toContain('does not accept this key')
  expect((await shown('cinema'))!.fault).toBeNull()
  await harness.acting.reconfigure(['films', 'cinema'].map(section).join(''))
  const all = await harness.acting.until(
    2 * HOUR,
    () => harness.destroyed(),
    (it) => it.length > 1,
  )
  expect(all).toEqual([removalOf(fresh), removalOf(old)])
  await harness.expectWell()
})

test('while no indexer of an Arr answers it is asked for no search, and for one when it does again', async () => {
  harness = await films(['films'])
  await grab(harness, old, {itemId: 1}, 'films')
  sim('films').faults.add({kind: 'indexersDisabled'})
  await harness.pass(40 * MINUTE)
  const red = (await shown('films'))!.checks!.filter(({holds}) => holds !== null)
  expect(red).toMatchObject([{source: 'IndexerStatusCheck', holds: 'searches'}])
  const before = last('films', 'MoviesSearch')
  await harness.rule({
    name: 'Search',
    reason: 'stalled',
    when: {fact: 'complete', op: 'eq', value: false},
    scope: {categories: ['films']},
    do: [{action: 'arr.search'}],
  })
  await harness.pass(30 * MINUTE)
  expect(last('films', 'MoviesSearch')).toBe(before)
  expect((await harness.why(A, old.hash)).rules.map(({sentence}) => sentence).join('\n')).toContain(
    'Its Arr has to reach an indexer again: IndexerStatusCheck is red there',
  )
  expect(await harness.journal('subject=arr&verb=freeze')).toMatchObject([{code: 'arr_without_indexers'}])
  sim('films').faults.clear()
  const after = await harness.acting.until(
    HOUR,
    () => last('films', 'MoviesSearch'),
    (it) => it !== before,
  )
  expect(after).not.toBe(before)
  await harness.expectWell()
})
