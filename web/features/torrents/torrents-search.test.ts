import {expect, test} from 'vitest'
import {readTorrentsSearch} from './torrents-search.ts'

const hash = 'a1'.repeat(20)

test('an address says which torrent is looked at', () => {
  for (const at of [`nas~${hash}`, `my~nas~${hash}`]) expect(readTorrentsSearch({at})).toEqual({at})
})

test('addresses of before lead to what their tabs are called now', () => {
  const tabs = ['general', 'timeline', 'webseeds', 'why'].map((tab) => readTorrentsSearch({tab}).tab)
  expect(tabs).toEqual(['overview', 'history', 'trackers', 'why'])
})

test('what cannot be a torrent, a tab or a group is left out, and the rest of the address holds', () => {
  for (const at of ['', '~', 'nas', `~${hash}`, `nas~${hash.slice(1)}`, `nas~${hash}0`, 'nas~none', 7]) {
    expect(readTorrentsSearch({at, q: 'bunny'})).toEqual({q: 'bunny'})
  }
  expect(readTorrentsSearch({q: 2024, tab: 'nothing', group: 'nobody'})).toEqual({q: '2024'})
})
