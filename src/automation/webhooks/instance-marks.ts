/**
 * Each Arr is told which Commodarr looks after it, in an entry that calls nobody. That is outside of our data folder, so
 * a copy of the whole folder that is put back, or a machine that is, does not bring it back: a mark that is newer than
 * what our database knows says that the database is an older copy. And it is the same for all: another Commodarr on the
 * same Arr finds the mark of the first, holds its rules there, and says so until a person says that the first is gone.
 *
 *   ours, of this run or one that is known ──────▶ written anew
 *   ours, of a time that the database lacks ─────▶ told (`lost`), written anew once what it ends has ended
 *   ours, of another run after we wrote it ─┐
 *   another's ──────────────────────────────┴────▶ held, left as it is ─ a person: gone ─▶ written anew
 *
 * A time that the database lacks counts as soon as it is read, for whom the Arr was when it was asked, and whenever that
 * is. Once our mark stands there nobody can read it again: so what it ends has ended before, also where the program dies
 * in between.
 *
 * A member's Arr may say anything: what it says of our database counts for what that member has, and nobody else waits
 * for it (docs/decisions/035).
 */
import type {InstanceMark} from '#arr-client/api/webhook.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Acting, Compartment} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrInstances, ArrWay, OtherInstance} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {systemActor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {LastSeen, LostTime} from '#store/last-seen.ts'
import {ActiveAlerts, type NoticeDeps} from '../alerts/active-alerts.ts'
import type {MarkAsker} from './webhook-asker.ts'

interface InstanceMarksDeps extends NoticeDeps {
  readonly random: () => number
  readonly asker: MarkAsker
  /** Who we are, and what our database knows of the run before. */
  readonly ours: Pick<LastSeen, 'instance' | 'run' | 'known'>
  /** Those that are on. */
  readonly active: () => readonly ArrId[]
  /** `null` = it is not here any more, or its address or key is missing. */
  readonly wayTo: (id: ArrId) => ArrWay | null
  readonly nameOf: (id: ArrId) => string
  /** Whose word it is; `undefined` = it is not here, and its word counts for nobody. */
  readonly compartmentOf: (id: ArrId) => Compartment | undefined
  /** Nothing is changed anywhere. */
  readonly observes: () => boolean
  /** The database knows of this moment; no mark is later than that. @throws {StorageFault} */
  readonly seenNow: () => Promise<unknown>
  /** Before something is changed in an Arr. @throws {StorageFault} */
  readonly note: (deed: AuditEvent) => Promise<void>
  /** Another looks after this one, or does not any more. */
  readonly changed: (id: ArrId) => void
}

interface Marked {
  other: OtherInstance | null
  /** When we wrote our mark there in this run; `null` = not yet. */
  writtenAt: EpochMs | null
  /** It was looked at, or can not be marked. */
  isSettled: boolean
  attempt: number
  /** It stands in the journal that we write there. */
  isNoted: boolean
  turn: Promise<void>
  cancel: () => void
}

/** Where a question goes, and whose word its answer is: both of the same moment. */
interface Asked {
  readonly way: ArrWay
  /** `undefined` = nobody's. */
  readonly compartment: Compartment | undefined
}

interface Found {
  readonly mark: InstanceMark | null
  /** The database lacks the time of the mark. */
  readonly isLost: boolean
}

/**
 * @param whose for whom the database is an older copy; `null` = for all
 * @returns resolves when what was under way for them has ended, in the database
 */
type LostListener = (whose: Compartment, lost: LostTime) => Promise<unknown>

/** What Arrs of one compartment say that the database lacks. */
interface Lost {
  isEnded: boolean
  readonly ended: Promise<void>
}

/** A connection and two questions each time. */
const EVERY_MS = 2 * 3_600_000
/** A database that lost its last moments with the power of its machine is no older copy. */
const SLACK_MS = 120_000
/** So long what was under way waits for the Arrs to say whether our database is the newest. */
const FIRST_MS = 60_000
const PAUSES = {firstMs: 60_000, mostMs: 3_600_000, leastMs: 30_000}

export class InstanceMarks implements ArrInstances {
  readonly #parts: InstanceMarksDeps
  readonly #arrs = new Map<ArrId, Marked>()
  readonly #alerts: ActiveAlerts
  readonly #first = Promise.withResolvers<LostTime | null>()
  readonly #lost = new Map<Compartment, Lost>()
  readonly #listener = Promise.withResolvers<LostListener>()
  readonly #stopped = Promise.withResolvers<void>()
  #isKnown = false
  #state: 'waiting' | 'running' | 'stopped' = 'waiting'
  #cancelFirst: () => void = () => undefined

  constructor(parts: InstanceMarksDeps) {
    this.#parts = parts
    this.#alerts = new ActiveAlerts(parts)
  }

  /**
   * What the database lacks, as soon as the Arrs of the house said so; `null` = they know of nothing later, none is here,
   * or none answered within a minute.
   */
  get evidence(): Promise<LostTime | null> {
    return this.#first.promise
  }

  /** One Arr of the house answered that it has a mark of ours, and nothing that the database lacks. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /**
   * Told once for the house, and once for each member, one of whose Arrs has a mark of a time that the database lacks,
   * whenever it says so, also of those that said so before. One listener.
   */
  onLost(listener: LostListener): void {
    this.#listener.resolve(listener)
  }

  start(): void {
    this.#state = 'running'
    this.#cancelFirst = this.#parts.clock.after(FIRST_MS, () => this.#first.resolve(null))
    this.follow()
    this.#lookWhetherAll()
  }

  /** What was begun ends by itself. */
  stop(): void {
    this.#state = 'stopped'
    this.#stopped.resolve()
    this.#cancelFirst()
    this.#first.resolve(null)
    for (const {cancel} of this.#arrs.values()) cancel()
  }

  /** Arrs, or whether we only observe, may be others. */
  follow(): void {
    if (this.#state !== 'running') return
    const active = this.#parts.active()
    for (const id of active) if (!this.#arrs.has(id)) this.#begin(id)
    for (const [id, {cancel}] of this.#arrs) {
      if (active.includes(id)) continue
      cancel()
      this.#arrs.delete(id)
      this.#alerts.end(id)
    }
  }

  /** It answers, for the first time or again. */
  answers(id: ArrId): void {
    const marked = this.#arrs.get(id)
    if (this.#state === 'running' && marked && !marked.isSettled) this.#begin(id)
  }

  otherAt(id: ArrId): OtherInstance | null {
    return this.#arrs.get(id)?.other ?? null
  }

  async takeOver({actor}: Acting, id: ArrId): Promise<void> {
    const marked = this.#arrs.get(id)
    const other = marked?.other ?? null
    if (!marked || other === null) return
    const {wayTo, compartmentOf} = this.#parts
    const [way, compartment] = [wayTo(id), compartmentOf(id)]
    if (way === null) throw new CommodarrError('arr_not_ready', 'This Arr cannot be reached now.')
    await this.#note(id, 'take-over', actor, {instance: other.instance})
    marked.turn = marked.turn.then(() =>
      this.#write(id, {way, compartment}, marked, () => true).then(() => this.#clear(id, marked)),
    )
    const done = marked.turn
    marked.turn = done.catch(() => undefined)
    await done
  }

  #begin(id: ArrId): void {
    const known = this.#arrs.get(id)
    const marked: Marked = known ?? {
      other: null,
      writtenAt: null,
      isSettled: false,
      attempt: 0,
      isNoted: false,
      turn: Promise.resolve(),
      cancel: () => undefined,
    }
    this.#arrs.set(id, marked)
    marked.cancel()
    marked.turn = marked.turn.then(() => this.#look(id, marked))
  }

  async #look(id: ArrId, marked: Marked): Promise<void> {
    const {clock, random, log, wayTo} = this.#parts
    const way = wayTo(id)
    let again: number = EVERY_MS
    try {
      if (this.#state !== 'running') return
      const isSame = way !== null && (await this.#lookAt(id, way, marked))
      marked.attempt = 0
      marked.isSettled = isSame
      if (way !== null && !isSame) again = backoffMs(1, random(), PAUSES)
    } catch (error) {
      // An app of before webhooks can not be told; whoever is away is asked when it answers.
      marked.isSettled = error instanceof CommodarrError && error.code === 'not_supported'
      again = backoffMs(++marked.attempt, random(), PAUSES)
      if (!(error instanceof CommodarrError))
        log.error({err: error, arr: id}, 'which Commodarr manages it is unknown')
    }
    this.#lookWhetherAll()
    if (this.#state === 'running' && this.#arrs.get(id) === marked)
      marked.cancel = clock.after(again, () => this.#begin(id))
  }

  /** @returns it is still the Arr that was asked: who looks after another one is not known */
  async #lookAt(id: ArrId, way: ArrWay, marked: Marked): Promise<boolean> {
    const {compartmentOf, wayTo} = this.#parts
    const isFirst = marked.writtenAt === null
    // It may be taken away, or given to somebody else, while it is silent.
    const compartment = compartmentOf(id)
    const write = () =>
      this.#write(
        id,
        {way, compartment},
        marked,
        // Whose word it is may be known later: until then it stays there.
        (it) => compartment !== undefined && this.#otherIn(it, marked) === null,
      )
    let {mark, isLost} = await write()
    const lost = isLost && compartment !== undefined ? this.#lost.get(compartment)! : null
    if (lost?.isEnded === false) {
      await Promise.race([lost.ended, this.#stopped.promise])
      const isThere = this.#arrs.get(id) === marked && wayTo(id)?.url === way.url
      if (!lost.isEnded || !isThere) return false
      ;({mark, isLost} = await write())
    }
    const isSame =
      this.#arrs.get(id) === marked && wayTo(id)?.url === way.url && compartmentOf(id) === compartment
    if (!isSame || compartment === undefined) {
      if (isFirst) marked.writtenAt = null
      return false
    }
    const other = this.#otherIn(mark, marked)
    if (other !== null) {
      this.#held(id, marked, other)
      return true
    }
    this.#clear(id, marked)
    if (compartment === null && mark !== null && !isLost) this.#isKnown = true
    return true
  }

  /** @param isTo of what stands there. @returns what stood there */
  async #write(
    id: ArrId,
    {way, compartment}: Asked,
    marked: Marked,
    isTo: (found: InstanceMark | null) => boolean,
  ): Promise<Found> {
    const {asker, ours, clock, seenNow, observes} = this.#parts
    const {instance, run} = ours
    await seenNow()
    let at: EpochMs | null = null
    let isLost = false
    const mark = await asker.mark(way, async (it) => {
      const lost = it !== null && marked.writtenAt === null ? this.#lostBy(it) : null
      isLost = lost !== null
      if (lost && compartment !== undefined && !this.#count(lost, compartment).isEnded) return null
      if (observes() || !isTo(it)) return null
      if (it === null && !marked.isNoted) await this.#note(id, 'mark-arr', null, {})
      marked.isNoted = true
      at = clock.now()
      return {instance, run, at}
    })
    marked.writtenAt ??= at
    return {mark, isLost}
  }

  /** Of what stands there. A mark of ours that is older than ours of this run comes from a restored Arr. */
  #otherIn(found: InstanceMark | null, {writtenAt}: Marked): OtherInstance | null {
    const {ours} = this.#parts
    if (found === null) return null
    const {instance, run, at} = found
    if (instance !== ours.instance) return {instance, at, isCopy: false}
    const isLater = writtenAt !== null && run !== ours.run && at > writtenAt
    return isLater ? {instance, at, isCopy: true} : null
  }

  /** It was written by us at a time that our database does not know. */
  #lostBy({instance, run, at}: InstanceMark): LostTime | null {
    const {known, run: now, instance: we} = this.#parts.ours
    if (instance !== we || run === now) return null
    const from = known?.at ?? null
    if (from === null) return null
    const slack = run === known!.run ? SLACK_MS : 0
    return at > from + slack ? {from, to: at} : null
  }

  /** @param whose word it is */
  #count(lost: LostTime, whose: Compartment): Lost {
    const known = this.#lost.get(whose)
    if (known) return known
    const its: Lost = {
      isEnded: false,
      ended: this.#listener.promise
        .then((listener) => listener(whose, lost))
        .then(() => void (its.isEnded = true)),
    }
    this.#lost.set(whose, its)
    if (whose === null) this.#first.resolve(lost)
    return its
  }

  #held(id: ArrId, marked: Marked, other: OtherInstance): void {
    const {nameOf, changed} = this.#parts
    const wasHeld = marked.other !== null
    marked.other = other
    this.#alerts.begin(id, {
      by: 'Freeze',
      subject: 'arr',
      serverId: null,
      name: nameOf(id),
      code: 'another_instance',
      args: {id, instance: other.instance, at: other.at, isCopy: other.isCopy},
      message: otherWords(other),
    })
    if (!wasHeld) changed(id)
  }

  #clear(id: ArrId, marked: Marked): void {
    if (marked.other === null) return
    marked.other = null
    this.#alerts.end(id)
    this.#parts.changed(id)
  }

  #lookWhetherAll(): void {
    const {active, compartmentOf} = this.#parts
    const isAll = active().every((id) => compartmentOf(id) !== null || this.#arrs.get(id)?.isSettled)
    if (isAll) this.#first.resolve(null)
  }

  async #note(
    id: ArrId,
    verb: string,
    actor: AuditEvent['actor'] | null,
    args: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const ourselves = systemActor('Commodarr')
    await this.#parts.note({
      actor: actor ?? ourselves,
      subject: 'arr',
      verb,
      name: this.#parts.nameOf(id),
      serverId: null,
      args: {id, ...args},
    })
  }
}

/** For people, with the way out. */
export function otherWords({instance, isCopy}: Omit<OtherInstance, 'at'>): string {
  const who = isCopy
    ? 'A copy of this Commodarr runs elsewhere and manages this Arr'
    : `Another Commodarr (${instance.slice(0, 8)}) manages this Arr`
  return `${who}, so the rules of this one do nothing there. Remove the Arr from one of the two; if the other one is gone, take the Arr over on its page.`
}
