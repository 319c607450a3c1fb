/** Files made to harm whoever reads them. What is decided for each is told in docs/use/security.md. */
import bencode from 'bencode'
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {anyCharacter} from '#test/any-character.ts'
import {isFull} from '#test/proof.ts'
import {readMagnet} from './magnet.ts'
import {readMetainfo} from './metainfo.ts'

type Encodable = Parameters<typeof bencode.encode>[0]

const pieces = new Uint8Array(20)
const single = {length: 5, name: 'film.mkv', 'piece length': 16_384, pieces}

/** A v1 torrent of one file, with other values in its info. */
const file = (change: Record<string, Encodable> = {}) => bencode.encode({info: {...single, ...change}})

/** A v1 torrent of a folder with these files. */
const folder = (...files: Record<string, Encodable>[]) =>
  bencode.encode({info: {files, name: 'Top', 'piece length': 16_384, pieces}})

/** A v2 torrent with this tree of files. */
const tree = (content: Encodable) =>
  bencode.encode({info: {'file tree': content, 'meta version': 2, name: 'Top', 'piece length': 16_384}})

/** What the package would not write: bytes as they are. */
const raw = (text: string) => Buffer.from(text, 'latin1')
const rawInfo = (text: string) =>
  raw(`d4:infod${text}6:lengthi1e12:piece lengthi1e6:pieces20:${'a'.repeat(20)}ee`)

for (const name of [
  '..',
  '.',
  '/etc/passwd',
  'a/../b',
  'a\\..\\b',
  '\\\\server\\share',
  '\\Windows',
  'C:',
  'c:\\Windows',
  'a\0b',
]) {
  const shown = JSON.stringify(name)
  test(`the name ${shown} leads out and is refused, wherever it stands`, () => {
    for (const bytes of [
      file({name}),
      file({'name.utf-8': name}),
      folder({length: 1, path: ['sub', name]}),
      folder({length: 1, path: ['sub'], 'path.utf-8': [name]}),
      tree({sub: {[name]: {'': {length: 1}}}}),
      folder({length: 0, path: ['link'], attr: 'l', 'symlink path': ['sub', name]}),
      tree({link: {'': {attr: 'l', 'symlink path': ['sub', name]}}}),
    ]) {
      expect(refusal(bytes)).toBe('A file name in the torrent leads out of its folder.')
    }
  })
}

for (const name of [
  'V: The Series',
  'aux.c',
  'CON',
  'a..b',
  '...',
  'a:b',
  '\u202egpj.exe',
  'ü'.normalize('NFD'),
]) {
  test(`the name ${JSON.stringify(name)} is left to the server`, () => {
    expect(readMetainfo(file({name})).name).toBe(name)
    expect(readMetainfo(folder({length: 1, path: [name]})).files[0]?.path).toBe(`Top/${name}`)
  })
}

test('what is no UTF-8 becomes a mark that is none: an overlong slash is no slash', () => {
  const bytes = rawInfo('4:name6:..\xc0\xafab')
  expect(readMetainfo(bytes).name).toBe('..\ufffd\ufffdab')
})

test('a symbolic link inside the torrent is a file without bytes', () => {
  const {files, size} = readMetainfo(
    folder({length: 3, path: ['a']}, {path: ['b'], attr: 'l', 'symlink path': ['a']}),
  )
  expect(files).toEqual([
    {path: 'Top/a', size: 3},
    {path: 'Top/b', size: 0},
  ])
  expect(size).toBe(3)
})

for (const [what, length] of [
  ['beyond 2^53', 'i9007199254740993e'],
  ['of twenty digits', 'i99999999999999999999e'],
  ['below zero', 'i-1e'],
  ['in words', '3:one'],
  ['in a list', 'li1ee'],
]) {
  test(`a length ${what} is refused`, () => {
    const bytes = raw(`d4:infod6:length${length}4:name1:x12:piece lengthi1e6:pieces20:${'a'.repeat(20)}ee`)
    expect(refusal(bytes)).toBe('"length" is not a number of bytes.')
  })
}

test('lengths that are too much together are refused', () => {
  const half = {length: 2 ** 52, path: ['a']}
  expect(refusal(folder(half, half, half))).toBe('"all lengths together" is not a number of bytes.')
})

test('a number of more than twenty digits is no number', () => {
  expect(refusal(rawInfo(`1:ai${'9'.repeat(21)}e4:name1:x`))).toMatch(/number .* not well formed/)
})

test('pieces that are no row of hashes are refused', () => {
  expect(refusal(file({pieces: new Uint8Array(21)}))).toBe('"pieces" is not a row of SHA-1 hashes.')
})

for (const [what, bytes] of [
  ['name', rawInfo('4:name1:a4:name1:b')],
  ['info', raw('d4:infode4:infodee')],
  ['announce', raw('d8:announce1:a8:announce1:b4:infodee')],
] as const) {
  test(`two values of ${what} are refused: servers differ in which they take`, () => {
    expect(refusal(bytes)).toBe(`The .torrent file has two values of "${what}".`)
  })
}

test('two files of one name in a v2 tree are refused', () => {
  const leaf = 'd0:d6:lengthi1eee'
  const bytes = raw(
    `d4:infod9:file treed1:a${leaf}1:a${leaf}e12:meta versioni2e4:name1:x12:piece lengthi1eee`,
  )
  expect(refusal(bytes)).toBe('The .torrent file has two values of "a".')
})

test('repeated keys that are never read do no harm', () => {
  expect(readMetainfo(rawInfo('4:name1:x1:zi1e1:zi2e')).name).toBe('x')
})

test('what follows the end of the file means nothing', () => {
  const good = file()
  const longer = Buffer.concat([good, raw('d4:infodee\n<html>')])
  expect(readMetainfo(longer)).toEqual(readMetainfo(good))
})

test('a file that is a folder, too, and a nameless file are refused', () => {
  for (const content of [{a: {'': {length: 1}, b: {'': {length: 1}}}}, {'': {length: 1}}]) {
    expect(refusal(tree(content))).toBe('A file in the file tree is a folder, too.')
  }
})

test('a hundred thousand files are read, and one more than allowed is refused', () => {
  // What is allowed is a hundred thousand; fewer are read in the same way.
  const most = isFull ? 100_000 : 10_000
  const v1 = raw(
    `d4:infod5:filesl${'d6:lengthi1e4:pathl1:a1:bee'.repeat(most)}e` +
      `4:name1:x12:piece lengthi1e6:pieces20:${'a'.repeat(20)}ee`,
  )
  const leaves = Array.from({length: most}, (_, at) => `6:${100_000 + at}d0:d6:lengthi1eee`)
  const v2 = raw(`d4:infod9:file treed${leaves.join('')}e12:meta versioni2e4:name1:x12:piece lengthi1eee`)
  for (const bytes of [v1, v2]) {
    const {files, size} = readMetainfo(bytes)
    expect([files.length, size]).toEqual([most, most])
    expect(refusal(bytes, {maxFiles: most - 1})).toBe(`The torrent has more than ${most - 1} files.`)
  }
})

test('a long name above many files is refused before it is written as often as there are files', () => {
  const long = 'n'.repeat(4_000)
  const many = Array.from({length: 20_000}, () => ({length: 1, path: ['a']}))
  const v1 = bencode.encode({info: {files: many, name: long, 'piece length': 1, pieces}})
  const flat = Object.fromEntries(many.map((_, at) => [`${at}`, {'': {length: 1}}]))
  for (const bytes of [v1, tree({[long]: flat})]) {
    expect(refusal(bytes)).toBe('The paths in the torrent are too long together.')
  }
  for (const bytes of [
    file({name: 'n'.repeat(5_000)}),
    folder({length: 1, path: Array.from({length: 5_000}, () => 'n')}),
    tree({['n'.repeat(4_090)]: {abcdefgh: {'': {length: 1}}}}),
  ]) {
    expect(refusal(bytes)).toBe('A path in the torrent has more than 4096 characters.')
  }
})

test('trackers are read whatever their shape, and bounded in number and length', () => {
  const trackers = (announceList: Encodable) =>
    readMetainfo(bencode.encode({'announce-list': announceList, info: single})).trackers
  expect(trackers([['a', 1, ' '], [], 'b', {c: 1}])).toEqual([['a'], ['b']])
  expect(trackers('http://a')).toEqual([])
  const many = Array.from({length: 2_001}, (_, at) => [`http://${at}/`])
  expect(() => trackers(many)).toThrow('The torrent has more than 2000 trackers.')
  expect(() => trackers([many.flat()])).toThrow('The torrent has more than 2000 trackers.')
  expect(() => trackers([['x'.repeat(8_193)]])).toThrow('more than 8192 characters')
})

test('depth is bounded in what is read and in what is passed over', () => {
  let deep: Encodable = {'': {length: 1}}
  for (let level = 0; level < 70; level++) deep = {a: deep}
  expect(refusal(tree(deep))).toBe('The .torrent file is nested too deep.')
  expect(refusal(rawInfo(`1:a${'l'.repeat(70)}${'e'.repeat(70)}4:name1:x`))).toMatch(/nested too deep/)
})

test('a magnet link that names two torrents is refused', () => {
  const [a, b] = ['a', 'b'].map((it) => `xt=urn:btih:${it.repeat(40)}`)
  expect(() => readMagnet(`magnet:?${a}&${b}`)).toThrow('names several torrents')
  expect(readMagnet(`magnet:?${a}&${a!.toUpperCase().replace('XT', 'xt')}`).infoHashV1).toBe('a'.repeat(40))
})

const anyBencode = fc.letrec<{value: Encodable}>((tie) => ({
  value: fc.oneof(
    {maxDepth: 6},
    fc.integer(),
    fc.string(),
    fc.uint8Array({maxLength: 20}),
    fc.constantFrom('..', 'C:\\', '', '/', 'l', 'p'),
    fc.array(tie('value'), {maxLength: 4}),
    fc.dictionary(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          'info',
          'name',
          'name.utf-8',
          'length',
          'files',
          'path',
          'path.utf-8',
          'file tree',
          'attr',
          '',
          'symlink path',
          'pieces',
          'piece length',
          'meta version',
          'private',
          'announce',
          '__proto__',
        ),
      ),
      tie('value'),
      {maxKeys: 6, noNullPrototype: true},
    ),
  ),
})).value

test('whatever is bencoded there is read or refused, and nothing else happens', () => {
  expect(
    breaks(
      fc.property(anyBencode, anyBencode, (value, info) => {
        for (const bytes of [
          bencode.encode(value),
          bencode.encode({info: info}),
          bencode.encode({info: {...single, files: info}}),
          bencode.encode({info: {name: 'x', 'meta version': 2, 'piece length': 1, 'file tree': info}}),
        ]) {
          refusal(bytes)
        }
      }),
      1000,
    ),
  ).toBeNull()
})

test('whatever bytes there are, they are read or refused', () => {
  const piece = fc.constantFrom(
    'd',
    'l',
    'i',
    'e',
    ':',
    '-',
    '0',
    '4:info',
    '4:name1:x',
    '5:files',
    'i1e',
    'de',
    'le',
  )
  const bytes = fc.oneof(
    fc.uint8Array({maxLength: 200}),
    fc.array(piece, {maxLength: 60}).map((it) => raw(it.join(''))),
    fc.array(piece, {maxLength: 60}).map((it) => raw(`d4:infod${it.join('')}ee`)),
  )
  expect(
    breaks(
      fc.property(bytes, (it) => void refusal(it)),
      3000,
    ),
  ).toBeNull()
})

test('whatever stands in a magnet link, it is read or refused', () => {
  const part = fc.oneof(
    fc.string({unit: anyCharacter}),
    fc.constantFrom(
      'xt=urn:btih:',
      'xt=urn:btmh:1220',
      'tr=',
      'dn=',
      '&',
      '=',
      '%',
      '+',
      'a'.repeat(40),
      'b'.repeat(64),
    ),
  )
  expect(
    breaks(
      fc.property(
        fc.array(part, {maxLength: 8}),
        (parts) => void messageOf(() => readMagnet(`magnet:?${parts.join('')}`)),
      ),
      300,
    ),
  ).toBeNull()
})

/** What breaks the property, with the seed that shows it again; `null` = nothing. */
function breaks<T>(property: fc.IProperty<T>, numRuns: number): string | null {
  const {failed, seed, counterexample, errorInstance} = fc.check<T>(property, {numRuns})
  return failed ? `seed ${seed}: ${JSON.stringify(counterexample)} ${String(errorInstance)}` : null
}

/** The message it is refused with; `null` = it was read. */
function refusal(bytes: Uint8Array, bounds: Parameters<typeof readMetainfo>[1] = {}): string | null {
  return messageOf(() => readMetainfo(bytes, bounds))
}

function messageOf(task: () => unknown): string | null {
  try {
    task()
    return null
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'torrent_invalid') return error.message
    throw error
  }
}
