/**
 * A question to an indexer, and what becomes of one that fails. Source: Radarr's HttpIndexerBase and
 * ProviderStatusServiceBase.
 */
import type {Arr, IndexerState} from './arr.ts'
import {checkSoon, indexerChecks} from './health.ts'

/** One question. @returns whether it answered; who does not is blocked, and only health says so */
export function ask(arr: Arr, indexer: IndexerState, what: 'rss' | 'search'): boolean {
  const {config} = indexer
  arr.stats.asked(config.name, what)
  const fault = arr.faults.domain('indexerFails', config.name)
  const {status, retryAfter} = fault ?? config.source?.ask(what) ?? {status: 200}
  if (status >= 400) {
    failed(arr, indexer, status === 429 ? (retryAfter ?? HOUR) : 0)
    return false
  }
  answered(arr, indexer)
  if (--indexer.left > 0) return true
  // One that counts for itself, without a word of it.
  indexer.disabledUntil = arr.time.now() + (config.disabledMinutes ?? 15) * 60_000
  indexer.failingSince ??= arr.time.now()
  indexer.left = config.budget ?? Infinity
  checkSoon(arr, indexerChecks)
  return true
}

/** Seconds. */
const HOUR = 3_600
const backOffs = [0, 60, 300, 900, 1_800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR] as const

/** It is left alone for the next of these times: at least so long as it said itself. */
function failed(arr: Arr, indexer: IndexerState, least: number): void {
  const now = arr.time.now()
  if (indexer.level === 0) indexer.failingSince = now
  indexer.level = Math.min(backOffs.length - 1, indexer.level + 1)
  while (indexer.level < backOffs.length - 1 && backOffs[indexer.level]! < least) indexer.level++
  indexer.disabledUntil = now + backOffs[indexer.level]! * 1_000
  checkSoon(arr, indexerChecks)
}

function answered(arr: Arr, indexer: IndexerState): void {
  if (indexer.level === 0) return
  indexer.level--
  if (indexer.level === 0) indexer.failingSince = null
  checkSoon(arr, indexerChecks)
}
