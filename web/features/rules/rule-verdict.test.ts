import {beforeAll, expect, test} from 'vitest'
import {loadWords} from '../../i18n/text.ts'
import {ruleVerdict} from './rule-verdict.ts'

beforeAll(() => loadWords('rules'))

test.each([
  [[0, 0, 0, 0, 0, 0], 'There are no torrents.'],
  [[9, 0, 0, 0, 0, 0], 'No torrent meets its conditions.'],
  [[9, 0, 0, 0, 4, 0], 'No torrent meets its conditions.'],
  [[9, 0, 0, 0, 9, 0], 'None could be evaluated.'],
  [[9, 1, 1, 0, 0, 0], 'The one that matches waits for its time.'],
  [[9, 3, 3, 0, 0, 0], 'The 3 that match wait for their time.'],
  [[9, 1, 0, 1, 0, 0], 'The one that matches is protected.'],
  [[9, 3, 0, 3, 2, 0], 'The 3 that match are protected.'],
  [[9, 3, 1, 2, 0, 0], 'The 3 that match wait for their time or are protected.'],
  [[9, 3, 1, 0, 0, 2], ''],
] as const)('of %j: %s', ([looked, matched, held, blocked, unknown, act], sentence) => {
  const of = (count: number) => ({count})
  const counts = {matched: of(matched), held: of(held), blocked: of(blocked), unknown: of(unknown)}
  expect(ruleVerdict({subject: 'torrent', looked, ...counts, would_act: of(act)})).toBe(sentence)
})

test('a rule about orphaned files says so', () => {
  const none = {count: 0}
  const counts = {matched: none, held: none, blocked: none, unknown: none, would_act: none}
  expect(ruleVerdict({subject: 'path', looked: 0, ...counts})).toBe('There are no orphaned files.')
  expect(ruleVerdict({subject: 'path', looked: 2, ...counts})).toBe('No orphaned file meets its conditions.')
})
