import {execFileSync} from 'node:child_process'
import {linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {mayShowSame, viewOf} from './mount-table.ts'
import {Patience} from './patience.ts'
import {folded, Places, relate, type LinksFound, type Place} from './places.ts'

type Relation = ReturnType<typeof relate>

let folder: string
const mounted: string[] = []

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-places-')))
})
afterEach(() => {
  for (const at of mounted.splice(0).toReversed()) execFileSync('umount', ['-l', at])
  rmSync(folder, {recursive: true, force: true})
})

const newPlaces = () => new Places(new Patience(systemClock), new VirtualClock())

async function related(a: string, b: string): Promise<Relation> {
  const places = newPlaces()
  const [one, other] = [await places.of(join(folder, a)), await places.of(join(folder, b))]
  if ('unknown' in one || 'unknown' in other) throw new Error(JSON.stringify([one, other]))
  return relate(one, other)
}

function make(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), {recursive: true})
    writeFileSync(join(folder, file), file)
  }
}

function bind(from: string, to: string): void {
  mkdirSync(join(folder, to), {recursive: true})
  execFileSync('mount', ['--bind', join(folder, from), join(folder, to)])
  mounted.push(join(folder, to))
}

test.each<[string, string, Relation]>([
  ['a/film', 'a/film', 'same'],
  ['a/film', 'a/film/', 'same'],
  ['a/film', 'a//./film', 'same'],
  ['a/film', 'a/../a/film', 'same'],
  ['a/film/1.mkv', 'a/film', 'inside'],
  ['a', 'a/film/1.mkv', 'around'],
  ['a/film', 'a/film 2', 'apart'],
  // Neither is there: a disk may or may not tell them apart.
  ['a/Later', 'a/later', 'unknown'],
  ['a/later/x', 'a/LATER', 'unknown'],
  ['a/caf\u00e9', 'a/cafe\u0301', 'unknown'],
  ['a/later.', 'a/later', 'unknown'],
  ['a/later', 'a/later', 'same'],
  ['a/later/x', 'a/later', 'inside'],
  ['b/later', 'a/later', 'apart'],
])('%s and %s: %s', async (a, b, relation) => {
  make('a/film/1.mkv', 'a/film 2/1.mkv', 'b/x')
  expect(await related(a, b)).toBe(relation)
})

test('what the disk has under both spellings is two, whatever they look like', async () => {
  make('a/Movie/1.mkv', 'a/movie/1.mkv')
  expect(await related('a/Movie', 'a/movie')).toBe('apart')
  expect(await related('a/Movie/1.mkv', 'a/movie')).toBe('apart')
  // Of what is not there yet the folder decides.
  expect(await related('a/Movie/2.mkv', 'a/movie/2.mkv')).toBe('apart')
})

test('links to folders and to files lead to one place', async () => {
  make('disk/films/a/1.mkv')
  symlinkSync(join(folder, 'disk'), join(folder, 'link'))
  symlinkSync('films', join(folder, 'disk/movies'))
  symlinkSync(join(folder, 'disk/films/a/1.mkv'), join(folder, 'alias.mkv'))
  expect(await related('link/films/a', 'disk/films/a')).toBe('same')
  expect(await related('link/movies/a/1.mkv', 'disk/films')).toBe('inside')
  expect(await related('link/movies/a', 'disk')).toBe('inside')
  expect(await related('link/movies/new', 'disk/films/new')).toBe('same')
  expect(await related('alias.mkv', 'disk/films/a/1.mkv')).toBe('same')
})

test('names of the same bytes are two places, where they are two names', async () => {
  make('a/1.mkv', 'b/x')
  for (const name of ['a/2.mkv', 'b/1.mkv', 'a/1.MKV']) linkSync(join(folder, 'a/1.mkv'), join(folder, name))
  expect(await related('a/1.mkv', 'a/2.mkv')).toBe('apart')
  expect(await related('a/1.mkv', 'b/1.mkv')).toBe('apart')
  // That may be one name of a disk that does not tell capitals apart.
  expect(await related('a/1.mkv', 'a/1.MKV')).toBe('same')
})

test.runIf(process.getuid?.() === 0)('a folder that is mounted a second time is the same one', async () => {
  make('disk/films/a/1.mkv', 'disk/other/x')
  bind('disk/films', 'seen/by/another')
  expect(await related('seen/by/another/a', 'disk/films/a')).toBe('same')
  expect(await related('seen/by/another/a', 'disk')).toBe('inside')
  expect(await related('disk', 'seen/by/another/a/1.mkv')).toBe('around')
  expect(await related('seen/by/another/new', 'disk/films/new')).toBe('same')
  expect(await related('seen/by/another/a', 'disk/other')).toBe('apart')
  // Two spellings of one folder, as a disk has them that does not tell capitals apart.
  make('disk/Movie/1.mkv')
  bind('disk/Movie', 'disk/movie')
  expect(await related('disk/Movie/1.mkv', 'disk/movie/1.mkv')).toBe('same')
  expect(await related('disk/Movie/new.mkv', 'disk/movie/new.mkv')).toBe('same')
})

test('the disk is asked once for what many ask within a moment, and again right before something is done', async () => {
  const clock = new VirtualClock()
  const places = new Places(new Patience(systemClock), clock)
  const of = async (isFresh = false) => ((await places.of(join(folder, 'x'), isFresh)) as Place).file !== null
  make('x')
  expect(await of()).toBe(true)
  rmSync(join(folder, 'x'))
  expect(await of()).toBe(true)
  expect(await of(true)).toBe(false)
  make('x')
  expect(await of()).toBe(true)
  rmSync(join(folder, 'x'))
  await clock.advance(31_000)
  expect(await of()).toBe(false)
})

test('a path that leads nowhere on its own is unknown', async () => {
  expect(await newPlaces().of('films/a')).toMatchObject({unknown: 'notSupported'})
  expect(await newPlaces().of(String.raw`C:\films`)).toMatchObject({unknown: 'notSupported'})
})

test('a file where a folder should be is a place anyway', async () => {
  make('a')
  expect(await related('a/b', 'a')).toBe('inside')
})

test('however it is asked, the answer is the same the other way round', () => {
  const part = fc.constantFrom('a', 'A', 'b', '\u00e9', 'e\u0301', 'c.')
  const anyPlace = fc
    .record({path: fc.array(part, {maxLength: 4}), there: fc.integer({min: 0, max: 4})})
    .map(({path, there}): Place => {
      const depth = Math.min(there, path.length)
      // As a disk without capitals and accents would number them.
      const folders = ['', ...path.slice(0, depth)].map((_, at) =>
        ['1:', ...path.slice(0, at).map(folded)].join('/'),
      )
      return {path, inside: path, device: '1', folders, file: null}
    })
  const back = {same: 'same', inside: 'around', around: 'inside', apart: 'apart', unknown: 'unknown'} as const
  fc.assert(
    fc.property(anyPlace, anyPlace, (a, b) => {
      const there = relate(a, b)
      expect(relate(b, a)).toBe(back[there])
      // On such a disk what is spelled alike is one.
      const length = Math.min(a.path.length, b.path.length)
      const isAlike = a.path.slice(0, length).every((it, at) => folded(it) === folded(b.path[at]!))
      if (isAlike) expect(there).not.toBe('apart')
    }),
  )
})

for (const [what, links, found] of [
  ['no link', [], []],
  ['a folder that is another one', [['Film/Subs', 'library']], ['Film/Subs']],
  ['one that is another one deep below', [['Film/a/b/c', 'library']], ['Film/a/b/c']],
  ['itself', [['Film', 'library']], ['Film']],
  ['a folder of its own by another name', [['Film/Other', 'Film/Extras']], []],
  ['a folder of its name beside it', [['Film/Other', 'Film 2']], ['Film/Other']],
  ['a file elsewhere', [['Film/b.mkv', 'library/b.mkv']], []],
  ['nothing', [['Film/b.mkv', 'nowhere']], []],
  [
    'each other',
    [
      ['Film/b', 'Film/c'],
      ['Film/c', 'Film/b'],
    ],
    [],
  ],
] as const) {
  test(`who deletes below a folder is led out of it by a link to a folder elsewhere: ${what}`, async () => {
    make('library/b.mkv', 'Film 2/c.mkv')
    if (what !== 'itself') make('Film/a.mkv', 'Film/Extras/e.mkv', 'Film/a/b/d.mkv')
    for (const [at, to] of links) symlinkSync(join(folder, to), join(folder, at))
    const seen = await newPlaces().linksOut(join(folder, 'Film'))
    expect(seen).toEqual(found.map((it) => join(folder, it)))
  })
}

test('folders above may be links, and of what is not there nothing is said', async () => {
  make('disk/films/Film/a.mkv')
  symlinkSync(join(folder, 'disk'), join(folder, 'data'))
  for (const path of ['data/films/Film', 'data/films/gone/Film', 'data/films/Film/a.mkv'])
    expect(await newPlaces().linksOut(join(folder, path))).toEqual([])
})

test('of links it is said where they lead, what those that lead nowhere wait for, and how large the files are', async () => {
  const places = newPlaces()
  make('film/1.mkv', 'there/x', 'pack/one', 'pack/deep/three', 'many/x')
  const at = (path: string) => join(folder, path)
  symlinkSync(at('film/1.mkv'), at('pack/1.mkv'))
  expect(await places.linksIn(at('pack'))).toMatchObject({
    leadsTo: [{path: at('film/1.mkv').split('/').slice(1), size: 'film/1.mkv'.length}],
    awaited: [],
    sizes: expect.toSatisfy((sizes: number[]) => sizes.toSorted((a, b) => a - b).join() === '8,15'),
  })
  // By another link, relative to it, of which the folder is missing, too.
  symlinkSync('../away/films/1.mkv', at('pack/2.mkv'))
  symlinkSync(at('pack/2.mkv'), at('pack/3.mkv'))
  symlinkSync(at('there/later'), at('pack/4.mkv'))
  const found = await places.linksIn(at('pack'))
  expect('unknown' in found ? [] : found.awaited?.toSorted()).toEqual([at('away'), at('there/later')])
  expect('unknown' in found ? [] : found.leadsTo).toHaveLength(1)
  // Those that lie in it directly are others only where its folder changed.
  const of = async (path: string) => {
    const {changedAt} = (await places.linksIn(at(path))) as LinksFound
    return changedAt
  }
  expect([await of('pack'), await of('pack/2.mkv')]).toEqual([expect.any(Number), expect.any(Number)])
  expect(await of('pack')).toBe(await places.changedAt(at('pack')))
  symlinkSync(at('film/1.mkv'), at('pack/deep/link'))
  expect(await of('pack')).toBeNull()
  rmSync(at('pack/deep/link'))
  // A link to itself leads nowhere, whatever comes; nor are too many kept.
  symlinkSync(at('itself'), at('itself'))
  expect(await places.linksIn(at('itself'))).toMatchObject({awaited: null})
  for (let n = 0; n < 33; n++) symlinkSync(at(`film/${n}`), at(`many/${n}`))
  expect(await places.linksIn(at('many'))).toMatchObject({awaited: null})
  expect(await places.linksIn(at('gone'))).toMatchObject({unknown: 'missing'})
})

test('of a path it is said what is missing first, and of a folder what is in it, however that is spelled', async () => {
  const places = newPlaces()
  make('a/Film')
  const at = (path: string) => join(folder, path)
  expect(
    await Promise.all(['a/Film', 'a/x', 'b/c/d', 'a/Film/x'].map((it) => places.missingPart(at(it)))),
  ).toEqual([null, at('a/x'), at('b'), at('a/Film/x')])
  expect(await places.namesIn(at('a'))).toEqual(new Set(['film']))
  expect(await places.namesIn(at('b'))).toMatchObject({unknown: 'missing'})
})

test.each([
  ['overlay', 'union'],
  ['fuse.mergerfs', 'union'],
  ['fuse', 'union'],
  ['fuse.bindfs', 'union'],
  ['nfs4', 'network'],
  ['cifs', 'network'],
  ['fuse.sshfs', 'network'],
  ['fuseblk', null],
  ['ext4', null],
  ['btrfs', null],
  ['zfs', null],
])('what %s shows may be seen elsewhere by other numbers: %s', (type, kind) => {
  expect(viewOf(type, '0:45')?.kind ?? null).toBe(kind)
})

test('a union has files in common with any mount, a network with another network, and a disk with none', () => {
  const [union, nfs, smb] = [viewOf('overlay', '0:1'), viewOf('nfs4', '0:2'), viewOf('cifs', '0:3')]
  expect([mayShowSame(union, null), mayShowSame(nfs, union), mayShowSame(nfs, smb)]).toEqual([
    true,
    true,
    true,
  ])
  expect([mayShowSame(null, null), mayShowSame(nfs, null), mayShowSame(union, union)]).toEqual([
    false,
    false,
    false,
  ])
})

test('what was brought into a folder is seen there at once, though nothing was there a moment ago', async () => {
  const places = newPlaces()
  const seen = async () => {
    const place = await places.of(join(folder, 'films', 'film.mkv'))
    return 'unknown' in place ? place : place.file !== null
  }
  expect(await Promise.all([seen(), seen(), seen()])).toEqual([false, false, false])
  make('films/film.mkv')
  expect(await Promise.all([seen(), seen()])).toEqual([true, true])
})
