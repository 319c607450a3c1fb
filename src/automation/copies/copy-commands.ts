/** What the steps of a copy look at and send, with the rights that its rule or person has in that moment. */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import {ruleActor} from '#executor/rule-entry.ts'
import type {SagaAtStep, StepEnd} from '#executor/saga-runner.ts'
import type {Access, Acting} from '#model/access.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import {systemActor, type AnyTorrentCommand, type CommandResult} from '#model/command.ts'
import type {CopyWay} from '#model/copies.ts'
import type {StandingRule} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitWords, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {RuleId} from '#model/rule.ts'
import type {
  Executor,
  FleetReader,
  ItemResult,
  Presence,
  RemovalOrder,
  TorrentReader,
} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {CopiedFiles, CopyPlacing} from './copy-disk.ts'
import {isMove, isOfPerson, stateOf, there} from './copy-state.ts'
import type {CopyingDeps} from './copying.ts'
import type {PeerMeeting} from './peer-meeting.ts'
import type {SharedCopies} from './shared-copies.ts'

export interface CopySagaDeps extends Pick<CopyingDeps, 'limitEnds' | 'clock' | 'write'> {
  readonly placing: Pick<CopyPlacing, 'lay'>
  readonly files: Pick<CopiedFiles, 'compare' | 'hasAny'>
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'exportTorrent'>
  readonly executor: Pick<Executor, 'add'> & {run(order: TermedOrder): Promise<readonly ItemResult[]>}
  /** Into the trash, or past it. */
  readonly removals: {run(order: RemovalOrder): Promise<readonly ItemResult[]>}
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'isOver' | 'set' | 'cancel'>
  readonly begun: Pick<SagaRepository, 'unfinished'>
  readonly shared: Pick<SharedCopies, 'begin'>
  readonly meeting: Pick<PeerMeeting, 'between'>
  /** Torrents have tags there. */
  readonly takesTags: (id: ServerId) => boolean
  readonly rules: (id: RuleId) => Pick<StandingRule, 'access'> | null
  /** What a person may now who ordered something; `null` = they may not come in any more. */
  readonly accessOf: (authority: Authority) => Access | null
  /** Of this program itself: what it stopped for a copy it starts again, whatever became of the rights of who ordered it. */
  readonly ourselves: Access
  /** By a whole list that was read since this program began; else unknown. */
  readonly presence: (key: TorrentKey) => Presence
  /**
   * What its tracker is owed goes along with a torrent that leaves.
   * @param isSameUser by the same .torrent file: what the source uploaded counts for the copy
   */
  readonly passOn: (from: TorrentKey, to: TorrentKey, isSameUser: boolean) => void
  /** Its person took the copy back: nothing more of it is done than taking back what was done. By its id. */
  readonly isCancelled: (id: string) => boolean
  /** A copy that a person ordered ended. */
  readonly onEnd: (id: string, result: CommandResult) => void
}

/** `null` = its rule, or the person, may not command this server any more. */
export function actingOn(
  {rules, accessOf}: CopySagaDeps,
  saga: Pick<SagaRecord, 'state'>,
  server: ServerId,
): Acting | null {
  const state = stateOf(saga)
  const isOf = isOfPerson(state)
  const access = isOf ? accessOf(state.by.authority) : rules(state.decision.ruleId)?.access
  if (!access || objectionTo(access, torrentVerbsNeed, server) !== null) return null
  return {actor: isOf ? state.by.actor : ruleActor(state.ruleName), access}
}

/** Who began it may not go on with it. */
export function rightsGone(saga: Pick<SagaRecord, 'state'>): StepEnd {
  return {end: isOfPerson(stateOf(saga)) ? 'right_gone' : 'rule_gone'}
}

/**
 * @param to the copy, unless another one is named
 * @returns why it cannot be done; `null` = it was sent. @throws {CommodarrError} it is tried again
 */
export async function send(
  parts: CopySagaDeps,
  saga: SagaAtStep,
  command: AnyTorrentCommand,
  to: TorrentKey = there(saga),
): Promise<StepEnd | null> {
  const by = actingOn(parts, saga, to.serverId)
  if (!by) return rightsGone(saga)
  await sendBy(by, parts, saga, {command, to})
  return null
}

/** What undoes our own doing, whatever became of the rights of who ordered it. @throws {CommodarrError} it is tried again */
export function sendBack(
  parts: CopySagaDeps,
  saga: SagaAtStep,
  command: AnyTorrentCommand,
  to: TorrentKey,
): Promise<void> {
  const by = actingOn(parts, saga, to.serverId) ?? {actor: systemActor('Copies'), access: parts.ourselves}
  return sendBy(by, parts, saga, {command, to})
}

async function sendBy(
  by: Acting,
  parts: CopySagaDeps,
  saga: SagaAtStep,
  {command, to}: {readonly command: AnyTorrentCommand; readonly to: TorrentKey},
): Promise<void> {
  const state = stateOf(saga)
  const ruleId = isOfPerson(state) ? {} : {ruleId: state.decision.ruleId}
  const terms = {
    id: crypto.randomUUID(),
    objection: () => null,
    journal: {...ruleId, causeId: state.id, isBrief: true},
  }
  const [result] = await parts.executor.run({by, keys: [to], command, terms: () => terms})
  const {result: outcome} = result!
  if (outcome.outcome === 'done' || outcome.outcome === 'unconfirmed') return
  throw new CommodarrError('command_refused', outcome.message)
}

/** `null` = its server does not tell of it now. */
export function shownThere(
  {presence, fleet}: CopySagaDeps,
  saga: Pick<SagaRecord, 'state'>,
): TorrentRecord | null {
  return presence(there(saga)) === 'there' ? fleet.get(there(saga)) : null
}

/**
 * Why a copy must not be where its server removes torrents with their files: they are those of the source, or the last
 * ones once that went. `null` = it may.
 */
export function endOverFiles(
  end: LimitEnd,
  {way, isMove: moves}: {readonly way: CopyWay; readonly isMove: boolean},
): string | null {
  if (!takesFiles(end)) return null
  const isAlone = (way === 'copies' || way === 'download') && !moves
  return isAlone ? null : `${limitWords(end)} So nothing is shared with it or moved to it.`
}

/** As its server is set now. What it does not tell, or does not list, is tried again. @throws {CommodarrError} */
export async function mayTakeFiles({limitEnds}: CopySagaDeps, saga: SagaAtStep): Promise<boolean> {
  const {serverId, hash} = there(saga)
  const end = (await limitEnds.of(serverId, [hash])).get(hash)
  if (!end) throw new CommodarrError('server_failed', limitWords(null))
  const state = stateOf(saga)
  return endOverFiles(end, {way: state.way, isMove: isMove(state)}) !== null
}
