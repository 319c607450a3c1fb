import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  contradictionAt,
  diskRelation,
  overlap,
  pathReader,
  toOurs,
  toServer,
  type CheckedMapping,
  type ServerDisk,
} from './path-mapping.ts'

const mappings = [
  {server: '/data', ours: '/mnt/a'},
  {server: '/data/films', ours: '/mnt/films'},
  {server: 'D:\\Torrents', ours: '/mnt/win'},
  {server: '\\\\nas\\share', ours: '/mnt/nas'},
]

test.each([
  ['/data', '/mnt/a'],
  ['/data/', '/mnt/a'],
  ['/data/x', '/mnt/a/x'],
  ['//data//x/./y/', '/mnt/a/x/y'],
  ['/data/films/x', '/mnt/films/x'],
  ['/data/filmsx/x', '/mnt/a/filmsx/x'],
  ['/database/x', null],
  ['/Data/x', null],
  ['/other', null],
  ['/data/../etc', null],
  ['data/x', null],
  ['', null],
  ['/data/a\0b', null],
  ['d:/torrents/A/b', '/mnt/win/A/b'],
  ['D:\\TORRENTS\\A\\b', '/mnt/win/A/b'],
  ['D:\\TorrentsB\\b', null],
  ['D:\\Torrents\\..\\x', null],
  ['\\\\NAS\\Share\\x', '/mnt/nas/x'],
  ['/data/a\\b', '/mnt/a/a\\b'],
] as const)('the server writes %j, we have it at %j', (path, ours) => {
  expect(toOurs(path, mappings)).toBe(ours)
})

test.each([
  ['/mnt/films/x', '/data/films/x'],
  ['/mnt/win/A/b', 'D:\\Torrents\\A\\b'],
  ['/mnt/win/a:b', null],
  ['/mnt/win/a\\..\\b', null],
  ['/mnt/nas/x', '\\\\nas\\share\\x'],
  ['/mnt', null],
] as const)('of %j the server is sent %j', (path, server) => {
  expect(toServer(path, mappings)).toBe(server)
})

test('the whole root can be mapped', () => {
  expect(toOurs('/x/y', [{server: '/', ours: '/host'}])).toBe('/host/x/y')
  expect(toOurs('C:\\x', [{server: 'C:\\', ours: '/c'}])).toBe('/c/x')
})

const part = fc
  .string({minLength: 1, maxLength: 5})
  .filter((it) => !/[/\\:\0]/.test(it) && !/^\.\.?$/.test(it))
const path = fc.array(part, {minLength: 1, maxLength: 5}).map((parts) => `/${parts.join('/')}`)
const table = fc.array(fc.record({server: path, ours: path}), {maxLength: 5})

test('what is mapped lies below a mapped folder, and never climbs out', () => {
  const messy = fc.oneof(
    path,
    fc.string(),
    fc.array(fc.constantFrom('..', '.', 'a', '')).map((it) => `/${it.join('/')}`),
  )
  fc.assert(
    fc.property(messy, table, (from, rows) => {
      const ours = toOurs(from, [...rows, {server: '/a', ours: '/safe'}])
      if (ours !== null) expect(ours.split('/')).not.toContain('..')
      const below = [...rows.map((row) => row.ours), '/safe'].some(
        (it) => ours === it || ours?.startsWith(`${it}/`),
      )
      expect(ours === null || below).toBe(true)
    }),
  )
})

test('with one mapping the way there and back ends where it began', () => {
  const windows = fc.boolean()
  fc.assert(
    fc.property(path, path, path, windows, (server, ours, rest, isWindows) => {
      const folder = isWindows ? `C:${server.replaceAll('/', '\\')}` : server
      const mapping = [{server: folder, ours}]
      const there = toServer(ours + rest, mapping)
      expect(there).not.toBeNull()
      expect(toOurs(there!, mapping)).toBe(ours + rest)
    }),
  )
})

const disk = (more: Partial<ServerDisk> = {}): ServerDisk => ({
  machine: 'here',
  storage: null,
  mappings: [],
  ...more,
})
const mapping = (ours: string) => ({mappings: [{server: '/data', ours}]})

test.each([
  [disk(), disk(), 'shared'],
  [disk(), disk({machine: 'box'}), 'unknown'],
  [disk({storage: 'nas'}), disk({machine: 'box', storage: 'nas'}), 'shared'],
  [disk({storage: 'nas'}), disk({storage: 'ssd'}), 'apart'],
  [disk({storage: 'nas'}), disk({machine: 'box', storage: 'ssd'}), 'apart'],
  [disk({storage: 'nas'}), disk(), 'shared'],
  [disk({storage: 'nas'}), disk({machine: 'box'}), 'unknown'],
  [disk({...mapping('/mnt/a')}), disk({machine: 'box'}), 'unknown'],
  [disk({...mapping('/mnt/a')}), disk({machine: 'box', ...mapping('/mnt/a/b')}), 'shared'],
  // Links and mounts may make one folder of two: only the files themselves tell that they are apart.
  [disk({...mapping('/mnt/a')}), disk({machine: 'box', ...mapping('/mnt/ab')}), 'unknown'],
  [disk({storage: 'x', ...mapping('/mnt/a')}), disk({storage: 'y', ...mapping('/mnt/a')}), 'shared'],
] as const)('disks of servers %j and %j: %s', (a, b, relation) => {
  expect([diskRelation(a, b), diskRelation(b, a)]).toEqual([relation, relation])
})

test('what cannot be read overlaps with everything', () => {
  expect(overlap('/a/../b', '/c')).toBe(true)
  expect(overlap('/a/b', '/a/bc')).toBe(false)
})

test('many paths in a row are read as each is alone', () => {
  const part = fc.constantFrom('a', 'b', 'c', 'A', '.', '..', '', 'x y', 'a\\b', 'd:', 'n\0l')
  const root = fc.constantFrom('/', '', 'c:/', 'C:\\', '\\\\h\\s\\', '//')
  const path = fc
    .tuple(root, fc.array(part, {maxLength: 4}), fc.constantFrom('/', '\\'))
    .map(([start, parts, separator]) => start + parts.join(separator))
  const mapping = fc
    .record({server: path, ours: path})
    .chain((it) => fc.constantFrom<CheckedMapping>(it, {...it, contradicted: 'Another file lies there.'}))
  fc.assert(
    fc.property(fc.array(path, {maxLength: 20}), fc.array(mapping, {maxLength: 4}), (paths, mappings) => {
      const read = pathReader(mappings)
      for (const one of paths) {
        expect(read(one)).toEqual({ours: toOurs(one, mappings), contradicted: contradictionAt(one, mappings)})
      }
    }),
    {numRuns: 2_000},
  )
})
