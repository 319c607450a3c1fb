/**
 * Carries out one action of a decision, once it is ruled that it may be done (`action-authorizer.ts`): through the executor
 * or an Arr. In the moment of sending all of it is looked at once more, as the journal took its time.
 */
import {randomUUIDv7} from 'node:crypto'
import {bytesAtStake} from '#executor/guards/rules/budget.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import {copyOf, isGrave, type DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import type {Judgement} from '#executor/guards/evaluate-guards.ts'
import {isRepair, mayMove} from '#executor/guards/rules/loops.ts'
import type {DecidedOrder, OrderTerms} from '#executor/order-terms.ts'
import {LAST_ANNOUNCE, type BegunEntry, type Ruling, type Verdict} from '#executor/outcomes.ts'
import {decidedOf, ruleActor, type GuardedAction} from '#executor/rule-entry.ts'
import {quarantineTag} from '#model/automation-state.ts'
import {isRemoval, type AnyTorrentCommand} from '#model/command.ts'
import {hangsOn, type ArrGate, type Decision, type EndsWith, type WantedAction} from '#model/decision.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import {actionKinds, type ActionName} from '#model/rule.ts'
import type {ItemResult} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TrashVerb} from '#model/trash.ts'
import type {Seconds} from '#model/units.ts'
import type {OrphanRemover} from '#orphans/orphan-remover.ts'
import type {PathQuarantines} from '#orphans/path-quarantines.ts'
import {without} from '#rules/lasting-preconditions.ts'
import type {ExtraFiles} from '#trash/extra-files.ts'
import {notKept} from '#trash/recycling.ts'
import type {Recycling} from '#trash/recycling.ts'
import {KEPT_DAYS, type TrashService} from '#trash/trash-service.ts'
import {lookedAt} from '#rules/trace-now.ts'
import type {Copying} from '../copies/copying.ts'
import type {Programs} from '../programs/programs.ts'
import {
  ActionAuthorizer,
  confirmed,
  done,
  noTorrent,
  notDone,
  refusedWith,
  trackersOf,
  type ActionAuthorizerDeps,
} from './action-authorizer.ts'
import type {ActionEnds} from './action-ends.ts'
import {targetOf, type ActionDetails, type ActionTarget} from './action-commands.ts'
import type {LastAnnounces} from './last-announces.ts'
import type {Quarantines} from './quarantines.ts'
import type {ReannounceScheduler, ReannounceTurn} from './reannounce-scheduler.ts'
import type {LibraryClaims} from '../facts/library-claims.ts'
import type {LastLook} from '../sagas/fail-download.ts'
import type {Refusals, Refused} from './refusals.ts'
import type {MovesOfRules} from './moves-of-rules.ts'
import type {Repairs} from './repairs.ts'
import type {RuleJournalWriter} from './rule-journal-writer.ts'
import {RunBudget} from './run-budget.ts'
import {SpecialActions} from './special-actions.ts'
import {saidByPeople} from './user-overrides.ts'

export interface RuleActionRunnerDeps extends ActionAuthorizerDeps {
  readonly recycling: Pick<Recycling, 'begin'>
  readonly extraFiles: Pick<ExtraFiles, 'begin'>
  readonly copying: Pick<Copying, 'begin' | 'stands' | 'lookAgain'>
  readonly orphans: Pick<OrphanRemover, 'actForRule'>
  readonly pathQuarantines: Pick<PathQuarantines, 'of' | 'begin'>
  readonly programs: Pick<Programs, 'lately' | 'objection' | 'start'>
  readonly executor: {run(order: DecidedOrder): Promise<readonly ItemResult[]>}
  readonly arr: ArrGate
  readonly ends: Pick<ActionEnds, 'step'>
  readonly lines: Pick<RuleJournalWriter, 'announce'>
  readonly reannounces: Pick<ReannounceScheduler, 'turn' | 'count'>
  readonly lastAnnounces: Pick<LastAnnounces, 'turn' | 'count' | 'end' | 'left'>
  readonly repairs: Pick<Repairs, 'of' | 'checksOf' | 'count'>
  readonly moves: Pick<MovesOfRules, 'of' | 'count'>
  readonly refusals: Pick<Refusals, 'of' | 'count' | 'forget'>
  readonly quarantines: Quarantines
  readonly trash: Pick<TrashService, 'over' | 'purge' | 'keep' | 'forget' | 'mayGo'>
  readonly details: ActionDetails
  readonly libraries: Pick<LibraryClaims, 'look' | 'of' | 'lookAgain'>
  readonly naming: Pick<CommandExecutor, 'objectionToFolder'>
}

export class RuleActionRunner {
  readonly #parts: RuleActionRunnerDeps
  readonly #ruling: ActionAuthorizer
  readonly #special: SpecialActions
  /** By rule and subject, how a removal that waits is counted no longer. */
  readonly #reserved = new Map<string, () => void>()

  constructor(parts: RuleActionRunnerDeps) {
    this.#parts = parts
    this.#ruling = new ActionAuthorizer(parts)
    this.#special = new SpecialActions(parts, this.#ruling)
  }

  /** Whether its rule still wants it; `null` = it does. */
  standing(decision: Decision): Ruling | null {
    return this.#ruling.standing(decision)
  }

  /** @param ends the action of its rule, as it was decided */
  async act(decision: Decision, action: WantedAction, run: RunBudget, ends: EndsWith): Promise<Verdict> {
    this.#release(decision)
    // Whoever was asked and said yes wants it tried.
    const refused = run.causeId === null ? this.#parts.refusals.of(decision, action) : null
    if (refused) return refusedWith(decision, action, null, refusedLately(refused))
    const verdict = await this.#act(decision, action, run, ends)
    this.#settleRoom(decision, action, verdict)
    await this.#learn(decision, action, verdict)
    return verdict
  }

  /** What waits for its last announce alone goes soon. */
  #settleRoom(decision: Decision, action: WantedAction, {outcome, code}: Verdict): void {
    if (!isGrave({action}) || code === LAST_ANNOUNCE) return
    this.#ruling.settleRoom(decision, outcome === 'done' || outcome === 'unconfirmed')
  }

  /** It is counted when it is sent. */
  #release(decision: Decision): void {
    const name = nameOf(decision)
    this.#reserved.get(name)?.()
    this.#reserved.delete(name)
  }

  /** What was refused is tried again ever later, and as before once it was taken. */
  async #learn(decision: Decision, action: WantedAction, verdict: Verdict): Promise<void> {
    const {refusals} = this.#parts
    const {outcome, code, message} = verdict
    if (outcome === 'done') await refusals.forget(decision, action)
    if (outcome === 'failed' || outcome === 'refused') await refusals.count(decision, action, code, message)
  }

  async #act(decision: Decision, action: WantedAction, run: RunBudget, ends: EndsWith): Promise<Verdict> {
    const target = targetOf(action)
    if (target.to === 'nobody')
      return refusedWith(decision, action, null, {
        outcome: 'refused',
        code: 'not_supported',
        message: target.why,
        isSettled: true,
      })
    if (target.to === 'quarantine') return this.#quarantine(decision, action, run, ends)
    if (target.to === 'emptying') return this.#special.empty(decision, action, run)
    if (target.to === 'trackers') return this.#reannounce(decision, action, run, ends)
    if (target.to === 'program') return this.#special.program(decision, action, run)
    const evaluated = await this.#ruling.authorize(decision, action, run)
    if ('outcome' in evaluated) return evaluated
    if (target.to === 'orphans') return this.#special.orphan(decision, evaluated, run, target.verb)
    if (evaluated.judgement.answer === 'quarantine') return this.#setAside(decision, evaluated, run)
    if (target.to === 'arr') return this.#throughArr(decision, evaluated, run)
    if (target.to === 'trash') return this.#recycle(decision, evaluated, run, ends)
    if (target.to === 'anotherServer') {
      const end = await this.#special.copy(decision, evaluated)
      return 'next' in end ? this.act(decision, end.next, run, ends) : end
    }
    if (target.to === 'folder') return this.#special.clearFolder(decision, evaluated, run)
    if (target.to === 'itself') return confirmed
    if (target.to === 'journal') return {...confirmed, decided: decidedOf(decision, action, evaluated)}
    const found =
      target.to === 'server' ? target.commands : await this.#lookUp(target, evaluated.item.key, decision)
    if ('why' in found)
      return refusedWith(
        decision,
        action,
        evaluated,
        notDone({outcome: 'refused', code: found.code, message: found.why}),
      )
    // It is as it shall be already.
    if (found.length === 0) return confirmed
    const last = found.at(-1)
    const checks = found.some(({verb}) => verb === 'recheck')
    if (checks || isRepair(evaluated.item)) await this.#parts.repairs.count(decision.subject, checks)
    const takeBack = mayMove(evaluated.item) ? await this.#parts.moves.count(decision, action) : null
    let rest = decision
    for (const command of found) {
      const its = command === last ? ends : undefined
      const verdict = await this.#send(rest, evaluated, degraded(command, evaluated.judgement), run, its)
      rest = without(decision, action)
      // The second half of limits does not hang on the first, and tells of both.
      const goesOn = verdict.outcome === 'unconfirmed' && command !== last
      const isTaken = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
      if (!isTaken && command === found[0]) await takeBack?.()
      if (verdict.outcome !== 'done' && !goesOn) return verdict
    }
    return done
  }

  async #lookUp(
    {commands}: Extract<ActionTarget, {to: 'lookUp'}>,
    key: TorrentKey | null,
    {ruleId}: Decision,
  ): Promise<readonly AnyTorrentCommand[] | {readonly why: string; readonly code: string}> {
    if (key === null) return {why: noTorrent.message, code: noTorrent.code}
    try {
      const mayName = (folder: string) => {
        const rule = this.#parts.rules.of(ruleId)
        return (
          rule !== null && this.#parts.naming.objectionToFolder(rule.access, key.serverId, folder) === null
        )
      }
      const found = await commands({key, details: this.#parts.details, mayName})
      return 'why' in found ? {...found, code: 'not_supported'} : found
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {why: error.message, code: error.code}
    }
  }

  /** By what is so now. What has to pass first is waited for; what a person protects, or a rule does not want, is over. */
  async lastLook(decision: Decision, action: WantedAction): Promise<LastLook> {
    const evaluated = await this.#ruling.authorize(decision, action, new RunBudget())
    if (!('outcome' in evaluated)) return {is: 'wanted'}
    const {outcome, code, message, isCostly = false} = evaluated
    const isOver = outcome === 'cancelled' || outcome === 'suspended' || protectedByPeople.has(code)
    return isOver ? {is: 'over', why: message} : {is: 'later', why: {code, message}, isCostly}
  }

  /** After so many ms the wait for its last announce is looked at again; 0 = its removal does not wait. */
  async announcing({subject}: Pick<Decision, 'subject'>): Promise<number> {
    const key = this.#parts.facts.torrent(subject)
    return key ? this.#parts.lastAnnounces.left(key) : 0
  }

  /** Resolves when its end is known. */
  async removeFor(decision: Decision, action: WantedAction, run: RunBudget): Promise<Verdict> {
    this.#release(decision)
    const verdict = await this.#removeFor(decision, action, run)
    this.#settleRoom(decision, action, verdict)
    return verdict
  }

  async #removeFor(decision: Decision, action: WantedAction, run: RunBudget): Promise<Verdict> {
    const evaluated = await this.#ruling.authorize(decision, action, run)
    if ('outcome' in evaluated) return evaluated
    if (evaluated.judgement.answer === 'quarantine') return this.#setAside(decision, evaluated, run)
    const verb = action.losesBytes ? 'removeWithData' : 'remove'
    const command = degraded({verb, args: {}}, evaluated.judgement)
    const sagaId = run.causeId ?? randomUUIDv7()
    const step = this.#parts.ends.step(sagaId)
    try {
      const verdict = await this.#send(decision, evaluated, command, run, {by: 'step', sagaId})
      const isOut = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
      const ended = isOut ? {...verdict, outcome: await step.end} : verdict
      await this.#learn(decision, action, ended)
      return ended
    } finally {
      step.forget()
    }
  }

  async #send(
    decision: Decision,
    {item, judgement}: GuardedAction,
    command: AnyTorrentCommand,
    run: RunBudget,
    ends: EndsWith | undefined,
    causeId = run.causeId,
  ): Promise<Verdict> {
    const key = item.key
    const {trash} = this.#parts
    if (!key) return refusedWith(decision, item.action, {item, judgement}, noTorrent)
    if (isRemoval(command)) {
      const waits = await this.#announceFirst(decision, {item, judgement}, key, run)
      if (waits) return waits
    }
    const id = randomUUIDv7()
    const isKept = isRemoval(command) && !keptOtherwise.has(item.action.action)
    if (isKept) {
      const no = await this.#keep(id, key, decision, {command, judgement})
      if (no) return {...refusedWith(decision, item.action, {item, judgement}, no), isCostly: true}
    }
    const grave = isGrave(item)
    const giveBack = grave ? await this.#ruling.spend(id, item, run) : async () => {}
    const keptAs = isKept ? id : item.action.action === 'recycle' ? causeId : null
    const objection = () =>
      this.#ruling.objection(decision, {item, judgement}, command) ??
      // A person may bring it back while it is looked at.
      (keptAs === null || trash.mayGo(keptAs) ? null : notKept)
    let isWritten = false
    const written = () => void (isWritten = true)
    const files = await this.#filesBefore(key, command)
    const by = {actor: ruleActor(item.rule.name), access: this.#parts.rules.of(decision.ruleId)!.access}
    const terms: OrderTerms = {
      id,
      files,
      objection,
      ...(isRemoval(command) && {lookAgain: () => this.#lookAgain(decision, item.action, key, command)}),
      written,
      ends,
      journal: {
        ruleId: decision.ruleId,
        decided: decidedOf(decision, item.action, {item, judgement}),
        isBrief: item.action.class !== 'destructive',
        ...(causeId !== null && {causeId}),
      },
    }
    const [result] = await this.#parts.executor.run({by, keys: [key], command, terms: () => terms})
    const {result: outcome} = result!
    const isOut = outcome.outcome === 'done' || outcome.outcome === 'unconfirmed'
    if (isRemoval(command) && isOut) await this.#parts.lastAnnounces.end(key)
    if (outcome.outcome === 'done') return done
    if (outcome.outcome === 'unconfirmed')
      return {outcome: 'unconfirmed', code: outcome.code, message: outcome.message}
    if (isKept && trash.mayGo(id)) await trash.forget(id)
    if (outcome.outcome === 'refused') await giveBack()
    else this.#ruling.failed(key.serverId)
    // So its client says of that kind or version of server.
    const isSettled = outcome.outcome === 'refused' && outcome.code === 'not_supported'
    const no = {...notDone(outcome), ...(isSettled && {isSettled})}
    // Each try writes a line of its own: it rests longer than what was only looked at.
    return isWritten ? {...no, isCostly: true} : refusedWith(decision, item.action, {item, judgement}, no)
  }

  /** Never rejects. */
  async #lookAgain(
    decision: Decision,
    action: WantedAction,
    key: TorrentKey,
    {verb}: AnyTorrentCommand,
  ): Promise<void> {
    const {facts, libraries, copying} = this.#parts
    const left = copyOf(action)
    const looked = lookedAt(hangsOn(decision))
    await Promise.all([facts.lookAgain(decision.subject, looked), left && copying.lookAgain(key, left)])
    if (verb === 'removeWithData') await libraries.lookAgain(key)
  }

  /** Of a private torrent the last upload is announced before it goes. @returns `null` = its removal waits for nothing */
  async #announceFirst(
    decision: Decision,
    {item, judgement}: GuardedAction,
    key: TorrentKey,
    run: RunBudget,
  ): Promise<Verdict | null> {
    const {lastAnnounces} = this.#parts
    const turn = await lastAnnounces.turn(item, key)
    if (turn.is === 'go') return null
    if (turn.is === 'ask') {
      await lastAnnounces.count(key, turn.before)
      const action = {action: 'reannounce', params: {}, ...actionKinds.reannounce} as const
      const evaluated = {item: {...item, action}, judgement}
      const {outcome} = await this.#send(decision, evaluated, {verb: 'reannounce', args: {}}, run, undefined)
      if (outcome !== 'done' && outcome !== 'unconfirmed') {
        await lastAnnounces.end(key)
        return null
      }
    }
    this.#reserved.set(nameOf(decision), this.#ruling.reserve(randomUUIDv7(), item, run))
    return {outcome: 'postponed', code: LAST_ANNOUNCE, message: announcedFirst}
  }

  /** A server that does not tell its files now costs the way back, not the command. */
  async #filesBefore(key: TorrentKey, {verb}: AnyTorrentCommand): Promise<readonly TorrentFile[] | null> {
    return verb === 'setFilePriority' ? this.#parts.details.files(key).catch(() => null) : null
  }

  /** Nothing is removed that could not be brought back. @returns why it is not kept */
  async #keep(
    id: string,
    key: TorrentKey,
    {ruleId, ruleRevision: revision}: Decision,
    {command: {verb}, judgement}: {readonly command: AnyTorrentCommand; readonly judgement: Judgement},
  ): Promise<Ruling | null> {
    const rule = {id: ruleId, revision}
    try {
      const message = judgement.answer === 'degrade' ? dataStays(judgement) : null
      const what = {id, verb: verb as TrashVerb, plan: null, message}
      await this.#parts.trash.keep(key, {...what, rule, userId: null, days: KEPT_DAYS})
      return null
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {outcome: 'postponed', code: error.code, message: error.message}
    }
  }

  /** Where others need the data only the torrent goes. */
  async #recycle(
    decision: Decision,
    evaluated: GuardedAction,
    run: RunBudget,
    ends: EndsWith,
  ): Promise<Verdict> {
    const {item, judgement} = evaluated
    if (judgement.answer !== 'degrade' && item.key)
      return this.#special.recycle(decision, evaluated, item.key)
    const alone: WantedAction = {action: 'remove', params: {}, ...actionKinds.remove}
    const verb = {verb: 'remove', args: {}} as const
    return this.#send(decision, {item: {...item, action: alone}, judgement}, verb, run, ends)
  }

  /** What it waits for is known without a look at anything. */
  async #reannounce(
    decision: Decision,
    action: WantedAction,
    run: RunBudget,
    ends: EndsWith,
  ): Promise<Verdict> {
    const {reannounces, lastAnnounces, details} = this.#parts
    const turn = reannounces.turn(decision, action.params)
    if (turn.is === 'wait') return trackersAsked(turn)
    if (turn.is === 'past') return confirmed
    const evaluated = await this.#ruling.authorize(decision, action, run)
    if ('outcome' in evaluated) return evaluated
    const apart = decision.subject.serverId === null ? 0 : details.announcesApart(decision.subject.serverId)
    const takeBack = await reannounces.count(decision, action.params, apart)
    // A removal behind it waits for this announce, and needs no other.
    const {key} = evaluated.item
    const isLast = key !== null && decision.actions.some((it) => isGrave({action: it}))
    if (isLast) await lastAnnounces.count(key, null)
    const after = () => reannounces.turn(decision, action.params)
    const its = after().is === 'wait' ? undefined : ends
    const verdict = await this.#send(decision, evaluated, {verb: 'reannounce', args: {}}, run, its)
    const isOut = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
    if (!isOut) await takeBack()
    if (!isOut && isLast) await lastAnnounces.end(key)
    const next = after()
    return isOut && next.is === 'wait' ? trackersAsked(next) : verdict
  }

  /**
   * An Arr that moves files into its library takes them from whoever else has them, and from their tracker. Where the same
   * guards would not let them be moved elsewhere, or something is owed, it copies them: nothing is lost by that.
   */
  async #imported(decision: Decision, {action}: DecisionItem, run: RunBudget): Promise<WantedAction> {
    if (action.action !== 'arr.import' || action.params['mode'] !== 'move') return action
    const isFree = await this.#ruling.mayLeave(decision, run)
    return isFree ? action : {...action, params: {...action.params, mode: 'copy'}}
  }

  /** What it costs is counted when it is sent; until then within this run, so that no more are begun than may end. */
  async #throughArr(decision: Decision, evaluated: GuardedAction, run: RunBudget): Promise<Verdict> {
    const {item} = evaluated
    const action = await this.#imported(decision, item, run)
    const announced: {begun?: BegunEntry} = {}
    let outdated: Ruling | null = null
    const outcome = await this.#parts.arr.act(decision, action, async ({args}) => {
      const begun = {id: randomUUIDv7(), args}
      await this.#parts.lines.announce(decision, action, begun, decidedOf(decision, action, evaluated))
      announced.begun = begun
      // Its Arr was asked meanwhile, and the journal took its time.
      outdated = this.#ruling.outdated(decision, 'glance')
      if (outdated) throw new CommodarrError('changed_meanwhile', outdated.message)
    })
    if (outdated) return {...refusedWith(decision, action, evaluated, outdated), ...announced}
    if (outcome.outcome === 'done' && isGrave(item)) run.add(trackersOf(item), bytesAtStake(item) ?? 0)
    if (outcome.outcome !== 'done')
      return {...notDone(outcome), decided: decidedOf(decision, action, null), isCostly: true, ...announced}
    const {change} = outcome
    if (change === null) return {...done, ended: 'sent', ...announced}
    return {
      ...done,
      ended: 'sent',
      decided: decidedOf(decision, action, evaluated),
      byArr: change,
      ...announced,
    }
  }

  /** What a rule asks for itself, and what shall become of it in the end. */
  async #quarantine(
    decision: Decision,
    action: WantedAction,
    run: RunBudget,
    ends: EndsWith,
  ): Promise<Verdict> {
    const now = this.#parts.quarantines.of(decision)
    const {for: needed, end = 'restore'} = action.params as {for: Seconds; end?: QuarantineEnd}
    if (now?.isOver && end !== 'restore')
      return this.act(decision, {action: end, params: {}, ...actionKinds[end]}, run, ends)
    if (now && !now.isTakenBack) {
      const message = 'It is in quarantine.'
      return refusedWith(decision, action, null, {outcome: 'postponed', code: 'in_quarantine', message})
    }
    const evaluated = await this.#ruling.authorize(decision, action, run)
    if ('outcome' in evaluated) return evaluated
    return this.#setAside(decision, evaluated, run, {needed, isForATime: end === 'restore'})
  }

  /** Out of everybody's way until its time is over; whoever wants it gone then has to decide so again. */
  async #setAside(
    decision: Decision,
    {item, judgement}: GuardedAction,
    run: RunBudget,
    wanted?: {readonly needed: Seconds; readonly isForATime: boolean},
  ): Promise<Verdict> {
    const {quarantines} = this.#parts
    const needed = wanted?.needed ?? (judgement.objection!.detail['needed'] as number)
    const id = randomUUIDv7()
    await quarantines.begin(decision, {id, needed, isForATime: wanted?.isForATime ?? false})
    const asWanted = (action: 'quarantine' | 'tag') => ({
      item: {...item, action: {action, params: {}, ...actionKinds[action]}},
      judgement,
    })
    const stop = {verb: 'stop', args: {}} as const
    const verdict = await this.#send(decision, asWanted('quarantine'), stop, run, undefined, id)
    if (verdict.outcome !== 'done' && verdict.outcome !== 'unconfirmed') {
      await quarantines.drop(decision)
      return verdict
    }
    // That it was stopped is our own doing.
    const stopped = {...decision, preconditions: decision.preconditions.filter(({fact}) => fact !== 'state')}
    const tag = {verb: 'addTags', args: {tags: [quarantineTag]}} as const
    const tagging = await this.#send(stopped, asWanted('tag'), tag, run, undefined, id)
    // Where a server has no tags, or does not take it, the torrent is set aside anyway.
    if (tagging.outcome === 'done') await quarantines.tagged(decision)
    return {
      ...refusedWith(
        decision,
        item.action,
        {item, judgement},
        {outcome: 'quarantined', code: 'quarantine_first', message: ''},
      ),
      id,
    }
  }
}

/** Its line in the journal is that of the command. */
function trackersAsked({attempts, most}: Extract<ReannounceTurn, {is: 'wait'}>): Verdict {
  const times = most === 1 ? '' : ` (${attempts} of ${most})`
  const message = `Its trackers were asked${times}: what is behind that waits for them.`
  return {outcome: 'postponed', code: 'trackers_asked', message}
}

function nameOf({ruleId, subject}: Decision): string {
  return `${ruleId} ${subject.key}`
}

const announcedFirst =
  'Its tracker is first sent the uploaded amount: the torrent is removed after that, at most a minute later.'

function refusedLately({count, nextAt, why}: Refused): Ruling {
  const times = count === 1 ? 'once' : `${count} times`
  const again = new Date(nextAt).toISOString()
  const message = `It was refused ${times}: ${why} It is tried again at ${again}, or as soon as the rule is saved.`
  return {outcome: 'postponed', code: 'refused_lately', message}
}

const protectedByPeople: ReadonlySet<string> = new Set([
  'kept',
  'pinned',
  'taken_back',
  'changed_by_hand',
  ...saidByPeople,
])

type QuarantineEnd = 'restore' | 'remove' | 'removeWithData'

/** What is in the trash before its removal is sent, and what is not worth it: a download that failed. */
const keptOtherwise: ReadonlySet<ActionName> = new Set<ActionName>(['recycle', 'failDownload'])

/** Why the data of what was degraded is not in the trash, for people. */
function dataStays({verdicts}: Judgement): string {
  return verdicts.some(({code}) => code === 'nothing_written')
    ? 'What lies in its place stays there: it never had a byte of its own.'
    : 'Its data stays where it is: other torrents need some of it.'
}

/** Where others need the data, or it has none of its own, the torrent goes alone. */
function degraded(command: AnyTorrentCommand, {answer}: Judgement): AnyTorrentCommand {
  return command.verb === 'removeWithData' && answer === 'degrade' ? {verb: 'remove', args: {}} : command
}
