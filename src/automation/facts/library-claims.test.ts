import {expect, test} from 'vitest'
import type {CheckedMapping} from '#disk/path-mapping.ts'
import type {Place} from '#disk/places.ts'
import type {UserId} from '#model/access.ts'
import {asArrId, claimWords, type LibraryFolders} from '#model/arr.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {LibraryFileFound, PlacedData} from '../arr/library-places.ts'
import {claimingArrs, LibraryClaims, type ClaimingArr} from './library-claims.ts'

const key = {serverId: asServerId('A'), hash: asInfoHash('a'.repeat(40))!}
const [films, series] = ['Radarr', 'Sonarr'].map((id) => asArrId(id))
const away = new CommodarrError('arr_not_ready', 'It is away.')

/** One torrent, and Arrs that say what a test says. */
function world(record: Partial<TorrentRecord> = {contentPath: '/media/Film', savePath: '/media'}) {
  const clock = new VirtualClock()
  const says = {
    record: record as TorrentRecord | null,
    arrs: [{id: films!, isOpen: true}] as readonly ClaimingArr[],
    isHeard: true,
    /** By Arr; none = it is away. */
    folders: new Map<string, LibraryFolders>([[films!, {roots: ['/media'], mappings: []}]]),
    found: {path: '/media/Film/film.mkv', isWhole: true} as LibraryFileFound | null,
    files: ['a.mkv'] as readonly string[] | null,
    mappings: [] as readonly CheckedMapping[],
    places: new Map<string, Place>(),
  }
  const known = new Map<string, LibraryFolders>()
  const asked: string[] = []
  const data: PlacedData[] = []
  const claims = new LibraryClaims(
    {get: () => says.record},
    {
      async files() {
        asked.push('files')
        if (says.files === null) throw new CommodarrError('not_ready', 'Its server is busy.')
        return says.files.map((path) => ({path}) as TorrentFile)
      },
    },
    {
      on: () => says.arrs,
      isHeard: () => says.isHeard,
      async folders(id) {
        asked.push(`folders ${id}`)
        const its = says.folders.get(id)
        if (!its) throw away
        return its
      },
      async fileIn(id, its) {
        asked.push(`file ${id}`)
        data.push(its)
        if (!says.found) throw away
        return says.found
      },
    },
    {
      mappings: () => says.mappings,
      allMappings: () => says.mappings,
      places: {
        of: async (path) => says.places.get(path) ?? {unknown: 'missing', detail: 'Nothing is there.'},
      },
    },
    {of: (id) => known.get(id) ?? null, take: async (id, its) => void known.set(id, its)},
    clock,
  )
  const claim = async (part: 'data' | 'folder' = 'data') => {
    await claims.look(key, part)
    return claims.of(key, part, 'read')
  }
  return {clock, says, known, asked, data, claims, claim}
}

test('S51 a file of a library in the data is named, and where there is none nothing is', async () => {
  const {claim, says, asked} = world()
  expect(await claim()).toEqual({is: 'has', path: '/media/Film/film.mkv'})
  says.found = {path: null, isWhole: true}
  expect(await claim()).toBeNull()
  says.found = {path: null, isWhole: false}
  expect(await claim()).toMatchObject({is: 'unread'})
  expect(asked).not.toContain('files')
})

test.each([
  ['below a root folder', '/media/Film', true],
  ['a root folder itself', '/media', true],
  ['around a root folder', '/', true],
  ['spelled in another way', '/Media/Film', true],
  ['elsewhere', '/srv/Film', false],
  ['a name that begins alike', '/mediathek/Film', false],
])('S51 only what lies around a root folder is asked about: %s', async (_, contentPath, isAsked) => {
  const {claim, asked} = world({contentPath, savePath: '/other'})
  await claim()
  expect(asked.includes(`file ${films}`)).toBe(isAsked)
})

test('S51 what a path mapping of the Arr leads to lies there, too', async () => {
  const {claim, says} = world({contentPath: '/srv/films/Film', savePath: '/srv/films'})
  const mappings = [{host: 'nas', remotePath: '/srv/films/', localPath: '/mnt/films/'}]
  says.folders.set(films!, {roots: ['/mnt/films'], mappings})
  expect(await claim()).toMatchObject({is: 'has'})
})

test('S51 what the disk shows to lie in a root folder does, by whatever path', async () => {
  const {claim, says, data} = world({contentPath: '/films/Film', savePath: '/films'})
  says.mappings = [
    {server: '/films', ours: '/ours/films'},
    {server: '/media', ours: '/ours/media'},
  ]
  expect(await claim()).toBeNull()
  const place = (folders: readonly string[], path: readonly string[]): Place => ({
    path,
    inside: path,
    device: '1',
    folders,
    file: null,
  })
  // A link leads there.
  says.places.set('/ours/media', place(['/', 'o', 'm'], ['ours', 'media']))
  says.places.set('/ours/films/Film', place(['/', 'o', 'm', 'f'], ['ours', 'media', 'Film']))
  expect(await claim()).toMatchObject({is: 'has'})
  expect(data.at(-1)!.seen).toEqual(['/media/Film'])
})

test('S51 while an Arr is silent what it said last counts, and only what lies there waits', async () => {
  const {claim, says, known, asked, clock} = world()
  says.folders.clear()
  expect(await claim()).toEqual({is: 'unheard'})
  known.set(films!, {roots: ['/media'], mappings: []})
  expect(await claim()).toEqual({is: 'silent', folder: '/media'})
  // It is not waited for again for a minute.
  expect(asked).toEqual([`folders ${films}`])
  says.record = {contentPath: '/srv/Film', savePath: '/srv'} as TorrentRecord
  expect(await claim()).toBeNull()
  await clock.advance(60_000)
  await claim()
  expect(asked).toEqual([`folders ${films}`, `folders ${films}`])
  says.isHeard = false
  await clock.advance(60_000)
  await claim()
  expect(asked).toHaveLength(2)
})

test('S51 an Arr that says where its library is, and then no more, leaves a doubt; another may know', async () => {
  const {claim, says} = world()
  says.found = null
  expect(await claim()).toEqual({is: 'silent', folder: '/media'})
  const other = world()
  other.says.arrs = [
    {id: series!, isOpen: true},
    {id: films!, isOpen: true},
  ]
  expect(await other.claim()).toMatchObject({is: 'has'})
  other.says.found = {path: null, isWhole: true}
  expect(await other.claim()).toEqual({is: 'unheard'})
  other.says.arrs = []
  expect(await other.claim()).toBeNull()
})

test('S51 of a torrent in a folder of many its own files count, and one that does not list them leaves a doubt', async () => {
  const {claim, says, data} = world({contentPath: '/media', savePath: '/media'})
  await claim()
  expect(data[0]).toMatchObject({content: '/media', files: ['/media/a.mkv']})
  says.files = null
  expect(await claim()).toEqual({is: 'unread', why: 'Its server is busy.'})
})

test('S51 what is not its own goes with its folder', async () => {
  const {claim, data} = world({contentPath: '/media/Film/film.mkv', savePath: '/media'})
  await claim('folder')
  await claim('data')
  expect(data.map(({content}) => content)).toEqual(['/media/Film', '/media/Film/film.mkv'])
})

test('S51 a user without access gets neither file nor folder', async () => {
  const {claim, says} = world()
  says.arrs = [{id: films!, isOpen: false}]
  expect(await claim()).toEqual({is: 'has', path: ''})
  says.found = null
  expect(await claim()).toEqual({is: 'silent', folder: ''})
})

test('S51 what was found is known at a glance for half an hour, as long as the data lies there', async () => {
  const {claim, claims, says, clock, asked} = world()
  expect(claims.of(key, 'data', 'glance')).toBeNull()
  expect(claims.of(key, 'data', 'read')).toMatchObject({is: 'unread'})
  await claim()
  expect(claims.of(key, 'data', 'glance')).toMatchObject({is: 'has'})
  await clock.advance(30_000)
  const before = asked.length
  await claims.lookAgain(key)
  expect(asked).toHaveLength(before)
  await clock.advance(1)
  await claims.lookAgain(key)
  expect(asked.length).toBeGreaterThan(before)
  await clock.advance(1_800_000)
  expect(claims.of(key, 'data', 'glance')).toBeNull()
  await claim()
  says.record = {contentPath: '/srv/Film', savePath: '/srv'} as TorrentRecord
  expect(claims.of(key, 'data', 'glance')).toBeNull()
  expect(claims.of(key, 'data', 'read')).toMatchObject({is: 'unread'})
})

test('S51 where its library is, an Arr that begins to answer says at once', async () => {
  const {claims, known} = world()
  await claims.answers(films!)
  expect(known.get(films!)).toEqual({roots: ['/media'], mappings: []})
})

test('S51 each doubt says what ends it', () => {
  expect(claimWords({is: 'has', path: '/media/Film/film.mkv'})).toMatch(
    /^\/media\/Film\/film\.mkv in the library of an Arr/,
  )
  expect(claimWords({is: 'has', path: ''})).toMatch(/^Files in the library of an Arr/)
  expect(claimWords({is: 'silent', folder: '/media'})).toContain('until that Arr answers')
  expect(claimWords({is: 'silent', folder: ''})).toContain('a folder of the library of an Arr')
  expect(claimWords({is: 'unheard'})).toContain('until that Arr answers')
  expect(claimWords({is: 'unread', why: 'Its server is busy.'})).toContain('Its server is busy.')
})

test('S38 the Arr of a member keeps their own torrents alone, and that of the instance those of all, unnamed', () => {
  const [bo, ada] = ['bo', 'ada'] as unknown as [UserId, UserId]
  const arrs = [
    {id: asArrId('House'), member: null},
    {id: asArrId('Bo'), member: bo},
    {id: asArrId('Ada'), member: ada},
    {id: asArrId('Elsewhere'), member: null},
  ]
  const on = (compartment: UserId | null) =>
    claimingArrs(arrs, key.serverId, {
      reaches: ({id}) => id !== asArrId('Elsewhere'),
      memberOf: ({member}) => member,
      compartmentOf: () => compartment,
    })
  expect(on(null)).toEqual([{id: 'House', isOpen: true}])
  expect(on(bo)).toEqual([
    {id: 'House', isOpen: false},
    {id: 'Bo', isOpen: true},
  ])
})
