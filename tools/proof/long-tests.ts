/**
 * Tests that the quick proof leaves to the full one, by what they cost: each file has so many seconds there. Its shortest
 * test takes them first, then the next one that says something else, and last what says the same again of another kind of
 * server or database. What does not fit is listed in `long-tests.json`; the shortest test that takes any time always runs.
 * `npm test -- --write-seconds` runs all of them and makes the list again.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {root} from '../steps.ts'
import type {TimedTest} from './report.ts'
import {idleSeconds} from './seconds.ts'

/** Names of tests (`fullNameOf`) by their file below the root. */
export type LongTests = Readonly<Record<string, readonly string[]>>

const path = join(root, 'tools/proof/long-tests.json')

/** Of one file by its kind, as if nothing else used the processor. Others run whole, or choose themselves. */
const fileSeconds: readonly (readonly [RegExp, number])[] = [
  [/\.fleet\.test\.ts$/, 0.75],
  [/\.(pg|stores)\.test\.ts$/, 0.5],
]
/** It chooses the cases of the quick proof itself: a few of them are worth nothing without the others. */
const choosing = /^test\/access\/access-matrix\.fleet\.test\.ts$/
/** What takes less always runs. */
const ALWAYS_SECONDS = 0.05

/** Set where all of them are to run, as in the full proof. */
export const everyTest = 'COMMODARR_EVERY_TEST'

export function longTests(): LongTests {
  return JSON.parse(readFileSync(path, 'utf8')) as LongTests
}

/** @param tests of a run of all of them, in the order of each file */
export function longTestsOf(tests: readonly TimedTest[]): LongTests {
  const files = Object.groupBy(tests, ({file}) => file)
  const lists = Object.entries(files).map(([file, its = []]): [string, string[]] => [
    file,
    beyond(its, secondsFor(file)),
  ])
  return Object.fromEntries(
    lists.filter(([, names]) => names.length > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

export function writeLongTests(tests: readonly TimedTest[]): void {
  writeFileSync(path, `${JSON.stringify(longTestsOf(tests), null, 2)}\n`)
}

function secondsFor(file: string): number {
  if (choosing.test(file)) return Infinity
  return fileSeconds.find(([kind]) => kind.test(file))?.[1] ?? Infinity
}

function beyond(tests: readonly TimedTest[], most: number): string[] {
  const left = new Set<TimedTest>()
  let used = 0
  let runsOne = false
  for (const it of turnsOf(tests).flat()) {
    const its = idleSeconds(it.seconds)
    const isShort = its <= ALWAYS_SECONDS
    if (!isShort && runsOne && used + its > most) left.add(it)
    else {
      used += its
      runsOne ||= !isShort
    }
  }
  return tests.filter((it) => left.has(it)).map(({name}) => name)
}

/** First one of each sentence, then what says it again of something else, and so on. */
function turnsOf(tests: readonly TimedTest[]): readonly TimedTest[][] {
  const sentences = Map.groupBy(tests, ({name}) => name.replaceAll(particulars, ''))
  const alike = [...sentences.values()]
  const most = Math.max(0, ...alike.map((them) => them.length))
  return Array.from({length: most}, (_, turn) =>
    alike.flatMap((them) => them.slice(turn, turn + 1)).toSorted((a, b) => a.seconds - b.seconds),
  )
}

const particulars = new RegExp(`${serverKinds.join('|')}|sqlite|postgresql|true|false|\\d+`, 'gi')
