import fc from 'fast-check'
import {expect, test} from 'vitest'
import {Turns} from '#kit/turns.ts'
import {VirtualClock} from '#kit/virtual-clock.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {Fleet} from './fleet.ts'
import {Rows} from './rows.ts'

const hashOf = (n: number) => n.toString(16).padStart(40, '0') as InfoHash

test('all rows of a server lie in its span, whatever comes and goes; without rows it is empty', () => {
  const moves = fc.array(fc.record({server: fc.nat({max: 4}), n: fc.nat({max: 60})}), {maxLength: 200})
  fc.assert(
    fc.property(moves, (all) => {
      const rows = new Rows()
      const there = new Map<number, number>()
      for (const {server, n} of all) {
        const row = rows.find(server, hashOf(n))
        if (row >= 0) {
          rows.drop(row)
          there.delete(row)
        } else there.set(rows.add(server, hashOf(n)), server)
      }
      for (let server = 0; server <= 4; server++) {
        const own = [...there].filter(([, of]) => of === server).map(([row]) => row)
        const {from, to} = rows.spanOf(server)
        expect(own.filter((row) => row < from || row >= to)).toEqual([])
        if (own.length === 0) expect([from, to]).toEqual([0, 0])
      }
    }),
  )
})

test('of thousands of servers that tell their lists one after the other, each is looked for among its own', () => {
  const rows = new Rows()
  for (let server = 0; server < 2_000; server++) {
    for (let n = 0; n < 5; n++) rows.add(server, hashOf(server * 5 + n))
  }
  const spans = Array.from({length: 2_000}, (_, server) => rows.spanOf(server))
  expect(spans.reduce((sum, {from, to}) => sum + to - from, 0)).toBe(10_000)
})

test('servers keep their numbers and places while others come and go, and numbers are given out again', () => {
  const fleet = new Fleet({clock: new VirtualClock(), turns: new Turns()})
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(asServerId) as [never, never, never, never]
  for (const id of [c, a, b]) fleet.addServer(id)
  const ranks = () => fleet.serverIds.map((id) => [id, fleet.serverRanks[fleet.serverNumber(id)!]])
  expect(ranks()).toEqual([
    [c, 2],
    [a, 0],
    [b, 1],
  ])
  expect(fleet.serverRanks).toBe(fleet.serverRanks)
  const number = fleet.serverNumber(a)
  fleet.removeServer(a)
  fleet.addServer(d)
  expect(fleet.serverNumber(d)).toBe(number)
  expect(ranks()).toEqual([
    [c, 1],
    [b, 0],
    [d, 2],
  ])
})
