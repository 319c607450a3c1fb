import {expect, test} from 'vitest'
import type {Approval} from '../../api/trash.ts'
import {askedTogether} from './asked-together.ts'

const need = {rule_id: 'done', arr_ids: ['films']}

function asked(id: string, changed: Partial<Approval> = {}): Approval {
  return {
    id,
    rule: {id: 'done', revision: 1, name: 'Done'},
    arr_id: 'films',
    subject: 'torrent',
    name: id,
    size: 100,
    actions: [{action: 'recycle', class: 'destructive', loses_bytes: false, params: {}}],
    ...changed,
  } as Approval
}

const tag = {action: 'tag', class: 'reversible', loses_bytes: false, params: {}} as const

test('what one rule asks of one Arr is answered together, and nothing else with it', () => {
  const others = [
    asked('of another rule', {rule: {id: 'stalled', revision: 1, name: 'Stalled'}}),
    asked('of another Arr', {arr_id: 'shows'}),
    asked('of no Arr', {arr_id: null}),
  ]
  expect(askedTogether(need, [asked('a'), ...others, asked('b')]).ids).toEqual(['a', 'b'])
  expect(askedTogether({...need, arr_ids: []}, [asked('a'), ...others]).ids).toEqual(['of no Arr'])
})

test('it says how often each action is wanted, and how many bytes that is as far as it is known', () => {
  const all = [
    asked('a', {actions: [tag] as unknown as Approval['actions']}),
    asked('b'),
    asked('c', {size: undefined}),
    asked('d', {subject: 'path', size: undefined, name: null}),
  ]
  expect(askedTogether(need, all)).toEqual({
    ids: ['a', 'b', 'c', 'd'],
    acts: [
      {verbs: 'recycle', count: 2, isTorrents: true},
      {verbs: 'tag', count: 1, isTorrents: true},
      {verbs: 'recycle', count: 1, isTorrents: false},
    ],
    names: ['a', 'b', 'c'],
    bytes: 200,
    unsized: 1,
  })
})
