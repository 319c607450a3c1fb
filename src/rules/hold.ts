/**
 * How long a condition has to stay true before its rule may act: pure steps, memory in and memory out. Time is that of
 * the server's steady clock, so a server that is away, or a wall clock that jumps, moves nothing. Source: rules.md §3.
 *
 * ```
 *  for      nothing ── yes, steady ──▶ counting ── held ≥ for ──▶ over (while yes)
 *              ▲                       │  ▲ │
 *              ├── no, reset ──────────┘  └─┘ yes: + steady time since the last yes
 *              │                            unknown, not steady: stands, keeps what was held
 *
 *  strikes  nothing ── yes, steady ──▶ 1 ── yes, steady time ≥ gap ──▶ 2 … n ──▶ over (while yes)
 *              ▲                       │        no, unknown: stays
 *              └── reset, no new one for `expireAfter` ┘
 * ```
 */
import type {HoldProgress, Verdict} from '#model/decision.ts'
import type {FactValue} from '#model/fact.ts'
import type {Hold} from '#model/rule.ts'
import type {EpochMs, Seconds} from '#model/units.ts'
import type {SteadyTime} from './steady-clock.ts'

export interface Strike {
  readonly at: EpochMs
  /** What was seen then, by fact. */
  readonly seen: Readonly<Record<string, FactValue>>
}

export interface HoldMemory {
  /** Of condition, hold and mode: memory of another one is none. */
  readonly mark: string
  /** `for`: time held. `strikes`: time since the last strike. */
  readonly ms: number
  /** Where the clock stood when time was last counted; `null` = it stands. */
  readonly last: {readonly run: string; readonly ms: number} | null
  readonly strikes: readonly Strike[]
}

export interface Observation {
  readonly verdict: Verdict
  /** `resetOn` is true now. */
  readonly reset: boolean
  readonly time: SteadyTime
  readonly at: EpochMs
  readonly seen: () => Readonly<Record<string, FactValue>>
}

export interface HoldStep {
  /** `null` = nothing to remember. The same object when nothing changed. */
  readonly memory: HoldMemory | null
  readonly progress: HoldProgress
  readonly isOver: boolean
  /** Seconds until the next step, if the condition stays true; Infinity = it waits for something else. */
  readonly next: Seconds
}

export function stepHold(hold: Hold, mark: string, before: HoldMemory | null, seen: Observation): HoldStep {
  const memory = before?.mark === mark ? before : null
  return 'for' in hold ? stepFor(hold.for, mark, memory, seen) : stepStrikes(hold, mark, memory, seen)
}

/** How far it is, without a step: for explanations. */
export function progressOf(hold: Hold, mark: string, before: HoldMemory | null): HoldProgress {
  const memory = before?.mark === mark ? before : null
  return 'for' in hold ? progressOfFor(hold.for, memory) : progressOfStrikes(hold, memory)
}

function stepFor(needed: Seconds, mark: string, before: HoldMemory | null, seen: Observation): HoldStep {
  const memory = heldOn(mark, before, seen)
  const progress = progressOfFor(needed, memory)
  const isTrue = seen.verdict === 'yes' && !seen.reset
  const isOver = isTrue && progress.left === 0
  const waits = isTrue && !isOver && seen.time.steady
  return {memory, progress, isOver, next: waits ? progress.left : Number.POSITIVE_INFINITY}
}

function heldOn(
  mark: string,
  before: HoldMemory | null,
  {verdict, reset, time}: Observation,
): HoldMemory | null {
  if (verdict === 'no' || reset) return null
  if (verdict === 'unknown' || !time.steady) return before && standing(before)
  const {ms, last} = before ?? {ms: 0, last: null}
  return {mark, ms: ms + passed(last, time), last: {run: time.run, ms: time.ms}, strikes: []}
}

type StrikeHold = Extract<Hold, {strikes: number}>

function stepStrikes(hold: StrikeHold, mark: string, before: HoldMemory | null, seen: Observation): HoldStep {
  const memory = struckOn(hold, mark, before, seen)
  const progress = progressOfStrikes(hold, memory)
  const isOver = seen.verdict === 'yes' && progress.strikes >= hold.strikes
  const waits = seen.verdict === 'yes' && !isOver && seen.time.steady && memory !== null
  return {memory, progress, isOver, next: waits ? hold.gap - memory.ms / 1000 : Number.POSITIVE_INFINITY}
}

function struckOn(
  hold: StrikeHold,
  mark: string,
  before: HoldMemory | null,
  {verdict, reset, time, at, seen}: Observation,
): HoldMemory | null {
  if (reset) return null
  const counted = before && time.steady ? before.ms + passed(before.last, time) : (before?.ms ?? 0)
  const memory = before && isAlive(hold, counted, before, at) ? before : null
  if (!time.steady) return memory && standing(memory)
  const last = {run: time.run, ms: time.ms}
  const ms = memory ? counted : 0
  const strikes = verdict === 'yes' && (!memory || ms >= hold.gap * 1000)
  if (strikes) {
    const latest = [...(memory?.strikes ?? []), {at, seen: seen()}].slice(-hold.strikes)
    return {mark, ms: 0, last, strikes: latest}
  }
  return memory && {...memory, ms, last}
}

/** By either clock: a wall clock set back must not keep strikes, one set forward may only forget them. */
function isAlive({expireAfter}: StrikeHold, ms: number, {strikes}: HoldMemory, at: EpochMs): boolean {
  const sinceLast = Math.max(ms, at - strikes.at(-1)!.at)
  return sinceLast < expireAfter * 1000
}

function standing(memory: HoldMemory): HoldMemory {
  return memory.last === null ? memory : {...memory, last: null}
}

function passed(last: HoldMemory['last'], time: SteadyTime): number {
  return last?.run === time.run ? Math.max(0, time.ms - last.ms) : 0
}

function progressOfFor(needed: Seconds, memory: HoldMemory | null) {
  const held = (memory?.ms ?? 0) / 1000
  return {kind: 'for', held, needed, left: Math.max(0, needed - held)} as const
}

function progressOfStrikes({strikes: needed, gap}: StrikeHold, memory: HoldMemory | null) {
  const strikes = memory?.strikes.length ?? 0
  const gaps = needed - Math.max(1, strikes)
  const left = Math.max(0, gaps * gap - (memory?.ms ?? 0) / 1000)
  return {kind: 'strikes', strikes, needed, left} as const
}
