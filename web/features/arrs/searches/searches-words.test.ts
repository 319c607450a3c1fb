import {beforeAll, expect, test} from 'vitest'
import type {OrderedSearches, StoredSearch} from '../../../api/searches.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {costWords, notSearchedWords, rejectLines, resultTone, resultWords} from './searches-words.ts'

beforeAll(() => speakEnglish())

const now = new Date(2026, 11, 1, 12, 0).getTime()
const HOUR_MS = 3_600_000
const none = {found: null, indexers: null, grabs: []}
const grab = (title: string) => ({title, download_id: null, servers: []})

test.each<[string, Partial<StoredSearch>, string]>([
  ['one release', {outcome: 'grabbed', grabs: [grab('Brazil-AAA')]}, 'Grabbed Brazil-AAA'],
  ['several', {outcome: 'grabbed', grabs: ['A', 'B', 'C'].map(grab)}, 'Grabbed A and 2 more'],
  ['a grab without its name', {outcome: 'grabbed'}, 'Grabbed'],
  ['rejections', {outcome: 'all_rejected', found: 14}, '14 found, all rejected'],
  ['one rejection', {outcome: 'all_rejected', found: 1}, '1 found, rejected'],
  ['rejections of which the Arr does not say how many', {outcome: 'all_rejected'}, 'All rejected'],
  ['nothing', {outcome: 'nothing_found', found: 0}, 'Nothing found'],
  [
    'blocked indexers',
    {outcome: 'partial', indexers: 2},
    'Nothing found; only 2 indexers were asked, the others were blocked',
  ],
  ['no indexer', {outcome: 'no_indexer'}, 'No indexer was asked'],
  ['a search that runs', {outcome: 'running'}, 'Searching'],
])('of %s one phrase says what came of the search', (_, more, words) => {
  expect(resultWords({outcome: 'unknown', ...none, ...more})).toBe(words)
})

test('only a release that was grabbed looks well', () => {
  const outcomes = [
    'grabbed',
    'held_by_client',
    'no_grab',
    'nothing_found',
    'all_rejected',
    'running',
  ] as const
  expect(outcomes.map(resultTone)).toEqual(['good', 'good', 'quiet', 'quiet', 'warn', 'busy'])
})

test('reasons against releases are counted, most first, each with what would help', () => {
  expect(rejectLines({rejects: {blocklisted: 2, seeders: 11, wrong: 1}})).toEqual([
    {count: 11, why: 'not enough seeders', remedy: 'Lower the minimum seeders of the indexer.'},
    {count: 2, why: 'on the blocklist', remedy: 'Remove them from the blocklist of the Arr.'},
    {count: 1, why: 'another title, or not readable', remedy: 'Nothing to do: these are other releases.'},
  ])
})

const plain = (words: string) => words.replaceAll('\u00A0', ' ')
const cost = (searches: number, afterMs: number) => ({
  searches,
  questions: 3 * searches,
  seconds: afterMs / 1_000,
  last_at: searches === 0 ? null : now + afterMs,
})

test.each<[string, Pick<OrderedSearches, 'cost' | 'left'>, string]>([
  ['nothing', {cost: cost(0, 0), left: 0}, 'None of them can be searched now.'],
  ['one', {cost: cost(1, 0), left: 0}, '1 search, about 3 indexer requests, right away.'],
  [
    'hours',
    {cost: cost(88, 4 * HOUR_MS), left: 0},
    '88 searches, about 264 indexer requests. The last begins about 16:00, in 4 h.',
  ],
  [
    'more than one order takes',
    {cost: cost(2, 15_000), left: 7},
    '2 searches, about 6 indexer requests, right away. 7 more are ready after that.',
  ],
])('what searches cost is said before they start: %s', (_, ordered, words) => {
  expect(plain(costWords(ordered, now))).toBe(words)
})

test('why some are not searched is counted, most first', () => {
  const item = (answer: OrderedSearches['items'][number]['answer'], hold: string | null = null) => ({
    arr_id: 'films',
    unit: 'movie/1',
    answer,
    hold,
    says: null,
    until: null,
  })
  expect(notSearchedWords({items: [item('queued')]})).toBeNull()
  const items = [
    item('held', 'in_queue'),
    item('held', 'unreleased'),
    item('held', 'unreleased'),
    item('queued'),
    item('running'),
  ]
  expect(notSearchedWords({items})).toBe(
    '2 not released yet, 1 in the queue already, 1 being searched already',
  )
})
