/**
 * Whether an action of a decision may be done: what its rule and its facts are now, its guards, its budgets. First by
 * what is known already, then with everything read again, and once more in the moment when it is sent.
 */
import type {Spent} from '#automation-state/spent.ts'
import type {Suspensions} from '#automation-state/suspensions.ts'
import type {Refusal} from '#executor/guards/guard.ts'
import {bytesAtStake} from '#executor/guards/rules/budget.ts'
import {content} from '#executor/guards/rules/content.ts'
import {
  copyOf,
  folderOf,
  isDelicate,
  isGrave,
  leavesTorrent,
  numberOf,
  type DecisionItem,
} from '#executor/guards/rules/decision-guard.ts'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import {askGuards, evaluateGuards, type Judgement} from '#executor/guards/evaluate-guards.ts'
import {ARR_UNWELL} from '#executor/guards/rules/freeze.ts'
import {leavesPlace, library} from '#executor/guards/rules/library.ts'
import {lostSettingsLift} from '#executor/guards/rules/lost-settings.ts'
import {mount} from '#executor/guards/rules/mount.ts'
import {busy} from '#executor/guards/rules/moving.ts'
import {supposed} from '#executor/guards/rules/supposed.ts'
import type {Ruling, Verdict} from '#executor/outcomes.ts'
import {decidedOf, type GuardedAction} from '#executor/rule-entry.ts'
import type {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import type {Clock} from '#lib/clock.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {Compartment} from '#model/access.ts'
import {labelsOfPeople, type SpentRecord} from '#model/automation-state.ts'
import type {AnyTorrentCommand, NotDone} from '#model/command.ts'
import {hangsOn, type Decision, type DecisionFacts, type WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {factOf, type Fact, type FactName, type FactValue} from '#model/fact.ts'
import {actionKinds, type ActionName} from '#model/rule.ts'
import {courseOf} from '#model/torrent.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import type {PathQuarantines} from '#orphans/path-quarantines.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import {asksForFlow, asksOf} from '#rules/compiled-rule.ts'
import {verdictReader} from '#rules/leaf.ts'
import {leavesOf, lookedAt, noLongerBy} from '#rules/trace-now.ts'
import type {RecheckWatch} from '../alerts/recheck-watch.ts'
import type {Copying} from '../copies/copying.ts'
import type {LibraryClaims, TakenPart} from '../facts/library-claims.ts'
import type {Situations} from '../facts/situations.ts'
import type {CommonCauses} from './common-causes.ts'
import type {Quarantines} from './quarantines.ts'
import type {MovesOfRules} from './moves-of-rules.ts'
import type {Repairs} from './repairs.ts'
import {RoomLedger, type RoomPlace} from './room-ledger.ts'
import {RunBudget} from './run-budget.ts'
import type {UserOverrides} from './user-overrides.ts'

export interface ActionAuthorizerDeps {
  /** As it stands now; `null` = there is none. */
  readonly rules: Pick<StandingRules, 'of'>
  readonly facts: DecisionFacts
  readonly situations: Pick<Situations, 'of' | 'ofArr'>
  /** Whose library the data of a torrent is. */
  readonly libraries: Pick<LibraryClaims, 'look' | 'of'>
  readonly spent: Pick<Spent, 'spend' | 'reserve' | 'giveBack' | 'within'>
  readonly compartmentOf: (id: ServerId) => Compartment
  readonly suspensions: Pick<Suspensions, 'of' | 'resumedAt' | 'suspend'>
  readonly quarantines: Pick<Quarantines, 'of'>
  readonly pathQuarantines: Pick<PathQuarantines, 'of'>
  readonly copying: Pick<Copying, 'stands'>
  readonly repairs: Pick<Repairs, 'of' | 'checksOf'>
  readonly moves: Pick<MovesOfRules, 'of'>
  readonly causes: Pick<CommonCauses, 'of'>
  readonly removals: Pick<UnconfirmedRemovals, 'objection'>
  readonly rechecks: Pick<RecheckWatch, 'of'>
  /** What people had wait, or undid. */
  readonly leftAlone: Pick<UserOverrides, 'objection'>
  /** So many settings that protect the configuration does not name any more. */
  readonly lostSettings: () => number
  readonly clock: Clock
}

export const done: Verdict = {outcome: 'done', code: '', message: ''}
/** It is so, and nothing of it is under way. */
export const confirmed: Verdict = {...done, ended: 'confirmed'}

/** What takes a torrent was wanted of something else. */
export const noTorrent = {
  outcome: 'refused',
  code: 'not_supported',
  message: 'It is about no torrent.',
} as const satisfies Ruling

const FAILURES = 10 * MINUTE * 1_000
/** By then the list of its server tells what became of it. */
const RESTING = 10 * MINUTE * 1_000

export class ActionAuthorizer {
  readonly #parts: ActionAuthorizerDeps
  /** When commands of rules failed, by the clock that does not jump. */
  readonly #failures = new Map<ServerId, number[]>()
  readonly #time: TrustedTime
  /** Which copy of a torrent a rule removes as another server has it, by its hash: no second one may rest on the first. */
  readonly #resting = new Map<string, {readonly serverId: ServerId; readonly at: number}>()

  /** What all rules free. */
  readonly #room: RoomLedger

  constructor(parts: ActionAuthorizerDeps) {
    this.#parts = parts
    this.#room = new RoomLedger(parts.clock)
    this.#time = new TrustedTime(parts.clock)
  }

  /** Whether its rule still wants it, and no person has it wait; `null` = it does. */
  standing(decision: Decision): Ruling | null {
    const {rules, suspensions, leftAlone} = this.#parts
    const rule = rules.of(decision.ruleId)?.rule
    if (!rule || rule.mode === 'off' || rule.revision !== decision.ruleRevision)
      return {outcome: 'cancelled', code: 'changed_meanwhile', message: 'rule_revision'}
    const suspended = suspensions.of(decision.ruleId)
    if (suspended)
      return {
        outcome: 'suspended',
        code: suspended.reason,
        message: 'Its rule is suspended until a person reviews it.',
      }
    // What is only simulated touches nothing.
    return rule.mode === 'simulate' ? null : leftAlone.objection(decision)
  }

  /** As `standing`, and it may still act: what one run decided may take minutes, and somebody let it only simulate since. */
  #acting(decision: Decision): Ruling | null {
    const mode = this.#parts.rules.of(decision.ruleId)?.rule.mode
    const isLowered = mode === 'simulate' || (mode === 'ask' && decision.mode === 'live')
    const lowered = {outcome: 'cancelled', code: 'changed_meanwhile', message: 'rule_mode'} as const
    return this.standing(decision) ?? (isLowered ? lowered : null)
  }

  /** Why what was decided is not so any more; `null` = it is. @param by glance: what takes a look is supposed to be as it was */
  outdated(decision: Decision, by: 'glance' | 'read'): Ruling | null {
    return this.#acting(decision) ?? this.#changed(decision, by)
  }

  /** First by what is known already: a rule may want thousands, of which it may do ten. */
  async authorize(
    decision: Decision,
    action: WantedAction,
    run: RunBudget,
  ): Promise<GuardedAction | Verdict> {
    const {facts, libraries} = this.#parts
    const {subject, preconditions} = decision
    const looked = isDelicate({action}) ? lookedAt(hangsOn(decision)) : []
    const names = [
      ...preconditions.map(({fact}) => fact),
      ...looked,
      ...this.#askedByGuards(decision, action),
    ]
    let isCostly = false
    try {
      await facts.glance(subject)
      let first = await this.#authorizeNow(decision, action, run, 'glance')
      if ('outcome' in first && first.code === ARR_UNWELL) {
        // What was red is long well, as often as not.
        await facts.arrChecked(subject)
        first = await this.#authorizeNow(decision, action, run, 'glance')
      }
      if ('outcome' in first) return first
      isCostly = true
      await facts.refresh(subject, names, isDelicate({action}))
      const key = facts.torrent(subject)
      const fact = (name: FactName) => facts.fact(subject, name)
      if (key && leavesPlace({action, fact})) await libraries.look(key, partOf(action))
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      const {code, message} = error
      return {...refusedWith(decision, action, null, {outcome: 'postponed', code, message}), isCostly}
    }
    if (facts.isOld(subject))
      return {...refusedWith(decision, action, null, {outcome: 'postponed', ...stoodStill}), isCostly}
    const evaluated = await this.#authorizeNow(decision, action, run, 'read')
    if ('outcome' in evaluated) return {...evaluated, isCostly}
    // In the same moment: whoever asks next finds it taken.
    const enough = this.#takeRoom(evaluated)
    return enough ? {...refusedWith(decision, action, evaluated, enough), isCostly} : evaluated
  }

  /** @returns why it is not needed any more for the room that its rule is to make */
  #takeRoom({item, judgement}: GuardedAction): Ruling | null {
    if (!isGrave(item) || item.key === null) return null
    const {serverId} = item.key
    const until = item.rule.select?.until
    const device = textOf(item.fact('content.device'))
    const key = keyText(item.key)
    let before: Parameters<RoomLedger['claim']>[1] = null
    if (until) {
      const place: RoomPlace = {of: until.fact.startsWith('path.') ? 'disk' : 'server', serverId, device}
      const free = numberOf(item, until.fact)
      const bytes = free === undefined ? undefined : this.#room.expected(place, free, key)
      // Of a room that nobody knows nobody says that there is too little.
      if (bytes === undefined || verdictReader(until)(bytes) !== 'no')
        return {outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${until.fact}`}
      before = {place, bytes}
    }
    const isGoing =
      judgement.answer !== 'degrade' && judgement.answer !== 'quarantine' && !leavesTorrent(item)
    const bytes = numberOf(item, 'content.exclusiveBytes') ?? 0
    if (isGoing && bytes > 0 && (until || item.action.losesBytes))
      this.#room.claim({key, serverId, device, bytes}, before, item.rule.id)
    return null
  }

  /** @param isSent otherwise it is not removed after all, or not now */
  settleRoom({subject, ruleId}: Decision, isSent: boolean): void {
    const key = this.#parts.facts.torrent(subject)
    if (!key) return
    if (isSent) this.#room.sent(keyText(key))
    else this.#room.release(keyText(key), ruleId)
  }

  /** Whether its files may leave their place now: nobody else has them, nothing is owed, and its disk is there. Never rejects. */
  async mayLeave(decision: Decision, run: RunBudget): Promise<boolean> {
    const {facts, libraries} = this.#parts
    const {subject} = decision
    const action: WantedAction = {action: 'move', params: {path: ''}, ...actionKinds.move}
    try {
      await facts.refresh(subject, this.#askedByGuards(decision, action), true)
      const key = facts.torrent(subject)
      if (key) await libraries.look(key, partOf(action))
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return false
    }
    const item = this.item(decision, action, run, 'read')
    const owed = item.fact('obligation.met')
    const isPaid = 'value' in owed && (owed.value === 'yes' || owed.value === 'none')
    const isFree = [...askGuards(item, [mount, content, busy, library])].every(({no}) => no === null)
    return isPaid && isFree && !facts.isOld(subject)
  }

  #askedByGuards({ruleId}: Decision, action: WantedAction): readonly FactName[] {
    const ofAction = asked[action.action] ?? []
    const rule = this.#parts.rules.of(ruleId)?.rule
    if (!rule || !isGrave({action})) return ofAction
    const until = rule.select?.until
    return [
      ...ofAction,
      // What is owed and said to be missing: whether its disk is there.
      ...(rule.guards.obligationOverride ? (['path.othersFound'] as const) : []),
      ...(until ? ([until.fact, 'content.device', 'content.exclusiveBytes'] as const) : []),
    ]
  }

  /** @param by glance: what takes a look is supposed to be as it should */
  async #authorizeNow(
    decision: Decision,
    action: WantedAction,
    run: RunBudget,
    by: 'glance' | 'read',
  ): Promise<GuardedAction | Verdict> {
    const stale = this.outdated(decision, by)
    if (stale) return refusedWith(decision, action, null, stale)
    const item = this.item(decision, action, run, by)
    // Until the end of a removal is known nothing grave is done to it.
    const underWay = isGrave(item) && item.key ? this.#parts.removals.objection(item.key) : null
    if (underWay) {
      const {message} = underWay
      return refusedWith(decision, action, null, {outcome: 'postponed', code: 'outstanding', message})
    }
    const evaluated = {item, judgement: evaluateGuards(item)}
    return (await this.answered(decision, action, evaluated, run)) ?? evaluated
  }

  /** What guards that object make of it; `null` = it may be done. */
  async answered(
    decision: Decision,
    action: WantedAction,
    evaluated: GuardedAction,
    run: RunBudget,
  ): Promise<Verdict | null> {
    const {judgement} = evaluated
    const no = answers[judgement.answer]
    if (!no) return null
    const {guard, code, detail, lift} = judgement.objection!
    if (no === 'postponed' && isOfCount(guard)) run.holdBack(decision.subject)
    if (no === 'suspended') {
      const {ruleId, ruleRevision: revision} = decision
      const at = this.#parts.clock.now()
      await this.#parts.suspensions.suspend({ruleId, revision, at, reason: guard, detail})
    }
    return refusedWith(decision, action, evaluated, {outcome: no, code, message: lift})
  }

  /** @returns what differs from what it was decided on */
  #changed(decision: Decision, by: 'glance' | 'read'): Ruling | null {
    const {subject, preconditions} = decision
    for (const {fact: name, value} of preconditions) {
      const fact = this.#parts.facts.fact(subject, name)
      if (by === 'glance' && ('unknown' in fact || hangsOnALook.has(name))) continue
      const isSame = !('unknown' in fact) && comparable(name, fact.value) === comparable(name, value)
      if (isSame || (!('unknown' in fact) && this.#isByItself(decision, name, value, fact.value))) continue
      return {outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${name}`}
    }
    return by === 'read' ? this.#notAsLookedAt(decision) : null
  }

  /**
   * What its rule looked at, and is no standing of the torrent: that another server has it, or what is in its files. Only
   * what takes data away is looked at again. What its Arr blocklisted goes whatever became of that.
   */
  #notAsLookedAt(decision: Decision): Ruling | null {
    const {subject, actions, isBlocklisted} = decision
    if (isBlocklisted || !actions.some((action) => isDelicate({action}))) return null
    const name = noLongerBy(hangsOn(decision), (fact) => this.#parts.facts.fact(subject, fact))
    return name && {outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${name}`}
  }

  /**
   * Whether what differs is what differs by itself while nobody does anything (`FactStanding`), and its rule asks the same
   * of it. What stood still and comes in is a change, whatever the rule takes: how long it rested is looked at no more.
   */
  #isByItself({ruleId, preconditions}: Decision, name: FactName, before: FactValue, now: FactValue): boolean {
    const rule = this.#parts.rules.of(ruleId)?.rule
    if (!rule) return false
    const asked = asksOf(rule, name)
    if (asked.some((asks) => asks(before) !== asks(now))) return false
    switch (factOf(name).standing) {
      case 'further': {
        const [state, complete] = ['state', 'complete'].map(
          (its) => preconditions.find(({fact}) => fact === its)?.value,
        )
        // What is whole comes in no more: more would go with it because a name of its files elsewhere is gone.
        if (complete === true) return false
        // Without a state it was we who had it begin, or a person said yes to it however it moves.
        return Number(now) > Number(before) && (state === undefined || state === 'downloading')
      }
      case 'course':
        if (courseOf(now) !== courseOf(before)) return false
        if (courseOf(before) === 'comingIn')
          return before === 'downloading' && (asked.length > 0 || !asksForFlow(rule))
        return !asksForFlow(rule)
      default:
        return false
    }
  }

  /** In the moment it is sent. What it costs itself was counted in between, so the budgets are those of before. */
  objection(decision: Decision, evaluated: GuardedAction, command: AnyTorrentCommand): Refusal | null {
    return (
      this.#objects(decision, evaluated, command) ?? this.#restsOnNothing(decision, evaluated.item, command)
    )
  }

  /** Two copies, each of which goes as the other one is there, would both go. */
  #restsOnNothing(decision: Decision, {key}: DecisionItem, {verb}: AnyTorrentCommand): Refusal | null {
    const rests = leavesOf(hangsOn(decision)).some(({fact}) => fact === 'content.onOtherServer')
    if (!rests || key === null || (verb !== 'remove' && verb !== 'removeWithData')) return null
    const at = this.#parts.clock.monotonic()
    for (const [hash, claim] of this.#resting) if (at - claim.at > RESTING) this.#resting.delete(hash)
    const other = this.#resting.get(key.hash)
    if (other && other.serverId !== key.serverId)
      return {code: 'changed_meanwhile', message: 'changed:content.onOtherServer'}
    this.#resting.set(key.hash, {serverId: key.serverId, at})
    return null
  }

  #objects(decision: Decision, {item, judgement}: GuardedAction, command: AnyTorrentCommand): Refusal | null {
    if (this.#parts.facts.isOld(decision.subject)) return stoodStill
    const stale = this.stale(decision) ?? this.#withoutCopy(item)
    if (stale) return stale
    const now = {
      ...this.item(decision, item.action, new RunBudget(), 'read'),
      budgets: item.budgets,
      repairs: item.repairs,
      moves: item.moves,
      checksOfServer: item.checksOfServer,
      isAnswered: item.isAnswered,
    }
    const again = evaluateGuards(now)
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

  stale(decision: Decision): Refusal | null {
    const stale = this.outdated(decision, 'read')
    return stale && {code: 'changed_meanwhile', message: stale.message}
  }

  /** Why nothing is removed by rules now; `null` = it may be. */
  unprotected(): Refusal | null {
    const settings = this.#parts.lostSettings()
    return settings === 0 ? null : {code: 'not_ready', message: lostSettingsLift(settings)}
  }

  /** @returns gives it back: nothing was sent */
  async spend(id: string, item: DecisionItem, run: RunBudget): Promise<() => Promise<void>> {
    const {spent} = this.#parts
    const record = this.#costOf(id, item)
    const {trackers, bytes} = record
    await spent.spend(record)
    run.add(trackers, bytes)
    return async () => {
      run.add(trackers, bytes, -1)
      await spent.giveBack(id)
    }
  }

  /** It waits to be sent: no more are begun than may end. @returns how to end that */
  reserve(id: string, item: DecisionItem, run: RunBudget): () => void {
    const record = this.#costOf(id, item)
    const {trackers, bytes} = record
    const release = this.#parts.spent.reserve(record)
    run.add(trackers, bytes)
    return () => {
      run.add(trackers, bytes, -1)
      release()
    }
  }

  #costOf(id: string, item: DecisionItem): SpentRecord {
    const {ruleId, subject} = item.decision
    const [trackers, bytes] = [trackersOf(item), bytesAtStake(item) ?? 0]
    const serverId = subject.serverId!
    return {id, at: this.#parts.clock.now(), ruleId, serverId, trackers, folder: folderOf(subject), bytes}
  }

  item(decision: Decision, action: WantedAction, run: RunBudget, by: 'glance' | 'read'): DecisionItem {
    const {rules, facts, situations, libraries} = this.#parts
    const {rule, access} = rules.of(decision.ruleId)!
    const {subject} = decision
    const key = facts.torrent(subject)
    const now = this.#time.now()
    const fact: DecisionItem['fact'] = (name) =>
      by === 'glance' ? supposed(name, facts.fact(subject, name)) : facts.fact(subject, name)
    const server = {...situations.of(subject.serverId), failures: this.#failuresOf(subject.serverId)}
    const known = situations.ofArr(subject)
    const item = {
      decision,
      action,
      rule,
      access,
      key,
      fact,
      now,
      server,
      limits: usualLimits,
      // What its Arr does with files is asked with the facts.
      arr: known && by === 'glance' ? {...known, fileWork: []} : known,
      library: key && libraries.of(key, partOf(action), by),
      repairs: this.#parts.repairs.of(subject),
      moves: this.#parts.moves.of(decision, action),
      checksOfServer: this.#parts.repairs.checksOf(subject.serverId),
      commonCause: this.#parts.causes.of(subject),
      lostInCheck: this.#parts.rechecks.of(key),
      lostSettings: this.#parts.lostSettings(),
      download: facts.download(subject),
      quarantine: this.#quarantineOf(decision, run),
      // What a rule asks for is judged only once a person said yes to it, and is looked at again for hours then.
      isAnswered: run.causeId !== null || decision.mode === 'ask',
    }
    return {...item, budgets: this.#budgets(decision, trackersOf({fact}), run)}
  }

  #quarantineOf(decision: Decision, {causeId}: RunBudget): DecisionItem['quarantine'] {
    const {quarantines, pathQuarantines} = this.#parts
    if (decision.subject.kind !== 'path') return quarantines.of(decision)
    // Who said yes has looked at what it is about.
    return causeId === null ? pathQuarantines.of(decision) : {isOver: true, until: 0, isTakenBack: false}
  }

  #budgets(
    {ruleId, subject}: Decision,
    trackers: readonly string[],
    run: RunBudget,
  ): DecisionItem['budgets'] {
    const {spent, suspensions, compartmentOf} = this.#parts
    const folder = folderOf(subject)
    // Shares say when somebody has to look. Who let it go on has looked at what it did until then.
    const resumedAt = suspensions.resumedAt(ruleId)
    // Files that nobody claims are the house's.
    const whose = (id: ServerId | null) => (id === null ? null : compartmentOf(id))
    return {
      run: run.all,
      runOfTracker: run.most(trackers),
      hour: spent.within({ruleId}, HOUR),
      day: spent.within({ruleId}, DAY),
      dayOfAll: spent.within({on: (id) => whose(id) === whose(subject.serverId)}, DAY),
      dayOfServer:
        subject.serverId === null
          ? run.all
          : spent.within({ruleId, serverId: subject.serverId}, DAY, resumedAt),
      dayOfFolder: spent.within(folder === null ? {ruleId} : {ruleId, folder}, DAY, resumedAt),
      ...run.heldBackOf(subject),
    }
  }

  failed(id: ServerId): void {
    this.#failures.set(id, [...(this.#failures.get(id) ?? []).slice(-9), this.#parts.clock.monotonic()])
  }

  #failuresOf(id: ServerId | null): number {
    const since = this.#parts.clock.monotonic() - FAILURES
    return id === null ? 0 : (this.#failures.get(id) ?? []).filter((at) => at > since).length
  }
}

export function refusedWith(
  decision: Decision,
  action: WantedAction,
  evaluated: GuardedAction | null,
  ruling: Ruling,
): Verdict {
  return {...ruling, decided: decidedOf(decision, action, evaluated)}
}

const stoodStill: Refusal = {
  code: 'not_ready',
  message: 'The program stood still since its facts were read; they are read again first.',
}

/** Nothing is sent to a server that does not answer: what a rule wants there waits until it is back. */
export const SERVER_AWAY = 'server_not_online'

/** Of what an executor or a hand was asked, and did not do. */
export function notDone({outcome, code, message}: NotDone): Ruling {
  // Nothing is wrong with it: it can be done later.
  if (code === stoodStill.code || code === SERVER_AWAY) return {outcome: 'postponed', code, message}
  return {outcome: code === 'changed_meanwhile' ? 'cancelled' : outcome, code, message}
}

/** What guards ask of actions beside what they ask of all that is delicate. */
const asked: {readonly [A in ActionName]?: readonly FactName[]} = {
  failDownload: ['arr.anyImported'],
  recheck: ['path.mounted', 'path.readable'],
}

/** Beside its own files it may take all that lies in the folder of a torrent. */
function partOf({action}: WantedAction): TakenPart {
  return action === 'extraFiles.recycle' ? 'folder' : 'data'
}

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

export function trackersOf({fact}: Pick<DecisionItem, 'fact'>): readonly string[] {
  const hosts = fact('tracker.hosts')
  return 'value' in hosts && Array.isArray(hosts.value) ? (hosts.value as readonly string[]) : []
}

function textOf(fact: Fact): string | null {
  return 'value' in fact && typeof fact.value === 'string' ? fact.value : null
}

/** In one order. Our own labels come and go by other rules of the same pass: only those of people are a change. */
function comparable(name: FactName, value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value)
  const all = value as readonly string[]
  return JSON.stringify((name === 'tags' ? labelsOfPeople(all) : all).toSorted((a, b) => (a < b ? -1 : 1)))
}
