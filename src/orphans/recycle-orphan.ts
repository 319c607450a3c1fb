/**
 * Moves what nobody claims into the recycle area of its disk: all of its files or none, and only by the program that has
 * just looked at them. What a crash or an error cut short is taken back. To be deleted it goes on from there.
 *
 *   move ─▶ done                       orphan.recycle: it lies in the trash
 *      └──▶ purge ─▶ done              orphan.delete; what cannot go stays in the trash, and is told
 */
import type {Spent} from '#automation-state/spent.ts'
import {becomes, type TrashRepository} from '#automation-state/trash-repository.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {LOST_SETTINGS} from '#executor/guards/rules/lost-settings.ts'
import type {SagaAtStep, SagaKind, StepEnd} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {OrphanVerb} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {NO_HASH, ORPHAN} from '#model/trash.ts'
import {HOUR, MINUTE} from '#model/units.ts'
import type {TrashDisk} from '#trash/trash-disk.ts'
import {bytesOf} from '#trash/trash-record.ts'
import type {OrphanRemover} from './orphan-remover.ts'

export interface OrphanSagaDeps {
  readonly remover: Pick<OrphanRemover, 'mayMove'>
  readonly repository: Pick<TrashRepository, 'forget' | 'change'>
  readonly disk: Pick<TrashDisk, 'ownerOf'>
  readonly spent: Pick<Spent, 'giveBack'>
  /** So many settings that protect the configuration lacks: meanwhile no rule has anything removed. */
  readonly lostSettings: () => number
  readonly clock: Clock
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
}

export interface OrphanSagaState {
  /** Of its entry in the journal, and in the trash. */
  readonly id: string
  readonly verb: OrphanVerb
  readonly actor: Actor
  readonly serverId: ServerId
  /** Ours. */
  readonly path: string
  /** As its server would write it. */
  readonly contentPath: string
  readonly plan: RecyclePlan
  /** That wanted it; absent = a person did. */
  readonly ruleId?: RuleId
}

/** It was moved, or nobody can see whether it was, and goes no further; with the code of why. */
const KEPT = 'kept '
/** A disk that fails for so long has it left in the trash. */
const DISK_MS = HOUR * 1_000
/** So often it is looked whether what holds rules back is over. */
const HELD_MS = MINUTE * 1_000

export function recycleOrphan(parts: OrphanSagaDeps): SagaKind {
  return {
    kind: ORPHAN,
    version: 1,
    first: 'move',
    patienceMs: {move: DISK_MS, purge: DISK_MS},
    steps: {move: (saga) => move(parts, saga), purge: (saga) => purge(parts, saga)},
    async ended({state}, outcome) {
      const saga = state as OrphanSagaState
      await settleTrash(parts, saga, outcome)
      await parts.write([entryOf(saga, parts.clock.now(), endOf(outcome))])
    },
  }
}

/** Its line in the journal. */
export function entryOf(
  {id, verb, actor, serverId, path, plan, ruleId}: OrphanSagaState,
  at: number,
  more: Pick<JournalEntry, 'phase' | 'code' | 'message' | 'decided'>,
): JournalEntry {
  const args = {files: plan.files.length, bytes: bytesOf(plan)}
  const about = {subject: 'path', serverId, hash: null, name: path} as const
  return {id, at, actor, ...about, verb, args, ...(ruleId && {ruleId}), ...more}
}

async function settleTrash(
  {repository, spent, clock}: OrphanSagaDeps,
  {id, verb}: OrphanSagaState,
  outcome: string,
): Promise<void> {
  if (outcome !== 'done' && !outcome.startsWith(KEPT)) {
    await repository.forget(id)
    // Nothing moved: a folder that cannot be written would use up the limits of its rule, and stop it as if it had.
    await spent.giveBack(id)
  }
  if (outcome === 'done' && verb === 'orphan.delete')
    await repository.change(id, becomes('purged', clock.now()))
}

function endOf(outcome: string): Pick<JournalEntry, 'phase' | 'code' | 'message'> {
  if (outcome === 'done') return {phase: 'confirmed'}
  const isKept = outcome.startsWith(KEPT)
  const message = isKept
    ? 'What was set aside of it is in the trash.'
    : 'All of its files are where they were.'
  return {phase: 'failed', code: isKept ? outcome.slice(KEPT.length) : outcome, message}
}

async function move(
  {disk, remover, lostSettings}: OrphanSagaDeps,
  {state, atStepMs}: SagaAtStep,
): Promise<StepEnd> {
  const saga = state as OrphanSagaState
  const {id, verb, plan} = saga
  const eraser = eraserOf(saga, disk)
  const no = (remover.mayMove(id) ? null : 'interrupted') ?? heldFor(saga, lostSettings)
  const why = no ?? (await tryTo(() => eraser.recycle(plan)))
  if (why !== null) {
    try {
      const begun = await eraser.entry(plan)
      if (begun?.state !== 'recycled') {
        if (begun) await eraser.restore(plan)
        return {end: why}
      }
    } catch (error) {
      // What was set aside of it cannot be seen, so it is not said to be where it was.
      if (!(error instanceof CommodarrError) || atStepMs < DISK_MS) throw error
      return {end: `${KEPT}${error.code}`}
    }
  }
  return verb === 'orphan.delete' ? {next: 'purge', state} : {end: 'done'}
}

const settingsLost =
  'The configuration lost settings that protect data. Until a person confirms that, rules delete nothing.'

/** People say themselves what goes. */
function heldFor({ruleId}: OrphanSagaState, lostSettings: OrphanSagaDeps['lostSettings']): string | null {
  return ruleId !== undefined && lostSettings() > 0 ? LOST_SETTINGS : null
}

async function purge({disk, lostSettings}: OrphanSagaDeps, {state, atStepMs}: SagaAtStep): Promise<StepEnd> {
  const saga = state as OrphanSagaState
  const code = heldFor(saga, lostSettings)
  if (code !== null) return {waitMs: HELD_MS, held: {code, message: settingsLost}}
  const eraser = eraserOf(saga, disk)
  try {
    if (await eraser.entry(saga.plan)) await eraser.purge(saga.plan)
    return {end: 'done'}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    if (error.code === 'disk_failed' && atStepMs < DISK_MS) throw error
    return {end: `${KEPT}${error.code}`}
  }
}

function eraserOf({serverId, contentPath, plan}: OrphanSagaState, disk: Pick<TrashDisk, 'ownerOf'>): Eraser {
  return new Eraser({ownerOf: disk.ownerOf({serverId, hash: NO_HASH}, contentPath, plan)})
}

/** @returns what kept it from being done as a whole; `null` = nothing */
async function tryTo(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return error.code
  }
}
