import {expect, test} from 'vitest'
import {complete} from './complete.ts'
import {factWords} from './fact-words.ts'
import {filterOf} from './filter-of.ts'
import {reader} from './reader.fixture.ts'
import {conditionIn} from './rule-condition.ts'
import {ruleCompletions} from './rule-completions.ts'
import {ruleSpelling} from './rule-terms.ts'

const ratio = {fact: 'ratio', op: 'gte', value: 2}
const films = {fact: 'category', op: 'eq', value: 'films'}

test.each([
  ['rule:"Seeded enough"', [ratio]],
  ['rule:"seeded ENOUGH"', [ratio]],
  ['RULE:r-1', [ratio]],
  ['rule:seeded', [ratio]],
  ['-rule:seeded', [{not: ratio}]],
  ['rule!=seeded', [{not: ratio}]],
  ['rule:seeded,keep', [{any: [ratio, films]}]],
  ['rule:seeded rule:keep', [ratio, films]],
] as const)('%s asks what the rule asks', (text, facts) => {
  expect(filterOf(text, reader)).toMatchObject({filter: {facts}, mistakes: []})
})

test('beside an OR a rule is one side of it', () => {
  const {filter, mistakes} = filterOf('bunny OR rule:seeded', reader)
  expect(mistakes).toEqual([])
  expect(filter.groups).toMatchObject([[{text: 'bunny'}, {facts: [ratio]}]])
})

test('where only names are known, or none yet, no name that may be there is a mistake', () => {
  const {rules, ...others} = reader
  expect(filterOf('rule:whatever', others)).toEqual({filter: {}, mistakes: []})
  const named = {...others, rules: rules!.map(({id, name}) => ({id, name}))}
  expect(filterOf('rule:seeded', named)).toEqual({filter: {}, mistakes: []})
  expect(filterOf('rule:whatever', named).mistakes).toMatchObject([{code: 'unknown_rule'}])
})

test('a rule that who searches does not see is called unknown, and only those that they see are named', () => {
  const {mistakes} = filterOf('rule:"Of another user"', reader)
  expect(mistakes).toMatchObject([
    {code: 'unknown_rule', accepted: ['Seeded enough', 'Orphans', 'Keep films']},
  ])
})

test('a rule cannot ask what a rule matches, and says why', () => {
  const {condition, mistakes} = conditionIn('is:complete rule:"Seeded enough"')
  expect(condition).toBeNull()
  expect(mistakes).toMatchObject([
    {
      code: 'not_in_rules',
      message:
        '`rule:"Seeded enough"`: rules cannot ask this: rules that ask each other would go in circles; write what that rule asks.',
    },
  ])
})

const vocabulary = {
  ...reader,
  categories: [],
  tags: [],
  trackers: [],
  rules: [
    {...reader.rules![0]!, mode: 'live', actions: ['removeWithData']} as const,
    ...reader.rules!.slice(1),
  ],
}
const offersAt = (text: string) =>
  complete(text, text.length, vocabulary).map(({text: it, hint}) => [it, hint])

test('the field and the names of rules are completed, with what each does', () => {
  expect(offersAt('rul')).toContainEqual(['rule:', 'What a rule matches now'])
  expect(offersAt('rule:')).toEqual([
    ['"Seeded enough"', 'On: remove with data'],
    ['Orphans', ''],
    ['"Keep films"', ''],
  ])
  expect(offersAt('rule:kee')).toEqual([['"Keep films"', '']])
})

test('in the box of a rule neither the field nor a name of a rule is offered', () => {
  for (const text of ['rul', 'rule:', 'rule:s']) {
    const offered = ruleCompletions(complete(text, text.length, vocabulary), text, text.length)
    expect(offered.filter((it) => it.text.startsWith('rule') || it.text.includes('Seeded'))).toEqual([])
  }
})

test('a rule is written by its name unless another one is meant by that, too', () => {
  const rules = [
    {id: 'r-1', name: 'Stalled'},
    {id: 'radarr.stalled', name: 'Stalled'},
    {id: 'r-3', name: 'Keep films'},
  ]
  expect(rules.map(({id}) => ruleSpelling(id, rules))).toEqual(['r-1', 'radarr.stalled', '"Keep films"'])
})

test('it is among the words of facts, so that a misspelt one is corrected to it', () => {
  expect(factWords.names).toContain('rule')
  expect(filterOf('rul:x', reader).mistakes).toMatchObject([{code: 'unknown_field', suggestion: 'rule'}])
})
