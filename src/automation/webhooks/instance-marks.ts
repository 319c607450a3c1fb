/**
 * In each Arr an entry that calls no one says which Commodarr manages it. That is outside of our data folder, so a copy
 * of the whole folder that is put back, or a machine that is, does not bring it back: a mark of a run that our database
 * does not know shows that the database is an older copy (`store/repositories/known-runs.ts`). And it is the same for all: another
 * Commodarr on the same Arr finds the mark of the first, pauses its rules there, and reports it until a person says that
 * the first is gone.
 *
 *   ours, of this run or a known one, or its lost time has ended ─▶ replaced by ours of now
 *   ours, of a time that the database lacks ─▶ reported (`onLost`), replaced once what that ends has ended
 *   ours, of another run after we wrote it ──┐
 *   another's ───────────────────────────────┴─▶ held, left as it is ─ a person: gone ─▶ replaced
 *
 * A time that the database lacks counts as soon as it is read, for whom the Arr was when it was asked, and whenever that
 * is. Our mark replaces its last trace. So it is written only when the database has the end of all that this ends, and
 * when the Arr still is whose it was. Where the program dies before, the next run reads the same mark again.
 *
 * A member's Arr may say anything: what it says of our database counts for what that member has, and no one else waits
 * for it (docs/decisions/035).
 */
import type {InstanceMark} from '#arr-client/api/webhook.ts'
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {Acting, Compartment} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrInstances, ArrWay, OtherInstance} from '#model/arr-service.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import {systemActor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import type {KnownRuns, LostTime} from '#store/repositories/known-runs.ts'
import type {LastSeen} from '#store/repositories/last-seen.ts'
import {ActiveAlerts, type AlertBoard} from '../alerts/active-alerts.ts'
import type {MarkAsker} from './webhook-asker.ts'

interface InstanceMarksDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly random: () => number
  readonly asker: MarkAsker
  /** Who we are, and what our database knows of the runs before. */
  readonly ours: Pick<LastSeen, 'instance' | 'run'> & {
    readonly runs: Pick<KnownRuns, 'knows' | 'lacks' | 'noteCopy'>
  }
  readonly arrs: Pick<ArrDirectory, 'wayTo' | 'nameOf'> & {active(): readonly Pick<ActiveArr, 'id'>[]}
  /** Whose word it is; `undefined` = it is not here, and its word counts for nobody. */
  readonly compartmentOf: (id: ArrId) => Compartment | undefined
  /** Nothing is changed anywhere. */
  readonly observes: () => boolean
  /** The database knows of this moment; no mark is later than that. @throws {StorageFault} */
  readonly seenNow: () => Promise<unknown>
  /** Before something is changed in an Arr. @throws {StorageFault} */
  readonly note: (event: AuditEvent) => Promise<void>
}

interface Marked {
  other: OtherInstance | null
  /** When we wrote our mark there in this run; `null` = not yet. */
  writtenAt: EpochMs | null
  /** It was looked at, or cannot be marked. */
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
  /** Ours stands there now. */
  readonly isWritten: boolean
  /** Resolves when what a lost time ends has ended; `null` = the mark tells of none. */
  readonly ended: Promise<unknown> | null
}

/**
 * @param whose for whom the database is an older copy; `null` = for all
 * @returns resolves when what was under way for them has ended in the database, and that is noted there
 */
type LostListener = (whose: Compartment, lost: LostTime) => Promise<unknown>

/** A connection and two questions each time. */
const EVERY_MS = 2 * 3_600_000
/** So long what was under way waits for the Arrs to say whether our database is the newest. */
const FIRST_MS = 60_000
const PAUSES = {firstMs: 60_000, mostMs: 3_600_000}

export class InstanceMarks implements ArrInstances {
  readonly #parts: InstanceMarksDeps
  readonly #arrs = new Map<ArrId, Marked>()
  readonly #alerts: ActiveAlerts
  readonly #first = Promise.withResolvers<LostTime | null>()
  readonly #listener = Promise.withResolvers<LostListener>()
  readonly #stopped = Promise.withResolvers<void>()
  #isKnown = false
  #changed: (id: ArrId) => void = () => {}
  #state: 'waiting' | 'running' | 'stopped' = 'waiting'
  #cancelFirst: () => void = () => undefined

  constructor(parts: InstanceMarksDeps) {
    this.#parts = parts
    this.#alerts = new ActiveAlerts(parts.board)
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
   * Called for each Arr with a mark of a time that the database lacks, whenever it is read, also of those that were read
   * before. One listener.
   */
  onLost(listener: LostListener): void {
    this.#listener.resolve(listener)
  }

  /** @param listener told that another looks after this Arr, or does not any more */
  onChanged(listener: (id: ArrId) => void): void {
    this.#changed = listener
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
    const active = this.#parts.arrs.active().map(({id}) => id)
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
    if (!marked || marked.other === null) return
    // Behind what is under way there.
    const done = marked.turn.then(() => this.#takeOver(id, marked, actor))
    marked.turn = done.catch(() => undefined)
    await done
  }

  async #takeOver(id: ArrId, marked: Marked, actor: AuditEvent['actor']): Promise<void> {
    const {other} = marked
    if (other === null) return
    const {arrs, compartmentOf, observes} = this.#parts
    const [way, compartment] = [arrs.wayTo(id), compartmentOf(id)]
    if (way === null || compartment === undefined || this.#arrs.get(id) !== marked)
      throw new CommodarrError('arr_not_ready', 'This Arr cannot be reached now.')
    if (observes())
      throw new CommodarrError(
        'arr_not_ready',
        'Commodarr only observes now, and changes nothing in this Arr.',
      )
    const asked = {way, compartment}
    const {isWritten} = await this.#write(asked, marked, async () => {
      if (!this.#isStill(id, asked, marked)) return false
      await this.#note(id, 'take-over', actor, {instance: other.instance})
      return true
    })
    if (isWritten) return this.#clear(id, marked)
    // It is another Arr by now, or its mark is: a look finds out which.
    if (this.#arrs.get(id) === marked) this.#begin(id)
    throw new CommodarrError(
      'changed_meanwhile',
      'This Arr has changed meanwhile, and nothing was written to it. Try again in a minute.',
    )
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
    const {clock, random, log, arrs} = this.#parts
    const way = arrs.wayTo(id)
    let again: number = EVERY_MS
    try {
      if (this.#state !== 'running') return
      const isSame = way !== null && (await this.#lookAt(id, way, marked))
      marked.attempt = 0
      marked.isSettled = isSame
      if (way !== null && !isSame) again = backoffMs(1, random(), PAUSES)
    } catch (error) {
      // An app of before webhooks cannot be told; whoever is away is asked when it answers.
      marked.isSettled = error instanceof CommodarrError && error.code === 'not_supported'
      again = backoffMs(++marked.attempt, random(), PAUSES)
      if (!(error instanceof CommodarrError))
        log.error({err: error, arr: id}, 'which Commodarr manages it is unknown')
    }
    this.#lookWhetherAll()
    if (this.#state === 'running' && this.#arrs.get(id) === marked)
      marked.cancel = clock.after(again, () => this.#begin(id))
  }

  /** @returns it is still the Arr that was asked: which one manages another Arr is not known */
  async #lookAt(id: ArrId, way: ArrWay, marked: Marked): Promise<boolean> {
    const {ours, clock, compartmentOf, arrs} = this.#parts
    const isFirst = marked.writtenAt === null
    const compartment = compartmentOf(id)
    // It may be removed, moved, or given to another user while it is silent.
    const isStill = () => this.#isStill(id, {way, compartment}, marked)
    const write = (by: ArrWay) =>
      this.#write({way: by, compartment}, marked, async (it) => {
        // Whose word it is may be known later: until then it stays there.
        if (compartment === undefined || !isStill() || this.#otherIn(it, marked) !== null) return false
        if (it === null && !marked.isNoted) await this.#note(id, 'mark-arr', null, {})
        return (marked.isNoted = true)
      })
    let found = await write(way)
    const hasLost = found.ended !== null
    if (hasLost) {
      await Promise.race([found.ended, this.#stopped.promise])
      // That may take hours, in which its key may have been changed as well.
      const now = arrs.wayTo(id)
      if (this.#state !== 'running' || now === null || !isStill()) return false
      found = await write(now)
      // By now there is another mark of a lost time.
      if (found.ended !== null) return false
    }
    if (!isStill() || compartment === undefined) {
      if (isFirst) marked.writtenAt = null
      return false
    }
    const {mark} = found
    const other = this.#otherIn(mark, marked)
    if (other !== null) {
      this.#held(id, marked, other)
      if (other.isCopy && mark !== null) await ours.runs.noteCopy(compartment, mark.run, clock.now())
      return true
    }
    this.#clear(id, marked)
    if (compartment === null && mark !== null && !hasLost) this.#isKnown = true
    return true
  }

  /** Since it was asked it was not removed, moved, or given to another user. */
  #isStill(id: ArrId, {way, compartment}: Asked, marked: Marked): boolean {
    const {arrs, compartmentOf} = this.#parts
    return (
      this.#arrs.get(id) === marked && arrs.wayTo(id)?.url === way.url && compartmentOf(id) === compartment
    )
  }

  /** @param prepares resolves with `true` = ours is to replace what stands there. @returns what stood there */
  async #write(
    {way, compartment}: Asked,
    marked: Marked,
    prepares: (found: InstanceMark | null) => Promise<boolean>,
  ): Promise<Found> {
    const {asker, ours, clock, seenNow, observes} = this.#parts
    const {instance, run} = ours
    await seenNow()
    const done: {at: EpochMs | null; ended: Found['ended']} = {at: null, ended: null}
    const mark = await asker.mark(way, async (it) => {
      const isOurs = it !== null && it.instance === instance && it.run !== run
      if (isOurs && compartment !== undefined && marked.writtenAt === null) {
        const lost = ours.runs.lacks(it, compartment)
        done.ended = lost && this.#report(compartment, lost)
      }
      if (done.ended !== null || observes() || !(await prepares(it))) return null
      done.at = clock.now()
      return {instance, run, at: done.at}
    })
    marked.writtenAt ??= done.at
    return {mark, isWritten: done.at !== null, ended: done.ended}
  }

  /** Of what stands there. A mark of a run that has ended, or of an earlier time than ours, comes from a restored Arr. */
  #otherIn(found: InstanceMark | null, {writtenAt}: Marked): OtherInstance | null {
    const {ours} = this.#parts
    if (found === null) return null
    const {instance, run, at} = found
    if (instance !== ours.instance) return {instance, at, isCopy: false}
    // The clock may have been set back since that run: a later time alone is no evidence of another one.
    const isLater = writtenAt !== null && run !== ours.run && at > writtenAt && !ours.runs.knows(found)
    return isLater ? {instance, at, isCopy: true} : null
  }

  /** @param whose word it is */
  async #report(whose: Compartment, lost: LostTime): Promise<void> {
    if (whose === null) this.#first.resolve(lost)
    const listener = await this.#listener.promise
    await listener(whose, lost)
  }

  #held(id: ArrId, marked: Marked, other: OtherInstance): void {
    const wasHeld = marked.other !== null
    marked.other = other
    this.#alerts.begin(id, {
      by: 'Freeze',
      subject: 'arr',
      serverId: null,
      name: this.#parts.arrs.nameOf(id),
      code: 'another_instance',
      heals: false,
      args: {id, instance: other.instance, at: other.at, isCopy: other.isCopy},
      message: otherWords(other),
    })
    if (!wasHeld) this.#changed(id)
  }

  #clear(id: ArrId, marked: Marked): void {
    if (marked.other === null) return
    marked.other = null
    this.#alerts.end(id)
    this.#changed(id)
  }

  #lookWhetherAll(): void {
    const {arrs, compartmentOf} = this.#parts
    const isAll = arrs.active().every(({id}) => compartmentOf(id) !== null || this.#arrs.get(id)?.isSettled)
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
      name: this.#parts.arrs.nameOf(id),
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
