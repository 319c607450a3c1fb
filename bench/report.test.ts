import {readdirSync} from 'node:fs'
import {expect, test} from 'vitest'
import {evaluated, missed, readBudgets} from './report.ts'

test('a figure misses only on the wrong side of its target', () => {
  const lower = {target: 50, better: 'lower'} as const
  const higher = {target: 50, better: 'higher'} as const
  expect([40, 50, 60].map((value) => missed(evaluated('a', value, 'ms', lower)))).toEqual([
    false,
    false,
    true,
  ])
  expect([40, 50, 60].map((value) => missed(evaluated('a', value, '1/s', higher)))).toEqual([
    true,
    false,
    false,
  ])
  expect(missed(evaluated('a', 1e9, 'B', undefined))).toBe(false)
})

test('every budget belongs to a bench that exists', () => {
  const benches = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.bench.ts'))
  const prefixes = benches.map((name) => `${name.slice(0, -'.bench.ts'.length)}.`)
  const orphans = Object.keys(readBudgets()).filter(
    (name) => !prefixes.some((prefix) => name.startsWith(prefix)),
  )
  expect(orphans).toEqual([])
})
