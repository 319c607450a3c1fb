/**
 * How many lines of the journal one member takes, by what he commands and what his rules decide: it is everybody's
 * database. Who manages the house takes what he needs.
 *
 * Only what begins is refused, as nothing is sent before it is written, and what rules only say. What was begun is
 * written to its end, and charged.
 */
import type {Clock} from '#lib/clock.ts'
import {TokenBuckets, type BucketSize} from '#lib/token-bucket.ts'
import type {UserId} from '#model/access.ts'
import {QuotaUsedUp} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {JournalEntry} from './entry.ts'

/** A command on one torrent takes four. So it is one on each of 50,000 torrents, twice, and 2,500 more every day. */
const memberLines: BucketSize = {atOnce: 400_000, perDay: 10_000}

/** verdict: nothing hangs on these lines, they only tell what a rule decided. deed: what else is written. */
export type LineKind = 'deed' | 'verdict'

interface LineQuotaDeps {
  readonly clock: Clock
  /** `null` = whoever it is manages the house, or is nobody. */
  readonly memberOf: (userId: UserId | null) => UserId | null
  /** Whose rule it is; `null` = no person's. */
  readonly ownerOfRule: (id: RuleId) => UserId | null
  readonly size?: BucketSize
}

export class LineQuota {
  readonly #parts: LineQuotaDeps
  readonly #buckets: TokenBuckets

  constructor(parts: LineQuotaDeps) {
    this.#parts = parts
    this.#buckets = new TokenBuckets(parts.clock, parts.size ?? memberLines)
  }

  /**
   * Of lines that are written together, all of them or none.
   * @throws {QuotaUsedUp} nothing of them may be written
   */
  take(entries: readonly JournalEntry[], kind: LineKind): void {
    const isBeginning = kind === 'verdict' || entries.every(({phase}) => phase === 'intended')
    const payers = [...Map.groupBy(entries, (entry) => this.#payerOf(entry))].flatMap(([member, {length}]) =>
      member === null ? [] : {member, count: length},
    )
    for (const {member, count} of isBeginning ? payers : []) {
      const waitMs = this.#buckets.waitMs(member, count)
      if (waitMs !== null) throw new QuotaUsedUp(this.#parts.clock.now() + waitMs, usedUp)
    }
    for (const {member, count} of payers) this.#buckets.charge(member, count)
  }

  #payerOf({ruleId, actor: {userId}}: JournalEntry): UserId | null {
    const {memberOf, ownerOfRule} = this.#parts
    return memberOf(ruleId === undefined ? userId : ownerOfRule(ruleId))
  }
}

const usedUp =
  'Your commands and rules have written as much into the journal as those of one member may. It comes back day by day; an administrator has no such limit.'
