/**
 * The page of the activity over a long journal, with a database file: 100,000 entries, then a million. Nine of ten are
 * bookkeeping of rules, as where a rule tags what it finds; between them a rule removes a hundred torrents in one go, or
 * a person starts them. First the first page, then the same with a filter, with a text that nothing has, and the counts.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {Activity} from '#journal/activity.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {rowOf} from '#journal/rows.ts'
import {kindPatterns} from '#journal/story-kinds.ts'
import {asUserId, type Principal} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {appendRows} from '#store/repositories/journal.ts'
import {Store} from '#store/store.ts'
import {serverId} from './invented-torrents.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const SERVERS = 10
const EACH_MS = 2_000
/** What is no bookkeeping comes in one go. */
const BURST = 100
const BURST_EVERY = 1_000
const AT_ONCE = 5_000
const TIMES = 15
const sizes = [
  {entries: 100_000, says: '100k'},
  {entries: 1_000_000, says: '1m'},
] as const
const servers = Array.from({length: SERVERS}, (_, n) => serverId(n))
const ofRule: JournalEntry['actor'] = {name: 'Marks', origin: 'rule', userId: null, address: null}
const ofPerson: JournalEntry['actor'] = {
  name: 'mara',
  origin: 'user',
  userId: asUserId('mara'),
  address: null,
}
const administrator: Principal = {
  actor: ofPerson,
  access: {permits: () => true, may: () => true, everywhere: true, servers},
  userId: asUserId('mara'),
  name: 'mara',
  role: 'administrator',
  via: 'session',
  credentialId: null,
}

export async function run(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const store = await Store.sqlite(join(folder, 'activity.db'))
  try {
    let written = 0
    for (const {entries, says} of sizes) {
      written = await fill(store, written, entries)
      await measure(new Activity(new Audit(store)), says, report)
    }
  } finally {
    await store.close()
    rmSync(folder, {recursive: true, force: true})
  }
}

async function fill(store: Store, from: number, to: number): Promise<number> {
  const first = Date.now() - sizes.at(-1)!.entries * EACH_MS
  for (let at = from; at < to; at += AT_ONCE) {
    const rows = Array.from({length: AT_ONCE}, (_, k) => rowOf(entryOf(at + k, first)))
    await store.write((db) => appendRows(db, rows))
  }
  return to
}

function entryOf(place: number, first: number): JournalEntry {
  const isRoutine = place % BURST_EVERY >= BURST
  const isRemoval = Math.floor(place / BURST_EVERY) % 2 === 0
  return {
    id: `entry-${place}`,
    at: first + place * EACH_MS,
    actor: isRoutine || isRemoval ? ofRule : ofPerson,
    ...((isRoutine || isRemoval) && {ruleId: 'marks' as RuleId}),
    subject: 'torrent',
    serverId: servers[place % SERVERS]!,
    hash: asInfoHash((place % 100_000).toString(16).padStart(40, '0'))!,
    name: `Harbour.of.Glass.S${String(place % 30)}E${String(place % 24)}.1080p.WEB-DL-${String(place)}`,
    verb: isRoutine ? 'addTags' : isRemoval ? 'recycle' : 'start',
    args: isRoutine ? {tags: ['seen']} : {},
    phase: 'confirmed',
  }
}

async function measure(activity: Activity, says: string, report: Report): Promise<void> {
  const page = async (filter: Parameters<Activity['page']>[1]['filter'], limit = 50) =>
    await activity.page(administrator, {filter, others: []}, {limit})
  const questions = {
    first_page: () => page({}),
    removed: () => page({like: [kindPatterns.removed]}),
    text: () => page({text: 'nothing-has-this'}),
    counts: async () => {
      await page({}, 2_000)
      await activity.hidden(administrator, {})
    },
  }
  for (const [name, ask] of Object.entries(questions)) {
    const took: number[] = []
    for (let time = 0; time < TIMES; time++) {
      const began = performance.now()
      await ask()
      took.push(performance.now() - began)
    }
    report.figure(`activity.${name}_p95_at_${says}`, percentile(took, 0.95), 'ms')
  }
}
