/**
 * One action of somebody: a verb on many torrents, and what became of them.
 *
 *   held ──▶ running ──▶ done ──▶ undone
 *     ├──▶ undone (taken back in time, nothing was sent)
 *     └──▶ dropped (the program stopped, nothing was sent)
 */
import {createHash} from 'node:crypto'
import type {Requester} from '#model/access.ts'
import {
  isCopy,
  type AnyTorrentCommand,
  type CommandResult,
  type Confirmation,
  type Confirmed,
  type ConfirmedVerb,
  type OrderedCommand,
} from '#model/command.ts'
import type {ErrorCode} from '#model/errors.ts'
import type {ItemResult} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {DataProgressView} from '#model/unfinished.ts'
import type {EpochMs} from '#model/units.ts'
import type {ActionProgress} from './data-progress.ts'
import {FrozenKeys} from './frozen-keys.ts'
import type {OrderedAs} from './guards/ordered-as.ts'
import {shownArgs} from './shown.ts'
import type {UndoPlan} from './undo-plan.ts'

export const actionStates = ['held', 'running', 'done', 'undone', 'dropped'] as const
type ActionState = (typeof actionStates)[number]

/** What one orders; to be sent as it is, where nothing else is said. */
export interface ActionRequest<C extends OrderedCommand = AnyTorrentCommand> {
  readonly by: Requester
  readonly keys: readonly TorrentKey[] | FrozenKeys
  readonly command: C
  /** All of `keys`, where not all of them are sent the same; absent = each is sent `command`. */
  readonly shares?: readonly ActionShare[]
  /** Of the command in the journal that it takes back; absent = it takes none back. */
  readonly undoes?: string
}

/** Torrents of one action that are sent the same: what was confirmed for some of them is not for the others. */
export interface ActionShare {
  readonly command: OrderedCommand
  readonly keys: FrozenKeys
}

/** What is confirmed for all that is tried again, and whether each gets what its own refusal asked for, too. */
export interface RetryConfirmed extends Confirmed {
  readonly asAsked?: boolean | undefined
}

/** What a torrent can be confirmed with. */
type Asked = keyof typeof flagOf

const flagOf = {accepts_others: 'acceptsOthers', accepts_doubt: 'acceptsDoubt'} as const

/** What did not end done and can be tried again, as it was sent. */
interface FailedShare extends ActionShare {
  /** `null` = nothing that can be confirmed. */
  readonly asked: Asked | null
}

/** An item that did not end done. */
export interface Problem {
  readonly key: TorrentKey
  /** `null` = not known, or not for him. */
  readonly name: string | null
  readonly result: Exclude<CommandResult, {outcome: 'done'}>
}

type Counts = Readonly<Record<CommandResult['outcome'], number>>

/** An action as its owner sees it. */
export interface ActionView {
  readonly id: string
  readonly verb: string
  /** Without secrets. */
  readonly args: object
  readonly at: EpochMs
  readonly state: ActionState
  /** `null` = it is not held (any more). */
  readonly heldUntil: EpochMs | null
  readonly endedAt: EpochMs | null
  /** Its person cancelled what was not sent yet. */
  readonly cancelled: boolean
  /** The action of which this one repeats what did not end done. */
  readonly retryOf: string | null
  /** How far the data is that it moves; `null` = it moves none, or all of it has ended. */
  readonly progress: DataProgressView | null
  readonly count: number
  readonly servers: readonly {readonly serverId: ServerId; readonly count: number}[]
  readonly tally: TallyView
  /** Items that can be tried again. */
  readonly retryable: number
  /** How many of them a confirmation may help, by what they ask for. */
  readonly confirmable: Readonly<Partial<Record<Confirmation, number>>>
  readonly undo: {
    readonly possible: boolean
    /** `null` = it is not possible. */
    readonly until: EpochMs | null
    /** Torrents that would be put back, and those of which nobody knows how they were. */
    readonly count: number
    readonly unknown: number
    /** Data would be moved back. */
    readonly slow: boolean
  }
  /** What became of the undoing; `null` = none began. */
  readonly undone: TallyView | null
}

export interface TallyView {
  readonly counts: Counts
  /** The first of them. */
  readonly problems: readonly Problem[]
  readonly omitted: number
}

/** Problems that are kept in words. All that can be tried again are kept by their keys. */
const MOST_PROBLEMS = 1_000

/** Outcomes, counted. */
export class Tally {
  readonly #counts = {done: 0, failed: 0, refused: 0, unconfirmed: 0}
  readonly #problems: Problem[] = []

  note({key, result}: ItemResult, name: () => string | null): void {
    this.#counts[result.outcome]++
    if (result.outcome === 'done' || this.#problems.length >= MOST_PROBLEMS) return
    this.#problems.push({key, name: name(), result})
  }

  view(): TallyView {
    const {failed, refused, unconfirmed} = this.#counts
    const omitted = failed + refused + unconfirmed - this.#problems.length
    return {counts: {...this.#counts}, problems: [...this.#problems], omitted}
  }
}

/** How an action came about. */
export interface ActionOrigin {
  /** The action of which this one repeats what did not end done. */
  readonly retryOf: string | null
  /** So long it waits before it is sent, and so does what repeats it; `null` = it is sent at once. */
  readonly holdSeconds: number | null
}

interface AboutAction extends ActionOrigin {
  readonly id: string
  readonly at: EpochMs
  /** How a torrent is now; `null` = its server does not tell of it. */
  readonly asOf: (key: TorrentKey) => OrderedAs | null
}

export class Action {
  readonly id: string
  readonly by: Requester
  readonly command: OrderedCommand
  readonly at: EpochMs
  readonly keys: FrozenKeys
  readonly shares: readonly ActionShare[]
  readonly retryOf: string | null
  readonly holdSeconds: number | null
  /** Of the command in the journal that it takes back; `null` = it takes none back. */
  readonly undoes: string | null
  readonly tally = new Tally()
  readonly #failed: FailedShare[] = []
  /** Ids that mean another machine since: nothing of what was seen there is touched any more. */
  readonly replaced = new Set<ServerId>()
  state: ActionState = 'running'
  heldUntil: EpochMs | null = null
  endedAt: EpochMs | null = null
  undoUntil: EpochMs | null = null
  plan: UndoPlan | null = null
  /** `null` = it moves no data, or all of it has ended. */
  progress: ActionProgress | null = null
  /** Of an action that copies: the torrents whose copies stand, and can be taken back. `null` = it copies none. */
  copied: FrozenKeys | null = null
  undone: Tally | null = null
  wasRetried = false
  /** What is not sent yet is not sent any more. */
  isCancelled = false

  constructor(wish: ActionRequest<OrderedCommand>, about: AboutAction) {
    this.id = about.id
    this.at = about.at
    this.retryOf = about.retryOf
    this.holdSeconds = about.holdSeconds
    this.by = wish.by
    this.command = wish.command
    this.undoes = wish.undoes ?? null
    this.keys = frozen(wish.keys, about.asOf)
    this.shares = wish.shares ?? [{command: wish.command, keys: this.keys}]
    // A move leaves nothing to take back: its source is in the trash.
    if (isCopy(wish.command) && wish.command.verb === 'copyTo') this.copied = new FrozenKeys()
  }

  /**
   * Of its command for this torrent in the journal. It follows from the two, so that nobody has to keep a million of
   * them until they are undone.
   */
  entryId(key: TorrentKey): string {
    const time = this.at.toString(16).padStart(12, '0')
    const word = createHash('sha256')
      .update(`${this.id} ${keyText(key)}`)
      .digest('hex')
    return [
      time.slice(0, 8),
      time.slice(8),
      `7${word.slice(0, 3)}`,
      `8${word.slice(3, 6)}`,
      word.slice(6, 18),
    ].join('-')
  }

  /**
   * @param nameOf of a torrent as who acts may know it
   * @param command what they were sent
   */
  note(
    results: readonly ItemResult[],
    nameOf: (key: TorrentKey) => string | null,
    command: OrderedCommand = this.command,
  ): void {
    const isFirst = firstOfEach()
    const asOf = this.keys.asOf(results.map(({key}) => key))
    for (const item of results) {
      if (!isFirst(item.key)) continue
      this.progress?.answered(this.entryId(item.key), item.result)
      this.tally.note(item, () => nameOf(item.key))
      if (item.result.outcome === 'done') this.copied?.add(item.key, asOf.get(keyText(item.key)) ?? null)
      if (mayTryAgain(command, item.result))
        this.#failedAs(command, askedBy(command, item.result)).add(
          item.key,
          asOf.get(keyText(item.key)) ?? null,
        )
    }
  }

  #failedAs(command: OrderedCommand, asked: Asked | null): FrozenKeys {
    const known = this.#failed.find((it) => it.command === command && it.asked === asked)
    if (known) return known.keys
    const keys = new FrozenKeys()
    this.#failed.push({command, asked, keys})
    return keys
  }

  /** What can be tried again. */
  #stillFailed(): readonly FailedShare[] {
    if (this.replaced.size === 0) return this.#failed
    return this.#failed.map((it) => ({...it, keys: it.keys.only((id) => !this.replaced.has(id))}))
  }

  /** The same again for what can be tried again, with what was confirmed before and what is confirmed now. */
  again({
    asAsked = false,
    ...confirmed
  }: RetryConfirmed): Pick<ActionRequest<OrderedCommand>, 'command' | 'keys' | 'shares'> {
    const shares = new Map<string, ActionShare>()
    for (const {command: before, asked, keys} of this.#stillFailed()) {
      if (keys.count === 0) continue
      const more: Confirmed = asAsked && asked !== null ? {[flagOf[asked]]: true} : {}
      const command = confirmedCommand(before, {...confirmed, ...more})
      const text = JSON.stringify(command.args)
      const same = shares.get(text)
      shares.set(text, {command, keys: same ? FrozenKeys.joined([same.keys, keys]) : keys})
    }
    const all = [...shares.values()]
    const [first] = all
    if (all.length === 1) return first!
    return {
      command: confirmedCommand(this.command, confirmed),
      keys: FrozenKeys.joined(all.map(({keys}) => keys)),
      shares: all,
    }
  }

  view(): ActionView {
    const {id, at, state, retryOf, keys, command, plan} = this
    const isDone = state === 'done'
    const again = isDone && !this.wasRetried && this.undone === null ? this.#stillFailed() : []
    const undoable = plan?.count ?? this.copied?.count ?? 0
    const canUndo = state === 'held' || (isDone && this.undone === null && undoable > 0)
    return {
      id,
      verb: command.verb,
      args: shownArgs(command),
      at,
      state,
      retryOf,
      heldUntil: state === 'held' ? this.heldUntil : null,
      endedAt: this.endedAt,
      cancelled: this.isCancelled,
      progress:
        state === 'running' || (isDone && this.progress?.isOver === false)
          ? (this.progress?.view() ?? null)
          : null,
      count: keys.count,
      servers: keys.perServer(),
      tally: this.tally.view(),
      retryable: again.reduce((sum, {keys: some}) => sum + some.count, 0),
      confirmable: confirmableOf(again),
      undo: {
        possible: canUndo,
        until: canUndo ? this.undoUntil : null,
        count: state === 'held' ? keys.count : undoable,
        unknown: plan?.unknown.count ?? 0,
        slow: command.verb === 'setLocation' && command.args.moveData,
      },
      undone: this.undone?.view() ?? null,
    }
  }
}

function confirmableOf(failed: readonly FailedShare[]): ActionView['confirmable'] {
  const counts: Partial<Record<Asked, number>> = {}
  for (const {asked, keys} of failed)
    if (asked !== null && keys.count > 0) counts[asked] = (counts[asked] ?? 0) + keys.count
  return counts
}

const confirmedVerbs: Readonly<Record<ConfirmedVerb, true>> = {
  start: true,
  stop: true,
  forceStart: true,
  setLocation: true,
  rename: true,
  renameFile: true,
  renameFiles: true,
  renameFolder: true,
  setCategory: true,
  setShareLimits: true,
  setAutoManaged: true,
}

function canConfirm({verb}: OrderedCommand): boolean {
  return Object.hasOwn(confirmedVerbs, verb)
}

function confirmedCommand(command: OrderedCommand, confirmed: Confirmed): OrderedCommand {
  if (!canConfirm(command)) return command
  return {verb: command.verb, args: {...command.args, ...confirmed}} as OrderedCommand
}

function askedBy(command: OrderedCommand, result: CommandResult): Asked | null {
  const asked = result.outcome === 'done' ? undefined : result.confirmWith
  return asked !== undefined && asked !== 'accepts_moves' && canConfirm(command) ? asked : null
}

/**
 * What cannot be done, however often it is asked, is not tried again. What got no answer is repeated only where doing
 * it twice is doing it once, and never a removal.
 */
function mayTryAgain(command: OrderedCommand, result: CommandResult): boolean {
  if (result.outcome === 'done') return false
  if (result.outcome !== 'unconfirmed') return !inVain.has(result.code)
  if (command.verb === 'moveInQueue') return command.args.to === 'top' || command.args.to === 'bottom'
  return !notTwice.has(command.verb)
}

const notTwice: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recheck',
  'renameFile',
  'renameFiles',
  'renameFolder',
  'addTrackers',
  'editTracker',
  'removeTrackers',
  'addWebSeeds',
  'removeWebSeeds',
])

/** The server lacks it, he may not, the torrent or the server is gone, it makes no sense, there is no trash for it. */
const inVain: ReadonlySet<string> = new Set<ErrorCode>([
  'not_supported',
  'forbidden',
  'server_unknown',
  'torrent_not_found',
  'folder_forbidden',
  'address_forbidden',
  'bad_argument',
  'trash_impossible',
])

/** Each once, as they are now; what was frozen before is as it was then. */
export function frozen(
  keys: readonly TorrentKey[] | FrozenKeys,
  asOf: (key: TorrentKey) => OrderedAs | null,
): FrozenKeys {
  return keys instanceof FrozenKeys ? keys : FrozenKeys.of(keys.filter(firstOfEach()), asOf)
}

function firstOfEach(): (key: TorrentKey) => boolean {
  const seen = new Set<string>()
  return (key) => {
    const text = keyText(key)
    if (seen.has(text)) return false
    seen.add(text)
    return true
  }
}
