/**
 * Begins to set files aside that lie in a torrent's folder and that nobody wants; the torrent stays. Written down, in
 * the journal and in the trash, before the first one moves.
 */
import {randomUUIDv7} from 'node:crypto'
import {planRecycling, type RecyclePlan} from '#disk/recycle.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {TrashBook} from '#automation-state/trash-book.ts'
import type {ItemOutcome} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {FleetReader} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {EXTRA_FILES} from '#model/trash.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import type {ExtraFilesState} from './recycle-extra-files.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import {whyNot} from './recycling.ts'
import {bytesOf, RESUME_VERSION, type OurFiles, type ResumeFacts} from './trash-disk.ts'
import {KEPT_DAYS} from './trash-keeper.ts'

export interface ExtraFilesDisk {
  /** In its own folder, and wanted by nobody. @param set whose list of extensions counts */
  extraFilesOf(key: TorrentKey, set: string): Promise<OurFiles>
}

export interface ExtraFilesParts {
  readonly disk: ExtraFilesDisk
  readonly book: Pick<TrashBook, 'setAside' | 'forget'>
  readonly sagas: () => Pick<SagaRunner, 'begin'>
  readonly fleet: Pick<FleetReader, 'get'>
  readonly clock: Clock
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
}

export interface Clearing {
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  readonly ruleName: string
  readonly decided: JournalDecision
}

export class ExtraFiles {
  readonly #parts: ExtraFilesParts
  /** Deeds that this program looked at a moment ago, and has not moved anything for yet. */
  readonly #fresh = new Set<string>()

  constructor(parts: ExtraFilesParts) {
    this.#parts = parts
  }

  /** Call when the guards let it through. @returns done = it has begun */
  async begin(clearing: Clearing): Promise<ItemOutcome> {
    const {disk, fleet, clock} = this.#parts
    const {key, action} = clearing
    const torrent = fleet.get(key)
    const extras = await disk.extraFilesOf(key, action.params['set'] as string)
    if ('why' in extras) return refused('not_supported', extras.why)
    const id = randomUUIDv7()
    const plan = planRecycling({...extras, at: clock.now(), id: id.replaceAll('-', '').slice(-12)})
    if ('refused' in plan) return refused('path_refused', whyNot[plan.refused])
    if (!torrent) return refused('torrent_not_found', 'Its server does not tell of it any more.')
    try {
      const isBegun = await this.#begin(id, clearing, torrent, plan)
      return isBegun ? {outcome: 'done'} : refused('changed_meanwhile', 'They are being set aside already.')
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(error.code, error.message)
    }
  }

  /** Once for each deed: what was seen before a crash, or before an error, is not acted on any more. */
  mayMove(id: string): boolean {
    return this.#fresh.delete(id)
  }

  /** @throws {CommodarrError} then nothing is moved */
  async #begin(id: string, clearing: Clearing, torrent: TorrentRecord, plan: RecyclePlan): Promise<boolean> {
    const {decision, action, key, ruleName, decided} = clearing
    const {book, sagas, clock, write} = this.#parts
    const at = clock.now()
    const {name, contentPath = ''} = torrent
    const args = {files: plan.files.length, bytes: bytesOf(plan)}
    const phase = 'sending'
    const entry = {
      ...verdictEntry(decision, key, {at, phase, args, decided, name, actor: ruleActor(ruleName)}),
      ...{id, verb: EXTRA_FILES},
    }
    await write([entry])
    try {
      await book.setAside(recordOf(id, clearing, torrent, plan, at), null)
      this.#fresh.add(id)
      const state: ExtraFilesState = {id, ruleName, decision, action, key, name, contentPath, plan}
      if (await sagas().begin(EXTRA_FILES, keyText(key), state)) return true
      await this.#notBegun(entry, 'They are being set aside already.')
      return false
    } catch (error) {
      await this.#notBegun(entry, 'It could not be begun.')
      throw error
    }
  }

  async #notBegun(entry: JournalEntry, message: string): Promise<void> {
    const {book, write, clock} = this.#parts
    this.#fresh.delete(entry.id)
    await book.forget(entry.id)
    await write([stepAfter(entry, {at: clock.now(), phase: 'failed', code: 'changed_meanwhile', message})])
  }
}

/** As what is set aside with its torrent; of this one nothing has to be added again. */
function recordOf(
  id: string,
  {decision: {ruleId, ruleRevision: revision}, action, key}: Clearing,
  {name, savePath, category, tags, contentPath = ''}: TorrentRecord,
  plan: RecyclePlan,
  at: EpochMs,
): TrashRecord {
  const days = (action.params['days'] as number | undefined) ?? KEPT_DAYS
  const resume: ResumeFacts = {savePath: savePath ?? null, category, tags, contentPath, plan, journalId: id}
  return {
    ...{id, ...key, name, verb: EXTRA_FILES, rule: {id: ruleId, revision}, userId: null, message: null},
    paths: plan.files.map(({from, to}) => ({from, to})),
    ...{bytes: bytesOf(plan), version: RESUME_VERSION, resume, setAsideAt: at},
    ...{until: at + days * DAY * 1_000, state: 'kept', stateAt: at},
  }
}

function refused(code: string, message: string): ItemOutcome {
  return {outcome: 'refused', code, message}
}
