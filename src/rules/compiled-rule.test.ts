import {expect, test} from 'vitest'
import {actionKinds, kindOf} from '#model/rule.ts'
import {compileRule, isDestructive} from './compiled-rule.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {world, type Row} from './world.fixture.ts'

const done: Row = {key: 'a', complete: true}

test('only actions that remove, delete or set aside are destructive', () => {
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
    'extraFiles.recycle',
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

test('a decision about a path stands on nothing that only torrents and servers have', () => {
  const rule = aRule({
    subject: 'path',
    when: {fact: 'path.mounted', op: 'eq', value: true},
    do: [{action: 'note'}],
  })
  expect(compileRule(rule, world).preconditions({...done, 'server.epoch': 'e1'})).toEqual([])
})

test('a limit that is lifted on purpose is a parameter like any other', () => {
  const rule = aRule({do: [{action: 'limits', up: null, down: '1 KiB/s'}]})
  expect(new Passes(rule).run([done]).decisions[0]?.actions).toMatchObject([{params: {up: null, down: 1024}}])
})

test('an action is about those of a set that its hold held for, by their names', () => {
  const rule = aRule({
    when: {fact: 'tracker.messages', op: 'contains', value: 'no such host'},
    hold: {for: 60, each: 'tracker.messages'},
    do: [{action: 'tracker.remove', hosts: {held: 'tracker.messages'}, messages: ['no such host']}],
  })
  const passes = new Passes(rule)
  const says = (...words: string[]): Row => ({key: 'a', 'tracker.messages': words})
  const [long, since, works] = ['a.test: No such host (1)', 'b.test: no such host', 'c.test: ']
  passes.run([says(long, works)], {s: 0})
  passes.run([says(long, since, works)], {s: 30})
  const {decisions} = passes.run([says('a.test: no such host (2)', since, works)], {s: 60})
  const params = {hosts: ['a.test'], messages: ['no such host']}
  expect(decisions.map(({actions}) => actions.map((it) => it.params))).toEqual([[params]])
})

test('what moves to another server leaves its own: that is destructive, and a move on its own is not', () => {
  expect(kindOf({action: 'move', params: {server: 'box'}})).toEqual({class: 'destructive', losesBytes: true})
  expect(kindOf({action: 'move', params: {path: '/a'}})).toEqual(actionKinds.move)
})
