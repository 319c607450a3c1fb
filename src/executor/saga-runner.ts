/**
 * Carries actions of several steps to their end. Each step is written down before it begins, so that whoever starts again
 * goes on with it: a step may be begun twice, and has to ask what it did already. One that fails is tried again later,
 * and those behind it wait.
 */
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {ActionEndPublisher, Decision, RuleActionEnded, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {WaitReason} from '#model/unfinished.ts'
import {endsOf} from './rule-entry.ts'

/**
 * next: its state goes along. end: done or given up, with why for people. wait: nothing is wrong, look again after so
 * long; why for whoever sees what it is about, held for whoever looks at what is under way.
 */
export type StepEnd =
  | {readonly next: string; readonly state: unknown}
  | {readonly end: string; readonly why?: string}
  | SagaWait

interface SagaWait {
  readonly waitMs: number
  readonly why?: string
  readonly held?: WaitReason
}

/** As it was written, and how long it has been at this step. */
export interface SagaAtStep extends SagaRecord {
  /** ms, by the clock that does not jump; what passed before this program began is told from the other one, once. */
  readonly atStepMs: number
  /**
   * Writes down what the step is about to do, where it may fail on the way: who comes to the step again knows of it.
   * How long it has been at its step counts on. @throws {StorageFault} or what is over: then it is not to be done
   */
  readonly keep: (state: unknown) => Promise<void>
}

export interface SagaKind {
  readonly kind: string
  /** Of the shape of its state; one of another version is given up. */
  readonly version: number
  readonly first: string
  /** So long at the longest each step is tried; what is not in it goes on until it works. */
  readonly patienceMs?: Readonly<Record<string, number | ((state: unknown) => number)>>
  /**
   * Asked before each step, as days may have passed since it was ordered: what becomes of it where who wanted it may not go
   * on with it. `null` = they may; or the step asks for the rights where it sends something, or it only brings to a safe
   * end what was done.
   */
  readonly withoutRight: (saga: SagaAtStep) => StepEnd | null
  /** Each can be begun again. @throws whatever ails it: it is tried again */
  readonly steps: Readonly<Record<string, (saga: SagaAtStep) => Promise<StepEnd>>>
  /**
   * Writes the line of its end, before it is forgotten that it was under way: after a crash it may be asked again.
   * @returns the end of the action of a rule that began it; `null` = none did
   */
  readonly ended: (saga: SagaRecord, outcome: string, why: string | null) => Promise<RuleActionEnded | null>
}

/** @param code the word that it ended with */
export function endOfSaga(
  {decision, action}: {readonly decision: Decision; readonly action: WantedAction},
  code: string,
  isDone = code === 'done',
): RuleActionEnded {
  const outcome = isDone ? 'confirmed' : 'failed'
  return {...endsOf(decision, action), by: 'saga', outcome, code}
}

interface RunnerDeps {
  readonly repository: Pick<SagaRepository, 'begin' | 'step' | 'end' | 'of' | 'about' | 'unfinished'>
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly log: {warn(about: object, text: string): void}
  readonly ends: ActionEndPublisher
  /** What it is about says why it waits; `null` = it goes on, or is over. Absent = nobody is shown that. */
  readonly shows?: (saga: SagaRecord, why: string | null) => void
}

/** One that is not finished, and what it waits for. */
export interface StandingSaga {
  readonly saga: SagaRecord
  /** When it is tried again; `null` = its step is under way. */
  readonly nextAt: EpochMs | null
  /** When its step is given up at the latest; `null` = never. */
  readonly until: EpochMs | null
  /** Why its step has not ended; `null` = nothing is known to be in the way. */
  readonly why: WaitReason | null
}

/** Of a step that was tried. */
interface Tried {
  readonly step: string
  readonly why: WaitReason | null
  /** When it is tried again, by the clock that does not jump; `null` = it is under way. */
  dueAt: number | null
}

interface GivenUp {
  readonly end: string
  readonly why: string
}

const restored: GivenUp = {end: 'restored', why: 'The database is an older copy.'}
/** After so many tries it is no matter of a moment: an Arr is asked a dozen questions before it is told something. */
const SOON_TRIES = 6
const RARE = {firstMs: 600_000, mostMs: 600_000}

export class SagaRunner {
  readonly #parts: RunnerDeps
  readonly #kinds = new Map<string, SagaKind>()
  readonly #running = new Set<string>()
  readonly #waits = new Map<string, () => void>()
  /** Since when each is at its step, by the clock that does not jump. */
  readonly #since = new Map<string, number>()
  /** What is to end before its next step, and how. */
  readonly #ends = new Map<string, GivenUp>()
  /** What may not go on, whatever step it is within, and why: nothing of it is written any more but its end. */
  readonly #over = new Map<string, GivenUp & {readonly name: string}>()
  /** Those that say why they wait. */
  readonly #shown = new Set<string>()
  /** What became of the last try of those that wait. */
  readonly #tries = new Map<string, Tried>()
  #stopped = false

  constructor(parts: RunnerDeps) {
    this.#parts = parts
  }

  /** How they are carried out: before the first of a kind begins or goes on. */
  register(...kinds: readonly SagaKind[]): this {
    for (const kind of kinds) this.#kinds.set(kind.kind, kind)
    return this
  }

  /** Goes on with everything that was begun. */
  resume(): void {
    for (const {id} of this.#parts.repository.unfinished()) void this.#go(id, 1)
  }

  /** That is not finished; `null` = there is none. */
  about(kind: string, subject: string): SagaRecord | null {
    return this.#parts.repository.about(kind, subject)
  }

  /** All that is not finished, oldest first. */
  standing(): readonly StandingSaga[] {
    const {repository, clock} = this.#parts
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    const open = repository.unfinished().filter(({id}) => !this.#over.has(id))
    return open.map((saga) => {
      const tried = this.#tries.get(saga.id)
      const {dueAt, why} = tried?.step === saga.step ? tried : {dueAt: null, why: null}
      const most = this.#kinds.get(saga.kind)?.patienceMs?.[saga.step]
      const patience = typeof most === 'function' ? most(saga.state) : most
      return {
        saga,
        why,
        nextAt: dueAt === null ? null : now + Math.max(0, dueAt - monotonic),
        until: patience === undefined ? null : now + Math.max(0, patience - this.#atStepMs(saga)),
      }
    })
  }

  /**
   * The database is an older copy: each may have been done since, or done otherwise. None goes on, and nothing that was
   * set aside is forgotten: people and rules decide afresh by what is there. One that is within a step is over as well,
   * whatever becomes of the step: a next run, which may not know that the database is older, finds nothing to go on with.
   * @returns those of them that were under way, when each has ended in the database
   * @throws {StorageFault} then some of them are unfinished, and none goes on in this run
   */
  async abandon(isMeant: (saga: SagaRecord) => boolean): Promise<readonly SagaRecord[]> {
    const {repository, clock} = this.#parts
    const left = repository.unfinished().filter(isMeant)
    // All at once: while one is written down, another one may not begin its next step.
    for (const saga of left) {
      const {id} = saga
      this.#show(saga, null)
      this.#waits.get(id)?.()
      this.#waits.delete(id)
      const name = nameOf(saga)
      this.#over.set(id, {...restored, name})
      // Nobody begins the same once more while this step of it is under way.
      if (this.#running.has(id)) this.#running.add(name)
    }
    for (const {id} of left) {
      if (repository.of(id)) await repository.end(id, restored.end, clock.now())
      this.#forget(id)
      if (!this.#running.has(id)) this.#over.delete(id)
    }
    return left
  }

  /** @returns `false` = it is under way already. @throws {StorageFault} then it has not begun */
  async begin(kind: string, subject: string, state: unknown): Promise<boolean> {
    const {repository, clock, newId} = this.#parts
    const {first, version} = this.#kinds.get(kind)!
    const name = nameOf({kind, subject})
    if (repository.about(kind, subject) || this.#running.has(name)) return false
    this.#running.add(name)
    try {
      const id = newId()
      await repository.begin({id, kind, subject, step: first, version, state, startedAt: clock.now()})
      void this.#go(id, 1)
      return true
    } finally {
      this.#running.delete(name)
    }
  }

  /**
   * Ends those that are about something that is not there any more, at the step they are at; one that is within a step
   * ends behind it. Resolves when each that waits has ended, or will at its next try.
   */
  async endAll(isMeant: (saga: SagaRecord) => boolean, end: GivenUp): Promise<void> {
    const meant = this.#parts.repository.unfinished().filter(isMeant)
    // All at once: while one is written down, another one may not begin its next step.
    for (const {id} of meant) {
      this.#ends.set(id, end)
      this.#waits.get(id)?.()
      this.#waits.delete(id)
    }
    for (const {id} of meant) await this.#go(id, 1)
  }

  /** Those that wait are looked at now: something changed for them. One that is within a step goes on as it does. */
  wake(isMeant: (saga: SagaRecord) => boolean): void {
    for (const saga of this.#parts.repository.unfinished()) {
      const cancel = this.#waits.get(saga.id)
      if (!cancel || !isMeant(saga)) continue
      cancel()
      this.#waits.delete(saga.id)
      void this.#go(saga.id, 1)
    }
  }

  /**
   * Whoever began it took it back: it is over, and nobody is told. One that is at a step in this moment has to find out
   * by itself. @throws {StorageFault} then it is not over
   */
  async drop(kind: string, subject: string, outcome: string): Promise<void> {
    const {repository, clock} = this.#parts
    const saga = repository.about(kind, subject)
    if (!saga || this.#running.has(saga.id)) return
    this.#running.add(saga.id)
    try {
      await repository.end(saga.id, outcome, clock.now())
      this.#show(saga, null)
      this.#waits.get(saga.id)?.()
      this.#waits.delete(saga.id)
      this.#forget(saga.id)
    } finally {
      this.#running.delete(saga.id)
    }
  }

  /** Nothing new is begun; what is under way ends its step, and goes on after the next start. */
  stop(): void {
    this.#stopped = true
    for (const cancel of this.#waits.values()) cancel()
    this.#waits.clear()
  }

  /** @param attempt of the step it is at */
  async #go(id: string, attempt: number): Promise<void> {
    if (this.#stopped || this.#running.has(id) || this.#over.has(id)) return
    this.#running.add(id)
    let wait: number | null = null
    let tries = attempt
    const tried = this.#tries.get(id)
    if (tried) tried.dueAt = null
    try {
      for (;;) {
        const saga = this.#parts.repository.of(id)
        if (!saga || this.#stopped || this.#over.has(id)) return
        this.#show(saga, null)
        const end = this.#ends.get(id) ?? (await this.#tried(saga))
        const over = this.#over.get(id)
        if (over) {
          // What the step did was done: whoever wanted it is told, and nothing follows.
          await this.#report(saga, 'end' in end ? end : over)
          return
        }
        if ('waitMs' in end) {
          if (this.#ends.has(id)) continue
          wait = end.waitMs
          this.#tries.set(id, {step: saga.step, why: end.held ?? null, dueAt: null})
          if (end.why !== undefined) this.#show(saga, end.why)
          return
        }
        await this.#after(saga, end)
        tries = 1
      }
    } catch (error) {
      if (this.#over.has(id)) {
        this.#parts.log.warn({err: error, id}, 'what became of it could not be reported')
        return
      }
      wait = backoffMs(tries, this.#parts.random(), tries > SOON_TRIES ? RARE : {})
      this.#failed(id, error)
      this.#parts.log.warn({err: error, id, attempt: tries}, 'a step failed and is tried again')
      tries++
    } finally {
      this.#running.delete(id)
      const over = this.#over.get(id)
      if (over) {
        this.#running.delete(over.name)
        if (!this.#parts.repository.of(id)) this.#over.delete(id)
      }
      if (wait !== null) this.#later(id, wait, tries)
    }
  }

  /** One that is over is not tried again. */
  async #tried(saga: SagaRecord): Promise<StepEnd> {
    try {
      return await this.#step(saga)
    } catch (error) {
      const over = this.#over.get(saga.id)
      if (!over) throw error
      this.#parts.log.warn({err: error, id: saga.id}, 'a step failed of what is over')
      return over
    }
  }

  async #step(saga: SagaRecord): Promise<StepEnd> {
    const kind = this.#kinds.get(saga.kind)
    const step = kind?.version === saga.version ? kind.steps[saga.step] : undefined
    if (!step) return {end: 'unreadable'}
    const {id, step: at, version, updatedAt} = saga
    const keep = async (state: unknown) => {
      if (this.#over.has(id)) throw new TypeError(`The saga ${id} is over.`)
      await this.#parts.repository.step(id, {step: at, version, state}, updatedAt)
    }
    const now = {...saga, atStepMs: this.#atStepMs(saga), keep}
    return kind!.withoutRight(now) ?? step(now)
  }

  #atStepMs({id, updatedAt}: SagaRecord): number {
    const {clock} = this.#parts
    const now = clock.monotonic()
    // A clock that was set back meanwhile says that it begins later.
    const since = this.#since.get(id) ?? now - Math.max(0, clock.now() - updatedAt)
    this.#since.set(id, since)
    return now - since
  }

  /** What is no word of ours is for the log alone. */
  #failed(id: string, error: unknown): void {
    const step = this.#parts.repository.of(id)?.step
    if (step === undefined) return
    const why = error instanceof CommodarrError ? {code: error.code, message: error.message} : null
    this.#tries.set(id, {step, why, dueAt: null})
  }

  #forget(id: string): void {
    this.#since.delete(id)
    this.#tries.delete(id)
  }

  async #after(saga: SagaRecord, end: Exclude<StepEnd, SagaWait>): Promise<void> {
    const {repository, clock} = this.#parts
    if ('next' in end) {
      await repository.step(saga.id, {step: end.next, version: saga.version, state: end.state}, clock.now())
      this.#since.set(saga.id, clock.monotonic())
      this.#tries.delete(saga.id)
      return
    }
    await this.#report(saga, end)
    if (this.#over.has(saga.id)) return
    await repository.end(saga.id, end.end, clock.now())
    this.#forget(saga.id)
    this.#ends.delete(saga.id)
  }

  async #report(saga: SagaRecord, {end, why = null}: {end: string; why?: string | null}): Promise<void> {
    const ended = await this.#kinds.get(saga.kind)?.ended(saga, end, why)
    if (ended) this.#parts.ends.publish(ended)
  }

  #show(saga: SagaRecord, why: string | null): void {
    const isShown = why === null ? this.#shown.delete(saga.id) : this.#shown.add(saga.id).has(saga.id)
    if (isShown) this.#parts.shows?.(saga, why)
  }

  #later(id: string, ms: number, attempt: number): void {
    if (this.#stopped) return
    const tried = this.#tries.get(id)
    if (tried) tried.dueAt = this.#parts.clock.monotonic() + ms
    const cancel = this.#parts.clock.after(ms, () => {
      this.#waits.delete(id)
      void this.#go(id, attempt)
    })
    this.#waits.set(id, cancel)
  }
}

function nameOf({kind, subject}: Pick<SagaRecord, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`
}
