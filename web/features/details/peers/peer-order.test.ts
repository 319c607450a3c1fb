import {expect, test} from 'vitest'
import type {Peer} from '../../../api/details.ts'
import {nextOrder, nextSort, orderedPeers, type PeerSort} from './peers.ts'

function peer(address: string, more: Partial<Peer> = {}): Peer {
  return {address, client: 'x', progress: 0, down_speed: 0, up_speed: 0, flags: '', ...more}
}

const fastest: PeerSort = {column: 'down_speed', isDown: true}
const addresses = (peers: readonly Peer[]) => peers.map(({address}) => address)

test('the fastest first, equals by their address as numbers count', () => {
  const peers = [peer('10.0.0.10:1'), peer('10.0.0.9:1'), peer('10.0.0.1:1', {down_speed: 5})]
  expect(addresses(orderedPeers(peers, fastest, null))).toEqual(['10.0.0.1:1', '10.0.0.9:1', '10.0.0.10:1'])
})

test('while the order is held, who is there stays, who is new goes last, who left is gone', () => {
  const peers = [peer('a', {down_speed: 1}), peer('b', {down_speed: 9}), peer('new', {down_speed: 99})]
  expect(addresses(orderedPeers(peers, fastest, ['a', 'gone', 'b']))).toEqual(['a', 'b', 'new'])
})

test('what is not known goes last, up and down', () => {
  const peers = [peer('a'), peer('b', {uploaded: 5})]
  for (const isDown of [true, false]) {
    expect(addresses(orderedPeers(peers, {column: 'uploaded', isDown}, null))).toEqual(['b', 'a'])
  }
})

test('figures begin with the greatest, words with the first, and the same head turns them round', () => {
  expect(nextSort(fastest, 'client')).toEqual({column: 'client', isDown: false})
  expect(nextSort({column: 'client', isDown: false}, 'uploaded')).toEqual({column: 'uploaded', isDown: true})
  expect(nextSort(fastest, 'down_speed')).toEqual({column: 'down_speed', isDown: false})
})

test('the order is taken again after ten seconds, not while the user aims, and at once with another sorting', () => {
  const first = [peer('a', {down_speed: 9}), peer('b')]
  const later = [peer('a'), peer('b', {down_speed: 9, progress: 1})]
  const order = nextOrder(null, {peers: first, sort: fastest, readAt: 0, isHeld: false})
  const after = (readAt: number, isHeld: boolean, sort = fastest) =>
    addresses(nextOrder(order, {peers: later, sort, readAt, isHeld}).peers)
  expect(after(2_000, false)).toEqual(['a', 'b'])
  expect(after(10_000, false)).toEqual(['b', 'a'])
  expect(after(60_000, true)).toEqual(['a', 'b'])
  expect(after(2_000, true, {column: 'progress', isDown: true})).toEqual(['b', 'a'])
})
