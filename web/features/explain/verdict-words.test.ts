import {beforeAll, expect, test, vi} from 'vitest'
import {verdictOf} from '#rules/torrent-verdict.ts'
import {aroundIn, situations, reportedIn} from '#rules/verdict-situations.fixture.ts'
import {AT} from '#rules/world.fixture.ts'
import {loadWords} from '../../i18n/text.ts'
import {countedWords} from './fact-words.ts'
import {phraseWords} from './verdict-words.ts'

beforeAll(async () => {
  await Promise.all([loadWords('verdict'), loadWords('explain')])
  // The sentences of the table have moments in UTC.
  vi.stubEnv('TZ', 'UTC')
  return () => void vi.unstubAllEnvs()
})

test.each(situations.map((it, n) => [n + 1, it.sentence, it] as const))(
  'the page says, as the API does: %i: %s',
  (_, sentence, it) => {
    const {says} = verdictOf(reportedIn(it), aroundIn(it))
    expect(phraseWords({...says, values: {...says.values}}, AT)).toBe(sentence)
  },
)

test.each([
  [{what: 'seeding', done: 14_400, needed: 864_000, unit: 'seconds'}, '4 h of 10 d'],
  [{what: 'ratio', done: 2.04, needed: 2, unit: 'plain'}, '2.04 of 2.00'],
  [{what: 'strikes', done: 1, needed: 3, unit: 'count'}, '1 of 3'],
  [{what: 'progress', done: 0.374, needed: 1, unit: 'share'}, '37.4 % of 100 %'],
] as const)('what is counted is shown with what is needed: %j', (counted, words) => {
  expect(countedWords(counted).replaceAll('\u00a0', ' ')).toBe(words)
})
