/**
 * Torrents that are stopped and marked before a rule may have them gone, with what they were before.
 *
 *   set aside ─▶ stopped, tagged ─┬─ it still holds when its time is over ─▶ a fresh decision removes it
 *                                 └─ it does not hold any more, or nobody decides ─▶ given back: tag away, started again
 *
 * Whoever takes our tag away has it back as it is.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Clock} from '#kit/clock.ts'
import type {Deadlines} from '#memory/deadlines.ts'
import type {Access} from '#model/access.ts'
import type {DecisionFacts, StandingRule} from '#model/decision-desk.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {Explainer} from '#model/explaining.ts'
import type {DeadlineRecord} from '#model/memory.ts'
import type {RuleId} from '#model/rule.ts'
import type {ItemResult} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {TorrentState} from '#model/torrent.ts'
import {DAY, MINUTE, type Seconds} from '#model/units.ts'
import type {AnyTorrentCommand} from '../approve.ts'
import {keepTags} from '../guards/decision/user-first.ts'
import {runningBack} from '../inverse.ts'
import type {TermedOrder} from '../order-terms.ts'

export const quarantineTag = 'commodarr-quarantine'

export interface QuarantineParts {
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'due' | 'set' | 'cancel'>
  readonly executor: {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  readonly facts: DecisionFacts
  readonly rules: (id: RuleId) => StandingRule | null
  readonly explain: Explainer['explain']
  /** By a whole list that was read since this program began; else unknown. */
  readonly presence: (subject: SubjectName) => 'there' | 'gone' | 'unknown'
  /** Of this program itself: what a rule set aside is given back also when its owner may nothing any more. */
  readonly ourselves: Access
  /** One after the other with everything else that rules do on a server. */
  readonly inTurn: (serverId: ServerId | null, work: () => Promise<void>) => Promise<void>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  readonly ended: (about: GivenBack) => void
}

export interface GivenBack {
  /** Of its deed in the journal. */
  readonly id: string
  readonly ruleId: RuleId
  readonly ruleRevision: number
  readonly subject: SubjectName
  readonly why: string
}

/** How it was told to run; `unknown` = nobody can say, so it is not started. */
type Ran = 'running' | 'forced' | 'stopped' | 'unknown'

interface SetAside extends Omit<GivenBack, 'why'> {
  readonly ran: Ran
  /** Its server took our tag. */
  readonly isTagged: boolean
  /** It comes back when its time is over, whoever wants what. */
  readonly isForATime: boolean
}

const KIND = 'quarantine'
/** Of the shape of `SetAside`. */
const VERSION = 2
const LOOK_MS = MINUTE * 1_000
/** Rules that are asked once a day decide so late. */
const UNDECIDED_MS = DAY * 1_000

export class Quarantines {
  readonly #parts: QuarantineParts
  /** When its rule wanted it last, and when it was seen to be over, by the clock that does not jump. */
  readonly #wantedAt = new Map<string, number>()
  readonly #overAt = new Map<string, number>()
  #cancel: () => void = () => {}
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: QuarantineParts) {
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
  of(decision: Decision): {readonly isOver: boolean; readonly until: number} | null {
    const {deadlines, clock} = this.#parts
    const record = deadlines.of(KIND, nameOf(decision))
    if (record === null) return null
    this.#wantedAt.set(record.subject, clock.monotonic())
    return {isOver: deadlines.due().includes(record), until: record.dueAt}
  }

  /** From now on it is given back, whatever happens. @throws {StorageFault} then it is in none */
  async begin(
    decision: Decision,
    {id, needed, isForATime}: {readonly id: string; readonly needed: Seconds; readonly isForATime: boolean},
  ): Promise<void> {
    const {facts, clock, deadlines} = this.#parts
    const {ruleId, ruleRevision, subject} = decision
    const fact = facts.fact(subject, 'state')
    const forced = facts.fact(subject, 'forceStart')
    const state = 'unknown' in fact ? 'unknown' : (fact.value as TorrentState)
    const ran = ranBefore(state, 'value' in forced && forced.value === true)
    const detail: SetAside = {id, ruleId, ruleRevision, subject, ran, isTagged: false, isForATime}
    const now = clock.now()
    const dueAt = now + needed * 1_000
    await deadlines.set({
      ...{kind: KIND, subject: nameOf(decision), dueAt, version: VERSION, detail, createdAt: now},
    })
  }

  /** Its server took our tag. @throws {StorageFault} */
  async tagged(decision: Decision): Promise<void> {
    const record = this.#parts.deadlines.of(KIND, nameOf(decision))
    if (record === null) return
    await this.#parts.deadlines.set({...record, detail: {...(record.detail as SetAside), isTagged: true}})
  }

  /** It was not set aside after all, or went. @throws {StorageFault} */
  async drop(decision: Decision): Promise<void> {
    await this.#forget(nameOf(decision))
  }

  /** Gives back what is to be given back. It never throws: what fails is tried again in a minute. */
  async look(): Promise<void> {
    for (const record of this.#parts.deadlines.ofKind(KIND)) {
      try {
        await this.#lookAt(record)
      } catch (error) {
        this.#parts.log.error({err: error, of: record.subject}, 'what was set aside could not be given back')
      }
    }
  }

  async #lookAt(record: DeadlineRecord): Promise<void> {
    const {presence, inTurn} = this.#parts
    const it = setAsideOf(record)
    if (it === null || presence(it.subject) === 'gone') return this.#forget(record.subject)
    if (presence(it.subject) === 'unknown') return
    const why = await this.#whyBack(record, it)
    if (why !== null) await inTurn(it.subject.serverId, () => this.#giveBack(record, {...it, why}))
  }

  /** `null` = it stays where it is. */
  async #whyBack(record: DeadlineRecord, it: SetAside): Promise<string | null> {
    const {rules, facts, deadlines, clock} = this.#parts
    const rule = rules(it.ruleId)?.rule
    if (!rule || rule.mode === 'off' || rule.revision !== it.ruleRevision) return 'rule_revision'
    const tags = facts.fact(it.subject, 'tags')
    const isKept = 'value' in tags && tagsOf(tags.value).some((tag) => keepTags.includes(tag.toLowerCase()))
    const pinned = facts.fact(it.subject, 'memory.protected')
    if (isKept || ('value' in pinned && pinned.value === true)) return 'kept'
    if (await this.#isUntrue(it)) return 'condition_ended'
    if (!deadlines.due().includes(record)) return null
    if (it.isForATime) return 'time_over'
    const overAt = this.#overAt.get(record.subject) ?? clock.monotonic()
    this.#overAt.set(record.subject, overAt)
    const since = Math.max(overAt, this.#wantedAt.get(record.subject) ?? overAt)
    return clock.monotonic() - since >= UNDECIDED_MS ? 'not_decided' : null
  }

  /** Only when that is known: who can not be asked leaves it where it is. */
  async #isUntrue({ruleId, subject}: SetAside): Promise<boolean> {
    const key = this.#parts.facts.torrent(subject)
    if (key === null) return false
    const explanation = await this.#parts.explain(key).catch(() => null)
    const outcome = explanation?.rules.find((rule) => rule.ruleId === ruleId)?.outcome
    return outcome === 'no' || outcome === 'outOfScope'
  }

  async #giveBack(record: DeadlineRecord, it: SetAside & GivenBack): Promise<void> {
    const {facts, deadlines, ended, presence} = this.#parts
    // The queue took its time.
    if (deadlines.of(KIND, record.subject) !== record || presence(it.subject) !== 'there') return
    await facts.refresh(it.subject, ['state', 'tags'], false)
    const key = facts.torrent(it.subject)
    const [state, tags] = [facts.fact(it.subject, 'state'), facts.fact(it.subject, 'tags')]
    if (key === null || 'unknown' in state || 'unknown' in tags) return
    const hasTag = tagsOf(tags.value).includes(quarantineTag)
    const isOurs = hasTag || !it.isTagged
    const runs = it.ran === 'running' || it.ran === 'forced'
    if (isOurs && runs && state.value === 'stopped') {
      const isBack = await this.#send(key, it, {verb: it.ran === 'forced' ? 'forceStart' : 'start', args: {}})
      if (!isBack) return
    }
    if (hasTag && !(await this.#send(key, it, {verb: 'removeTags', args: {tags: [quarantineTag]}}))) return
    await this.#forget(record.subject)
    ended(it)
  }

  async #forget(name: string): Promise<void> {
    await this.#parts.deadlines.cancel(KIND, name)
    this.#wantedAt.delete(name)
    this.#overAt.delete(name)
  }

  /** `false` = the next look tries it again. */
  async #send(key: TorrentKey, it: GivenBack, command: AnyTorrentCommand): Promise<boolean> {
    const {executor, ourselves} = this.#parts
    const [result] = await executor.run({
      by: {actor: {name: 'Commodarr', origin: 'rule', userId: null, address: null}, access: ourselves},
      ...{keys: [key], command},
      terms: {
        id: randomUUIDv7(),
        journal: {ruleId: it.ruleId, causeId: it.id, isBrief: true},
        objection: () => null,
        ended: () => {},
      },
    })
    return result?.result.outcome === 'done'
  }
}

function nameOf({ruleId, subject}: Decision): string {
  return `${ruleId} ${subject.key}`
}

/** `null` = an older program wrote it, and nobody knows what it was like. */
function setAsideOf({version, detail}: DeadlineRecord): SetAside | null {
  return version === VERSION && detail !== undefined ? (detail as SetAside) : null
}

function ranBefore(state: TorrentState, forceStart: boolean): Ran {
  if (state === 'stopped') return 'stopped'
  const back = runningBack({state, forceStart}, 'stopped')
  if (!Array.isArray(back)) return 'unknown'
  return forceStart ? 'forced' : 'running'
}

function tagsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : []
}
