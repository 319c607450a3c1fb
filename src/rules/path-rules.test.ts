import {expect, test} from 'vitest'
import {parseRules, ruleOf} from './parse.ts'
import {writeRule} from './write.ts'

const old = {fact: 'path.fileAge', op: 'gte', value: '7d'}
const aside = {id: 'a', name: 'A', subject: 'path', when: old, do: [{action: 'orphan.recycle'}]}

test('a rule about paths asks what paths have, and is written as it is read', () => {
  const {rules, mistakes} = ruleOf({
    ...aside,
    when: {
      all: [
        old,
        {fact: 'path.size', op: 'gt', value: '1 GiB'},
        {fact: 'path.kind', op: 'eq', value: 'folder'},
        {fact: 'path.servers', op: 'hasAny', value: ['nas']},
        {fact: 'time.hour', op: 'lt', value: 6},
      ],
    },
    schedule: {every: '1h', window: {from: '22:00', to: '06:00'}},
    select: {order: ['-path.size']},
    do: [{action: 'orphan.recycle', days: 30}, {action: 'notify'}, {action: 'orphan.delete', if: old}],
    guards: {
      maxPerRun: 2,
      quarantine: '2d',
      maxShare: 0.01,
      maxBytesPerRun: '1 GB',
      maxPerHour: 1,
      maxPerDay: 3,
    },
  })
  expect([mistakes, rules[0]?.subject]).toEqual([[], 'path'])
  expect(parseRules(writeRule(rules[0]!))).toEqual({rules, mistakes: []})
})

for (const [what, changes, path] of [
  ['an action of torrents', {do: [{action: 'remove'}]}, 'do[0].action'],
  ['a program', {do: [{action: 'orphan.recycle'}, {action: 'exec', program: 'a'}]}, 'do[1].action'],
  [
    'orphans of a torrent',
    {subject: 'torrent', when: {fact: 'complete', op: 'eq', value: true}},
    'do[0].action',
  ],
  ['a fact of torrents', {when: {fact: 'ratio', op: 'gt', value: 1}}, 'when.fact'],
  ['a fact of servers', {when: {fact: 'server.id', op: 'eq', value: 'nas'}}, 'when.fact'],
  ['a fact of paths, of a torrent', {subject: 'torrent', do: [{action: 'stop'}]}, 'when.fact'],
  ['a scope', {scope: {categories: ['films']}}, 'scope.categories'],
  ['a scope of servers', {scope: {servers: ['nas']}}, 'scope.servers'],
  ['a hold', {hold: {for: '1h'}}, 'hold'],
  ['an event', {schedule: {on: ['completed']}}, 'schedule.on'],
  [
    'room to reach',
    {select: {order: ['path.size'], until: {fact: 'path.freeBytes', op: 'gte', value: 1}}},
    'select.until',
  ],
  ['a guard of torrents', {guards: {minAgeComplete: '1h'}}, 'guards.minAgeComplete'],
] as const) {
  test(`${what} is refused in a rule about paths, with its place and what is accepted`, () => {
    const {rules, mistakes} = ruleOf({...aside, ...changes})
    expect([rules, mistakes.map((it) => it.path)]).toEqual([[], [path]])
    expect(mistakes[0]!.message).toMatch(/accepted/i)
  })
}
