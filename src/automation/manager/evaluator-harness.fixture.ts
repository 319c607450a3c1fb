/** A rule evaluator on a clock of its own, told of one torrent of one server. */
import type {ManagedRow, ManagedServer} from '#model/manager.ts'
import type {Rule} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RuleEvaluator} from './rule-evaluator.ts'
import type {ImportStatusChange} from './import-statuses.ts'
import type {DecisionResult} from './messages.ts'
import type {RemovalDate} from './removal-dates.ts'
import type {ArrFacts} from './torrent-subject.ts'
import {NOW, subjectWith} from './torrent-subject.fixture.ts'

export const {row, server} = subjectWith()
export const key = keyText(row.key)
/** As it is decided by `aRule`. */
export const mine = `done ${key}`
export const held = aRule({hold: {for: '10m'}})

export class EvaluatorHarness {
  readonly clock: VirtualClock
  readonly decided: string[] = []
  readonly costly: string[] = []
  readonly wanted: string[] = []
  readonly removable: RemovalDate[] = []
  readonly imports: ImportStatusChange[] = []
  /** In the last pass that wanted anything. */
  aged: readonly string[] = []
  readonly holds = new Map<Rule['id'], Map<string, HoldMemory>>()
  arr: ArrFacts | null = null
  pause: () => void = () => undefined
  readonly evaluator: RuleEvaluator

  constructor(rules: readonly Rule[], before?: EvaluatorHarness) {
    this.clock = before?.clock ?? new VirtualClock(NOW)
    this.evaluator = new RuleEvaluator({
      clock: this.clock,
      run: before ? 'second' : 'first',
      surroundings: {timeZone: 'UTC', obligation: () => null, phrases: () => noPhrases},
      arrSaying: () => this.arr,
      pause: async () => this.pause(),
      costly: (id) => void this.costly.push(id),
      decided: (all) => this.decided.push(...all.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)),
      remember: (writes) => {
        for (const {ruleId, subject, memory} of writes) {
          const ofRule = this.holds.get(ruleId) ?? new Map<string, HoldMemory>()
          this.holds.set(ruleId, ofRule)
          if (memory) ofRule.set(subject.key, memory)
        }
      },
      lookUp: (all, aged) => {
        this.wanted.push(...all.map(({fact}) => fact))
        this.aged = aged.map(({subject, fact}) => `${fact} ${subject.key}`)
      },
      removable: (dates) => void this.removable.push(...dates),
      imports: (changes) => void this.imports.push(...changes),
    })
    this.evaluator.takeRules(rules, before?.holds ?? new Map())
    this.server({})
    this.rows([{}], true)
  }

  server(changes: Partial<ManagedServer>): void {
    this.evaluator.takeServers([{...server, ...changes}])
  }

  answered(result: Partial<DecisionResult>): void {
    this.evaluator.answered({
      ruleId: aRule().id,
      key,
      restMs: 0,
      isPutOff: false,
      isSettled: false,
      isUndone: false,
      ...result,
    })
  }

  rows(changes: readonly Partial<ManagedRow>[], isWhole = false): void {
    this.evaluator.takeRows({isWhole, rows: changes.map((it) => ({...row, ...it})), gone: []})
  }

  /** What was decided since the last time. */
  async pass(): Promise<readonly string[]> {
    await this.evaluator.pass()
    return this.decided.splice(0)
  }

  /** As its thread does it: passes when one is due. */
  async live(seconds: number): Promise<readonly string[]> {
    const end = this.clock.monotonic() + seconds * 1000
    while (this.clock.monotonic() < end) {
      await this.clock.advance(Math.min(Math.max(1_000, this.evaluator.dueIn), end - this.clock.monotonic()))
      await this.evaluator.pass()
    }
    return this.decided.splice(0)
  }
}
