import {expect, test} from 'vitest'
import {hangsOn} from '#model/decision.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {lookedAt} from './trace-now.ts'
import type {Row} from './world.fixture.ts'

const done: Row = {key: 'a', complete: true, category: 'tv'}
const links = {fact: 'content.linksOutside', op: 'eq', value: 0}
const ofTv = {categories: ['tv']}

test('strikes stand by a no, and while it is out of scope; what is held for a time does not', () => {
  const strikes = aRule({hold: {strikes: 2, gap: '10s'}, scope: ofTv})
  for (const between of [
    {...done, complete: false},
    {...done, category: 'film'},
  ]) {
    const passes = new Passes(strikes)
    passes.run([done])
    expect(passes.decided([between], {s: 10})).toEqual([])
    expect(passes.decided([done], {s: 11})).toEqual(['done a'])
    const held = new Passes(aRule({hold: {for: '10s'}, scope: ofTv}))
    held.run([done])
    expect(held.decided([between], {s: 10})).toEqual([])
    expect(held.decided([done], {s: 11})).toEqual([])
  }
})

test('a strike keeps what was known, and nothing of what was not', () => {
  const when = {any: [aRule().when, {fact: 'ratio', op: 'gt', value: 2}]}
  const {memory} = new Passes(aRule({when, hold: {strikes: 2, gap: '10s'}})).run([done])
  expect(memory[0]?.memory?.strikes[0]?.seen).toStrictEqual({complete: true})
})

test('time alone brings back no subject whose scope is unknown, and all that move within it', () => {
  const passes = new Passes(aRule({when: {fact: 'age', op: 'gt', value: 100}, scope: ofTv}))
  expect([...passes.run([{key: 'a', age: 40}]).wakes]).toEqual([])
  expect([...passes.run([{...done, age: 40}]).wakes]).toEqual([['a', 60]])
  const everywhere = new Passes(aRule({when: {fact: 'age', op: 'gt', value: 100}}))
  expect([...everywhere.run([{...done, age: 40}]).wakes]).toEqual([['a', 60]])
})

test('a subject that waits for its hold is looked at again when what resets it may come to be', () => {
  const resetOn = {fact: 'sinceActivity', op: 'gt', value: 60}
  const passes = new Passes(aRule({hold: {for: '1h', resetOn}}))
  expect([...passes.run([{...done, sinceActivity: 50}]).wakes]).toEqual([['a', 10]])
  expect([...passes.run([{...done, sinceActivity: 61}]).wakes]).toEqual([])
})

test('nothing costly is asked of a subject whose scope is unknown', () => {
  const passes = new Passes(aRule({when: {all: [aRule().when, links]}, scope: ofTv}))
  expect(passes.run([{key: 'a', complete: true}]).wanted).toEqual([])
})

test('what only an action asks is looked up when the hold is over, not before', () => {
  const passes = new Passes(aRule({hold: {for: '1m'}, do: [{action: 'stop', if: links}]}))
  expect(passes.run([done]).wanted).toEqual([])
  expect(passes.run([done], {s: 60}).wanted).toMatchObject([{fact: 'content.linksOutside'}])
})

test('what would clear the hold of a removal is looked up, and counts no time while it is not known', () => {
  const resetOn = {fact: 'content.onOtherServer', op: 'eq', value: false}
  const removes = {hold: {for: '1m', resetOn}, do: [{action: 'removeWithData'}]}
  const passes = new Passes(aRule(removes))
  expect(passes.run([done]).wanted).toMatchObject([{fact: 'content.onOtherServer'}])
  for (const s of [30, 60, 90, 120]) expect(passes.decided([done], {s})).toEqual([])
  const known = {...done, 'content.onOtherServer': true}
  for (const s of [150, 180]) expect(passes.decided([known], {s})).toEqual([])
  const {decisions} = passes.run([known], {s: 210})
  expect(decisions.map(({besides}) => besides?.map(({verdict}) => verdict))).toEqual([['yes']])
  // It is looked at once more before anything goes.
  expect(lookedAt(hangsOn(decisions[0]!))).toEqual(['content.onOtherServer'])
  expect(passes.decided([{...known, 'content.onOtherServer': false}], {s: 240})).toEqual([])
  // What takes nothing away waits for nobody.
  const tags = new Passes(aRule({...removes, do: [{action: 'tag', names: ['x']}]}))
  tags.run([done])
  tags.run([done], {s: 30})
  expect(tags.decided([done], {s: 60})).toEqual(['done a'])
})

test('each subject and each fact is wanted, once', () => {
  const bytes = {fact: 'content.exclusiveBytes', op: 'gt', value: 0}
  const passes = new Passes(aRule({when: {all: [aRule().when, links, bytes]}}))
  const wanted = passes.run([done, {...done, key: 'b'}]).wanted
  expect(wanted.map(({fact, subject}) => `${subject.key} ${fact}`)).toEqual([
    'a content.linksOutside',
    'a content.exclusiveBytes',
    'b content.linksOutside',
    'b content.exclusiveBytes',
  ])
})

test('a choice looks up what was not read, but not what could not be', () => {
  const select = {order: ['size'], until: {fact: 'server.freeBytes', op: 'gte', value: 12}}
  const passes = new Passes(aRule({select}))
  const why = {'content.exclusiveBytes': 'unreadable', 'content.device': 'unreadable'} as const
  expect(passes.run([{...done, why}]).wanted).toEqual([])
  expect(passes.run([done]).wanted.map(({fact}) => fact)).toEqual([
    'content.exclusiveBytes',
    'content.device',
  ])
})

test('an action that no look-up could bring about is left out, not waited for', () => {
  const hopeless = {all: [{fact: 'ratio', op: 'gt', value: 1}, links]}
  const passes = new Passes(aRule({do: [{action: 'stop', if: hopeless}, {action: 'recheck'}]}))
  expect(passes.run([done]).decisions[0]?.actions).toMatchObject([{action: 'recheck'}])
})
