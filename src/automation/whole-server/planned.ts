/**
 * Decisions about torrents that hang on all torrents of their server together. A planner makes one for each torrent, for
 * a rule of its server; from there on they are decisions like all others, with their guards, budget and journal.
 */
import type {Clock} from '#lib/clock.ts'
import type {Decision, LeafTrace, Precondition} from '#model/decision.ts'
import type {FactName, FactValue} from '#model/fact.ts'
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import {actionKinds, type Operator, type Rule, type RuleId} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'

/** What was seen of the torrent, and what it was compared with. */
interface SeenFact {
  readonly fact: FactName
  readonly value: FactValue
  readonly op: Operator
  readonly threshold: FactValue
}

interface Planned {
  readonly rule: Rule
  readonly row: Pick<ManagedRow, 'key' | 'category'>
  readonly server: ManagedServer
  readonly seen: SeenFact
  /** Beside its category and the epoch of its server. */
  readonly standsOn: readonly Precondition[]
}

/** What nobody answered is decided again after this long. */
const UNANSWERED_MS = 600_000
/** What was refused is no other by the next look, and what was done takes a while to be seen. */
const AGAIN_MS = 60_000

/** @param clock of the moment it was decided in */
export function plannedDecision({rule, row, server, seen, standsOn}: Planned, clock: Clock): Decision {
  const {fact, value, op, threshold} = seen
  const at = clock.now()
  const actual = {value, observedAt: server.syncedAt ?? at, source: server.id}
  const evidence: LeafTrace = {verdict: 'yes', fact, op, threshold, window: null, actual}
  return {
    at,
    ruleId: rule.id,
    ruleRevision: rule.revision,
    mode: rule.mode,
    concern: rule.concern,
    subject: {kind: 'torrent', key: keyText(row.key), serverId: row.key.serverId},
    reason: rule.reason,
    actions: rule.do.map(({action, params}) => ({action, params, ...actionKinds[action]})),
    evidence,
    hold: null,
    preconditions: [
      {fact: 'category', value: row.category},
      {fact: 'server.epoch', value: server.epoch},
      ...standsOn,
    ],
  }
}

/** Decisions that were told, and of which it is not known yet what became of them. */
export class PlannedDecisions {
  readonly #clock: Clock
  /** Until when, by the duration clock. */
  readonly #until = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns those that are not told yet, which count as told from now on */
  fresh(decisions: readonly Decision[]): readonly Decision[] {
    const now = this.#clock.monotonic()
    for (const [name, until] of this.#until) if (now >= until) this.#until.delete(name)
    return decisions.filter(({ruleId, subject}) => {
      const name = `${ruleId} ${subject.key}`
      if (this.#until.has(name)) return false
      this.#until.set(name, now + UNANSWERED_MS)
      return true
    })
  }

  /** It waits for what became of it, or for that to be seen. */
  isReported(ruleId: RuleId, key: string): boolean {
    return this.#clock.monotonic() < (this.#until.get(`${ruleId} ${key}`) ?? Number.NEGATIVE_INFINITY)
  }

  /** What became of it is known: it may be wanted again, in a while. */
  answered(ruleId: RuleId, key: string): void {
    this.#until.set(`${ruleId} ${key}`, this.#clock.monotonic() + AGAIN_MS)
  }
}
