/** Rows of `torrents/trackers`. Source: Web API sheet §6.1, recordings of 4.5.2, 5.1.0 and 5.3.0. */
import type {Tracker} from '#model/details.ts'
import {epochFromUnix} from '../port.ts'
import {countIn, numberIn, textIn} from './native.ts'

/** `null` for the three rows that are no trackers (DHT, PeX, LSD; tier −1). */
export function trackerOf(row: Readonly<Record<string, unknown>>): Tracker | null {
  const tier = numberIn(row['tier']) ?? -1
  if (tier < 0) return null
  const next = numberIn(row['next_announce'])
  return {
    url: textIn(row['url']),
    tier,
    status: row['updating'] === true ? 'updating' : statusOf(numberIn(row['status'])),
    message: textIn(row['msg']),
    seeds: countIn(row['num_seeds']),
    leeches: countIn(row['num_leeches']),
    peers: countIn(row['num_peers']),
    downloaded: countIn(row['num_downloaded']),
    nextAnnounceAt: next === undefined ? undefined : epochFromUnix(next),
  }
}

/** 5 and 6 from 5.2 on; before, both are 4. */
function statusOf(status: number | undefined): Tracker['status'] {
  return statuses[status ?? -1] ?? 'unknown'
}

const statuses: Readonly<Record<number, Tracker['status']>> = {
  0: 'disabled',
  1: 'waiting',
  2: 'working',
  3: 'updating',
  4: 'error',
  5: 'error',
  6: 'unreachable',
}

/** The tracker whose message explains most: one that fails before one that works. `null` = no trackers. */
export function worstOf(trackers: readonly Tracker[]): Tracker | null {
  const rank = (tracker: Tracker): number => {
    if (tracker.status === 'error') return 0
    if (tracker.status === 'unreachable') return 1
    return tracker.message === '' ? 3 : 2
  }
  return trackers.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}
