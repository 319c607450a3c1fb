import {expect, test} from 'vitest'
import {changedLines} from './version-lines.ts'

const first =
  'id: r-1\nname: Old\nrevision: 1\nwhen:\n  fact: age\n  op: gte\n  value: 14d\ndo:\n  - action: remove\n'
const shown = (before: string | null, after: string) =>
  changedLines(before, after).map(({is, text}) => `${is === 'gone' ? '-' : '+'} ${text.trim()}`)

test('what was changed is said, and not that it was saved', () => {
  const second = first.replace('14d', '30d').replace('revision: 1', 'revision: 2').replace('Old', 'Older')
  expect(shown(first, second)).toEqual(['- name: Old', '+ name: Older', '- value: 14d', '+ value: 30d'])
  expect(shown(first, first.replace('revision: 1', 'revision: 9'))).toEqual([])
})

test('lines that came or went stand alone, and of the first text all is new', () => {
  expect(shown(first, `${first}guards:\n  maxPerRun: 5\n`)).toEqual(['+ guards:', '+ maxPerRun: 5'])
  expect(shown(first, first.replace('  op: gte\n', ''))).toEqual(['- op: gte'])
  expect(shown(null, 'name: A\nrevision: 1\n')).toEqual(['+ name: A'])
})
