import {expect, test} from 'vitest'
import type {ListedRule} from '../../../api/rules.ts'
import {rulesNaming} from './rules-naming.ts'

const rule = (
  id: string,
  action: ListedRule['actions'][number],
  document: ListedRule['rule'],
  more: Partial<ListedRule> = {},
) =>
  ({
    id,
    name: `Rule ${id}`,
    origin: 'user',
    mode: 'live',
    mode_then: null,
    actions: [action],
    rule: document,
    ...more,
  }) as ListedRule
const of = (...arrs: string[]) => ({scope: {arrs}})
const asks = {
  when: {all: [{fact: 'ratio', op: 'gt', value: 1}, {not: {fact: 'arr.id', op: 'in', value: ['films']}}]},
}

test('what becomes of each rule that names an Arr is known before it is removed, those that keep first', () => {
  const rules = [
    rule('a', 'recycle', of('films')),
    rule('b', 'recycle', of('films', 'shows')),
    rule('c', 'tag', asks),
    rule('d', 'skip', of('Films')),
    rule('e', 'skip', of('films'), {mode: 'simulate'}),
    rule('f', 'skip', asks, {mode: 'simulate', mode_then: 'live'}),
    rule('g', 'recycle', of('shows')),
    rule('h', 'recycle', of('films'), {origin: 'preset'}),
    rule('i', 'recycle', null),
  ]
  expect(rulesNaming(rules, 'films').map(({id, becomes}) => `${id} ${becomes}`)).toEqual([
    'd keeps',
    'f keeps',
    'a stops',
    'b others',
    'c condition',
    'e idle',
  ])
})
