import {expect, test} from 'vitest'
import {ruleExamples} from '#registry/rules/examples.ts'
import {parseRule} from '#rules/parse.ts'
import {rulesIn} from './several-rules.ts'

const given = {id: 'r', revision: 1} as never
const listed = (yaml: string, id: string) =>
  `- id: ${id}\n${yaml
    .trimEnd()
    .split('\n')
    .map((it) => `  ${it}`)
    .join('\n')}\n`

test('all templates as a list, and under rules:, are the same rules again', () => {
  const list = ruleExamples.map(({yaml}, at) => listed(yaml, `r${at}`)).join('')
  const inMap = `# mine\nrules:\n${list.replaceAll(/^(?=.)/gm, '  ')}`
  for (const text of [list, inMap]) {
    const found = rulesIn(text)!
    expect(found).toHaveLength(ruleExamples.length)
    for (const [at, {yaml, line}] of found.entries()) {
      const {rules, mistakes} = parseRule(yaml, given)
      expect(mistakes, yaml).toEqual([])
      expect(rules).toEqual(parseRule(ruleExamples[at]!.yaml, given).rules)
      expect(text.split('\n')[line - 1]).toContain(`- id: r${at}`)
    }
  }
})

test('a mistake of a rule is in the line where the whole text has it', () => {
  const [, second] = rulesIn(
    '- name: A\n  when: x\n\n- name: B\n  when: {fact: nope, op: eq, value: 1}\n  do: [{action: skip}]\n',
  )!
  const [wrong] = parseRule(second!.yaml, given).mistakes
  expect(second!.line + wrong!.line! - 1).toBe(5)
})

test.each(['name: A\nwhen: x\n', '', '[]', 'rules: []', 'rules: text', '- a: [', 'plain'])(
  '%j is no list of rules',
  (text) => {
    expect(rulesIn(text)).toBeNull()
  },
)
