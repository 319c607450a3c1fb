/** Rules for tests. */
import type {Rule} from '#model/rule.ts'
import {ruleOf} from './parse.ts'

/** A small valid rule with what a test wants different. */
export function aRule(changes: Readonly<Record<string, unknown>> = {}): Rule {
  const {rules, mistakes} = ruleOf({
    id: 'done',
    name: 'Done',
    mode: 'live',
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'remove'}],
    ...changes,
  })
  if (!rules[0]) throw new Error(mistakes.map(({message}) => message).join('\n'))
  return rules[0]
}
