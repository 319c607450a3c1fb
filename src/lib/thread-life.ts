/**
 * When a thread is started, ended and started again. Pure: what happened in, what to do out.
 *
 *              start                     ready
 *   stopped ───────────▶ starting ───────────────▶ running
 *      ▲                  │  ▲  └─ too slow ─┐       │ ended, or silent for too long
 *      │ stop (from any)  │  │               ▼       ▼
 *      └──────────        │  └── time ──── waiting ◀─┘        too many ends within the window
 *                         │                  └──────────────▶ given_up ── restart ──▶ starting
 *                         └── restart (from any): ended, and started at once
 */
import type {ThreadEnd, ThreadState} from '#model/manager.ts'

/** Times in ms. Source: `AutoRestartProcesses`, `MaxProcessRestarts`, `ProcessRestartWindow`, `ProcessRestartDelay`. */
export interface RestartRules {
  readonly isAutomatic: boolean
  /** More ends than this within the window: it is given up. */
  readonly most: number
  readonly windowMs: number
  readonly delayMs: number
  /** How long it may take until it is ready. */
  readonly startMs: number
  /** How long it may say nothing while it runs. */
  readonly silenceMs: number
}

export interface ThreadLife {
  readonly state: ThreadState
  /** When it must be looked at again, by the monotonic clock; `null` = only when something happens. */
  readonly due: number | null
  /** Ends that were not on purpose, within the window, by the monotonic clock. */
  readonly ends: readonly number[]
}

export type LifeEvent =
  | {readonly what: 'start'}
  | {readonly what: 'ready'}
  | {readonly what: 'pulse'}
  | {readonly what: 'ended'}
  /** A time that was due came. */
  | {readonly what: 'time'}
  | {readonly what: 'restart'}
  | {readonly what: 'stop'}

/** What is to be done. `end` with why: it is ended, which tells no `ended` any more. */
type LifeEntry = {readonly action: 'spawn'} | {readonly action: 'end'; readonly why: ThreadEnd}

interface LifeStep {
  readonly life: ThreadLife
  readonly actions: readonly LifeEntry[]
}

export const unborn: ThreadLife = {state: 'stopped', due: null, ends: []}

/** @param now by the monotonic clock, ms */
export function lifeStep(life: ThreadLife, event: LifeEvent, now: number, rules: RestartRules): LifeStep {
  switch (event.what) {
    case 'start':
      return life.state === 'stopped' ? spawned(life, now, rules) : still(life)
    case 'ready':
      return life.state === 'starting' ? heard({...life, state: 'running'}, now, rules) : still(life)
    case 'pulse':
      return life.state === 'running' ? heard(life, now, rules) : still(life)
    case 'ended':
      return isUp(life) ? fallen(life, now, rules, []) : still(life)
    case 'time':
      return life.due === null || now < life.due ? still(life) : timeCame(life, now, rules)
    case 'restart': {
      const {life: next, actions} = spawned({...life, ends: []}, now, rules)
      return {life: next, actions: isUp(life) ? [{action: 'end', why: 'asked'}, ...actions] : actions}
    }
    case 'stop':
      return {life: {...unborn}, actions: isUp(life) ? [{action: 'end', why: 'asked'}] : []}
  }
}

function timeCame(life: ThreadLife, now: number, rules: RestartRules): LifeStep {
  if (life.state === 'waiting') return spawned(life, now, rules)
  return fallen(life, now, rules, [{action: 'end', why: life.state === 'starting' ? 'slow_start' : 'silent'}])
}

/** It is gone without having been asked to go. */
function fallen(life: ThreadLife, now: number, rules: RestartRules, actions: readonly LifeEntry[]): LifeStep {
  const ends = [...life.ends.filter((at) => at > now - rules.windowMs), now]
  if (!rules.isAutomatic || ends.length > rules.most) {
    return {life: {state: 'given_up', due: null, ends}, actions}
  }
  return {life: {state: 'waiting', due: now + rules.delayMs, ends}, actions}
}

function spawned(life: ThreadLife, now: number, rules: RestartRules): LifeStep {
  return {life: {...life, state: 'starting', due: now + rules.startMs}, actions: [{action: 'spawn'}]}
}

function heard(life: ThreadLife, now: number, rules: RestartRules): LifeStep {
  return still({...life, due: now + rules.silenceMs})
}

function still(life: ThreadLife): LifeStep {
  return {life, actions: []}
}

function isUp({state}: ThreadLife): boolean {
  return state === 'starting' || state === 'running'
}
