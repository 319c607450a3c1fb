import fc from 'fast-check'
import {expect, test} from 'vitest'
import {sharesContent} from '#disk/path-mapping.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {A, B, keyOf, LookUpHarness, row} from '#lookups/look-ups.fixture.ts'
import {ownersOf} from './content-owners.ts'

const parts = fc.array(fc.constantFrom('a', 'b', 'a\\b', 'A'), {minLength: 1, maxLength: 3})
const root = fc.constantFrom('/', '/data/', '/downloads/', 'C:\\data\\', '/data/../')
const path = fc
  .tuple(root, parts, fc.constantFrom('', '/'))
  .map(([top, names, end]) => top + names.join('/') + end)
const mapping = fc.record({
  server: fc.constantFrom('/data', '/downloads', '/data/a', '/data/a/b', 'C:\\data'),
  ours: fc.constantFrom('/srv', '/srv/a', '/mnt'),
})
const mappings = fc.array(mapping, {maxLength: 2})

test('torrents of another server are found as if every path were compared with every other', () => {
  fc.assert(
    fc.property(
      path,
      fc.array(path, {minLength: 1, maxLength: 6}),
      mappings,
      mappings,
      (own, others, ofA, ofB) => {
        const house = new LookUpHarness()
        house.list(A, [row(1, {contentPath: own})])
        house.list(
          B,
          others.map((contentPath, n) => row(n, {contentPath})),
        )
        house.mappings.set(A, ofA)
        house.mappings.set(B, ofB)
        const key = keyOf(A, 1)
        const [a, b] = [ofA, ofB].map((of) => ({machine: 'here', storage: null, mappings: of}))
        const truth = others.map((contentPath, n) =>
          sharesContent(
            {disk: a!, contentPath: own, hash: key.hash},
            {disk: b!, contentPath, hash: keyOf(B, n).hash},
          ),
        )
        const seen = ownersOf(key, {fleet: house.fleet, ...house.surroundings})
        const owners = truth.flatMap((shares, n) => (shares === 'yes' ? [keyOf(B, n).hash] : []))
        const found = isUnknown(seen) ? 'unknown' : seen.value.map(({hash}) => hash).sort()
        expect(found).toEqual(truth.includes('unknown') ? 'unknown' : owners)
      },
    ),
  )
})

test('a magnet without metadata on another server uses nothing, unless it is the same torrent', () => {
  const house = new LookUpHarness()
  const magnet = {contentPath: '', savePath: '', hasMetadata: false, complete: false}
  house.list(A, [row(1), row(2)])
  house.list(B, [row(2, magnet), row(3, magnet)])
  const owners = (n: number) => ownersOf(keyOf(A, n), {fleet: house.fleet, ...house.surroundings})
  expect(owners(1)).toEqual({value: []})
  expect(owners(2)).toMatchObject({unknown: 'unreadable'})
})
