import {beforeAll, expect, test} from 'vitest'
import type {RecentAction} from '../../api/actions.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {causeWords, confirmWords, moreOfCause, resultText, type ProblemGroup} from './result-groups.ts'

beforeAll(speakEnglish)

const group = (told: Partial<ProblemGroup>): ProblemGroup => ({
  outcome: 'refused',
  code: 'not_supported',
  message: 'It cannot.',
  count: 1,
  servers: ['nas'],
  items: [],
  ...told,
})

test.each([
  ['a server that the words do not name stands before them', {}, 'nas: It cannot.', ''],
  [
    'the first sentence is the cause, the rest is told on demand',
    {message: 'nas is unreachable. Nothing listens at 10.0.0.2. Is it on?', code: 'server_not_online'},
    'nas is unreachable.',
    'Nothing listens at 10.0.0.2. Is it on?',
  ],
  [
    'a version is no end of a sentence',
    {message: 'nas has qBittorrent 4.3.9, which has no tags.'},
    'nas has qBittorrent 4.3.9, which has no tags.',
    '',
  ],
  [
    'several servers that are away are told together',
    {message: 'nas is banned. Wait.', code: 'server_not_online', servers: ['nas', 'loft']},
    'Not online: nas, loft.',
    '',
  ],
  [
    'who may not is told what he may',
    {message: 'This takes the right "control".', code: 'forbidden'},
    'You can view nas, but not control its torrents. Ask its owner.',
    '',
  ],
  [
    'of many servers three are named',
    {servers: ['a1', 'b1', 'c1', 'd1', 'e1']},
    'a1, b1, c1 and 2 more: It cannot.',
    '',
  ],
] as const)('%s', (_, told, words, more) => {
  expect([causeWords(group(told)), moreOfCause(group(told))]).toEqual([words, more])
})

test('as text all that was said is there, with the server', () => {
  const problems = [group({message: 'No. Never.', items: [{key: 'nas~a', name: 'Paper'}]})]
  const counts = {done: 0, failed: 0, refused: 1, unconfirmed: 0}
  const action = {verb: 'stop', count: 1, counts} as Parameters<typeof resultText>[0]
  expect(resultText(action, {done: {count: 0, servers: []}, problems, omitted: 0})).toBe(
    'Stop: 0 of 1 done\n1 rejected: nas: No. Never.\n  Paper',
  )
})

test('what is confirmed for how many is said where the causes do not say it', () => {
  const words = (retryable: number, confirmable: RecentAction['confirmable'], omitted = 0) =>
    confirmWords({retryable, confirmable}, {omitted})
  expect(words(2, {accepts_others: 2})).toEqual([])
  expect(words(3, {})).toEqual([])
  const [others, doubt, rest, ...more] = words(5, {accepts_others: 1, accepts_doubt: 2})
  expect(others).toMatch(/^For 1 torrent.*may lose files/)
  expect(doubt).toMatch(/^For 2 torrents.*unknown/)
  expect(rest).toMatch(/^2 more .*only retried/)
  expect(more).toEqual([])
  // All that fit the list are final, and others beyond it are not.
  expect(words(4, {accepts_doubt: 4}, 4)).toEqual([expect.stringMatching(/^For 4 torrents/)])
})
