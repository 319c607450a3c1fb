import fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {Fleet} from './fleet.ts'

const one = 'one' as ServerId

function hashOf(n: number): InfoHash {
  return n.toString(16).padStart(40, '0') as InfoHash
}

/** Torrents of one server with these content paths, the first of which is asked about. */
function fleetWith(paths: readonly string[]) {
  const fleet = new Fleet({clock: new VirtualClock(), turns: new TimeSlice()})
  let seq = 0
  const head = () => ({serverId: one, epoch: 1, seq: seq++, at: 7})
  const put = (n: number, contentPath: string) =>
    fleet.apply({...head(), type: 'rows', rows: [{hash: hashOf(n), contentPath}], removed: []})
  fleet.addServer(one)
  fleet.apply({...head(), type: 'begin'})
  paths.forEach((path, n) => put(n, path))
  fleet.apply({...head(), type: 'end', believeAbsence: true})
  const sharing = () =>
    fleet.sharing({serverId: one, hash: hashOf(0)}, []).map(({hash}) => Number(`0x${hash}`))
  return {put, sharing}
}

for (const [asked, other, shares] of [
  ['/data/a', '/data/a', true],
  ['/data/a', '/data/a/', true],
  ['/data/a/', '/data//a', true],
  ['/data/a', '/data/a/b/c.mkv', true],
  ['/data/a/b/c.mkv', '/data/a', true],
  ['/data/a', '/data/ab', false],
  ['/data/a', '/data/ab/c.mkv', false],
  ['/data/ab/c.mkv', '/data/a', false],
  ['/data/a', '/data/A', false],
  ['/data/a', '/other/a', false],
  ['/data/we\\ird', '/data/we', false],
  ['C:\\data\\A', 'c:/data/a', true],
  ['C:\\data', 'C:\\data\\a\\b', true],
  ['C:\\data\\a', 'C:\\data\\ab', false],
] as const) {
  test(`the content at ${other} ${shares ? 'is shared with' : 'has nothing to do with'} ${asked}`, () => {
    expect(fleetWith([asked, other]).sharing()).toEqual(shares ? [1] : [])
  })
}

test('a torrent that moved is judged by where its content lies now', () => {
  const {put, sharing} = fleetWith(['/data/a', '/data/b'])
  expect(sharing()).toEqual([])
  put(1, '/data/a/b')
  expect(sharing()).toEqual([1])
})

test('a server that may see the same disk counts, another one does not', () => {
  const fleet = new Fleet({clock: new VirtualClock(), turns: new TimeSlice()})
  const [two, far] = ['two' as ServerId, 'far' as ServerId]
  for (const serverId of [one, two, far]) {
    const head = {serverId, epoch: 1, at: 7}
    fleet.addServer(serverId)
    fleet.apply({...head, seq: 0, type: 'begin'})
    fleet.apply({
      ...head,
      seq: 1,
      type: 'rows',
      rows: [{hash: hashOf(1), contentPath: '/data/a'}],
      removed: [],
    })
    fleet.apply({...head, seq: 2, type: 'end', believeAbsence: true})
  }
  const key = {serverId: one, hash: hashOf(1)}
  expect(fleet.sharing(key, [two])).toEqual([{serverId: two, hash: hashOf(1)}])
  expect(fleet.sharing(key, [])).toEqual([])
})

const names = fc.constantFrom('a', 'A', 'ab', 'a b', 'ä', 'b', 'c.mkv', 'we\\ird')
const separators = fc.constantFrom('/', '//', '/./')
const anyPath = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(separators, names), {minLength: 1, maxLength: 4}), fc.boolean())
  .map(([windows, parts, closed]) => {
    const path = `${windows ? 'C:' : ''}${parts.map((part) => part.join('')).join('')}${closed ? '/' : ''}`
    return windows ? path.replaceAll('/', '\\') : path
  })

/** The parts of a path, as far as they tell places apart. */
function partsOf(path: string): string {
  const plain = path.startsWith('C:') ? path.replaceAll('\\', '/').toLowerCase() : path
  return `${plain
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}/`
}

test('among many torrents the same are found as by comparing each with each', () => {
  fc.assert(
    fc.property(
      fc.array(anyPath, {minLength: 1, maxLength: 12}),
      fc.integer({min: 0, max: 60}),
      (paths, more) => {
        const crowd = Array.from({length: more}, (_, n) => `/a/t${n}`)
        const [asked = '', ...others] = [...paths, ...crowd]
        const own = partsOf(asked)
        const shares = (path: string) => partsOf(path).startsWith(own) || own.startsWith(partsOf(path))
        const expected = others.flatMap((path, index) => (shares(path) ? [index + 1] : []))
        expect(
          fleetWith([asked, ...others])
            .sharing()
            .toSorted((a, b) => a - b),
        ).toEqual(expected)
      },
    ),
  )
})
