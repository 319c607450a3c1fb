import {beforeAll, expect, test} from 'vitest'
import {loadWords} from '../../i18n/text.ts'
import {waitingWords} from './preview.ts'

beforeAll(() => loadWords('rules'))

test('before a rule is turned on it says which torrents wait for their server, and which for an Arr or a disk', () => {
  const away = [{server_id: 'nas', server_name: 'NAS', count: 180}]
  const unknown = (count: number) => ({count, bytes: 0})
  expect(waitingWords({unknown: unknown(180), unknown_away: away})).toEqual([
    '180 torrents on NAS are evaluated when that server is back.',
  ])
  expect(waitingWords({unknown: unknown(181), unknown_away: away})[1]).toMatch(
    /^1 more can’t be evaluated yet/,
  )
  expect(waitingWords({unknown: unknown(0), unknown_away: []})).toEqual([])
})
