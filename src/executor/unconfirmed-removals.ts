/**
 * Removals whose end is not known: those under way, and those of this life or an earlier one that had no answer, or whose
 * effect is not seen. The list of their server tells what became of them. Until then nothing else that would remove the
 * torrent, bring it back or let go what is kept of it is begun. Nothing is sent again.
 *
 *   sending ─┬─ confirmed, refused, failed ─▶ known
 *            └─ unconfirmed ─┬─ its server does not list it ─▶ confirmed
 *                            └─ lists it for a minute (five, where it said yes), read again ─▶ failed
 */
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {RemovalWaits} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {waits} from '#model/waits.ts'
import type {AwaitedEntry} from './awaited.ts'
import type {Refusal} from './guards/guard.ts'
import type {ServerLists} from './late-effects.ts'

interface Open {
  /** Its last line. */
  readonly entry: JournalEntry
  readonly key: TorrentKey
  /** Since when it is known here, by the clock that does not jump. */
  readonly since: number
  /** Since when its server says that it has it, by the clock that does not jump. */
  thereSince: number | null
}

const LOOK_MS = 1_000

export class UnconfirmedRemovals {
  readonly #lists: ServerLists
  readonly #waits: RemovalWaits
  /** Resolves when the entries are on disk. */
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  /** By the id of the action. */
  readonly #open = new Map<string, Open>()
  /** Ids of those that are about a torrent, by the text of its key. */
  readonly #of = new Map<string, Set<string>>()
  #cancel: () => void = () => {}
  #notRemoved: (entry: JournalEntry) => Promise<void> = async () => {}
  #isLooking = false
  /** A look is to come, or under way. */
  #isWaiting = false

  /** @param entries last lines of actions; what is no removal of a torrent is left as it is */
  constructor(
    lists: ServerLists,
    waits: RemovalWaits,
    write: (entries: readonly JournalEntry[]) => Promise<void>,
    clock: Clock,
    log: {error(about: object, text: string): void},
    entries: readonly JournalEntry[],
  ) {
    this.#lists = lists
    this.#waits = waits
    this.#write = write
    this.#clock = clock
    this.#log = log
    this.take(entries)
  }

  /** @param listener told that its server has it still: nothing of it is to be brought back. Never rejects */
  onNotRemoved(listener: (entry: JournalEntry) => Promise<void>): void {
    this.#notRemoved = listener
  }

  start(): void {
    this.#isLooking = true
    this.#wait()
  }

  /** Lines of any kind, as they are written: of removals each tells how far it is. */
  take(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#takeOne(entry)
    this.#wait()
  }

  /** Lines that could not be written: what was sent is sent, and what was not is not. */
  takeUnwritten(entries: readonly JournalEntry[]): void {
    this.take(entries.filter(({phase}) => phase !== 'sending'))
  }

  /**
   * Why nothing else may be begun that removes it, or brings it back; `null` = what became of each removal is known.
   * @param but the action that asks
   */
  objection(key: TorrentKey, but?: string): Refusal | null {
    const first = this.#underWay(key).find(({entry}) => entry.id !== but)
    return first ? {code: 'not_ready', message: this.#words(first)} : null
  }

  /** All whose end its server's list has to show. */
  awaited(): readonly AwaitedEntry[] {
    return [...this.#open.values()].map(({entry}) => ({entry, until: entry.at + waits.removalAsked.ms}))
  }

  /** What is kept under this id is of a removal whose end is not known. */
  isAbout(id: string, key: TorrentKey): boolean {
    return this.#underWay(key).some(({entry}) => entry.id === id || entry.causeId === id)
  }

  stop(): void {
    this.#isLooking = false
    this.#open.clear()
    this.#of.clear()
    this.#cancel()
  }

  #takeOne(entry: JournalEntry): void {
    const {id, phase} = entry
    if (phase === 'unconfirmed' || phase === 'sending' || phase === 'sent') {
      const key = keyOfRemoval(entry)
      // That no effect was seen either says nothing more of what had no answer.
      if (key === null || this.#open.get(id)?.entry.phase === 'unconfirmed') return
      this.#open.set(id, {entry, key, since: this.#clock.monotonic(), thereSince: null})
      const name = keyText(key)
      this.#of.set(name, (this.#of.get(name) ?? new Set()).add(id))
      if (phase === 'unconfirmed') this.#waits.waitForRemoval(id, [key], unconfirmedSince(entry))
    } else if (phase !== 'intended') this.#forget(id)
  }

  #forget(id: string): void {
    const open = this.#open.get(id)
    if (!open) return
    this.#open.delete(id)
    this.#waits.endRemovalWait(id)
    const name = keyText(open.key)
    const ids = this.#of.get(name)
    ids?.delete(id)
    if (ids?.size === 0) this.#of.delete(name)
  }

  #underWay(key: TorrentKey): readonly Open[] {
    for (const id of this.#of.get(keyText(key)) ?? []) this.#forgetIfSeen(this.#open.get(id)!)
    return [...(this.#of.get(keyText(key)) ?? [])].map((id) => this.#open.get(id)!)
  }

  /** What its server took, and nobody waits for: that it went, or stays, shows its list alone. */
  #forgetIfSeen({entry, key, since}: Open): void {
    if (entry.phase !== 'sent') return
    if (this.#lists.presence(key) === 'gone' || this.#clock.monotonic() - since >= waits.removalShown.ms)
      this.#forget(entry.id)
  }

  #words({entry, thereSince}: Open): string {
    const at = new Date(entry.at).toISOString()
    if (entry.phase === 'sending')
      return `Its removal is under way since ${at}; try again when its server has answered.`
    const left = limitOf(entry) - (thereSince === null ? 0 : this.#clock.monotonic() - thereSince)
    const until = thereSince === null ? null : new Date(this.#clock.now() + Math.max(0, left)).toISOString()
    const ends =
      until === null
        ? 'The outcome is known when its server sends its list.'
        : `Its server still lists it: whether it stays is known at ${until} at the latest.`
    return `${orderedAt(entry)} ${ends} Try again then.`
  }

  /** Until the next look, if there is anything to look for. */
  #wait(): void {
    if (!this.#isLooking || this.#isWaiting || this.#unknown.length === 0) return
    this.#isWaiting = true
    this.#cancel = this.#clock.after(LOOK_MS, () => void this.#look())
  }

  get #unknown(): readonly Open[] {
    return [...this.#open.values()].filter(({entry}) => entry.phase === 'unconfirmed')
  }

  async #look(): Promise<void> {
    const now = this.#clock.now()
    for (const {entry} of this.#unknown) if (now - entry.at >= waits.removalAsked.ms) this.#forget(entry.id)
    const found = await Promise.all(this.#unknown.map((open) => this.#endOf(open)))
    const ends = found.filter((end) => end !== null)
    try {
      if (ends.length > 0) await this.#write(ends)
      for (const end of ends) this.#forget(end.id)
      for (const end of ends) if (end.phase === 'failed') await this.#notRemoved(end)
    } catch (error) {
      this.#log.error(
        {err: error},
        'what became of removals could not be written to the journal; it is tried again',
      )
    }
    this.#isWaiting = false
    this.#wait()
  }

  async #endOf(open: Open): Promise<JournalEntry | null> {
    const now = this.#lists.presence(open.key)
    if (now === 'gone') return stepAfter(open.entry, {at: this.#clock.now(), phase: 'confirmed'})
    if (now === 'there') open.thereSince ??= this.#clock.monotonic()
    else open.thereSince = null
    if (open.thereSince === null || this.#clock.monotonic() - open.thereSince < limitOf(open.entry))
      return null
    // What it lists may be what it told before, where it is seldom asked.
    const isListed = await this.#lists.readNow(open.key.serverId, [open.key.hash])
    if (!isListed || this.#lists.presence(open.key) !== 'there') {
      open.thereSince = null
      return null
    }
    return stepAfter(open.entry, {
      at: this.#clock.now(),
      phase: 'failed',
      code: 'not_removed',
      message: stillThere,
    })
  }
}

/** So long its server has to list it: one that answered may be slow. */
function limitOf({code}: JournalEntry): number {
  return code === undefined ? waits.removalShown.ms : waits.removalUnanswered.ms
}

/** `null` = it is no removal of a torrent. */
function keyOfRemoval({verb, serverId, hash}: JournalEntry): TorrentKey | null {
  const isRemoval = verb === 'remove' || verb === 'removeWithData'
  return isRemoval && serverId !== null && hash !== null ? {serverId, hash} : null
}

const stillThere = 'Its server has it still.'

function orderedAt({at, code}: JournalEntry): string {
  const what = code === undefined ? 'its server still has to show that it went' : 'there was no answer'
  return `It was to be removed, and at ${new Date(at).toISOString()} ${what}.`
}

function unconfirmedSince(entry: JournalEntry): string {
  return `${orderedAt(entry)} What became of it is known when its server sends its list.`
}
