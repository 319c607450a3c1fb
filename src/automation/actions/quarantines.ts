/**
 * Torrents that are stopped and marked before a rule may have them gone, with what they were before.
 *
 *   set aside ─▶ stopped, tagged ─┬─ it still holds when its time is over ─▶ a fresh decision removes it
 *                  ▲    │         └─ it does not hold any more, or nobody decides ─▶ given back: tag away, started again
 *                  │    ▼
 *                 asked: started for a moment, each hour and when its time is over
 *
 * A stopped torrent has no peers, and its trackers are silent: what they said when it was set aside counts until they
 * are asked again, and nothing is concluded from their silence (scenario S13). Whoever removes our tag, or starts
 * it, has it back as it is, and its rule leaves it alone for a day. What its server would remove at a share limit as soon
 * as it runs stays as it is until that setting is another one, or a person starts it: its server is asked for all of those
 * at once, each minute, and each of them is tried by itself each hour alone.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import {endsOf} from '#executor/rule-entry.ts'
import {factsOf, type DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import {looksOutside} from '#executor/guards/rules/internet.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import {runningBack} from '#executor/undo-plan.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access} from '#model/access.ts'
import {quarantineTag, type DeadlineRecord} from '#model/automation-state.ts'
import {systemActor, type AnyTorrentCommand, type CommandResult} from '#model/command.ts'
import type {
  ActionEndPublisher,
  Decision,
  DecisionFacts,
  Explainer,
  RuleOutcome,
  SubjectName,
} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactName} from '#model/fact.ts'
import {notStartedWords, type LimitEnd} from '#model/limit-end.ts'
import type {RuleId} from '#model/rule.ts'
import type {ItemResult, LimitEndReader, Presence} from '#model/services.ts'
import {isRunning, keptBy, type TorrentState} from '#model/torrent.ts'
import {keyIn, keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {HOUR, MINUTE, type EpochMs, type Seconds} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'
import type {RuleJournalWriter} from './rule-journal-writer.ts'

export interface QuarantineDeps {
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'due' | 'set' | 'amend' | 'cancel'>
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly facts: DecisionFacts
  readonly rules: Pick<StandingRules, 'of'>
  readonly explain: Explainer['explain']
  /** By a whole list that was read since this program began; else unknown. */
  readonly presence: (subject: SubjectName) => Presence
  /** When its server says that it was added, by whatever clock: the same for as long as it is there; `null` = not known. */
  readonly addedAt: (subject: SubjectName) => EpochMs | null
  /** Of this program itself: what a rule set aside is given back also when its owner may nothing any more. */
  readonly ourselves: Access
  /** What servers do with what reaches a share limit. @throws {CommodarrError} */
  readonly limitEnds: Pick<LimitEndReader, 'ofStarted'>
  readonly torrents: Pick<TorrentFacts, 'otherNames'>
  /** One after the other with everything else that rules do on a server. */
  readonly inTurn: (serverId: ServerId | null, work: () => Promise<void>) => Promise<void>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  readonly lines: Pick<RuleJournalWriter, 'givenBack'>
  readonly ends: ActionEndPublisher
  /** What was set aside under this name is not started, as its server would remove it then; `null` = that is over. */
  readonly notStarted: (name: string, about: NotStarted | null) => void
}

export interface NotStarted {
  readonly serverId: ServerId | null
  /** For people. */
  readonly why: string
}

type LimitEnds = ReadonlyMap<InfoHash, LimitEnd>

/** In one look: what each server would do with what is not started there, and how many were tried all the same. */
type Asked = Map<ServerId, {ends: Promise<LimitEnds> | null; tried: number}>

type Step = 'stay' | 'ask' | 'stopAgain' | {readonly back: BackCode}

const LOOK_MS = MINUTE * 1_000
/** So long a server may take to show what we sent it. */
const GRACE_MS = 2 * MINUTE * 1_000
const ASK_EVERY_MS = HOUR * 1_000
/** A tracker that is up answers a torrent that starts within a minute. */
const LISTEN_MS = 2 * MINUTE * 1_000
/** Whoever says nothing for so long is asked again later. */
const ASK_MOST_MS = 10 * MINUTE * 1_000
/** What its server would remove is tried by itself so often: a change of the torrent alone may have made it safe. */
const TRY_EVERY_MS = HOUR * 1_000
/** So many of a server in one look. */
const MOST_TRIED = 5
/** Torrents in one question about share limits. */
const MOST_ASKED = 500

const notHeard: ReadonlySet<RuleOutcome | null> = new Set<RuleOutcome | null>([null, 'unknown', 'lookingUp'])
/** A server that comes up shows these of what is stopped, too. */
const inconclusive: ReadonlySet<TorrentState> = new Set<TorrentState>(['checking', 'moving', 'unknown'])

export class Quarantines {
  readonly #parts: QuarantineDeps
  /** By the clock that does not jump: when its rule wanted it last, when it was over, when we sent something last. */
  readonly #wantedAt = new Map<string, number>()
  readonly #overAt = new Map<string, number>()
  readonly #sentAt = new Map<string, number>()
  /** Of those that are being asked: what was looked up before they ran is forgotten. */
  readonly #heard = new Set<string>()
  /** Not started, as their servers would remove them then. */
  readonly #unsafe = new Map<string, {readonly key: TorrentKey; readonly triedAt: number}>()
  #cancel: () => void = () => {}
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: QuarantineDeps) {
    this.#parts = parts
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.look())
      this.start()
    })
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#cancel()
    await this.#looking
  }

  /** `null` = it is in none of this rule. */
  of(decision: Decision): DecisionItem['quarantine'] {
    const {deadlines, clock} = this.#parts
    const name = nameOf(decision)
    const record = deadlines.of(QUARANTINE, name)
    const it = record && setAsideOf(record)
    // What came again under its hash is set aside for a time of its own.
    if (record === null || (it !== null && this.#isAnother(it))) return this.#restOf(decision)
    this.#wantedAt.set(name, clock.monotonic())
    // Before it was heard what it would be removed for is what it was set aside for.
    const isHeard = !it?.isAsked || (it.asking === true && this.#sinceSent(name) >= LISTEN_MS)
    return {isOver: isHeard && this.#isDue(record), until: record.dueAt, isTakenBack: false}
  }

  /** From now on it is given back, whatever happens. @throws {StorageFault} then it is in none */
  async begin(
    decision: Decision,
    {id, needed, isForATime}: {readonly id: string; readonly needed: Seconds; readonly isForATime: boolean},
  ): Promise<void> {
    const {clock, deadlines} = this.#parts
    const {ruleId, ruleRevision, subject} = decision
    const ran = ranBefore(this.#stateOf(subject), this.#valueOf(subject, 'forceStart') === true)
    const detail: SetAside = {
      id,
      ruleId,
      ruleRevision,
      subject,
      ran,
      isTagged: false,
      isForATime,
      isAsked: isAsked(decision, ran),
      addedAt: this.#parts.addedAt(subject),
    }
    const now = clock.now()
    const dueAt = now + needed * 1_000
    const name = nameOf(decision)
    await deadlines.set({
      kind: QUARANTINE,
      subject: name,
      dueAt,
      version: SET_ASIDE_VERSION,
      detail,
      createdAt: now,
    })
    for (const known of [this.#wantedAt, this.#overAt, this.#unsafe]) known.delete(name)
    this.#heard.delete(name)
    this.#sent(name)
  }

  /** For whatever reason it was set aside. */
  knows(subject: SubjectName): boolean {
    return this.#parts.deadlines
      .ofKind(QUARANTINE)
      .some((record) => setAsideOf(record)?.subject.key === subject.key)
  }

  /**
   * The database is an older copy, which does not know who set this aside: it is given back.
   * @throws {StorageFault} then it stays as it is
   */
  async adopt(subject: SubjectName): Promise<void> {
    const {deadlines, clock} = this.#parts
    if (this.knows(subject)) return
    const about = {id: randomUUIDv7(), ruleId: NOBODY, ruleRevision: 0, subject}
    const detail: SetAside = {...about, ran: 'running', isTagged: true, isForATime: true, back: 'restored'}
    const name = nameOf({ruleId: NOBODY, subject})
    const now = clock.now()
    const ends = {dueAt: now, createdAt: now}
    await deadlines.set({kind: QUARANTINE, subject: name, ...ends, version: SET_ASIDE_VERSION, detail})
  }

  /** Its server took our tag. @throws {StorageFault} */
  async tagged(decision: Decision): Promise<void> {
    await this.#change(nameOf(decision), {isTagged: true})
  }

  /** It was not set aside after all, or went. @throws {StorageFault} */
  async drop(decision: Decision): Promise<void> {
    await this.#forget(nameOf(decision))
  }

  /** Those of a server that is another one by now end where they are: nothing is sent to it. @throws {StorageFault} */
  async forgetServer(serverId: ServerId): Promise<void> {
    for (const record of this.#parts.deadlines.ofKind(QUARANTINE)) {
      const it = setAsideOf(record)
      if (it?.subject.serverId !== serverId) continue
      await this.#forget(record.subject)
      await this.#ended({...it, why: 'another_server'})
    }
  }

  /** Does what is due. It never throws: what fails is tried again in a minute. */
  async look(): Promise<void> {
    const {deadlines, log} = this.#parts
    const asked: Asked = new Map()
    for (const {kind, subject} of [...deadlines.ofKind(QUARANTINE), ...deadlines.ofKind(TAKEN_BACK)]) {
      try {
        // Those before it may have taken minutes: it may have ended, or have begun again.
        const record = deadlines.of(kind, subject)
        if (record !== null) await this.#lookAt(record, asked)
      } catch (error) {
        log.error({err: error, of: subject}, 'what was set aside could not be given back')
      }
    }
  }

  /** @param asked what servers were asked about share limits in this look */
  async #lookAt(record: DeadlineRecord, asked: Asked): Promise<void> {
    const {presence, inTurn, deadlines} = this.#parts
    if (record.kind === TAKEN_BACK) {
      if (this.#isDue(record)) await deadlines.cancel(TAKEN_BACK, record.subject)
      return
    }
    const it = setAsideOf(record)
    if (it === null) return this.#forget(record.subject)
    if (presence(it.subject) === 'gone') return this.#follow(record, it)
    // What we stopped is given back once its server tells of it, also one that left the configuration and comes back.
    if (presence(it.subject) !== 'there') return
    if (this.#isAnother(it) && it.back === undefined)
      return inTurn(it.subject.serverId, () => this.#leave(record, it))
    const step = await this.#stepOf(record, it)
    if (step === 'stay' || (step !== 'stopAgain' && (await this.#isStillUnsafe(record.subject, it, asked))))
      return
    await inTurn(it.subject.serverId, () => this.#take(step, record, it))
  }

  /** It is not listed any more. A hybrid may be listed under its other hash, and is given back there. */
  async #follow(record: DeadlineRecord, it: SetAside): Promise<void> {
    const {deadlines, torrents, presence, addedAt} = this.#parts
    const key = keyIn(it.subject.key)
    const subjects = (key === null ? [] : torrents.otherNames(key)).map((other) => ({
      ...it.subject,
      key: keyText(other),
    }))
    const subject = subjects.find((other) => presence(other) === 'there')
    if (subject) {
      const name = nameOf({ruleId: it.ruleId, subject})
      const detail: SetAside = {...it, subject, addedAt: addedAt(subject)}
      if (deadlines.of(QUARANTINE, name) === null) {
        await deadlines.set({...record, subject: name, detail})
        this.#sent(name)
      }
    }
    await this.#forget(record.subject)
  }

  /** It would be started, and its server would still remove it: that is known of all of them by one question. */
  async #isStillUnsafe(name: string, it: SetAside, asked: Asked): Promise<boolean> {
    const unsafe = this.#unsafe.get(name)
    if (!unsafe) return false
    const hasTag = tagsOf(this.#valueOf(it.subject, 'tags')).includes(quarantineTag)
    // A person started it, or took our tag away: nothing is started.
    if (this.#stateOf(it.subject) !== 'stopped' || (it.isTagged && !hasTag)) return false
    const {key, triedAt} = unsafe
    const of = asked.get(key.serverId) ?? {ends: null, tried: 0}
    asked.set(key.serverId, of)
    const isTried = of.tried < MOST_TRIED && this.#parts.clock.monotonic() - triedAt >= TRY_EVERY_MS
    if (isTried) {
      of.tried++
      return false
    }
    of.ends ??= this.#endsOf(key.serverId)
    const end = (await of.ends).get(key.hash) ?? null
    if (end?.is === 'stays') return false
    // Whoever does not tell it now is believed as before.
    if (end !== null) this.#parts.notStarted(name, {serverId: key.serverId, why: notStartedWords(end)})
    return true
  }

  /** Of all that are not started there; what it does not tell is not in it. */
  async #endsOf(serverId: ServerId): Promise<LimitEnds> {
    const hashes = [...this.#unsafe.values()].flatMap(({key}) => (key.serverId === serverId ? key.hash : []))
    const ends = new Map<InfoHash, LimitEnd>()
    try {
      for (let at = 0; at < hashes.length; at += MOST_ASKED) {
        const some = await this.#parts.limitEnds.ofStarted(serverId, hashes.slice(at, at + MOST_ASKED))
        for (const [hash, end] of some) ends.set(hash, end)
      }
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
    }
    return ends
  }

  /** What it was about left, and another one is there. What that brought our tag along is given back. */
  async #leave(record: DeadlineRecord, it: SetAside): Promise<void> {
    const {subject: name} = record
    // The queue took its time: the one that is there may be set aside by now.
    if (this.#parts.deadlines.of(QUARANTINE, name) !== record) return
    if (tagsOf(this.#valueOf(it.subject, 'tags')).includes(quarantineTag))
      return this.#change(name, {back: 'came_again'})
    await this.#forget(name)
    await this.#ended({...it, why: 'came_again'})
  }

  async #stepOf(record: DeadlineRecord, it: SetAside): Promise<Step> {
    const since = this.#sinceSent(record.subject)
    const back = it.back ?? this.#wishOfPeople(it, since)
    if (back) return {back}
    const isDue = this.#isDue(record)
    if (isDue && it.isForATime) return {back: 'time_over'}
    if (it.isAsked && !it.asking) return isDue || since >= ASK_EVERY_MS ? 'ask' : 'stay'
    if (it.asking && since < LISTEN_MS) return 'stay'
    const isRefresh = it.asking === true && !this.#heard.has(record.subject)
    if (isRefresh) this.#heard.add(record.subject)
    const outcome = await this.#outcomeOf(it, isRefresh)
    // Only when that is known: who cannot be asked leaves it where it is.
    if (outcome === 'no' || outcome === 'outOfScope') return {back: 'condition_ended'}
    if (isDue) return this.#isUndecided(record.subject) ? {back: 'not_decided'} : 'stay'
    return it.asking && (!notHeard.has(outcome) || since >= ASK_MOST_MS) ? 'stopAgain' : 'stay'
  }

  /** Of whoever wrote the rule, and of whoever looks after the torrent. `null` = nobody wants it otherwise */
  #wishOfPeople(it: SetAside, since: number): BackCode | null {
    const rule = this.#parts.rules.of(it.ruleId)?.rule
    if (!rule || rule.mode === 'off' || rule.revision !== it.ruleRevision) return 'rule_revision'
    const tags = this.#valueOf(it.subject, 'tags')
    const isKept = keptBy(tags, this.#valueOf(it.subject, 'category')) !== undefined
    if (isKept || this.#valueOf(it.subject, 'memory.protected') === true) return 'kept'
    if (since < GRACE_MS) return null
    const isUntagged = it.isTagged && Array.isArray(tags) && !tags.includes(quarantineTag)
    const state = this.#stateOf(it.subject)
    const isStarted = !it.asking && isRunning(state) && !inconclusive.has(state)
    return isUntagged || isStarted ? 'taken_back' : null
  }

  /** `null` = nobody can say. */
  async #outcomeOf({ruleId, subject}: SetAside, isRefresh: boolean): Promise<RuleOutcome | null> {
    const key = this.#parts.facts.torrent(subject)
    if (key === null) return null
    const explanation = await this.#parts.explain(key, isRefresh).catch(() => null)
    return explanation?.rules.find((rule) => rule.ruleId === ruleId)?.outcome ?? null
  }

  #isUndecided(name: string): boolean {
    const now = this.#parts.clock.monotonic()
    const overAt = this.#overAt.get(name) ?? now
    this.#overAt.set(name, overAt)
    return now - Math.max(overAt, this.#wantedAt.get(name) ?? overAt) >= waits.undecided.ms
  }

  async #take(step: Exclude<Step, 'stay'>, record: DeadlineRecord, it: SetAside): Promise<void> {
    const {facts, deadlines, presence} = this.#parts
    const name = record.subject
    // The queue took its time.
    if (deadlines.of(QUARANTINE, name) !== record || presence(it.subject) !== 'there') return
    await facts.refresh(it.subject, ['state', 'tags'], false)
    const key = facts.torrent(it.subject)
    if (key === null) return
    if (step === 'ask') return this.#ask(key, name, it)
    if (step !== 'stopAgain') return this.#giveBack(key, name, {...it, why: step.back})
    if (!(await this.#send(key, it, {verb: 'stop', args: {}}))) return
    await this.#change(name, {asking: false})
    this.#sent(name)
  }

  /** Written down first: whoever finds it running after a crash shall not take it for somebody's wish. */
  async #ask(key: TorrentKey, name: string, it: SetAside): Promise<void> {
    await this.#change(name, {asking: true})
    this.#heard.delete(name)
    this.#sent(name)
    if (!(await this.#start(key, name, it))) await this.#change(name, {asking: false})
  }

  async #giveBack(key: TorrentKey, name: string, it: SetAside & GivenBack): Promise<void> {
    const {facts} = this.#parts
    const [state, tags] = [facts.fact(it.subject, 'state'), facts.fact(it.subject, 'tags')]
    if ('unknown' in state || 'unknown' in tags) return
    await this.#change(name, {back: it.why})
    const hasTag = tagsOf(tags.value).includes(quarantineTag)
    const isOurs = hasTag || !it.isTagged
    const runs = it.ran === 'running' || it.ran === 'forced'
    if (isOurs && runs && state.value === 'stopped' && !(await this.#start(key, name, it))) return
    if (hasTag && !(await this.#send(key, it, {verb: 'removeTags', args: {tags: [quarantineTag]}}))) return
    if (it.why === 'taken_back') await this.#rest(name, it)
    await this.#forget(name)
    await this.#ended(it)
  }

  async #ended(it: GivenBack): Promise<void> {
    const {lines, ends} = this.#parts
    await lines.givenBack(it)
    const end = {outcome: 'cancelled', code: 'quarantine_over', message: whyGivenBack[it.why]} as const
    ends.publish({...endsOf(it, {action: 'quarantine'}), ...end})
  }

  /* ───────────────────────────── what is remembered ───────────────────────────── */

  /** His no counts for the rule as it stands. */
  async #rest(name: string, {ruleRevision}: SetAside): Promise<void> {
    const {clock, deadlines} = this.#parts
    const now = clock.now()
    const detail = {ruleRevision}
    const ends = {dueAt: now + waits.takenBack.ms, createdAt: now}
    await deadlines.set({kind: TAKEN_BACK, subject: name, ...ends, version: SET_ASIDE_VERSION, detail})
  }

  #restOf(decision: Decision): DecisionItem['quarantine'] {
    const {deadlines, torrents} = this.#parts
    const {ruleId, ruleRevision, subject} = decision
    const key = keyIn(subject.key)
    const others = key === null ? [] : torrents.otherNames(key).map((other) => keyText(other))
    for (const name of [subject.key, ...others]) {
      const record = deadlines.of(TAKEN_BACK, nameOf({ruleId, subject: {...subject, key: name}}))
      const detail = (record?.detail ?? {}) as Partial<SetAside>
      if (record !== null && !this.#isDue(record) && detail.ruleRevision === ruleRevision)
        return {isOver: false, until: record.dueAt, isTakenBack: true}
    }
    return null
  }

  async #change(name: string, more: Partial<SetAside>): Promise<void> {
    const record = this.#parts.deadlines.of(QUARANTINE, name)
    if (record === null) return
    await this.#parts.deadlines.amend(record, {...(record.detail as SetAside), ...more})
  }

  async #forget(name: string): Promise<void> {
    await this.#parts.deadlines.cancel(QUARANTINE, name)
    for (const known of [this.#wantedAt, this.#overAt, this.#sentAt, this.#heard, this.#unsafe])
      known.delete(name)
    this.#parts.notStarted(name, null)
  }

  #isDue(record: DeadlineRecord): boolean {
    return this.#parts.deadlines.due().includes(record)
  }

  #sent(name: string): void {
    this.#sentAt.set(name, this.#parts.clock.monotonic())
  }

  /** After a restart it counts again. */
  #sinceSent(name: string): number {
    if (!this.#sentAt.has(name)) this.#sent(name)
    return this.#parts.clock.monotonic() - this.#sentAt.get(name)!
  }

  /* ───────────────────────────── what is seen and sent ───────────────────────────── */

  /** `undefined` = unknown. */
  #valueOf(subject: SubjectName, name: FactName) {
    const fact = this.#parts.facts.fact(subject, name)
    return 'unknown' in fact ? undefined : fact.value
  }

  /** It left its server, and came again under its hash. */
  #isAnother({subject, addedAt = null}: SetAside): boolean {
    const now = this.#parts.addedAt(subject)
    return addedAt !== null && now !== null && addedAt !== now
  }

  #stateOf(subject: SubjectName): TorrentState {
    return (this.#valueOf(subject, 'state') as TorrentState | undefined) ?? 'unknown'
  }

  /** Where its server would remove it then it stays as it is: the setting of that server may be put right, or a person starts it. */
  async #start(key: TorrentKey, name: string, it: SetAside): Promise<boolean> {
    const outcome = await this.#outcomeOfSent(key, it, startOf(it))
    const isUnsafe = outcome?.outcome === 'refused' && removedAtLimit.has(outcome.code)
    if (isUnsafe && it.ran !== 'forced') this.#unsafe.set(name, {key, triedAt: this.#parts.clock.monotonic()})
    else this.#unsafe.delete(name)
    this.#parts.notStarted(name, isUnsafe ? {serverId: key.serverId, why: outcome.message} : null)
    return outcome?.outcome === 'done'
  }

  /** `false` = the next look tries it again. */
  async #send(
    key: TorrentKey,
    it: Pick<SetAside, 'id' | 'ruleId'>,
    command: AnyTorrentCommand,
  ): Promise<boolean> {
    return (await this.#outcomeOfSent(key, it, command))?.outcome === 'done'
  }

  async #outcomeOfSent(
    key: TorrentKey,
    it: Pick<SetAside, 'id' | 'ruleId'>,
    command: AnyTorrentCommand,
  ): Promise<CommandResult | undefined> {
    const {executor, ourselves} = this.#parts
    const terms = {
      id: randomUUIDv7(),
      journal: {ruleId: it.ruleId, causeId: it.id, isBrief: true},
      objection: () => null,
    }
    const [result] = await executor.run({
      by: {actor: systemActor('Commodarr'), access: ourselves},
      keys: [key],
      command,
      terms: () => terms,
    })
    return result?.result
  }
}

function startOf({ran}: SetAside): AnyTorrentCommand {
  return {verb: ran === 'forced' ? 'forceStart' : 'start', args: {}}
}

/** Codes of the guard `limitKeepsIt`. */
const removedAtLimit: ReadonlySet<string> = new Set(['not_supported', 'not_ready'])

function tagsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}

/** Why it came back; sentences: `whyGivenBack`. */
type BackCode =
  | 'another_server'
  | 'rule_revision'
  | 'kept'
  | 'taken_back'
  | 'came_again'
  | 'condition_ended'
  | 'time_over'
  | 'not_decided'
  | 'restored'

export const whyGivenBack: Readonly<Record<BackCode, string>> = {
  another_server: 'Another server answers at its address; it was left as it is.',
  rule_revision: 'Its rule was changed or switched off.',
  kept: 'A person marked it to be kept.',
  taken_back: 'A person started it, or removed our tag.',
  came_again: 'It left its server and was added again: what is there now is another one.',
  condition_ended: 'What its rule asks for is not so any more.',
  time_over: 'Its time is over.',
  not_decided: 'Its time is over, and its rule did not want it for a day.',
  restored: 'The database was restored from an older copy, which does not know why it was set aside.',
}

export interface GivenBack {
  /** Of its entry in the journal. */
  readonly id: string
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  readonly why: BackCode
}

/** How it was told to run; `unknown` = nobody can say, so it is not started. */
type Ran = 'running' | 'forced' | 'stopped' | 'unknown'

interface SetAside extends Omit<GivenBack, 'why'> {
  readonly ran: Ran
  /** By its server; `null` = it did not tell. Absent in what earlier versions wrote. */
  readonly addedAt?: EpochMs | null
  /** Its server took our tag. */
  readonly isTagged: boolean
  /** It comes back when its time is over, whoever wants what. */
  readonly isForATime: boolean
  /** Whether its condition still holds shows only while it runs: it is started for a moment now and then. */
  readonly isAsked?: boolean
  /** We started it to be asked, and have not stopped it again. */
  readonly asking?: boolean
  /** Its server told of it as we left it: what is otherwise from then on somebody else did. Absent = not yet. */
  readonly seen?: {readonly stopped: boolean; readonly tagged: boolean}
  /** It is being given back, and that is gone through with. */
  readonly back?: BackCode
}

const QUARANTINE = 'quarantine'
/** In the place of a rule that nobody remembers. */
const NOBODY = 'Commodarr' as RuleId
/** A person took it back: its rule leaves it alone for a while. */
const TAKEN_BACK = 'quarantineRest'
/** Of the shape of `SetAside`. */
const SET_ASIDE_VERSION = 2

/** What is remembered of a torrent that a rule set aside: how it was, and how far its quarantine has come. */
export function nameOf({ruleId, subject}: Pick<Decision, 'ruleId' | 'subject'>): string {
  return `${ruleId} ${subject.key}`
}

/** `null` = an older program wrote it, and nobody knows what it was like. */
function setAsideOf({version, detail}: DeadlineRecord): SetAside | null {
  return version === SET_ASIDE_VERSION && detail !== undefined ? (detail as SetAside) : null
}

/** Stopped it has no speed, no peers, and no tracker that is asked. What a person had stopped is not started. */
function isAsked(decision: Decision, ran: Ran): boolean {
  const runs = ran === 'running' || ran === 'forced'
  return runs && (looksOutside(decision) || factsOf(decision.evidence).includes('state'))
}

function ranBefore(state: TorrentState, forceStart: boolean): Ran {
  if (state === 'stopped') return 'stopped'
  const back = runningBack({state, forceStart}, 'stopped')
  if (!Array.isArray(back)) return 'unknown'
  return forceStart ? 'forced' : 'running'
}
