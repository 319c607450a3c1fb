/**
 * How plainly the house is built, in figures. `npm run check` prints them beside those of `measure.json` and what is
 * wanted: trends for a review, nothing fails by them. `npm run measure -- --write` writes down those of today.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {parseSync} from 'vite'
import {importsOf, isTest, projectFiles, type Import} from './imports.ts'
import {root} from './steps.ts'
import {privateWordsIn} from './words.ts'

/** What is wanted at most: of `src` and of `web`. */
const wantedOfEach = {
  'exports per 1,000 lines': 22,
  'files with one importer, %': 28,
  'members of …Deps per 1,000 lines': 5,
  'words of our own in names, per 1,000 lines': 0,
} as const
/** Of both together. */
const wantedOfBoth = {
  'files of at most 40 lines': 200,
  'of them with one importer': 80,
  'lines of the product': 150_000,
  'lines of the longest function': 120,
  'cycles between folders': 0,
  'interfaces …Deps': 40,
  'comparisons with a kind of server': 0,
} as const
const wanted = {...wantedOfEach, ...wantedOfBoth}
type Figures = Record<keyof typeof wanted, number>

/** Private in names alone, beside the words of `words.ts`; each counts once per name and file. */
const ownNames = /^(hand|book|door)s?$/
/** Readarr has real books: where its API, its old rows and its kinds of files are read, a book is a book. */
const isBook = /^books?$/i
const ofBooks = /^src\/(arr-client\/|qbitrr-migration\/|media\/|config\/migrations\/readarr-)/
const small = 40
/** Outside of the room where each kind is at home. */
const kindsOfServers: ReadonlySet<unknown> = new Set(['qbittorrent', 'transmission', 'rtorrent', 'deluge'])
const ofKinds = /^src\/clients\/|\/fixture\//

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const known = join(import.meta.dirname, 'measure.json')

/** Product files alone: tests and what is made for them may be cut as they like. */
function measure(top: 'src' | 'web', importers: ReadonlyMap<string, ReadonlySet<string>>): Figures {
  let [lines, exported, deps, members, words, few, fewOfOne, single, count, kinds] = Array<number>(10).fill(0)
  let longest = 0
  const imports: Import[] = []
  for (const file of productFiles().filter((it) => it.startsWith(`${top}/`))) {
    const text = readFileSync(join(root, file), 'utf8')
    const length = linesIn(text)
    const own = new Set<string>()
    // Names of libraries are theirs.
    const foreign = new Set<string>()
    walk(parseSync(file, text).program as unknown as Node, (node) => {
      exported! += exportsOf(node)
      const membersHere = membersOfDeps(node)
      if (membersHere !== null) deps!++
      members! += membersHere ?? 0
      if (functions.has(node.type)) longest = Math.max(longest, linesIn(text.slice(node.start, node.end)) + 1)
      if (!ofKinds.test(file) && comparesKind(node)) kinds!++
      for (const name of foreignNamesOf(node)) foreign.add(name)
      if (node.type === 'Identifier' && hasOwnWord(node['name'] as string, file))
        own.add(node['name'] as string)
    })
    const isOfOne = importers.get(file)?.size === 1
    count!++
    lines! += length
    words! += own.difference(foreign).size
    if (length <= small) few!++
    if (length <= small && isOfOne) fewOfOne!++
    if (isOfOne) single!++
    imports.push(...importsOf(file, text))
  }
  const perThousand = (value: number) => rounded((value / lines!) * 1_000)
  return {
    'exports per 1,000 lines': perThousand(exported!),
    'files with one importer, %': rounded((single! / count!) * 100),
    'files of at most 40 lines': few!,
    'of them with one importer': fewOfOne!,
    'lines of the product': lines!,
    'lines of the longest function': longest,
    'cycles between folders': cyclesIn(imports),
    'interfaces …Deps': deps!,
    'members of …Deps per 1,000 lines': perThousand(members!),
    'comparisons with a kind of server': kinds!,
    'words of our own in names, per 1,000 lines': perThousand(words!),
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}

const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
])

function comparesKind({type, operator, left, right, test}: Node): boolean {
  const isKind = (side: unknown) => kindsOfServers.has((side as {value?: unknown} | null | undefined)?.value)
  if (type === 'SwitchCase') return isKind(test)
  return type === 'BinaryExpression' && /^[!=]==$/.test(operator as string) && (isKind(left) || isKind(right))
}

/** Groups of folders that need each other's values; a folder and what lies below it are two. */
function cyclesIn(imports: readonly Import[]): number {
  const next = new Map<string, Set<string>>()
  for (const {from, to, kind} of imports) {
    const [one, other] = [dirname(from), dirname(to)]
    if (kind === 'static' && one !== other) next.set(one, (next.get(one) ?? new Set()).add(other))
  }
  const reached = new Map([...next.keys()].map((folder) => [folder, reachedFrom(folder, next)]))
  const groups = new Set<string>()
  for (const [folder, those] of reached)
    if (those.has(folder))
      groups.add(
        [...those]
          .filter((it) => reached.get(it)?.has(folder))
          .toSorted()
          .join(' '),
      )
  return groups.size
}

function reachedFrom(folder: string, next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set<string>()
  const queue = [folder]
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const to of next.get(at) ?? [])
      if (!seen.has(to)) {
        seen.add(to)
        queue.push(to)
      }
  return seen
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

/** What an import takes from a package. */
function foreignNamesOf({type, source, specifiers}: Node): readonly string[] {
  if (type !== 'ImportDeclaration' || /^[.#]/.test((source as {value: string}).value)) return []
  return (specifiers as {readonly local: {readonly name: string}}[]).map(({local}) => local.name)
}

/** `null` = it is no such interface. */
function membersOfDeps({type, id, body}: Node): number | null {
  if (type !== 'TSInterfaceDeclaration' || !(id as {name: string}).name.endsWith('Deps')) return null
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

function bothOf(src: Figures, web: Figures): Pick<Figures, keyof typeof wantedOfBoth> {
  const longest = 'lines of the longest function'
  const sums = Object.keys(wantedOfBoth).map((it) => {
    const name = it as keyof typeof wantedOfBoth
    return [name, name === longest ? Math.max(src[name], web[name]) : src[name] + web[name]]
  })
  return Object.fromEntries(sums) as Pick<Figures, keyof typeof wantedOfBoth>
}

function eachOf(figures: Figures): Pick<Figures, keyof typeof wantedOfEach> {
  const shares = Object.keys(wantedOfEach).map((name) => [name, figures[name as keyof typeof wantedOfEach]])
  return Object.fromEntries(shares) as Pick<Figures, keyof typeof wantedOfEach>
}

const importers = importersOf()
const [src, web] = [measure('src', importers), measure('web', importers)]
const today: Record<string, Partial<Figures>> = {src: eachOf(src), web: eachOf(web), both: bothOf(src, web)}
if (process.argv.includes('--write')) {
  writeFileSync(known, `${JSON.stringify(today, null, 2)}\n`)
} else {
  const before = JSON.parse(readFileSync(known, 'utf8')) as typeof today
  for (const [top, figures] of Object.entries(today))
    for (const [name, is] of Object.entries(figures)) {
      const was = before[top]?.[name as keyof Figures] ?? is
      const change = is > was ? `, WORSE than ${was}` : is < was ? `, better than ${was}` : ''
      console.log(`${top} ${name}: ${is} (wanted ${wanted[name as keyof Figures]}${change})`)
    }
}
