import {beforeAll, expect, test} from 'vitest'
import type {QueueEntry} from '../../../api/arrs.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {nextWords, queueLines, ruleWords, stageCounts, type QueueTorrent} from './queue-lines.ts'

const NOW = Date.parse('2026-11-20T07:00:00Z')

beforeAll(speakEnglish)

const plain: QueueEntry['row'] = {
  id: 1,
  download_id: 'AB',
  media: [{kind: 'episode', id: 5, parent_id: 2}],
  title: 'Paper S01',
  quality: 'WEB',
  score: 0,
  size: 9,
  size_left: 4,
  status: 'downloading',
  state: 'downloading',
  trouble: 'ok',
  messages: [],
  error_message: '',
  protocol: 'torrent',
  client: 'box',
  indexer: 'one',
  output_path: '',
  added_at: 1,
  done_at: null,
  has_post_import_category: false,
}
const torrent: QueueTorrent = {
  info_hash: 'ab',
  server_id: 'nas',
  server_name: 'nas',
  server_type: 'qbittorrent',
  state: 'downloading',
  complete: false,
  stale: false,
  eta: 120,
}
const entry = (change: Partial<QueueEntry['row']> = {}, rest: Partial<QueueEntry> = {}): QueueEntry => ({
  row: {...plain, ...change},
  media_title: null,
  next: null,
  waits: false,
  torrents: [torrent],
  ...rest,
})
const stuck = entry(
  {id: 3, download_id: 'CD', state: 'importBlocked', messages: [{title: 'Paper', messages: ['Sample']}]},
  {waits: true},
)

test('a pack is one line with all that it is for', () => {
  const second = entry({id: 2, media: [{kind: 'episode', id: 6, parent_id: 2}]})
  const lines = queueLines([entry(), second], NOW)
  expect(lines).toHaveLength(1)
  expect(lines[0]!.media.map(({id}) => id)).toEqual([5, 6])
})

test('what waits comes first, with what the Arr says of any of its rows, each once', () => {
  const silent = entry({id: 4, download_id: 'CD'})
  const again = {...stuck, row: {...stuck.row, id: 5}}
  const [first] = queueLines([entry(), silent, stuck, again], NOW)
  expect([first!.id, first!.stage, first!.sayings]).toEqual(['CD', 'waiting', ['Sample']])
})

test('a message without lines says it in its title', () => {
  const [line] = queueLines([entry({messages: [{title: 'No files found', messages: []}]})], NOW)
  expect(line!.sayings).toEqual(['No files found'])
})

for (const [stage, change, theirs] of [
  ['grabbed', {download_id: null, status: 'delay'}, []],
  ['grabbed', {}, [{...torrent, state: 'metadata'}]],
  ['downloading', {}, [torrent]],
  ['downloading', {}, []],
  ['stalled', {}, [{...torrent, state: 'stalledDown'}]],
  ['importing', {}, [{...torrent, complete: true, state: 'seeding'}]],
  ['importing', {state: 'importPending'}, []],
] as const) {
  test(`${JSON.stringify(change)} beside ${theirs[0]?.state ?? 'no torrent'} is ${stage}`, () => {
    expect(queueLines([entry(change, {torrents: [...theirs]})], NOW)[0]!.stage).toBe(stage)
  })
}

test('the numbers of the stages add up', () => {
  const counts = stageCounts(queueLines([entry(), stuck], NOW))
  expect(counts).toEqual({grabbed: 0, downloading: 1, stalled: 0, importing: 0, waiting: 1})
})

test('of several servers one that can be reached speaks for the download', () => {
  const away = {...torrent, server_id: 'attic', server_name: 'attic', stale: true}
  const [line] = queueLines([entry({}, {torrents: [away, torrent]})], NOW)
  expect(line!.torrents.map((it) => it.server_id)).toEqual(['nas', 'attic'])
})

for (const [what, made] of [
  ['Needs you', stuck],
  ['Import when complete', entry()],
  ['Wait for metadata', entry({}, {torrents: [{...torrent, state: 'metadata'}]})],
  ['Wait for a seed', entry({}, {torrents: [{...torrent, state: 'stalledDown'}]})],
  ['Wait for peers', entry({}, {torrents: [{...torrent, state: 'stalledDown', added_at: NOW - 6_000}]})],
  ['Nothing while it is stopped', entry({}, {torrents: [{...torrent, state: 'stopped'}]})],
  ['Waiting for its server', entry({}, {torrents: [{...torrent, stale: true}]})],
  ['Import any moment', entry({state: 'importPending'})],
  ['Failed', entry({state: 'failedPending'})],
  ['On a server you can’t see', entry({}, {torrents: []})],
  ['Sent after its delay profile', entry({download_id: null, status: 'delay'}, {torrents: []})],
] as const) {
  test(`next: ${what}`, () => {
    expect(nextWords(queueLines([made], NOW)[0]!).what).toBe(what)
  })
}

test('what waits says why, and a server that is away is named', () => {
  const [line] = queueLines([stuck], NOW)
  const [away] = queueLines([entry({}, {torrents: [{...torrent, stale: true}]})], NOW)
  expect([nextWords(line!).more, nextWords(away!).more]).toEqual(['Sample', 'nas is offline'])
})

test('of all rows of a download the nearest rule is said, with what it will do and when', () => {
  const rule = {rule_id: 'r', rule_name: 'Stalled', mode: 'live', server_id: 'nas'} as const
  const late: NonNullable<QueueEntry['next']> = {...rule, actions: ['recheck'], acts_in: 9_000}
  const soon: typeof late = {...rule, actions: ['recycle', 'arr.search'], acts_in: 2_700}
  const wordsOf = (...all: readonly QueueEntry['next'][]) =>
    ruleWords(
      queueLines(
        all.map((next, id) => entry({id}, {next})),
        NOW,
      )[0]!,
    )
  expect(wordsOf(null, null)).toBe(null)
  expect(wordsOf(late, soon, null)).toEqual({
    what: expect.stringMatching(/^Move to the trash, Search again in 45\sm$/),
    rule: 'rule “Stalled”',
  })
  expect(wordsOf({...late, mode: 'ask'})!.what).toMatch(/^Asks in 2\sh: Force recheck$/)
})
