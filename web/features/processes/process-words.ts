/** How a thread does, in words: its state with shape and tone, and how it ended last. Pure. */
import {CircleCheck, CircleDashed, CircleX, Clock, Square, type LucideIcon} from 'lucide-react'
import type {Process} from '../../api/processes.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import type {Tone} from '../../ui/Badge.tsx'
import {ago, until, written} from '../../ui/format.ts'

export const processLooks: {
  readonly [S in Process['state']]: {readonly word: TextKey; readonly tone: Tone; readonly icon: LucideIcon}
} = {
  starting: {word: 'process.state.starting', tone: 'quiet', icon: CircleDashed},
  running: {word: 'process.state.running', tone: 'good', icon: CircleCheck},
  waiting: {word: 'process.state.waiting', tone: 'warn', icon: Clock},
  given_up: {word: 'process.state.given_up', tone: 'bad', icon: CircleX},
  stopped: {word: 'process.state.stopped', tone: 'quiet', icon: Square},
}

/** Kinds that have a word of their own; others are called as they call themselves. */
const kinds: Readonly<Record<string, TextKey>> = {arr: 'process.kind.arr', fleet: 'process.kind.fleet'}

export function kindWords(kind: string): string {
  const key = kinds[kind]
  return key === undefined ? kind : text(key)
}

/** "for 6 d", and while it waits when it is started again. @param now epoch ms */
export function stateWords({state, since, next_start_at: nextAt}: Process, now: number): string {
  if (state === 'waiting' && nextAt !== null && nextAt > now) {
    return text('process.again', {time: written(until(nextAt, now))})
  }
  return text('process.for', {time: written(ago(since, now))})
}

/** "It fell silent 3 m ago: no pulse for 30 s"; '' = it never ended but on purpose. */
export function endWords({last_end: end}: Process, now: number): string {
  if (end === null) return ''
  const what = text(`process.end.${end.why}`, {ago: written(ago(end.at, now))})
  return end.message === '' ? what : text('process.end.with', {what, words: end.message})
}

/** "3 s ago, next in 12 s". */
export function passWords({pulse, state}: Pick<Process, 'pulse' | 'state'>, now: number): string {
  if (pulse === null) return state === 'running' || state === 'starting' ? text('process.pass.none') : '–'
  const {last_pass_at: last, next_pass_at: next} = pulse
  const before =
    last === null ? text('process.pass.none') : text('process.pass.last', {ago: written(ago(last, now))})
  if (next === null) return before
  // What comes within the second is due: "in 0 s" says nothing.
  return next - now < 1_000
    ? text('process.pass.due', {before})
    : text('process.pass.next', {before, time: written(until(next, now))})
}
