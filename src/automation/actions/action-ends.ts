/**
 * What becomes of the end of each action that a rule wanted: it is counted, remembered where the torrent comes back, and
 * told to whoever waits for it. What was begun through an Arr, or takes several steps, ends later than it was sent.
 *
 *   queue ─ report ──┬─▶ counted · managers (unless it is begun only) ─▶ refusals ─▶ listeners ─▶ the torrent's memory
 *   sagas ─ ended ───┘
 */
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {WaitReason} from '#model/unfinished.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision, DecisionEnd, DecisionOutcome, SubjectName, WantedAction} from '#model/decision.ts'
import type {ActionName} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Managers} from '../supervision/managers.ts'
import type {RecentRefusals} from '../supervision/recent-refusals.ts'

interface ActionEndsDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly torrents: Pick<TorrentFacts, 'change' | 'removed'>
  readonly refusals: Pick<RecentRefusals, 'take' | 'forget'>
  readonly managers: Pick<Managers, 'ended'>
  /** Which torrent a decision is about; `null` = none. */
  readonly torrent: (subject: SubjectName) => TorrentKey | null
}

/** When one of these is confirmed its torrent is gone, and counted should it come back. */
const removing: ReadonlySet<ActionName> = new Set<ActionName>([
  'failDownload',
  'recycle',
  'remove',
  'removeWithData',
])

export class ActionEnds {
  readonly #parts: ActionEndsDeps
  readonly #counted = new Map<DecisionOutcome, number>()
  readonly #listeners: ((end: DecisionEnd) => void)[] = []

  constructor(parts: ActionEndsDeps) {
    this.#parts = parts
  }

  /** How often a decision, or one of its actions, ended so since the start. */
  get counted(): ReadonlyMap<DecisionOutcome, number> {
    return this.#counted
  }

  /** Told of each end that the queue reports. */
  onEnd(listener: (end: DecisionEnd) => void): void {
    this.#listeners.push(listener)
  }

  /** For the queue: what became of a decision, or of one of its actions. */
  report(end: DecisionEnd): void {
    const {managers, refusals, torrents, torrent} = this.#parts
    const {action, outcome, subject, at} = end
    // What was begun through an Arr has its end later.
    if (action !== 'failDownload' || outcome !== 'sent') {
      this.#count(outcome)
      managers.ended(end)
    }
    refusals.take(end)
    if (action && outcome === 'confirmed') this.#countRemoved(subject, action)
    for (const listener of this.#listeners) listener(end)
    // Once for each torrent: who wants a file of it anyway is not asked again.
    const isFiltered = action === 'filePriority' && (outcome === 'sent' || outcome === 'confirmed')
    const key = isFiltered ? torrent(subject) : null
    if (key) torrents.change(key, {filteredAt: at}, at)
  }

  /** For sagas: one that carried out an action is over. */
  ended(
    {ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>,
    {action}: Pick<WantedAction, 'action'>,
    outcome: string,
  ): void {
    const isDone = outcome.startsWith('done')
    const end = isDone ? 'confirmed' : 'failed'
    if (isDone) this.#countRemoved(subject, action)
    this.#count(end)
    this.#parts.managers.ended({ruleId, subject, outcome: end})
  }

  /** Why an action that is under way waits, for who explains what is not done; `null` = it does not any more. */
  held(decision: Decision, {action}: Pick<WantedAction, 'action'>, why: WaitReason | null): void {
    const {refusals, clock} = this.#parts
    if (why === null) return refusals.forget(decision)
    const {ruleId, ruleRevision, subject} = decision
    const {code, message} = why
    refusals.take({
      at: clock.now(),
      ruleId,
      ruleRevision,
      subject,
      action,
      outcome: 'postponed',
      code,
      message,
    })
  }

  #count(outcome: DecisionOutcome): void {
    this.#counted.set(outcome, (this.#counted.get(outcome) ?? 0) + 1)
  }

  #countRemoved(subject: SubjectName, action: ActionName): void {
    const {torrents, torrent, clock} = this.#parts
    const key = removing.has(action) ? torrent(subject) : null
    if (key) torrents.removed(key, clock.now())
  }
}
