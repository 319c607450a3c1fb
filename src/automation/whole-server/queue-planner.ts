/**
 * Puts the queue of a server into the order of its trackers: who is out of order goes to the top, one after the other,
 * a few in a minute. Not while the server is silent, or has not listed everything: then nobody knows the queue.
 * Source: qBitrr.
 */
import type {Clock} from '#lib/clock.ts'
import type {Decision} from '#model/decision.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import type {InheritedTracker} from '#rules/presets/inherited.ts'
import {queueMoves} from '#rules/presets/queue-order.ts'
import {isKept, silenceOf} from '../manager/torrent-facts.ts'
import {plannedDecision, PlannedDecisions} from './planned.ts'

type QueueRow = Pick<
  ManagedRow,
  'key' | 'category' | 'tags' | 'queuePosition' | 'addedAt' | 'trackerHosts' | 'isListed'
>

/** A long queue is put into order over some minutes; each step leaves it better than it was. */
const MOST_MOVES = 20

export class QueuePlanner {
  readonly #clock: Clock
  /** Of the section that looks after a torrent, with those of its server; empty = of none. */
  readonly #trackersOf: (row: QueueRow) => readonly InheritedTracker[]
  readonly #planned: PlannedDecisions

  constructor(clock: Clock, trackersOf: (row: QueueRow) => readonly InheritedTracker[]) {
    this.#clock = clock
    this.#trackersOf = trackersOf
    this.#planned = new PlannedDecisions(clock)
  }

  /** @param rows all that have a place in its queue. @returns in the order in which they are to be carried out */
  look(server: ManagedServer, rows: Iterable<QueueRow>, rule: Rule): readonly Decision[] {
    const queue = [...rows].flatMap((row) => queued(row) ?? [])
    if (silenceOf(server) !== null || queue.some(({row}) => !row.isListed)) return []
    const byKey = new Map(queue.map((one) => [one.key, one]))
    const moves = queueMoves(queue, ({key}) => this.#trackersOf(byKey.get(key)!.row))
    const decisions = moves.slice(0, MOST_MOVES).map((key) => this.#decision(byKey.get(key)!, server, rule))
    return this.#planned.fresh(decisions)
  }

  /** What became of a decision is known: it may be wanted again. */
  answered(ruleId: RuleId, key: string): void {
    this.#planned.answered(ruleId, key)
  }

  #decision({row, position}: Queued, server: ManagedServer, rule: Rule): Decision {
    const seen = {fact: 'queuePosition', value: position, op: 'gt', threshold: 0} as const
    return plannedDecision({rule, row, server, seen, standsOn: []}, this.#clock)
  }
}

interface Queued {
  readonly row: QueueRow
  readonly key: string
  readonly position: number
  readonly addedAt: number
  readonly hosts: readonly string[]
}

/** Who is protected stays where a person put it, and the others go around it. */
function queued(row: QueueRow): Queued | null {
  const {key, queuePosition: position, addedAt, trackerHosts: hosts} = row
  if (typeof position !== 'number' || isKept(row)) return null
  return {row, key: keyText(key), position, addedAt: addedAt ?? 0, hosts: hosts ?? []}
}
