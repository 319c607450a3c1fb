import {expect, test} from 'vitest'
import type {HoldRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId, keyText} from '#model/torrent-key.ts'
import {memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'
import {STRIKES_KEPT} from './holds.ts'

const rule = 'r1' as RuleId
const hold = (subject: string, more: Partial<HoldRecord> = {}): HoldRecord => ({
  ruleId: rule,
  revision: 1,
  subject,
  serverId: asServerId('A'),
  version: 1,
  state: {held: 5},
  strikeCount: 1,
  strikes: [{at: 1, evidence: {gained: 0}}],
  firstAt: 1,
  lastAt: 1,
  expiresAt: null,
  ...more,
})

test('after a restart every hold is where it was', async () => {
  const {clock, open} = await memoryHarness()
  const before = await open()
  before.holds.put([hold('A/1'), hold('A/2')])
  before.holds.put([hold('A/1', {strikeCount: 2, state: {held: 9}})])
  before.holds.clear([{ruleId: rule, revision: 1, subject: 'A/2'}])
  expect(before.holds.ofRule(rule, 1)).toEqual([hold('A/1', {strikeCount: 2, state: {held: 9}})])
  await clock.advance(1_000)
  const after = await open()
  expect(after.holds.ofRule(rule, 1)).toEqual(before.holds.ofRule(rule, 1))
})

test('a changed condition forgets what the revisions before it had', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const [next, other] = [hold('A/1', {revision: 2}), hold('A/1', {ruleId: 'r2' as RuleId})]
  memory.holds.put([hold('A/1'), next, other])
  memory.holds.forgetRule(rule, 2)
  await memory.written()
  for (const {holds} of [memory, await open()]) {
    expect(holds.of(hold('A/1'))).toBeNull()
    expect(holds.of(next)).toEqual(next)
    expect(holds.of(other)).toEqual(other)
  }
  memory.holds.forgetRule(rule)
  expect(memory.holds.ofRule(rule, 2)).toEqual([])
})

test('what nothing new was seen of expires', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const lasting = [hold('A/2', {expiresAt: 11}), hold('A/3')]
  memory.holds.put([hold('A/1', {expiresAt: 10}), ...lasting])
  expect(memory.holds.expire(10)).toBe(1)
  await memory.written()
  expect((await open()).holds.ofRule(rule, 1)).toEqual(lasting)
})

test('torrents that went take their holds along, of whichever rule; what is no torrent stays', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const [gone, there] = [keyText(torrent(1)), keyText(torrent(2))]
  const other = 'r2' as RuleId
  memory.holds.put([hold(gone), hold(there), hold('a/path'), hold(gone, {ruleId: other})])
  memory.holds.forgetTorrents((key) => keyText(key) !== there)
  await memory.written()
  for (const {holds} of [memory, await open()]) {
    expect(holds.ofRule(rule, 1).map(({subject}) => subject)).toEqual(
      expect.arrayContaining([there, 'a/path']),
    )
    expect(holds.ofRule(rule, 1)).toHaveLength(2)
    expect(holds.ofRule(other, 1)).toEqual([])
  }
})

test('of many strikes the newest keep their evidence, and all are counted', async () => {
  const {open} = await memoryHarness()
  const memory = await open()
  const strikes = Array.from({length: 100}, (_, at) => ({at, evidence: {gained: at}}))
  memory.holds.put([hold('A/1', {strikeCount: 100, strikes})])
  const kept = memory.holds.of(hold('A/1'))!
  expect(kept.strikeCount).toBe(100)
  expect(kept.strikes).toEqual(strikes.slice(-STRIKES_KEPT))
})
