/** Yes, no, unknown: unknown stays unknown when turned round, and only yes ever fires. */
import type {Verdict} from '#model/decision.ts'

export function not(verdict: Verdict): Verdict {
  if (verdict === 'unknown') return 'unknown'
  return verdict === 'yes' ? 'no' : 'yes'
}

/** One no is no; otherwise one unknown is unknown. Of nothing: yes. */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no'
  return verdicts.includes('unknown') ? 'unknown' : 'yes'
}

/** One yes is yes; otherwise one unknown is unknown. Of nothing: no. */
export function anyOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('yes')) return 'yes'
  return verdicts.includes('unknown') ? 'unknown' : 'no'
}

export function verdictOf(truth: boolean): Verdict {
  return truth ? 'yes' : 'no'
}
