/**
 * Sets files aside without a torrent that goes: files beside one that stays, and files that none has. All of them or none,
 * and only by the program that has just looked at them. What a crash or an error cut short is taken back; what is to be
 * deleted goes on once all of it is aside.
 *
 *   journal "sending" ─▶ in the trash ─▶ saga: move ─▶ done             it lies in the trash
 *                                          │     └──▶ purge ─▶ done     deleted; what cannot go stays in the trash, and is told
 *                                          └──▶ back where it was, in no trash
 */
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {LOST_SETTINGS} from '#executor/guards/rules/lost-settings.ts'
import type {SagaAtStep, SagaKind, SagaRunner, StepEnd} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {WorkContext} from '#journal/journal.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {RuleActionEnded} from '#model/decision.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {TrashVerb} from '#model/trash.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {FileOwners} from './file-owners.ts'
import {keptRecord, type ResumeFacts} from './trash-record.ts'

/** What each of its sagas writes down at least. */
export interface FilesState {
  /** Of its entry in the journal, and in the trash. */
  readonly id: string
  /** As its server wrote it, or would. */
  readonly contentPath: string
  readonly plan: RecyclePlan
}

/** Whose files they are, and what differs by that. */
export interface FilesSubject<S extends FilesState> {
  /** Of its saga. */
  readonly kind: TrashVerb
  /** Of which it is never asked whether somebody else needs them. */
  readonly keyOf: (state: S) => TorrentKey
  /** A rule wants it, and the configuration lacks settings that protect: meanwhile nothing of it is removed. */
  readonly isHeld: (state: S) => boolean
  /** Who wants it may still do that: asked before they move, and before they are deleted. */
  readonly mayGoOn: (state: S) => boolean
  /** Its line in the journal. */
  readonly entryOf: (state: S, at: EpochMs, step: EntryStep) => JournalEntry
  /** They are deleted once all of them are aside; absent = never. */
  readonly isDeleted?: (state: S) => boolean
  /** A disk that fails for an hour has them left in the trash; else it is tried on. */
  readonly isGivenUp: boolean
  /** Before the line of its end. @returns the end of the action of a rule that began it; `null` = none waits for that */
  readonly settle: (state: S, outcome: string, isAside: boolean) => Promise<RuleActionEnded | null>
  /** Of its line where it could not be begun; absent = of what failed. */
  readonly notBegun?: ErrorCode
  /** For people. */
  readonly words: {readonly alreadyUnderWay: string; readonly whereTheyWere: string}
}

type EntryStep = Pick<JournalEntry, 'phase' | 'code' | 'message' | 'decided'>

interface Begun<S> {
  /** Of which one at a time is under way. */
  readonly subject: string
  readonly state: S
  /** Why a rule wants it; `null` = a person does. */
  readonly decided: JournalDecision | null
  /** In the trash. */
  readonly kept: Pick<TrashRecord, 'name' | 'rule' | 'userId' | 'bytes'> & {readonly days: number}
  /** The torrent that they lie beside; absent = there is none. */
  readonly beside?: Pick<ResumeFacts, 'savePath' | 'category' | 'tags'>
  /** Asked when it is in the journal: why it is not wanted any more; `null` = it is. */
  readonly outdated?: () => {readonly message: string} | null
}

const noTorrent = {savePath: null, category: null, tags: []}

/** They were moved, or nobody can see whether they were, and go no further; with the code of why. */
const KEPT = 'kept '
/** So often it is looked whether what holds rules back is over. */
const HELD_MS = MINUTE * 1_000

const settingsLost =
  'The configuration lost settings that protect data. Until a person confirms that, rules delete nothing.'

export class FilesAside<S extends FilesState> {
  readonly #of: FilesSubject<S>
  readonly #repository: Pick<TrashRepository, 'setAside' | 'forget'>
  readonly #sagas: Pick<SagaRunner, 'begin'>
  readonly #owners: Pick<FileOwners, 'of'>
  readonly #clock: WorkContext['clock']
  readonly #journal: WorkContext['journal']
  /** What this program looked at a moment ago, and has not moved anything of yet. */
  readonly #fresh = new Set<string>()

  constructor(
    of: FilesSubject<S>,
    repository: Pick<TrashRepository, 'setAside' | 'forget'>,
    sagas: Pick<SagaRunner, 'begin'>,
    owners: Pick<FileOwners, 'of'>,
    {clock, journal}: Pick<WorkContext, 'clock' | 'journal'>,
  ) {
    this.#of = of
    this.#repository = repository
    this.#sagas = sagas
    this.#owners = owners
    this.#clock = clock
    this.#journal = journal
  }

  /** @throws {CommodarrError} then nothing is moved */
  async begin({
    subject,
    state,
    decided,
    kept,
    beside = noTorrent,
    outdated = () => null,
  }: Begun<S>): Promise<void> {
    const {kind, keyOf, entryOf, words} = this.#of
    const {id, contentPath, plan} = state
    const {days, ...about} = kept
    const at = this.#clock.now()
    const entry = entryOf(state, at, {phase: 'sending', ...(decided && {decided})})
    await this.#journal.write([entry])
    try {
      const no = outdated()
      if (no) throw new CommodarrError('changed_meanwhile', no.message)
      const resume = {...beside, contentPath}
      const until = at + days * DAY * 1_000
      const record = keptRecord({id, ...keyOf(state), ...about, verb: kind, plan, resume, at, until})
      await this.#repository.setAside(record, null)
      this.#fresh.add(id)
      if (await this.#sagas.begin(kind, subject, state)) return
      throw new CommodarrError('changed_meanwhile', words.alreadyUnderWay)
    } catch (error) {
      await this.#notBegun(entry, error)
      throw error
    }
  }

  saga(): SagaKind {
    const {kind, isDeleted, isGivenUp} = this.#of
    return {
      kind,
      version: 1,
      first: 'move',
      withoutRight: ({state, step}) => this.#withoutRight(state as S, step),
      ...(isGivenUp && {patienceMs: {move: waits.diskBack.ms, purge: waits.diskBack.ms}}),
      steps: {
        move: (saga) => this.#move(saga),
        ...(isDeleted && {purge: (saga: SagaAtStep) => this.#purge(saga)}),
      },
      ended: ({state}, outcome) => this.#ended(state as S, outcome),
    }
  }

  /** Nothing moved yet, or what was set aside stays in the trash. */
  #withoutRight(state: S, step: string): StepEnd | null {
    // What a crash left half moved is brought back by its step, whoever wanted it.
    if (this.#of.mayGoOn(state) || (step === 'move' && !this.#fresh.has(state.id))) return null
    this.#fresh.delete(state.id)
    return {end: step === 'move' ? 'forbidden' : `${KEPT}forbidden`}
  }

  async #notBegun(entry: JournalEntry, error: unknown): Promise<void> {
    const known = error instanceof CommodarrError ? error : null
    const code = this.#of.notBegun ?? known?.code ?? 'internal'
    const message = known?.code === 'changed_meanwhile' ? known.message : 'It could not be begun.'
    this.#fresh.delete(entry.id)
    await this.#repository.forget(entry.id)
    await this.#journal.write([stepAfter(entry, {at: this.#clock.now(), phase: 'failed', code, message})])
  }

  /** Once for each: what was seen before a crash, or before an error, is not acted on any more. */
  async #move({state: of, atStepMs}: SagaAtStep): Promise<StepEnd> {
    const {isDeleted, isGivenUp} = this.#of
    const state = of as S
    const {id, plan} = state
    const eraser = this.#eraserOf(state)
    const no =
      (this.#fresh.delete(id) ? null : 'interrupted') ?? (this.#of.isHeld(state) ? LOST_SETTINGS : null)
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
        if (!(error instanceof CommodarrError) || !isGivenUp || atStepMs < waits.diskBack.ms) throw error
        return {end: `${KEPT}${error.code}`}
      }
    }
    return isDeleted?.(state) ? {next: 'purge', state} : {end: 'done'}
  }

  async #purge({state: of, atStepMs}: SagaAtStep): Promise<StepEnd> {
    const state = of as S
    if (this.#of.isHeld(state)) return {waitMs: HELD_MS, held: {code: LOST_SETTINGS, message: settingsLost}}
    const eraser = this.#eraserOf(state)
    try {
      if (await eraser.entry(state.plan)) await eraser.purge(state.plan)
      return {end: 'done'}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      if (error.code === 'disk_failed' && atStepMs < waits.diskBack.ms) throw error
      return {end: `${KEPT}${error.code}`}
    }
  }

  async #ended(state: S, outcome: string): Promise<RuleActionEnded | null> {
    const isDone = outcome === 'done'
    const isKept = outcome.startsWith(KEPT)
    const isAside = isDone || isKept
    if (!isAside) await this.#repository.forget(state.id)
    const ended = await this.#of.settle(state, outcome, isAside)
    const message = isKept ? 'What was set aside of it is in the trash.' : this.#of.words.whereTheyWere
    const code = isKept ? outcome.slice(KEPT.length) : outcome
    const step: EntryStep = isDone ? {phase: 'confirmed'} : {phase: 'failed', code, message}
    await this.#journal.write([this.#of.entryOf(state, this.#clock.now(), step)])
    return ended
  }

  #eraserOf(state: S): Eraser {
    const {contentPath, plan} = state
    return new Eraser({ownerOf: this.#owners.of(this.#of.keyOf(state), contentPath, plan)})
  }
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
