/**
 * How often trackers were asked for a rule, and whether what is behind that in the rule still waits for them.
 *
 *   wanted ─▶ asked ─▶ waits ─┬─ wanted still, and may be asked again ─▶ asked ─▶ …
 *                             ├─ wanted still, and was asked as often as it may ─▶ what is behind it
 *                             └─ not wanted for long: the bout is over, and the next one begins at nothing
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import {backoffStepMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {Decision} from '#model/decision.ts'
import type {ActionParams, RuleId, Schedule} from '#model/rule.ts'
import {DAY, HOUR, MINUTE, type Seconds} from '#model/units.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'

interface ReannounceParams {
  /** What is behind it waits for the trackers: so long, or as long as an answer takes. */
  readonly wait?: boolean | Seconds
  /** In one bout; absent = once where somebody waits, else as its rule wants it, each time later. */
  readonly maxAttempts?: number
}

/** `ask`: now. `wait`: not yet, and what is behind it neither. `past`: nothing is asked, and what is behind it goes on. */
export type ReannounceTurn =
  | {readonly is: 'ask' | 'past'}
  | {readonly is: 'wait'; readonly attempts: number; readonly most: number}

export const REANNOUNCED = 'reannounce'
const VERSION = 1
/** A tracker that is up answers within it. At least 60 s apart. */
const LEAST: Seconds = MINUTE
/** The pause that doubles begins with the least one. */
const PACE = {firstMs: LEAST * 1_000, mostMs: 6 * HOUR * 1_000}
const SWEEP_MS = HOUR * 1_000

interface Asked {
  readonly ruleRevision: number
  readonly attempts: number
}

export class ReannounceScheduler {
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #rules: Pick<StandingRules, 'of'>
  readonly #clock: Clock
  /** When its rule wanted it last, by the clock that does not jump; those before a restart count from it. */
  readonly #wantedAt = new Map<string, number>()
  readonly #since: number
  #sweptAt: number

  constructor(
    deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>,
    rules: Pick<StandingRules, 'of'>,
    clock: Clock,
  ) {
    this.#deadlines = deadlines
    this.#rules = rules
    this.#clock = clock
    this.#since = this.#sweptAt = clock.monotonic()
  }

  turn(decision: Decision, params: ActionParams): ReannounceTurn {
    const record = this.#ofBout(decision)
    this.#wantedAt.set(nameOf(decision), this.#clock.monotonic())
    if (record === null) return {is: 'ask'}
    const {attempts} = record.detail as Asked
    const {wait = false, maxAttempts} = params as ReannounceParams
    const most = maxAttempts ?? (wait === false ? Number.POSITIVE_INFINITY : 1)
    if (!this.#deadlines.isOver(REANNOUNCED, record.subject))
      return wait === false ? {is: 'past'} : {is: 'wait', attempts, most}
    return {is: attempts < most ? 'ask' : 'past'}
  }

  /**
   * Counted before it is sent, so that a crash asks nobody more often.
   * @param apart its server does nothing about an announce sooner after one
   * @returns takes it back: nobody was asked
   * @throws {StorageFault} then it is not counted
   */
  async count(decision: Decision, params: ActionParams, apart: Seconds): Promise<() => Promise<void>> {
    await this.#sweep()
    const subject = nameOf(decision)
    const before = this.#ofBout(decision)
    const {wait = false} = params as ReannounceParams
    const at = this.#clock.now()
    const attempts = ((before?.detail as Asked | undefined)?.attempts ?? 0) + 1
    // What no announce changed is asked less and less: nobody said how often is enough.
    const own = wait === false ? backoffStepMs(attempts, PACE) / 1_000 : wait === true ? 0 : wait
    const seconds = Math.max(LEAST, apart, own)
    const detail: Asked = {ruleRevision: decision.ruleRevision, attempts}
    const dueAt = at + seconds * 1_000
    await this.#deadlines.set({kind: REANNOUNCED, subject, dueAt, version: VERSION, detail, createdAt: at})
    return () => (before ? this.#deadlines.set(before) : this.#deadlines.cancel(REANNOUNCED, subject))
  }

  #ofBout(decision: Decision): DeadlineRecord | null {
    const name = nameOf(decision)
    const record = this.#deadlines.of(REANNOUNCED, name)
    if (record?.version !== VERSION || this.#isEnded(name, decision.ruleId)) return null
    return (record.detail as Asked).ruleRevision === decision.ruleRevision ? record : null
  }

  #isEnded(name: string, ruleId: RuleId): boolean {
    const rule = this.#rules.of(ruleId)?.rule
    const wantedAt = this.#wantedAt.get(name) ?? this.#since
    return !rule || this.#clock.monotonic() - wantedAt >= silenceOf(rule.schedule ?? null) * 1_000
  }

  /** Of bouts that are over nothing is kept. */
  async #sweep(): Promise<void> {
    const now = this.#clock.monotonic()
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    for (const {subject} of this.#deadlines.ofKind(REANNOUNCED)) {
      const ruleId = subject.slice(0, subject.indexOf(' ')) as RuleId
      if (!this.#deadlines.isOver(REANNOUNCED, subject) || !this.#isEnded(subject, ruleId)) continue
      await this.#deadlines.cancel(REANNOUNCED, subject)
      this.#wantedAt.delete(subject)
    }
  }
}

/** A rule that wanted nothing for so long does not want it any more: it is asked more often than that. */
function silenceOf(schedule: Schedule | null): Seconds {
  if (schedule?.cron !== undefined) return 32 * DAY
  if (schedule?.on !== undefined || schedule?.window !== undefined) return 25 * HOUR
  return Math.max(HOUR, 2 * (schedule?.every ?? 0))
}

function nameOf({ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>): string {
  return `${ruleId} ${subject.key}`
}
