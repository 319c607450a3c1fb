import {expect, test} from 'vitest'
import type {RuleVocabulary} from '../../../api/rules.ts'
import {leafOf, shownCondition, withOperator, type FactWord} from './rule-document.ts'

const fact = (name: string, more: Partial<FactWord>): FactWord => ({
  name: name as FactWord['name'],
  says: name,
  type: 'number',
  unit: null,
  written: null,
  values: [],
  operators: ['eq'],
  windowed: false,
  nullable: false,
  cost: 'cheap',
  subjects: ['torrent'],
  ...more,
})
const words = {
  operators: [
    {name: 'eq', takes: 'one'},
    {name: 'gt', takes: 'one'},
    {name: 'between', takes: 'pair'},
    {name: 'in', takes: 'list'},
    {name: 'exists', takes: 'nothing'},
    {name: 'contains', takes: 'text'},
  ],
} as unknown as RuleVocabulary

const age = fact('age', {unit: 'seconds', operators: ['eq', 'gt', 'between', 'exists']})
const state = fact('state', {type: 'choice', values: ['seeding', 'stopped'], operators: ['eq', 'in']})

test('a new comparison is whole', () => {
  expect(leafOf(age, words)).toEqual({fact: 'age', op: 'gt', value: '14d'})
  expect(leafOf(state, words)).toEqual({fact: 'state', op: 'eq', value: 'seeding'})
  expect(leafOf(fact('complete', {type: 'boolean'}), words)).toEqual({
    fact: 'complete',
    op: 'eq',
    value: true,
  })
  const gained = fact('gained', {unit: 'bytes', windowed: true, operators: ['gt']})
  expect(leafOf(gained, words)).toEqual({fact: 'gained', window: '10m', op: 'gt', value: '500 GiB'})
})

test('the value stays when it is compared otherwise', () => {
  const leaf = {fact: 'age', op: 'gt', value: '2d'}
  expect(withOperator(leaf, 'between', age, words)).toEqual({fact: 'age', op: 'between', value: ['2d', '2d']})
  expect(withOperator(leaf, 'exists', age, words)).toEqual({fact: 'age', op: 'exists'})
  expect(withOperator({fact: 'age', op: 'exists'}, 'gt', age, words)).toEqual({...leaf, value: '14d'})
  const seeding = {fact: 'state', op: 'eq', value: 'seeding'}
  const oneOf = withOperator(seeding, 'in', state, words)
  expect(oneOf).toEqual({fact: 'state', op: 'in', value: ['seeding']})
  expect(withOperator(oneOf, 'eq', state, words)).toEqual(seeding)
})

test('what a form cannot show is said to be other', () => {
  expect(shownCondition({all: []})).toEqual({is: 'all', parts: []})
  expect(shownCondition({not: {fact: 'age'}})).toEqual({is: 'not', part: {fact: 'age'}})
  for (const it of [null, 'ratio > 2', {all: 3}, {}]) expect(shownCondition(it)).toEqual({is: 'other'})
})
