/**
 * Begins to set aside, or to delete, files that no torrent claims. All of it is looked at again first, and written down, in
 * the journal and in the trash, before the first file moves; what is in doubt stays where it is.
 *
 *   confirmed? ─▶ servers asked, disks read again ─▶ limits ─▶ journal, trash ─▶ saga `orphan.recycle`
 */
import {randomUUIDv7} from 'node:crypto'
import {dirname} from 'node:path'
import type {Spent} from '#automation-state/spent.ts'
import {becomes, type TrashRepository} from '#automation-state/trash-repository.ts'
import type {RecycleWish} from '#disk/recycle.ts'
import {usualLimits} from '#executor/guards/rules/decision-limits.ts'
import type {SagaKind} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting, Requester} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {Actor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {OrphanOrder, OrphanResult, OrphanVerb} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {NO_HASH, ORPHAN} from '#model/trash.ts'
import {DAY, HOUR, type Bytes} from '#model/units.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {FilesAside, FilesState, FilesSubject} from '#trash/files-aside.ts'
import {REMOVED_DAYS} from '#trash/removals.ts'
import {bytesOf, planAside} from '#trash/trash-record.ts'
import type {OrphanWatch} from './orphan-watch.ts'
import type {OrphanRescan} from './rescan.ts'

/** An orphan as it is now. */
export interface OrphanFiles extends Pick<RecycleWish, 'roots' | 'files' | 'folder'> {
  readonly path: string
  /** One that its folder is mapped for. */
  readonly serverId: ServerId
  /** As that server would write it. */
  readonly contentPath: string
}

/** Why it is none (any more), or nobody can say; for people. */
export interface NoOrphan {
  readonly code: string
  readonly message: string
}

/** One of them that a rule wants gone: its limits are looked after by who judged it. */
interface RuledOrphan {
  readonly by: Acting
  readonly verb: OrphanVerb
  readonly id: string
  readonly rule: NonNullable<TrashRecord['rule']>
  /** In the trash. */
  readonly days: number
  readonly decided: JournalDecision
  /** Asked in the moment when it is moved; `null` = it may be. */
  readonly objection: () => NoOrphan | null
}

type Ruled = Pick<RuledOrphan, 'rule' | 'days' | 'decided' | 'objection'>
/** A rule wants it, or a person with what they came with. */
type Whose = {readonly ruled: Ruled} | {readonly authority: Authority}

export interface OrphanState extends FilesState {
  readonly verb: OrphanVerb
  readonly actor: Actor
  readonly serverId: ServerId
  /** Ours. */
  readonly path: string
  /** That wanted it; absent = a person did. */
  readonly ruleId?: RuleId
  /** Of that person, with the key that they used; absent = of a rule, or begun by an earlier release. */
  readonly authority?: Authority
}

/** @returns orphan.recycle: it lies in the trash. orphan.delete: it goes on from there */
export function orphanedFiles(
  repository: Pick<TrashRepository, 'change'>,
  spent: Pick<Spent, 'giveBack'>,
  clock: Clock,
  lostSettings: () => number,
  accessOf: (behind: Authority | RuleId) => Access | null,
): FilesSubject<OrphanState> {
  return {
    kind: ORPHAN,
    keyOf: ({serverId}) => ({serverId, hash: NO_HASH}),
    isHeld: ({ruleId}) => ruleId !== undefined && lostSettings() > 0,
    mayGoOn({ruleId, actor, authority = {owner: actor.userId, ceilings: []}}) {
      const access = accessOf(ruleId ?? authority)
      return access !== null && isOverEverything(access)
    },
    entryOf({id, verb, actor, serverId, path, plan, ruleId}, at, step) {
      const args = {files: plan.files.length, bytes: bytesOf(plan)}
      const about = {subject: 'path', serverId, hash: null, name: path} as const
      return {id, at, actor, ...about, verb, args, ...(ruleId && {ruleId}), ...step}
    },
    isDeleted: ({verb}) => verb === 'orphan.delete',
    isGivenUp: true,
    async settle({id, verb}, outcome, isAside) {
      // Nothing moved: a folder that cannot be written would use up the limits of its rule, and stop it as if it had.
      if (!isAside) await spent.giveBack(id)
      if (outcome === 'done' && verb === 'orphan.delete')
        await repository.change(id, becomes('purged', clock.now()))
      return null
    },
    words: {
      alreadyUnderWay: 'It is being moved already.',
      whereTheyWere: 'All of its files are where they were.',
    },
  }
}

/** What is deleted without the trash is counted as if a rule of this name did it. */
const PURSE = 'orphan.delete' as RuleId

export class OrphanRemover {
  readonly #watch: Pick<OrphanWatch, 'listed' | 'isDeletable' | 'drop'>
  readonly #rescan: Pick<OrphanRescan, 'of'>
  readonly #spent: Pick<Spent, 'within' | 'spend' | 'giveBack'>
  readonly #clock: Clock
  readonly #aside: FilesAside<OrphanState>
  /** One order at a time: what one of them begins is no orphan for the next. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    watch: Pick<OrphanWatch, 'listed' | 'isDeletable' | 'drop'>,
    rescan: Pick<OrphanRescan, 'of'>,
    spent: Pick<Spent, 'within' | 'spend' | 'giveBack'>,
    clock: Clock,
    aside: FilesAside<OrphanState>,
  ) {
    this.#watch = watch
    this.#rescan = rescan
    this.#spent = spent
    this.#clock = clock
    this.#aside = aside
  }

  saga(): SagaKind {
    return this.#aside.saga()
  }

  /** @throws {CommodarrError} forbidden; changed_meanwhile: `seen` is not what they are in the list */
  act(by: Requester, order: OrphanOrder): Promise<readonly OrphanResult[]> {
    return this.#inTurn(() => this.#act(by, order))
  }

  /**
   * Counts as what this rule did. @returns why it stays; `null` = it was begun
   * @throws {CommodarrError} forbidden
   */
  actForRule({by, verb, id, ...ruled}: RuledOrphan): Promise<NoOrphan | null> {
    return this.#inTurn(async () => {
      demandEverything(by)
      const found = (await this.#rescan.of([id])).get(id)
      const listed = this.#watch.listed(id)
      const no = ruled.objection() ?? (listed ? null : notThere)
      if (no || !listed) return no
      const how = {run: {count: 0, bytes: 0}, bytes: listed.bytes, isTrial: false, ruled}
      const stays = await this.#one(by, verb, id, found, how)
      if (stays === null) this.#watch.drop(new Set([id]))
      return stays
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const acting = this.#last.then(work)
    this.#last = acting.catch(() => undefined)
    return acting
  }

  async #act(by: Requester, {verb, ids, seen, isTrial}: OrphanOrder): Promise<readonly OrphanResult[]> {
    demandEverything(by)
    this.#demandSeen(ids, seen)
    const now = await this.#rescan.of(ids)
    const run = {count: 0, bytes: 0}
    const results: OrphanResult[] = []
    for (const id of new Set(ids)) {
      // Another look may have ended meanwhile: what its list lacks is claimed, or in doubt.
      const listed = this.#watch.listed(id)
      const {path = '', files = 0, bytes = 0} = listed ?? {}
      const found = listed ? now.get(id) : notThere
      const no = await this.#one(by, verb, id, found, {run, bytes, isTrial, authority: authorityOf(by)})
      if (no === null) {
        run.count++
        run.bytes += bytes
      }
      results.push({id, path, files, bytes, result: no ? {outcome: 'refused', ...no} : {outcome: 'done'}})
    }
    const begun = isTrial ? [] : results.filter(({result}) => result.outcome === 'done')
    this.#watch.drop(new Set(begun.map(({id}) => id)))
    return results
  }

  #demandSeen(ids: readonly string[], seen: OrphanOrder['seen']): void {
    let [files, bytes] = [0, 0]
    for (const id of new Set(ids)) {
      const orphan = this.#watch.listed(id)
      files += orphan?.files ?? 0
      bytes += orphan?.bytes ?? 0
    }
    if (files === seen.files && bytes === seen.bytes) return
    const message = `They are ${files} files of ${bytes} bytes by now, not ${seen.files} of ${seen.bytes}. Look again.`
    throw new CommodarrError('changed_meanwhile', message)
  }

  /** @returns why it stays; `null` = it was begun, or would be */
  async #one(
    by: Acting,
    verb: OrphanVerb,
    orphanId: string,
    found: OrphanFiles | NoOrphan | undefined,
    {run, bytes, isTrial, ...whose}: {run: Counted; bytes: Bytes; isTrial: boolean} & Whose,
  ): Promise<NoOrphan | null> {
    if (!found || 'code' in found) return found ?? notThere
    const ruled = 'ruled' in whose ? whose.ruled : null
    if (verb === 'orphan.delete' && !this.#watch.isDeletable(orphanId)) return tooSoon
    const over = ruled ? null : this.#overLimit(verb, run, bytes)
    if (over) return over
    const id = randomUUIDv7()
    const plan = planAside(found, {id, at: this.#clock.now()})
    if ('refused' in plan) return {code: 'path_refused', message: plan.refused}
    if (isTrial) return null
    const {serverId, path, contentPath} = found
    const state: OrphanState = {
      id,
      verb,
      actor: by.actor,
      serverId,
      path,
      contentPath,
      plan,
      ...('ruled' in whose ? {ruleId: whose.ruled.rule.id} : {authority: whose.authority}),
    }
    try {
      await this.#begin(state, bytes, ruled)
      return null
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {code: error.code, message: error.message}
    }
  }

  #overLimit(verb: OrphanVerb, run: Counted, bytes: Bytes): NoOrphan | null {
    const {maxBytesPerRun, maxPerRun, maxPerHour, maxPerDay} = usualLimits
    if (run.bytes + bytes > maxBytesPerRun) return limit(`${maxBytesPerRun} bytes at once`)
    if (verb === 'orphan.recycle') return null
    if (run.count >= maxPerRun) return limit(`${maxPerRun} at once`)
    // In a trial nothing is charged.
    const before = (window: number) => this.#spent.within({ruleId: PURSE}, window).count
    if (before(HOUR) >= maxPerHour) return limit(`${maxPerHour} an hour`)
    return before(DAY) >= maxPerDay ? limit(`${maxPerDay} a day`) : null
  }

  /** @throws {CommodarrError} then nothing is moved, and nothing counts */
  async #begin(state: OrphanState, bytes: Bytes, ruled: Ruled | null): Promise<void> {
    const {rule = null, days = REMOVED_DAYS, decided = null} = ruled ?? {}
    const {id, path: name, actor} = state
    const kept = {name, rule, userId: actor.userId, bytes, days}
    const work = () => this.#aside.begin({subject: id, state, decided, kept})
    return isCharged(state) ? this.#charged(state, bytes, work) : work()
  }

  async #charged(
    {id, serverId, path, ruleId = PURSE}: OrphanState,
    bytes: Bytes,
    work: () => Promise<void>,
  ): Promise<void> {
    const folder = dirname(path)
    await this.#spent.spend({id, at: this.#clock.now(), ruleId, serverId, trackers: [], folder, bytes})
    try {
      await work()
    } catch (error) {
      await this.#spent.giveBack(id)
      throw error
    }
  }
}

/** What people move into the trash is theirs to say. */
function isCharged({verb, ruleId}: OrphanState): boolean {
  return verb === 'orphan.delete' || ruleId !== undefined
}

function isOverEverything(access: Access): boolean {
  return access.permits('admin') && access.everywhere
}

/** Files that nobody claims may be anybody's. @throws {CommodarrError} forbidden */
function demandEverything({access}: Acting): void {
  if (!isOverEverything(access))
    throw new CommodarrError('forbidden', 'Only who may administer everything acts on orphans.')
}

interface Counted {
  count: number
  bytes: Bytes
}

const notThere: NoOrphan = {
  code: 'changed_meanwhile',
  message: 'It is not in the list any more: it changed, went, or is claimed.',
}
const tooSoon: NoOrphan = {
  code: 'changed_meanwhile',
  message: 'It was not watched for a day yet. Until then it goes into the trash only.',
}

function limit(what: string): NoOrphan {
  return {code: 'too_many_actions', message: `No more than ${what} are taken.`}
}
