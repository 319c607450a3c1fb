/** The last words of a proof. */
import {aloneCommand} from './alone.ts'
import type {Failure} from './report.ts'

export interface Outcome {
  readonly passed: number
  readonly failed: readonly Failure[]
  /** Failed among others and passed alone. */
  readonly alone?: readonly Failure[]
  readonly notRun: readonly string[]
}

/** Prints it, its last line `N passed, N failed`, and sets the exit code. */
export function summarise({passed, failed, alone = [], notRun}: Outcome): void {
  report('Not run', notRun)
  report('Failed among others, and passed alone', alone.map(asText))
  report('Failed', failed.map(asText))
  process.exitCode = failed.length === 0 ? 0 : 1
  console.log(`\n${passed} passed, ${failed.length} failed`)
}

/** A check that is no test. */
export function failedCheck(name: string): Failure {
  return {file: name, test: null, said: 'see above'}
}

function asText({file, test, said}: Failure): string {
  const lines = [test === null ? file : `${file}: ${test}`, ...said.split('\n')]
  if (file.endsWith('.ts')) lines.push(aloneCommand(file, test))
  return lines.join('\n      ')
}

function report(what: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${what}:\n${lines.map((one) => `  - ${one}`).join('\n')}`)
}

/** `2 min 5 s` */
export function lasting(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
