/**
 * `npm test`: the quick proof, what a change can break. Brings what is missing (real daemons too, where it may), then
 * checks types, lint, format and unused code, and runs all tests but those of the full proof (`proof/parts.ts`): units,
 * storage on SQLite and PostgreSQL, the program against simulators, simulated days, the clients on real daemons, the
 * pages in a real browser. Nothing is tried twice. The last line is `N passed, N failed`.
 *
 *   --write-seconds   runs the long tests of the whole program, too, and keeps how long each file took
 *                     (`proof/seconds.json`) and which tests are left to the full proof (`proof/long-tests.json`)
 */
import {everyTest, writeLongTests} from './proof/long-tests.ts'
import {quickSuites, projects} from './proof/parts.ts'
import {preparePlace} from './proof/place.ts'
import {runVitest} from './proof/run-vitest.ts'
import {writeSeconds} from './proof/seconds.ts'
import {failedCheck, lasting, summarise} from './proof/summary.ts'
import {runStep, staticChecks} from './steps.ts'

const durations: string[] = []

const isMeasuring = process.argv.includes('--write-seconds')
const {enter, env, missing, notRun} = await timed('packages', () => preparePlace(quickSuites))
const checks = await timed('static checks', () => Promise.all(staticChecks.map(runStep)))
const report = await timed('tests', () =>
  runVitest({projects, enter, env: {...env, ...(isMeasuring && {[everyTest]: '1'})}}),
)

if (isMeasuring && report.failed.length === 0) {
  writeSeconds(report.seconds)
  writeLongTests(report.tests)
}
console.log(`\nHow long it took: ${durations.join(', ')}`)
summarise({
  passed: checks.filter(Boolean).length + report.passed,
  failed: [
    ...missing.map(failedCheck),
    ...staticChecks.filter((_, at) => !checks[at]).map(({name}) => failedCheck(name)),
    ...report.failed,
  ],
  notRun: [...notRun, ...perFile(report.skipped)],
})

/** Tests of a file that is otherwise run are for the full proof, or this machine lacks what they need. */
function perFile(skipped: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const it of skipped) {
    const [file = ''] = it.split(': ')
    counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  return [...counts].map(([file, count]) => `${file}: ${count} of the full proof`)
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  durations.push(`${what} ${lasting((performance.now() - begun) / 1_000)}`)
  return result
}
