import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {asArrId, asDownloadId, type DownloadId} from '#model/arr.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {OwnershipIndex, type OwningArr} from './ownership-index.ts'

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

function bookOf(arrs: readonly OwningArr[], before: string | null = null): OwnershipIndex {
  const book = new OwnershipIndex({
    categoryBefore: () => before,
    reaches: (arrId, server) => server !== `not-${arrId}`,
  })
  book.takeArrs(arrs, ['failed', 'recheck'])
  return book
}

const three = [arr(radarr, 'films'), arr(radarr4k, 'films-4k'), arr(sonarr, 'tv')]

test('B.1 what no Arr knows goes by its category on every server, and is adopted', () => {
  const book = bookOf(three)
  for (const server of ['qBit', 'Transmission']) expect(book.ownerOf(at(a, server), null, 'tv')).toBe(sonarr)
  expect(book.owner(at(a), null, 'tv')).toEqual({arrId: sonarr, by: 'category', adopted: true})
  expect(['', 'tv/hd', 'books'].map((category) => book.ownerOf(at(a), null, category))).toEqual([
    null,
    null,
    null,
  ])
})

test('B.1 MatchSubcategories: the longest category that holds it wins', () => {
  const sub = {matchSubcategories: true}
  const book = bookOf([arr(sonarr, 'tv', sub), arr(radarr, 'tv/films', sub)])
  const owners = ['tv', 'tv/hd', 'tv/films', 'tv/films/4k', 'tvs'].map((it) => book.ownerOf(at(a), null, it))
  expect(owners).toEqual([sonarr, sonarr, radarr, radarr, null])
})

test('S29 an Arr owns nothing on servers that its owner may not use, and a category is shared only where both reach', () => {
  const book = bookOf([arr(radarr, 'films'), arr(radarr4k, 'films')])
  book.takeClaims(radarr, {queue: [id(a)], history: []})
  expect(book.ownerOf(at(a, 'not-Radarr'), null, '')).toBeNull()
  expect(book.ownerOf(at(b, 'not-Radarr'), null, 'films')).toBe(radarr4k)
  expect(book.ownerOf(at(b, 'qBit'), null, 'films')).toBeNull()
})

test('what an Arr has in its queue or history is its own whatever its category, and the queue counts more', () => {
  const book = bookOf(three)
  book.takeClaims(sonarr, {queue: [], history: [id(a)]})
  expect(book.owner(at(a), null, 'films')).toEqual({arrId: sonarr, by: 'history', adopted: false})
  book.takeClaims(radarr, {queue: [id(a)], history: []})
  expect(book.owner(at(a), null, 'tv')).toEqual({arrId: radarr, by: 'queue', adopted: false})
})

test('a hybrid torrent is known by its v1 hash', () => {
  const book = bookOf(three)
  book.takeClaims(sonarr, {queue: [id(b)], history: []})
  expect(book.ownerOf(at(a), b, '')).toBe(sonarr)
  expect(book.ownerOf(at(a), a, '')).toBe(null)
})

test('two Radarrs that grabbed the same release: each copy belongs to the one whose category it bears', () => {
  const book = bookOf(three)
  for (const arrId of [radarr, radarr4k]) book.takeClaims(arrId, {queue: [id(a)], history: []})
  expect(book.ownerOf(at(a, 'qBit'), null, 'films')).toBe(radarr)
  expect(book.ownerOf(at(a, 'qBit-B'), null, 'films-4k')).toBe(radarr4k)
})

test('a category that two Arrs call their own says nothing; what they grabbed themselves does', () => {
  const book = bookOf([arr(radarr, 'films'), arr(radarr4k, 'films')])
  expect(book.ownerOf(at(a), null, 'films')).toBe(null)
  book.takeClaims(radarr4k, {queue: [id(a)], history: []})
  expect(book.ownerOf(at(a), null, 'films')).toBe(radarr4k)
})

test('a queue that cannot be read takes nothing from its Arr, one that is empty does', () => {
  const book = bookOf(three)
  expect(book.takeClaims(sonarr, {queue: [id(a), id(b)], history: []})).toEqual([a, b])
  expect(book.takeClaims(sonarr, {queue: null, history: []})).toEqual([])
  expect(book.ownerOf(at(a), null, '')).toBe(sonarr)
  expect(book.takeClaims(sonarr, {queue: [id(b)], history: [id(b)]})).toEqual([a, b])
  expect(book.ownerOf(at(a), null, '')).toBe(null)
  expect(book.takeClaims(asArrId('Nobody'), {queue: [id(a)], history: []})).toEqual([])
})

test('what was told counts on after sections changed, and what is remembered after a restart', () => {
  const book = bookOf(three)
  book.takeClaims(sonarr, {queue: [id(a)], history: []})
  book.takeArrs([arr(sonarr, 'shows'), arr(radarr, 'films', {remembered: [id(b)]})], [])
  expect(book.ownerOf(at(a), null, '')).toBe(sonarr)
  expect(book.owner(at(b), null, '')).toEqual({arrId: radarr, by: 'history', adopted: false})
  expect(book.ownerOf(at(hashes[2]!), null, 'tv')).toBe(null)
})

test('B.6 who is moved into a category for failures or checks still belongs where it came from', () => {
  expect(bookOf(three, 'tv').ownerOf(at(a), null, 'failed')).toBe(sonarr)
  expect(bookOf(three, 'tv').ownerOf(at(a), null, 'films')).toBe(radarr)
  expect(bookOf(three, null).ownerOf(at(a), null, 'recheck')).toBe(null)
})

test('whoever is not named as changed has the owner that he had', () => {
  const some = fc.subarray(hashes.map(id))
  const reported = fc.record({arrId: fc.constantFrom(radarr, sonarr), queue: fc.option(some), history: some})
  fc.assert(
    fc.property(fc.array(reported, {maxLength: 8}), fc.constantFrom('films', 'tv', ''), (all, category) => {
      const book = bookOf(three)
      const owners = () => hashes.map((hash) => book.ownerOf(at(hash), null, category))
      for (const {arrId, ...claims} of all) {
        const before = owners()
        const named = new Set(book.takeClaims(arrId, claims))
        const now = owners()
        expect(hashes.filter((hash, n) => now[n] !== before[n] && !named.has(hash))).toEqual([])
      }
    }),
  )
})
