/**
 * Live views over 100,000 torrents of 10 servers: how soon a view is there, in another order, or found, and what open
 * views cost while the fleet goes on changing.
 */
import {Fleet} from '#fleet/fleet.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {SortKey, TorrentFilter} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {LiveView} from '#views/live-view.ts'
import {LiveViews, type ViewSpec} from '#views/live-views.ts'
import {Views} from '#views/query.ts'
import {changesOf, serverId, torrentOf} from './invented-torrents.ts'
import {by, usualColumns} from './orders.ts'
import type {Report} from './report.ts'

const SERVERS = 10
const PER_SERVER = 10_000
const WINDOW = 60
/** Of all torrents, in a tick. */
const CHANGED = 0.01
const TICKS = 20
/** Different orders among the views that are opened. */
const ORDERS = 10
const TICK_MS = 2100
const servers = Array.from({length: SERVERS}, (_, n) => serverId(n))

export async function run(report: Report): Promise<void> {
  const fleet = await filledFleet()
  await opening(fleet, report)
  await ticking(fleet, 0, report)
  await ticking(fleet, 1, report)
  await ticking(fleet, 20, report)
}

const seqs = new Map<ServerId, number>()

function head(id: ServerId) {
  const seq = (seqs.get(id) ?? -1) + 1
  seqs.set(id, seq)
  return {serverId: id, epoch: 1, seq, at: Date.now()}
}

async function filledFleet(): Promise<Fleet> {
  const turns = new TimeSlice()
  const fleet = new Fleet(systemClock, turns)
  for (const [n, id] of servers.entries()) {
    fleet.addServer(id)
    fleet.markServer(id, true)
    fleet.apply({...head(id), type: 'begin'})
    for (let i = 0; i < PER_SERVER; i += 200) {
      const rows = Array.from({length: 200}, (_, k) => torrentOf(n, i + k))
      fleet.apply({...head(id), type: 'rows', rows, removed: []})
      if (turns.due()) await turns.next()
    }
    fleet.apply({...head(id), type: 'end', believeAbsence: true})
  }
  return fleet
}

function hubOf(fleet: Fleet): LiveViews {
  const turns = new TimeSlice()
  const views = new Views(fleet, turns, systemClock)
  return new LiveViews(fleet, views, systemClock)
}

const sorts = [
  ...usualColumns,
  ...(['name', 'uploaded', 'downloaded', 'peersSwarm', 'seedsSwarm', 'completedAt'] as const),
  ...(['seedingTime', 'activeTime', 'amountLeft', 'lastActivityAt', 'isPrivate', 'trackerHost'] as const),
  'savePath' as const,
]

/** As a page opens it: with all that stands beside the list. */
function wish(sort: readonly SortKey[], filter: TorrentFilter = {}): ViewSpec {
  return {filter, sort, group: null, facets: ['server', 'state', 'category', 'tag', 'tracker', 'private']}
}

/** What a list shows of a row. */
const columns = [
  ...(['name', 'size', 'progress', 'state', 'seedsConnected', 'peersConnected', 'downSpeed'] as const),
  ...(['upSpeed', 'eta', 'ratio', 'category', 'tags', 'addedAt', 'trackerHost'] as const),
]

/** A view that is answered as a connection does: the cells of its window are read at each news. */
class Page {
  readonly view: LiveView
  readonly #fleet: Fleet
  #answered: (() => void) | null = null
  #from = 0

  constructor(hub: LiveViews, fleet: Fleet, asked: ViewSpec) {
    this.#fleet = fleet
    this.view = hub.open({
      wish: asked,
      scope: () => servers,
      by: 'ada',
      onRefused: (error) => {
        throw error
      },
      onNews: ({ranking}) => {
        this.#read()
        if (ranking) this.#answered?.()
      },
    })
  }

  /** ms until the answer to what `ask` asks. */
  async timed(ask: () => void = () => undefined): Promise<number> {
    const startedAt = performance.now()
    const answer = new Promise<void>((resolve) => {
      this.#answered = resolve
    })
    ask()
    await answer
    this.#answered = null
    return performance.now() - startedAt
  }

  jump(to: number): void {
    this.#from = to
    this.#read()
  }

  #read(): void {
    const {ranking} = this.view
    if (!ranking) return
    for (const row of ranking.rows.subarray(this.#from, this.#from + WINDOW))
      for (const column of columns) this.#fleet.valueAt(row, column)
  }
}

async function opening(fleet: Fleet, report: Report): Promise<void> {
  const hub = hubOf(fleet)
  const first = new Page(hub, fleet, wish(by('name')))
  report.figure('views.open_first_ever', await first.timed(), 'ms')
  const opened: number[] = []
  for (let i = 0; i < 40; i++) {
    const filter = {ranges: {size: {min: i * 1e8}}, categories: {none: [`c${i % 12}`]}}
    const page = new Page(hub, fleet, wish(by(sorts[i % ORDERS]!, true), filter))
    opened.push(await page.timed())
    page.view.close()
  }
  report.figure('views.open_p95', p95(opened), 'ms')
  // The first ones order the fleet by a column that nobody asked for before, in code that is still cold.
  report.figure('views.open_known_order_p95', p95(opened.slice(ORDERS)), 'ms')
  const asked = async (wishes: readonly ViewSpec[]): Promise<number> => {
    const took: number[] = []
    for (const one of wishes) took.push(await first.timed(() => first.view.change(one)))
    return p95(took)
  }
  const again = [...sorts].map((field) => wish(by(field, true)))
  report.figure('views.change_of_sort_p95', await asked(again), 'ms')
  const names = by('name')
  const texts = [
    'ubuntu',
    'debian 12',
    'e',
    's01e0',
    '"linux mint"',
    '-iso',
    'nowhere',
    'épisode',
    'a b',
    '999',
  ]
  report.figure('views.text_search_p95', await asked(texts.map((text) => wish(names, {text}))), 'ms')
  const patterns = ['s\\d\\de\\d\\d', '^debian.*x265', '(1080|2160)p', '\\bvolume (1|2)\\d', 'é', '[0-9]{4}$']
  const negated = false
  const matching = patterns.map((pattern) => wish(names, {patterns: [{pattern, negated}]}))
  report.figure('views.pattern_search_p95', await asked(matching), 'ms')
  report.figure('views.pattern_search_again_p95', await asked(matching), 'ms')
  const paths = ['torrents/c1', 'video', 'iso'].map((piece) =>
    wish(names, {contains: {contentPath: {any: [piece]}}}),
  )
  report.figure('views.piece_of_path_p95', await asked(paths), 'ms')
  report.figure('views.duplicates', await asked([wish(names, {duplicate: true})]), 'ms')
  report.figure('views.group_by_tracker', await asked([{...wish(names), group: 'tracker'}]), 'ms')
  await first.timed(() => first.view.change(wish(names)))
  const startedAt = performance.now()
  first.jump(50_000)
  report.figure('views.jump_to_50000', performance.now() - startedAt, 'ms')
  hub.close()
}

/** CPU of a tick with this many different views open, the fleet's own work included. */
async function ticking(fleet: Fleet, views: number, report: Report): Promise<void> {
  const hub = hubOf(fleet)
  for (let i = 0; i < views; i++) {
    const filter = i === 0 ? {} : {ranges: {size: {min: i * 1e9}}}
    await new Page(hub, fleet, wish(by(sorts[i]!, true), filter)).timed()
  }
  const ticks = Array.from({length: TICKS}, (_, tick) =>
    servers.map((id, n) => ({
      id,
      rows: changesOf(n, PER_SERVER, views * TICKS + tick, PER_SERVER * CHANGED),
    })),
  )
  await pause(TICK_MS)
  const before = process.cpuUsage()
  for (const frames of ticks) {
    for (const {id, rows} of frames) fleet.apply({...head(id), type: 'rows', rows, removed: []})
    await pause(TICK_MS)
  }
  const {user, system} = process.cpuUsage(before)
  report.figure(`views.tick_cpu_${views}_open`, (user + system) / 1000 / TICKS, 'ms')
  hub.close()
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * 0.95))]!
}
