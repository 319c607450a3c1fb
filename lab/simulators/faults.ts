/**
 * What can go wrong with a server's answers, as switches. Each fault says which requests it hits (by the name the
 * face gives them), how many it lets pass first and how many it hits; `FaultyServer` carries it out.
 */

/** What the client sees. */
export type FaultKind =
  /** The body breaks off after so many bytes and the connection with it. */
  | {readonly kind: 'cut'; readonly afterBytes: number}
  /** The answer's head comes late. */
  | {readonly kind: 'slowHead'; readonly ms: number}
  /** The face does what it was asked, and its answer comes once this fault is cleared: it takes no `count`. */
  | {readonly kind: 'held'}
  /** The body trickles. */
  | {readonly kind: 'slowBody'; readonly bytesPerSecond: number}
  /** The right body under a wrong name. */
  | {readonly kind: 'contentType'; readonly type: string}
  /** 200 with somebody's login page; the face is not asked. */
  | {readonly kind: 'loginPage'}
  /** This status; the face is not asked. `retryAfter`: seconds or a date, for 429 and 503. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string | undefined
      readonly retryAfter?: string | undefined
    }
  /** The connection is reset before the face is asked. */
  | {readonly kind: 'reset'}
  /** Accepted and never answered; the face is not asked. */
  | {readonly kind: 'silence'}
  /** The face does what it was asked and nothing of its answer arrives: reset, or silence with `hang`. */
  | {readonly kind: 'lost'; readonly hang?: boolean | undefined}
  /** The body without its last byte, then blanks for ever, as fast as they are read. */
  | {readonly kind: 'endless'}
  /** Random bytes instead of the body. */
  | {readonly kind: 'garbage'; readonly bytes: number}
  /** One header line of this size. */
  | {readonly kind: 'hugeHeader'; readonly bytes: number}

export type Fault = FaultKind & {
  /** Names it for `clear` and the counters; default: its kind. A second fault of the same id replaces the first. */
  readonly id?: string | undefined
  /** A regular expression over the request's name; absent = every request. Text, because faults travel as JSON. */
  readonly path?: string | undefined
  /** Requests it lets pass first. Default 0. */
  readonly after?: number | undefined
  /** Requests it hits; absent = until cleared. */
  readonly count?: number | undefined
}

interface Armed {
  readonly id: string
  readonly fault: Fault
  readonly path: RegExp | null
  toPass: number
  toHit: number
}

/** The switches of one server. Of several faults that fit a request the first one switched on strikes. */
export class Faults {
  #armed: Armed[] = []
  readonly #listeners = new Set<() => void>()

  /** Switches a fault on. @returns its id */
  add(fault: Fault): string {
    const id = fault.id ?? fault.kind
    this.clear(id)
    this.#armed.push({
      id,
      fault,
      path: fault.path === undefined ? null : new RegExp(fault.path),
      toPass: fault.after ?? 0,
      toHit: fault.count ?? Infinity,
    })
    return id
  }

  /** Switches one fault off, or all of them. */
  clear(id?: string): void {
    this.#armed = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id)
    for (const listener of this.#listeners) listener()
  }

  /** Resolves when the fault is off, or whoever waits for it is gone. */
  async cleared(id: string, signal: AbortSignal): Promise<void> {
    const {promise, resolve} = Promise.withResolvers<void>()
    const look = () => {
      if (signal.aborted || !this.active.includes(id)) resolve()
    }
    this.#listeners.add(look)
    signal.addEventListener('abort', look, {once: true})
    look()
    await promise
    this.#listeners.delete(look)
  }

  /** Ids of the faults that can still strike. */
  get active(): string[] {
    return this.#armed.map((armed) => armed.id)
  }

  /** What the client sees of those that can still strike. */
  get kinds(): FaultKind['kind'][] {
    return this.#armed.map(({fault}) => fault.kind)
  }

  /** The fault that strikes this request, if any; it counts as used. */
  strike(name: string): {id: string; fault: Fault} | null {
    for (const armed of this.#armed) {
      if (armed.path && !armed.path.test(name)) continue
      if (armed.toPass > 0) {
        armed.toPass--
        continue
      }
      if (--armed.toHit <= 0) this.clear(armed.id)
      return armed
    }
    return null
  }
}

/** What a portal in front of a server answers to everybody. */
export const loginPage = `<!doctype html>
<html><head><title>Sign in</title></head>
<body><form method="post" action="/login"><input name="user"><input type="password" name="password">
<button>Log in</button></form></body></html>
`
