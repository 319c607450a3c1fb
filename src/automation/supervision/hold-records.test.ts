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

test('what a manager says is told back as it was, until it takes it back', () => {
  const book = holds()
  rememberHolds(book, [write(memory)], 100)
  rememberHolds(book, [write({...memory, ms: 7})], 200)
  expect(holdMessages(book, [rule])).toEqual([
    {ruleId: rule.id, holds: new Map([['A/1', {...memory, ms: 7}]])},
  ])
  expect(book.ofRule(rule.id, rule.revision)).toMatchObject([{firstAt: 100, lastAt: 200, strikeCount: 1}])
  rememberHolds(book, [write(null)], 300)
  expect(holdMessages(book, [rule])).toEqual([])
})

test('what nobody said anything of for a month is forgotten, what was said again meanwhile is not', () => {
  const month = 30 * 86_400_000
  const book = holds()
  rememberHolds(book, [write(memory)], 100)
  expect(book.expire(99 + month)).toBe(0)
  rememberHolds(book, [write(memory)], 200)
  expect(book.expire(100 + month)).toBe(0)
  expect(book.expire(200 + month)).toBe(1)
  expect(holdMessages(book, [rule])).toEqual([])
})

test('what cannot be read any more begins again', () => {
  const book = holds()
  rememberHolds(book, [write(memory)], 100)
  const [record] = book.ofRule(rule.id, rule.revision)
  book.put([{...record!, version: 0}])
  expect(holdMessages(book, [rule])).toEqual([])
  book.put([{...record!, state: undefined}])
  expect(holdMessages(book, [rule])).toEqual([])
})
