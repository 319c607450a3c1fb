/** Temporary quality profiles through the whole program, in virtual time. */
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {ActingHarness, type ActingWish} from './acting-harness.fixture.ts'
import {radarrSection} from './radarr-films.fixture.ts'

const MINUTE = 60
const HOUR = 3_600
const [BEST, ANY] = [1, 2]

const section = (keys: string) => `
${radarrSection}
RssSyncTimer = 0
[Radarr-Films.EntrySearch]
SearchMissing = true
QualityProfileMappings = {"Best" = "Any"}
${keys}
`
const radarr: InstanceConfig = {
  name: 'radarr',
  app: 'radarr',
  downloadClients: [{name: 'qBit', category: 'films'}],
  qualityProfiles: [{name: 'Best'}, {name: 'Any'}],
  library: Array.from({length: 3}, (_, at) => ({
    title: `Film ${at + 1}`,
    year: 2010 + at,
    hasFile: at === 0,
  })),
}

let harness: ActingHarness
afterEach(() => harness.stop())

async function start(config: string, more: Partial<ActingWish> = {}): Promise<void> {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarr],
    torrents: [],
    config,
    ...more,
  })
}
const arr = () => harness.arr('radarr').arr
const profiles = () => arr().library.parents.map(({qualityProfileId}) => qualityProfileId)
const list = () =>
  harness.api.get<{items: {id: string; title: string; state: string}[]}>('/api/profile-switches')

test('what is missing is searched once, in its temporary profile, and has its own after a crash and an edit', async () => {
  await start(section('UseTempForMissing = true'))
  await harness.pass(10 * MINUTE)
  expect([profiles(), arr().stats.searches]).toEqual([[BEST, ANY, ANY], {2: 1, 3: 1}])
  expect((await list()).items).toMatchObject([
    {title: 'Film 2', state: 'switched', original: 'Best', temporary: 'Any'},
    {title: 'Film 3', state: 'switched'},
  ])
  await harness.crash()
  await harness.rise()
  await harness.pass(HOUR)
  // A switch of ours is no reason to search again.
  expect([profiles(), arr().stats.searches]).toEqual([[BEST, ANY, ANY], {2: 1, 3: 1}])
  await harness.reconfigure(section('UseTempForMissing = false'))
  await harness.pass(3 * MINUTE)
  expect(profiles()).toEqual([BEST, BEST, BEST])
  expect(new Set((await list()).items.map(({state}) => state))).toEqual(new Set(['restored']))
  const {entries} = await harness.api.get<{entries: {name: string; args: {title: string; state: string}}[]}>(
    '/api/audit?subject=arr&verb=arr.profile',
  )
  const states = Map.groupBy(entries, ({args}) => args.title)
  expect(states.get('Film 2')?.map(({args}) => args.state)).toEqual(['restored', 'restoring', 'switched'])
})

test('Q34 while everything is only observed no profile is touched', async () => {
  await start(section('UseTempForMissing = true'), {observe: true})
  await harness.pass(HOUR)
  expect(profiles()).toEqual([BEST, BEST, BEST])
  expect(await harness.api.get('/api/profile-switches')).toMatchObject({
    items: [],
    arrs: [{on: true, only_shown: true, waiting: 2}],
  })
})
