/**
 * Each code of `docs/reference/errors.md` is the answer to a request in a test that names it: `expectProblem(answer, 'code')`
 * fails when the request is not refused so. What stands in the tests is read here, so that the list needs nobody to
 * keep it, and nothing has to run before.
 */
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {errorCodes, type ErrorCode} from '#model/errors.ts'

const root = join(import.meta.dirname, '../..')

/** Of no answer; `docs/reference/errors.md` says where they are told instead. */
const neverAnswered: readonly ErrorCode[] = ['version_incompatible', 'cancelled']

/** Codes of the answers that a test expects: the last word of each call, and the rows of `codesOf` that one goes over. */
function expectedIn(text: string): readonly string[] {
  const last = callsOf('expect(?:Problem|Code)', text).map((it) => /\s(code|'\w+'),?\s*$/.exec(it)?.[1])
  const alone = last.filter((it) => it?.startsWith("'") === true)
  const rows = last.includes('code') ? callsOf('codesOf', text) : []
  return [...alone, ...rows].flatMap((it) => Array.from(it!.matchAll(/'(\w+)'/g), ([, code]) => code!))
}

/** What stands between the brackets of its calls. */
function callsOf(name: string, text: string): readonly string[] {
  return Array.from(text.matchAll(new RegExp(String.raw`\b${name}\(`, 'g')), ({0: head, index}) => {
    const from = index + head.length
    let [at, depth] = [from, 1]
    for (; depth > 0 && at < text.length; at++) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    return text.slice(from, at - 1)
  })
}

/** Without comments. */
function testsOf(folder: string): readonly string[] {
  return globSync('**/*.test.ts', {cwd: join(root, folder)}).map((path) =>
    readFileSync(join(root, folder, path), 'utf8').replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
  )
}

test('every error code is the answer to a request of a test, but those that are reported otherwise', () => {
  const texts = ['src', 'test'].flatMap(testsOf).filter((text) => text.includes('expect-problem.ts'))
  const produced = new Set(texts.flatMap(expectedIn))
  expect([...produced].filter((it) => !(errorCodes as readonly string[]).includes(it))).toEqual([])
  expect(errorCodes.filter((code) => !produced.has(code))).toEqual(neverAnswered)
  expect(neverAnswered.filter((code) => produced.has(code))).toEqual([])
})

test('the codes are read from what a test expects, and from nothing else', () => {
  expect(expectedIn("expectProblem(await ask('GET', '/x'), 'not_found')")).toEqual(['not_found'])
  expect(expectedIn("expectCode(\n  told,\n  'forbidden')")).toEqual(['forbidden'])
  expect(expectedIn("const codes = codesOf('one', 'two')")).toEqual([])
  expect(expectedIn("codesOf('one', 'two')\nexpectProblem(refused, code)")).toEqual(['one', 'two'])
  expect(expectedIn("expect(answer).toMatchObject({code: 'not_found'})")).toEqual([])
})
