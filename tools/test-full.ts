/**
 * `npm run test:full`: everything that can be proved, in parts (`proof/parts.ts`). What ran is written into
 * `docs/proof.md`. Nothing is tried twice there either, but what failed is run again alone, and both are told.
 *
 *   --part <name>   this part only; more than once for several
 *   --rotate        the part whose turn it is with this commit
 *   --list          what parts there are
 *
 * Without any, those parts run that are not proved on this commit yet: a run that was broken off goes on.
 */
import {parseArgs} from 'node:util'
import {projects as allProjects, filesOf, partOfCommit, parts, type Part} from './proof/parts.ts'
import {preparePlace} from './proof/place.ts'
import {keepRun, knownRuns, provedCommit} from './proof/record.ts'
import type {Failure} from './proof/report.ts'
import {runVitest, type TestsWish} from './proof/run-vitest.ts'
import {failedCheck, lasting, summarise, type Outcome} from './proof/summary.ts'

const {values} = parseArgs({
  options: {part: {type: 'string', multiple: true}, rotate: {type: 'boolean'}, list: {type: 'boolean'}},
})
const commit = provedCommit()

if (values.list) for (const {name, proves} of parts) console.log(`${name.padEnd(14)} ${proves}`)
else await prove(chosenParts())

function chosenParts(): readonly Part[] {
  if (values.rotate) return [partOfCommit(commit ?? '0', knownRuns())]
  if (values.part === undefined) {
    const proved = knownRuns().filter((it) => it.failed === 0 && commit?.startsWith(it.commit))
    return parts.filter(({name}) => !proved.some(({part}) => part === name))
  }
  return values.part.map((name) => {
    const part = parts.find((it) => it.name === name)
    if (part) return part
    console.error(`There is no part "${name}"; there are: ${parts.map((it) => it.name).join(', ')}.`)
    return process.exit(2)
  })
}

async function prove(chosen: readonly Part[]): Promise<void> {
  const outcomes: Outcome[] = []
  for (const part of chosen) outcomes.push(await provePart(part))
  summarise({
    passed: outcomes.reduce((sum, it) => sum + it.passed, 0),
    failed: outcomes.flatMap((it) => it.failed),
    alone: outcomes.flatMap((it) => it.alone ?? []),
    notRun: outcomes.flatMap((it) => it.notRun),
  })
}

async function provePart({
  name,
  projects,
  files,
  suites = [],
  packages = [],
  env: its,
  fetches = false,
}: Part): Promise<Outcome> {
  console.log(`\nPart ${name}`)
  const begun = performance.now()
  const place = await preparePlace(suites, packages)
  const env = {COMMODARR_FULL: '1', ...place.env, ...its}
  // Said here too, for the commands that are printed.
  Object.assign(process.env, {COMMODARR_FULL: '1', ...its})
  const enter = fetches ? [] : place.enter
  const wish: TestsWish = {projects, enter, env, ...(files && {files: filesOf(files)})}
  const {passed, failed, skipped} = await runVitest(wish)
  const again = await passedAlone(failed, wish)
  const alone = failed.filter((it) => again.has(it))
  const outcome = {
    passed: passed + alone.length,
    failed: [...place.missing.map(failedCheck), ...failed.filter((it) => !again.has(it))],
    alone,
    notRun: [...place.notRun, ...skipped],
  }
  place.leave()
  const seconds = Math.round((performance.now() - begun) / 1_000)
  console.log(`Part ${name} took ${lasting(seconds)}`)
  keepRun({
    part: name,
    commit: commit?.slice(0, 8) ?? 'none',
    day: new Date().toISOString().slice(0, 10),
    passed: outcome.passed,
    failed: outcome.failed.length,
    alone: alone.length,
    notRun: outcome.notRun.length,
    seconds,
  })
  return outcome
}

/** Each file in which something failed is run again with nothing beside it. @returns what passed then */
async function passedAlone(failed: readonly Failure[], wish: TestsWish): Promise<ReadonlySet<Failure>> {
  const passed = new Set<Failure>()
  const files = new Set(failed.map(({file}) => file).filter((it) => it.endsWith('.ts')))
  for (const file of files) {
    console.log(`\nOnce more, alone: ${file}`)
    const again = await runVitest({...wish, projects: allProjects, files: [file]})
    for (const one of failed) {
      const isAgain = again.failed.some(
        (it) => it.file === file && (it.test === null || it.test === one.test),
      )
      if (one.file === file && !isAgain) passed.add(one)
    }
  }
  return passed
}
