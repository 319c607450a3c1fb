import {expect, test} from 'vitest'
import type {Rule} from '../../../api/rules.ts'
import {modesOfNew} from './new-arr-modes.ts'

const rule = (id: string, mode: Rule['mode'], action: Rule['actions'][number], more: Partial<Rule> = {}) => ({
  id,
  mode,
  actions: [action],
  origin: 'preset' as const,
  arrs: ['a_1'],
  ...more,
})
const rules = [
  rule('a_1.stalled', 'ask', 'failDownload'),
  rule('a_1.seeded', 'live', 'removeWithData'),
  rule('a_1.import', 'live', 'arr.import'),
  rule('a_1.slow', 'off', 'failDownload'),
  // Not its own.
  rule('mine', 'live', 'remove', {origin: 'user'}),
  rule('other.stalled', 'live', 'failDownload', {arrs: ['a_2']}),
]
const modes = (caution: 'watch' | 'ask' | 'act') =>
  modesOfNew(rules, 'a_1', caution).map(({id, mode}) => `${id} ${mode}`)

test('who watches first has every rule of the new Arr only report, and no other rule', () => {
  expect(modes('watch')).toEqual(['a_1.stalled simulate', 'a_1.seeded simulate', 'a_1.import simulate'])
})

test('who wants to be asked is asked before anything is removed; imports go on', () => {
  expect(modes('ask')).toEqual(['a_1.seeded ask'])
})

test('who lets it act confirms what asks', () => {
  expect(modes('act')).toEqual(['a_1.stalled live'])
})
