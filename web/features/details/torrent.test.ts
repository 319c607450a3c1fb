import {expect, test} from 'vitest'
import {detailColumns, torrentOf} from './torrent.ts'

function cellsWith(known: Readonly<Record<string, string | number | boolean | null>>) {
  return {serverId: 'nas', infoHash: 'a'.repeat(40), cells: detailColumns.map((column) => known[column])}
}

test('what the list does not know is what the server answered when it was asked', () => {
  const torrent = torrentOf(cellsWith({name: 'one'}), {comment: 'made by hand', name: 'old'})
  expect([torrent.name, torrent.comment, torrent.created_by]).toEqual(['one', 'made by hand', undefined])
})

test('none on purpose is not unknown', () => {
  expect(torrentOf(cellsWith({down_limit: null}), {down_limit: 5}).down_limit).toBeNull()
})

test('a row that says nothing of its freshness is up to date', () => {
  expect(torrentOf(cellsWith({}), {})).toMatchObject({stale: false, seen_at: null, pending: [], copies: 1})
})

test('every column is asked for once', () => {
  expect(new Set(detailColumns).size).toBe(detailColumns.length)
})
