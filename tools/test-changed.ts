/**
 * `npm run test:changed`: the unit tests that the import graph says are touched by what is not committed yet, and what
 * else of the tests was changed itself. Other tests that are touched are named with the command that runs them.
 *
 *   --since <commit>   by what changed since then, too
 */
import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {importsOf, projectFiles} from './imports.ts'
import {knownSeconds} from './proof/seconds.ts'
import {lasting} from './proof/summary.ts'
import {root, run} from './steps.ts'

const {values} = parseArgs({options: {since: {type: 'string', default: 'HEAD'}}})

const changed = changedFiles(values.since)
const touched = [...dependantsOf(changed)].filter((it) => /\.test\.tsx?$/.test(it)).toSorted()
const isUnit = (file: string) => !/\.(fleet|pg|stores|web|lab|days)\.test\.ts$/.test(file)
const isNow = (file: string) => isUnit(file) || changed.has(file)
const [now, later] = [touched.filter(isNow), touched.filter((it) => !isNow(it))]

if (later.length > 0) {
  const seconds = knownSeconds()
  const lasts = later.reduce((sum, it) => sum + (seconds[it] ?? 0), 0)
  console.log(`Touched too, ${later.length} files, about ${lasting(lasts)}:`)
  console.log(`  npm run test:one -- ${later.join(' ')}\n`)
}
if (now.length === 0) console.log('No unit test is touched by what changed.')
else {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  process.exitCode = await run([process.execPath, vitest, 'run', ...now])
}

function changedFiles(since: string): ReadonlySet<string> {
  const git = (...args: string[]) => execFileSync('git', args, {cwd: root, encoding: 'utf8'}).split('\n')
  return new Set(
    [
      ...git('diff', '--name-only', '--relative', since),
      ...git('ls-files', '--others', '--exclude-standard'),
    ].filter(Boolean),
  )
}

/** They themselves, and whoever imports one of them in any way. */
function dependantsOf(files: ReadonlySet<string>): ReadonlySet<string> {
  const importers = new Map<string, string[]>()
  for (const file of projectFiles()) {
    for (const {to} of importsOf(file, readFileSync(join(root, file), 'utf8'))) {
      importers.set(to, [...(importers.get(to) ?? []), file])
    }
  }
  const found = new Set(files)
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer)
  return found
}
