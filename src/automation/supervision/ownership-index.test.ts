import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {asArrId, asDownloadId, type DownloadId} from '#model/arr.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {OwnershipIndex} from './ownership-index.ts'

type OwningArr = Parameters<OwnershipIndex['takeArrs']>[0][number]

const [radarr, radarr4k, sonarr] = ['Radarr', 'Radarr-4K', 'Sonarr'].map(asArrId) as [
  OwningArr['arrId'],
  OwningArr['arrId'],
  OwningArr['arrId'],
]
const hashes = 'abcd'.split('').map((digit) => asInfoHash(digit.repeat(40))!)
const [a, b] = hashes as [TorrentKey['hash'], TorrentKey['hash']]
const id = (hash: string): DownloadId => asDownloadId(hash)!
const at = (hash: TorrentKey['hash'], server = 'qBit'): TorrentKey => ({serverId: asServerId(server), hash})

function arr(arrId: OwningArr['arrId'], category: string, more: Partial<OwningArr> = {}): OwningArr {
  return {arrId, category, matchSubcategories: false, remembered: [], ...more}
}

function indexOf(arrs: readonly OwningArr[], before: string | null = null): OwnershipIndex {
  const index = new OwnershipIndex(
    () => before,
    (arrId, server) => server !== `not-${arrId}`,
  )
  index.takeArrs(arrs, ['failed', 'recheck'])
  return index
}

const three = [arr(radarr, 'films'), arr(radarr4k, 'films-4k'), arr(sonarr, 'tv')]

test('B.1 what no Arr knows goes by its category on every server, and is adopted', () => {
  const index = indexOf(three)
  for (const server of ['qBit', 'Transmission']) expect(index.ownerOf(at(a, server), null, 'tv')).toBe(sonarr)
  expect(index.owner(at(a), null, 'tv')).toEqual({arrId: sonarr, by: 'category', adopted: true})
  expect(['', 'tv/hd', 'books'].map((category) => index.ownerOf(at(a), null, category))).toEqual([
    null,
    null,
    null,
  ])
})

test('B.1 MatchSubcategories: the longest category that holds it wins', () => {
  const sub = {matchSubcategories: true}
  const index = indexOf([arr(sonarr, 'tv', sub), arr(radarr, 'tv/films', sub)])
  const owners = ['tv', 'tv/hd', 'tv/films', 'tv/films/4k', 'tvs'].map((it) => index.ownerOf(at(a), null, it))
  expect(owners).toEqual([sonarr, sonarr, radarr, radarr, null])
})

test('S29 an Arr owns nothing on servers that its owner may not use, and a category is shared only where both reach', () => {
  const index = indexOf([arr(radarr, 'films'), arr(radarr4k, 'films')])
  index.takeClaims(radarr, {queue: [id(a)], history: []})
  expect(index.ownerOf(at(a, 'not-Radarr'), null, '')).toBeNull()
  expect(index.ownerOf(at(b, 'not-Radarr'), null, 'films')).toBe(radarr4k)
  expect(index.ownerOf(at(b, 'qBit'), null, 'films')).toBeNull()
})

test('what an Arr has in its queue or history is its own whatever its category, and the queue counts more', () => {
  const index = indexOf(three)
  index.takeClaims(sonarr, {queue: [], history: [id(a)]})
  expect(index.owner(at(a), null, 'films')).toEqual({arrId: sonarr, by: 'history', adopted: false})
  index.takeClaims(radarr, {queue: [id(a)], history: []})
  expect(index.owner(at(a), null, 'tv')).toEqual({arrId: radarr, by: 'queue', adopted: false})
})

test('a hybrid torrent is known by its v1 hash', () => {
  const index = indexOf(three)
  index.takeClaims(sonarr, {queue: [id(b)], history: []})
  expect(index.ownerOf(at(a), b, '')).toBe(sonarr)
  expect(index.ownerOf(at(a), a, '')).toBe(null)
})

test('two Radarrs that grabbed the same release: each copy belongs to the one whose category it bears', () => {
  const index = indexOf(three)
  for (const arrId of [radarr, radarr4k]) index.takeClaims(arrId, {queue: [id(a)], history: []})
  expect(index.ownerOf(at(a, 'qBit'), null, 'films')).toBe(radarr)
  expect(index.ownerOf(at(a, 'qBit-B'), null, 'films-4k')).toBe(radarr4k)
})

test('a category that two Arrs call their own says nothing; what they grabbed themselves does', () => {
  const index = indexOf([arr(radarr, 'films'), arr(radarr4k, 'films')])
  expect(index.ownerOf(at(a), null, 'films')).toBe(null)
  index.takeClaims(radarr4k, {queue: [id(a)], history: []})
  expect(index.ownerOf(at(a), null, 'films')).toBe(radarr4k)
})

test('a queue that cannot be read takes nothing from its Arr, one that is empty does', () => {
  const index = indexOf(three)
  expect(index.takeClaims(sonarr, {queue: [id(a), id(b)], history: []})).toEqual([a, b])
  expect(index.takeClaims(sonarr, {queue: null, history: []})).toEqual([])
  expect(index.ownerOf(at(a), null, '')).toBe(sonarr)
  expect(index.takeClaims(sonarr, {queue: [id(b)], history: [id(b)]})).toEqual([a, b])
  expect(index.ownerOf(at(a), null, '')).toBe(null)
  expect(index.takeClaims(asArrId('Nobody'), {queue: [id(a)], history: []})).toEqual([])
})

test('what was reported counts on after sections changed, and what is remembered after a restart', () => {
  const index = indexOf(three)
  index.takeClaims(sonarr, {queue: [id(a)], history: []})
  index.takeArrs([arr(sonarr, 'shows'), arr(radarr, 'films', {remembered: [id(b)]})], [])
  expect(index.ownerOf(at(a), null, '')).toBe(sonarr)
  expect(index.owner(at(b), null, '')).toEqual({arrId: radarr, by: 'history', adopted: false})
  expect(index.ownerOf(at(hashes[2]!), null, 'tv')).toBe(null)
})

test('B.6 who is moved into a category for failures or checks still belongs where it came from', () => {
  expect(indexOf(three, 'tv').ownerOf(at(a), null, 'failed')).toBe(sonarr)
  expect(indexOf(three, 'tv').ownerOf(at(a), null, 'films')).toBe(radarr)
  expect(indexOf(three, null).ownerOf(at(a), null, 'recheck')).toBe(null)
})

test('a torrent that is not named as changed has the owner that it had', () => {
  const some = fc.subarray(hashes.map(id))
  const reported = fc.record({arrId: fc.constantFrom(radarr, sonarr), queue: fc.option(some), history: some})
  fc.assert(
    fc.property(fc.array(reported, {maxLength: 8}), fc.constantFrom('films', 'tv', ''), (all, category) => {
      const index = indexOf(three)
      const owners = () => hashes.map((hash) => index.ownerOf(at(hash), null, category))
      for (const {arrId, ...claims} of all) {
        const before = owners()
        const named = new Set(index.takeClaims(arrId, claims))
        const now = owners()
        expect(hashes.filter((hash, n) => now[n] !== before[n] && !named.has(hash))).toEqual([])
      }
    }),
  )
})
