import {beforeAll, expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {overlapsOfRow, standingsOf} from './overlap-words.ts'
import type {GroupOfRules, RuleGroup} from './rule-rows.ts'

beforeAll(() => speakEnglish())

const row = (...ids: readonly string[]) => ({id: ids[0]!, rules: ids.map((id) => ({rule: {id}}))})
const group = (name: RuleGroup, ...rows: readonly ReturnType<typeof row>[]) =>
  ({group: name, rows, off: []}) as unknown as GroupOfRules

const standings = standingsOf([group('heal', row('h1', 'h2')), group('clean', row('c1'), row('c2'))])
const named = {server_id: 'box', info_hash: 'a'.repeat(40)}
const overlap = (rule: string, other: string, count: number) => ({
  rule_id: rule,
  other_id: other,
  count,
  first: [named],
})

test('at the rule that decides stands over which other one, and over how many torrents', () => {
  const all = [overlap('c1', 'c2', 214), overlap('h1', 'c2', 1), overlap('h2', 'c2', 2)]
  const words = (row: string) => overlapsOfRow(row, all, standings).map((it) => it.words)
  expect(words('c1')).toEqual(['Overlaps with rule 2: 214 torrents, this one decides'])
  expect(words('h1')).toEqual(['Overlaps with Clean 2: 3 torrents, this one decides'])
  expect(words('c2')).toEqual([])
})

test('rules of one row, and rules that are switched off, are no overlap', () => {
  expect(overlapsOfRow('h1', [overlap('h1', 'h2', 9), overlap('h1', 'off', 9)], standings)).toEqual([])
})
