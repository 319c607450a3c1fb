import {expect, test} from 'vitest'
import {explain} from '#rules/explain.ts'
import {Passes} from '#rules/pass.fixture.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {RuleSet} from '#rules/rule-set.ts'
import {AT, world} from '#rules/world.fixture.ts'
import {ruleRowOf} from './own-rule.ts'
import {unreadKeeping} from './unread-keeping.ts'

const about = {ownerId: null, createdAt: 1, revisedBy: null, ceiling: null, now: 1}
const stored = ruleRowOf(aRule({id: 'r-odd', name: 'Odd', order: 500, do: [{action: 'skip'}]}), about)
const standingFor = (document: unknown) => unreadKeeping({...stored, document}, ['qBit'])

test.each([
  ['nothing', undefined],
  ['no object', 7],
  ['no actions', {when: 1}],
  ['actions in another shape', {do: {skip: {}}}],
  ['an action without a name', {do: [{action: 'stop'}, {to: 'keep'}]}],
  ['the action skip', {when: {fact: 'new'}, do: [{action: 'note'}, {action: 'skip'}]}],
])('a stored rule of which %s can be seen may keep every torrent', (_, document) => {
  const passes = new Passes(aRule({id: 'removal'}), standingFor(document)!)
  expect(passes.decided([{key: 'a', complete: true, 'server.id': 'qBit'}])).toEqual([])
  expect(passes.decided([{key: 'a', complete: true, 'server.id': 'other'}])).toEqual(['removal a'])
})

test.each([
  ['does something else', {when: {fact: 'new'}, do: [{action: 'stop'}]}],
  ['is about paths', {subject: 'path', do: [{action: 'skip'}]}],
])('a stored rule that %s, as far as it can be seen, keeps no torrent', (_, document) => {
  expect(standingFor(document)).toBeNull()
})

test('what can be taken back goes on, and Why? says which rule cannot be read', () => {
  const keep = standingFor(undefined)!
  const row = {key: 'a', complete: true, 'server.id': 'qBit'}
  const stop = aRule({id: 'stop', do: [{action: 'stop'}]})
  expect(new Passes(stop, keep).decided([row])).toEqual(['stop a'])
  const {rules} = explain(new RuleSet([aRule({id: 'removal', name: 'Clean'}), keep], world), row, {
    at: AT,
    time: {run: 'a', ms: 0, steady: true},
    memoryOf: () => null,
    isHeld: () => false,
  })
  expect(rules.map(({sentence}) => sentence)).toEqual([
    '"Odd" may keep it: what is stored of the rule cannot be read. While that is unknown, no rule removes it.',
    'Not removed: the rule "Odd" may keep it, and whether it does is unknown.',
  ])
})
