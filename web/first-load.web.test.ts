/** How much a person's browser has to fetch before the list of torrents stands, as the built pages say it themselves. */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {chunkNames, LAYERS, scriptOf} from './journeys/chunks.fixture.ts'

interface Chunk {
  readonly file: string
  readonly name: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly css?: readonly string[]
}

const folder = join(import.meta.dirname, '../dist/web')
const read = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''
const chunks = JSON.parse(read('.vite/manifest.json') || '{}') as Readonly<Record<string, Chunk>>
/** What the page itself asks for. */
const ofPage = [...read('index.html').matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
  ([, file]) => file!,
)
/** What it shows first. */
const list = 'features/torrents/page/TorrentsPage.tsx'

/** All chunks that one needs at once; what comes with a click is not among them. */
function neededBy(name: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(name)) return known
  known.add(name)
  for (const it of chunks[name]!.imports ?? []) neededBy(it, known)
  return known
}

const needed = chunks[list] ? [...neededBy(list)].map((name) => chunks[name]!) : []
const files = new Set([...ofPage, ...needed.flatMap(({file, css = []}) => [file, ...css])])

/** As they travel: the compressed forms beside the files. */
function kilobytes(ending: string, among: Iterable<string> = files): number {
  const those = [...among].filter((it) => it.endsWith(ending))
  return those.reduce((sum, file) => sum + statSync(join(folder, `${file}.br`)).size, 0) / 1000
}

test('the pages are built, and say what they are made of', () => {
  expect(ofPage.filter((it) => it.endsWith('.js'))).not.toEqual([])
  expect(needed.length).toBeGreaterThan(1)
})

test('every file of the build that a journey names is there, once', () => {
  const built = Object.values(chunks).map(({name}) => name)
  const counts = chunkNames.map((name) => [name, built.filter((it) => it === name).length])
  expect(counts).toEqual(chunkNames.map((name) => [name, 1]))
  const foreign = Object.values(chunks).filter(({name, file}) =>
    chunkNames.some((it) => it === name && !scriptOf(it).test(`/${file}`)),
  )
  expect(foreign).toEqual([])
})

test('no journey hard-codes names of built files', () => {
  const journeys = join(import.meta.dirname, 'journeys')
  const naming = readdirSync(journeys).filter((it) =>
    /assets\\?\//.test(readFileSync(join(journeys, it), 'utf8')),
  )
  expect(naming).toEqual(['chunks.fixture.ts'])
})

/** What it shall have, as `bench/budgets.json` says it. */
const MOST_SCRIPTS_KB = 220

test(`the list of torrents stands after at most ${MOST_SCRIPTS_KB} KB of scripts`, () => {
  expect(kilobytes('.js')).toBeLessThan(MOST_SCRIPTS_KB)
})

test('the list of torrents stands after at most 20 KB of styles', () => {
  expect(kilobytes('.css')).toBeLessThan(20)
})

/** What every page opens with its first click; telephones load it, too, as soon as the list stands. */
const layers = Object.keys(chunks).find((it) => chunks[it]!.name === LAYERS)!

test('menus, panels and toasts come after it, in at most 60 KB', () => {
  expect(chunks['index.html']!.dynamicImports).toContain(layers)
  const all = [...neededBy(layers)].map((name) => chunks[name]!.file)
  const later = all.filter((it) => !files.has(it))
  // Radix draws them: whatever else asks for it at once brings all of it into the first load.
  expect(kilobytes('.js', later)).toBeGreaterThan(10)
  expect(kilobytes('.js', later)).toBeLessThan(60)
})

test('menus, panels and toasts need nothing of the list', () => {
  expect(neededBy(layers)).not.toContain(list)
})
