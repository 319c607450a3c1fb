import {beforeAll, expect, test} from 'vitest'
import type {CopyPreview} from '../../../api/copies.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {AS_NOW, copyBody, downloadLines, type CopyFields} from './copy-fields.ts'

beforeAll(speakEnglish)

const fields: CopyFields = {
  server: 'nas',
  path: '',
  category: AS_NOW,
  tags: null,
  start: 'as-now',
  source: 'stays',
  download: false,
  existing: false,
}
const selected = {selection_id: 's'} as never

test.each<[string, Partial<CopyFields>, object]>([
  ['as now', {}, {}],
  ['none', {tags: []}, {tags: []}],
  ['others', {tags: ['keep'], category: ''}, {tags: ['keep'], category: ''}],
])('tags and category go along %s', (_, change, sent) => {
  expect(copyBody(selected, {...fields, ...change})).toEqual({
    selection_id: 's',
    server_id: 'nas',
    source: 'stays',
    ...sent,
  })
})

test('a preview says what comes from the source itself, which address is given for it, and why the swarm brings the rest', () => {
  const one = (count: number, why: string | null) => ({
    server_id: 'box',
    count,
    why_swarm: why,
    peers: why === null ? ['192.168.1.5:6881'] : [],
  })
  const preview = {downloads: [one(1, null), one(2, 'It takes none.'), one(3, 'It takes none.')]}
  expect(downloadLines(preview as unknown as CopyPreview, 'nas')).toEqual([
    expect.stringContaining('nas gets it straight from the server'),
    'For that the other server is given this address: 192.168.1.5:6881.',
    'Only the swarm brings 5 of them. It takes none.',
  ])
})
