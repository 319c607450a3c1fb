/**
 * All guards of a decision, in order: first those that protect, then, when none of them objects, those that count. So
 * what is protected costs no budget and suspends no rule.
 */
import {budget} from './budget.ts'
import {busy} from './busy.ts'
import {commonCause} from './common-cause.ts'
import {content} from './content.ts'
import type {DecisionGuard, DecisionItem, GuardAnswer, GuardVerdict} from './decision-guard.ts'
import {failures} from './failures.ts'
import {freeze} from './freeze.ts'
import {importing} from './import.ts'
import {internet} from './internet.ts'
import {loop} from './loop.ts'
import {library} from './library.ts'
import {lostInCheck} from './lost-in-check.ts'
import {lostSettings} from './lost-settings.ts'
import {minAge} from './min-age.ts'
import {mount} from './mount.ts'
import {movedBack} from './moved-back.ts'
import {moving} from './moving.ts'
import {multiUser} from './multi-user.ts'
import {obligation} from './obligation.ts'
import {onceComplete, unwritten} from './once-complete.ts'
import {perTracker} from './per-tracker.ts'
import {privateDefault} from './private-default.ts'
import {quarantine} from './quarantine.ts'
import {repairs} from './repairs.ts'
import {share} from './share.ts'
import {userFirst} from './user-first.ts'

const protecting: readonly DecisionGuard[] = [
  multiUser,
  userFirst,
  lostSettings,
  freeze,
  lostInCheck,
  commonCause,
  failures,
  minAge,
  busy,
  mount,
  moving,
  internet,
  importing,
  library,
  onceComplete,
  obligation,
  privateDefault,
  loop,
  repairs,
  movedBack,
  content,
  unwritten,
  quarantine,
]
const counting: readonly DecisionGuard[] = [share, perTracker, budget]

const gravity: readonly GuardAnswer[] = ['pass', 'degrade', 'quarantine', 'postpone', 'block', 'suspend']

export interface Judgement {
  readonly answer: GuardAnswer
  /** Of every guard that looked. */
  readonly verdicts: readonly GuardVerdict[]
  /** The gravest no; `null` = all pass. */
  readonly objection: GuardVerdict | null
}

export function evaluateGuards(item: DecisionItem): Judgement {
  // Of an owner without the right nothing else is looked at, so that nothing is told either.
  const first = look(item, [multiUser])
  const some = first.some(isNo) ? first : look(item, protecting)
  const verdicts = some.some(isNo) ? some : [...some, ...look(item, counting)]
  let objection: GuardVerdict | null = null
  for (const it of verdicts) {
    if (gravity.indexOf(it.verdict) > gravity.indexOf(objection?.verdict ?? 'pass')) objection = it
  }
  return {answer: objection?.verdict ?? 'pass', verdicts, objection}
}

function look(item: DecisionItem, guards: readonly DecisionGuard[]): GuardVerdict[] {
  return guards
    .filter((guard) => guard.guards(item))
    .map((guard) => ({
      guard: guard.name,
      ...(guard.look(item) ?? {verdict: 'pass', code: '', detail: {}, lift: ''}),
    }))
}

/** A degraded or quarantined action still goes out, and is counted. */
function isNo({verdict}: GuardVerdict): boolean {
  return verdict === 'postpone' || verdict === 'block' || verdict === 'suspend'
}
