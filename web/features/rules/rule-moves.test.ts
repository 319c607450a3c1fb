import {expect, test} from 'vitest'
import type {ListedRule} from '../../api/rules.ts'
import {formerOrders, movableIn, neighbourAt, passedBy, swapOf} from './rule-moves.ts'
import type {RuleRow} from './rule-rows.ts'

const rule = (id: string, more: Partial<ListedRule> = {}) =>
  ({id, may: 'edit', mode: 'live', order: 100, ...more}) as ListedRule
const row = (...rules: readonly ListedRule[]) =>
  ({
    id: rules[0]!.id,
    rules: rules.map((it) => ({rule: it, sentence: null, section: ''})),
  }) as unknown as RuleRow

const rows = [row(rule('a')), row(rule('p1', {may: 'mode'}), rule('p2', {may: 'mode'})), row(rule('b'))]

test('a rule moves before the first or behind the last rule of another row', () => {
  expect(neighbourAt(rows, 'b', 1)).toEqual({side: 'before', of: 'p1'})
  expect(neighbourAt(rows, 'b', 0)).toEqual({side: 'before', of: 'a'})
  expect(neighbourAt(rows, 'a', 1)).toEqual({side: 'behind', of: 'p2'})
  expect(neighbourAt(rows, 'a', 9)).toEqual({side: 'behind', of: 'b'})
  expect(neighbourAt(rows, 'b', 5)).toBeNull()
  expect(neighbourAt(rows, 'a', -1)).toBeNull()
})

test('what follows from the configuration keeps its place', () => {
  expect(rows.map((it) => movableIn(it)?.id)).toEqual(['a', undefined, 'b'])
})

test('it is said which rules of other groups it passes', () => {
  const [a, s, off, b] = [rule('a'), rule('s'), rule('off', {mode: 'off'}), rule('b')]
  const passed = passedBy('b', [a, s, off, b], [b, a, s, off], new Set(['a', 'b']))
  expect(passed.map(({id}) => id)).toEqual(['s'])
  expect(passedBy('a', [a, s, b], [s, b, a], new Set(['a', 'b']))).toEqual([])
})

test('a move is undone by the numbers of before', () => {
  const before = [rule('a'), rule('b'), rule('gone')]
  expect(formerOrders(before, [rule('b', {order: 99}), rule('a')])).toEqual([['b', 100]])
})

const lone = (id: string, changes: object = {}) =>
  ({rules: [{rule: {id, may: 'edit', actions: ['remove'], reason: null, ...changes}}]}) as unknown as RuleRow
const order = ['a', 'b', 'c'].map((id) => ({id}))

test('two rules change places, and those between them stay', () => {
  expect(swapOf(lone('a'), lone('b'), order)).toEqual([{id: 'b', side: 'before', of: 'a'}])
  expect(swapOf(lone('a'), lone('c'), order)).toEqual([
    {id: 'c', side: 'before', of: 'a'},
    {id: 'a', side: 'behind', of: 'b'},
  ])
})

test('a rule of the configuration stays where it is, and the other one passes it', () => {
  const fixed = {may: 'mode'}
  expect(swapOf(lone('a', fixed), lone('c'), order)).toEqual([{id: 'c', side: 'before', of: 'a'}])
  expect(swapOf(lone('a'), lone('c', fixed), order)).toEqual([{id: 'a', side: 'behind', of: 'c'}])
  expect(swapOf(lone('a', fixed), lone('c', fixed), order)).toBeNull()
})

test('what only keeps is never swapped with what does something', () => {
  expect(swapOf(lone('a', {actions: ['skip']}), lone('b'), order)).toBeNull()
})
