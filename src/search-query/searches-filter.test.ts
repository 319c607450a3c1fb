import {expect, test} from 'vitest'
import {searchesConditionIn} from './searches-filter.ts'

const DAY_MS = 86_400_000
const now = Date.UTC(2026, 11, 1)
const arrs = [
  {id: 'films', name: 'Films', kind: 'radarr'},
  {id: 'shows', name: 'Shows', kind: 'sonarr'},
] as const
const read = (text: string) => searchesConditionIn(text, {arrs, now})

test.each([
  ['', null],
  ['Brazil', {asks: 'title', text: 'Brazil'}],
  ['title:Brazil', {asks: 'title', text: 'Brazil'}],
  ['release:REMUX', {asks: 'release', text: 'REMUX'}],
  ['outcome:nothing_found', {asks: 'outcome', outcome: 'nothing_found'}],
  ['outcome:Running', {asks: 'outcome', outcome: 'running'}],
  ['-by:person', {not: {asks: 'by', by: 'person'}}],
  [
    'why:missing,cutoff',
    {
      any: [
        {asks: 'why', reason: 'missing'},
        {asks: 'why', reason: 'cutoff'},
      ],
    },
  ],
  ['arr:shows', {asks: 'arr', ids: ['shows']}],
  ['at<7d', {asks: 'number', of: 'at', range: {min: now - 7 * DAY_MS + 1}}],
  ['found>0', {asks: 'number', of: 'found', range: {min: 1}}],
  [
    'by:rule OR by:request',
    {
      any: [
        {asks: 'by', by: 'rule'},
        {asks: 'by', by: 'request'},
      ],
    },
  ],
])('%j asks for what it says', (text, condition) => {
  const {condition: found, mistakes} = read(text)
  expect(mistakes).toEqual([])
  expect(found).toMatchObject(condition ?? {})
  expect(found === null).toBe(condition === null)
})

test.each([
  ['outcome:nothing', 'unknown_value'],
  ['by:nobody', 'unknown_value'],
  ['why:boredom', 'unknown_value'],
  ['arr:elsewhere', 'unknown_arr'],
  ['state:missing', 'unknown_field'],
  ['constructor:x', 'unknown_field'],
  ['found>many', 'not_a_number'],
  ['at<soon', 'not_a_time'],
  ['/br/', 'not_in_search'],
  ['by:', 'value_missing'],
])('%j is a mistake: %s', (text, code) => {
  expect(read(text).mistakes.map((it) => it.code)).toEqual([code])
})
