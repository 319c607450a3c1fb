/** What vitest's JSON reporter wrote, in names. */
import {existsSync, readFileSync} from 'node:fs'
import {relative} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {root} from './steps.ts'

export interface Report {
  readonly passed: number
  /** One entry a failed test, with what each of its tries said, and one a file that could not be run at all. */
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
  /** Passed in the end, with what the tries before said. */
  readonly again: readonly string[]
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** Of what a test said when it failed; the whole stands further up. */
const MOST_CHARACTERS = 1_200

/** @returns `null` when there is no report: vitest itself broke down */
export function readReport(file: string): Report | null {
  if (!existsSync(file)) return null
  const {testResults} = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  const named = testResults.flatMap(({name, assertionResults}) =>
    assertionResults.map(({fullName, status, failureMessages = []}) => ({
      status,
      tries: failureMessages.length,
      title: [`${relative(root, name)}: ${fullName}`, ...failureMessages.map(shortly)].join('\n      '),
    })),
  )
  const withStatus = (...wanted: string[]) =>
    named.filter(({status}) => wanted.includes(status)).map(({title}) => title)
  const broken = testResults
    .filter(
      ({status, assertionResults}) =>
        status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
    )
    .map(({name, message}) => `${relative(root, name)}: ${(message ?? 'could not be run').split('\n')[0]!}`)
  return {
    passed: withStatus('passed').length,
    failed: [...withStatus('failed'), ...broken],
    skipped: withStatus('skipped', 'pending', 'todo', 'disabled'),
    again: named.filter(({status, tries}) => status === 'passed' && tries > 0).map(({title}) => title),
  }
}

/** Without colours, and without where it came from. */
function shortly(message: string): string {
  const [said = ''] = stripVTControlCharacters(message).split(/\n {4}at /)
  return said.length > MOST_CHARACTERS ? `${said.slice(0, MOST_CHARACTERS)} …` : said
}
