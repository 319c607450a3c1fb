/** The daemon's own figures beside the list: how many torrents, how long it runs, limits, free space. */
import type {Clock} from '#lib/clock.ts'
import {CommandRefused} from '#model/errors.ts'
import type {SyncSink} from '../port.ts'
import {freeSpaceOf, readSession, sessionFields, statsOf, type Session} from './session.ts'
import {accepted, type Answer, type Call} from './wire.ts'

const SESSION_EVERY_MS = 30_000
/** `seconds_active` and our clock may grow apart by so much before it means a restart. */
const RESTART_SLACK_SECONDS = 30

export interface FiguresNews {
  /** The daemon started anew since the last figures, or these are the first. */
  readonly isRestart: boolean
  /** Torrents by the server's count. */
  readonly torrents: number
}

export class Figures {
  readonly #session: {current: Session}
  readonly #clock: Clock
  #readAt = -Infinity
  #asked = false
  #freeSpace: number | undefined
  #uptime: {readonly seconds: number; readonly atMs: number} | null = null
  #contextChanged = false

  constructor(session: {current: Session}, clock: Clock) {
    this.#session = session
    this.#clock = clock
  }

  /** `session_stats` always, the rest every half minute. @param whole a whole list follows: everything as of now */
  calls(whole: boolean): Call[] {
    const nowMs = this.#clock.monotonic()
    this.#asked = whole || nowMs - this.#readAt >= SESSION_EVERY_MS
    const stats: Call = {method: 'session_stats'}
    if (!this.#asked) return [stats]
    return [
      stats,
      {method: 'session_get', params: {fields: sessionFields}},
      {method: 'free_space', params: {path: this.#session.current.downloadDir}},
    ]
  }

  /** @param answers to `calls`, in their order */
  take(answers: readonly (Answer | CommandRefused)[], sink: SyncSink): FiguresNews {
    const stats = accepted(answers[0])
    if (this.#asked) this.#takeSession(accepted(answers[1]), answers[2])
    const figures = statsOf(stats, this.#session.current, this.#freeSpace)
    sink.stats(figures)
    return {isRestart: this.#noteUptime(figures.uptime ?? 0), torrents: Number(stats['torrent_count'])}
  }

  /** True once after something changed that every row depends on: its units, or what its path means. */
  takeContextChange(): boolean {
    const changed = this.#contextChanged
    this.#contextChanged = false
    return changed
  }

  #takeSession(answer: Answer, space: Answer | CommandRefused | undefined): void {
    const before = this.#session.current
    const session = readSession(answer)
    this.#session.current = session
    this.#readAt = this.#clock.monotonic()
    // A default directory that is not there is no fault of the sync: its space is unknown.
    this.#freeSpace = space instanceof CommandRefused || space === undefined ? undefined : freeSpaceOf(space)
    this.#contextChanged ||=
      before.rpc !== session.rpc ||
      before.bytesPerK !== session.bytesPerK ||
      before.downloadDir !== session.downloadDir ||
      before.incompleteDir !== session.incompleteDir
  }

  /**
   * A new session id proves nothing (it changes hourly); a running time that went another way than ours does. It is
   * counted by the daemon's wall clock: set back, it is below zero, and after a restart behind that it is too much.
   */
  #noteUptime(seconds: number): boolean {
    const before = this.#uptime
    const atMs = this.#clock.monotonic()
    this.#uptime = {seconds, atMs}
    if (!before) return true
    const expected = before.seconds + (atMs - before.atMs) / 1000
    return seconds < before.seconds || Math.abs(seconds - expected) > RESTART_SLACK_SECONDS
  }
}
