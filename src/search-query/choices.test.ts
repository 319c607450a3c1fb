import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {choiceFields, choiceIn, modeOf, withChoice, withMode, withWholeChoice} from './choices.ts'
import {fieldCalled} from './fields.ts'
import {filterOf} from './filter-of.ts'
import {plainTerms} from './groups.ts'
import {closedTerm} from './printing.ts'
import {rewritten} from './rewriting.ts'
import {termsOf} from './terms.ts'
import {anyName, anyText} from './texts.fixture.ts'

type ChoiceField = Parameters<typeof choiceIn>[1]

const servers = [
  {id: 'box-1', name: 'Seedbox', kind: 'qbittorrent'},
  {id: 'nas', name: 'attic', kind: 'rtorrent'},
  {id: 'two', name: 'Attic', kind: 'rtorrent'},
] as const

const anyField = fc.constantFrom(...choiceFields)
const anyChange = fc.constantFrom('include', 'exclude', 'clear')
const nameField = fc.constantFrom('category', 'tag')

/** The terms of all other fields, what is open closed; without the parentheses around a text with an `OR`. */
function others(text: string, field: ChoiceField): string[] {
  const plain = plainTerms(text).filter(
    (term) => term.kind === 'field' && fieldCalled(term.field)?.name === field,
  )
  return termsOf(text)
    .filter((term) => !plain.some(({from}) => from === term.from))
    .filter((term) => term.kind !== 'joint' || !['AND', '(', ')'].includes(term.joint) || term.negated)
    .map((term) => closedTerm(text, term))
}

test('a choice that is written is read again', () => {
  const values = fc.uniqueArray(anyName, {maxLength: 3})
  fc.assert(
    fc.property(anyText, nameField, values, values, values, (text, field, any, all, none) => {
      const selected = {any, all: field === 'tag' ? all.filter((it) => !any.includes(it)) : [], none}
      const choice = choiceIn(withWholeChoice(text, field, selected), field)
      expect(choice.none).toEqual(none)
      expect([...choice.any, ...choice.all].toSorted()).toEqual([...selected.any, ...selected.all].toSorted())
      if (any.length > 1) expect(choice.any).toEqual(any)
    }),
  )
})

test('including, excluding and clearing are those of a set, whatever else is typed', () => {
  const step = fc.tuple(anyName, anyChange)
  fc.assert(
    fc.property(anyText, nameField, fc.array(step, {maxLength: 8}), (typed, field, steps) => {
      let text = withWholeChoice(typed, field, {any: [], all: [], none: []})
      const included = new Set<string>()
      const excluded = new Set<string>()
      for (const [value, change] of steps) {
        text = withChoice(text, field, value, change)
        included.delete(value)
        excluded.delete(value)
        if (change === 'include') included.add(value)
        if (change === 'exclude') excluded.add(value)
        const {any, all, none} = choiceIn(text, field)
        expect(all).toEqual([])
        expect(new Set(any)).toEqual(included)
        expect(new Set(none)).toEqual(excluded)
      }
    }),
  )
})

test('a change of one field leaves all other terms as they are', () => {
  fc.assert(
    fc.property(anyText, anyField, anyName, anyChange, (text, field, value, change) => {
      expect(others(withChoice(text, field, value, change), field)).toEqual(others(text, field))
    }),
  )
})

test('without some plain terms, all others are as they were', () => {
  fc.assert(
    fc.property(anyText, fc.nat(5), (text, index) => {
      const plain = plainTerms(text)
      const gone = plain[index % Math.max(1, plain.length)]
      const left = rewritten(text, (term) => term === gone || term.from === gone?.from, [])
      const asking = (it: string) =>
        termsOf(it).flatMap((term) =>
          term.kind === 'joint' && term.joint === 'AND' ? [] : [it.slice(term.from, term.to)],
        )
      const at = termsOf(text)
        .filter((term) => term.kind !== 'joint' || term.joint !== 'AND')
        .findIndex(({from}) => from === gone?.from)
      expect(asking(left)).toEqual(gone ? asking(text).toSpliced(at, 1) : asking(text))
    }),
  )
})

for (const [text, field, value, change, expected] of [
  ['', 'tag', 'x', 'include', 'tag:x'],
  ['bunny', 'tag', 'x y', 'include', 'bunny tag:"x y"'],
  ['tag:x bunny', 'tag', 'y', 'include', 'tag:x,y bunny'],
  ['tag:x tag:y', 'tag', 'z', 'include', 'tag:x tag:y tag:z'],
  ['tag:x tag:y', 'tag', 'y', 'clear', 'tag:x'],
  ['tag:x,y', 'tag', 'x', 'exclude', 'tag:y -tag:x'],
  ['a tag:x b', 'tag', 'x', 'clear', 'a b'],
  ['CAT=films', 'category', 'tv', 'include', 'category:films,tv'],
  ['category!=tv', 'category', '', 'exclude', '-category:tv,none'],
  ['', 'category', 'none', 'include', 'category:"none"'],
  ['server:SEEDBOX', 'server', 'box-1', 'clear', ''],
  ['', 'server', 'box-1', 'include', 'server:Seedbox'],
  ['', 'server', 'nas', 'include', 'server:nas'],
  ['state:stalledDown', 'state', 'stalled', 'clear', ''],
  ['private:true', 'private', 'yes', 'clear', ''],
  ['is:active', 'is', 'complete', 'include', 'is:active is:complete'],
  ['foo "bar', 'tag', 'x', 'include', 'foo "bar" tag:x'],
  ['tag:"a"b', 'tag', 'c', 'include', 'tag:a,c b'],
  ['a OR b', 'tag', 'x', 'include', '(a OR b) tag:x'],
  ['(a OR b) tag:x', 'tag', 'x', 'clear', '(a OR b)'],
  ['a | b(c', 'tag', 'x', 'include', '(a | b(c ) tag:x'],
  ['a OR "b', 'tag', 'x', 'include', '(a OR "b") tag:x'],
  ['a) OR b', 'tag', 'x', 'include', '((a) OR b) tag:x'],
  ['tag:a OR tag:b', 'tag', 'a', 'clear', 'tag:a OR tag:b'],
  ['(tag:a) tag:b', 'tag', 'b', 'clear', '(tag:a)'],
  ['a OR', 'tag', 'x', 'include', 'tag:x (a OR'],
  ['(a', 'tag', 'x', 'include', 'tag:x (a'],
  ['OR a (', 'tag', 'x', 'include', 'tag:x AND OR a ('],
] as const) {
  test(`${text || 'nothing'}: to ${change} ${value || 'none'} makes it ${expected || 'empty'}`, () => {
    expect(withChoice(text, field, value, change, {servers})).toBe(expected)
  })
}

test('any-of and all-of are turned into each other', () => {
  expect(withMode('tag:a,b x', 'tag', 'all')).toBe('tag:a tag:b x')
  expect(withMode('tag:a x tag:b', 'tag', 'any')).toBe('tag:a,b x')
  expect(withMode('category:a,b', 'category', 'all')).toBe('category:a,b')
  expect([modeOf('tag:a,b', 'tag'), modeOf('tag:a tag:b', 'tag')]).toEqual(['any', 'all'])
})

test('a mode can be selected when the second value comes', () => {
  expect(withChoice('tag:a', 'tag', 'b', 'include', {mode: 'all'})).toBe('tag:a tag:b')
})

test('the side bar and the filter read the same', () => {
  fc.assert(
    fc.property(anyText, nameField, (text, field) => {
      const {filter, mistakes} = filterOf(text, {servers, arrs: [], now: 0})
      if (mistakes.length > 0) return
      const {any = [], all = [], none = []} = (field === 'tag' ? filter.tags : filter.categories) ?? {}
      expect(choiceIn(text, field)).toEqual({any, all, none})
    }),
  )
})
