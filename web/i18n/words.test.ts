/**
 * Words come in parts (`english.ts`). Nothing that is on screen may say what has not come: neither with the page nor
 * with the lazy page or dialog that it is part of. Judged by the files' text: a key is a string in quotes, or fits one
 * with gaps.
 */
import {globSync, readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {expect, test} from 'vitest'
import {importsOf} from '../../tools/imports.ts'
import {privateWordsIn} from '../../tools/words.ts'
import {first, later} from './english.ts'
import type {TextPart} from './text.ts'

const root = join(import.meta.dirname, '../..')
/** The same name for something else: a preference, a fact of rules. */
const namesakes = new Set(['details.size', 'server.owner'])

const keysOf = (words: object) => Object.keys(words).map((it) => it.replace(/_(one|other)$/, ''))
const partOf = new Map<string, TextPart>()
for (const [part, load] of Object.entries(later)) {
  for (const key of keysOf(await load())) partOf.set(key, part as TextPart)
}

interface Module {
  readonly imports: readonly string[]
  readonly lazy: readonly {readonly to: string; readonly parts: readonly TextPart[]}[]
  /** Keys of parts that it says. */
  readonly says: readonly string[]
}

const modules = new Map<string, Module>()

function moduleOf(file: string): Module {
  const known = modules.get(file)
  if (known) return known
  const isCode = /\.tsx?$/.test(file) && !file.startsWith('web/i18n/')
  const text = isCode ? readFileSync(join(root, file), 'utf8') : ''
  const imports = importsOf(file, text)
  const fresh = {
    imports: imports.filter(({kind}) => kind === 'static').map(({to}) => to),
    lazy: imports.filter(({kind}) => kind === 'dynamic').map(({to}) => ({to, parts: partsWith(to, text)})),
    says: saidIn(text),
  }
  modules.set(file, fresh)
  return fresh
}

/** Parts that are loaded together with a lazy file. */
function partsWith(file: string, text: string): readonly TextPart[] {
  const sites = text.matchAll(
    /(?:withWords|lazyPart|lazyDialog|lazyPage)\(\s*\[([^\]]*)\],.*?import\('([^']+)'\)/gs,
  )
  const [, parts = ''] = [...sites].find(([, , path]) => basename(path!) === basename(file)) ?? []
  return [...parts.matchAll(/'([^']+)'/g)].map(([, part]) => part as TextPart)
}

function saidIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/'([^'\n]+)'/g)].map(([, key]) => key!).filter((key) => partOf.has(key))
  const patterns = [...text.matchAll(/`([a-z-]+\.[^`$\n]*)\$\{[^}]*\}([^`$\n]*)`/g)]
  const fitting = patterns.flatMap(([, head, tail]) =>
    [...partOf.keys()].filter((key) => key.startsWith(head!) && key.endsWith(tail!)),
  )
  return [...new Set([...quoted, ...fitting])].filter((key) => !namesakes.has(key))
}

/** A file and all that comes with it. */
function withImports(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known
  known.add(file)
  for (const to of moduleOf(file).imports) withImports(to, known)
  return known
}

/** What is said without its words, from an entry on through all that it loads later. */
function speechless(
  entry: string,
  loaded: ReadonlySet<TextPart>,
  seen = new Set<string>(),
): readonly string[] {
  const state = `${entry} ${[...loaded].sort().join()}`
  if (seen.has(state)) return []
  seen.add(state)
  const files = [...withImports(entry)]
  const here = files.flatMap((file) =>
    moduleOf(file)
      .says.filter((key) => !loaded.has(partOf.get(key)!))
      .map((key) => `${entry}: ${file} says ${key} of ${partOf.get(key)}`),
  )
  const lazy = files.flatMap((file) => moduleOf(file).lazy)
  return [...here, ...lazy.flatMap(({to, parts}) => speechless(to, loaded.union(new Set(parts)), seen))]
}

test('each key is in one file alone', () => {
  const all = [...new Set(keysOf(first)), ...partOf.keys()]
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([])
})

test('what the list needs at once says only what comes with the page', () => {
  const files = [
    ...withImports('web/main.tsx'),
    ...withImports('web/features/torrents/page/TorrentsPage.tsx'),
  ]
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap((file) => moduleOf(file).says.map((key) => `${file}: ${key}`))).toEqual([])
})

test('every lazy page and dialog brings the words that it says', () => {
  expect(speechless('web/main.tsx', new Set())).toEqual([])
})

test('no lazy page or dialog brings words that it does not say', () => {
  const files = globSync('web/**/*.{ts,tsx}', {cwd: root}).filter((it) => !/\.(test|fixture)\./.test(it))
  const inVain = files.flatMap((file) =>
    moduleOf(file).lazy.flatMap(({to, parts}) => {
      const said = new Set(
        [...withImports(to)].flatMap((it) => moduleOf(it).says.map((key) => partOf.get(key))),
      )
      return parts.filter((part) => !said.has(part)).map((part) => `${file}: ${part} with ${to}`)
    }),
  )
  expect(inVain).toEqual([])
})

/** They answer how long it stays; "permanently" is what a deletion is. */
const stayForGood = new Set(['fate.protected', 'fate.none'])

test('texts have the words that people know from their clients, Arrs and other pages', async () => {
  const parts: readonly Readonly<Record<string, string>>[] = [
    first,
    ...(await Promise.all(Object.values(later).map((load) => load()))),
  ]
  const wrong = parts.flatMap((words) =>
    Object.entries(words)
      .filter(([key]) => !key.startsWith('also.') && !stayForGood.has(key))
      .flatMap(([key, text]) => privateWordsIn(text).map((found) => `${key}: ${found}: ${text}`)),
  )
  expect(wrong).toEqual([])
})
