/**
 * Removals that wait for their moment. In the journal each is a record of its own per server, `hold`, which names its
 * torrent where there is one: intended while it waits, confirmed when it is handed on to be sent, expired when it never
 * will be. People are shown it only if nothing was sent: else its removals stand there themselves. One that a crash leaves behind is
 * given its end at the next start like every other, and nothing is ever sent from it.
 */
import {randomUUIDv7} from 'node:crypto'
import type {JournalEntry} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Clock} from '#lib/clock.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {Action} from './action.ts'

/** Of one person at the same time. */
export const mostHeld = 50

type Ending = Pick<JournalEntry, 'phase' | 'code' | 'message'>

interface Held {
  readonly entries: readonly JournalEntry[]
  cancel: () => void
}

export class HeldRemovals {
  /** Resolves when the entries are on disk. */
  readonly #journal: WorkContext['journal']
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  readonly #held = new Map<string, Held>()

  constructor(
    journal: WorkContext['journal'],
    fleet: Pick<FleetReader, 'get'>,
    clock: Clock,
    log: {error(about: object, text: string): void},
  ) {
    this.#journal = journal
    this.#fleet = fleet
    this.#clock = clock
    this.#log = log
  }

  /** @throws what keeps the journal from being written */
  async announce(action: Action, seconds: number): Promise<void> {
    const entries = entriesOf(action, seconds, (key) => this.#fleet.get(key)?.name ?? null)
    await this.#journal.write(entries)
    this.#held.set(action.id, {entries, cancel: () => {}})
  }

  /** From now on its time runs. */
  wait(action: Action, seconds: number, timeIsUp: () => void): void {
    const ms = seconds * 1_000
    action.heldUntil = this.#clock.now() + ms
    action.undoUntil = action.heldUntil
    this.#held.get(action.id)!.cancel = this.#clock.after(ms, timeIsUp)
  }

  forget(action: Action): void {
    this.#held.get(action.id)?.cancel()
  }

  /** What follows has its own entries, torrent by torrent. */
  concludeSent(action: Action, isAllowed: boolean): Promise<void> {
    const message = 'Who wanted this may not do it any more; nothing was sent.'
    return this.#conclude(
      action,
      isAllowed ? {phase: 'confirmed'} : {phase: 'refused', code: 'forbidden', message},
    )
  }

  concludeUnsent(action: Action, message: string): Promise<void> {
    return this.#conclude(action, {phase: 'expired', message})
  }

  /** The next start ends what could not be written now. */
  async #conclude(action: Action, ending: Ending): Promise<void> {
    const held = this.#held.get(action.id)
    if (!held) return
    this.#held.delete(action.id)
    const at = this.#clock.now()
    try {
      await this.#journal.write(held.entries.map((entry) => ({...entry, at, ...ending})))
    } catch (error) {
      this.#log.error(
        {err: error, action: action.id},
        'the end of a held removal could not be written to the journal',
      )
    }
  }
}

function entriesOf(
  {by, at, command, keys}: Action,
  seconds: number,
  nameOf: (key: TorrentKey) => string | null,
): readonly JournalEntry[] {
  return keys.perServer().map(({serverId, count}): JournalEntry => {
    const [only] = count === 1 ? keys.only((id) => id === serverId) : []
    return {
      id: randomUUIDv7(),
      at,
      actor: by.actor,
      subject: only ? 'torrent' : 'server',
      serverId,
      hash: only?.hash ?? null,
      name: only ? nameOf(only) : null,
      verb: 'hold',
      args: {verb: command.verb, ...command.args, torrents: count, seconds},
      phase: 'intended',
    }
  })
}
