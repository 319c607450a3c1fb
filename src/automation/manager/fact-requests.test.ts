import {expect, test} from 'vitest'
import type {FactName} from '#model/fact.ts'
import type {LookUpAnswer} from '#model/manager.ts'
import {asInfoHash, asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {WantedFact} from '#rules/evaluate.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {FactRequests} from './fact-requests.ts'

const keyOf = (n: number): TorrentKey => ({
  serverId: asServerId('qBit'),
  hash: asInfoHash(n.toString(16).padStart(40, '0'))!,
})
const wish = (n: number, fact: FactName = 'media.valid'): WantedFact => ({
  fact,
  window: null,
  subject: {kind: 'torrent', key: keyText(keyOf(n)), serverId: asServerId('qBit')},
})
const answer = (n: number, more: Partial<LookUpAnswer> = {}): LookUpAnswer => ({
  key: keyOf(n),
  fact: 'media.valid',
  value: true,
  at: 0,
  whyUnknown: null,
  keptMs: 60_000,
  ...more,
})
const cannot = (n: number, keptMs: number): LookUpAnswer =>
  answer(n, {value: undefined, whyUnknown: {reason: 'unreadable', detail: 'Away.'}, keptMs})

function harness() {
  const clock = new VirtualClock()
  const wishes = new FactRequests(clock)
  const take = (...wanted: WantedFact[]) => wishes.take(wanted).map(({fact}) => fact)
  return {clock, wishes, take}
}

test('what is under way is not asked for again, until its message must be lost', async () => {
  const {clock, take} = harness()
  expect(take(wish(1), wish(1, 'badFiles.any'))).toEqual(['media.valid', 'badFiles.any'])
  await clock.advance(599_000)
  expect(take(wish(1), wish(1, 'badFiles.any'))).toEqual([])
  await clock.advance(1_000)
  expect(take(wish(1))).toEqual(['media.valid'])
})

test('what is known may be asked for again at once, what cannot be known as long as that stands', async () => {
  const {clock, wishes, take} = harness()
  take(wish(1), wish(2), wish(3))
  wishes.answered([answer(1), cannot(2, 60_000), cannot(3, 0)])
  expect(take(wish(1), wish(2), wish(3))).toHaveLength(1)
  wishes.answered([answer(1)])
  await clock.advance(10_000)
  expect(take(wish(2), wish(3))).toHaveLength(1)
  await clock.advance(50_000)
  expect(take(wish(2))).toHaveLength(1)
})

test('a torrent that is another thing now is asked for again', () => {
  const {wishes, take} = harness()
  take(wish(1))
  wishes.answered([cannot(1, 600_000)])
  expect(take(wish(1))).toEqual([])
  wishes.forget(keyText(keyOf(1)))
  expect(take(wish(1))).toEqual(['media.valid'])
})

test('only so many are under way; each answer makes room for one, also of what went', () => {
  const {wishes, take} = harness()
  const all = Array.from({length: 1_000}, (_, n) => wish(n))
  expect(take(...all)).toHaveLength(400)
  expect(take(...all)).toHaveLength(0)
  wishes.answered([answer(0), cannot(1, 600_000), answer(999)])
  wishes.forget(keyText(keyOf(2)))
  expect(take(...all.slice(500))).toHaveLength(3)
})

test('what is known is looked up again behind all others, and only so much of it at once', () => {
  const {wishes} = harness()
  const aged = Array.from({length: 400}, (_, n) => wish(n))
  const first = wishes.take([wish(500)], aged)
  expect(first).toHaveLength(61)
  expect(first[0]).toEqual(wish(500))
  expect(wishes.take([], aged)).toEqual([])
  wishes.answered([answer(0), cannot(1, 60_000)])
  expect(wishes.take([], aged)).toHaveLength(2)
  wishes.forget(keyText(keyOf(2)))
  expect(wishes.take([wish(501)], aged.slice(3))).toHaveLength(2)
})
