import {describe, expect, test} from 'vitest'
import type {ArrHealthItem, QueueRow} from '#model/arr.ts'
import {searchTexts} from '#model/search-texts.ts'
import {searchReasons, type SearchPause, type SearchReason} from '#model/searching.ts'
import {ImportWaits, pauseOf, pausesOf, type PauseChoice, type Surroundings} from './search-pauses.ts'
import {allWell, DAY_MS, HOUR_MS, noPauses, NOW} from './searching.fixture.ts'

const MINUTE_MS = 60_000
const GB = 1_000_000_000

function row(id: number, more: Partial<QueueRow> = {}): QueueRow {
  const state = {state: 'downloading', status: 'downloading', trouble: 'ok', sizeLeft: 5} as const
  return {id, downloadId: `D${id}`, media: [], ...state, ...more} as QueueRow
}

const check = (source: string, level: ArrHealthItem['level'], wikiUrl = ''): ArrHealthItem => ({
  source,
  level,
  message: '',
  wikiUrl,
})

function paused(more: Partial<Surroundings>, choice: Partial<PauseChoice> = {}) {
  return pausesOf({...allWell, ...more}, {...noPauses, ...choice}, NOW)
}

const wiki = 'https://wiki.servarr.com/radarr/system#'

describe('what pauses the searches of an Arr', () => {
  test.each<[string, Partial<Surroundings>, SearchPause[], number | null]>([
    ['nothing', {}, [], null],
    ['no search on a schedule is wanted', {isOn: false}, ['off'], null],
    ['Q34 rules only report there', {isObserved: true}, ['observed'], null],
    ['Q34 downloads alone are looked after', {isProcessingOnly: true}, ['processing_only'], null],
    ['Q54 the database takes no rows', {isStorageWell: false}, ['storage'], null],
    ['the Arr is away', {onlineSince: null}, ['arr_offline'], null],
    ['its queue cannot be read', {queue: null}, ['arr_offline'], null],
    ['it came back a minute ago', {onlineSince: NOW - MINUTE_MS}, ['arr_starting'], NOW + MINUTE_MS],
    ['Q23 its library is in doubt', {isLibrarySure: false}, ['library_unsure'], null],
    ['Q7 the clock jumped', {isClockSure: false}, ['clock'], null],
    ['a person paused it for an hour', {pausedUntil: NOW + HOUR_MS}, ['paused'], NOW + HOUR_MS],
    ['a person paused it', {pausedUntil: null}, ['paused'], null],
    ['our internet is down', {internetSince: null}, ['internet'], null],
    ['our internet is up again', {internetSince: NOW - MINUTE_MS}, ['internet'], NOW + 9 * MINUTE_MS],
    ['Q10 a command does not end', {isCommandStuck: true}, ['command_stuck'], null],
    [
      'Q18 all indexers are blocked',
      {checks: [check('IndexerSearchCheck', 'warning', `${wiki}indexers-are-unavailable-due-to-failures`)]},
      ['no_indexer'],
      null,
    ],
    [
      'Q18 no indexer searches automatically',
      {
        checks: [
          check(
            'IndexerSearchCheck',
            'warning',
            `${wiki}no-indexers-available-with-automatic-search-enabled`,
          ),
        ],
      },
      ['no_indexer'],
      null,
    ],
    [
      'no indexer searches for people',
      {
        checks: [
          check(
            'IndexerSearchCheck',
            'warning',
            `${wiki}no-indexers-available-with-interactive-search-enabled`,
          ),
        ],
      },
      [],
      null,
    ],
    ['Q48 none of its servers is online', {hasServer: false}, ['servers_offline'], null],
    [
      'Q48 its download client is red',
      {checks: [check('DownloadClientStatusCheck', 'error')]},
      ['servers_offline'],
      null,
    ],
    [
      'a download client of several is yellow',
      {checks: [check('DownloadClientStatusCheck', 'warning')]},
      [],
      null,
    ],
    [
      'Q49 a library folder is not accessible',
      {room: {roots: [{path: '/a', accessible: false, freeSpace: null}], minimumFreeMiB: 100}},
      ['disk_low'],
      null,
    ],
    [
      'Q49 a library folder is full',
      {room: {roots: [{path: '/a', accessible: true, freeSpace: 50 * 1_048_576}], minimumFreeMiB: 100}},
      ['disk_low'],
      null,
    ],
    [
      'a library folder has space',
      {room: {roots: [{path: '/a', accessible: true, freeSpace: GB}], minimumFreeMiB: 100}},
      [],
      null,
    ],
    [
      'the Arr wants no space left',
      {room: {roots: [{path: '/a', accessible: true, freeSpace: 1}], minimumFreeMiB: 0}},
      [],
      null,
    ],
    ['Q49 its servers are full', {areServersFull: true}, ['disk_low'], null],
    [
      'Q13 an import waits',
      {queue: [row(1, {state: 'importPending', sizeLeft: 0})]},
      ['import_waiting'],
      null,
    ],
    [
      'Q13 an import waits for more than an hour',
      {queue: [row(1, {state: 'importPending'})], stuckRows: new Set([1])},
      [],
      null,
    ],
    ['Q49 too many downloads', {queue: Array.from({length: 20}, (_, at) => row(at))}, ['queue_full'], null],
    [
      'too many downloads that stall',
      {queue: Array.from({length: 20}, (_, at) => row(at, {status: 'warning'}))},
      [],
      null,
    ],
    [
      'twenty episodes of one download',
      {queue: Array.from({length: 20}, (_, at) => row(at, {downloadId: 'D' as never}))},
      [],
      null,
    ],
    [
      'Q19 an indexer with half of all grabs is blocked',
      {blockedShare: 0.5, blockedUntil: NOW + HOUR_MS},
      ['indexer_blocked'],
      NOW + HOUR_MS,
    ],
    [
      'Q19 an indexer with a few grabs is blocked',
      {blockedShare: 0.02, blockedUntil: NOW + HOUR_MS},
      [],
      null,
    ],
    ['Q12 another tool runs five searches', {searchCommands: 5}, ['others_searching'], null],
    ['Q12 another tool runs four searches', {searchCommands: 4}, [], null],
  ])('%s', (_, more, codes, until) => {
    const pauses = paused(more)
    expect([...pauses.keys()]).toEqual(codes)
    if (codes.length > 0) expect(pauses.get(codes[0]!)).toBe(until)
  })

  test('quiet hours pause until they end', () => {
    expect([...paused({}, {quietUntil: () => NOW + DAY_MS})]).toEqual([['quiet_hours', NOW + DAY_MS]])
  })
})

describe('what passes a pause', () => {
  const all = [...searchReasons]
  const backlog: SearchReason[] = ['missing', 'minimum', 'cutoff', 'score', 'upgrade']
  const but = (...some: readonly SearchReason[]) => all.filter((reason) => !some.includes(reason))

  test.each<[SearchPause, readonly SearchReason[]]>([
    ['storage', []],
    ['arr_offline', []],
    ['arr_starting', []],
    ['library_unsure', []],
    ['observed', ['person']],
    ['processing_only', ['person', 'failure']],
    ['off', ['person', 'failure', 'request', 'rule']],
    ['clock', ['person']],
    ['paused', ['person']],
    ['import_waiting', ['person']],
    ['no_indexer', ['person']],
    ['queue_full', ['person', 'failure']],
    ['disk_low', ['person']],
    ['quiet_hours', ['person', 'failure']],
    ['indexer_blocked', but(...backlog)],
  ])('%s is passed by some reasons alone', (code, passing) => {
    const pauses = new Map([[code, null]])
    expect(all.filter((reason) => pauseOf(pauses, reason) === null)).toEqual(passing)
  })

  test('Q49 what failed passes a full queue, and waits for a full disk, which is named', () => {
    const unfinished = Array.from({length: 20}, (_, id) => row(id))
    const queueFull = paused({queue: unfinished})
    expect(pauseOf(queueFull, 'missing')).toEqual({code: 'queue_full', until: null})
    expect(pauseOf(queueFull, 'failure')).toBeNull()
    const both = paused({queue: unfinished, areServersFull: true})
    expect(pauseOf(both, 'failure')).toEqual({code: 'disk_low', until: null})
    expect(searchTexts['search.pause.disk_low']).toContain('is full')
  })

  test('the first pause that is not passed is named', () => {
    const pauses = paused({pausedUntil: null, queue: null})
    expect(pauseOf(pauses, 'missing')).toEqual({code: 'arr_offline', until: null})
    expect(pauseOf(paused({pausedUntil: null, isOn: false}), 'rule')).toEqual({code: 'paused', until: null})
  })
})

describe('imports that wait', () => {
  test('Q13 what waits for an hour counts as stuck, whether it is blocked or pending in between', () => {
    const waits = new ImportWaits()
    const stuck = (steady: number, ...rows: QueueRow[]) => [...waits.stuckIn(rows, steady)]
    const pending = row(1, {state: 'importPending'})
    expect(stuck(0, pending)).toEqual([])
    expect(stuck(20 * MINUTE_MS, {...pending, state: 'importBlocked'}, row(2, {state: 'importing'}))).toEqual(
      [],
    )
    expect(stuck(HOUR_MS, pending, row(2, {state: 'importing'}))).toEqual([1])
    expect(stuck(HOUR_MS + 1, row(1), row(2, {state: 'importing'}))).toEqual([])
    // It began again.
    expect(stuck(2 * HOUR_MS, pending, row(2, {state: 'importing'}))).toEqual([2])
  })
})
