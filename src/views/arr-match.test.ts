import {expect, test} from 'vitest'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {TorrentFilter} from '#model/query.ts'
import type {ImportStatus} from '#model/torrent.ts'
import {asInfoHash, asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Views} from './query.ts'

const box = asServerId('box')
const [radarr, sonarr, other] = [asArrId('Radarr'), asArrId('Sonarr'), asArrId('other')]
const all = [radarr, sonarr, other]

/** By letter: a and b are films, c an episode, d of another Arr, e of one without a title, f nobody's, g unlabelled. */
const labels: Readonly<Record<string, readonly [ArrId | null, string | undefined]>> = {
  a: [radarr, 'Harbour of Glass (2021)'],
  b: [radarr, 'Ächzen (1999)'],
  c: [sonarr, 'The Long Ferry S03E01'],
  d: [other, 'Harbour of Glass (2021)'],
  e: [radarr, undefined],
  f: [null, undefined],
}

const hashOf = (letter: string): InfoHash => asInfoHash(letter.repeat(40).replaceAll('g', '0'))!

function harness() {
  const clock = new VirtualClock()
  const turns = new TimeSlice(1e9)
  const fleet = new Fleet(clock, turns)
  fleet.addServer(box)
  fleet.markServer(box, true)
  const rows = [...'abcdefg'].map((letter) => ({hash: hashOf(letter), name: letter}))
  const frame = {serverId: box, epoch: 1, at: 0}
  fleet.apply({...frame, seq: 0, type: 'begin'})
  fleet.apply({...frame, seq: 1, type: 'rows', rows, removed: []})
  fleet.apply({...frame, seq: 2, type: 'end', believeAbsence: true})
  for (const [letter, [arrId, arrItem]] of Object.entries(labels)) {
    fleet.label([{key: {serverId: box, hash: hashOf(letter)}, arrId, arrItem}])
  }
  const views = new Views(fleet, turns, clock)
  const found = async (filter: TorrentFilter) => {
    const {keys} = await views.matching({scope: [box], filter})
    const names = keys.map((key) => fleet.get(key)!.name)
    return names.sort().join('')
  }
  return {fleet, found}
}

for (const [filter, letters, what] of [
  [{arrs: {any: [radarr]}}, 'abe', 'those of one'],
  [{arrs: {none: [radarr]}}, 'cdfg', 'those of others, and of none'],
  [{arrs: {any: ['', sonarr]}}, 'cfg', 'nobody is who has none, or is not labelled'],
  [{arrItems: {any: ['harbour']}}, 'ad', 'a piece in any case'],
  [{arrItems: {any: ['achz']}}, 'b', 'without regard to accents'],
  [{arrItems: {any: ['glass', 'ferry'], none: ['s03']}}, 'ad', 'one of several, and without another'],
  [{arrItems: {any: ['glass'], all: ['2021', 'of']}}, 'ad', 'with every one'],
  [{arrItems: {none: ['glass']}}, 'bcfg', 'what is unknown neither holds a piece nor lacks it'],
  [{arrs: {any: [radarr]}, arrItems: {any: ['glass']}}, 'a', 'both must be met'],
] as const) {
  test(`Arrs and what torrents are for there are found: ${what}`, async () => {
    expect(await harness().found({...filter, arrsInSight: all})).toBe(letters)
  })
}

test('an Arr out of sight is none, and what it says of a torrent is not found', async () => {
  const {found} = harness()
  const arrsInSight = [radarr, sonarr]
  expect(await found({arrItems: {any: ['glass']}, arrsInSight})).toBe('a')
  expect(await found({arrItems: {none: ['glass']}, arrsInSight})).toBe('bcdfg')
  expect(await found({arrs: {any: [other]}, arrsInSight})).toBe('')
  expect(await found({arrs: {any: ['']}, arrsInSight})).toBe('dfg')
  expect(await found({arrs: {any: ['']}})).toBe('abcdefg')
})

test('a label that changes is found by what it is now', async () => {
  const {fleet, found} = harness()
  expect(await found({arrItems: {any: ['long ferry']}, arrsInSight: all})).toBe('c')
  fleet.label([{key: {serverId: box, hash: hashOf('a')}, arrId: sonarr, arrItem: 'The Long Ferry S03E02'}])
  expect(await found({arrItems: {any: ['long ferry']}, arrsInSight: all})).toBe('ac')
  expect(await found({arrs: {any: [radarr]}, arrsInSight: all})).toBe('be')
})

/** a waits, b is held, c is in, of e its Arr does not tell, of f there is nothing, and d is of an Arr that few see. */
const statuses: Readonly<Record<string, ImportStatus>> = {
  a: 'waiting',
  b: 'rejected',
  c: 'imported',
  d: 'waiting',
  f: 'none',
}

test('the status of an import is found by its words, and what is unknown by none of them', async () => {
  const {fleet, found} = harness()
  for (const [letter, importStatus] of Object.entries(statuses)) {
    fleet.label([{key: {serverId: box, hash: hashOf(letter)}, importStatus}])
  }
  const notYet = {arrImports: {any: ['waiting', 'rejected']}} as const
  expect(await found({...notYet, arrsInSight: all})).toBe('abd')
  expect(await found({arrImports: {any: ['imported']}, arrsInSight: all})).toBe('c')
  expect(await found({arrImports: {none: ['imported']}, arrsInSight: all})).toBe('abdf')
  expect(await found({arrImports: {any: ['none']}, arrsInSight: all})).toBe('f')
  const arrsInSight = [radarr, sonarr]
  expect(await found({...notYet, arrsInSight})).toBe('ab')
  expect(await found({arrImports: {any: ['none']}, arrsInSight})).toBe('df')
  fleet.label([{key: {serverId: box, hash: hashOf('a')}, importStatus: undefined}])
  expect(await found({...notYet, arrsInSight: all})).toBe('bd')
})
