/**
 * How far each rule has come with each torrent. What a rule waited for goes on where it was when a torrent comes back, a
 * rule is turned on again, or we began again; what was removed and added again begins again.
 */
import type {Clock} from '#lib/clock.ts'
import type {ManagedRow} from '#model/manager.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import type {MemoryWrite} from '#rules/evaluate.ts'
import {pauseHold, withEarlyEnd, type HoldMemory} from '#rules/hold.ts'

/** A torrent that comes back within it goes on where its holds were; of others nothing is kept. */
const RETURN_MS = 86_400_000

export type HeldByRule = ReadonlyMap<RuleId, ReadonlyMap<string, HoldMemory>>

export class HoldTracker {
  readonly #clock: Clock
  /** Torrents that are there, by their keys. */
  readonly #rows: ReadonlyMap<string, ManagedRow>
  readonly #holds = new Map<RuleId, Map<string, HoldMemory>>()
  /** Torrents that went, since when by the duration clock; the longest gone first. */
  readonly #gone = new Map<string, number>()

  constructor(clock: Clock, rows: ReadonlyMap<string, ManagedRow>) {
    this.#clock = clock
    this.#rows = rows
  }

  of(rule: RuleId): ReadonlyMap<string, HoldMemory> {
    return this.#holds.get(rule) ?? nothing
  }

  /** The most strikes that one of these rules holds of a torrent, if it acts or asks. */
  strikesOf(key: string, rules: Iterable<Rule>): number {
    let most = 0
    for (const rule of rules)
      if (countsStrikes(rule)) most = Math.max(most, this.of(rule.id).get(key)?.strikes.length ?? 0)
    return most
  }

  /** @param remembered how far each rule had come; of `before`, rules that go on, we know better ourselves */
  takeRules(rules: readonly Rule[], before: ReadonlyMap<RuleId, Rule>, remembered: HeldByRule): void {
    const held = new Map(this.#holds)
    this.#holds.clear()
    for (const rule of rules) {
      const isSame = before.get(rule.id)?.revision === rule.revision
      const ofRule = new Map((isSame ? held : remembered).get(rule.id))
      // Nobody looked at what is only told of, and nobody looks for a rule that is off.
      if (!isSame || rule.mode === 'off') pauseAll(ofRule)
      for (const [key, memory] of ofRule) this.#expect(key, memory, ofRule)
      this.#holds.set(rule.id, ofRule)
    }
  }

  /** What is held is of a torrent that is there, or may come within a day: others are other managers'. */
  #expect(key: string, memory: HoldMemory, ofRule: Map<string, HoldMemory>): void {
    const row = this.#rows.get(key)
    if (isOfAnother(memory, row)) ofRule.delete(key)
    if (!row && !this.#gone.has(key)) this.#gone.set(key, this.#clock.monotonic())
  }

  /** What rules found out in a pass. @returns those that count, as they are to be remembered */
  write(rules: ReadonlyMap<RuleId, Rule>, writes: readonly MemoryWrite[]): readonly MemoryWrite[] {
    const held = writes
      .filter((write) => isWatched(rules.get(write.ruleId), write))
      .map((write) => this.#withEarlyEnd(ofLife(write, this.#rows.get(write.subject.key))))
    for (const write of held) this.#hold(write)
    return held
  }

  #hold({ruleId, subject: {key}, memory}: MemoryWrite): void {
    const ofRule = this.#holds.get(ruleId)!
    if (memory) ofRule.set(key, memory)
    else ofRule.delete(key)
    // It went meanwhile.
    if (memory && !this.#rows.has(key)) this.pause(key)
  }

  /** A pass that began before a person ended the hold does not take that back. */
  #withEarlyEnd(write: MemoryWrite): MemoryWrite {
    const {ruleId, subject, memory} = write
    const known = this.of(ruleId).get(subject.key) ?? null
    return memory && !memory.early ? {...write, memory: withEarlyEnd(memory, known)} : write
  }

  /** It is there, perhaps again, and perhaps as another one. */
  came(key: string, row: ManagedRow): void {
    this.#gone.delete(key)
    for (const ofRule of this.#holds.values()) if (isOfAnother(ofRule.get(key), row)) ofRule.delete(key)
  }

  /** It went, and may come back; nobody looks at it until then. */
  pause(key: string): void {
    let isHeld = false
    for (const ofRule of this.#holds.values()) {
      const memory = ofRule.get(key)
      if (memory) ofRule.set(key, pauseHold(memory))
      isHeld ||= memory !== undefined
    }
    if (isHeld) this.#gone.set(key, this.#clock.monotonic())
  }

  /** Only here: who keeps what is remembered knows by himself who went, and who is only judged by another manager. */
  forgetGone(now: number): void {
    for (const [key, since] of this.#gone) {
      if (now - since < RETURN_MS) return
      this.#gone.delete(key)
      for (const ofRule of this.#holds.values()) ofRule.delete(key)
    }
  }
}

/** What a rule only simulates is nothing that another could go by. */
export function countsStrikes({mode, hold}: Pick<Rule, 'mode' | 'hold'>): boolean {
  return (mode === 'live' || mode === 'ask') && hold !== null && 'strikes' in hold
}

const nothing: ReadonlyMap<string, HoldMemory> = new Map()

/** It may have changed, or been turned off, while the pass gave way. */
function isWatched(rule: Rule | undefined, {ruleRevision}: MemoryWrite): boolean {
  return rule?.revision === ruleRevision && rule.mode !== 'off'
}

function ofLife(write: MemoryWrite, row: ManagedRow | undefined): MemoryWrite {
  return write.memory && row ? {...write, memory: {...write.memory, life: lifeOf(row)}} : write
}

/** What was removed and added again has not stood still while it was not there. */
function isOfAnother(memory: HoldMemory | undefined, row: ManagedRow | undefined): boolean {
  return row !== undefined && memory?.life !== undefined && memory.life !== lifeOf(row)
}

/** `null` = its server does not tell. */
function lifeOf({addedAt}: ManagedRow): EpochMs | null {
  return addedAt ?? null
}

function pauseAll(ofRule: Map<string, HoldMemory>): void {
  for (const [key, memory] of ofRule) ofRule.set(key, pauseHold(memory))
}
