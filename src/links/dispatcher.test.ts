import {expect, test} from 'vitest'
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
function serverThat(takes: (some: readonly InfoHash[]) => void) {
  const sent: (readonly InfoHash[])[] = []
  let standstills = 0
  const link = {
    client: {
      kind: 'qbittorrent',
      control: {
        batchLimit: 2,
        stop: async (some: readonly InfoHash[]) => {
          sent.push(some)
          takes(some)
        },
      },
    },
    signal: new AbortController().signal,
    patience,
    hurry: () => {},
  }
  const dispatcher = new CommandDispatcher(
    () => link as unknown as Link,
    () => standstills,
  )
  return {dispatcher, sent, standStill: () => void standstills++}
}

test('S46 after the program stood still nothing of an order goes out any more', async () => {
  const house = serverThat((some) => {
    if (some[0] === hashes[2]) house.standStill()
  })
  const outcomes = await house.dispatcher.torrents(stop)
  expect(house.sent).toEqual([hashes.slice(0, 2), hashes.slice(2, 4)])
  expect([...outcomes]).toEqual(hashes.slice(0, 4).map((hash) => [hash, {outcome: 'done'}]))
})

test('S46 nor do those of a refused call one by one', async () => {
  const house = serverThat((some) => {
    if (some.length > 1) throw new CommandRefused('One of them is wrong.')
    house.standStill()
  })
  const outcomes = await house.dispatcher.torrents(stop)
  expect(house.sent).toEqual([hashes.slice(0, 2), hashes.slice(0, 1)])
  expect([...outcomes.keys()]).toEqual(hashes.slice(0, 1))
})
