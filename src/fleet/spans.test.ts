import fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import {asServerId, type InfoHash, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
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

test('of thousands of servers that send their lists one after the other, each is looked for among its own', () => {
  const rows = new Rows()
  for (let server = 0; server < 2_000; server++) {
    for (let n = 0; n < 5; n++) rows.add(server, hashOf(server * 5 + n))
  }
  const spans = Array.from({length: 2_000}, (_, server) => rows.spanOf(server))
  expect(spans.reduce((sum, {from, to}) => sum + to - from, 0)).toBe(10_000)
})

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(asServerId) as [ServerId, ServerId, ServerId, ServerId]

function fleetOf(...ids: readonly ServerId[]) {
  const fleet = new Fleet(new VirtualClock(), new TimeSlice())
  for (const id of ids) fleet.addServer(id)
  const ranks = () => fleet.serverIds.map((id) => [id, fleet.serverRanks[fleet.serverNumber(id)!]])
  return {fleet, ranks}
}

test('servers keep their numbers and places while others come and go, and numbers are given out again', () => {
  const {fleet, ranks} = fleetOf(c, a, b)
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

test('servers stand as people see them, those without a place behind, and only one that moves among torrents is reported', () => {
  const {fleet, ranks} = fleetOf(a, b, c)
  const row = {hash: hashOf(1)}
  for (const serverId of [a, b]) {
    fleet.apply({type: 'begin', serverId, epoch: 1, seq: 1, at: 0})
    fleet.apply({type: 'rows', serverId, epoch: 1, seq: 2, at: 0, rows: [row], removed: []})
    fleet.apply({type: 'end', serverId, epoch: 1, seq: 3, at: 0, believeAbsence: true})
  }
  const reported: (readonly ServerId[])[] = []
  fleet.onChange((delta) => reported.push(delta.servers))
  fleet.orderServers([d, c, a, b])
  expect(ranks()).toEqual([
    [a, 1],
    [b, 2],
    [c, 0],
  ])
  expect([reported, fleet.serversMoved]).toEqual([[], 0])
  fleet.orderServers([b, d, c])
  expect(ranks()).toEqual([
    [a, 2],
    [b, 0],
    [c, 1],
  ])
  expect([reported, fleet.serversMoved]).toEqual([[[b, a]], fleet.rows.generation])
  fleet.removeServer(b)
  fleet.orderServers([d, c])
  expect(fleet.serversMoved).toBe(fleet.rows.generation - 1)
})
