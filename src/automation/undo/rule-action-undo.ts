/**
 * Undo of an entry of the journal, days later. The rule then leaves the torrent alone for a day.
 *
 *   what a rule changed       an action of the person, with his rights, puts back what the journal kept of it
 *   what an Arr blocklisted   its entry leaves the Arr's blocklist, so that the release may be grabbed again
 *   that a rule waits         it waits no longer
 *
 * What was removed comes back from the trash (`src/trash/trash-service.ts`). What a person did a moment ago is undone as
 * the action that it was (`src/executor/actions.ts`).
 */
import type {ActionView} from '#executor/action.ts'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import {CHANGED_SINCE, isReversible, stillShows, undoneBy} from '#executor/undo-plan.ts'
import type {AuditEntry} from '#journal/audit.ts'
import type {JournalPhase} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Principal, Requester} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {TorrentCommand} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {WAIT} from '../actions/user-overrides.ts'
import {FAIL_DOWNLOAD} from '../sagas/fail-download.ts'
import type {Blocked, BlocklistUndo, ReverseCommands, RulesLeftAlone} from './undo-steps.ts'

/** The action as far as it tells whether it can be undone. */
type UndoableEntry = Pick<
  AuditEntry,
  'phase' | 'endedAt' | 'verb' | 'args' | 'ruleId' | 'serverId' | 'hash' | 'decided'
>

type UndoOfEntry =
  | {readonly possible: true; readonly commands: readonly TorrentCommand[]}
  /** By its Arr. */
  | {readonly possible: true; readonly blocked: Blocked}
  /** A rule waits no longer: `#endWait`. */
  | {readonly possible: true; readonly commands: readonly []}
  | {readonly possible: false; readonly why: string}

interface UndoSight {
  /** As it is now, for who asks; `null` = it is gone, or not there for him. */
  readonly torrent: TorrentRecord | null
  readonly mayControl: boolean
  /** He may see this Arr, and have Arrs do something. */
  readonly mayCommand: (arr: ArrId) => boolean
  readonly now: number
}

const ended: ReadonlySet<JournalPhase> = new Set<JournalPhase>(['sent', 'confirmed', 'unconfirmed'])
const removals: ReadonlySet<string> = new Set(['remove', 'removeWithData', 'recycle', 'extraFiles.recycle'])
/** What rules do by which an Arr blocklists a release. */
const blocklisting: ReadonlySet<string> = new Set(['arr.blocklist', FAIL_DOWNLOAD])
/** An effect that can be seen is seen by then. */
const SETTLED_MS = 60_000

/** Whether what a rule did can be put back; `null` = no rule did it, nothing was done, or nothing would be gained. */
export function undoOf(
  entry: UndoableEntry,
  {torrent, mayControl, mayCommand, now}: UndoSight,
): UndoOfEntry | null {
  const {phase, endedAt, verb, args, ruleId, decided} = entry
  if (verb === WAIT) return undoOfWait(entry, mayControl, now)
  if (ruleId === null || decided === null || entry.hash === null) return null
  if (decided.class === 'harmless' || !ended.has(phase)) return null
  const no = (why: string) => ({possible: false, why}) as const
  if (removals.has(verb)) return no('What was removed is restored from the trash, as long as it is there.')
  if (verb === 'quarantine')
    return no('Start it, or remove its tag: its rule then leaves it alone for a day.')
  if (blocklisting.has(verb)) return undoOfBlocklist(entry, mayCommand)
  if (!isReversible(verb)) return no('There is no way back from this.')
  const {back} = decided
  if (back === undefined) return no('How it was before was not kept then.')
  if (back === null) return no('It is not known how it was before.')
  if (back.length === 0) return no('It was so already, so there is nothing to put back.')
  if (torrent === null) return no('The torrent is gone.')
  if (!mayControl) return no('You may look at its server, not change what is on it.')
  if (isAnotherLife(torrent, decided.addedAt)) return no('It left its server and came again since.')
  if (phase === 'sent' && now - endedAt < SETTLED_MS) return no('Its server has not confirmed it yet.')
  // What the journal has of a command that can be undone is the command: nothing in it is a secret.
  const done = {verb, args} as TorrentCommand
  if (!stillShows(done, back, torrent)) return no(CHANGED_SINCE)
  return {possible: true, commands: back}
}

/** What was added at another time than then is not what the rule changed; what an older program did tells no time. */
function isAnotherLife({addedAt}: TorrentRecord, then: EpochMs | null | undefined): boolean {
  return then !== undefined && (addedAt ?? null) !== then
}

function undoOfWait({phase, args}: UndoableEntry, mayControl: boolean, now: EpochMs): UndoOfEntry | null {
  const {until = 0} = args as {readonly until?: EpochMs}
  if (phase !== 'confirmed' || until <= now) return null
  return mayControl
    ? {possible: true, commands: []}
    : {possible: false, why: 'You may look at its server, not change what is on it.'}
}

/** What the journal kept of it; `null` = not enough to find it by. */
function blockedBy({verb, args}: Pick<AuditEntry, 'verb' | 'args'>): Blocked | null {
  const {arr, title, items, grabbedAt} = verb === FAIL_DOWNLOAD ? releaseOf(args) : (args as Kept)
  if (typeof arr !== 'string' || typeof title !== 'string' || typeof grabbedAt !== 'number') return null
  const known = Array.isArray(items) ? items.filter((it) => typeof it === 'string') : []
  return {arr: asArrId(arr), release: {title, items: known, grabbedAt}}
}

type Kept = Readonly<Record<string, unknown>>

/** A failed download keeps its release apart, and its Arr with its download. */
function releaseOf(args: object): Kept {
  const {download, release} = args as {readonly download?: {readonly arrId: string}; readonly release?: Kept}
  return {...release, arr: download?.arrId}
}

function undoOfBlocklist(entry: UndoableEntry, mayCommand: UndoSight['mayCommand']): UndoOfEntry {
  const no = (why: string) => ({possible: false, why}) as const
  const blocked = blockedBy(entry)
  if (blocked === null) return no('What its Arr blocklisted was not kept then.')
  if (!mayCommand(blocked.arr)) return no('Its Arr is not there any more, or you may not command it.')
  return {possible: true, blocked}
}

/** What became of undoing: an action of the person, what his Arr did, or that a rule waits no longer. */
type EntryUndone =
  | {readonly action: ActionView}
  /** In words, with what does not come back. */
  | {readonly action: null; readonly message: string}

export class RuleActionUndo {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #commands: ReverseCommands
  readonly #blocklists: BlocklistUndo
  readonly #rules: RulesLeftAlone
  readonly #clock: WorkContext['clock']
  readonly #journal: WorkContext['journal']
  /** Being undone in this moment. */
  readonly #busy = new Set<string>()

  constructor(
    fleet: Pick<FleetReader, 'get'>,
    commands: ReverseCommands,
    blocklists: BlocklistUndo,
    rules: RulesLeftAlone,
    {clock, journal}: Pick<WorkContext, 'clock' | 'journal'>,
  ) {
    this.#fleet = fleet
    this.#commands = commands
    this.#blocklists = blocklists
    this.#rules = rules
    this.#clock = clock
    this.#journal = journal
  }

  /**
   * @param entry that he may see
   * @returns what he did by it; of several commands the last one
   * @throws {CommodarrError} undo_impossible, or its server does not tell its files, or what ails its Arr;
   *   `StorageFault`: nothing was sent
   */
  async undo(by: Principal, entry: AuditEntry): Promise<EntryUndone> {
    if (this.#busy.has(entry.id)) throw new CommodarrError('undo_impossible', 'It is being undone already.')
    this.#busy.add(entry.id)
    try {
      return await this.#undo(by, entry)
    } finally {
      this.#busy.delete(entry.id)
    }
  }

  async #undo(by: Principal, entry: AuditEntry): Promise<EntryUndone> {
    const key = keyOf(entry)
    const mayControl = key !== null && objectionTo(by.access, torrentVerbsNeed, key.serverId) === null
    if (entry.verb === WAIT && mayControl) return this.#endWait(by, entry)
    const look = () =>
      undoOf(entry, {
        torrent: key && this.#fleet.get(key),
        mayControl,
        // Whether this one is for him is told by its own error.
        mayCommand: () => true,
        now: this.#clock.now(),
      })
    const undo = look()
    if (key === null || !undo?.possible) throw new CommodarrError('undo_impossible', whyNot(entry, undo))
    const commands = 'blocked' in undo ? [] : await this.#commands.leftOf(entry, key, undo.commands)
    // First: its rule would see the change, and do it again, before the answer of the server is written down.
    const goOn = await this.#rules.begin(by, entry, key)
    if ('blocked' in undo) {
      let message: string
      try {
        message = await this.#blocklists.free(by, entry, undo.blocked)
      } catch (error) {
        await goOn()
        throw error
      }
      await this.#note(by, entry)
      return {action: null, message}
    }
    // Somebody may have changed it meanwhile: that stays as they want it.
    const now = look()
    if (!now?.possible) {
      await goOn()
      throw new CommodarrError('undo_impossible', whyNot(entry, now))
    }
    const last = await this.#commands.run(by, entry, key, commands)
    if (last.tally.counts.done === 1) await this.#note(by, entry)
    else await goOn()
    return {action: last}
  }

  /** The rule may act again at once. Whether it waits still is known by other clocks than that of the machine. */
  async #endWait(by: Principal, entry: AuditEntry): Promise<EntryUndone> {
    const ruleName = await this.#rules.endWait(entry)
    await this.#note(by, entry)
    return {action: null, message: `“${ruleName}” waits no longer.`}
  }

  async #note({actor}: Requester, entry: AuditEntry): Promise<void> {
    const {id, subject, serverId, hash, name, verb, args, ruleId} = entry
    const at = this.#clock.now()
    const about = {id, at, actor, subject, serverId, hash, name, verb, args, isBrief: true}
    await this.#journal.write([{...about, ...undoneBy(actor), ...(ruleId !== null && {ruleId})}])
  }
}

function keyOf({serverId, hash}: Pick<AuditEntry, 'serverId' | 'hash'>): TorrentKey | null {
  return serverId === null || hash === null ? null : {serverId, hash}
}

function whyNot({phase, ruleId, verb}: AuditEntry, undo: UndoOfEntry | null): string {
  if (undo?.possible === false) return undo.why
  if (phase === 'undone') return 'It was undone already.'
  if (verb === WAIT) return 'The day is over: the rule waits no longer.'
  return ruleId === null ? 'Only what a rule did is undone here.' : 'There is nothing to put back.'
}
