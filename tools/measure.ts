/**
 * How finely the code is cut, in figures that may only get better. `npm run check` prints them beside those of
 * `measure.json` and is red where one got worse; `npm run measure -- --write` writes down those of today, so that who
 * makes one worse does it in plain sight of a review.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseSync} from 'vite'
import {importsOf, isTest, projectFiles} from './imports.ts'
import {root} from './steps.ts'
import {privateWordsIn} from './words.ts'

type Figures = Record<(typeof names)[number], number>

const names = [
  'exports per 1,000 lines',
  'files with one importer, %',
  'files of at most 40 lines, %',
  'members of …Deps per 1,000 lines',
  'words of our own in names, per 1,000 lines',
] as const

/** Private in names alone, beside the words of `words.ts`; each counts once per name and file. */
const ownNames = /^(hand|book|door)s?$/
/** Readarr has real books: where its API, its old rows and its kinds of files are read, a book is a book. */
const isBook = /^books?$/i
const ofBooks = /^src\/(arr-client\/|qbitrr-migration\/|media\/|config\/migrations\/readarr-)/
const small = 40

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const known = join(import.meta.dirname, 'measure.json')

/** Product files alone: tests and what is made for them may be cut as they like. */
function measure(top: 'src' | 'web', importers: ReadonlyMap<string, ReadonlySet<string>>): Figures {
  let [lines, exported, deps, words, small_, single, count] = [0, 0, 0, 0, 0, 0, 0]
  for (const file of productFiles().filter((it) => it.startsWith(`${top}/`))) {
    const text = readFileSync(join(root, file), 'utf8')
    const length = text.split('\n').length - 1
    const own = new Set<string>()
    walk(parseSync(file, text).program as unknown as Node, (node) => {
      exported += exportsOf(node)
      deps += depsOf(node)
      if (node.type === 'Identifier' && hasOwnWord(node['name'] as string, file))
        own.add(node['name'] as string)
    })
    count++
    lines += length
    words += own.size
    if (length <= small) small_++
    if (importers.get(file)?.size === 1) single++
  }
  const perThousand = (value: number) => rounded((value / lines) * 1_000)
  const percent = (value: number) => rounded((value / count) * 100)
  return {
    'exports per 1,000 lines': perThousand(exported),
    'files with one importer, %': percent(single),
    'files of at most 40 lines, %': percent(small_),
    'members of …Deps per 1,000 lines': perThousand(deps),
    'words of our own in names, per 1,000 lines': perThousand(words),
  }
}

function productFiles(): readonly string[] {
  return projectFiles().filter((file) => !isTest(file) && !file.endsWith('.d.ts'))
}

/** Of each file the product files that import it. */
function importersOf(): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>()
  for (const file of productFiles())
    for (const {to} of importsOf(file, readFileSync(join(root, file), 'utf8')))
      importers.set(to, (importers.get(to) ?? new Set()).add(file))
  return importers
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit)
}

function exportsOf({type, declaration, specifiers}: Node): number {
  if (type === 'ExportDefaultDeclaration' || type === 'ExportAllDeclaration') return 1
  if (type !== 'ExportNamedDeclaration') return 0
  const {declarations} = (declaration ?? {}) as {readonly declarations?: readonly unknown[]}
  return declaration === null ? (specifiers as readonly unknown[]).length : (declarations?.length ?? 1)
}

function depsOf({type, id, body}: Node): number {
  if (type !== 'TSInterfaceDeclaration' || !(id as {name: string}).name.endsWith('Deps')) return 0
  return (body as {body: readonly unknown[]}).body.length
}

function hasOwnWord(name: string, file: string): boolean {
  const words = name.split(/(?=[A-Z])|_/)
  const isPrivate = (word: string) =>
    ownNames.test(word.toLowerCase()) && !(isBook.test(word) && ofBooks.test(file))
  return words.some(isPrivate) || privateWordsIn(words.join(' ')).length > 0
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

const importers = importersOf()
const today = {src: measure('src', importers), web: measure('web', importers)}
if (process.argv.includes('--write')) {
  writeFileSync(known, `${JSON.stringify(today, null, 2)}\n`)
} else {
  const before = JSON.parse(readFileSync(known, 'utf8')) as typeof today
  for (const top of ['src', 'web'] as const)
    for (const name of names) {
      const [was, is] = [before[top][name], today[top][name]]
      const change = is > was ? `WORSE than ${was}` : is < was ? `better than ${was}` : ''
      console.log(`${top} ${name}: ${is} ${change}`.trimEnd())
      if (is > was) process.exitCode = 1
    }
  if (process.exitCode === 1)
    console.log(
      'Mend what got worse; where it is meant, `npm run measure -- --write` writes the figures down.',
    )
}
