/**
 * `npm run simulate -- --seed N [--runs K] --days D [--again B] [--wire] [--edition E] [--story]`: so many simulations from this seed
 * on, what happened in each, what must not have, and whether its first B days are the same once more. In leaps, where
 * `--wire` does not say that all of it is wanted, second by second. `--run N:D`, more than once: these seeds, so many days
 * of each; `N:D@E` in edition E, `N:D+B` with the first B days once more.
 */
import {parseArgs} from 'node:util'
import {answerFilesAtOnce} from './immediate-files.ts'
import {violations} from './invariants.ts'
import {runOf, type PlannedRun} from './many-days.ts'
import type {Edition} from './plan.ts'
import type {WorldRecord} from './record.ts'
import {beginningOf, simulate} from './simulation.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const number = {type: 'string'} as const
const flag = {type: 'boolean'} as const
const {values} = parseArgs({
  options: {
    run: {type: 'string', multiple: true},
    seed: number,
    runs: number,
    days: number,
    again: number,
    edition: number,
    wire: flag,
    story: flag,
  },
})
const pace = values.wire ? 'wire' : 'leaps'

answerFilesAtOnce()
let failed = 0
for (const run of wantedRuns()) if (!(await runsWell(run))) failed++
process.exit(failed > 0 ? 1 : 0)

function wantedRuns(): readonly PlannedRun[] {
  const ofAll = {
    ...(values.again !== undefined && {againDays: Number(values.again)}),
    // Of the world; an earlier one has less in it.
    ...(values.edition !== undefined && {edition: Number(values.edition) as Edition}),
  }
  if (values.run) return values.run.map((it) => ({...ofAll, ...runOf(it)}))
  const first = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const days = Number(values.days ?? 1)
  return Array.from({length: Number(values.runs ?? 1)}, (_, at) => ({seed: first + at, days, ...ofAll}))
}

async function runsWell({seed, days, edition, againDays}: PlannedRun): Promise<boolean> {
  say(`seed ${seed}, ${days} days`)
  const [begun, cpu] = [performance.now(), process.cpuUsage()]
  const {record, fingerprint, beginning, requests} = await simulate(seed, days, {
    pace,
    edition,
    beginningDays: againDays,
    report: values.story ? say : undefined,
  })
  const wall = (performance.now() - begun) / 1_000
  const {user, system} = process.cpuUsage(cpu)
  const cost = `${wall.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of a core`
  say(`${figuresOf(record)}, ${requests} requests; ${cost}, transcript ${fingerprint.slice(0, 16)}`)
  const found = [...violations(record)]
  if (againDays !== undefined && (await beginningOf(seed, againDays, {pace, edition})) !== beginning)
    found.push(`its first ${againDays} days are others when they are lived through again`)
  for (const text of found) say(`  ${text}`)
  const options = [
    ...(values.wire ? ['--wire'] : []),
    ...(edition === undefined ? [] : ['--edition', edition]),
    ...(againDays === undefined ? [] : ['--again', againDays]),
  ]
  if (found.length > 0)
    say(
      `To see it again: ${['npm run simulate -- --seed', seed, '--days', days, ...options, '--story'].join(' ')}`,
    )
  return found.length === 0
}

/** How much of a day it was. */
function figuresOf({happenings, journal}: WorldRecord): string {
  const commands = happenings.filter((it) => it.what === 'command')
  const removals = commands.filter(({verb}) => verb.startsWith('remove'))
  const blocklisted = happenings.filter(({what}) => what === 'blocklisted')
  const searched = happenings.filter((it) => it.what === 'searched' && it.by === 'anybody')
  const reported = happenings.flatMap((it) => (it.what === 'told' ? [it.text] : []))
  const starts = reported.filter((text) => text === 'the program starts again')
  const counts = {
    'lines of the journal': journal.length,
    commands: commands.length,
    removals: removals.length,
    'entries in blocklists': blocklisted.length,
    searches: searched.length,
    'changes by people and the world': reported.length - starts.length,
    kills: starts.length,
  }
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}
