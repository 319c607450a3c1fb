import fc from 'fast-check'
import {expect, test} from 'vitest'
import {linksIn} from './read-pasted.ts'

const hash = 'dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c'
const long = 'ab'.repeat(32)

test('magnets, web addresses and bare hashes are found among other words, each once', () => {
  const pasted = `see magnet:?xt=urn:btih:${hash.toUpperCase()}&dn=Big+Buck%20Bunny and
    https://site.example/files/one%20two.torrent, ${hash} nothing`
  expect(linksIn(pasted).map(({kind, hash: of, name}) => [kind, of, name])).toEqual([
    ['magnet', hash, ''],
    ['url', null, 'one two.torrent'],
  ])
})

test('a hash in base32 is the same torrent as in hex', () => {
  expect(linksIn('magnet:?xt=urn:btih:3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4')[0]?.hash).toBe(hash)
})

test('a v2 hash goes by its first 40 digits', () => {
  expect(linksIn(`magnet:?xt=urn:btmh:1220${long}`)[0]?.hash).toBe(long.slice(0, 40))
  expect(linksIn(long)).toEqual([
    {kind: 'magnet', link: `magnet:?xt=urn:btmh:1220${long}`, hash: long.slice(0, 40), name: ''},
  ])
})

test('a hybrid goes by its v1 hash, as servers name it', () => {
  const link = `magnet:?xt.1=urn:btmh:1220${long}&xt.2=urn:btih:${hash}`
  expect(linksIn(link)[0]?.hash).toBe(hash)
})

test.each(['', 'magnet:?dn=x', 'magnet:?xt=urn:ed2k:abc', 'ftp://x.example/a.torrent', 'https://', 'words'])(
  '%j is nothing to add',
  (pasted) => {
    expect(linksIn(pasted)).toEqual([])
  },
)

test('whatever is pasted, reading it ends, and what is found is a link', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', 'magnet:?xt=', 'https://', hash), (text, head) => {
      for (const {link} of linksIn(head + text)) expect(link).toMatch(/^(magnet:\?|https?:\/\/)/i)
    }),
  )
})
