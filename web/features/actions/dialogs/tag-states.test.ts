import {expect, test} from 'vitest'
import {common, mixed, switched, type ChosenFacts} from './chosen-facts.ts'
import {tagChange, tagStates} from './tag-states.ts'

const facts = (rows: readonly Record<string, unknown>[], isWhole = true): ChosenFacts => ({
  isWhole,
  count: rows.length,
  rows: rows.map((of, at) => ({
    key: `s~${at}`,
    serverId: 's',
    infoHash: String(at),
    of: of as ChosenFacts['rows'][number]['of'],
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

test('where not all torrents were looked at, no tag is on all or none', () => {
  const states = tagStates(facts([{tags: ['keep']}], false), ['old'])
  expect([...states.values()]).toEqual(['mixed', 'mixed'])
})

test('only what somebody changed is sent: on some can become on all or on none', () => {
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
