/**
 * What holds rules back for a while, told once for each cause and not once for each torrent: a line of the journal when
 * it begins, its end on the same line.
 */
import {randomUUIDv7} from 'node:crypto'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Clock} from '#lib/clock.ts'
import {systemActor} from '#model/command.ts'
import type {ServerId} from '#model/torrent-key.ts'

export type Notice = Pick<JournalEntry, 'subject' | 'serverId' | 'name' | 'args'> & {
  /** Who noticed. */
  readonly by: string
  readonly code: string
  /** It ends without a person: nobody is asked for it. */
  readonly heals: boolean
  /** For people. */
  readonly message: string
}

/** As its line in the journal began. */
export type OpenAlert = JournalEntry & Pick<Notice, 'code' | 'message' | 'heals'>

/**
 * Everything that holds rules back at this moment, whoever noticed it: for the pages, and written down as it begins and
 * ends.
 */
export class AlertBoard {
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly #nameOf: (server: ServerId) => string
  readonly #open = new Map<string, OpenAlert>()

  /** @param write into the journal @param nameOf as people call a server */
  constructor(
    clock: Pick<Clock, 'now'>,
    log: {error(about: object, text: string): void; warn(about: object, text: string): void},
    write: (entries: readonly JournalEntry[]) => Promise<void>,
    nameOf: (server: ServerId) => string = (id) => id,
  ) {
    this.#clock = clock
    this.#log = log
    this.#write = write
    this.#nameOf = nameOf
  }

  /** Oldest first. */
  list(): readonly OpenAlert[] {
    return [...this.#open.values()]
  }

  /** @param first its first step, where it was begun by the run before */
  begin({by, ...notice}: Notice, first?: Pick<JournalEntry, 'id' | 'at'>): OpenAlert {
    const alert: OpenAlert = {
      id: first?.id ?? randomUUIDv7(),
      at: first?.at ?? this.#clock.now(),
      actor: systemActor(by),
      hash: null,
      verb: 'freeze',
      phase: 'blocked',
      ...notice,
    }
    this.#open.set(alert.id, alert)
    const {subject, serverId, name, message} = notice
    // On pages the message stands below the name; a line of the log stands alone.
    const about = name ?? (serverId === null ? null : this.#nameOf(serverId))
    this.#log.warn({...notice.args, subject, serverId}, about === null ? message : `${about}: ${message}`)
    this.#note(alert)
    return alert
  }

  end(alert: OpenAlert): void {
    this.#open.delete(alert.id)
    const {code, message} = alert
    this.#note(stepAfter(alert, {at: this.#clock.now(), phase: 'undone', code, message}))
  }

  #note(written: JournalEntry & {readonly heals?: boolean}): void {
    // That it heals is for pages alone.
    const {heals: _, ...entry} = written
    this.#write([entry]).catch((error: unknown) => {
      this.#log.error({err: error, code: entry.code}, 'what holds rules back could not be written down')
    })
  }
}

/** What everything that looks on has at hand. */
export interface WatchContext extends WorkContext {
  readonly board: AlertBoard
}

/** Of one who looks: each cause once. */
export class ActiveAlerts {
  readonly #board: AlertBoard
  readonly #open = new Map<string, OpenAlert>()

  constructor(board: AlertBoard) {
    this.#board = board
  }

  /** Causes that last. */
  get open(): readonly string[] {
    return [...this.#open.keys()]
  }

  /**
   * Said once until its end.
   * @param first its first step, where it was begun by the run before and goes on: its line of the journal stays the same
   */
  begin(cause: string, notice: Notice, first?: Pick<JournalEntry, 'id' | 'at'>): void {
    if (!this.#open.has(cause)) this.#open.set(cause, this.#board.begin(notice, first))
  }

  end(cause: string): void {
    const alert = this.#open.get(cause)
    if (!alert) return
    this.#open.delete(cause)
    this.#board.end(alert)
  }
}
