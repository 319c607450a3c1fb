import {expect, test} from 'vitest'
import {textOfCondition} from '#search-query/condition-text.ts'
import {valueSpan} from './value-span.ts'

const known = {servers: [], arrs: []}
const when = {
  all: [
    {fact: 'complete', op: 'eq', value: true},
    {
      any: [
        {fact: 'ratio', op: 'gte', value: 2},
        {fact: 'seedingTime', op: 'gte', value: '14d'},
      ],
    },
    {fact: 'seedsSwarm', op: 'gte', value: 2},
    {fact: 'size', op: 'between', value: ['1 GB', '5 GB']},
  ],
}
const selected = (shown: string, of: unknown, ...place: (string | number)[]) => {
  const span = valueSpan(shown, of, ['when', ...place], known)
  return span && `${shown.slice(0, span[0])}[${shown.slice(...span)}]${shown.slice(span[1])}`
}

test.each([
  [['all', 1, 'any', 0, 'value'], 'ratio>=[2]'],
  [['all', 1, 'any', 1, 'value'], 'seeding_time>=[14d]'],
  [['all', 2, 'value'], 'seeds_swarm>=[2]'],
  [['all', 3, 'value'], 'size:[1GB]..'],
] as const)('the value at %j is selected in the text of its condition', (place, words) => {
  expect(selected(textOfCondition(when, known)!, when, ...place)).toContain(words)
})

test('in a text that a person wrote another way it is the same word, as often before it', () => {
  const text = 'is:complete ratio >= 2 seeds_swarm >= 2'
  expect(selected(text, text, 'all', 2, 'value')).toBe('is:complete ratio >= 2 seeds_swarm >= [2]')
})

test('what stands in no text is selected nowhere', () => {
  expect(selected('is:complete', {fact: 'gained', window: '10m', op: 'gte', value: 5}, 'value')).toBeNull()
  expect(selected('is:complete', {fact: 'complete', op: 'eq', value: true}, 'value')).toBeNull()
})
