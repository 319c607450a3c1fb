/** How long each test file takes in the quick proof, and how long it may. */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from '../steps.ts'

const file = join(root, 'tools/proof/seconds.json')

/** Files that take less are not worth a line. */
const WORTH_SECONDS = 0.2

/** Of those that are worth a line, by their path below the root. */
export type Seconds = Readonly<Record<string, number>>

export function knownSeconds(): Seconds {
  return JSON.parse(readFileSync(file, 'utf8')) as Seconds
}

/** Keeps what a whole run measured. Files that were not run lose their line. */
export function writeSeconds(measured: Seconds): void {
  const worth = Object.entries(measured)
    .filter(([, seconds]) => seconds >= WORTH_SECONDS)
    .map(([name, seconds]): [string, number] => [name, Number(seconds.toFixed(1))])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(worth), null, 2)}\n`)
}

/** How long a file of this kind may take, in seconds on an idle machine. */
export function budgetOf(name: string): number {
  return /\.(fleet|pg|stores|web|lab|days)\.test\.ts$/.test(name) ? 10 : 1
}

/** Why a file may take longer all the same. */
export const reasons: Readonly<Record<string, string>> = {}
