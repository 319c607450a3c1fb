import {expect, test} from 'vitest'
import {readDocument, withItem, without, withValue} from './rule-document.ts'

const rule = `# Mine, do not touch
name: Old # and seeded
scope: {privacy: public}
when:
  all:
    # two is enough
    - {fact: ratio, op: gt, value: 2}
do:
  - {action: tag, names: [old]}
`

test('a change touches its place alone', () => {
  expect(withValue(rule, ['when', 'all', 0, 'value'], 3)).toBe(rule.replace('value: 2', 'value: 3'))
  expect(withValue(rule, ['name'], 'New')).toBe(rule.replace('Old', 'New'))
  expect(withValue(rule, ['do', 0, 'names'], ['a', 'b'])).toBe(rule.replace('[old]', '[a, b]'))
})

test('what is not there yet is made', () => {
  expect(readDocument(withValue(rule, ['scope', 'servers'], ['nas']))).toMatchObject({
    scope: {privacy: 'public', servers: ['nas']},
  })
  expect(withValue(rule, ['guards', 'maxPerRun'], 5)).toBe(`${rule}guards:\n  maxPerRun: 5\n`)
  expect(readDocument(withValue('', ['name'], 'x'))).toEqual({name: 'x'})
})

test('conditions and actions stand in a line each, groups have a line for each of theirs', () => {
  const leaf = {fact: 'age', op: 'gt', value: '14d'}
  expect(withItem(rule, ['when', 'all'], leaf)).toContain('    - {fact: age, op: gt, value: 14d}\ndo:')
  expect(withItem(rule, ['when', 'all'], {any: [leaf]})).toContain('    - any:\n        - {fact: age,')
  expect(withItem('name: x\n', ['do'], {action: 'stop'})).toBe('name: x\ndo:\n  - {action: stop}\n')
})

test('what goes leaves no empty part behind', () => {
  expect(without(rule, ['scope', 'privacy'])).toBe(rule.replace('scope: {privacy: public}\n', ''))
  expect(readDocument(without(rule, ['when', 'all', 0]))).toMatchObject({when: {all: []}})
})

test.each(['- name: one\n- name: two\n', 'name: [', 'just words', ''])('%j is not one rule', (text) => {
  expect(readDocument(text)).toBeNull()
})
