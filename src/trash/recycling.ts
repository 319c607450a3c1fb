/** Begins to set a torrent aside with its files: all that could stand in the way is looked at before it is kept. */
import {randomUUIDv7} from 'node:crypto'
import {dropEntry, prepareEntry} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import type {Refusal} from '#executor/guards/guard.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Clock} from '#lib/clock.ts'
import type {Actor, CommandResult} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {
  ASIDE,
  RECYCLE,
  TAKEN,
  type AsideState,
  type RecycleOrigin,
  type RecycleState,
} from './recycle-torrent.ts'
import {mayBeAccepted, type Doubt} from '#ownership/doubts.ts'
import type {TrashDisk} from './trash-disk.ts'
import {planAside} from './trash-record.ts'
import {KEPT_DAYS, type Keeping, type TrashService} from './trash-service.ts'

/** What servers have of torrents: what is kept of one is what its server has now, and not what it reported some seconds ago. */
export class TorrentsNow {
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #servers: {poll(serverId: ServerId, closely: readonly InfoHash[]): Promise<void>}

  /** @param servers asked for all that makes these torrents. They throw {CommodarrError} */
  constructor(
    fleet: Pick<FleetReader, 'get'>,
    servers: {poll(serverId: ServerId, closely: readonly InfoHash[]): Promise<void>},
  ) {
    this.#fleet = fleet
    this.#servers = servers
  }

  get(key: TorrentKey): TorrentRecord | null {
    return this.#fleet.get(key)
  }

  async refresh(serverId: ServerId, hashes: readonly InfoHash[]): Promise<void> {
    try {
      await this.#servers.poll(serverId, hashes)
    } catch (error) {
      // Then it does not tell its files either, or it is as it told last.
      if (!(error instanceof CommodarrError)) throw error
    }
  }
}

/** What becomes of what a person removes. */
interface AsideWish {
  readonly actor: Actor
  readonly key: TorrentKey
  readonly days: number
  /** recycle: its files are moved. Else it goes alone, or has none. */
  readonly verb: 'recycle' | 'remove'
  /** He was told which servers may need its data that do not say so. */
  readonly acceptsDoubt: boolean
  /** Entry in the journal of what it is a step of; absent = of nothing. */
  readonly causeId?: string | undefined
}

/**
 * id: of its entry in the journal, and in the trash. isAgain: it is in there already, as its removal had no answer.
 * isNothing: none of its files is there.
 */
export type Begun =
  | {readonly id: string; readonly isAgain?: true}
  | {readonly refused: Refused; readonly isNothing: boolean}

type Refused = Exclude<CommandResult, {outcome: 'done'}>

export class Recycling {
  readonly #disk: Pick<TrashDisk, 'filesOf'>
  readonly #service: Pick<TrashService, 'keep' | 'forget' | 'mayGo' | 'isOf'>
  readonly #sagas: Pick<SagaRunner, 'begin' | 'drop' | 'about'>
  readonly #torrents: TorrentsNow
  readonly #clock: Clock

  constructor(
    disk: Pick<TrashDisk, 'filesOf'>,
    service: Pick<TrashService, 'keep' | 'forget' | 'mayGo' | 'isOf'>,
    sagas: Pick<SagaRunner, 'begin' | 'drop' | 'about'>,
    torrents: TorrentsNow,
    clock: Clock,
  ) {
    this.#disk = disk
    this.#service = service
    this.#sagas = sagas
    this.#torrents = torrents
    this.#clock = clock
  }

  /** For a rule: call when the guards let it through. Its removal is a step of the saga. @returns done = it has begun */
  async begin(
    decision: Decision,
    action: WantedAction,
    key: TorrentKey,
    ruleName: string,
  ): Promise<CommandResult> {
    const {ruleId, ruleRevision: revision} = decision
    const days = (action.params['days'] as number | undefined) ?? KEPT_DAYS
    const keeping = {verb: 'recycle', rule: {id: ruleId, revision}, userId: null, days} as const
    await this.#torrents.refresh(key.serverId, [key.hash])
    const name = this.#torrents.get(key)?.name
    const begun = await this.#begin(key, keeping, (origin) => {
      const state: RecycleState = {...origin, ruleName, decision, action, ...(name !== undefined && {name})}
      return [RECYCLE, state]
    })
    return 'refused' in begun ? begun.refused : {outcome: 'done'}
  }

  /**
   * For a person, who sends the removal himself, or forgets it. Its files are moved when its server forgot it. A removal
   * that had no answer may be sent again.
   */
  async await({actor, key, days, verb, acceptsDoubt, causeId}: AsideWish): Promise<Begun> {
    const again = this.#waiting(key)
    if (again !== null) return {id: again, isAgain: true}
    const keeping = {verb, rule: null, userId: actor.userId, days}
    const name = this.#torrents.get(key)?.name ?? null
    const decision = {subject: {kind: 'torrent', key: keyText(key), serverId: key.serverId}} as const
    return this.#begin(key, keeping, (origin, doubts) => {
      const accepted = doubts.filter(mayBeAccepted)
      const state: AsideState = {
        ...origin,
        actor,
        name,
        decision,
        ...(acceptsDoubt && {accepted}),
        ...(causeId !== undefined && {causeId}),
      }
      return [ASIDE, state]
    })
  }

  /** What `await` began under this id may be removed in this moment: nobody brought it back, or does so. */
  mayGo(id: string): boolean {
    return this.#service.mayGo(id)
  }

  /** What `await` began: its removal was not sent, or its server did not take it. */
  async takeBack(key: TorrentKey, id: string): Promise<void> {
    // What was brought back meanwhile is told of.
    if (this.#service.mayGo(id)) await this.#service.forget(id)
    // A slow disk may take its time for that: another removal of this torrent may have begun meanwhile.
    const saga = this.#sagas.about(ASIDE, keyText(key))
    if ((saga?.state as AsideState | undefined)?.id === id) await this.#sagas.drop(ASIDE, keyText(key), TAKEN)
  }

  /** It waits for its server to forget this very torrent; `null` = nothing does. */
  #waiting(key: TorrentKey): string | null {
    const saga = this.#sagas.about(ASIDE, keyText(key))
    const id = saga?.step === 'gone' ? (saga.state as AsideState).id : null
    return id !== null && this.#service.isOf(id, this.#torrents.get(key)) ? id : null
  }

  async #begin(
    key: TorrentKey,
    keeping: Pick<Keeping, 'verb' | 'rule' | 'userId' | 'days'>,
    sagaOf: (origin: RecycleOrigin, doubts: readonly Doubt[]) => [kind: string, state: RecycleOrigin],
  ): Promise<Begun> {
    const id = randomUUIDv7()
    const planned = keeping.verb === 'recycle' ? await this.#planFor(key, id) : nothing
    if ('refused' in planned) return planned
    const {plan, doubts, left} = planned
    const contentPath = this.#torrents.get(key)?.contentPath ?? ''
    try {
      if (plan) await prepareEntry(plan)
      await this.#service.keep(key, {...keeping, id, plan})
      const [kind, state] = sagaOf({id, key, contentPath, plan, ...(left && {left})}, doubts)
      if (await this.#sagas.begin(kind, keyText(key), state)) return {id}
      await this.#service.forget(id)
      return refused('changed_meanwhile', 'It is being set aside already.')
    } catch (error) {
      if (plan) await dropEntry(plan).catch(() => {})
      if (!(error instanceof CommodarrError)) throw error
      return refused(error.code, error.message)
    }
  }

  async #planFor(key: TorrentKey, id: string): Promise<Planned | Extract<Begun, {refused: unknown}>> {
    const ours = await this.#disk.filesOf(key)
    if ('why' in ours) return refused('not_supported', ours.why, ours.isNothing)
    const plan = planAside(ours, {id, at: this.#clock.now()})
    if ('refused' in plan) return refused('path_refused', plan.refused)
    if (!this.#torrents.get(key)?.contentPath)
      return refused('path_refused', 'Its server does not report where its data is.')
    return {plan, doubts: ours.doubts, ...(ours.left && {left: ours.left})}
  }
}

/** Where its files go, and what was not known of others that may need them. */
interface Planned {
  readonly plan: RecyclePlan | null
  readonly doubts: readonly Doubt[]
  /** What lies under names of its files and stays; absent = nothing does. */
  readonly left?: readonly string[]
}

const nothing: Planned = {plan: null, doubts: []}

/** Why a removal is not sent that was to go into the trash. */
export const notKept: Refusal = {
  code: 'changed_meanwhile',
  message: 'It was brought back from the trash, or deleted there, before its removal was sent.',
}

function refused(code: string, message: string, isNothing = false): Extract<Begun, {refused: unknown}> {
  return {refused: {outcome: 'refused', code, message}, isNothing}
}
