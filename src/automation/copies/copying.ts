/**
 * Begins to copy a torrent to another server: all that could stand in the way is looked at before anything is done.
 * Whoever sees the one server may not see the other: what is told of the source names neither it nor its folders.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import {objectionTo, serverVerbNeeds, torrentVerbsNeed} from '#executor/authorise.ts'
import type {LeftCopy} from '#executor/guards/rules/decision-guard.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access} from '#model/access.ts'
import type {NotDone} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitWords, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {Executor, FleetReader, LimitEndReader, ServerObjection} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {CopiedFiles, CopyPlans} from './copy-disk.ts'
import {endOverFiles} from './copy-commands.ts'
import {wayOut} from './copy-saga.ts'
import {
  ails,
  copiesOfRules,
  COPY,
  failedCopy,
  isBusy,
  isLeaving,
  isLeft,
  isOfRule,
  isWhole,
  MOST_OF_RULES,
  PROVEN,
  runs,
  subjectOf,
  type CopyOfRule,
  type FailedCopy,
  type Proof,
} from './copy-state.ts'

export interface CopyingDeps {
  readonly plans: Pick<CopyPlans, 'planFor'>
  readonly files: Pick<CopiedFiles, 'compare'>
  readonly fleet: Pick<FleetReader, 'get'>
  /** Why nothing can be asked of a server now; `null` = it can. */
  readonly objection: ServerObjection
  readonly objectionToFolder: Executor['objectionToFolder']
  readonly deadlines: Pick<Deadlines, 'of' | 'isOver'>
  readonly begun: Pick<SagaRepository, 'about' | 'unfinished'>
  readonly sagas: Pick<SagaRunner, 'begin'>
  readonly limitEnds: LimitEndReader
  readonly clock: Clock
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
}

interface CopyWish {
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  readonly ruleName: string
  /** What the owner of the rule may. */
  readonly access: Access
  readonly decided: JournalDecision
}

/** there: it is whole there. underWay: what is behind it has to wait. */
export type CopyStand =
  | {readonly is: 'there'; readonly seedsOn: boolean}
  | {readonly is: 'underWay'; readonly message: string}
  | {readonly is: 'not'; readonly outcome: NotDone}

export class Copying {
  readonly #parts: CopyingDeps
  /** Copies whose server may delete their files, or does not tell that it does not, by the last look; by the text of the key. */
  readonly #endangered = new Set<string>()
  /** Copies whose files were all seen on the disk of their server, by the last look; by `subjectOf`. */
  readonly #seen = new Set<string>()

  constructor(parts: CopyingDeps) {
    this.#parts = parts
  }

  /** Call when the guards let it through. */
  async begin(wish: CopyWish): Promise<CopyStand> {
    const {begun, fleet, clock} = this.#parts
    const {key, action} = wish
    const target = action.params['server'] as ServerId
    const subject = subjectOf(key, target)
    if (begun.about(COPY, subject))
      return {is: 'underWay', message: 'It is being copied to the other server.'}
    try {
      const no = this.#mayNot(wish, target)
      if (no) return refused(no)
      const [torrent, there] = [fleet.get(key), fleet.get({serverId: target, hash: key.hash})]
      const failed = failedCopy(this.#parts.deadlines, key, target)
      const stand = there && this.#standOf(there, wish, failed)
      if (stand?.is === 'there' && action.action === 'move') {
        // Without its source it would be the last one.
        const end = await this.#endOf(there!.key)
        const why = endOverFiles(end, {way: 'copies', isMove: true})
        if (why !== null) return refused(new CommodarrError('not_supported', why))
        const unseen = await this.#look(key, target)
        if (unseen !== null) return {is: 'underWay', message: `It stays here as well. ${unseen}`}
      }
      if (stand) return stand
      if (!torrent) return refused(new CommodarrError('torrent_not_found', 'Its server does not list it.'))
      const later = failed && notNow(failed, wish.decision, {isThere: there !== null, now: clock.now()})
      if (later) return later
      if (copiesOfRules(begun.unfinished()) >= MOST_OF_RULES)
        return {is: 'underWay', message: `It waits: ${MOST_OF_RULES} others are being copied.`}
      return await this.#plan(wish, torrent, target, there && failed)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(error)
    }
  }

  /**
   * Also in the moment in which its source is removed: it was checked there by our own hand, and is as it was then, by the
   * words of its server and by our own look at its files. Its server may not know yet that its disk is gone.
   */
  stands(from: TorrentKey, {copiedTo, seedsOn}: LeftCopy): boolean {
    const {fleet, objection, begun} = this.#parts
    const there = fleet.get({serverId: copiedTo, hash: from.hash})
    if (!there || there.stale || objection(copiedTo) !== null) return false
    if (isLeaving(begun.unfinished(), there.key)) return false
    if (!isWhole(there) || isBusy(there) || ails(there) || (seedsOn && !runs(there))) return false
    const isSeen = this.#seen.has(subjectOf(from, copiedTo)) && !this.#endangered.has(keyText(there.key))
    return isSeen && this.#isProven(there, from)
  }

  /**
   * Before `stands` is asked for the last time: what its server does at a share limit may be set again at any moment, and
   * its disk may be gone. Never rejects.
   */
  async lookAgain(from: TorrentKey, {copiedTo}: LeftCopy): Promise<void> {
    try {
      await Promise.all([this.#endOf({serverId: copiedTo, hash: from.hash}), this.#look(from, copiedTo)])
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
    }
  }

  /** Looks at the files of a copy that is there. @returns why they are not all seen, for people; `null` = they are */
  async #look(from: TorrentKey, target: ServerId): Promise<string | null> {
    const subject = subjectOf(from, target)
    this.#seen.delete(subject)
    const why = await this.#parts.files.compare(from, {serverId: target, hash: from.hash})
    if (why === null) this.#seen.add(subject)
    return why
  }

  /** Of one that is there. Who does not tell it is not believed to keep its files. @throws {CommodarrError} its server does not tell */
  async #endOf(key: TorrentKey): Promise<LimitEnd> {
    const {serverId, hash} = key
    this.#endangered.add(keyText(key))
    const end = (await this.#parts.limitEnds.of(serverId, [hash])).get(hash)
    if (!end) throw new CommodarrError('server_failed', limitWords(null))
    if (!takesFiles(end)) this.#endangered.delete(keyText(key))
    return end
  }

  #isProven(there: TorrentRecord, from: TorrentKey): boolean {
    const record = this.#parts.deadlines.of(PROVEN, subjectOf(from, there.key.serverId))
    return record !== null && (record.detail as Proof).addedAt === (there.addedAt ?? null)
  }

  /**
   * Nobody begins again over what others have there: whoever looks at it says what shall become of it.
   * @returns `null` = it is what an earlier try left there, and may be gone on with
   */
  #standOf(there: TorrentRecord, {key, action}: CopyWish, failed: FailedCopy | null): CopyStand | null {
    if (isBusy(there) || there.stale) return {is: 'underWay', message: 'The other server checks or moves it.'}
    if (action.action === 'move' && ails(there))
      return {is: 'underWay', message: 'The other server reports an error for it, or missing files.'}
    if (!isWhole(there)) {
      if (failed?.left && isLeft(there, failed.left)) return null
      const message =
        'The other server already has it, not added by Commodarr, and its data is incomplete. Complete it there, or remove it there with its data.'
      return refused(new CommodarrError('not_supported', message))
    }
    if (action.action === 'move') {
      if (!this.#isProven(there, key)) {
        const message = 'The other server has it, not added by Commodarr, so it is not removed here.'
        return refused(new CommodarrError('not_supported', message))
      }
      const source = this.#parts.fleet.get(key)
      if (source && runs(source) && !runs(there))
        return {is: 'underWay', message: 'It does not run on the other server yet.'}
    }
    return {is: 'there', seedsOn: runs(there)}
  }

  #mayNot({key, access, action}: CopyWish, target: ServerId): CommodarrError | null {
    const folder = action.params['path'] as string | undefined
    if (target === key.serverId)
      return new CommodarrError('bad_argument', 'It is on that server: `move` brings it to another folder.')
    return (
      objectionTo(access, serverVerbNeeds.addTorrent, target) ??
      objectionTo(access, torrentVerbsNeed, target) ??
      // Before anything is told of what is there.
      (folder === undefined ? null : this.#parts.objectionToFolder(access, target, folder)) ??
      this.#parts.objection(target)
    )
  }

  /** @param failed an earlier try, whose copy is there: it stays in its folder */
  async #plan(
    wish: CopyWish,
    torrent: TorrentRecord,
    target: ServerId,
    failed: FailedCopy | null,
  ): Promise<CopyStand> {
    if (!isWhole(torrent)) {
      const message = 'Only what has all of its files, and wants all of them, is copied.'
      return refused(new CommodarrError('not_supported', message))
    }
    const path = failed?.plan.savePath ?? (wish.action.params['path'] as string | undefined) ?? null
    const plan = await this.#parts.plans.planFor(wish.key, target, path)
    if ('why' in plan) return refused(new CommodarrError('not_supported', plan.why))
    const {decision, action, key, ruleName} = wish
    const no = await this.#objectionToEnd(
      {key: {...key, serverId: target}, category: torrent.category},
      {way: plan.way, isMove: action.action === 'move'},
    )
    if (no) return refused(no)
    const id = randomUUIDv7()
    const about = {id, decision, action, key, ruleName, name: torrent.name, target}
    const state: CopyOfRule = {...about, runs: runs(torrent), ...plan}
    return this.#begin(wish, failed?.left ? {...state, left: failed.left} : state)
  }

  /** @throws {CommodarrError} its server does not tell what it does at a share limit */
  async #objectionToEnd(
    {key, category}: Pick<TorrentRecord, 'key' | 'category'>,
    copy: Parameters<typeof endOverFiles>[1],
  ): Promise<CommodarrError | null> {
    const end = await this.#parts.limitEnds.ofAdded(key.serverId, category ?? null)
    const why = endOverFiles(end, copy)
    return why === null ? null : new CommodarrError('not_supported', why)
  }

  /** @throws {CommodarrError} then nothing is begun */
  async #begin({decided}: CopyWish, state: CopyOfRule): Promise<CopyStand> {
    const {write, sagas, clock} = this.#parts
    const {id, decision, key, ruleName, name, target, way} = state
    const at = clock.now()
    const args = {by: way}
    const actor = ruleActor(ruleName)
    const entry = {
      ...verdictEntry(decision, key, {at, phase: 'sending', args, decided, name, actor}),
      id,
      verb: COPY,
    }
    await write([entry])
    const message = 'It could not be begun.'
    const notBegun = () =>
      write([stepAfter(entry, {at: clock.now(), phase: 'failed', code: 'changed_meanwhile', message})])
    try {
      const isBegun = await sagas.begin(COPY, subjectOf(key, target), state)
      if (!isBegun) await notBegun()
    } catch (error) {
      await notBegun()
      throw error
    }
    return {is: 'underWay', message: 'It is being copied to the other server.'}
  }
}

/**
 * Whether a copy that failed has to wait, or for a person. Who changes the rule has it tried at once; so has, once its
 * time is over, who removed there what was left.
 */
function notNow(
  failed: FailedCopy,
  decision: Decision,
  {isThere, now}: {readonly isThere: boolean; readonly now: EpochMs},
): CopyStand | null {
  if (!isOfRule(failed, decision)) return null
  const {nextAt, why, count, left} = failed
  if (nextAt !== null && now >= nextAt) return null
  if (nextAt === null && left !== null && !isThere) return null
  const times = count === 1 ? 'once' : `${count} times`
  const failedSo = `It did not come out whole ${times}: ${why}`
  if (nextAt === null) return refused(new CommodarrError('not_supported', `${failedSo} ${wayOut}`))
  const again = new Date(nextAt).toISOString()
  return {is: 'underWay', message: `${failedSo} It is tried again at ${again}.`}
}

function refused({code, message}: CommodarrError): CopyStand {
  return {is: 'not', outcome: {outcome: 'refused', code, message}}
}
