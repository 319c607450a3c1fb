/**
 * `npm run test:one -- <files> [-t name]`: some tests, with all that vitest understands. Those of real daemons run where
 * the whole proof runs them: some daemons talk to nobody in the usual network.
 */
import {join} from 'node:path'
import {suites} from '#lab/daemons/suites.ts'
import {packagesOf, quickSuites} from './proof/parts.ts'
import {preparePlace} from './proof/place.ts'
import {root, run} from './steps.ts'

const wishes = process.argv.slice(2)
const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...wishes]

if (wishes.some((it) => it.endsWith('.lab.test.ts'))) {
  const named = process.env['COMMODARR_SUITES']?.split(',')
  const wanted = named ? suites.filter((it) => named.includes(it)) : quickSuites
  const place = await preparePlace(wanted, packagesOf(wishes))
  const code = await run([...place.enter, ...vitest], place.env)
  place.leave()
  process.exitCode = code
} else process.exitCode = await run(vitest)
