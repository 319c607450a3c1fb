/**
 * Makes, changes and removes rules for people. Who may do what is asked first (`rights.ts`), what a draft means is read
 * in `draft.ts`, whether it may act at once is said by `trial.ts`; then it is written, with its action, and stands.
 */
import {randomBytes} from 'node:crypto'
import type {EndOfKeys} from '#accounts/api-keys.ts'
import {ceilingOf} from '#accounts/grants.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, KeyEnd, Principal, UserId} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {RuleSuspension} from '#model/automation-state.ts'
import {systemActor, type Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import type {KnownRule} from '#model/query.ts'
import type {Condition, Rule, RuleId, RuleMode} from '#model/rule.ts'
import {matchedBy} from '#rules/matched-by.ts'
import type {GivenName} from '#rules/rule-mistakes.ts'
import type {EpochMs} from '#model/units.ts'
import {isKeeping} from '#rules/rule-order.ts'
import {modesOf} from '#rules/rule-shape.ts'
import {documentOf} from '#rules/write.ts'
import {deletePresetMode, putPresetMode} from '#store/repositories/preset-modes.ts'
import {
  insertRuleRevision,
  removeRule,
  restoreRule,
  updateRule,
  type RuleRow,
} from '#store/repositories/rules.ts'
import type {Changes} from '../owned/changes.ts'
import {draftedRule, type DraftNames, type RuleDraft} from './draft.ts'
import {ownerOf, ownRuleOf, ruleRowOf} from './own-rule.ts'
import {placesFor} from './places.ts'
import type {Authority, RuleOwner} from './reach.ts'
import {demandActions, demandEditable, demandRule, demandRuling, RuleUnknown, seesRule} from './rights.ts'
import {byAge, type RuleCard, type StandingRules} from './standing-rules.ts'
import {demandMeant, demandTried, modeAfterEdit, trialUntil} from './trial.ts'

interface RuleServiceDeps extends DraftNames {
  /** What a rule may; `null` = its owner is gone or disabled, or its key has ended: it does nothing. */
  readonly accessOf: (authority: Authority) => Access | null
  /** Holds of other revisions than this one are over; `null` = of every revision. */
  readonly forgetHolds: (id: RuleId, except: number | null) => void
  readonly log: {error(about: object, text: string): void}
  readonly changes: Changes
  readonly clock: Clock
  readonly rules: StandingRules
  /** What the database has of a rule, newest first. @throws {StorageFault} */
  readonly revisions: (id: RuleId, most: number) => Promise<readonly RuleRow[]>
  readonly suspensions: {
    of(id: RuleId): RuleSuspension | null
    /** @throws {StorageFault} then it is so in this life alone */
    suspend(suspension: RuleSuspension): Promise<void>
    /** @param seen another one since stays; absent = whatever there is. @throws {StorageFault} then it stays suspended */
    lift(id: RuleId, seen?: RuleSuspension): Promise<void>
  }
}

/** What may change of a rule without a new revision; absent = as it is. */
interface RulePatch {
  readonly mode?: RuleMode | undefined
  readonly order?: number | undefined
}

/** A rule as somebody saw it. */
export interface RevisionOfRule {
  readonly id: RuleId
  readonly revision: number
}

/** Right before another rule, or right behind it. */
export interface RulePlace {
  readonly of: RuleId
  readonly side: 'before' | 'behind'
}

/** A rule as whoever asks is shown it. */
export interface ShownRule extends RuleCard {
  /** edit: all of it. mode: whether it acts, no more. */
  readonly may: 'edit' | 'mode'
  /** Until then it takes a confirmation to let it act; `null` = none. */
  readonly trialUntil: number | null
  /** It does nothing until somebody looked; `null` = it is not held up. */
  readonly suspension: RuleSuspension | null
}

/** A text that a rule had. */
export interface RuleVersion {
  readonly revision: number
  readonly name: string
  readonly at: EpochMs
  /** `null` = whoever had no account. */
  readonly by: UserId | null
  /** With the mode and place of now; `null` = it cannot be read (any more). */
  readonly rule: Rule | null
}

/** The newest of a rule that are shown. */
const MOST_VERSIONS = 100

/** Of one owner: each is judged over all his torrents. */
const MOST_RULES = 200

/** Why a rule is suspended that took too much of the processor. */
export const TOO_COSTLY = 'too_costly'
const ourselves: Actor = systemActor('Commodarr')

export class RuleService {
  readonly #parts: RuleServiceDeps
  readonly #changes: Changes

  constructor(parts: RuleServiceDeps) {
    this.#parts = parts
    this.#changes = parts.changes
  }

  /** What he sees, in the order in which they decide. */
  seenBy(by: Principal): readonly ShownRule[] {
    return this.#parts.rules
      .cards()
      .filter((card) => seesRule(by, card))
      .map((card) => this.#shown(card))
  }

  /** @throws {CommodarrError} rule_unknown */
  seen(by: Principal, id: RuleId): ShownRule {
    const card = this.#parts.rules.card(id)
    if (card === null || !seesRule(by, card)) throw new RuleUnknown(id)
    return this.#shown(card)
  }

  /**
   * Every text that a rule had, the one of now first; none of rules of the configuration, which is where theirs stand.
   * @throws {CommodarrError} rule_unknown, or a StorageFault
   */
  async versions(by: Principal, id: RuleId): Promise<readonly RuleVersion[]> {
    const {origin, mode, order, revision: now} = this.seen(by, id)
    if (origin === 'preset') return []
    const rows = await this.#parts.revisions(id, MOST_VERSIONS)
    return rows.map((row) => {
      const {rule} = ownRuleOf(row)
      const {revision, name, revisedAt: at, revisedBy} = row
      return {
        revision,
        name,
        at,
        by: revisedBy as UserId | null,
        rule: rule && {...rule, mode, order, revision: now},
      }
    })
  }

  /**
   * Rules that he sees, as his searches call them: what each matches on the servers that he may command, as far as it
   * reaches.
   */
  searchedBy(by: Principal): readonly KnownRule[] {
    return this.seenBy(by).map(({id, name}) => ({id, name, condition: () => this.#searched(by, id)}))
  }

  /** `null` = it is not about torrents, does nothing anywhere, or is about none that he may command. */
  #searched({access}: Principal, id: RuleId): Condition | null {
    const rule = this.#parts.rules.of(id)?.rule
    const commanded = access.servers.filter((it) => access.may('control', it))
    if (rule?.subject !== 'torrent' || commanded.length === 0) return null
    return {all: [{fact: 'server.id', op: 'in', value: commanded}, matchedBy(rule)]}
  }

  /**
   * Simulates at first, unless he confirms.
   * @throws {CommodarrError} forbidden, {@link RuleInvalid}, or a StorageFault
   */
  create(by: Principal, draft: RuleDraft, isConfirmed: boolean): Promise<ShownRule> {
    return this.#done(by, 'create', null, async () => {
      demandRuling(by)
      const owner = by.actor.userId
      const rule = await this.#drafted(by, owner, draft, {id: this.#newId(), revision: 1})
      return this.#insert(by, owner, rule, {isConfirmed, copyOf: null})
    })
  }

  /** A rule that he sees, as one of his own that simulates. @throws {CommodarrError} as `create`, rule_unknown */
  copy(by: Principal, id: RuleId): Promise<ShownRule> {
    return this.#done(by, 'create', id, async () => {
      const card = this.#parts.rules.card(id)
      demandRule(by, card, id)
      const owner = by.actor.userId
      const document = {...documentOf(readable(card)), name: `${card.name} (copy)`.slice(-200)}
      const given = {id: this.#newId(), revision: 1}
      const rule = await this.#drafted(by, owner, {rule: document}, given)
      return this.#insert(by, owner, {...rule, mode: 'simulate'}, {isConfirmed: false, copyOf: id})
    })
  }

  /**
   * Another text for it: a new revision. A live rule simulates again, unless he confirms or it does the same as before.
   * @param revision that his text is an edit of; `null` = whichever there is
   * @throws {CommodarrError} as `create`, rule_unknown, changed_meanwhile
   */
  replace(
    by: Principal,
    id: RuleId,
    draft: RuleDraft,
    {isConfirmed, revision}: {readonly isConfirmed: boolean; readonly revision: number | null},
  ): Promise<ShownRule> {
    return this.#done(by, 'change', id, async () => {
      const {card, row: before} = this.#editable(by, id)
      if (revision !== null && revision !== before.revision) {
        throw changedTo(before.revision)
      }
      const given = {id, revision: before.revision + 1}
      const drafted = await this.#drafted(by, before.ownerId as UserId | null, draft, given)
      const now = this.#parts.clock.now()
      const former = card.rule && {rule: card.rule, revisedAt: before.revisedAt}
      const rule = {...drafted, mode: modeAfterEdit(former, drafted, {now, isConfirmed})}
      const {ownerId, createdAt} = before
      const about = {ownerId, createdAt, revisedBy: by.actor.userId, ceiling: ceilingOf(by), now}
      const row = ruleRowOf(rule, about)
      const args = {id, revision: rule.revision, mode: rule.mode}
      await this.#changes.write(eventOf(by, 'change', rule.name, args), (db) => insertRuleRevision(db, row))
      this.#parts.forgetHolds(id, rule.revision)
      this.#parts.rules.put(row)
      return this.#shownNow(id)
    })
  }

  /** @throws {CommodarrError} rule_unknown, forbidden, rule_untried, bad_argument, or a StorageFault */
  change(by: Principal, id: RuleId, patch: RulePatch, isConfirmed: boolean): Promise<ShownRule> {
    return this.#done(by, 'change', id, async () => {
      const card = this.#parts.rules.card(id)
      demandRule(by, card, id)
      if (card.origin === 'preset') await this.#switchPreset(by, card, patch, isConfirmed)
      else await this.#switch(by, card, patch, isConfirmed)
      const isSimulatedElse = (this.#shownNow(id).mode === 'simulate') !== (card.mode === 'simulate')
      // Simulated holds are their own: what goes live begins at nothing.
      if (isSimulatedElse) this.#parts.forgetHolds(id, null)
      return this.#shownNow(id)
    })
  }

  /**
   * Puts a rule elsewhere among those that he sees. Rules beside it get other numbers where that takes it; those of the
   * configuration keep theirs. In one line of the journal.
   * @returns it, as it is now
   * @throws {CommodarrError} rule_unknown, forbidden, bad_argument, or a StorageFault
   */
  move(by: Principal, id: RuleId, {of, side}: RulePlace): Promise<ShownRule> {
    return this.#done(by, 'change', id, async () => {
      const {rules, clock} = this.#parts
      const {card} = this.#editable(by, id)
      demandRule(by, rules.card(of), of)
      const seen = rules.cards().filter((it) => seesRule(by, it) && it.id !== id)
      const at = seen.findIndex((it) => it.id === of)
      if (at < 0) throw new BadArgument('A rule cannot stand before itself.', {field: side})
      const wanted = seen.toSpliced(side === 'before' ? at : at + 1, 0, card)
      const changed = placesFor(
        // What only keeps decides first whatever its number is.
        wanted
          .filter((it) => isFirst(it) === isFirst(card))
          .map((it) => ({id: it.id, order: it.order, isFixed: it.origin === 'preset'})),
        id,
        (one, other) => byAge(rules.card(one)!, rules.card(other)!) < 0,
      )
      if (changed === null) {
        throw new BadArgument('There is no place between these two rules of the configuration.', {
          field: side,
        })
      }
      if (changed.size === 0) return this.#shownNow(id)
      const now = clock.now()
      const args = {id, [side]: of, orders: Object.fromEntries(changed)}
      await this.#changes.write(eventOf(by, 'change', card.name, args), async (db) => {
        for (const [one, position] of changed) await updateRule(db, one, {position}, now)
      })
      for (const [one, position] of changed) {
        rules.put({...rules.own(one)!.row, position, changedAt: now})
      }
      return this.#shownNow(id)
    })
  }

  /** With all that it held. @throws {CommodarrError} rule_unknown, forbidden, or a StorageFault */
  remove(by: Principal, id: RuleId): Promise<void> {
    return this.#done(by, 'remove', id, async () => {
      const {rules, clock, forgetHolds, suspensions} = this.#parts
      const {card} = this.#editable(by, id)
      const event = eventOf(by, 'remove', card.name, {id, revision: card.revision})
      await this.#changes.write(event, (db) => removeRule(db, id, clock.now()))
      rules.drop(id)
      forgetHolds(id, null)
      if (suspensions.of(id) !== null) await suspensions.lift(id)
    })
  }

  /**
   * A rule that was removed in this life of the program, as it was; what it held is gone.
   * @throws {CommodarrError} rule_unknown, forbidden, or a StorageFault
   */
  restore(by: Principal, id: RuleId): Promise<ShownRule> {
    return this.#done(by, 'undo-remove', id, async () => {
      const {rules, clock} = this.#parts
      const dropped = rules.dropped(id)
      const owner = dropped && ownerOf(dropped)
      if (dropped === null || !seesRule(by, {owner})) throw new RuleUnknown(id)
      demandRuling(by)
      if (dropped.rule !== null) this.#demandActions(by, owner, dropped.rule)
      this.#demandRoom(owner)
      const now = clock.now()
      // It may do what he may who puts it back.
      const row = {...dropped.row, ceiling: ceilingOf(by), changedAt: now}
      await this.#changes.write(eventOf(by, 'undo-remove', row.name, {id, revision: row.revision}), (db) =>
        restoreRule(db, row, now),
      )
      rules.put(row)
      return this.#shownNow(id)
    })
  }

  /**
   * Somebody looked: it goes on, with no more than he came with.
   * @throws {CommodarrError} rule_unknown, forbidden (also when an action of it takes a right that he has not), or a
   *   StorageFault
   */
  resume(by: Principal, id: RuleId): Promise<void> {
    return this.#done(by, 'resume', id, async () => {
      const {rules, suspensions} = this.#parts
      const card = rules.card(id)
      demandRule(by, card, id)
      const suspension = suspensions.of(id)
      if (suspension === null && card.obstacle !== 'key_ended') return
      if (card.rule !== null) this.#demandActions(by, card.owner, card.rule)
      const args = {id, reason: suspension?.reason ?? 'key_ended', suspendedAt: suspension?.at ?? null}
      await this.#vouch(by, card, eventOf(by, 'resume', card.name, args))
      if (suspension !== null) await suspensions.lift(id, suspension)
    })
  }

  /**
   * Of a rule that somebody has look now: it is as he saw it, he may let it do what it does, and it does something.
   * @throws {CommodarrError} rule_unknown, forbidden, changed_meanwhile, not_supported
   */
  runnable(by: Principal, {id, revision, mode}: RevisionOfRule & Pick<Rule, 'mode'>): Rule {
    const {rules, suspensions} = this.#parts
    const card = rules.card(id)
    demandRule(by, card, id)
    if (card.revision !== revision) throw changedTo(card.revision)
    if (card.mode !== mode) {
      const message = `"${card.name}" is ${card.mode} by now, where ${mode} was shown. Look again.`
      throw new CommodarrError('changed_meanwhile', message, {ruleId: id, mode: card.mode})
    }
    const {rule} = card
    const why = suspensions.of(id) === null ? whyIdle(card) : 'It is paused until a person reviews it.'
    if (rule === null || why !== null) {
      throw new CommodarrError('not_supported', `"${card.name}" does not run. ${why}`, {ruleId: id})
    }
    this.#demandActions(by, card.owner, rule)
    return {...rule, mode}
  }

  /** Written down first: somebody has these look now. @throws {CommodarrError} what `work` throws, or a StorageFault */
  ran<T>(by: Principal, {id, revision, name}: Rule, torrents: number, work: () => Promise<T>): Promise<T> {
    const event = eventOf(by, 'run', name, {id, revision, torrents})
    return this.#changes.inTurn(() => this.#changes.announced(event, work))
  }

  /**
   * Keys have ended, or allow less than before: what was made or let act with them does nothing until somebody looked.
   * Also after a start, for keys that ended meanwhile. Never rejects: what could not be written is logged, and a rule
   * whose key allows nothing does nothing in any case.
   * @param endOf what became of a key; `null` = it is not meant
   * @returns the rules, also those that were suspended before
   */
  suspendMadeWith({endOf, actor}: EndOfKeys): Promise<readonly RuleCard[]> {
    const {rules, log} = this.#parts
    rules.reevaluate()
    return this.#changes.inTurn(async () => {
      const meant = rules.cards().flatMap((card) => {
        const ends = card.ceilings.flatMap(({keyId}) => endOf(keyId) ?? [])
        return ends.map((reason) => ({card, reason})).slice(0, 1)
      })
      for (const {card, reason} of meant) {
        try {
          await this.#suspend(card, reason, actor)
        } catch (error) {
          log.error({err: error, rule: card.id}, 'that a rule is suspended could not be written down')
        }
      }
      return meant.map(({card}) => card)
    })
  }

  /**
   * It took too much of the time that all rules of its owner have, and is not evaluated until somebody looked. Never
   * rejects: what could not be written is logged, and it is suspended in this life anyway.
   * @param ms of the processor that it took lately
   */
  suspendCostly(id: RuleId, ms: number): Promise<void> {
    const {rules, suspensions, log} = this.#parts
    return this.#changes.inTurn(async () => {
      const card = rules.card(id)
      if (card === null || suspensions.of(id)?.reason === TOO_COSTLY) return
      try {
        await this.#suspend(card, TOO_COSTLY, ourselves, {ms: Math.round(ms)})
      } catch (error) {
        log.error({err: error, rule: id}, 'that a rule is suspended could not be written down')
      }
    })
  }

  async #suspend(
    {id, revision, name}: RuleCard,
    reason: KeyEnd | typeof TOO_COSTLY,
    actor: Actor,
    detail: {readonly ms: number} | null = null,
  ): Promise<void> {
    const {suspensions, clock} = this.#parts
    if (reason !== TOO_COSTLY && suspensions.of(id) !== null) return
    await suspensions.suspend({ruleId: id, revision, at: clock.now(), reason, detail})
    const event = {actor, subject: 'rule', verb: 'suspend', name, serverId: null, args: {id, reason}} as const
    await this.#changes.note(event)
  }

  /** The rule may do what he may who lets it act now, and no longer what a key before him could. */
  async #vouch(by: Principal, card: RuleCard, event: AuditEvent): Promise<void> {
    const {rules, clock} = this.#parts
    const {id} = card
    const now = clock.now()
    const ceiling = ceilingOf(by)
    const row = rules.own(id)?.row
    const mode = rules.modeOf(id)
    await this.#changes.write(event, async (db) => {
      if (row) await updateRule(db, id, {ceiling}, now)
      else if (mode) await putPresetMode(db, {...mode, ceiling})
    })
    if (row) rules.put({...row, ceiling, changedAt: now})
    else if (mode) rules.putMode(id, {...mode, ceiling})
  }

  async #insert(
    by: Principal,
    owner: UserId | null,
    drafted: Rule,
    {isConfirmed, copyOf}: {readonly isConfirmed: boolean; readonly copyOf: RuleId | null},
  ): Promise<ShownRule> {
    this.#demandRoom(owner)
    const now = this.#parts.clock.now()
    const rule = {...drafted, mode: modeAfterEdit(null, drafted, {now, isConfirmed})}
    const about = {ownerId: owner, createdAt: now, revisedBy: owner, ceiling: ceilingOf(by), now}
    const row = ruleRowOf(rule, about)
    const args = {id: rule.id, mode: rule.mode, ...(copyOf !== null && {copyOf})}
    await this.#changes.write(eventOf(by, 'create', rule.name, args), (db) => insertRuleRevision(db, row))
    this.#parts.rules.put(row)
    return this.#shownNow(rule.id)
  }

  async #switch(by: Principal, card: RuleCard, patch: RulePatch, isConfirmed: boolean): Promise<void> {
    const {rules, clock} = this.#parts
    const {row} = rules.own(card.id)!
    const [mode, order] = [patch.mode ?? row.mode, patch.order ?? row.position]
    if (mode === row.mode && order === row.position) return
    const now = clock.now()
    if (mode !== row.mode && card.rule !== null) demandModeOf(card.rule, mode)
    const isLetAct = mode !== row.mode && mayAct(mode)
    if (isLetAct && card.rule !== null) this.#demandActions(by, card.owner, card.rule)
    if (mode === 'live' && row.mode !== 'live') demandTried(row, {now, isConfirmed})
    const changes = {mode, position: order, ceiling: isLetAct ? ceilingOf(by) : row.ceiling}
    const event = eventOf(by, 'change', card.name, {id: card.id, ...patch})
    await this.#changes.write(event, (db) => updateRule(db, card.id, changes, now))
    rules.put({...row, ...changes, changedAt: now})
  }

  /** Never above what the configuration says, but that one that asks may act when somebody confirms it. */
  async #switchPreset(by: Principal, card: RuleCard, patch: RulePatch, isConfirmed: boolean): Promise<void> {
    const {rules, clock} = this.#parts
    const {id, configuredMode} = card
    const {mode, order} = patch
    if (order !== undefined) demandEditable(card)
    if (mode === undefined || mode === (card.modeThen ?? card.mode)) return
    const isSame = mode === configuredMode
    // Without a mode of its own it would take that of a broader rule, or the one it began with, again.
    const isBack = isSame && this.#parts.rules.unswitchedModeOf(id) === null
    if (mode === 'live' && configuredMode === 'ask') demandMeant(isConfirmed)
    // Who asks first does less than who acts.
    else if (!isSame && (mode === 'live' || (mode === 'ask' && configuredMode !== 'live'))) {
      const message = `The configuration has this rule ${configuredMode}: it can be lowered from that.`
      throw new BadArgument(message, {field: 'mode'})
    }
    if (mayAct(mode) && card.rule !== null) this.#demandActions(by, card.owner, card.rule)
    const {userId: changedBy} = by.actor
    const given = {ruleId: id, mode, changedAt: clock.now(), changedBy, ceiling: ceilingOf(by)}
    await this.#changes.write(eventOf(by, 'change', card.name, {id, mode}), (db) =>
      isBack ? deletePresetMode(db, id) : putPresetMode(db, given),
    )
    rules.putMode(id, isBack ? null : given)
  }

  /** @throws {CommodarrError} rule_unknown, forbidden */
  #editable(by: Principal, id: RuleId): {readonly card: RuleCard; readonly row: RuleRow} {
    const card = this.#parts.rules.card(id)
    demandRule(by, card, id)
    demandEditable(card)
    return {card, row: this.#parts.rules.own(id)!.row}
  }

  #drafted(by: Principal, owner: UserId | null, draft: RuleDraft, given: GivenName): Promise<Rule> {
    return draftedRule(by, draft, given, this.#parts, (rule) => this.#demandActions(by, owner, rule))
  }

  /**
   * Whoever makes it act has every right of every action of it, and so has its owner.
   * @throws {CommodarrError} forbidden
   */
  #demandActions(by: Principal, owner: RuleOwner, rule: Rule): void {
    demandActions(by.access, rule)
    // Rules of the configuration are the house's, whose actions nobody took a right for.
    if (owner === 'file') return
    // Of somebody who is gone nothing is permitted, and nothing new is made for him.
    const nothing = {permits: () => false, everywhere: false}
    demandActions(this.#parts.accessOf({owner, ceilings: []}) ?? nothing, rule)
  }

  #demandRoom(owner: UserId | null): void {
    const {rules} = this.#parts
    const own = rules.cards().filter((card) => card.origin === 'user' && card.owner === owner)
    if (own.length < MOST_RULES) return
    throw new CommodarrError('forbidden', `You have ${MOST_RULES} rules, the maximum.`)
  }

  /** Revisions of a removed rule stay, so its id is not given again; one of the configuration has a dot. */
  #newId(): RuleId {
    return `r-${randomBytes(8).toString('hex')}` as RuleId
  }

  #shownNow(id: RuleId): ShownRule {
    return this.#shown(this.#parts.rules.card(id)!)
  }

  #shown(card: RuleCard): ShownRule {
    const {clock, suspensions} = this.#parts
    const {origin, revisedAt} = card
    return {
      ...card,
      may: origin === 'user' ? 'edit' : 'mode',
      trialUntil: revisedAt === null ? null : trialUntil(revisedAt, clock.now()),
      suspension: suspensions.of(card.id),
    }
  }

  #done<T>(by: Principal, verb: string, id: RuleId | null, work: () => Promise<T>): Promise<T> {
    const name = () => (id === null ? '' : (this.#parts.rules.card(id)?.name ?? ''))
    return this.#changes.attempt(() => eventOf(by, verb, name(), id === null ? {} : {id}), work)
  }
}

/** `null` = it does something, be it that it only reports. */
function whyIdle({rule, mode, obstacle}: RuleCard): string | null {
  if (mode === 'off') return 'It is off.'
  if (rule === null || obstacle !== null) return 'Something keeps it from doing anything: see its page.'
  if (rule.subject === 'path') return 'Rules about unclaimed files run with each scan for them.'
  if (rule.subject === 'wanted') return 'Rules about what is wanted are evaluated whenever that changes.'
  if (rule.subject !== 'torrent') return 'It is about a whole server, and runs whenever that changes.'
  return null
}

/** @throws {BadArgument} rules about its subject have no such mode */
function demandModeOf({subject}: Rule, mode: RuleMode): void {
  const accepted = modesOf(subject)
  if (accepted.includes(mode)) return
  throw new BadArgument(`A rule about this has no mode "${mode}". Accepted: ${accepted.join(', ')}.`, {
    field: 'mode',
  })
}

function changedTo(revision: number): CommodarrError {
  return new CommodarrError('changed_meanwhile', `It was changed meanwhile: its revision is ${revision} now.`)
}

/** Of the modes that let a rule do something, be it after a question. */
function mayAct(mode: RuleMode): boolean {
  return mode === 'live' || mode === 'ask'
}

function isFirst({rule}: RuleCard): boolean {
  return rule !== null && isKeeping(rule)
}

function eventOf(by: Principal, verb: string, name: string, args: object): AuditEvent {
  return {actor: by.actor, subject: 'rule', verb, name, serverId: null, args}
}

/** @throws {CommodarrError} bad_argument */
function readable({rule}: RuleCard): Rule {
  if (rule !== null) return rule
  throw new BadArgument('The stored rule cannot be read.')
}
