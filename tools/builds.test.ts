import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {keepParts} from '../scripts/builds.mjs'

const folder = mkdtempSync(join(tmpdir(), 'commodarr-parts-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

let builds = 0
/** @returns its place */
function built(before: string | null, ...parts: readonly string[]): string {
  const place = join(folder, String(builds++))
  mkdirSync(join(place, 'assets'), {recursive: true})
  for (const part of parts) writeFileSync(join(place, 'assets', part), part)
  if (before !== null) keepParts(before, place)
  return place
}
const partsOf = (place: string) => readdirSync(join(place, 'assets')).toSorted()

test('a program that runs still finds the parts of its pages after two updates, and not after a third', () => {
  const first = built(null, 'index-1.js', 'list-1.js')
  const second = built(first, 'index-2.js', 'list-1.js')
  expect(partsOf(second)).toEqual(['index-1.js', 'index-2.js', 'list-1.js'])
  const third = built(second, 'index-3.js', 'list-3.js')
  expect(partsOf(third)).toEqual(['index-1.js', 'index-2.js', 'index-3.js', 'list-1.js', 'list-3.js'])
  expect(readFileSync(join(third, 'assets', 'index-1.js'), 'utf8')).toBe('index-1.js')
  const fourth = built(third, 'index-4.js', 'list-3.js')
  expect(partsOf(fourth)).toEqual(['index-2.js', 'index-3.js', 'index-4.js', 'list-1.js', 'list-3.js'])
})

test('where nothing was built before there is nothing to keep', () => {
  const first = join(folder, 'first')
  mkdirSync(join(first, 'assets'), {recursive: true})
  keepParts(join(folder, 'nothing'), first)
  expect(partsOf(first)).toEqual([])
})

test('a list of parts that cannot be read keeps no build from being made', () => {
  const first = built(null, 'index-5.js')
  writeFileSync(join(first, 'older-parts.json'), '[["index-')
  expect(partsOf(built(first, 'index-6.js'))).toEqual(['index-5.js', 'index-6.js'])
})
