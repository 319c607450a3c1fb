/** What a simulated server counted since its start or the last `reset`. */
export interface CounterFigures {
  /** By the name the face gives a request. */
  readonly requests: Readonly<Record<string, number>>
  readonly total: number
  readonly loginsAccepted: number
  readonly loginsRefused: number
  readonly bytesIn: number
  /** Of bodies. */
  readonly bytesOut: number
  /** The largest body by name of the request, bytes. */
  readonly largestAnswers: Readonly<Record<string, number>>
  readonly connections: number
  /** Most requests being answered at the same time. */
  readonly mostAtOnce: number
  /** How often each fault struck, by its id. */
  readonly faults: Readonly<Record<string, number>>
}

/** One request being answered. */
export interface RequestCount {
  bytesOut(bytes: number): void
  /** It has been answered or broke off. */
  done(): void
}

export class Counters {
  #requests = new Map<string, number>()
  #faults = new Map<string, number>()
  #largest = new Map<string, number>()
  #loginsAccepted = 0
  #loginsRefused = 0
  #bytesIn = 0
  #bytesOut = 0
  #connections = 0
  #atOnce = 0
  #mostAtOnce = 0

  /** Called by a face for each attempt to log in (each request with credentials, where there are no sessions). */
  login(accepted: boolean): void {
    if (accepted) this.#loginsAccepted++
    else this.#loginsRefused++
  }

  request(name: string): RequestCount {
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1)
    this.#mostAtOnce = Math.max(this.#mostAtOnce, ++this.#atOnce)
    let sent = 0
    return {
      bytesOut: (bytes) => {
        sent += bytes
        this.#bytesOut += bytes
        this.#largest.set(name, Math.max(sent, this.#largest.get(name) ?? 0))
      },
      done: () => void this.#atOnce--,
    }
  }

  fault(id: string): void {
    this.#faults.set(id, (this.#faults.get(id) ?? 0) + 1)
  }

  connection(): void {
    this.#connections++
  }

  bytesIn(bytes: number): void {
    this.#bytesIn += bytes
  }

  figures(): CounterFigures {
    return {
      requests: Object.fromEntries(this.#requests),
      total: [...this.#requests.values()].reduce((sum, count) => sum + count, 0),
      loginsAccepted: this.#loginsAccepted,
      loginsRefused: this.#loginsRefused,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      largestAnswers: Object.fromEntries(this.#largest),
      connections: this.#connections,
      mostAtOnce: this.#mostAtOnce,
      faults: Object.fromEntries(this.#faults),
    }
  }

  reset(): void {
    this.#requests = new Map()
    this.#faults = new Map()
    this.#largest = new Map()
    this.#loginsAccepted = this.#loginsRefused = 0
    this.#bytesIn = this.#bytesOut = this.#connections = 0
    this.#mostAtOnce = this.#atOnce
  }
}
