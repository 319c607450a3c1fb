/**
 * How many lines of the journal one member takes, by what he commands and what his rules decide: it is everybody's
 * database. A long line counts as several. Who manages the house takes what he needs.
 *
 * Only what begins is refused, as nothing is sent before it is written, and what rules only say. What was begun is
 * written to its end, and charged. What is left is kept with the lines themselves, so that no restart gives anybody
 * all of it again.
 */
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {TokenBuckets, type BucketSize} from '#lib/token-bucket.ts'
import {asUserId, type UserId} from '#model/access.ts'
import {QuotaUsedUp} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {NewJournalRow} from '#store/repositories/journal.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Db, Store} from '#store/store.ts'

/** A command on one torrent takes four. So it is one on each of 50,000 torrents, twice, and 2,500 more every day. */
const memberLines: BucketSize = {atOnce: 400_000, perDay: 10_000}

/** Of what a line says in its own words; what every line has besides is some 400 bytes. */
const BYTES_OF_A_LINE = 2_048

/** verdict: nothing hangs on these lines, they only tell what a rule decided. action: what else is written. */
export type LineKind = 'action' | 'verdict'

/** `null` = whoever it is manages the house, or is nobody. */
type MemberOf = (userId: UserId | null) => UserId | null

/** Kept beside the settings. By the member: what was left to him. */
const NAME = 'journal_quota'
const shape = z.object({at: z.number(), left: z.record(z.string(), z.number())}).catch({at: 0, left: {}})

export class LineQuota {
  readonly #clock: Clock
  readonly #memberOf: MemberOf
  readonly #buckets: TokenBuckets
  #isKept = true
  #ownerOfRule: (id: RuleId) => UserId | null = () => null

  private constructor(clock: Clock, memberOf: MemberOf, size: BucketSize) {
    this.#clock = clock
    this.#memberOf = memberOf
    this.#buckets = new TokenBuckets(clock, size)
  }

  /** With what earlier lives of the program counted. @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read'>,
    clock: Clock,
    memberOf: MemberOf,
    size: BucketSize = memberLines,
  ): Promise<LineQuota> {
    const quota = new LineQuota(clock, memberOf, size)
    const {at, left} = shape.parse((await store.read(readSettings)).get(NAME))
    const agoMs = clock.now() - at
    for (const [member, lines] of Object.entries(left)) quota.#buckets.restore(member, lines, agoMs)
    return quota
  }

  /** @param ownerOfRule says from now on whose a rule is; `null` = no person's, as of all rules until then */
  chargeRules(ownerOfRule: (id: RuleId) => UserId | null): void {
    this.#ownerOfRule = ownerOfRule
  }

  /** Call where lines that were taken are written, in the same transaction. */
  async keep(db: Db): Promise<void> {
    if (this.#isKept) return
    // What is charged meanwhile is kept with its own lines.
    this.#isKept = true
    const at = this.#clock.now()
    await putSetting(db, NAME, {at, left: Object.fromEntries(this.#buckets.lacking())}, at)
  }

  /**
   * Of lines that are written together, all of them or none.
   * @throws {QuotaUsedUp} nothing of them may be written
   */
  take(rows: readonly NewJournalRow[], kind: LineKind): void {
    const isBeginning = kind === 'verdict' || rows.every(({phase}) => phase === 'intended')
    const payers = [...Map.groupBy(rows, (row) => this.#payerOf(row))].flatMap(([member, its]) =>
      member === null ? [] : {member, count: its.reduce((sum, row) => sum + linesOf(row), 0)},
    )
    for (const {member, count} of isBeginning ? payers : []) {
      const waitMs = this.#buckets.waitMs(member, count)
      if (waitMs !== null) throw new QuotaUsedUp(this.#clock.now() + waitMs, usedUp)
    }
    for (const {member, count} of payers) this.#buckets.charge(member, count)
    if (payers.length > 0) this.#isKept = false
  }

  #payerOf({ruleId, userId}: NewJournalRow): UserId | null {
    if (ruleId) return this.#memberOf(this.#ownerOfRule(ruleId as RuleId))
    return this.#memberOf(userId ? asUserId(userId) : null)
  }
}

/** As how many lines a row counts: one for each 2 KiB that it begins. */
function linesOf({name, args, message, decided}: NewJournalRow): number {
  const bytes = [name, args, message, decided].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0)
  return Math.max(1, Math.ceil(bytes / BYTES_OF_A_LINE))
}

const usedUp =
  'Your commands and rules have written as much into the journal as those of one member may. It comes back day by day; an administrator has no such limit.'
