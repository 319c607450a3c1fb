/** What was done and what became of it, in words. The verbs of the wire never reach people. */
import {
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Eye,
  Hand,
  Hourglass,
  OctagonX,
  type LucideIcon,
} from 'lucide-react'
import type {Deed} from '../../api/explanation.ts'
import {text, type TextKey} from '../../text/text.ts'
import type {Tone} from '../../ui/Badge.tsx'

/** "Stop, Add tags": of several together each. */
export function deedWords(verb: string): string {
  return verb.split('+').map(oneDeed).join(', ')
}

function oneDeed(verb: string): string {
  const key = `deed.${verb}`
  const words = text(key as TextKey)
  // One that nobody wrote words for yet is better than none.
  return words === key ? verb : words
}

/** "rule “Seeding done”" or the name of a person. */
export function actorWords({actor, origin}: Deed): string {
  return origin === 'rule' ? text('deeds.by-rule', {name: actor}) : actor
}

export const outcomeLooks: Readonly<
  Record<Deed['outcome'], {readonly icon: LucideIcon; readonly colour: string; readonly tone: Tone}>
> = {
  planned: {icon: Clock, colour: 'text-text-3', tone: 'quiet'},
  sent: {icon: Hourglass, colour: 'text-text-3', tone: 'quiet'},
  done: {icon: CircleCheck, colour: 'text-st-seeding', tone: 'good'},
  unconfirmed: {icon: CircleHelp, colour: 'text-st-stalled', tone: 'warn'},
  failed: {icon: OctagonX, colour: 'text-st-error', tone: 'bad'},
  held: {icon: Hand, colour: 'text-st-stalled', tone: 'warn'},
  simulated: {icon: Eye, colour: 'text-st-checking', tone: 'busy'},
  declined: {icon: CircleX, colour: 'text-text-3', tone: 'quiet'},
  expired: {icon: Ban, colour: 'text-text-3', tone: 'quiet'},
}

/** Reasons that rules gave, as the journal kept them; [] = none were. */
export function reasonsOf({args}: Deed): readonly string[] {
  const because = args['because'] as {evidence?: unknown; guards?: unknown} | undefined
  const lists = [because?.evidence, because?.guards]
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter((it) => typeof it === 'string') : []))
}
