import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import {asArrId, type KeptFolders} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {plainReach} from '#model/server.ts'
import {ArrLibraries, type LibraryDeps, type SharedPlace} from './arr-libraries.ts'

const mappings = () => [{server: '/data', ours: '/mnt/data'}]
const away = new CommodarrError('server_unreachable', 'No answer.')
const bo = 'bo' as UserId
/** Of the house: a disk, and where torrents are saved to on it. Of Bo: the same. */
const disk = {path: '/mnt/data', member: null}
const films = {path: '/mnt/data/films', member: null}
const boDisk = {path: '/mnt/bo', member: bo}
const boFilms = {path: '/mnt/bo/films', member: bo}
const places: readonly SharedPlace[] = [disk, films, boDisk, boFilms]

interface World {
  readonly enabled?: boolean
  readonly waiting?: readonly string[] | null
  readonly owner?: UserId
  readonly items?: readonly string[] | Error
}

function partsFor(
  folders: Readonly<Record<string, readonly string[] | Error>>,
  {enabled = true, waiting = [], owner, items = []}: World = {},
) {
  const names = Object.keys(folders)
  const known = new Map<string, KeptFolders>()
  const reported = (answer: readonly string[] | Error) => {
    if (answer instanceof Error) throw answer
    return answer
  }
  const asked: string[] = []
  const deps = {
    mappings,
    awaited: () => waiting,
    memberOf: (id: UserId | null) => id,
    turns: new TimeSlice(),
    known: {
      of: (id: string) => known.get(id) ?? null,
      take: async (id: string, kept: KeptFolders) => void known.set(id, kept),
    },
    arrs: {
      cards: () => names.map((name) => ({id: name, name, enabled, ownerId: owner ?? null})),
      former: (id: string) => ({
        config: {URI: id === 'keyless' ? null : `http://${id}`, APIKey: 'key', SkipTLSVerify: false},
      }),
      reachOf: () => plainReach.anywhere,
      unread: () => [],
    },
    asker: {
      ownFolders: async ({url}: {url: string}) => reported(folders[new URL(url).hostname]!),
      itemFolders: async ({url}: {url: string}) => {
        asked.push(new URL(url).hostname)
        return reported(items)
      },
    },
  } as unknown as LibraryDeps
  return {deps, known, asked}
}

const look = (...given: Parameters<typeof partsFor>) => new ArrLibraries(partsFor(...given).deps).of(places)
const unknown = (why: string, whose: UserId | null = null) => [{whose, why: expect.stringContaining(why)}]

test('libraries are known as the Arr writes them, and as its servers show them; switched-off Arrs have theirs, too', async () => {
  expect(await look({radarr: ['/data/media/films'], sonarr: ['/series']}, {enabled: false})).toEqual({
    paths: ['/data/media/films', '/mnt/data/media/films', '/series'],
    unknown: [],
  })
})

test.each([
  ['radarr', away, 'radarr does not say'],
  ['keyless', [], 'The address or the key of keyless'],
])('of %s that is unreachable it is unknown where its library is', async (name, reported, why) => {
  expect(await look({[name]: reported})).toEqual({paths: [], unknown: unknown(why)})
  expect(await look({[name]: reported}, {owner: bo})).toEqual({paths: [], unknown: unknown(why, bo)})
})

test('of one whose row cannot be read what it said last counts, and more is unknown, also beside others that say so', async () => {
  const {deps, known} = partsFor({radarr: ['/data/media']})
  known.set('a_1', {own: ['/series'], waiting: [], items: []})
  const unread = (ownerId: UserId | null) => () => [{id: asArrId('a_1'), ownerId, sharing: [], category: ''}]
  for (const owner of [null, bo])
    expect(await new ArrLibraries({...deps, arrs: {...deps.arrs, unread: unread(owner)}}).of(places)).toEqual(
      {
        paths: ['/series', '/data/media', '/mnt/data/media'],
        unknown: unknown('The settings of the Arr a_1 cannot be read', owner),
      },
    )
})

test('what an Arr that is on waits for is its own, whatever downloaded it; until it reported that, nothing is known', async () => {
  const waiting = ['/data/usenet/Some.Film']
  const paths = ['/data/media', '/mnt/data/media', '/data/usenet/Some.Film', '/mnt/data/usenet/Some.Film']
  expect(await look({radarr: ['/data/media']}, {waiting})).toEqual({paths, unknown: []})
  const early = partsFor({radarr: ['/data/media']}, {waiting: null})
  early.known.set('radarr', {own: [], waiting, items: []})
  expect(await new ArrLibraries(early.deps).of(places)).toEqual({
    paths,
    unknown: unknown('radarr has not reported yet'),
  })
  expect(await look({radarr: []}, {enabled: false, waiting: null})).toEqual({paths: [], unknown: []})
})

test('a mistake of ours is not taken for an Arr that is away', async () => {
  await expect(look({radarr: new TypeError('ours')})).rejects.toThrow('ours')
})

test.each([
  ['the root', '/', ['/mnt/bo', '/mnt/bo/films']],
  ['a folder around all disks', '/MNT//', ['/mnt/bo', '/mnt/bo/films']],
  ['the disk of the instance, as it is called there', '/data', ['/data']],
  ['where the instance saves torrents to', '/mnt/data/films/', []],
])('S38 %s, named by an Arr of a member, keeps its owner’s alone', async (_what, root, paths) => {
  expect(await look({radarr: [root]}, {owner: bo})).toEqual({paths, unknown: []})
  expect((await look({radarr: [root]})).paths).toContain(root)
})

test('S38 what an Arr of a member has in folders of the instance is kept by its own folders, and remembered', async () => {
  const items = ['/data/films/Old Film (1990)', '/data/films', '/']
  const paths = [
    '/data/films',
    '/mnt/data/films/library',
    '/data/films/Old Film (1990)',
    '/mnt/data/films/Old Film (1990)',
    '/mnt/bo',
    '/mnt/bo/films',
  ]
  const folders: Record<string, readonly string[] | Error> = {
    radarr: ['/data/films', '/mnt/data/films/library'],
  }
  const {deps, known, asked} = partsFor(folders, {owner: bo, items})
  const now = await new ArrLibraries(deps).of(places)
  expect([now, asked]).toEqual([{paths, unknown: []}, ['radarr']])
  folders['radarr'] = away
  expect(await new ArrLibraries(deps).of(places)).toEqual({
    paths,
    unknown: unknown('radarr does not say', bo),
  })
  expect(known.get('radarr')).toMatchObject({items})
  // It says where its library is, and not what is in it: what it said last counts.
  const half = partsFor({radarr: ['/data/films']}, {owner: bo, items: away})
  half.known.set('radarr', known.get('radarr')!)
  expect((await new ArrLibraries(half.deps).of(places)).paths).toEqual(paths)
})

test('S38 an Arr of the instance, and one whose library lies elsewhere, is not asked for all it has', async () => {
  const harness = partsFor({radarr: ['/data/films']})
  const elsewhere = partsFor({radarr: ['/mnt/bo/library', '/series']}, {owner: bo})
  expect((await new ArrLibraries(elsewhere.deps).of(places)).paths).toEqual(['/mnt/bo/library', '/series'])
  await new ArrLibraries(harness.deps).of(places)
  expect([...harness.asked, ...elsewhere.asked]).toEqual([])
})

test('S38 what is remembered of an Arr has an end, its root folders first', async () => {
  const items = Array.from({length: 3}, (_, n) => `/data/films/${String(n).repeat(1_900_000)}`)
  const {deps, known} = partsFor({radarr: ['/data/films']}, {owner: bo, items})
  expect((await new ArrLibraries(deps).of(places)).paths).toContain(items[2])
  expect(known.get('radarr')).toEqual({own: ['/data/films'], waiting: [], items: items.slice(0, 2)})
})
