import {expect, test} from 'vitest'
import {complete} from './complete.ts'
import {fields} from './fields.ts'
import {conditionIn} from './rule-condition.ts'
import {ruleCompletions} from './rule-completions.ts'

const vocabulary = {
  servers: [],
  arrs: [],
  categories: ['tv'],
  tags: [],
  trackers: ['a.example', 'Anemone'],
  now: 0,
}
const offered = (text: string) =>
  ruleCompletions(complete(text, text.length, vocabulary), text, text.length).map((it) => it.text)

test('facts that only rules know are offered by their names and by what they are called', () => {
  expect(offered('obligation_m')).toContain('obligation_met:')
  expect(offered('is:complete hard')).toContain('content_links_outside>')
  expect(offered('-content_l')).toContain('content_links_outside>')
})

test('what rules cannot ask is not offered', () => {
  expect(offered('remov')).not.toContain('removable<')
  expect(offered('ki').filter((it) => it.startsWith('kind'))).toEqual([])
  expect(offered('cat').length).toBeGreaterThan(0)
  expect(offered('is:complete -tracker:a')).toEqual(['a.example'])
  expect(offered('is:st')).not.toContain('stale')
})

test('every field that is offered is one that a rule can ask', () => {
  const example: Readonly<Record<string, string>> = {
    quantity: '=1',
    time: '>1d',
    server: ':a',
    state: ':error',
    private: ':yes',
    is: ':complete',
    hash: ':a',
    arr: ':a',
    tracker: ':a.example',
    only_tracker: ':a.example',
  }
  for (const {name, takes} of fields) {
    const isOffered = offered(name).some((it) => it.startsWith(name))
    const {mistakes} = conditionIn(`${name}${example[name] ?? example[takes] ?? ':a'}`)
    expect([name, isOffered], name).toEqual([name, mistakes.length === 0])
  }
})
