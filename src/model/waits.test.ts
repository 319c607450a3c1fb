import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {DAY, HOUR, MINUTE} from './units.ts'
import {waits} from './waits.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/waits.md'), 'utf8')
const units = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
] as const

function spanOf(seconds: number): string {
  const [unit, name] = units.find(([it]) => seconds % it === 0)!
  const count = seconds / unit
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

test('the page of waits says of each what waits, how long, and what ends it', () => {
  const rows = Object.values(waits).map(({what, seconds, end}) => `| ${what} | ${spanOf(seconds)} | ${end} |`)
  expect(page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what'))).toEqual(rows)
})
