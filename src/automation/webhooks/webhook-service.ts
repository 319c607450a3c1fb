/**
 * Asks each Arr that is on to call us when something happens, and takes that back when it is not looked after any more
 * or we have no address for it. Every Arr by itself: what ails one keeps none of the others, and nothing else waits.
 *
 *   Arrs, the address, observing ─follow─▶ ┐
 *   an Arr answers again ─────────answers─▶ ┼─▶ as it shall be? ─ yes ─▶ registered
 *   a while after a failure ──────────────▶ ┘        └─ no ─▶ journal ─▶ the Arr ─▶ remembered
 *
 * Source: Sonarr and Radarr, decision 021.
 */
import {backoffMs} from '#lib/backoff.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {ArrWay, WebhookView} from '#model/arr-service.ts'
import {withRepeated, type AuditEvent, type RefusalNotes} from '#model/audit-event.ts'
import {systemActor, type Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import type {ActiveArr, ArrDirectory} from '#registry/arrs/directory.ts'
import type {Webhook, WebhookAsker} from './webhook-asker.ts'
import type {WebhookRecords} from './webhook-records.ts'

interface WebhookServiceDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly log: {warn(about: object, text: string): void}
  readonly asker: WebhookAsker
  readonly records: WebhookRecords
  readonly arrs: Pick<ArrDirectory, 'wayTo' | 'nameOf'> & {active(): readonly Pick<ActiveArr, 'id'>[]}
  /** Another Commodarr looks after it, so it calls that one. */
  readonly isOthers: (id: ArrId) => boolean
  /** Where Arrs call us; `null` = they cannot. */
  readonly url: () => string | null
  /** `null` = the key is lost that it comes from. */
  readonly tokenOf: (id: ArrId) => Secret | null
  /** Nothing is changed anywhere. */
  readonly observes: () => boolean
  /** Before something is changed in an Arr. @throws {StorageFault} */
  readonly note: (event: AuditEvent) => Promise<void>
  readonly refusals: RefusalNotes
}

interface Watched {
  /** As it was reached last. */
  way: ArrWay | null
  /** Of what it was asked by. */
  wish: string
  turn: Promise<void>
  attempt: number
  triedAt: EpochMs | null
  isSettled: boolean
  fault: string | null
  /** What is in the journal as begun, and was refused since: it is tried again without another line. */
  begun: string | null
  cancel: () => void
}

/** Who comes and goes is not looked at each time. */
const BETWEEN_MS = 600_000
const PAUSES = {firstMs: 60_000, mostMs: 6 * 3_600_000}
/** An Arr that was removed here and is away: its webhook is left to it then. */
const MOST_TRIES = 6

const ourselves: Actor = systemActor('Commodarr')

export class WebhookService {
  readonly #parts: WebhookServiceDeps
  readonly #arrs = new Map<ArrId, Watched>()
  #state: 'waiting' | 'running' | 'stopped' = 'waiting'

  constructor(parts: WebhookServiceDeps) {
    this.#parts = parts
  }

  /** We can be called from now on. */
  start(): void {
    if (this.#state === 'waiting') this.#state = 'running'
    this.follow()
  }

  /** What was begun ends by itself. */
  stop(): void {
    this.#state = 'stopped'
    for (const {cancel} of this.#arrs.values()) cancel()
  }

  /** Arrs, the address, or whether we only observe, may be another. */
  follow(): void {
    if (this.#state !== 'running') return
    const {records} = this.#parts
    for (const id of new Set([...this.#active(), ...this.#arrs.keys(), ...records.ids])) {
      const watched = this.#watched(id)
      watched.way = this.#parts.arrs.wayTo(id) ?? watched.way
      const wish = this.#wishOf(id, watched.way)
      if (watched.wish === wish) continue
      Object.assign(watched, {wish, attempt: 0, isSettled: false, fault: null})
      this.#begin(id, watched)
    }
  }

  /** It answers, for the first time or again: somebody may have changed it meanwhile. */
  answers(id: ArrId): void {
    const watched = this.#arrs.get(id)
    if (this.#state !== 'running' || !watched) return
    const {triedAt} = watched
    if (triedAt !== null && this.#parts.clock.now() - triedAt < BETWEEN_MS) return
    this.#begin(id, watched)
  }

  /** `null` = it is not asked to call us. */
  viewOf(id: ArrId): WebhookView | null {
    const watched = this.#arrs.get(id)
    const {observes, url} = this.#parts
    if (observes() || url() === null || !this.#active().includes(id)) return null
    const state = watched?.isSettled ? 'registered' : watched?.fault ? 'failed' : 'pending'
    return {state, fault: watched?.fault ?? null}
  }

  /** Those that shall call us. */
  #active(): readonly ArrId[] {
    const {arrs, isOthers} = this.#parts
    return arrs.active().flatMap(({id}) => (isOthers(id) ? [] : [id]))
  }

  #watched(id: ArrId): Watched {
    const known = this.#arrs.get(id)
    if (known) return known
    const turn = Promise.resolve()
    const fresh: Watched = {
      way: null,
      wish: '',
      turn,
      attempt: 0,
      triedAt: null,
      isSettled: false,
      fault: null,
      begun: null,
      cancel: () => undefined,
    }
    this.#arrs.set(id, fresh)
    return fresh
  }

  #wishOf(id: ArrId, way: ArrWay | null): string {
    const {url, tokenOf, observes} = this.#parts
    const reached = way && [way.url, way.apiKey.reveal(), way.skipVerify, way.reach]
    return JSON.stringify([reached, this.#active().includes(id), url(), tokenOf(id)?.reveal(), observes()])
  }

  #begin(id: ArrId, watched: Watched): void {
    watched.cancel()
    watched.turn = watched.turn.then(() => this.#settle(id, watched))
  }

  async #settle(id: ArrId, watched: Watched): Promise<void> {
    const {clock, observes} = this.#parts
    if (this.#state !== 'running' || observes()) return
    watched.triedAt = clock.now()
    try {
      const webhook = this.#wanted(id)
      if (webhook) await this.#put(id, watched, webhook)
      else await this.#takeBack(id, watched)
      Object.assign(watched, {isSettled: webhook !== null, fault: null, attempt: 0})
    } catch (error) {
      this.#failed(id, watched, error)
    }
  }

  /** `null` = there shall be none. @throws {CommodarrError} secret_unreadable */
  #wanted(id: ArrId): Webhook | null {
    const {url: addressOf, tokenOf} = this.#parts
    const url = addressOf()
    if (url === null || !this.#active().includes(id)) return null
    const token = tokenOf(id)
    if (token) return {url, token}
    throw new CommodarrError('secret_unreadable', 'The key that the token of the webhook comes from is lost.')
  }

  async #put(id: ArrId, watched: Watched, webhook: Webhook): Promise<void> {
    const {asker, records} = this.#parts
    const {way} = watched
    if (way === null) return
    const isThere = (await asker.state(way, webhook)) === 'same'
    // Where the token is masked only we know whether it is this one.
    if (isThere && records.isOf(id, webhook)) return
    await this.#noted(id, watched, 'register-webhook', webhook.url, () => asker.put(way, webhook))
    await records.put(id, webhook)
  }

  async #takeBack(id: ArrId, watched: Watched): Promise<void> {
    const {asker, records, log, tokenOf, arrs} = this.#parts
    const record = records.of(id)
    const {way, attempt} = watched
    const isGone = arrs.wayTo(id) === null
    if (record !== null && isGone && (way === null || attempt >= MOST_TRIES)) {
      log.warn(
        {arr: id},
        'is no longer contacted; our webhook remains there, and its messages are not received',
      )
    } else if (record !== null && way !== null) {
      const token = tokenOf(id)
      const isThere = token === null || (await asker.state(way, {url: record.url, token})) !== 'none'
      if (isThere) {
        await this.#noted(id, watched, 'remove-webhook', record.url, () => asker.remove(way, record.url))
      }
    }
    await records.drop(id)
    if (isGone) this.#arrs.delete(id)
  }

  /** The action comes first; what became of it is written beside it when the Arr said no, and when it no longer does. */
  async #noted(
    id: ArrId,
    watched: Watched,
    verb: string,
    url: string,
    work: () => Promise<void>,
  ): Promise<void> {
    const {note, refusals, arrs} = this.#parts
    const event: AuditEvent = {
      actor: ourselves,
      subject: 'arr',
      verb,
      name: arrs.nameOf(id),
      serverId: null,
      args: {id, url},
    }
    const isAgain = watched.begun === `${verb} ${url}`
    if (!isAgain) await note(event)
    try {
      await work()
    } catch (error) {
      if (error instanceof CommodarrError) {
        const {code, message} = error
        const refused: AuditEvent = {...event, refused: {code, message}}
        watched.begun = `${verb} ${url}`
        await refusals.note({...event, code, about: id}, (repeated) => note(withRepeated(refused, repeated)))
      }
      throw error
    }
    watched.begun = null
    if (isAgain) await note(event)
  }

  #failed(id: ArrId, watched: Watched, error: unknown): void {
    const {clock, random, log} = this.#parts
    const fault = error instanceof CommodarrError ? error.message : 'Unexpected error.'
    if (fault !== watched.fault)
      log.warn({err: error, arr: id}, 'our webhook in this Arr is not as it shall be')
    Object.assign(watched, {fault, isSettled: false})
    if (this.#state !== 'running') return
    watched.cancel = clock.after(backoffMs(++watched.attempt, random(), PAUSES), () =>
      this.#begin(id, watched),
    )
  }
}
