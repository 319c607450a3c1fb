/**
 * Carries out one action of a decision: facts read again, guards, budget, and then the executor or an Arr. In the moment
 * of sending all of it is looked at once more, as the journal took its time.
 */
import {randomUUIDv7} from 'node:crypto'
import type {JournalDecision} from '#journal/decided.ts'
import type {Clock} from '#kit/clock.ts'
import {TrustedTime} from '#kit/trusted-time.ts'
import type {Spent} from '#memory/spent.ts'
import type {Suspensions} from '#memory/suspensions.ts'
import type {ItemOutcome} from '#model/command.ts'
import type {ArrGate, DecisionFacts, DecisionOutcome, StandingRule} from '#model/decision-desk.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {TrashRecord} from '#model/memory.ts'
import {actionKinds, type ActionName, type RuleId} from '#model/rule.ts'
import type {ItemResult} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TrashVerb} from '#model/trash.ts'
import {DAY, HOUR, MINUTE, type Bytes, type EpochMs, type Seconds} from '#model/units.ts'
import type {AnyTorrentCommand} from '../approve.ts'
import {bytesAtStake} from '../guards/decision/budget.ts'
import {
  copyOf,
  isDelicate,
  isGrave,
  type DecisionItem,
  type LeftCopy,
  type ServerSituation,
} from '../guards/decision/decision-guard.ts'
import type {DecisionLimits} from '../guards/decision/decision-limits.ts'
import type {Refusal} from '../guards/guard.ts'
import {judgeDecision, type Judgement} from '../guards/decision/judge.ts'
import {supposed} from '../guards/decision/supposed.ts'
import type {Copying} from '../copies/copying.ts'
import type {CommandEnd, TermedOrder} from '../order-terms.ts'
import type {ExtraFiles} from '../trash/extra-files.ts'
import type {Programs} from '../programs/programs.ts'
import type {Recycling} from '../trash/recycling.ts'
import {KEPT_DAYS, type TrashKeeper} from '../trash/trash-keeper.ts'
import {errandOf, type ActionDetails, type Errand} from './action-commands.ts'
import {decidedOf, type Judged} from './decided.ts'
import {without} from './own-changes.ts'
import {quarantineTag, type Quarantines} from './quarantines.ts'
import type {Reannounces, ReannounceTurn} from './reannounces.ts'
import {RunTally} from './run-tally.ts'
import {ruleActor, verdictEntry} from './verdict-entry.ts'

export interface HandParts {
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly arr: ArrGate
  /** As it stands now; `null` = there is none. */
  readonly rules: (id: RuleId) => StandingRule | null
  readonly facts: DecisionFacts
  readonly situation: (id: ServerId | null) => Omit<ServerSituation, 'failures'>
  readonly limits: DecisionLimits
  readonly spent: Pick<Spent, 'spend' | 'giveBack' | 'within'>
  readonly suspensions: Pick<Suspensions, 'of' | 'suspend'>
  readonly quarantines: Quarantines
  readonly reannounces: Pick<Reannounces, 'turn' | 'count'>
  readonly trash: Pick<TrashKeeper, 'keep' | 'forget' | 'over' | 'purge'>
  readonly recycling: Pick<Recycling, 'begin'>
  readonly extraFiles: Pick<ExtraFiles, 'begin'>
  readonly copying: Pick<Copying, 'begin' | 'stands'>
  readonly programs: Pick<Programs, 'lately' | 'objection' | 'start'>
  readonly details: ActionDetails
  readonly clock: Clock
}

export interface Verdict {
  readonly outcome: 'done' | Exclude<DecisionOutcome, 'simulated' | 'waiting' | 'declined' | 'expired'>
  readonly code: string
  readonly message: string
  /** Absent = the journal has it already. */
  readonly decided?: JournalDecision
  /** Of the deed that it began. */
  readonly id?: string
  /** Servers, disks or Arrs were asked for it; absent = nobody was. */
  readonly isCostly?: boolean
}

type Told = (end: CommandEnd) => void

const FAILURES = 10 * MINUTE * 1_000
const done: Verdict = {outcome: 'done', code: '', message: ''}

export class DecisionHand {
  readonly #parts: HandParts
  /** When commands of rules failed, by the clock that does not jump. */
  readonly #failures = new Map<ServerId, number[]>()
  /** Subjects whose removal was sent, and whose end is not known yet. */
  readonly #outstanding = new Set<string>()
  readonly #time: TrustedTime

  constructor(parts: HandParts) {
    this.#parts = parts
    this.#time = new TrustedTime(parts.clock)
  }

  /** Whether its rule still wants it; `null` = it does. */
  standing(decision: Decision): Ruling | null {
    const rule = this.#parts.rules(decision.ruleId)?.rule
    if (!rule || rule.mode === 'off' || rule.revision !== decision.ruleRevision)
      return {outcome: 'cancelled', code: 'changed_meanwhile', message: 'rule_revision'}
    const suspended = this.#parts.suspensions.of(decision.ruleId)
    return suspended && {outcome: 'suspended', code: suspended.reason, message: 'Somebody has to look first.'}
  }

  async act(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const errand = errandOf(action)
    if (errand.to === 'nobody')
      return this.#no(decision, action, null, {
        outcome: 'refused',
        code: 'not_supported',
        message: errand.why,
      })
    if (errand.to === 'quarantine') return this.#quarantine(decision, action, run, ended)
    if (errand.to === 'emptying') return this.#empty(decision, action, run, ended)
    if (errand.to === 'trackers') return this.#reannounce(decision, action, run, ended)
    if (errand.to === 'program') return this.#program(decision, action, run, ended)
    const judged = await this.#judge(decision, action, run)
    if ('outcome' in judged) return judged
    if (judged.judgement.answer === 'quarantine') return this.#setAside(decision, judged, run)
    if (errand.to === 'arr') return this.#throughArr(decision, judged.item, run, ended)
    if (errand.to === 'trash') return this.#recycle(decision, judged, run, ended)
    if (errand.to === 'anotherServer') return this.#copy(decision, judged, run, ended)
    if (errand.to === 'folder') return this.#clearFolder(decision, judged, run)
    if (errand.to === 'itself' || errand.to === 'journal') {
      ended('confirmed')
      return errand.to === 'itself' ? done : {...done, decided: decidedOf(decision, action, judged)}
    }
    const found = errand.to === 'server' ? errand.commands : await this.#lookUp(errand, judged.item.key)
    if ('why' in found)
      return this.#no(decision, action, judged, {outcome: 'refused', code: found.code, message: found.why})
    // It is as it shall be already.
    if (found.length === 0) ended('confirmed')
    const last = found.at(-1)
    let rest = decision
    for (const command of found) {
      const told = command === last ? ended : () => {}
      const verdict = await this.#send(rest, judged, degraded(command, judged.judgement), run, told)
      rest = without(decision, action)
      // The second half of limits does not hang on the first, and tells of both.
      const goesOn = verdict.outcome === 'unconfirmed' && command !== last
      if (verdict.outcome !== 'done' && !goesOn) return verdict
    }
    return done
  }

  async #lookUp(
    {commands}: Extract<Errand, {to: 'lookUp'}>,
    key: TorrentKey | null,
  ): Promise<readonly AnyTorrentCommand[] | {readonly why: string; readonly code: string}> {
    if (key === null) return {why: 'It is about no torrent.', code: 'not_supported'}
    try {
      const found = await commands({key, details: this.#parts.details})
      return 'why' in found ? {...found, code: 'not_supported'} : found
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {why: error.message, code: error.code}
    }
  }

  /** Resolves when its end is known. */
  async removeFor(decision: Decision, action: WantedAction, run: RunTally): Promise<Verdict> {
    const judged = await this.#judge(decision, action, run)
    if ('outcome' in judged) return judged
    if (judged.judgement.answer === 'quarantine') return this.#setAside(decision, judged, run)
    const verb = action.losesBytes ? 'removeWithData' : 'remove'
    const command = degraded({verb, args: {}}, judged.judgement)
    const end = Promise.withResolvers<CommandEnd>()
    const verdict = await this.#send(decision, judged, command, run, end.resolve)
    const isOut = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
    return isOut ? {...verdict, outcome: await end.promise} : verdict
  }

  /** First by what is known already: a rule may want thousands, of which it may do ten. */
  async #judge(decision: Decision, action: WantedAction, run: RunTally): Promise<Judged | Verdict> {
    const {facts} = this.#parts
    const {subject, preconditions} = decision
    const ofGuards: readonly FactName[] = action.action === 'failDownload' ? ['arr.anyImported'] : []
    const names = [...preconditions.map(({fact}) => fact), ...ofGuards]
    let isCostly = false
    try {
      await facts.glance(subject)
      const first = await this.#judgeNow(decision, action, run, 'glance')
      if ('outcome' in first) return first
      isCostly = true
      await facts.refresh(subject, names, isDelicate({action}))
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const {code, message} = error
      return {...this.#no(decision, action, null, {outcome: 'postponed', code, message}), isCostly}
    }
    const judged = await this.#judgeNow(decision, action, run, 'read')
    return 'outcome' in judged ? {...judged, isCostly} : judged
  }

  /** @param by glance: what takes a look is supposed to be as it should */
  async #judgeNow(
    decision: Decision,
    action: WantedAction,
    run: RunTally,
    by: 'glance' | 'read',
  ): Promise<Judged | Verdict> {
    const stale = this.standing(decision) ?? this.#changed(decision, by)
    if (stale) return this.#no(decision, action, null, stale)
    const item = this.#item(decision, action, run, by)
    if (isGrave(item) && this.#outstanding.has(decision.subject.key))
      return this.#no(decision, action, null, {
        ...{outcome: 'postponed', code: 'outstanding'},
        message: 'Whether it was removed already is not known yet.',
      })
    const judged = {item, judgement: judgeDecision(item)}
    return (await this.#answered(decision, action, judged, run)) ?? judged
  }

  /** What guards that object make of it; `null` = it may be done. */
  async #answered(
    decision: Decision,
    action: WantedAction,
    judged: Judged,
    run: RunTally,
  ): Promise<Verdict | null> {
    const {judgement} = judged
    const no = answers[judgement.answer]
    if (!no) return null
    const {guard, code, detail, lift} = judgement.objection!
    if (no === 'postponed' && isOfCount(guard)) run.holdBack(decision.subject.serverId)
    if (no === 'suspended') {
      const {ruleId, ruleRevision: revision} = decision
      const at = this.#parts.clock.now()
      await this.#parts.suspensions.suspend({ruleId, revision, at, reason: guard, detail})
    }
    return this.#no(decision, action, judged, {outcome: no, code, message: lift})
  }

  /** @returns what differs from what it was decided on */
  #changed({subject, preconditions}: Decision, by: 'glance' | 'read'): Ruling | null {
    for (const {fact: name, value} of preconditions) {
      const fact = this.#parts.facts.fact(subject, name)
      if (by === 'glance' && ('unknown' in fact || hangsOnALook.has(name))) continue
      if ('unknown' in fact || JSON.stringify(sorted(fact.value)) !== JSON.stringify(sorted(value)))
        return {outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${name}`}
    }
    return null
  }

  async #send(
    decision: Decision,
    {item, judgement}: Judged,
    command: AnyTorrentCommand,
    run: RunTally,
    told: Told,
    causeId = run.causeId,
  ): Promise<Verdict> {
    const key = item.key
    if (!key) {
      const message = 'It is about no torrent.'
      return this.#no(
        decision,
        item.action,
        {item, judgement},
        {outcome: 'refused', code: 'not_supported', message},
      )
    }
    const id = randomUUIDv7()
    const isKept = isRemoval(command) && !keptOtherwise.has(item.action.action)
    if (isKept) {
      const no = await this.#keep(id, key, decision, command)
      if (no) return {...this.#no(decision, item.action, {item, judgement}, no), isCostly: true}
    }
    const grave = isGrave(item)
    const giveBack = grave ? await this.#spend(id, item, run) : async () => {}
    if (isRemoval(command)) this.#outstanding.add(decision.subject.key)
    const ended = (end: CommandEnd) => {
      this.#outstanding.delete(decision.subject.key)
      told(end)
    }
    const objection = () => this.#objection(decision, {item, judgement}, command)
    let isWritten = false
    const written = () => void (isWritten = true)
    const by = {actor: ruleActor(item.rule.name), access: this.#parts.rules(decision.ruleId)!.access}
    const [result] = await this.#parts.executor.run({
      by,
      keys: [key],
      command,
      terms: {
        ...{id, objection, written, ended},
        journal: {
          ...{ruleId: decision.ruleId, decided: decidedOf(decision, item.action, {item, judgement})},
          ...{isBrief: item.action.class !== 'destructive', ...(causeId !== null && {causeId})},
        },
      },
    })
    const {result: outcome} = result!
    if (outcome.outcome === 'done') return done
    if (outcome.outcome === 'unconfirmed')
      return {outcome: 'unconfirmed', code: outcome.code, message: outcome.message}
    this.#outstanding.delete(decision.subject.key)
    if (isKept) await this.#parts.trash.forget(id)
    if (outcome.outcome === 'refused') await giveBack()
    else this.#failed(key.serverId)
    const no = this.#notDone(outcome)
    return isWritten ? no : this.#no(decision, item.action, {item, judgement}, no)
  }

  #notDone({outcome, code, message}: Exclude<ItemOutcome, {outcome: 'done'}>): Ruling {
    return {outcome: code === 'changed_meanwhile' ? 'cancelled' : outcome, code, message}
  }

  /** In the moment it is sent. What it costs itself was counted in between, so the budgets are those of before. */
  #objection(decision: Decision, {item, judgement}: Judged, command: AnyTorrentCommand): Refusal | null {
    const stale = this.#stale(decision) ?? this.#withoutCopy(item)
    if (stale) return stale
    const now = {...this.#item(decision, item.action, new RunTally(), 'read'), budgets: item.budgets}
    const again = judgeDecision(now)
    const tooMuch = command.verb === 'removeWithData' && again.answer === 'degrade'
    if (again.answer === judgement.answer || (again.answer === 'pass' && !tooMuch)) return null
    if (command.verb === 'remove' && again.answer === 'degrade') return null
    return {code: 'changed_meanwhile', message: `changed:${again.objection!.guard}`}
  }

  #withoutCopy({key, action}: DecisionItem): Refusal | null {
    const left = copyOf(action)
    if (!left || (key && this.#parts.copying.stands(key, left))) return null
    return {code: 'changed_meanwhile', message: 'changed:copy'}
  }

  #stale(decision: Decision): Refusal | null {
    const stale = this.standing(decision) ?? this.#changed(decision, 'read')
    return stale && {code: 'changed_meanwhile', message: stale.message}
  }

  /** @returns gives it back: nothing was sent */
  async #spend(id: string, item: DecisionItem, run: RunTally): Promise<() => Promise<void>> {
    const {spent, clock} = this.#parts
    const [trackers, bytes] = [trackersOf(item), bytesAtStake(item) ?? 0]
    const serverId = item.decision.subject.serverId!
    await spent.spend({id, at: clock.now(), ruleId: item.decision.ruleId, serverId, trackers, bytes})
    run.add(trackers, bytes)
    return async () => {
      run.add(trackers, bytes, -1)
      await spent.giveBack(id)
    }
  }

  /** Nothing is removed that could not be brought back. @returns why it is not kept */
  async #keep(
    id: string,
    key: TorrentKey,
    {ruleId, ruleRevision: revision}: Decision,
    {verb}: AnyTorrentCommand,
  ): Promise<Ruling | null> {
    const rule = {id: ruleId, revision}
    try {
      const what = {id, verb: verb as TrashVerb, plan: null}
      await this.#parts.trash.keep(key, {...what, rule, userId: null, days: KEPT_DAYS})
      return null
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {outcome: 'postponed', code: error.code, message: error.message}
    }
  }

  async #recycle(decision: Decision, judged: Judged, run: RunTally, ended: Told): Promise<Verdict> {
    const {item, judgement} = judged
    // Where others need the data only the torrent goes.
    if (judgement.answer === 'degrade' || !item.key) {
      const alone: WantedAction = {action: 'remove', params: {}, ...actionKinds.remove}
      const verb = {verb: 'remove', args: {}} as const
      return this.#send(decision, {item: {...item, action: alone}, judgement}, verb, run, ended)
    }
    const {action, rule, key} = item
    const outcome = await this.#parts.recycling.begin(decision, action, key, rule.name)
    return outcome.outcome === 'done' ? done : this.#no(decision, action, judged, this.#notDone(outcome))
  }

  /** The whole folder stays where others need something of it. */
  async #clearFolder(decision: Decision, judged: Judged, run: RunTally): Promise<Verdict> {
    const {item, judgement} = judged
    const {action, rule, key} = item
    if (judgement.answer === 'degrade' || !key) {
      const {code, lift} = judgement.objection!
      return this.#no(decision, action, judged, {outcome: 'blocked', code, message: lift})
    }
    const giveBack = await this.#spend(randomUUIDv7(), item, run)
    const decided = decidedOf(decision, action, judged)
    const outcome = await this.#parts.extraFiles.begin({decision, action, key, ruleName: rule.name, decided})
    if (outcome.outcome === 'done') return done
    await giveBack()
    return this.#no(decision, action, judged, this.#notDone(outcome))
  }

  /** Nothing of it is of the torrent: each is judged, counted and written down by itself. */
  async #empty(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const {trash, facts, rules} = this.#parts
    const {subject, ruleId, preconditions} = decision
    const over = trash.over(rules(ruleId)!.access, subject.serverId)
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
      return {...this.#no(decision, action, null, {outcome: 'postponed', code, message}), isCostly: true}
    }
    ended('confirmed')
    return done
  }

  /** @returns why it stays where it is; `null` = it went. @throws {CommodarrError} */
  async #purge(
    decision: Decision,
    action: WantedAction,
    run: RunTally,
    {id, bytes}: Pick<TrashRecord, 'id' | 'bytes'>,
  ): Promise<Verdict | null> {
    const {trash, clock, rules} = this.#parts
    const stale = this.standing(decision) ?? this.#changed(decision, 'read')
    if (stale) return this.#no(decision, action, null, stale)
    const item: DecisionItem = {...this.#item(decision, action, run, 'read'), key: null}
    const at = clock.now()
    const ofIt = {...item, fact: (name: FactName) => factOfTrash(name, bytes, at) ?? item.fact(name)}
    const judgement = judgeDecision(ofIt)
    const no = await this.#answered(decision, action, {item: ofIt, judgement}, run)
    if (no) return no
    const giveBack = await this.#spend(randomUUIDv7(), ofIt, run)
    const {ruleId} = decision
    const {rule, access} = rules(ruleId)!
    try {
      const decided = decidedOf(decision, action, {item: ofIt, judgement})
      await trash.purge({actor: ruleActor(rule.name), access}, id, {ruleId, decided})
      return null
    } catch (error) {
      await giveBack()
      throw error
    }
  }

  /** What it waits for is known without a look at anything. */
  async #reannounce(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const {reannounces, details} = this.#parts
    const turn = reannounces.turn(decision, action.params)
    if (turn.is === 'wait') return trackersAsked(turn)
    if (turn.is === 'past') {
      ended('confirmed')
      return done
    }
    const judged = await this.#judge(decision, action, run)
    if ('outcome' in judged) return judged
    const apart = decision.subject.serverId === null ? 0 : details.announcesApart(decision.subject.serverId)
    const takeBack = await reannounces.count(decision, action.params, apart)
    const after = () => reannounces.turn(decision, action.params)
    const told = after().is === 'wait' ? () => {} : ended
    const verdict = await this.#send(decision, judged, {verb: 'reannounce', args: {}}, run, told)
    const isOut = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
    if (!isOut) await takeBack()
    const next = after()
    return isOut && next.is === 'wait' ? trackersAsked(next) : verdict
  }

  /** What is behind it waits until all of it is there; what is moved leaves then, as any removal does. */
  async #copy(decision: Decision, judged: Judged, run: RunTally, ended: Told): Promise<Verdict> {
    const {action, rule, key} = judged.item
    if (!key) {
      const message = 'It is about no torrent.'
      return this.#no(decision, action, judged, {outcome: 'refused', code: 'not_supported', message})
    }
    const {access} = this.#parts.rules(decision.ruleId)!
    const decided = decidedOf(decision, action, judged)
    const stand = await this.#parts.copying.begin({
      ...{decision, action, key, ruleName: rule.name, access, decided},
    })
    if (stand.is === 'not') return this.#no(decision, action, judged, this.#notDone(stand.outcome))
    if (stand.is === 'underWay')
      return {outcome: 'postponed', code: 'copying', message: stand.message, isCostly: true}
    if (action.action === 'move') {
      const left: LeftCopy = {copiedTo: action.params['server'] as ServerId, seedsOn: stand.seedsOn}
      const removal = {action: 'removeWithData', params: {...left}, ...actionKinds.removeWithData} as const
      return this.act(decision, removal, run, ended)
    }
    ended('confirmed')
    return done
  }

  /** What was done once is so; that it was is known without a look at anything. */
  async #program(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const {programs, rules} = this.#parts
    const lately = programs.lately(decision, action)
    const stale = this.standing(decision)
    if (stale) return this.#no(decision, action, null, stale)
    if (lately === 'done') {
      ended('confirmed')
      return done
    }
    if (lately === 'failed') {
      const message = 'It failed, or was cut off: it is not started again within the hour.'
      return this.#no(decision, action, null, {outcome: 'postponed', code: 'program_failed', message})
    }
    const objection = () => programs.objection(action, rules(decision.ruleId)!)
    const no = objection()
    if (no) return this.#no(decision, action, null, {outcome: 'refused', ...no})
    const judged = await this.#judge(decision, action, run)
    if ('outcome' in judged) return judged
    const {key, rule} = judged.item
    if (!key) {
      const message = 'It is about no torrent.'
      return this.#no(decision, action, judged, {outcome: 'refused', code: 'not_supported', message})
    }
    const id = randomUUIDv7()
    const giveBack = await this.#spend(id, judged.item, run)
    const entry = verdictEntry(decision, key, {
      ...{at: this.#parts.clock.now(), phase: 'intended', args: action.params, actor: ruleActor(rule.name)},
      ...{decided: decidedOf(decision, action, judged), isBrief: true},
      ...(run.causeId !== null && {causeId: run.causeId}),
      name: this.#nameOf(decision),
    })
    const end = await programs.start({
      ...{decision, action, key, entry: {...entry, id, verb: action.action}},
      objection: () => this.#stale(decision) ?? objection(),
    })
    if (end.outcome === 'refused') await giveBack()
    else ended(end.outcome === 'done' ? 'confirmed' : 'unconfirmed')
    return end.outcome === 'done' ? done : this.#notDone(end)
  }

  #nameOf({subject}: Decision): string | null {
    const name = this.#parts.facts.fact(subject, 'name')
    return 'value' in name ? String(name.value) : null
  }

  /** What it costs is counted when it is sent; until then within this run, so that no more are begun than may end. */
  async #throughArr(decision: Decision, item: DecisionItem, run: RunTally, ended: Told): Promise<Verdict> {
    const {action} = item
    const outcome = await this.#parts.arr.act(decision, action)
    if (outcome.outcome === 'done' && isGrave(item)) run.add(trackersOf(item), bytesAtStake(item) ?? 0)
    if (outcome.outcome !== 'done')
      return {...this.#notDone(outcome), decided: decidedOf(decision, action, null)}
    ended('sent')
    return done
  }

  /** What a rule asks for itself, and what shall become of it in the end. */
  async #quarantine(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const now = this.#parts.quarantines.of(decision)
    const {for: needed, end = 'restore'} = action.params as {for: Seconds; end?: QuarantineEnd}
    if (now?.isOver && end !== 'restore')
      return this.act(decision, {action: end, params: {}, ...actionKinds[end]}, run, ended)
    if (now && !now.isTakenBack) {
      const message = 'It is in quarantine.'
      return this.#no(decision, action, null, {outcome: 'postponed', code: 'in_quarantine', message})
    }
    const judged = await this.#judge(decision, action, run)
    if ('outcome' in judged) return judged
    return this.#setAside(decision, judged, run, {needed, isForATime: end === 'restore'})
  }

  /** Out of everybody's way until its time is over; whoever wants it gone then has to decide so again. */
  async #setAside(
    decision: Decision,
    {item, judgement}: Judged,
    run: RunTally,
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
    const verdict = await this.#send(decision, asWanted('quarantine'), stop, run, () => {}, id)
    if (verdict.outcome !== 'done' && verdict.outcome !== 'unconfirmed') {
      await quarantines.drop(decision)
      return verdict
    }
    // That it was stopped is our own doing.
    const stopped = {...decision, preconditions: decision.preconditions.filter(({fact}) => fact !== 'state')}
    const tag = {verb: 'addTags', args: {tags: [quarantineTag]}} as const
    const tagging = await this.#send(stopped, asWanted('tag'), tag, run, () => {}, id)
    // Where a server has no tags, or does not take it, the torrent is set aside all the same.
    if (tagging.outcome === 'done') await quarantines.tagged(decision)
    return {
      ...this.#no(
        decision,
        item.action,
        {item, judgement},
        {
          ...{outcome: 'quarantined', code: 'quarantine_first', message: ''},
        },
      ),
      id,
    }
  }

  #item(decision: Decision, action: WantedAction, run: RunTally, by: 'glance' | 'read'): DecisionItem {
    const {rules, facts, situation, limits, quarantines} = this.#parts
    const {rule, access} = rules(decision.ruleId)!
    const {subject} = decision
    const now = this.#time.now()
    const fact: DecisionItem['fact'] = (name) =>
      by === 'glance' ? supposed(name, facts.fact(subject, name)) : facts.fact(subject, name)
    const server = {...situation(subject.serverId), failures: this.#failuresOf(subject.serverId)}
    const item = {
      ...{decision, action, rule, access, key: facts.torrent(subject), fact, now, server, limits},
      ...{download: facts.download(subject), quarantine: quarantines.of(decision)},
    }
    return {...item, budgets: this.#budgets(decision, trackersOf({fact}), run)}
  }

  #budgets({ruleId, subject}: Decision, trackers: readonly string[], run: RunTally): DecisionItem['budgets'] {
    const {spent} = this.#parts
    return {
      ...{run: run.all, runOfTracker: run.most(trackers)},
      ...{hour: spent.within({ruleId}, HOUR), day: spent.within({ruleId}, DAY)},
      dayOfAll: spent.within({}, DAY),
      dayOfServer:
        subject.serverId === null ? run.all : spent.within({ruleId, serverId: subject.serverId}, DAY),
      heldBackOfServer: run.heldBackOf(subject.serverId),
    }
  }

  #failed(id: ServerId): void {
    this.#failures.set(id, [...(this.#failures.get(id) ?? []).slice(-9), this.#parts.clock.monotonic()])
  }

  #failuresOf(id: ServerId | null): number {
    const since = this.#parts.clock.monotonic() - FAILURES
    return id === null ? 0 : (this.#failures.get(id) ?? []).filter((at) => at > since).length
  }

  #no(decision: Decision, action: WantedAction, judged: Judged | null, told: Ruling): Verdict {
    return {...told, decided: decidedOf(decision, action, judged)}
  }
}

type Ruling = Pick<Verdict, 'outcome' | 'code' | 'message'> & {readonly outcome: DecisionOutcome}

/** What is at stake is in the trash, and no tracker hears of it. `null` = as it is of the torrent */
function factOfTrash(name: FactName, bytes: Bytes, now: EpochMs): Fact | null {
  if (name === 'content.exclusiveBytes') return {value: bytes, observedAt: now, source: 'trash'}
  return name === 'tracker.hosts' ? {unknown: 'missing', since: null, source: 'trash'} : null
}

/** Its line in the journal is that of the command. */
function trackersAsked({attempts, most}: Extract<ReannounceTurn, {is: 'wait'}>): Verdict {
  const times = most === 1 ? '' : ` (${attempts} of ${most})`
  const message = `Its trackers were asked${times}: what is behind that waits for them.`
  return {outcome: 'postponed', code: 'trackers_asked', message}
}

type QuarantineEnd = 'restore' | 'remove' | 'removeWithData'

/** What is in the trash before its removal is sent, and what is not worth it: a download that failed. */
const keptOtherwise: ReadonlySet<ActionName> = new Set<ActionName>(['recycle', 'failDownload'])

/** What is known of them without a look is not what they were decided on. */
const hangsOnALook: ReadonlySet<FactName> = new Set<FactName>(['tracker.class'])

/** The rule wants more than it may in one run, an hour or a day. */
function isOfCount(guard: string): boolean {
  return guard === 'budget' || guard === 'maxPerTracker'
}

const answers: Partial<Record<Judgement['answer'], 'postponed' | 'blocked' | 'suspended'>> = {
  postpone: 'postponed',
  block: 'blocked',
  suspend: 'suspended',
}

function isRemoval({verb}: AnyTorrentCommand): boolean {
  return verb === 'remove' || verb === 'removeWithData'
}

/** Where others need the data the torrent goes alone. */
function degraded(command: AnyTorrentCommand, {answer}: Judgement): AnyTorrentCommand {
  return command.verb === 'removeWithData' && answer === 'degrade' ? {verb: 'remove', args: {}} : command
}

function trackersOf({fact}: Pick<DecisionItem, 'fact'>): readonly string[] {
  const hosts = fact('tracker.hosts')
  return 'value' in hosts && Array.isArray(hosts.value) ? (hosts.value as readonly string[]) : []
}

/** Sets have no order. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? (value as string[]).toSorted((a, b) => (a < b ? -1 : 1)) : value
}
