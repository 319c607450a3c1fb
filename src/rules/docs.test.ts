import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {askedFacts} from '#model/fact.ts'
import {actionKinds, operators, ruleEvents} from '#model/rule.ts'
import {parseRules} from './parse.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8')
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!)

test('every example of docs/rules.md is read without a mistake', () => {
  expect(examples).toHaveLength(6)
  expect(examples.flatMap((yaml) => parseRules(yaml).mistakes)).toEqual([])
  expect(examples.flatMap((yaml) => parseRules(yaml).rules)).toHaveLength(9)
})

for (const [what, names] of [
  ['fact', askedFacts],
  ['operator', operators],
  ['action', Object.keys(actionKinds)],
] as const) {
  test(`every ${what} stands in docs/rules.md`, () => {
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })
}

test('every fact of the page is one', () => {
  const named = [...page.slice(page.indexOf('## Facts')).matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)
  expect(named).toEqual(askedFacts)
})

test('every event stands there', () => {
  expect(page).toContain(`on: [${ruleEvents.join(', ')}]`)
})
