import {createHash} from 'node:crypto'
import bencode from 'bencode'
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {readMagnet, withPlainName} from './magnet.ts'
import {readMetainfo} from './metainfo.ts'

const HASH = '94506fff97000f1b5b944af35c05105e1e7f1f78'
const info = {length: 5, name: 'film.mkv', 'piece length': 16_384, pieces: new Uint8Array(20)}

function torrent(parts: Parameters<typeof bencode.encode>[0]): Uint8Array {
  return bencode.encode(parts)
}

test('a single file torrent gives its hash, name, size and tiers', () => {
  const read = readMetainfo(
    torrent({'announce-list': [['http://a/x', 'http://b/x'], ['udp://c:1']], announce: 'http://z', info}),
  )
  expect(read).toEqual({
    infoHashV1: createHash('sha1').update(bencode.encode(info)).digest('hex'),
    infoHashV2: null,
    name: 'film.mkv',
    size: 5,
    files: [{path: 'film.mkv', size: 5}],
    trackers: [['http://a/x', 'http://b/x'], ['udp://c:1']],
    asked: ['http://z', 'http://a/x', 'http://b/x', 'udp://c:1'].map((text) => ({kind: 'tracker', text})),
    isPrivate: false,
    pieceSize: 16_384,
  })
})

test('files of a folder carry the folder in their path, and private is read', () => {
  const files = [
    {length: 1, path: ['a', 'b.txt']},
    {length: 2, path: ['', 'c.txt']},
  ]
  const read = readMetainfo(
    torrent({announce: 'http://z', info: {...foldered(files), private: 1, name: 'Top'}}),
  )
  expect(read.files.map((file) => file.path)).toEqual(['Top/a/b.txt', 'Top/c.txt'])
  expect(read.size).toBe(3)
  expect(read.isPrivate).toBe(true)
  expect(read.trackers).toEqual([['http://z']])
})

function foldered(files: readonly {length: number; path: string[]}[]) {
  return {files, name: 'Top', 'piece length': 16_384, pieces: new Uint8Array(20)}
}

test('the hash is over the original bytes, even where their keys stand in the wrong order', () => {
  const raw = 'd6:pieces20:aaaaaaaaaaaaaaaaaaaa4:name1:x6:lengthi3e12:piece lengthi16384ee'
  const read = readMetainfo(Buffer.from(`d4:info${raw}e`))
  expect(read.infoHashV1).toBe(createHash('sha1').update(raw).digest('hex'))
})

test('a v2 torrent has the sha256 of its info, and files from its tree', () => {
  const v2 = {
    'file tree': {dir: {'a.bin': {'': {length: 7}}}, 'b.bin': {'': {length: 1}}},
    'meta version': 2,
    name: 'Top',
    'piece length': 16_384,
  }
  const read = readMetainfo(torrent({info: v2}))
  expect(read.infoHashV1).toBeNull()
  expect(read.infoHashV2).toBe(createHash('sha256').update(bencode.encode(v2)).digest('hex'))
  expect(read.files.map((file) => file.path).sort()).toEqual(['Top/b.bin', 'Top/dir/a.bin'])
  expect(
    readMetainfo(torrent({info: {...v2, pieces: new Uint8Array(20), length: 8}})).infoHashV1,
  ).not.toBeNull()
})

for (const [what, bytes, words] of [
  ['text', Buffer.from('<html>'), /does not begin/],
  ['nothing', Buffer.alloc(0), /does not begin/],
  ['a cut file', torrent({info}).subarray(0, 60), /cut off/],
  ['a negative string length', Buffer.from('d4:info-5:e'), /not well formed/],
  ['no info', torrent({announce: 'x'}), /no info/],
  ['two infos', Buffer.from('d4:infode4:infodee'), /two values of "info"/],
  ['deep nesting', Buffer.from(`d1:x${'l'.repeat(100_000)}`), /too deep/],
  ['no pieces', torrent({info: {name: 'x'}}), /neither a v1 nor a v2/],
  ['no name', torrent({info: {pieces: new Uint8Array(20), length: 1}}), /no name/],
  ['a path that climbs', torrent({info: foldered([{length: 1, path: ['..', 'etc']}])}), /leads out/],
  ['a path that climbs on Windows', torrent({info: {...info, name: 'a\\..\\b'}}), /leads out/],
  ['a name with a slash', torrent({info: {...info, name: 'a/b'}}), /leads out/],
  ['a negative size', torrent({info: {...info, length: -1}}), /number of bytes/],
] as const) {
  test(`${what} is refused as a torrent, and the message says why`, () => {
    expect(() => readMetainfo(bytes)).toThrow(words)
    expect(codeOf(() => readMetainfo(bytes))).toBe('torrent_invalid')
  })
}

test('size, values and files are bounded', () => {
  expect(() => readMetainfo(torrent({info}), {maxBytes: 10})).toThrow(/10 are accepted/)
  expect(() => readMetainfo(torrent({info}), {maxValues: 3})).toThrow(/too many values/)
  const two = [1, 2].map((length) => ({length, path: [`${length}`]}))
  expect(() => readMetainfo(torrent({info: foldered(two)}), {maxFiles: 1})).toThrow(/more than 1 files/)
})

test('bytes that were changed anywhere are read or refused, and nothing else happens', () => {
  const good = torrent({announce: 'http://z', info: foldered([{length: 1, path: ['a', 'b']}])})
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {maxLength: 4}), (changes) => {
      const bytes = Uint8Array.from(good)
      for (const [at, value] of changes) bytes[at] = value
      expect([null, 'torrent_invalid']).toContain(codeOf(() => readMetainfo(bytes)))
    }),
    {numRuns: 1000},
  )
})

function codeOf(task: () => unknown): string | null {
  try {
    task()
    return null
  } catch (error) {
    if (error instanceof CommodarrError) return error.code
    throw error
  }
}

test('a magnet link gives hashes in hex, base32 and v2, its name and trackers', () => {
  const base32 = 'CI2FM6EQCI2FM6EQCI2FM6EQCI2FM6EQ'
  const v2 = 'ab'.repeat(32)
  expect(readMagnet(`magnet:?xt=urn:btih:${HASH.toUpperCase()}&dn=A+b%26c&tr=http%3A%2F%2Ft%2Fa`)).toEqual({
    infoHashV1: HASH,
    infoHashV2: null,
    name: 'A b&c',
    trackers: ['http://t/a'],
  })
  expect(readMagnet(`magnet:?xt=urn:btih:${base32}`).infoHashV1).toBe(
    '1234567890123456789012345678901234567890',
  )
  expect(readMagnet(`magnet:?xt=urn:btih:${base32.toLowerCase()}`).infoHashV1).toBe(
    '1234567890123456789012345678901234567890',
  )
  const hybrid = readMagnet(`magnet:?xt=urn:btmh:1220${v2}&xt=urn%3Abtih%3A${HASH}`)
  expect(hybrid).toMatchObject({infoHashV1: HASH, infoHashV2: v2})
  expect(readMagnet(`magnet:?xt=urn:btih:${HASH}&tr=http://t/a?key=1`).trackers).toEqual(['http://t/a?key=1'])
})

test.each([
  ['A+b', 'A b', 'A%20b'],
  ['A%20b', 'A b', 'A%20b'],
  ['C%2B%2B+one', 'C++ one', 'C%2B%2B%20one'],
])('a space of a name may be a plus, a plus is %%2B: dn=%s', (dn, name, plain) => {
  const link = (text: string) => `magnet:?xt=urn:btih:${HASH}&dn=${text}&tr=http%3A%2F%2Ft%2Fa+b`
  expect(readMagnet(link(dn)).name).toBe(name)
  expect(withPlainName(link(dn))).toBe(link(plain))
  expect(withPlainName(`magnet:?dn=${dn}&xt=urn:btih:${HASH}`)).toBe(
    `magnet:?dn=${plain}&xt=urn:btih:${HASH}`,
  )
})

for (const uri of [
  'http://example.org/a.torrent',
  'magnet:?dn=x',
  'magnet:?xt=urn:btih:zzzz',
  `magnet:?xt=urn:btih:${'g'.repeat(40)}`,
  `magnet:?xt=urn:btih:${HASH}&dn=%E0%A4%A`,
  `magnet:?xt=urn:btih:${HASH}&dn=${'x'.repeat(70_000)}`,
]) {
  test(`${uri.slice(0, 60)} is refused as a magnet link`, () => {
    expect(codeOf(() => readMagnet(uri))).toBe('torrent_invalid')
  })
}

test('a file selection of a thousand million is not expanded', () => {
  expect(readMagnet(`magnet:?xt=urn:btih:${HASH}&so=0-999999999`).infoHashV1).toBe(HASH)
})
