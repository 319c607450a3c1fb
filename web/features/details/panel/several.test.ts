import {beforeAll, expect, test} from 'vitest'
import type {SelectionFigures} from '../../../api/actions.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {filesOfAll, sharedFacts, sums} from './several.ts'

beforeAll(speakEnglish)

const none = {distinct: 0, most: []}

function figures(more: Partial<SelectionFigures>): SelectionFigures {
  return {
    selection_id: 'x',
    until: 0,
    count: 12,
    gone: 0,
    complete: 0,
    stale: 0,
    size: 0,
    size_unknown: 0,
    down_speed: 0,
    up_speed: 0,
    servers: [],
    states: [],
    abilities: [],
    categories: none,
    tags: none,
    trackers: none,
    common: {},
    save_paths: none,
    ...more,
  }
}

const valueOf = (all: ReturnType<typeof sums>, term: string) => {
  const {value} = all.find((it) => it.term === `details.${term}`)!
  return `${value.text} ${value.unit}`.trim()
}

test('a value that all share is shown, of others how many have each', () => {
  const facts = sharedFacts(
    figures({
      categories: {
        distinct: 2,
        most: [
          {value: 'tv', count: 1_100},
          {value: '', count: 4},
        ],
      },
      trackers: {distinct: 1, most: [{value: 'a.example', count: 1_104}]},
    }),
  )
  expect([valueOf(facts, 'category'), valueOf(facts, 'tracker'), valueOf(facts, 'save-path')]).toEqual([
    'tv 1,100 · none 4',
    'a.example',
    '–',
  ])
})

test('states that are one word for people are counted as one', () => {
  const facts = sharedFacts(
    figures({
      states: [
        {state: 'stopped', count: 3},
        {state: 'seeding', count: 2},
        {state: 'stalledUp', count: 2},
      ],
    }),
  )
  expect(valueOf(facts, 'state')).toBe('Seeding 4 · Stopped 3')
})

test('of many values three are named, and the rest is counted, also what the server did not name', () => {
  const most = ['a', 'b', 'c', 'd'].map((value, at) => ({value, count: 9 - at}))
  const facts = sharedFacts(figures({tags: {distinct: 1_204, most}}))
  const tags = facts.find(({term}) => term === 'details.tags')!.value
  expect(tags.text).toBe('a 9 · b 8 · c 7 · 1,201 more')
  expect(tags.exact).toBe('a 9 · b 8 · c 7 · d 6 · 1,200 more')
})

test('the ratio of several is that of their sums; without a download it has no end', () => {
  expect(valueOf(sums(figures({uploaded: 300, downloaded: 200, ratio: 1.5})), 'ratio')).toBe('1.50')
  expect(valueOf(sums(figures({uploaded: 300, downloaded: 0})), 'ratio')).toBe('∞')
  expect(valueOf(sums(figures({uploaded: 300})), 'ratio')).toBe('?')
})

test('a sum that lacks one is not known', () => {
  expect(valueOf(sums(figures({size: 5, size_unknown: 1})), 'size')).toBe('?')
})

test('files of several torrents are summed up by their extensions, those that take most first', () => {
  const {torrents, kinds} = filesOfAll([
    {
      name: 'nas~a',
      files: [
        {path: 'Show/one.MKV', size: 900},
        {path: 'Show/one.srt', size: 2},
      ],
    },
    {name: 'nas~b', files: [{path: 'film.mkv', size: 1_000}]},
  ])
  expect(torrents).toEqual([
    {name: 'nas~a', first: 'Show', files: 2, size: 902},
    {name: 'nas~b', first: 'film.mkv', files: 1, size: 1_000},
  ])
  expect(kinds).toEqual([
    {extension: 'mkv', files: 2, size: 1_900},
    {extension: 'srt', files: 1, size: 2},
  ])
})
