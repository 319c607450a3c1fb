/**
 * Brings a torrent back as it was: its files where its server will look for them, the torrent added again, stopped, or
 * checked again where its server lists it by itself; then its names, priorities, trackers and limits as they were. It is
 * over when its server tells all of that, and only then it runs, if it ran. Each pass looks at what is there and does
 * what is missing, so that a crash or a server that is away costs nothing but time.
 *
 *   place ─▶ look ─┬─▶ not wanted files ─▶ check ─▶ names ─▶ the rest ─▶ start ─▶ over
 *            ▲     └─ its server is busy, or was just told something: later
 *            └──────────────────────────────────────────────────────────┘
 */
import {unfinishedEndings} from '#clients/kinds/kinds.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting, Requester} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {AddSource, AddTorrent, AnyTorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import {limitsHandedOn, setsLimit, staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {Features} from '#model/server.ts'
import type {Executor, FleetReader, LimitEndReader, TorrentReader} from '#model/services.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {NotRestored} from '#model/trash.ts'
import {DAY, MINUTE, type Bytes, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {
  addedAs,
  differences,
  hasItsData,
  isNameForAll,
  keptTorrent,
  ofFiles,
  renames,
  spokenVerbs,
  startOf,
  type AddedAs,
  type KeptTorrent,
} from './kept-torrent.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {FileOwners} from './file-owners.ts'
import type {RestoringState, ResumeFacts} from './trash-record.ts'

export interface RestoringDeps {
  /** It is not configured any more. */
  readonly hasLeft: (id: ServerId) => boolean
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'files' | 'trackers'>
  readonly executor: Pick<Executor, 'add' | 'run'>
  readonly owners: Pick<FileOwners, 'of'>
  /** Asks it for its list now, and of this torrent for all of it. @throws {CommodarrError} */
  readonly poll: (key: TorrentKey) => Promise<void>
  /** Its check did not find what it had: it stays stopped, and is left alone until a person decides. */
  readonly foundLess: (key: TorrentKey, before: Bytes) => Promise<void>
  readonly features: (id: ServerId) => Features | null
  /** The torrent file that was kept; `null` = there is none. */
  readonly metainfo: (id: string) => Promise<Uint8Array | null>
  /** Paths as it calls its files, in their order; `null` = it cannot be read. */
  readonly namesIn: (torrent: Uint8Array) => Promise<readonly string[] | null>
  readonly limitEnds: LimitEndReader
  readonly clock: Clock
  /** What somebody may at this moment; `null` = nothing any more. */
  readonly accessOf: (authority: Authority) => Access | null
  /** Of this program itself: folders and addresses that come back are those of before, whoever has them come back. */
  readonly ourselves: Access
}

/** done: as it was, but for what the words say and the files that did not come back. waits: look again after so long; words for people meanwhile. */
export type RestoringPass =
  | {readonly is: 'done'; readonly message: string | null; readonly notRestored: readonly NotRestored[]}
  | {readonly is: 'waits'; readonly ms: number; readonly state: RestoringState; readonly message: string}

const AGAIN_MS = 10_000
/** What is asked of servers is kept for two seconds. */
const SOON_MS = 3_000
/** So late it may begin to check what it was told to. */
const BEGUN_MS = 2 * MINUTE * 1_000
/** So long its server may not tell what it does at share limits, and so often it is asked. */
const UNTOLD_MS = DAY * 1_000
const UNTOLD_AGAIN_MS = MINUTE * 1_000
/** So often it is told the same thing. */
const TIMES = 3

/** At its beginning. @param by who restores it, with the credential he came with @param entry its line of the journal */
export function restoringBegun(
  by: Requester,
  {id: entryId, causeId}: Pick<JournalEntry, 'id' | 'causeId'>,
  now: EpochMs,
): RestoringState {
  const check = {check: 'ifNotWhole', sawCheck: false} as const
  const {actor} = by
  return {
    actor,
    authority: authorityOf(by),
    entryId,
    ...(causeId !== undefined && {causeId}),
    isPlaced: false,
    ...check,
    waitsFor: null,
    waitsSince: now,
    told: {},
  }
}

export class Restoring {
  readonly #parts: RestoringDeps

  constructor(parts: RestoringDeps) {
    this.#parts = parts
  }

  /** @throws {CommodarrError} it cannot go on */
  async pass(record: TrashRecord, resume: ResumeFacts, state: RestoringState): Promise<RestoringPass> {
    const {fleet, poll} = this.#parts
    this.#demandServer(record)
    await poll(record)
    this.#demand(record, state)
    const now = state.isPlaced ? state : await this.#place(record, resume, state)
    if (now !== state) await poll(record)
    const torrent = fleet.get(record)
    if (!torrent || !now.isPlaced)
      return this.#waits(now, AGAIN_MS, 'Its server does not show it yet.', waits.restoreShown.ms)
    if (isBusy(torrent)) {
      const seen = {...now, sawCheck: now.check === 'asked'}
      return this.#waits(seen, AGAIN_MS, 'Its server is looking at its data.', waits.restoreChecked.ms)
    }
    if (torrent.pending.length > 0)
      return this.#waits(now, SOON_MS, 'The former state was sent to its server.', waits.restoreShown.ms)
    return this.#settle(record, resume, now, torrent)
  }

  /**
   * Its files first: a server looks for them when it is told of the torrent. Where it called them otherwise than the
   * torrent file does, somebody renamed them, or they cannot be called so on its disk: then it is told of the torrent
   * first, and tells where it looks for them.
   */
  async #place(record: TrashRecord, resume: ResumeFacts, state: RestoringState): Promise<RestoringState> {
    const {fleet, details, metainfo, poll} = this.#parts
    const there = fleet.get(record)
    if (there) {
      refuseElsewhere(there, resume)
      const paths = pathsIn(await details.files(record))
      await this.#checkFiles(record, resume, paths)
      // Whatever it finds now would not be all of it.
      const isInTheWay = isRunning(there.state) && !there.complete
      if (isInTheWay) await this.#send(record, state, {verb: 'stop', args: {}})
      try {
        const missing = await this.#filesBack(record, resume, state, paths)
        return {...state, ...missing, isPlaced: true, check: 'due'}
      } catch (error) {
        // It was somebody's before, and stays so.
        throw isInTheWay ? await this.#startAgain(there, state, error) : error
      }
    }
    const torrent = await metainfo(record.id)
    const as = await this.#addedAs(record.serverId, resume, torrent)
    if (as && !isCalledSo(resume.was, as)) {
      await this.#checkFiles(record, resume, calledForSure(resume.was, as))
      await this.#add(record, resume, state, {torrent, as})
      await poll(record)
      return fleet.get(record) ? this.#place(record, resume, state) : state
    }
    const missing = await this.#filesBack(record, resume, state, as?.paths ?? null)
    await this.#add(record, resume, state, {torrent, as})
    const check = resume.was?.complete === false ? 'due' : 'ifNotWhole'
    return {...state, ...missing, isPlaced: true, check}
  }

  /** `null` = nobody knows how it will be called: as it was. */
  async #addedAs(
    serverId: ServerId,
    {was}: ResumeFacts,
    torrent: Uint8Array | null,
  ): Promise<AddedAs | null> {
    const paths = torrent && (await this.#parts.namesIn(torrent))
    if (!was || paths?.length !== was.files.length) return null
    const features = this.#parts.features(serverId)
    const canLayOut = features !== null && features.addContentLayout.support !== 'none'
    return addedAs(was, paths, canLayOut)
  }

  /** Before its server is told anything of it: what its disk would refuse. @throws {CommodarrError} */
  async #checkFiles(record: TrashRecord, resume: ResumeFacts, paths: readonly string[]): Promise<void> {
    const files = this.#setAside(record, resume, paths)
    await files?.eraser.checkRestore(files.plan)
  }

  /** Also when some came back before a crash. */
  async #filesBack(
    record: TrashRecord,
    resume: ResumeFacts,
    state: RestoringState,
    paths: readonly string[] | null,
  ): Promise<Pick<RestoringState, 'notRestored'>> {
    const files = this.#setAside(record, resume, paths)
    if (files === null) return {}
    const notRestored = await filesBack(files.eraser, files.plan, () => this.#demand(record, state))
    return notRestored.length === 0 ? {} : {notRestored}
  }

  /** @param paths as its server calls its files; `null` = as before. @returns `null` = none of its files were set aside */
  #setAside(
    record: TrashRecord,
    {plan: kept, was, contentPath}: ResumeFacts,
    paths: readonly string[] | null,
  ) {
    if (kept === null) return null
    const eraser = new Eraser({ownerOf: this.#parts.owners.of(record, contentPath, kept)})
    return {eraser, plan: was && paths ? calledSo(kept, was, paths) : kept}
  }

  async #add(
    record: TrashRecord,
    resume: ResumeFacts,
    state: RestoringState,
    {torrent, as}: {readonly torrent: Uint8Array | null; readonly as: AddedAs | null},
  ): Promise<void> {
    const {savePath, category, tags, limits = {}, trackers = [], isRunning: ran = false, was} = resume
    // What is not complete lies elsewhere there, by what its server does of itself.
    const isElsewhere = was?.complete === false && typeof was.incompletePath === 'string'
    const source: AddSource = torrent
      ? {torrent, fileName: `${record.hash}.torrent`}
      : {magnet: magnetOf(record, trackers)}
    const end = await ifAnswered(this.#parts.limitEnds.ofAdded(record.serverId, category))
    this.#demand(record, state)
    const add: AddTorrent = {
      source,
      comesBack: true,
      // Of what has no metadata its server can find nothing before it runs.
      start: torrent === null && ran && record.verb !== 'removeWithData',
      tags,
      ...limitsHandedOn(limits, end),
      ...(as && as.layout !== 'original' && {contentLayout: as.layout}),
      ...(torrent && record.verb !== 'removeWithData' && !isElsewhere && {data: 'brought' as const}),
      ...(savePath !== null && {savePath}),
      ...(category && {category}),
    }
    await this.#parts.executor.add(this.#by(state, record.serverId), record.serverId, add, causeOf(state))
  }

  async #settle(
    record: TrashRecord,
    resume: ResumeFacts,
    state: RestoringState,
    torrent: TorrentRecord,
  ): Promise<RestoringPass> {
    const {was} = resume
    if (!torrent.hasMetadata) return {is: 'done', message: byItsLink, notRestored: []}
    const files = await this.#parts.details.files(record)
    const now = was ? await this.#now(record, torrent, files) : null
    const unwanted = was && now ? ofFiles(was, now) : []
    const isSent = await this.#sendCommand(record, state, unwanted)
    if (isSent.sent)
      return this.#waits(
        isSent.state,
        SOON_MS,
        'The former state was sent to its server.',
        waits.restoreShown.ms,
      )
    if (record.verb !== 'removeWithData') {
      const isWhole = was ? hasItsData(was, torrent) : torrent.complete || state.check === 'asked'
      if (state.check === 'due' || !isWhole) return this.#check(record, isSent.state, torrent, was)
    }
    const wanted =
      was && now
        ? [
            ...renames(
              pathsIn(files),
              was.files.map(({path}) => path),
            ),
            ...ofLabels(resume, torrent),
            ...differences(was, now),
          ]
        : ofLabels(resume, torrent)
    const harmless = await this.#harmless(record, wanted)
    const rest = await this.#sendCommand(
      record,
      isSent.state,
      harmless ?? wanted.filter((it) => !isLimit(it)),
    )
    if (rest.sent)
      return this.#waits(
        rest.state,
        SOON_MS,
        'The former state was sent to its server.',
        waits.restoreShown.ms,
      )
    const ran = resume.isRunning === true && record.verb !== 'removeWithData'
    const start = was ? startOf(was, ran, torrent) : ran && !isRunning(torrent.state) ? plainStart : null
    const end = start?.verb === 'start' ? await this.#endOnceStarted(record) : staysAtLimit
    if ((harmless === null || end === null) && !this.#hasWaited(rest.state, untold, UNTOLD_MS))
      return this.#waits(rest.state, UNTOLD_AGAIN_MS, untold, Infinity)
    const left = [...unwanted, ...wanted.filter((it) => harmless !== null || !isLimit(it))]
    const done = (words: string | null): RestoringPass => ({
      is: 'done',
      message: joined(leftWords(left), harmless === null ? limitsLeftWords : null, words),
      notRestored: state.notRestored ?? [],
    })
    if (end === null) return done(notStartedUntold)
    if (end.is === 'goes') {
      const freed = await this.#sendCommand(record, rest.state, this.#withoutLimits(record))
      if (freed.sent)
        return this.#waits(
          freed.state,
          SOON_MS,
          'The former state was sent to its server.',
          waits.restoreShown.ms,
        )
      return done(notStartedWords)
    }
    const started = await this.#sendCommand(record, rest.state, start ? [start] : [])
    if (started.sent)
      return this.#waits(
        started.state,
        SOON_MS,
        'The start command was sent to its server.',
        waits.restoreShown.ms,
      )
    return done(start ? notTakenWords : null)
  }

  async #check(
    record: TrashRecord,
    state: RestoringState,
    torrent: TorrentRecord,
    was: KeptTorrent | undefined,
  ): Promise<RestoringPass> {
    const isLooking = 'Its server checks its data.'
    if (state.check !== 'asked') {
      await this.#send(record, state, {verb: 'recheck', args: {}})
      return this.#waits({...state, check: 'asked'}, AGAIN_MS, isLooking, waits.restoreChecked.ms)
    }
    const isLate = state.waitsFor === isLooking && this.#parts.clock.now() - state.waitsSince >= BEGUN_MS
    if (!state.sawCheck && !isLate) return this.#waits(state, AGAIN_MS, isLooking, waits.restoreChecked.ms)
    const {completed = 0} = torrent
    const of = was?.completed === undefined ? '' : ` of ${was.completed}`
    const found = `Its server found ${completed}${of} bytes of it, so it is not started. Bring it back again to have it checked once more.`
    const message = joined(notRestoredWords(state.notRestored), found)!
    if (was?.completed !== undefined) await this.#parts.foundLess(torrent.key, was.completed)
    throw new CommodarrError('changed_meanwhile', message, {id: record.id})
  }

  /**
   * Without limits at which its server would remove it, also those that it has for all: nobody who restores it wants that.
   * `null` = its server does not tell what it would do: its limits stay as they are until it does.
   */
  async #harmless(
    key: TorrentKey,
    commands: readonly AnyTorrentCommand[],
  ): Promise<readonly AnyTorrentCommand[] | null> {
    const {limitEnds} = this.#parts
    if (!commands.some(isLimit)) return commands
    const end = (await ifAnswered(limitEnds.of(key.serverId, [key.hash])))?.get(key.hash)
    if (end === undefined) return null
    if (end.is === 'stays') return commands
    return [...commands.filter((command) => !isLimit(command)), ...this.#withoutLimits(key)]
  }

  /** None where it is so already. */
  #withoutLimits(key: TorrentKey): readonly AnyTorrentCommand[] {
    const {ratioLimit, seedTimeLimit, idleLimit} = this.#parts.fleet.get(key) ?? {}
    const isFree = ratioLimit === null && seedTimeLimit === null && (idleLimit ?? null) === null
    if (isFree) return []
    // A client that has no idle limit refuses a command with one.
    const args = {ratio: null, seedingTime: null, ...(idleLimit !== undefined && {idleTime: null})}
    return [{verb: 'setShareLimits', args}]
  }

  /** Its server may be set otherwise since it was added there. `null` = it does not tell. */
  async #endOnceStarted({serverId, hash}: TorrentKey): Promise<LimitEnd | null> {
    return (await ifAnswered(this.#parts.limitEnds.ofStarted(serverId, [hash])))?.get(hash) ?? null
  }

  async #now(key: TorrentKey, torrent: TorrentRecord, files: readonly TorrentFile[]): Promise<KeptTorrent> {
    return keptTorrent(torrent, files, await this.#parts.details.trackers(key))
  }

  /** What its server does not do, or cannot, is told so often only. */
  async #sendCommand(
    key: TorrentKey,
    state: RestoringState,
    commands: readonly AnyTorrentCommand[],
  ): Promise<{readonly sent: boolean; readonly state: RestoringState}> {
    const reminders = {...state.told}
    let sent = false
    for (const command of commands) {
      const text = JSON.stringify(command)
      if ((reminders[text] ?? 0) >= TIMES) continue
      const isTaken = await this.#send(key, state, command)
      reminders[text] = isTaken ? (reminders[text] ?? 0) + 1 : TIMES
      sent ||= isTaken
    }
    return {sent, state: {...state, told: reminders}}
  }

  /** @returns false = its server cannot do that, or has no space for it. @throws {CommodarrError} it did not get there */
  async #send(
    {serverId, hash}: TorrentKey,
    state: RestoringState,
    command: AnyTorrentCommand,
  ): Promise<boolean> {
    const keys = [{serverId, hash}]
    const by = this.#by(state, serverId)
    const actingNow = () => (this.#objection({serverId}, state) === null ? by : null)
    const entryOf = () => ({causeId: causeOf(state)})
    const [item] = await this.#parts.executor.run({by, keys, command, actingNow, entryOf})
    const {result} = item!
    if (result.outcome === 'done' || result.outcome === 'unconfirmed') return true
    // It may have left meanwhile.
    this.#demandServer({serverId})
    if (refusals.has(result.code)) return false
    throw new CommodarrError(result.code as CommodarrError['code'], result.message, {serverId, hash})
  }

  /**
   * We stopped it ourselves a moment ago: it runs again, as it ran, whatever whoever restores it may by now.
   * @returns why it was not brought back, and why it stays stopped if it does
   */
  async #startAgain(
    {key, forceStart}: Pick<TorrentRecord, 'key' | 'forceStart'>,
    state: RestoringState,
    error: unknown,
  ): Promise<unknown> {
    let why: string
    try {
      const [item] = await this.#parts.executor.run({
        by: this.#by(state, key.serverId),
        keys: [key],
        command: forceStart === true ? {verb: 'forceStart', args: {}} : plainStart,
        entryOf: () => ({causeId: causeOf(state)}),
      })
      const {result} = item!
      if (result.outcome === 'done') return error
      why = result.message
    } catch (fault) {
      if (!(fault instanceof CommodarrError)) throw fault
      why = fault.message
    }
    const {code, message, about} =
      error instanceof CommodarrError ? error : new CommodarrError('internal', 'It could not be done.')
    return new CommodarrError(code, joined(message, stoppedWords, why)!, about, error)
  }

  /** @throws {CommodarrError} whoever restores it may not do it any more */
  #demand(key: Pick<TorrentKey, 'serverId'>, state: RestoringState): void {
    this.#demandServer(key)
    const no = this.#objection(key, state)
    if (no) throw no
  }

  /** @throws {CommodarrError} it is not configured any more, so nobody has rights on it either */
  #demandServer({serverId}: Pick<TorrentKey, 'serverId'>): void {
    if (this.#parts.hasLeft(serverId)) throw new CommodarrError('undo_impossible', serverLeft, {serverId})
  }

  /** Whoever restores it needs, at each step, what it took at the beginning: it may take days. `null` = he has it. */
  #objection({serverId}: Pick<TorrentKey, 'serverId'>, state: RestoringState): CommodarrError | null {
    const {actor, authority = {owner: actor.userId, ceilings: []}} = state
    const access = this.#parts.accessOf(authority)
    const needed = [torrentVerbsNeed, 'add'] as const
    if (access !== null && needed.every((it) => objectionTo(access, it, serverId) === null)) return null
    const message = `${actor.name} restored it, and may not do that on its server any more. A user who may can restore it again.`
    return new CommodarrError('forbidden', message, {serverId})
  }

  /** Why something is refused is kept with the trash, for whoever sees its server: it names nothing of another one. */
  #by({actor}: RestoringState, serverId: ServerId): Acting {
    const {ourselves} = this.#parts
    const access: Access = {
      permits: (permission) => ourselves.permits(permission),
      may: (permission, id) => id === serverId && ourselves.may(permission, id),
      everywhere: false,
      servers: [serverId],
    }
    return {actor, access}
  }

  #hasWaited({waitsFor, waitsSince}: RestoringState, message: string, ms: number): boolean {
    return waitsFor === message && this.#parts.clock.now() - waitsSince >= ms
  }

  #waits(before: RestoringState, ms: number, message: string, most: number): RestoringPass {
    const now = this.#parts.clock.now()
    const state = before.waitsFor === message ? before : {...before, waitsFor: message, waitsSince: now}
    if (now - state.waitsSince < most) return {is: 'waits', ms, state, message}
    throw new CommodarrError('unconfirmed', `It is not as it was yet. ${message}`)
  }
}

const serverLeft =
  'Its server left the configuration while it was restored. Restore it again to bring its files back alone, or add the server again and restore it there.'
const notStartedWords =
  'It was not started: it may have reached a share limit at which its server removes it. Set that server to stop torrents there, then start it.'
const stoppedWords =
  'Its server has it again and ran it. Commodarr stopped it to put its files back, and could not start it again: start it yourself.'
const untold =
  'It is not known what its server does with a torrent that reaches a share limit. Until that is known, its share limits are not changed, and it is not started.'
const notStartedUntold =
  'It was not started: for a day Commodarr could not find out what its server does with a torrent that reaches a share limit. Check that setting on the server, then start the torrent.'
const limitsLeftWords =
  'Its share limits were not restored: for a day Commodarr could not find out what its server does with a torrent that reaches one.'
const notTakenWords = 'It was not started: its server did not start it when asked. Start it yourself.'
/** What its server is sent for it is a step of one story, and none of its own. */
function causeOf({causeId, entryId}: RestoringState): string {
  return causeId ?? entryId
}

const plainStart: AnyTorrentCommand = {verb: 'start', args: {}}
const byItsLink =
  'It was added by its link: its server looks for its data when it has the metadata, and nothing else is as it was.'
/**
 * It knows no such thing, or not so: nothing is gained by saying it again. Or it would move the data, by its category,
 * where there may be no space: its files are back, so it is left as it is, and runs.
 */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'not_supported',
  'command_refused',
  'bad_argument',
  'not_enough_space',
  'space_unknown',
])

/** @throws {CommodarrError} its files would come back to where nobody looks for them */
function refuseElsewhere({savePath}: TorrentRecord, {savePath: before}: ResumeFacts): void {
  if (!savePath || !before || bare(savePath) === bare(before)) return
  const message = `Its server has it again, in ${savePath} and not in ${before}. Move it there or remove it first, or let this one go.`
  throw new CommodarrError('changed_meanwhile', message)
}

function bare(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path
}

/** What was tagged since, perhaps to protect it, stays so. What its server does not tell it does not know. */
function ofLabels({category, tags}: ResumeFacts, now: TorrentRecord): readonly AnyTorrentCommand[] {
  const missing = tags.filter((tag) => !now.tags.includes(tag))
  return [
    ...(category !== null && now.category !== undefined && now.category !== category
      ? [{verb: 'setCategory', args: {category}} as const]
      : []),
    ...(missing.length > 0 ? [{verb: 'addTags', args: {tags: missing}} as const] : []),
  ]
}

function pathsIn(files: readonly TorrentFile[]): readonly string[] {
  return files.toSorted((a, b) => a.index - b.index).map(({path}) => path)
}

function isCalledSo(was: KeptTorrent | undefined, {paths}: AddedAs): boolean {
  return was?.files.every(({path}, at) => path === paths[at]) ?? false
}

/** Before its server lists it: where it may call a file otherwise than the torrent file does, as it did before. */
function calledForSure(was: KeptTorrent | undefined, {paths}: AddedAs): readonly string[] {
  return paths.map((path, at) => (isNameForAll(path) ? path : (was?.files[at]?.path ?? path)))
}

/** Where a server looks for files that it calls so. */
function calledSo(plan: RecyclePlan, {files}: KeptTorrent, paths: readonly string[]): RecyclePlan {
  if (paths.length !== files.length) return plan
  const byPath = new Map(files.map(({path}, at) => [path, paths[at]!]))
  const moves = plan.files.map((move) => ({...move, from: renamed(move.from, byPath)}))
  return {...plan, files: moves}
}

/** Below whatever folder, and with whatever its server appended to what is not complete. */
function renamed(from: string, byPath: ReadonlyMap<string, string>): string {
  const parts = from.split('/')
  for (let at = 0; at < parts.length; at++) {
    const whole = parts.slice(at).join('/')
    const ending = unfinishedEndings.find((it) => whole.endsWith(it) && byPath.has(cut(whole, it)))
    if (ending === undefined) continue
    return [...parts.slice(0, at), byPath.get(cut(whole, ending))! + ending].join('/')
  }
  return from
}

function cut(text: string, ending: string): string {
  return ending === '' ? text : text.slice(0, -ending.length)
}

/** For people. `null` = neither has words. */
export function joined(...words: readonly (string | null | undefined)[]): string | null {
  return words.filter((it) => typeof it === 'string').join(' ') || null
}

/** Files that did not come back are kept by name, up to so many. */
const MOST_NAMED = 1_000

/**
 * Files that were set aside, back to where the plan says; also when some came back before a crash.
 * @param demand throws where nobody may have them come back any more; asked where they are set aside
 * @returns which did not come back, and why
 */
export async function filesBack(
  eraser: Eraser,
  plan: RecyclePlan,
  demand: () => void = () => {},
): Promise<readonly NotRestored[]> {
  const found = await eraser.entry(plan)
  if (found) demand()
  return notRestoredBy(await (found ? eraser.restore(plan) : eraser.absent(plan)))
}

function notRestoredBy({
  missing,
  foreign,
}: {
  readonly missing: readonly string[]
  readonly foreign: readonly string[]
}): readonly NotRestored[] {
  const named = (paths: readonly string[], reason: string) => paths.map((path) => ({path, reason}))
  return [...named(missing, takenOut), ...named(foreign, exchanged)].slice(0, MOST_NAMED)
}

const takenOut = 'It was not in the trash any more: another program or person took it out.'
const exchanged = 'In its place in the trash there was another file, which stays there.'

/** For people. `null` = all came back. */
export function notRestoredWords(files: readonly NotRestored[] = []): string | null {
  const of = (reason: string) => files.filter((it) => it.reason === reason).map(({path}) => path)
  const [missing, foreign] = [of(takenOut), of(exchanged)]
  return joined(
    missing.length > 0
      ? `Of its files ${someOf(missing)} were not in the trash any more: another program or person took them out.`
      : null,
    foreign.length > 0
      ? `In the place of ${someOf(foreign)} there were other files in the trash, which stay there.`
      : null,
  )
}

/** The first of them. */
export function someOf(paths: readonly string[]): string {
  const more = paths.length > 3 ? `, and ${paths.length - 3} more` : ''
  return `${paths.slice(0, 3).join(', ')}${more}`
}

function isLimit({verb, args}: AnyTorrentCommand): boolean {
  return verb === 'setShareLimits' && setsLimit(args)
}

function leftWords(commands: readonly AnyTorrentCommand[]): string | null {
  const words = [
    ...new Set(commands.flatMap(({verb}) => spokenVerbs[verb as keyof typeof spokenVerbs] ?? [])),
  ]
  return words.length === 0 ? null : `Its server could not make these as they were: ${words.join(', ')}.`
}

/** What it has is not said yet. */
function isBusy({state}: TorrentRecord): boolean {
  return state === 'checking' || state === 'moving' || state === 'unknown'
}

function magnetOf({hash, name}: Pick<TrashRecord, 'hash' | 'name'>, trackers: readonly string[]): string {
  const more = [`dn=${encodeURIComponent(name)}`, ...trackers.map((url) => `tr=${encodeURIComponent(url)}`)]
  return [`magnet:?xt=urn:btih:${hash}`, ...more].join('&')
}

/** `null` = its server does not tell it. */
async function ifAnswered<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof CommodarrError) return null
    throw error
  }
}
