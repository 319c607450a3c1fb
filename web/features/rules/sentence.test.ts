import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {examples, presets, words} from './all-rules.fixture.ts'
import {leafCount} from './sentence-conditions.ts'
import {plainText, type Blank} from './sentence-pieces.ts'
import {sentenceOf, type RuleSentence} from './sentence.ts'
import type {Part} from './form/rule-document.ts'

beforeAll(() => speakEnglish())

const spaced = (it: string) => it.replaceAll('\u00a0', ' ')
const said = (rule: Part) => spaced(plainText(sentenceOf(rule, words).says))
const whole = ({says, beside}: RuleSentence) => [says, ...beside].map(plainText).join(' · ')
const blanksOf = (rule: Part) => {
  const {says, beside} = sentenceOf(rule, words)
  return [says, ...beside].flat().filter((it): it is Blank => typeof it !== 'string')
}
const named = (name: string) => [...examples, ...presets].find((it) => it['name'] === name)!
const all = [...examples, ...presets]

test.each([
  [
    'Radarr-4K: stalled',
    'When a download is stalled and it has been idle for 1 h or was never active, remove it, blocklist the release and search again.',
  ],
  [
    'Radarr-4K: no metadata',
    'When a download is waiting for metadata and it has no metadata for 1 h, remove it, blocklist the release and search again.',
  ],
  [
    'Radarr-4K: seeded enough',
    'Seed a torrent until its ratio is at least 2 or it has seeded for 14 d, and it meets 10 more conditions, then remove it with its files.',
  ],
  [
    'Free space',
    'When a torrent is complete, its disk has less than 200 GiB free and its tracker’s requirement is met or absent, remove it with its files, fewest hard links outside first and least recently active first, until its disk has 500 GiB free.',
  ],
  ['Set orphans aside', 'When an orphaned file has not changed for 7 d, move it to the trash for 30 days.'],
])('%s', (name, sentence) => {
  expect(said(named(name))).toBe(sentence)
})

const wanted = (...all: readonly object[]) => ({subject: 'wanted', when: {all}})

test.each([
  [
    {...wanted({fact: 'wanted.year', op: 'lt', value: 1990}), do: [{action: 'arr.search'}]},
    'Search a title first when it is from before 1990.',
  ],
  [
    {
      ...wanted(
        {fact: 'wanted.reason', op: 'eq', value: 'missing'},
        {fact: 'wanted.empties', op: 'gte', value: 3},
      ),
      do: [{action: 'skip'}],
    },
    'Do not search a title when it is wanted because of a missing file and it was searched 3 times in a row without result.',
  ],
  [
    {
      ...wanted(
        {fact: 'wanted.group', op: 'eq', value: 'held'},
        {fact: 'wanted.sinceReleased', op: 'gt', value: '30d'},
      ),
      do: [{action: 'notify'}, {action: 'skip'}],
    },
    'When a title is held up and it was released more than 30 d ago, notify and do not search it.',
  ],
  [
    {...wanted({fact: 'wanted.hold', op: 'eq', value: null}), do: [{action: 'arr.search'}]},
    'Search a title first when nothing keeps it from being searched.',
  ],
])('of what is wanted it says what is searched: %j', (rule, sentence) => {
  expect(said(rule)).toBe(sentence)
})

test.each([
  [{do: [{action: 'skip'}]}, 'Keep a torrent when it is tagged keep.'],
  [{do: [{action: 'move', server: 'nas'}]}, 'Move a torrent to nas when it is tagged keep.'],
  [{do: [{action: 'arr.search'}]}, 'Search for a torrent again when it is tagged keep.'],
  [
    {do: [{action: 'recycle'}], reason: 'seedingDone'},
    'Seed a torrent until it is tagged keep, then move it to the trash with its files.',
  ],
  [{do: [{action: 'limits', up: null}]}, 'When a torrent is tagged keep, set its upload limit to no limit.'],
  [
    {do: [{action: 'queue'}, {action: 'mystery', much: 2}]},
    'When a torrent is tagged keep, move it in the queue and mystery (much: 2).',
  ],
  [{do: [{action: 'stop'}], subject: 'server'}, 'When a server is tagged keep, stop it.'],
])('it begins with what it is for: %j', (rule, sentence) => {
  expect(said({when: {fact: 'tags', op: 'hasAny', value: ['keep']}, ...rule})).toBe(sentence)
})

test('every rule is one sentence with one full stop', () => {
  for (const rule of all) {
    const sentence = said(rule)
    expect(sentence).toMatch(/^(When|Search|Seed|Keep|Move) .*[^.]\.$/)
    expect(sentence, 'a key without words').not.toMatch(/sentence\.|undefined|\uE000/)
    expect(whole(sentenceOf(rule, words))).not.toMatch(/sentence\.[a-z]|undefined|\[object/)
    expect(sentence.length, sentence).toBeLessThan(330)
  }
})

/** Without these what is left is no rule. */
const required = new Set(
  'fact op value action strikes gap for not all any until names urls set to'.split(' '),
)

/** Each rule without one of its parts, whichever can be left out. */
function* lessOf(
  value: unknown,
  put: (less: unknown) => Part,
): Generator<readonly [what: string, less: Part]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, its] of Object.entries(value)) {
    const without = Array.isArray(value)
      ? value.filter((_, at) => String(at) !== key)
      : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
    if (Array.isArray(value) || !required.has(key)) yield [`${key} ${JSON.stringify(its)}`, put(without)]
    const place = (less: unknown): Part =>
      put(
        Array.isArray(value)
          ? value.map((one: unknown, at) => (String(at) === key ? less : one))
          : {...value, [key]: less},
      )
    yield* lessOf(its, place)
  }
}

test('nothing of a rule is left out in silence: without any part of it the words are other ones', () => {
  for (const rule of all) {
    const before = whole(sentenceOf(rule, words))
    for (const part of ['when', 'hold', 'scope', 'schedule', 'select', 'do', 'guards'] as const) {
      for (const [what, less] of lessOf(rule[part], (it) => ({...rule, [part]: it}))) {
        // Capitals are no condition of their own, and of one that is counted its values are not told.
        if (/^(cs|window) /.test(what) || isDefault(what)) continue
        if (part !== 'scope' && /^\d+ "/.test(what)) continue
        expect(whole(sentenceOf(less, words)), `${String(rule['name'])}: ${part} without ${what}`).not.toBe(
          before,
        )
      }
    }
  }
})

/** What is so in any case does not have to be said. */
function isDefault(what: string): boolean {
  return what === 'search true' || what === 'blocklist true'
}

test('what is not said is counted', () => {
  const leaf = (at: number) => ({fact: 'age', op: 'gt', value: `${at + 2}d`})
  const when = {all: [{any: [0, 1, 2, 3].map(leaf)}, ...[4, 5, 6, 7, 8, 9, 10, 11].map(leaf)]}
  const sentence = sentenceOf({when, do: [{action: 'stop'}]}, words)
  const counts = sentence.says.flatMap((it) =>
    typeof it === 'string' || !/more condition/.test(it.shown) ? [] : [Number(it.shown.split(' ')[0])],
  )
  const typed = sentence.says.filter((it) => typeof it !== 'string' && it.entry?.is === 'quantity').length
  expect(counts.reduce((sum, it) => sum + it, 0) + typed).toBe(leafCount(when))
})

test('a blank is where its value stands in the rule', () => {
  for (const rule of all) {
    for (const {place, value} of blanksOf(rule)) {
      if (value === undefined) continue
      const found = place.reduce<unknown>((at, key) => (at as Part | undefined)?.[key], rule)
      if (place.length > 2 || found !== undefined) {
        const isList = Array.isArray(value) && !Array.isArray(found)
        expect(isList ? value : found, `${String(rule['name'])}: ${place.join('.')}`).toEqual(value)
      }
    }
  }
})

test('on the page of an Arr a sentence names the Arr, and the media that it manages', () => {
  const ofArr = (name: string, media: string) => {
    const {says} = sentenceOf(named(name), {...words, arr: {name: 'Movies 4K', media}})
    return spaced(plainText(says))
  }
  expect(ofArr('Radarr-4K: complete', 'movie')).toBe(
    'When a movie torrent is complete, have Movies 4K refresh its downloads.',
  )
  expect(ofArr('Radarr-4K: no metadata', 'episode')).toMatch(/^When an episode download is waiting/)
  expect(ofArr('Radarr-4K: complete', 'other')).toMatch(/^When a torrent is complete/)
  expect(said(named('Radarr-4K: complete'))).toBe(
    'When a torrent is complete, have its Arr refresh its downloads.',
  )
})

test.each([
  [
    'tracker.hosts',
    ['a.example', 'b.example'],
    'Keep a torrent when it has no tracker but a.example or b.example.',
  ],
  ['tags', ['keep'], 'Keep a torrent when it has no tag but keep.'],
])(
  'of a set of %s, all of whose members are named, it says that there is no other',
  (fact, value, sentence) => {
    expect(said({when: {fact, op: 'in', value}, do: [{action: 'skip'}]})).toBe(sentence)
  },
)
