/** Fleet and views with 100,000 torrents over 10 servers: what applying, asking and keeping them costs. */
import {mkdtemp, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Fleet} from '#fleet/fleet.ts'
import {readSnapshot, writeSnapshot} from '#fleet/snapshot.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {facetNames, type FacetName, type SortKey, type TorrentQuery} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {Views} from '#views/query.ts'
import {changesOf, serverId, torrentOf} from './invented-torrents.ts'
import {memoryInUse} from './memory-in-use.ts'
import {by, usualColumns} from './orders.ts'
import type {Report} from './report.ts'

const SERVERS = 10
const PER_SERVER = 10_000
const ROWS = SERVERS * PER_SERVER
/** Rows in a frame, as links send them (`links/frame-writer.ts`). */
const BATCH = 200
const servers = Array.from({length: SERVERS}, (_, n) => serverId(n))

export async function run(report: Report): Promise<void> {
  const turns = new TimeSlice()
  const before = memoryInUse()
  const fleet = new Fleet(systemClock, turns)
  await firstLists(fleet, turns, report)
  report.figure('fleet.memory_per_row', (memoryInUse() - before) / ROWS, 'bytes')
  report.figure('fleet.reserved_per_row', fleet.rows.bytes / ROWS, 'bytes')
  await questions(fleet, turns, report)
  await ticks(fleet, turns, report)
  await snapshot(fleet, turns, report)
}

const seqs = new Map<ServerId, number>()

function head(id: ServerId) {
  const seq = (seqs.get(id) ?? -1) + 1
  seqs.set(id, seq)
  return {serverId: id, epoch: 1, seq, at: Date.now()}
}

async function firstLists(fleet: Fleet, turns: TimeSlice, report: Report): Promise<void> {
  let spent = 0
  let longest = 0
  const timed = (work: () => void): void => {
    const startedAt = performance.now()
    work()
    const took = performance.now() - startedAt
    spent += took
    longest = Math.max(longest, took)
  }
  for (const [n, id] of servers.entries()) {
    fleet.addServer(id)
    fleet.markServer(id, true)
    timed(() => fleet.apply({...head(id), type: 'begin'}))
    for (let first = 0; first < PER_SERVER; first += BATCH) {
      const rows = Array.from({length: BATCH}, (_, i) => torrentOf(n, first + i))
      timed(() => fleet.apply({...head(id), type: 'rows', rows, removed: []}))
      if (turns.due()) await turns.next()
    }
    timed(() => fleet.apply({...head(id), type: 'end', believeAbsence: true}))
  }
  report.figure('fleet.apply.fresh_rows', spent, 'ms')
  report.figure('fleet.apply.longest_frame', longest, 'ms')
}

function question(sort: readonly SortKey[], more: Partial<TorrentQuery> = {}): TorrentQuery {
  return {scope: servers, filter: {}, sort, offset: 0, limit: 60, facets: [], ...more}
}

async function questions(fleet: Fleet, turns: TimeSlice, report: Report): Promise<void> {
  const filter = {
    states: {any: ['seeding', 'stalledUp', 'downloading'] as const},
    categories: {none: ['c1']},
    ranges: {size: {min: 1e9}},
  }
  const views = new Views(fleet, turns)
  const first = await spent(() => views.query(question(by('name'), {filter})))
  report.figure('fleet.views.first_window_ever', first.took, 'ms')
  report.figure('fleet.views.first_window_ever_block', first.block, 'ms')
  const cold: {took: number; block: number}[] = []
  for (const field of usualColumns)
    cold.push(await spent(() => views.query(question(by(field, true), {filter}))))
  report.figure('fleet.views.window_new_sort_p95', p95(cold.map((it) => it.took)), 'ms')
  report.figure('fleet.views.window_new_sort_block', Math.max(...cold.map((it) => it.block)), 'ms')
  const warm: number[] = []
  for (let i = 0; i < 60; i++) {
    const sort = by(usualColumns[i % usualColumns.length]!, true)
    warm.push((await spent(() => views.query(question(sort, {filter, offset: i * 100})))).took)
  }
  report.figure('fleet.views.window_p95', p95(warm), 'ms')
  await searches(views, report)
}

async function searches(views: Views, report: Report): Promise<void> {
  const texts = [
    'ubuntu',
    'debian 12',
    'e',
    's01e0',
    '"linux mint"',
    '-iso',
    'nowhere',
    'épisode',
    'a b c',
    '99999',
  ]
  const found: number[] = []
  for (const text of texts) found.push((await spent(() => views.query(question([], {filter: {text}})))).took)
  report.figure('fleet.views.text_search_p95', p95(found), 'ms')
  const counted: number[] = []
  for (let i = 0; i < 30; i++) {
    const facets: readonly FacetName[] = facetNames
    counted.push((await spent(() => views.query(question(by('size'), {facets, limit: 0})))).took)
  }
  report.figure('fleet.views.all_facets_p95', p95(counted), 'ms')
}

async function ticks(fleet: Fleet, turns: TimeSlice, report: Report): Promise<void> {
  const views = new Views(fleet, turns)
  const window = question(by('upSpeed', true))
  await views.query(window)
  await views.query(question(by('name')))
  const applied: number[] = []
  const asked: number[] = []
  for (let tick = 0; tick < 60; tick++) {
    const frames = servers.map((id, n) => ({id, rows: changesOf(n, PER_SERVER, tick, ROWS / 100 / SERVERS)}))
    const startedAt = performance.now()
    for (const {id, rows} of frames) fleet.apply({...head(id), type: 'rows', rows, removed: []})
    applied.push(performance.now() - startedAt)
    asked.push((await spent(() => views.query(window))).took)
  }
  report.figure('fleet.tick_p95', p95(applied), 'ms')
  report.figure('fleet.tick_median', median(applied), 'ms')
  report.figure('fleet.views.window_after_tick_p95', p95(asked), 'ms')
  const together = applied.map((ms, tick) => ms + asked[tick]!)
  report.figure('fleet.tick_and_window_median', median(together), 'ms')
}

async function snapshot(fleet: Fleet, turns: TimeSlice, report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'commodarr-bench-'))
  try {
    const path = join(folder, 'fleet.snapshot')
    const write = await spent(() => writeSnapshot(path, fleet, turns))
    report.figure('fleet.snapshot.write', write.took, 'ms')
    report.figure('fleet.snapshot.write_block', write.block, 'ms')
    report.figure('fleet.snapshot.bytes_per_row', (await stat(path)).size / ROWS, 'bytes')
    const next = new Fleet(systemClock, turns)
    for (const id of servers) next.addServer(id)
    const read = await spent(() => readSnapshot(path, next, turns))
    report.figure('fleet.snapshot.read', read.took, 'ms')
    report.figure('fleet.snapshot.read_block', read.block, 'ms')
  } finally {
    await rm(folder, {recursive: true})
  }
}

/** How long it took, and the longest time the event loop did nothing else meanwhile. */
async function spent(work: () => Promise<unknown>): Promise<{took: number; block: number}> {
  let block = 0
  let turnedAt = performance.now()
  let open = true
  const watch = (): void => {
    const now = performance.now()
    block = Math.max(block, now - turnedAt)
    turnedAt = now
    if (open) setImmediate(watch)
  }
  await new Promise((done) => setImmediate(done))
  setImmediate(watch)
  turnedAt = performance.now()
  const startedAt = turnedAt
  await work()
  const took = performance.now() - startedAt
  block = Math.max(block, performance.now() - turnedAt)
  open = false
  return {took, block}
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * 0.95))]!
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1]!
}
