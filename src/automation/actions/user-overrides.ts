/**
 * Torrents that rules leave alone for a day, because a person said so: he had the timer of a rule wait, or undid what
 * the rule did, which it would do again in its next pass. Every route of a rule to a torrent asks here, in the last
 * moment before something is sent too (`ActionAuthorizer.standing`).
 */
import {randomUUIDv7} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {takesAway} from '#executor/guards/rules/decision-guard.ts'
import type {Ruling} from '#executor/outcomes.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Requester, UserId} from '#model/access.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {Actor} from '#model/command.ts'
import type {
  ComingAction,
  Decision,
  Explanation,
  RuleExplanation,
  RuleWait,
  WantedAction,
} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {actionKinds, type ActionName, type Rule, type RuleId} from '#model/rule.ts'
import {keyIn, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import {waitSentence} from '#rules/sentences.ts'
import {nameOf} from './quarantines.ts'
import type {Managers} from '../supervision/managers.ts'

/** Whose action was undone, and on what. */
export type UndoneDecision = Pick<Decision, 'ruleId' | 'ruleRevision' | 'subject'>

/** What a rule is asked about, before it does anything. */
type Wanted = Pick<Decision, 'ruleId' | 'ruleRevision' | 'subject' | 'actions'>

/** As it is written down. */
interface WaitDetail {
  readonly id: string
  readonly key: TorrentKey
  readonly ruleId: RuleId
  readonly ruleName: string
  readonly actions: readonly ActionName[]
  readonly why: RuleWait['why']
  readonly by: {readonly name: string; readonly userId: UserId | null}
  /** It counts for the rule as it stands: whoever changes it wants something else. `null` = however it is changed. */
  readonly ruleRevision: number | null
  /** No rule removes the torrent meanwhile. */
  readonly isOfRemovals: boolean
}

/** The journal's words for having a rule wait, and for having it act before its time. */
export const WAIT = 'wait'
export const DO_NOW = 'doNow'
/** One of each may stand for a rule and a torrent: to end one of them ends that alone. */
const kinds = {put_off: 'putOff', undone: 'undone'} as const satisfies Record<RuleWait['why'], string>
/** Of undos before people could have a rule wait only the revision is known. */
const OF_BEFORE = 1
const VERSION = 2
/** Of one user, or of one API key: nobody puts off more by hand. */
const MOST_OF_ONE = 1_000

/** Codes of what is not done. */
const WAITS = 'waits_for_person'
const UNDONE = 'undone_by_hand'
/** That a person said so explanations see for themselves, and as it is now. */
export const saidByPeople: ReadonlySet<string> = new Set([WAITS, UNDONE])

export class UserOverrides {
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly #rules: Pick<StandingRules, 'of'>
  readonly #torrents: Pick<TorrentFacts, 'otherNames'>
  readonly #managers: Pick<Managers, 'refusalChanged'>
  readonly #clock: Clock
  /** Resolves when the entries are on disk. @throws {StorageFault} */
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  /** The records of each torrent. */
  readonly #names = new Map<string, Map<string, RecordName>>()
  /** Being written down, and in force already: it makes us more careful. By the torrent. */
  readonly #early = new Map<string, Standing>()
  #writing: Promise<unknown> = Promise.resolve()

  constructor(
    deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>,
    rules: Pick<StandingRules, 'of'>,
    torrents: Pick<TorrentFacts, 'otherNames'>,
    managers: Pick<Managers, 'refusalChanged'>,
    clock: Clock,
    write: (entries: readonly JournalEntry[]) => Promise<void>,
  ) {
    this.#deadlines = deadlines
    this.#rules = rules
    this.#torrents = torrents
    this.#managers = managers
    this.#clock = clock
    this.#write = write
    for (const record of this.#records()) this.#remember(record)
  }

  /**
   * Why a rule leaves this alone now; `null` = it does not. A rule that was put off does nothing at all to the torrent.
   * Where it would have removed the torrent, or set it aside, nobody expects that another rule does so an hour later:
   * then no rule removes it until the wait is over, whatever else it would do. An undo counts for its own rule alone.
   */
  objection(wanted: Wanted): Ruling | null {
    const wait = this.#of(wanted)
    if (wait === null) return null
    const [code, message] = [wait.why === 'undone' ? UNDONE : WAITS, waitSentence(wait)]
    return {outcome: 'postponed', code, message}
  }

  /** What a rule is about to do, and will not before its wait is over. */
  holdsBack({key, ruleId, ruleRevision, takesAway: isRemoval, left}: ComingAction): boolean {
    const wait = this.#last(keyText(key), {ruleId, ruleRevision, isRemoval})
    return wait !== null && this.#clock.now() + left * 1_000 < wait.until
  }

  /** Until when no rule removes it, as far as people put that off; `null` = nobody did. */
  removalWait(key: TorrentKey): EpochMs | null {
    const waits = this.#standing(keyText(key)).filter(({detail}) => detail.isOfRemovals)
    return waits.length === 0 ? null : Math.max(...waits.map(({wait}) => wait.until))
  }

  /** All that stand, the first that ends first; not what was undone of a rule that was changed since. */
  list(): readonly RuleWait[] {
    const isOfToday = ({wait: {ruleId}, detail: {ruleRevision}}: Standing) =>
      ruleRevision === null || ruleRevision === this.#rules.of(ruleId)?.rule.revision
    const all = [...this.#names.keys()].flatMap((key) => this.#standingOf(key).filter(isOfToday))
    return all.map(({wait}) => wait).toSorted((one, other) => one.until - other.until)
  }

  /** The same, where a rule leaves it alone, with until when and why. */
  annotate(explanation: Explanation): Explanation {
    const {subject, rules} = explanation
    if (this.#standing(subject.key).length === 0) return explanation
    return {...explanation, rules: rules.map((rule) => this.#annotationOf(rule, explanation))}
  }

  #annotationOf(rule: RuleExplanation, {subject}: Explanation): RuleExplanation {
    if (rule.mode === 'simulate' || rule.mode === 'off') return rule
    const wait = this.#of({...rule, subject})
    if (wait === null) return rule
    const waits = {ruleName: wait.ruleName, until: wait.until, by: wait.by, why: wait.why}
    if (!wouldAct.has(rule.outcome)) return {...rule, waits}
    const sentence = waitSentence(wait)
    return {...rule, waits, needs: [sentence.replace(/\.$/, '')], sentence}
  }

  /**
   * This rule leaves these alone for a day from now on, also over a restart. What is put off again begins its day again.
   * @returns what stands now
   * @throws {CommodarrError} too_many_actions; {StorageFault} then nothing is put off
   */
  putOff(
    {actor}: Pick<Requester, 'actor'>,
    rule: Pick<Rule, 'id' | 'name' | 'do'>,
    torrents: readonly {readonly key: TorrentKey; readonly name: string}[],
  ): Promise<readonly RuleWait[]> {
    return this.#alone(async () => {
      await this.#dropOver()
      this.#demandRoom(actor, rule.id, torrents)
      const now = this.#clock.now()
      const until = now + waits.putOff.ms
      const entries = torrents.map(({key, name}) =>
        entryOfUser(actor, rule, {key, name, verb: WAIT, at: now, until}),
      )
      const records = entries.map(({id}, at) => {
        const {key} = torrents[at]!
        const detail: WaitDetail = {
          id,
          key,
          ruleId: rule.id,
          ruleName: rule.name,
          actions: rule.do.map(({action}) => action),
          why: 'put_off',
          by: {name: actor.name, userId: actor.userId},
          ruleRevision: null,
          isOfRemovals: actionsOf(rule).some(takesAway),
        }
        const subject = nameOf({ruleId: rule.id, subject: subjectOf(key)})
        return {kind: kinds.put_off, subject, dueAt: until, createdAt: now, version: VERSION, detail}
      })
      const before = records.map(({kind, subject}) => this.#deadlines.of(kind, subject))
      await this.#set(records)
      try {
        await this.#write(entries)
      } catch (error) {
        for (const [at, record] of records.entries()) {
          const old = before[at]
          await (old ? this.#set([old]) : this.#drop(record))
        }
        throw error
      }
      return records.flatMap((record) => waitOf(record)?.wait ?? [])
    })
  }

  /** What a person had wait, that it does no more; `null` = it stands no more. */
  ofEntry(id: string): RuleWait | null {
    return this.list().find((wait) => wait.id === id && wait.why === 'put_off') ?? null
  }

  /** He takes it back: its rule may act again. @throws {StorageFault} then it still waits */
  takeBack({id, ruleId, key}: RuleWait): Promise<boolean> {
    return this.#alone(async () => {
      const name = {kind: kinds.put_off, subject: nameOf({ruleId, subject: subjectOf(key)})}
      if (this.#written(name)?.wait.id !== id) return false
      await this.#drop(name)
      return true
    })
  }

  /**
   * Somebody undid what this rule did: it leaves that alone for a day.
   * @param of the entry that was undone
   * @returns ends that, where it was not undone after all: what was undone before or since is left alone on
   * @throws {StorageFault} then it is not left alone
   */
  begin(
    decision: UndoneDecision,
    of: {
      readonly id: string
      readonly actor: Actor
      readonly ruleName: string
      readonly action: ActionName | null
    },
  ): Promise<() => Promise<void>> {
    return this.#alone(async () => {
      await this.#dropOver()
      const subject = nameOf(decision)
      const key = keyIn(decision.subject.key)
      if (key === null) return async () => {}
      const now = this.#clock.now()
      const detail: WaitDetail = {
        id: of.id,
        key,
        ruleId: decision.ruleId,
        ruleName: of.ruleName,
        actions: of.action === null ? [] : [of.action],
        why: 'undone',
        by: {name: of.actor.name, userId: of.actor.userId},
        ruleRevision: decision.ruleRevision,
        isOfRemovals: false,
      }
      const dates = {dueAt: now + waits.putOff.ms, createdAt: now}
      const name = {kind: kinds.undone, subject}
      const before = this.#deadlines.of(name.kind, subject)
      await this.#set([{...name, ...dates, version: VERSION, detail}])
      return () =>
        this.#alone(async () => {
          if (this.#written(name)?.wait.id === of.id) await (before ? this.#set([before]) : this.#drop(name))
        })
    })
  }

  /** Rules may act again on those whose day is over, which is shown from now on. It never throws. */
  async forgetOver(): Promise<void> {
    // What cannot be forgotten now is over all the same.
    await this.#alone(() => this.#dropOver()).catch(() => {})
  }

  /** Whoever answers at its address now has other torrents. @throws {StorageFault} */
  forgetServer(serverId: ServerId): Promise<void> {
    return this.#alone(async () => {
      for (const record of this.#records())
        if (waitOf(record)?.wait.key.serverId === serverId) await this.#drop(record)
    })
  }

  #of({ruleId, ruleRevision, subject, actions}: Wanted): RuleWait | null {
    return this.#last(subject.key, {ruleId, ruleRevision, isRemoval: actions.some(takesAway)})
  }

  /** The one that counts for this; of several the one that lasts longest. */
  #last(
    key: string,
    of: {readonly ruleId: RuleId; readonly ruleRevision: number; readonly isRemoval: boolean},
  ): RuleWait | null {
    const {ruleId, ruleRevision, isRemoval} = of
    const its = this.#standing(key).filter(({wait, detail}) =>
      wait.ruleId === ruleId
        ? detail.ruleRevision === null || detail.ruleRevision === ruleRevision
        : detail.isOfRemovals && isRemoval,
    )
    const last = its.toSorted((one, other) => other.wait.until - one.wait.until)[0]
    return last?.wait ?? null
  }

  /** Also what was said of it while its server listed it under another hash. */
  #standing(key: string): readonly Standing[] {
    if (this.#names.size === 0 && this.#early.size === 0) return []
    const torrent = keyIn(key)
    const others = torrent === null ? [] : this.#torrents.otherNames(torrent)
    return [key, ...others.map((other) => keyText(other))].flatMap((one) => this.#standingOf(one))
  }

  #standingOf(key: string): readonly Standing[] {
    const written = [...(this.#names.get(key)?.values() ?? [])].flatMap((name) =>
      this.#deadlines.isOver(name.kind, name.subject) ? [] : (this.#written(name) ?? []),
    )
    const early = this.#early.get(key)
    return early ? [...written, early] : written
  }

  /** What he puts off again counts once. */
  #demandRoom(actor: Actor, ruleId: RuleId, torrents: readonly {readonly key: TorrentKey}[]): void {
    const coming = new Set(torrents.map(({key}) => keyText(key)))
    const whose = ({name, userId}: Pick<Actor, 'name' | 'userId'>) => userId ?? name
    const own = [...this.#names.keys()]
      .flatMap((key) => this.#standingOf(key))
      .filter(({wait, detail}) => wait.why === 'put_off' && whose(detail.by) === whose(actor))
      .filter(({wait}) => wait.ruleId !== ruleId || !coming.has(keyText(wait.key)))
    if (own.length + coming.size <= MOST_OF_ONE) return
    const message = `You have rules wait with ${own.length} torrents already; ${MOST_OF_ONE} is the most.`
    throw new CommodarrError('too_many_actions', message)
  }

  async #dropOver(): Promise<void> {
    const over = this.#records().filter(({kind, subject}) => this.#deadlines.isOver(kind, subject))
    for (const record of over) await this.#drop(record)
  }

  async #set(records: readonly DeadlineRecord[]): Promise<void> {
    const early = records.flatMap((record) => waitOf(record) ?? [])
    for (const one of early) this.#early.set(keyText(one.wait.key), one)
    try {
      await this.#deadlines.set(...records)
    } finally {
      this.#early.clear()
    }
    for (const record of records) {
      const key = this.#remember(record)
      if (key) this.#changed(key)
    }
  }

  async #drop({kind, subject}: RecordName): Promise<void> {
    const key = this.#written({kind, subject})?.wait.key
    await this.#deadlines.cancel(kind, subject)
    if (!key) return
    const names = this.#names.get(keyText(key))
    names?.delete(`${kind} ${subject}`)
    if (names?.size === 0) this.#names.delete(keyText(key))
    this.#changed(key)
  }

  #changed(key: TorrentKey): void {
    for (const one of [key, ...this.#torrents.otherNames(key)]) this.#managers.refusalChanged(keyText(one))
  }

  #remember(record: DeadlineRecord): TorrentKey | null {
    const key = waitOf(record)?.wait.key ?? null
    if (key === null) return null
    const names = this.#names.get(keyText(key)) ?? new Map<string, RecordName>()
    this.#names.set(keyText(key), names.set(`${record.kind} ${record.subject}`, record))
    return key
  }

  #records(): readonly DeadlineRecord[] {
    return Object.values(kinds).flatMap((kind) => this.#deadlines.ofKind(kind))
  }

  #written({kind, subject}: RecordName): Standing | null {
    return waitOf(this.#deadlines.of(kind, subject))
  }

  /** Two at once shall not both find room. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#writing.then(work)
    this.#writing = mine.catch(() => {})
    return mine
  }
}

type RecordName = Pick<DeadlineRecord, 'kind' | 'subject'>

interface Standing {
  readonly wait: RuleWait
  readonly detail: WaitDetail
}

/** What it says then is what it would do, and does not. */
const wouldAct: ReadonlySet<RuleExplanation['outcome']> = new Set<RuleExplanation['outcome']>([
  'due',
  'candidate',
  'held',
  'closed',
])

/** `null` = it is none, or nobody knows any more of what. */
function waitOf(record: DeadlineRecord | null): Standing | null {
  const detail =
    record && (record.version === VERSION ? (record.detail as WaitDetail | null) : ofBefore(record))
  if (!record || !detail) return null
  const {id, key, ruleId, ruleName, actions, why, by} = detail
  return {wait: {id, key, ruleId, ruleName, actions, why, by: by.name, until: record.dueAt}, detail}
}

/** Of an undo before people could have a rule wait nobody wrote down whose it was. */
function ofBefore({version, subject, detail}: DeadlineRecord): WaitDetail | null {
  const space = subject.lastIndexOf(' ')
  const [ruleId, key] = [subject.slice(0, space) as RuleId, keyIn(subject.slice(space + 1))]
  if (version !== OF_BEFORE || key === null) return null
  const {ruleRevision = null} = (detail ?? {}) as {readonly ruleRevision?: number}
  const by = {name: 'a person', userId: null}
  const [why, isOfRemovals] = ['undone', false] as const
  return {id: '', key, ruleId, ruleName: ruleId, actions: [], why, by, ruleRevision, isOfRemovals}
}

function subjectOf(key: TorrentKey): Decision['subject'] {
  return {kind: 'torrent', key: keyText(key), serverId: key.serverId}
}

/** Of a rule, as a person reads it: with what each does at most. */
export function actionsOf({do: actions}: Pick<Rule, 'do'>): readonly WantedAction[] {
  return actions.map(({action, params}) => ({action, params, ...actionKinds[action]}))
}

/** That a person had a rule wait, or act before its time. @param of `until`: of a wait */
export function entryOfUser(
  actor: Actor,
  rule: Pick<Rule, 'id' | 'name'>,
  of: {
    readonly key: TorrentKey
    readonly name: string
    readonly verb: typeof WAIT | typeof DO_NOW
    readonly at: EpochMs
    readonly until?: EpochMs
  },
): JournalEntry {
  const {key, name, verb, at, until} = of
  return {
    id: randomUUIDv7(),
    at,
    actor,
    subject: 'torrent',
    serverId: key.serverId,
    hash: key.hash,
    name,
    verb,
    args: {rule: rule.name, ruleId: rule.id, ...(until !== undefined && {until})},
    phase: verb === WAIT ? 'confirmed' : 'intended',
    ...(until !== undefined && {message: `Until ${new Date(until).toISOString()}.`}),
    isBrief: true,
  }
}
