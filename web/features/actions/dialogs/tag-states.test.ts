import {expect, test} from 'vitest'
import type {SelectionFigures} from '../../../api/actions.ts'
import {common, mixed, switched, type SelectedFacts} from '../selected-facts.ts'
import {tagChange, tagStates} from './dialog-fields.ts'

const facts = (
  rows: readonly Record<string, unknown>[],
  isWhole = true,
  figures: Partial<SelectionFigures> | null = null,
): SelectedFacts => ({
  isWhole,
  figures: figures as SelectionFigures | null,
  count: rows.length,
  rows: rows.map((of, at) => ({
    key: `s~${at}`,
    serverId: 's',
    infoHash: String(at),
    of: of as SelectedFacts['rows'][number]['of'],
  })),
})

const two = facts([{tags: ['keep', 'hd']}, {tags: ['keep']}])

test('a tag is on all, on some or on none', () => {
  expect([...tagStates(two, ['old'])]).toEqual([
    ['hd', 'mixed'],
    ['keep', true],
    ['old', false],
  ])
})

test('where not all torrents were looked at, the server says which tags are on all and on none', () => {
  const states = (figures: Partial<SelectionFigures> | null) =>
    Object.fromEntries(tagStates(facts([{tags: ['keep']}], false, figures), ['old', 'hd']))
  expect(states(null)).toEqual({hd: 'mixed', keep: 'mixed', old: 'mixed'})
  const most = [
    {value: 'keep', count: 900},
    {value: 'hd', count: 20},
  ]
  expect(states({count: 900, tags: {distinct: 2, most}})).toEqual({hd: 'mixed', keep: true, old: false})
  // Whether any torrent has one of those that are not told is not known.
  expect(states({count: 900, tags: {distinct: 40, most}})).toEqual({hd: 'mixed', keep: true, old: 'mixed'})
})

test('where not all torrents were looked at, what is the same for all is what the server says', () => {
  const many = facts([{category: 'a', sequential: true, ratio_limit: 1}], false, {
    common: {category: 'books', ratio_limit: null, sequential: false},
  })
  expect([common(many, 'category'), common(many, 'ratio_limit'), common(many, 'save_path')]).toEqual([
    'books',
    null,
    mixed,
  ])
  expect([switched(many, 'sequential'), switched(many, 'first_last')]).toEqual([false, 'mixed'])
})

test('only what the user changed is sent: on some can become on all or on none', () => {
  const states = tagStates(two, ['old'])
  const wanted = new Map([
    ['hd', false],
    ['keep', true],
    ['new', true],
  ])
  expect(tagChange(states, wanted)).toEqual({add: ['new'], remove: ['hd']})
  expect(tagChange(states, new Map([['hd', true]]))).toEqual({add: ['hd'], remove: []})
  expect(tagChange(states, new Map([['old', false]]))).toEqual({add: [], remove: []})
})

test('a category called mixed is a category', () => {
  expect(common(facts([{category: 'mixed'}, {category: 'mixed'}]), 'category')).toBe('mixed')
  expect(common(facts([{category: 'a'}, {category: 'b'}]), 'category')).toBe(mixed)
  expect(common(facts([{category: 'a'}], false), 'category')).toBe(mixed)
})

test('a switch is on only when it is on everywhere', () => {
  expect(switched(facts([{sequential: true}, {sequential: true}]), 'sequential')).toBe(true)
  expect(switched(facts([{sequential: true}, {sequential: null}]), 'sequential')).toBe('mixed')
  expect(switched(facts([{sequential: false}, {}]), 'sequential')).toBe(false)
  expect(switched(facts([{sequential: true}], false), 'sequential')).toBe('mixed')
})
