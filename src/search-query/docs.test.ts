import {globSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {fieldCalled, fields, isWords} from './fields.ts'
import {filterOf} from './filter-of.ts'
import {languageFields, type LanguageField} from './language.ts'
import {mistakeCodes, saidInFull} from './mistakes.ts'
import {families} from './quantities.ts'
import {reader} from './reader.fixture.ts'
import {stateWords} from './states.ts'
import {termsOf} from './terms.ts'

const folder = new URL('../../docs/', import.meta.url)
const pageOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const codeIn = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)
const page = pageOf('use/search.md')
const named = new Set(codeIn(page))

for (const [what, words] of [
  ['field', fields.map(({name}) => name)],
  ['state', Object.keys(stateWords)],
  ['word of is', isWords],
  ['unit', [...families.size.shown, ...families.duration.shown]],
  ['mistake', [...mistakeCodes, ...saidInFull]],
] as const) {
  test(`every ${what} stands in docs/use/search.md`, () => {
    expect(words.filter((word) => !named.has(word))).toEqual([])
  })
}

test('docs/use/search.md lists every fact that a search can ask, what it is and takes, and no other', () => {
  const [, facts] = /## Facts of rules\n(.*?)\n## Units/s.exec(page)!
  const rows = [...facts!.matchAll(/^\| `(\w+)` \| (.+?)( \*)? \| (.*) \|$/gm)]
  const written = rows.map(([, name, says, star, takes]) => ({
    name,
    says,
    isLookedUp: star !== undefined,
    takes,
  }))
  const known = languageFields
    .filter(({name}) => fieldCalled(name) === null)
    .map((field) => ({
      name: field.name,
      says: `${field.says[0]!.toLowerCase()}${field.says.slice(1)}`,
      isLookedUp: field.isLookedUp,
      takes: takesInWords(field),
    }))
  const byName = (rows: readonly {readonly name: string | undefined}[]) =>
    rows.toSorted((one, other) => (one.name! < other.name! ? -1 : 1))
  expect(byName(written)).toEqual(byName(known))
})

function takesInWords({words, takes}: LanguageField): string {
  if (words.length > 0) return words.map((word) => `\`${word}\``).join(' ')
  const kinds: Readonly<Partial<Record<LanguageField['takes'], string>>> = {
    size: 'bytes',
    speed: 'bytes per second',
    duration: 'a duration',
    share: '`50%` or `0.5`',
    number: 'a number',
    count: 'a whole number',
    date: 'a date',
    word: 'one of its words, or `none`',
    piece: 'a piece of the text',
    name: 'a name',
  }
  return kinds[takes] ?? ''
}

/* ───────────────────────────── examples ───────────────────────────── */

const [described, mistaken] = page.split('| code |') as [string, string]
const allPages = globSync('**/*.md', {cwd: folder}).filter((name) => !name.startsWith('decisions/'))

const isField = (name: string) => languageFields.some((it) => it.name === name || it.also.includes(name))

/** Of any page: the terms in its text, and what travels as `q`. */
function examplesIn(text: string): readonly string[] {
  const terms = codeIn(text).filter((code) => {
    const [term] = termsOf(code)
    // Dots stand for whatever a reader has there.
    return term?.kind === 'field' && term.values.length > 0 && isField(term.field) && !code.includes('…')
  })
  const inAddresses = [...text.matchAll(/[?&]q=([^&'\s`…]+)/g)].map(([, q]) => decodeURIComponent(q!))
  const inObjects = [...text.matchAll(/\bq"?: (["'])(.*?)\1/g)].map(([, , q]) => q!)
  return [...terms, ...inAddresses, ...inObjects]
}

/** What stands by itself, and what the table of forms has in its first column. */
function formsOfSearch(): readonly string[] {
  const blocks = [...described.matchAll(/^```\n(.+)\n```$/gm)].map(([, text]) => text!)
  const [forms] = described.split('## Fields') as [string]
  const firstCells = [...forms.matchAll(/^\|(.*?)\|/gm)].flatMap(([, cell]) => codeIn(cell!))
  return [...blocks, ...firstCells.filter((code) => !/^[<>=]+$/.test(code))]
}

const examples = [
  ...formsOfSearch().map((text) => ['use/search.md', text] as const),
  ...allPages.flatMap((name) => {
    const text = name === 'use/search.md' ? described : pageOf(name)
    return examplesIn(text).map((example) => [name, example] as const)
  }),
]

test('the pages have examples of queries', () => {
  const counts = ['use/search.md', 'reference/api.md'].map(
    (name) => examples.filter(([on]) => on === name).length,
  )
  expect(counts[0]).toBeGreaterThan(30)
  expect(counts[1]).toBeGreaterThan(6)
})

test.each(examples)('the example in docs/%s is understood: %s', (_page, text) => {
  expect(filterOf(text, reader).mistakes).toEqual([])
})

const mistakes = [...mistaken.matchAll(/^\| ((?:`\w+` ?)+)\| (.*) \|$/gm)].flatMap(([, codes, says]) =>
  // Quotes are how it is written right.
  codeIn(says!)
    .filter((text) => !text.startsWith('"'))
    .map((text) => [text, codeIn(codes!)] as const),
)

test.each(mistakes)('%s is the mistake that docs/use/search.md says', (text, codes) => {
  expect(codes).toContain(filterOf(text, reader).mistakes[0]?.code)
})
