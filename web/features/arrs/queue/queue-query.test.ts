import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {queueCompletions, queueValues} from './queue-completions.ts'
import type {QueueLine, QueueTorrent} from './queue-lines.ts'
import {isFigure, isWords, queueFieldCalled, queueFields, queueQuery, stateNames} from './queue-query.ts'

const NOW = Date.parse('2026-11-20T07:00:00Z')

beforeAll(speakEnglish)

const torrent: QueueTorrent = {
  info_hash: 'ab',
  server_id: 'nas',
  server_name: 'nas',
  server_type: 'qbittorrent',
  state: 'downloading',
  complete: false,
  stale: false,
  size: 5e9,
  progress: 0.4,
  eta: 3_600,
  down_speed: 2e6,
  ratio: 0.1,
  category: 'films',
}
const line = (change: Partial<QueueLine> = {}, row: Partial<QueueLine['row']> = {}): QueueLine => ({
  id: 'AB',
  arr: {id: 'radarr', name: 'Radarr', access: 'own'},
  arrs: [{id: 'radarr', name: 'Radarr', access: 'own'}],
  asOf: null,
  row: {
    id: 1,
    download_id: 'AB',
    media: [],
    title: 'Paper.Ferry.2024.1080p-NONE',
    quality: 'WEBDL-1080p',
    quality_model: null,
    score: 0,
    size: 5e9,
    size_left: 4,
    status: 'downloading',
    state: 'downloading',
    trouble: 'ok',
    messages: [],
    error_message: '',
    protocol: 'torrent',
    client: 'box',
    indexer: 'Tidemark',
    output_path: '',
    added_at: NOW - 7_200_000,
    done_at: null,
    has_post_import_category: false,
    ...row,
  },
  media: [],
  title: 'Páper Ferry (2024)',
  torrents: [torrent],
  state: 'downloading',
  waits: false,
  triage: null,
  next: null,
  actsAt: null,
  stage: 'downloading',
  sayings: [],
  ...change,
})
const reader = {
  servers: [
    {id: 'nas', name: 'nas', kind: 'qbittorrent' as const},
    {id: 'box', name: 'seedbox', kind: 'qbittorrent' as const},
  ],
  arrs: [
    {id: 'radarr', name: 'Radarr', kind: 'radarr' as const},
    {id: 'tv', name: 'Series', kind: 'sonarr' as const},
  ],
  now: NOW,
}

function judged(text: string, one = line()): boolean | null | string {
  const {judge, mistakes} = queueQuery(text, reader)
  return mistakes.length > 0 ? mistakes.map(({code, found}) => `${code} ${found}`).join(', ') : judge(one)
}

test.each([
  ['', true],
  ['paper ferry', true],
  ['PAPER.FERRY', true],
  ['páper', true],
  ['"ferry paper"', false],
  ['ferry paper nas radarr', true],
  ['-paper', false],
  ['/ferry.20\\d\\d/', true],
  ['-/ferry/', false],
  ['arr:radarr', true],
  ['arr:series', false],
  ['arr:sonarr', false],
  ['arr:radarr arr:series', true],
  ['arr!=radarr', false],
  ['-arr:series', true],
  ['server:nas', true],
  ['server:seedbox', false],
  ['server:nas,seedbox', true],
  ['state:downloading', true],
  ['state:stalled,stopped', false],
  ['title:"paper ferry"', true],
  ['release:1080p-none', true],
  ['name:1080p', true],
  ['size>4GB', true],
  ['size < 4 GB', false],
  ['size:4GB..6GB', true],
  ['-size>4GB', false],
  ['progress>=40%', true],
  ['eta<2h', true],
  ['down>1MB/s', true],
  ['ratio<1', true],
  ['added<3h', true],
  ['added<1h', false],
  ['when<2h', true],
  ['when:2h', true],
  ['when>2h', false],
  ['when:today', true],
  ['is:complete', false],
  ['is:incomplete', true],
  ['is:problem', false],
  ['quality:webdl', true],
  ['indexer:tide', true],
  ['protocol:usenet', false],
  ['category:films', true],
  ['size>10GB OR paper', true],
  ['(size>10GB OR ratio>1) paper', false],
  ['NOT (size>10GB OR ratio>1)', true],
  ['paper AND NOT is:complete', true],
])('`%s`: %s', (text, expected) => {
  expect(judged(text)).toBe(expected)
})

test.each([
  ['eta>1h', {torrents: [{...torrent, eta: null}]}],
  ['-eta>1h', {torrents: [{...torrent, eta: null}]}],
  ['NOT eta>1h', {torrents: [{...torrent, eta: null}]}],
  ['server:nas', {torrents: []}],
  ['-server:nas', {torrents: []}],
  ['state:stopped', {torrents: [], state: null}],
  ['title:ferry', {title: null}],
  ['when<1h', {torrents: [{...torrent, stale: true}]}],
  ['-when<1h', {torrents: [{...torrent, stale: true}]}],
] satisfies [string, Partial<QueueLine>][])(
  'what is not known is on neither side of `%s`',
  (text, change) => {
    expect(judged(text, line(change))).toBeNull()
    expect(judged(`${text} OR 1080p`, line(change))).toBe(true)
    expect(judged(`${text} nothing-of-that-name`, line(change))).toBe(false)
  },
)

test.each([
  ['sise>4GB', 'unknown_field sise'],
  ['tag:mine', 'unknown_field tag:mine'],
  ['size>4GX', 'unknown_unit 4GX'],
  ['size>much', 'not_a_number much'],
  ['when<soon', 'not_a_time soon'],
  ['size:', 'value_missing '],
  ['arr:radar7', 'unknown_arr radar7'],
  ['server:attic', 'unknown_server attic'],
  ['state:sleeping', 'unknown_value sleeping'],
  ['is:good', 'unknown_value good'],
  ['arr>radarr', 'wrong_operator arr>radarr'],
  ['(paper', 'unmatched_parenthesis (paper'],
  ['paper OR', 'side_missing OR'],
  ['/paper', 'open_pattern /paper'],
  ['/(?=a)b/', 'unknown_value /(?=a)b/'],
  ['/(a{100}){100}/', 'unknown_value /(a{100}){100}/'],
  ['/(/', 'unknown_value /(/'],
])('`%s` is a mistake at its word: %s', (text, expected) => {
  expect(judged(text)).toBe(expected)
})

test.each(['(\\w|\\d)+$', '(a|a)+$', '((a+)b?)+$', 'a*a*a*a*a*b$', '(a+)+b'])(
  'the pattern `%s`, which a link may bring, is looked for without trying every way to read a long name',
  (pattern) => {
    const long = line({title: `${'a'.repeat(390)}!`}, {title: `${'a'.repeat(390)}!`})
    expect(judged(`/${pattern}/`, long)).toBe(false)
  },
)

test('the patterns of one text have a bound together', () => {
  const large = `/${'(a|b)'.repeat(90)}/`
  expect(judged(large)).toBe(false)
  expect(judged(`${large} ${large}`)).toMatch(/^unknown_value/)
})

test('what is meant is suggested', () => {
  const suggested = (text: string) => queueQuery(text, reader).mistakes.map(({suggestion}) => suggestion)
  expect(suggested('sise>4GB')).toEqual(['size'])
  expect(suggested('is:completed')).toEqual(['complete'])
  expect(suggested('state:paused')).toEqual(['stopped'])
  expect(suggested('arr:radar7')).toEqual(['Radarr'])
})

test('each word of `is` and each state is understood, and fields keep the spellings of the search of torrents', () => {
  for (const word of Object.keys(isWords)) expect(typeof judged(`is:${word}`)).toBe('boolean')
  for (const word of stateNames) expect(typeof judged(`state:${word}`)).toBe('boolean')
  expect(['dl', 'done', 'cat', 'status', 'item', 'name', 'next'].map(queueFieldCalled)).toEqual([
    'down',
    'progress',
    'category',
    'state',
    'title',
    'release',
    'when',
  ])
  for (const field of queueFields) expect(queueFieldCalled(field)).toBe(field)
})

const offered = (written: string, isAsked = false) =>
  queueCompletions(written, written.length, queueValues([line()]), isAsked).map((it) => it.text)

test('fields and values are offered as they are in the queue, and each is understood', () => {
  expect(offered('si')).toEqual(['size>'])
  expect(offered('paper wh')).toEqual(['when<'])
  expect(offered('')).toEqual([])
  expect(offered('', true)).toHaveLength(queueFields.length)
  expect(offered('arr:')).toEqual(['Radarr'])
  expect(offered('arr:radarr,')).toEqual([])
  expect(offered('is:st')).toEqual(['stalled', 'stale'])
  expect(offered('-quality:')).toEqual(['WEBDL-1080p'])
  expect(offered('"paper')).toEqual([])
  for (const field of queueFields)
    for (const value of queueCompletions(`${field}:`, field.length + 1, queueValues([line()]), false))
      expect(
        typeof judged(`${field}${isFigure(field) ? '<' : ':'}${value.text}`),
        `${field} ${value.text}`,
      ).toBe('boolean')
})
