/**
 * Sets a torrent aside with its files: kept in the trash before anything is done, removed from its server through our
 * guards, gone from its list, and only then its files moved into the recycle area of their disk. Files that somebody
 * else needs, or that changed, stay where they are, all of them.
 */
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import type {SagaRecord} from '#model/memory.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {HOUR} from '#model/units.ts'
import {decidedOf} from '../decisions/decided.ts'
import {ruleActor, verdictEntry} from '../decisions/verdict-entry.ts'
import type {TrashDisk} from '../trash/trash-disk.ts'
import type {TrashKeeper} from '../trash/trash-keeper.ts'
import {removalSteps, type RemovalParts, type RemovalState} from './removal-steps.ts'
import type {SagaKind, StepEnd} from './saga-runner.ts'

export interface RecycleParts extends RemovalParts {
  readonly trash: Pick<TrashKeeper, 'forget' | 'keptWithoutFiles'>
  readonly disk: Pick<TrashDisk, 'ownerOf'>
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly ended: (decision: Decision, action: WantedAction, outcome: string) => void
}

export interface RecycleState extends RemovalState {
  /** Of its deed in the journal, and in the trash. */
  readonly id: string
  readonly ruleName: string
  readonly key: TorrentKey
  /** As its server wrote it. */
  readonly contentPath: string
  readonly plan: RecyclePlan
}

export const RECYCLE = 'recycle'

/** A disk that fails for so long has its files left where they are. */
const DISK_MS = HOUR * 1_000

export function recycleTorrent(parts: RecycleParts): SagaKind {
  return {
    ...{kind: RECYCLE, version: 1, first: 'remove'},
    steps: {
      ...removalSteps(parts, 'move', ({state}) => (state as RecycleState).id),
      move: (saga) => move(parts, saga),
    },
    async ended({state}, outcome) {
      const {id, decision, action, key, ruleName} = state as RecycleState
      const isDone = outcome.startsWith('done')
      if (!isDone) await parts.trash.forget(id)
      const at = parts.clock.now()
      const what = isDone
        ? ({phase: 'confirmed'} as const)
        : ({phase: 'failed', code: outcome, message: 'It is still on its server.'} as const)
      const decided = decidedOf(decision, action, null)
      const actor = ruleActor(ruleName)
      const entry = verdictEntry(decision, key, {at, decided, actor, args: {outcome}, ...what})
      await parts.write([{...entry, id, verb: RECYCLE}])
      parts.ended(decision, action, outcome)
    },
  }
}

async function move({disk, trash, clock}: RecycleParts, saga: SagaRecord): Promise<StepEnd> {
  const {id, key, contentPath, plan} = saga.state as RecycleState
  const eraser = new Eraser({ownerOf: disk.ownerOf(key, contentPath)})
  try {
    await moveOnce(eraser, plan)
    return {end: 'done'}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    // A disk may come back; what is another's, or another file, does not become ours.
    if (error.code === 'disk_failed' && clock.now() - saga.updatedAt < DISK_MS) throw error
    await takeBack(eraser, plan)
    await trash.keptWithoutFiles(id, error.message)
    return {end: 'done_files_left'}
  }
}

/** It may have been begun before a crash. */
async function moveOnce(eraser: Eraser, plan: RecyclePlan): Promise<void> {
  const begun = await entryOf(eraser, plan)
  if (begun) await eraser.finish(begun)
  else await eraser.recycle(plan)
}

async function takeBack(eraser: Eraser, plan: RecyclePlan): Promise<void> {
  if (await entryOf(eraser, plan)) await eraser.restore(plan)
}

async function entryOf(eraser: Eraser, plan: RecyclePlan) {
  const entries = await eraser.entries(plan.root, plan.device)
  return entries.find((it) => it.plan.entry === plan.entry) ?? null
}
