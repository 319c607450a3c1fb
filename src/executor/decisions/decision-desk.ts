/**
 * What becomes of the decisions of rules. By the mode of the rule: nothing, a line in the journal, a question to a
 * person, or the deed. Deeds go one after the other on each server, and what does not hold any more is not done.
 */
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Verdicts} from '#memory/verdicts.ts'
import type {Acting} from '#model/access.ts'
import type {ApprovalDesk, AskedDecision} from '#model/approvals.ts'
import type {ArrDeed, DecisionEnd, DecisionOutcome} from '#model/decision-desk.ts'
import type {Decision, Explanation, RuleOutcome, SubjectName, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {NotReady} from '#model/explaining.ts'
import {orphanIn} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {COMES_BACK} from '../guards/decision/loop.ts'
import {Approvals, type ApprovalParts, type Asked} from './approvals.ts'
import {decidedOf} from './decided.ts'
import {DecisionHand, type HandParts} from './decision-hand.ts'
import type {Verdict} from './decision-ruling.ts'
import {LeftAlone, leftAlone} from './left-alone.ts'
import {cameIn, lasting, without} from './own-changes.ts'
import {Quarantines, type QuarantineParts} from './quarantines.ts'
import {Reannounces, type ReannouncesParts} from './reannounces.ts'
import {RunTally} from './run-tally.ts'
import {whyGivenBack, type GivenBack} from './set-aside.ts'
import {simulatedWords} from './simulated-words.ts'
import {ruleActor, verdictEntry} from './verdict-entry.ts'

export interface DeskParts
  extends
    Omit<HandParts, 'quarantines' | 'reannounces'>,
    Omit<QuarantineParts, 'inTurn' | 'ended' | 'deadlines'>,
    Pick<ApprovalParts, 'write'> {
  readonly deadlines: ApprovalParts['deadlines'] &
    QuarantineParts['deadlines'] &
    ReannouncesParts['deadlines']
  readonly verdicts: Pick<Verdicts, 'isAgain' | 'written'>
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  /** What a rule says now of files that nobody claims; `null` = they are not exactly so any more. */
  readonly explainPath: (subject: SubjectName) => Explanation | null
  /** What became of each, for the rules and for people. */
  readonly tell: (end: DecisionEnd) => void
}

export class DecisionDesk implements ApprovalDesk {
  /** What people undid. */
  readonly leftAlone: LeftAlone
  readonly #parts: DeskParts
  readonly #hand: DecisionHand
  readonly #approvals: Approvals
  readonly #quarantines: Quarantines
  readonly #queues = new Map<string, Promise<void>>()
  #cancel: () => void = () => {}
  #trying: Promise<void> = Promise.resolve()

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#quarantines = new Quarantines({
      ...parts,
      inTurn: (serverId, work) => this.#queue(serverId, work),
      ended: (it) => this.#givenBack(it),
    })
    this.#hand = new DecisionHand({
      ...parts,
      quarantines: this.#quarantines,
      reannounces: new Reannounces(parts),
    })
    this.leftAlone = new LeftAlone(parts)
    this.#approvals = new Approvals({
      ...parts,
      expired: (decision) => this.#tell(decision, null, {outcome: 'expired', code: '', message: ''}),
    })
  }

  /** From now on what was set aside is given back when its time is over, and what was put off is tried again. */
  start(): void {
    this.#quarantines.start()
    this.#plan()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#approvals.stop()
    this.#cancel()
    await this.#trying
    await this.#quarantines.stop()
    await Promise.all(this.#queues.values())
  }

  /** All decisions of one pass. Resolves when each was done, asked or refused; it never throws. */
  async take(decisions: readonly Decision[]): Promise<void> {
    const runs = new Map<RuleId, RunTally>()
    const would: Decision[] = []
    const under: Promise<void>[] = []
    for (const decision of decisions) {
      const mode = this.#modeOf(decision)
      if (mode === 'simulate') would.push(decision)
      if (mode === 'ask') under.push(this.#ask(decision))
      if (mode !== 'live') continue
      const live = {...decision, mode}
      const run = runs.get(decision.ruleId) ?? new RunTally()
      runs.set(decision.ruleId, run)
      under.push(this.#inTurn(live, async () => void (await this.#act(live, run))))
    }
    under.push(this.#simulate(would))
    await Promise.all(under)
  }

  waiting(by: Acting): readonly AskedDecision[] {
    return this.#approvals.waiting(by)
  }

  /**
   * Judged again, and done if it still holds.
   * @throws {CommodarrError} `action_unknown`; `not_ready` = nobody can say whether it does: it waits on
   */
  async approve(by: Acting, id: string): Promise<void> {
    const no = await this.#isOver(this.#approvals.asked(by, id))
    const asked = await this.#approvals.approve(by, id)
    if (!no) return this.#grant(asked)
    const {decision} = asked
    const action = decision.actions[0]!
    await this.#note(decision, action, {...no, decided: decidedOf(decision, action, null)})
    this.#tell(decision, null, no)
  }

  #grant(asked: Asked): Promise<void> {
    const seen: Decision = {...lasting(asked.decision), mode: 'ask'}
    return this.#inTurn(seen, async () => {
      const left = await this.#act(seen, new RunTally(asked.entry.id))
      if (left) await this.#approvals.putOff(asked, left)
    })
  }

  /** Who said yes is not asked again only because a server came back a moment ago, or enough was done in this hour. */
  #plan(): void {
    this.#cancel = this.#parts.clock.after(AGAIN_MS, () => {
      this.#trying = this.#trying.then(() => this.#tryAgain())
      this.#plan()
    })
  }

  async #tryAgain(): Promise<void> {
    try {
      for await (const asked of this.#approvals.takePutOff()) {
        const no = await this.#isOver(asked).catch(() => 'notKnown' as const)
        if (no === null) await this.#grant(asked)
        else if (no === 'notKnown') await this.#approvals.putOff(asked, asked.decision)
        else this.#tell(asked.decision, null, no)
      }
    } catch (error) {
      this.#parts.log.error({err: error}, 'what was said yes to could not be tried again')
    }
  }

  /** @throws {CommodarrError} `action_unknown` */
  async decline(by: Acting, id: string): Promise<void> {
    const decision = await this.#approvals.decline(by, id)
    this.#tell(decision, null, {outcome: 'declined', code: '', message: ''})
  }

  /**
   * The removal of a saga that a decision began: through the same guards, in the same queue.
   * @param causeId of the saga, which is its deed in the journal
   */
  async remove(decision: Decision, action: WantedAction, causeId: string | null = null): Promise<Verdict> {
    let verdict: Verdict | undefined
    await this.#inTurn(decision, async () => {
      verdict = await this.#hand.removeFor(decision, action, new RunTally(causeId))
    })
    return verdict ?? {outcome: 'failed', ...untried}
  }

  /**
   * Of what its Arr has blocklisted for not coming in, and what stayed as it came in after all: its Arr takes it in no
   * more, and no rule wants it gone, so a person is asked once. Of anything else nothing is.
   * @throws {StorageFault} then it is not asked
   */
  async askOfCameIn(decision: Decision, action: WantedAction, causeId: string): Promise<void> {
    const {facts, clock} = this.#parts
    const question = cameIn(decision, action, facts.fact(decision.subject, 'complete'))
    if (!question) return
    const decided = decidedOf(question, action, null)
    const what = {
      at: clock.now(),
      phase: 'waiting',
      message: CAME_IN,
      decided,
      causeId,
      isBrief: true,
    } as const
    const isNew = await this.#approvals.ask({
      ...{decision: question, entry: this.#entry(question, what), standsAlone: true},
    })
    if (isNew) this.#tell(question, null, {outcome: 'waiting', code: '', message: CAME_IN})
  }

  /** Hours may have passed since its rule asked: whether that wants it still is judged by what is so now. */
  async #isOver({decision: {ruleId, subject}, standsAlone}: Asked): Promise<(Verdict & Told) | null> {
    if (standsAlone) return null
    const {facts, explain, explainPath} = this.#parts
    const key = facts.torrent(subject)
    const isPath = subject.kind === 'path'
    const explanation = isPath ? explainPath(subject) : key && (await explain(key))
    const over = (what: string) =>
      ({outcome: 'cancelled', code: 'changed_meanwhile', message: `changed:${what}`}) as const
    if (isPath && explanation === null) return over('path')
    const outcome = explanation?.rules.find((it) => it.ruleId === ruleId)?.outcome
    if (outcome === 'unknown' || outcome === 'lookingUp') throw new NotReady({...key})
    return !outcome || wantsIt.has(outcome) ? null : over(outcome)
  }

  /** `null` = it is told already what became of it. */
  #modeOf(decision: Decision): 'simulate' | 'ask' | 'live' | null {
    const mode = this.#parts.rules(decision.ruleId)?.rule.mode ?? 'off'
    const isLeftAlone = mode !== 'simulate' && this.leftAlone.isSo(decision)
    const verdict = this.#hand.standing(decision) ?? (isLeftAlone ? leftAlone : null)
    // Whoever is switched off says nothing, and neither does whoever was off when he decided.
    if (verdict && mode !== 'off') this.#tell(decision, null, verdict)
    return verdict || mode === 'off' || decision.mode === 'off' ? null : mode
  }

  /** One line for each, together, as a rule with a wrong figure may want thousands. */
  async #simulate(decisions: readonly Decision[]): Promise<void> {
    const at = this.#parts.clock.now()
    const fresh = decisions.filter((decision) => !this.#isAgain(decision, simulatedWords(decision)))
    await this.#writeVerdicts(
      fresh.map((decision): SaidVerdict => {
        const what = {code: 'simulated', message: 'It was only simulated.'} as const
        const more = {at, phase: 'refused', decided: decidedOf(decision, null, null), ...what} as const
        return {decision, said: simulatedWords(decision), entry: this.#entry(decision, more)}
      }),
    )
    for (const decision of decisions)
      this.#tell(decision, null, {outcome: 'simulated', code: '', message: ''})
  }

  async #ask(decision: Decision): Promise<void> {
    const entry = this.#entry(decision, {
      ...{at: this.#parts.clock.now(), phase: 'waiting', decided: decidedOf(decision, null, null)},
      isBrief: true,
    })
    try {
      const isNew = await this.#approvals.ask({decision, entry})
      if (isNew) this.#tell(decision, null, {outcome: 'waiting', code: '', message: ''})
    } catch (error) {
      this.#fault(decision, error)
    }
  }

  /** In order; a failing one stops those behind it. @returns what has to wait, of which nothing was sent */
  async #act(decision: Decision, run: RunTally): Promise<Decision | null> {
    let rest = decision
    for (const action of decision.actions) {
      const verdict = await this.#hand.act(rest, action, run, (end) =>
        this.#tell(decision, action, {outcome: end, code: '', message: ''}),
      )
      const before = rest
      rest = without(rest, action)
      if (verdict.outcome === 'done') {
        const {decided, byArr} = verdict
        if (decided && byArr) await this.#sayDone(decision, action, decided, byArr)
        else if (decided) await this.#say(decision, action, decided)
        continue
      }
      // Its end is told when it is known.
      if (verdict.outcome === 'unconfirmed') return null
      // First: what is told last is what people read.
      if (verdict.code === COMES_BACK) await this.#ask({...before, actions: from(decision, action)})
      await this.#note(decision, action, verdict)
      this.#tell(decision, action, {...verdict, outcome: verdict.outcome})
      return verdict.outcome === 'postponed' ? {...before, actions: from(decision, action)} : null
    }
    return null
  }

  /** What the executor was never asked has no line of its own yet. */
  async #note(decision: Decision, action: WantedAction, {outcome, code, message, decided, id}: Verdict) {
    const at = this.#parts.clock.now()
    if (!decided) return
    if (outcome === 'quarantined') {
      const entry = this.#entry(decision, {at, phase: 'confirmed', decided, isBrief: true})
      return this.#write([{...entry, id: id!, verb: 'quarantine'}])
    }
    const suspended = outcome === 'suspended' ? this.#parts.suspensions.of(decision.ruleId) : null
    // One line for all that were on their way when their rule was suspended, and another when it is again.
    const about = suspended ? `suspended ${suspended.at}` : subjectOf(decision)
    const said = suspended ? outcome : `${outcome} ${action.action} ${code}`
    if (this.#isAgain(decision, said, about)) return
    const phase = waits.has(outcome) ? 'blocked' : outcome === 'failed' ? 'failed' : 'refused'
    const entry = {...this.#entry(decision, {at, phase, code, message, decided}), verb: action.action}
    await this.#writeVerdicts([{decision, said, about, entry}])
  }

  /** For people: in the journal and in the log, once until it says something else. */
  async #say(decision: Decision, action: WantedAction, decided: JournalDecision): Promise<void> {
    const {template = ''} = action.params as {readonly template?: string}
    const said = `${action.action} ${template}`
    // Beside what else it says of it: two notes shall not take turns.
    const about = `${subjectOf(decision)} ${said}`
    if (this.#isAgain(decision, said, about)) return
    const at = this.#parts.clock.now()
    const args = action.params
    const entry = this.#entry(decision, {at, phase: 'confirmed', message: template, args, decided})
    if (action.action === 'notify')
      this.#parts.log.warn({ruleId: decision.ruleId, of: decision.subject.key}, template || 'a rule notifies')
    await this.#writeVerdicts([{decision, said, about, entry: {...entry, verb: action.action}}])
  }

  /** What an Arr did; what it did just the same before is counted there. */
  async #sayDone(
    decision: Decision,
    action: WantedAction,
    decided: JournalDecision,
    {sameAs, args, message}: ArrDeed,
  ): Promise<void> {
    const said = `${action.action} ${sameAs}`
    const about = `${subjectOf(decision)} ${action.action}`
    if (this.#isAgain(decision, said, about)) return
    const isBrief = action.class !== 'destructive'
    const what = {at: this.#parts.clock.now(), phase: 'confirmed', message, args, isBrief} as const
    const entry = this.#entry(decision, {...what, decided})
    await this.#writeVerdicts([{decision, said, about, entry: {...entry, verb: action.action}}])
  }

  #isAgain(decision: Decision, said: string, about = subjectOf(decision)): boolean {
    const {verdicts, clock} = this.#parts
    return verdicts.isAgain(decision.ruleId, about, wordsOf(decision, said), clock.now())
  }

  /** One line each, however often they come. */
  async #writeVerdicts(said: readonly SaidVerdict[]): Promise<void> {
    const {verdicts, clock} = this.#parts
    if (said.length === 0) return
    const isWritten = await this.#write(said.map(({entry}) => ({isBrief: true, ...entry})))
    if (!isWritten) return
    for (const {decision, entry, said: words, about = subjectOf(decision)} of said) {
      const verdict = {ruleId: decision.ruleId, subject: about, said: wordsOf(decision, words)}
      verdicts.written({...verdict, journalId: entry.id}, clock.now())
    }
  }

  /** Nothing is done because of it, so that the pass goes on without it. */
  async #write(entries: readonly JournalEntry[]): Promise<boolean> {
    try {
      await this.#parts.write(entries)
      return true
    } catch (error) {
      this.#parts.log.error({err: error}, 'what rules decided could not be written to the journal')
      return false
    }
  }

  #inTurn(decision: Decision, work: () => Promise<void>): Promise<void> {
    return this.#queue(decision.subject.serverId, () =>
      work().catch((error: unknown) => this.#fault(decision, error)),
    )
  }

  /** One after the other on each server. @throws what `work` throws */
  async #queue(serverId: ServerId | null, work: () => Promise<void>): Promise<void> {
    const server = serverId ?? ''
    const before = this.#queues.get(server) ?? Promise.resolve()
    const mine = before.then(work)
    const settled = mine.catch(() => {})
    this.#queues.set(server, settled)
    try {
      await mine
    } finally {
      if (this.#queues.get(server) === settled) this.#queues.delete(server)
    }
  }

  #givenBack({id, ruleId, ruleRevision, subject, why}: GivenBack): void {
    const {rules, facts, clock} = this.#parts
    const at = clock.now()
    const about = {ruleId, subject, actions: []}
    const actor = ruleActor(rules(ruleId)?.rule.name ?? ruleId)
    const message = whyGivenBack[why]
    const what = {at, phase: 'undone', code: why, message, actor} as const
    const entry = verdictEntry(about, facts.torrent(subject), {...what, ...this.#nameOf(subject)})
    void this.#write([{...entry, id, verb: 'quarantine', isBrief: true}])
    const end = {outcome: 'cancelled', code: 'quarantine_over', message} as const
    this.#parts.tell({at, ruleId, ruleRevision, subject, action: 'quarantine', ...end})
  }

  #fault(decision: Decision, error: unknown): void {
    this.#parts.log.error({err: error, ruleId: decision.ruleId}, 'a decision could not be carried out')
    const known = error instanceof CommodarrError ? error : untried
    this.#tell(decision, null, {outcome: 'failed', code: known.code, message: known.message})
  }

  #entry(decision: Decision, more: Parameters<typeof verdictEntry>[2]): JournalEntry {
    const {rules, facts} = this.#parts
    const actor = ruleActor(rules(decision.ruleId)?.rule.name ?? decision.ruleId)
    const named = {...more, actor, ...this.#nameOf(decision.subject)}
    return verdictEntry(decision, facts.torrent(decision.subject), named)
  }

  /** Of a torrent, also when nobody will hold it any more. */
  #nameOf(subject: SubjectName): {readonly name?: string} {
    const name = this.#parts.facts.fact(subject, 'name')
    if (subject.kind === 'path') return {name: orphanIn(subject.key).path}
    return subject.kind === 'torrent' && 'value' in name ? {name: name.value as string} : {}
  }

  #tell(decision: Decision, action: WantedAction | null, end: Told): void {
    const {ruleId, ruleRevision, subject} = decision
    const {outcome, code, message, isCostly} = end
    const at = this.#parts.clock.now()
    const what = {outcome, code, message, ...(isCostly && {isCostly})}
    this.#parts.tell({at, ruleId, ruleRevision, subject, action: action?.action ?? null, ...what})
  }
}

/** What a guard put off is tried again so late. */
const AGAIN_MS = 60_000

const CAME_IN =
  'Its Arr blocklisted it for not coming in, and now all of it is there: that Arr takes it in no more. Yes removes it after all, no keeps it.'

const untried = {code: 'internal', message: 'It could not be tried.'}

type Told = Pick<DecisionEnd, 'code' | 'message' | 'isCostly'> & {readonly outcome: DecisionOutcome}

/** Its rule wants it still; also one that acts at other hours, as the person says when. */
const wantsIt: ReadonlySet<RuleOutcome> = new Set<RuleOutcome>(['due', 'candidate', 'closed'])

/** Time or a budget is missing, or a condition. */
const waits: ReadonlySet<Verdict['outcome']> = new Set(['blocked', 'postponed', 'suspended'])

interface SaidVerdict {
  readonly decision: Decision
  /** What it is about beyond its subject; absent = nothing. */
  readonly about?: string
  readonly said: string
  readonly entry: JournalEntry
}

/** It and what is behind it. */
function from({actions}: Decision, action: WantedAction): readonly WantedAction[] {
  return actions.slice(actions.indexOf(action))
}

function subjectOf({subject}: Decision): string {
  return `${subject.kind} ${subject.key}`
}

function wordsOf({ruleRevision}: Decision, said: string): string {
  return `${ruleRevision} ${said}`
}
