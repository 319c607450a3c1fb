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
import type {Store} from '#store/store.ts'
import {seededRandom, type Random} from './simulators/random.ts'

/** What a server did most of the time: about what its simulator does now. */
export interface DemoLife {
  readonly serverId: ServerId
  /** bytes/s */
  readonly down: number
  readonly up: number
  readonly torrents: number
  /** Bytes free now; `null` = it does not tell. */
  readonly free: number | null
  readonly latencyMs: number
  /** Hours ago, and for how many it was away. */
  readonly away: readonly {readonly hoursAgo: number; readonly hours: number}[]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Bytes a day by which disks fill. */
const FILLS = 18 * 2 ** 30

/** Of this age on, only coarser ones were kept. */
const keptMs = {10: HOUR, 60: 2 * DAY, 3_600: 31 * DAY, 86_400: 31 * DAY} as const

/** Puts it into a database that is empty yet. @throws {StorageFault} */
export async function writeDemoPast(
  store: Pick<Store, 'write'>,
  lives: readonly DemoLife[],
  now: EpochMs,
): Promise<void> {
  const samples = lives.flatMap((life, seed) => pastOf(life, seededRandom(seed), now))
  const changes = lives.flatMap((life) => changesOf(life, now)).toSorted((a, b) => a.at - b.at)
  await store.write(async (db) => {
    await putSamples(db, samples)
    await insertHealthChanges(db, changes)
  })
}

/** Oldest first, each span by itself. */
export function pastOf(life: DemoLife, random: Random, now: EpochMs): Sample[] {
  const ladder = new Ladder()
  const end = beginOf(now, FINEST)
  const samples: Sample[] = []
  for (let at = beginOf(end - 30 * DAY, 86_400); at < end;) {
    const step = stepAt(at, end)
    const sample = sampleOf(life, random, {at, step, now})
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
  life: DemoLife,
  random: Random,
  {at, step, now}: {readonly at: EpochMs; readonly step: number; readonly now: EpochMs},
): Sample {
  const count = step / (FINEST * 1_000)
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
    // A torrent came every few hours.
    torrents: life.torrents - Math.floor(age / (5 * HOUR)),
    downloading: Math.round(life.torrents * 0.13 * tide(at)),
    seeding: Math.round(life.torrents * 0.6),
    failing: Math.round(life.torrents * 0.03),
    freeSpace: isAway || life.free === null ? null : life.free + Math.round((age / DAY) * FILLS),
    latencyMs: isAway ? null : life.latencyMs * random.between(0.8, 1.4),
  }
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
