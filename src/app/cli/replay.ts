import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openKeys} from '#accounts/key-file.ts'
import {recordedIn} from '#automation/facts/recorded-decisions.ts'
import {inheritedSections} from '#automation/supervision/inherited-sections.ts'
import {presetsInForce} from '#automation/supervision/presets-in-force.ts'
import {withoutRoles} from '#config/categories.ts'
import {decidedOf} from '#journal/rows.ts'
import {systemClock} from '#lib/clock.ts'
import {didYouMean} from '#lib/did-you-mean.ts'
import {permissions, type Access} from '#model/access.ts'
import type {Rule} from '#model/rule.ts'
import {DAY} from '#model/units.ts'
import {ArrDirectory} from '#registry/arrs/directory.ts'
import {arrTable} from '#registry/arrs/table.ts'
import {loadOwned} from '#registry/owned/writes.ts'
import {StandingRules} from '#registry/rules/standing-rules.ts'
import {TrackerProfileDirectory} from '#registry/trackers/directory.ts'
import {trackerProfileTable} from '#registry/trackers/stored.ts'
import {Replay, type ReplayOutcome} from '#rules/replay.ts'
import {decidedRows, type JournalRow} from '#store/repositories/journal.ts'
import {hasEncrypted} from '#store/repositories/encrypted.ts'
import {Store} from '#store/store.ts'
import {backUp} from '#store/transfer/transfer.ts'
import {plainReach} from '#model/server.ts'
import type {PlaceOptions} from './arguments.ts'
import {onDatabase, terminal, type CommandPlace, type Voice} from '../place.ts'

interface ReplayAsked {
  /** `undefined` = of all rules. */
  readonly rule: string | undefined
  readonly days: number
}

/** Rules are shown whole, whoever's they are: nothing is cut to what their owner may command. */
const everything: Access = {permits: () => true, may: () => true, everywhere: true, servers: []}
/** Rows at a time. */
const PORTION = 500

const outcomeWords: Readonly<Record<ReplayOutcome, string>> = {
  same: 'decided again',
  gone: 'of rules that are gone',
  off: 'of rules that are off',
  outOfScope: 'out of the scope of their rule',
  held: 'that would wait longer',
  no: 'that would not be made',
  unknown: 'that cannot be evaluated, because today’s rules need facts that were not recorded',
}

/**
 * `npm start -- replay [RULE]`: what was decided lately, judged by the rules of now from the facts of then. Works on a
 * copy of the database, so that the program may run meanwhile, and changes nothing. @returns the exit code
 */
export function replay(
  {rule, days}: ReplayAsked,
  options: PlaceOptions,
  voice: Voice = terminal,
): Promise<number> {
  return onDatabase(options, voice, async (place) => {
    const folder = mkdtempSync(join(tmpdir(), 'commodarr-replay-'))
    try {
      const copy = join(folder, 'commodarr.db')
      await backUp(place.database, copy)
      const store = await Store.sqlite(copy)
      try {
        const from = systemClock.now() - days * DAY * 1_000
        const rules = await rulesOfNow(store, place)
        if (rule !== undefined && !(await isKnown(rule, rules, store))) {
          const near = didYouMean(
            rule,
            rules.map(({id}) => id),
          )
          voice.complain(`There is no rule "${rule}".${near === '' ? '' : ` Did you mean "${near}"?`}`)
          return 2
        }
        const replayed = new Replay(rules)
        const counts = await printDifferences(store, {replayed, from, rule: rule ?? null, voice})
        printSummary(counts, {days, rule, voice})
        return 0
      } finally {
        await store.close()
      }
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  })
}

/** There is such a rule, or there was one that decided something. */
async function isKnown(rule: string, rules: readonly Rule[], store: Store): Promise<boolean> {
  if (rules.some(({id}) => id === rule)) return true
  return (await store.read((db) => decidedRows(db, {after: 0, from: 0, ruleId: rule}, 1))).length > 0
}

/** As the program would have them, whoever's they are. */
async function rulesOfNow(store: Store, {config, dataFolder}: CommandPlace): Promise<readonly Rule[]> {
  const log = {error: () => {}}
  const {sealer} = await openKeys({dataFolder, env: process.env}, await store.read(hasEncrypted))
  const directory = new ArrDirectory(
    () => 'administrator',
    () => plainReach.anywhere,
    () => true,
    {limitsOf: () => ({scopes: permissions, servers: null})},
  )
  directory.setFile(config)
  await loadOwned(arrTable, directory, store, sealer, log)
  const profiles = new TrackerProfileDirectory(() => 'administrator', {cards: () => []})
  await loadOwned(trackerProfileTable, profiles, store, sealer, log)
  const inherited = inheritedSections({
    ...withoutRoles(config, directory.rolesOff),
    arrs: directory.active(),
    arrCategories: directory.categories(),
    profiles: profiles.inForce(),
    compartmentOf: (id) => profiles.compartmentOf(directory.card(id)?.ownerId ?? null),
    observes: false,
    hasFfprobe: true,
  })
  const presets = presetsInForce({config, inherited, directory, observes: false, confirmed: null})
  const standing = await StandingRules.open(
    store,
    () => everything,
    () => {},
    log,
  )
  standing.follow(presets.rules, presets)
  return standing.cards().flatMap(({rule}) => rule ?? [])
}

type Counts = Map<ReplayOutcome, number>

interface ReplayReport {
  readonly replayed: Replay
  readonly from: number
  readonly rule: string | null
  readonly voice: Voice
}

async function printDifferences(store: Store, {replayed, from, rule, voice}: ReplayReport): Promise<Counts> {
  const counts: Counts = new Map()
  // One decision with several actions has a line for each.
  let last = ''
  for (let after = 0; ;) {
    const since = after
    const rows = await store.read((db) => decidedRows(db, {after: since, from, ruleId: rule}, PORTION))
    for (const row of rows) {
      const name = [row.at, row.ruleId, row.serverId, row.hash, row.name].join(' ')
      if (name === last) continue
      last = name
      const recorded = recordedIn(row, decidedOf(row)!)
      const {outcome, words} = replayed.of(recorded)
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      if (outcome !== 'same') voice.print(`${lineOf(row)}: ${words}`)
    }
    if (rows.length < PORTION) return counts
    after = rows.at(-1)!.seq
  }
}

function lineOf({at, ruleId, verb, name, hash, serverId}: JournalRow): string {
  const when = new Date(at).toISOString().slice(0, 19).replace('T', ' ')
  const what = name ?? hash ?? 'the whole server'
  return `${when}  ${ruleId}  ${verb}  ${what}${serverId === null ? '' : ` on ${serverId}`}`
}

function printSummary(
  counts: Counts,
  {days, rule, voice}: {readonly days: number; readonly rule: string | undefined; readonly voice: Voice},
): void {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const of = rule === undefined ? '' : ` of ${rule}`
  const lately = days === 1 ? 'the last day' : `the last ${days} days`
  voice.print(`${all} decision${all === 1 ? '' : 's'}${of} in ${lately}${all === 0 ? '.' : ':'}`)
  for (const [outcome, count] of counts) voice.print(`  ${count} ${outcomeWords[outcome]}`)
}
