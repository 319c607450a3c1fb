/** What the journal tells of what rules decide: each once, until it is something else. */
import type {Verdicts} from '#automation-state/verdicts.ts'
import type {BegunEntry, Verdict} from '#executor/outcomes.ts'
import {decidedOf, ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {LineKind} from '#journal/line-quota.ts'
import {QuotaUsedUp} from '#model/errors.ts'
import type {ArrChange, Decision, SubjectName, WantedAction} from '#model/decision.ts'
import {orphanIn} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import {wantedIn} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {PersonNotices} from '../alerts/person-notices.ts'
import {SERVER_AWAY, type ActionAuthorizerDeps} from './action-authorizer.ts'
import {whyGivenBack, type GivenBack} from './quarantines.ts'
import {simulatedWords} from './simulated-words.ts'

export interface RuleJournalWriterDeps extends Pick<
  ActionAuthorizerDeps,
  'rules' | 'facts' | 'suspensions' | 'clock'
> {
  readonly verdicts: Pick<Verdicts, 'isAgain' | 'written'>
  /** Resolves when the entries are on disk. @throws {StorageFault} */
  readonly write: (entries: readonly JournalEntry[], kind?: LineKind) => Promise<void>
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly notices: Pick<PersonNotices, 'add'>
}

const QUOTA_TOLD_MS = 3_600_000

/** Where nothing is done because of it, a line that cannot be written keeps nobody: the log has it then. */
export class RuleJournalWriter {
  readonly #parts: RuleJournalWriterDeps
  /** By the duration clock, ms. */
  #quotaReportedAt = Number.NEGATIVE_INFINITY
  /** Lines about what was not done, until they are written. */
  readonly #writing = new Map<string, Promise<void>>()

  constructor(parts: RuleJournalWriterDeps) {
    this.#parts = parts
  }

  /**
   * One line for each, together, as a rule with a wrong figure may want thousands; each rule by itself, as the owner of
   * another one may have written as much as he may.
   */
  async simulated(decisions: readonly Decision[]): Promise<void> {
    const at = this.#parts.clock.now()
    const fresh = decisions.filter((decision) => !this.#isAgain(decision, simulatedWords(decision)))
    const said = fresh.map((decision): SaidVerdict => {
      const what = {code: 'simulated', message: 'It was only simulated.'} as const
      const more = {at, phase: 'refused', decided: decidedOf(decision, null, null), ...what} as const
      return {decision, said: simulatedWords(decision), entry: this.#entry(decision, more)}
    })
    const ofRules = Map.groupBy(said, ({decision}) => decision.ruleId)
    await Promise.all(Array.from(ofRules.values(), (its) => this.#writeVerdicts(its)))
  }

  /** A question to a person, not written yet. @param action `null` = about all that the rule wants */
  asked(
    decision: Decision,
    action: WantedAction | null,
    more: Pick<JournalEntry, 'message' | 'causeId'> = {},
  ): JournalEntry {
    const decided = decidedOf(decision, action, null)
    return this.#entry(decision, {
      at: this.#parts.clock.now(),
      phase: 'waiting',
      decided,
      isBrief: true,
      ...more,
    })
  }

  /** What is begun, before it is: its end follows on the same line. @throws {StorageFault} then it must not be done */
  announce(
    decision: Decision,
    action: WantedAction,
    begun: BegunEntry,
    decided: JournalDecision,
  ): Promise<void> {
    return this.#parts.write([this.#step(decision, action, begun, {phase: 'sending', decided})])
  }

  /** What went through the executor has its lines already. */
  async done(decision: Decision, action: WantedAction, {decided, byArr, begun}: Verdict): Promise<void> {
    const [phase, message] = ['confirmed', byArr?.message ?? 'It was so by then.'] as const
    if (begun) await this.#write([this.#step(decision, action, begun, {phase, message})])
    else if (decided && byArr) await this.#sayDone(decision, action, decided, byArr)
    else if (decided) await this.#say(decision, action, decided)
  }

  /** What the executor was never asked has no line of its own yet. */
  async notDone(decision: Decision, action: WantedAction, verdict: Verdict): Promise<void> {
    const {outcome, code, message, decided, id, begun} = verdict
    const at = this.#parts.clock.now()
    if (!decided) return
    if (begun) {
      await this.#write([this.#step(decision, action, begun, {phase: 'failed', code, message})])
      return
    }
    if (outcome === 'quarantined') {
      const entry = this.#entry(decision, {at, phase: 'confirmed', decided, isBrief: true})
      await this.#write([{...entry, id: id!, verb: 'quarantine'}])
      return
    }
    const {about, said, more} = this.#saidOf(decision, action, verdict)
    const line = `${decision.ruleId} ${about} ${said}`
    // Many are carried out together: the others are counted on it once it is there.
    for (let its; (its = this.#writing.get(line));) await its
    if (this.#isAgain(decision, said, about)) return
    const phase = waits.has(outcome) ? 'blocked' : outcome === 'failed' ? 'failed' : 'refused'
    const what = {at, phase, code, message: `${message}${more}`, decided} as const
    const entry = {...this.#entry(decision, what), verb: action.action}
    const writing = this.#writeVerdicts([{decision, said, about, entry}])
    this.#writing.set(line, writing)
    try {
      await writing
    } finally {
      this.#writing.delete(line)
    }
  }

  /** What of it makes it the same verdict. */
  #saidOf(
    decision: Decision,
    {action}: WantedAction,
    {outcome, code, isSettled}: Verdict,
  ): {readonly about: string; readonly said: string; readonly more: string} {
    const {suspensions, clock} = this.#parts
    const {serverId} = decision.subject
    const suspended = outcome === 'suspended' ? suspensions.of(decision.ruleId) : null
    // One line for all that were on their way when their rule was suspended, and another when it is again.
    if (suspended) return {about: `suspended ${suspended.at}`, said: outcome, more: ''}
    // And one a day for all that a rule wants of a server that is away: it is no matter of each torrent.
    if (outcome === 'postponed' && code === SERVER_AWAY && serverId !== null)
      return {about: `away ${serverId}`, said: `${outcome} ${dayOf(clock.now())}`, more: ALL_WAIT}
    const subject = subjectOf(decision)
    // And one for each that its server cannot do: others of the rule go on.
    const about = isSettled ? `${subject} ${action}` : subject
    return {about, said: `${outcome} ${action} ${code}`, more: ''}
  }

  /** Out of quarantine, on the line of what set it aside. */
  async givenBack({id, ruleId, subject, why}: GivenBack): Promise<void> {
    const {rules, facts, clock} = this.#parts
    const actor = ruleActor(rules.of(ruleId)?.rule.name ?? ruleId)
    const what = {at: clock.now(), phase: 'undone', code: why, message: whyGivenBack[why], actor} as const
    const about = {ruleId, subject, actions: []}
    const entry = verdictEntry(about, facts.torrent(subject), {...what, ...this.#nameOf(subject)})
    await this.#write([{...entry, id, verb: 'quarantine', isBrief: true}])
  }

  /** For people: in the journal, and a notification in the log and in the bell, once until it says something else. */
  async #say(decision: Decision, action: WantedAction, decided: JournalDecision): Promise<void> {
    const {template = ''} = action.params as {readonly template?: string}
    const said = `${action.action} ${template}`
    // Beside what else it says of it: two notes shall not take turns.
    const about = `${subjectOf(decision)} ${said}`
    if (this.#isAgain(decision, said, about)) return
    const at = this.#parts.clock.now()
    const args = action.params
    const entry = this.#entry(decision, {at, phase: 'confirmed', message: template, args, decided})
    if (action.action === 'notify') this.#notify(decision, template, entry)
    await this.#writeVerdicts([{decision, said, about, entry: {...entry, verb: action.action}}])
  }

  #notify({ruleId, subject}: Decision, template: string, {name, serverId}: JournalEntry): void {
    const {log, notices, rules} = this.#parts
    log.warn({ruleId, of: subject.key}, template || 'a rule notifies')
    const message = [template, name ?? ''].filter((part) => part !== '').join(': ')
    notices.add({
      code: 'rule_notifies',
      ruleId,
      serverId: serverId ?? null,
      name: rules.of(ruleId)?.rule.name ?? ruleId,
      message,
    })
  }

  /** What an Arr did; what it did just the same before is counted there. */
  async #sayDone(
    decision: Decision,
    action: WantedAction,
    decided: JournalDecision,
    {sameAs, args, message}: ArrChange,
  ): Promise<void> {
    const said = `${action.action} ${sameAs}`
    const about = `${subjectOf(decision)} ${action.action}`
    if (this.#isAgain(decision, said, about)) return
    const isBrief = action.class !== 'destructive'
    const what = {at: this.#parts.clock.now(), phase: 'confirmed', message, args, isBrief} as const
    const entry = this.#entry(decision, {...what, decided})
    await this.#writeVerdicts([{decision, said, about, entry: {...entry, verb: action.action}}])
  }

  /** A step of an action of its own. A crash behind the first: the next start says that nobody knows what became of it. */
  #step(
    decision: Decision,
    {action, class: gravity}: WantedAction,
    {id, args}: BegunEntry,
    more: Pick<JournalEntry, 'phase'> & Partial<JournalEntry>,
  ): JournalEntry {
    const at = this.#parts.clock.now()
    const entry = this.#entry(decision, {at, args, isBrief: gravity !== 'destructive', ...more})
    return {...entry, id, verb: action}
  }

  #isAgain(decision: Decision, said: string, about = subjectOf(decision)): boolean {
    const {verdicts, clock} = this.#parts
    return verdicts.isAgain(decision.ruleId, about, wordsOf(decision, said), clock.now())
  }

  /** One line each, however often they come. */
  async #writeVerdicts(said: readonly SaidVerdict[]): Promise<void> {
    const {verdicts, clock} = this.#parts
    if (said.length === 0) return
    const isWritten = await this.#write(
      said.map(({entry}) => ({isBrief: true, ...entry})),
      'verdict',
    )
    if (!isWritten) return
    for (const {decision, entry, said: words, about = subjectOf(decision)} of said) {
      const verdict = {ruleId: decision.ruleId, subject: about, said: wordsOf(decision, words)}
      verdicts.written({...verdict, journalId: entry.id}, clock.now())
    }
  }

  async #write(entries: readonly JournalEntry[], kind: LineKind = 'action'): Promise<boolean> {
    try {
      await this.#parts.write(entries, kind)
      return true
    } catch (error) {
      if (error instanceof QuotaUsedUp) this.reportQuota(entries[0]?.ruleId)
      else this.#parts.log.error({err: error}, 'what rules decided could not be written to the journal')
      return false
    }
  }

  /** Whoever may fill no journal fills no log either. */
  reportQuota(ruleId: RuleId | undefined): void {
    const {clock, log} = this.#parts
    if (clock.monotonic() - this.#quotaReportedAt < QUOTA_TOLD_MS) return
    this.#quotaReportedAt = clock.monotonic()
    log.warn({ruleId}, 'rules of a member decide more than the journal takes of one member')
  }

  #entry(decision: Decision, more: Omit<Parameters<typeof verdictEntry>[2], 'actor'>): JournalEntry {
    const {rules, facts} = this.#parts
    const actor = ruleActor(rules.of(decision.ruleId)?.rule.name ?? decision.ruleId)
    const named = {...more, actor, ...this.#nameOf(decision.subject)}
    return verdictEntry(decision, facts.torrent(decision.subject), named)
  }

  /** Of a torrent, also when nobody will hold it any more. */
  #nameOf(subject: SubjectName): {readonly name?: string} {
    const name = this.#parts.facts.fact(subject, 'name')
    if (subject.kind === 'path') return {name: orphanIn(subject.key).path}
    if (subject.kind === 'wanted') return {name: wantedIn(subject.key).title}
    return subject.kind === 'torrent' && 'value' in name ? {name: name.value as string} : {}
  }
}

/** Time or a budget is missing, or a condition. */
const waits: ReadonlySet<Verdict['outcome']> = new Set(['blocked', 'postponed', 'suspended'])

interface SaidVerdict {
  readonly decision: Decision
  /** What it is about beyond its subject; absent = nothing. */
  readonly about?: string
  readonly said: string
  readonly entry: JournalEntry
}

const ALL_WAIT = ' All that this rule wants on this server waits until it is back.'

function dayOf(at: EpochMs): number {
  return Math.floor(at / (DAY * 1_000))
}

function subjectOf({subject}: Decision): string {
  return `${subject.kind} ${subject.key}`
}

function wordsOf({ruleRevision}: Decision, said: string): string {
  return `${ruleRevision} ${said}`
}
