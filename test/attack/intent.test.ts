import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {intended} from './intent.ts'

test('the documentation lists each operation in the row that it is meant to be in', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/who-may-what.md'), 'utf8')
  const lines = new Set(page.split('\n'))
  const rows = intended.map(({what, operations}) => `- **${what}**: ${operations.join(', ')}`)
  expect(rows.filter((row) => !lines.has(row))).toEqual([])
})
