/** One folder or file by several names: capitals, code points, links and mounts. Who uses it is told by the disk. */
import {mkdirSync, renameSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {some} from '../proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const wanted = {category: 'films', uploaded: 90_000}
const rule = {
  name: 'Enough',
  reason: 'seedingDone',
  scope: {servers: [A], categories: ['films']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  do: [{action: 'removeWithData'}],
}

/** People are refused, and the rule takes the torrent alone, or nothing. @returns those that are gone */
async function lostOf(hash: string, files: readonly string[]): Promise<readonly string[]> {
  for (const more of ['', '&free_at_once=true'])
    expect([409, 422]).toContain((await harness.remove(A, hash, more)).status)
  await harness.scenario.rule(rule)
  await harness.pass(HOUR)
  expect(harness.scenario.destroyed().filter((it) => it.includes('removeWithData'))).toEqual([])
  await harness.scenario.expectWell()
  return files.filter((path) => !harness.has(path))
}

/** As one torrent, and as the other; on disks that fold them both are one. */
const spellings = {
  capitals: ['Movie/film.mkv', 'movie/film.mkv'],
  'one and two code points': ['Caf\u00e9/film.mkv', 'Cafe\u0301/film.mkv'],
  'a sharp s': ['Stra\u00dfe/film.mkv', 'STRASSE/film.mkv'],
  'a ligature': ['\ufb01lm/film.mkv', 'film/film.mkv'],
} as const
const spelled = (Object.keys(spellings) as (keyof typeof spellings)[]).flatMap((how) =>
  [A, B].map((other) => ({how, other})),
)

test.each(some(2, spelled))(
  'S34 names that differ in $how alone, on $other, are a doubt where we do not see the disk',
  async ({how, other}) => {
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/data', isMapped: false},
      {name: B, torrents: 20, folder: '/data', isMapped: false},
    ])
    const [one, two] = spellings[how]
    const {hash} = harness.put(A, FIRST, {[one]: 9_000}, wanted)
    harness.put(other, FIRST + 1, {[two]: 9_000})
    await harness.pass(33 * MINUTE)
    expect(await lostOf(hash, [one, two])).toEqual([])
  },
)

test.each(some(1, ['capitals', 'one and two code points'] as const))(
  'S34 names that differ in %s are two files where the disk distinguishes them',
  async (how) => {
    harness = await DiskHarness.start([
      {name: A, torrents: 20, folder: '/downloads'},
      {name: B, torrents: 20, folder: '/data'},
    ])
    const [one, two] = spellings[how]
    const {hash} = harness.put(A, FIRST, {[one]: 9_000}, wanted)
    harness.put(B, FIRST + 1, {[two]: 9_000})
    await harness.pass(33 * MINUTE)
    expect(await harness.remove(A, hash)).toMatchObject({status: 200})
    await harness.pass(MINUTE)
    expect([harness.has(one), harness.has(two)]).toEqual([false, true])
    await harness.scenario.expectWell()
  },
)

/** The same bytes by another way, laid after both torrents are there. */
const ways = {
  'a link to the folder': () => {
    mkdirSync(join(harness.folder, 'films'))
    renameSync(join(harness.folder, 'Movie'), join(harness.folder, 'films/Movie'))
    symlinkSync(join(harness.folder, 'films/Movie'), join(harness.folder, 'Movie'))
  },
  'a link to the folder around it': () => {
    renameSync(join(harness.folder, 'films'), join(harness.folder, 'disk'))
    symlinkSync('disk', join(harness.folder, 'films'))
  },
} as const

test('S34 a link to a folder is that folder, for people and rules', async () => {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/downloads'},
    {name: B, torrents: 20, folder: '/data'},
  ])
  const {hash} = harness.put(A, FIRST, {'Movie/film.mkv': 9_000}, wanted)
  ways['a link to the folder']()
  harness.put(B, FIRST + 1, {'Movie/film.mkv': 9_000}, {savePath: '/data/films'})
  await harness.pass(33 * MINUTE)
  expect(await lostOf(hash, ['films/Movie/film.mkv'])).toEqual([])
})

test('S34 a link to the folder around both is that folder', async () => {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/downloads'},
    {name: B, torrents: 20, folder: '/data'},
  ])
  const {hash} = harness.put(A, FIRST, {'Movie/film.mkv': 9_000}, {...wanted, savePath: '/downloads/films'})
  ways['a link to the folder around it']()
  harness.put(B, FIRST + 1, {'Movie/film.mkv': 9_000}, {savePath: '/data/disk'})
  await harness.pass(33 * MINUTE)
  expect(await lostOf(hash, ['disk/Movie/film.mkv'])).toEqual([])
})
