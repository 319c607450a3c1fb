import {expect, test} from 'vitest'
import {magnetOf} from './target.ts'

test('a magnet link has the hashes there are, the name, and trackers only by address', () => {
  const [v1, v2] = ['a'.repeat(40), 'b'.repeat(64)]
  expect(magnetOf({v1, v2: null, name: 'a b', trackers: ['udp://t.example/x', 'cut off']})).toBe(
    `magnet:?xt=urn:btih:${v1}&dn=a%20b&tr=udp%3A%2F%2Ft.example%2Fx`,
  )
  expect(magnetOf({v1: null, v2, name: '', trackers: []})).toBe(`magnet:?xt=urn:btmh:1220${v2}`)
})
