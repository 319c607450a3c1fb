/**
 * What the first list of a server costs in our own code, beside what parsing its bytes costs alone: from the bytes of
 * `sync/maindata` through the client, the link and the fleet, without network and other servers.
 */
import {JsonMemberStream} from '#clients/json-member-stream.ts'
import {Maindata, maindataPlan, MaindataUpdate} from '#clients/qbittorrent/maindata.ts'
import {Fleet} from '#fleet/fleet.ts'
import {startFleetProcess} from '#lab/simulators/fleet-process.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {FrameWriter} from '#links/frame-writer.ts'
import {ServerIdentity} from '#links/server-identity.ts'
import {serverId} from './invented-torrents.ts'
import {percentile} from './percentile.ts'
import type {Report} from './report.ts'

const TORRENTS = 20_000
const ROUNDS = 12
/** As a socket hands them over. */
const CHUNK = 64 * 1024

export async function run(report: Report): Promise<void> {
  const bytes = await listOf(TORRENTS)
  const parsing: number[] = []
  const taking: number[] = []
  // In turns, so that whatever else runs on this machine slows both down.
  for (let round = 0; round < ROUNDS; round++) {
    parsing.push(await perTorrent(async () => void JSON.parse(bytes.toString('utf8'))))
    taking.push(await perTorrent(() => take(bytes)))
  }
  const [parse, whole] = [percentile(parsing, 0.5), percentile(taking, 0.5)]
  report.figure('first-list.parsing', parse, 'µs')
  report.figure('first-list.cpu', whole, 'µs')
  report.figure('first-list.beyond_parsing', whole - parse, 'µs')
}

async function listOf(count: number): Promise<Buffer> {
  const fleet = await startFleetProcess({
    servers: [{name: 'giant', kind: 'qbittorrent', version: '5.1.0', count, seed: 7}],
  })
  const {url, username, password} = fleet.servers[0]!
  const log = await fetch(`${url}/api/v2/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({username: username!, password: password!}),
  })
  const cookie = log.headers
    .getSetCookie()
    .map((it) => it.split(';', 1)[0]!)
    .join('; ')
  const answer = await fetch(`${url}/api/v2/sync/maindata?rid=0`, {headers: {cookie}})
  const bytes = Buffer.from(await answer.arrayBuffer())
  await fleet.stop()
  return bytes
}

/** CPU of this thread, microseconds. */
async function perTorrent(work: () => Promise<void>): Promise<number> {
  const before = process.threadCpuUsage()
  await work()
  const {user, system} = process.threadCpuUsage(before)
  return (user + system) / TORRENTS
}

async function take(bytes: Buffer): Promise<void> {
  const id = serverId(0)
  const turns = new TimeSlice(Infinity)
  const fleet = new Fleet(systemClock, turns)
  fleet.addServer(id)
  const sink = new FrameWriter({
    serverId: id,
    clock: systemClock,
    apply: (frame) => fleet.apply(frame),
    lastEpoch: -1,
    mayBelieveAbsence: () => 'believe',
    mayBelieveRemovals: () => 'believe',
    departed: () => [],
    quota: null,
    identity: new ServerIdentity({
      clock: systemClock,
      known: {
        count: () => fleet.count(id),
        has: (hash) => fleet.hasKey({serverId: id, hash}),
        addedAt: (hash) => fleet.addedAt({serverId: id, hash}),
      },
      removedByUs: () => [],
      keepsAddedAt: true,
      traits: null,
      others: null,
    }),
    onNewEpoch() {},
  })
  const stream = new JsonMemberStream(maindataPlan)
  const update = new MaindataUpdate(new Maindata(), sink, () => true)
  for (let at = 0; at < bytes.length; at += CHUNK) {
    for (const piece of stream.push(bytes.subarray(at, at + CHUNK))) update.take(piece)
  }
  stream.finish()
  await update.finish(turns)
  sink.finish()
  if (fleet.count(id) !== TORRENTS) throw new Error(`${fleet.count(id)} torrents arrived`)
}
