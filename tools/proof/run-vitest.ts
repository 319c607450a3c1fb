/** Runs some of the tests and gives back what came of it. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {root, run} from '../steps.ts'
import type {Project} from './parts.ts'
import {readReport, type Report} from './report.ts'

export interface TestsWish {
  readonly projects: readonly Project[]
  /** Paths below the root; default: all of the projects. */
  readonly files?: readonly string[]
  /** Before the command: where it is run. */
  readonly enter: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** What it says goes to the terminal as it comes. */
export async function runVitest({projects, files = [], enter, env}: TestsWish): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-report-'))
  const path = join(folder, 'report.json')
  const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...files]
  const which = projects.flatMap((project) => ['--project', project])
  const reporters = [
    '--reporter=default',
    `--reporter=${join(root, 'tools/proof/alone.ts')}`,
    '--reporter=json',
    `--outputFile.json=${path}`,
  ]
  const code = await run([...enter, ...vitest, ...which, ...reporters], env)
  const report = readReport(path) ?? {passed: 0, failed: [], skipped: [], seconds: {}, tests: []}
  rmSync(folder, {recursive: true})
  if (code === 0 || report.failed.length > 0) return report
  // Such as an error that nobody caught, after all tests had passed.
  const said = `the tests ended with code ${code}; the lines above say why`
  return {...report, failed: [{file: projects.join(', '), test: null, said}]}
}
