/** What a torrent that is restored has its server do: in the name of who restores it, as long as they may. */
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {Access, Acting} from '#model/access.ts'
import type {AddTorrent, AnyTorrentCommand} from '#model/command.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import type {Executor} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {joined} from './kept-files.ts'
import type {RestoringState} from './trash-record.ts'

/** So often it is told the same thing. */
const TIMES = 3

export class RestoreOrders {
  readonly #executor: Pick<Executor, 'add' | 'run'>
  readonly #accessOf: (authority: Authority) => Access | null
  readonly #ourselves: Access
  readonly #hasLeft: (id: ServerId) => boolean

  /**
   * @param accessOf what a person or a key may at this moment; `null` = nothing any more
   * @param ourselves of this program itself: folders and addresses that come back are those of before,
   *   whichever person restores them
   * @param hasLeft it is not configured any more
   */
  constructor(
    executor: Pick<Executor, 'add' | 'run'>,
    accessOf: (authority: Authority) => Access | null,
    ourselves: Access,
    hasLeft: (id: ServerId) => boolean,
  ) {
    this.#executor = executor
    this.#accessOf = accessOf
    this.#ourselves = ourselves
    this.#hasLeft = hasLeft
  }

  /** @throws {CommodarrError} */
  async add(serverId: ServerId, state: RestoringState, add: AddTorrent): Promise<void> {
    await this.#executor.add(this.#by(state, serverId), serverId, add, causeOf(state))
  }

  /** What its server does not do, or cannot, is told so often only. */
  async sendAll(
    key: TorrentKey,
    state: RestoringState,
    commands: readonly AnyTorrentCommand[],
  ): Promise<{readonly sent: boolean; readonly state: RestoringState}> {
    const reminders = {...state.told}
    let sent = false
    for (const command of commands) {
      const text = JSON.stringify(command)
      if ((reminders[text] ?? 0) >= TIMES) continue
      const isTaken = await this.send(key, state, command)
      reminders[text] = isTaken ? (reminders[text] ?? 0) + 1 : TIMES
      sent ||= isTaken
    }
    return {sent, state: {...state, told: reminders}}
  }

  /** @returns false = its server cannot do that, or has no space for it. @throws {CommodarrError} it did not get there */
  async send(
    {serverId, hash}: TorrentKey,
    state: RestoringState,
    command: AnyTorrentCommand,
  ): Promise<boolean> {
    const keys = [{serverId, hash}]
    const by = this.#by(state, serverId)
    const actingNow = () => (this.#objection({serverId}, state) === null ? by : null)
    const entryOf = () => ({causeId: causeOf(state)})
    const [item] = await this.#executor.run({by, keys, command, actingNow, entryOf})
    const {result} = item!
    if (result.outcome === 'done' || result.outcome === 'unconfirmed') return true
    // It may have left meanwhile.
    this.demandServer({serverId})
    if (refusals.has(result.code)) return false
    throw new CommodarrError(result.code as CommodarrError['code'], result.message, {serverId, hash})
  }

  /**
   * We stopped it ourselves a moment ago: it runs again, as it ran, whatever whoever restores it may by now.
   * @returns why it was not brought back, and why it stays stopped if it does
   */
  async startAgain(
    {key, forceStart}: Pick<TorrentRecord, 'key' | 'forceStart'>,
    state: RestoringState,
    error: unknown,
  ): Promise<unknown> {
    let why: string
    try {
      const [item] = await this.#executor.run({
        by: this.#by(state, key.serverId),
        keys: [key],
        command: forceStart === true ? {verb: 'forceStart', args: {}} : {verb: 'start', args: {}},
        entryOf: () => ({causeId: causeOf(state)}),
      })
      const {result} = item!
      if (result.outcome === 'done') return error
      why = result.message
    } catch (fault) {
      if (!(fault instanceof CommodarrError)) throw fault
      why = fault.message
    }
    const {code, message, about} =
      error instanceof CommodarrError ? error : new CommodarrError('internal', 'It could not be done.')
    return new CommodarrError(code, joined(message, stoppedWords, why)!, about, error)
  }

  /** @throws {CommodarrError} whoever restores it may not do it any more */
  demand(key: Pick<TorrentKey, 'serverId'>, state: RestoringState): void {
    this.demandServer(key)
    const no = this.#objection(key, state)
    if (no) throw no
  }

  /** @throws {CommodarrError} it is not configured any more, so nobody has rights on it either */
  demandServer({serverId}: Pick<TorrentKey, 'serverId'>): void {
    if (this.#hasLeft(serverId)) throw new CommodarrError('undo_impossible', serverLeft, {serverId})
  }

  /** Whoever restores it needs, at each step, what it took at the beginning: it may take days. `null` = he has it. */
  #objection({serverId}: Pick<TorrentKey, 'serverId'>, state: RestoringState): CommodarrError | null {
    const {actor, authority = {owner: actor.userId, ceilings: []}} = state
    const access = this.#accessOf(authority)
    const needed = [torrentVerbsNeed, 'add'] as const
    if (access !== null && needed.every((it) => objectionTo(access, it, serverId) === null)) return null
    const message = `${actor.name} restored it, and may not do that on its server any more. A user who may can restore it again.`
    return new CommodarrError('forbidden', message, {serverId})
  }

  /** Why something is refused is kept with the trash, for whoever sees its server: it names nothing of another one. */
  #by({actor}: RestoringState, serverId: ServerId): Acting {
    const ourselves = this.#ourselves
    const access: Access = {
      permits: (permission) => ourselves.permits(permission),
      may: (permission, id) => id === serverId && ourselves.may(permission, id),
      everywhere: false,
      servers: [serverId],
    }
    return {actor, access}
  }
}

const serverLeft =
  'Its server left the configuration while it was restored. Restore it again to bring its files back alone, or add the server again and restore it there.'
const stoppedWords =
  'Its server has it again and ran it. Commodarr stopped it to put its files back, and could not start it again: start it yourself.'

/** What its server is sent for it is a step of one story, and none of its own. */
function causeOf({causeId, entryId}: RestoringState): string {
  return causeId ?? entryId
}

/**
 * It knows no such thing, or not so: nothing is gained by saying it again. Or it would move the data, by its category,
 * where there may be no space: its files are back, so it is left as it is, and runs.
 */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'not_supported',
  'command_refused',
  'bad_argument',
  'not_enough_space',
  'space_unknown',
])
