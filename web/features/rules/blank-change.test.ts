import {beforeAll, expect, test} from 'vitest'
import type {ListedRule} from '../../api/rules.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {anArr} from '#rules/presets/inherited.fixture.ts'
import {arrPresets} from '#rules/presets/presets.ts'
import {documentOf, writeRule} from '#rules/write.ts'
import {everything, words} from './all-rules.fixture.ts'
import {
  endsIn,
  filledIn,
  isIncomplete,
  pairTyped,
  settingChange,
  typedOf,
  typedWords,
  usualValues,
  withUnit,
  wayOf,
} from './blank-change.ts'
import {readDocument, type Part} from './form/rule-document.ts'
import {sentenceOf} from './sentence.ts'
import {listEntry, quantityEntry, textEntry, type Blank} from './sentence-pieces.ts'

beforeAll(() => speakEnglish())

const rules = (changes: object = {}) => arrPresets(anArr({...everything, ...changes}))
const preset = (id: string) => {
  const rule = rules().find((it) => it.id === `radarr-4k.${id}`)!
  return {
    id: rule.id,
    name: rule.name,
    origin: 'preset',
    may: 'mode',
    arrs: ['Radarr-4K'],
    rule: documentOf(rule),
  } as unknown as ListedRule
}
const blanksOf = ({rule}: ListedRule) => {
  const {says, beside} = sentenceOf(rule!, words)
  return [says, ...beside].flat().filter((it): it is Blank => typeof it !== 'string')
}
const blank = (rule: ListedRule, shown: string) =>
  blanksOf(rule).find((it) => it.shown.replaceAll('\u00a0', ' ') === shown)!

test.each([
  ['stalled', '1 h', 'stalled'],
  ['unavailable', '1 h', 'stalled'],
  ['metadata', '1 h', 'stalled'],
  ['slow', '1 h', 'slow'],
  ['seeded', '2', 'ratio'],
  ['seeded', '14 d', 'time'],
  ['stalled', '95 %', 'share'],
  ['unavailable', '95 %', 'share'],
  ['slow', '95 %', 'share'],
] as const)('the value of the preset %s that is %s is a setting of its Arr: %s', (id, shown, name) => {
  const rule = preset(id)
  expect(wayOf(rule, blank(rule, shown))).toMatchObject({is: 'setting', name, arr: 'Radarr-4K'})
})

test.each([
  ['seeded.one.test', '3'],
  ['slow.one.test', '1 min'],
  ['slow', '30 min'],
  ['missing-files', '1 d'],
])('the value of the preset %s that is %s is locked', (id, shown) => {
  const rule = preset(id)
  const by = id.includes('one.test')
    ? {is: 'tracker', section: 'Radarr-4K', host: 'one.test'}
    : {is: 'configuration', section: 'Radarr-4K', arr: 'Radarr-4K'}
  expect(wayOf(rule, blank(rule, shown))).toEqual({is: 'locked', by})
})

test('who may not change rules finds every value locked', () => {
  const rule = preset('seeded')
  expect(wayOf(rule, blank(rule, '2'), false)).toEqual({is: 'locked', by: {is: 'permission'}})
})

test('a preset of several Arrs, or of none, is locked', () => {
  const rule = preset('seeded')
  for (const arrs of [[], ['a', 'b']]) {
    expect(wayOf({...rule, arrs}, blank(rule, '2'))).toEqual({
      is: 'locked',
      by: {is: 'configuration', section: 'Radarr-4K', arr: null},
    })
  }
})

test('of a rule that a user wrote quantities and lists are typed in place, what is no text is changed on its page', () => {
  const rule = {
    origin: 'user',
    may: 'edit',
    rule: {
      when: {
        all: [
          {fact: 'age', op: 'gt', value: '14d'},
          {fact: 'tags', op: 'hasAny', value: ['x']},
        ],
      },
      do: [{action: 'stop'}],
    },
  } as unknown as ListedRule
  const [age, tags] = blanksOf(rule)
  expect(wayOf(rule, age!)).toEqual({is: 'text'})
  expect(wayOf(rule, tags!)).toEqual({is: 'text'})
  expect(wayOf(rule, {...tags!, entry: null})).toEqual({is: 'page', focus: 'tags'})
  expect(wayOf({...rule, may: 'mode'}, age!)).toEqual({is: 'page', focus: 'age'})
})

test('filled in, only that value of the text is another one', () => {
  const yaml = `name: A # mine\nwhen:\n  all:\n    - {fact: ratio, op: gt, value: 2}\ndo:\n  - {action: stop}\n`
  const place = ['when', 'all', 0, 'value']
  expect(filledIn(yaml, {place, entry: quantityEntry}, '3', {is: 'text'})).toBe(
    yaml.replace('value: 2', 'value: 3'),
  )
})

test('a list is written one entry per line, each once, and servers by their names', () => {
  const yaml = `name: A\nscope: {servers: [s-1, s-2]}\ndo:\n  - {action: stop}\n`
  const its = {place: ['scope', 'servers'], entry: listEntry(null), value: ['s-1', 's-2']}
  const names = new Map([
    ['s-1', 'Seed box'],
    ['s-3', 'Attic'],
  ])
  expect(typedOf(its, names)).toBe('Seed box\ns-2')
  expect(filledIn(yaml, its, 'attic\n\n s-2 \nAttic\n', {is: 'text'}, names)).toBe(
    yaml.replace('[s-1, s-2]', '[s-3, s-2]'),
  )
})

test('a text stays a text, also where it looks like a figure', () => {
  const yaml = `when: {fact: category, op: eq, value: tv}\n`
  const its = {place: ['when', 'value'], entry: textEntry(null)}
  expect(filledIn(yaml, its, '2026', {is: 'text'})).toBe(yaml.replace('tv', '"2026"'))
})

test('a stall of another length is the preset that such a setting makes', () => {
  const before = rules().find(({id}) => id === 'radarr-4k.stalled')!
  const after = rules({stalledDelay: 6 * 3_600}).find(({id}) => id === 'radarr-4k.stalled')!
  const rule = preset('stalled')
  const its = blank(rule, '1 h')
  const text = filledIn(writeRule(before), its, '6h', wayOf(rule, its))
  const plain = (yaml: string) =>
    yaml
      .replace(/^revision: .*\n/m, '')
      .replaceAll('21540s', '359m')
      .replaceAll('21600s', '6h')
  // The same YAML once it is written the same way.
  expect(plain(text).replaceAll(/\s+/g, ' ')).toBe(plain(writeRule(after)).replaceAll(/\s+/g, ' '))
})

test('what was not set is taken out when it is undone', () => {
  expect(settingChange('stalled', '6h', {})).toEqual({
    change: {'Torrent.StalledDelay': '6h'},
    back: {'Torrent.StalledDelay': null},
  })
  const settings = {Torrent: {SeedingMode: {MaxUploadRatio: 2, RemoveTorrent: 1}}}
  expect(settingChange('ratio', 3, settings)).toEqual({
    change: {'Torrent.SeedingMode.MaxUploadRatio': 3},
    back: {'Torrent.SeedingMode.MaxUploadRatio': 2},
  })
})

test('usual values are about as much as it is now', () => {
  const entry = quantityEntry
  expect(usualValues({unit: 'seconds', value: '1h', entry})).toEqual(['15m', '30m', '1h', '3h', '6h'])
  expect(usualValues({unit: 'seconds', value: '365d', entry})).toContain('90d')
  expect(usualValues({unit: 'plain', value: 2, entry})).toEqual(['1', '1.5', '2', '3', '5'])
  expect(usualValues({unit: 'bytes', value: '200 GiB', entry})).toContain('200 GiB')
  expect(usualValues({unit: null, value: 'x', entry})).toHaveLength(5)
})

const own = (rule: Part) =>
  ({id: 'r-1', name: 'r', origin: 'user', may: 'edit', arrs: [], rule}) as unknown as ListedRule
const base = {when: {fact: 'ratio', op: 'between', value: [2, 5]}, do: [{action: 'superSeed', on: true}]}
const yamlOf = (rule: object) =>
  `name: r\n${JSON.stringify(rule).slice(1, -1)}`.replace(/^name: r\n/, '{name: r, ') + '}'

test('both ends of a range are typed in place', () => {
  const rule = own(base)
  const its = blank(rule, '2 and 5')
  expect(wayOf(rule, its)).toEqual({is: 'text'})
  const typed = typedOf(its, new Map())
  expect(endsIn(typed)).toEqual(['2', '5'])
  expect(isIncomplete(its, pairTyped(['2', ' ']))).toBe(true)
  expect(typedWords(its, pairTyped(['1', '3']))).toBe('1 and 3')
  const filled = filledIn(yamlOf(base), its, pairTyped(['1', '3.5']), {is: 'text'})
  expect(readDocument(filled)).toMatchObject({when: {value: [1, 3.5]}})
})

test('yes or no, and one of a few, are selected in place', () => {
  const rule = own({
    ...base,
    scope: {categories: ['tv'], subcategories: true},
    do: [
      {action: 'superSeed', on: true},
      {action: 'quarantine', for: '1d', end: 'restore'},
    ],
  })
  const all = blanksOf(rule)
  const on = all.find(({label}) => label === 'on')!
  expect(wayOf(rule, on)).toEqual({is: 'text'})
  expect(typedOf(on, new Map())).toBe('true')
  const off = filledIn(yamlOf(base), on, 'false', {is: 'text'})
  expect(readDocument(off)).toMatchObject({do: [{on: false}]})
  expect(typedWords(on, 'false')).toBe('off')
  const end = all.find(({label}) => label === 'end')!
  expect(end.entry).toMatchObject({is: 'choice'})
  expect(typedWords(end, 'removeWithData')).toBe('remove it with its files')
  const {beside} = sentenceOf(rule.rule!, words)
  const below = beside.flat().find((it): it is Blank => typeof it !== 'string' && it.value === true)
  expect(below?.entry).toMatchObject({is: 'choice'})
})

test.each([
  ['bytes', '50 GiB', '60', '60 GiB'],
  ['seconds', '14d', '60', '60d'],
  ['seconds', '14 days', '2,5', '2.5 days'],
  ['bytesPerSecond', '1 MiB/s', '3', '3 MiB/s'],
  ['share', '90%', '50', '50%'],
  ['bytes', '50 GiB', '60 MB', '60 MB'],
  ['seconds', '1d 12h', '60', '60'],
  ['seconds', 3_600, '60', '60'],
  ['plain', 2, '3', '3'],
  ['bytes', '50 GiB', 'none', 'none'],
] as const)('in a blank of %s with %s a typed %s is %s', (unit, value, typed, taken) => {
  expect(withUnit({entry: {is: 'quantity'}, unit, value}, typed)).toBe(taken)
})
