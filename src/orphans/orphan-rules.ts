/**
 * What rules want of files that nobody claims. Judged by the list of the last look: right after it, and now and then in
 * between, as rules have hours and limits. What they want goes the way of all decisions; whoever carries it out looks
 * at everything again.
 *
 *   look ─▶ list, room on its disks ─▶ pass of all rules about paths ─▶ rule action queue ─▶ orphan remover
 */
import {dirname, join} from 'node:path'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import type {DiskSpace} from '#disk/free-space.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import {
  NotReady,
  type Decision,
  type Explanation,
  type StandingRule,
  type SubjectName,
  type DecisionFacts,
} from '#model/decision.ts'
import {orphanIn, type Orphan, type OrphanFolder, type OrphanReport} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import {evaluate, type PassPart} from '#rules/evaluate.ts'
import {explain} from '#rules/explain.ts'
import type {FactReaders} from '#rules/fact-readers.ts'
import {uncounted} from '#rules/rule-costs.ts'
import {RuleSet} from '#rules/rule-set.ts'
import type {ResumeFacts} from '#trash/trash-record.ts'
import type {SteadyTime} from './fleet-claims.ts'
import type {OrphanWatch} from './orphan-watch.ts'
import {isDiskKnown, pathFacts, type PathSubject} from './path-facts.ts'
import type {PathQuarantines} from './path-quarantines.ts'

interface OrphanRulesDeps {
  readonly mounted: MountedDisks
  readonly clock: Clock
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly time: Pick<SteadyTime, 'now'>
  readonly log: {error(about: object, text: string): void}
  readonly watch: Pick<OrphanWatch, 'state' | 'unclaimedFor'>
  readonly rules: () => readonly StandingRule[]
  readonly repository: Pick<TrashRepository, 'all'>
  readonly quarantines: Pick<PathQuarantines, 'keep'>
  readonly timeZone: string
}

interface Listed {
  readonly report: OrphanReport
  /** By id. */
  readonly orphans: ReadonlyMap<string, Orphan>
  /** By path. */
  readonly folders: ReadonlyMap<string, OrphanFolder>
}

const PASS_MS = 10 * MINUTE * 1_000
/** Mapped folders are kept in mind by who looked for orphans in them. */
const keptBySurvey: readonly string[] = []
/** Without holds nothing is counted by it. */
const time = {run: 'orphans', ms: 0, steady: true}

export class OrphanRules {
  readonly readers: FactReaders<PathSubject>
  readonly #parts: OrphanRulesDeps
  readonly #time: TrustedTime
  /** When a rule was asked last, or came. */
  readonly #askedAt = new Map<RuleId, EpochMs>()
  /** By folder, as it was seen last. */
  #rooms: ReadonlyMap<string, DiskSpace | Unseen> = new Map()
  #last: Listed | null = null
  #passing: Promise<void> = Promise.resolve()
  #isWaiting = false
  #isStopped = false
  #decided: (decisions: readonly Decision[]) => Promise<void> = async () => {}
  #cancel: () => void = () => undefined

  constructor(parts: OrphanRulesDeps) {
    this.#parts = parts
    this.#time = new TrustedTime(parts.clock)
    const {time: steady, timeZone} = parts
    this.readers = pathFacts({now: () => steady.now(), wall: () => this.#time.now(), timeZone})
  }

  /** @param listener whoever carries out what rules decide; it resolves when it is known what becomes of each */
  onDecided(listener: (decisions: readonly Decision[]) => Promise<void>): void {
    this.#decided = listener
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(PASS_MS, () => {
      void this.pass()
      this.start()
    })
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#passing
  }

  /** One at a time; what comes meanwhile is one more. Resolves when all was done; never rejects. */
  pass(): Promise<void> {
    if (this.#isWaiting || this.#isStopped) return this.#passing
    this.#isWaiting = true
    this.#passing = this.#passing.then(() => this.#passOnce())
    return this.#passing
  }

  /** `null` = it is not in the list, or another one by now. */
  subject(name: SubjectName): PathSubject | null {
    const listed = this.#listed()
    const orphan = listed?.orphans.get(orphanIn(name.key).id)
    const back = (path: string) => this.#broughtBack().has(path)
    return listed && orphan ? this.#subjectOf(orphan, listed, back) : null
  }

  /** What is listed, for who tries a rule. */
  *subjects(): Generator<PathSubject> {
    const listed = this.#listed()
    if (!listed) return
    const back = this.#broughtBack()
    for (const orphan of listed.orphans.values()) {
      const subject = this.#subjectOf(orphan, listed, (path) => back.has(path))
      if (subject) yield subject
    }
  }

  /** Looks at the room on its disk. */
  async lookAtRoom(name: SubjectName): Promise<void> {
    const folder = dirname(orphanIn(name.key).path)
    const room = await this.#parts.mounted.spaceAround(folder, keptBySurvey)
    // Meanwhile a pass may have looked at others.
    this.#rooms = new Map(this.#rooms).set(folder, room)
  }

  /** `null` = it is not in the list any more. @throws {NotReady} nobody can say */
  explain(name: SubjectName): Explanation | null {
    if (this.#isUnknown(name)) throw new NotReady({path: orphanIn(name.key).path})
    const subject = this.subject(name)
    const at = this.#time.now() ?? this.#parts.clock.now()
    return (
      subject &&
      explain(this.#ruleSetOf(), subject, {at, time, memoryOf: () => null, isHeld: uncounted.isHeld})
    )
  }

  async #passOnce(): Promise<void> {
    this.#isWaiting = false
    try {
      if (!this.#isStopped) await this.#pass()
    } catch (error) {
      this.#parts.log.error({err: error}, 'rules about paths could not be evaluated')
    }
  }

  async #pass(): Promise<void> {
    const {clock, turns, quarantines} = this.#parts
    const ruleSet = this.#ruleSetOf()
    for (const id of this.#askedAt.keys())
      if (!ruleSet.rules.some(({rule}) => rule.id === id)) this.#askedAt.delete(id)
    if (!(await this.#lookAtRooms())) return
    const at = this.#time.now()
    const evaluation = evaluate(ruleSet, {
      subjects: [...this.subjects()],
      isWhole: true,
      events: new Set(),
      at: at ?? clock.now(),
      isClockTrusted: at !== undefined,
      timeOf: () => time,
      memoryOf: () => new Map(),
      askedAt: ({id, schedule}) => this.#askedSince(id, schedule?.cron !== undefined),
      costs: uncounted,
    })
    const parts: PassPart[] = []
    let step = evaluation.next()
    for (; !step.done; step = evaluation.next()) {
      if (step.value) parts.push(step.value)
      if (turns.due()) await turns.next()
    }
    const {asked} = step.value
    const decisions = [...parts, step.value].flatMap((part) => part.decisions)
    for (const id of asked) this.#askedAt.set(id, clock.now())
    const standing = new Set(ruleSet.rules.flatMap(({rule}) => (rule.mode === 'off' ? [] : [rule.id])))
    await quarantines.keep(decisions, ({ruleId, subject}) => {
      const isResting = standing.has(ruleId) && !asked.includes(ruleId)
      return isResting || this.#isUnknown(subject)
    })
    await this.#decided(decisions)
  }

  /** A time of the calendar that passed before it was there is over. */
  #askedSince(id: RuleId, isOfCalendar: boolean): EpochMs {
    const since = this.#askedAt.get(id) ?? (isOfCalendar ? this.#parts.clock.now() : 0)
    this.#askedAt.set(id, since)
    return since
  }

  /** Nobody can say what is an orphan where it lies, or whether its disk is there. */
  #isUnknown(name: SubjectName): boolean {
    const {report} = this.#parts.watch.state()
    const room = this.#rooms.get(dirname(orphanIn(name.key).path))
    return report === null || isHeld(report, name) || (room !== undefined && !isDiskKnown(room))
  }

  /** @returns `false` = nobody looked for orphans yet */
  async #lookAtRooms(): Promise<boolean> {
    const {report} = this.#parts.watch.state()
    if (report === null) return false
    const folders = new Set(report.orphans.map(({path}) => dirname(path)))
    const rooms = new Map<string, DiskSpace | Unseen>()
    for (const folder of folders)
      rooms.set(folder, await this.#parts.mounted.spaceAround(folder, keptBySurvey))
    this.#rooms = rooms
    return true
  }

  #ruleSetOf(): RuleSet<PathSubject> {
    const rules = this.#parts.rules().flatMap(({rule}) => (rule.subject === 'path' ? [rule] : []))
    return new RuleSet(rules, this.readers)
  }

  /** Of the last look; `null` = there was none. */
  #listed(): Listed | null {
    const {report} = this.#parts.watch.state()
    if (report === null) return null
    if (this.#last?.report !== report) {
      const orphans = new Map(report.orphans.map((it) => [it.id, it]))
      this.#last = {report, orphans, folders: new Map(report.folders.map((it) => [withoutEnd(it.path), it]))}
    }
    return this.#last
  }

  #subjectOf(orphan: Orphan, {report, folders}: Listed, back: (path: string) => boolean): PathSubject | null {
    const at = dirname(orphan.path)
    const folder = folders.get(at)
    if (!folder) return null
    return {
      orphan,
      folder,
      unclaimedFor: this.#parts.watch.unclaimedFor(orphan.id),
      room: this.#rooms.get(at) ?? notLooked,
      seenAt: report.endedAt,
      isBroughtBack: () => back(orphan.path),
    }
  }

  /**
   * What a person restored, whatever it was before: files of a torrent whose server left come back alone. For as long as
   * that is remembered. @returns the files, and the folders around them
   */
  #broughtBack(): ReadonlySet<string> {
    const restored = this.#parts.repository.all().filter(({state}) => state === 'restored')
    return new Set(restored.flatMap((it) => [it.name, ...placesOf(it)]))
  }
}

/** Our paths of the files of something in the trash, and of the folders around them below its root. */
function placesOf({resume}: Pick<TrashRecord, 'resume'>): ReadonlySet<string> {
  const places = new Set<string>()
  const {plan} = (resume ?? {}) as Partial<ResumeFacts>
  for (const {from} of plan?.files ?? [])
    for (let at = join(plan!.root, from); at !== plan!.root && !places.has(at); at = dirname(at))
      places.add(at)
  return places
}

const notLooked: Unseen = {unknown: 'unreadable', detail: 'Its disk was not looked at yet.'}

/** Nobody could say what is an orphan where it lies. */
function isHeld({folders}: OrphanReport, {key}: SubjectName): boolean {
  const at = dirname(orphanIn(key).path)
  return folders.some(({path, held}) => held !== null && withoutEnd(path) === at)
}

function withoutEnd(path: string): string {
  return path.replace(/(?<=.)\/$/, '')
}

/**
 * What the rule action queue knows of files that nobody claims, beside what it knows of torrents.
 *
 * @param torrents what is known of everything else
 */
export function factsWithPaths(
  torrents: DecisionFacts,
  listed: Pick<OrphanRules, 'readers' | 'subject' | 'lookAtRoom'>,
): DecisionFacts {
  return {
    async glance(subject) {
      if (subject.kind !== 'path') await torrents.glance(subject)
    },
    async refresh(subject, names, isGrave) {
      if (subject.kind === 'path') await listed.lookAtRoom(subject)
      else await torrents.refresh(subject, names, isGrave)
    },
    async arrChecked(subject) {
      if (subject.kind !== 'path') await torrents.arrChecked(subject)
    },
    async lookAgain(subject, names) {
      if (subject.kind !== 'path') await torrents.lookAgain(subject, names)
    },
    fact(subject, name) {
      if (subject.kind !== 'path') return torrents.fact(subject, name)
      const path = listed.subject(subject)
      return path
        ? listed.readers.fact(name, null, path)
        : {unknown: 'missing', since: null, source: 'Commodarr'}
    },
    isOld: (subject) => subject.kind !== 'path' && torrents.isOld(subject),
    torrent: (subject) => torrents.torrent(subject),
    download: (subject) => torrents.download(subject),
  }
}
