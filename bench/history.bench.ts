/**
 * The history of torrents and trackers: an hour of 100,000 torrents of 10 servers, of which 3,000 move something, with
 * a database file. Looks come one after the other here, not every ten seconds.
 */
import {mkdtempSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Fleet} from '#fleet/fleet.ts'
import {TorrentTraffic} from '#fleet/traffic.ts'
import {HistoryRetention} from '#history/retention.ts'
import {ServerSamples} from '#history/history.ts'
import {TrafficHistory} from '#history/traffic-history.ts'
import {Traffic} from '#history/traffic.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {putTraffic, type TrafficRow} from '#store/repositories/traffic.ts'
import {Store} from '#store/store.ts'
import {changesOf, serverId, torrentOf} from './invented-torrents.ts'
import {memoryInUse} from './memory-in-use.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const SERVERS = 10
const PER_SERVER = 10_000
/** Torrents of a server that move something in this hour, and how many of them in ten seconds. */
const ACTIVE = 300
const MOVING = 100
const LOOKS = 360
const SLOT_MS = 10_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rows that stand there for the reading and removing. */
const KEPT_DAYS = 30
const servers = Array.from({length: SERVERS}, (_, n) => serverId(n))
const all: ReadonlySet<ServerId> = new Set(servers)

export async function run(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const store = await Store.sqlite(join(folder, 'history.db'))
  try {
    await anHour(store, report)
    await aMonth(store, join(folder, 'history.db'), report)
  } finally {
    await store.close()
    rmSync(folder, {recursive: true, force: true})
  }
}

const seqs = new Map<ServerId, number>()

function head(id: ServerId) {
  const seq = (seqs.get(id) ?? -1) + 1
  seqs.set(id, seq)
  return {serverId: id, epoch: 1, seq, at: Date.now()}
}

async function filledFleet(turns: TimeSlice): Promise<Fleet> {
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

function trafficOver(store: Store, fleet: Fleet, turns: TimeSlice): Traffic {
  const log = {
    error(about: object) {
      throw new Error('the database took nothing', {cause: about})
    },
  }
  return new Traffic(store, new TorrentTraffic(fleet), () => null, turns, log)
}

async function anHour(store: Store, report: Report): Promise<void> {
  const turns = new TimeSlice()
  const fleet = await filledFleet(turns)
  await delay(100)
  const before = memoryInUse()
  const traffic = trafficOver(store, fleet, turns)
  const begin = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const looks: number[] = []
  const writes: number[] = []
  const turnsTaken = new TurnProbe()
  let [lookCpu, writeCpu] = [0, 0]
  for (let tick = 0; tick < LOOKS; tick++) {
    for (const [n, id] of servers.entries()) {
      const rows = changesOf(n, ACTIVE, tick, MOVING)
      fleet.apply({...head(id), type: 'rows', rows, removed: []})
    }
    await delay(1)
    const now = begin + tick * SLOT_MS
    turnsTaken.start()
    const lookFrom = process.cpuUsage()
    const startedAt = performance.now()
    await traffic.look(now, now, all)
    looks.push(performance.now() - startedAt)
    lookCpu += msSince(lookFrom)
    const writeFrom = process.cpuUsage()
    const writesAt = performance.now()
    await traffic.write()
    const took = performance.now() - writesAt
    writeCpu += msSince(writeFrom)
    if (took > 1) writes.push(took)
    turnsTaken.stop()
  }
  // With what waits for the next write. It is closed after that: what nobody needs any more would not count.
  const held = memoryInUse() - before
  await traffic.close()
  const {rows} = await store.read((db) =>
    db
      .selectFrom('traffic')
      .select(({fn}) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow(),
  )
  report.figure('history.traffic.look_median', percentile(looks, 0.5), 'ms')
  report.figure('history.traffic.look_p95', percentile(looks, 0.95), 'ms')
  report.figure('history.traffic.write_median', percentile(writes, 0.5), 'ms')
  report.figure('history.traffic.cpu_of_looks_per_hour', lookCpu, 'ms')
  report.figure('history.traffic.cpu_of_writes_per_hour', writeCpu, 'ms')
  report.figure('history.traffic.longest_block', turnsTaken.longest, 'ms')
  report.figure('history.traffic.rows_of_a_day', rows, 'rows')
  report.figure('history.traffic.memory', held / 2 ** 20, 'MB')
}

function msSince(from: NodeJS.CpuUsage): number {
  const {user, system} = process.cpuUsage(from)
  return (user + system) / 1_000
}

/**
 * How long one turn of the event loop keeps everybody else waiting: processor time of the main thread, so that other
 * programs on the machine do not count.
 */
class TurnProbe {
  /** ms */
  longest = 0
  #isRunning = false
  #from = process.threadCpuUsage()

  start(): void {
    this.#isRunning = true
    this.#from = process.threadCpuUsage()
    setImmediate(() => this.#turn())
  }

  stop(): void {
    this.#isRunning = false
  }

  #turn(): void {
    if (!this.#isRunning) return
    const {user, system} = process.threadCpuUsage(this.#from)
    this.longest = Math.max(this.longest, (user + system) / 1_000)
    this.#from = process.threadCpuUsage()
    setImmediate(() => this.#turn())
  }
}

/** Thirty days of 10,000 torrents a day: what the bound leaves standing. */
async function aMonth(store: Store, file: string, report: Report): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const hours = Array.from({length: 12}, (_, hour) => hour * 123_456_789)
  for (let ago = 1; ago <= KEPT_DAYS; ago++) {
    for (const [n, serverIdOf] of servers.entries()) {
      const rows = Array.from({length: 1_000}, (_, i): TrafficRow => ({
        serverId: serverIdOf,
        kind: 'torrent',
        subject: torrentOf(n, i).hash,
        at: today - ago * DAY_MS,
        downloaded: [],
        uploaded: hours,
        levels: [1],
      }))
      await store.write((db) => putTraffic(db, rows))
    }
  }
  report.figure('history.traffic.bytes_per_row', statSync(file).size / (KEPT_DAYS * 10_000), 'bytes')
  const days = () => ({minutes: 2, hours: 90, days: 3_650})
  const retention = new HistoryRetention(
    store,
    days,
    () => true,
    () => null,
  )
  const turnsTaken = new TurnProbe()
  turnsTaken.start()
  const startedAt = performance.now()
  await retention.pruneCrowded(all, Date.now())
  report.figure('history.traffic.prune', performance.now() - startedAt, 'ms')
  turnsTaken.stop()
  report.figure('history.traffic.prune_longest_block', turnsTaken.longest, 'ms')
  const turns = new TimeSlice()
  const fleet = new Fleet(systemClock, turns)
  const history = new TrafficHistory(
    new ServerSamples(store, {soFar: () => []}),
    trafficOver(store, fleet, turns),
    systemClock,
    turns,
    days,
  )
  const time = {from: today - KEPT_DAYS * DAY_MS, to: today + DAY_MS, span: 3_600} as const
  const times: number[] = []
  for (let i = 0; i < 50; i++) {
    const askedAt = performance.now()
    await history.torrent({serverId: serverId(0), hash: torrentOf(0, i).hash}, null, time)
    times.push(performance.now() - askedAt)
  }
  report.figure('history.traffic.torrent_month_p95', percentile(times, 0.95), 'ms')
}
