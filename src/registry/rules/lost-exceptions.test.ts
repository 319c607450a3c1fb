import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {lostExceptions} from './lost-exceptions.ts'

const known = {'server.id': ['box'], 'arr.id': ['radarr']}
const gone = {fact: 'server.id', op: 'eq', value: 'gone'}
const lost = (changes: object) => lostExceptions(aRule(changes as never), known)

test.each([
  ['what is left out', {when: {not: gone}}],
  ['what is left out of a list', {when: {fact: 'server.id', op: 'notIn', value: ['BOX', 'gone']}}],
  ['what is left out within others', {when: {any: [{all: [{not: {any: [gone]}}]}]}}],
  ['what an action leaves out', {do: [{action: 'remove', if: {fact: 'arr.id', op: 'ne', value: 'gone'}}]}],
  ['what clears a hold', {hold: {for: '1h', resetOn: gone}}],
  ['what is turned round twice', {when: {not: {not: {not: gone}}}}],
])('%s has to be there: %j', (_, changes) => {
  expect(lost(changes)).toEqual(['gone'])
})

test.each([
  ['what is there', {when: {not: {fact: 'server.id', op: 'eq', value: 'Box'}}}],
  ['what it is about', {when: {fact: 'server.id', op: 'in', value: ['gone', 'box']}}],
  ['what is left out twice over', {when: {not: {not: gone}}}],
  ['no Arr at all', {when: {not: {fact: 'arr.id', op: 'eq', value: null}}}],
  ['a rule that keeps', {when: {not: gone}, do: [{action: 'skip'}, {action: 'tag', names: ['x']}]}],
])('%s holds nothing up: %j', (_, changes) => {
  expect(lost(changes)).toEqual([])
})

test('while it is not known which Arrs there are, none is lost', () => {
  const rule = aRule({when: {fact: 'arr.id', op: 'ne', value: 'gone'}})
  expect(lostExceptions(rule, {...known, 'arr.id': null})).toEqual([])
})
