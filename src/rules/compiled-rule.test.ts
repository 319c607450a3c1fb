import {expect, test} from 'vitest'
import {actionKinds} from '#model/rule.ts'
import {compileRule, isDestructive} from './compiled-rule.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {world, type Row} from './world.fixture.ts'

const done: Row = {key: 'a', complete: true}

test('who removes, deletes or sets aside destroys; nobody else does', () => {
  const destroying = Object.keys(actionKinds).filter((action) =>
    isDestructive({
      ...aRule(),
      do: [
        {action: 'note', params: {}},
        {action: action as 'note', params: {}},
      ],
    }),
  )
  expect(destroying.toSorted()).toEqual([
    'arr.queueRemove',
    'failDownload',
    'orphan.delete',
    'orphan.recycle',
    'purge',
    'quarantine',
    'recycle',
    'remove',
    'removeWithData',
  ])
})

for (const [actions, decides] of [
  [[{action: 'tag', names: ['a']}, {action: 'stop'}], true],
  [[{action: 'tag', names: ['a']}, {action: 'remove'}], false],
  [[{action: 'stop'}, {action: 'recycle'}], false],
  [[{action: 'quarantine', for: '1d'}], false],
] as const) {
  const names = actions.map(({action}) => action).join(', ')
  test(`a server that is silent proves an absence to a rule that does ${names}: ${decides}`, () => {
    const rule = aRule({when: {not: {fact: 'obligation.profile', op: 'exists'}}, do: actions})
    const silent: Row = {key: 'a', why: {'obligation.profile': 'serverNotOnline'}}
    expect(new Passes(rule).decided([silent])).toEqual(decides ? ['done a'] : [])
  })
}

test('a decision stands on what can change under it, and of what costs something only on what it looked at', () => {
  const seen: Row = {
    ...done,
    name: 'a',
    ratio: 2,
    'content.linksOutside': 0,
    'content.exclusiveBytes': 5,
    'tracker.classes': ['working'],
    'server.epoch': 'e1',
  }
  const when = {all: [aRule().when, {fact: 'content.linksOutside', op: 'eq', value: 0}]}
  const preconditions = (rule: Parameters<typeof aRule>[0]) =>
    compileRule(aRule(rule), world).preconditions(seen)
  const cheap = [
    {fact: 'complete', value: true},
    {fact: 'server.epoch', value: 'e1'},
  ]
  expect(preconditions({})).toEqual(cheap)
  expect(preconditions({when}).toSorted((one, other) => (one.fact < other.fact ? -1 : 1))).toEqual([
    cheap[0],
    {fact: 'content.linksOutside', value: 0},
    cheap[1],
  ])
})

test('a decision about a path stands on nothing that only torrents have', () => {
  const rule = aRule({
    subject: 'path',
    when: {fact: 'path.mounted', op: 'eq', value: true},
    do: [{action: 'note'}],
  })
  expect(compileRule(rule, world).preconditions({...done, 'server.epoch': 'e1'})).toEqual([
    {fact: 'server.epoch', value: 'e1'},
  ])
})

test('a limit that is lifted on purpose is a parameter like any other', () => {
  const rule = aRule({do: [{action: 'limits', up: null, down: '1 KiB/s'}]})
  expect(new Passes(rule).run([done]).decisions[0]?.actions).toMatchObject([{params: {up: null, down: 1024}}])
})
