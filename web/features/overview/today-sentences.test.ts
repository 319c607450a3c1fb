import {expect, test} from 'vitest'
import type {Today, TodayLine} from '../../api/today.ts'
import {loadWords} from '../../i18n/text.ts'
import {MOST_SENTENCES, todaySentences} from './sentences.ts'

await loadWords('overview')

const NOW = new Date(2026, 10, 23, 7, 12).getTime()
const at = (hour: number, minute: number, second = 0) =>
  new Date(2026, 10, 23, hour, minute, second).getTime()
const servers = [
  {server_id: 'attic', server_name: 'attic'},
  {server_id: 'nas', server_name: 'nas'},
]

const line = (kind: TodayLine['kind'], change: Partial<TodayLine> = {}): TodayLine => ({
  kind,
  count: 1,
  last_at: at(6, 0),
  actor: null,
  rule_id: null,
  reason: null,
  bytes: null,
  names: [],
  torrents: null,
  ...change,
})
const today = (change: Partial<Today> = {}): Today => ({
  from: at(0, 0),
  lines: [],
  complete: true,
  outages: [],
  arrivals: null,
  ...change,
})
const said = (change: Partial<Today>) =>
  todaySentences(today(change), servers, NOW).map(({strong, rest}) =>
    `[${strong}]${rest}`.replaceAll('\u00a0', ' '),
  )
const GIB = 1024 ** 3

test.each<[string, TodayLine]>([
  ['[5 stalled downloads were given up].', line('given_up', {count: 5, reason: 'stalled'})],
  [
    '[1 download was given up] by the rule “Dead”.',
    line('given_up', {reason: 'unregistered', actor: 'Dead'}),
  ],
  [
    '[9 torrents had seeded enough] and were moved to the trash: 188 GiB.',
    line('recycled', {count: 9, reason: 'seedingDone', bytes: 188 * GIB}),
  ],
  ['[1 torrent had seeded enough] and was removed.', line('removed', {reason: 'seedingDone'})],
  ['[3 torrents were removed] by the rule “Make room”.', line('removed', {count: 3, actor: 'Make room'})],
  ['[3 torrents were moved to the trash] by rules: 0 B.', line('recycled', {count: 3, bytes: 0})],
  [
    '[Mara added 2 torrents]: Fedora 43, Debian 13.2.',
    line('added', {count: 2, actor: 'Mara', names: ['Fedora 43', 'Debian 13.2']}),
  ],
  ['[Mara deleted 9 torrents].', line('deleted', {count: 9, actor: 'Mara', names: ['A', 'B', 'C']})],
  ['[Several users restored 2 torrents]: A, B.', line('restored', {count: 2, names: ['A', 'B']})],
  ['[2 actions failed].', line('failed', {count: 2})],
  [
    '[The dry run of “Old public torrents” would have acted 4 times].',
    line('simulated', {count: 4, actor: 'Old public torrents'}),
  ],
  ['[Dry runs would have acted once].', line('simulated')],
])('%s', (sentence, its) => {
  expect(said({lines: [its]})).toEqual([sentence])
})

test('imports say how long they usually took, where that is known', () => {
  const newest = {at: at(6, 30)} as NonNullable<Today['arrivals']>['newest'][number]
  expect(said({arrivals: {count: 27, usual_delay: 3.4, newest: [newest]}})).toEqual([
    '[27 imports], usually 3 s after the download was complete.',
  ])
  expect(said({arrivals: {count: 1, usual_delay: null, newest: [newest]}})).toEqual(['[1 import].'])
  expect(said({arrivals: {count: 0, usual_delay: null, newest: []}})).toEqual([])
})

test('outages are one sentence, of servers that have a name here alone', () => {
  const outage = (id: string, from: number, minutes: number) => ({
    server_id: id,
    at: from,
    ended_at: from + minutes * 60_000,
  })
  const short = outage('attic', at(2, 11), 3)
  expect(said({outages: [short]})).toEqual(['[attic was offline for 3 m] at 02:11.'])
  expect(said({outages: [outage('attic', at(3, 0), 9), short]})).toEqual([
    '[attic was offline 2 times], 12 m in all.',
  ])
  expect(said({outages: [short, outage('nas', at(1, 0), 20)]})).toEqual([
    '[2 servers were offline] for a while, nas the longest: 20 m.',
  ])
  expect(said({outages: [outage('gone', at(2, 0), 3)]})).toEqual([])
})

test('the kind that happened last comes first, and six are enough', () => {
  const kinds = ['given_up', 'recycled', 'removed', 'deleted', 'added', 'restored', 'failed'] as const
  const lines = kinds.map((kind, place) => line(kind, {last_at: at(1, place)}))
  const sentences = todaySentences(today({lines}), servers, NOW)
  expect(sentences.map(({kind}) => kind)).toEqual(kinds.toReversed().slice(0, MOST_SENTENCES))
})

test('what was not counted to the end says so', () => {
  expect(said({lines: [line('failed', {count: 5000})], complete: false})).toEqual([
    '[At least 5,000 actions failed].',
  ])
})

test('each leads to the same actions in Activity', () => {
  const lines = [
    line('recycled', {rule_id: 'goals', last_at: at(5, 4)}),
    line('deleted', {actor: 'Mara', last_at: at(5, 3)}),
    line('failed', {last_at: at(5, 2)}),
    line('simulated', {rule_id: 'old', last_at: at(5, 1)}),
  ]
  expect(todaySentences(today({lines}), servers, NOW).map(({leadsTo}) => leadsTo)).toEqual([
    {to: 'activity', search: {when: 'today', what: 'removed', who: 'rule', rule: 'goals'}},
    {to: 'activity', search: {when: 'today', what: 'removed', q: 'Mara'}},
    {to: 'activity', search: {when: 'today', show: 'failed'}},
    {to: 'activity', search: {when: 'today', who: 'rule', rule: 'old', hidden: true}},
  ])
})

test('only what was removed, and can all be named, can be undone', () => {
  const torrents = [{server_id: 'nas', info_hash: 'a'}]
  const lines = [line('recycled', {torrents}), line('added', {torrents}), line('deleted')]
  expect(todaySentences(today({lines}), servers, NOW).map(({removed}) => removed)).toEqual([
    torrents,
    null,
    null,
  ])
})
