import fc from 'fast-check'
import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {asUserId, type Access, type Role, type ServerPermission} from '#model/access.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {fakeHarness} from '#test/http/http-fakes.ts'
import {shownPaths} from './local-paths.ts'

const me = asUserId('me')
const [own, shared] = [asServerId('qBit'), asServerId('box')]
const mappings = [
  {server: '/downloads', ours: '/mnt/nas'},
  {server: '/films', ours: '/mnt/nas/films (new)/'},
  {server: 'D:\\data', ours: '/srv/win'},
]

async function pathsFor(role: Role, level: 'view' | 'control' = 'control') {
  const {registry, http} = await fakeHarness()
  await http.close()
  registry.changes.set('qBit', {ownerId: me, sharing: []})
  registry.changes.set('box', {ownerId: asUserId('u1'), sharing: [{with: me, level}]})
  const access = accessOf({userId: me, role, scopes: null, servers: null}, registry)
  return shownPaths(access, {servers, mappingsOf: () => mappings})
}

const servers = {list: () => [own, shared].map((id) => ({id}) as ServerView)}

const disk = 'The disk at /mnt is not the one that was there: /mnt/nas is empty.'

test('who may change a server reads our paths, and so does an administrator', async () => {
  const paths = await pathsFor('member')
  expect(paths.text(own, '/mnt/nas/a is gone.')).toBe('/mnt/nas/a is gone.')
  expect(paths.message(own, disk, 'disk_missing')).toBe(disk)
  expect(paths.args(own, {path: '/mnt/nas'}, 'disk_missing')).toEqual({path: '/mnt/nas'})
  const all = await pathsFor('administrator')
  expect(all.message(shared, disk, 'disk_missing')).toBe(disk)
  expect(all.text(null, '/mnt/nas')).toBe('/mnt/nas')
})

test.each(['view', 'control'] as const)(
  'with the right to %s a path is read as the server writes it',
  async (level) => {
    const paths = await pathsFor('member', level)
    expect(paths.text(shared, '/mnt/nas/films (new)/a b.mkv is another file by now.')).toBe(
      '/films/a b.mkv is another file by now.',
    )
    expect(paths.text(shared, 'See /mnt/nas.')).toBe('See /downloads.')
    expect(paths.text(shared, '(/mnt/nas/a), "/srv/win/b"')).toBe('(/downloads/a), "D:\\data/b"')
    // Others that only begin alike.
    expect(paths.text(shared, '/mnt/nas2/a, /mnt/nas-old, /x/mnt/nas')).toBe(
      '/mnt/nas2/a, /mnt/nas-old, /x/mnt/nas',
    )
    expect(paths.args(shared, {path: '/mnt/nas/a', bytes: 5})).toEqual({path: '/downloads/a', bytes: 5})
  },
)

test('of a disk that is gone, whose folder may lie above all mapped ones, there is a sentence without it', async () => {
  const paths = await pathsFor('member')
  expect(paths.message(shared, disk, 'disk_missing')).not.toContain('/mnt')
  expect(paths.args(shared, {path: '/mnt', disk: '8:1 ext4 5', server: 'box'}, 'disk_missing')).toEqual({
    server: 'box',
  })
  expect(paths.message(shared, 'It waits for /mnt/nas/a.', 'path_occupied')).toBe(
    'It waits for /downloads/a.',
  )
})

/* ───────────────────────────── of several servers ───────────────────────────── */

const [seen, hidden] = [asServerId('seen'), asServerId('hidden')]
/** Of whoever changes `qBit`, and looks at `box` and `seen`. */
const mine: Access = {
  everywhere: true,
  permits: (it) => it !== 'admin',
  may: (it: ServerPermission, id) => id === own || (it === 'read' && id !== hidden),
  servers: [own, shared, seen],
}

type Mappings = Partial<Record<string, readonly PathMapping[]>>

const pathsOf = (of: Mappings) =>
  shownPaths(mine, {
    servers: {list: () => [own, shared, seen, hidden].map((id) => ({id}) as ServerView)},
    mappingsOf: (id: ServerId) => of[id] ?? [],
  })

test('a path of another server is shown as that one writes it, or as a folder that is not named', () => {
  const {text, args} = pathsOf({
    qBit: [{server: '/own', ours: '/mnt/own'}],
    box: [{server: '/downloads', ours: '/mnt/nas'}],
    seen: [{server: '/films', ours: '/mnt/nas/films'}],
    hidden: [{server: '/secret', ours: '/mnt/hidden'}],
  })
  const words = '/mnt/nas/a is also /mnt/nas/films/a, /mnt/hidden/a and /mnt/own/a.'
  expect(text(shared, words)).toBe('/downloads/a is also /films/a, …/a and /mnt/own/a.')
  // Who may change one server reads our paths of that one alone.
  expect(text(own, words)).toBe('/downloads/a is also /films/a, …/a and /mnt/own/a.')
  expect(args(shared, {path: '/mnt/hidden'})).toEqual({path: '…'})
})

test('what only begins like a mapped folder is another one', () => {
  const {text} = pathsOf({box: [{server: '/downloads', ours: '/data'}]})
  for (const other of [
    '/data.old/a',
    '/data.old',
    '/data2',
    '/data-x/a',
    '/data~1',
    '/datañ',
    '/data(old)',
    '/x/data',
  ])
    expect(text(shared, `${other} is full.`)).toBe(`${other} is full.`)
  for (const end of ['', '.', ', full', ': full', '" is full', ') is full', '; full', '?', ' is full', '...'])
    expect(text(shared, `It is /data${end}`)).toBe(`It is /downloads${end}`)
})

test('a server without mappings says its own words, and so do folders of a server that are called like ours', () => {
  const of = {seen: [{server: '/mnt/seen', ours: '/data'}], qBit: [{server: '/own', ours: '/downloads'}]}
  expect(pathsOf(of).text(shared, '/data/a and /downloads/a')).toBe('/data/a and /downloads/a')
  const mapped = pathsOf({...of, box: [{server: '/data', ours: '/mnt/nas'}]})
  expect(mapped.text(shared, '/data/a, /mnt/nas/a, /downloads/a')).toBe('/data/a, /data/a, /downloads/a')
})

test('a whole disk that is mapped names a path that goes on alone, and a folder that is a whole disk is one', () => {
  const disk = pathsOf({box: [{server: '/host', ours: '/'}]})
  expect(disk.text(shared, '/mnt/a and/or / at 5 MB/s: /host/b.')).toBe(
    '/host/mnt/a and/or / at 5 MB/s: /host/b.',
  )
  const whole = pathsOf({box: [{server: '/', ours: '/mnt/nas'}]})
  expect(whole.text(shared, '/mnt/nas/a, /mnt/nas.')).toBe('/a, /.')
})

const part = fc.stringMatching(/^[a-z0-9ñ]{1,3}([._-][a-z0-9]{1,2})?$/u)
const folder = fc.array(part, {minLength: 1, maxLength: 3}).map((parts) => `/${parts.join('/')}`)
const isBelow = (path: string, around: string) => path === around || path.startsWith(`${around}/`)

test('no path below a folder of ours is shown to who may not change its server, and no other path is changed', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(folder, {minLength: 2, maxLength: 6}),
      fc.array(folder, {minLength: 1, maxLength: 6}),
      fc.constantFrom(' ', ', ', '; '),
      (ours, rests, between) => {
        const mapping = (at: number) => ({server: `/server ${at}`, ours: `/o${ours[at]!}`})
        const of: Mappings = {box: [mapping(0)], hidden: ours.slice(1).map((_, at) => mapping(at + 1))}
        const all = [...of['box']!, ...of['hidden']!]
        const paths = rests.flatMap((rest, at) => [
          `${all[at % all.length]!.ours}${rest}`,
          `${all[at % all.length]!.ours}${rest.slice(1)}`,
          rest,
        ])
        const shownAs = (path: string) => {
          const around = all
            .filter((it) => isBelow(path, it.ours))
            .toSorted((one, other) => other.ours.length - one.ours.length)[0]
          if (!around) return path
          return `${around === all[0] ? around.server : '…'}${path.slice(around.ours.length)}`
        }
        expect(pathsOf(of).text(shared, paths.join(between))).toBe(paths.map(shownAs).join(between))
      },
    ),
    {numRuns: 500},
  )
})
