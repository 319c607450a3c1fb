import {expect, test} from 'vitest'
import type {Access} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {AllowedFolders} from './allowed-folders.ts'

const A = asServerId('A')
const shared: Access = {
  everywhere: true,
  permits: () => true,
  may: (permission) => permission !== 'manage',
  servers: [A],
}
const owner: Access = {...shared, may: () => true}

interface World {
  readonly defaultSavePath?: string
  readonly categories?: readonly {name: string; savePath?: string}[]
  readonly mapped?: readonly string[]
  readonly saved?: readonly string[]
  readonly allowed?: readonly string[]
  /** Default: everything. */
  readonly reported?: 'nothing' | 'figures alone' | 'a list alone'
}

function foldersOf({
  defaultSavePath,
  categories = [],
  mapped = [],
  saved = [],
  allowed = [],
  reported,
}: World) {
  const figures = {defaultSavePath} as unknown as NonNullable<
    ReturnType<ConstructorParameters<typeof AllowedFolders>[0]['get']>
  >['stats']
  const stats = reported === 'nothing' || reported === 'a list alone' ? null : figures
  const syncedAt = reported === 'nothing' || reported === 'figures alone' ? null : 1
  return new AllowedFolders(
    {get: () => ({stats, categories, syncedAt})},
    {savePaths: () => saved},
    () => mapped.map((server) => ({server, ours: '/mnt'})),
    () => allowed,
  )
}

const may = (folders: AllowedFolders, folder: string, access = shared) =>
  folders.objection(access, A, folder) === null

test.each<[string, World, string]>([
  ['where it saves by default', {defaultSavePath: '/data'}, '/data/x'],
  ['the folder of a category', {categories: [{name: 'tv', savePath: '/tv'}]}, '/tv'],
  [
    'the folder of a category below the default one',
    {defaultSavePath: '/data', categories: [{name: 'tv', savePath: 'x'}]},
    '/data/x/y',
  ],
  ['where torrents lie', {saved: ['/films/']}, '/films/new'],
  ['a mapped folder', {mapped: ['/share']}, '/share/a'],
  ['what an administrator allowed', {allowed: ['/else']}, '/else'],
  ['a folder of Windows, in any case', {saved: ['D:\\Films']}, 'd:/films/new'],
  ['a folder of a share', {saved: ['\\\\nas\\share\\films']}, '\\\\nas\\share\\films\\x'],
])('%s may be named', (_, world, folder) => {
  expect(may(foldersOf(world), folder)).toBe(true)
})

test.each<[string, World, string]>([
  ['another folder', {defaultSavePath: '/data'}, '/etc/cron.d'],
  ['a folder whose name only begins alike', {defaultSavePath: '/data'}, '/data2'],
  ['the folder around', {saved: ['/data/films']}, '/data'],
  ['all of a disk, as something lies at its top', {saved: ['/']}, '/root'],
  ['all of a drive', {defaultSavePath: 'C:\\'}, 'C:\\Windows'],
  ['all of a share', {saved: ['\\\\nas\\share']}, '\\\\nas\\share\\private'],
  ['all that is mapped as a whole', {mapped: ['/']}, '/etc'],
  ['an unknown folder below a default one', {}, 'films'],
  ['what climbs', {defaultSavePath: '/data'}, '/data/../etc'],
  ['anything where nothing is known', {}, '/data'],
])('%s may not', (_, world, folder) => {
  const folders = foldersOf(world)
  expect(folders.objection(shared, A, folder)).toMatchObject({code: 'folder_forbidden'})
  expect(may(folders, folder, owner)).toBe(true)
})

test.each(['nothing', 'figures alone', 'a list alone'] as const)(
  'of a server that listed %s since the start, it is unknown what may not be named',
  (reported) => {
    const folders = foldersOf({reported, saved: ['/films'], allowed: ['/else']})
    for (const folder of ['/etc', 'films'])
      expect(folders.objection(shared, A, folder)).toMatchObject({code: 'not_ready'})
    // What is known already may.
    expect([may(folders, '/films/new'), may(folders, '/else'), may(folders, '/etc', owner)]).toEqual([
      true,
      true,
      true,
    ])
  },
)

test('a whole disk is open where an administrator says so', () => {
  expect(may(foldersOf({allowed: ['/']}), '/etc')).toBe(true)
})

test('a torrent may come back to where it was, also after many others moved, until the server is another one', () => {
  const folders = foldersOf({})
  for (let n = 0; n < 1_000; n++) folders.left(A, `/old/${n}`)
  expect([may(folders, '/old/999'), may(folders, '/old/800'), may(folders, '/old/0')]).toEqual([
    true,
    true,
    false,
  ])
  folders.forget(A)
  expect(may(folders, '/old/999')).toBe(false)
})

test('a refusal names some of the folders, and how many more there are', () => {
  const folders = foldersOf({saved: ['/1', '/2', '/3', '/4', '/5', '/6', '/7']})
  expect(folders.objection(shared, A, '/x')?.message).toBe(
    'On this server you may name folders only at or below "/1", "/2", "/3", "/4", "/5" and 2 more folders in use. ' +
      'Ask an administrator to allow "/x".',
  )
})
