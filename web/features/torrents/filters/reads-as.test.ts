import {expect, test} from 'vitest'
import {loadWords} from '../../../i18n/text.ts'
import {hasJoints} from './query-draft.ts'
import {readsAs} from './reads-as.ts'

await loadWords('search-parts')

test.each([
  ['a OR b', '“a” in the name; or with “b” in the name'],
  ['a b OR -c', '“a” in the name and “b” in the name; or with no “c” in the name'],
  [
    '(ratio >= 2 OR seeding_time>14d) category:radarr,sonarr NOT tag:keep size:5GB..50GB',
    'either ratio 2 or more or seeding time over 14d, category radarr or sonarr, tag not keep and size from 5GB to 50GB',
  ],
  [
    'x (a OR (b c))',
    '“x” in the name and either “a” in the name or both “b” in the name and “c” in the name',
  ],
  ['NOT (a size>1GB)', 'no “a” in the name; or with size 1GB or less'],
  ['NOT size:1GB..', 'size under 1GB'],
  ['a | -is:active', '“a” in the name; or with active: no'],
  ['added<7d OR added>1y', 'added in the last 7d; or with added more than 1y ago'],
  ['added:7d OR added:30d..', 'added in the last 7d; or with added in the last 30d'],
  ['added>=2026 OR NOT added:2026-01', 'added 2026 or later; or with added not 2026-01'],
  ['removable<7d OR removable>30d', 'removable within 7d; or with removable in more than 30d'],
  ['stalled_for>1h OR -obligation_met:yes', 'stalled for over 1h; or with obligation met not yes'],
  ['NOT (content_links_outside:1..3)', 'content links outside not from 1 to 3'],
  ['/^s/ OR -/x$/', 'a name that matches /^s/; or with a name that does not match /x$/'],
])('%s reads as a sentence', (q, what) => {
  expect(hasJoints(q)).toBe(true)
  expect(readsAs(q)).toBe(`Torrents with ${what}.`)
})

test('what can be understood in one way only, and what cannot be understood, is no sentence', () => {
  expect(['a b', '-a (b)', 'dead or alive'].map(hasJoints)).toEqual([false, false, false])
  expect([readsAs(''), readsAs('a OR'), readsAs('(a')]).toEqual(['', '', ''])
})
