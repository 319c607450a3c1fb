import {expect, test} from 'vitest'
import {filterOf} from '#search-query/filter-of.ts'
import {factWords} from '#search-query/fact-words.ts'
import {queryForRules} from './rule-query.ts'

const all = [
  {id: 'r-1', name: 'Keep, "forever"'},
  {id: 'radarr.stalled', name: 'Stalled'},
  {id: 'sonarr.stalled', name: 'Stalled'},
  {id: 'r-2', name: 'stalled twice'},
]

test.each([
  [['r-1'], 'rule:"Keep, \\"forever\\""'],
  [['radarr.stalled', 'sonarr.stalled'], 'rule:radarr.stalled,sonarr.stalled'],
  [['r-2'], 'rule:"stalled twice"'],
])('rules %j are searched by names that mean no other rule', (ids, q) => {
  const rules = all.filter(({id}) => ids.includes(id))
  expect(queryForRules(rules, all)).toBe(q)
  const known = all.map((it) => ({...it, condition: () => ({fact: 'name', op: 'eq', value: it.id}) as const}))
  const {filter, mistakes} = filterOf(q, {servers: [], arrs: [], now: 0, facts: factWords, rules: known})
  expect(mistakes).toEqual([])
  expect(JSON.stringify(filter.facts).match(/(?<="value":")[^"]*/g)).toEqual(ids)
})
