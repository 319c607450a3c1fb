/**
 * Moves files that nobody wants out of a torrent's folder into the recycle area of their disk: all of them or none, and
 * only by the program that has just looked at them. What a crash or an error cut short is taken back.
 */
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {LOST_SETTINGS} from '#executor/guards/rules/lost-settings.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import type {SagaKind, StepEnd} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES} from '#model/trash.ts'
import type {ExtraFiles} from './extra-files.ts'
import type {TrashDisk} from './trash-disk.ts'
import {bytesOf} from './trash-record.ts'

export interface ExtraFilesSagaDeps {
  readonly extraFiles: Pick<ExtraFiles, 'mayMove'>
  readonly repository: Pick<TrashRepository, 'forget'>
  readonly disk: Pick<TrashDisk, 'ownerOf'>
  /** So many settings that protect the configuration does not name any more. */
  readonly lostSettings: () => number
  readonly clock: Clock
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly ended: (decision: Decision, action: WantedAction, outcome: string) => void
}

export interface ExtraFilesState {
  /** Of its entry in the journal, and in the trash. */
  readonly id: string
  readonly ruleName: string
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  readonly name: string
  /** As its server wrote it. */
  readonly contentPath: string
  readonly plan: RecyclePlan
}

/** Ends with `done`, or with the code of what kept the files where they are. */
export function recycleExtraFiles(parts: ExtraFilesSagaDeps): SagaKind {
  return {
    kind: EXTRA_FILES,
    version: 1,
    first: 'move',
    steps: {move: (saga) => move(parts, saga)},
    async ended({state}, outcome) {
      const {id, ruleName, decision, action, key, name, plan} = state as ExtraFilesState
      const isDone = outcome === 'done'
      if (!isDone) await parts.repository.forget(id)
      const what = isDone
        ? ({phase: 'confirmed'} as const)
        : ({phase: 'failed', code: outcome, message: 'All of them are where they were.'} as const)
      const args = {files: plan.files.length, bytes: bytesOf(plan)}
      const more = {at: parts.clock.now(), actor: ruleActor(ruleName), name, args, ...what}
      await parts.write([{...verdictEntry(decision, key, more), id, verb: EXTRA_FILES}])
      parts.ended(decision, action, outcome)
    },
  }
}

async function move(
  {disk, extraFiles, lostSettings}: ExtraFilesSagaDeps,
  {state}: SagaRecord,
): Promise<StepEnd> {
  const {id, key, contentPath, plan} = state as ExtraFilesState
  const eraser = new Eraser({ownerOf: disk.ownerOf(key, contentPath, plan)})
  const no = (extraFiles.mayMove(id) ? null : 'interrupted') ?? (lostSettings() > 0 ? LOST_SETTINGS : null)
  const why = no ?? (await tryToMove(eraser, plan))
  if (why === null) return {end: 'done'}
  const begun = await eraser.entry(plan)
  if (begun?.state === 'recycled') return {end: 'done'}
  if (begun) await eraser.restore(plan)
  return {end: why}
}

/** @returns what kept it from being done as a whole; `null` = nothing */
async function tryToMove(eraser: Eraser, plan: RecyclePlan): Promise<string | null> {
  try {
    await eraser.recycle(plan)
    return null
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return error.code
  }
}
