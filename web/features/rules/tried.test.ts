import {beforeAll, expect, test} from 'vitest'
import type {RulePreview} from '../../api/rules.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {actedOn, amountWords, recordedTogether, recordedWords, triedLines, triedTogether} from './tried.ts'

beforeAll(() => speakEnglish())

const none = {count: 0, bytes: 0}
const hash = (at: number) => String(at).repeat(40)
const named = (at: number) => ({server_id: 'box', info_hash: hash(at), name: `t${at}`, size: 1_024})
const acting = (at: number) => ({
  ...named(at),
  actions: ['stop' as const],
  because: [{fact: 'ratio' as const, says: 'ratio', unit: 'plain', window: null, value: 2.4}],
})
const waiting = (at: number, left: number) => ({...named(at), why: 'held' as const, guard: null, left})
const preview = (its: Partial<RulePreview>) =>
  ({
    subject: 'torrent',
    looked: 9,
    matched: none,
    held: none,
    already: {...none, actions: []},
    unselected: none,
    inapplicable: none,
    blocked: none,
    unknown: none,
    would_act: none,
    unknown_away: [],
    rows: [],
    spared: [],
    ...its,
  }) as unknown as RulePreview

test('of the rules of one row what they would do is added up', () => {
  const away = {server_id: 'nas', server_name: 'nas', count: 2}
  const tried = triedTogether([
    preview({would_act: {count: 1, bytes: 1_024}, rows: [acting(1)], unknown_away: [away]}),
    preview({would_act: {count: 2, bytes: 2_048}, rows: [acting(2), acting(3)], unknown_away: [away]}),
  ])!
  expect(amountWords(tried).replaceAll('\u00a0', ' ')).toBe('3 torrents, 3.00 KiB')
  expect(actedOn(tried).map((it) => it.info_hash)).toEqual([1, 2, 3].map(hash))
  expect(tried.unknown_away).toEqual([{...away, count: 4}])
  expect(triedTogether([])).toBeNull()
})

test('at most five are shown: first what goes now with its figures, then what waits, the soonest first', () => {
  const tried = triedTogether([
    preview({
      rows: [acting(1), acting(2)],
      spared: [waiting(3, 7_200), waiting(4, 60), waiting(5, 86_400), waiting(6, 172_800)],
    }),
  ])!
  const lines = triedLines(tried, 0).map(({of, why}) => `${of.name}: ${why}`.replaceAll('\u00a0', ' '))
  expect(lines).toEqual([
    't1: ratio 2.4',
    't2: ratio 2.4',
    't4: in 1 m, if it stays so',
    't3: in 2 h, if it stays so',
    't5: in 24 h, if it stays so',
  ])
})

test.each([
  [{count: 5, again: 1, unknown: 0, unwatched: 0, is_cut: false}, 'Last 7 days: 1 instead of 5.'],
  [
    {count: 5, again: 5, unknown: 0, unwatched: 0, is_cut: false},
    'Last 7 days: 5 instead of 5. What it left alone then was not recorded, so there may be more.',
  ],
  [
    {count: 5, again: 1, unknown: 2, unwatched: 0, is_cut: true},
    'Last 7 days: at least 1 instead of 5. 2 are unknown: a fact that the new value needs was not recorded. Only the first decisions were looked at.',
  ],
  [
    {count: 7, again: 0, unknown: 7, unwatched: 7, is_cut: false},
    'Last 7 days: not known for any of the 7 that it matched. 7 would have to stay so for longer than was watched, as the rule acted then.',
  ],
  [
    {count: 7, again: 0, unknown: 3, unwatched: 1, is_cut: false},
    'Last 7 days: 4 of 7 not any more. 1 would have to stay so for longer than was watched, as the rule acted then. 2 are unknown: a fact that the new value needs was not recorded.',
  ],
  [
    {count: 0, again: 0, unknown: 0, unwatched: 0, is_cut: false},
    'Last 7 days: nothing is recorded of this rule.',
  ],
])('of the last seven days it is said what is known: %j', (recorded, words) => {
  expect(recordedWords(recorded)).toBe(words)
})

test('where of one rule nothing is known of the last days, nothing is said of any', () => {
  const recorded = {count: 2, again: 1, unknown: 0, unwatched: 0, is_cut: false}
  expect(recordedTogether([{recorded}, {recorded: null}])).toBeNull()
  expect(recordedTogether([{recorded}, {recorded}])).toEqual({
    count: 4,
    again: 2,
    unknown: 0,
    unwatched: 0,
    is_cut: false,
  })
})
