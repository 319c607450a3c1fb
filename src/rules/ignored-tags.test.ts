import {expect, test} from 'vitest'
import {ignoredTags} from './ignored-tags.ts'
import {aRule} from './rule.fixture.ts'

const ratio = {fact: 'ratio', op: 'gte', value: 2}
const no = (op: string, value: unknown) => ({not: {fact: 'tags', op, value}})
const hasNone = {fact: 'tags', op: 'hasNone', value: ['mine']}

function spared(changes: Readonly<Record<string, unknown>>, ...tags: readonly string[]): readonly string[] {
  return ignoredTags([{rule: aRule(changes)}])(tags)
}

test.each([
  'remove',
  'removeWithData',
  'failDownload',
  'recycle',
  'quarantine',
  'arr.blocklist',
  'arr.queueRemove',
])('S45 a tag that keeps "%s" away protects, in any spelling, and no other does', (action) => {
  const rule = {
    scope: {tagsNone: ['mine']},
    reason: 'stalled',
    do: [{action, ...(action === 'quarantine' && {for: '1h'})}],
  }
  expect(spared(rule, 'other', ' MINE')).toEqual(['mine'])
})

test('a rule that is off, or takes nothing away, protects nothing', () => {
  const scope = {tagsNone: ['mine']}
  expect(spared({scope, mode: 'off'}, 'mine')).toEqual([])
  expect(spared({scope, do: [{action: 'reannounce'}]}, 'mine')).toEqual([])
  expect(spared({scope, mode: 'simulate'}, 'mine')).toEqual(['mine'])
})

test.each<[what: string, condition: object]>([
  ['hasNone', hasNone],
  ['hasNone among others', {all: [ratio, hasNone]}],
  ['not hasAny', {all: [ratio, no('hasAny', ['mine', 'ours'])]}],
  ['not contains', no('contains', 'min')],
  ['not either', {not: {any: [ratio, {fact: 'tags', op: 'hasAny', value: ['mine']}]}}],
  ['each of several ways', {any: [hasNone, {all: [ratio, hasNone]}]}],
  ['nothing but others', {fact: 'tags', op: 'in', value: ['go']}],
])('S45 a tag that makes the condition untrue protects: %s', (_, when) => {
  expect(spared({when}, 'mine', 'go')).toContain('mine')
  expect(spared({when}, 'go')).toEqual([])
  expect(spared({do: [{action: 'recycle', if: when}], reason: 'stalled'}, 'mine')).toEqual(['mine'])
})

test.each<[what: string, condition: object]>([
  ['the rule may apply anyway', {any: [ratio, hasNone]}],
  ['it is asked for', {fact: 'tags', op: 'hasAny', value: ['mine']}],
  ['another one is asked for', {fact: 'tags', op: 'hasAny', value: ['go']}],
  ['its absence is turned round', {not: hasNone}],
  ['only both keep it away', no('hasAll', ['mine', 'too'])],
])('a tag with which the rule still applies, or might, protects nothing: %s', (_, when) => {
  expect(spared({when}, 'mine')).toEqual([])
})

test('of tags that keep it away together each protects, once all are there', () => {
  expect(spared({when: no('hasAll', ['mine', 'too'])}, 'mine', 'too', 'other')).toEqual(['mine', 'too'])
})

test('a tag that resets the hold of a rule protects', () => {
  const hold = {for: '1h', resetOn: {fact: 'tags', op: 'hasAny', value: ['mine']}}
  expect(spared({hold}, 'mine', 'other')).toEqual(['mine'])
})
