/**
 * `npm test`: brings what is missing (the daemons too, where it may), then runs everything: types, lint, format,
 * unused code, unit tests, storage on PostgreSQL, the program against simulators, meanwhile the clients against real
 * daemons, and the pages in a real browser. Simulated days run beside all of it, with what that leaves of the machine.
 * What could not run is named, and what passed at a second try only; without PostgreSQL the proof is not complete, so that is a failure. The last line is `N passed, N failed`.
 *
 *   --lab-only   the tests on real daemons alone
 */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {makeNamespace, type Namespace} from '#lab/daemons/namespace.ts'
import {postgresPrograms} from '#lab/daemons/postgres.ts'
import {sweepLeftovers} from '#lab/daemons/process.ts'
import {provision} from '#lab/daemons/provision.ts'
import {daemonPrograms, programVersion, readySuites, type Suite} from '#lab/daemons/suites.ts'
import {readReport, type Report} from './report.ts'
import {root, run, runStep, staticChecks, tool} from './steps.ts'

/** Before a command: it gets a processor that nobody else wants, where the system can say so. */
const inTheBackground = idleClass()
/** Simulated days that are not begun after so many minutes are told as not run: a whole proof ends within 90. */
const DAYS_MINUTES = '72'

/** Without these the proof is not complete. */
const requiredSuites = new Set<Suite>(['bookworm', 'trixie'])

const labOnly = process.argv.includes('--lab-only')
const failures: string[] = []
const notRun: string[] = []
const again: string[] = []
let passed = 0

await provisionDaemons()
const space = openSpace()
if (labOnly) await runLab()
else {
  const last: string[] = []
  process.env['COMMODARR_MINUTES'] ??= DAYS_MINUTES
  const days = runTests('days', inTheBackground, (some) => last.push(some))
  for (const step of [...staticChecks, tool('unused code', 'knip')]) note(step.name, await runStep(step))
  await runTests('unit')
  // Real daemons are waited for most of the time: meanwhile others work.
  const words: string[] = []
  const lab = runLab((some) => words.push(some))
  await runTests('pg')
  await runTests('fleet')
  await lab
  process.stdout.write(words.join(''))
  await runTests('web', space?.enter)
  await days
  process.stdout.write(last.join(''))
}
summarise()

async function provisionDaemons(): Promise<void> {
  console.log('Real daemons:')
  const {ready, missing} = await provision((line) => console.log(`  ${line}`))
  for (const suite of ready) {
    const versions = daemonPrograms.map((program) => `${program} ${programVersion(suite, program)}`)
    console.log(`  ${suite}: ${versions.join(', ')}`)
  }
  const postgres = postgresPrograms()
  if (postgres === null) failures.push('PostgreSQL is not there (Debian: the package postgresql)')
  else console.log(`  PostgreSQL: ${postgres}`)
  for (const {suite, why} of missing) {
    const sentence = `the daemons of ${suite}: ${why}`
    if (requiredSuites.has(suite)) failures.push(`could not start ${sentence}`)
    else notRun.push(sentence)
  }
}

/** Where daemons, the tests on them and browsers have a network of their own; `null` = they share the machine's. */
function openSpace(): Namespace | null {
  sweepLeftovers()
  const made = makeNamespace()
  if (typeof made === 'string') {
    notRun.push(`transfers into Transmission (it takes no peers on 127.0.0.1): ${made}`)
    return null
  }
  process.once('exit', () => made.remove())
  return made
}

function idleClass(): readonly string[] {
  const chrt = ['chrt', '--idle', '0']
  if (spawnSync(chrt[0]!, [...chrt.slice(1), 'true']).status === 0) return chrt
  return process.platform === 'win32' ? [] : ['nice', '-n', '19']
}

async function runLab(said?: (words: string) => void): Promise<void> {
  if (readySuites().length === 0) notRun.push('all tests on real daemons: there are none')
  else await runTests('lab', space?.enter, said)
}

async function runTests(
  project: string,
  enter: readonly string[] = [],
  said?: (words: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-report-'))
  const file = join(folder, 'report.json')
  const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project]
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    '--passWithNoTests',
  ]
  const code = await run([...enter, ...vitest, ...reporters], said)
  count(project, readReport(file), code)
  rmSync(folder, {recursive: true})
}

function count(project: string, report: Report | null, code: number): void {
  const before = failures.length
  passed += report?.passed ?? 0
  failures.push(...(report?.failed ?? []))
  notRun.push(...(report?.skipped ?? []))
  again.push(...(report?.again ?? []))
  if (code !== 0 && failures.length === before) failures.push(`the ${project} tests ended with code ${code}`)
}

function note(name: string, good: boolean): void {
  if (good) passed++
  else failures.push(name)
}

function summarise(): void {
  tell('Not run', notRun)
  tell('Passed at a second try, after', again)
  tell('Failed', failures)
  process.exitCode = failures.length === 0 ? 0 : 1
  console.log(`\n${passed} passed, ${failures.length} failed`)
}

function tell(what: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${what}:\n${lines.map((one) => `  - ${one}`).join('\n')}`)
}
