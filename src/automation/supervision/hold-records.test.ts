import {expect, test} from 'vitest'
import {Holds} from '#automation-state/holds.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {holdMessages, rememberHolds} from './hold-records.ts'

const rule = aRule()
const holds = () => new Holds({backlog: () => ({put() {}, remove() {}})} as never, [])
const write = (memory: HoldMemory | null) => ({
  ruleId: rule.id,
  ruleRevision: rule.revision,
  memory,
  subject: {kind: 'torrent' as const, key: 'A/1', serverId: asServerId('A')},
})
const memory: HoldMemory = {mark: 'm', ms: 5, last: {run: 'a', ms: 9}, strikes: [{at: 3, seen: {ratio: 1}}]}

test('what a manager says is repeated to it as it was, until it takes it back', () => {
  const repository = holds()
  rememberHolds(repository, [write(memory)], 100)
  rememberHolds(repository, [write({...memory, ms: 7})], 200)
  expect(holdMessages(repository, [rule])).toEqual([
    {ruleId: rule.id, holds: new Map([['A/1', {...memory, ms: 7}]])},
  ])
  expect(repository.ofRule(rule.id, rule.revision)).toMatchObject([
    {firstAt: 100, lastAt: 200, strikeCount: 1},
  ])
  rememberHolds(repository, [write(null)], 300)
  expect(holdMessages(repository, [rule])).toEqual([])
})

test('what no manager mentioned for a month is forgotten, what was said again meanwhile is not', () => {
  const month = 30 * 86_400_000
  const repository = holds()
  rememberHolds(repository, [write(memory)], 100)
  expect(repository.expire(99 + month)).toBe(0)
  rememberHolds(repository, [write(memory)], 200)
  expect(repository.expire(100 + month)).toBe(0)
  expect(repository.expire(200 + month)).toBe(1)
  expect(holdMessages(repository, [rule])).toEqual([])
})

test('what cannot be read any more begins again', () => {
  const repository = holds()
  rememberHolds(repository, [write(memory)], 100)
  const [record] = repository.ofRule(rule.id, rule.revision)
  repository.put([{...record!, version: 0}])
  expect(holdMessages(repository, [rule])).toEqual([])
  repository.put([{...record!, state: undefined}])
  expect(holdMessages(repository, [rule])).toEqual([])
})
