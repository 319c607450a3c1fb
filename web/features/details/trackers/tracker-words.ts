/** How a tracker does, in words; and of its address what tells it apart. Pure. */
import type {Tracker} from '../../../api/details.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {ago, until, written} from '../../../ui/format.ts'

export const trackerLooks: {
  readonly [S in Tracker['status']]: {
    readonly word: TextKey
    readonly ink: string
    readonly icon: TrackerIcon
  }
} = {
  working: {word: 'trackers.is.working', ink: 'text-st-seeding', icon: 'ok'},
  updating: {word: 'trackers.is.updating', ink: 'text-st-downloading', icon: 'busy'},
  waiting: {word: 'trackers.is.waiting', ink: 'text-text-3', icon: 'waits'},
  disabled: {word: 'trackers.is.disabled', ink: 'text-text-3', icon: 'off'},
  error: {word: 'trackers.is.error', ink: 'text-st-error', icon: 'bad'},
  unreachable: {word: 'trackers.is.unreachable', ink: 'text-st-error', icon: 'lost'},
  unknown: {word: 'trackers.is.unknown', ink: 'text-text-3', icon: 'unknown'},
}
export type TrackerIcon = 'ok' | 'busy' | 'waits' | 'off' | 'bad' | 'lost' | 'unknown'

/** Host and port; the whole where it is no address. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host || url
  } catch {
    return url
  }
}

/** What stands around the host: "udp://", "/announce". */
export function aroundHost(url: string): readonly [before: string, host: string, after: string] {
  const found = /^([a-z]+:\/\/)([^/?#]+)(.*)$/is.exec(url)
  return found ? [found[1]!, found[2]!, found[3]!] : ['', url, '']
}

/** "12 m ago". @param at epoch ms; `null` = never */
export function lastAnnounce(at: number | null | undefined, now: number): string {
  if (at === undefined) return '?'
  return at === null ? text('trackers.never') : text('trackers.ago', {time: written(ago(at, now))})
}

/** "in 14 m". @param at epoch ms; `null` = none planned */
export function nextAnnounce(at: number | null | undefined, now: number): string {
  if (at === undefined) return '?'
  if (at === null) return '–'
  return at <= now ? text('trackers.now') : text('trackers.in', {time: written(until(at, now))})
}
