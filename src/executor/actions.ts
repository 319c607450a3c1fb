/**
 * What people did just now: every action with its results, what can still be taken back, and removals that wait for
 * their moment. Nothing in here reaches a server: it orders, the executor judges, writes down and sends.
 */
import {randomUUID} from 'node:crypto'
import type {JournalEntry} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Acting, Requester} from '#model/access.ts'
import {
  isCopy,
  isRemoval,
  type AnyTorrentCommand,
  type CopyCommand,
  type OrderedCommand,
  type TorrentCommand,
} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ItemResult} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {
  Action,
  frozen,
  Tally,
  type ActionOrigin,
  type ActionRequest,
  type ActionShare,
  type ActionView,
  type RetryConfirmed,
} from './action.ts'
import {objectionTo, torrentVerbsNeed} from './authorise.ts'
import {CopyProgress, MoveProgress, movesData} from './data-progress.ts'
import {HeldRemovals, mostHeld} from './held-removals.ts'
import {cancelledByPerson, refusalBy} from './outcomes.ts'
import type {MovesOfActions, OrderedTorrents, PersonOrders} from './person-orders.ts'
import {RecentActions, type ActionListener} from './recent-actions.ts'
import {shownArgs} from './shown.ts'
import {CHANGED_SINCE, stillShows, undoneBy, type UndoGroup} from './undo-plan.ts'

/** Torrents of which the results are told in one piece, and that are removed together: they may be each other's content. */
const PORTION = 10_000
/** Else so many of one server go together, so that who waits sees how far it is; all servers at the same time. */
const STEP = 500

/** Torrents of one answer that were not put back and have a line in the journal each; the answer counts the others. */
const MOST_LINES = 1_000

/** How often it is looked at how far data is that moves. */
const LOOK_MS = 5_000

const atOnce: ActionOrigin = {retryOf: null, holdSeconds: null}

export class ActionRegistry {
  readonly #torrents: OrderedTorrents
  readonly #orders: PersonOrders
  readonly #moves: MovesOfActions
  readonly #clock: WorkContext['clock']
  readonly #log: WorkContext['log']
  readonly #journal: WorkContext['journal']
  readonly #shelf: RecentActions
  readonly #held: HeldRemovals
  /** Removals whose hold is being written down: nobody sees them yet. */
  readonly #toBeHeld = new Set<Action>()
  /** The program ends: what was held is dropped. `null` = it goes on. */
  #closed: Promise<void> | null = null

  constructor(
    torrents: OrderedTorrents,
    orders: PersonOrders,
    moves: MovesOfActions,
    {clock, log, journal}: WorkContext,
  ) {
    this.#torrents = torrents
    this.#orders = orders
    this.#moves = moves
    this.#clock = clock
    this.#log = log
    this.#journal = journal
    this.#shelf = new RecentActions(clock)
    this.#held = new HeldRemovals(journal, torrents, clock, log)
  }

  /**
   * Does it now. Never throws for one item's or one server's fault.
   * @param onResults the results; of an action of at most 10,000 torrents once, one per key, in the
   *   order of the keys when they are a list
   */
  async run(wish: ActionRequest, onResults?: (results: readonly ItemResult[]) => void): Promise<ActionView> {
    return this.#perform(
      this.#begin(wish, atOnce),
      wish.by,
      onResults,
      Array.isArray(wish.keys) ? wish.keys : undefined,
    )
  }

  /**
   * Begins to copy to another server: that may take days, and goes on without who asked for it.
   * @throws {CommodarrError} shutting_down
   */
  copy(wish: ActionRequest<CopyCommand>): ActionView {
    return this.#copyAs(wish, atOnce)
  }

  /** Copies that an earlier run of the program began are actions of their requesters again, under the same ids. */
  resumeCopies(): void {
    for (const {action: about, ...wish} of this.#orders.copies.resumed()) {
      const action = new Action(wish, {...about, asOf: this.#torrents.asOf, ...atOnce})
      this.#shelf.put(action)
      this.#carryOut(action, wish, 'follow')
    }
  }

  /**
   * Removes when the time is up, unless it is taken back. Torrents that he may not remove are refused at once; when
   * there are no others, nothing is held.
   * @throws {CommodarrError} too_many_actions, shutting_down, or what keeps the journal from being written
   */
  async hold(wish: ActionRequest, seconds: number): Promise<ActionView> {
    return this.#hold(wish, seconds, null)
  }

  list(by: Requester): readonly ActionView[] {
    return this.#shelf.of(by).map((action) => action.view())
  }

  /** @throws {CommodarrError} action_unknown */
  get(by: Requester, id: string): ActionView {
    return this.#shelf.get(by, id).view()
  }

  /** Told of each change of his actions. The answer ends it. */
  listen(by: Requester, listener: ActionListener): () => void {
    return this.#shelf.listen(by, listener)
  }

  /**
   * Takes a held removal back, or puts torrents back to how they were, once.
   * @throws {CommodarrError} action_unknown, undo_impossible
   */
  async undo(by: Requester, id: string): Promise<ActionView> {
    const action = this.#shelf.get(by, id)
    if (action.state === 'held') return this.#takeBack(action)
    if (!action.view().undo.possible) throw new CommodarrError('undo_impossible', whyNotUndone(action))
    const undone = new Tally()
    action.undone = undone
    this.#shelf.notify(action)
    if (isCopy(action.command)) return this.#undoCopies(action, action.command, by, undone)
    try {
      for (const group of action.plan!.groups) await this.#putBack(action, undone, group, by)
      for (const some of action.plan!.unknown.portions(PORTION))
        await this.#stays(action, action.command, some.map(unknownResult), undone, by)
    } finally {
      action.state = 'undone'
      this.#shelf.notify(action)
    }
    return action.view()
  }

  /**
   * The same again for what did not end done, as an action of its own. What was held is held again.
   * @param confirmed what he was told of others' files and wants anyway: of all, or each as its own refusal asked
   * @throws {CommodarrError} action_unknown, retry_impossible, and what `hold` throws
   */
  async retry(by: Requester, id: string, confirmed: RetryConfirmed = {}): Promise<ActionView> {
    const action = this.#shelf.get(by, id)
    if (action.view().retryable === 0) throw new CommodarrError('retry_impossible', whyNotRetried(action))
    const {holdSeconds} = action
    const {command, ...those} = action.again(confirmed)
    this.#markRetried(action, true)
    if (isCopy(command)) return this.#copyAs({by, ...those, command}, {retryOf: id, holdSeconds: null})
    const wish = {by, ...those, command}
    if (holdSeconds === null) return this.#perform(this.#begin(wish, {retryOf: id, holdSeconds}), by)
    try {
      return await this.#hold(wish, holdSeconds, id)
    } catch (error) {
      // It is not held, so nothing was tried.
      this.#markRetried(action, false)
      throw error
    }
  }

  /**
   * What is not sent yet is not sent any more; what was sent stays, and what is being sent is not broken off. Of what is
   * held all is taken back.
   * @throws {CommodarrError} action_unknown, cancel_impossible
   */
  async cancel(by: Requester, id: string): Promise<ActionView> {
    const action = this.#shelf.get(by, id)
    if (action.state === 'held') return this.#takeBack(action)
    if (action.state !== 'running')
      throw new CommodarrError(
        'cancel_impossible',
        'It is not under way any more, so nothing of it is left to cancel.',
      )
    action.isCancelled = true
    this.#shelf.notify(action)
    if (isCopy(action.command))
      await this.#orders.copies.cancel(Array.from(action.keys, (key) => action.entryId(key)))
    return action.view()
  }

  /** An id means another machine, or none: what waits, and what could be tried again or undone there, is not sent. */
  forgetServer(serverId: ServerId): void {
    for (const action of this.#toBeHeld) if (action.keys.has(serverId)) action.replaced.add(serverId)
    for (const action of this.#shelf.all()) {
      if (!action.keys.has(serverId)) continue
      action.replaced.add(serverId)
      this.#shelf.notify(action)
      if (action.state === 'held' && isReplaced(action)) this.#dropReplaced(action)
    }
  }

  #dropReplaced(action: Action): void {
    action.note(Array.from(action.keys, replacedResult), () => null)
    this.#stop(action, 'dropped')
    void this.#held.concludeUnsent(action, 'Another server answers at its address; nothing was sent.')
  }

  /** What is held is never sent: whoever wanted it decides again. Resolves when that is written, whoever asks again. */
  close(): Promise<void> {
    this.#closed ??= this.#dropHeld()
    return this.#closed
  }

  async #dropHeld(): Promise<void> {
    const held = this.#shelf.all().filter(({state}) => state === 'held')
    await Promise.all(held.map((action) => this.#drop(action)))
  }

  /* ── doing it ── */

  #newAction(wish: ActionRequest<OrderedCommand>, origin: ActionOrigin): Action {
    return new Action(wish, {id: randomUUID(), at: this.#clock.now(), asOf: this.#torrents.asOf, ...origin})
  }

  #begin(wish: ActionRequest<OrderedCommand>, origin: ActionOrigin): Action {
    const action = this.#newAction(wish, origin)
    this.#shelf.put(action)
    this.#shelf.notify(action)
    return action
  }

  async #perform(
    action: Action,
    by: Acting,
    onResults: (results: readonly ItemResult[]) => void = () => {},
    asked?: readonly TorrentKey[],
  ): Promise<ActionView> {
    action.plan = this.#torrents.undoPlan(action.command)
    if (movesData(action.command) && action.keys.count <= PORTION) this.#watchMoves(action)
    const ends = action.keys.count > PORTION ? null : new Map<string, ItemResult>()
    const run = async (some: readonly TorrentKey[], command: AnyTorrentCommand) => {
      const results = await this.#portion(action, by, some, command)
      if (ends === null) onResults(results)
      else for (const one of results) ends.set(keyText(one.key), one)
    }
    const most = isRemoval(action.command) ? PORTION : STEP
    try {
      const shares = await this.#inOrderOfSending(action)
      if (action.keys.count <= most) for (const {command, keys} of shares) await run([...keys], command)
      else
        await Promise.all(
          action.keys.perServer().map(async ({serverId}) => {
            for (const {command, keys} of shares) {
              const there = keys.only((id) => id === serverId).portions(most)
              await this.#onServer(action, there, (some) => run(some, command))
            }
          }),
        )
      if (ends !== null) onResults((asked ?? [...action.keys]).map((key) => ends.get(keyText(key))!))
    } finally {
      action.state = 'done'
      this.#shelf.end(action)
      this.#shelf.notify(action)
    }
    return action.view()
  }

  /** Until nothing of it moves any more. Who takes it back moves it again, by another command. */
  #watchMoves(action: Action): void {
    const clock = this.#clock
    const began = clock.monotonic()
    const isOpen = (id: string, key: TorrentKey) => this.#moves.isOpen(action.command, id, key, began)
    const torrents = Array.from(action.keys, (key) => {
      const id = action.entryId(key)
      return [id, {size: this.#torrents.get(key)?.size, isOpen: () => isOpen(id, key)}] as const
    })
    const progress = new MoveProgress(clock, new Map(torrents), action.command)
    action.progress = progress
    const wait = () => clock.after(LOOK_MS, look)
    const look = () => {
      const hasChanged = progress.look()
      const isOver = action.state !== 'running' && (progress.isOver || action.undone !== null)
      if (isOver) action.progress = null
      else wait()
      if (isOver || hasChanged) this.#shelf.notify(action)
    }
    wait()
  }

  /* ── copies to other servers ── */

  #copyAs(wish: ActionRequest<CopyCommand>, origin: ActionOrigin): ActionView {
    if (this.#closed) throw stopping()
    const action = this.#begin(wish, origin)
    this.#carryOut(action, wish, 'run')
    return action.view()
  }

  #carryOut(action: Action, {command, by}: ActionRequest<CopyCommand>, how: 'run' | 'follow'): void {
    this.#runCopies(action, command, by, how).catch((error: unknown) =>
      this.#log.error({err: error, action: action.id}, 'an action that copies torrents broke'),
    )
  }

  async #runCopies(
    action: Action,
    command: CopyCommand,
    by: Requester,
    how: 'run' | 'follow',
  ): Promise<void> {
    const {copies} = this.#orders
    const clock = this.#clock
    const keys = [...action.keys]
    const byEntry = new Map(keys.map((key) => [action.entryId(key), key]))
    const there = (id: string) => copies.bytesThere(byEntry.get(id)!, command.args.server)
    const progress = new CopyProgress(clock, keys.length, there)
    action.progress = progress
    const wait = () => clock.after(LOOK_MS, look)
    const look = () => {
      if (action.state !== 'running') return
      if (progress.look()) this.#shelf.notify(action)
      wait()
    }
    wait()
    try {
      await copies[how]({
        action: {id: action.id, at: action.at},
        by,
        command,
        keys,
        entryId: (key) => action.entryId(key),
        asOf: (key) => action.keys.asOfOne(key),
        onBegun: (id, bytes) => progress.begun(id, bytes),
        onResult: (item) => {
          action.note([item], this.#nameFor(by))
          this.#shelf.notify(action)
        },
      })
    } finally {
      action.progress = null
      action.state = 'done'
      this.#shelf.end(action)
      this.#shelf.notify(action)
    }
  }

  async #undoCopies(
    action: Action,
    {args: {server}}: CopyCommand,
    by: Requester,
    undone: Tally,
  ): Promise<ActionView> {
    try {
      const now = this.#orders.actingNow(by)
      const results = now ? await this.#orders.copies.undo(now, server, [...action.copied!]) : []
      for (const item of results) undone.note(item, () => this.#nameFor(by)(item.key))
      const done = results.flatMap(({key, result}) => (result.outcome === 'done' ? [key] : []))
      await this.#noteUndone(action, done, by)
    } finally {
      action.state = 'undone'
      this.#shelf.notify(action)
    }
    return action.view()
  }

  async #onServer(
    action: Action,
    portions: Iterable<readonly TorrentKey[]>,
    run: (some: readonly TorrentKey[]) => Promise<void>,
  ): Promise<void> {
    for (const some of portions) {
      await run(some)
      this.#shelf.notify(action)
    }
  }

  /**
   * Servers that move many torrents in their queue leave these in their order among each other, whichever is named
   * first. Portions move one after the other, so they have to come in the order in which a server moves one torrent
   * after the other (qBittorrent `SessionImpl::topTorrentsQueuePos` and its siblings, Transmission
   * `tr_torrentsQueueMoveTop`): up and to the bottom the first of the queue first, down and to the top the last first.
   */
  async #inOrderOfSending({command, keys, shares}: Action): Promise<readonly SentShare[]> {
    if (command.verb !== 'moveInQueue') return shares.flatMap(sentShare)
    const {to} = command.args
    const isFirstFirst = to === 'up' || to === 'bottom'
    const sorted = await keys.sortedBy((key) => {
      const position = this.#torrents.get(key)?.queuePosition
      // Who has no place in the queue is moved by nobody.
      if (typeof position !== 'number') return Infinity
      return isFirstFirst ? position : -position
    }, this.#torrents.turns)
    return [{command, keys: sorted}]
  }

  async #portion(
    action: Action,
    by: Acting,
    keys: readonly TorrentKey[],
    command: AnyTorrentCommand,
  ): Promise<readonly ItemResult[]> {
    if (action.isCancelled) {
      const left = keys.map((key) => ({key, result: cancelledByPerson}))
      action.note(left, this.#nameFor(by), command)
      return left
    }
    // Nobody is asked about files of a torrent that he may not change.
    const look = await action.plan!.look(
      keys.filter((key) => mayChange(by, key.serverId)),
      command,
    )
    const here = keys.filter((key) => !action.replaced.has(key.serverId))
    const asOf = action.keys.asOf(here)
    // What he may is asked again with each part that goes, however long those before it took.
    const actingNow = () => this.#orders.actingNow(action.by)
    const {undoes: causeId} = action
    const entryOf = (key: TorrentKey) => ({id: action.entryId(key), ...(causeId !== null && {causeId})})
    const isCancelled = () => action.isCancelled
    const sent = await this.#orders.run({by, keys: here, command, asOf, actingNow, isCancelled, entryOf})
    const ends = new Map(sent.map((item) => [keyText(item.key), item]))
    const results = keys.map((key) => ends.get(keyText(key)) ?? replacedResult(key))
    action.plan!.keep(look, results)
    action.note(results, this.#nameFor(by), command)
    return results
  }

  #nameFor({access}: Acting): (key: TorrentKey) => string | null {
    return (key) => (access.may('read', key.serverId) ? (this.#torrents.get(key)?.name ?? null) : null)
  }

  #markRetried(action: Action, was: boolean): void {
    action.wasRetried = was
    this.#shelf.notify(action)
  }

  /* ── holding ── */

  async #hold(wish: ActionRequest, holdSeconds: number, retryOf: string | null): Promise<ActionView> {
    const {by, command} = wish
    if (this.#closed) throw stopping()
    const keys = frozen(wish.keys, this.#torrents.asOf)
    const may = keys.only((id) => mayChange(by, id))
    const mayNot = keys.only((id) => !mayChange(by, id))
    if (may.count === 0) return this.#perform(this.#begin(wish, {retryOf, holdSeconds: null}), by)
    if (this.#shelf.of(by).filter(({state}) => state === 'held').length >= mostHeld) {
      const message = `${mostHeld} removals are waiting already; wait until they are sent, or take some back.`
      throw new CommodarrError('too_many_actions', message)
    }
    const action = this.#newAction({by, command, keys: may}, {retryOf, holdSeconds})
    action.state = 'held'
    this.#toBeHeld.add(action)
    try {
      // Before anybody can see it: a removal that is not written down is not held, and so never sent.
      await this.#held.announce(action, holdSeconds)
      for (const some of mayNot.portions(PORTION)) {
        action.note(await this.#orders.refused({by, command, keys: some}), this.#nameFor(by))
      }
    } finally {
      this.#toBeHeld.delete(action)
    }
    this.#shelf.put(action)
    if (this.#closed) {
      await this.#drop(action)
      throw stopping()
    }
    if (isReplaced(action)) {
      this.#dropReplaced(action)
      return action.view()
    }
    this.#held.wait(action, holdSeconds, () => void this.#timeIsUp(action))
    const at = new Date(action.heldUntil!).toISOString()
    this.#torrents.waits.waitForRemoval(
      action.id,
      may,
      `It is removed at ${at}, unless that is taken back before.`,
    )
    this.#shelf.notify(action)
    return action.view()
  }

  async #timeIsUp(action: Action): Promise<void> {
    action.state = 'running'
    this.#torrents.waits.endRemovalWait(action.id)
    this.#shelf.notify(action)
    try {
      const by = this.#orders.actingNow(action.by)
      await this.#held.concludeSent(action, by !== null)
      if (by) await this.#perform(action, by)
      else this.#refuse(action)
    } catch (error) {
      this.#log.error({err: error, action: action.id}, 'a held removal broke')
    }
  }

  /** His account or key went while it was held. */
  #refuse(action: Action): void {
    const no = new CommodarrError('forbidden', 'Who wanted this may not do it any more.')
    action.note(
      [...action.keys].map((key) => ({key, result: refusalBy(no)})),
      () => null,
    )
    action.state = 'done'
    this.#shelf.end(action)
    this.#shelf.notify(action)
  }

  async #takeBack(action: Action): Promise<ActionView> {
    this.#stop(action, 'undone')
    await this.#held.concludeUnsent(action, 'It was taken back in time; nothing was sent.')
    return action.view()
  }

  async #drop(action: Action): Promise<void> {
    this.#stop(action, 'dropped')
    const about = {action: action.id, torrents: action.keys.count, by: action.by.actor.name}
    this.#log.warn(about, 'a held removal is dropped, because the program stops; nothing was sent')
    await this.#held.concludeUnsent(
      action,
      'Commodarr stopped before its time; nothing was sent. Decide again.',
    )
  }

  #stop(action: Action, state: 'undone' | 'dropped'): void {
    this.#held.forget(action)
    this.#torrents.waits.endRemovalWait(action.id)
    action.state = state
    this.#shelf.end(action)
    this.#shelf.notify(action)
  }

  /* ── undoing ── */

  async #putBack(action: Action, undone: Tally, {commands, keys}: UndoGroup, by: Requester): Promise<void> {
    // What he may is asked again with each part that goes, as when something is done.
    const actingNow = () => this.#orders.actingNow(by)
    for (const portion of keys.portions(PORTION)) {
      const [left, changed] = this.#stillAsLeft(action, commands, portion)
      const asOf = keys.asOf(portion)
      await this.#stays(action, commands[0]!, changed, undone, by)
      const ends = new Map<string, ItemResult>()
      let wanted: readonly TorrentKey[] = left
      for (const command of commands) {
        const entryOf = (key: TorrentKey) => ({causeId: action.entryId(key)})
        const results = await this.#orders.run({by, keys: wanted, command, asOf, actingNow, entryOf})
        for (const item of results) ends.set(keyText(item.key), item)
        wanted = results.filter(({result}) => result.outcome === 'done').map(({key}) => key)
      }
      for (const item of ends.values()) undone.note(item, () => this.#nameFor(by)(item.key))
      await this.#noteUndone(action, wanted, by)
    }
  }

  /** What was done tells itself that it was undone, and what undid it is a step of it. */
  async #noteUndone(action: Action, keys: readonly TorrentKey[], {actor}: Requester): Promise<void> {
    const at = this.#clock.now()
    const entries = keys.map((key) => ({
      ...this.#lineOf(action, key, actor, at),
      id: action.entryId(key),
      ...undoneBy(actor),
    }))
    try {
      await this.#journal.write(entries)
    } catch (error) {
      this.#log.error({err: error}, 'what was undone could not be written to the journal')
    }
  }

  /** As the executor writes it. */
  #lineOf(
    {by, command}: Pick<ActionRequest<OrderedCommand>, 'by' | 'command'>,
    key: TorrentKey,
    actor: Requester['actor'],
    at: EpochMs,
  ): Omit<JournalEntry, 'id' | 'phase'> {
    const name = this.#nameFor(by)(key)
    return {at, actor, subject: 'torrent', ...key, name, verb: command.verb, args: shownArgs(command)}
  }

  /** Not put back, and nothing was sent: the answer names each with its reason, and so does the journal. */
  async #stays(
    action: Action,
    command: OrderedCommand,
    items: readonly ItemResult[],
    undone: Tally,
    by: Requester,
  ): Promise<void> {
    const nameOf = this.#nameFor(by)
    const at = this.#clock.now()
    const entries: JournalEntry[] = []
    for (const item of items) {
      const {key, result} = item
      undone.note(item, () => nameOf(key))
      if (result.outcome === 'done' || entries.length >= MOST_LINES) continue
      const {code, message} = result
      const end = {phase: 'refused', code, message: `Not undone: ${message}`, isBrief: true} as const
      const about = {id: randomUUID(), causeId: action.entryId(key)}
      entries.push({...this.#lineOf({by, command}, key, by.actor, at), ...about, ...end})
    }
    try {
      if (entries.length > 0) await this.#journal.write(entries)
    } catch (error) {
      this.#log.error({err: error}, 'what was not undone could not be written to the journal')
    }
  }

  #stillAsLeft(
    {command, replaced}: Action,
    back: readonly TorrentCommand[],
    keys: readonly TorrentKey[],
  ): [TorrentKey[], ItemResult[]] {
    const left: TorrentKey[] = []
    const changed: ItemResult[] = []
    for (const key of keys) {
      if (replaced.has(key.serverId)) changed.push(replacedResult(key))
      else if (stillShows(command, back, this.#torrents.get(key))) left.push(key)
      else
        changed.push({key, result: {outcome: 'refused', code: 'changed_meanwhile', message: CHANGED_SINCE}})
    }
    return [left, changed]
  }
}

/** What goes to servers as it is. */
interface SentShare extends ActionShare {
  readonly command: AnyTorrentCommand
}

function sentShare({command, keys}: ActionShare): readonly SentShare[] {
  return isCopy(command) ? [] : [{command, keys}]
}

function stopping(): CommodarrError {
  return new CommodarrError('shutting_down', 'Commodarr is stopping.')
}

/** Each server on which it was ordered is another machine since. */
function isReplaced({keys, replaced}: Action): boolean {
  return keys.perServer().every(({serverId}) => replaced.has(serverId))
}

function replacedResult(key: TorrentKey): ItemResult {
  const message = 'This server was replaced by another one since, so nothing was sent to it.'
  return {key, result: {outcome: 'refused', code: 'changed_meanwhile', message}}
}

function unknownResult(key: TorrentKey): ItemResult {
  const message = 'It is not known how it was before, so it stays as it is.'
  return {key, result: {outcome: 'refused', code: 'undo_impossible', message}}
}

function mayChange(by: Acting, serverId: ServerId): boolean {
  return objectionTo(by.access, torrentVerbsNeed, serverId) === null
}

function whyNotUndone({state, undone, plan, command}: Action): string {
  if (state === 'running') return 'It is not done yet.'
  if (state === 'dropped') return 'It was never sent.'
  if (state === 'undone' || undone !== null) return 'It was undone already.'
  if (command.verb === 'remove' || command.verb === 'removeWithData')
    return 'It is sent; what is in the trash comes back from there.'
  if ((plan?.unknown.count ?? 0) > 0) return 'It is not known how the torrents were before.'
  return 'There is nothing to put back.'
}

function whyNotRetried({state, wasRetried}: Action): string {
  if (state === 'held' || state === 'running') return 'It is not done yet.'
  if (wasRetried) return 'It was tried again already.'
  return 'Nothing of it can be tried again.'
}
