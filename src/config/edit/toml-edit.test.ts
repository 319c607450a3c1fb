import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {parse} from 'smol-toml'
import {expect, test} from 'vitest'
import {anyCharacter} from '#test/any-character.ts'
import {isFull} from '#test/proof.ts'
import {isTable} from '../document/document.ts'
import {addSection, editPaths, editSection, removeSection} from './toml-edit.ts'
import {commentLines} from './toml-keys.ts'
import type {TomlValue} from './toml-text.ts'

const folder = join(import.meta.dirname, '../../../lab/fixtures/config')
const fixtures = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))

const lively = `# The whole fleet. = [not] "a" key
stray = 1

# about the first
  [qBit] # end of header
  Host = "a" # host comment
  # between
  Port = 8080
  # UserName = "x"

# of the first, or of the next?
[qBit.CategorySeeding]
MaxUploadRatio = 2.50
Note = """
# no comment
"""
[[qBit.Trackers]]
URI = 'https://one.example' # literal
# of a row
[[qBit.Trackers]]
URI = "https://two.example"

# about the box
[qBit-Seedbox]
# within
Host = "box"
DownloadRoots = [
  "/a", # first
  "/b",
]

# last words
[Radarr-4K]
Managed = true
`

test('a value is changed in its place, and its comment stays beside it', () => {
  const edited = editSection(lively, 'qBit', {Host: 'b "quoted" \\ \u007f', Port: 9090})
  expect(edited).toBe(
    lively
      .replace('"a" # host', '"b \\"quoted\\" \\\\ \\u007f" # host')
      .replace('Port = 8080', 'Port = 9090'),
  )
})

test('a new key goes behind the last one of its section, as deep as that', () => {
  const edited = editSection(lively, 'qBit', {UserName: 'me'})
  expect(edited).toBe(lively.replace('  Port = 8080\n', '  Port = 8080\n  UserName = "me"\n'))
})

test('a key goes with its line, and the comments around it stay', () => {
  const edited = editSection(lively, 'qBit', {Port: undefined})
  expect(edited).toBe(lively.replace('  Port = 8080\n', ''))
})

test('in a list only what changed is written again', () => {
  const edited = editSection(lively, 'qBit-Seedbox', {DownloadRoots: ['/a', '/c']})
  expect(edited).toBe(lively.replace('"/b"', '"/c"'))
})

const trackers = ['qBit', 'Trackers']

test('a row is changed in its block, one that goes leaves its comments, a new one gets a block', () => {
  const rows = [
    {URI: 'https://two.example', MaxUploadRatio: 2},
    {URI: 'https://three.example', AddTags: ['a', 'b']},
  ]
  expect(editPaths(lively, [{path: trackers, value: rows}])).toBe(
    lively.replace(
      /\[\[qBit\.Trackers\]\]\nURI = 'https:\/\/one[^]*two\.example"\n/,
      `# of a row
[[qBit.Trackers]]
URI = "https://two.example"
MaxUploadRatio = 2

[[qBit.Trackers]]
URI = "https://three.example"
AddTags = ["a", "b"]
`,
    ),
  )
})

test('rows stay where they are, also when one comes before them or goes from among them', () => {
  const [first, second] = [{URI: 'https://one.example'}, {URI: 'https://two.example'}]
  const before = {URI: 'https://zero.example'}
  const edited = editPaths(lively, [{path: trackers, value: [before, first, second]}])
  expect(edited).toBe(
    lively.replace(
      '[[qBit.Trackers]]',
      '[[qBit.Trackers]]\nURI = "https://zero.example"\n\n[[qBit.Trackers]]',
    ),
  )
  expect(editPaths(edited, [{path: trackers, value: [first, second]}])).toBe(
    lively.replace('"""\n[[', '"""\n\n[['),
  )
})

test('the first rows of a section stand behind everything else of it, also in place of an empty list', () => {
  const rows = [{Name: 'films', MaxUploadRatio: 1.5}]
  const path = ['qBit', 'CategorySeeding', 'Categories']
  const added = '\n[[qBit.CategorySeeding.Categories]]\nName = "films"\nMaxUploadRatio = 1.5\n'
  expect(editPaths(lively, [{path, value: rows}])).toBe(
    lively.replace('URI = "https://two.example"\n', (line) => line + added),
  )
  const file = '[qBit]\nTrackers = []\nHost = "a"\n[qBit-B]\nHost = "b"\n'
  expect(editPaths(file, [{path: trackers, value: [{URI: 'one'}]}])).toBe(
    '[qBit]\nHost = "a"\n\n[[qBit.Trackers]]\nURI = "one"\n[qBit-B]\nHost = "b"\n',
  )
  const remarked = '[qBit]\nTrackers = [] # none yet\n'
  expect(editPaths(remarked, [{path: trackers, value: [{URI: 'one'}]}])).toMatch(
    /^\[qBit\]\nTrackers = \[ ?\{ ?URI = "one" ?\} ?\] # none yet\n$/,
  )
})

test('rows on one line stay there, and rows that all go become an empty list', () => {
  const file = '[qBit]\nTrackers = [{URI = "one", Priority = 1}, {URI = "two"}] # mine\n'
  const edited = editPaths(file, [{path: trackers, value: [{URI: 'one', Priority: 2}, {URI: 'two'}]}])
  expect(edited).toBe(file.replace('Priority = 1', 'Priority = 2'))
  const without = editPaths(lively, [{path: trackers, value: []}])
  expect(parse(without)['qBit']).toMatchObject({Trackers: []})
  expect(commentLines(without)).toEqual(commentLines(lively))
})

test('whatever rows become, they read as meant and no comment is lost', () => {
  const row = fc.record(
    {
      URI: fc.constantFrom('a', 'b', 'c', 'd'),
      Priority: fc.integer({min: -3, max: 3}),
      AddTags: fc.array(fc.constantFrom('x', 'y')),
      SuperSeedMode: fc.boolean(),
    },
    {noNullPrototype: true},
  )
  const rows = fc.array(row, {maxLength: 5})
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const first = editPaths(lively, [{path: trackers, value: one}])
      const second = editPaths(first, [{path: trackers, value: other}])
      expect((parse(second)['qBit'] as {Trackers: unknown}).Trackers).toEqual(other)
      expect(commentLines(second)).toEqual(commentLines(lively))
    }),
    {numRuns: isFull ? 200 : 40},
  )
})

test('a section goes with its tables, what is written above and behind it stays', () => {
  expect(removeSection(lively, 'qBit')).toBe(
    lively.slice(0, lively.indexOf('  [qBit]')) + lively.slice(lively.indexOf('\n# about the box')),
  )
  expect(removeSection(lively, 'Radarr-4K').endsWith('# last words\n')).toBe(true)
})

test('a section whose tables are scattered goes from everywhere', () => {
  const text = '[qBit]\nHost = "a"\n\n[Settings]\nx = 1\n\n# of trackers\n[[qBit.Trackers]]\nURI = "b"\n'
  expect(removeSection(text, 'qBit')).toBe('[Settings]\nx = 1\n\n# of trackers\n')
})

test('a new section stands at the end, one blank line below the rest', () => {
  const added = addSection('[a]\nx = 1\n', 'qBit-The box', {Host: 'h', Port: 1, List: [], Flag: true})
  expect(added).toBe('[a]\nx = 1\n\n["qBit-The box"]\nHost = "h"\nPort = 1\nList = []\nFlag = true\n')
  expect(addSection('', 'b', {y: 1.5})).toBe('[b]\ny = 1.5\n')
})

for (const [form, text, expected] of [
  ['an inline table', 'qBit = {Host = "a", Port = 1} # c', 'qBit = {Host = "b", User = "x"} # c'],
  ['dotted keys', 'qBit.Host = "a" # c\nqBit.Port = 1\n', 'qBit.Host = "b" # c\nqBit.User = "x"\n'],
  [
    'tables below it alone',
    '# c\n[qBit.Sub]\ny = 1\n',
    '# c\n[qBit]\nHost = "b"\nUser = "x"\n\n[qBit.Sub]\ny = 1\n',
  ],
  ['quoted names', '["qBit"]\n"Host" = \'a\' # c', '["qBit"]\n"Host" = "b" # c\nUser = "x"'],
  [
    'text over several lines',
    '[qBit]\nHost = """a\n#b""" # c\nPort = 1',
    '[qBit]\nHost = "b" # c\nUser = "x"',
  ],
]) {
  test(`a section written as ${form} is changed in its own form`, () => {
    expect(editSection(text!, 'qBit', {Host: 'b', Port: undefined, User: 'x'})).toBe(expected)
  })
}

test('comment lines are distinguished from text and from comments behind values', () => {
  expect(commentLines(lively)).toEqual([
    '# The whole fleet. = [not] "a" key',
    '# about the first',
    '# between',
    '# UserName = "x"',
    '# of the first, or of the next?',
    '# of a row',
    '# about the box',
    '# within',
    '# last words',
  ])
})

test('a text that cannot be parsed, a section that is not there or there twice: nothing is written', () => {
  expect(() => editSection('[qBit\nPassword = "hunter2"', 'qBit', {})).toThrow(/line 1/)
  expect(() => editSection('[qBit\nPassword = "hunter2"', 'qBit', {})).not.toThrow(/hunter2/)
  expect(() => editSection('[a]', 'qBit', {Host: 'x'})).toThrow(/Edit it by hand/)
  expect(() => removeSection('[a]', 'qBit')).toThrow(/Edit it by hand/)
  expect(() => addSection('[a]', 'a', {})).toThrow(/Edit it by hand/)
})

test('half a character and what is no number are refused', () => {
  expect(() => editSection('[a]\nx = 1', 'a', {x: '\ud800'})).toThrow(/half a character/)
  expect(() => editSection('[a]\nx = 1', 'a', {x: Number.NaN})).toThrow(/no number/)
})

const plainValue: fc.Arbitrary<TomlValue> = fc.oneof(
  fc.string({unit: anyCharacter}),
  fc.constantFrom('# no comment', '"""', "'''", '[qBit]', 'a\r\nb', ''),
  fc.integer(),
  fc.double({noNaN: true, min: -1e15, max: 1e15}).filter((it) => !Object.is(it, -0)),
  fc.boolean(),
)
const value: fc.Arbitrary<TomlValue | undefined> = fc.oneof(
  {weight: 4, arbitrary: plainValue},
  {weight: 1, arbitrary: fc.array(plainValue, {maxLength: 3})},
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('/a', 'b', 'c.d'), plainValue, {noNullPrototype: true}),
  },
  {weight: 1, arbitrary: fc.constant(undefined)},
)

/** As others write files: with line ends of Windows, without one behind the last line. */
const asWritten = fc.record({
  text: fc.constantFrom(...fixtures, lively),
  windows: fc.boolean(),
  open: fc.boolean(),
})

function written({text, windows, open}: {text: string; windows: boolean; open: boolean}): string {
  const ended = open ? text.trimEnd() : text
  return windows ? ended.replaceAll('\n', '\r\n') : ended
}

test('random edits of real files keep every comment line, every other value and the kind of line ends', () => {
  fc.assert(
    fc.property(
      asWritten,
      fc.nat(),
      fc.dictionary(
        fc.constantFrom('Host', 'Port', 'Password', 'PathMappings', 'DownloadRoots', 'Trackers', 'New key'),
        value,
        {minKeys: 1, noNullPrototype: true},
      ),
      (file, at, keys) => {
        const text = written(file)
        const before = parse(text)
        const sections = Object.keys(before).filter((name) => isTable(before[name]))
        const section = sections[at % sections.length]!
        const edited = editSection(text, section, keys)
        const after = parse(edited)
        expect({...after, [section]: null}).toEqual({...before, [section]: null})
        expect(withoutKeys(after[section], keys)).toEqual(withoutKeys(before[section], keys))
        for (const [key, wanted] of Object.entries(keys)) {
          expect((after[section] as Record<string, unknown>)[key]).toEqual(wanted)
        }
        expect(commentLines(edited)).toEqual(commentLines(text))
        expect(edited.endsWith('\n')).toBe(text.endsWith('\n'))
        if (file.windows) expect(edited).not.toMatch(/(?<!\r)\n/)
        else expect(edited).not.toContain('\r\n')
      },
    ),
    {numRuns: isFull ? 200 : 40},
  )
})

function withoutKeys(table: unknown, keys: object): object {
  return Object.fromEntries(Object.entries(table as object).filter(([key]) => !(key in keys)))
}

test('a section that comes and goes again leaves the file as it was', () => {
  fc.assert(
    fc.property(asWritten, (file) => {
      const text = written(file)
      const added = addSection(text, 'qBit-Passing', {Host: 'h'})
      expect(removeSection(added, 'qBit-Passing')).toBe(text)
    }),
  )
})

test('a section that goes takes nothing else with it', () => {
  fc.assert(
    fc.property(asWritten, fc.nat(), (file, at) => {
      const text = written(file)
      const before = parse(text)
      const section = Object.keys(before)[at % Object.keys(before).length]!
      const {[section]: _gone, ...others} = before
      const edited = removeSection(text, section)
      expect(parse(edited)).toEqual(others)
      expect(edited.endsWith('\n') || edited === '').toBe(text.endsWith('\n') || edited === '')
    }),
  )
})
