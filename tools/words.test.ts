/**
 * What the program says in its answers, messages, logs and descriptions, what its documents say, and what the titles of
 * its tests say, has the words that people know from their clients, Arrs and other pages (`words.ts`).
 */
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseSync, Visitor, type ESTree} from 'vite'
import {expect, test} from 'vitest'
import {isTest, projectFiles} from './imports.ts'
import {root} from './steps.ts'
import {privateWordsIn} from './words.ts'

/** Texts that stay as they are, each with its reason. */
const kept: Readonly<Record<string, string>> = {
  'Commodarr looks after this (do not remove)':
    'A name that is stored in Arrs and by which they are recognised: another one would leave a second entry there.',
  'commodarr sealing key\0':
    'A part of the id of every key: with another text all stored secrets would be unreadable.',
  'Stays for good: no rule removes it.':
    'It answers how long, in the words that people use of a torrent; "permanently" is what a deletion is.',
  'Stays for good: it is protected.': 'The same answer.',
}

/** Pages that are no texts for users, each with its reason. */
const records: Readonly<Record<string, string>> = {
  'docs/progress.md': 'A record of the development.',
  'docs/proof.md': 'A record of the last full proof.',
}

/** From the beginning of a line on. */
const comments = /^\s*(?:\/\*[^]*?\*\/|\/\/.*$)/gm

interface Text {
  readonly file: string
  readonly line: number
  readonly text: string
}

/**
 * Those with private words: strings and templates of at least two words, so no names, keys or codes; `…` stands for a
 * value in a template.
 */
function textsOfCode(file: string): readonly Text[] {
  const code = readFileSync(join(root, file), 'utf8')
  // Parsing is the slow part: only files with such a word outside of comments.
  if (privateWordsIn(code.replace(comments, '')).length === 0) return []
  const texts: Text[] = []
  const add = (start: number, text: string) => {
    if (/\S\s+\S/.test(text) && privateWordsIn(text).length > 0)
      texts.push({file, line: code.slice(0, start).split('\n').length, text})
  }
  new Visitor({
    Literal: ({start, value}) => {
      if (typeof value === 'string') add(start, value)
    },
    TemplateLiteral: ({start, quasis}) =>
      add(start, quasis.map(({value}) => value.cooked ?? value.raw).join('…')),
  }).visit(parseSync(file, code).program)
  return texts
}

const titled = new Set(['test', 'it', 'describe'])

/** Titles of its tests and of groups of them; `…` stands for a value in a template. */
function titlesOf(file: string): readonly Text[] {
  const code = readFileSync(join(root, file), 'utf8')
  const titles: Text[] = []
  new Visitor({
    CallExpression({callee, arguments: [title]}) {
      if (!title || !titled.has(nameOf(callee))) return
      const text =
        title.type === 'TemplateLiteral'
          ? title.quasis.map(({value}) => value.cooked ?? value.raw).join('…')
          : title.type === 'Literal' && typeof title.value === 'string'
            ? title.value
            : null
      if (text !== null) titles.push({file, line: code.slice(0, title.start).split('\n').length, text})
    },
  }).visit(parseSync(file, code).program)
  return titles
}

/** `test` of `test`, `test.each(rows)` and `test.skipIf(why)`. */
function nameOf(callee: ESTree.Expression | ESTree.Super): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return nameOf(callee.object)
  return callee.type === 'CallExpression' ? nameOf(callee.callee) : ''
}

/** Lines of a page without code and addresses of links; of the changelog the newest section alone. */
function textsOfPage(file: string): readonly Text[] {
  const page = readFileSync(join(root, file), 'utf8')
  const newest =
    file === 'CHANGELOG.md'
      ? page
          .split(/^(?=## )/m)
          .slice(0, 2)
          .join('')
      : page
  return newest
    .split('\n')
    .map((line, at) => ({
      file,
      line: at + 1,
      text: line.replace(/`[^`]*`/g, '…').replace(/\]\([^)]*\)/g, ']'),
    }))
}

function faultsIn(texts: readonly Text[]): readonly string[] {
  return texts.flatMap(({file, line, text}) =>
    privateWordsIn(text).map((words) => `${file}:${line}: ${words}: ${text}`),
  )
}

test('texts of the program have the words that people know', () => {
  const files = [
    ...projectFiles().filter((it) => it.startsWith('src/') && !isTest(it)),
    ...globSync('scripts/*.mjs', {cwd: root}),
  ]
  expect(files.length).toBeGreaterThan(900)
  const texts = files.flatMap(textsOfCode)
  expect(faultsIn(texts.filter(({text}) => !(text in kept)))).toEqual([])
  const unused = Object.keys(kept).filter((it) => !texts.some(({text}) => text === it))
  expect(unused).toEqual([])
})

test('alerts and reasons, which pages show, say where to press and name no request of the API', () => {
  const files = projectFiles().filter(
    (it) => /^src\/(?:automation|executor|orphans|ownership|trash)\//.test(it) && !isTest(it),
  )
  expect(files.length).toBeGreaterThan(150)
  const named = files.filter((file) =>
    /\b(?:GET|POST|PUT|PATCH|DELETE) \/api\//.test(
      readFileSync(join(root, file), 'utf8').replace(comments, ''),
    ),
  )
  expect(named).toEqual([])
})

test('documents have the words that people know', () => {
  const pages = globSync(['*.md', 'docs/**/*.md'], {cwd: root}).filter(
    // Decisions keep the words of their day.
    (it) => !it.startsWith('docs/decisions/') && !(it in records),
  )
  expect(pages.length).toBeGreaterThan(20)
  expect(faultsIn(pages.flatMap(textsOfPage))).toEqual([])
})

test('titles of tests have the words that people know', () => {
  const files = projectFiles().filter(isTest)
  expect(files.length).toBeGreaterThan(1_000)
  const titles = files.flatMap(titlesOf)
  expect(titles.length).toBeGreaterThan(8_000)
  expect(faultsIn(titles)).toEqual([])
})
