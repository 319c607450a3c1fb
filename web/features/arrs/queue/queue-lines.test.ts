import {beforeAll, expect, test} from 'vitest'
import type {QueueEntry} from '../../../api/arrs.ts'
import {speakEnglish} from '../../../i18n/english.fixture.ts'
import {exactTime, timeOfDay} from '../../../i18n/format-time.ts'
import {
  inOrderOf,
  isAnswerable,
  isCompleted,
  isProblem,
  nextImport,
  nextWords,
  queueLines,
  soonestFirst,
  stageCounts,
  type QueueLine,
  type QueueReading,
  type QueueTorrent,
} from './queue-lines.ts'

const NOW = Date.parse('2026-11-20T07:00:00Z')

beforeAll(speakEnglish)

const plain: QueueEntry['row'] = {
  id: 1,
  download_id: 'AB',
  media: [{kind: 'episode', id: 5, parent_id: 2}],
  title: 'Paper S01',
  quality: 'WEB',
  quality_model: null,
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
  triage: null,
  torrents: [torrent],
  ...rest,
})
const stuck = entry(
  {id: 3, download_id: 'CD', state: 'importBlocked', messages: [{title: 'Paper', messages: ['Sample']}]},
  {waits: true},
)

const sonarr = {id: 'Sonarr', name: 'Sonarr', access: 'own'} as const
const radarr = {id: 'Radarr', name: 'Radarr', access: 'own'} as const

function linesOf(rows: readonly QueueEntry[], of: Partial<QueueReading> = {}): readonly QueueLine[] {
  return queueLines([{arr: sonarr, rows, asOf: null, at: NOW, ...of}], NOW)
}

const lineOf = (row: QueueEntry, of: Partial<QueueReading> = {}): QueueLine => linesOf([row], of)[0]!

test('a pack is one line with all that it is for', () => {
  const second = entry({id: 2, media: [{kind: 'episode', id: 6, parent_id: 2}]})
  const lines = linesOf([entry(), second])
  expect(lines).toHaveLength(1)
  expect(lines[0]!.media.map(({id}) => id)).toEqual([5, 6])
})

test('what waits comes first, with what the Arr says of any of its rows, each once', () => {
  const silent = entry({id: 4, download_id: 'CD'})
  const again = {...stuck, row: {...stuck.row, id: 5}}
  const [first] = linesOf([entry(), silent, stuck, again])
  expect([first!.row.download_id, first!.stage, first!.sayings]).toEqual(['CD', 'waiting', ['Sample']])
})

test('what waits says in plain words why, and who may command its Arr can answer it', () => {
  const triage = {
    class: 'no_audio',
    proposed: 'blocklist_search',
    actions: ['blocklist_search', 'leave'],
  } as const
  const waiting = entry({}, {waits: true, triage: {...triage, actions: [...triage.actions]}})
  const line = lineOf(waiting)
  expect(nextWords(line, NOW)).toEqual({
    what: 'Needs you',
    more: 'The Arr found no audio track in it.',
    isLoud: true,
  })
  expect(isAnswerable(line)).toBe(true)
  expect(isAnswerable(lineOf(waiting, {arr: {...sonarr, access: 'view'}}))).toBe(false)
  expect(isAnswerable(lineOf(waiting, {asOf: NOW - 1}))).toBe(false)
  const left = {class: 'free_space', proposed: 'leave', actions: ['leave']} as const
  expect(isAnswerable(lineOf(entry({}, {waits: true, triage: {...left, actions: ['leave']}})))).toBe(false)
})

test('a message without lines says it in its title', () => {
  const [line] = linesOf([entry({messages: [{title: 'No files found', messages: []}]})])
  expect(line!.sayings).toEqual(['No files found'])
})

for (const [stage, change, theirs] of [
  ['grabbed', {download_id: null, status: 'delay'}, []],
  ['grabbed', {}, [{...torrent, state: 'metadata'}]],
  ['downloading', {}, [torrent]],
  ['downloading', {}, []],
  ['stalled', {}, [{...torrent, state: 'stalledDown'}]],
  ['importing', {}, [{...torrent, complete: true, state: 'seeding'}]],
  ['checking', {}, [{...torrent, state: 'checking'}]],
  ['checking', {}, [{...torrent, complete: true, state: 'checking'}]],
  ['importing', {state: 'importPending'}, [{...torrent, state: 'checking'}]],
  ['importing', {state: 'importPending'}, []],
] as const) {
  test(`${JSON.stringify(change)} beside ${theirs[0]?.state ?? 'no torrent'} is ${stage}`, () => {
    expect(linesOf([entry(change, {torrents: [...theirs]})])[0]!.stage).toBe(stage)
  })
}

test('the numbers of the stages add up', () => {
  const counts = stageCounts(linesOf([entry(), stuck]))
  expect(counts).toEqual({grabbed: 0, downloading: 1, stalled: 0, checking: 0, importing: 0, waiting: 1})
})

test('of several servers one that can be reached speaks for the download', () => {
  const away = {...torrent, server_id: 'attic', server_name: 'attic', stale: true}
  const [line] = linesOf([entry({}, {torrents: [away, torrent]})])
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
    expect(nextWords(linesOf([made])[0]!, NOW).what).toBe(what)
  })
}

test('what waits says why, and a server that is away is named', () => {
  const [line] = linesOf([stuck])
  const [away] = linesOf([entry({}, {torrents: [{...torrent, stale: true}]})])
  expect([nextWords(line!, NOW).more, nextWords(away!, NOW).more]).toEqual(['Sample', 'nas is offline'])
})

const rule: NonNullable<QueueEntry['next']> = {
  rule_id: 'r',
  rule_name: 'Stalled',
  mode: 'live',
  server_id: 'nas',
  actions: ['failDownload'],
  replaces: true,
  acts_in: 1_740,
}
const asking: typeof rule = {...rule, mode: 'ask', replaces: false, actions: ['recheck']}
const looks = (change: Partial<QueueTorrent>) => ({torrents: [{...torrent, eta: null, ...change}]})
const timeAt = (seconds: number) => timeOfDay(NOW + seconds * 1_000)
const stalled = looks({state: 'stalledDown'})

for (const [what, next, theirs, words] of [
  ['stalled', rule, stalled, [`Replace at ${timeAt(1_740)}`, 'unless data arrives']],
  [
    'without metadata',
    rule,
    looks({state: 'metadata'}),
    [`Replace at ${timeAt(1_740)}`, 'unless metadata arrives'],
  ],
  [
    'not replaced, but asked about',
    asking,
    looks({}),
    [`Asks at ${timeAt(1_740)}: Force recheck`, 'rule “Stalled”'],
  ],
  ['complete before', rule, {}, ['Import when complete', expect.stringMatching(/^in 2\sm$/)]],
  [
    'on another day',
    {...rule, acts_in: 86_400},
    stalled,
    [`Replace ${exactTime(NOW + 86_400_000, NOW)}`, 'unless data arrives'],
  ],
] as const) {
  test(`what a rule is about to do, and when, of a download that is ${what}`, () => {
    const said = nextWords(lineOf(entry({}, {...theirs, next})), NOW)
    expect([said.what, said.more]).toEqual(words)
  })
}

test('of all rows of a download the nearest rule is said, from when it was read on', () => {
  const late = {...rule, acts_in: 9_000}
  const rows = [late, rule, null].map((next, id) => entry({id}, {...stalled, next}))
  const [line] = linesOf(rows, {at: NOW - 60_000})
  expect(line!.actsAt).toBe(NOW + 1_680_000)
})

const hash = 'ab'.repeat(20)

test('a torrent that two Arrs have in their queues is one line, with both', () => {
  const one = {arr: sonarr, rows: [entry({download_id: hash})], asOf: null, at: NOW}
  const other = {...one, arr: radarr, rows: [entry({id: 9, download_id: hash.toUpperCase()})]}
  const lines = queueLines([one, other], NOW)
  expect(lines.map(({arrs}) => arrs.map(({name}) => name))).toEqual([['Sonarr', 'Radarr']])
})

test('what only has the same number in two Arrs are two lines', () => {
  const rows = [entry({download_id: null}), entry({id: 2, download_id: '17'})]
  const both = [sonarr, radarr].map((arr) => ({arr, rows, asOf: null, at: NOW}))
  expect(new Set(queueLines(both, NOW).map(({id}) => id)).size).toBe(4)
})

test('of two Arrs the one that can be read speaks for the download', () => {
  const old = {arr: sonarr, rows: [entry({download_id: hash})], asOf: NOW - 1, at: NOW}
  const [line] = queueLines([old, {...old, arr: radarr, asOf: null}], NOW)
  expect([line!.arr.name, line!.asOf]).toEqual(['Radarr', null])
})

for (const [what, made, words] of [
  ['is imported by it when it is back', entry({state: 'importPending'}), 'Waiting for Sonarr'],
  ['is complete', entry({}, {torrents: [{...torrent, complete: true}]}), 'Waiting for Sonarr'],
  ['goes on without it', entry(), 'Import when complete'],
] as const) {
  test(`what ${what}, while its Arr is away`, () => {
    expect(nextWords(lineOf(made, {asOf: NOW - 60_000}), NOW).what).toBe(words)
  })
}

const named = (id: string, made: QueueEntry): QueueEntry => ({...made, row: {...made.row, download_id: id}})

test('what comes soonest is first, and what is unknown last, as it was', () => {
  const away = {torrents: [{...torrent, stale: true}]}
  const rows = [
    named('away', entry({}, away)),
    named('never', entry({}, {torrents: [{...torrent, eta: null}]})),
    named('replaced', entry({}, {...stalled, next: rule})),
    named('soon', entry()),
    named('now', entry({state: 'importing'})),
  ]
  const order = soonestFirst(linesOf(rows), NOW).map(({row}) => row.download_id)
  expect(order).toEqual(['now', 'soon', 'replaced', 'away', 'never'])
})

test('the next import is of what is complete first, and not replaced before', () => {
  const rows = [
    named('later', entry({}, {torrents: [{...torrent, eta: 600}]})),
    named('replaced', entry({}, {next: {...rule, acts_in: 60}})),
    named('away', entry({}, {torrents: [{...torrent, stale: true}]})),
  ]
  expect(nextImport(linesOf(rows), NOW)).toMatchObject({line: {row: {download_id: 'later'}}, seconds: 600})
  expect(nextImport(linesOf(rows.slice(1)), NOW)).toBe(null)
})

for (const [what, made, expected] of [
  ['goes on', entry(), false],
  ['stands still', entry({}, stalled), true],
  ['is about to be replaced', entry({}, {next: rule}), true],
  ['is on a server that is away', entry({}, {torrents: [{...torrent, stale: true}]}), true],
  ['failed', entry({state: 'failedPending'}), true],
  ['troubles its Arr', entry({trouble: 'warning'}), true],
] as const) {
  test(`what ${what} is ${expected ? 'a' : 'no'} problem`, () => {
    expect(isProblem(lineOf(made))).toBe(expected)
  })
}

test('completed is what its torrent says, and its Arr where there is none in sight', () => {
  const made = [
    entry({status: 'completed'}),
    entry({}, {torrents: [{...torrent, complete: true}]}),
    entry({status: 'completed'}, {torrents: []}),
  ]
  expect(made.map((one) => isCompleted(lineOf(one)))).toEqual([false, true, true])
})

test('held lines stay where they are, and new ones come last', () => {
  const lines = linesOf([named('a', entry()), named('b', entry()), named('c', entry())])
  const idOf = (name: string) => `Sonarr ${name}`
  const held = inOrderOf(lines, [idOf('c'), idOf('gone'), idOf('b')])
  expect(held.map(({row}) => row.download_id)).toEqual(['c', 'b', 'a'])
})
