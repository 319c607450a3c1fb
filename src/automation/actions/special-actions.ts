/**
 * What rules want that is no command to a torrent server: files set aside, a folder cleared, orphans, the trash emptied,
 * a torrent copied to another server, a program started. Each hand that does it looks once more by itself.
 */
import {randomUUIDv7} from 'node:crypto'
import {bytesAtStake} from '#executor/guards/rules/budget.ts'
import type {DecisionItem, LeftCopy} from '#executor/guards/rules/decision-guard.ts'
import {evaluateGuards} from '#executor/guards/evaluate-guards.ts'
import type {Ruling, Verdict} from '#executor/outcomes.ts'
import {decidedOf, ruleActor, verdictEntry, type GuardedAction} from '#executor/rule-entry.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Fact, FactName} from '#model/fact.ts'
import {orphanIn, type OrphanVerb} from '#model/orphans.ts'
import {actionKinds} from '#model/rule.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Bytes, EpochMs, Seconds} from '#model/units.ts'
import {KEPT_DAYS} from '#trash/trash-service.ts'
import {
  confirmed,
  done,
  noTorrent,
  notDone,
  refusedWith,
  SERVER_AWAY,
  type ActionAuthorizer,
} from './action-authorizer.ts'
import type {RuleActionRunnerDeps} from './rule-action-runner.ts'
import type {RunBudget} from './run-budget.ts'

export class SpecialActions {
  readonly #parts: RuleActionRunnerDeps
  readonly #ruling: ActionAuthorizer

  constructor(parts: RuleActionRunnerDeps, ruling: ActionAuthorizer) {
    this.#parts = parts
    this.#ruling = ruling
  }

  /** With its files into the trash of their disk. */
  async recycle(decision: Decision, evaluated: GuardedAction, key: TorrentKey): Promise<Verdict> {
    const {action, rule} = evaluated.item
    const outcome = await this.#parts.recycling.begin(decision, action, key, rule.name)
    return outcome.outcome === 'done' ? done : refusedWith(decision, action, evaluated, notDone(outcome))
  }

  /** The whole folder stays where others need something of it. */
  async clearFolder(decision: Decision, evaluated: GuardedAction, run: RunBudget): Promise<Verdict> {
    const {item, judgement} = evaluated
    const {action, rule, key} = item
    if (judgement.answer === 'degrade' || !key) {
      const {code, lift} = judgement.objection!
      return refusedWith(decision, action, evaluated, {outcome: 'blocked', code, message: lift})
    }
    const giveBack = await this.#ruling.spend(randomUUIDv7(), item, run)
    const decided = decidedOf(decision, action, evaluated)
    const outdated = () => this.#ruling.outdated(decision, 'glance')
    const clearing = {decision, action, key, ruleName: rule.name, decided, outdated}
    const outcome = await this.#parts.extraFiles.begin(clearing)
    if (outcome.outcome === 'done') return done
    await giveBack()
    return refusedWith(decision, action, evaluated, notDone(outcome))
  }

  /** Counted by its hand, which looks once more; what was watched for long enough goes, all else waits where it is. */
  async orphan(
    decision: Decision,
    evaluated: GuardedAction,
    run: RunBudget,
    verb: OrphanVerb,
  ): Promise<Verdict> {
    const {orphans, pathQuarantines, rules} = this.#parts
    const {item, judgement} = evaluated
    const {action, rule} = item
    const refused = (ruling: Ruling) => refusedWith(decision, action, evaluated, ruling)
    if (decision.subject.kind !== 'path')
      return refused({outcome: 'refused', code: 'not_supported', message: 'It is about no path.'})
    if (judgement.answer === 'quarantine') {
      await pathQuarantines.begin(decision, judgement.objection!.detail['needed'] as Seconds)
      return refused({outcome: 'postponed', code: 'in_quarantine', message: judgement.objection!.lift})
    }
    if (run.isInDoubt) return refused(inDoubt)
    const {days = KEPT_DAYS} = action.params as {readonly days?: number}
    const no = await orphans.actForRule({
      by: {actor: ruleActor(rule.name), access: rules.of(decision.ruleId)!.access},
      verb,
      id: orphanIn(decision.subject.key).id,
      days,
      rule: {id: decision.ruleId, revision: decision.ruleRevision},
      decided: decidedOf(decision, action, evaluated),
      objection: () => this.#ruling.stale(decision) ?? this.#ruling.unprotected(),
    })
    if (no) {
      // Each costs a question to every server, and what is so of one is so of others.
      if (no.code === 'changed_meanwhile') run.doubt()
      return {...refused({outcome: 'postponed', ...no}), isCostly: true}
    }
    run.add([], bytesAtStake(item) ?? 0)
    return {...done, ended: 'sent'}
  }

  /** Nothing of it is of the torrent: each is judged, counted and written down by itself. */
  async empty(decision: Decision, action: WantedAction, run: RunBudget): Promise<Verdict> {
    const {trash, facts, rules} = this.#parts
    const {subject, ruleId, preconditions} = decision
    const over = trash.over(rules.of(ruleId)!.access, subject.serverId)
    try {
      if (over.length > 0) {
        const names = preconditions.map(({fact}) => fact)
        await facts.refresh(subject, names, false)
      }
      for (const {id, bytes} of over) {
        const no = await this.#purge(decision, action, run, {id, bytes})
        if (no) return {...no, isCostly: true}
      }
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const {code, message} = error
      return {...refusedWith(decision, action, null, {outcome: 'postponed', code, message}), isCostly: true}
    }
    return confirmed
  }

  /** @returns why it stays where it is; `null` = it went. @throws {CommodarrError} */
  async #purge(
    decision: Decision,
    action: WantedAction,
    run: RunBudget,
    {id, bytes}: Pick<TrashRecord, 'id' | 'bytes'>,
  ): Promise<Verdict | null> {
    const {trash, clock, rules} = this.#parts
    const stale = this.#ruling.outdated(decision, 'read')
    if (stale) return refusedWith(decision, action, null, stale)
    const item: DecisionItem = {...this.#ruling.item(decision, action, run, 'read'), key: null}
    const at = clock.now()
    const ofIt = {...item, fact: (name: FactName) => factOfTrash(name, bytes, at) ?? item.fact(name)}
    const judgement = evaluateGuards(ofIt)
    const no = await this.#ruling.answered(decision, action, {item: ofIt, judgement}, run)
    if (no) return no
    const giveBack = await this.#ruling.spend(randomUUIDv7(), ofIt, run)
    const {ruleId} = decision
    const {rule, access} = rules.of(ruleId)!
    try {
      const decided = decidedOf(decision, action, {item: ofIt, judgement})
      await trash.purge({actor: ruleActor(rule.name), access}, id, {ruleId, decided})
      return null
    } catch (error) {
      await giveBack()
      throw error
    }
  }

  /** Later actions of the rule wait until the copy is complete. A move then has the torrent removed where it was. */
  async copy(decision: Decision, evaluated: GuardedAction): Promise<Verdict | {readonly next: WantedAction}> {
    const {action, rule, key} = evaluated.item
    if (!key) return refusedWith(decision, action, evaluated, noTorrent)
    const {access} = this.#parts.rules.of(decision.ruleId)!
    const decided = decidedOf(decision, action, evaluated)
    const stand = await this.#parts.copying.begin({
      decision,
      action,
      key,
      ruleName: rule.name,
      access,
      decided,
    })
    if (stand.is === 'not') {
      // The other server is away: what else is wanted of this one does not wait for that.
      const no = stand.outcome.code === SERVER_AWAY ? stand.outcome : notDone(stand.outcome)
      return refusedWith(decision, action, evaluated, no)
    }
    if (stand.is === 'underWay')
      return {outcome: 'postponed', code: 'copying', message: stand.message, isCostly: true}
    if (action.action === 'move') {
      const left: LeftCopy = {copiedTo: action.params['server'] as ServerId, seedsOn: stand.seedsOn}
      const removal = {action: 'removeWithData', params: {...left}, ...actionKinds.removeWithData} as const
      return {next: removal}
    }
    return confirmed
  }

  /** What was done once is so; that it was is known without a look at anything. */
  async program(decision: Decision, action: WantedAction, run: RunBudget): Promise<Verdict> {
    const {programs, rules} = this.#parts
    const lately = programs.lately(decision, action)
    const stale = this.#ruling.standing(decision)
    if (stale) return refusedWith(decision, action, null, stale)
    if (lately === 'done') {
      return confirmed
    }
    if (lately === 'failed') {
      const message = 'It failed, or was cut off: it is not started again within the hour.'
      return refusedWith(decision, action, null, {outcome: 'postponed', code: 'program_failed', message})
    }
    const objection = () => programs.objection(action, rules.of(decision.ruleId)!)
    const no = objection()
    if (no) return refusedWith(decision, action, null, {outcome: 'refused', ...no})
    const evaluated = await this.#ruling.authorize(decision, action, run)
    if ('outcome' in evaluated) return evaluated
    const {key, rule} = evaluated.item
    if (!key) return refusedWith(decision, action, evaluated, noTorrent)
    const id = randomUUIDv7()
    const giveBack = await this.#ruling.spend(id, evaluated.item, run)
    const entry = verdictEntry(decision, key, {
      at: this.#parts.clock.now(),
      phase: 'intended',
      args: action.params,
      actor: ruleActor(rule.name),
      decided: decidedOf(decision, action, evaluated),
      isBrief: true,
      ...(run.causeId !== null && {causeId: run.causeId}),
      name: this.#nameOf(decision),
    })
    const end = await programs.start({
      decision,
      action,
      key,
      entry: {...entry, id, verb: action.action},
      objection: () => this.#ruling.stale(decision) ?? objection(),
    })
    if (end.outcome === 'done') return confirmed
    if (end.outcome === 'unconfirmed') return {...notDone(end), ended: 'unconfirmed'}
    // It was not started.
    if (end.outcome === 'refused') await giveBack()
    return notDone(end)
  }

  #nameOf({subject}: Decision): string | null {
    const name = this.#parts.facts.fact(subject, 'name')
    return 'value' in name ? String(name.value) : null
  }
}

/** What is at stake is in the trash, and no tracker hears of it. `null` = as it is of the torrent */
function factOfTrash(name: FactName, bytes: Bytes, now: EpochMs): Fact | null {
  if (name === 'content.exclusiveBytes') return {value: bytes, observedAt: now, source: 'trash'}
  return name === 'tracker.hosts' ? {unknown: 'missing', since: null, source: 'trash'} : null
}

const inDoubt: Ruling = {
  outcome: 'postponed',
  code: 'changed_meanwhile',
  message: 'Another one was not as it was seen: all are looked at again first.',
}
