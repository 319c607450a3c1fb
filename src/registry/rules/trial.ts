/**
 * What is new, or was changed, only simulates at first: a wrong unit must not cost a library. It goes live when a person
 * says so: after a day, or before when he confirms that he means it. Source: scenario S19.
 */
import {isDeepStrictEqual} from 'node:util'
import {CommodarrError} from '#model/errors.ts'
import type {Rule, RuleMode} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'

const TRIAL_MS = 86_400_000

interface Tried {
  readonly rule: Rule
  /** When this revision was made. */
  readonly revisedAt: EpochMs
}

/** Until then it takes a confirmation to let it act; `null` = it is over. */
export function trialUntil(revisedAt: EpochMs, now: EpochMs): EpochMs | null {
  const until = revisedAt + TRIAL_MS
  return now < until ? until : null
}

/** @param before `null` = it is new. @returns the mode that it is saved with */
export function modeAfterEdit(
  before: Tried | null,
  after: Rule,
  {now, isConfirmed}: {readonly now: EpochMs; readonly isConfirmed: boolean},
): RuleMode {
  if (after.mode !== 'live' || isConfirmed) return after.mode
  if (before === null || !doesTheSame(before.rule, after)) return 'simulate'
  const hasProved = before.rule.mode === 'live' || trialUntil(before.revisedAt, now) === null
  return hasProved ? 'live' : 'simulate'
}

/** @throws {CommodarrError} rule_untried */
export function demandTried(
  {revisedAt}: Pick<Tried, 'revisedAt'>,
  {now, isConfirmed}: {readonly now: EpochMs; readonly isConfirmed: boolean},
): void {
  const until = trialUntil(revisedAt, now)
  if (isConfirmed || until === null) return
  const when = new Date(until).toISOString()
  throw new CommodarrError(
    'rule_untried',
    `The rule is new or was changed: it only simulates until ${when}. Confirm to let it act now.`,
    {until},
  )
}

/** Of a rule that asks because nobody here has seen it act. @throws {CommodarrError} rule_untried */
export function demandMeant(isConfirmed: boolean): void {
  if (isConfirmed) return
  throw new CommodarrError(
    'rule_untried',
    'The rule asks before it destroys anything. Confirm to let it act without being asked.',
  )
}

/** Its name and its place aside. */
function doesTheSame(one: Rule, other: Rule): boolean {
  return isDeepStrictEqual(behaviorOf(one), behaviorOf(other))
}

function behaviorOf({
  name: _name,
  order: _order,
  mode: _mode,
  revision: _revision,
  ...behavior
}: Rule): object {
  return behavior
}
