/**
 * How long a condition has to stay true before its rule may act: pure steps, memory in and memory out. Time is that of
 * the server's steady clock, so a server that is away, or a wall clock that jumps, moves nothing; and it counts only
 * between looks that follow each other, so what nobody looked at holds nothing meanwhile.
 *
 * ```
 *  for      nothing ── yes, steady ──▶ counting ── held ≥ for ──▶ over (while yes)
 *              ▲                       │  ▲ │
 *              ├── no, reset ──────────┘  └─┘ yes: + steady time since the last yes, if that was lately
 *              │                            unknown, not steady, paused: stands, keeps what was held, but for
 *              │                            the time before in which its server may have been cut off already
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
  /** Of a hold of each in a set: how long each that fits was there in every look, ms; `ms` is the longest. */
  readonly each?: Readonly<Record<string, number>>
  /** Of which life of its subject, as who keeps it tells them apart; absent = he does not. */
  readonly life?: EpochMs | null
  /**
   * A person had its rule act before the time was over: while its condition is true nothing is left of it. Of a hold of
   * each in a set: for which of it.
   */
  readonly early?: true | readonly string[]
}

export interface Observation {
  readonly verdict: Verdict
  /** `resetOn` is true now. */
  readonly reset: boolean
  readonly time: SteadyTime
  readonly at: EpochMs
  readonly seen: () => Readonly<Record<string, FactValue>>
  /** Of a hold of each in a set: which of it fit now. */
  readonly each?: readonly string[]
}

export interface HoldStep {
  /** `null` = nothing to remember. The same object when nothing changed. */
  readonly memory: HoldMemory | null
  readonly progress: HoldProgress
  readonly isOver: boolean
  /** Seconds until the next step, if the condition stays true; Infinity = it waits for something else. */
  readonly next: Seconds
}

/** Everybody is looked at each minute: looks that are further apart do not belong together. */
const LONGEST_GAP_MS = 180_000

export function stepHold(hold: Hold, mark: string, before: HoldMemory | null, seen: Observation): HoldStep {
  const memory = before?.mark === mark ? before : null
  return 'for' in hold ? stepFor(hold.for, mark, memory, seen) : stepStrikes(hold, mark, memory, seen)
}

/** The first look that finds the clock standing: what was counted while its server may have been cut off already is taken back. */
function standHold(memory: HoldMemory, {time: {lostMs = 0}, at}: Observation): HoldMemory | null {
  if (memory.last === null || lostMs === 0) return pauseHold(memory)
  const {each} = memory
  const strikes = memory.strikes.filter((strike) => strike.at < at - lostMs)
  if (memory.strikes.length > 0 && strikes.length === 0) return null
  return {
    ...memory,
    ms: Math.max(0, memory.ms - lostMs),
    last: null,
    strikes,
    ...(each && {
      each: Object.fromEntries(Object.entries(each).map(([one, ms]) => [one, Math.max(0, ms - lostMs)])),
    }),
  }
}

/** Nobody looks from here on: what was held stays, and the time until the next look does not count. */
export function pauseHold(memory: HoldMemory): HoldMemory {
  return memory.last === null ? memory : {...memory, last: null}
}

/** A person has its rule act now. Of a hold of each in a set that is said of those that fit now. */
export function endEarly(hold: Hold, memory: HoldMemory): HoldMemory {
  const {each} = memory
  return {...memory, early: 'for' in hold && each ? Object.keys(each) : true}
}

/** What one look found, after a person ended the hold: whoever looked may not have known that. */
export function withEarlyEnd(memory: HoldMemory, known: HoldMemory | null): HoldMemory {
  const {early} = known ?? {}
  if (early === undefined || memory.mark !== known?.mark) return memory
  if (early === true) return {...memory, early}
  const {each = {}} = memory
  const still = early.filter((one) => each[one] !== undefined)
  return still.length === 0 ? memory : {...memory, early: still}
}

/** Of a hold of each in a set: those that were held for long enough. */
export function heldOf(hold: Hold | null, memory: HoldMemory | null): readonly string[] {
  const needed = hold && 'for' in hold ? hold.for * 1000 : Number.POSITIVE_INFINITY
  const {each = {}, early} = memory ?? {}
  const isEarly = (one: string) => early === true || early?.includes(one) === true
  return Object.entries(each).flatMap(([one, ms]) => (ms >= needed || isEarly(one) ? [one] : []))
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

function heldOn(mark: string, before: HoldMemory | null, seen: Observation): HoldMemory | null {
  const {verdict, reset, time, each} = seen
  if (verdict === 'no' || reset) return null
  if (!time.steady) return before && standHold(before, seen)
  if (verdict === 'unknown') return before && pauseHold(before)
  const now = {last: {run: time.run, ms: time.ms}, strikes: []}
  const since = passed(before?.last ?? null, time)
  if (!each) return withEarlyEnd({mark, ms: (before?.ms ?? 0) + since, ...now}, before)
  // Who was not there in the look before begins again.
  const held = each.map(
    (one) => [one, before?.each?.[one] === undefined ? 0 : before.each[one] + since] as const,
  )
  const memory = {mark, ms: Math.max(0, ...held.map(([, ms]) => ms)), ...now, each: Object.fromEntries(held)}
  return withEarlyEnd(memory, before)
}

type StrikeHold = Extract<Hold, {strikes: number}>

function stepStrikes(hold: StrikeHold, mark: string, before: HoldMemory | null, seen: Observation): HoldStep {
  const memory = struckOn(hold, mark, before, seen)
  const progress = progressOfStrikes(hold, memory)
  const isOver = seen.verdict === 'yes' && (progress.strikes >= hold.strikes || memory?.early === true)
  const waits = seen.verdict === 'yes' && !isOver && seen.time.steady && memory !== null
  return {memory, progress, isOver, next: waits ? hold.gap - memory.ms / 1000 : Number.POSITIVE_INFINITY}
}

function struckOn(
  hold: StrikeHold,
  mark: string,
  before: HoldMemory | null,
  look: Observation,
): HoldMemory | null {
  const {verdict, reset, time, at, seen} = look
  if (reset) return null
  const counted = before && time.steady ? before.ms + passed(before.last, time) : (before?.ms ?? 0)
  const memory = before && isAlive(hold, counted, before, at) ? before : null
  if (!time.steady) return memory && standHold(memory, look)
  const last = {run: time.run, ms: time.ms}
  const ms = memory ? counted : 0
  const strikes = verdict === 'yes' && (!memory || ms >= hold.gap * 1000)
  if (strikes) {
    const latest = [...(memory?.strikes ?? []), {at, seen: seen()}].slice(-hold.strikes)
    return withEarlyEnd({mark, ms: 0, last, strikes: latest}, memory)
  }
  if (!memory) return null
  // It was about what was true then.
  const {early, ...kept} = memory
  return {...kept, ms, last, ...(early !== undefined && verdict !== 'no' && {early})}
}

/** By either clock: a wall clock set back must not keep strikes, one set forward may only forget them. */
function isAlive({expireAfter}: StrikeHold, ms: number, {strikes}: HoldMemory, at: EpochMs): boolean {
  const sinceLast = Math.max(ms, at - strikes.at(-1)!.at)
  return sinceLast < expireAfter * 1000
}

function passed(last: HoldMemory['last'], time: SteadyTime): number {
  if (last?.run !== time.run) return 0
  const gap = time.ms - last.ms
  return gap >= 0 && gap <= LONGEST_GAP_MS ? gap : 0
}

function progressOfFor(needed: Seconds, memory: HoldMemory | null) {
  const held = (memory?.ms ?? 0) / 1000
  return {
    kind: 'for',
    held,
    needed,
    left: memory?.early === undefined ? Math.max(0, needed - held) : 0,
  } as const
}

function progressOfStrikes({strikes: needed, gap}: StrikeHold, memory: HoldMemory | null) {
  const strikes = memory?.strikes.length ?? 0
  const gaps = needed - Math.max(1, strikes)
  const left = memory?.early === undefined ? Math.max(0, gaps * gap - (memory?.ms ?? 0) / 1000) : 0
  return {kind: 'strikes', strikes, needed, left} as const
}
