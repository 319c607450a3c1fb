/**
 * The time that the whole program goes by: that of the machine's clock, as far as it can be right. What passed while we
 * looked, or while the machine was up, has passed; a clock that says otherwise is believed only within a day, and forward
 * at once, as a program may have been off for hours. Beyond that nothing ends, expires or is thrown away because of it:
 * time goes on from where it was last seen, until the clock is put right or a person says that it is right.
 *
 *   believed ─┬─ ahead by a day at most ───────────────▶ followed at once ─┐
 *      ▲      ├─ behind by a day at most ── an hour ───▶ followed          ├─▶ who counts ends is told by how much
 *      │      └─ farther ─▶ doubted ── a person confirms ▶ followed        ┘
 *      └──── it is where it should be again ◀─┘
 *
 * What was followed at once is not sure for an hour, unless it was a guess before: ages and hours are unknown until then.
 *
 * Source: scenario S40.
 */
import type {EpochMs} from '#model/units.ts'
import {timeLimit, type Clock, type CorrectionListener, type Uptime} from './clock.ts'

/** Clocks that are kept right by the network are moved by less. */
const DRIFT_MS = 60_000
const LEAP_MS = 86_400_000
const SETTLE_MS = 3_600_000
/** A clock that was wrong when its machine was started is put right within that, if ever. */
const GUESS_MS = 86_400_000
/** Before this program was written no clock is right, and whatever comes after is more so. */
const LEAST_MS = Date.UTC(2025, 0, 1)
/** How long the machine was up is counted by the duration clock for so long, and until the clocks go apart by so much. */
const ASKED_MS = 60_000
const JUMP_MS = 1_000

/** When the program looked last, of this run or the one before. */
export interface Seen {
  readonly at: EpochMs
  readonly uptime: Uptime | null
}

/** What another thread has to know to go by the same time. */
export interface InstanceTime {
  /** From its own clock to that of the house. */
  readonly shiftMs: number
  readonly leapMs: number | null
  readonly isSure: boolean
}

export class InstanceClock implements Clock {
  readonly #clock: Clock
  readonly #rightListeners = new Set<CorrectionListener>()
  readonly #timeListeners = new Set<(time: InstanceTime) => void>()
  /** Believed time minus what surely passed. */
  #offset: number
  /** Another one that was seen, and since when; `null` = it is where it should be. */
  #other: {readonly offset: number; readonly since: number} | null = null
  /** Followed at once: where it was before, and until when it may go back there. */
  #unsure: {readonly former: number; readonly until: number} | null = null
  /** How long the machine was up, as it was asked last; with the duration clock and the other one of then. */
  #up = {passed: 0, at: Number.NEGATIVE_INFINITY, offset: 0}
  /** Nobody knows how long the machine was off; until then, by what surely passed. */
  #guessedUntil: number

  /** @param seen by the run before; `null` = nobody knows, so the clock of the machine is believed */
  constructor(clock: Clock, seen: Seen | null) {
    this.#clock = clock
    const passed = this.passed()
    const known = seen && timeSince(clock, seen)
    this.#offset = (known ?? guessed(clock, seen)) - passed
    this.#guessedUntil = known === null ? passed + GUESS_MS : -Infinity
    this.#look()
  }

  now(): EpochMs {
    const now = this.#clock.now()
    this.#look()
    return this.#other === null ? now : Math.floor(this.#offset + this.passed())
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, task: () => void): () => void {
    return this.#clock.after(ms, task)
  }

  readonly limit = (ms: number, task: () => void): (() => void) => timeLimit(this.#clock, ms, task)

  readonly uptime = (): Uptime | null => this.#clock.uptime?.() ?? null

  readonly leapMs = (): number | null => {
    this.#look()
    return this.#leap
  }

  readonly isSure = (): boolean => {
    this.#look()
    return this.#isSure
  }

  /** The machine is asked when either of its clocks went on, as that takes it a moment. */
  readonly passed = (): number => {
    const at = this.#clock.monotonic()
    const offset = this.#clock.now() - at
    const isLately = at - this.#up.at < ASKED_MS && Math.abs(offset - this.#up.offset) < JUMP_MS
    if (!isLately) this.#up = {passed: this.#clock.uptime?.()?.ms ?? at, at, offset}
    return this.#up.passed + at - this.#up.at
  }

  get seen(): Seen {
    return {at: this.now(), uptime: this.uptime()}
  }

  get time(): InstanceTime {
    this.#look()
    return this.#time
  }

  /** A person says that the clock of the machine is right. */
  confirm(): void {
    const ms = this.leapMs()
    if (ms !== null) this.#follow(ms)
  }

  readonly onCorrected = (listener: CorrectionListener): (() => void) => {
    this.#rightListeners.add(listener)
    return () => void this.#rightListeners.delete(listener)
  }

  readonly onTime = (listener: (time: InstanceTime) => void): (() => void) => {
    this.#timeListeners.add(listener)
    return () => void this.#timeListeners.delete(listener)
  }

  #look(): void {
    const before = this.#time
    const passed = this.passed()
    const offset = this.#clock.now() - passed
    const ahead = offset - this.#offset
    if (this.#unsure !== null && passed >= this.#unsure.until) this.#unsure = null
    if (Math.abs(ahead) <= DRIFT_MS) {
      // Small corrections are followed, so that they do not add up to a leap.
      this.#offset = offset
      this.#other = null
    } else {
      const isSame = this.#other !== null && Math.abs(offset - this.#other.offset) <= DRIFT_MS
      this.#other = {offset, since: isSame ? this.#other!.since : passed}
      const isSettled = ahead > 0 || passed - this.#other.since >= SETTLE_MS
      const isNear = Math.abs(ahead) <= LEAP_MS || (ahead > 0 && this.#offset + passed < LEAST_MS)
      const isBack = this.#unsure !== null && Math.abs(offset - this.#unsure.former) <= DRIFT_MS
      if (isBack || (isNear && isSettled)) return this.#follow(ahead, ahead > 0 && !isBack)
    }
    if (isOther(before, this.#time)) this.#notifyTime()
  }

  #follow(ms: number, isAtOnce = false): void {
    const passed = this.passed()
    const wasGuess = passed < this.#guessedUntil
    this.#unsure = isAtOnce && !wasGuess ? {former: this.#offset, until: passed + SETTLE_MS} : null
    this.#offset += ms
    this.#other = null
    // Who was started behind may be put back before he is put right.
    if (ms > 0) this.#guessedUntil = -Infinity
    for (const listener of this.#rightListeners) listener(ms, wasGuess)
    this.#notifyTime()
  }

  #notifyTime(): void {
    for (const listener of this.#timeListeners) listener(this.#time)
  }

  get #leap(): number | null {
    return this.#other && Math.round(this.#other.offset - this.#offset)
  }

  get #isSure(): boolean {
    return this.#other === null && this.#unsure === null
  }

  get #time(): InstanceTime {
    const leapMs = this.#leap
    return {shiftMs: leapMs === null ? 0 : -leapMs, leapMs, isSure: this.#isSure}
  }
}

function isOther(one: InstanceTime, other: InstanceTime): boolean {
  return one.isSure !== other.isSure || Math.abs(one.shiftMs - other.shiftMs) > DRIFT_MS
}

/** While the machine was up nobody has to guess. @returns `null` = it was started since, or nobody can say */
function timeSince(clock: Clock, {at, uptime}: Seen): EpochMs | null {
  const now = clock.uptime?.() ?? null
  if (uptime === null || now === null || now.boot !== uptime.boot) return null
  return at + Math.max(0, now.ms - uptime.ms)
}

/** It was off for as long as its clock says, or not at all. */
function guessed(clock: Clock, seen: Seen | null): EpochMs {
  const wall = clock.now()
  if (seen === null) return wall
  return wall >= seen.at && wall - seen.at <= LEAP_MS ? wall : seen.at
}

/** The same time in another thread, which is told when it changes. */
export class FollowingClock implements Clock {
  readonly #clock: Clock
  #time: InstanceTime

  constructor(clock: Clock, time: InstanceTime) {
    this.#clock = clock
    this.#time = time
  }

  follow(time: InstanceTime): void {
    this.#time = time
  }

  now(): EpochMs {
    return this.#clock.now() + this.#time.shiftMs
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  after(ms: number, task: () => void): () => void {
    return this.#clock.after(ms, task)
  }

  readonly limit = (ms: number, task: () => void): (() => void) => timeLimit(this.#clock, ms, task)

  readonly leapMs = (): number | null => this.#time.leapMs

  readonly isSure = (): boolean => this.#time.isSure
}
