/**
 * Tracker lists. Since 4.0 the daemon takes the whole list as text, tiers apart by blank lines. 3.00 adds, replaces and
 * removes one by one by an id that must be read just before: it changes with each edit. (4.x still takes those
 * calls, but its ids move too, and removing by id then fails.)
 */
import type {CommandResult} from '#model/command.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {number, text, type RawTorrent} from './codec.ts'
import {forPresent, type Outcomes} from './selection.ts'
import type {Session} from './session.ts'
import type {TransmissionSync} from './sync.ts'
import {trackerTiers} from './tracker-news.ts'
import type {Wire} from './wire.ts'

type Tiers = readonly (readonly string[])[]

/** One torrent's edit: its new list for 4.x, the call's parameters for 3.00; `null` = nothing to change. */
interface Edit {
  readonly list: (tiers: Tiers) => Tiers | CommandResult | null
  readonly old: (trackers: readonly RawTorrent[]) => Record<string, unknown> | CommandResult | null
}

const noSuchTracker: CommandResult = {
  outcome: 'failed',
  code: 'not_found',
  message: 'The torrent has no tracker with this address.',
}

export class TransmissionTrackers {
  readonly #wire: Wire
  readonly #session: {readonly current: Session}
  readonly #sync: Pick<TransmissionSync, 'hurry'>

  constructor(wire: Wire, session: {readonly current: Session}, sync: Pick<TransmissionSync, 'hurry'>) {
    this.#wire = wire
    this.#session = session
    this.#sync = sync
  }

  /** Below the tiers there are. 3.00 makes a tier of each URL. Those it has already stay where they are. */
  add(hashes: readonly InfoHash[], added: Tiers, bounds: CallBounds): Promise<Outcomes | void> {
    return this.#edit(hashes, bounds, {
      list: (tiers) => {
        const news = without(added, new Set(tiers.flat()))
        return news.length === 0 ? null : [...tiers, ...news]
      },
      old: (trackers) => {
        const news = without(added, new Set(trackers.map(urlOf))).flat()
        return news.length === 0 ? null : {tracker_add: news}
      },
    })
  }

  /** In its place. */
  edit(hashes: readonly InfoHash[], from: string, to: string, bounds: CallBounds): Promise<Outcomes | void> {
    return this.#edit(hashes, bounds, {
      list: (tiers) => {
        if (!tiers.flat().includes(from)) return noSuchTracker
        return tiers.map((tier) => tier.map((url) => (url === from ? to : url)))
      },
      old: (trackers) => {
        const found = trackers.find((tracker) => urlOf(tracker) === from)
        return found ? {tracker_replace: [number(found, 'id'), to]} : noSuchTracker
      },
    })
  }

  /** Fails for a torrent that has none of them. */
  remove(hashes: readonly InfoHash[], urls: readonly string[], bounds: CallBounds): Promise<Outcomes | void> {
    const gone = new Set(urls)
    return this.#edit(hashes, bounds, {
      list: (tiers) => (tiers.flat().some((url) => gone.has(url)) ? without(tiers, gone) : noSuchTracker),
      old: (trackers) => {
        const ids = trackers.filter((tracker) => gone.has(urlOf(tracker))).map((one) => number(one, 'id'))
        return ids.length === 0 ? noSuchTracker : {tracker_remove: ids}
      },
    })
  }

  async #edit(hashes: readonly InfoHash[], bounds: CallBounds, change: Edit): Promise<Outcomes | void> {
    const hasList = this.#session.current.rpc >= 17
    try {
      return await forPresent(
        this.#wire,
        hashes,
        [hasList ? 'tracker_list' : 'trackers'],
        bounds,
        async (present) => {
          const outcomes = new Map<InfoHash, CommandResult>()
          for (const [hash, raw] of present) {
            const result = hasList ? listParams(change, raw) : change.old(trackersIn(raw))
            if (result === null) continue
            if (isOutcome(result)) outcomes.set(hash, result)
            else await this.#wire.call('torrent_set', {...result, ids: [hash]}, bounds)
          }
          return outcomes
        },
      )
    } finally {
      this.#sync.hurry(hashes)
    }
  }
}

function listParams(change: Edit, raw: RawTorrent): Record<string, unknown> | CommandResult | null {
  const result = change.list(trackerTiers(raw) ?? [])
  if (result === null || isOutcome(result)) return result
  return {tracker_list: result.map((tier) => tier.join('\n')).join('\n\n')}
}

function isOutcome(result: object): result is CommandResult {
  return 'outcome' in result
}

function without(tiers: Tiers, urls: ReadonlySet<string>): string[][] {
  return tiers.map((tier) => tier.filter((url) => !urls.has(url))).filter((tier) => tier.length > 0)
}

function trackersIn(raw: RawTorrent): RawTorrent[] {
  return Array.isArray(raw['trackers']) ? (raw['trackers'] as RawTorrent[]) : []
}

function urlOf(tracker: RawTorrent): string {
  return text(tracker, 'announce') ?? ''
}
