import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {parseRule} from '#rules/parse.ts'
import {ruleExamples} from './examples.ts'
import {vocabulary} from './vocabulary.ts'

const words = vocabulary()
const fact = (name: string) => words.facts.find((it) => it.name === name)
const action = (name: string) => words.actions.find((it) => it.name === name)

test('a fact says how it is compared and how its value is written', () => {
  expect(fact('seedingTime')).toMatchObject({type: 'number', unit: 'seconds', subjects: ['torrent']})
  expect(fact('seedingTime')!.written).toContain('2h')
  expect(fact('state')).toMatchObject({written: null, operators: ['eq', 'ne', 'in', 'notIn', 'exists']})
  expect(fact('state')!.values).toContain('stalledDown')
  expect(fact('gained')).toMatchObject({windowed: true})
  expect(fact('badFiles.any')).toMatchObject({cost: 'lazy'})
})

test('a part that not every subject has says which have it, and a rule of another is refused', () => {
  const lacking = (subject: (typeof words.subjects)[number]) =>
    words.parts.flatMap(({name, subjects}) => (subjects.includes(subject) ? [] : [name]))
  expect(lacking('torrent')).toEqual([])
  expect(lacking('path')).toEqual([
    'scope',
    'hold',
    'schedule.on',
    'select.until',
    'guards.maxPerTracker',
    'guards.minAgeComplete',
    'guards.minAgeIncomplete',
    'guards.obligationOverride',
  ])
  const ofWanted = lacking('wanted')
  expect(ofWanted.filter((name) => !name.startsWith('guards.')).toSorted()).toEqual([
    'hold',
    'mode.ask',
    'schedule.cron',
    'schedule.every',
    'schedule.on',
    'scope',
    'select',
  ])
  expect(ofWanted.filter((name) => name.startsWith('guards.'))).toHaveLength(10)
})

test('nothing is offered that no rule is evaluated over', () => {
  expect(words.subjects).toEqual(['torrent', 'path', 'wanted'])
  expect(words.facts.filter(({subjects}) => subjects.length === 0)).toEqual([])
  expect(words.actions.filter(({subjects}) => subjects.length === 0)).toEqual([])
  expect([fact('file.name'), fact('file.priority')]).toEqual([undefined, undefined])
})

test('an action says its class and what it takes', () => {
  expect(action('removeWithData')).toEqual({
    name: 'removeWithData',
    class: 'destructive',
    losesBytes: true,
    params: [],
    subjects: ['torrent'],
  })
  expect(action('orphan.recycle')!.subjects).toEqual(['path'])
  expect(action('note')!.subjects).toEqual(words.subjects)
  expect(action('quarantine')!.params).toEqual([
    {name: 'for', isRequired: true, takes: ['seconds']},
    {name: 'end', isRequired: false, takes: ['restore', 'remove', 'removeWithData']},
  ])
  expect(action('limits')!.params).toContainEqual({
    name: 'up',
    isRequired: false,
    takes: ['inherit', 'null', 'bytesPerSecond'],
  })
  expect(action('tag')!.params).toEqual([{name: 'names', isRequired: true, takes: ['texts']}])
  expect(action('category')!.params).toEqual([
    {name: 'name', isRequired: true, takes: ['text', '{fact}']},
    {name: 'moveData', isRequired: false, takes: ['yes or no']},
  ])
  expect(action('reannounce')!.params).toContainEqual({
    name: 'maxAttempts',
    isRequired: false,
    takes: ['count'],
  })
})

test('every operator says what it takes', () => {
  const takes = Object.fromEntries(words.operators.map((it) => [it.name, it.takes]))
  expect(takes).toMatchObject({exists: 'nothing', between: 'pair', in: 'list', matches: 'text', gte: 'one'})
  expect(words.operators).toHaveLength(18)
})

for (const [at, {name, yaml}] of ruleExamples.entries()) {
  test(`the example "${name}" is read without a mistake, and simulates`, () => {
    const {rules, mistakes} = parseRule(yaml, {id: `e-${at}` as RuleId, revision: 1})
    expect(mistakes).toEqual([])
    expect(rules).toMatchObject([{name, mode: 'simulate'}])
  })
}

test('there are eighteen to begin with', () => {
  expect(ruleExamples).toHaveLength(18)
})
