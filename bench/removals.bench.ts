/**
 * What the last look before a removal costs: of 250 torrents in one part, in a fleet of 20,000 whose ten servers have
 * an address each and are declared neither apart nor together (decision 028), and of 20 on an rTorrent whose data we
 * delete ourselves, with the look alone of 20 that have their data in common, so that nothing goes. Each server answers 20 ms late, as over a line: what is asked one after the other shows. And what the
 * part of it costs that looks for links, beside 10,000 contents that are not whole.
 */
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import type {App} from '#app/compose.ts'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import type {CounterFigures} from '#lab/simulators/counters.ts'
import {definitionOf, startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import type {SimServerSpec} from '#lab/simulators/sim-server.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {isOnline} from '#links/health.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {LinkedContent, type ContentOnDisk} from '#ownership/linked-content.ts'
import {composeBenchApp} from './compose.ts'
import type {Report} from './report.ts'

const LATE_MS = 20
const EACH = 2_000
const kinds = [
  {kind: 'qbittorrent', version: '5.1.0'},
  {kind: 'rtorrent', version: '0.16.17'},
  {kind: 'transmission', version: '4.1.4'},
] as const
const specs: readonly SimServerSpec[] = Array.from({length: 10}, (_, at) => {
  const {kind, version} = kinds[at % kinds.length]!
  return {name: `${kind}-${at}`, kind, version, count: EACH, seed: 300 + at, host: `127.0.0.${at + 2}`}
})
const [qbittorrent, rtorrent, transmission] = specs.map(({name}) => name)

export async function run(report: Report): Promise<void> {
  await measureLinks(report)
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  const fleet = await startFleetProcess({servers: specs})
  const app = await composeBenchApp(
    fleet.servers.map((it) => ({...definitionOf(it), allowExecute: true})),
    folder,
  )
  try {
    while (!areComplete(app)) await delay(50)
    for (const {name} of specs) await fleet.send(name, {do: 'fault', fault: {kind: 'slowHead', ms: LATE_MS}})
    await measure(report, 'removals.qbittorrent_250', {app, fleet, server: qbittorrent!, count: 250})
    await measure(report, 'removals.transmission_250', {app, fleet, server: transmission!, count: 250})
    await measureLook(report, 'removals.rtorrent_look_20', {app, fleet, server: rtorrent!, count: 20})
    await measure(report, 'removals.rtorrent_20', {app, fleet, server: rtorrent!, count: 20})
  } finally {
    await app.stop()
    await fleet.stop()
    rmSync(folder, {recursive: true, force: true})
  }
}

function areComplete(app: App): boolean {
  return app.links.list().every(({health, torrents}) => isOnline(health.status) && torrents >= EACH)
}

interface Removed {
  readonly app: App
  readonly fleet: FleetProcess
  readonly server: string
  readonly count: number
}

/** Of such as have a namesake, whose content is their own, too: each is looked at, and refused. */
async function measureLook(
  report: Report,
  name: string,
  {app, fleet, server, count}: Removed,
): Promise<void> {
  const rows = await fleet.send(server, {do: 'rows'})
  const namesakes = Map.groupBy(rows, ({name: its}) => its)
  const shared = rows.filter(({name: its}) => namesakes.get(its)!.length > 1)
  // One of each name: together with all others of it nothing would keep it.
  const firsts = [...new Map(shared.map((row) => [row.name, row])).values()].slice(0, count)
  if (firsts.length < count)
    throw new Error(`Only ${firsts.length} of ${count} have a namesake on ${server}.`)
  const cpuBefore = process.threadCpuUsage()
  const begunAt = performance.now()
  const {body} = await removeNow(
    app,
    server,
    firsts.map(({hash}) => hash),
  )
  const ms = performance.now() - begunAt
  const {user, system} = process.threadCpuUsage(cpuBefore)
  const {counts} = JSON.parse(body) as {counts: {refused: number}}
  if (counts.refused < count)
    throw new Error(`${counts.refused} of ${count} were refused: ${body.slice(0, 2_000)}`)
  report.figure(`${name}.per_torrent`, ms / count, 'ms')
  report.figure(`${name}.cpu_per_torrent`, (user + system) / 1_000 / count, 'ms')
}

/** With their data and past the trash. */
async function removeNow(
  app: App,
  server: string,
  hashes: readonly string[],
): Promise<{statusCode: number; body: string}> {
  return app.http.app.inject({
    method: 'POST',
    url: '/api/torrents/actions',
    payload: {
      verb: 'removeWithData',
      keys: hashes.map((hash) => ({server_id: server, info_hash: hash})),
      args: {free_at_once: true},
      hold_seconds: 0,
    },
  })
}

/** With their data and past the trash, from the order to the answer, per torrent; and how often servers were asked. */
async function measure(report: Report, name: string, {app, fleet, server, count}: Removed): Promise<void> {
  const rows = await fleet.send(server, {do: 'rows'})
  const namesakes = Map.groupBy(rows, ({name: its}) => its)
  // Two of one name have one content there, and none of them goes with it.
  const alone = rows.filter(({name: its}) => namesakes.get(its)!.length === 1)
  const hashes = alone.slice(0, count).map(({hash}) => hash)
  for (const spec of specs) await fleet.send(spec.name, {do: 'counters', reset: true})
  const cpuBefore = process.threadCpuUsage()
  const begunAt = performance.now()
  const {statusCode, body} = await removeNow(app, server, hashes)
  const ms = performance.now() - begunAt
  const {user, system} = process.threadCpuUsage(cpuBefore)
  const asked = new Map<string, CounterFigures>()
  for (const spec of specs) asked.set(spec.name, await fleet.send(spec.name, {do: 'counters'}))
  const left = new Set((await fleet.send(server, {do: 'rows'})).map(({hash}) => hash))
  const gone = hashes.filter((hash) => !left.has(hash)).length
  // What looks like a file of a server that nobody declared stays.
  if (gone < 0.9 * count) throw new Error(`${gone} of ${count} went (${statusCode}): ${body.slice(0, 2_000)}`)
  const others = specs.filter((it) => it.name !== server).map((it) => asked.get(it.name)!.total)
  report.figure(`${name}.per_torrent`, ms / count, 'ms')
  report.figure(`${name}.cpu_per_torrent`, (user + system) / 1_000 / count, 'ms')
  report.figure(`${name}.requests_per_torrent`, asked.get(server)!.total / count, 'requests')
  report.figure(`${name}.requests_by_another_server`, Math.max(...others), 'requests')
}

/** In twenty folders: releases that are there, 8,000 that are missing, and 2,000 of links to a disk that is away. */
async function measureLinks(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-bench-'))
  try {
    const contents = new Map<string, ContentOnDisk>()
    const serverId = asServerId('A')
    for (let n = 0; n < 12_000; n++) {
      const path = join(folder, `films${n % 20}`, `Release ${n}`)
      const hash = asInfoHash(n.toString(16).padStart(40, '0'))!
      contents.set(hash, {key: {serverId, hash}, path, size: 1_000 + n, isComplete: true})
      if (n >= 4_000) continue
      mkdirSync(path, {recursive: true})
      for (const name of ['1.mkv', '2.mkv', 'release.nfo']) {
        if (n < 2_000) writeFileSync(join(path, name), name.repeat(n))
        else symlinkSync(`/away/films/${n}/${name}`, join(path, name))
      }
    }
    const places = new Places(new Patience(systemClock), systemClock)
    const linked = new LinkedContent(places, {diskAway: async () => null}, new TimeSlice())
    for (const name of ['first', 'last']) {
      const begunAt = performance.now()
      await linked.look(contents, {isFresh: name === 'last', sizes: new Set([1_007])})
      report.figure(`removals.links.${name}_look`, performance.now() - begunAt, 'ms')
    }
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
