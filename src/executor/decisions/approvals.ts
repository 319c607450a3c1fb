/**
 * Decisions of rules that ask first: they wait for a person, and for no longer than a day. They are kept in memory: after
 * a restart the journal calls them expired, and the rule decides and asks anew.
 */
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#kit/clock.ts'
import type {Acting} from '#model/access.ts'
import type {Decision} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'

export interface Waiting {
  /** Of its entry in the journal. */
  readonly id: string
  readonly decision: Decision
  readonly until: EpochMs
}

interface Asked extends Waiting {
  readonly entry: JournalEntry
  readonly cancel: () => void
}

export interface ApprovalParts {
  readonly clock: Clock
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly log: {error(about: object, text: string): void}
  /** Nobody answered in time. */
  readonly expired: (decision: Decision) => void
}

const WAIT_MS = 24 * 3_600_000

export class Approvals {
  readonly #parts: ApprovalParts
  readonly #asked = new Map<string, Asked>()
  /** What was declined, or was not answered: it is not asked again for a day. */
  readonly #answered = new Set<string>()

  constructor(parts: ApprovalParts) {
    this.#parts = parts
  }

  /** Those that he may answer, oldest first. */
  waiting({access}: Pick<Acting, 'access'>): readonly Waiting[] {
    return [...this.#asked.values()].filter(({decision}) => mayAnswer(access, decision))
  }

  /** @returns `false` = it is asked already, or was answered. @throws {StorageFault} then it is not asked */
  async ask(decision: Decision, entry: JournalEntry): Promise<boolean> {
    const name = nameOf(decision)
    if (this.#asked.has(name) || this.#answered.has(name)) return false
    const cancel = this.#parts.clock.after(WAIT_MS, () => this.#expire(name))
    const asked = {id: entry.id, decision, entry, until: this.#parts.clock.now() + WAIT_MS, cancel}
    // At once, so that nobody asks the same beside it.
    this.#asked.set(name, asked)
    try {
      await this.#parts.write([entry])
    } catch (error) {
      this.#asked.delete(name)
      cancel()
      throw error
    }
    return true
  }

  /** It may be done now. @throws {CommodarrError} `action_unknown`; also when it can not be written down */
  async approve(by: Acting, id: string): Promise<Decision> {
    return this.#answer(by, id, {phase: 'confirmed'})
  }

  /** @throws {CommodarrError} `action_unknown` */
  async decline(by: Acting, id: string): Promise<Decision> {
    const decision = await this.#answer(by, id, {phase: 'refused', code: 'declined', message: 'Declined.'})
    this.#rest(nameOf(decision))
    return decision
  }

  async #answer(by: Acting, id: string, end: Pick<JournalEntry, 'phase' | 'code' | 'message'>) {
    const found = [...this.#asked].find(([, asked]) => asked.id === id)
    if (!found || !mayAnswer(by.access, found[1].decision))
      throw new CommodarrError('action_unknown', 'Nothing of this name waits for an answer.')
    const [name, asked] = found
    // Before it is written: two answers at once must not both count.
    this.#asked.delete(name)
    try {
      await this.#write(asked, {...end, actor: by.actor})
    } catch (error) {
      this.#asked.set(name, asked)
      throw error
    }
    asked.cancel()
    return asked.decision
  }

  #expire(name: string): void {
    const asked = this.#asked.get(name)
    if (!asked) return
    this.#asked.delete(name)
    this.#rest(name)
    this.#write(asked, {phase: 'expired'}).catch((error: unknown) => {
      this.#parts.log.error({err: error, id: asked.id}, 'that nobody answered could not be written')
    })
    this.#parts.expired(asked.decision)
  }

  #rest(name: string): void {
    this.#answered.add(name)
    this.#parts.clock.after(WAIT_MS, () => void this.#answered.delete(name))
  }

  #write({entry}: Asked, more: Partial<JournalEntry>): Promise<void> {
    return this.#parts.write([{...entry, at: this.#parts.clock.now(), ...more}])
  }
}

function mayAnswer(access: Acting['access'], {subject}: Decision): boolean {
  return subject.serverId === null ? access.permits('admin') : access.may('control', subject.serverId)
}

function nameOf({ruleId, ruleRevision, subject, actions}: Decision): string {
  const what = actions.map(({action}) => action).join('+')
  return `${ruleId} ${ruleRevision} ${what} ${subject.kind} ${subject.key}`
}
