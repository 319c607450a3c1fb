/**
 * Notifications of the kind Webhook: one call after the other, a back-off while the receiver fails, and nothing kept
 * for later. Source: protocol notes §9.2.
 */
import type {ArrFaults} from './faults.ts'
import type {Stats} from './stats.ts'
import type {TimeLine} from './time-line.ts'

interface Notification {
  readonly id: number
  /** As the API shows and takes it. */
  readonly resource: Readonly<Record<string, unknown>>
}

/** Switch of a notification that an event needs. */
type HookSwitch =
  | 'onGrab'
  | 'onDownload'
  | 'onReleaseImport'
  | 'onUpgrade'
  | 'onImportComplete'
  | 'onManualInteractionRequired'
  | 'onMovieDelete'
  | 'onMovieFileDelete'
  | 'onMovieFileDeleteForUpgrade'
  | 'onSeriesDelete'
  | 'onEpisodeFileDelete'
  | 'onEpisodeFileDeleteForUpgrade'
  | 'onHealthIssue'
  | 'includeHealthWarnings'
  | 'onHealthRestored'

const MINUTE = 60_000
const backOff = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE)

interface Health {
  firstFailureAt: number | null
  level: number
  disabledUntil: number
}

export class Webhooks {
  readonly all = new Map<number, Notification>()
  readonly #health = new Map<number, Health>()
  readonly #time: TimeLine
  readonly #faults: ArrFaults
  readonly #stats: Stats
  #nextId = 1
  #held: (() => Promise<void>) | null = null
  #line: Promise<void> = Promise.resolve()

  constructor(time: TimeLine, faults: ArrFaults, stats: Stats) {
    this.#time = time
    this.#faults = faults
    this.#stats = stats
  }

  add(resource: Readonly<Record<string, unknown>>): Notification {
    const id = this.#nextId++
    const added = {id, resource: {...resource, id}}
    this.all.set(id, added)
    return added
  }

  /** Asterisks for a password mean: the one there is. */
  replace(id: number, resource: Readonly<Record<string, unknown>>): Notification {
    const before = (this.all.get(id)?.resource.fields ?? []) as {name: string; value?: unknown}[]
    const fields = ((resource.fields ?? []) as {name: string; value?: unknown}[]).map((field) =>
      field.value === '********' ? (before.find(({name}) => name === field.name) ?? field) : field,
    )
    const changed = {id, resource: {...resource, id, fields}}
    this.all.set(id, changed)
    return changed
  }

  /** The Test call at creation. @returns what is wrong, or null */
  async test(resource: Readonly<Record<string, unknown>>, payload: object): Promise<string | null> {
    if (this.#faults.domain('webhookFirstTestFails')) return 'Unable to post to webhook: Connection refused'
    try {
      await this.#post(resource, payload)
      return null
    } catch (error) {
      return `Unable to post to webhook: ${(error as Error).message}`
    }
  }

  /**
   * Tells everybody who wants to hear of it; in order, one after the other.
   * @param needed switches that all have to be on
   */
  send(needed: readonly HookSwitch[], payload: object): void {
    for (const notification of this.all.values()) {
      if (!needed.every((name) => notification.resource[name] === true)) continue
      if (this.#faults.domain('webhookLost')) {
        this.#stats.webhooksLost++
        continue
      }
      const send = (): Promise<void> => this.#deliver(notification, payload)
      if (this.#faults.domain('webhookReorder')) {
        this.#hold(send)
        continue
      }
      this.#enqueue(send)
      if (this.#faults.domain('webhookDuplicate')) this.#enqueue(send)
      this.#release()
    }
  }

  /** Waits for the next one to overtake it. */
  #hold(send: () => Promise<void>): void {
    if (this.#held) {
      this.#enqueue(send)
      return this.#release()
    }
    this.#held = send
  }

  #release(): void {
    if (this.#held) this.#enqueue(this.#held)
    this.#held = null
  }

  #enqueue(send: () => Promise<void>): void {
    this.#line = this.#time.outside(this.#line.then(send))
  }

  async #deliver(notification: Notification, payload: object): Promise<void> {
    const health = this.#health.get(notification.id) ?? {firstFailureAt: null, level: 0, disabledUntil: 0}
    this.#health.set(notification.id, health)
    const now = this.#time.now()
    if (now < health.disabledUntil) {
      this.#stats.webhooksLost++
      return
    }
    try {
      await this.#post(notification.resource, payload)
      this.#stats.webhooksSent++
      health.firstFailureAt = null
      health.level = 0
    } catch {
      // The Arr logs it and goes on; what it tells is lost.
      this.#stats.webhooksFailed++
      health.firstFailureAt ??= now
      if (now - health.firstFailureAt < 5 * MINUTE) return
      health.disabledUntil = now + backOff[Math.min(health.level++, backOff.length - 1)]!
    }
  }

  async #post(resource: Readonly<Record<string, unknown>>, payload: object): Promise<void> {
    const fields = (resource.fields ?? []) as {name: string; value?: unknown}[]
    const field = (name: string): unknown => fields.find((one) => one.name === name)?.value
    const text = (name: string): string => {
      const value = field(name)
      return typeof value === 'string' ? value : ''
    }
    const headers: Record<string, string> = {'content-type': 'application/json'}
    for (const {key, value} of (field('headers') ?? []) as {key: string; value: string}[])
      headers[key] = value
    if (text('username') !== '') {
      const login = `${text('username')}:${text('password')}`
      headers.authorization = `Basic ${Buffer.from(login).toString('base64')}`
    }
    const response = await fetch(text('url'), {
      method: field('method') === 2 ? 'PUT' : 'POST',
      headers,
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(5_000),
    })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
  }
}
