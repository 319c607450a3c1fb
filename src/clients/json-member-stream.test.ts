import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {JsonMemberStream, type Piece} from './json-member-stream.ts'
import {NotJson} from './json.ts'

const plan = {members: ['torrents', 'trackers', 'torrents_removed']}

function pieces(bytes: Buffer, cuts: readonly number[], before?: Map<string, string>): Piece[] {
  const slicer = new JsonMemberStream(
    {...plan, ...(before && {before})},
    {pieceBytes: 1_000_000, blockBytes: 16},
  )
  const found: Piece[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    found.push(...slicer.push(bytes.subarray(from, cut)))
    from = Math.max(from, cut)
  }
  slicer.finish()
  return found
}

type Root = Map<string, unknown>

/** Puts the pieces together again, arrays out of their blocks. */
function assemble(found: readonly Piece[]): Root {
  const root: Root = new Map()
  for (const piece of found) {
    if (piece.what === 'value') root.set(piece.key, piece.value)
    else if (piece.what === 'open') root.set(piece.key, new Map<string, unknown>())
    else if (piece.what === 'member') {
      const members = root.get(piece.key) as Root
      const earlier = members.get(piece.name)
      const value = Array.isArray(earlier)
        ? [...(earlier as unknown[]), ...(piece.value as unknown[])]
        : piece.value
      members.set(piece.name, value)
    }
  }
  return root
}

/** What JSON.parse reads, in the same shape: an array that is planned counts as its only member, ''. */
function read(bytes: Buffer): Root {
  const root: Root = new Map()
  for (const [key, value] of Object.entries(JSON.parse(bytes.toString()) as object)) {
    const isPlanned = plan.members.includes(key) && typeof value === 'object' && value !== null
    const members = Array.isArray(value) ? [['', value] as const] : Object.entries((value ?? {}) as object)
    root.set(key, isPlanned ? new Map<string, unknown>(members) : value)
  }
  return root
}

const nasty = fc.oneof(
  fc.constantFrom(
    'torrents',
    'a}b',
    '{',
    '"',
    '\\',
    '\\"}',
    '},{',
    '"torrents":{',
    'é',
    '日本',
    '🧲',
    '\u0000',
    '',
  ),
  fc.string({unit: 'grapheme', maxLength: 12}),
)
/**
 * Without the key `\\` alone: after an object that had it, Node 26.10's own JSON.parse reads other escaped keys
 * (`"\\""`, `"\\u0000"`) as a backslash, so it is no oracle for them.
 */
const keyName = nasty.filter((name) => name !== '\\')
const scalar = fc.oneof(
  nasty,
  fc.integer(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.boolean(),
  fc.constant(null),
)
const inner = fc.jsonValue({maxDepth: 2}).filter((value) => !JSON.stringify(value).includes('"\\\\":'))
const torrent = fc.dictionary(keyName, fc.oneof({weight: 9, arbitrary: scalar}, inner), {maxKeys: 6})
const document = fc.record(
  {
    categories: fc.dictionary(keyName, torrent, {maxKeys: 3}),
    full_update: fc.boolean(),
    rid: fc.nat(),
    server_state: torrent,
    tags: fc.array(nasty, {maxLength: 4}),
    torrents: fc.dictionary(keyName, torrent, {maxKeys: 6}),
    torrents_removed: fc.array(nasty, {maxLength: 12}),
    trackers: fc.dictionary(keyName, fc.array(nasty, {maxLength: 12}), {maxKeys: 4}),
    anything: inner,
  },
  {requiredKeys: []},
)
const cutsOf = (length: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.constant(Array.from({length}, (_, i) => i)),
    fc.array(fc.nat({max: length}), {maxLength: 30}).map((cuts) => cuts.sort((a, b) => a - b)),
  )

test('a document cut into any chunks gives what JSON.parse reads', () => {
  const written = document.chain((value) =>
    fc.constantFrom(undefined, 1, '\t').chain((space) => {
      const bytes = Buffer.from(JSON.stringify(value, null, space))
      return cutsOf(bytes.length).map((cuts) => ({bytes, cuts}))
    }),
  )
  fc.assert(
    fc.property(written, ({bytes, cuts}) => {
      expect(assemble(pieces(bytes, cuts))).toEqual(read(bytes))
    }),
    {numRuns: isFull ? 2000 : 200},
  )
})

test('a list of torrents comes element by element', () => {
  const list = fc.array(torrent, {maxLength: 6}).chain((value) => {
    const bytes = Buffer.from(JSON.stringify(value))
    return cutsOf(bytes.length).map((cuts) => ({bytes, cuts}))
  })
  fc.assert(
    fc.property(list, ({bytes, cuts}) => {
      const elements = pieces(bytes, cuts).slice(1)
      expect(elements.map((piece) => piece.what === 'member' && piece.value)).toEqual(
        JSON.parse(bytes.toString()),
      )
    }),
    {numRuns: 500},
  )
})

test('of two answers the second gives what differs, and names what is the same, however both are cut', () => {
  const lists = fc.dictionary(keyName, torrent, {maxKeys: 8})
  const two = fc.tuple(lists, lists, fc.array(fc.boolean(), {maxLength: 8})).chain(([one, other, kept]) => {
    const second = {...other, ...Object.fromEntries(Object.entries(one).filter((_, at) => kept[at]))}
    const texts = [one, second].map((torrents) => Buffer.from(JSON.stringify({torrents})))
    return fc.tuple(...texts.map((text) => cutsOf(text.length))).map((cuts) => ({texts, cuts}))
  })
  fc.assert(
    fc.property(two, ({texts, cuts}) => {
      const before = new Map<string, string>()
      const shown = new Map<string, unknown>()
      for (const [at, text] of texts.entries()) {
        const named = new Set<string>()
        const same = new Set<string>()
        for (const piece of pieces(text, cuts[at]!, before)) {
          if (piece.what === 'value' || piece.what === 'open') continue
          named.add(piece.name)
          if (piece.what === 'member') shown.set(piece.name, piece.value)
          else same.add(piece.name)
        }
        for (const name of shown.keys()) if (!named.has(name)) shown.delete(name)
        expect(shown).toEqual(read(text).get('torrents'))
        if (at === 0) expect(same.size).toBe(0)
      }
      const once = pieces(texts[1]!, [], before).filter(({what}) => what === 'member')
      expect(once).toEqual([])
    }),
    {numRuns: isFull ? 2000 : 200},
  )
})

test('a category named torrents is not taken for the torrents', () => {
  const text = '{"categories":{"torrents":{"name":"torrents"}},"torrents":{"aa":{"x":1}}}'
  expect(pieces(Buffer.from(text), []).filter((piece) => piece.what === 'member')).toEqual([
    {what: 'member', key: 'torrents', name: 'aa', value: {x: 1}, last: true},
  ])
})

test('an answer that ends early is distinguished from one that ends', () => {
  const text = '{"rid":1,"torrents":{"aa":{"x":1},"bb":{"y":"z"}}}'
  for (let length = 0; length < text.length; length++) {
    const slicer = new JsonMemberStream(plan)
    expect([...slicer.push(Buffer.from(text.slice(0, length)))].length).toBeLessThan(5)
    expect(() => slicer.finish()).toThrow(/before its end/)
  }
})

test('a page instead of JSON is reported with how it begins', () => {
  const slicer = new JsonMemberStream(plan)
  const read = (): Piece[] => [...slicer.push(Buffer.from('  <html>Log in'))]
  expect(read).toThrow(NotJson)
})

test('a value without end is refused before it fills the memory', () => {
  const slicer = new JsonMemberStream(plan, {pieceBytes: 1000, blockBytes: 100})
  const flood = (): void => {
    const opening = [...slicer.push(Buffer.from('{"torrents":{"aa":{"name":"'))]
    expect(opening).toHaveLength(1)
    for (let i = 0; i < 100; i++) expect([...slicer.push(Buffer.alloc(100, 'x'))]).toEqual([])
  }
  expect(flood).toThrow(/larger than 1000 bytes/)
})

test('what follows the end is not accepted', () => {
  const slicer = new JsonMemberStream(plan)
  expect(() => [...slicer.push(Buffer.from('{"rid":1} {'))]).toThrow(/follows the end/)
})
