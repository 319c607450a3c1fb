/** What undoing an entry of the journal takes: commands that put back, a word to its Arr, and rules that wait. */
import {randomUUIDv7} from 'node:crypto'
import type {ActionView} from '#executor/action.ts'
import type {ActionRegistry} from '#executor/actions.ts'
import {CHANGED_SINCE} from '#executor/undo-plan.ts'
import type {AuditEntry} from '#journal/audit.ts'
import {stepAfter, type JournalEntry, type JournalStep} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {Principal, Requester} from '#model/access.ts'
import type {ArrId, BlockedRelease} from '#model/arr.ts'
import type {TorrentCommand, TorrentVerbs} from '#model/command.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import type {TorrentReader} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {UndoneDecision, UserOverrides} from '../actions/user-overrides.ts'

/** Takes the entries of a release off the blocklist of an Arr. */
export interface BlockingArrs {
  /** @throws {CommodarrError} arr_unknown, forbidden: it is not for him */
  demand(by: Principal, arr: ArrId): void
  /** @returns how many went; 0 = there is none (any more). @throws {CommodarrError} why it cannot be asked */
  unblock(arr: ArrId, release: BlockedRelease): Promise<number>
}

export interface Blocked {
  readonly arr: ArrId
  readonly release: BlockedRelease
}

/** Rules leave a torrent alone for a day, once a person undid what one of them did to it. */
export class RulesLeftAlone {
  readonly #overrides: Pick<UserOverrides, 'begin' | 'ofEntry' | 'takeBack'>
  readonly #ruleName: (id: RuleId) => string | null

  /** @param ruleName `null` = it is gone */
  constructor(
    overrides: Pick<UserOverrides, 'begin' | 'ofEntry' | 'takeBack'>,
    ruleName: (id: RuleId) => string | null,
  ) {
    this.#overrides = overrides
    this.#ruleName = ruleName
  }

  /** @returns how the rule of this entry goes on after all */
  begin({actor}: Requester, entry: AuditEntry, key: TorrentKey): Promise<() => Promise<void>> {
    const {id, ruleId, decided} = entry
    const ruleName = this.#ruleName(ruleId!) ?? ruleId!
    return this.#overrides.begin(decisionOf(entry, key), {id, actor, ruleName, action: decided!.action})
  }

  /** The rule may act again at once. @returns its name. @throws {CommodarrError} undo_impossible */
  async endWait({id}: AuditEntry): Promise<string> {
    const wait = this.#overrides.ofEntry(id)
    if (wait === null || !(await this.#overrides.takeBack(wait)))
      throw new CommodarrError('undo_impossible', 'It does not wait any more, or a person put it off again.')
    return wait.ruleName
  }
}

function decisionOf({ruleId, decided}: AuditEntry, key: TorrentKey): UndoneDecision {
  const subject = {kind: 'torrent', key: keyText(key), serverId: key.serverId} as const
  return {ruleId: ruleId!, ruleRevision: decided!.ruleRevision, subject}
}

/** Commands of a person that put back what a rule changed. */
export class ReverseCommands {
  readonly #actions: Pick<ActionRegistry, 'run'>
  readonly #details: Pick<TorrentReader, 'files'>

  constructor(actions: Pick<ActionRegistry, 'run'>, details: Pick<TorrentReader, 'files'>) {
    this.#actions = actions
    this.#details = details
  }

  /** No list shows priorities of files: those that somebody changed since stay as he wants them. */
  async leftOf(
    {verb, args}: AuditEntry,
    key: TorrentKey,
    commands: readonly TorrentCommand[],
  ): Promise<readonly TorrentCommand[]> {
    if (verb !== 'setFilePriority') return commands
    const {priority: given} = args as TorrentVerbs['setFilePriority']
    const files = await this.#details.files(key)
    const asLeft = new Set(files.filter(({priority}) => priority === given).map(({index}) => index))
    const left = commands.flatMap((command): TorrentCommand[] => {
      if (command.verb !== 'setFilePriority') return [command]
      const of = command.args.files.filter((index) => asLeft.has(index))
      return of.length === 0 ? [] : [{...command, args: {...command.args, files: of}}]
    })
    if (left.length === 0) throw new CommodarrError('undo_impossible', CHANGED_SINCE)
    return left
  }

  /** In order; one that is not done stops those behind it. */
  async run(
    by: Requester,
    {id: undoes}: AuditEntry,
    key: TorrentKey,
    commands: readonly TorrentCommand[],
  ): Promise<ActionView> {
    let last = await this.#actions.run({by, keys: [key], command: commands[0]!, undoes})
    for (const command of commands.slice(1)) {
      if (last.tally.counts.done !== 1) return last
      last = await this.#actions.run({by, keys: [key], command, undoes})
    }
    return last
  }
}

/** What a person does by it, as the journal calls it. */
const UNBLOCK = 'arr.unblock'

const FREED =
  'Its release is off the blocklist of its Arr and may be grabbed again. The Arr keeps this download as failed, so it ' +
  'does not take it in; what it searched or grabbed since stays.'

/** Takes a release off the blocklist of its Arr: an action of the person, written down before its Arr is asked. */
export class BlocklistUndo {
  readonly #arrs: BlockingArrs
  readonly #clock: WorkContext['clock']
  readonly #journal: WorkContext['journal']

  constructor(arrs: BlockingArrs, {clock, journal}: Pick<WorkContext, 'clock' | 'journal'>) {
    this.#arrs = arrs
    this.#clock = clock
    this.#journal = journal
  }

  /**
   * @returns what came back, and what did not
   * @throws {CommodarrError} undo_impossible, forbidden, arr_unknown, or what ails the Arr
   */
  async free(by: Principal, of: AuditEntry, {arr, release}: Blocked): Promise<string> {
    this.#arrs.demand(by, arr)
    const {subject, serverId, hash, name, id: causeId} = of
    const entry: JournalEntry = {
      id: randomUUIDv7(),
      at: this.#clock.now(),
      actor: by.actor,
      subject,
      serverId,
      hash,
      name,
      causeId,
      verb: UNBLOCK,
      args: {arr, title: release.title, items: release.items},
      isBrief: true,
      phase: 'intended',
    }
    const step = (what: Omit<JournalStep, 'at'>) =>
      this.#journal.write([stepAfter(entry, {at: this.#clock.now(), ...what})])
    await this.#journal.write([entry])
    await step({phase: 'sending'})
    try {
      const gone = await this.#arrs.unblock(arr, release)
      if (gone === 0) throw new CommodarrError('undo_impossible', 'Its Arr has it on its blocklist no more.')
      await step({phase: 'confirmed', message: FREED})
      return FREED
    } catch (error) {
      if (error instanceof CommodarrError) await step(endOf(error))
      throw error
    }
  }
}

/** Of these nothing was changed; after all else nobody knows, as an answer may have been lost. */
const said: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'command_refused',
  'not_supported',
  'arr_not_ready',
  'not_ready',
  'login_refused',
])

function endOf({code, message}: CommodarrError): Omit<JournalStep, 'at'> {
  if (code === 'undo_impossible') return {phase: 'refused', code, message}
  return {phase: said.has(code) ? 'failed' : 'unconfirmed', code, message}
}
