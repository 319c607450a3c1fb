import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../text/english.fixture.ts'
import {sharedFacts, sums} from './several.ts'
import {detailColumns, torrentOf, type Torrent} from './torrent.ts'

beforeAll(speakEnglish)

function torrent(more: Partial<Torrent>): Torrent {
  const row = {serverId: 'nas', infoHash: 'a'.repeat(40), cells: detailColumns.map(() => undefined)}
  return {...torrentOf(row, {}), ...more}
}

const valueOf = (figures: ReturnType<typeof sums>, term: string) => {
  const {value} = figures.find((it) => it.term === `details.${term}`)!
  return `${value.text} ${value.unit}`.trim()
}

test('a value that all share is told, others are counted', () => {
  const both = [torrent({category: 'tv', tags: ['b', 'a']}), torrent({category: 'films', tags: ['a', 'b']})]
  const facts = sharedFacts(both, () => 'nas')
  expect([valueOf(facts, 'category'), valueOf(facts, 'tags'), valueOf(facts, 'server')]).toEqual([
    ...['2 different', 'a, b', 'nas'],
  ])
})

test('the ratio of several is that of their sums', () => {
  const both = [torrent({uploaded: 300, downloaded: 100}), torrent({uploaded: 0, downloaded: 100})]
  expect(valueOf(sums(both), 'ratio')).toBe('1.50')
})

test('a sum that lacks one is not known', () => {
  expect(valueOf(sums([torrent({size: 5}), torrent({})]), 'size')).toBe('?')
})

test('nobody knows how fast a torrent is whose server is away: it adds nothing', () => {
  const both = [torrent({down_speed: 100}), torrent({down_speed: 900, stale: true})]
  expect(valueOf(sums(both), 'down')).toBe('100 B/s')
})
