import {expect, test} from 'vitest'
import {matching, matchScore, readPaletteText} from './palette-text.ts'

test.each([
  ['ubuntu', 'all', 'ubuntu'],
  ['> stop ', 'commands', 'stop'],
  ['@seed', 'servers', 'seed'],
  ['#', 'labels', ''],
])('%s looks for %s with the words %j', (typed, kind, words) => {
  expect(readPaletteText(typed)).toEqual({kind, words})
})

test('every word must be there, in any order and case', () => {
  expect(matchScore('Stop torrents', 'TORR st')).toBeGreaterThan(0)
  expect(matchScore('Stop torrents', 'stop servers')).toBe(0)
})

test('what begins with the words comes first, otherwise the order stays', () => {
  const all = ['Restart', 'Start torrents', 'Stop torrents', 'Start server']
  expect(matching(all, 'start', String)).toEqual(['Start torrents', 'Start server', 'Restart'])
  expect(matching(all, '', String)).toBe(all)
})
