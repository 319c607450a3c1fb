/**
 * Carries out one action of a decision, once it is ruled that it may be done (`decision-ruling.ts`): through the executor
 * or an Arr. In the moment of sending all of it is looked at once more, as the journal took its time.
 */
import {randomUUIDv7} from 'node:crypto'
import type {ItemOutcome} from '#model/command.ts'
import type {ArrGate} from '#model/decision-desk.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Fact, FactName} from '#model/fact.ts'
import type {TrashRecord} from '#model/memory.ts'
import {orphanIn, type OrphanVerb} from '#model/orphans.ts'
import {actionKinds, type ActionName} from '#model/rule.ts'
import type {ItemResult} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TrashVerb} from '#model/trash.ts'
import type {Bytes, EpochMs, Seconds} from '#model/units.ts'
import type {AnyTorrentCommand} from '../approve.ts'
import {bytesAtStake} from '../guards/decision/budget.ts'
import {isGrave, type DecisionItem, type LeftCopy} from '../guards/decision/decision-guard.ts'
import {judgeDecision, type Judgement} from '../guards/decision/judge.ts'
import type {Copying} from '../copies/copying.ts'
import type {CommandEnd, TermedOrder} from '../order-terms.ts'
import type {ExtraFiles} from '../trash/extra-files.ts'
import type {Programs} from '../programs/programs.ts'
import type {OrphanHand} from '../trash/orphan-hand.ts'
import type {Recycling} from '../trash/recycling.ts'
import {KEPT_DAYS, type TrashKeeper} from '../trash/trash-keeper.ts'
import {SEARCH_BUDGET, SEARCHED_LATELY} from '../sagas/own-search.ts'
import {errandOf, type ActionDetails, type Errand} from './action-commands.ts'
import {decidedOf, type Judged} from './decided.ts'
import {
  DecisionRuling,
  refusedWith,
  trackersOf,
  type Ruling,
  type RulingParts,
  type Verdict,
} from './decision-ruling.ts'
import {without} from './own-changes.ts'
import type {PathQuarantines} from './path-quarantines.ts'
import {quarantineTag, type Quarantines} from './quarantines.ts'
import type {Reannounces, ReannounceTurn} from './reannounces.ts'
import {RunTally} from './run-tally.ts'
import {ruleActor, verdictEntry} from './verdict-entry.ts'

export interface HandParts extends RulingParts {
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly arr: ArrGate
  readonly reannounces: Pick<Reannounces, 'turn' | 'count'>
  readonly quarantines: Quarantines
  readonly trash: Pick<TrashKeeper, 'keep' | 'forget' | 'over' | 'purge'>
  readonly recycling: Pick<Recycling, 'begin'>
  readonly extraFiles: Pick<ExtraFiles, 'begin'>
  readonly copying: Pick<Copying, 'begin' | 'stands'>
  readonly orphans: Pick<OrphanHand, 'actForRule'>
  readonly pathQuarantines: Pick<PathQuarantines, 'of' | 'begin'>
  readonly programs: Pick<Programs, 'lately' | 'objection' | 'start'>
  readonly details: ActionDetails
}

type Told = (end: CommandEnd) => void

const done: Verdict = {outcome: 'done', code: '', message: ''}

export class DecisionHand {
  readonly #parts: HandParts
  readonly #ruling: DecisionRuling

  constructor(parts: HandParts) {
    this.#parts = parts
    this.#ruling = new DecisionRuling(parts)
  }

  /** Whether its rule still wants it; `null` = it does. */
  standing(decision: Decision): Ruling | null {
    return this.#ruling.standing(decision)
  }

  async act(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const errand = errandOf(action)
    if (errand.to === 'nobody')
      return refusedWith(decision, action, null, {
        outcome: 'refused',
        code: 'not_supported',
        message: errand.why,
      })
    if (errand.to === 'quarantine') return this.#quarantine(decision, action, run, ended)
    if (errand.to === 'emptying') return this.#empty(decision, action, run, ended)
    if (errand.to === 'trackers') return this.#reannounce(decision, action, run, ended)
    if (errand.to === 'program') return this.#program(decision, action, run, ended)
    const judged = await this.#ruling.judge(decision, action, run)
    if ('outcome' in judged) return judged
    if (errand.to === 'orphans') return this.#orphan(decision, judged, run, {...errand, ended})
    if (judged.judgement.answer === 'quarantine') return this.#setAside(decision, judged, run)
    if (errand.to === 'arr') return this.#throughArr(decision, judged, run, ended)
    if (errand.to === 'trash') return this.#recycle(decision, judged, run, ended)
    if (errand.to === 'anotherServer') return this.#copy(decision, judged, run, ended)
    if (errand.to === 'folder') return this.#clearFolder(decision, judged, run)
    if (errand.to === 'itself' || errand.to === 'journal') {
      ended('confirmed')
      return errand.to === 'itself' ? done : {...done, decided: decidedOf(decision, action, judged)}
    }
    const found = errand.to === 'server' ? errand.commands : await this.#lookUp(errand, judged.item.key)
    if ('why' in found)
      return refusedWith(decision, action, judged, {outcome: 'refused', code: found.code, message: found.why})
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
    const judged = await this.#ruling.judge(decision, action, run)
    if ('outcome' in judged) return judged
    if (judged.judgement.answer === 'quarantine') return this.#setAside(decision, judged, run)
    const verb = action.losesBytes ? 'removeWithData' : 'remove'
    const command = degraded({verb, args: {}}, judged.judgement)
    const end = Promise.withResolvers<CommandEnd>()
    const verdict = await this.#send(decision, judged, command, run, end.resolve)
    const isOut = verdict.outcome === 'done' || verdict.outcome === 'unconfirmed'
    return isOut ? {...verdict, outcome: await end.promise} : verdict
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
      return refusedWith(
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
      if (no) return {...refusedWith(decision, item.action, {item, judgement}, no), isCostly: true}
    }
    const grave = isGrave(item)
    const giveBack = grave ? await this.#ruling.spend(id, item, run) : async () => {}
    if (isRemoval(command)) this.#ruling.removalSent(decision.subject)
    const ended = (end: CommandEnd) => {
      this.#ruling.removalEnded(decision.subject)
      told(end)
    }
    const objection = () => this.#ruling.objection(decision, {item, judgement}, command)
    let isWritten = false
    const written = () => void (isWritten = true)
    const files = await this.#filesBefore(key, command)
    const by = {actor: ruleActor(item.rule.name), access: this.#parts.rules(decision.ruleId)!.access}
    const [result] = await this.#parts.executor.run({
      by,
      keys: [key],
      command,
      terms: {
        ...{id, files, objection, written, ended},
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
    this.#ruling.removalEnded(decision.subject)
    if (isKept) await this.#parts.trash.forget(id)
    if (outcome.outcome === 'refused') await giveBack()
    else this.#ruling.failed(key.serverId)
    const no = this.#notDone(outcome)
    return isWritten ? no : refusedWith(decision, item.action, {item, judgement}, no)
  }

  /** A server that does not tell its files now costs the way back, not the command. */
  async #filesBefore(key: TorrentKey, {verb}: AnyTorrentCommand): Promise<readonly TorrentFile[] | null> {
    return verb === 'setFilePriority' ? this.#parts.details.files(key).catch(() => null) : null
  }

  #notDone({outcome, code, message}: Exclude<ItemOutcome, {outcome: 'done'}>): Ruling {
    if (code === SEARCH_BUDGET || code === SEARCHED_LATELY) return {outcome: 'postponed', code, message}
    return {outcome: code === 'changed_meanwhile' ? 'cancelled' : outcome, code, message}
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
    return outcome.outcome === 'done' ? done : refusedWith(decision, action, judged, this.#notDone(outcome))
  }

  /** The whole folder stays where others need something of it. */
  async #clearFolder(decision: Decision, judged: Judged, run: RunTally): Promise<Verdict> {
    const {item, judgement} = judged
    const {action, rule, key} = item
    if (judgement.answer === 'degrade' || !key) {
      const {code, lift} = judgement.objection!
      return refusedWith(decision, action, judged, {outcome: 'blocked', code, message: lift})
    }
    const giveBack = await this.#ruling.spend(randomUUIDv7(), item, run)
    const decided = decidedOf(decision, action, judged)
    const outcome = await this.#parts.extraFiles.begin({decision, action, key, ruleName: rule.name, decided})
    if (outcome.outcome === 'done') return done
    await giveBack()
    return refusedWith(decision, action, judged, this.#notDone(outcome))
  }

  /** Counted by its hand, which looks once more; what was watched for long enough goes, all else waits where it is. */
  async #orphan(
    decision: Decision,
    judged: Judged,
    run: RunTally,
    {verb, ended}: {readonly verb: OrphanVerb; readonly ended: Told},
  ): Promise<Verdict> {
    const {orphans, pathQuarantines, rules} = this.#parts
    const {item, judgement} = judged
    const {action, rule} = item
    const refused = (told: Ruling) => refusedWith(decision, action, judged, told)
    if (decision.subject.kind !== 'path')
      return refused({outcome: 'refused', code: 'not_supported', message: 'It is about no path.'})
    if (judgement.answer === 'quarantine') {
      await pathQuarantines.begin(decision, judgement.objection!.detail['needed'] as Seconds)
      return refused({outcome: 'postponed', code: 'in_quarantine', message: judgement.objection!.lift})
    }
    if (run.isInDoubt) return refused(inDoubt)
    const {days = KEPT_DAYS} = action.params as {readonly days?: number}
    const no = await orphans.actForRule({
      by: {actor: ruleActor(rule.name), access: rules(decision.ruleId)!.access},
      ...{verb, id: orphanIn(decision.subject.key).id, days},
      rule: {id: decision.ruleId, revision: decision.ruleRevision},
      decided: decidedOf(decision, action, judged),
      objection: () => this.#ruling.stale(decision),
    })
    if (no) {
      // Each costs a question to every server, and what is so of one is so of others.
      if (no.code === 'changed_meanwhile') run.doubt()
      return {...refused({outcome: 'postponed', ...no}), isCostly: true}
    }
    run.add([], bytesAtStake(item) ?? 0)
    ended('sent')
    return done
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
      return {...refusedWith(decision, action, null, {outcome: 'postponed', code, message}), isCostly: true}
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
    const stale = this.#ruling.outdated(decision, 'read')
    if (stale) return refusedWith(decision, action, null, stale)
    const item: DecisionItem = {...this.#ruling.item(decision, action, run, 'read'), key: null}
    const at = clock.now()
    const ofIt = {...item, fact: (name: FactName) => factOfTrash(name, bytes, at) ?? item.fact(name)}
    const judgement = judgeDecision(ofIt)
    const no = await this.#ruling.answered(decision, action, {item: ofIt, judgement}, run)
    if (no) return no
    const giveBack = await this.#ruling.spend(randomUUIDv7(), ofIt, run)
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
    const judged = await this.#ruling.judge(decision, action, run)
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
      return refusedWith(decision, action, judged, {outcome: 'refused', code: 'not_supported', message})
    }
    const {access} = this.#parts.rules(decision.ruleId)!
    const decided = decidedOf(decision, action, judged)
    const stand = await this.#parts.copying.begin({
      ...{decision, action, key, ruleName: rule.name, access, decided},
    })
    if (stand.is === 'not') return refusedWith(decision, action, judged, this.#notDone(stand.outcome))
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
    const stale = this.#ruling.standing(decision)
    if (stale) return refusedWith(decision, action, null, stale)
    if (lately === 'done') {
      ended('confirmed')
      return done
    }
    if (lately === 'failed') {
      const message = 'It failed, or was cut off: it is not started again within the hour.'
      return refusedWith(decision, action, null, {outcome: 'postponed', code: 'program_failed', message})
    }
    const objection = () => programs.objection(action, rules(decision.ruleId)!)
    const no = objection()
    if (no) return refusedWith(decision, action, null, {outcome: 'refused', ...no})
    const judged = await this.#ruling.judge(decision, action, run)
    if ('outcome' in judged) return judged
    const {key, rule} = judged.item
    if (!key) {
      const message = 'It is about no torrent.'
      return refusedWith(decision, action, judged, {outcome: 'refused', code: 'not_supported', message})
    }
    const id = randomUUIDv7()
    const giveBack = await this.#ruling.spend(id, judged.item, run)
    const entry = verdictEntry(decision, key, {
      ...{at: this.#parts.clock.now(), phase: 'intended', args: action.params, actor: ruleActor(rule.name)},
      ...{decided: decidedOf(decision, action, judged), isBrief: true},
      ...(run.causeId !== null && {causeId: run.causeId}),
      name: this.#nameOf(decision),
    })
    const end = await programs.start({
      ...{decision, action, key, entry: {...entry, id, verb: action.action}},
      objection: () => this.#ruling.stale(decision) ?? objection(),
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
  async #throughArr(decision: Decision, judged: Judged, run: RunTally, ended: Told): Promise<Verdict> {
    const {item} = judged
    const {action} = item
    const outcome = await this.#parts.arr.act(decision, action)
    if (outcome.outcome === 'done' && isGrave(item)) run.add(trackersOf(item), bytesAtStake(item) ?? 0)
    if (outcome.outcome !== 'done')
      return {...this.#notDone(outcome), decided: decidedOf(decision, action, null), isCostly: true}
    ended('sent')
    const {deed} = outcome
    return deed ? {...done, decided: decidedOf(decision, action, judged), byArr: deed} : done
  }

  /** What a rule asks for itself, and what shall become of it in the end. */
  async #quarantine(decision: Decision, action: WantedAction, run: RunTally, ended: Told): Promise<Verdict> {
    const now = this.#parts.quarantines.of(decision)
    const {for: needed, end = 'restore'} = action.params as {for: Seconds; end?: QuarantineEnd}
    if (now?.isOver && end !== 'restore')
      return this.act(decision, {action: end, params: {}, ...actionKinds[end]}, run, ended)
    if (now && !now.isTakenBack) {
      const message = 'It is in quarantine.'
      return refusedWith(decision, action, null, {outcome: 'postponed', code: 'in_quarantine', message})
    }
    const judged = await this.#ruling.judge(decision, action, run)
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
      ...refusedWith(
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
}

/** What is at stake is in the trash, and no tracker hears of it. `null` = as it is of the torrent */
function factOfTrash(name: FactName, bytes: Bytes, now: EpochMs): Fact | null {
  if (name === 'content.exclusiveBytes') return {value: bytes, observedAt: now, source: 'trash'}
  return name === 'tracker.hosts' ? {unknown: 'missing', since: null, source: 'trash'} : null
}

const inDoubt: Ruling = {
  ...{outcome: 'postponed', code: 'changed_meanwhile'},
  message: 'Another one was not as it was seen: all are looked at again first.',
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

function isRemoval({verb}: AnyTorrentCommand): boolean {
  return verb === 'remove' || verb === 'removeWithData'
}

/** Where others need the data the torrent goes alone. */
function degraded(command: AnyTorrentCommand, {answer}: Judgement): AnyTorrentCommand {
  return command.verb === 'removeWithData' && answer === 'degrade' ? {verb: 'remove', args: {}} : command
}
