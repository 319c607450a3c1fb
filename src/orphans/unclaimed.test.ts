import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {FoundFile} from '#disk/folder-files.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {waits} from '#model/waits.ts'
import {Claims, evaluateOrphan} from './unclaimed.ts'

const hash = asInfoHash('ab'.repeat(20))!
const goneHash = 'cd'.repeat(20)
const NOW = Date.UTC(2026, 5, 1)

let inodes = 0
const file = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  path,
  device: '1',
  inode: String(++inodes),
  size: 10,
  links: 1,
  changedAt: NOW - waits.orphanWritten.ms,
  ...more,
})

function claimsOf(...contents: readonly string[]): Claims {
  const claims = new Claims()
  for (const path of contents) {
    claims.addContent(path)
    claims.addTorrent(path.split('/').at(-1)!, hash)
  }
  return claims
}

const evaluated = (claims: Claims, top: string, ...files: readonly FoundFile[]) => {
  const verdict = evaluateOrphan(top, files, claims, NOW)
  return verdict.orphan ? 'orphan' : verdict.why
}

test.each([
  ['/m/A', 'claimed'],
  ['/m/A/s/1.mkv', 'claimed'],
  ['/m/a', 'claimed'],
  ['/m/b.mkv', 'claimed'],
  ['/m/b.mkv.!qB', 'claimed'],
  ['/m/b.mkv.part', 'claimed'],
  [`/m/.${hash}.parts`, 'claimed'],
  ['/m/.commodarr-recycle/x/1 a.mkv', 'claimed'],
  ['/m', 'around'],
  ['/m/films', 'around'],
  ['/m/films/C', 'claimed'],
  ['/m/media/films/x', 'library'],
  ['/m/media', 'around'],
  ['/other/b.mkv', 'named'],
  [`/m/tmp-${hash}`, 'named'],
  ['/m/AB', null],
  ['/m/b.mkv2', null],
  [`/m/.${goneHash}.parts`, null],
] as const)('of %s the servers and Arrs say: %s', (path, said) => {
  const claims = claimsOf('/m/A/', '/m//b.mkv', '/m/films/C')
  claims.addLibrary('/m/media/films')
  expect(claims.of(path)).toBe(said)
})

test('a torrent that lies in the whole folder claims all of it', () => {
  expect(claimsOf('/').of('/m/lost')).toBe('claimed')
  expect(claimsOf('/m').of('/m/lost')).toBe('claimed')
})

test('a library at the root is all there is, and one at no path is nothing', () => {
  const claims = claimsOf('/m/A')
  claims.addLibrary('')
  expect(claims.of('/m/lost')).toBeNull()
  claims.addLibrary('/')
  expect([claims.of('/m/lost'), claims.of('/m/A')]).toEqual(['library', 'claimed'])
})

const claims = claimsOf('/m/A')

test('a file, or a folder of them, that nothing claims is an orphan with all that it takes', () => {
  const files = [
    file('/m/lost/a.mkv'),
    file('/m/lost/s/a.srt', {size: 5, changedAt: NOW - 2 * waits.orphanWritten.ms}),
  ]
  expect(evaluateOrphan('/m/lost', files, claims, NOW)).toEqual({
    orphan: true,
    files: 2,
    bytes: 15,
    changedAt: NOW - waits.orphanWritten.ms,
  })
  expect(evaluated(claims, `/m/.${goneHash}.parts`, file(`/m/.${goneHash}.parts`))).toBe('orphan')
})

test.each<[why: string, of: Partial<FoundFile>]>([
  ['young', {changedAt: NOW - waits.orphanWritten.ms + 1}],
  ['young', {changedAt: NOW + 1}],
  ['young', {changedAt: Number.NaN}],
  ['linked', {links: 2}],
  ['unreadable', {links: 0}],
  ['kept', {path: '/m/lost/.commodarr-keep'}],
  ['unfinished', {path: '/m/lost/a.mkv.!qB'}],
  ['unfinished', {path: '/m/lost/a.rar.tmp'}],
  ['named', {path: '/m/lost/A/a.mkv'}],
  ['named', {path: '/m/lost/a'}],
  ['named', {path: `/m/lost/${hash}.torrent`}],
])('one file of it that is %s spares it whole', (why, of) => {
  expect(evaluated(claims, '/m/lost', file('/m/lost/z.mkv'), file('/m/lost/b.mkv', of))).toBe(why)
})

test.each([
  ['what its client took in, or could not', ['a.torrent.added', 'b.torrent.invalid', 'c.magnet.imported']],
  ['an ending that a person gave to what was taken in', ['a.torrent.done', 'b.magnet.Erledigt']],
  ['something else beside it, which a person put there', ['a.torrent', 'notes.txt', 'list.csv']],
  ['a folder below it, for one label', ['films/a.torrent', 'films/film.nfo', 'readme.txt']],
  ['large files beside it', ['A.TORRENT', 'film.mkv']],
])('a folder that a client may watch, and does not report, stays whole with %s', (_, names) => {
  const files = names.map((name) => file(`/m/watch/${name}`))
  for (const some of [files, files.toReversed()])
    expect(evaluated(claimsOf('/m/A/'), '/m/watch', ...some)).toBe('torrent_files')
  for (const name of names.filter((one) => /torrent|magnet/i.test(one)))
    expect(evaluated(claimsOf('/m/A/'), `/m/${name}`, file(`/m/${name}`))).toBe('torrent_files')
})

test('nothing whose files are anywhere in a folder with a .torrent file in it is an orphan', () => {
  const part = fc.constantFrom('a', 'b', 'film.mkv', 'x.torrent', 'y.torrent.done', 'z.magnet', 'Torrent')
  fc.assert(
    fc.property(
      fc.array(fc.array(part, {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 8}),
      (paths) => {
        const files = paths.map((parts) => file(`/m/top/${parts.join('/')}`))
        const hasOne = files.some(({path}) => /\.(?:torrent|magnet)(?:\.done)?$/.test(path))
        expect(evaluated(claimsOf('/m/A/'), '/m/top', ...files)).toBe(hasOne ? 'torrent_files' : 'orphan')
      },
    ),
  )
})

test('links that it has all itself are its own; one more belongs to another', () => {
  const twice = (links: number) =>
    ['a', 'b'].map((name) => file(`/m/lost/${name}.mkv`, {inode: 'same', links}))
  expect(evaluated(claims, '/m/lost', ...twice(2))).toBe('orphan')
  expect(evaluated(claims, '/m/lost', ...twice(3))).toBe('linked')
})

test('nothing at, below or around a claim is ever an orphan, in whatever capitals', () => {
  const part = fc.constantFrom('a', 'b', 'c.mkv', 'A')
  const path = fc.array(part, {minLength: 1, maxLength: 4}).map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(path, fc.array(path), (one, contents) => {
      const known = new Claims()
      for (const it of contents) known.addContent(it)
      const [low, all] = [one.toLowerCase(), contents.map((it) => it.toLowerCase())]
      const isOn = all.some((it) => low === it || low.startsWith(`${it}/`) || it.startsWith(`${low}/`))
      expect(known.of(one) !== null).toBe(isOn)
    }),
  )
})

test('S34 what a disk takes for one name is claimed, by whichever form', () => {
  const forms: readonly (readonly [torrent: string, onDisk: string])[] = [
    ['/data/Film.', '/data/film'],
    ['/data/Ｆｉｌｍ', '/data/Film'],
    ['/data/Caf\u00e9 ', '/data/cafe\u0301'],
    ['/data/Straße', '/data/STRASSE'],
    ['/data/Film', '/data//Film/'],
  ]
  for (const [torrent, onDisk] of forms) {
    const claims = new Claims()
    claims.addContent(torrent)
    expect([torrent, claims.of(`${onDisk}/a.mkv`)]).toEqual([torrent, 'claimed'])
    const names = new Claims()
    names.addTorrent(torrent.slice('/data/'.length), '0'.repeat(40) as never)
    expect([torrent, names.isNamed(onDisk)]).toEqual([torrent, true])
  }
  // A sign that looks like a separator is none.
  const claims = new Claims()
  claims.addTorrent('Fate／Zero', '0'.repeat(40) as never)
  expect([claims.isNamed('/data/Fate／Zero'), claims.isNamed('/data/Zero')]).toEqual([true, false])
})
