import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {askedFacts} from '#model/fact.ts'
import {actionKinds, operators, ruleEvents} from '#model/rule.ts'
import {parseRules} from './parse.ts'

const docs = join(import.meta.dirname, '../../docs')
const pages = ['use/rules', 'reference/rule-facts', 'reference/rule-actions', 'reference/rule-guards']
const page = pages.map((name) => readFileSync(join(docs, `${name}.md`), 'utf8')).join('\n')
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!)

test('every example of the pages about rules is read without a mistake', () => {
  expect(examples).toHaveLength(7)
  expect(examples.flatMap((yaml) => parseRules(yaml).mistakes)).toEqual([])
  expect(examples.flatMap((yaml) => parseRules(yaml).rules)).toHaveLength(10)
})

for (const [what, names] of [
  ['fact', askedFacts],
  ['operator', operators],
  ['action', Object.keys(actionKinds)],
] as const) {
  test(`every ${what} stands in the pages about rules`, () => {
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })
}

test('every fact of the page is one', () => {
  const [, facts = ''] = page.split('\n## Facts\n')
  const [table = ''] = facts.split('\n## ', 1)
  const named = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)
  expect(named).toEqual(askedFacts)
})

test('every event stands there', () => {
  expect(page).toContain(`on: [${ruleEvents.join(', ')}]`)
})
