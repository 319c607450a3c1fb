/**
 * What becomes of the decisions of rules. By the mode of the rule: nothing, a line in the journal, a question to a
 * person, or the action. Actions go one after the other on each server, and what does not hold any more is not done.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {Holds} from '#automation-state/holds.ts'
import type {Suspensions} from '#automation-state/suspensions.ts'
import {isGrave, takesAway} from '#executor/guards/rules/decision-guard.ts'
import {COMES_BACK} from '#executor/guards/rules/loops.ts'
import {LAST_ANNOUNCE, type Verdict} from '#executor/outcomes.ts'
import {decidedOf, endsOf} from '#executor/rule-entry.ts'
import {stepAfter, type JournalStep} from '#journal/entry.ts'
import {
  NotReady,
  type Answerer,
  type ApprovalQueue,
  type AskedDecision,
  type Decision,
  type Explanation,
  type RuleActionEnded,
  type RuleOutcome,
  type RuleTimers,
  type RuleWait,
  type SubjectName,
  type WantedAction,
} from '#model/decision.ts'
import type {Requester} from '#model/access.ts'
import {CommodarrError, QuotaUsedUp} from '#model/errors.ts'
import {ruleModes, type ActionName, type Rule, type RuleId, type RuleMode} from '#model/rule.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {cameIn, lasting, without} from '#rules/lasting-preconditions.ts'
import {Approvals, type ApprovalDeps, type Asked, type Granted} from './approvals.ts'
import type {ActionEnds} from './action-ends.ts'
import {ActiveAlerts, type AlertBoard} from '../alerts/active-alerts.ts'
import type {CommonCause} from '#executor/guards/rules/common-cause.ts'
import {CommandBatches, type OrderSender} from './command-batches.ts'
import {causeWords, CommonCauses} from './common-causes.ts'
import {LastAnnounces} from './last-announces.ts'
import {Quarantines, type NotStarted, type QuarantineDeps} from './quarantines.ts'
import {ReannounceScheduler} from './reannounce-scheduler.ts'
import {Refusals} from './refusals.ts'
import {MovesOfRules} from './moves-of-rules.ts'
import {Repairs} from './repairs.ts'
import {RuleActionRunner, type RuleActionRunnerDeps} from './rule-action-runner.ts'
import {RuleJournalWriter, type RuleJournalWriterDeps} from './rule-journal-writer.ts'
import type {LastLook} from '../sagas/fail-download.ts'
import type {Managers} from '../supervision/managers.ts'
import {RunBudget} from './run-budget.ts'
import {actionsOf, DO_NOW, entryOfUser, UserOverrides} from './user-overrides.ts'

interface RuleActionQueueDeps
  extends
    Omit<
      RuleActionRunnerDeps,
      | 'quarantines'
      | 'reannounces'
      | 'lastAnnounces'
      | 'repairs'
      | 'moves'
      | 'refusals'
      | 'causes'
      | 'lines'
      | 'suspensions'
      | 'leftAlone'
      | 'executor'
    >,
    Omit<QuarantineDeps, 'executor' | 'inTurn' | 'lines' | 'notStarted' | 'deadlines'>,
    Pick<ApprovalDeps, 'accessOf' | 'commandsArrOf' | 'isBegun'>,
    Omit<RuleJournalWriterDeps, 'log'> {
  readonly board: AlertBoard
  readonly executor: OrderSender & QuarantineDeps['executor']
  readonly suspensions: Pick<Suspensions, 'of' | 'all' | 'resumedAt' | 'suspend'>
  readonly holds: Pick<Holds, 'of'>
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'due' | 'isOver' | 'set' | 'amend' | 'cancel'>
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly managers: Pick<Managers, 'early' | 'endHold' | 'refusalChanged'>
  /** What a rule says now of files that nobody claims; `null` = they are not exactly so any more. */
  readonly explainPath: (subject: SubjectName) => Explanation | null
  readonly naming: RuleActionRunnerDeps['naming'] & ApprovalDeps['naming']
  readonly ends: Pick<ActionEnds, 'publish' | 'step' | 'held'>
}

export class RuleActionQueue implements ApprovalQueue, RuleTimers {
  /** What people had wait, or undid. */
  readonly leftAlone: UserOverrides
  readonly #parts: RuleActionQueueDeps
  readonly #lines: RuleJournalWriter
  readonly #batches: CommandBatches
  readonly #hand: RuleActionRunner
  readonly #causes: CommonCauses
  /** By the rule that is suspended for a common cause. */
  readonly #alerts: ActiveAlerts
  /** What cannot be given back, by its name: under which cause that is said, once for all of a server. */
  readonly #notStarted = new Map<string, string>()
  readonly #notStartedAlerts: ActiveAlerts
  readonly #approvals: Approvals
  readonly #quarantines: Quarantines
  readonly #queues = new Map<string, Promise<void>>()
  /** How to end the waits for last announces. */
  readonly #waits = new Set<() => void>()
  #isStopped = false
  #cancel: () => void = () => {}
  #trying: Promise<void> = Promise.resolve()

  constructor(parts: RuleActionQueueDeps) {
    this.#parts = parts
    const {deadlines, rules, clock} = parts
    this.#lines = new RuleJournalWriter(parts)
    this.#causes = new CommonCauses(
      rules,
      parts.facts,
      parts.suspensions,
      parts.holds,
      parts.compartmentOf,
      clock,
    )
    this.#alerts = new ActiveAlerts(parts.board)
    this.#notStartedAlerts = new ActiveAlerts(parts.board)
    this.#quarantines = new Quarantines({
      ...parts,
      inTurn: (serverId, work) => this.#queue(serverId, work),
      lines: this.#lines,
      notStarted: (name, about) => this.#reportNotStarted(name, about),
    })
    this.#batches = new CommandBatches(parts.executor)
    this.leftAlone = new UserOverrides(deadlines, rules, parts.torrents, parts.managers, clock, parts.write)
    this.#hand = new RuleActionRunner({
      ...parts,
      executor: this.#batches,
      quarantines: this.#quarantines,
      reannounces: new ReannounceScheduler(deadlines, rules, clock),
      lastAnnounces: new LastAnnounces(deadlines, parts.details, clock),
      repairs: new Repairs(deadlines, clock),
      moves: new MovesOfRules(deadlines, rules, parts.addedAt, clock),
      refusals: new Refusals(deadlines, clock),
      leftAlone: this.leftAlone,
      causes: this.#causes,
      lines: this.#lines,
    })
    this.#approvals = new Approvals(parts)
  }

  /** The database is an older copy: no yes of then counts for these. @throws {StorageFault} */
  forgetGranted(isMeant: (subject: SubjectName) => boolean): Promise<void> {
    return this.#approvals.forgetGranted(isMeant)
  }

  /** Such a copy does not know why this has our tag: it is given back. @throws {StorageFault} */
  adoptQuarantine(subject: SubjectName): Promise<void> {
    return this.#quarantines.adopt(subject)
  }

  knowsQuarantine(subject: SubjectName): boolean {
    return this.#quarantines.knows(subject)
  }

  /** From now on what was set aside is given back when its time is over, and what was put off is tried again. */
  start(): void {
    this.#quarantines.start()
    this.#plan()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const cancel of this.#waits) cancel()
    this.#approvals.stop()
    this.#cancel()
    await this.#trying
    await this.#quarantines.stop()
    await Promise.all(this.#queues.values())
  }

  /** All decisions of one pass. Resolves when each was done, asked or refused; it never throws. */
  async take(decisions: readonly Decision[]): Promise<void> {
    const under: Promise<void>[] = [this.#holdCommon(decisions)]
    const runs = new Map<RuleId, RunBudget>()
    const would: Decision[] = []
    const live: LiveDecision[] = []
    for (const decision of decisions) {
      const mode = this.#modeOf(decision)
      if (mode === 'simulate') would.push(decision)
      if (mode === 'ask') under.push(this.#askUnlessHeld(decision))
      if (mode !== 'live') continue
      const run = runs.get(decision.ruleId) ?? new RunBudget()
      runs.set(decision.ruleId, run)
      live.push({decision: {...decision, mode}, run})
    }
    for (const turn of turnsOf(live)) under.push(this.#carryOutAll(turn))
    under.push(this.#simulate(would))
    await Promise.all(under)
  }

  /** What waits for a server that is another one by now ends. It never throws. */
  async forgetServer(serverId: ServerId): Promise<void> {
    try {
      await this.#approvals.forgetServer(serverId)
      await this.#quarantines.forgetServer(serverId)
      await this.leftAlone.forgetServer(serverId)
    } catch (error) {
      this.#parts.log.error(
        {err: error, serverId},
        'what waited for a server that was replaced could not be ended',
      )
    }
  }

  waiting(by: Answerer): readonly AskedDecision[] {
    return this.#approvals.waiting(by)
  }

  /**
   * Judged again, and done if it still holds.
   * @param holdMs so long the answer can be taken back: it is done then
   * @throws {CommodarrError} `action_unknown`; `not_ready` = nobody can say whether it does: it waits on
   */
  async approve(by: Answerer, id: string, holdMs = 0): Promise<void> {
    const no = await this.#isOver(this.#approvals.asked(by, id))
    if (no === null && holdMs > 0)
      return this.#approvals.approveAfter(holdMs, by, id, () => void this.#trySoon())
    const asked = await this.#approvals.approve(by, id)
    await (no ? this.#endGranted(asked, no) : this.#grant(asked))
  }

  async #endGranted({decision}: Granted, no: Verdict & Reported): Promise<void> {
    const action = decision.actions[0]!
    await this.#lines.notDone(decision, action, {...no, decided: decidedOf(decision, action, null)})
    this.#report(decision, null, no)
  }

  waits(): readonly RuleWait[] {
    return this.leftAlone.list()
  }

  async putOff(by: Requester, ruleId: RuleId, torrent: NamedTorrent): Promise<RuleWait> {
    const [wait] = await this.leftAlone.putOff(by, await this.#concerned(ruleId, torrent.key), [torrent])
    return wait!
  }

  async doNow(by: Answerer, ruleId: RuleId, torrent: NamedTorrent): Promise<RuleOutcome> {
    const {key} = torrent
    const rule = await this.#concerned(ruleId, key)
    if (rule.mode === 'ask')
      throw new CommodarrError('not_supported', 'This rule asks first: answer its question when it comes.')
    const decision = await this.#parts.managers.early(key, ruleId)
    if (decision === null) throw new CommodarrError('changed_meanwhile', timeOver)
    if ('needs' in decision) throw new CommodarrError('not_supported', needsLook)
    // Also what it would do only if something else were so.
    if ([...decision.actions, ...actionsOf(rule)].some(takesAway))
      throw new CommodarrError('not_supported', ownRemoval)
    if (!this.#approvals.mayAnswer(by, decision))
      throw new CommodarrError('forbidden', 'This takes every right of every action of the rule.')
    const look = await this.#hand.lastLook(decision, decision.actions[0]!)
    if (look.is !== 'wanted')
      throw new CommodarrError(
        'changed_meanwhile',
        typeof look.why === 'string' ? look.why : look.why.message,
      )
    return this.#endHold(by, rule, torrent, decision.ruleRevision)
  }

  /** Written down before and after: who did it, and whether it came to that. @returns what the rule says then */
  async #endHold(
    {actor}: Answerer,
    rule: Rule,
    torrent: NamedTorrent,
    revision: number,
  ): Promise<RuleOutcome> {
    const {write, managers, clock} = this.#parts
    const entry = entryOfUser(actor, rule, {...torrent, verb: DO_NOW, at: clock.now()})
    const end = (step: Omit<JournalStep, 'at'>) => write([stepAfter(entry, {...step, at: clock.now()})])
    await write([entry])
    try {
      const outcome = await managers.endHold(torrent.key, rule.id, revision)
      if (outcome === null) throw new CommodarrError('changed_meanwhile', timeOver)
      await end({phase: 'confirmed'})
      return outcome
    } catch (error) {
      if (error instanceof CommodarrError)
        await end({phase: 'failed', code: error.code, message: error.message})
      throw error
    }
  }

  /** A rule that acts, and has to do with this torrent: of any other nobody is told that there is one. @throws {CommodarrError} rule_unknown, not_ready */
  async #concerned(ruleId: RuleId, key: TorrentKey): Promise<Rule> {
    const rule = this.#parts.rules.of(ruleId)?.rule
    const {rules} = await this.#parts.explain(key)
    const its = rules.find((it) => it.ruleId === ruleId)
    if (!rule || !mayAct.has(rule.mode) || !its || its.outcome === 'outOfScope')
      throw new CommodarrError('rule_unknown', 'No such rule acts on this torrent.')
    return rule
  }

  #grant(asked: Granted): Promise<void> {
    const seen: Decision = {...lasting(asked.decision), mode: 'ask'}
    return this.#inTurn(seen, async () => {
      // Those before it in the queue may have taken minutes.
      const worth = this.#approvals.worth(asked)
      if (worth === 'notKnown') return this.#approvals.putOff(asked, asked.decision)
      if (worth === 'withdrawn') return this.#endGranted(asked, withdrawn)
      const left = await this.#act(seen, new RunBudget(asked.entry.id))
      if (!left) return
      await this.#approvals.putOff(asked, left.decision)
      if (left.isAnnouncing) this.#onceAnnounced(left.decision, () => this.#trySoon())
    })
  }

  /** Each is judged and told by itself; what they send alike goes out together. */
  async #carryOutAll(turn: readonly LiveDecision[]): Promise<void> {
    const [{decision, run}] = turn as readonly [LiveDecision]
    if (turn.length === 1) return this.#carryOut(decision, run)
    const byKey = new Map(
      turn.map((it) => {
        const key = this.#parts.facts.torrent(it.decision.subject)!
        return [keyText(key), {...it, key}]
      }),
    )
    const keys = Array.from(byKey.values(), ({key}) => key)
    await this.#queue(decision.subject.serverId, () =>
      this.#batches.together(keys, async (key) => {
        const its = byKey.get(keyText(key))!
        await this.#act(its.decision, its.run).catch((error: unknown) => this.#fault(its.decision, error))
      }),
    )
  }

  /** What waits for its last announce leaves the queue meanwhile: others of its server go on. */
  #carryOut(decision: Decision, run: RunBudget): Promise<void> {
    return this.#inTurn(decision, async () => {
      const left = await this.#act(decision, run)
      if (left?.isAnnouncing) this.#onceAnnounced(left.decision, () => this.#carryOut(left.decision, run))
    })
  }

  /** A stop ends it: what is to be removed is then decided again after the next start, or stands written down. */
  #onceAnnounced(decision: Decision, goOn: () => Promise<void>): void {
    const look = async () => {
      const waitMs = await this.#hand.announcing(decision)
      if (this.#isStopped) return
      if (waitMs === 0) return goOn()
      const cancel = this.#parts.clock.after(waitMs, () => {
        this.#waits.delete(cancel)
        this.#onceAnnounced(decision, goOn)
      })
      this.#waits.add(cancel)
    }
    look().catch((error: unknown) => this.#fault(decision, error))
  }

  /** Who said yes is not asked again only because a server came back a moment ago, or enough was done in this hour. */
  #plan(): void {
    this.#cancel = this.#parts.clock.after(AGAIN_MS, () => {
      void this.#trySoon()
      this.#plan()
    })
  }

  #trySoon(): Promise<void> {
    this.#trying = this.#trying
      .then(() => this.#tryAgain())
      .then(() => this.#endOldQuestions())
      .then(() => this.leftAlone.forgetOver())
    return this.#trying
  }

  /** A question that its rule would not ask any more is none: some are judged again each minute, all of them in turn. */
  async #endOldQuestions(): Promise<void> {
    for (const asked of this.#approvals.someAsked(JUDGED_AGAIN)) {
      if (this.#isStopped) return
      try {
        const no = await this.#isOld(asked)
        if (!no) continue
        await this.#approvals.end(asked, {code: no.code, message: no.message})
        this.#report(asked.decision, null, no)
      } catch (error) {
        // While nobody can say whether it is wanted, it waits on.
        if (error instanceof CommodarrError && error.code === 'not_ready') continue
        this.#parts.log.error({err: error}, 'whether a question is still one could not be found out')
      }
    }
  }

  /** @throws {NotReady} nobody can say now */
  async #isOld(asked: Asked): Promise<(Verdict & Reported) | null> {
    const {decision, standsAlone} = asked
    const {rules, presence} = this.#parts
    const over = (message: string) => ({outcome: 'cancelled', code: 'changed_meanwhile', message}) as const
    const present = presence(decision.subject)
    if (present === 'gone' || present === 'left') return over(present)
    if (standsAlone) return null
    const no = this.#hand.standing(decision)
    // A rule that is suspended asks on once a person looked at it.
    if (no?.code === 'changed_meanwhile') return over(no.message)
    if (rules.of(decision.ruleId)?.rule.mode === 'simulate') return over('rule_mode')
    return this.#isOver(asked)
  }

  async #tryAgain(): Promise<void> {
    try {
      for await (const asked of this.#approvals.takePutOff()) {
        const over = await this.#isOver(asked).catch(() => 'notKnown' as const)
        // Last: what that look had to wait for, this takes as well.
        const worth = this.#approvals.worth(asked)
        const no = worth === 'withdrawn' ? withdrawn : worth === 'notKnown' ? worth : over
        if (no === null) await this.#grant(asked)
        else if (no === 'notKnown') await this.#approvals.putOff(asked, asked.decision)
        else await this.#endGranted(asked, no)
      }
    } catch (error) {
      this.#parts.log.error({err: error}, 'what was said yes to could not be tried again')
    }
  }

  /** @throws {CommodarrError} `action_unknown` */
  async decline(by: Answerer, id: string): Promise<void> {
    const decision = await this.#approvals.decline(by, id)
    this.#report(decision, null, {outcome: 'declined'})
  }

  /** @throws {CommodarrError} `undo_impossible` */
  async reopen(by: Answerer, id: string): Promise<void> {
    const decision = await this.#approvals.reopen(by, id)
    this.#report(decision, null, {outcome: 'waiting'})
  }

  /**
   * The removal of a saga that a decision began: through the same guards, in the same queue.
   * @param causeId of the saga, which is its entry in the journal
   */
  async remove(decision: Decision, action: WantedAction, causeId: string | null = null): Promise<Verdict> {
    let verdict: Verdict | undefined
    await this.#inTurn(decision, async () => {
      verdict = await this.#hand.removeFor(decision, action, new RunBudget(causeId))
    })
    this.#parts.ends.held(decision, action, verdict?.code === LAST_ANNOUNCE ? verdict : null)
    return verdict ?? {outcome: 'failed', ...untried}
  }

  /** Of such a removal: after so many ms the wait for its last announce is looked at again; 0 = it does not wait. */
  announcing(decision: Decision): Promise<number> {
    return this.#hand.announcing(decision)
  }

  /** Whether a decision would be carried out now, by its rule, its facts and all guards. Nothing is sent. */
  async lastLook(decision: Decision, action: WantedAction): Promise<LastLook> {
    const {ruleId, subject} = decision
    // No rule wants it now that all of it is there: a person does (`askOfCameIn`).
    if (decision.isBlocklisted) return this.#hand.lastLook(decision, action)
    const key = this.#parts.facts.torrent(subject)
    const rules = key && (await this.#parts.explain(key)).rules
    const outcome = rules?.find((it) => it.ruleId === ruleId)?.outcome
    if (outcome === 'unknown' || outcome === 'lookingUp')
      return {is: 'later', why: notKnownNow, isCostly: false}
    if (outcome === undefined || !wantsIt.has(outcome))
      return {is: 'over', why: `Its rule does not want it any more (${outcome ?? 'gone'}).`}
    return this.#hand.lastLook(decision, action)
  }

  /**
   * Of what its Arr has blocklisted for not coming in, and what stayed as it came in after all: its Arr takes it in no
   * more, and no rule wants it gone, so a person is asked once. Of anything else nothing is.
   * @throws {StorageFault} then it is not asked
   */
  async askOfCameIn(decision: Decision, action: WantedAction, causeId: string): Promise<void> {
    const question = cameIn(decision, action, this.#parts.facts.fact(decision.subject, 'complete'))
    if (!question) return
    const entry = this.#lines.asked(question, action, {message: CAME_IN, causeId})
    const isNew = await this.#approvals.ask({decision: question, entry, standsAlone: true})
    if (isNew) this.#report(question, null, {outcome: 'waiting', code: '', message: CAME_IN})
  }

  /** Hours may have passed since its rule asked: whether that wants it still is judged by what is so now. */
  async #isOver({decision: {ruleId, subject}, standsAlone}: Asked): Promise<(Verdict & Reported) | null> {
    if (standsAlone) return null
    const {facts, explain, explainPath} = this.#parts
    const key = facts.torrent(subject)
    const isPath = subject.kind === 'path'
    const explanation = isPath ? explainPath(subject) : key && (await explain(key))
    const over = (what: string) =>
      ({outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${what}`}) as const
    if (isPath && explanation === null) return over('path')
    const outcome = explanation?.rules.find((it) => it.ruleId === ruleId)?.outcome
    if (outcome === 'unknown' || outcome === 'lookingUp') throw new NotReady({...key})
    return !outcome || wantsIt.has(outcome) ? null : over(outcome)
  }

  /** What concerns many torrents of one thing alike is no matter of each: one question is asked, and the rest waits. */
  async #holdCommon(decisions: readonly Decision[]): Promise<void> {
    const acts = decisions.filter(({ruleId}) => mayAct.has(this.#parts.rules.of(ruleId)?.rule.mode ?? 'off'))
    const causes = this.#causes.note(acts)
    // In force before it is written.
    const holding = causes.map((cause) => this.#causes.hold(cause))
    for (const cause of causes) this.#reportCause(cause)
    const held = new Set<string>(this.#causes.held.map(({ruleId}) => ruleId))
    for (const ruleId of this.#alerts.open) if (!held.has(ruleId)) this.#alerts.end(ruleId)
    try {
      await Promise.all(holding)
    } catch (error) {
      this.#parts.log.error({err: error}, 'that many torrents have one cause could not be written down')
    }
  }

  #reportCause(cause: CommonCause): void {
    const {ruleId, what, name, torrents, population, serverId} = cause
    this.#alerts.begin(ruleId, {
      by: 'Common cause',
      subject: 'server',
      serverId,
      name: what === 'server' ? null : name,
      code: 'common_cause',
      heals: true,
      args: {rule: ruleId, what, name, torrents, population},
      message: causeWords(cause),
    })
  }

  /** Hundreds of questions about one cause are none that anybody answers. */
  async #askUnlessHeld(decision: Decision): Promise<void> {
    if (this.#parts.isBegun(decision)) return
    const cause = this.#causes.of(decision.subject)
    if (!cause) return this.#ask(decision)
    this.#report(decision, null, {outcome: 'postponed', code: 'common_cause', message: causeWords(cause)})
  }

  /**
   * `null` = what became of it is published already. What a rule decided while it did less (it only simulated, or asked) is
   * no more than that: the time that it watched counts for nothing, and it decides again.
   */
  #modeOf(decision: Decision): 'simulate' | 'ask' | 'live' | null {
    const mode = this.#parts.rules.of(decision.ruleId)?.rule.mode ?? 'off'
    const raised = {outcome: 'cancelled', code: 'changed_meanwhile', message: 'rule_mode'} as const
    const isRaised = decision.mode !== 'off' && ruleModes.indexOf(decision.mode) < ruleModes.indexOf(mode)
    const verdict = this.#hand.standing(decision) ?? (isRaised ? raised : null)
    // Whoever is switched off says nothing, and neither does whoever was off when he decided.
    if (verdict && mode !== 'off') this.#report(decision, null, verdict)
    return verdict || mode === 'off' || decision.mode === 'off' ? null : mode
  }

  async #simulate(decisions: readonly Decision[]): Promise<void> {
    await this.#lines.simulated(decisions)
    for (const decision of decisions) this.#report(decision, null, {outcome: 'simulated'})
  }

  async #ask(decision: Decision): Promise<void> {
    try {
      const isNew = await this.#approvals.ask({decision, entry: this.#lines.asked(decision, null)})
      if (isNew) this.#report(decision, null, {outcome: 'waiting'})
    } catch (error) {
      this.#fault(decision, error)
    }
  }

  /**
   * In order; a failing one stops those behind it. What its server cannot do at all stops only what destroys something, or
   * takes it out of sight, as that may rely on it; and where it is that itself, all that would follow on it. @returns what has to wait, of which nothing was sent
   */
  async #act(decision: Decision, run: RunBudget): Promise<Left | null> {
    let rest = decision
    let unable: {readonly action: WantedAction; readonly verdict: Verdict} | null = null
    const harmless = new Set(decision.actions.filter((action) => !isGrave({action})))
    for (const action of decision.actions) {
      if (unable !== null && !harmless.has(action)) break
      const verdict = await this.#hand.act(rest, action, run, endsOf(decision, action))
      const before = rest
      rest = without(rest, action)
      if (verdict.outcome === 'done') await this.#lines.done(decision, action, verdict)
      if (verdict.ended) this.#report(decision, action, {outcome: verdict.ended})
      if (verdict.outcome === 'done') continue
      // Its end is published when it is known.
      if (verdict.outcome === 'unconfirmed') return null
      const behind = from(decision, action)
      const left = {...before, actions: unable === null ? behind : behind.filter((it) => harmless.has(it))}
      if (verdict.code === LAST_ANNOUNCE) {
        this.#parts.ends.held(decision, action, verdict)
        return {decision: left, isAnnouncing: true}
      }
      if (verdict.code === COMES_BACK) {
        // Somebody said yes to it already; how far it is the saga tells.
        if (this.#parts.isBegun(decision)) return null
        // First: what is told last is what people read.
        await this.#ask(left)
      }
      const isUnable = verdict.isSettled === true && harmless.has(action)
      const said = isUnable && behind.some((it) => !harmless.has(it)) ? andNoMore(verdict) : verdict
      await this.#lines.notDone(decision, action, said)
      if (isUnable) {
        unable ??= {action, verdict: said}
        rest = before
        continue
      }
      this.#report(decision, action, {...said, outcome: verdict.outcome})
      return verdict.outcome === 'postponed' ? {decision: left, isAnnouncing: false} : null
    }
    // Last: only another server, or another version of it, changes that.
    if (unable !== null) this.#report(decision, unable.action, {...unable.verdict, outcome: 'refused'})
    return null
  }

  #inTurn(decision: Decision, work: () => Promise<void>): Promise<void> {
    return this.#queue(decision.subject.serverId, () =>
      work().catch((error: unknown) => this.#fault(decision, error)),
    )
  }

  /** One after the other on each server. @throws what `work` throws */
  async #queue(serverId: ServerId | null, work: () => Promise<void>): Promise<void> {
    const server = serverId ?? ''
    const before = this.#queues.get(server) ?? Promise.resolve()
    const mine = before.then(work)
    const settled = mine.catch(() => {})
    this.#queues.set(server, settled)
    try {
      await mine
    } finally {
      if (this.#queues.get(server) === settled) this.#queues.delete(server)
    }
  }

  /** Once for all of a server for each reason: another reason is said again. */
  #reportNotStarted(name: string, about: NotStarted | null): void {
    const before = this.#notStarted.get(name)
    const cause = about && `${about.serverId} ${about.why}`
    if (cause === null) this.#notStarted.delete(name)
    else this.#notStarted.set(name, cause)
    // It is said again of each of very many every minute: mostly nothing changed.
    if (before === cause) return
    if (before !== undefined && ![...this.#notStarted.values()].includes(before))
      this.#notStartedAlerts.end(before)
    if (about === null || cause === null) return
    const {serverId, why} = about
    this.#notStartedAlerts.begin(cause, {
      by: 'Quarantine',
      subject: 'server',
      serverId,
      name: null,
      code: 'quarantine_not_started',
      heals: false,
      args: {},
      message: `Torrents in quarantine on ${serverId} are to be started again, and stay stopped. ${why} Commodarr tries again every minute. Or start one yourself and confirm it.`,
    })
  }

  #fault(decision: Decision, error: unknown): void {
    if (error instanceof QuotaUsedUp) this.#lines.reportQuota(decision.ruleId)
    else this.#parts.log.error({err: error, ruleId: decision.ruleId}, 'a decision could not be carried out')
    const known = error instanceof CommodarrError ? error : untried
    this.#report(decision, null, {outcome: 'failed', code: known.code, message: known.message})
  }

  #report(decision: Decision, action: WantedAction | null, end: Reported): void {
    const {outcome, code = '', message = '', isCostly, isSettled} = end
    const its = endsOf(decision, action)
    this.#parts.ends.publish({...its, outcome, code, message, isCostly, isSettled})
  }
}

/** As it is called in the journal. */
interface NamedTorrent {
  readonly key: TorrentKey
  readonly name: string
}

interface LiveDecision {
  readonly decision: Decision
  readonly run: RunBudget
}

/** Torrents whose actions are carried out at once: as many as the executor judges and sends together. */
const TOGETHER = 500

/**
 * Actions that spend nothing that is counted for several torrents together, and whose order among torrents does not
 * matter. All others (removals, checks of data, moves, places in a queue) are judged when those before them are done.
 */
const independent: ReadonlySet<ActionName> = new Set<ActionName>([
  ...(['tag', 'untag', 'category', 'start', 'stop', 'forceStart', 'limits'] as const),
  ...(['superSeed', 'sequential', 'note', 'notify', 'skip'] as const),
])

/**
 * What is carried out together, in the order of deciding: equal harmless actions of one rule on one server. No decision
 * of a torrent comes before one that was made before it.
 */
function turnsOf(live: readonly LiveDecision[]): readonly (readonly LiveDecision[])[] {
  const turns: LiveDecision[][] = []
  const openTurns = new Map<string, number>()
  const lastTurns = new Map<string, number>()
  for (const it of live) {
    const {ruleId, ruleRevision, subject, actions} = it.decision
    const mayJoin = subject.kind === 'torrent' && actions.every((action) => mayGoTogether(action))
    const alike = JSON.stringify([subject.serverId, ruleId, ruleRevision, actions])
    const open = mayJoin ? openTurns.get(alike) : undefined
    const isBehind = open !== undefined && open > (lastTurns.get(subject.key) ?? -1)
    const at = isBehind && turns[open]!.length < TOGETHER ? open : turns.length
    if (at === turns.length) turns.push([])
    turns[at]!.push(it)
    if (mayJoin) openTurns.set(alike, at)
    lastTurns.set(subject.key, at)
  }
  return turns
}

function mayGoTogether({action, class: gravity, params}: WantedAction): boolean {
  return independent.has(action) && gravity !== 'destructive' && params['moveData'] !== true
}

/** What a guard put off is tried again so late. */
const AGAIN_MS = 60_000
/** Of what is asked, each time. */
const JUDGED_AGAIN = 50

const CAME_IN =
  'Its Arr blocklisted it for not coming in, and now all of it is there: that Arr takes it in no more. Yes removes it after all, no keeps it.'

const notKnownNow = {code: 'not_ready', message: 'Whether its rule wants it still is not known now.'}

const timeOver = 'The time of this rule does not run for this torrent now.'
const needsLook = 'What this rule would do is looked up only when its time is over.'
const ownRemoval =
  'What takes a torrent away is not done early by its rule: remove it yourself, where you see what else needs its files.'

const withdrawn = {
  outcome: 'cancelled',
  code: 'forbidden',
  message: 'The user who approved it no longer has permission to do it.',
} as const

const untried = {code: 'internal', message: 'It could not be tried.'}

interface Left {
  readonly decision: Decision
  /** Its removal waits for its last announce alone. */
  readonly isAnnouncing: boolean
}

type Reported = Pick<RuleActionEnded, 'outcome'> &
  Partial<Pick<RuleActionEnded, 'code' | 'message' | 'isCostly' | 'isSettled'>>

/** What it wants waits for nobody, or for a yes. */
const mayAct: ReadonlySet<RuleMode> = new Set<RuleMode>(['live', 'ask'])
/** Its rule wants it still; also one that acts at other hours, as the person says when. */
const wantsIt: ReadonlySet<RuleOutcome> = new Set<RuleOutcome>(['due', 'candidate', 'closed'])

/** A removal may be meant only for what was marked, moved or copied before. */
function andNoMore(verdict: Verdict): Verdict {
  return {...verdict, message: `${verdict.message} What its rule would remove or set aside after that stays.`}
}

/** It and what is behind it. */
function from({actions}: Decision, action: WantedAction): readonly WantedAction[] {
  return actions.slice(actions.indexOf(action))
}
