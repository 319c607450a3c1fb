import * as fc from 'fast-check'
import {parse, stringify} from 'smol-toml'
import {expect, test} from 'vitest'
import type {KeyPath} from './key-path.ts'
import {locate} from './locate.ts'

function lineOf(text: string, ...path: KeyPath): number | undefined {
  return locate(text).of(path)?.line
}

test('keys and sections of plain tables have their lines', () => {
  const text = '# head\n\n[Settings]\nLogging = true\n\n[qBit]\n  Host = "x"\n\tPort = 8080\n'
  expect(lineOf(text, 'Settings')).toBe(3)
  expect(lineOf(text, 'Settings', 'Logging')).toBe(4)
  expect(locate(text).of(['qBit', 'Host'])).toEqual({line: 7, column: 3})
  expect(locate(text).of(['qBit', 'Port'])).toEqual({line: 8, column: 2})
  expect(locate(text).of(['qBit', 'Nothing'])).toBeNull()
})

test('line ends of Windows count once', () => {
  expect(lineOf('[a]\r\nx = 1\r\ny = 2\r\n', 'a', 'y')).toBe(3)
})

test('elements of arrays of tables are distinguished, and their sub-tables belong to the last one', () => {
  const text = [
    '[[qBit.Trackers]]',
    'URI = "a"',
    '[[qBit.Trackers]]',
    'URI = "b"',
    '[qBit.Trackers.Extra]',
    'x = 1',
  ].join('\n')
  expect(lineOf(text, 'qBit', 'Trackers')).toBe(1)
  expect(lineOf(text, 'qBit', 'Trackers', 0)).toBe(1)
  expect(lineOf(text, 'qBit', 'Trackers', 0, 'URI')).toBe(2)
  expect(lineOf(text, 'qBit', 'Trackers', 1)).toBe(3)
  expect(lineOf(text, 'qBit', 'Trackers', 1, 'URI')).toBe(4)
  expect(lineOf(text, 'qBit', 'Trackers', 1, 'Extra', 'x')).toBe(6)
})

test('dotted and quoted keys are resolved', () => {
  const text = '["Radarr-4.0"]\nTorrent.SeedingMode."Max\\u0055pload" = 1\n\'a b\' = 2\n'
  expect(lineOf(text, 'Radarr-4.0')).toBe(1)
  expect(lineOf(text, 'Radarr-4.0', 'Torrent')).toBe(2)
  expect(lineOf(text, 'Radarr-4.0', 'Torrent', 'SeedingMode', 'MaxUpload')).toBe(2)
  expect(lineOf(text, 'Radarr-4.0', 'a b')).toBe(3)
})

test('strings that look like TOML are not read', () => {
  const text = [
    'a = """',
    '[not.a.section]',
    'b = 1 \\""" still inside',
    '"""',
    "c = '''",
    '[[neither]] # no comment',
    "it's'''",
    'd = "]#" # [x]',
    'e = 1',
  ].join('\n')
  expect(lineOf(text, 'e')).toBe(9)
  expect(lineOf(text, 'b')).toBeUndefined()
  expect(lineOf(text, 'not')).toBeUndefined()
  expect(lineOf(text, 'neither')).toBeUndefined()
})

test('a multi-line string may end in quotes of its own', () => {
  const text = 'a = """x"""""\nb = \'\'\'y\'\'\'\'\'\nc = 1'
  expect(lineOf(text, 'c')).toBe(3)
})

test('arrays over several lines and inline tables give lines to what is in them', () => {
  const text = ['list = [', '  "one", # first', '  {Name = "x", Deep = {y = 1}},', ']', 'next = 1'].join('\n')
  expect(lineOf(text, 'list', 0)).toBe(2)
  expect(lineOf(text, 'list', 1, 'Name')).toBe(3)
  expect(lineOf(text, 'list', 1, 'Deep', 'y')).toBe(3)
  expect(lineOf(text, 'next')).toBe(5)
})

test('text with syntax errors is walked to its end anyway', () => {
  for (const text of ['[', '[[a', 'a = [1,', 'a = {b = "', '= 1', ']', '"""', 'a..b = 1', '\u0000']) {
    expect(() => locate(text)).not.toThrow()
  }
})

const key = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), fc.string({minLength: 1, maxLength: 6}))
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
)
const tree = fc.letrec((tie) => ({
  table: fc.dictionary(key, tie('value'), {maxKeys: 4, noNullPrototype: true}),
  value: fc.oneof(
    {maxDepth: 3},
    leaf,
    fc.array(leaf, {maxLength: 3}),
    tie('table'),
    fc.array(tie('table'), {maxLength: 3}),
  ),
}))

test('every key of any document is found, on a line that exists', () => {
  fc.assert(
    fc.property(tree.table, (document) => {
      const text = stringify(document)
      const lines = text.split('\n').length
      const places = locate(text)
      for (const path of pathsOf(parse(text))) {
        const place = places.of(path)
        expect(place, `${JSON.stringify(path)} in\n${text}`).not.toBeNull()
        expect(place!.line).toBeLessThanOrEqual(lines)
      }
    }),
    {numRuns: 300},
  )
})

function pathsOf(value: unknown, path: KeyPath = []): KeyPath[] {
  if (typeof value !== 'object' || value === null) return path.length > 0 ? [path] : []
  const parts: (string | number)[] = Array.isArray(value)
    ? value.map((_, index) => index)
    : Object.keys(value)
  const own = path.length > 0 ? [path] : []
  return [...own, ...parts.flatMap((part) => pathsOf(Reflect.get(value, part), [...path, part]))]
}
