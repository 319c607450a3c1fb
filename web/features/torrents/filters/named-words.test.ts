import {expect, test} from 'vitest'
import {namedSearches} from './named-words.ts'

const names = {
  servers: [
    {id: 's1', name: 'Demo seedbox', kind: 'qbittorrent' as const},
    {id: 's2', name: 'attic', kind: 'deluge' as const},
  ],
  arrs: [{id: 'a1', name: 'Radarr 4K', kind: 'radarr' as const}],
  categories: ['films', 'tv-sonarr', 'none'],
  tags: ['keep', 'films'],
  trackers: ['tracker.example.org', 'Linux Tracker'],
}
const searches = (q: string) => namedSearches(q, names).map((it) => it.q)

test('a word that is the name of a server, category, tag, tracker or Arr is offered as that', () => {
  expect(namedSearches('attic', names)).toEqual([{field: 'server', words: 'attic', q: 'server:attic'}])
  expect(searches('Films 2160p')).toEqual(['category:films 2160p', 'tag:films 2160p'])
  expect(searches('keep')).toEqual(['tag:keep'])
  expect(searches('tracker.example.org')).toEqual(['tracker:tracker.example.org'])
})

test('a name of several words is offered whole before its parts, whatever stands between them', () => {
  expect(searches('seedbox linux demo')[0]).toBe('server:"Demo seedbox" linux')
  expect(searches('"demo seedbox"')[0]).toBe('server:"Demo seedbox"')
  expect(searches('linux tracker')).toEqual(['tracker:"Linux Tracker"'])
})

test('a part of the name of a server or Arr is offered, as the search finds both by parts', () => {
  expect(searches('seedbox iso')).toEqual(['server:seedbox iso'])
  expect(searches('radarr')).toEqual(['arr:radarr'])
})

test('a category that is called like a word of the search language is written in quotes', () => {
  expect(searches('none')).toEqual(['category:"none"'])
})

test('what names nothing, is excluded, or stands beside an OR, is offered as nothing', () => {
  expect(searches('ubuntu')).toEqual([])
  expect(searches('-attic')).toEqual([])
  expect(searches('attic OR ubuntu')).toEqual([])
  expect(searches('server:attic')).toEqual([])
})
