/**
 * A month behind the demo: without it every chart would begin now. Invented like the rest of it, by the same steps as a
 * real past: means and bytes of minutes, hours and days add up.
 */
import {Ladder} from '#history/roll-up.ts'
import {beginOf, FINEST, type Sample} from '#history/sample.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {insertHealthChanges, type HealthChange} from '#store/repositories/health-changes.ts'
import {putSamples} from '#store/repositories/samples.ts'
import {putTraffic, TRAFFIC_PORTION} from '#store/repositories/traffic.ts'
import type {Store} from '#store/store.ts'
import {trafficOf, type MovedHour} from './demo-traffic.ts'
import type {TorrentLife} from './simulators/control.ts'
import {seededRandom, type Random} from './simulators/random.ts'

/** What a server did most of the time: about what its simulator does now. */
export interface DemoLife {
  readonly serverId: ServerId
  readonly torrents: readonly TorrentLife[]
  /** Bytes free now; `null` = it does not tell. */
  readonly free: number | null
  /** By which its disk fills, bytes. */
  readonly fillsPerDay: number
  readonly latencyMs: number
  /** Hours ago, and for how many it was away. */
  readonly away: readonly {readonly hoursAgo: number; readonly hours: number}[]
}

/** The same with its figures summed up. */
interface Flow extends Omit<DemoLife, 'torrents'> {
  /** bytes/s */
  readonly down: number
  readonly up: number
  /** Complete or not: when they were added, epoch ms, the first one first. */
  readonly added: readonly number[]
  readonly downloading: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Seconds. */
const HOUR_SPAN = 3_600

/** Of this age on, only coarser ones were kept. */
const keptMs = {10: HOUR, 60: 2 * DAY, 3_600: 31 * DAY, 86_400: 31 * DAY} as const

/** Puts it into a database that is empty yet. @throws {StorageFault} */
export async function writeDemoPast(
  store: Pick<Store, 'write'>,
  lives: readonly DemoLife[],
  now: EpochMs,
): Promise<void> {
  const pasts = lives.map((life, seed) => ({life, samples: pastOf(life, seededRandom(seed), now)}))
  const changes = lives.flatMap((life) => changesOf(life, now)).toSorted((a, b) => a.at - b.at)
  const traffic = pasts.flatMap(({life: {serverId, torrents}, samples}) =>
    trafficOf(serverId, torrents, movedHours(samples, now)),
  )
  await store.write(async (db) => {
    await putSamples(
      db,
      pasts.flatMap(({samples}) => samples),
    )
    await insertHealthChanges(db, changes)
    for (let at = 0; at < traffic.length; at += TRAFFIC_PORTION)
      await putTraffic(db, traffic.slice(at, at + TRAFFIC_PORTION))
  })
}

/** By hour, oldest first; of the one that has not ended what its finest samples have. */
export function movedHours(samples: readonly Sample[], now: EpochMs): readonly MovedHour[] {
  const begun = beginOf(now, HOUR_SPAN)
  const open = samples.filter(({span, at}) => span === FINEST && at >= begun)
  const sum = (way: 'downloaded' | 'uploaded') => open.reduce((total, it) => total + it[way], 0)
  const last = {at: begun, downloaded: sum('downloaded'), uploaded: sum('uploaded')}
  return [...samples.filter(({span}) => span === HOUR_SPAN), ...(open.length === 0 ? [] : [last])]
}

/** Oldest first, each span by itself. */
export function pastOf({torrents, ...life}: DemoLife, random: Random, now: EpochMs): Sample[] {
  const sum = (way: 'down' | 'up') => torrents.reduce((total, {pace}) => total + pace[way], 0)
  const flow: Flow = {
    ...life,
    // By their time of day, as they are now.
    down: sum('down') / tide(now),
    up: sum('up') / tide(now),
    added: torrents.map(({addedAt}) => addedAt * 1_000).toSorted((a, b) => a - b),
    downloading: torrents.filter(({complete}) => !complete).length,
  }
  const ladder = new Ladder()
  const end = beginOf(now, FINEST)
  const samples: Sample[] = []
  for (let at = beginOf(end - 30 * DAY, 86_400); at < end;) {
    const step = stepAt(at, end)
    const sample = sampleOf(flow, random, {at, step, now})
    if (step === FINEST * 1_000) samples.push(sample)
    samples.push(...ladder.add(sample))
    at += step
  }
  return samples.filter(({span, at}) => now - at < keptMs[span as keyof typeof keptMs])
}

/** ms; fine enough for what is kept of that time. */
function stepAt(at: EpochMs, end: EpochMs): number {
  const age = end - at
  if (age > keptMs[60] + HOUR) return HOUR
  return age > keptMs[FINEST] + MINUTE ? MINUTE : FINEST * 1_000
}

function sampleOf(
  life: Flow,
  random: Random,
  {at, step, now}: {readonly at: EpochMs; readonly step: number; readonly now: EpochMs},
): Sample {
  const count = step / (FINEST * 1_000)
  const torrents = torrentsAt(life, at)
  const isAway = life.away.some(({hoursAgo, hours}) => {
    const since = now - hoursAgo * HOUR
    return at >= since && at < since + hours * HOUR
  })
  const [down, up] = isAway
    ? [0, 0]
    : [life.down, life.up].map((speed) => speed * tide(at) * random.between(0.92, 1.08))
  const age = now - at
  return {
    serverId: life.serverId,
    span: FINEST,
    at,
    count,
    online: isAway ? 0 : 1,
    downSpeed: down!,
    upSpeed: up!,
    downSpeedMax: down!,
    upSpeedMax: up!,
    downloaded: Math.round((down! * step) / 1_000),
    uploaded: Math.round((up! * step) / 1_000),
    // What went meanwhile makes up for a part of what came.
    torrents,
    downloading: life.downloading,
    seeding: Math.round(torrents * 0.93),
    failing: Math.round(life.added.length * 0.004),
    freeSpace: isAway || life.free === null ? null : Math.round(life.free + (age / DAY) * life.fillsPerDay),
    latencyMs: isAway ? null : life.latencyMs * random.between(0.8, 1.4),
  }
}

/** One of three came in the place of another. @param added the first one first */
function torrentsAt({added}: Pick<Flow, 'added'>, at: EpochMs): number {
  // Thousands of samples ask for it while whoever started the demo waits.
  let [from, to] = [0, added.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (added[middle]! > at) to = middle
    else from = middle + 1
  }
  return added.length - Math.floor(((added.length - from) * 2) / 3)
}

/** More in the evening than at night: 0.55 to 1. */
function tide(at: EpochMs): number {
  return 0.775 + 0.225 * Math.sin(((at % DAY) / DAY - 0.55) * 2 * Math.PI)
}

function changesOf({serverId, away}: DemoLife, now: EpochMs): HealthChange[] {
  const online = (at: EpochMs): HealthChange => ({serverId, at, status: 'online', reason: 'none', detail: ''})
  return [
    online(now - 30 * DAY),
    ...away.flatMap(({hoursAgo, hours}): HealthChange[] => {
      const since = Math.round(now - hoursAgo * HOUR)
      const back = Math.round(since + hours * HOUR)
      const gone = {serverId, at: since, status: 'unreachable', reason: 'refused', detail: ''} as const
      return back < now ? [gone, online(back)] : [gone]
    }),
  ]
}
