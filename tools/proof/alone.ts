/** Says of each test that failed how it is run alone. */
import {relative} from 'node:path'
import type {Reporter, TestCase, TestModule} from 'vitest/node'
import {root} from '../steps.ts'

/** What makes a run another one. */
const chosen = ['COMMODARR_FULL', 'COMMODARR_SUITES', 'COMMODARR_SHARE', 'COMMODARR_SEED']

/** @param test its full name (`fullNameOf`); `null` = the whole file */
export function aloneCommand(file: string, test: string | null): string {
  const before = chosen
    .filter((name) => process.env[name] !== undefined)
    .map((name) => `${name}=${process.env[name]} `)
    .join('')
  const pattern = test === null ? '' : ` -t ${quoted(`^${escaped(test)}$`)}`
  return `${before}npm run test:one -- ${file}${pattern}`
}

/** The name of a test as `-t` compares it. @param titles of its suites, from outside, and its own */
export function fullNameOf(titles: readonly string[]): string {
  return titles.join(' > ')
}

/** vitest takes the name as a pattern. */
function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

export default class AloneReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const failed = modules.flatMap((module) => {
      const file = relative(root, module.moduleId)
      const tests: TestCase[] = [...module.children.allTests('failed')]
      if (tests.length === 0 && module.state() === 'failed') return [aloneCommand(file, null)]
      return tests.map((it) => aloneCommand(file, it.fullName))
    })
    if (failed.length > 0) console.log(`\nEach alone:\n${failed.map((it) => `  ${it}`).join('\n')}\n`)
  }
}
