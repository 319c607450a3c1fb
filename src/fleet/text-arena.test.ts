import {expect, test} from 'vitest'
import {PathColumn} from './path-and-hash-columns.ts'
import {TextArena} from './text-arena.ts'
import {TextColumn} from './text-column.ts'

function columns() {
  const arena = new TextArena()
  const name = new TextColumn<string>(arena, '')
  const path = new PathColumn(arena, name)
  for (const column of [name, path]) column.grow(1000, 0)
  return {arena, name, path}
}

test('a content path that ends in the name costs no bytes of its own, also after everything moved', () => {
  const {arena, name, path} = columns()
  name.write(0, 'Ubuntu 24.04')
  path.write(0, '/data/Ubuntu 24.04')
  expect(arena.used).toBe('Ubuntu 24.04'.length)
  arena.compact()
  expect(arena.used).toBe('Ubuntu 24.04'.length)
  expect(path.read(0)).toBe('/data/Ubuntu 24.04')
})

test('a new name leaves the path as it was', () => {
  const {arena, name, path} = columns()
  name.write(0, 'old name')
  path.write(0, '/data/old name')
  name.write(0, 'another name')
  arena.compact()
  expect([name.read(0), path.read(0)]).toEqual(['another name', '/data/old name'])
})

test('holes are given back automatically, and texts stay what they were', () => {
  const {arena, name} = columns()
  for (let round = 0; round < 200; round++) {
    for (let row = 0; row < 100; row++) name.write(row, `round ${round} row ${row} ${'x'.repeat(100)}`)
    arena.tidy()
  }
  expect(arena.moves).toBeGreaterThan(0)
  expect(arena.used).toBeLessThan(1_000_000)
  expect(name.read(99)).toBe(`round 199 row 99 ${'x'.repeat(100)}`)
})

test('a lone surrogate becomes the replacement character, the same every time', () => {
  const {name} = columns()
  expect(name.write(0, 'a\ud800b')).toBe(true)
  expect(name.read(0)).toBe('a\ufffdb')
  expect(name.write(0, 'a\ud800b')).toBe(false)
})
