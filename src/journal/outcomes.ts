/** What became of an action, in one word: its last step, and of refusals why. */
import type {ActionClass} from '#model/rule.ts'
import type {EntryClass, EntryEnd} from '#store/repositories/audit.ts'
import type {JournalPhase} from './entry.ts'

export const entryOutcomes = [
  'planned',
  'waiting',
  'sent',
  'done',
  'unconfirmed',
  'failed',
  'held',
  'simulated',
  'declined',
  'expired',
  'undone',
] as const
/** held: something said no. simulated: its rule only looks. waiting: for a person. */
export type EntryOutcome = (typeof entryOutcomes)[number]

const noes: readonly JournalPhase[] = ['refused', 'blocked']
/** Codes of refusals that are nobody's objection. */
const ownWords: ReadonlySet<string> = new Set(['simulated', 'declined'])

const phasesOf: Readonly<
  Record<Exclude<EntryOutcome, 'held' | 'simulated' | 'declined'>, readonly JournalPhase[]>
> = {
  planned: ['intended'],
  waiting: ['waiting'],
  sent: ['sending', 'sent'],
  done: ['confirmed', 'approved'],
  undone: ['undone'],
  unconfirmed: ['unconfirmed'],
  failed: ['failed'],
  expired: ['expired'],
}

export function outcomeOf(phase: JournalPhase, code: string | null): EntryOutcome {
  if (noes.includes(phase)) return code !== null && ownWords.has(code) ? (code as EntryOutcome) : 'held'
  return (Object.keys(phasesOf) as (keyof typeof phasesOf)[]).find((it) => phasesOf[it].includes(phase))!
}

/** Which last lines have this outcome. */
export function endOf(outcome: EntryOutcome): EntryEnd {
  if (outcome === 'held') return {phases: noes, noCodes: [...ownWords]}
  if (outcome === 'simulated' || outcome === 'declined') return {phases: noes, codes: [outcome]}
  return {phases: phasesOf[outcome]}
}

const lasting = ['remove', 'removeWithData', 'purge', 'failDownload']
const passing = ['reannounce', 'refresh', 'rssSync']

/** What belongs to a class, by the word of the rule that wanted it or by the verb of the person that did it. */
export function classOf(name: ActionClass): EntryClass {
  if (name === 'destructive') return {name, verbs: {oneOf: lasting}}
  if (name === 'harmless') return {name, verbs: {oneOf: passing}}
  return {name, verbs: {noneOf: [...lasting, ...passing]}}
}
