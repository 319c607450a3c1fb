/** What a rule says of a torrent, as a badge, and all of it as text for whoever helps. */
import {CircleCheck, CircleHelp, CircleX, Clock, Hand, type LucideIcon} from 'lucide-react'
import type {Explanation, RuleExplanation} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import type {Tone} from '../../ui/Badge.tsx'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly colour: string
}

const quiet: Look = {tone: 'quiet', icon: CircleX, colour: 'text-text-3'}
const waiting: Look = {tone: 'info', icon: Clock, colour: 'text-accent'}

export const outcomeLooks: Readonly<Record<RuleExplanation['outcome'], Look>> = {
  due: {tone: 'warn', icon: CircleCheck, colour: 'text-st-stalled'},
  candidate: waiting,
  held: waiting,
  lookingUp: {tone: 'quiet', icon: CircleHelp, colour: 'text-text-3'},
  keptBack: {tone: 'quiet', icon: Hand, colour: 'text-text-3'},
  unknown: {tone: 'warn', icon: CircleHelp, colour: 'text-st-stalled'},
  no: quiet,
  nothingToDo: quiet,
  closed: {tone: 'quiet', icon: Clock, colour: 'text-text-3'},
  outOfScope: quiet,
  off: quiet,
}

/** Those that say something of this torrent; the others are told in one line. */
export function isAboutIt({outcome}: RuleExplanation): boolean {
  return outcome !== 'outOfScope' && outcome !== 'off'
}

/** Everything as lines of text. */
export function asText(name: string, {sentence, rules}: Explanation): string {
  const lines = rules.map((rule) => `${rule.name}: ${text(`why.outcome.${rule.outcome}`)}. ${rule.sentence}`)
  return [name, sentence, '', ...lines].join('\n')
}
