import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ConditionTrace} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {Recorded} from '#rules/replay.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {recordedLately} from './recorded.ts'

const box = asServerId('box')

function decided(key: string, ratio: number | null, server = box): Recorded {
  const actual =
    ratio === null
      ? ({unknown: 'notRead', since: null, source: 'box'} as const)
      : {value: ratio, observedAt: 0, source: 'box'}
  const evidence: ConditionTrace = {
    verdict: 'yes',
    fact: 'ratio',
    op: 'gt',
    threshold: 1,
    window: null,
    actual,
  }
  return {
    at: 0,
    ruleId: 'r-saved' as RuleId,
    subject: {kind: 'torrent', key, serverId: server},
    evidence,
    hold: null,
    preconditions: [],
  }
}

const lately = (when: object, all: readonly Recorded[]) =>
  recordedLately({
    rule: aRule({mode: 'live', when}),
    decided: (async function* () {
      yield* all
    })(),
    servers: [box],
    turns: new TimeSlice(),
  })

test('another value would have acted on those whose recorded facts meet it', async () => {
  const all = [decided('box/1', 1.5), decided('box/2', 3), decided('box/3', null)]
  const above = (value: number) => lately({fact: 'ratio', op: 'gt', value}, all)
  expect(await above(2)).toEqual({count: 3, again: 1, unknown: 1, unwatched: 0, isCut: false})
  expect(await above(1)).toEqual({count: 3, again: 2, unknown: 1, unwatched: 0, isCut: false})
  expect(await above(9)).toEqual({count: 3, again: 0, unknown: 1, unwatched: 0, isCut: false})
})

test('what was not recorded with a decision is unknown, never guessed', async () => {
  const all = [decided('box/1', 1.5)]
  const asked = await lately({fact: 'age', op: 'gt', value: '1d'}, all)
  expect(asked).toEqual({count: 1, again: 0, unknown: 1, unwatched: 0, isCut: false})
})

test('each torrent counts once, by its last decision, and those of other servers not at all', async () => {
  const all = [decided('box/1', 3), decided('box/1', 1.5), decided('nas/1', 3, asServerId('nas'))]
  expect(await lately({fact: 'ratio', op: 'gt', value: 2}, all)).toEqual({
    count: 1,
    again: 0,
    unknown: 0,
    unwatched: 0,
    isCut: false,
  })
})

test('no more than two thousand decisions are evaluated again, and that is said', async () => {
  const all = Array.from({length: 2_001}, (_, at) => decided(`box/${at}`, 3))
  const {count, isCut} = await lately({fact: 'ratio', op: 'gt', value: 2}, all)
  expect([count, isCut]).toEqual([2_000, true])
})

test('whether one would have stayed so for longer than the rule watched is unknown, whatever hold it had', async () => {
  const held = (key: string, hold: Recorded['hold']): Recorded => ({...decided(key, 3), hold})
  const all = [
    held('box/short', {kind: 'for', held: 900, needed: 900, left: 0}),
    held('box/long', {kind: 'for', held: 9_000, needed: 900, left: 0}),
    held('box/none', null),
    held('box/strikes', {kind: 'strikes', strikes: 3, needed: 3, left: 0}),
  ]
  const longer = await recordedLately({
    rule: aRule({mode: 'live', when: {fact: 'ratio', op: 'gt', value: 1}, hold: {for: '1h'}}),
    decided: (async function* () {
      yield* all
    })(),
    servers: [box],
    turns: new TimeSlice(),
  })
  expect(longer).toEqual({count: 4, again: 1, unknown: 3, unwatched: 1, isCut: false})
})
