/**
 * Stops downloads that their disk has no room for, and starts them again when it has. Only what it stopped itself, and
 * only while the server is believed and says how much is free: a disk that is away has no figure, not a small one.
 *
 *   rows in the order of the queue, free ─▶ plan ─ the same for a minute ─▶ decisions
 *
 * Source: qbitrr-config.md B.10; safety-scenarios.md 8.
 */
import {planSpace, type SpaceDownload, type SpaceVerdict} from '#rules/presets/free-space.ts'
import type {InheritedFreeSpace} from '#rules/presets/inherited.ts'
import {labels} from '#rules/presets/preset.ts'
import type {Clock} from '#kit/clock.ts'
import type {Decision} from '#model/decision.ts'
import type {DecisionEnd} from '#model/decision-desk.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {TorrentFactsRecord} from '#model/memory.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {plannedDecision, ToldDecisions} from './planned.ts'
import {hasKeepTag, silenceOf} from './torrent-facts.ts'

export type SpaceRow = Pick<
  ManagedRow,
  | 'key'
  | 'category'
  | 'tags'
  | 'state'
  | 'complete'
  | 'amountLeft'
  | 'queuePosition'
  | 'addedAt'
  | 'forceStart'
  | 'isListed'
>

export interface SpaceRules {
  readonly space: InheritedFreeSpace
  readonly stop: Rule
  readonly start: Rule
}

export interface SpacePlannerParts {
  readonly clock: Clock
  /** Of the volume that its torrents come to; `undefined` = not known, or the disk is away. */
  readonly free: (server: ManagedServer) => Bytes | undefined
  /** It is in a category of an Arr, or in one that we manage: of others nothing is stopped. */
  readonly isManaged: (row: SpaceRow) => boolean
  readonly remembered: (key: TorrentKey) => Pick<TorrentFactsRecord, 'stoppedByUs'> | null
}

/** How `TorrentFactsRecord.stoppedByUs` says it. */
export const forSpace = 'freeSpace'
/** Free space trembles, and downloads write ahead: so long it must be the same. */
const STEADY_MS = 60_000
/** Looks that are further apart do not belong together. */
const LONGEST_PAUSE_MS = 180_000

const runs: ReadonlySet<ManagedRow['state']> = new Set([
  'downloading',
  'stalledDown',
  'queuedDown',
  'metadata',
])

interface Wanted {
  readonly what: 'stop' | 'start'
  readonly since: number
  readonly lookedAt: number
}

export class SpacePlanner {
  readonly #parts: SpacePlannerParts
  readonly #told: ToldDecisions
  /** By server and torrent. */
  readonly #wanted = new Map<string, ReadonlyMap<string, Wanted>>()

  constructor(parts: SpacePlannerParts) {
    this.#parts = parts
    this.#told = new ToldDecisions(parts.clock)
  }

  /** @param rows all that are not complete */
  look(
    server: ManagedServer,
    rows: Iterable<SpaceRow>,
    {space, stop, start}: SpaceRules,
  ): readonly Decision[] {
    const free = silenceOf(server) === null ? this.#parts.free(server) : undefined
    const queue = [...rows].filter(({complete}) => !complete).toSorted(byQueue)
    const byKey = new Map(queue.map((row) => [keyText(row.key), row]))
    const plan = planSpace(
      queue.map((row) => this.#download(row)),
      free,
      space,
    )
    const steady = this.#steady(server, plan)
    const decide = (rule: Rule, {key, room}: SpaceVerdict, op: 'gt' | 'lte'): Decision => {
      const row = byKey.get(key)!
      const seen = {fact: 'amountLeft', value: row.amountLeft!, op, threshold: Math.max(0, room)} as const
      const standsOn = [{fact: 'complete', value: false} as const]
      return plannedDecision({rule, row, server, seen, standsOn}, this.#parts.clock)
    }
    return this.#told.fresh([
      ...plan.stop.filter(({key}) => steady.has(key)).map((one) => decide(stop, one, 'gt')),
      ...plan.start.filter(({key}) => steady.has(key)).map((one) => decide(start, one, 'lte')),
    ])
  }

  /** What became of a decision is known: it may be wanted again. */
  answered(ruleId: RuleId, key: string): void {
    this.#told.answered(ruleId, key)
  }

  #download(row: SpaceRow): SpaceDownload {
    return {key: keyText(row.key), left: row.amountLeft, runs: this.#runs(row)}
  }

  #runs(row: SpaceRow): SpaceDownload['runs'] {
    if (row.state === 'stopped' && row.isListed) return this.#isOurs(row) ? 'ours' : 'no'
    if (!runs.has(row.state)) return 'no'
    const isLeftAlone = row.forceStart === true || hasKeepTag(row.tags) || !this.#parts.isManaged(row)
    return isLeftAlone || !row.isListed ? 'always' : 'yes'
  }

  /** By the label, too: it is written first, and what is remembered may be a second old. */
  #isOurs({key, tags}: SpaceRow): boolean {
    return this.#parts.remembered(key)?.stoppedByUs === forSpace || tags.includes(labels.spacePaused)
  }

  /** Torrents for which the plan has been the same for long enough. */
  #steady(server: ManagedServer, plan: ReturnType<typeof planSpace>): ReadonlySet<string> {
    const now = this.#parts.clock.monotonic()
    const before = this.#wanted.get(server.id) ?? new Map<string, Wanted>()
    const wanted = new Map<string, Wanted>()
    for (const what of ['stop', 'start'] as const) {
      for (const {key} of plan[what]) {
        const known = before.get(key)
        const goesOn = known?.what === what && now - known.lookedAt <= LONGEST_PAUSE_MS
        wanted.set(key, {what, since: goesOn ? known.since : now, lookedAt: now})
      }
    }
    this.#wanted.set(server.id, wanted)
    return new Set([...wanted].filter(([, {since}]) => now - since >= STEADY_MS).map(([key]) => key))
  }
}

/** What is to be remembered of a torrent after one of its decisions; `null` = nothing. */
export function spaceMemory(
  {action, outcome}: Pick<DecisionEnd, 'action' | 'outcome'>,
  {marks}: Pick<TorrentFactsRecord, 'marks'>,
): Pick<TorrentFactsRecord, 'stoppedByUs' | 'marks'> | null {
  const mayBeDone = outcome === 'confirmed' || outcome === 'sent' || outcome === 'unconfirmed'
  const others = marks.filter((mark) => mark !== 'freeSpacePaused')
  if (action === 'stop' && mayBeDone) return {stoppedByUs: forSpace, marks: [...others, 'freeSpacePaused']}
  // Whether it runs is not known yet: it stays ours until it does.
  if (action === 'start' && outcome === 'confirmed') return {stoppedByUs: null, marks: others}
  return null
}

/** What has no place comes behind, the oldest first. */
function byQueue(one: SpaceRow, other: SpaceRow): number {
  const place = ({queuePosition}: SpaceRow) => queuePosition ?? Number.POSITIVE_INFINITY
  const [a, b] = [place(one), place(other)]
  if (a !== b) return a < b ? -1 : 1
  return (one.addedAt ?? 0) - (other.addedAt ?? 0) || (keyText(one.key) < keyText(other.key) ? -1 : 1)
}
