import {expect, test} from 'vitest'
import {asArrId, asDownloadId} from '#model/arr.ts'
import {ownerOf, type Claimant} from './ownership.ts'

const downloadId = asDownloadId('aa')!
const arr = (
  name: string,
  category: string,
  says: ReturnType<Claimant['knows']> = null,
  deep = false,
): Claimant => ({arrId: asArrId(name), category, matchSubcategories: deep, knows: () => says})

for (const [what, category, claimants, expected] of [
  ['its queue', 'tv', [arr('A', 'tv'), arr('B', 'films', 'queue')], ['B', 'queue', false]],
  ['its history', '', [arr('A', 'tv', 'history')], ['A', 'history', false]],
  [
    'the queue before the history',
    'tv',
    [arr('A', 'tv', 'history'), arr('B', 'x', 'queue')],
    ['B', 'queue', false],
  ],
  [
    'of two that know it, the category',
    'b',
    [arr('A', 'a', 'queue'), arr('B', 'b', 'queue')],
    ['B', 'queue', false],
  ],
  ['the category, as adopted', 'tv', [arr('A', 'tv')], ['A', 'category', true]],
  ['a category below it', 'tv/anime', [arr('A', 'tv', null, true)], ['A', 'category', true]],
  ['nobody when that is not wanted', 'tv/anime', [arr('A', 'tv')], null],
  [
    'the longest',
    'tv/anime/x',
    [arr('A', 'tv', null, true), arr('B', 'tv/anime', null, true)],
    ['B', 'category', true],
  ],
  ['nobody of a similar name', 'tv2', [arr('A', 'tv', null, true)], null],
  ['nobody without a category', '', [arr('A', '')], null],
] as const) {
  test(`${category === '' ? 'a torrent without category' : category} belongs to ${what}`, () => {
    const owner = ownerOf({downloadId, category}, claimants)
    expect(owner && [owner.arrId, owner.by, owner.adopted]).toEqual(expected)
  })
}
