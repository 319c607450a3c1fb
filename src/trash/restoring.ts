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
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Requester} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {AddSource, AddTorrent, AnyTorrentCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitsHandedOn, staysAtLimit} from '#model/limit-end.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import type {NotRestored} from '#model/trash.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import {joined, notRestoredWords, type KeptFiles} from './kept-files.ts'
import {
  differences,
  hasItsData,
  isNameForAll,
  ofFiles,
  renames,
  spokenVerbs,
  startOf,
  type AddedAs,
  type KeptTorrent,
} from './kept-torrent.ts'
import type {RestoreOrders} from './restore-orders.ts'
import {isLimit, type ReturningTorrents} from './returning-torrents.ts'
import type {RestoringState, ResumeFacts} from './trash-record.ts'

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
  readonly #torrents: ReturningTorrents
  readonly #orders: RestoreOrders
  readonly #kept: KeptFiles
  readonly #clock: Clock

  constructor(torrents: ReturningTorrents, orders: RestoreOrders, kept: KeptFiles, clock: Clock) {
    this.#torrents = torrents
    this.#orders = orders
    this.#kept = kept
    this.#clock = clock
  }

  /** @throws {CommodarrError} it cannot go on */
  async pass(record: TrashRecord, resume: ResumeFacts, state: RestoringState): Promise<RestoringPass> {
    this.#orders.demandServer(record)
    await this.#torrents.poll(record)
    this.#orders.demand(record, state)
    const now = state.isPlaced ? state : await this.#place(record, resume, state)
    if (now !== state) await this.#torrents.poll(record)
    const torrent = this.#torrents.get(record)
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
    const there = this.#torrents.get(record)
    if (there) {
      refuseElsewhere(there, resume)
      const paths = pathsIn(await this.#torrents.files(record))
      await this.#kept.check(record, resume, paths)
      // Whatever it finds now would not be all of it.
      const isInTheWay = isRunning(there.state) && !there.complete
      if (isInTheWay) await this.#orders.send(record, state, {verb: 'stop', args: {}})
      try {
        const missing = await this.#filesBack(record, resume, state, paths)
        return {...state, ...missing, isPlaced: true, check: 'due'}
      } catch (error) {
        // It was somebody's before, and stays so.
        throw isInTheWay ? await this.#orders.startAgain(there, state, error) : error
      }
    }
    const torrent = await this.#kept.torrentFile(record.id)
    const as = await this.#kept.addedAs(resume, torrent, this.#torrents.canLayOut(record.serverId))
    if (as && !isCalledSo(resume.was, as)) {
      await this.#kept.check(record, resume, calledForSure(resume.was, as))
      await this.#add(record, resume, state, {torrent, as})
      await this.#torrents.poll(record)
      return this.#torrents.get(record) ? this.#place(record, resume, state) : state
    }
    const missing = await this.#filesBack(record, resume, state, as?.paths ?? null)
    await this.#add(record, resume, state, {torrent, as})
    const check = resume.was?.complete === false ? 'due' : 'ifNotWhole'
    return {...state, ...missing, isPlaced: true, check}
  }

  /** Also when some came back before a crash. */
  async #filesBack(
    record: TrashRecord,
    resume: ResumeFacts,
    state: RestoringState,
    paths: readonly string[] | null,
  ): Promise<Pick<RestoringState, 'notRestored'>> {
    const notRestored = await this.#kept.back(record, resume, paths, () => this.#orders.demand(record, state))
    return notRestored.length === 0 ? {} : {notRestored}
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
    const end = await this.#torrents.endOnceAdded(record.serverId, category)
    this.#orders.demand(record, state)
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
    await this.#orders.add(record.serverId, state, add)
  }

  async #settle(
    record: TrashRecord,
    resume: ResumeFacts,
    state: RestoringState,
    torrent: TorrentRecord,
  ): Promise<RestoringPass> {
    const {was} = resume
    if (!torrent.hasMetadata) return {is: 'done', message: byItsLink, notRestored: []}
    const files = await this.#torrents.files(record)
    const now = was ? await this.#torrents.asKept(record, torrent, files) : null
    const unwanted = was && now ? ofFiles(was, now) : []
    const isSent = await this.#orders.sendAll(record, state, unwanted)
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
    const harmless = await this.#torrents.harmless(record, wanted)
    const rest = await this.#orders.sendAll(
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
    const end = start?.verb === 'start' ? await this.#torrents.endOnceStarted(record) : staysAtLimit
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
      const freed = await this.#orders.sendAll(record, rest.state, this.#torrents.withoutLimits(record))
      if (freed.sent)
        return this.#waits(
          freed.state,
          SOON_MS,
          'The former state was sent to its server.',
          waits.restoreShown.ms,
        )
      return done(notStartedWords)
    }
    const started = await this.#orders.sendAll(record, rest.state, start ? [start] : [])
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
      await this.#orders.send(record, state, {verb: 'recheck', args: {}})
      return this.#waits({...state, check: 'asked'}, AGAIN_MS, isLooking, waits.restoreChecked.ms)
    }
    const isLate = state.waitsFor === isLooking && this.#clock.now() - state.waitsSince >= BEGUN_MS
    if (!state.sawCheck && !isLate) return this.#waits(state, AGAIN_MS, isLooking, waits.restoreChecked.ms)
    const {completed = 0} = torrent
    const of = was?.completed === undefined ? '' : ` of ${was.completed}`
    const found = `Its server found ${completed}${of} bytes of it, so it is not started. Bring it back again to have it checked once more.`
    const message = joined(notRestoredWords(state.notRestored), found)!
    if (was?.completed !== undefined) await this.#torrents.foundLess(torrent.key, was.completed)
    throw new CommodarrError('changed_meanwhile', message, {id: record.id})
  }

  #hasWaited({waitsFor, waitsSince}: RestoringState, message: string, ms: number): boolean {
    return waitsFor === message && this.#clock.now() - waitsSince >= ms
  }

  #waits(before: RestoringState, ms: number, message: string, most: number): RestoringPass {
    const now = this.#clock.now()
    const state = before.waitsFor === message ? before : {...before, waitsFor: message, waitsSince: now}
    if (now - state.waitsSince < most) return {is: 'waits', ms, state, message}
    throw new CommodarrError('unconfirmed', `It is not as it was yet. ${message}`)
  }
}

const notStartedWords =
  'It was not started: it may have reached a share limit at which its server removes it. Set that server to stop torrents there, then start it.'
const untold =
  'It is not known what its server does with a torrent that reaches a share limit. Until that is known, its share limits are not changed, and it is not started.'
const notStartedUntold =
  'It was not started: for a day Commodarr could not find out what its server does with a torrent that reaches a share limit. Check that setting on the server, then start the torrent.'
const limitsLeftWords =
  'Its share limits were not restored: for a day Commodarr could not find out what its server does with a torrent that reaches one.'
const notTakenWords = 'It was not started: its server did not start it when asked. Start it yourself.'
const plainStart: AnyTorrentCommand = {verb: 'start', args: {}}
const byItsLink =
  'It was added by its link: its server looks for its data when it has the metadata, and nothing else is as it was.'
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
