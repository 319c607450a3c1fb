/**
 * From when on a rule may remove each torrent, as its verdict says, and told where the list shows another time. It is
 * found again of what changed, of what is judged again as its time has come, and of everybody in turns, as what a disk
 * or an Arr holds changes without a word.
 */
import type {Standing} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {removalRulesIn, standingIn, type Circumstances, type RemovalRules} from '#rules/explain.ts'
import type {RuleSet} from '#rules/rule-set.ts'
import {removalVerdict} from '#rules/torrent-verdict.ts'
import type {TorrentSubject} from './torrent-subject.ts'

/** Torrents between two breaks. */
const SLICE = 64
/** Everybody has had a turn after so many whole passes. */
const TURNS = 10
/** Closer together two times are one: servers tell how long they seed by the minute. */
const SAME_MS = 60_000

/** `null` = no rule will, whatever time passes; `undefined` = not known. */
type RemovableAt = EpochMs | null | undefined

export interface RemovalDate {
  readonly key: TorrentKey
  /**
   * The first of them whose rule the executor does not refuse counts. The last one has no rule: it holds whatever is
   * refused.
   */
  readonly dates: readonly {
    readonly at: RemovableAt
    /** Which rule would remove it now, or at the end of its hold; `null` = none, whatever `at` says of later. */
    readonly by: RuleId | null
  }[]
}

export class RemovalDates {
  readonly #subject: (key: string) => TorrentSubject | null
  readonly #circumstances: (subject: TorrentSubject) => Circumstances
  /** After each slice. */
  readonly #pause: () => Promise<void>
  readonly #publish: (dates: readonly RemovalDate[]) => void
  #rules: RemovalRules<TorrentSubject> | null = null
  /** Rules changed: the next pass is about everybody. */
  #isOfAll = true
  #turn = 0
  /** When those that are due may be removed if what is due is refused, as it was told last; by their keys. */
  readonly #ifRefused = new Map<string, RemovableAt>()

  constructor(
    subject: (key: string) => TorrentSubject | null,
    circumstances: (subject: TorrentSubject) => Circumstances,
    pause: () => Promise<void>,
    publish: (dates: readonly RemovalDate[]) => void,
  ) {
    this.#subject = subject
    this.#circumstances = circumstances
    this.#pause = pause
    this.#publish = publish
  }

  takeRules(all: RuleSet<TorrentSubject>): void {
    this.#rules = removalRulesIn(all)
    this.#ifRefused.clear()
    this.#isOfAll = true
  }

  /** A rule is asked no more, or again. */
  again(): void {
    this.#isOfAll = true
  }

  /**
   * @param keys of those that changed or are due
   * @param all of everybody, in an order that stays
   */
  async look(keys: Iterable<string>, all: Iterable<string>, isWhole: boolean): Promise<void> {
    const rules = this.#rules
    if (rules === null) return
    let dates: RemovalDate[] = []
    let looked = 0
    for (const key of this.#whoseTurn(keys, all, isWhole)) {
      const date = this.#dateOf(rules, key)
      if (date) dates.push(date)
      if (++looked % SLICE > 0) continue
      if (dates.length > 0) this.#publish(dates)
      dates = []
      await this.#pause()
    }
    if (dates.length > 0) this.#publish(dates)
  }

  #whoseTurn(keys: Iterable<string>, all: Iterable<string>, isWhole: boolean): Iterable<string> {
    if (this.#isOfAll) {
      this.#isOfAll = false
      return [...all]
    }
    if (!isWhole) return keys
    this.#turn = (this.#turn + 1) % TURNS
    return new Set([...keys, ...[...all].filter((_, place) => place % TURNS === this.#turn)])
  }

  /** `null` = the list shows it, or it is gone. */
  #dateOf(rules: RemovalRules<TorrentSubject>, text: string): RemovalDate | null {
    const subject = this.#subject(text)
    if (subject === null) {
      this.#ifRefused.delete(text)
      return null
    }
    const now = this.#circumstances(subject)
    const {name, status, since} = subject.server
    const {key, removalWaits = null} = subject.row
    const around = {server: {name, status, since}, arrName: () => null, removalWaits}
    const dates = datesIn(standingIn(rules, subject, now), around)
    const [{at: first}, {at: last}] = [dates[0]!, dates.at(-1)!]
    const isShown = dates.length === 1 || this.#isShownIfRefused(text, last, now.at)
    if (dates.length === 1) this.#ifRefused.delete(text)
    else this.#ifRefused.set(text, last)
    return isShown && isSame(subject.row.removableAt, first, now.at) ? null : {key, dates}
  }

  #isShownIfRefused(text: string, at: RemovableAt, now: EpochMs): boolean {
    return this.#ifRefused.has(text) && isSame(this.#ifRefused.get(text), at, now)
  }
}

/** With every rule that is due, or whose hold runs, when it may be removed; then when without them. */
function datesIn(standing: Standing, around: Parameters<typeof removalVerdict>[1]): RemovalDate['dates'] {
  const {mayBeRemoved: may, first} = removalVerdict(standing, around)
  const at = may.kind === 'from' ? may.at : may.kind === 'unknown' ? undefined : null
  const asked = standing.rules.find(({ruleId, blockedBy}) => ruleId === first && blockedBy === null)
  const isNear = asked !== undefined && typeof at === 'number'
  if (!isNear || (at > standing.at && asked.outcome !== 'held')) return [{at, by: null}]
  const rules = standing.rules.map((rule) =>
    // Refused now, or paused: either way it does nothing, also at the end of a hold.
    rule.ruleId === first ? {...rule, blockedBy: {isSuspension: true, message: ''}} : rule,
  )
  return [{at, by: first}, ...datesIn({...standing, rules}, around)]
}

function isSame(shown: RemovableAt, at: RemovableAt, now: EpochMs): boolean {
  if (typeof shown !== 'number' || typeof at !== 'number') return shown === at
  return Math.abs(shown - at) <= SAME_MS || (shown <= now && at <= now)
}
