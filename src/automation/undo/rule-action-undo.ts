/**
 * Undo of what a rule did, days later, and of having one wait: the journal kept how the torrent was. It is put back by an action of the person,
 * with his rights, through the same book as everything that he does, or by its Arr (`blocklist-undo.ts`); the rule then
 * leaves the torrent alone for a day.
 */
import type {ActionView} from '#executor/action.ts'
import type {ActionRegistry} from '#executor/actions.ts'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import {isReversible, stillShows} from '#executor/undo-plan.ts'
import type {AuditEntry} from '#journal/audit.ts'
import type {JournalPhase} from '#journal/entry.ts'
import type {Principal, Requester} from '#model/access.ts'
import type {ArrId} from '#model/arr.ts'
import type {TorrentCommand, TorrentVerbs} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {WAIT, type UndoneDecision, type UserOverrides} from '../actions/user-overrides.ts'
import {
  blockedBy,
  blocklisting,
  BlocklistUndo,
  FREED,
  type Blocked,
  type BlocklistUndoDeps,
} from './blocklist-undo.ts'

interface RuleActionUndoDeps extends BlocklistUndoDeps {
  readonly fleet: Pick<FleetReader, 'get'>
  readonly actions: Pick<ActionRegistry, 'run'>
  /** @throws {CommodarrError} when its server does not tell them */
  readonly files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
  readonly leftAlone: Pick<UserOverrides, 'begin' | 'ofEntry' | 'takeBack'>
  /** `null` = it is gone. */
  readonly ruleName: (id: RuleId) => string | null
}

/** The action as far as it tells whether it can be undone. */
export type UndoableEntry = Pick<
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

export interface UndoSight {
  /** As it is now, for who asks; `null` = it is gone, or not there for him. */
  readonly torrent: TorrentRecord | null
  readonly mayControl: boolean
  /** He may see this Arr, and have Arrs do something. */
  readonly mayCommand: (arr: ArrId) => boolean
  readonly now: number
}

const ended: ReadonlySet<JournalPhase> = new Set<JournalPhase>(['sent', 'confirmed', 'unconfirmed'])
const removals: ReadonlySet<string> = new Set(['remove', 'removeWithData', 'recycle', 'extraFiles.recycle'])
const CHANGED = 'It was changed since, so it stays as it is.'
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
    return no('Start it, or take its tag away: its rule then leaves it alone for a day.')
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
  if (!stillShows(done, back, torrent)) return no(CHANGED)
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

function undoOfBlocklist(entry: UndoableEntry, mayCommand: UndoSight['mayCommand']): UndoOfEntry {
  const no = (why: string) => ({possible: false, why}) as const
  const blocked = blockedBy(entry)
  if (blocked === null) return no('What its Arr blocklisted was not kept then.')
  if (!mayCommand(blocked.arr)) return no('Its Arr is not there any more, or you may not command it.')
  return {possible: true, blocked}
}

/** What became of undoing: an action of the person, what his Arr did, or that a rule waits no longer. */
export type EntryUndone =
  | {readonly action: ActionView}
  /** In words, with what does not come back. */
  | {readonly action: null; readonly message: string}

export class RuleActionUndo {
  readonly #parts: RuleActionUndoDeps
  /** Being undone in this moment. */
  readonly #busy = new Set<string>()
  readonly #blocklist: BlocklistUndo

  constructor(parts: RuleActionUndoDeps) {
    this.#parts = parts
    this.#blocklist = new BlocklistUndo(parts)
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
    const {fleet, clock, leftAlone} = this.#parts
    const key = keyOf(entry)
    const mayControl = key !== null && objectionTo(by.access, torrentVerbsNeed, key.serverId) === null
    if (entry.verb === WAIT && mayControl) return this.#endWait(by, entry)
    const look = () =>
      undoOf(entry, {
        torrent: key && fleet.get(key),
        mayControl,
        // Whether this one is for him is told by its own error.
        mayCommand: () => true,
        now: clock.now(),
      })
    const undo = look()
    if (key === null || !undo?.possible) throw new CommodarrError('undo_impossible', whyNot(entry, undo))
    const about = decisionOf(entry, key)
    if ('blocked' in undo) return this.#unblock(by, entry, undo.blocked, about)
    const commands = await this.#leftOf(entry, key, undo.commands)
    // First: its rule would see the change, and do it again, before the answer of the server is written down.
    const goOn = await leftAlone.begin(about, this.#undoing(by, entry))
    // Somebody may have changed it meanwhile: that stays as they want it.
    const now = look()
    if (!now?.possible) {
      await goOn()
      throw new CommodarrError('undo_impossible', whyNot(entry, now))
    }
    const last = await this.#run(by, entry, key, commands)
    if (last.tally.counts.done === 1) await this.#note(by, entry)
    else await goOn()
    return {action: last}
  }

  /** The rule may act again at once. Whether it waits still is known by other clocks than that of the machine. */
  async #endWait(by: Principal, entry: AuditEntry): Promise<EntryUndone> {
    const {leftAlone} = this.#parts
    const wait = leftAlone.ofEntry(entry.id)
    if (wait === null || !(await leftAlone.takeBack(wait)))
      throw new CommodarrError('undo_impossible', 'It does not wait any more, or a person put it off again.')
    await this.#note(by, entry)
    return {action: null, message: `“${wait.ruleName}” waits no longer.`}
  }

  #undoing({actor}: Requester, {id, ruleId, decided}: AuditEntry): Parameters<UserOverrides['begin']>[1] {
    const ruleName = this.#parts.ruleName(ruleId!) ?? ruleId!
    return {id, actor, ruleName, action: decided!.action}
  }

  /** Its rule leaves the torrent alone for a day, as with all that is undone. */
  async #unblock(
    by: Principal,
    entry: AuditEntry,
    blocked: Blocked,
    about: UndoneDecision,
  ): Promise<EntryUndone> {
    const {leftAlone} = this.#parts
    const goOn = await leftAlone.begin(about, this.#undoing(by, entry))
    try {
      await this.#blocklist.undo(by, entry, blocked)
    } catch (error) {
      await goOn()
      throw error
    }
    await this.#note(by, entry)
    return {action: null, message: FREED}
  }

  /** No list shows priorities of files: those that somebody changed since stay as he wants them. */
  async #leftOf(
    {verb, args}: AuditEntry,
    key: TorrentKey,
    commands: readonly TorrentCommand[],
  ): Promise<readonly TorrentCommand[]> {
    if (verb !== 'setFilePriority') return commands
    const {priority: given} = args as TorrentVerbs['setFilePriority']
    const files = await this.#parts.files(key)
    const asLeft = new Set(files.filter(({priority}) => priority === given).map(({index}) => index))
    const left = commands.flatMap((command): TorrentCommand[] => {
      if (command.verb !== 'setFilePriority') return [command]
      const of = command.args.files.filter((index) => asLeft.has(index))
      return of.length === 0 ? [] : [{...command, args: {...command.args, files: of}}]
    })
    if (left.length === 0) throw new CommodarrError('undo_impossible', CHANGED)
    return left
  }

  /** In order; one that is not done stops those behind it. */
  async #run(
    by: Requester,
    {id: undoes}: AuditEntry,
    key: TorrentKey,
    commands: readonly TorrentCommand[],
  ): Promise<ActionView> {
    const {actions} = this.#parts
    let last = await actions.run({by, keys: [key], command: commands[0]!, undoes})
    for (const command of commands.slice(1)) {
      if (last.tally.counts.done !== 1) return last
      last = await actions.run({by, keys: [key], command, undoes})
    }
    return last
  }

  async #note({actor}: Requester, entry: AuditEntry): Promise<void> {
    const {id, subject, serverId, hash, name, verb, args, ruleId} = entry
    const at = this.#parts.clock.now()
    const step = {phase: 'undone', message: `${actor.name} undid it.`} as const
    await this.#parts.write([
      {
        id,
        at,
        actor,
        subject,
        serverId,
        hash,
        name,
        verb,
        args,
        isBrief: true,
        ...step,
        ...(ruleId !== null && {ruleId}),
      },
    ])
  }
}

function keyOf({serverId, hash}: Pick<AuditEntry, 'serverId' | 'hash'>): TorrentKey | null {
  return serverId === null || hash === null ? null : {serverId, hash}
}

function decisionOf({ruleId, decided}: AuditEntry, key: TorrentKey): UndoneDecision {
  const subject = {kind: 'torrent', key: keyText(key), serverId: key.serverId} as const
  return {ruleId: ruleId!, ruleRevision: decided!.ruleRevision, subject}
}

function whyNot({phase, ruleId, verb}: AuditEntry, undo: UndoOfEntry | null): string {
  if (undo?.possible === false) return undo.why
  if (phase === 'undone') return 'It was undone already.'
  if (verb === WAIT) return 'The day is over: the rule waits no longer.'
  return ruleId === null ? 'Only what a rule did is undone here.' : 'There is nothing to put back.'
}
