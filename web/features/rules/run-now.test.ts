import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {runSummary, whyNotRun} from './run-now.ts'

beforeAll(() => speakEnglish())

const GIB = 1024 ** 3
const row = (name: string) =>
  ({server_id: 'box', info_hash: name, name, size: GIB, actions: [], because: []}) as const
const shown = (id: string, torrents: readonly string[], {count = torrents.length, unknown = 0} = {}) => ({
  id,
  revision: 3,
  mode: 'live' as const,
  preview: {
    would_act: {count, bytes: count * GIB},
    unknown: {count: unknown, bytes: 0},
    rows: torrents.map((it) => ({...row(it), actions: [], because: []})),
    shown: `preview of ${id}`,
  },
})
const wordsOf = (...given: Parameters<typeof runSummary>) =>
  runSummary(...given).words.replaceAll('\u00a0', ' ')

test('what is confirmed is what was shown of each rule, without those that would do nothing', () => {
  const all = [shown('a', ['x', 'y']), shown('b', []), shown('c', ['z'], {unknown: 4})]
  expect(runSummary(all).orders).toEqual([
    {id: 'a', revision: 3, mode: 'live', shown: 'preview of a'},
    {id: 'c', revision: 3, mode: 'live', shown: 'preview of c'},
  ])
  expect(wordsOf(all)).toMatch(/^Together: 3 torrents, 3.* GiB\. 4 more depend/)
  expect(runSummary([shown('b', [])]).orders).toEqual([])
})

test('a torrent that several rules act on counts once, and where not all are named that is said', () => {
  expect(wordsOf([shown('a', ['x', 'y']), shown('b', ['y'])])).toBe('Together: 2 torrents, 2.00 GiB.')
  expect(wordsOf([shown('a', ['x'], {count: 300}), shown('b', ['x'])])).toBe(
    'Together: 301 torrents, 301 GiB. One that several rules act on counts for each.',
  )
})

test('while not all rules were looked at the sum says of how many it is', () => {
  expect(wordsOf([shown('a', ['x'])], 3)).toBe(
    'Together: 1 torrent, 1.00 GiB. Looked at 1 of 3 rules so far.',
  )
  expect(wordsOf([], 3)).toBe(
    'Together they would act on nothing that is known. Looked at 0 of 3 rules so far.',
  )
})

test('a rule that is off, paused, kept from acting, or about something else than torrents says why it does not run', () => {
  const runs = {mode: 'live', subject: 'torrent', suspended: null, obstacle: null} as const
  expect(whyNotRun(runs)).toBeNull()
  const others = [
    {...runs, mode: 'off'},
    {...runs, suspended: {at: 1, reason: 'maxShare', detail: {}}},
    {...runs, obstacle: 'no_server'},
    {...runs, subject: 'path'},
    {...runs, subject: 'server'},
  ] as const
  expect(new Set(others.map((it) => whyNotRun(it))).size).toBe(5)
})
