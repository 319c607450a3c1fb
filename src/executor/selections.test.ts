import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {asUserId, type Requester} from '#model/access.ts'
import {asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ActionsHarness} from './actions-harness.fixture.ts'
import {A, B, by, hash, key, removeWithData} from './executor-harness.fixture.ts'
import {FrozenKeys} from './frozen-keys.ts'
import {SelectionStore} from './selections.ts'

const olga: Requester = {
  ...by,
  actor: {name: 'olga', origin: 'user', userId: asUserId('olga'), address: null},
}
const many = (count: number): TorrentKey[] => Array.from({length: count}, (_, n) => key(A, n))

test('frozen keys are the same keys, server by server', () => {
  const keys = fc.array(fc.tuple(fc.constantFrom(A, B, asServerId('C/d')), fc.nat()), {
    maxLength: 200,
    size: 'max',
  })
  fc.assert(
    fc.property(keys, fc.integer({min: 1, max: 7}), (pairs, most) => {
      const given = pairs.map(([serverId, n]): TorrentKey => ({serverId, hash: hash(n)}))
      const frozen = FrozenKeys.of(given)
      const expected = [...Map.groupBy(given, ({serverId}) => serverId).values()].flat().map(keyText)
      expect([...frozen].map(keyText)).toEqual(expected)
      expect([...frozen.portions(most)].flat().map(keyText)).toEqual(expected)
      expect(frozen.count).toBe(given.length)
      expect([...frozen.only((id) => id === A)]).toEqual(given.filter(({serverId}) => serverId === A))
    }),
  )
})

test('frozen keys say how each one was when it was kept, also of those that come later', () => {
  const added = fc.array(fc.record({n: fc.nat(40), life: fc.nat(3), place: fc.nat(9)}), {
    maxLength: 200,
    size: 'max',
  })
  fc.assert(
    fc.property(added, fc.nat(200), (all, askedAfter) => {
      const frozen = new FrozenKeys()
      const known = new Map<string, object>()
      const keys = many(41)
      const isAsKnown = () => expect(new Map(frozen.asOf([...keys, key(B, 1)]))).toEqual(known)
      for (const [at, {n, life, place}] of all.entries()) {
        const asOf = {life, place, care: at}
        frozen.add(key(A, n), asOf)
        if (life > 0) known.set(keyText(key(A, n)), asOf)
        if (at === askedAfter) isAsKnown()
      }
      isAsKnown()
    }),
  )
})

test('a selection is there for a quarter of an hour, for who made it', async () => {
  const clock = new VirtualClock()
  const store = new SelectionStore(clock, new TimeSlice(), () => null)
  const {id} = await store.freeze(by, [key(A, 1), key(B, 1)])
  expect([...store.get(by, id).keys]).toEqual([key(A, 1), key(B, 1)])
  const unknown = expect.objectContaining({code: 'selection_unknown'})
  expect(() => store.get(olga, id)).toThrow(unknown)
  await clock.advance(15 * 60_000)
  expect(() => store.get(by, id)).toThrow(unknown)
})

test.each(['the selection', 'one that was made of it'] as const)(
  'DS-24 what came again under its hash since is not in %s',
  async (which) => {
    const harness = new ActionsHarness()
    const store = new SelectionStore(harness.clock, new TimeSlice(), (of) => harness.asOf(of))
    const first = await store.freeze(by, [key(A, 1), key(A, 2)])
    harness.set(key(A, 1), {addedAt: 2_000_000})
    const made = which === 'the selection' ? first : await store.freeze(by, [...first.keys], first)
    const {tally} = await harness.registry.run({
      by,
      keys: store.get(by, made.id).keys,
      command: removeWithData,
    })
    expect(tally.problems.map(({key: of, result}) => [of, result])).toEqual([
      [key(A, 1), expect.objectContaining({outcome: 'refused', code: 'changed_meanwhile'})],
    ])
    expect(harness.orders.map(({hashes}) => hashes)).toEqual([[hash(2)]])
  },
)

test('of one person twenty are kept, and 200,000 torrents in all: the oldest go', async () => {
  const store = new SelectionStore(new VirtualClock(), new TimeSlice(), () => null)
  const own: string[] = []
  for (let n = 0; n < 21; n++) own.push((await store.freeze(by, many(1))).id)
  const hers = (await store.freeze(olga, many(1))).id
  const isKept = (who: Requester, id: string) => {
    try {
      return store.get(who, id).id === id
    } catch {
      return false
    }
  }
  expect(own.map((id) => isKept(by, id))).toEqual([false, ...Array(20).fill(true)])
  const large = (await store.freeze(by, many(200_000))).id
  expect(own.some((id) => isKept(by, id))).toBe(false)
  expect([isKept(by, large), isKept(olga, hers)]).toEqual([true, true])
  await expect(store.freeze(by, many(200_001))).rejects.toMatchObject({code: 'bad_argument'})
  expect(isKept(by, large)).toBe(true)
})

test('what was selected on a server that another one replaced is no longer selected', async () => {
  const store = new SelectionStore(new VirtualClock(), new TimeSlice(), () => null)
  const onBoth = await store.freeze(by, [key(A, 1), key(B, 1)])
  const onB = await store.freeze(by, [key(B, 1)])
  store.forgetServer(A)
  expect(() => store.get(by, onBoth.id)).toThrow(expect.objectContaining({code: 'selection_unknown'}))
  expect(store.get(by, onB.id).keys.count).toBe(1)
})
