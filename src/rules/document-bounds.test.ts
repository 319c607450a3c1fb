import {expect, test} from 'vitest'
import {excessOfRule, excessOfText} from './document-bounds.ts'
import {parseRule, parseRules, ruleOf} from './parse.ts'
import {mostStepsOfRule} from './text-patterns.ts'

const much = 100_000
const given = {id: 'r' as never, revision: 1}

/** Each of them nests the parser of the library until its stack ends, or keeps it busy for seconds. */
const nested: readonly (readonly [string, string])[] = [
  ['lists in brackets', '['.repeat(much)],
  ['objects in brackets', '{a: '.repeat(much / 4)],
  ['list items on one line', '- '.repeat(much / 2)],
  ['keys on one line', '? '.repeat(much / 2)],
  ['indented keys', Array.from({length: 400}, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  ['items below items', Array.from({length: 400}, (_, at) => `${' '.repeat(at)}-`).join('\n')],
  ['brackets below items', Array.from({length: 60}, (_, at) => `${' '.repeat(at)}- a:`).join('\n') + '[[['],
  ['brackets behind a text that looks like one', `a: x[\nb: "[["\nc: ${'['.repeat(much)}`],
]
test.each(nested)('%s that nest too deep are refused by their place', (_what, yaml) => {
  expect(excessOfText(yaml)).toMatchObject({says: 'is nested too deep', accepted: ['32 levels']})
  const {rules, mistakes} = parseRule(yaml, given)
  expect(rules).toEqual([])
  expect(mistakes).toMatchObject([{path: '', accepted: ['32 levels'], line: expect.any(Number)}])
})

test.each([
  ['list items', '- a\n'.repeat(much / 4)],
  ['pairs', `{${'c: d, '.repeat(much / 6)}}`],
])('a text of very many %s is not parsed', (_what, yaml) => {
  expect(parseRules(yaml).mistakes).toMatchObject([{accepted: ['50000 words']}])
})

test('what only looks like nesting is none', () => {
  const flat = [
    `pattern: x${'['.repeat(200)}`,
    `text: "${'['.repeat(200)}"`,
    `other: '${'{'.repeat(200)}'`,
    `# ${'['.repeat(200)}`,
    `long: |\n  ${'[ - ? '.repeat(200)}\n  ${'['.repeat(200)}`,
    `list:\n${'  - {a: [b]}\n'.repeat(200)}`,
    `anchors: &a [1]\n`,
  ]
  for (const yaml of flat) expect(excessOfText(yaml)).toBeNull()
})

test('the message says where in the text it begins to be too deep', () => {
  expect(parseRule(`name: a\nwhen: ${'['.repeat(50)}`, given).mistakes).toMatchObject([{line: 2, column: 38}])
})

const sound = {id: 'a', name: 'A', do: [{action: 'stop'}]}
const leaf = {fact: 'name', op: 'contains', value: 'x'}

test('a rule has 200 comparisons at most, wherever they stand', () => {
  const any = Array.from({length: 200}, () => leaf)
  expect(ruleOf({...sound, when: {any}}).mistakes).toEqual([])
  expect(ruleOf({...sound, when: {any: [...any, leaf]}}).mistakes).toMatchObject([
    {path: 'when.any[200]', accepted: ['200 comparisons in all']},
  ])
  const elsewhere = {...sound, when: {any}, hold: {for: 60, resetOn: leaf}}
  expect(ruleOf(elsewhere).mistakes).toMatchObject([{accepted: ['200 comparisons in all']}])
})

test('patterns of one rule are small together, and the first that is too many is named', () => {
  const pattern = {fact: 'name', op: 'matches', value: '.{1,120}'}
  const any = Array.from({length: 100}, () => pattern)
  const [mistake] = ruleOf({...sound, when: {any}}).mistakes
  expect(mistake).toMatchObject({accepted: [`patterns of ${mostStepsOfRule} steps in all`]})
  const [, at] = /^when\.any\[(\d+)\]\.value$/.exec(mistake!.path)!
  expect(ruleOf({...sound, when: {any: any.slice(0, Number(at))}}).mistakes).toEqual([])
})

test('globs count as patterns', () => {
  const glob = {fact: 'name', op: 'glob', value: '*?'.repeat(128)}
  expect(excessOfRule({when: {any: Array.from({length: 20}, () => glob)}})).not.toBeNull()
})

test('a document of very many values is refused before any of them is checked', () => {
  const value = Array.from({length: much}, (_, at) => `${at}`)
  expect(ruleOf({...sound, when: {fact: 'name', op: 'in', value}}).mistakes).toMatchObject([
    {path: 'when.value', accepted: ['5000 values in all']},
  ])
  let deep: unknown = leaf
  for (let at = 0; at < 5_000; at++) deep = {not: deep}
  expect(ruleOf({...sound, when: deep}).mistakes).toMatchObject([{accepted: ['32 levels']}])
})

test('actions and their texts are bounded', () => {
  const when = leaf
  const names = Array.from({length: 101}, (_, at) => `t${at}`)
  expect(ruleOf({...sound, when, do: [{action: 'tag', names}]}).mistakes).toMatchObject([
    {path: 'do[0].names', accepted: ['at most 100']},
  ])
  const many = Array.from({length: 51}, () => ({action: 'stop'}))
  expect(ruleOf({...sound, when, do: many}).mistakes).toMatchObject([{path: 'do', accepted: ['at most 50']}])
})

test('patterns of files are read with their rule, and count with its others', () => {
  const skip = (...patterns: readonly string[]) =>
    ruleOf({...sound, when: leaf, do: [{action: 'filePriority', patterns, to: 'skip'}]}).mistakes
  expect(skip('sample', String.raw`\.(nfo|txt)$`)).toEqual([])
  expect(skip('sample', '(open')).toMatchObject([
    {path: 'do[0].patterns[1]', accepted: ['a regular expression as RE2 reads it']},
  ])
  expect(skip('.{1,600}')).toMatchObject([{message: expect.stringContaining('is too large')}])
  expect(skip(...Array.from({length: 60}, () => '.{1,40}'))).toMatchObject([
    {path: 'do[0].patterns', accepted: [`patterns of ${mostStepsOfRule} steps in all`]},
  ])
})
