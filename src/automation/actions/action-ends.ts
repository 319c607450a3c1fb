/**
 * All that follows from the end of an action of a rule, in one order, whoever carried it out. Who publishes has written
 * the line in the journal before: a crash leaves a line without what follows, which the next look at the torrent makes
 * good, and never the other way round (decision 059).
 *
 *   executor: a command that was sent ──────┐          ┌─▶ the saga that waits for this command
 *   queue: a decision, or no command at all ┼─ publish ┤
 *   saga runner: an action of several steps ┘          └─▶ memory of the torrent ─▶ figures ─▶ backoff of managers
 *                                                            ─▶ refusals, for explanations ─▶ planners of whole servers
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {endsOf} from '#executor/rule-entry.ts'
import type {WaitReason} from '#model/unfinished.ts'
import type {Clock} from '#lib/clock.ts'
import type {
  ActionEnded,
  ActionEndPublisher,
  CommandEnd,
  Decision,
  DecisionFacts,
  DecisionOutcome,
  RuleActionEnded,
  WantedAction,
} from '#model/decision.ts'
import type {ActionName} from '#model/rule.ts'
import type {Managers} from '../supervision/managers.ts'
import type {RecentRefusals} from '../supervision/recent-refusals.ts'
import type {WholeServers} from '../whole-server/whole-servers.ts'

interface ActionEndsDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly torrents: Pick<TorrentFacts, 'change' | 'removed'>
  readonly managers: Pick<Managers, 'ended' | 'lookAgain'>
  readonly refusals: Pick<RecentRefusals, 'take' | 'hold' | 'forget'>
  readonly wholes: Pick<WholeServers, 'ended'>
  readonly facts: Pick<DecisionFacts, 'torrent'>
  readonly log: {error(about: object, text: string): void}
}

/** When one of these is confirmed its torrent is gone, and counted should it come back. */
const removing: ReadonlySet<ActionName> = new Set<ActionName>([
  'failDownload',
  'recycle',
  'remove',
  'removeWithData',
])

export class ActionEnds implements ActionEndPublisher {
  readonly #parts: ActionEndsDeps
  readonly #counted = new Map<DecisionOutcome, number>()
  /** Who waits for the command of a saga, by the id of the saga. */
  readonly #steps = new Map<string, (end: CommandEnd) => void>()

  constructor(parts: ActionEndsDeps) {
    this.#parts = parts
  }

  /** How often a decision, or one of its actions, ended so since the start. */
  get counted(): ReadonlyMap<DecisionOutcome, number> {
    return this.#counted
  }

  publish(end: ActionEnded): void {
    if (end.by === 'step') {
      this.#steps.get(end.sagaId)?.(end.outcome)
      return
    }
    const {managers, facts, log} = this.#parts
    const key = end.by === 'saga' && end.action === 'extraFiles.recycle' ? facts.torrent(end.subject) : null
    if (key === null) return this.#follow(end)
    // Its rule may decide again once its manager knows what is left there.
    void managers
      .lookAgain(key, ['extraFiles.count'])
      .catch((error: unknown) => log.error({err: error}, 'what files are left could not be looked at'))
      .then(() => this.#follow(end))
  }

  /**
   * For a saga that is about to send its command: with how that ends. Refused it never does.
   * @returns also how to wait no longer
   */
  step(sagaId: string): {readonly end: Promise<CommandEnd>; readonly forget: () => void} {
    const {promise, resolve} = Promise.withResolvers<CommandEnd>()
    this.#steps.set(sagaId, resolve)
    return {end: promise, forget: () => void this.#steps.delete(sagaId)}
  }

  /** Why an action that is under way waits, for who explains what is not done; `null` = it does not any more. */
  held(decision: Decision, action: WantedAction, why: WaitReason | null): void {
    const {refusals} = this.#parts
    if (why === null) return refusals.forget(decision)
    const {code, message} = why
    refusals.hold({...endsOf(decision, action), outcome: 'postponed', code, message})
  }

  #follow(end: RuleActionEnded): void {
    const {managers, refusals, wholes} = this.#parts
    this.#safely(end, () => this.#remember(end))
    // What was begun through an Arr has its end later.
    if (end.action !== 'failDownload' || end.outcome !== 'sent') {
      this.#counted.set(end.outcome, (this.#counted.get(end.outcome) ?? 0) + 1)
      this.#safely(end, () => managers.ended(end))
    }
    if (end.by === 'saga') return
    this.#safely(end, () => refusals.take(end))
    this.#safely(end, () => wholes.ended(end))
  }

  #remember({subject, action, outcome}: RuleActionEnded): void {
    const {torrents, facts, clock} = this.#parts
    const isGone = action !== null && removing.has(action) && outcome === 'confirmed'
    // Once for each torrent: who wants a file of it anyway is not asked again.
    const isFiltered = action === 'filePriority' && (outcome === 'sent' || outcome === 'confirmed')
    const key = isGone || isFiltered ? facts.torrent(subject) : null
    if (key === null) return
    const now = clock.now()
    if (isGone) torrents.removed(key, now)
    else torrents.change(key, {filteredAt: now}, now)
  }

  /** What fails in one of them is no reason that others, or who carried it out, do not go on. */
  #safely({ruleId, subject, action}: RuleActionEnded, work: () => void): void {
    try {
      work()
    } catch (error) {
      const about = {err: error, ruleId, of: subject.key, action}
      this.#parts.log.error(about, 'what follows from the end of an action failed')
    }
  }
}
