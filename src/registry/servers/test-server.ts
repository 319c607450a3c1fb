/**
 * Tries a server that is not saved yet, or as it would be after a change. Each try is a log-in at somebody's daemon,
 * and daemons lock out who guesses: so there are few of them, and one attempt in each.
 */
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {Acting, UserId} from '#model/access.ts'
import {CommodarrError, TooManyAttempts} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerTrial} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {ServerDraft, ServerPatch} from './draft.ts'
import {leadingTo, seenBy} from './same-place.ts'
import type {ServerService} from './service.ts'

export interface TriedServer extends Omit<ServerTrial, 'sameAs'> {
  /** Servers in his sight that lead there already, by their address or by the torrents that they have. */
  readonly known: readonly {readonly serverId: ServerId; readonly serverName: string}[]
}

const triesPerMinute = 10
const MINUTE_MS = 60_000
/** Of everybody together, and of one: who tries servers that keep silent holds up nobody else. */
const AT_A_TIME = 8
const ONES_AT_A_TIME = 3
const BUSY_MS = 5_000

export class ServerTester {
  readonly #service: Pick<ServerService, 'drafted' | 'describe'>
  /** Connects, asks, says good-bye; never throws for the server's fault. */
  readonly #tryServer: (
    definition: ServerDefinition,
    asker: {readonly by: 'person' | 'administrator'; readonly ownerId: UserId | null},
  ) => Promise<ServerTrial>
  /** Words for a fault that needs no connection. */
  readonly #adviceFor: (reason: ServerTrial['reason'], kind: ServerDefinition['kind']) => string
  readonly #clock: Clock
  readonly #tries = new Map<string, number[]>()
  readonly #running = new Map<string, number>()
  readonly #gate = new Semaphore(AT_A_TIME)

  constructor(
    service: Pick<ServerService, 'drafted' | 'describe'>,
    tryServer: (
      definition: ServerDefinition,
      asker: {readonly by: 'person' | 'administrator'; readonly ownerId: UserId | null},
    ) => Promise<ServerTrial>,
    adviceFor: (reason: ServerTrial['reason'], kind: ServerDefinition['kind']) => string,
    clock: Clock,
  ) {
    this.#service = service
    this.#tryServer = tryServer
    this.#adviceFor = adviceFor
    this.#clock = clock
  }

  /**
   * @param id `null` = a new server; else what `draft` leaves out is as it is now, its secrets included
   * @throws {CommodarrError} `too_many_attempts`, and whatever saving it would throw, but for a forbidden address: that
   *   is an answer here
   */
  async test(by: Acting, id: ServerId | null, draft: ServerDraft | ServerPatch): Promise<TriedServer> {
    try {
      const {definition} = this.#service.drafted(by, id, draft)
      const ownerId = id === null ? by.actor.userId : (this.#service.describe(id)?.ownerId ?? null)
      const asker = {by: by.access.permits('admin') ? 'administrator' : 'person', ownerId} as const
      const tried = await this.#counted(by, () => this.#gate.run(() => this.#tryServer(definition, asker)))
      const {sameAs = [], ...trial} = tried
      return {...trial, known: this.#known(by, id, definition, sameAs)}
    } catch (error) {
      if (!(error instanceof CommodarrError) || error.code !== 'address_forbidden') throw error
      return {
        ...noAnswer,
        reason: 'address_forbidden',
        detail: error.message,
        advice: this.#adviceFor('address_forbidden', draft.kind ?? this.#service.describe(id!)!.kind),
        known: [],
      }
    }
  }

  #known(
    {access}: Acting,
    id: ServerId | null,
    definition: ServerDefinition,
    sameAs: readonly ServerId[],
  ): TriedServer['known'] {
    const others = seenBy(access, (one) => this.#service.describe(one)).filter((it) => it.id !== id)
    const leading = new Set(leadingTo(definition, others))
    const known = others.filter((it) => leading.has(it) || sameAs.includes(it.id))
    return known.map((it) => ({serverId: it.id, serverName: it.name}))
  }

  async #counted<T>({actor}: Acting, work: () => Promise<T>): Promise<T> {
    const who = actor.userId ?? `${actor.name} ${actor.address ?? ''}`
    this.#count(who)
    this.#running.set(who, (this.#running.get(who) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = this.#running.get(who)! - 1
      if (left > 0) this.#running.set(who, left)
      else this.#running.delete(who)
    }
  }

  /** @throws {TooManyAttempts} */
  #count(who: string): void {
    const now = this.#clock.now()
    if ((this.#running.get(who) ?? 0) >= ONES_AT_A_TIME) {
      throw new TooManyAttempts(
        now + BUSY_MS,
        'Three servers are being tried for you; wait until one is done.',
      )
    }
    for (const [other, times] of this.#tries) {
      const fresh = times.filter((at) => now - at < MINUTE_MS && at <= now)
      if (fresh.length > 0) this.#tries.set(other, fresh)
      else this.#tries.delete(other)
    }
    const tries = this.#tries.get(who) ?? []
    if (tries.length >= triesPerMinute) {
      throw new TooManyAttempts(tries[0]! + MINUTE_MS, 'Servers are tried ten times a minute at most.')
    }
    this.#tries.set(who, [...tries, now])
  }
}

const noAnswer = {
  ok: false,
  latencyMs: null,
  version: null,
  apiVersion: null,
  torrents: null,
  freeSpace: null,
} as const
