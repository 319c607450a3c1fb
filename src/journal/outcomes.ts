/** What became of a deed, in one word: its last step, and of refusals why. */
import type {DeedEnd} from '#store/repositories/audit.ts'
import type {JournalPhase} from './entry.ts'

export const deedOutcomes = [
  'planned',
  'sent',
  'done',
  'unconfirmed',
  'failed',
  'held',
  'simulated',
  'declined',
  'expired',
] as const
/** held: something said no. simulated: its rule only looks. planned: also what waits for an answer. */
export type DeedOutcome = (typeof deedOutcomes)[number]

const noes: readonly JournalPhase[] = ['refused', 'blocked']
/** Codes of refusals that are nobody's objection. */
const ownWords: ReadonlySet<string> = new Set(['simulated', 'declined'])

const phasesOf: Readonly<
  Record<Exclude<DeedOutcome, 'held' | 'simulated' | 'declined'>, readonly JournalPhase[]>
> = {
  ...{planned: ['intended', 'waiting'], sent: ['sending', 'sent'], done: ['confirmed', 'approved', 'undone']},
  ...{unconfirmed: ['unconfirmed'], failed: ['failed'], expired: ['expired']},
}

export function outcomeOf(phase: JournalPhase, code: string | null): DeedOutcome {
  if (noes.includes(phase)) return code !== null && ownWords.has(code) ? (code as DeedOutcome) : 'held'
  return (Object.keys(phasesOf) as (keyof typeof phasesOf)[]).find((it) => phasesOf[it].includes(phase))!
}

/** Which last lines have this outcome. */
export function endOf(outcome: DeedOutcome): DeedEnd {
  if (outcome === 'held') return {phases: noes, noCodes: [...ownWords]}
  if (outcome === 'simulated' || outcome === 'declined') return {phases: noes, codes: [outcome]}
  return {phases: phasesOf[outcome]}
}
