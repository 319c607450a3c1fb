import fc from 'fast-check'
import {expect, test} from 'vitest'
import {atOnce} from '../lib/slices.ts'
import {LongList} from './details.ts'

interface Row {
  readonly index: number
  readonly path: string
}

/** The rows, and between how many pieces of work somebody could pause. */
function read(text: string, lengths: readonly number[]) {
  const list = new LongList<Row>('files')
  let pauses = 0
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const length = lengths[turn % lengths.length]!
    const work = list.push(text.slice(at, at + length))
    while (!work.next().done) pauses++
    at += length
  }
  return {rows: list.finish(), pauses}
}

function filesOf(count: number, name = (at: number) => `folder/file ${at}`): Row[] {
  return Array.from({length: count}, (_, index) => ({index, path: name(index)}))
}

const odd = fc.constantFrom('},{"index":0', '"}', '\\', '},', ']}', 'ä', '{', ',')

test('a list cut anywhere is the list that JSON.parse reads', () => {
  const rows = fc.array(fc.record({index: fc.nat(), path: fc.array(odd).map((it) => it.join(''))}))
  const lengths = fc.array(fc.integer({min: 1, max: 90}), {minLength: 1})
  fc.assert(
    fc.property(rows, lengths, fc.boolean(), (files, cuts, isSpaced) => {
      const text = JSON.stringify({files}, null, isSpaced ? 1 : undefined)
      expect(read(text, cuts).rows).toEqual(files)
    }),
  )
})

test('100,000 rows are parsed in pieces of 64 KB', () => {
  const files = filesOf(100_000)
  const text = JSON.stringify({files})
  const {rows, pauses} = read(text, [30_000])
  expect(rows).toEqual(files)
  expect(pauses).toBeGreaterThan(text.length / 64 / 1024 - 2)
})

test('names that look like the border of two rows are names', () => {
  const files = filesOf(20_000, (at) => `x},{"index":${at},"path":"},`)
  const {rows, pauses} = read(JSON.stringify({files}), [20_000])
  expect(rows).toEqual(files)
  expect(pauses).toBeGreaterThan(10)
})

test('an answer that broke off is none', () => {
  const text = JSON.stringify({files: filesOf(5_000)})
  for (const end of [0, 5, 70_000, text.length - 1]) {
    const list = new LongList<Row>('files')
    atOnce(list.push(text.slice(0, end)))
    expect(() => list.finish()).toThrow(SyntaxError)
  }
})
