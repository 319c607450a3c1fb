/** How much a person's browser has to fetch before the list of torrents stands, as the built pages say it themselves. */
import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

const folder = join(import.meta.dirname, '../dist/web')
const manifest = join(folder, '.vite/manifest.json')
const chunks = existsSync(manifest)
  ? (JSON.parse(readFileSync(manifest, 'utf8')) as Readonly<Record<string, Chunk>>)
  : {}
/** The page itself, and the first one that it shows. */
const roots = ['index.html', 'features/torrents/TorrentsPage.tsx']

/** All that these need at once; what comes with a click is not in it. */
function neededBy(names: readonly string[], known = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    if (known.has(name)) continue
    known.add(name)
    neededBy(chunks[name]!.imports ?? [], known)
  }
  return known
}

/** As it travels: the compressed form beside each file. */
function kilobytes(files: Iterable<string>): number {
  return [...new Set(files)].reduce((sum, file) => sum + statSync(join(folder, `${file}.br`)).size, 0) / 1024
}

test('the pages are built, and say what they are made of', () => {
  expect(Object.keys(chunks)).toEqual(expect.arrayContaining(roots))
})

/** It may only shrink; `npm run bench -- web` judges it by the 250 KB that it shall have. */
const MOST_SCRIPTS_KB = 300

test(`the list of torrents stands after at most ${MOST_SCRIPTS_KB} KB of scripts`, () => {
  const needed = [...neededBy(roots)]
  expect(kilobytes(needed.map((name) => chunks[name]!.file))).toBeLessThan(MOST_SCRIPTS_KB)
})

test('the list of torrents stands after at most 20 KB of styles', () => {
  const needed = [...neededBy(roots)]
  expect(kilobytes(needed.flatMap((name) => chunks[name]!.css ?? []))).toBeLessThan(20)
})
