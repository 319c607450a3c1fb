/** Passes for tests: memory is kept from one to the next, as a manager keeps it. */
import type {Rule, RuleEvent, RuleId} from '#model/rule.ts'
import {evaluate, type PassResult} from './evaluate.ts'
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

export class Passes {
  readonly ruleSet: RuleSet<Row>
  readonly memory = new Map<RuleId, Map<string, HoldMemory>>()
  /** Of nobody, until a test counts them. */
  costs: PassCosts = uncounted
  /** Breaks of the last pass. */
  breaks = 0

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
    })
    this.breaks = 0
    let step = pass.next()
    for (; !step.done; step = pass.next()) this.breaks++
    for (const write of step.value.memory) this.#remember(write)
    return step.value
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
