import {beforeAll, expect, test} from 'vitest'
import {ruleExamples} from '#registry/rules/examples.ts'
import {ruleOf} from '#rules/parse.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {words} from './all-rules.fixture.ts'
import {readDocument} from './form/rule-document.ts'
import {plainText} from './sentence-pieces.ts'
import {notUnderstood, templatesFor} from './templates.ts'

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
  ['public, ratio above 2, more than 14 days: remove', 'Seeding done'],
  ['pause public torrents at ratio 3', 'Stop at a ratio'],
  ['delete public torrents with a ratio of 2', 'Seeding done'],
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

const unset = (described: string, name: string) =>
  templatesFor(described, ruleExamples, words).find((it) => it.name === name)?.unset

test('a figure goes only where the words name what it is of, and is said to be left out elsewhere', () => {
  const before = (name: string) => ruleExamples.find((it) => it.name === name)!.yaml
  for (const [described, name] of [
    ['delete films after 30 days', 'Stalled'],
    ['delete films after 30 days', 'Seeding done'],
    ['stalled with a ratio of 2', 'Stalled'],
    ['remove seeded 50 GB', 'Seeding done'],
    ['keep 3 favorites', 'Favorites'],
  ] as const) {
    const template = templatesFor(described, ruleExamples, words).find((it) => it.name === name)
    expect(template?.yaml, described).toBe(before(name))
    expect(template?.unset, described).toHaveLength(1)
  }
  expect(unset('delete films after 30 days', 'Stalled')).toEqual(['30 days'])
  expect(unset('keep 3 favorites', 'Favorites')).toEqual(['3'])
})

test.each([
  ['give up stalled ones after 2 hours', 'Stalled', 'for: 2 hours'],
  ['remove what was seeded for 30 days', 'Seeding done', 'value: 30 days'],
  ['stop at a ratio of 2,5', 'Stop at a ratio', 'value: 2.5'],
  ['tag torrents over 80 GB', 'Tag large torrents', 'value: 80 GB'],
  ['slow ones below 50 kB/s', 'Slow', '50 kB/s'],
  ['archive what was unused for 90 days', 'Archive', 'value: 90 days'],
  ['public, ratio above 2, more than 14 days: remove', 'Seeding done', 'value: 14 days'],
])('“%s” sets that of “%s”', (described, name, written) => {
  const template = templatesFor(described, ruleExamples, words).find((it) => it.name === name)
  expect(template?.unset).toEqual([])
  expect(template?.yaml).toContain(written)
})

test('words that no template has anything of are named, and figures and small words are none of them', () => {
  const unknown = (described: string) => notUnderstood(described, ruleExamples, words)
  expect(unknown('Delete films after 30 days')).toEqual(['films'])
  expect(unknown('remove the xylophone and xylophone tubas with a ratio of 2')).toEqual([
    'xylophone',
    'tubas',
  ])
  expect(unknown('keep 300 GB of disk space free')).toEqual([])
  expect(unknown('')).toEqual([])
})
