/** Passes for tests: memory is kept from one to the next, as a manager keeps it. */
import type {Rule, RuleEvent, RuleId} from '#model/rule.ts'
import {evaluate, type Pass, type PassPart, type PassResult} from './evaluate.ts'
import type {HoldMemory} from './hold.ts'
import {uncounted, type PassCosts} from './rule-costs.ts'
import {RuleSet} from './rule-set.ts'
import {AT, world, type Row} from './world.fixture.ts'

interface Circumstances {
  /** Seconds of wall and steady clock. */
  readonly s?: number
  readonly isWhole?: boolean
  readonly events?: readonly RuleEvent[]
  /** They are told again, to these rules alone. */
  readonly again?: readonly RuleId[]
  readonly steady?: boolean
  readonly isClockTrusted?: boolean
  readonly askedAt?: number
}

/** At once, with all parts in one. */
export function runThrough(pass: ReturnType<typeof evaluate>) {
  const parts: PassPart[] = []
  let step = pass.next()
  let breaks = 0
  for (; !step.done; step = pass.next()) {
    breaks++
    if (step.value) parts.push(step.value)
  }
  parts.push(step.value)
  const result: PassResult = {
    ...step.value,
    decisions: parts.flatMap(({decisions}) => decisions),
    memory: parts.flatMap(({memory}) => memory),
  }
  return {result, breaks, parts: parts.map(({decisions}) => decisions.length)}
}

export class Passes {
  readonly ruleSet: RuleSet<Row>
  readonly memory = new Map<RuleId, Map<string, HoldMemory>>()
  /** Of nobody, until a test counts them. */
  costs: PassCosts = uncounted
  rests: Pass<Row>['rests'] = () => false
  /** Breaks of the last pass, and how many decisions each part of it had. */
  breaks = 0
  parts: readonly number[] = []

  constructor(...rules: readonly Rule[]) {
    this.ruleSet = new RuleSet(rules, world)
  }

  run(subjects: readonly Row[], circumstances: Circumstances = {}): PassResult {
    const {s = 0, isWhole = true, events = [], again, steady = true, askedAt = AT} = circumstances
    const {isClockTrusted = true} = circumstances
    const pass = evaluate(this.ruleSet, {
      subjects,
      isWhole,
      events: new Set(events),
      ...(again && {again: new Set(again)}),
      at: AT + s * 1000,
      isClockTrusted,
      timeOf: () => ({run: 'a', ms: s * 1000, steady}),
      memoryOf: ({id}) => this.memory.get(id) ?? new Map(),
      askedAt: () => askedAt,
      costs: this.costs,
      rests: (...it) => this.rests?.(...it) ?? false,
    })
    const {result, breaks, parts} = runThrough(pass)
    this.breaks = breaks
    this.parts = parts
    for (const write of result.memory) this.#remember(write)
    return result
  }

  /** Rule and subject of each decision. */
  decided(subjects: readonly Row[], circumstances: Circumstances = {}): readonly string[] {
    return this.run(subjects, circumstances).decisions.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)
  }

  #remember({ruleId, subject, memory}: PassResult['memory'][number]): void {
    const ofRule = this.memory.get(ruleId) ?? new Map<string, HoldMemory>()
    this.memory.set(ruleId, ofRule)
    if (memory) ofRule.set(subject.key, memory)
    else ofRule.delete(subject.key)
  }
}
