/**
 * What holds rules back for a while, told once for each cause and not once for each torrent: a line of the journal when
 * it begins, its end on the same line.
 */
import {randomUUIDv7} from 'node:crypto'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import {systemActor} from '#model/command.ts'
import type {ServerId} from '#model/torrent-key.ts'

export interface NoticeDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
}

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

/** Everything that holds rules back at this moment, whoever noticed it: for the pages. */
export class AlertBoard {
  /** As people call it. */
  readonly nameOf: (server: ServerId) => string
  readonly #open = new Map<string, OpenAlert>()

  constructor(nameOf: (server: ServerId) => string = (id) => id) {
    this.nameOf = nameOf
  }

  /** Oldest first. */
  list(): readonly OpenAlert[] {
    return [...this.#open.values()]
  }

  put(alert: OpenAlert): void {
    this.#open.set(alert.id, alert)
  }

  drop({id}: OpenAlert): void {
    this.#open.delete(id)
  }
}

export class ActiveAlerts {
  readonly #parts: NoticeDeps
  readonly #open = new Map<string, OpenAlert>()

  constructor(parts: NoticeDeps) {
    this.#parts = parts
  }

  /** Causes that last. */
  get open(): readonly string[] {
    return [...this.#open.keys()]
  }

  /**
   * Said once until its end.
   * @param first its first step, where it was begun by the run before and goes on: its line of the journal stays the same
   */
  begin(cause: string, {by, ...notice}: Notice, first?: Pick<JournalEntry, 'id' | 'at'>): void {
    if (this.#open.has(cause)) return
    const entry: OpenAlert = {
      id: first?.id ?? randomUUIDv7(),
      at: first?.at ?? this.#parts.clock.now(),
      actor: systemActor(by),
      hash: null,
      verb: 'freeze',
      phase: 'blocked',
      ...notice,
    }
    this.#open.set(cause, entry)
    const {board, log} = this.#parts
    board.put(entry)
    const {subject, serverId, name, message} = notice
    // On pages the message stands below the name; a line of the log stands alone.
    const about = name ?? (serverId === null ? null : board.nameOf(serverId))
    log.warn({...notice.args, subject, serverId}, about === null ? message : `${about}: ${message}`)
    this.#write(entry)
  }

  end(cause: string): void {
    const entry = this.#open.get(cause)
    if (!entry) return
    this.#open.delete(cause)
    this.#parts.board.drop(entry)
    const {code, message} = entry
    this.#write(stepAfter(entry, {at: this.#parts.clock.now(), phase: 'undone', code, message}))
  }

  #write(written: JournalEntry & {readonly heals?: boolean}): void {
    // That it heals is for pages alone.
    const {heals: _, ...entry} = written
    this.#parts.write([entry]).catch((error: unknown) => {
      this.#parts.log.error({err: error, code: entry.code}, 'what holds rules back could not be written down')
    })
  }
}
