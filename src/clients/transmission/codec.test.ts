import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {ServerFault} from '#model/errors.ts'
import {anyCharacter} from '#test/any-character.ts'
import {isFull} from '#test/proof.ts'
import {
  columnsOf,
  fingerprint,
  leadingNumber,
  MAX_ROW_BYTES,
  parseJson,
  recordIn,
  torrentOf,
  TorrentRowStream,
  valuesOf,
  type RawRow,
} from './codec.ts'

interface Carved {
  readonly rows: unknown[][]
  readonly rest: unknown
}

/** Feeds the text in chunks of these lengths, over and over. */
function carve(text: string, lengths: readonly number[] = [7]): Carved {
  const {rows, rest} = cut(new TorrentRowStream(), text, lengths, valuesOf)
  return {rows, rest}
}

function cut<T>(
  carver: TorrentRowStream,
  text: string,
  lengths: readonly number[],
  read: (row: RawRow) => T,
) {
  const bytes = Buffer.from(text)
  const rows: T[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]!
    carver.push(Buffer.from(bytes.subarray(at, at + length)))
    at += length
    for (let row = carver.next(); row; row = carver.next()) rows.push(read(row))
  }
  return {rows, rest: parseJson(carver.rest())}
}

const value = fc.oneof(
  fc.string({unit: anyCharacter, maxLength: 20}),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.boolean(),
  fc.array(fc.oneof(fc.string(), fc.constantFrom('torrents', '"]}', '\\', ',', '[{'))),
  fc.record({name: fc.string(), torrents: fc.array(fc.array(fc.integer()))}),
)
const table = fc.array(fc.array(value, {maxLength: 6}), {maxLength: 12})
const lengths = fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 5})

test('rows and rest are those that JSON.parse finds, whatever the chunks', () => {
  fc.assert(
    fc.property(table, fc.jsonValue(), lengths, fc.boolean(), (rows, other, chunks, isLegacy) => {
      const inner = {removed: [1, 2], other, torrents: rows, after: '"torrents":[['}
      const whole = isLegacy ? {arguments: inner, result: 'success'} : {id: 1, jsonrpc: '2.0', result: inner}
      const carved = carve(JSON.stringify(whole), chunks)
      expect(carved.rows).toEqual(JSON.parse(JSON.stringify(rows)))
      const key = isLegacy ? 'arguments' : 'result'
      expect(carved.rest).toEqual(JSON.parse(JSON.stringify({...whole, [key]: {...inner, torrents: []}})))
    }),
    {numRuns: isFull ? 500 : 100},
  )
})

test('in a batch the rows of every answer are cut out and nothing else is', () => {
  fc.assert(
    fc.property(table, table, lengths, (first, second, chunks) => {
      const batch = [
        {id: 0, jsonrpc: '2.0', result: {torrents: first}},
        {id: 1, jsonrpc: '2.0', result: {torrent_count: 3, torrents_: [[1]]}},
        {id: 2, jsonrpc: '2.0', result: {torrents: second}},
      ]
      const carved = carve(JSON.stringify(batch, null, 1), chunks)
      expect(carved.rows).toEqual(JSON.parse(JSON.stringify([...first, ...second])))
      expect((carved.rest as unknown[])[1]).toEqual(batch[1])
    }),
  )
})

test('the files of a torrent are cut out one by one, and nothing else is', () => {
  const file = fc.record({name: fc.string({unit: anyCharacter}), length: fc.nat(), files: fc.array(fc.nat())})
  fc.assert(
    fc.property(fc.array(file), fc.jsonValue(), lengths, fc.boolean(), (files, other, chunks, isLegacy) => {
      const around = {hash_string: 'a', files: [1], inner: {files: [{files: []}]}, other}
      const torrent = (list: unknown[]) => ({...around, files: list, wanted: [true]})
      const whole = (list: unknown[]) => {
        const answer = {files: [{name: 'x'}], torrents: [torrent(list)]}
        return isLegacy ? {arguments: answer, result: 'success'} : {id: 1, result: answer}
      }
      const carved = cut(new TorrentRowStream('files'), JSON.stringify(whole(files)), chunks, recordIn)
      expect(carved.rows).toEqual(JSON.parse(JSON.stringify(files)))
      expect(carved.rest).toEqual(JSON.parse(JSON.stringify(whole([]))))
    }),
  )
})

test('lists called torrents in other places stay where they are', () => {
  const whole = {
    torrents: [[1]],
    arguments: {deeper: {torrents: [[2]]}, list: [{torrents: [[3]]}]},
    result: 'x',
  }
  expect(carve(JSON.stringify(whole))).toEqual({rows: [], rest: whole})
})

test('splits lie before the columns asked for; commas inside values do not count, and what is missing is at the end', () => {
  const text = Buffer.from(JSON.stringify({arguments: {torrents: [[12, 'a,b', ['x', 'y'], 5, 6]]}}))
  for (let cut = 0; cut < text.length; cut++) {
    const carver = new TorrentRowStream('torrents', [1, 3, 9])
    carver.push(text.subarray(0, cut))
    const early = carver.next()
    if (!early) carver.push(text.subarray(cut))
    const row = early ?? carver.next()!
    expect(row.splits.map((at) => row.bytes.toString('utf8', at, row.end))).toEqual([
      ',"a,b",["x","y"],5,6]',
      ',5,6]',
      ']',
    ])
    expect(leadingNumber(row)).toBe(12)
  }
})

for (const text of [
  '{"arguments":{"torrents":[[1,2],[3',
  '{"arguments":{"torrents":[[1,2]',
  '{"arguments":{"torrents":[[1,2]]',
  '{"arg',
]) {
  test(`an answer that ends with ${text.slice(-8)} is called cut off`, () => {
    expect(reasonOf(() => carve(text))).toBe('cut_answer')
  })
}

test('bytes that are no JSON are called garbled, and so are rows that do not fit their columns', () => {
  expect(reasonOf(() => carve('<html>'))).toBe('garbled_answer')
  const carver = new TorrentRowStream()
  carver.push(Buffer.from('{"result":{"torrents":[["id","hash_string"],[1],[1,nonsense]]}}'))
  const columns = columnsOf(carver.next()!)
  expect(columns).toEqual(['id', 'hash_string'])
  expect(reasonOf(() => torrentOf(columns, carver.next()!))).toBe('garbled_answer')
  expect(reasonOf(() => torrentOf(columns, carver.next()!))).toBe('garbled_answer')
})

test('a row without end, a rest without end and brackets without end are stopped', () => {
  const endless = (start: string, piece: string): (() => void) => {
    return () => {
      const carver = new TorrentRowStream()
      carver.push(Buffer.from(start))
      const chunk = Buffer.from(piece.repeat((1024 * 1024) / piece.length))
      for (let fed = 0; fed < 4 * MAX_ROW_BYTES; fed += chunk.length) {
        carver.push(chunk)
        carver.next()
      }
    }
  }
  expect(reasonOf(endless('{"result":{"torrents":[["', 'x'))).toBe('answer_too_large')
  expect(reasonOf(endless('{"result":{"torrents":[]},"more":[', '1,'))).toBe('answer_too_large')
  expect(reasonOf(endless('', '['))).toBe('garbled_answer')
})

test('columns of the old dialect come in our spelling', () => {
  const carver = new TorrentRowStream()
  carver.push(Buffer.from('{"arguments":{"torrents":[["id","hashString","file-count"]]}}'))
  expect(columnsOf(carver.next()!)).toEqual(['id', 'hash_string', 'file_count'])
})

test('bytes taken in two parts have one fingerprint per order', () => {
  const bytes = Buffer.from('abcd')
  const both = fingerprint(bytes, 2, 4, fingerprint(bytes, 0, 2))
  expect(both).not.toBe(fingerprint(bytes, 0, 2, fingerprint(bytes, 2, 4)))
  expect(Number.isSafeInteger(both)).toBe(true)
})

test('fingerprints of different bytes differ and are never 0', () => {
  const print = (text: string): number => fingerprint(Buffer.from(text), 0, Buffer.byteLength(text))
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(print(a) === print(b)).toBe(a === b)
      expect(print(a)).not.toBe(0)
      expect(Number.isSafeInteger(print(a))).toBe(true)
    }),
    {numRuns: isFull ? 2000 : 300},
  )
})

function reasonOf(task: () => unknown): string | null {
  try {
    task()
    return null
  } catch (error) {
    if (error instanceof ServerFault) return error.reason
    throw error
  }
}
