import fc from 'fast-check'
import {expect, test} from 'vitest'
import {ListStream} from './api/http-client.ts'

function cut(text: string, member: string | null, chunk = 1_000_000, most = 1_000_000): unknown[] {
  const pieces = new ListStream(member, most)
  const bytes = Buffer.from(text)
  const found: unknown[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    for (const piece of pieces.take(bytes.subarray(at, at + chunk))) found.push(piece)
  }
  pieces.end()
  return found
}

test('any list comes out as it went in, however its bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.integer({min: 1, max: 50}),
      fc.boolean(),
      (list, chunk, isIndented) => {
        const text = JSON.stringify(list, null, isIndented ? 2 : 0)
        expect(JSON.stringify(cut(text, null, chunk))).toBe(JSON.stringify(list))
      },
    ),
  )
})

test('any list below a member, among others that look like it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.jsonValue(),
      fc.integer({min: 1, max: 50}),
      (records, other, chunk) => {
        const text = JSON.stringify({
          page: 1,
          sortKey: 'records',
          other,
          nested: {records: [1]},
          records,
          [`last`]: [other],
        })
        expect(JSON.stringify(cut(text, 'records', chunk))).toBe(JSON.stringify(records))
      },
    ),
  )
})

for (const [what, text, member] of [
  ['an object', '{"message": "NotFound"}', null],
  ['half a list', '[{"id": 1}, {"id"', null],
  ['a list without its end', '[1, 2', null],
  ['no such member', '{"page": 1, "total": [1]}', 'records'],
  ['a text', '"[1]"', null],
  ['nothing', '', null],
] as const) {
  test(`${what} is no whole list`, () => {
    expect(() => cut(text, member)).toThrow(expect.objectContaining({code: 'answer_invalid'}))
  })
}

test('one element has a bound', () => {
  expect(() => cut(`[1, "${'x'.repeat(100)}"]`, null, 1000, 50)).toThrow(/larger than 50/)
  expect(() => cut(`[1, "${'x'.repeat(100)}"]`, null, 7, 50)).toThrow(/larger than 50/)
})
