/** What vitest's JSON reporter wrote, in names. */
import {existsSync, readFileSync} from 'node:fs'
import {relative} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {root} from '../steps.ts'
import {fullNameOf} from './alone.ts'
import type {Seconds} from './seconds.ts'

/** One test that failed, or one file that could not be run at all. */
export interface Failure {
  /** Below the root. */
  readonly file: string
  /** `null` = the whole file. */
  readonly test: string | null
  readonly said: string
}

export interface Report {
  readonly passed: number
  readonly failed: readonly Failure[]
  readonly skipped: readonly string[]
  /** Of each file, from its first test to its last. */
  readonly seconds: Seconds
  /** What passed, in the order of each file. */
  readonly tests: readonly TimedTest[]
}

export interface TimedTest {
  /** Below the root. */
  readonly file: string
  /** As `fullNameOf`. */
  readonly name: string
  readonly seconds: number
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly startTime: number
    readonly endTime: number
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      /** ms; missing where it was not run. */
      readonly duration?: number
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** Of what a test said when it failed; the whole stands further up. */
const MOST_CHARACTERS = 1_200

/** @returns `null` when there is no report: vitest itself broke down */
export function readReport(path: string): Report | null {
  if (!existsSync(path)) return null
  const {testResults} = JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  const files = testResults.map((it) => ({...it, file: relative(root, it.name)}))
  const tests = files.flatMap(({file, assertionResults}) =>
    assertionResults.map((it) => ({...it, file, name: fullNameOf([...it.ancestorTitles, it.title])})),
  )
  const withStatus = (...wanted: string[]) => tests.filter(({status}) => wanted.includes(status))
  const broken = files.filter(
    ({status, assertionResults}) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  )
  return {
    passed: withStatus('passed').length,
    failed: [
      ...withStatus('failed').map(({file, name, failureMessages = []}) => ({
        file,
        test: name,
        said: failureMessages.map(shortly).join('\n'),
      })),
      ...broken.map(({file, message}) => ({file, test: null, said: shortly(message ?? 'could not be run')})),
    ],
    skipped: withStatus('skipped', 'pending', 'todo', 'disabled').map(({file, name}) => `${file}: ${name}`),
    seconds: Object.fromEntries(
      files.map(({file, startTime, endTime}) => [file, (endTime - startTime) / 1_000]),
    ),
    tests: withStatus('passed').map(({file, name, duration = 0}) => ({
      file,
      name,
      seconds: duration / 1_000,
    })),
  }
}

/** Without colours, and without where it came from. */
function shortly(message: string): string {
  const [said = ''] = stripVTControlCharacters(message).split(/\n {4}at /)
  return said.length > MOST_CHARACTERS ? `${said.slice(0, MOST_CHARACTERS)} …` : said
}
