import {beforeAll, expect, test} from 'vitest'
import {ruleExamples} from '#registry/rules/examples.ts'
import {ruleOf} from '#rules/parse.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {words} from './all-rules.fixture.ts'
import {readDocument} from './form/rule-document.ts'
import {plainText} from './sentence-pieces.ts'
import {templatesFor} from './templates.ts'

beforeAll(() => speakEnglish())

const best = (described: string) => templatesFor(described, ruleExamples, words)[0]
const spaced = (it: string) => it.replaceAll('\u00a0', ' ')

test('where nothing is described all eighteen are there, each with its sentence', () => {
  const all = templatesFor(' ', ruleExamples, words)
  expect(all.map(({name}) => name)).toEqual(ruleExamples.map(({name}) => name))
  for (const {says} of all) expect(plainText(says)).toMatch(/\.$/)
})

test.each([
  ['keep disk free', 'Free space'],
  ['remove stuck downloads', 'Stalled'],
  ['delete what has seeded enough', 'Seeding done'],
  ['never delete my favorites', 'Favorites'],
  ['throttle upload of public torrents', 'Upload limit for public torrents'],
  ['move inactive torrents to another folder', 'Archive'],
  ['fake files with a virus', 'Dangerous files'],
  ['leftover files', 'Set orphans aside'],
  ['tell me when an import is stuck', 'Import stuck'],
  ['recheck on errors', 'Recheck errors'],
  ['unregistered', 'Unregistered'],
])('“%s” finds “%s” first', (described, name) => {
  expect(best(described)?.name).toBe(name)
})

test('figures that are described stand in the sentence', () => {
  expect(spaced(plainText(best('keep 300 GB of disk space free')!.says))).toContain('less than 300 GB free')
  expect(spaced(plainText(best('stop at ratio 4.5')!.says))).toContain('ratio is at least 4.5')
  expect(spaced(plainText(best('archive what was idle for 90 days')!.says))).toContain('90 days')
  expect(spaced(plainText(best('limit upload to 2 MiB/s')!.says))).toContain('2 MiB/s')
})

test('whatever is described, what comes of it is a rule without a mistake', () => {
  for (const described of [
    '',
    'keep 300 GB free',
    'ratio 3 after 2 weeks at 5 MB/s with 90 %',
    'large 12 h',
  ]) {
    for (const {yaml} of templatesFor(described, ruleExamples, words)) {
      expect(ruleOf({...readDocument(yaml), id: 'r', name: 'r'}).mistakes, yaml).toEqual([])
    }
  }
})

test('what fits no template finds none', () => {
  expect(templatesFor('xylophone', ruleExamples, words)).toEqual([])
})
