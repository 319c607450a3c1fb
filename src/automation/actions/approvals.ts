/**
 * Decisions of rules that ask first: they wait for a person, and for no longer than a day. What waits, and what was
 * answered with no, outlives a restart.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import {stepAfter, type JournalEntry, type JournalStep} from '#journal/entry.ts'
import type {LineKind} from '#journal/line-quota.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access} from '#model/access.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {ActionEndPublisher, Answerer, AskedDecision, Decision, SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {endsOf} from '#executor/rule-entry.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {isOfArr, needsOf, targetOf} from '#rules/action-needs.ts'
import {namingCommands} from './action-commands.ts'

export interface ApprovalDeps {
  readonly clock: Clock
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
  readonly write: (entries: readonly JournalEntry[], kind?: LineKind) => Promise<void>
  readonly log: {error(about: object, text: string): void}
  /** What somebody may do now who said yes before; `null` = nothing any more. */
  readonly accessOf: (by: Authority) => Access | null
  /** He may command the Arr that this is for; also where there is none. */
  readonly commandsArrOf: (by: Authority, subject: SubjectName) => boolean
  readonly naming: Pick<CommandExecutor, 'objectionToNamed'>
  /** What its rule decided of it before is under way, in several steps. */
  readonly isBegun: (decision: Pick<Decision, 'ruleId' | 'subject'>) => boolean
  readonly ends: ActionEndPublisher
}

/** A decision that waits, with its entry in the journal. */
export interface Asked {
  readonly decision: Decision
  readonly entry: JournalEntry
  /** Its rule got halfway with it, and does not want it a second time: what that says now is not asked. */
  readonly standsAlone?: true
}

/** Somebody said yes to it. */
export interface Granted extends Asked {
  /** As it was asked for, which may have been more, until when that counts, and whose yes it is. */
  readonly since: {readonly name: string; readonly until: EpochMs; readonly by: Authority}
}

/** What somebody's yes is worth; `notKnown` = a server has not told yet what it takes to know that. */
type Standing = 'good' | 'withdrawn' | 'notKnown'

const ASKED = 'approval'
/** Declined, or not answered: it is not asked again for a day. */
const RESTING = 'approvalRest'
/** Said yes to, and put off by a guard: nothing of it was sent. */
const GRANTED = 'approvalGranted'
/** Of the shape of `Asked` and `Granted`. */
const VERSION = 2
const anotherServer = {
  phase: 'expired',
  code: 'another_server',
  message: 'Another server answers at its address; nothing was sent.',
} as const

export class Approvals {
  readonly #parts: ApprovalDeps
  /** By the name of the decision. */
  readonly #cancels = new Map<string, () => void>()
  /** Being asked, answered or ended in this moment, with when that is over. */
  readonly #busy = new Map<string, Promise<void>>()
  /** Names of what was said yes to and can be taken back for some seconds: not done before. */
  readonly #held = new Set<string>()
  /** Whose answers are being forgotten: none of them becomes a question again meanwhile. */
  readonly #leaving = new Set<ServerId | null>()
  /** Names of those that `someAsked` gave in this round. */
  readonly #given = new Set<string>()

  constructor(parts: ApprovalDeps) {
    this.#parts = parts
    for (const kind of [ASKED, RESTING, GRANTED])
      for (const record of parts.deadlines.ofKind(kind)) this.#plan(record)
  }

  /** Nothing expires any more in this life. */
  stop(): void {
    for (const cancel of this.#cancels.values()) cancel()
  }

  /** Those that he may answer, oldest first. */
  waiting(by: Answerer): readonly AskedDecision[] {
    return this.#parts.deadlines.ofKind(ASKED).flatMap((record) => {
      const asked = askedOf(record)
      if (!asked || this.#busy.has(record.subject) || !this.mayAnswer(by, asked.decision)) return []
      const {decision, entry} = asked
      return {id: entry.id, decision, message: entry.message ?? null, until: record.dueAt}
    })
  }

  /** What he would answer. @throws {CommodarrError} `action_unknown` */
  asked(by: Answerer, id: string): Asked {
    return this.#asked(by, id).asked
  }

  /** @returns `false` = it is asked already, or was answered. @throws {StorageFault} then it is not asked */
  async ask(detail: Asked): Promise<boolean> {
    const {deadlines, write} = this.#parts
    const {decision, entry} = detail
    const name = nameOf(decision)
    const isKnown = [ASKED, RESTING, GRANTED].some((kind) => deadlines.of(kind, name) !== null)
    if (isKnown || this.#busy.has(name)) return false
    await this.#alone(name, async () => {
      await this.#set(ASKED, name, detail)
      try {
        await write([entry], 'verdict')
      } catch (error) {
        await this.#drop(ASKED, name)
        throw error
      }
    })
    return true
  }

  /** So much of what is asked: what was given longest ago, or never. */
  someAsked(count: number): readonly Asked[] {
    const records = this.#parts.deadlines.ofKind(ASKED)
    const left = records.filter(({subject}) => !this.#given.has(subject))
    if (left.length === 0) this.#given.clear()
    const some = (left.length === 0 ? records : left).slice(0, count)
    for (const {subject} of some) this.#given.add(subject)
    return some.flatMap((record) => (this.#busy.has(record.subject) ? [] : (askedOf(record) ?? [])))
  }

  /** Nobody has to answer it any more. Asked again it is a new question. @throws {StorageFault} */
  async end({decision, entry}: Asked, end: Pick<JournalStep, 'code' | 'message'>): Promise<void> {
    const name = nameOf(decision)
    const {deadlines, clock, write} = this.#parts
    const record = deadlines.of(ASKED, name)
    // It was answered meanwhile, or asked again.
    if (!record || this.#busy.has(name) || askedOf(record)?.entry.id !== entry.id) return
    await this.#alone(name, async () => {
      await this.#drop(ASKED, name)
      await write([stepAfter(entry, {at: clock.now(), phase: 'expired', ...end})])
    })
  }

  /** It may be done now. @throws {CommodarrError} `action_unknown`; also when it cannot be written down */
  async approve(by: Answerer, id: string): Promise<Granted> {
    return this.#granted(by, await this.#answer(by, id, {phase: 'approved'}))
  }

  /**
   * As `approve`, but it waits so long, in which the answer can be taken back; then it is tried like what was put off.
   * The wait ends with this life: a restart takes longer.
   * @param due called when it is over
   */
  async approveAfter(ms: number, by: Answerer, id: string, due: () => void): Promise<void> {
    // Within the answer: its rule would ask again between the two.
    await this.#answer(by, id, {phase: 'approved'}, async (name, asked) => {
      const granted = this.#granted(by, asked)
      this.#held.add(name)
      const cancel = this.#parts.clock.after(ms, () => {
        this.#release(name)
        due()
      })
      this.#cancels.set(heldName(name), cancel)
      try {
        await this.#set(GRANTED, name, granted, granted.since.until)
      } catch (error) {
        this.#release(name)
        throw error
      }
    })
  }

  #granted(by: Answerer, asked: Asked): Granted {
    const [name, until] = [nameOf(asked.decision), this.#parts.clock.now() + waits.answer.ms]
    return {...asked, since: {name, until, by: authorityOf(by)}}
  }

  #release(name: string): void {
    this.#held.delete(name)
    this.#cancels.get(heldName(name))?.()
    this.#cancels.delete(heldName(name))
  }

  /**
   * The answer is taken back, and it is asked again for a day: a no while its rule rests, a yes while nothing of it was
   * done.
   * @throws {CommodarrError} `undo_impossible`; also when it cannot be written down
   */
  async reopen(by: Answerer, id: string): Promise<Decision> {
    const {deadlines, clock, write} = this.#parts
    const answered = [...deadlines.ofKind(RESTING), ...deadlines.ofKind(GRANTED)].find(
      (it) => detailOf(it)?.entry.id === id,
    )
    const asked = answered && detailOf(answered)
    if (
      !asked ||
      this.#busy.has(answered.subject) ||
      this.#leaving.has(asked.decision.subject.serverId) ||
      // Of a part that is left the other part was done.
      nameOf(asked.decision) !== answered.subject ||
      (answered.kind === GRANTED && this.#parts.isBegun(asked.decision)) ||
      !this.mayAnswer(by, asked.decision)
    )
      throw new CommodarrError('undo_impossible', 'It is carried out already, or was not answered.')
    const {kind, subject: name} = answered
    const {decision, entry, standsAlone} = asked
    await this.#alone(name, async () => {
      await this.#drop(kind, name)
      try {
        await this.#set(ASKED, name, {decision, entry, ...(standsAlone && {standsAlone})})
        await write([stepAfter(entry, {at: clock.now(), phase: 'waiting', actor: by.actor})])
        this.#release(name)
      } catch (error) {
        await this.#drop(ASKED, name)
        await deadlines.set(answered)
        this.#plan(answered)
        throw error
      }
    })
    return decision
  }

  /** He said yes, and it has to wait: it is tried again for a day. @throws {StorageFault} then it is asked again */
  async putOff(granted: Granted, left: Decision): Promise<void> {
    const {name, until} = granted.since
    await this.#set(GRANTED, name, {...granted, decision: left}, until)
  }

  /**
   * What the yes is worth now. It is withdrawn where whoever said it may not do it any more: his rights are fewer, or the
   * key is gone that he said it with.
   */
  worth({since: {by}, decision}: Granted): Standing {
    return this.#standing(by, this.#parts.accessOf(by), decision)
  }

  /** What was put off, to be tried now: forgotten first, so that a crash leaves nothing to be done twice. */
  async *takePutOff(): AsyncGenerator<Granted> {
    const {deadlines} = this.#parts
    for (const record of deadlines.ofKind(GRANTED)) {
      const {kind, subject} = record
      // Whoever does those before it waits: it may be forgotten by now, or another one.
      if (this.#busy.has(subject) || deadlines.of(kind, subject) !== record) continue
      if (this.#held.has(subject)) continue
      const asked = askedOf(record)
      await this.#alone(subject, () => this.#drop(kind, subject))
      if (asked) yield asked as Granted
    }
  }

  /** The database is an older copy: what a yes was said to then may have been done since. @throws {StorageFault} */
  async forgetGranted(isMeant: (subject: SubjectName) => boolean): Promise<void> {
    for (const record of this.#parts.deadlines.ofKind(GRANTED)) {
      const asked = askedOf(record)
      if (!asked || !isMeant(asked.decision.subject)) continue
      this.#release(record.subject)
      await this.#drop(record.kind, record.subject)
    }
  }

  /** @throws {CommodarrError} `action_unknown` */
  async decline(by: Answerer, id: string): Promise<Decision> {
    const end = {phase: 'refused', code: 'declined', message: 'Declined.'} as const
    // Within the answer: its rule would ask again between the two.
    const rest = (name: string, asked: Asked) => this.#set(RESTING, name, asked)
    return (await this.#answer(by, id, end, rest)).decision
  }

  /** Whom it was asked about is another one by now: nobody has to answer, and what was granted is not done. */
  async forgetServer(serverId: ServerId): Promise<void> {
    this.#leaving.add(serverId)
    try {
      await this.#forgetAllOf(serverId)
    } finally {
      this.#leaving.delete(serverId)
    }
  }

  async #forgetAllOf(serverId: ServerId): Promise<void> {
    // What is being asked stands in no list yet.
    await Promise.all(this.#busy.values())
    for (const kind of [ASKED, GRANTED]) {
      for (const record of this.#parts.deadlines.ofKind(kind)) {
        const asked = askedOf(record)
        if (asked?.decision.subject.serverId !== serverId) continue
        await this.#endIfStanding(record, async () => {
          this.#release(record.subject)
          await this.#drop(kind, record.subject)
          await this.#parts.write([stepAfter(asked.entry, {at: this.#parts.clock.now(), ...anotherServer})])
          this.#expired(asked.decision)
        })
      }
    }
    // A no to it is not taken back for another one.
    for (const record of this.#parts.deadlines.ofKind(RESTING))
      if (detailOf(record)?.decision.subject.serverId === serverId)
        await this.#endIfStanding(record, () => this.#drop(RESTING, record.subject))
  }

  /** Forgotten first: what a crash leaves behind is asked again, and never done twice. */
  async #answer(
    by: Answerer,
    id: string,
    end: Pick<JournalStep, 'phase' | 'code' | 'message'>,
    behind: (name: string, asked: Asked) => Promise<void> = async () => {},
  ) {
    const {deadlines, clock, write} = this.#parts
    const {record, asked} = this.#asked(by, id)
    await this.#alone(record.subject, async () => {
      await this.#drop(ASKED, record.subject)
      try {
        await write([stepAfter(asked.entry, {...end, at: clock.now(), actor: by.actor})])
      } catch (error) {
        await deadlines.set(record)
        this.#plan(record)
        throw error
      }
      await behind(record.subject, asked)
    })
    return asked
  }

  #asked(by: Answerer, id: string): {readonly record: DeadlineRecord; readonly asked: Asked} {
    const record = this.#parts.deadlines.ofKind(ASKED).find((it) => askedOf(it)?.entry.id === id)
    const asked = record && askedOf(record)
    if (!record || !asked || this.#busy.has(record.subject) || !this.mayAnswer(by, asked.decision))
      throw new CommodarrError('action_unknown', 'Nothing of this name waits for an answer.')
    return {record, asked}
  }

  /** Not before it is known: it waits for him meanwhile. */
  mayAnswer(by: Answerer, decision: Decision): boolean {
    return this.#standing(authorityOf(by), by.access, decision) === 'good'
  }

  /**
   * Every right of every action, the folders and addresses that it names included: a yes does what the owner of the rule
   * may, of which who says yes may have less.
   */
  #standing(by: Authority, access: Access | null, {subject, actions}: Decision): Standing {
    if (access === null) return 'withdrawn'
    const {kind, serverId} = subject
    // Files that nobody claims may be anybody's.
    if (kind === 'path' && !(access.permits('admin') && access.everywhere)) return 'withdrawn'
    if (serverId === null ? !access.permits('admin') : !access.may('control', serverId)) return 'withdrawn'
    const each = actions.map((action): Standing => {
      const target = targetOf(action)
      const isPermitted = needsOf(action).every((permission) => access.permits(permission))
      const reachesTarget = target === null || access.may('add', asServerId(target))
      if (!isPermitted || !reachesTarget) return 'withdrawn'
      if (isOfArr(action) && !this.#parts.commandsArrOf(by, subject)) return 'withdrawn'
      const place = target === null ? serverId : asServerId(target)
      const objections = namingCommands(action).flatMap(
        (command) => (place && this.#parts.naming.objectionToNamed(access, place, command)) ?? [],
      )
      if (objections.some(({code}) => code !== 'not_ready')) return 'withdrawn'
      return objections.length === 0 ? 'good' : 'notKnown'
    })
    const all = new Set(each)
    if (all.has('withdrawn')) return 'withdrawn'
    return all.has('notKnown') ? 'notKnown' : 'good'
  }

  async #expire(record: DeadlineRecord): Promise<void> {
    const {clock, write, log} = this.#parts
    const asked = askedOf(record)
    await this.#endIfStanding(record, async () => {
      try {
        await this.#drop(record.kind, record.subject)
        if (!asked) return
        await this.#set(RESTING, record.subject, null)
        await write([stepAfter(asked.entry, {at: clock.now(), phase: 'expired'})])
      } catch (error) {
        log.error(
          {err: error, of: record.subject},
          'the expiry of an unanswered request could not be recorded',
        )
      }
      if (asked) this.#expired(asked.decision)
    })
  }

  #expired(decision: Decision): void {
    this.#parts.ends.publish({...endsOf(decision, null), outcome: 'expired'})
  }

  /** Who answers it in this moment comes first: what a person said counts. */
  async #endIfStanding(record: DeadlineRecord, end: () => Promise<void>): Promise<void> {
    const {kind, subject} = record
    while (this.#busy.has(subject)) await this.#busy.get(subject)
    const now = this.#parts.deadlines.of(kind, subject)
    // Its end may have been moved, which makes it no other one.
    if (now !== null && askedOf(now)?.entry.id === askedOf(record)?.entry.id) await this.#alone(subject, end)
  }

  async #set(kind: string, subject: string, detail: Asked | null, dueAt?: EpochMs): Promise<void> {
    const {deadlines, clock} = this.#parts
    const createdAt = clock.now()
    const record = {
      kind,
      subject,
      dueAt: dueAt ?? createdAt + waits.answer.ms,
      version: VERSION,
      detail,
      createdAt,
    }
    await deadlines.set(record)
    this.#plan(record)
  }

  async #drop(kind: string, subject: string): Promise<void> {
    await this.#parts.deadlines.cancel(kind, subject)
    this.#cancels.get(`${kind} ${subject}`)?.()
    this.#cancels.delete(`${kind} ${subject}`)
  }

  #plan(record: DeadlineRecord): void {
    const {clock} = this.#parts
    const left = Math.max(0, record.dueAt - clock.now())
    const cancel = clock.after(left, () => void this.#expire(record))
    this.#cancels.set(`${record.kind} ${record.subject}`, cancel)
  }

  /** Two answers at once must not both count. */
  async #alone(name: string, work: () => Promise<void>): Promise<void> {
    const over = Promise.withResolvers<void>()
    this.#busy.set(name, over.promise)
    try {
      await work()
    } finally {
      this.#busy.delete(name)
      over.resolve()
    }
  }
}

/** `null` = it rests, or an older program wrote it. */
function askedOf(record: DeadlineRecord): Asked | null {
  return record.kind === RESTING ? null : detailOf(record)
}

/** Also of what rests, where a person declined it; `null` = nobody answered, or an older program wrote it. */
function detailOf({version, detail}: DeadlineRecord): Asked | null {
  return version === VERSION && detail ? (detail as Asked) : null
}

/** Of the end of its wait, beside those of records. */
function heldName(name: string): string {
  return `held ${name}`
}

function nameOf({ruleId, ruleRevision, subject, actions}: Decision): string {
  const what = actions.map(({action}) => action).join('+')
  return `${ruleId} ${ruleRevision} ${what} ${subject.kind} ${subject.key}`
}
