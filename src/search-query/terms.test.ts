import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {closedTerm, printedField, printedValue, quoted} from './printing.ts'
import {operators, termsOf, type Span, type Term} from './terms.ts'
import {anyName, anyText} from './texts.fixture.ts'

test('any text has terms, in order, with nothing but white space beside them', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let at = 0
      for (const term of termsOf(text)) {
        expect(text.slice(at, term.from)).toMatch(/^\s*$/)
        expect(term.to).toBeGreaterThan(term.from)
        at = term.to
      }
      expect(text.slice(at)).toMatch(/^\s*$/)
    }),
  )
})

test('the characters of a term, read alone, are that term', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const term of termsOf(text)) {
        expect(termsOf(text.slice(term.from, term.to))).toEqual([moved(term, -term.from)])
      }
    }),
  )
})

test('parts and values of a field lie within it, and say what stands there', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const term of termsOf(text)) {
        if (term.kind !== 'field') continue
        const at = (span: Span) => text.slice(span.from, span.to)
        expect(`${term.negated ? '-' : ''}${at(term.fieldPart)}${at(term.valuePart)}`).toBe(at(term))
        expect(at(term.fieldPart).startsWith(term.field)).toBe(true)
        for (const value of term.values)
          expect(at(value)).toSatisfy((it: string) => value.quoted || it.replaceAll(/\s/g, '') === value.text)
      }
    }),
  )
})

test('what is open can be closed, and stays one term of the same kind', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const term of termsOf(text)) {
        const [closed, ...others] = termsOf(`${closedTerm(text, term)} -more`)
        expect(closed).toMatchObject({kind: term.kind, negated: term.negated, open: false})
        expect(others).toMatchObject([{kind: 'word', text: 'more'}])
      }
    }),
  )
})

test('printed values are read as they were', () => {
  fc.assert(
    fc.property(
      fc.array(anyName, {minLength: 1}),
      fc.constantFrom(...operators),
      fc.boolean(),
      (names, operator, negated) => {
        const values = names.map((name) => printedValue(name, ['none']))
        const text = printedField('tag', operator, values, negated)
        const [term, ...others] = termsOf(text)
        expect(others).toEqual([])
        expect(term).toMatchObject({kind: 'field', field: 'tag', operator, negated})
        expect(term!.kind === 'field' && term!.values.map((it) => it.text)).toEqual(names)
      },
    ),
  )
})

test('quoted words are read as they were', () => {
  fc.assert(
    fc.property(anyName, (word) => {
      expect(termsOf(quoted(word))).toMatchObject([{kind: 'word', text: word, quoted: true, open: false}])
    }),
  )
})

for (const [text, terms] of [
  ['big bunny', [{text: 'big'}, {text: 'bunny'}]],
  [
    '-sd -"two words" -',
    [
      {negated: true, text: 'sd'},
      {negated: true, quoted: true},
      {negated: true, text: ''},
    ],
  ],
  ['a"b', [{text: 'a'}, {text: 'b', quoted: true, open: true}]],
  ['"say \\"hi\\" \\x"', [{text: 'say "hi" \\x', open: false}]],
  [
    '/a b/ -/c\\/ d/',
    [
      {kind: 'pattern', pattern: 'a b'},
      {kind: 'pattern', pattern: 'c\\/ d', negated: true},
    ],
  ],
  ['/data/films x', [{kind: 'pattern', pattern: 'data/films x', open: true}]],
  ['size:>10GB', [{field: 'size', operator: '>', values: [{text: '10GB'}]}]],
  ['TAG:a,"b c",,d', [{field: 'TAG', values: [{text: 'a'}, {text: 'b c'}, {text: 'd'}]}]],
  ['size>', [{field: 'size', operator: '>', values: []}]],
  ['1080p:x Spider-Man:x <img', [{kind: 'word'}, {kind: 'word'}, {kind: 'word', text: '<img'}]],
  ['tag:"a"b', [{field: 'tag'}, {kind: 'word', text: 'b'}]],
  ['ratio < 1', [{field: 'ratio', operator: '<', values: [{text: '1'}]}]],
  ['ratio== 1', [{field: 'ratio', operator: '=', values: [{text: '1'}]}]],
  ['size > 1 GB x', [{values: [{text: '1GB', from: 7, to: 11}]}, {text: 'x'}]],
  ['size : 1 GB .. 5 GiB x', [{values: [{text: '1GB..5GiB'}]}, {text: 'x'}]],
  ['size:1GB .. 5GB', [{values: [{text: '1GB..5GB'}]}]],
  ['size>1 bunny', [{values: [{text: '1'}]}, {text: 'bunny'}]],
  ['added < 7 days 12', [{values: [{text: '7days'}]}, {text: '12'}]],
  ['tag : "a b" , c,d', [{values: [{text: 'a b'}, {text: 'c'}, {text: 'd'}]}]],
  ['tag: x', [{field: 'tag', values: [{text: 'x'}]}]],
  ['path: /data x', [{field: 'path', values: [{text: '/data'}]}, {text: 'x'}]],
  ['tag: size>1', [{field: 'tag', values: []}, {field: 'size'}]],
  [
    'tag: -sd',
    [
      {field: 'tag', values: []},
      {text: 'sd', negated: true},
    ],
  ],
  ['tag: OR x', [{field: 'tag', values: []}, {joint: 'OR'}, {text: 'x'}]],
  ['tag:a, size>1', [{values: [{text: 'a'}]}, {field: 'size'}]],
  ['Title: x', [{field: 'Title', values: []}, {text: 'x'}]],
  ['seeds > -1', [{field: 'seeds', values: [{text: '-1'}]}]],
  [
    '(a OR tag:b) -(c)',
    [
      {joint: '('},
      {text: 'a'},
      {joint: 'OR'},
      {field: 'tag', values: [{text: 'b'}]},
      {joint: ')'},
      {joint: '(', negated: true},
      {text: 'c'},
      {joint: ')'},
    ],
  ],
  [
    'a(b) or "OR" tag:x(y)',
    [{text: 'a(b)'}, {text: 'or'}, {text: 'OR', quoted: true}, {values: [{text: 'x(y)'}]}],
  ],
  [
    'a | (b |c) d|e',
    [
      {text: 'a'},
      {joint: 'OR'},
      {joint: '('},
      {text: 'b'},
      {joint: 'OR'},
      {text: 'c'},
      {joint: ')'},
      {text: 'd|e'},
    ],
  ],
  ['tag: | x || y', [{field: 'tag', values: []}, {joint: 'OR'}, {text: 'x'}, {text: '||'}, {text: 'y'}]],
  ['(/s01/)', [{joint: '('}, {kind: 'pattern', pattern: 's01'}, {joint: ')'}]],
] as const) {
  test(`${text} is read as ${terms.length} terms`, () => {
    expect(termsOf(text)).toMatchObject(terms)
  })
}

function moved(term: Term, by: number): Term {
  const span = <S extends Span>(it: S): S => ({...it, from: it.from + by, to: it.to + by})
  if (term.kind !== 'field') return span(term)
  const parts = {fieldPart: span(term.fieldPart), valuePart: span(term.valuePart)}
  return {...span(term), ...parts, values: term.values.map(span)}
}
