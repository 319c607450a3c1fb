import {expect, test} from 'vitest'
import {asDownloadId} from '#model/arr.ts'
import {importAction} from './needs.ts'

const media = [{kind: 'episode', id: 5, parent_id: 2}] as const
const need = {download_id: asDownloadId('C'.repeat(40)), media}

test('each answer becomes what the Arr is asked; the torrent of an import goes on seeding', () => {
  const about = {download_id: 'C'.repeat(40)}
  expect(importAction('import', need)).toEqual({action: 'import_anyway', ...about, mode: 'copy'})
  expect(importAction('blocklist', need)).toEqual({action: 'blocklist', ...about, search_again: true})
  expect(importAction('ignore', need)).toEqual({action: 'ignore', ...about})
  expect(importAction('search', need)).toEqual({action: 'search', items: media})
})

test('nothing can be searched for what was matched with nothing, nor answered what has no download', () => {
  expect([
    importAction('search', {...need, media: []}),
    importAction('import', {media, download_id: null}),
  ]).toEqual([null, null])
})
