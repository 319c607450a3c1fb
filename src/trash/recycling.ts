/** Begins to set a torrent aside with its files: all that could stand in the way is looked at before it is kept. */
import {randomUUIDv7} from 'node:crypto'
import {planRecycling, type RecycleRefusal} from '#disk/recycle.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Clock} from '#lib/clock.ts'
import type {Actor, ItemOutcome} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {ASIDE, RECYCLE, type AsideState, type RecycleOrigin, type RecycleState} from './recycle-torrent.ts'
import type {TrashDisk} from './trash-disk.ts'
import {KEPT_DAYS, type Keeping, type TrashService} from './trash-service.ts'

interface RecyclingDeps {
  readonly disk: Pick<TrashDisk, 'filesOf'>
  readonly keeper: Pick<TrashService, 'keep' | 'forget'>
  readonly sagas: () => Pick<SagaRunner, 'begin'>
  readonly fleet: Pick<FleetReader, 'get'>
  readonly clock: Clock
}

/** id: of its deed in the journal, and in the trash. isNothing: none of its files is there. */
type Begun =
  | {readonly id: string}
  | {readonly refused: Exclude<ItemOutcome, {outcome: 'done'}>; readonly isNothing: boolean}

export class Recycling {
  readonly #parts: RecyclingDeps

  constructor(parts: RecyclingDeps) {
    this.#parts = parts
  }

  /** For a rule: call when the guards let it through. Its removal is a step of the saga. @returns done = it has begun */
  async begin(
    decision: Decision,
    action: WantedAction,
    key: TorrentKey,
    ruleName: string,
  ): Promise<ItemOutcome> {
    const {ruleId, ruleRevision: revision} = decision
    const days = (action.params['days'] as number | undefined) ?? KEPT_DAYS
    const keeping = {rule: {id: ruleId, revision}, userId: null, days}
    const begun = await this.#begin(key, keeping, (origin) => {
      const state: RecycleState = {...origin, ruleName, decision, action}
      return [RECYCLE, state]
    })
    return 'refused' in begun ? begun.refused : {outcome: 'done'}
  }

  /** For a person, who sends the removal himself, or forgets it. Its files are moved when its server forgot it. */
  async await(actor: Actor, key: TorrentKey, days: number): Promise<Begun> {
    const keeping = {rule: null, userId: actor.userId, days}
    const name = this.#parts.fleet.get(key)?.name ?? null
    const decision = {subject: {kind: 'torrent', key: keyText(key), serverId: key.serverId}} as const
    return this.#begin(key, keeping, (origin) => {
      const state: AsideState = {...origin, actor, name, decision}
      return [ASIDE, state]
    })
  }

  async #begin(
    key: TorrentKey,
    keeping: Pick<Keeping, 'rule' | 'userId' | 'days'>,
    sagaOf: (origin: RecycleOrigin) => [kind: string, state: RecycleOrigin],
  ): Promise<Begun> {
    const {disk, keeper, sagas, fleet, clock} = this.#parts
    const ours = await disk.filesOf(key)
    if ('why' in ours) return refused('not_supported', ours.why, ours.isNothing)
    const id = randomUUIDv7()
    const plan = planRecycling({...ours, at: clock.now(), id: id.replaceAll('-', '').slice(-12)})
    if ('refused' in plan) return refused('path_refused', whyNot[plan.refused])
    const contentPath = fleet.get(key)?.contentPath
    if (!contentPath) return refused('path_refused', 'Its server does not say where its data lies.')
    try {
      await keeper.keep(key, {...keeping, id, verb: 'recycle', plan})
      const [kind, state] = sagaOf({id, key, contentPath, plan})
      if (await sagas().begin(kind, keyText(key), state)) return {id}
      await keeper.forget(id)
      return refused('changed_meanwhile', 'It is being set aside already.')
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(error.code, error.message)
    }
  }
}

/** For people. */
export const whyNot: Readonly<Record<RecycleRefusal['refused'], string>> = {
  nothing: 'None of its files is there.',
  tooMany: 'It has too many files.',
  outsideRoots: 'Not all of its files lie in one folder that its server shares with us.',
  otherDevice: 'Its files lie on more than one disk.',
  rootItself: 'Its files are a whole folder that its server shares with us.',
  inRecycleArea: 'It lies in the recycle area itself.',
}

function refused(code: string, message: string, isNothing = false): Begun {
  return {refused: {outcome: 'refused', code, message}, isNothing}
}
