import {expect, test} from 'vitest'
import {parseRules, ruleOf} from './parse.ts'
import {modesOf} from './rule-shape.ts'
import {writeRule} from './write.ts'

const often = {fact: 'wanted.empties', op: 'gte', value: 3}
const rest = {id: 'a', name: 'A', subject: 'wanted', when: often, do: [{action: 'skip'}]}

test('a rule about what is wanted asks what is known of it, and is written as it is read', () => {
  const {rules, mistakes} = ruleOf({
    ...rest,
    mode: 'live',
    when: {
      all: [
        often,
        {fact: 'wanted.reason', op: 'in', value: ['missing', 'cutoff']},
        {fact: 'wanted.hold', op: 'eq', value: null},
        {fact: 'wanted.sinceReleased', op: 'gt', value: '30d'},
        {fact: 'wanted.tags', op: 'hasNone', value: ['4k']},
        {fact: 'wanted.score', op: 'lt', value: -20},
        {fact: 'arr.kind', op: 'eq', value: 'radarr'},
        {fact: 'time.hour', op: 'lt', value: 6},
      ],
    },
    schedule: {window: {from: '22:00', to: '06:00'}},
    do: [{action: 'arr.search', if: often}, {action: 'notify'}, {action: 'skip'}],
  })
  expect([mistakes, rules[0]?.subject]).toEqual([[], 'wanted'])
  expect(parseRules(writeRule(rules[0]!))).toEqual({rules, mistakes: []})
})

for (const [what, changes, path] of [
  ['an action of torrents', {do: [{action: 'stop'}]}, 'do[0].action'],
  ['another action of Arrs', {do: [{action: 'arr.monitor', on: true}]}, 'do[0].action'],
  ['a fact of torrents', {when: {fact: 'ratio', op: 'gt', value: 1}}, 'when.fact'],
  ['a fact of the queue', {when: {fact: 'arr.tracked', op: 'eq', value: 'importing'}}, 'when.fact'],
  ['a hold by a rule', {when: {fact: 'wanted.hold', op: 'eq', value: 'held_by_rule'}}, 'when.value'],
  ['a question', {mode: 'ask'}, 'mode'],
  ['a scope', {scope: {arrs: ['Radarr-4K']}}, 'scope.arrs'],
  ['a time to hold', {hold: {for: '1h'}}, 'hold'],
  ['an event', {schedule: {on: ['added']}}, 'schedule.on'],
  ['a time of its own', {schedule: {every: '1h'}}, 'schedule.every'],
  ['an order', {select: {order: ['wanted.year']}}, 'select'],
  ['a limit', {guards: {maxPerDay: 3}}, 'guards.maxPerDay'],
] as const) {
  test(`${what} is refused in a rule about what is wanted, with its place and what is accepted`, () => {
    const {rules, mistakes} = ruleOf({...rest, ...changes})
    expect([rules, mistakes.map((it) => it.path)]).toEqual([[], [path]])
    expect(mistakes[0]!.message).toMatch(/accepted/i)
  })
}

test('what is wanted of a torrent is not asked', () => {
  const {mistakes} = ruleOf({...rest, subject: 'torrent'})
  expect(mistakes.map(({path}) => path)).toEqual(['when.fact'])
})

test('a rule about what is wanted has all modes but the one that asks', () => {
  expect([modesOf('wanted'), modesOf('torrent')]).toEqual([
    ['off', 'simulate', 'live'],
    ['off', 'simulate', 'ask', 'live'],
  ])
})
