/**
 * How many lines of the journal one member takes, by what he commands and what his rules decide: it is everybody's
 * database. Who manages the house takes what he needs.
 *
 * Only what begins is refused, as nothing is sent before it is written, and what rules only say. What was begun is
 * written to its end, and charged. What is left is kept with the lines themselves, so that no restart gives anybody
 * all of it again.
 */
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {TokenBuckets, type BucketSize} from '#lib/token-bucket.ts'
import type {UserId} from '#model/access.ts'
import {QuotaUsedUp} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'
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

/** Kept beside the settings. By the member: what was left to him. */
const NAME = 'journal_quota'
const shape = z.object({at: z.number(), left: z.record(z.string(), z.number())}).catch({at: 0, left: {}})

export class LineQuota {
  readonly #parts: LineQuotaDeps
  readonly #buckets: TokenBuckets
  #isKept = true

  private constructor(parts: LineQuotaDeps) {
    this.#parts = parts
    this.#buckets = new TokenBuckets(parts.clock, parts.size ?? memberLines)
  }

  /** With what earlier lives of the program counted. @throws {StorageFault} */
  static async open({
    store,
    ...parts
  }: LineQuotaDeps & {readonly store: Pick<Store, 'read'>}): Promise<LineQuota> {
    const quota = new LineQuota(parts)
    const {at, left} = shape.parse((await store.read(readSettings)).get(NAME))
    const agoMs = parts.clock.now() - at
    for (const [member, lines] of Object.entries(left)) quota.#buckets.restore(member, lines, agoMs)
    return quota
  }

  /** Call where lines that were taken are written, in the same transaction. */
  async keep(db: Db): Promise<void> {
    if (this.#isKept) return
    // What is charged meanwhile is kept with its own lines.
    this.#isKept = true
    const at = this.#parts.clock.now()
    await putSetting(db, NAME, {at, left: Object.fromEntries(this.#buckets.lacking())}, at)
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
    if (payers.length > 0) this.#isKept = false
  }

  #payerOf({ruleId, actor: {userId}}: JournalEntry): UserId | null {
    const {memberOf, ownerOfRule} = this.#parts
    return memberOf(ruleId === undefined ? userId : ownerOfRule(ruleId))
  }
}

const usedUp =
  'Your commands and rules have written as much into the journal as those of one member may. It comes back day by day; an administrator has no such limit.'
