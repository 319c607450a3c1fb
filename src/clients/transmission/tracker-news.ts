/** What the daemon tells of a torrent's trackers → ours. */
import type {TorrentFields, TorrentPatch, TrackerStatus} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {epochFromUnix} from '../port.ts'
import {saysNoAnswer} from '../tracker-words.ts'
import {number, text, type RawTorrent} from './codec.ts'

interface TrackerNews {
  readonly status: TrackerStatus
  readonly patch: TorrentPatch
}

/**
 * Fields of a row with tracker statistics.
 * @param error the torrent's own `error`: 1 and 2 are a tracker's words already and stay as they are
 */
export function normaliseTrackers(raw: RawTorrent, hash: InfoHash, error: number): TrackerNews {
  const stats = Array.isArray(raw['tracker_stats']) ? (raw['tracker_stats'] as RawTorrent[]) : []
  const status = trackerStatusOf(stats)
  const next = Math.min(...stats.map((one) => number(one, 'next_announce_time') ?? 0).filter((at) => at > 0))
  const swarm = {
    seedsSwarm: highest(stats, 'seeder_count'),
    peersSwarm: highest(stats, 'leecher_count'),
    nextAnnounceAt: Number.isFinite(next) ? epochFromUnix(next) : null,
  }
  const own = error === 1 || error === 2
  const words = own ? {} : {...trackerTrouble(status), trackerMessage: messageOf(stats, status)}
  return {status, patch: {hash, ...swarm, ...words}}
}

export function trackerTrouble(
  status: TrackerStatus,
): Pick<TorrentFields, 'trackerStatus' | 'trackerProblem'> {
  const trackerProblem = status === 'warning' || status === 'error' || status === 'unreachable'
  return {trackerStatus: status, trackerProblem}
}

/** 4.x tells the list as text with blank lines between tiers, 3.00 as records. */
export function trackerTiers(raw: RawTorrent): string[][] | undefined {
  const list = text(raw, 'tracker_list')
  if (list !== undefined) {
    return list
      .split(/\n\s*\n/)
      .map((tier) => tier.split('\n').flatMap((url) => (url.trim() === '' ? [] : [url.trim()])))
      .filter((tier) => tier.length > 0)
  }
  const records = raw['trackers']
  if (!Array.isArray(records)) return undefined
  const tiers = new Map<number, string[]>()
  for (const record of records as RawTorrent[]) {
    const tier = number(record, 'tier') ?? 0
    tiers.set(tier, [...(tiers.get(tier) ?? []), text(record, 'announce') ?? ''])
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([, urls]) => urls)
}

const hostPart = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)/i

/** `host` of the statistics carries scheme and port in 3.00 and a port in 4.x; the URL is the same in both. */
export function hostOf(url: string): string {
  return hostPart.exec(url)?.[1]?.toLowerCase() ?? url
}

/** The best any tracker said: one that works makes the torrent findable. */
function trackerStatusOf(stats: readonly RawTorrent[]): TrackerStatus {
  if (stats.length === 0) return 'none'
  const asked = stats.filter((one) => one['has_announced'] === true)
  if (asked.length === 0) return 'unknown'
  if (asked.some((one) => one['last_announce_succeeded'] === true)) return 'ok'
  return asked.every(isUnreachable) ? 'unreachable' : 'error'
}

/** Silence, as told from a refusal. */
export function isUnreachable(stat: RawTorrent): boolean {
  return stat['last_announce_timed_out'] === true || saysNoAnswer(text(stat, 'last_announce_result') ?? '')
}

function messageOf(stats: readonly RawTorrent[], status: TrackerStatus): string {
  if (status === 'ok' || status === 'none' || status === 'unknown') return ''
  const failed = stats.find((one) => one['has_announced'] === true)
  return failed ? (text(failed, 'last_announce_result') ?? '') : ''
}

/** −1 = that tracker does not know. */
function highest(stats: readonly RawTorrent[], field: string): number | null {
  const most = Math.max(-1, ...stats.map((one) => number(one, field) ?? -1))
  return most < 0 ? null : most
}
