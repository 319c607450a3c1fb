/** Begins to set a torrent aside with its files: all that could stand in the way is looked at before it is kept. */
import {randomUUIDv7} from 'node:crypto'
import {planRecycling, type RecycleRefusal} from '#disk/recycle.ts'
import type {Clock} from '#kit/clock.ts'
import type {ItemOutcome} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {RECYCLE, type RecycleState} from '../sagas/recycle-torrent.ts'
import type {SagaRunner} from '../sagas/saga-runner.ts'
import type {TrashDisk} from './trash-disk.ts'
import {KEPT_DAYS, type TrashKeeper} from './trash-keeper.ts'

export interface RecyclingParts {
  readonly disk: Pick<TrashDisk, 'filesOf'>
  readonly keeper: Pick<TrashKeeper, 'keep' | 'forget'>
  readonly sagas: () => Pick<SagaRunner, 'begin'>
  readonly fleet: Pick<FleetReader, 'get'>
  readonly clock: Clock
}

export class Recycling {
  readonly #parts: RecyclingParts

  constructor(parts: RecyclingParts) {
    this.#parts = parts
  }

  /** Call when the guards let it through. @returns done = it has begun */
  async begin(
    decision: Decision,
    action: WantedAction,
    key: TorrentKey,
    ruleName: string,
  ): Promise<ItemOutcome> {
    const {disk, keeper, sagas, fleet, clock} = this.#parts
    const ours = await disk.filesOf(key)
    if ('why' in ours) return refused('not_supported', ours.why)
    const id = randomUUIDv7()
    const plan = planRecycling({...ours, at: clock.now(), id: id.replaceAll('-', '').slice(-12)})
    if ('refused' in plan) return refused('path_refused', whyNot[plan.refused])
    const contentPath = fleet.get(key)?.contentPath
    if (!contentPath) return refused('path_refused', 'Its server does not say where its data lies.')
    const {ruleId, ruleRevision: revision} = decision
    const days = (action.params['days'] as number | undefined) ?? KEPT_DAYS
    try {
      await keeper.keep(key, {id, verb: 'recycle', rule: {id: ruleId, revision}, plan, days})
      const state: RecycleState = {id, ruleName, decision, action, key, contentPath, plan}
      if (await sagas().begin(RECYCLE, keyText(key), state)) return {outcome: 'done'}
      await keeper.forget(id)
      return refused('changed_meanwhile', 'It is being set aside already.')
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(error.code, error.message)
    }
  }
}

const whyNot: Readonly<Record<RecycleRefusal['refused'], string>> = {
  nothing: 'None of its files is there.',
  tooMany: 'It has too many files.',
  outsideRoots: 'Not all of its files lie in one folder that its server shares with us.',
  otherDevice: 'Its files lie on more than one disk.',
  rootItself: 'Its files are a whole folder that its server shares with us.',
  inRecycleArea: 'It lies in the recycle area itself.',
}

function refused(code: string, message: string): ItemOutcome {
  return {outcome: 'refused', code, message}
}
