import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {actionNames} from '#model/rule.ts'
import {isTest, projectFiles} from './imports.ts'
import {repeats, repeatsOfActions} from './repeats.ts'
import {root} from './steps.ts'

/** By these something happens later, or again. */
const signs: readonly RegExp[] = [
  /[cC]lock\.after\(/g,
  /(?<!function )\btimeLimit\(/g,
  /(?<!function )\bbackoffMs\(/g,
  /\{waitMs(?:\}|: (?!number))/g,
  /\bset(?:Interval|Timeout)\(/g,
  /\bnew CancellableSleep\(/g,
  /\bnew Rounds\(/g,
  /\b(?:await|void) (?:this\.#)?(?:sleep|pause)\(/g,
]
/** Loops without an end of their own; they count where they wait for something. */
const endless = /\bfor \(;;\)|\bfor \([^;)]*; ;[^)]*\)|\bwhile \(true\)/g
const NEAR = 400

function placesIn(text: string): number {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
  const plain = signs.reduce((sum, sign) => sum + [...code.matchAll(sign)].length, 0)
  const loops = [...code.matchAll(endless)].filter(({index}) =>
    /\bawait\b/.test(code.slice(index, index + NEAR)),
  )
  return plain + loops.length
}

const found = new Map(
  projectFiles()
    .filter((file) => file.startsWith('src/') && file.endsWith('.ts') && !isTest(file))
    .map((file) => [file, placesIn(readFileSync(join(root, file), 'utf8'))] as const)
    .filter(([, places]) => places > 0),
)

test('whatever can happen again is written down, with what ends it', () => {
  const written = Object.entries(repeats).map(([file, {places}]) => `${file} ${places}`)
  expect(written.toSorted()).toEqual([...found].map(([file, places]) => `${file} ${places}`).toSorted())
})

test('each repetition has its start, its reason, its end and a bound', () => {
  for (const [file, {again, once}] of Object.entries(repeats)) {
    expect(again.length > 0 || once !== undefined, file).toBe(true)
    for (const {perHour, ...words} of again) {
      expect([perHour > 0, Number.isFinite(perHour)], file).toEqual([true, true])
      for (const word of Object.values(words)) expect(word, file).not.toBe('')
    }
  }
})

test('each action of rules has an end, and none is done more than a minute apart', () => {
  expect(Object.keys(repeatsOfActions).toSorted()).toEqual(actionNames.toSorted())
  for (const {ends, perHour} of Object.values(repeatsOfActions))
    expect([ends !== '', perHour > 0 && perHour <= 60]).toEqual([true, true])
})

test.each([
  ['clock.after(5, look)', 1],
  ['this.#parts.clock.after(5, () => {})', 1],
  ['for (;;) {\n  if (await isThere()) return\n}', 1],
  ['for (;;) {\n  if (isThere()) return\n}', 0],
  ['for (let n = 0; ; n++) await ask()', 1],
  ['return {waitMs: AGAIN_MS}', 1],
  ['readonly x: {waitMs: number}', 0],
  ['// clock.after(5)\nreturn 1', 0],
  ['await sleep(clock, 5)', 1],
  ['setInterval(beat, 5)', 1],
  ['new Rounds(clock, 5, look)', 1],
  ['admission.after(user)', 0],
])('of %j it finds %i', (text, places) => {
  expect(placesIn(text)).toBe(places)
})
