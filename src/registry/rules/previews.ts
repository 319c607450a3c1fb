/**
 * What a rule would do now, saved or not, to what whoever asks may command. The same judgement as a pass, over
 * what the main thread knows: what an Arr says, or what takes a look at a disk, is unknown here, and counted as such.
 */
import {cpuMsOfThread, type Clock} from '#lib/clock.ts'
import {FairTurns, personOf} from '#lib/fair-turns.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Access, Principal} from '#model/access.ts'
import type {Decision, RulePreview, SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {SubjectKind} from '#model/fact.ts'
import type {OrphanHold, SparedReason} from '#model/orphans.ts'
import type {Rule, RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {compileRule, type CompiledRule} from '#rules/compiled-rule.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {overlapsOf, type OverlapReport} from '#rules/overlaps.ts'
import {preview} from '#rules/preview.ts'
import type {Recorded} from '#rules/replay.ts'
import {draftedRule, type DraftNames, type RuleDraft} from './draft.ts'
import {LATELY_MS, latelyOf, type Lately, type WantedLately} from './lately.ts'
import {lostNames} from './lost-names.ts'
import {withinReach, type Authority} from './reach.ts'
import {recordedLately, type RecordedLately} from './recorded.ts'
import {demandAdministration} from './rights.ts'
import type {RuleService} from './service.ts'
import {ShownPreviews} from './shown-previews.ts'

/** What is known on the main thread, of torrents or of paths. */
export interface PreviewWorld<S> {
  /** As far as he may know it. */
  readersFor(by: Principal): FactReaders<S>
  subjectsOn(servers: readonly ServerId[]): Iterable<S>
  /** Guards of one run of this rule, by what is known here. @returns which one keeps it; `null` = none */
  guardsOf(rule: Rule, access: Access): (decision: Decision, subject: S) => string | null
}

export interface PathWorld<P> extends PreviewWorld<P> {
  /** What is no subject, and why; of how many paths or folders. */
  left(): ReadonlyMap<SparedReason | OrphanHold, number>
}

/** What Arrs are to be asked to search. */
export interface WantedWorld<W> extends Omit<PreviewWorld<W>, 'subjectsOn'> {
  /** Of the Arrs that he may command. */
  subjectsFor(by: Principal): Iterable<W>
}

export interface PreviewReport extends RulePreview {
  readonly subject: SubjectKind
  /** Of a rule about paths: those that it cannot be about. */
  readonly left: ReturnType<PathWorld<never>['left']>
  /** Of a saved rule that only simulates; `null` = it is none, or the text is about something else. */
  readonly lately: Lately | null
  /** `null` = it was not asked for, or the rule is not saved. */
  readonly recorded: RecordedLately | null
  /** By which a rule is had look at exactly these (`RuleRuns`); `null` = the rule is not saved, or not about torrents. */
  readonly shown: string | null
}

interface PreviewDeps<S, P, W> extends DraftNames {
  readonly world: PreviewWorld<S>
  readonly paths: PathWorld<P>
  readonly wanted: WantedWorld<W>
  readonly clock: Clock
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly rules: Pick<RuleService, 'seen' | 'seenBy'>
  readonly accessOf: (authority: Authority) => Access | null
  /** How far this revision of a rule has come with each subject, by its key. */
  readonly heldBy: (rule: Rule) => ReadonlyMap<string, HoldMemory>
  /** What this revision of a rule wanted since then, and only simulated. */
  readonly wantedBy: (rule: Rule, since: EpochMs) => Iterable<WantedLately>
  /** What a rule decided since then, as it was recorded, oldest first. */
  readonly decidedBy: (id: RuleId, since: EpochMs) => AsyncIterable<Recorded>
  /** ms of the processor that this thread took so far; for tests. */
  readonly cpuMs?: () => number
}

/** Of one preview. Of 100,000 torrents a rule as people write it takes a tenth of a second. */
const MOST_CPU_MS = 10_000
/** Each keeps what it found of all torrents while it is made: they share the thread by turns. */
const bounds = {atOnce: 4, ofOne: 1, mostWaiting: 8}

/** It has no name yet. */
const given = {id: 'preview' as RuleId, revision: 1}

export class RulePreviews<S, P, W> {
  readonly #parts: PreviewDeps<S, P, W>
  readonly #requests = new FairTurns(bounds)
  /** Of all rules over all torrents: a preview does not wait for it. */
  readonly #comparisons = new FairTurns({...bounds, atOnce: 1})

  /** Which torrents were shown. */
  readonly #shown: ShownPreviews

  constructor(parts: PreviewDeps<S, P, W>) {
    this.#parts = parts
    this.#shown = new ShownPreviews(parts.clock)
  }

  /**
   * @param of the rule that this is a text of: while it says what it said, what it has held counts. `null` = a new one
   * @param isOfRecorded also what it would have done lately
   * @throws {CommodarrError} forbidden, rule_unknown, too_expensive, {@link RuleInvalid}
   */
  async of(
    by: Principal,
    draft: RuleDraft,
    of: RuleId | null = null,
    isOfRecorded = false,
  ): Promise<PreviewReport> {
    const {world, paths, wanted} = this.#parts
    const shown = of === null ? null : this.#parts.rules.seen(by, of)
    const saved = shown?.rule ? {...shown.rule, mode: shown.mode} : null
    const names = {...this.#parts, standing: saved}
    const drafted = await draftedRule(by, draft, given, names, (rule) =>
      demandAdministration(by.access, rule),
    )
    const rule = saved ? {...drafted, mode: saved.mode} : drafted
    const held = saved?.hold ? this.#parts.heldBy(saved) : new Map<string, HoldMemory>()
    const {subject} = rule
    return this.#requests.run(personOf(by.actor), async () => {
      const keys = new Set<string>()
      const seen =
        subject === 'path'
          ? await this.#look(rule, by, paths, {held, saved})
          : subject === 'wanted'
            ? await this.#look(rule, by, worldOf(wanted, by), {held, saved})
            : await this.#look(rule, by, world, {held, saved}, (key) => keys.add(key))
      const left: PreviewReport['left'] = subject === 'path' ? paths.left() : new Map()
      const now = {...seen, subject, left}
      const isRunnable = saved?.subject === 'torrent' && subject === 'torrent'
      const shownAs = isRunnable ? this.#shown.keep(personOf(by.actor), saved.id, keys) : null
      const recorded = isOfRecorded && saved ? await this.#recorded(rule, saved, by) : null
      return {...now, recorded, shown: shownAs}
    })
  }

  /** Keys of torrents that a preview of a rule showed him; `null` = none that he was shown lately is called so. */
  shownTo(by: Principal, id: RuleId, shown: string): ReadonlySet<string> | null {
    return this.#shown.of(personOf(by.actor), id, shown)
  }

  /**
   * Of a saved rule about torrents those that it would act on now, and those of which that is unknown here, as far as he
   * may command them.
   * @throws {CommodarrError} too_expensive
   */
  meant(by: Principal, rule: Rule): Promise<MeantByRule> {
    return this.#requests.run(personOf(by.actor), async () => {
      const meant: MeantByRule = {acts: [], unknown: []}
      const held = rule.hold ? this.#parts.heldBy(rule) : new Map<string, HoldMemory>()
      await this.#check(rule, by, this.#parts.world, held, ({key}, as) => meant[as].push(key))
      return meant
    })
  }

  /**
   * Of a text that is to be saved: whether it is true of every torrent that he may command, and of how many.
   * @returns `null` = it is not, or there are fewer than `least`
   * @throws {CommodarrError} forbidden, too_expensive, {@link RuleInvalid}
   */
  async matchesAll(
    by: Principal,
    draft: RuleDraft,
    of: RuleId | null,
    least: number,
  ): Promise<number | null> {
    const {subject, looked, matched} = await this.of(by, draft, of)
    return subject === 'torrent' && looked >= least && matched.count === looked ? looked : null
  }

  /** What this revision of a rule wanted within a week, and only simulated. */
  wantedLately(rule: Rule): Iterable<WantedLately> {
    const {clock, wantedBy} = this.#parts
    return wantedBy(rule, clock.now() - LATELY_MS)
  }

  /**
   * Which of the rules that he sees are about the same torrents, of those that he may command.
   * @throws {CommodarrError} too_expensive
   */
  overlaps(by: Principal): Promise<OverlapReport> {
    return this.#comparisons.run(personOf(by.actor), () =>
      this.#inTurns(this.#overlaps(by), 'Your rules take', 'Simplify their patterns, or give them scopes.'),
    )
  }

  *#overlaps(by: Principal): Generator<undefined, OverlapReport> {
    const {rules, accessOf, world} = this.#parts
    const readers = world.readersFor(by)
    const compiled: CompiledRule<S>[] = []
    for (const shown of rules.seenBy(by)) {
      const {rule, mode} = shown
      const access = accessOf(shown)
      const reaching =
        rule?.subject === 'torrent' && mode !== 'off' && access ? withinReach(rule, access, accessOf) : null
      if (reaching !== null) compiled.push(compileRule(reaching, readers))
      yield
    }
    return yield* overlapsOf(compiled, world.subjectsOn(commandedBy(by)))
  }

  #recorded(rule: Rule, saved: Rule, by: Principal): Promise<RecordedLately> {
    const {clock, turns, decidedBy} = this.#parts
    const decided = decidedBy(saved.id, clock.now() - LATELY_MS)
    return recordedLately({rule, decided, servers: commandedBy(by), turns})
  }

  async #look<T>(
    rule: Rule,
    by: Principal,
    world: PreviewWorld<T>,
    {held, saved}: Saved,
    meant: (key: string) => void = () => {},
  ) {
    const now = await this.#check(rule, by, world, held, ({key}) => meant(key))
    // Of a text that is about something else the world here is another one than the saved rule looked at.
    const isReported = saved?.mode === 'simulate' && saved.subject === rule.subject
    return {...now, lately: isReported ? await this.#lately(saved, by, world) : null}
  }

  #lately<T>(saved: Rule, by: Principal, world: PreviewWorld<T>): Promise<Lately> {
    const {clock, turns, wantedBy} = this.#parts
    const [at, servers] = [clock.now(), commandedBy(by)]
    const wanted = wantedBy(saved, at - LATELY_MS)
    const [readers, subjects] = [world.readersFor(by), world.subjectsOn(servers)]
    return latelyOf({wanted, readers, subjects, servers, at, turns})
  }

  async #check<T>(
    drafted: Rule,
    by: Principal,
    world: PreviewWorld<T>,
    memory: ReadonlyMap<string, HoldMemory>,
    meant: (subject: SubjectName, as: keyof MeantByRule) => void = () => {},
  ): Promise<RulePreview> {
    const {access} = by
    const {clock, accessOf, sections} = this.#parts
    // What it keeps by and is gone is in doubt, as where it stands.
    const known = {'server.id': access.servers, 'arr.id': sections(), 'obligation.profile': null}
    const {rule: meantNow} = lostNames(drafted, known)
    const reaching = withinReach(meantNow, access, accessOf)
    const rule = reaching ?? drafted
    const commanded = commandedBy(by)
    const evaluation = preview({
      rule,
      readers: world.readersFor(by),
      at: clock.now(),
      subjects: reaching === null ? [] : world.subjectsOn(commanded),
      // Nothing is held on here: what has to hold for longer than it was is counted as held.
      timeOf: () => ({run: 'preview', ms: 0, steady: true}),
      memory,
      keptBy: world.guardsOf(rule, access),
      meant,
    })
    return this.#inTurns(evaluation, 'The rule takes', 'Simplify its patterns, or give it a scope.')
  }

  /** @throws {CommodarrError} too_expensive */
  async #inTurns<R>(steps: Generator<undefined, R>, what: string, remedy: string): Promise<R> {
    const {turns, cpuMs = cpuMsOfThread} = this.#parts
    let left = MOST_CPU_MS
    let resumedAt = cpuMs()
    let step = steps.next()
    for (; !step.done; step = steps.next()) {
      if (!turns.due()) continue
      left -= cpuMs() - resumedAt
      if (left < 0) {
        throw new CommodarrError(
          'too_expensive',
          `${what} more than ${MOST_CPU_MS / 1_000} s to evaluate over all that you may command. ${remedy}`,
        )
      }
      await turns.next()
      resumedAt = cpuMs()
    }
    return step.value
  }
}

/** No server holds it. */
function worldOf<W>(world: WantedWorld<W>, by: Principal): PreviewWorld<W> {
  return {...world, subjectsOn: () => world.subjectsFor(by)}
}

/** Keys of torrents. */
export interface MeantByRule {
  readonly acts: string[]
  readonly unknown: string[]
}

interface Saved {
  readonly held: ReadonlyMap<string, HoldMemory>
  /** The rule that it is a text of. */
  readonly saved: Rule | null
}

function commandedBy({access}: Principal): readonly ServerId[] {
  return access.servers.filter((id) => access.may('control', id))
}
