import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {lostNames} from './lost-names.ts'

const known = {'server.id': ['box'], 'arr.id': ['radarr'], 'obligation.profile': ['private', 'Waxwing']}
const skip = [{action: 'skip'}]
const lost = (changes: object) => lostNames(aRule({do: skip, ...changes}), known)

test.each([
  ['a server', {when: {fact: 'server.id', op: 'eq', value: 'gone'}}],
  ['an Arr in a list', {when: {fact: 'arr.id', op: 'in', value: ['RADARR', 'gone']}}],
  ['a tracker profile', {when: {fact: 'obligation.profile', op: 'eq', value: 'gone'}}],
  ['what is left out twice over', {when: {not: {fact: 'arr.id', op: 'ne', value: 'gone'}}}],
  ['an Arr of its scope', {scope: {arrs: ['radarr', 'gone']}}],
  ['a server of its scope', {scope: {servers: ['gone']}}],
  ['what its action asks for', {do: [{action: 'skip', if: {fact: 'arr.id', op: 'eq', value: 'gone'}}]}],
  [
    'what it leaves out while it does more than keep',
    {when: {not: {fact: 'arr.id', op: 'eq', value: 'gone'}}, do: [...skip, {action: 'tag', names: ['kept']}]},
  ],
])('a rule that keeps is in doubt by %s that is gone: %j', (_, changes) => {
  expect(lost(changes).gone).toEqual(['gone'])
})

test.each([
  ['names what is there', {when: {fact: 'obligation.profile', op: 'in', value: ['waxwing', 'private']}}],
  ['only keeps, and leaves out what is gone', {when: {not: {fact: 'arr.id', op: 'eq', value: 'gone'}}}],
  ['asks for no Arr at all', {when: {fact: 'arr.id', op: 'eq', value: null}}],
  ['names a category', {when: {fact: 'category', op: 'eq', value: 'gone'}}],
  ['keeps nothing', {when: {fact: 'arr.id', op: 'eq', value: 'gone'}, do: [{action: 'remove'}]}],
])('a rule that %s stands as it is: %j', (_, changes) => {
  const rule = aRule({do: skip, ...changes})
  expect(lostNames(rule, known)).toEqual({rule, gone: []})
})

test('a scope that names what is gone is asked as a part of the condition, on all servers that its owner sees', () => {
  const {rule} = lost({scope: {servers: ['gone', 'box'], arrs: ['gone'], categories: ['films']}})
  expect(rule.scope).toMatchObject({servers: ['box'], arrs: [], categories: ['films']})
  expect(rule.when).toEqual({
    all: [
      {fact: 'server.id', op: 'in', value: ['gone', 'box'], gone: ['gone']},
      {fact: 'arr.id', op: 'in', value: ['gone'], gone: ['gone']},
      {fact: 'complete', op: 'eq', value: true},
    ],
  })
})

test('while it is not known which Arrs there are, none is gone', () => {
  const rule = aRule({do: skip, when: {fact: 'arr.id', op: 'eq', value: 'gone'}})
  expect(lostNames(rule, {...known, 'arr.id': null}).gone).toEqual([])
})
