import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, onTestFinished, test} from 'vitest'
import {unseen} from '#disk/fs-errors.ts'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {systemClock} from '#lib/clock.ts'
import {A, B, file, keyOf, LookUpHarness, row} from '#lookups/look-ups.fixture.ts'
import type {TorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {ServerPlaces} from './file-changes.ts'
import {OwnershipService, type TouchedFiles} from './ownership.ts'
import {seedOfRun} from '#test/proof.ts'
import {noneLeft} from './departed.fixture.ts'

let disk: string
let harness: LookUpHarness
let files: Map<string, readonly TorrentFile[] | null>
let asked: string[]
/** Torrents of A whose files are asked for: now, and at the same time. */
let asking: {open: number; atOnce: number}
/** Each list that was read, and who does not tell his. */
let read: string[]
let silent: ServerId[]
/** What our disk does not let us look into, from its top. */
let closed: readonly string[]
/** What changes until a list is read. */
let beforeRead: () => void
/** How many places were asked for: in all, at the same time, and now. */
let looks: {all: number; atOnce: number; open: number}
const mounted: string[] = []

beforeEach(() => {
  disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-ownership-')))
  harness = new LookUpHarness()
  files = new Map()
  asked = []
  asking = {open: 0, atOnce: 0}
  read = []
  silent = []
  closed = []
  away = null
  looks = {all: 0, atOnce: 0, open: 0}
  beforeRead = () => undefined
})
afterEach(() => {
  for (const at of mounted.splice(0).toReversed()) execFileSync('umount', ['-l', at])
  rmSync(disk, {recursive: true, force: true})
})

/** Each with its own way to the disk; a path of the server below `/data` or `/downloads`. */
function mapped(...ids: readonly ServerId[]): void {
  if (ids.includes(A)) harness.mappings.set(A, [{server: '/data', ours: disk}])
  if (ids.includes(B)) harness.mappings.set(B, [{server: '/downloads', ours: disk}])
}

interface Wish extends Partial<TorrentPatch> {
  /** Paths as its server tells them, with their sizes; default: one file of its name. `null` = it does not tell. */
  readonly has?: Readonly<Record<string, number>> | null
}

function list(id: ServerId, ...torrents: readonly Wish[]): void {
  const top = id === A ? '/data' : '/downloads'
  harness.list(
    id,
    torrents.map(({has, ...more}, at) => {
      const n = (id === A ? 0 : 100) + at
      const it = row(n, {savePath: top, contentPath: `${top}/t${n}`, ...more})
      const all = has === undefined ? {[it.contentPath!.split('/').at(-1)!]: 10} : has
      files.set(
        keyText({serverId: id, hash: it.hash}),
        all && Object.entries(all).map(([path, size], index) => file(index, path, {size})),
      )
      return it
    }),
  )
}

function make(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(disk, path)), {recursive: true})
    writeFileSync(join(disk, path), path)
  }
}

const a = (n = 0) => keyOf(A, n)
const b = (n = 0) => keyOf(B, 100 + n)

function placesOf(top: string): Places {
  const places = new Places(new Patience(systemClock), harness.clock)
  const linksIn = places.linksIn.bind(places)
  const of = places.of.bind(places)
  places.of = async (path, isFresh) => {
    looks.all++
    looks.atOnce = Math.max(looks.atOnce, ++looks.open)
    try {
      return await of(path, isFresh)
    } finally {
      looks.open--
    }
  }
  const isClosed = (path: string) => closed.some((it) => path === join(top, it))
  places.linksIn = async (path, isFresh) =>
    isClosed(path) ? unseen('unreadable', 'EACCES') : linksIn(path, isFresh)
  return places
}

/** Why a disk of ours is not the one that was there before. */
let away: string | null
/** Torrents that were sent to be moved, and are listed where they were. */
let sentToMove: ReadonlySet<string> = new Set()

function service(): OwnershipService {
  return new OwnershipService({
    isSentToMove: (key) => sentToMove.has(keyText(key)),
    mounted: {diskAway: async () => away},
    fleet: harness.fleet,
    ...harness.surroundings,
    departed: noneLeft,
    files: async (it) => {
      asked.push(keyText(it))
      if (it.serverId === A) asking.atOnce = Math.max(asking.atOnce, ++asking.open)
      await Promise.resolve()
      if (it.serverId === A) asking.open--
      return files.get(keyText(it)) ?? null
    },
    async readNow(id, hashes) {
      read.push(`${id} ${hashes.length}`)
      beforeRead()
      return !silent.includes(id)
    },
    places: placesOf(disk),
    turns: harness.turns,
  })
}

async function look(key: TorrentKey = a(), isFresh = false) {
  const ownership = service()
  const {owners, doubts} = (await ownership.look([key], isFresh)).get(keyText(key))!
  return {
    owners: owners.map((it) => [it.key, it.files === 'all' ? 'all' : [...it.files]] as const),
    doubts: doubts.map(({code, serverId}) => `${code} ${serverId ?? ''}`.trim()),
  }
}

const none = {owners: [], doubts: []}

describe('a neighbour whose place its server does not report, as Deluge before it read the names of its files', () => {
  /** Of another size than what is asked about: neither its size nor a name tells it. */
  const unplaced = (folder: string | undefined, has: Exclude<Wish['has'], undefined>): Wish => ({
    contentPath: undefined,
    savePath: folder,
    has,
    size: 99,
    sizeTotal: 99,
  })

  test('has what lies in its folder under the names of its files', async () => {
    list(A, {}, unplaced('/data', {t0: 10, more: 89}))
    expect(await look()).toEqual({owners: [[a(1), ['t0']]], doubts: []})
    list(A, {has: {'t0/1.mkv': 10, 't0/2.mkv': 20}}, unplaced('/data', {'t0/2.mkv': 20, 't0/3.mkv': 79}))
    expect(await look()).toEqual({owners: [[a(1), ['t0/2.mkv']]], doubts: []})
    list(A, {}, unplaced('/data', {'t1/t0': 99}))
    expect(await look()).toEqual(none)
    // A folder that is called as its own top folder is not that one.
    list(A, {contentPath: '/data/t0/t0', savePath: '/data/t0'}, unplaced('/data/t0', {'t0/t0': 99}))
    expect(await look()).toEqual({owners: [], doubts: []})
  })

  test('keeps what lies in its folder until they can be read', async () => {
    list(A, {}, unplaced('/data', null))
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
    list(A, {contentPath: '/data/x/t0'}, unplaced('/data', null))
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
    mapped(A)
    make('t0')
    list(A, {}, unplaced('/data', null))
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
    list(A, {}, unplaced('/data', {other: 99}))
    expect(await look()).toEqual(none)
  })

  test('may have it elsewhere by a link, as far as the names of its files do not show', async () => {
    mapped(A)
    make('t0', 'x/other')
    list(A, {}, unplaced('/data/x', null))
    expect(await look()).toEqual({owners: [], doubts: ['unseen A']})
    list(A, {}, unplaced('/data/x', {t0: 10}))
    expect(await look()).toEqual({owners: [], doubts: ['unseen A']})
    list(A, {}, unplaced('/data/x', {other: 99}))
    expect(await look()).toEqual(none)
    list(A, {}, unplaced(undefined, null))
    expect((await look()).doubts).toHaveLength(1)
    list(A, {}, unplaced(undefined, {other: 99}))
    expect(await look()).toEqual(none)
  })

  test('of another server is compared alike, mapped or not', async () => {
    list(A, {})
    list(B, unplaced('/downloads', {t0: 10}))
    expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    list(B, unplaced('/downloads', null))
    expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    list(B, unplaced('/downloads', {other: 99}))
    expect(await look()).toEqual(none)
    mapped(A, B)
    make('t0')
    list(B, unplaced('/downloads', {t0: 10, more: 89}))
    expect(await look()).toEqual({owners: [[b(), ['t0']]], doubts: []})
    list(B, unplaced('/downloads', null))
    expect(await look()).toEqual({owners: [], doubts: ['unread B']})
  })

  test('in a crowd is not asked for its files, as that would end no doubt; what has a place is', async () => {
    const crowd = (count: number) => Array.from({length: count}, () => unplaced('/data', {other: 99}))
    const own = [a(), a(1), a(2)]
    const looked = async () => {
      asked = []
      const found = await service().look(own, true)
      return own.map((key) => found.get(keyText(key))!)
    }
    const isOwn = (name: string) => own.some((key) => name === keyText(key))
    list(A, {}, {}, {}, {contentPath: '/data/t0', has: {t0: 10}}, ...crowd(20_000))
    for (const it of await looked()) expect(it.doubts.map(({code}) => code)).toEqual(['unread'])
    expect(asked.filter((name) => !isOwn(name))).toEqual([keyText(a(3))])
    expect((await looked())[0]!.owners.map(({key}) => key)).toEqual([a(3)])
    // Few are asked, each once for all that is looked at.
    list(A, {}, {}, {}, ...crowd(200))
    for (const it of await looked()) expect(it).toMatchObject(none)
    expect(asked.filter((name) => !isOwn(name))).toHaveLength(200)
    list(A, {}, {}, {}, ...crowd(201))
    for (const it of await looked()) expect(it.doubts.map(({code}) => code)).toEqual(['unread'])
    expect(asked.filter((name) => !isOwn(name))).toEqual([])
    // Once their names are known they have a place.
    list(A, {}, {}, {}, ...crowd(201).map((it, n) => ({...it, contentPath: `/data/other${n}`})))
    for (const it of await looked()) expect(it).toMatchObject(none)
    expect(asked.filter((name) => !isOwn(name))).toEqual([])
  })

  test('as a relative path names no place either', async () => {
    list(A, {}, {...unplaced('/data', {t0: 10, more: 89}), contentPath: 'pack'})
    expect(await look()).toEqual({owners: [[a(1), ['t0']]], doubts: []})
    list(A, {}, {...unplaced('/data', null), contentPath: 'pack'})
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
  })

  test('a magnet whose metadata is still to come has nothing', async () => {
    list(A, {}, {...unplaced('/data', null), hasMetadata: false})
    expect(await look()).toEqual(none)
  })

  test('is in the way of what arrives under the names of its files, and while they cannot be read', async () => {
    const lands = {folder: '/data', files: [{path: 'film', size: 10}], arrives: 'replacing' as const}
    const landed = async () => {
      const {landedOn, doubts} = (await service().landed([{key: a(), lands}], true)).get(keyText(a()))!
      return [landedOn.length, doubts.map(({code}) => code)]
    }
    list(A, {}, unplaced('/data', {film: 10, more: 89}))
    expect(await landed()).toEqual([1, []])
    list(A, {}, unplaced('/data', null))
    expect(await landed()).toEqual([0, ['unread']])
    list(A, {}, unplaced('/data', {other: 99}))
    expect(await landed()).toEqual([0, []])
  })

  test('lies where a torrent comes to lie of which the name alone is known, by the names of its files', async () => {
    const met = async (folder = '/data') =>
      (await service().liesAt(a(), folder, 'film', true)).landedOn.map(({key}) => key)
    list(A, {}, unplaced('/data', {'film/1.mkv': 99}))
    expect(await met()).toEqual([a(1)])
    list(A, {}, unplaced('/data', {other: 99}))
    expect([await met(), await met('/data/x')]).toEqual([[], []])
    list(A, {}, unplaced('/data', null))
    expect(await met()).toEqual([a(1)])
  })
})

describe('on one server', () => {
  test('its own torrents are compared by its own paths, mapped or not', async () => {
    list(A, {}, {contentPath: '/data/t0'}, {contentPath: '/data/t0x'}, {contentPath: '/data/x/t1'})
    expect(await look()).toEqual({owners: [[a(1), ['t0']]], doubts: []})
    expect(await look(a(2))).toEqual(none)
  })

  test('files of another folder that is not visible may be links to its own: the size decides, whatever they are called', async () => {
    const MB = 1_048_576
    const own = {'film/1.mkv': 3 * MB, 'film/2.mkv': 4 * MB, 'film/note.txt': 9}
    const film = {has: own, sizeTotal: 7 * MB + 9}
    const linked = {contentPath: '/data/linked/one', savePath: '/data/linked'}
    list(A, film, {
      ...linked,
      has: {'one/1.mkv': 3 * MB, 'one/2.mkv': 4 * MB, 'one/note.txt': 9},
      sizeTotal: 7 * MB + 9,
    })
    expect((await look()).doubts).toEqual(['unmapped A'])
    list(A, film, {
      ...linked,
      has: {'one/a.mkv': 3 * MB, 'one/b.mkv': 4 * MB, 'one/c': 9},
      sizeTotal: 7 * MB + 9,
    })
    expect((await look()).doubts).toEqual(['unmapped A'])
    list(A, film, {...linked, has: {'one.mkv': 4 * MB}, sizeTotal: 4 * MB})
    expect((await look()).doubts).toEqual(['unmapped A'])
    // Of small files many are as long.
    list(A, film, {...linked, has: {'one.txt': 9}, sizeTotal: 9})
    expect(await look()).toEqual(none)
    list(A, film, {...linked, has: {'one.mkv': 4 * MB + 1}, sizeTotal: 4 * MB + 1})
    expect(await look()).toEqual(none)
    mapped(A)
    make('t0')
    make('linked/one')
    list(A, film, {...linked, has: {'one.mkv': 4 * MB}, sizeTotal: 4 * MB})
    expect(await look()).toEqual(none)
  })

  test('a folder of its own may be a link to another: what has its name there is apart only where we see it', async () => {
    list(A, {}, {contentPath: '/data/x/t0'}, {contentPath: '/data/y/t0', has: {t0: 11}})
    expect(await look()).toEqual({owners: [], doubts: ['unmapped A']})
    mapped(A)
    make('t0', 'x/t0', 'y/t0')
    expect(await look()).toEqual(none)
    rmSync(join(disk, 'x'), {recursive: true})
    symlinkSync('.', join(disk, 'x'))
    expect(await look()).toEqual({owners: [[a(1), ['t0']]], doubts: []})
  })

  test('a file of it may lie in a folder that is a link to its own', async () => {
    list(
      A,
      {contentPath: '/data/film', has: {'film/1.mkv': 10, 'film/2.mkv': 20}},
      {contentPath: '/data/x/1.mkv'},
      {contentPath: '/data/x/2.mkv', has: {'2.mkv': 21}},
    )
    expect(await look()).toEqual({owners: [], doubts: ['unmapped A']})
    expect(await look(a(2))).toEqual(none)
  })

  test('a note that lies beside many films makes no two of them one, and is a doubt where it is all that one has', async () => {
    const film = (folder: string, size: number) => ({
      contentPath: `${folder}/film`,
      has: {'film/1.mkv': size, 'film/note.txt': 1},
    })
    list(A, film('/data', 4_000), film('/data/x', 5_000))
    expect(await look()).toEqual(none)
    list(A, film('/data', 4_000), film('/data/x', 4_000))
    expect(await look()).toEqual({owners: [], doubts: ['unmapped A']})
    list(A, film('/data', 4_000), {contentPath: '/data/x/note.txt', has: {'note.txt': 1}})
    expect(await look()).toEqual({owners: [], doubts: ['unmapped A']})
  })

  test('what its files are called has to be read before any torrent is excluded by its name', async () => {
    list(A, {has: null}, {contentPath: '/data/x/t1'}, {contentPath: '/data/x/t2'})
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
    mapped(A)
    make('t0', 'x/t1', 'x/t2')
    expect(await look()).toEqual(none)
  })

  test('what is spelled alike is a doubt where the disk is not visible, and what it is where it is', async () => {
    const spelled = [{contentPath: '/data/Film/1.mkv'}, {contentPath: '/data/film/1.mkv'}]
    list(A, ...spelled)
    expect(await look()).toEqual({owners: [], doubts: ['spelled A']})
    mapped(A)
    make('Film/1.mkv', 'film/1.mkv')
    expect(await look()).toEqual(none)
  })

  test('a torrent with links to its files has them, too, at any depth; those that lead elsewhere, or nowhere, have nothing', async () => {
    mapped(A)
    make('pack/s1/1.mkv', 'pack/s1/2.mkv', 'other/1.mkv', 'half/own.nfo')
    const at = (path: string) => join(disk, path)
    for (const folder of ['linked/deep', 'apart', 'dead']) mkdirSync(at(folder), {recursive: true})
    symlinkSync(at('pack/s1/2.mkv'), at('linked/deep/renamed.mkv'))
    symlinkSync(at('pack/s1/1.mkv'), at('single.mkv'))
    symlinkSync(at('pack/s1'), at('half/s1'))
    symlinkSync(at('other/1.mkv'), at('apart/1.mkv'))
    symlinkSync(at('pack/s1/9.mkv'), at('dead/9.mkv'))
    const paths = [
      '/data/pack',
      '/data/linked',
      '/data/single.mkv',
      '/data/half',
      '/data/apart',
      '/data/dead',
    ]
    const [, ...others] = paths.map((contentPath) => ({contentPath}))
    list(A, {contentPath: '/data/pack', has: {'pack/s1/1.mkv': 1, 'pack/s1/2.mkv': 2}}, ...others)
    expect(await look()).toEqual({
      owners: [
        [a(1), ['pack/s1/2.mkv']],
        [a(2), ['pack/s1/1.mkv']],
        [a(3), ['pack/s1/1.mkv', 'pack/s1/2.mkv']],
      ],
      doubts: [],
    })
  })

  test('one file of a pack that became a link to what goes is found at once, among many, whatever the packs have in all', async () => {
    mapped(A)
    const filler = Array.from({length: 150}, (_, n) => `filler/f${n}`)
    make('film/1.mkv', 'film/extra.nfo', 'pack/one.mkv', 'pack/two.mkv', ...filler)
    const ofSize = (path: string, size: number) => writeFileSync(join(disk, path), Buffer.alloc(size))
    ofSize('film/1.mkv', 5_000)
    ofSize('pack/two.mkv', 5_000)
    list(
      A,
      {contentPath: '/data/film', has: {'film/1.mkv': 5_000, 'film/extra.nfo': 14}, sizeTotal: 5_014},
      // The first is looked at last, and its turn comes after all the others.
      {contentPath: '/data/pack', has: {'pack/one.mkv': 12, 'pack/two.mkv': 5_000}, sizeTotal: 5_012},
      ...filler.map((path) => ({contentPath: `/data/${path}`, has: {}, sizeTotal: 20})),
    )
    const ownership = service()
    const ownersOf = async (isFresh: boolean) =>
      (await ownership.look([a()], isFresh)).get(keyText(a()))!.owners.map(({key}) => key)
    expect(await ownersOf(false)).toEqual([])
    rmSync(join(disk, 'pack/two.mkv'))
    symlinkSync(join(disk, 'film/1.mkv'), join(disk, 'pack/two.mkv'))
    expect(await ownersOf(true)).toEqual([a(1)])
  })

  test('what cannot be looked into may be a link to what has its name or that of a file in it', async () => {
    mapped(A)
    make('pack/1.mkv', 'again/pack/1.mkv', 'again/1.mkv', 'again/2.mkv', 'again/other/1.mkv')
    const again = {savePath: '/data/again'}
    list(
      A,
      {contentPath: '/data/pack', has: {'pack/1.mkv': 1}},
      {...again, contentPath: '/data/again/pack', has: {'pack/1.mkv': 1}},
      {...again, contentPath: '/data/again/1.mkv', has: {'1.mkv': 1}},
      {...again, contentPath: '/data/again/2.mkv', has: {'2.mkv': 1}},
      {...again, contentPath: '/data/again/other', has: {'other/2.mkv': 1}},
    )
    expect(await look()).toEqual(none)
    closed = ['again/pack', 'again/1.mkv', 'again/2.mkv', 'again/other']
    expect(await look()).toEqual({owners: [], doubts: ['unseen A', 'unseen A']})
    list(
      A,
      {contentPath: '/data/pack', has: {'pack/1.mkv': 1}},
      {...again, contentPath: '/data/again/1.mkv', has: {'1.mkv': 7}},
    )
    expect(await look()).toEqual(none)
  })

  test.runIf(process.getuid?.() === 0)('a folder with two names is one', async () => {
    list(
      A,
      {contentPath: '/data/Film/1.mkv', has: {'1.mkv': 1}},
      {contentPath: '/data/film/1.mkv', has: {'1.mkv': 1}},
    )
    mapped(A)
    make('Film/1.mkv')
    mkdirSync(join(disk, 'film'))
    execFileSync('mount', ['--bind', join(disk, 'Film'), join(disk, 'film')])
    mounted.push(join(disk, 'film'))
    expect(await look()).toEqual({owners: [[a(1), ['1.mkv']]], doubts: []})
  })

  test('torrents that lie side by side in one folder share only the files that both have', async () => {
    const common = {savePath: '/data/all', contentPath: '/data/all'}
    list(
      A,
      {...common, has: {'a.mkv': 1, 'readme.txt': 1, 'sub/x': 1}},
      {...common, has: {'b.mkv': 1, 'readme.txt': 1}},
      {...common, has: {'c.mkv': 1, 'sub/y': 1}},
      {savePath: '/data/all', contentPath: '/data/all/own', has: {'own/a.mkv': 1}},
      {savePath: '/data/all', contentPath: '/data/all/sub', has: {'sub/x': 1}},
    )
    expect(await look()).toEqual({
      owners: [
        [a(1), ['readme.txt']],
        [a(4), ['sub/x']],
      ],
      doubts: [],
    })
    expect(await look(a(3))).toEqual(none)
  })

  test('where the files of one of them cannot be read, those that lie among others are in doubt', async () => {
    const common = {savePath: '/data/all', contentPath: '/data/all'}
    list(A, {...common, has: {'a.mkv': 1}}, {...common, has: null})
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
    list(A, {contentPath: '/data/pack', has: null}, {contentPath: '/data/pack', has: null})
    expect(await look()).toEqual({owners: [[a(1), 'all']], doubts: []})
    list(A, {contentPath: '/data/pack', has: {'pack/a.mkv': 1}}, {contentPath: '/data/pack/a.mkv', has: null})
    expect(await look()).toEqual({owners: [], doubts: ['unread A']})
  })

  test('a part of a pack has only that file of it', async () => {
    list(
      A,
      {contentPath: '/data/pack', has: {'pack/e1.mkv': 1, 'pack/e2.mkv': 1}},
      {contentPath: '/data/pack/e2.mkv', savePath: '/data/pack', has: {'e2.mkv': 1}},
    )
    expect(await look()).toEqual({owners: [[a(1), ['pack/e2.mkv']]], doubts: []})
    expect(await look(a(1))).toEqual({owners: [[a(0), ['e2.mkv']]], doubts: []})
  })
})

describe('its own path', () => {
  test.each(['t0', './t0', '/data/../t0', String.raw`t0\x`])('%s leads nowhere', async (contentPath) => {
    list(A, {contentPath})
    expect(await look()).toEqual({owners: [], doubts: ['path']})
  })

  test('is not known while it is moved, nor where it is not reported; a magnet has none', async () => {
    list(
      A,
      {state: 'moving'},
      {contentPath: ''},
      {contentPath: '', hasMetadata: false, state: 'metadata', complete: false},
    )
    expect(await look()).toEqual({owners: [], doubts: ['path']})
    expect(await look(a(1))).toEqual({owners: [], doubts: ['path']})
    expect(await look(a(2))).toEqual(none)
  })
})

describe('an unknown place', () => {
  test.each(['t0', ''])(
    'reported as "%s": each torrent that is the same, or has its name and size, is named',
    async (contentPath) => {
      const same = {sizeTotal: 10}
      list(
        A,
        {contentPath, ...same},
        {name: 'T0', ...same},
        {name: 't0', sizeTotal: 11},
        {name: 'other', ...same},
      )
      expect(await look()).toEqual({owners: [[a(1), 'all']], doubts: ['path']})
      mapped(A, B)
      list(B, {hash: a().hash, name: 'renamed'}, {name: 't0', sizeTotal: undefined}, {name: 't1'})
      expect((await look()).owners.map(([it]) => it)).toEqual([a(1), {serverId: B, hash: a().hash}, b(1)])
    },
  )

  test('of what is moved each torrent that has it where it was is named', async () => {
    list(A, {state: 'moving'}, {contentPath: '/data/t0'})
    expect(await look()).toEqual({owners: [[a(1), ['t0']]], doubts: ['path']})
  })
})

describe('another server of the same machine', () => {
  test('both mapped: by our paths, whatever theirs are', async () => {
    mapped(A, B)
    make('t0', 'other')
    list(A, {})
    list(B, {contentPath: '/downloads/t0'}, {contentPath: '/downloads/other'})
    expect(await look()).toEqual({owners: [[b(0), ['t0']]], doubts: []})
    expect(await look(b(1))).toEqual(none)
  })

  test('links to folders lead to one disk', async () => {
    make('films/t0')
    symlinkSync(join(disk, 'films'), join(disk, 'link'))
    harness.mappings.set(A, [{server: '/data', ours: join(disk, 'films')}])
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'link')}])
    list(A, {})
    list(B, {contentPath: '/downloads/t0'})
    expect(await look()).toEqual({owners: [[b(0), ['t0']]], doubts: []})
  })

  test.each([['neither'], ['A'], ['B']] as const)(
    'mapped: %s; what has its name may be it, whatever lies around it',
    async (who) => {
      if (who !== 'neither') mapped(who === 'A' ? A : B)
      make('pack/e1.mkv', 'pack/e2.mkv')
      const pack = {contentPath: '/data/pack', has: {'pack/e1.mkv': 5, 'pack/e2.mkv': 6}}
      list(A, pack)
      list(B, {contentPath: '/downloads/x/pack', savePath: '/downloads/x', has: {'pack/e1.mkv': 5}})
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
      // One file of it, under another top name.
      list(B, {contentPath: '/downloads/e2.mkv', has: {'e2.mkv': 6}})
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
      // The same name, and another file.
      list(B, {contentPath: '/downloads/e2.mkv', has: {'e2.mkv': 7}})
      expect(await look()).toEqual(none)
      list(B, {contentPath: '/downloads/x/other', has: {'other/e3.mkv': 5}})
      expect(await look()).toEqual(none)
    },
  )

  test('the same torrent elsewhere is a doubt, whatever it calls its files', async () => {
    list(A, {contentPath: '/data/t0'})
    harness.list(B, [row(0, {savePath: '/downloads', contentPath: '/downloads/renamed'})])
    files.set(keyText({serverId: B, hash: a().hash}), [file(0, 'renamed', {size: 99})])
    expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
  })

  test('a hybrid is the same torrent elsewhere by either of its hashes', async () => {
    const v1 = {infoHashV1: a(7).hash}
    const renamed = {savePath: '/downloads', contentPath: '/downloads/renamed'}
    files.set(keyText(keyOf(B, 7)), [file(0, 'renamed', {size: 99})])
    files.set(keyText(keyOf(B, 8)), [file(0, 'renamed', {size: 99})])
    for (const [own, others] of [
      [v1, row(7, renamed)],
      [v1, row(8, {...renamed, ...v1})],
    ] as const) {
      list(A, {contentPath: '/data/t0', ...own})
      harness.list(B, [others])
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    }
    list(A, {contentPath: '/data/t0'})
    harness.list(B, [row(8, {...renamed, infoHashV1: a().hash})])
    expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    list(A, {contentPath: '/data/t0', ...v1})
    harness.list(B, [row(8, {...renamed, infoHashV1: a(9).hash})])
    expect(await look()).toEqual(none)
    // Nor does its own server tell where it lies.
    list(A, {contentPath: '', ...v1})
    harness.list(B, [row(7, renamed)])
    expect((await look()).owners).toEqual([[keyOf(B, 7), 'all']])
  })

  test.each(['nowhere', 'elsewhere'])('mapped to %s, where it is not: its name decides', async (wrong) => {
    mapped(A)
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, wrong)}])
    make('t0', 'elsewhere/x')
    list(A, {})
    list(
      B,
      {contentPath: '/downloads/t0', has: {t0: 10}},
      {contentPath: '/downloads/other', has: {other: 10}},
    )
    expect(await look()).toEqual({owners: [], doubts: ['absent B']})
  })

  test('what is not there by now belongs to the torrents that have it at that path', async () => {
    mapped(A, B)
    list(A, {})
    list(B, {contentPath: '/downloads/t0'}, {contentPath: '/downloads/t1'})
    expect(await look()).toEqual({owners: [[b(0), ['t0']]], doubts: []})
  })

  test.each(['neither', 'A', 'B'])(
    'at another address, mapped: %s; the same torrent, or a file of its name and size, may be its own',
    async (who) => {
      harness.machines.set(B, 'there')
      if (who !== 'neither') mapped(who === 'A' ? A : B)
      make('pack/e1.mkv', 'pack/e2.mkv')
      list(A, {contentPath: '/data/pack', has: {'pack/e1.mkv': 5, 'pack/e2.mkv': 6}})
      list(B, {contentPath: '/downloads/x/e2.mkv', has: {'e2.mkv': 6}})
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
      // The other way round: a file that lies in a pack of the other.
      list(A, {contentPath: '/data/pack/e2.mkv', savePath: '/data/pack', has: {'e2.mkv': 6}})
      list(B, {contentPath: '/downloads/x/pack', has: {'pack/e1.mkv': 5, 'pack/e2.mkv': 6}})
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
      list(B, {contentPath: '/downloads/x/pack', has: {'pack/e1.mkv': 5, 'pack/e2.mkv': 7}})
      expect(await look()).toEqual(none)
      harness.list(B, [row(0, {savePath: '/downloads', contentPath: '/downloads/renamed'})])
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    },
  )

  test.each([
    ['online', 'unmapped B'],
    ['unreachable', 'unmapped B'],
    ['connecting', 'unmapped B'],
  ] as const)('at another address and %s it keeps what it had, and nothing else', async (status, doubt) => {
    harness.machines.set(B, 'there')
    list(A, {}, {contentPath: '/data/t1'})
    list(B, {contentPath: '/data/t0', has: {t0: 10}})
    harness.status.set(B, status)
    expect(await look()).toEqual({owners: [], doubts: [doubt]})
    expect(await look(a(1), true)).toEqual(none)
  })

  test('at another address it says what it has taken on right before something goes, and holds up nothing by its silence', async () => {
    harness.machines.set(B, 'there')
    list(A, {})
    list(B, {contentPath: '/data/y'})
    silent = [B]
    expect(await look(a(), true)).toEqual(none)
    beforeRead = () => list(B, {contentPath: '/data/t0', has: {t0: 10}})
    expect(await look(a(), true)).toEqual({owners: [], doubts: ['unmapped B']})
    expect(new Set(read)).toEqual(new Set(['A 1', 'B 0']))
  })

  test('whose folders are mapped lies where both places are seen, whatever its address', async () => {
    harness.machines.set(B, 'there')
    make('one/t0', 'two/t0')
    harness.mappings.set(A, [{server: '/data', ours: join(disk, 'one')}])
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'two')}])
    list(A, {})
    list(B, {contentPath: '/downloads/t0', has: {t0: 10}})
    expect(await look()).toEqual(none)
    rmSync(join(disk, 'two/t0'))
    expect(await look()).toEqual({owners: [], doubts: ['absent B']})
  })

  test.each([
    ['nas', 'ssd', none],
    ['nas', 'nas', {owners: [], doubts: ['unmapped B']}],
    ['nas', null, {owners: [], doubts: ['unmapped B']}],
  ] as const)('on disks that people call %s and %s', async (one, other, expected) => {
    harness.storages.set(A, one)
    if (other !== null) harness.storages.set(B, other)
    list(A, {})
    list(B, {contentPath: '/downloads/t0', has: {t0: 10}})
    for (const machine of ['here', 'there']) {
      harness.machines.set(B, machine)
      expect(await look()).toEqual(expected)
    }
  })

  test.each(['A', 'B'])('what %s has not begun proves nothing about a mapping', async (who) => {
    mapped(A)
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'elsewhere')}])
    make('t0', 'elsewhere/x')
    const begun = {complete: false, completed: 0, downloaded: 0}
    list(A, {...(who === 'A' ? begun : {})})
    if (who === 'A') rmSync(join(disk, 't0'))
    list(B, {contentPath: '/downloads/t0', has: {t0: 10}, ...(who === 'B' ? begun : {})})
    expect(await look()).toEqual({owners: [], doubts: ['absent B']})
  })

  describe('neither of two servers has begun, both folders are mapped', () => {
    const begun = {state: 'stalledDown', complete: false, completed: 0, downloaded: 0, sizeTotal: 10} as const
    const own = {...begun, contentPath: '/data/one', has: {'one/sample.mkv': 10}}
    const other = {...begun, contentPath: '/downloads/two', has: {'two/sample.mkv': 10}}

    beforeEach(() => {
      harness.mappings.set(A, [{server: '/data', ours: join(disk, 'a')}])
      harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'b')}])
      make('a/x', 'b/x')
    })

    test('they have nothing in common, and none could take anything from the other', async () => {
      list(A, own)
      list(B, other)
      expect(await look()).toEqual(none)
      list(B, {...other, state: 'downloading'})
      expect(await look()).toEqual(none)
    })

    test('in one folder of one name they are one', async () => {
      harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'a')}])
      list(A, own)
      list(B, {...other, contentPath: '/downloads/one', has: {'one/sample.mkv': 10}})
      expect(await look()).toEqual({owners: [[b(), ['one/sample.mkv']]], doubts: []})
    })

    test.each([
      ['has some of it', {completed: 1}],
      ['has what a check refused', {downloaded: 1}],
      ['does not tell what it has', {completed: undefined}],
      ['was not started, so that its server has not looked', {state: 'stopped'}],
      ['waits in a queue, of Deluge also for its check', {state: 'queuedDown'}],
      ['is checked', {state: 'checking'}],
      ['has lost its files', {state: 'missingFiles'}],
    ] as const)('the other one %s: it may lie elsewhere', async (_, its) => {
      list(A, own)
      list(B, {...other, ...its})
      expect(await look()).toEqual({owners: [], doubts: ['absent B']})
      list(A, {...own, ...its})
      list(B, other)
      expect(await look()).toEqual({owners: [], doubts: ['absent B']})
    })

    test('something lies where one of both would: it may be of either', async () => {
      list(A, own)
      list(B, other)
      make('b/two/sample.mkv')
      expect(await look()).toEqual({owners: [], doubts: ['absent B']})
    })

    test('the server of the other is away: what it wrote since is not known', async () => {
      list(A, own)
      list(B, other)
      harness.status.set(B, 'unreachable')
      harness.fleet.markServer(B, false)
      expect((await look()).doubts).not.toEqual([])
    })

    test('a mapping that is contradicted shows nothing', async () => {
      harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'b'), contradicted: 'copy'}])
      list(A, own)
      list(B, other)
      expect(await look()).toEqual({owners: [], doubts: ['contradicted B']})
    })

    test('one of both is not mapped', async () => {
      harness.mappings.delete(B)
      list(A, own)
      list(B, other)
      expect(await look()).toEqual({owners: [], doubts: ['unmapped B']})
    })
  })

  test('of many that go together each torrent is asked once for its files, and each server once for its list', async () => {
    // No one is mapped, and two names are alike: all are compared file by file.
    const two = {'one.mkv': 10, 'two.mkv': 20}
    const alike = {has: two, sizeTotal: 30}
    list(A, alike, alike, alike)
    list(B, {has: two, contentPath: '/elsewhere/one.mkv'}, {has: two, contentPath: '/elsewhere/two.mkv'})
    const found = await service().look([a(0), a(1), a(2)], true)
    // Those of its own server, too, may be links.
    expect([...found.values()].map(({doubts}) => doubts.length)).toEqual([4, 4, 4])
    expect(asked.toSorted()).toEqual([a(0), a(1), a(2), b(0), b(1)].map(keyText).toSorted())
    expect(read.toSorted()).toEqual(['A 3', 'B 0'])
  })

  test('files are asked for only where they decide', async () => {
    mapped(A, B)
    make('t0')
    list(A, {})
    list(B, {contentPath: '/downloads/other'})
    await look()
    expect(asked).toEqual([])
  })
})

describe('a server that is away', () => {
  test('keeps what lies where it may have taken something on, and nothing else', async () => {
    const isNotWhole = {complete: false, progress: 0.5, completed: 50, downloaded: 50}
    list(A, {}, {contentPath: '/data/tv/x', savePath: '/data/tv'}, isNotWhole)
    list(B, {savePath: '/data/tv', contentPath: '/data/tv/y'})
    harness.status.set(B, 'unreachable')
    // How it writes its folders does not say that they are others.
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
    expect(await look(a(1))).toEqual({owners: [], doubts: ['away B']})
    // What another server fetches itself and has not finished nobody can seed.
    expect(await look(a(2))).toEqual(none)
    mapped(A, B)
    make('t0')
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
    mkdirSync(join(disk, 'elsewhere'))
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'elsewhere')}])
    expect(await look()).toEqual(none)
  })

  test('keeps nothing of others where it is a member’s own, until an administrator says which disk it works on', async () => {
    const named = {savePath: '/data/x', contentPath: '/data/x/t0', has: {t0: 10}}
    list(A, {})
    list(B, named)
    harness.owners.set(B, 'bo')
    // By name and size, by a guessed path, as a folder around everything, by the hash.
    expect(await look()).toEqual(none)
    list(B, {savePath: '/data', contentPath: '/data/t0', has: {t0: 10}})
    expect(await look()).toEqual(none)
    list(B, {savePath: '/', contentPath: '/data', size: 99, sizeTotal: 99, has: null})
    expect(await look()).toEqual(none)
    harness.fleet.get({serverId: B, hash: a().hash})
    harness.status.set(B, 'unreachable')
    expect(await look()).toEqual(none)
    silent = [B]
    expect(await look(a(), true)).toEqual(none)
    // The house keeps its bytes from everybody, and he keeps his from himself.
    list(B, named)
    expect((await look(b())).doubts).toEqual(['unmapped A'])
    harness.owners.set(A, 'bo')
    expect((await look()).doubts).toEqual(['unmapped B'])
    harness.owners.set(A, 'eve')
    expect([await look(), await look(b())]).toEqual([none, none])
    harness.owners.delete(A)
    mapped(B)
    expect((await look()).doubts).toEqual(['unmapped B'])
    harness.mappings.delete(B)
    expect(await look()).toEqual(none)
    for (const id of [A, B]) harness.storages.set(id, 'nas')
    expect((await look()).doubts).toEqual(['unmapped B'])
  })

  test('still has what it had', async () => {
    mapped(A, B)
    make('t0')
    list(A, {})
    list(B, {contentPath: '/downloads/t0'})
    harness.status.set(B, 'unreachable')
    expect((await look()).owners).toEqual([[b(0), ['t0']]])
  })

  test('and never sent anything keeps what may be shared, and no download that is only ours', async () => {
    list(
      A,
      {},
      {complete: false, downloaded: 5, completed: 5},
      {complete: false, downloaded: 0, completed: 5},
    )
    harness.status.set(B, 'unreachable')
    harness.fleet.addServer(B)
    const views = harness.surroundings.servers()
    harness.surroundings.servers = () => views.map((it) => (it.id === B ? {...it, isNeverListed: true} : it))
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
    expect(await look(a(1))).toEqual(none)
    expect(await look(a(2))).toEqual({owners: [], doubts: ['away B']})
    // Switched off nobody knows more of it; where its folders are mapped it keeps what may lie there.
    harness.status.set(B, 'paused')
    harness.surroundings.servers = () =>
      views.map((it) => (it.id === B ? {...it, isNeverListed: true, enabled: false} : it))
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
    expect(await look(a(1))).toEqual(none)
    make('t0', 'apart/x')
    mapped(A)
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'apart')}])
    expect(await look()).toEqual(none)
    harness.mappings.set(B, [{server: '/downloads', ours: disk}])
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
    harness.mappings.clear()
    harness.storages.set(A, 'nas')
    harness.storages.set(B, 'box')
    expect(await look()).toEqual(none)
  })

  test('says what it has taken on, and keeps it where it does not, right before something goes', async () => {
    list(A, {savePath: '/data/tv', contentPath: '/data/tv/t0'})
    list(B, {savePath: '/data/tv', contentPath: '/data/tv/y'})
    expect([await look(), read]).toEqual([none, []])
    beforeRead = () => list(B, {savePath: '/data/tv', contentPath: '/data/tv/t0'})
    expect((await look(a(), true)).doubts).toEqual(['unmapped B'])
    expect(new Set(read)).toEqual(new Set(['A 1', 'B 0']))
    beforeRead = () => undefined
    list(B, {savePath: '/data/tv', contentPath: '/data/tv/y'})
    silent = [B]
    expect((await look(a(), true)).doubts).toEqual(['away B'])
  })

  test('its own server, while its list is not whole', async () => {
    list(A, {})
    harness.status.set(A, 'warming')
    expect(await look()).toEqual({owners: [], doubts: ['away A']})
  })
})

/** What a command on the first torrent of A would touch. */
async function touched(command: TorrentCommand, more: Partial<ServerPlaces> = {}) {
  const places: ServerPlaces = {
    kind: 'qbittorrent',
    categories: [{name: 'films', savePath: '/data/films'}],
    defaultSavePath: '/data',
    movesByCategory: false,
    ...more,
  }
  const its = (await service().touchedBy(command, [a()], places)).get(keyText(a()))
  if (!its) return null
  const keys = (owners: TouchedFiles['taken']) => owners.map(({key}) => key)
  const doubts = its.doubts.map(({code}) => code)
  return {taken: keys(its.taken), landedOn: keys(its.landedOn), occupied: its.occupied, doubts}
}

const location = (path: string, moveData = true): TorrentCommand => ({
  verb: 'setLocation',
  args: {path, moveData},
})
const harmless = {taken: [], landedOn: [], occupied: [], doubts: []}

describe('commands that move or rename files', () => {
  const film = {contentPath: '/data/film.mkv', has: {'film.mkv': 10}}

  test('others that have the files lose them; a torrent that is alone takes nothing from any other', async () => {
    mapped(A, B)
    make('film.mkv')
    list(A, film)
    list(B, {contentPath: '/downloads/film.mkv', has: {'film.mkv': 10}})
    expect(await touched(location('/data/new'))).toEqual({...harmless, taken: [b()]})
    expect(await touched(location('/data/'))).toBeNull()
    list(B)
    expect(await touched(location('/data/new'))).toEqual(harmless)
  })

  test('of a pack only torrents with the renamed file lose it, and names that are not taken are free', async () => {
    mapped(A, B)
    make('pack/1.mkv', 'pack/2.mkv')
    list(A, {contentPath: '/data/pack', has: {'pack/1.mkv': 10, 'pack/2.mkv': 10}})
    list(B, {savePath: '/downloads/pack', contentPath: '/downloads/pack/2.mkv', has: {'2.mkv': 10}})
    const rename = (from: string, to: string) => touched({verb: 'renameFile', args: {from, to}})
    expect(await rename('pack/1.mkv', 'pack/3.mkv')).toEqual(harmless)
    expect(await rename('pack/2.mkv', 'pack/3.mkv')).toEqual({...harmless, taken: [b()]})
    expect(await rename('pack/1.mkv', 'pack/2.mkv')).toMatchObject({landedOn: [b()]})
    expect(await touched({verb: 'renameFolder', args: {from: 'pack', to: 'other'}})).toMatchObject({
      taken: [b()],
    })
    // A name that is shown alone, on the kind that knows such names.
    expect(await touched({verb: 'rename', args: {name: 'other'}})).toBeNull()
    expect(await touched({verb: 'rename', args: {name: 'other'}}, {kind: 'transmission'})).toMatchObject({
      taken: [b()],
    })
  })

  test('a rename onto another file of the torrent itself is said without a disk that is seen', async () => {
    list(A, {contentPath: '/data/pack', has: {'pack/1.mkv': 10, 'pack/2.mkv': 10}})
    const places = {kind: 'deluge', categories: [], defaultSavePath: null, movesByCategory: false} as const
    const command = {verb: 'renameFile', args: {from: 'pack/1.mkv', to: 'pack/2.mkv'}} as const
    const its = (await service().touchedBy(command, [a()], places)).get(keyText(a()))
    expect(its).toMatchObject({overOwn: ['pack/2.mkv']})
  })

  test('whether a rename meets another file of the torrent is unknown while its server does not show its files', async () => {
    list(A, {contentPath: '/data/pack', has: null})
    const places = {kind: 'deluge', categories: [], defaultSavePath: null, movesByCategory: false} as const
    const command = {verb: 'renameFile', args: {from: 'pack/1.mkv', to: 'pack/2.mkv'}} as const
    const its = (await service().touchedBy(command, [a()], places)).get(keyText(a()))
    expect(its).toMatchObject({overOwn: 'unread', doubts: [{code: 'unread'}]})
  })

  test('files that lie there are in the way, whatever torrent has them; its own under another spelling of the path are not', async () => {
    mapped(A)
    make('film.mkv', 'to/film.mkv')
    symlinkSync(disk, join(disk, 'again'))
    list(A, film)
    expect(await touched(location('/data/to'))).toEqual({...harmless, occupied: ['/data/to/film.mkv']})
    expect(await touched(location('/data/again'))).toEqual(harmless)
    const size = 'to/film.mkv'.length
    list(A, {...film, has: {'film.mkv': size}})
    // Whoever takes over what lies there finds a file of the right size; whoever moves replaces it.
    const transmission = {kind: 'transmission'} as const
    expect(await touched(location('/data/to', false), transmission)).toEqual(harmless)
    expect(await touched(location('/data/to', true), transmission)).toMatchObject({
      occupied: ['/data/to/film.mkv'],
    })
    // qBittorrent moves whatever lies at the old place, whatever it is told.
    expect(await touched(location('/data/to', false))).toMatchObject({occupied: ['/data/to/film.mkv']})
  })

  test('a file that another one still downloads is not taken over, though it is as large as it will be', async () => {
    mapped(A, B)
    make('film.mkv', 'to/film.mkv')
    const size = 'to/film.mkv'.length
    const transmission = {kind: 'transmission'} as const
    list(A, {...film, has: {'film.mkv': size}})
    const theirs = {savePath: '/downloads/to', contentPath: '/downloads/to/film.mkv'}
    list(B, {...theirs, has: {'film.mkv': size}})
    expect(await touched(location('/data/to', false), transmission)).toEqual(harmless)
    const key = keyText(b())
    files.set(key, [file(0, 'film.mkv', {size, progress: 0.4})])
    expect(await touched(location('/data/to', false), transmission)).toEqual({...harmless, landedOn: [b()]})
    harness.mappings.delete(B)
    expect(await touched(location('/data/to', false), transmission)).toEqual({
      ...harmless,
      doubts: ['unmapped'],
    })
  })

  test('a torrent of another server that wants another size at a path has it, before a byte is there', async () => {
    mapped(A, B)
    make('film.mkv')
    list(A, film)
    list(B, {
      savePath: '/downloads/to',
      contentPath: '/downloads/to/film.mkv',
      complete: false,
      has: {'film.mkv': 99},
    })
    expect(await touched(location('/data/to'))).toEqual({...harmless, landedOn: [b()]})
  })

  test('where folders cannot be compared a file of the same name in a folder of the same name is a doubt', async () => {
    list(A, {contentPath: '/data/pack', has: {'pack/1.mkv': 10}})
    list(B, {savePath: '/x', contentPath: '/x/pack', has: {'pack/1.mkv': 99}})
    expect(await touched(location('/data/to'))).toEqual({...harmless, doubts: ['unmapped']})
    list(B, {savePath: '/x', contentPath: '/x/pack', has: {'pack/7.mkv': 99}})
    expect(await touched(location('/data/to'))).toEqual(harmless)
    // One file of it, saved in the folder of that name.
    list(B, {savePath: '/x/pack', contentPath: '/x/pack/1.mkv', has: {'1.mkv': 99}})
    expect(await touched(location('/data/to'))).toEqual({...harmless, doubts: ['unmapped']})
    list(B, {savePath: '/x/other', contentPath: '/x/other/1.mkv', has: {'1.mkv': 99}})
    expect(await touched(location('/data/to'))).toEqual(harmless)
  })

  test('a disk that is away takes nothing: it would land on the disk below it', async () => {
    mapped(A)
    make('film.mkv')
    list(A, film)
    away = 'It is empty, and it had files.'
    expect(await touched(location('/data/to'))).toEqual({...harmless, doubts: ['mount']})
  })

  test('who follows its category is moved by another one, and by beginning to follow', async () => {
    mapped(A, B)
    make('film.mkv')
    list(B, {contentPath: '/downloads/film.mkv', has: {'film.mkv': 10}})
    const category: TorrentCommand = {verb: 'setCategory', args: {category: 'films'}}
    const manage: TorrentCommand = {verb: 'setAutoManaged', args: {on: true}}
    list(A, {...film, category: 'films', autoManaged: false})
    expect(await touched(category)).toBeNull()
    expect(await touched(category, {movesByCategory: true})).toMatchObject({taken: [b()]})
    expect(await touched(manage)).toMatchObject({taken: [b()]})
    list(A, {...film, category: '', autoManaged: true})
    expect(await touched(category)).toMatchObject({taken: [b()]})
    expect(await touched(manage)).toBeNull()
  })

  test('below another category it lands where that saves it; where its server does not report the place it is a doubt', async () => {
    mapped(A)
    make('film.mkv', 'films/4k/film.mkv')
    list(A, {...film, category: '', autoManaged: true})
    const below: TorrentCommand = {verb: 'setCategory', args: {category: 'films/4k'}}
    const plain = {categories: [], defaultSavePath: '/data'}
    expect(await touched(below, plain)).toMatchObject({occupied: ['/data/films/4k/film.mkv'], doubts: []})
    const ownFolder = {categories: [{name: 'films', savePath: '/data/own'}], defaultSavePath: '/data'}
    expect(await touched(below, ownFolder)).toMatchObject({occupied: [], doubts: ['path']})
    expect(await touched(below, {defaultSavePath: null})).toMatchObject({doubts: ['path']})
  })

  test('two of one order are not moved onto each other', async () => {
    mapped(A)
    make('one/info.nfo', 'two/info.nfo')
    list(
      A,
      {savePath: '/data/one', contentPath: '/data/one/info.nfo', has: {'info.nfo': 10}},
      {savePath: '/data/two', contentPath: '/data/two/info.nfo', has: {'info.nfo': 10}},
    )
    const places = {
      kind: 'transmission',
      categories: [],
      defaultSavePath: null,
      movesByCategory: false,
    } as const
    const its = await service().touchedBy(location('/data/to'), [a(), a(1)], places)
    const others = [a(), a(1)].map((key) => its.get(keyText(key))!.landedOn.map((it) => it.key))
    expect(others).toEqual([[a(1)], [a()]])
    const alone = await service().touchedBy(location('/data/to'), [a()], places)
    expect(alone.get(keyText(a()))).toMatchObject({taken: [], landedOn: []})
  })

  test('files that cannot be read are a doubt', async () => {
    mapped(A)
    make('film.mkv')
    list(A, {...film, has: null})
    expect((await touched(location('/data/to')))?.doubts).toEqual(['unread'])
  })
})

describe('a torrent whose files its server has just learned', () => {
  const arrived = async (isUnwritten: boolean) => {
    const its = await service().arrived(a(), isUnwritten)
    return (
      its && {...its, landedOn: its.landedOn.map((it) => it.key), doubts: its.doubts.map((it) => it.code)}
    )
  }
  const nothing = {landedOn: [], occupied: [], doubts: []}
  const fresh = {complete: false, contentPath: '/data/F', has: {'F/film.mkv': 10}}

  test('meets what others have there, and where it is saved later', async () => {
    mapped(A, B)
    make('F/film.mkv')
    list(A, fresh)
    list(B, {contentPath: '/downloads/F', has: {'F/film.mkv': 99}})
    expect(await arrived(false)).toEqual({...nothing, landedOn: [b()]})
    // Whoever has it in this size is harmed by nobody who takes it over.
    list(B, {contentPath: '/downloads/F', has: {'F/film.mkv': 10}})
    expect(await arrived(false)).toEqual(nothing)
    list(A, {...fresh, contentPath: '/data/temp/F', incompletePath: '/data/temp'})
    list(B, {contentPath: '/downloads/F', has: {'F/film.mkv': 99}})
    expect(await arrived(false)).toEqual({...nothing, landedOn: [b()]})
    list(A, {...fresh, savePath: '/data/down', contentPath: '/data/down/F', completedPath: '/data'})
    expect(await arrived(false)).toEqual({...nothing, landedOn: [b()]})
    list(A, {...fresh, savePath: '/data/down', contentPath: '/data/down/F', completedPath: null})
    expect(await arrived(false)).toEqual(nothing)
  })

  test('that has written nothing finds files of a person in its way; another has made them itself', async () => {
    mapped(A)
    make('F/film.mkv')
    list(A, {...fresh, has: {'F/film.mkv': 99}})
    expect(await arrived(true)).toEqual({...nothing, occupied: ['/data/F/film.mkv']})
    expect(await arrived(false)).toEqual(nothing)
    list(A, {...fresh, has: {'F/film.mkv': 'F/film.mkv'.length}})
    expect(await arrived(true)).toEqual(nothing)
    list(A, {...fresh, has: null})
    expect(await arrived(true)).toBeNull()
  })
})

test('where a torrent comes to lie whose name alone is known, whatever lies there may be replaced', async () => {
  mapped(A, B)
  make('F/film.mkv', 'mine/notes')
  list(A)
  list(B, {contentPath: '/downloads/F', has: {'F/film.mkv': 10}}, {contentPath: '/downloads/data'})
  const at = async (name: string, folder = '/data') => {
    const {landedOn, occupied} = await service().liesAt(a(7), folder, name, true)
    return [...landedOn.map(({key}) => keyText(key)), ...occupied]
  }
  expect(await at('F')).toEqual([keyText(b())])
  expect([await at('mine'), await at('free'), await at('F', '/data/other')]).toEqual([['/data/mine'], [], []])
  // Where places cannot be compared the folder tells.
  harness.mappings.delete(B)
  expect(await at('F', '/data/F')).toEqual([])
  list(B, {savePath: '/x/new', contentPath: '/x/new/F', has: {'F/film.mkv': 10}})
  expect([await at('F', '/data/new'), await at('F', '/data/other')]).toEqual([[keyText(b())], []])
})

describe('folders of a server that change', () => {
  const places: ServerPlaces = {
    kind: 'qbittorrent',
    categories: [],
    defaultSavePath: '/data',
    movesByCategory: false,
  }
  const managed = {category: '', autoManaged: true} as const
  const film = (n: number): Wish => ({...managed, contentPath: `/data/f${n}`, has: {[`f${n}/film.mkv`]: 10}})
  async function moved(savePath = '/data/new', categories: ServerPlaces['categories'] = []) {
    const its = service()
    const moved = await its.movedBy(A, {defaults: {savePath}}, {...places, categories})
    const touched = await its.touchedByMoves(A, moved)
    const keys = (owners: TouchedFiles['taken']) => owners.map(({key}) => keyText(key))
    return {
      moved: moved.length,
      landedOn: touched.flatMap(({landedOn}) => keys(landedOn)),
      taken: touched.flatMap(({taken}) => keys(taken)),
      occupied: touched.flatMap((it) => it.occupied),
      doubts: touched.flatMap(({doubts}) => doubts.map(({code}) => code)),
    }
  }
  const nothing = {landedOn: [], taken: [], occupied: [], doubts: []}

  test('of a long list the last torrent is compared with the new place as the first one is', async () => {
    mapped(A, B)
    make(...Array.from({length: 241}, (_, n) => `f${n}/film.mkv`), 'new/f239/film.mkv', 'new/f240/film.mkv')
    list(A, ...Array.from({length: 241}, (_, n) => film(n)))
    list(B, {savePath: '/downloads/new', contentPath: '/downloads/new/f239', has: {'f239/film.mkv': 99}})
    expect(await moved()).toEqual({
      ...nothing,
      moved: 241,
      landedOn: [keyText(b())],
      occupied: ['/data/new/f239/film.mkv', '/data/new/f240/film.mkv'],
    })
  })

  test('files are asked for only where something may lie', async () => {
    mapped(A)
    make('f0/film.mkv', 'new/f1/film.mkv')
    list(A, film(0), film(1), film(2))
    expect(await moved()).toMatchObject({moved: 3, occupied: ['/data/new/f1/film.mkv']})
    expect(asked).toEqual([keyText(a(1))])
  })

  test("two of them that arrive at one place are in each other's way", async () => {
    mapped(A)
    make('x/film.mkv', 'y/film.mkv')
    const places = {...managed, savePath: '/data/old'}
    list(
      A,
      {...places, contentPath: '/data/old/F', has: {'F/film.mkv': 10}},
      {...places, savePath: '/data/older', contentPath: '/data/older/f', has: {'f/film.mkv': 20}},
      {...places, savePath: '/data/oldest', contentPath: '/data/oldest/g', has: {'g/film.mkv': 20}},
    )
    expect(await moved()).toEqual({...nothing, moved: 3, landedOn: [keyText(a(1)), keyText(a())]})
  })

  test('what cannot be read, or where it would lie, is a doubt', async () => {
    mapped(A)
    make('new/f0/film.mkv')
    list(A, {...film(0), has: null}, {...film(1), category: 'a/b'})
    // It may be kept in the folder of the category above it.
    const above = [{name: 'a', savePath: '/data/above'}]
    expect(await moved('/data/new', above)).toMatchObject({moved: 2, doubts: ['unread', 'path']})
  })

  test('without a path mapping others of the same folder and name are asked', async () => {
    list(A, film(0))
    list(B, {savePath: '/x/new', contentPath: '/x/new/f0', has: {'f0/film.mkv': 99}})
    expect(await moved()).toMatchObject({moved: 1, doubts: expect.arrayContaining(['unmapped'])})
  })
})

/** Of two folders one. @returns why that cannot be mounted here; `null` = it is */
function union(of: readonly [string, string], at: string): string | null {
  const [upper, lower] = of.map((it) => join(disk, it))
  for (const it of [...of, at, 'work']) mkdirSync(join(disk, it), {recursive: true})
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${join(disk, 'work')}`
  try {
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, join(disk, at)], {stdio: 'pipe'})
  } catch (error) {
    return `overlay cannot be mounted here: ${String((error as {stderr?: Buffer}).stderr ?? error).trim()}`
  }
  mounted.push(join(disk, at))
  return null
}

test('a file that became a link to what is still downloaded is found by the size that it will have', async () => {
  mapped(A, B)
  const names = Array.from({length: 200}, (_, n) => `many/${n}`)
  make('film', ...names)
  const others = names.map((name, n) => ({
    contentPath: `/downloads/${name}`,
    savePath: '/downloads/many',
    sizeTotal: 1_000 + n,
  }))
  list(A, {contentPath: '/data/film', complete: false, sizeTotal: 9_000_010, has: {film: 9_000, note: 10}})
  list(B, ...others)
  const at = join(disk, 'many/100')
  writeFileSync(at, 'x'.repeat(9_000))
  const ownership = service()
  await ownership.look([a()])
  rmSync(at)
  symlinkSync(join(disk, 'film'), at)
  const {owners} = (await ownership.look([a()], true)).get(keyText(a()))!
  expect(owners.map(({key}) => key)).toEqual([keyOf(B, 200)])
})

describe('a union of folders', () => {
  const film = {'film/1.mkv': 10, 'film/note.txt': 5}

  test('shows one file by other numbers than its part does: a doubt, by names and sizes', async ({skip}) => {
    const why = union(['fast', 'slow'], 'pool')
    if (why !== null) return skip(why)
    make('fast/film/1.mkv', 'fast/film/note.txt', 'fast/other')
    harness.mappings.set(A, [{server: '/data', ours: join(disk, 'pool')}])
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'fast')}])
    list(A, {contentPath: '/data/film', has: film})
    list(B, {contentPath: '/downloads/film', has: film})
    expect(await look()).toEqual({owners: [], doubts: ['view B']})
    expect((await look(b())).doubts).toEqual(['view A'])
    list(B, {contentPath: '/downloads/film', has: null})
    expect((await look()).doubts).toEqual(['view B'])
    list(B, {contentPath: '/downloads/other', has: {other: 11}})
    expect(await look()).toEqual(none)
    list(B, {contentPath: '/downloads/other', hash: a().hash, has: {other: 11}})
    expect((await look()).doubts).toEqual(['view B'])
    // What a server that is away took on may be there under other numbers, too.
    list(B, {contentPath: '/downloads/other', has: {other: 11}})
    harness.status.set(B, 'unreachable')
    expect((await look()).doubts).toEqual(['away B'])
    // People said that these are two disks.
    harness.storages.set(A, 'pool')
    harness.storages.set(B, 'fast')
    expect(await look()).toEqual(none)
  })

  test('of one server, seen beside a part of it, is a doubt that no mapping ends', async ({skip}) => {
    const why = union(['fast', 'slow'], 'pool')
    if (why !== null) return skip(why)
    make('fast/film/1.mkv', 'fast/film/note.txt')
    harness.mappings.set(A, [
      {server: '/data', ours: join(disk, 'pool')},
      {server: '/fast', ours: join(disk, 'fast')},
    ])
    list(A, {contentPath: '/data/film', has: film}, {contentPath: '/fast/film', savePath: '/fast', has: film})
    expect(await look()).toEqual({owners: [], doubts: ['viewHere A']})
  })

  test('distinguishes its own files like every disk', async ({skip}) => {
    const why = union(['fast', 'slow'], 'pool')
    if (why !== null) return skip(why)
    make('fast/film/1.mkv', 'slow/x/film/1.mkv')
    for (const id of [A, B])
      harness.mappings.set(id, [{server: id === A ? '/data' : '/downloads', ours: join(disk, 'pool')}])
    list(A, {contentPath: '/data/film', has: film})
    list(B, {contentPath: '/downloads/x/film', savePath: '/downloads/x', has: film})
    expect(await look()).toEqual(none)
    list(B, {contentPath: '/downloads/film', has: {'film/1.mkv': 10}})
    expect(await look()).toEqual({owners: [[b(), ['film/1.mkv']]], doubts: []})
  })
})

describe('what its server moves', () => {
  const film = {'film/1.mkv': 10, 'film/note.txt': 5}
  const moving = {contentPath: '/downloads/x/film', savePath: '/downloads/x', state: 'moving' as const}

  beforeEach(() => {
    mapped(A, B)
    make('film/1.mkv', 'film/note.txt', 'x/film/1.mkv', 'x/film/note.txt', 'x/other')
  })

  test('has its files where it was, where it goes, or half at each: a doubt until it is done', async () => {
    list(A, {contentPath: '/data/film', has: film})
    list(B, {...moving, has: film})
    expect(await look()).toEqual({owners: [], doubts: ['moving B']})
    expect(await look(a(), true)).toEqual({owners: [], doubts: ['moving B']})
    // One that goes elsewhere with none of them is no reason.
    list(B, {...moving, contentPath: '/downloads/x/other', has: {other: 11}})
    expect(await look()).toEqual(none)
    list(B, {...moving, state: 'seeding', has: film})
    expect(await look()).toEqual(none)
  })

  test('the same counts from the order on, before any list shows it', async () => {
    list(A, {contentPath: '/data/film', has: film})
    list(B, {...moving, state: 'seeding', has: film})
    onTestFinished(() => void (sentToMove = new Set()))
    sentToMove = new Set([keyText(b())])
    expect(await look()).toEqual({owners: [], doubts: ['moving B']})
    expect(await look(a(), true)).toEqual({owners: [], doubts: ['moving B']})
    sentToMove = new Set([keyText(a())])
    expect(await look()).toEqual({owners: [], doubts: ['path']})
    sentToMove = new Set()
    expect(await look()).toEqual(none)
  })

  test('on its own server, also without a folder of its own', async () => {
    const own = {contentPath: '/data/film', has: film}
    list(A, own, {...moving, contentPath: '/data/x/film', savePath: '/data/x', has: film})
    expect(await look()).toEqual({owners: [], doubts: ['moving A']})
    list(A, own, {...moving, contentPath: '/data/x', savePath: '/data/x', has: {'1.mkv': 10, rest: 99}})
    expect(await look()).toEqual({owners: [], doubts: ['moving A']})
  })

  test('of many at a time, each of many others is asked for its files once, several together', async () => {
    const own = Array.from({length: 100}, (_, n) => ({
      contentPath: `/data/film${n}`,
      has: {[`film${n}/1.mkv`]: n},
    }))
    list(A, ...own)
    for (let n = 0; n < 100; n++) make(`film${n}/1.mkv`)
    const queued = (n: number) => ({
      ...moving,
      contentPath: `/downloads/x/film${n}`,
      has: {[`film${n}/1.mkv`]: n},
    })
    list(B, ...Array.from({length: 200}, (_, n) => queued(n)))
    const ownership = service()
    const keys = own.map((_, n) => a(n))
    const found = await ownership.look(keys)
    expect(keys.map((key) => found.get(keyText(key))!.doubts.map(({code}) => code))).toEqual(
      keys.map(() => ['moving']),
    )
    expect(asked).toHaveLength(new Set(asked).size)
    expect(asking.atOnce).toBeGreaterThan(1)
  })

  test('what it shares where it is, it shares; what else it has may come to lie with the rest', async () => {
    list(A, {contentPath: '/data/film', has: film})
    list(B, {...moving, contentPath: '/downloads/film', savePath: '/downloads', has: film})
    expect((await look()).doubts).toEqual(['moving B'])
    list(B, {...moving, contentPath: '/downloads/film', savePath: '/downloads', has: {'film/1.mkv': 11}})
    expect(await look()).toEqual({owners: [[b(), ['film/1.mkv']]], doubts: []})
  })

  test('the same torrent, wherever it is', async () => {
    list(A, {contentPath: '/data/film', has: film})
    list(B, {...moving, hash: a().hash, has: null})
    expect((await look()).doubts).toEqual(['moving B'])
  })

  test('it is not known to lie where something arrives', async () => {
    list(A, {contentPath: '/data/y/film', savePath: '/data/y', has: film})
    list(B, {...moving, has: {'film/1.mkv': 10, 'film/note.txt': 6}})
    const command: TorrentCommand = {verb: 'setLocation', args: {path: '/data/z', moveData: true}}
    // What it takes from where it lies, and what it meets where it arrives.
    expect((await touched(command))?.doubts).toEqual(['moving', 'moving'])
  })
})

describe('a path mapping that is contradicted', () => {
  /** What lies there says nothing any more for the excluding of anybody. */
  function contradict(...ids: readonly ServerId[]): void {
    for (const id of ids)
      harness.mappings.set(
        id,
        (harness.mappings.get(id) ?? []).map((it) => ({...it, contradicted: 'Other sizes lie there.'})),
      )
  }

  test('makes owners as before, and of all files', async () => {
    mapped(A, B)
    make('pack/1.mkv', 'pack/2.mkv')
    list(A, {contentPath: '/data/pack', has: {'pack/1.mkv': 10, 'pack/2.mkv': 20}})
    list(B, {contentPath: '/downloads/pack/2.mkv', has: {'2.mkv': 20}})
    expect(await look()).toEqual({owners: [[b(), ['pack/2.mkv']]], doubts: []})
    for (const id of [A, B]) {
      mapped(A, B)
      contradict(id)
      expect(await look()).toEqual({owners: [[b(), 'all']], doubts: []})
    }
  })

  test.each([
    ['of a neighbor', [B]],
    ['of its own', [A]],
  ] as const)('excludes no torrent of the same name and size: %s', async (_whose, ids) => {
    mapped(A, B)
    make('a/film.mkv', 'b/film.mkv')
    list(A, {contentPath: '/data/a/film.mkv'})
    list(B, {contentPath: '/downloads/b/film.mkv'})
    expect(await look()).toEqual(none)
    contradict(...ids)
    expect(await look()).toEqual({owners: [], doubts: ['contradicted B']})
    list(B, {contentPath: '/downloads/b/film.mkv', has: {'film.mkv': 11}})
    expect(await look()).toEqual(none)
  })

  test('excludes no torrent of its own server, and goes by the names that it reports', async () => {
    mapped(A)
    make('a/film.mkv', 'b/film.mkv', 'c/other.mkv')
    list(A, {contentPath: '/data/a/film.mkv'}, {contentPath: '/data/b/film.mkv'}, {contentPath: '/data/a'})
    files.set(keyText(a(2)), [file(0, 'a/film.mkv')])
    contradict(A)
    expect(await look()).toEqual({owners: [[a(2), ['film.mkv']]], doubts: ['contradicted A']})
  })

  test('lets a server that is away keep whatever it may have taken on', async () => {
    mapped(A)
    make('t0', 'apart/x')
    harness.mappings.set(B, [{server: '/downloads', ours: join(disk, 'apart')}])
    list(A, {})
    list(B, {contentPath: '/downloads/x'})
    harness.status.set(B, 'unreachable')
    expect(await look()).toEqual(none)
    contradict(B)
    expect(await look()).toEqual({owners: [], doubts: ['away B']})
  })

  const names = ['one', 'two', 'pack/one', 'pack'] as const
  const rows = fc.array(fc.record({name: fc.constantFrom(...names), size: fc.constantFrom(10, 11)}), {
    minLength: 1,
    maxLength: 4,
  })
  test('never frees what was kept without it (random)', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.subarray([A, B], {minLength: 1}), async (mine, theirs, ids) => {
        const wishes = (top: string, all: typeof mine) =>
          all.map(({name, size}) => ({
            contentPath: `${top}/${name}`,
            has: name === 'pack' ? {'pack/one': size} : {[name.split('/').at(-1)!]: size},
          }))
        make('one', 'two', 'pack/one')
        mapped(A, B)
        list(A, ...wishes('/data', mine))
        list(B, ...wishes('/downloads', theirs))
        const before = await look()
        contradict(...ids)
        const after = await look()
        const keeps = ({owners, doubts}: typeof before) => owners.length + doubts.length > 0
        if (keeps(before)) expect(keeps(after)).toBe(true)
        const isOwner = (key: TorrentKey) => after.owners.some(([it]) => keyText(it) === keyText(key))
        for (const [key] of before.owners) expect(isOwner(key) || after.doubts.length > 0).toBe(true)
      }),
      {numRuns: 40, seed: seedOfRun()},
    )
  })
})

test('of very many names, and of very many torrents, so many are looked at at the same time', async () => {
  mapped(A)
  const names = Array.from({length: 300}, (_, at) => `f${at}`)
  list(
    A,
    {contentPath: '/data', savePath: '/data', has: Object.fromEntries(names.map((name) => [name, 1]))},
    ...names.map((): Wish => ({})),
  )
  await service().look([a()], true)
  expect(looks.all).toBeGreaterThanOrEqual(300)
  const files = names.map((path) => ({path, size: 1}))
  await service().landed([{key: a(), lands: {folder: '/data/new', files, arrives: 'replacing'}}], true)
  expect(looks.all).toBeGreaterThanOrEqual(600)
  await service().look(names.map((_, at) => a(at + 1)))
  expect(looks.all).toBeGreaterThanOrEqual(900)
  expect(looks.atOnce).toBeLessThanOrEqual(64)
})

test('what arrives is compared with lists that are read in that moment: others may have been added since', async () => {
  list(A)
  const lands = {folder: '/data', files: [{path: 'film.mkv', size: 10}], arrives: 'replacing' as const}
  const landed = async (isFresh: boolean) =>
    (await service().landed([{key: a(5), lands}], isFresh)).get(keyText(a(5)))!.landedOn.map(({key}) => key)
  expect(await landed(false)).toEqual([])
  beforeRead = () => list(A, {contentPath: '/data/film.mkv', has: {'film.mkv': 10}})
  expect(await landed(true)).toEqual([a()])
  expect(read.length).toBeGreaterThan(0)
})

describe('what is not complete may lie in a folder of its server for such torrents, which no list names', () => {
  const unfinished = (savePath: string, more: Partial<Wish> = {}): Wish => ({
    savePath,
    contentPath: `${savePath}/F`,
    incompletePath: '/data/incomplete',
    complete: false,
    has: {'F/film.mkv': 3_000, 'F/more.mkv': 2_000},
    ...more,
  })
  const doubtsOf = async (key: TorrentKey) => {
    const {owners, doubts} = (await service().look([key], true)).get(keyText(key))!
    return [...owners.map((it) => keyText(it.key)), ...doubts.map(({code}) => code)]
  }

  test.each([
    ['seen', true],
    ['not seen', false],
  ])('two of one name, saved to two folders, may share it: %s', async (_, isMapped) => {
    if (isMapped) mapped(A)
    make('incomplete/F/film.mkv', 'a/keep', 'b/keep')
    list(A, unfinished('/data/a'), unfinished('/data/b'))
    const code = isMapped ? 'unfinished' : 'unmapped'
    expect(await doubtsOf(a(0))).toEqual([code])
    expect(await doubtsOf(a(1))).toEqual([code])
  })

  test('another one that is saved right there, and one of another server, may share it', async () => {
    mapped(A, B)
    make('incomplete/F/film.mkv', 'a/keep')
    const has = {'F/film.mkv': 3_000, 'F/more.mkv': 2_000}
    list(A, unfinished('/data/a'), {savePath: '/data/incomplete', contentPath: '/data/incomplete/F', has})
    list(B, {savePath: '/downloads/incomplete', contentPath: '/downloads/incomplete/F', has})
    expect((await doubtsOf(a(0))).length).toBe(2)
    expect(await doubtsOf(a(1))).toContain('unfinished')
    expect((await doubtsOf(b(0))).length).toBe(2)
  })

  test.each([
    ['seen', true],
    ['not seen', false],
  ])(
    'what arrives where its server will bring one that is not complete meets it: %s',
    async (_, isMapped) => {
      if (isMapped) mapped(A)
      make('incomplete/F/film.mkv', 'a/keep', 'b/keep')
      list(A, unfinished('/data/a', {contentPath: '/data/incomplete/F'}))
      const files = [
        {path: 'F/film.mkv', size: 3_000},
        {path: 'F/more.mkv', size: 2_000},
      ]
      const at = async (folder: string) => {
        const lands = {folder, files, arrives: 'replacing' as const}
        const {landedOn, doubts} = (await service().landed([{key: a(5), lands}], true)).get(keyText(a(5)))!
        return landedOn.length + doubts.length
      }
      // Where nobody sees the disk both may be in the folder for incomplete torrents.
      expect([(await at('/data/a')) > 0, await at('/data/b')]).toEqual([true, isMapped ? 0 : 1])
      // What is there, and is complete, does not arrive.
      expect(await doubtsOf(a(0))).toEqual([])
    },
  )

  const byDeluge = (more: Partial<Wish> = {}) =>
    unfinished('/data/down', {incompletePath: null, completedPath: '/data/a', ...more})

  test('what lies, or arrives, where Deluge brings one once it is complete meets it, in a folder of its own or not', async () => {
    mapped(A, B)
    make('down/F/film.mkv', 'a/F/film.mkv', 'a/film.mkv', 'b/F/film.mkv')
    const has = {'F/film.mkv': 3_000, 'F/more.mkv': 2_000}
    const of = {savePath: '/downloads/a', contentPath: '/downloads/a/F', has}
    list(A, byDeluge(), {savePath: '/data/a', contentPath: '/data/a/F', has})
    list(B, of, {...of, savePath: '/downloads/b', contentPath: '/downloads/b/F'})
    // Its server would take what lies there for its own, so nobody removes or moves that meanwhile.
    expect([await doubtsOf(a(1)), await doubtsOf(b(0))]).toEqual([
      expect.arrayContaining(['unfinished']),
      expect.arrayContaining(['unfinished']),
    ])
    expect(await doubtsOf(b(1))).toEqual([])
    const lands = {
      folder: '/data/a',
      files: [{path: 'F/film.mkv', size: 9_000}],
      arrives: 'takenOver' as const,
    }
    const met = (await service().landed([{key: a(5), lands}], true)).get(keyText(a(5)))!
    expect(met.doubts.map(({code, torrent}) => [code, torrent && keyText(torrent)])).toContainEqual([
      'unfinished',
      keyText(a(0)),
    ])
    // Once it is complete, or stays, it is where its list says.
    for (const more of [{complete: true}, {completedPath: null}, {completedPath: '/data/down/'}]) {
      list(A, byDeluge(more), {savePath: '/data/a', contentPath: '/data/a/F', has})
      expect(await doubtsOf(b(0))).toEqual([keyText(a(1))])
    }
    // Without a folder of its own its files lie among others there.
    const loose = byDeluge({contentPath: '/data/down', has: {'film.mkv': 3_000}})
    list(A, loose, {savePath: '/data/a', contentPath: '/data/a/film.mkv', has: {'film.mkv': 3_000}})
    list(B)
    expect(await doubtsOf(a(1))).toEqual(['unfinished'])
  })

  test('one of another name, of other files or one that is complete elsewhere does not', async () => {
    mapped(A)
    make('incomplete/F/film.mkv', 'a/G/other.mkv', 'b/F/third.mkv', 'c/F/film.mkv')
    list(
      A,
      unfinished('/data/a'),
      unfinished('/data/a', {contentPath: '/data/a/G', has: {'G/other.mkv': 7}}),
      unfinished('/data/b', {has: {'F/third.mkv': 9}}),
      unfinished('/data/c', {complete: true}),
    )
    for (const at of [0, 1, 2, 3]) expect(await doubtsOf(a(at))).toEqual([])
  })
})
