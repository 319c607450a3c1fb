/**
 * The only hands of the house: authorise → guards → journal "intended", "sending" → approved command to the link →
 * result per item → the fleet shows what is expected until the server confirms → journal "confirmed" or "unconfirmed".
 */
import {randomUUIDv7} from 'node:crypto'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {isOfWindows} from '#disk/path-mapping.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting} from '#model/access.ts'
import type {RefusalNotes} from '#model/audit-event.ts'
import {
  isAutomatic,
  isRemoval,
  type Actor,
  type AddOutcome,
  type AddSource,
  type AddTorrent,
  type AdditionDefaults,
  type AnyTorrentCommand,
  type CommandResult,
  type Confirmed,
  type LinkAdded,
  type LinkRemoval,
  type RemovalCommand,
  type RemovalVerb,
  type ServerCommand,
  type TorrentCommand,
  type TypedAddress,
} from '#model/command.ts'
import type {ActionEndPublisher, CommandEnd, EndsWith} from '#model/decision.ts'
import {CommodarrError, NeedsConfirmation, NotSupported, QuotaUsedUp} from '#model/errors.ts'
import {isNoWorse, limitWords, setsLimit, staysAtLimit, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {DefaultFolders} from '#model/server.ts'
import type {
  CommandGate,
  Executor,
  ItemResult,
  LimitEndReader,
  ListFreshness,
  ServerObjection,
  ServerView,
} from '#model/services.ts'
import {isRunning, type TorrentState} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {DoubtNames} from '#ownership/doubts.ts'
import {
  dataGoesTo,
  decidedAdd,
  landingsOfAdd,
  mayChangeFiles,
  type FoldersChange,
  type ServerPlaces,
  type TorrentFiles,
} from '#ownership/file-changes.ts'
import type {Ownership, OwnershipService, TouchedFiles} from '#ownership/ownership.ts'
import {approve, approveForServer} from './approve.ts'
import {ArrivingTorrents, justAdded} from './arriving.ts'
import type {AwaitedEntry} from './awaited.ts'
import {
  hearsOf,
  objectionTo,
  objectionToSettings,
  serverVerbNeeds,
  torrentVerbsNeed,
  type SettingRight,
} from './authorise.ts'
import {endKnownBy, expectedOf, type ExpectingFleet, type Settled} from './expected.ts'
import {FetchedAdditions, stillFetched} from './fetched-additions.ts'
import type {AllowedFolders} from './guards/allowed-folders.ts'
import {refusalOf} from './guards/evaluate-guards.ts'
import {
  endsByChange,
  endsBySettings,
  movesRefusal,
  renamesRefusal,
  objectionToTouching,
  objectionToUnread,
} from './guards/files-of-others.ts'
import {confirmable, type Refusal} from './guards/guard.ts'
import {namedBy, objectionToNames, type AnyCommand} from './guards/named.ts'
import {nothingMoves, type MoveSpace, type SpaceLook} from './move-space.ts'
import type {TermedOrder} from './order-terms.ts'
import type {OrderedAs} from './guards/ordered-as.ts'
import {cancelledByPerson, endingOf, failureOf, refusalBy} from './outcomes.ts'
import {shownArgs, shownMessage} from './shown.ts'
import {withInverse} from './undo-plan.ts'

/** What somebody types for a daemon to ask (`clients/typed-addresses.ts`), and what we fetch in its place. */
export interface TypedAddresses {
  /** @throws {CommodarrError} torrent_invalid */
  of(source: AddSource, by: Acting): Promise<readonly TypedAddress[]>
  /** Why who does not manage the server may not have it ask there, as a sentence; `null` = he may. */
  objection(address: TypedAddress): string | null
  /** The .torrent of a URL, or the link that stands for it, fetched from here. @throws {CommodarrError} */
  fetch(url: string, wish: Pick<AddTorrent, 'cookies' | 'maxBytes'>): Promise<AddSource>
}

interface ExecutorDeps {
  readonly fleet: ExpectingFleet
  readonly gate: CommandGate
  readonly objection: ServerObjection
  readonly server: (id: ServerId) => ServerView | null
  readonly ownership: Pick<
    OwnershipService,
    | 'look'
    | 'linksOut'
    | 'touchedBy'
    | 'landed'
    | 'liesAt'
    | 'movedBy'
    | 'touchedByMoves'
    | 'unfinishedOn'
    | 'touchedByRenames'
    | 'serverOf'
    | 'nameOf'
    | 'hasLeft'
    | 'couldObject'
  >
  /** The category of a torrent there is its folder: another one moves it. */
  readonly movesByCategory: (id: ServerId) => boolean
  /** What a torrent file names, for this server; `null` = nobody can say before its server has it. */
  readonly filesIn: (source: AddSource, id: ServerId, by: Acting) => Promise<TorrentFiles | null>
  /** What is known of a torrent before its server has it; it never throws. */
  readonly identityOf: (
    source: AddSource,
    by: Acting,
  ) => Promise<{
    /** By which its server may list it: a hybrid has two. */
    readonly hashes: readonly InfoHash[]
    readonly name: string | null
  }>
  readonly freshness: Pick<ListFreshness, 'standstills' | 'caughtUp'>
  /** Whether what moves has space there. */
  readonly space: Pick<MoveSpace, 'look' | 'answered' | 'end'>
  /** Which life of it this is, and who cares for it now; `null` = its server does not list it. */
  readonly asOf: (key: TorrentKey) => OrderedAs | null
  readonly folders: Pick<AllowedFolders, 'objection' | 'left'>
  readonly addresses: TypedAddresses
  /** What a setting of a daemon takes (`preferences.ts` beside each client). */
  readonly settingNeeds: (kind: ServerKind, name: string) => SettingRight
  /** Which folders settings of a daemon change, so that it moves torrents; `null` = none. */
  readonly foldersIn: (kind: ServerKind, values: Readonly<Record<string, unknown>>) => DefaultFolders | null
  /** Whether settings of a daemon have it delete files of torrents that reach a share limit. @param then all of its settings with them */
  readonly mayEndFiles: (
    kind: ServerKind,
    values: Readonly<Record<string, unknown>>,
    then: Readonly<Record<string, unknown>>,
  ) => boolean
  /** Whether they are share limits for all of its torrents. */
  readonly setsLimits: (kind: ServerKind, values: Readonly<Record<string, unknown>>) => boolean
  /** What a daemon decides by its settings of an addition that leaves it open; `null` = nothing. */
  readonly additionDefaults: (
    kind: ServerKind,
    values: Readonly<Record<string, unknown>>,
  ) => AdditionDefaults | null
  /** Settings as a daemon has them in this moment, for torrents of a category, too. @throws {CommodarrError} it does not answer */
  readonly settingsNow: (id: ServerId, category?: string) => Promise<Readonly<Record<string, unknown>>>
  readonly limitEnds: LimitEndReader
  /** Why their servers must not delete their files: some are not theirs. By the text of the key. */
  readonly strangeFiles: {of(keys: readonly TorrentKey[]): Promise<ReadonlyMap<string, string>>}
  /** Removals whose end is not known. */
  readonly removals: {
    /** Why another removal of it may not begin; `null` = it may. @param but of its action */
    objection(key: TorrentKey, but?: string): Refusal | null
  }
  /** Reads its list, and all that it tells of these torrents. @returns false = it did not tell it */
  readonly readNow: (id: ServerId, hashes: readonly InfoHash[]) => Promise<boolean>
  /** Who is refused again and again fills no journal. */
  readonly refusals: RefusalNotes
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
}

/** An effect not seen after this long, and after three polls, ends as `unconfirmed`. */
const CONFIRM_MS = 15_000
const CONFIRM_POLLS = 3
/** Torrents of one server that are judged, written down and sent together: some 20 ms of everybody's time. */
const PORTION = 500

interface Pending {
  readonly entry: JournalEntry
  readonly ends: EndsWith | undefined
  sent: boolean
  settled: Settled['outcome'] | null
  /** It was taken back: that stays its last line. */
  isUndone: boolean
}

/** That a torrent went proves nothing of what was to be done with it, unless it was to go. */
function seenAs({entry, settled}: Pending): 'confirmed' | 'unconfirmed' {
  const isDone = settled === 'confirmed' || (settled === 'removed' && removalVerbs.has(entry.verb))
  return isDone ? 'confirmed' : 'unconfirmed'
}

/** What an entry is about: which server or torrent, and what was to be done with it. */
type About = Pick<JournalEntry, 'subject' | 'serverId' | 'hash' | 'name' | 'verb' | 'args'>

const untold: CommandResult = {
  outcome: 'refused',
  code: 'server_not_online',
  message: 'Its server did not report its present state, so nothing was sent. Try again.',
}

const none: ReadonlyMap<string, string> = new Map()

const noMore = new CommodarrError('forbidden', 'Who wanted this may not do it any more.')

/** By the text of the key. */
interface Content {
  readonly owners: ReadonlyMap<string, Ownership>
  /** Why their servers must not delete their data themselves. */
  readonly linksOut: ReadonlyMap<string, string>
  /** The same, where files in their place are not theirs. */
  readonly strangers: ReadonlyMap<string, string>
  /** Whose files the command takes away or arrives on, beside removing. */
  readonly touched: ReadonlyMap<string, TouchedFiles>
  /** Whether there is space where the command brings their data. */
  readonly space: SpaceLook
  /** What their server does once they reach a limit that is set; of what is not in it nobody knows. `null` = none is set. */
  readonly limitEnds: ReadonlyMap<InfoHash, LimitEnd> | null
}

/** Of settings that a daemon shall have. */
interface SettingsToBe {
  /** `null` = it does not report them. */
  readonly present: Readonly<Record<string, unknown>> | null
  readonly changes: Readonly<Record<string, unknown>>
}

interface Item {
  readonly id: string
  readonly key: TorrentKey
  readonly name: string
}

/** What is stopped may be shown in these, too, and runs after a start once they are over. */
const mayHideStop: ReadonlySet<TorrentState> = new Set(['moving', 'unknown'])

/** What is sent to one server, and its lines in the journal. */
interface Sending<C extends AnyTorrentCommand> {
  readonly order: TermedOrder
  readonly command: C
  readonly serverId: ServerId
  readonly entries: readonly JournalEntry[]
}

/** What of an order may be sent in this moment. */
interface Rechecked {
  readonly ready: readonly Item[]
  readonly late: readonly [Item, CommandResult][]
  /** How often the program had stood still before the look. */
  readonly standstills: number
}

/** Who hears of commands before they are sent, and of their ends, and keeps what came of earlier ones. */
interface CommandWatches {
  readonly ends: ActionEndPublisher
  /** What checks find of torrents. */
  readonly rechecks: {
    /** Call before what may have them checked is sent. */
    begin(keys: readonly TorrentKey[]): Promise<void>
    /** Of these none comes of it: their server did not take it. */
    notTaken(keys: readonly TorrentKey[]): void
    /** A check found much less of it than it had, and no person decided yet what shall become of it. */
    isLost(key: TorrentKey): boolean
  }
  /** Torrents that were added by a link: whose files they bring is asked once their servers know them. */
  readonly links: {
    added(key: TorrentKey, about: LinkAdded): Promise<void>
    /** Of these nobody waits for anything any more: their files were compared, or who adds them accepts everything. */
    forget(keys: readonly TorrentKey[]): void
    /** That is not known yet, or it is stopped for the sake of others. */
    isHeld(key: TorrentKey): boolean
    /** Whose files they meet once they are started, by the text of the key; those that run, or no link brought, are not in it. */
    touchedBy(keys: readonly TorrentKey[]): Promise<ReadonlyMap<string, TouchedFiles>>
  }
}

/** Where nobody watches nothing was ever checked or added. */
const unwatched: CommandWatches = {
  ends: {publish: () => {}},
  rechecks: {begin: async () => {}, notTaken: () => {}, isLost: () => false},
  links: {added: async () => {}, forget: () => {}, isHeld: () => false, touchedBy: async () => new Map()},
}

export class CommandExecutor implements Executor {
  readonly #parts: ExecutorDeps
  readonly #pending = new Map<string, Pending>()
  readonly #fetches: FetchedAdditions
  readonly #arriving: ArrivingTorrents
  #watches = unwatched

  constructor(parts: ExecutorDeps) {
    this.#parts = parts
    this.#arriving = new ArrivingTorrents(parts.clock, (key) => parts.fleet.get(key) !== null)
    this.#fetches = new FetchedAdditions(
      parts.gate,
      (entries) => this.#writeAfter(entries),
      parts.clock,
      parts.log,
    )
    parts.fleet.onSettled((settled) => this.#settled(settled))
  }

  /** From now on they are told and asked: before the first command. */
  watch(watches: CommandWatches): void {
    this.#watches = watches
  }

  /** Lines of any kind, as they are written: of what was taken back no end is written any more. */
  take(entries: readonly JournalEntry[]): void {
    for (const {id, phase} of entries) {
      const pending = phase === 'undone' ? this.#pending.get(id) : undefined
      if (pending) pending.isUndone = true
    }
  }

  /** What was sent, and whose effect is not seen yet. */
  awaited(): readonly AwaitedEntry[] {
    const sent = [...this.#pending.values()].filter((one) => one.sent)
    return [...sent.map(({entry}) => ({entry, until: null})), ...this.#fetches.awaited()]
  }

  /** Nothing is looked for any more. */
  stop(): void {
    this.#fetches.stop()
  }

  async run(order: TermedOrder): Promise<readonly ItemResult[]> {
    const results = new Map<string, CommandResult>()
    await Promise.all(
      [...keysByServer(order.keys)].map(async ([serverId, keys]) => {
        const no =
          objectionTo(order.by.access, torrentVerbsNeed, serverId) ??
          this.objectionToNamed(order.by.access, serverId, order.command)
        if (no) {
          for (const key of keys) results.set(keyText(key), refusalBy(no))
          // Who decides by himself says himself what was refused before anything was written.
          if (order.terms && keys.every((key) => order.terms!(key).written)) return
          return this.#writeRefusal(order.by.actor, no, this.#about(order.command, serverId, keys))
        }
        for (let at = 0; at < keys.length; at += PORTION) {
          const some = await this.#portion(order, serverId, keys.slice(at, at + PORTION))
          for (const [key, outcome] of some) results.set(keyText(key), outcome)
          // Whatever became of them: everybody else gets his turn before the next.
          await nextTurn()
        }
      }),
    )
    return order.keys.map((key) => ({key, result: results.get(keyText(key))!}))
  }

  /** What would be refused of it in this moment, as `run` would; by the text of the key. Nothing is done. */
  async refusals(order: TermedOrder): Promise<ReadonlyMap<string, CommandResult>> {
    const refused = new Map<string, CommandResult>()
    for (const [serverId, keys] of keysByServer(order.keys)) {
      await this.#caughtUp(order, serverId, keys)
      const content = await this.#contentOf(order, keys)
      const refusal = this.#check(order, serverId, content)
      for (const key of keys) {
        const no = refusal(key)
        if (no) refused.set(keyText(key), no)
        else content.space.take(key)
      }
    }
    return refused
  }

  async runOnServer(by: Acting, serverId: ServerId, command: ServerCommand): Promise<void> {
    await this.#onServer(by, serverId, command)
  }

  async add(by: Acting, serverId: ServerId, add: AddTorrent, causeId?: string): Promise<AddOutcome> {
    const args = await this.#decided(by, serverId, add)
    const outcome = await this.#onServer(by, serverId, {verb: 'addTorrent', args}, causeId)
    if (!outcome) throw new CommodarrError('internal', 'The client did not say what became of the torrent.')
    return outcome
  }

  /** What it leaves open, as its server is set in this moment. @throws {CommodarrError} it does not say */
  async #decided({access}: Acting, serverId: ServerId, add: AddTorrent): Promise<AddTorrent> {
    const {additionDefaults, settingsNow} = this.#parts
    const places = this.#placesOf(serverId)
    if (places === null || objectionTo(access, serverVerbNeeds.addTorrent, serverId)) return add
    const isOpen = add.savePath === undefined || add.contentLayout === undefined
    if (!isOpen || additionDefaults(places.kind, {}) === null) return add
    return decidedAdd(add, additionDefaults(places.kind, await settingsNow(serverId, add.category))!, places)
  }

  objectionToFolder(access: Access, serverId: ServerId, folder: string): CommodarrError | null {
    return this.#parts.folders.objection(access, serverId, folder)
  }

  /**
   * What a command names can be named at all, and by who asks: asked before anything is looked at or told of what is
   * there, and of who lets a rule do it.
   * @returns `bad_argument`, `folder_forbidden`, `address_forbidden`, `torrent_invalid`; `null` = all of it may
   */
  objectionToNamed(access: Access, serverId: ServerId, command: AnyCommand): CommodarrError | null {
    const named = namedBy(command)
    const saves = this.#placesOf(serverId)?.defaultSavePath ?? ''
    const wrong = objectionToNames(named, isOfWindows(saves))
    if (wrong) return wrong
    for (const {path} of named.folders ?? []) {
      const no = this.objectionToFolder(access, serverId, path)
      if (no) return no
    }
    return access.may('manage', serverId) ? null : this.#objectionToAddresses(named.addresses ?? [])
  }

  /** The same, and of what a magnet link or a .torrent file holds: that is read first. */
  async #objectionToGiven(
    by: Acting,
    serverId: ServerId,
    command: ServerCommand,
  ): Promise<CommodarrError | null> {
    const no = this.objectionToNamed(by.access, serverId, command)
    const {source} = namedBy(command)
    if (no || source === undefined || by.access.may('manage', serverId)) return no
    try {
      return this.#objectionToAddresses(await this.#parts.addresses.of(source, by))
    } catch (error) {
      if (error instanceof CommodarrError) return error
      throw error
    }
  }

  #objectionToAddresses(addresses: readonly TypedAddress[]): CommodarrError | null {
    for (const address of addresses) {
      const no = this.#parts.addresses.objection(address)
      if (no === null) continue
      const message = `${no} Ask an administrator, or who manages this server.`
      return new CommodarrError('address_forbidden', message, {kind: address.kind})
    }
    return null
  }

  async #portion(
    order: TermedOrder,
    serverId: ServerId,
    keys: readonly TorrentKey[],
  ): Promise<[TorrentKey, CommandResult][]> {
    await this.#caughtUp(order, serverId, keys)
    const content = await this.#contentOf(order, keys)
    const refusal = this.#check(order, serverId, content)
    const refused: [TorrentKey, CommandResult][] = []
    const items: Item[] = []
    for (const key of keys) {
      const no = refusal(key)
      if (no) {
        refused.push([key, no])
        continue
      }
      content.space.take(key)
      const id = order.terms?.(key).id ?? order.entryOf?.(key).id ?? randomUUIDv7()
      items.push({id, key, name: this.#parts.fleet.get(key)!.name})
    }
    if (items.length === 0) return refused
    const sent = await this.#send(order, serverId, items)
    return [...refused, ...sent.map(([{key}, outcome]): [TorrentKey, CommandResult] => [key, outcome])]
  }

  /** For many torrents of one server, in the same moment. @param entryIds theirs, by the text of the key, once they are written */
  #check(
    {by: asked, actingNow = () => asked, isCancelled, command, terms, asOf, setsAside}: TermedOrder,
    serverId: ServerId,
    {owners, linksOut, strangers, touched, space, limitEnds}: Content,
    entryIds: ReadonlyMap<string, string> = none,
  ): (key: TorrentKey) => CommandResult | null {
    const by = actingNow()
    if (by === null) return () => refusalBy(noMore)
    if (isCancelled?.()) return () => cancelledByPerson
    const forbidden =
      objectionTo(by.access, torrentVerbsNeed, serverId) ??
      this.objectionToNamed(by.access, serverId, command)
    if (forbidden) return () => refusalBy(forbidden)
    const {fleet, objection, removals} = this.#parts
    const server = this.#parts.server(serverId)
    const words = this.#words(by)
    const isByRule = isAutomatic(by.actor)
    const takesData = takenBy({command, ...(setsAside && {setsAside})})
    const acceptsDoubt = isRemoval(command) && command.args.acceptsDoubt === true
    return (key) => {
      const text = keyText(key)
      const now = asOf ? this.#parts.asOf(key) : null
      const no = refusalOf({
        key,
        command,
        takesData,
        torrent: fleet.get(key),
        objection,
        server,
        ordered: now && {before: asOf!.get(text) ?? null, now},
        ownership: owners.get(text) ?? null,
        touched: touched.get(text) ?? null,
        linkOut: linksOut.get(text) ?? null,
        stranger: strangers.get(text) ?? null,
        acceptsDoubt,
        isLost: this.#watches.rechecks.isLost(key),
        isUnread: this.#watches.links.isHeld(key),
        isByRule,
        space: space.objection(key),
        limitEnd: limitEnds === null ? undefined : (limitEnds.get(key.hash) ?? null),
        words,
        underWay: () => removals.objection(key, entryIds.get(text)),
        withdrawn: terms ? terms(key).objection : null,
      })
      return no && {outcome: 'refused', ...no}
    }
  }

  /**
   * What goes is gone: whoever could object has told its list first, also before a start or a stop after which its server may
   * delete it. All else concerns its own server.
   */
  async #caughtUp(
    {command}: Pick<TermedOrder, 'command'>,
    serverId: ServerId,
    keys: readonly TorrentKey[],
  ): Promise<void> {
    const concernsFiles =
      isRemoval(command) || command.verb === 'setShareLimits' || mayChangeFiles(command.verb)
    const exposes = () => keys.some((key) => this.#isExposedBy(command, key))
    const waitedForAll = concernsFiles || exposes()
    await this.#othersCaughtUp(waitedForAll, serverId)
    // Its own list may have shown only then what a limit would act on.
    if (!waitedForAll && exposes()) await this.#othersCaughtUp(true, serverId)
  }

  /** A limit may act on it as soon as that is sent: it is forced no longer, or runs again with all that is wanted of it. */
  #isExposedBy({verb}: AnyTorrentCommand, key: TorrentKey): boolean {
    if (verb !== 'start' && verb !== 'stop') return false
    const torrent = this.#parts.fleet.get(key)
    if (!torrent) return false
    const {complete, forceStart, state} = torrent
    if (verb === 'stop') return forceStart === true && complete
    // What is checked may be complete then, whatever is found by now.
    if (forceStart === true || state === 'missingFiles' || state === 'checking') return true
    return complete && (!isRunning(state) || mayHideStop.has(state))
  }

  #othersCaughtUp(concernsFiles: boolean, serverId: ServerId): Promise<void> {
    const {freshness, ownership} = this.#parts
    return freshness.caughtUp(concernsFiles ? ownership.couldObject(serverId) : [serverId])
  }

  /** Who else needs what would go, and where it leads. @param isFresh asked of disks and servers now */
  async #contentOf(
    order: Pick<TermedOrder, 'by' | 'command' | 'setsAside'>,
    keys: readonly TorrentKey[],
    isFresh = false,
  ): Promise<Content> {
    const {ownership} = this.#parts
    const takes = takenBy(order)
    const limitEnds = await this.#limitEndsFor(order, keys)
    const going = takes === null ? this.#endingLater(order, limitEnds, keys) : keys
    return {
      owners: going.length === 0 ? new Map() : await ownership.look(going, isFresh),
      linksOut: takes === 'all' ? await ownership.linksOut(keys) : new Map(),
      strangers: takes === 'all' ? await this.#parts.strangeFiles.of(keys) : new Map(),
      touched: await this.#touchedBy(order.command, keys, isFresh),
      space: await this.#spaceFor(order.command, keys),
      limitEnds,
    }
  }

  /** Those whose server deletes their files at the limit that a person sets, or may. */
  #endingLater(
    {by}: Pick<TermedOrder, 'by'>,
    ends: Content['limitEnds'],
    keys: readonly TorrentKey[],
  ): readonly TorrentKey[] {
    if (ends === null || isAutomatic(by.actor)) return []
    return keys.filter(({hash}) => {
      const end = ends.get(hash)
      return end === undefined || takesFiles(end)
    })
  }

  /** Of what is limited, brought into a category, forced no longer, or started; `null` = none of these. */
  async #limitEndsFor(
    {command}: Pick<TermedOrder, 'command'>,
    keys: readonly TorrentKey[],
  ): Promise<Content['limitEnds']> {
    const [first] = keys
    if (!first) return null
    const {limitEnds} = this.#parts
    const hashes = keys.map(({hash}) => hash)
    // What is stopped is forced no longer, and its limit acts at once where it is complete.
    if (command.verb === 'start' || command.verb === 'stop') return this.#limitEndsOfExposed(command, keys)
    try {
      if (command.verb === 'setShareLimits' && setsLimit(command.args))
        return await limitEnds.of(first.serverId, hashes)
      if (command.verb !== 'setCategory') return null
      const then = await limitEnds.ofAdded(first.serverId, command.args.category || null)
      if (then.is === 'stays') return null
      // Where they go as they are now nothing changes.
      const now = await limitEnds.of(first.serverId, hashes)
      const isAsNow = (hash: InfoHash) => isNoWorse(then, now.get(hash))
      return new Map(hashes.map((hash) => [hash, isAsNow(hash) ? staysAtLimit : then]))
    } catch (error) {
      // Who does not tell it is not believed to leave them there.
      if (error instanceof CommodarrError) return new Map()
      throw error
    }
  }

  /**
   * Limits spare what is forced (qBittorrent), until it is started as others are, or stopped; and what is stopped, until it
   * runs. `null` = no limit acts on any of them after that.
   */
  async #limitEndsOfExposed(
    command: AnyTorrentCommand,
    keys: readonly TorrentKey[],
  ): Promise<Content['limitEnds']> {
    const {limitEnds} = this.#parts
    const isExposed = (key: TorrentKey) => this.#isExposedBy(command, key)
    const [first, ...more] = keys.filter(isExposed)
    if (!first) return null
    const exposed = [first, ...more].map(({hash}) => hash)
    const others = keys.filter((key) => !isExposed(key)).map(({hash}) => [hash, staysAtLimit] as const)
    try {
      const ends = await (command.verb === 'start'
        ? limitEnds.ofStarted(first.serverId, exposed)
        : limitEnds.ofForced(first.serverId, exposed))
      return new Map([...ends, ...others])
    } catch (error) {
      if (error instanceof CommodarrError) return new Map(others)
      throw error
    }
  }

  async #spaceFor(command: AnyTorrentCommand, keys: readonly TorrentKey[]): Promise<SpaceLook> {
    const [first] = keys
    const places = first && mayChangeFiles(command.verb) ? this.#placesOf(first.serverId) : null
    if (places === null) return nothingMoves
    const moves = keys.flatMap((key) => {
      const torrent = this.#parts.fleet.get(key)
      const goes = torrent && dataGoesTo(command as TorrentCommand, torrent, places)
      return goes ? [{key, ...goes}] : []
    })
    return this.#parts.space.look(moves)
  }

  async #touchedBy(
    command: AnyTorrentCommand,
    keys: readonly TorrentKey[],
    isFresh: boolean,
  ): Promise<ReadonlyMap<string, TouchedFiles>> {
    if (command.verb === 'start' || command.verb === 'forceStart') return this.#watches.links.touchedBy(keys)
    const [first] = keys
    const places =
      first && mayChangeFiles(command.verb) ? await this.#placesFor(command, first.serverId) : null
    if (!places) return new Map()
    return this.#parts.ownership.touchedBy(command as TorrentCommand, keys, places, isFresh)
  }

  /** By a category its server may move what is complete: as that is set in this moment. */
  async #placesFor(command: AnyTorrentCommand, id: ServerId): Promise<ServerPlaces | null> {
    const {additionDefaults, settingsNow} = this.#parts
    const places = this.#placesOf(id)
    if (places === null || command.verb !== 'setCategory') return places
    if (additionDefaults(places.kind, {})?.completedPath === undefined) return places
    try {
      const defaults = additionDefaults(places.kind, await settingsNow(id, command.args.category))
      return {...places, completion: {folder: defaults?.completedPath ?? null}}
    } catch (error) {
      if (error instanceof CommodarrError) return {...places, completion: 'unsaid'}
      throw error
    }
  }

  /** `null` = there is no such server. */
  #placesOf(id: ServerId): ServerPlaces | null {
    const server = this.#parts.server(id)
    if (server === null) return null
    const {kind, categories, stats} = server
    const defaultSavePath = stats?.defaultSavePath ?? null
    return {kind, categories, defaultSavePath, movesByCategory: this.#parts.movesByCategory(id)}
  }

  #words({access}: Acting): DoubtNames {
    const {ownership} = this.#parts
    return {
      server: (id) => ownership.serverOf(id),
      sees: (id) => hearsOf(access, id, ownership.hasLeft(id)),
      hasLeft: (id) => ownership.hasLeft(id),
      nameOf: (key) => ownership.nameOf(key),
    }
  }

  async #send(
    order: TermedOrder,
    serverId: ServerId,
    items: readonly Item[],
  ): Promise<[Item, CommandResult][]> {
    const entries = items.map((item) => this.#entry(order, item))
    const unwritten = await this.#announce(entries, () => {
      for (const {key} of items) order.terms?.(key).written?.()
    })
    if (unwritten) return items.map((item) => [item, unwritten])
    const results: [Item, CommandResult][] = []
    let left = items
    // What the program stood still before goes out by lists of after, or not at all.
    while (left.length > 0) {
      const outcomes = await (isRemoval(order.command)
        ? this.#remove({order, command: order.command, serverId, entries}, left)
        : this.#change({order, command: order.command, serverId, entries}, left))
      for (const item of left) {
        const outcome = outcomes.get(item.key.hash)
        if (outcome) results.push([item, outcome])
      }
      left = left.filter(({key}) => !outcomes.has(key.hash))
      for (const item of left) this.#expectNothing(item)
    }
    await this.#record(entries, results, order.terms)
    return results
  }

  /**
   * First what is meant, then that it goes out: who finds only the first after a crash knows that nothing was sent.
   * What cannot be written down is not done. @returns why not
   */
  async #announce(entries: readonly JournalEntry[], written: () => void): Promise<CommandResult | null> {
    try {
      await this.#parts.write(entries)
      written()
      await this.#parts.write(entries.map((entry) => stepAfter(entry, {at: entry.at, phase: 'sending'})))
      return null
    } catch (error) {
      if (error instanceof QuotaUsedUp) return {outcome: 'refused', code: error.code, message: error.message}
      const message = 'The journal cannot be written, so nothing was sent.'
      if (error instanceof CommodarrError) return {outcome: 'refused', code: error.code, message}
      this.#parts.log.error({err: error}, 'the journal cannot be written')
      return {outcome: 'refused', code: 'internal', message}
    }
  }

  /** What does not hold any more is not sent: the journal took a moment on the disk, and those before it theirs. */
  async #recheck(order: TermedOrder, serverId: ServerId, items: readonly Item[]): Promise<Rechecked> {
    const keys = items.map(({key}) => key)
    await this.#caughtUp(order, serverId, keys)
    // Since its last answer it may have become another one, or somebody may protect it there.
    const isListedNow = !isRemoval(order.command) || (await this.#isListedNow(serverId, keys))
    await Promise.all(keys.map(async (key) => order.terms?.(key).lookAgain?.()))
    const {count: standstills} = this.#parts.freshness.standstills()
    const content = await this.#contentOf(order, keys, true)
    const entryIds = new Map(items.map(({key, id}) => [keyText(key), id]))
    const refusal = isListedNow ? this.#check(order, serverId, content, entryIds) : () => untold
    const ready: Item[] = []
    const late: [Item, CommandResult][] = []
    for (const item of items) {
      const no = refusal(item.key)
      if (no) {
        late.push([item, no])
        continue
      }
      // In the same moment: whoever asks next finds it taken.
      content.space.begin(item.key)
      ready.push(item)
    }
    return {ready, late, standstills}
  }

  #isListedNow(serverId: ServerId, keys: readonly TorrentKey[]): Promise<boolean> {
    return this.#parts.readNow(
      serverId,
      keys.map(({hash}) => hash),
    )
  }

  async #change(
    {order, command, serverId, entries}: Sending<TorrentCommand>,
    items: readonly Item[],
  ): Promise<ReadonlyMap<InfoHash, CommandResult>> {
    const {ready, late, standstills} = await this.#recheck(order, serverId, items)
    const outcomes = outcomesOf(late)
    if (ready.length === 0) return outcomes
    if (mayCheck(command)) await this.#watches.rechecks.begin(ready.map(({key}) => key))
    if (mayChangeFiles(command.verb)) this.#noteFolders(ready)
    this.#expect(serverId, order, ready, entries)
    const hashes = hashesOf(ready)
    const sent = await this.#parts.gate.torrents({serverId, hashes, command: approve(command), standstills})
    // What has no outcome the program stood still before: it is looked at again, and sent then.
    const notTaken = [...sent].flatMap(([hash, outcome]) => (isNotTaken(outcome) ? [{serverId, hash}] : []))
    if (mayCheck(command)) this.#watches.rechecks.notTaken(notTaken)
    if (mayChangeFiles(command.verb)) {
      this.#parts.space.answered(ready.map(({key}) => key))
      this.#parts.space.end(notTaken)
    }
    return new Map([...outcomes, ...sent])
  }

  /** What may move can come back to where it was. */
  #noteFolders(items: readonly Item[]): void {
    for (const {key} of items) {
      const savePath = this.#parts.fleet.get(key)?.savePath
      if (savePath) this.#parts.folders.left(key.serverId, savePath)
    }
  }

  /** What goes can wait for long until its turn comes: it is looked at then, part by part. */
  #remove(
    {order, command, serverId, entries}: Sending<RemovalCommand>,
    items: readonly Item[],
  ): Promise<ReadonlyMap<InfoHash, CommandResult>> {
    const byHash = new Map(items.map((item) => [item.key.hash, item]))
    const lastLook: LinkRemoval['lastLook'] = async (hashes) => {
      const asked = hashes.map((hash) => byHash.get(hash)!)
      // Those of a call that was refused as a whole are asked again, one by one.
      for (const item of asked) if (this.#pending.has(item.id)) this.#expectNothing(item)
      const {ready, late, standstills} = await this.#recheck(order, serverId, asked)
      this.#expect(serverId, order, ready, entries)
      return {hashes: hashesOf(ready), command: approve(command), refused: outcomesOf(late), standstills}
    }
    return this.#parts.gate.torrents({serverId, hashes: hashesOf(items), verb: command.verb, lastLook})
  }

  /** Items whose effect will be seen in the fleet stay pending until it is, or time is up. */
  #expect(
    serverId: ServerId,
    {command, terms}: TermedOrder,
    items: readonly Item[],
    entries: readonly JournalEntry[],
  ): void {
    const until = this.#confirmBy(serverId)
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    for (const item of items) {
      // First, because what shows already is confirmed within the call.
      this.#pending.set(item.id, {
        entry: byId.get(item.id)!,
        ends: terms?.(item.key).ends,
        sent: false,
        settled: null,
        isUndone: false,
      })
      if (!this.#expectOne(command, item, until)) this.#pending.delete(item.id)
    }
  }

  #expectOne(command: AnyTorrentCommand, {id, key}: Item, until: EpochMs): boolean {
    const {fleet} = this.#parts
    const by = {id, until}
    if (command.verb === 'remove' || command.verb === 'removeWithData') return fleet.expectRemoved(key, by)
    const expected = expectedOf(command, fleet.get(key)!)
    return expected !== null && fleet.expect(key, expected, by)
  }

  /** It was not sent, or not taken: what its server says is shown again. */
  #expectNothing({id}: Item): void {
    this.#pending.delete(id)
    this.#parts.fleet.withdraw(id)
  }

  #confirmBy(serverId: ServerId): number {
    const pollMs = this.#parts.server(serverId)?.pollMs ?? 0
    return this.#parts.clock.now() + Math.max(CONFIRM_MS, CONFIRM_POLLS * pollMs)
  }

  async #record(
    entries: readonly JournalEntry[],
    results: readonly [Item, CommandResult][],
    terms: TermedOrder['terms'],
  ): Promise<void> {
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    const records = results.map(([item, result]) => {
      const entry = byId.get(item.id)!
      if (isNotTaken(result)) this.#expectNothing(item)
      const effect = this.#pending.has(item.id) ? 'awaited' : effectUnseen[endKnownBy(entry.verb)]
      return stepAfter(entry, {at: this.#parts.clock.now(), ...endingOf(result, effect)})
    })
    await this.#writeAfter(records)
    const seen: Pending[] = []
    for (const [{id, key}, {outcome}] of results) {
      const pending = this.#pending.get(id)
      if (pending) {
        pending.sent = true
        // An effect that was seen before the answer came waited for it: the journal keeps the order of things.
        if (pending.settled !== null) seen.push(pending)
      } else if (outcome === 'done' || outcome === 'unconfirmed')
        this.#publish(terms?.(key).ends, outcome === 'done' ? 'sent' : outcome)
    }
    // What follows of it comes before what is done next.
    await this.#conclude(seen)
  }

  #settled({id, outcome}: Settled): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    pending.settled = outcome
    if (pending.sent) void this.#conclude([pending])
  }

  /** The answers came and the effects were seen, or not in time. */
  async #conclude(all: readonly Pending[]): Promise<void> {
    for (const {entry} of all) this.#pending.delete(entry.id)
    const at = this.#parts.clock.now()
    const lines = all.flatMap((it) => (it.isUndone ? [] : [stepAfter(it.entry, {at, phase: seenAs(it)})]))
    if (lines.length > 0) await this.#writeAfter(lines)
    for (const it of all) this.#publish(it.ends, seenAs(it))
  }

  /** Behind its line in the journal. */
  #publish(ends: EndsWith | undefined, outcome: CommandEnd): void {
    if (ends) this.#watches.ends.publish({...ends, outcome})
  }

  /** What was sent is sent: that it could not be written down any more must not make it look like failed. */
  async #writeAfter(entries: readonly JournalEntry[]): Promise<void> {
    try {
      await this.#parts.write(entries)
    } catch (error) {
      const ids = entries.slice(0, 10).map(({id}) => id)
      this.#parts.log.error({err: error, ids}, 'the outcome of a command could not be written to the journal')
    }
  }

  async #onServer(
    by: Acting,
    serverId: ServerId,
    given: ServerCommand,
    causeId?: string,
  ): Promise<AddOutcome | void> {
    const {server, objection, write, gate, clock} = this.#parts
    const about = {
      subject: 'server',
      serverId,
      ...(await this.#namedBy(by, given)),
      ...shownVerb(given),
    } as const
    const forbidden =
      objectionTo(by.access, serverVerbNeeds[given.verb], serverId) ??
      objectionToSettings(by.access, this.#settingsOfAdministrators(serverId, given), serverId) ??
      (await this.#objectionToGiven(by, serverId, given))
    if (forbidden) {
      await this.#writeRefusal(by.actor, forbidden, about)
      throw forbidden
    }
    await this.#othersCaughtUp(this.#concernsFiles(serverId, given), serverId)
    const no = objection(serverId)
    if (no) throw no
    const feature = server(serverId)?.features?.[given.verb]
    if (feature?.support === 'none') throw new NotSupported(feature.reason, {serverId, verb: given.verb})
    const early = await this.#objectionToFiles(by, serverId, given, false)
    if (early) throw early
    const entry: JournalEntry = {
      id: randomUUIDv7(),
      at: clock.now(),
      actor: by.actor,
      ...about,
      phase: 'intended',
      ...(causeId !== undefined && {causeId}),
    }
    await write([entry])
    await write([{...entry, phase: 'sending'}])
    let its = entry
    let sent: ServerCommand | null = null
    let known: readonly TorrentKey[] = []
    try {
      const command = await this.#withFile(by.access, given)
      if (command !== given) {
        // Only the file says which torrent a URL stands for.
        its = {...entry, ...(await this.#namedBy(by, command))}
        await this.#othersCaughtUp(this.#concernsFiles(serverId, command), serverId)
      }
      // The journal took a moment on the disk, and the file its time.
      const late =
        objectionTo(by.access, serverVerbNeeds[command.verb], serverId) ??
        (await this.#objectionToGiven(by, serverId, command)) ??
        (await this.#objectionToFiles(by, serverId, command, true))
      if (late) throw late
      if (command.verb === 'addTorrent' && 'url' in command.args.source) {
        const full = this.#fetches.objection(serverId)
        if (full) throw full
      }
      known = command.verb === 'addTorrent' ? await this.#unlistedOf(by, serverId, command.args) : []
      sent = command
      const outcome = await gate.server(serverId, approveForServer(waiting(command)))
      if (command.verb === 'addTorrent' && outcome)
        await this.#watchAdded(serverId, command.args, outcome, known)
      const last = {...stepAfter(its, {at: clock.now(), ...endOnServer(outcome)}), ...hashOf(outcome)}
      await this.#writeAfter([last])
      const address = outcome ? outcome.fetching : undefined
      if (command.verb === 'addTorrent' && address !== undefined)
        this.#fetches.watch({
          serverId,
          address,
          entry: last,
          found: (hash) => this.#watchLinks([{serverId, hash}], command.args, false),
        })
      return outcome
    } catch (error) {
      // Whether its server took it, and how far it came, nobody knows: what it lists by these hashes is looked at.
      if (sent?.verb === 'addTorrent') {
        const isHeld = failureOf(error).phase === 'unconfirmed' && this.#isToWait(serverId, sent.args)
        await this.#watchLinks(known, sent.args, isHeld)
      }
      await this.#writeAfter([{...its, at: clock.now(), ...failureOf(error)}])
      throw error
    }
  }

  /** By which hashes its server may list what a link brings; without those that it has already. */
  async #unlistedOf(by: Acting, serverId: ServerId, {source}: AddTorrent): Promise<readonly TorrentKey[]> {
    if ('torrent' in source) return []
    const {hashes} = await this.#parts.identityOf(source, by)
    return hashes.map((hash) => ({serverId, hash})).filter((key) => this.#parts.fleet.get(key) === null)
  }

  async #watchAdded(
    serverId: ServerId,
    add: AddTorrent,
    {hash, status, isHeld = false, fault}: AddOutcome,
    known: readonly TorrentKey[],
  ): Promise<void> {
    if (fault !== undefined) {
      const about = {err: fault, serverId, hash}
      this.#parts.log.error(about, 'a torrent was added, and what was to follow failed')
    }
    if (status === 'duplicate') return
    await this.#watchLinks(hash === null ? known : [{serverId, hash}], add, isHeld)
  }

  /** Who was told of everything that may be wanted all of it. */
  async #watchLinks(keys: readonly TorrentKey[], add: AddTorrent, isHeld: boolean): Promise<void> {
    const {links} = this.#watches
    if (!isUnread(add)) return links.forget(keys)
    const {acceptsOthers, acceptsDoubt, comesBack} = add
    const start = add.forceStart === true ? 'forceStart' : 'start'
    const hasItsFiles = comesBack === true ? {hasItsFiles: true} : {}
    for (const key of keys)
      await links.added(key, {isHeld, start, acceptsOthers, acceptsDoubt, ...hasItsFiles})
  }

  /**
   * A daemon follows any URL from where it stands: for administrators alone. For everybody else the file is fetched here,
   * where each address is looked at in the connection to it. @throws {CommodarrError} it could not be fetched
   */
  async #withFile(access: Access, command: ServerCommand): Promise<ServerCommand> {
    if (command.verb !== 'addTorrent' || !('url' in command.args.source) || access.permits('admin'))
      return command
    const {source, ...rest} = command.args
    const {cookies: _cookies, ...args} = {
      ...rest,
      source: await this.#parts.addresses.fetch(source.url, rest),
    }
    return {verb: 'addTorrent', args}
  }

  /** Names of settings among those it changes; of a daemon of unknown kind all. */
  #settingsOfAdministrators(serverId: ServerId, command: ServerCommand): readonly string[] {
    if (command.verb !== 'setPreferences') return []
    const {server, settingNeeds} = this.#parts
    const kind = server(serverId)?.kind
    const isOwners = (name: string) => kind !== undefined && settingNeeds(kind, name) === 'manage'
    return Object.keys(command.args.values).filter((name) => !isOwners(name))
  }

  /** Which torrent, category or tags a command to a whole server is about. */
  async #namedBy(by: Acting, command: ServerCommand): Promise<Pick<JournalEntry, 'hash' | 'name'>> {
    switch (command.verb) {
      case 'addTorrent': {
        const {source, rename} = command.args
        const {hashes, name} = await this.#parts.identityOf(source, by)
        return {hash: hashes[0] ?? null, name: rename ?? name}
      }
      case 'createCategory':
      case 'editCategory':
        return {hash: null, name: command.args.name}
      case 'removeCategories':
        return {hash: null, name: command.args.names.join(', ')}
      case 'createTags':
      case 'deleteTags':
        return {hash: null, name: command.args.tags.join(', ')}
      default:
        return {hash: null, name: null}
    }
  }

  /** It may bring files to other places. */
  #concernsFiles(serverId: ServerId, command: ServerCommand): command is FileCommand {
    switch (command.verb) {
      // Of addresses nobody knows the files before their server does, of magnet links the name at most.
      case 'addTorrent': {
        const {source} = command.args
        return 'torrent' in source || ('magnet' in source && !this.#canWait(serverId, source.magnet))
      }
      case 'editCategory':
      case 'removeCategories':
        return true
      case 'setPreferences': {
        const {server, foldersIn, mayEndFiles, setsLimits} = this.#parts
        const kind = server(serverId)?.kind
        const {values} = command.args
        if (kind === undefined) return false
        return (
          foldersIn(kind, values) !== null || mayEndFiles(kind, values, values) || setsLimits(kind, values)
        )
      }
      default:
        return false
    }
  }

  /** Why it must not be done for the sake of files of others; `null` = it may. */
  async #objectionToFiles(
    by: Acting,
    serverId: ServerId,
    command: ServerCommand,
    isFresh: boolean,
  ): Promise<CommodarrError | null> {
    if (!this.#concernsFiles(serverId, command)) return null
    const places = this.#placesOf(serverId)
    if (places === null) return null
    const about = {serverId, verb: command.verb}
    const no =
      command.verb === 'addTorrent'
        ? await this.#objectionToAdd(by, serverId, command.args, places, isFresh)
        : await this.#objectionToMoves(by, serverId, command, places, isFresh)
    if (no === null) return null
    const {code, message, confirmWith} = no
    return confirmWith === undefined
      ? new CommodarrError(code, message, about)
      : new NeedsConfirmation(code, message, confirmWith, about)
  }

  async #objectionToAdd(
    by: Acting,
    serverId: ServerId,
    add: Readonly<AddTorrent>,
    places: ServerPlaces,
    isFresh: boolean,
  ): Promise<Refusal | null> {
    const {fleet, ownership, filesIn} = this.#parts
    if ('magnet' in add.source) return this.#objectionToMagnet(by, serverId, add, places, isFresh)
    const its = await filesIn(add.source, serverId, by)
    // What it has already it says, and does nothing.
    const landings = its && !fleet.get(its.key) ? landingsOfAdd(add, its, places) : []
    if (landings.length === 0) return null
    const landed = []
    for (const lands of landings)
      landed.push((await ownership.landed([{key: its!.key, lands}], isFresh)).get(keyText(its!.key))!)
    const landedOn = landed.flatMap((it) => it.landedOn)
    const doubts = landed.flatMap((it) => it.doubts)
    // What comes back finds its own files, whole or not.
    const occupied = add.comesBack === true ? [] : landed.flatMap((it) => it.occupied)
    const touched = {taken: [], landedOn, occupied, doubts}
    const no = objectionToTouching(touched, add, serverId, this.#words(by))
    if (no === null) {
      const met = this.#arriving.meets(its!, landings)
      if (met !== null && add.acceptsOthers !== true) return justAdded(met)
      if (isFresh) this.#arriving.take(its!, landings)
    }
    const isShared = landedOn.length > 0 && no?.code === 'content_shared'
    const end = isShared ? await this.#limitEndOfAdded(serverId, add.category ?? null) : staysAtLimit
    return no && end?.is !== 'stays' ? {...no, message: `${no.message} ${limitWords(end)}`} : no
  }

  /** What its server does with what is added once it reaches a limit; `null` = nobody knows. */
  async #limitEndOfAdded(serverId: ServerId, category: string | null): Promise<LimitEnd | null> {
    try {
      return await this.#parts.limitEnds.ofAdded(serverId, category)
    } catch (error) {
      if (error instanceof CommodarrError) return null
      throw error
    }
  }

  /**
   * It can stop with the metadata of a magnet link, before it writes anything. Not of a hybrid, which it may list by either
   * of its two hashes, so that nobody might find it again to start it.
   */
  #canWait(serverId: ServerId, magnet: string): boolean {
    if (/btih/i.test(magnet) && /btmh/i.test(magnet)) return false
    return this.#parts.server(serverId)?.features?.addStopCondition.support !== 'none'
  }

  /** It was to stop with its metadata for us alone, so that nothing but us starts it then. */
  #isToWait(serverId: ServerId, {source, start, forceStart, stopCondition = 'none'}: AddTorrent): boolean {
    const isToRun = (start || forceStart === true) && stopCondition === 'none'
    return isToRun && 'magnet' in source && this.#canWait(serverId, source.magnet)
  }

  /** Where its server can wait with what it holds, that is looked at then. */
  async #objectionToMagnet(
    by: Acting,
    serverId: ServerId,
    add: Readonly<AddTorrent>,
    places: ServerPlaces,
    isFresh: boolean,
  ): Promise<Refusal | null> {
    const {fleet, ownership, identityOf} = this.#parts
    const {hashes, name} = await identityOf(add.source, by)
    const [hash] = hashes
    if (hash === undefined || name === null || hashes.some((it) => fleet.get({serverId, hash: it})))
      return null
    const found = []
    for (const {folder} of landingsOfAdd(add, {name, files: [{path: name, size: 0}]}, places))
      found.push(await ownership.liesAt({serverId, hash}, folder, name, isFresh))
    if (found.length === 0) return null
    const landedOn = found.flatMap((it) => it.landedOn)
    const occupied = add.comesBack === true ? [] : found.flatMap((it) => it.occupied)
    return objectionToUnread({landedOn, occupied}, add, serverId, this.#words(by))
  }

  /** @param isFresh it is sent next: what moves takes its space from here on */
  async #objectionToMoves(
    by: Acting,
    serverId: ServerId,
    command: MovingCommand,
    places: ServerPlaces,
    isFresh: boolean,
  ): Promise<Refusal | null> {
    const {ownership} = this.#parts
    const settings =
      command.verb === 'setPreferences' ? await this.#settingsToBe(serverId, command.args.values) : null
    if (settings && (command.args as Confirmed).acceptsDoubt !== true) {
      const {changes, present} = settings
      if (this.#parts.mayEndFiles(places.kind, changes, {...present, ...changes})) return endsBySettings
    }
    const no = (command.args as Confirmed).acceptsDoubt
      ? null
      : await this.#objectionToLimits(
          serverId,
          command,
          settings && this.#parts.setsLimits(places.kind, settings.changes),
        )
    if (no !== null) return no
    const defaults = settings && this.#defaultsToBe(places.kind, settings)
    for (const change of this.#foldersChanged(places, command, defaults)) {
      const moved = await ownership.movedBy(serverId, change, places)
      if (moved.length === 0) continue
      const space = await this.#parts.space.look(moved)
      const gone = moved.map(({key}) => space.objection(key)).find((it) => it?.code === 'disk_failed')
      if (gone && (command.args as Confirmed).acceptsDoubt !== true)
        return confirmable(gone.code, `${gone.message} Wait until it is back, or confirm it`, 'accepts_doubt')
      if (command.args.acceptsMoves === true) {
        if (isFresh) for (const {key} of moved) space.begin(key)
        continue
      }
      const category =
        'category' in change ? change.category : 'removedCategory' in change ? change.removedCategory : null
      const touched = await ownership.touchedByMoves(serverId, moved)
      const moves = {moved: moved.length, touched, noSpace: firstWithoutSpace(moved, space)}
      return movesRefusal(category, moves, serverId, this.#words(by))
    }
    return defaults?.renamesUnfinished === true && command.args.acceptsMoves !== true
      ? this.#objectionToRenames(by, serverId)
      : null
  }

  /** Limits for all act on what categories and torrents are set to; what a category spared, its server may delete without it. */
  async #objectionToLimits(
    serverId: ServerId,
    command: MovingCommand,
    setsLimits: boolean | null,
  ): Promise<Refusal | null> {
    if (command.verb !== 'removeCategories' && setsLimits !== true) return null
    const removed = command.verb === 'removeCategories' ? command.args.names : null
    try {
      const end = await this.#parts.limitEnds.ofChange(serverId, removed)
      return takesFiles(end) ? endsByChange(end) : null
    } catch (error) {
      if (error instanceof CommodarrError) return endsByChange(null)
      throw error
    }
  }

  /** What these settings change: what it is set to already is nothing new. Where it does not report its settings, each may be another one. */
  async #settingsToBe(serverId: ServerId, values: Readonly<Record<string, unknown>>): Promise<SettingsToBe> {
    const {log} = this.#parts
    const present = await this.#parts.settingsNow(serverId).catch((error: unknown) => {
      if (!(error instanceof CommodarrError)) throw error
      log.error({err: error, serverId}, 'the settings of a server could not be read before a change')
      return null
    })
    const others = Object.entries(values).filter(([name, value]) => present?.[name] !== value)
    return {present, changes: present === null ? values : Object.fromEntries(others)}
  }

  /**
   * The folders that a daemon has after these settings. The folder of what is incomplete and its switch belong together:
   * where one of them changes, both count as they then are, also the one that stays.
   * @returns `null` = no folder changes
   */
  #defaultsToBe(kind: ServerKind, {changes, present}: SettingsToBe): DefaultFolders | null {
    const {foldersIn} = this.#parts
    const changed = foldersIn(kind, changes)
    if (present === null) return changed
    if (changed?.incompletePath === undefined && changed?.usesIncompletePath === undefined) return changed
    const {
      savePath: _same,
      renamesUnfinished: _too,
      ...apart
    } = foldersIn(kind, {...present, ...changes}) ?? {}
    return {...changed, ...apart}
  }

  /** Settings by which its server gives files that are not whole other names at once. */
  async #objectionToRenames(by: Acting, serverId: ServerId): Promise<Refusal | null> {
    const {ownership} = this.#parts
    const unfinished = await ownership.unfinishedOn(serverId)
    if (unfinished.length === 0) return null
    const touched = await ownership.touchedByRenames(unfinished)
    return renamesRefusal(unfinished.length, touched, serverId, this.#words(by))
  }

  #foldersChanged(
    {kind, categories}: ServerPlaces,
    {verb, args}: MovingCommand,
    defaults: DefaultFolders | null,
  ): readonly FoldersChange[] {
    const {haveFolders = false} = clientKinds[kind].categories
    switch (verb) {
      case 'editCategory': {
        const isSame = categories.some((it) => it.name === args.name && it.savePath === args.savePath)
        return haveFolders && !isSame ? [{category: args.name, savePath: args.savePath}] : []
      }
      case 'removeCategories':
        return haveFolders ? args.names.map((removedCategory) => ({removedCategory})) : []
      case 'setPreferences':
        return defaults === null ? [] : [{defaults}]
    }
  }

  /**
   * Somebody tried what he may not: one entry for all torrents of the order. Of servers that he cannot see nothing is
   * written: they may not exist, and whoever makes up names must not fill the journal.
   */
  async #writeRefusal(actor: Actor, no: CommodarrError, about: About): Promise<void> {
    if (!isOverreach(no)) return
    const {code, message} = no
    const {clock, refusals} = this.#parts
    const {subject, verb} = about
    await refusals.note({actor, subject, verb, code}, (repeated) => {
      const args = {...about.args, ...repeated}
      const entry = {id: randomUUIDv7(), at: clock.now(), actor, ...about, args, code, message}
      return this.#writeAfter([{...entry, phase: 'refused'}])
    })
  }

  /** One torrent by its name, several by their number. */
  #about(command: AnyTorrentCommand, serverId: ServerId, keys: readonly TorrentKey[]): About {
    const {verb, args} = shownVerb(command)
    const [only, ...others] = keys
    if (only && others.length === 0) {
      const name = this.#parts.fleet.get(only)?.name ?? null
      return {subject: 'torrent', serverId, hash: only.hash, name, verb, args}
    }
    return {subject: 'server', serverId, hash: null, name: null, verb, args: {...args, torrents: keys.length}}
  }

  #entry({by, command, terms: termsOf, entryOf}: TermedOrder, item: Item): JournalEntry {
    const terms = termsOf?.(item.key)
    const causeId = entryOf?.(item.key).causeId
    const {verb, args} = shownVerb(command)
    const decided = terms?.journal.decided
    return {
      id: item.id,
      at: this.#parts.clock.now(),
      actor: by.actor,
      subject: 'torrent',
      serverId: item.key.serverId,
      hash: item.key.hash,
      name: item.name,
      verb,
      args,
      phase: 'intended',
      ...(causeId !== undefined && {causeId}),
      ...terms?.journal,
      ...(decided && {
        decided: withInverse(decided, command, this.#parts.fleet.get(item.key), terms?.files ?? null),
      }),
    }
  }
}

/** Nobody knows its files before its server does, and who adds it did not say that they may harm anybody. */
function isUnread({source, acceptsOthers, acceptsDoubt}: AddTorrent): boolean {
  return !('torrent' in source) && (acceptsOthers !== true || acceptsDoubt !== true)
}

function waiting(command: ServerCommand): ServerCommand {
  if (command.verb !== 'addTorrent' || !isUnread(command.args)) return command
  return {verb: 'addTorrent', args: {...command.args, waitsForFiles: true}}
}

function shownVerb(command: AnyTorrentCommand | ServerCommand): Pick<JournalEntry, 'verb' | 'args'> {
  return {verb: command.verb, args: shownArgs(command)}
}

/** What goes of the data, by its server or by us. */
function takenBy({
  command,
  setsAside,
}: Pick<TermedOrder, 'command' | 'setsAside'>): 'all' | 'unshared' | null {
  if (command.verb === 'removeWithData') return 'all'
  return setsAside ? 'unshared' : null
}

const removalVerbs: ReadonlySet<string> = new Set<RemovalVerb>(['remove', 'removeWithData'])

/** Its server may look at the files then, and believe what it finds. */
function mayCheck({verb}: TorrentCommand): boolean {
  return verb === 'recheck' || verb === 'setLocation'
}

/** Of what its server took, and nothing shows yet. */
const effectUnseen = {list: 'unseen', late: 'awaited', answer: 'answered'} as const

/** What its answer says of a command to a whole server. What was added is done when its list shows it. */
function endOnServer(outcome: AddOutcome | void): Pick<JournalEntry, 'phase' | 'message'> {
  if (!outcome || outcome.status === 'duplicate') return {phase: 'confirmed'}
  const {fault} = outcome
  if (fault !== undefined && outcome.hash !== null) {
    const why = shownMessage(fault.message)
    return {phase: 'sent', message: `Its server took it, and then this failed: ${why}`}
  }
  if (outcome.hash !== null) return {phase: 'sent'}
  const fetches = 'Its server fetches it and has not said how that went.'
  return {phase: 'unconfirmed', message: outcome.fetching === undefined ? fetches : stillFetched}
}

/** Its server knows best by which hash it lists what was added. */
function hashOf(outcome: AddOutcome | void): Partial<Pick<JournalEntry, 'hash'>> {
  return outcome && outcome.hash !== null ? {hash: outcome.hash} : {}
}

/** They move together: each has to find space beside those before it. */
function firstWithoutSpace(moved: readonly {readonly key: TorrentKey}[], space: SpaceLook): string | null {
  for (const {key} of moved) {
    const no = space.objection(key)
    if (no) return no.message
    space.take(key)
  }
  return null
}

function isNotTaken({outcome}: CommandResult): boolean {
  return outcome === 'failed' || outcome === 'refused'
}

function hashesOf(items: readonly Item[]): readonly InfoHash[] {
  return items.map(({key}) => key.hash)
}

function outcomesOf(ended: readonly [Item, CommandResult][]): ReadonlyMap<InfoHash, CommandResult> {
  return new Map(ended.map(([{key}, outcome]) => [key.hash, outcome]))
}

type MovingCommand = Extract<
  ServerCommand,
  {readonly verb: 'editCategory' | 'removeCategories' | 'setPreferences'}
>
type FileCommand = MovingCommand | Extract<ServerCommand, {readonly verb: 'addTorrent'}>

/** Worth a line in the journal: who asked may not, however he asks. */
function isOverreach({code}: CommodarrError): boolean {
  return code === 'forbidden' || code === 'folder_forbidden' || code === 'address_forbidden'
}

/** Each key once, in the order of asking. */
function keysByServer(keys: readonly TorrentKey[]): ReadonlyMap<ServerId, TorrentKey[]> {
  const byServer = new Map<ServerId, TorrentKey[]>()
  const seen = new Set<string>()
  for (const key of keys) {
    if (seen.has(keyText(key))) continue
    seen.add(keyText(key))
    const same = byServer.get(key.serverId)
    if (same) same.push(key)
    else byServer.set(key.serverId, [key])
  }
  return byServer
}
