import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {aboutWanted} from './about-wanted.ts'
import {words} from './all-rules.fixture.ts'
import {readDocument} from './form/rule-document.ts'
import {plainText} from './sentence-pieces.ts'
import {sentenceOf} from './sentence.ts'
import {readRulesSearch} from './rules-search.ts'

beforeAll(() => speakEnglish())

test.each([
  ['resting', 'films', 'Search a title first when it belongs to films and it is resting.'],
  ['held', null, 'Search a title first when it is held up.'],
  ['all', null, 'Search a title first when it is monitored.'],
  ['no group', null, 'Search a title first when it is monitored.'],
])('a rule about what was shown: %s, %s: %s', (group, arr, sentence) => {
  const {says} = sentenceOf(readDocument(aboutWanted(group, arr))!, words)
  expect(plainText(says).replaceAll('\u00a0', ' ')).toBe(sentence)
})

test('its address says what was shown', () => {
  expect(readRulesSearch({new: true, wanted: 'resting', arr: 'films', other: 1})).toEqual({
    new: true,
    wanted: 'resting',
    arr: 'films',
  })
})
