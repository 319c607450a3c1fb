/**
 * What one Arr does with files now, or will do next: imports, also those that a person started, moves and renames. A copy
 * of many gigabytes takes an hour, and its history tells nothing of it before it ended; its commands do.
 *
 * Nobody asks before something is to be removed, and whoever waits for its check of itself reads the same list. One answer
 * serves all who ask within five seconds, unless the Arr says meanwhile that anything happened. Source: Sonarr and Radarr.
 */
import {sleep, type Clock} from '#lib/clock.ts'
import type {ArrCommand} from '#model/arr.ts'
import type {ArrPort} from './api/port.ts'

const FRESH_MS = 5_000
/** An Arr looks through its downloads each minute, which takes a moment where there is nothing to import. */
const PAUSES_MS = [1_000, 3_000, 6_000]
/** Searches, feeds, refreshes and rescans only read. */
const touchesFiles = /^(manualimport|processmonitoreddownloads|downloaded\w+scan|(bulk)?move\w+|rename\w+)$/i
const passing = /^processmonitoreddownloads$/i
/** A word that is not known may mean that it goes on. */
const open: ReadonlySet<ArrCommand['status']> = new Set(['queued', 'started', 'unknown'])

export class FileWork {
  readonly #port: Pick<ArrPort, 'commands'>
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #names: readonly string[] | null = null
  #askedAt = Number.NEGATIVE_INFINITY
  #reading: Promise<readonly ArrCommand[]> | null = null
  #waiting: Promise<void> | undefined

  constructor(port: Pick<ArrPort, 'commands'>, clock: Clock, signal: AbortSignal) {
    this.#port = port
    this.#clock = clock
    this.#signal = signal
  }

  /** The commands, each name once, as they were read last; `null` = not known. */
  get names(): readonly string[] | null {
    return this.#names
  }

  /** Something happened there: what is known is read again when it is asked for. */
  hear(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY
  }

  /** Resolves when what is known is at most five seconds old, or cannot be known. */
  async renewed(): Promise<void> {
    const isOld = this.#clock.monotonic() - this.#askedAt >= FRESH_MS
    try {
      await (isOld ? this.#begin() : this.#reading)
      if (!this.#mayEndSoon) return
      this.#waiting ??= this.#waitForItsEnd().finally(() => (this.#waiting = undefined))
      await this.#waiting
    } catch {
      // What ails the Arr its queue tells; here it only means that nobody knows.
    }
  }

  /**
   * How far a command is that the Arr took a moment ago; what it does with files is known then, too.
   * @returns `null` = it is in its list no more
   * @throws {CommodarrError} it cannot be asked
   */
  async commandState(id: number): Promise<ArrCommand | null> {
    return (await this.#begin()).find((it) => it.id === id) ?? null
  }

  /** Whoever always comes while it looks through its downloads would wait for ever. */
  get #mayEndSoon(): boolean {
    return this.#names?.length === 1 && passing.test(this.#names[0]!)
  }

  async #waitForItsEnd(): Promise<void> {
    for (const pauseMs of PAUSES_MS) {
      if (!this.#mayEndSoon || this.#signal.aborted) return
      await sleep(this.#clock, pauseMs, this.#signal)
      await this.#begin()
    }
  }

  async #begin(): Promise<readonly ArrCommand[]> {
    this.#askedAt = this.#clock.monotonic()
    const reading = this.#read()
    this.#reading = reading
    try {
      return await reading
    } finally {
      if (this.#reading === reading) this.#reading = null
    }
  }

  async #read(): Promise<readonly ArrCommand[]> {
    try {
      const commands = await this.#port.commands(this.#signal)
      const working = commands.filter(({name, status}) => touchesFiles.test(name) && open.has(status))
      this.#names = [...new Set(working.map(({name}) => name))]
      return commands
    } catch (error) {
      this.#names = null
      this.#askedAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }
}
