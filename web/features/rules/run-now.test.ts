import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {runSummary, whyNotRun} from './run-now.ts'

beforeAll(() => speakEnglish())

const shown = (id: string, count: number, unknown = 0) => ({
  id,
  revision: 3,
  mode: 'live' as const,
  preview: {
    would_act: {count, bytes: count * 1024 ** 3},
    unknown: {count: unknown, bytes: 0},
    shown: `preview of ${id}`,
  },
})

test('what is confirmed is what was shown of each rule, without those that would do nothing', () => {
  const {orders, words} = runSummary([shown('a', 2), shown('b', 0), shown('c', 1, 4)])
  expect(orders).toEqual([
    {id: 'a', revision: 3, mode: 'live', shown: 'preview of a'},
    {id: 'c', revision: 3, mode: 'live', shown: 'preview of c'},
  ])
  expect(words).toMatch(/^Together: 3 torrents, 3.*GiB\..* 4 more depend/)
  expect(runSummary([shown('b', 0)]).orders).toEqual([])
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
