/** One folder or file by several names: capitals, code points, links and mounts. Who uses it is told by the disk. */
import {mkdirSync, renameSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {some} from '../proof.ts'
import {DiskHouse} from './disk-house.fixture.ts'
import {A, B, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let house: DiskHouse
afterEach(() => house.stop())

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
    expect([409, 422]).toContain((await house.remove(A, hash, more)).status)
  await house.scenario.rule(rule)
  await house.pass(HOUR)
  expect(house.scenario.destroyed().filter((it) => it.includes('removeWithData'))).toEqual([])
  await house.scenario.expectWell()
  return files.filter((path) => !house.has(path))
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
    house = await DiskHouse.start([
      {name: A, torrents: 20, folder: '/data', isMapped: false},
      {name: B, torrents: 20, folder: '/data', isMapped: false},
    ])
    const [one, two] = spellings[how]
    const {hash} = house.put(A, FIRST, {[one]: 9_000}, wanted)
    house.put(other, FIRST + 1, {[two]: 9_000})
    await house.pass(33 * MINUTE)
    expect(await lostOf(hash, [one, two])).toEqual([])
  },
)

test.each(some(1, ['capitals', 'one and two code points'] as const))(
  'S34 names that differ in %s are two files where the disk tells them apart',
  async (how) => {
    house = await DiskHouse.start([
      {name: A, torrents: 20, folder: '/downloads'},
      {name: B, torrents: 20, folder: '/data'},
    ])
    const [one, two] = spellings[how]
    const {hash} = house.put(A, FIRST, {[one]: 9_000}, wanted)
    house.put(B, FIRST + 1, {[two]: 9_000})
    await house.pass(33 * MINUTE)
    expect(await house.remove(A, hash)).toMatchObject({status: 200})
    await house.pass(MINUTE)
    expect([house.has(one), house.has(two)]).toEqual([false, true])
    await house.scenario.expectWell()
  },
)

/** The same bytes by another way, laid after both torrents are there. */
const ways = {
  'a link to the folder': () => {
    mkdirSync(join(house.folder, 'films'))
    renameSync(join(house.folder, 'Movie'), join(house.folder, 'films/Movie'))
    symlinkSync(join(house.folder, 'films/Movie'), join(house.folder, 'Movie'))
  },
  'a link to the folder around it': () => {
    renameSync(join(house.folder, 'films'), join(house.folder, 'disk'))
    symlinkSync('disk', join(house.folder, 'films'))
  },
} as const

test('S34 a link to a folder is that folder, for people and rules', async () => {
  house = await DiskHouse.start([
    {name: A, torrents: 20, folder: '/downloads'},
    {name: B, torrents: 20, folder: '/data'},
  ])
  const {hash} = house.put(A, FIRST, {'Movie/film.mkv': 9_000}, wanted)
  ways['a link to the folder']()
  house.put(B, FIRST + 1, {'Movie/film.mkv': 9_000}, {savePath: '/data/films'})
  await house.pass(33 * MINUTE)
  expect(await lostOf(hash, ['films/Movie/film.mkv'])).toEqual([])
})

test('S34 a link to the folder around both is that folder', async () => {
  house = await DiskHouse.start([
    {name: A, torrents: 20, folder: '/downloads'},
    {name: B, torrents: 20, folder: '/data'},
  ])
  const {hash} = house.put(A, FIRST, {'Movie/film.mkv': 9_000}, {...wanted, savePath: '/downloads/films'})
  ways['a link to the folder around it']()
  house.put(B, FIRST + 1, {'Movie/film.mkv': 9_000}, {savePath: '/data/disk'})
  await house.pass(33 * MINUTE)
  expect(await lostOf(hash, ['disk/Movie/film.mkv'])).toEqual([])
})
