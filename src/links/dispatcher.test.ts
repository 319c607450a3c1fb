import {expect, test, vi} from 'vitest'
import {approve} from '#executor/approve.ts'
import {CommandRefused} from '#model/errors.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {CommandDispatcher} from './dispatcher.ts'
import type {Link} from './link.ts'
import {patience} from './budget.ts'

const A = asServerId('A')
const hashes = Array.from({length: 6}, (_, n) => String(n).padStart(40, '0') as InfoHash)
const stop = {serverId: A, hashes, command: approve({verb: 'stop', args: {}}), standstills: 0} as const

/** A server that takes two torrents at a time. */
function serverThat(takes: (some: readonly InfoHash[]) => void | Promise<void>) {
  const sent: (readonly InfoHash[])[] = []
  const erased: string[] = []
  let standstills = 0
  const take = async (some: readonly InfoHash[]) => {
    sent.push(some)
    await takes(some)
  }
  const link = {
    client: {
      kind: 'qbittorrent',
      wire: {post: async (_: string, {hashes: some}: {hashes: string}) => void erased.push(some)},
      control: {batchLimit: 2, stop: take, moveInQueue: take},
    },
    signal: new AbortController().signal,
    patience,
    hurry: () => {},
    ordersRemoval: () => () => {},
  }
  const dispatcher = new CommandDispatcher(
    () => link as unknown as Link,
    () => standstills,
  )
  return {dispatcher, sent, erased, standStill: () => void standstills++}
}

test('S46 after the program stood still nothing of an order goes out any more', async () => {
  const harness = serverThat((some) => {
    if (some[0] === hashes[2]) harness.standStill()
  })
  const outcomes = await harness.dispatcher.torrents(stop)
  expect(harness.sent).toEqual([hashes.slice(0, 2), hashes.slice(2, 4)])
  expect([...outcomes]).toEqual(hashes.slice(0, 4).map((hash) => [hash, {outcome: 'done'}]))
})

test('S46 nor do those of a refused call one by one', async () => {
  const harness = serverThat((some) => {
    if (some.length > 1) throw new CommandRefused('One of them is wrong.')
    harness.standStill()
  })
  const outcomes = await harness.dispatcher.torrents(stop)
  expect(harness.sent).toEqual([hashes.slice(0, 2), hashes.slice(0, 1)])
  expect([...outcomes.keys()]).toEqual(hashes.slice(0, 1))
})

test('a queue that is switched off is asked once for each piece, and not for each torrent', async () => {
  const harness = serverThat(() => {
    throw new CommandRefused('Torrent queueing must be enabled')
  })
  const command = approve({verb: 'moveInQueue', args: {to: 'top'}})
  const outcomes = await harness.dispatcher.torrents({...stop, command})
  expect(harness.sent).toEqual([hashes.slice(0, 2), hashes.slice(2, 4), hashes.slice(4)])
  expect([...outcomes.values()].map(({outcome}) => outcome)).toEqual(hashes.map(() => 'failed'))
})

const kept = {outcome: 'refused', code: 'changed_meanwhile', message: 'Somebody protected it.'} as const

test('a removal is looked at when its turn has come, and not when it was ordered', async () => {
  const free: (() => void)[] = []
  const harness = serverThat(() => new Promise<void>((resolve) => free.push(resolve)))
  const orders = [1, 2].map((n) => harness.dispatcher.torrents({...stop, hashes: hashes.slice(n, n + 1)}))
  const looks: string[] = []
  let protectedOnes: readonly InfoHash[] = []
  const removal = harness.dispatcher.torrents({
    serverId: A,
    hashes,
    verb: 'removeWithData',
    lastLook: async (some) => {
      looks.push(some.map(Number).join())
      return {
        hashes: some.filter((hash) => !protectedOnes.includes(hash)),
        command: approve({verb: 'removeWithData', args: {}}),
        refused: new Map(some.filter((hash) => protectedOnes.includes(hash)).map((hash) => [hash, kept])),
        standstills: 0,
      }
    },
  })
  await vi.waitFor(() => expect(free).toHaveLength(2))
  expect([looks, harness.erased]).toEqual([[], []])
  // One of the first part, and all of the second.
  protectedOnes = [hashes[1]!, hashes[2]!, hashes[3]!]
  for (const go of free) go()
  const outcomes = await removal
  await Promise.all(orders)
  expect(looks).toEqual(['0,1', '2,3', '4,5'])
  expect(harness.erased).toEqual([hashes[0], `${hashes[4]}|${hashes[5]}`])
  expect(hashes.filter((hash) => outcomes.get(hash) === kept)).toEqual(protectedOnes)
})

test('S46 a removal goes by a look of after the program stood still', async () => {
  const harness = serverThat(() => {})
  const outcomes = await harness.dispatcher.torrents({
    serverId: A,
    hashes,
    verb: 'remove',
    lastLook: async (some) => {
      if (some[0] === hashes[2]) harness.standStill()
      return {hashes: some, command: approve({verb: 'remove', args: {}}), refused: new Map(), standstills: 0}
    },
  })
  expect(harness.erased).toEqual([hashes.slice(0, 2).join('|')])
  expect([...outcomes.keys()]).toEqual(hashes.slice(0, 2))
})
