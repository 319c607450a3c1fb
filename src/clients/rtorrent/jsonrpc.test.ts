import fc from 'fast-check'
import {expect, test} from 'vitest'
import {JsonRpcScanner, writeJsonRpc} from './jsonrpc.ts'
import {Garbled, RpcFault, type RpcResult, type RpcRow} from './rpc.ts'

function scan(
  document: unknown,
  {calls = 1, hasRows = false, sizes = [1 << 20]}: {calls?: number; hasRows?: boolean; sizes?: number[]} = {},
): {rows: RpcRow[]; results: RpcResult[]} {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))
  const scanner = new JsonRpcScanner(calls, hasRows)
  const rows: RpcRow[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    scanner.feed(bytes.subarray(at, at + size))
    for (let row = scanner.nextRow(); row; row = scanner.nextRow()) rows.push(row)
    at += size
  }
  return {rows, results: scanner.finish()}
}

const cell = fc.oneof(
  fc.integer(),
  fc.string({
    unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', 'é', '😀', 'a', '\n', ' '),
    maxLength: 10,
  }),
)
const sizes = fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 4})

test('rows of any list, cut anywhere, are those of JSON.parse', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell, {maxLength: 5}), {maxLength: 8}), sizes, (rows, sizes) => {
      const read = scan({id: 1, jsonrpc: '2.0', result: rows}, {hasRows: true, sizes})
      expect(read.rows).toEqual(rows)
      expect(read.results).toEqual([[]])
    }),
    {numRuns: 300},
  )
})

test('a batch with a list at its end hands out rows and keeps the answers before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, {maxLength: 4}), {maxLength: 5}),
      cell,
      sizes,
      (rows, first, sizes) => {
        const batch = [
          {id: 1, jsonrpc: '2.0', result: first},
          {error: {code: -32601, message: 'no ] [ here'}, id: 2, jsonrpc: '2.0'},
          {id: 3, jsonrpc: '2.0', result: rows},
        ]
        const read = scan(batch, {calls: 3, hasRows: true, sizes})
        expect(read.rows).toEqual(rows)
        expect(read.results).toEqual([first, new RpcFault(-32601, 'no ] [ here'), []])
      },
    ),
    {numRuns: 300},
  )
})

test('the answers before a list are known when its first row comes', () => {
  const scanner = new JsonRpcScanner(2, true)
  scanner.feed(
    Buffer.from('[{"id":1,"jsonrpc":"2.0","result":42},{"id":2,"jsonrpc":"2.0","result":[["a"],["b"'),
  )
  expect(scanner.nextRow()).toEqual(['a'])
  expect(scanner.results()[0]).toBe(42)
  expect(scanner.nextRow()).toBeNull()
  scanner.feed(Buffer.from(']]}]'))
  expect(scanner.nextRow()).toEqual(['b'])
  expect(scanner.nextRow()).toBeNull()
  expect(scanner.finish()).toEqual([42, []])
})

test('answers out of order find their calls', () => {
  const batch = [
    {id: 2, jsonrpc: '2.0', result: 'second'},
    {id: 1, jsonrpc: '2.0', result: 'first'},
  ]
  expect(scan(batch, {calls: 2}).results).toEqual(['first', 'second'])
})

test('one error for a whole batch is its only result', () => {
  const answer = {error: {code: -32700, message: 'invalid UTF-8 byte at index 4'}, id: null, jsonrpc: '2.0'}
  expect(scan(answer, {calls: 9, hasRows: true}).results).toEqual([
    new RpcFault(-32700, 'invalid UTF-8 byte at index 4'),
  ])
})

test('a name that is not UTF-8 comes as its bytes', () => {
  const row = ['AB', {bytes: [99, 97, 102, 233], subtype: null}]
  expect(scan({id: 1, jsonrpc: '2.0', result: [row]}, {hasRows: true}).rows).toEqual([
    ['AB', Uint8Array.from([99, 97, 102, 233])],
  ])
})

test('lists of plain values stay whole', () => {
  expect(scan({id: 1, result: ['a', 'b', 'c']}).results).toEqual([['a', 'b', 'c']])
  expect(
    scan(
      [
        {id: 1, result: ['a', 'b']},
        {id: 2, result: 3},
      ],
      {calls: 2},
    ).results,
  ).toEqual([['a', 'b'], 3])
})

test('an answer cut at any byte is never taken for whole', () => {
  const document = JSON.stringify({
    id: 1,
    jsonrpc: '2.0',
    result: [
      ['a"]', 1],
      ['\\', 2],
    ],
  })
  for (let length = 0; length < document.length; length++) {
    expect(() => scan(document.slice(0, length), {hasRows: true}), `${length} bytes`).toThrow(Garbled)
  }
})

test.each([
  ['no JSON', '{"id":1,"result":[1,}'],
  ['brackets that cross', '{"id":1,"result":[}]'],
  ['neither result nor error', '{"id":1,"jsonrpc":"2.0"}'],
])('%s is garbled', (_, document) => {
  expect(() => scan(document)).toThrow(Garbled)
})

test('a row without end and nesting without end are refused', () => {
  const scanner = new JsonRpcScanner(1, true, {maxValueBytes: 500, maxDepth: 8})
  expect(() => {
    scanner.feed(Buffer.from('{"id":1,"result":[["'))
    for (let i = 0; i < 20; i++) {
      scanner.nextRow()
      scanner.feed(Buffer.alloc(100, 'x'))
    }
  }).toThrow(Garbled)
  expect(() => scan('['.repeat(100))).toThrow('nested too deep')
})

test('a million blanks within an answer are looked at once', () => {
  const blanks = ' '.repeat(1_000_000)
  const scanner = new JsonRpcScanner(1, true, {maxValueBytes: 2_000_000, maxDepth: 8})
  scanner.feed(Buffer.from(`{"id":1,"result":${blanks}"x"${blanks},`))
  scanner.nextRow()
  expect(() => scanner.results()).not.toThrow()
})

test('requests carry an id and an array, and the empty target where there are no parameters', () => {
  expect(JSON.parse(writeJsonRpc([{method: 'system.pid', params: []}]))).toEqual({
    jsonrpc: '2.0',
    id: 1,
    method: 'system.pid',
    params: [''],
  })
  expect(
    JSON.parse(
      writeJsonRpc([
        {method: 'a', params: ['x']},
        {method: 'b', params: [1]},
      ]),
    ),
  ).toHaveLength(2)
})
