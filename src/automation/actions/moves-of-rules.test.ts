import {expect, test} from 'vitest'
import type {SubjectName, WantedAction} from '#model/decision.ts'
import type {StandingRule} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {DAY} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {MovesOfRules} from './moves-of-rules.ts'

const subject: SubjectName = {kind: 'torrent', key: 'A/1', serverId: null}
const by = (ruleId: string) => ({subject, ruleId: ruleId as RuleId})
const to = (path: string) => ({action: 'move', params: {path}}) as unknown as WantedAction
const into = (category: string) => ({action: 'category', params: {category}}) as unknown as WantedAction

async function movesHarness() {
  const base = await memoryHarness()
  const {clock} = base
  const names: Readonly<Record<string, string>> = {one: 'To the archive', other: 'Back again'}
  const rules = {of: (id: RuleId) => (names[id] ? {rule: {name: names[id]}} : null) as StandingRule | null}
  const added = {at: 1_000 as number | null}
  const addedAt = () => added.at
  return {
    clock,
    added,
    moves: async () => new MovesOfRules((await base.open()).deadlines, rules, addedAt, clock),
  }
}

test('two rules that bring a torrent to and fro are counted, over a restart, and named', async () => {
  const {moves, clock} = await movesHarness()
  const first = await moves()
  for (const [rule, place, returns] of [
    ['one', '/b', 0],
    ['other', '/a', 0],
    ['one', '/b', 1],
    ['other', '/a', 2],
  ] as const) {
    await first.count(by(rule), to(place))
    expect(first.of(by(rule), to('/new'))).toMatchObject({returns, isReturn: false})
  }
  const again = await moves()
  const reported = {returns: 2, isReturn: true, rules: ['To the archive', 'Back again']}
  expect(again.of(by('one'), to('/b'))).toEqual(reported)
  expect(again.of({...by('one'), subject: {...subject, key: 'B/1'}}, to('/b'))).toMatchObject({returns: 0})
  await clock.advance(7 * DAY * 1_000)
  expect(again.of(by('one'), to('/b'))).toEqual({returns: 0, isReturn: false, rules: ['To the archive']})
})

test('a move that is tried again, and stages one after the other, are no way back', async () => {
  const {moves} = await movesHarness()
  const its = await moves()
  for (const place of ['/new', '/seeding', '/seeding', '/archive', '/archive'])
    await its.count(by('one'), to(place))
  expect(its.of(by('one'), to('/archive'))).toMatchObject({returns: 0, isReturn: false})
  expect(its.of(by('one'), to('/new'))).toMatchObject({isReturn: true})
})

test('categories count as places of their own, and a rule that is gone by its id', async () => {
  const {moves} = await movesHarness()
  const its = await moves()
  for (const name of ['films', 'kept', 'films']) await its.count(by('gone'), into(name))
  expect(its.of(by('one'), into('kept'))).toEqual({
    returns: 1,
    isReturn: true,
    rules: ['gone', 'To the archive'],
  })
  expect(its.of(by('one'), to('films'))).toMatchObject({isReturn: false})
})

test('places that a rule makes up each time are kept up to a number', async () => {
  const {moves} = await movesHarness()
  const its = await moves()
  for (let n = 0; n < 30; n++) await its.count(by('one'), to(`/${n}`))
  expect(its.of(by('one'), to('/0'))).toMatchObject({isReturn: false, returns: 0})
  expect(its.of(by('one'), to('/28'))).toMatchObject({isReturn: true})
})

test('a torrent that was added again under its hash has no past, and a silent server ends none', async () => {
  const {moves, added} = await movesHarness()
  const its = await moves()
  for (const place of ['/b', '/a', '/b']) await its.count(by('one'), to(place))
  added.at = null
  expect(its.of(by('one'), to('/a'))).toMatchObject({returns: 1, isReturn: true})
  added.at = 2_000
  expect(its.of(by('one'), to('/a'))).toMatchObject({returns: 0, isReturn: false})
})

test('what its server did not take is no move', async () => {
  const {moves} = await movesHarness()
  const its = await moves()
  for (const place of ['/b', '/a']) await its.count(by('one'), to(place))
  const takeBack = await its.count(by('one'), to('/b'))
  await takeBack()
  expect(its.of(by('one'), to('/b'))).toMatchObject({returns: 0, isReturn: true})
  expect(its.of(by('one'), to('/a'))).toMatchObject({returns: 0, isReturn: false})
})
