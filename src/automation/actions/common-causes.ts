/**
 * Many torrents that get into trouble alike within minutes are one event about the thing that they share: their server,
 * a disk of it, a tracker, what one Arr downloads. Nothing of it is mended torrent by torrent, so whatever rules want
 * there waits, and one question is asked: the rule that wanted it is suspended, with what resuming it allows.
 *
 *   wanted, and not within the last hour ─▶ counted for all that it shares ─▶ so many within ten minutes ─▶ held
 *   wanted before the last start already, as its hold remembers ─▶ no news
 *   held ─▶ its rule is resumed ─▶ what it wanted goes on, within its limits, and is not counted again
 *
 * A share is no brake on large servers and too tight on small ones: it counts up to an absolute number, and no fewer
 * than another one. What is due by age, ratio or seeding time alone is no trouble, however much of it comes together.
 * Source: scenario S50.
 */
import type {Holds} from '#automation-state/holds.ts'
import type {Suspensions} from '#automation-state/suspensions.ts'
import {diskFolderOf} from '#disk/path-mapping.ts'
import {factsOf} from '#executor/guards/rules/decision-guard.ts'
import {waitsForCause, type CommonCause} from '#executor/guards/rules/common-cause.ts'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import type {Clock} from '#lib/clock.ts'
import type {Compartment} from '#model/access.ts'
import {hangsOn, type Decision, type DecisionFacts, type SubjectName} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ActionName, RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {HOUR, MINUTE, type EpochMs} from '#model/units.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import {withDomains} from '#rules/tracker-domain.ts'

/** Why a rule is suspended that wanted the same for many torrents of one thing. */
export const COMMON_CAUSE = 'commonCause'

/** Why a rule is suspended that wanted too much at once. */
const tooMuch: ReadonlySet<string> = new Set([COMMON_CAUSE, 'maxShare', 'maxPerTracker'])

/** A rule is suspended because it wanted too much at once. */
export function hasWantedTooMuch(suspensions: {all(): readonly {readonly reason: string}[]}): boolean {
  return suspensions.all().some(({reason}) => tooMuch.has(reason))
}

const WINDOW_MS = 10 * MINUTE * 1_000
/** What was wanted within it is wanted still, and no news. */
const NEWS_MS = HOUR * 1_000
const LEAST = 10
const MOST = 50
const SHARE = 0.2

/** What nobody asks for of a torrent that is well. */
const mending: ReadonlySet<ActionName> = new Set<ActionName>(['recheck', 'failDownload', 'arr.blocklist'])
const troubled: ReadonlySet<unknown> = new Set(['error', 'missingFiles', 'stalledDown', 'unknown'])

interface Wanted {
  /** By the clock that does not jump. */
  readonly since: number
  at: number
}

type Thing = Pick<CommonCause, 'what' | 'name' | 'serverId'>

export class CommonCauses {
  readonly #rules: Pick<StandingRules, 'of'>
  readonly #facts: Pick<DecisionFacts, 'fact'>
  readonly #suspensions: Pick<Suspensions, 'of' | 'all' | 'suspend'>
  /** Since when rules wait with what they want, also before this start. */
  readonly #holds: Pick<Holds, 'of'>
  readonly #compartmentOf: (id: ServerId) => Compartment
  readonly #clock: Clock
  readonly #startedAt: EpochMs
  /** By rule and subject: since when it is wanted without a pause. */
  readonly #wanted = new Map<string, Wanted>()
  /** By what is shared: the subjects that got into trouble, and when. */
  readonly #news = new Map<string, Map<string, number>>()

  constructor(
    rules: Pick<StandingRules, 'of'>,
    facts: Pick<DecisionFacts, 'fact'>,
    suspensions: Pick<Suspensions, 'of' | 'all' | 'suspend'>,
    holds: Pick<Holds, 'of'>,
    compartmentOf: (id: ServerId) => Compartment,
    clock: Clock,
  ) {
    this.#rules = rules
    this.#facts = facts
    this.#suspensions = suspensions
    this.#holds = holds
    this.#compartmentOf = compartmentOf
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  /** Those that are held: until their rule goes on, or there is none any more that could. */
  get held(): readonly CommonCause[] {
    return this.#suspensions
      .all()
      .filter(({ruleId, reason}) => reason === COMMON_CAUSE && this.#rules.of(ruleId) !== null)
      .map(({ruleId, detail}) => ({...(detail as Omit<CommonCause, 'ruleId'>), ruleId}))
  }

  /** `null` = nothing that it is part of is held. */
  of(subject: SubjectName): CommonCause | null {
    return partOf(this.held, subject, () => this.#thingsOf(subject))
  }

  /**
   * What rules want in one pass that may act, or may when somebody looked.
   * @returns things whose torrents got into trouble together just now, each once
   */
  note(decisions: readonly Decision[]): readonly CommonCause[] {
    const now = this.#clock.monotonic()
    this.#forget(now)
    // Also what waits stays wanted: else it would be news when its rule goes on.
    const news = decisions.filter((decision) => this.#isNews(decision, now) && this.#isTrouble(decision))
    for (const decision of news) this.#count(decision, now)
    const found: CommonCause[] = []
    for (const decision of news) {
      const {subject} = decision
      const isHeld = partOf([...this.held, ...found], subject, () => this.#thingsOf(subject)) !== null
      const cause = isHeld ? null : this.#causeOf(decision)
      if (cause) found.push(cause)
    }
    return found
  }

  /** Suspends its rule, and so holds whatever else is part of it. @throws {StorageFault} then it is held in this life alone */
  async hold(cause: CommonCause): Promise<void> {
    const {ruleId, ...detail} = cause
    const {guards, revision} = this.#rules.of(ruleId)!.rule
    const least = (name: 'maxPerRun' | 'maxPerHour' | 'maxPerDay') =>
      Math.min(guards[name] ?? usualLimits[name], usualLimits[name])
    const allows =
      `Resuming lets this rule go on with these ${cause.torrents} torrents: at most ${least('maxPerRun')} in a run, ` +
      `${least('maxPerHour')} in an hour and ${least('maxPerDay')} in a day.`
    const all = {...detail, message: `${causeWords(cause)} ${allows}`}
    await this.#suspensions.suspend({
      ruleId,
      revision,
      at: this.#clock.now(),
      reason: COMMON_CAUSE,
      detail: all,
    })
  }

  /** Counted for nothing, unless it is the first time for long. */
  #isNews({ruleId, ruleRevision, subject}: Decision, now: number): boolean {
    const name = `${ruleId} ${ruleRevision} ${subject.kind} ${subject.key}`
    const before = this.#wanted.get(name)
    if (before) before.at = now
    else this.#wanted.set(name, {since: now, at: now})
    if (before) return false
    // What came with the start, as a disk that is not mounted, nobody waited with before.
    const hold = this.#holds.of({ruleId, revision: ruleRevision, subject: subject.key})
    return hold === null || hold.firstAt >= this.#startedAt
  }

  /** What a suspended rule wants waits anyway, and somebody looks before it goes on. */
  #isTrouble(decision: Decision): boolean {
    const {ruleId, subject, actions} = decision
    if (this.#suspensions.of(ruleId) !== null) return false
    if (subject.kind !== 'torrent' || subject.serverId === null || !actions.some(waitsForCause)) return false
    if (actions.some(({action}) => mending.has(action))) return true
    return factsOf(hangsOn(decision)).some(isOfTrackerTrouble) || troubled.has(this.#value(subject, 'state'))
  }

  #count(decision: Decision, now: number): void {
    const {ruleId, subject} = decision
    const sight = this.#sightOf(ruleId, subject)
    for (const thing of this.#thingsOf(subject, factsOf(hangsOn(decision)))) {
      const name = nameWithin(thing, sight)
      const subjects = this.#news.get(name) ?? new Map<string, number>()
      this.#news.set(name, subjects)
      subjects.set(subject.key, now)
    }
  }

  /**
   * Whoever may not see a server learns nothing of it, and is not held for it; nor is anybody for torrents that a member's
   * server makes up.
   */
  #sightOf(ruleId: RuleId, {serverId: of}: SubjectName): readonly ServerId[] {
    const seen = this.#rules.of(ruleId)?.access.servers ?? []
    return of === null ? seen : seen.filter((id) => this.#compartmentOf(id) === this.#compartmentOf(of))
  }

  /** The thing of which most torrents are concerned; of several the one that says most. `null` = it is no crowd. */
  #causeOf(decision: Decision): CommonCause | null {
    const {subject, actions, ruleId} = decision
    const torrents = this.#value(subject, 'server.population')
    const population = typeof torrents === 'number' ? torrents : null
    const sight = this.#sightOf(ruleId, subject)
    let cause: CommonCause | null = null
    for (const thing of this.#thingsOf(subject, factsOf(hangsOn(decision)))) {
      const count = this.#news.get(nameWithin(thing, sight))?.size ?? 0
      if (count < crowdOf(population) || count <= (cause?.torrents ?? 0)) continue
      const servers = thing.serverId === null ? sight : [thing.serverId]
      cause = {...thing, servers, ruleId, torrents: count, population, action: actions[0]!.action}
    }
    return cause
  }

  /** What it shares with others, the narrowest first. @param evidence absent = all of it */
  #thingsOf(subject: SubjectName, evidence?: readonly FactName[]): readonly Thing[] {
    const {serverId} = subject
    const hosts =
      evidence === undefined || evidence.some(isOfTracker) ? this.#value(subject, 'tracker.hosts') : []
    const category =
      evidence === undefined || evidence.some((fact) => fact.startsWith('arr.'))
        ? this.#value(subject, 'category')
        : undefined
    const place = diskFolderOf(this.#value(subject, 'savePath'))
    return [
      ...withDomains(Array.isArray(hosts) ? (hosts as readonly string[]) : []).map((name) => ({
        what: 'tracker' as const,
        name,
        serverId: null,
      })),
      ...(typeof category === 'string' && category !== ''
        ? [{what: 'category' as const, name: category, serverId: null}]
        : []),
      ...(place === null ? [] : [{what: 'disk' as const, name: place, serverId}]),
      {what: 'server', name: serverId ?? '', serverId},
    ]
  }

  #value(subject: SubjectName, name: FactName): unknown {
    const fact = this.#facts.fact(subject, name)
    return 'value' in fact ? fact.value : undefined
  }

  #forget(now: number): void {
    for (const [name, {at}] of this.#wanted) if (now - at >= NEWS_MS) this.#wanted.delete(name)
    for (const [name, subjects] of this.#news) {
      for (const [key, at] of subjects) if (now - at >= WINDOW_MS) subjects.delete(key)
      if (subjects.size === 0) this.#news.delete(name)
    }
  }
}

/** So many torrents are one event. @param population of their server; `null` = unknown */
export function crowdOf(population: number | null): number {
  return Math.max(LEAST, Math.min(MOST, Math.ceil((population ?? 0) * SHARE)))
}

/** For people. */
export function causeWords({what, name, torrents, population, serverId}: CommonCause): string {
  const of = population === null ? `${torrents} torrents` : `${torrents} of ${population} torrents`
  const where = {
    server: `of ${name}`,
    disk: `of ${serverId ?? ''} below ${name}`,
    tracker: `of the tracker ${name}`,
    category: `of the category ${name}`,
  }[what]
  return `${of} ${where} got into the same trouble within ten minutes: the cause is there, and rules wait.`
}

/** The first of these that a torrent is part of. @param things that it shares with others */
function partOf(
  causes: readonly CommonCause[],
  {serverId}: SubjectName,
  things: () => readonly Thing[],
): CommonCause | null {
  const near = causes.filter(({servers}) => serverId !== null && servers.includes(serverId))
  if (near.length === 0) return null
  const names = new Set(things().map(nameOf))
  return near.find((it) => names.has(nameOf(it))) ?? null
}

function nameOf({what, name, serverId}: Thing): string {
  return `${what} ${serverId ?? ''} ${name}`
}

function nameWithin(thing: Thing, sight: readonly ServerId[]): string {
  return thing.serverId === null ? `${nameOf(thing)} ${sight.join(' ')}` : nameOf(thing)
}

function isOfTracker(fact: FactName): boolean {
  return fact.startsWith('tracker.')
}

/** Which trackers a torrent has is no trouble. */
function isOfTrackerTrouble(fact: FactName): boolean {
  return isOfTracker(fact) && fact !== 'tracker.host' && fact !== 'tracker.hosts'
}
