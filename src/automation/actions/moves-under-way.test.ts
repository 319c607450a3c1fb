import {expect, test} from 'vitest'
import {A, B, Harness, key} from '#executor/executor-harness.fixture.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import {MovesUnderWay} from './moves-under-way.ts'

function movesOf(house: Harness, neighbours: (id: ServerId) => readonly ServerId[] = () => []) {
  const fleet = {get: (of: ReturnType<typeof key>) => house.torrents.get(keyText(of)) ?? null}
  return new MovesUnderWay({fleet, neighbours, clock: house.clock})
}

function becomes(house: Harness, n: number, state: TorrentRecord['state']): void {
  const name = keyText(key(A, n))
  house.torrents.set(name, {...house.torrents.get(name)!, state})
}

test('a move is under way for a minute, and for as long as its server shows it', async () => {
  const house = new Harness()
  const moves = movesOf(house)
  moves.begin({key: key(A, 1), path: '/x', bytes: 700})
  moves.begin({key: key(A, 2), path: '/x', bytes: 30})
  expect(moves.around(A)).toEqual({count: 2, bytes: 730})
  becomes(house, 1, 'moving')
  becomes(house, 2, 'seeding')
  await house.clock.advance(59_999)
  expect(moves.around(A).count).toBe(2)
  await house.clock.advance(1)
  expect(moves.around(A)).toEqual({count: 1, bytes: 700})
  becomes(house, 1, 'seeding')
  expect(moves.around(A)).toEqual({count: 0, bytes: 0})
})

test('what is gone moves no more', () => {
  const house = new Harness()
  const moves = movesOf(house)
  moves.begin({key: key(A, 1), path: '/x', bytes: 700})
  house.torrents.delete(keyText(key(A, 1)))
  expect(moves.around(A).count).toBe(0)
})

test('a move counts on every server that may see the same disk, and on no other', () => {
  const shared = movesOf(new Harness(), (id) => (id === A ? [B] : [A]))
  const apart = movesOf(new Harness())
  for (const moves of [shared, apart]) moves.begin({key: key(A, 1), path: '/x', bytes: 700})
  expect([shared.around(B).bytes, apart.around(B).bytes]).toEqual([700, 0])
})
