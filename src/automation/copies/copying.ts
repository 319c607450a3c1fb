/**
 * Begins to copy a torrent to another server: all that could stand in the way is looked at before anything is done.
 * Whoever sees the one server may not see the other: what is told of the source names neither it nor its folders.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import type {DiskSpace} from '#disk/free-space.ts'
import {lookAt} from '#disk/file-looks.ts'
import type {Unseen} from '#disk/fs-errors.ts'
import {lookForImported} from '#disk/imported-files.ts'
import {contradictionAt, toOurs, toServer, type CheckedMapping} from '#disk/path-mapping.ts'
import {placeFiles, standingFolder, type LaidFile} from '#disk/place-files.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {DataProgress} from '#executor/data-progress.ts'
import {objectionTo, serverVerbNeeds, torrentVerbsNeed} from '#executor/authorise.ts'
import type {LeftCopy} from '#executor/guards/rules/decision-guard.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import {isUnknown} from '#lookups/fact-result.ts'
import {pathsOfFiles} from '#lookups/torrent-paths.ts'
import type {Access} from '#model/access.ts'
import type {NotDone} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {limitWords, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {Executor, FleetReader, LimitEndReader, ServerObjection, TorrentReader} from '#model/services.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {DataProgressView} from '#model/unfinished.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {
  COPY,
  copiesAmong,
  endOverFiles,
  failedCopy,
  isBusy,
  isLeft,
  isOfRule,
  isWhole,
  PROVEN,
  subjectOf,
  wayOut,
  type CopyState,
  type FailedCopy,
  type Proof,
} from './copy-saga.ts'

export interface CopyingDeps {
  readonly disk: Pick<CopyDisk, 'planFor' | 'compare'>
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

/** Disks and servers have something else to do, too. */
const AT_ONCE = 2

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
        const why = endOverFiles(end, {way: 'copies', action})
        if (why !== null) return refused(new CommodarrError('not_supported', why))
        const unseen = await this.#look(key, target)
        if (unseen !== null) return {is: 'underWay', message: `It stays here as well. ${unseen}`}
      }
      if (stand) return stand
      if (!torrent) return refused(new CommodarrError('torrent_not_found', 'Its server does not list it.'))
      const later = failed && notNow(failed, wish.decision, {isThere: there !== null, now: clock.now()})
      if (later) return later
      if (copiesAmong(begun.unfinished()).length >= AT_ONCE)
        return {is: 'underWay', message: `It waits: ${AT_ONCE} others are being copied.`}
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
    const {fleet, objection} = this.#parts
    const there = fleet.get({serverId: copiedTo, hash: from.hash})
    if (!there || there.stale || objection(copiedTo) !== null) return false
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
    const why = await this.#parts.disk.compare(from, {serverId: target, hash: from.hash})
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
    const {disk} = this.#parts
    if (!isWhole(torrent)) {
      const message = 'Only what has all of its files, and wants all of them, is copied.'
      return refused(new CommodarrError('not_supported', message))
    }
    const path = failed?.plan.savePath ?? (wish.action.params['path'] as string | undefined) ?? null
    const plan = await disk.planFor(wish.key, target, path)
    if ('why' in plan) return refused(new CommodarrError('not_supported', plan.why))
    const {decision, action, key, ruleName} = wish
    const no = await this.#objectionToEnd(
      {key: {...key, serverId: target}, category: torrent.category},
      {way: plan.way, action},
    )
    if (no) return refused(no)
    const id = randomUUIDv7()
    const runs = isRunning(torrent.state)
    const state: CopyState = {id, decision, action, key, ruleName, name: torrent.name, target, runs, ...plan}
    return this.#begin(wish, failed?.left ? {...state, left: failed.left} : state)
  }

  /** @throws {CommodarrError} its server does not tell what it does at a share limit */
  async #objectionToEnd(
    {key, category}: Pick<TorrentRecord, 'key' | 'category'>,
    copy: Pick<CopyState, 'way' | 'action'>,
  ): Promise<CommodarrError | null> {
    const end = await this.#parts.limitEnds.ofAdded(key.serverId, category ?? null)
    const why = endOverFiles(end, copy)
    return why === null ? null : new CommodarrError('not_supported', why)
  }

  /** @throws {CommodarrError} then nothing is begun */
  async #begin({decided}: CopyWish, state: CopyState): Promise<CopyStand> {
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

/** Its server says that something is wrong with it, whatever share of it was complete before. */
function ails({state}: TorrentRecord): boolean {
  return state === 'error' || state === 'missingFiles' || state === 'unknown'
}

function runs({state}: TorrentRecord): boolean {
  return isRunning(state)
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

/* What copies to another server are handed of disks: where the data shall lie there, and how it comes there. */

/** place: the other server sees the very files. links: both lie on one disk. copies: there is room for them. */
type CopyWay = 'place' | 'links' | 'copies'

export interface CopyPlan {
  /** As the other server writes it. */
  readonly savePath: string
  readonly way: CopyWay
  /** Of the room there that it will take. */
  readonly bytes: Bytes
}

export interface CopyDisk {
  /**
   * @param path as the other server writes it; `null` = where the data lies, or the same folder of its disk
   * @returns `why` = it cannot be done, for people
   * @throws {CommodarrError} its server does not answer
   */
  planFor(
    source: TorrentKey,
    target: ServerId,
    path: string | null,
  ): Promise<CopyPlan | {readonly why: string}>
  /**
   * Lays the files of the one where the other looks for its own. May be begun again.
   * @throws {CommodarrError} `bad_argument` = they are not the same files; as `placeFiles`; a server does not answer
   */
  lay(source: TorrentKey, target: TorrentKey, way: CopyWay): Promise<void>
  /** How far that is; `null` = nothing is copied there now. */
  progress(source: TorrentKey, target: ServerId): DataProgressView | null
  /**
   * Looks whether the other one has the files of the source now: on a disk that is there, each of its size, and the
   * largest with the same content where it was looked at.
   * @returns why that cannot be said, for people who may not see the other server; `null` = it has them
   * @throws {CommodarrError} a server does not tell its files
   */
  compare(source: TorrentKey, target: TorrentKey): Promise<string | null>
}

export interface CopyDiskDeps {
  readonly mounted: MountedDisks
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'files'>
  readonly mappings: (id: ServerId) => readonly CheckedMapping[]
  /** Of a folder of ours, only when its disk is the one that we know. */
  readonly space: (path: string) => Promise<DiskSpace | Unseen>
  /** What has to stay free on any disk. */
  readonly reserve: () => Bytes
  /** What moves and other copies that are under way still take of a disk. */
  readonly taken: MoveSpace['taken']
  readonly clock: Clock
  /** When the program ends, what is being copied ends half, and is begun again. */
  readonly signal: AbortSignal
}

/**
 * Where the data of a torrent lies for two servers, by our own look at their disks: what shall be where for the other
 * one, whether it can be linked, and whether there is room for a copy. What we do not see of either is not done.
 */
export function copyDisk(parts: CopyDiskDeps): CopyDisk {
  const underWay = new Map<string, DataProgress>()
  return {
    planFor: (source, target, path) => planFor(source, target, path, parts),
    async lay(source, target, way) {
      if (way !== 'copies') return lay(source, target, way, parts)
      const subject = subjectOf(source, target.serverId)
      const progress = new DataProgress(parts.clock)
      underWay.set(subject, progress)
      try {
        await lay(source, target, way, parts, progress)
      } finally {
        underWay.delete(subject)
      }
    },
    progress: (source, target) => underWay.get(subjectOf(source, target))?.view() ?? null,
    compare: (source, target) => compare(source, target, parts),
  }
}

async function planFor(
  source: TorrentKey,
  target: ServerId,
  path: string | null,
  parts: CopyDiskDeps,
): Promise<CopyPlan | {readonly why: string}> {
  const {fleet, mappings, space, reserve, taken} = parts
  const torrent = fleet.get(source)
  const from = torrent?.savePath ? toOurs(torrent.savePath, mappings(source.serverId)) : null
  if (!torrent || from === null) return {why: unseen('its server')}
  const savePath = path ?? toServer(from, mappings(target))
  if (savePath === null)
    return {
      why: 'None of the folders that the other server shares with us has its data: enter the path there.',
    }
  const to = toOurs(savePath, mappings(target))
  if (to === null) return {why: unseen('the other server')}
  const doubt =
    contradictionAt(torrent.savePath!, mappings(source.serverId)) ??
    contradictionAt(savePath, mappings(target))
  if (doubt !== null) return {why: doubt}
  const [here, there] = [await space(from), await space(to)]
  if ('unknown' in here) return {why: `Where its data is: ${here.detail}`}
  if ('unknown' in there) return {why: `Where its data shall be: ${there.detail}`}
  if (from === to) return {savePath, way: 'place', bytes: 0}
  if (here.device === there.device) return {savePath, way: 'links', bytes: 0}
  if (torrent.size === undefined) return {why: 'Its server does not say how large it is.'}
  // What an earlier try left there whole stays, and takes no more room.
  const left = fleet.get({serverId: target, hash: source.hash})
  const own = left?.savePath === savePath ? (left.completed ?? 0) : 0
  const bytes = Math.max(0, torrent.size - own)
  const needed = bytes + (await taken(target, there.device)) + reserve()
  if (there.freeBytes < needed) {
    const room = `${there.freeBytes} bytes are free, and ${needed} are needed`
    return {why: `There is no room for it in ${savePath} of the other server: ${room}.`}
  }
  return {savePath, way: 'copies', bytes}
}

function unseen(whose: string): string {
  return `No path mapping gives our path of its data on ${whose}: the data cannot be copied there, nor checked.`
}

/** @param progress of what is copied */
async function lay(
  source: TorrentKey,
  target: TorrentKey,
  way: CopyWay,
  parts: CopyDiskDeps,
  progress?: DataProgress,
): Promise<void> {
  const [from, to] = await Promise.all([seenOf(source, parts), seenOf(target, parts)])
  const files = from.files.map(({path, size}, at): LaidFile => {
    const other = to.files[at]
    if (other?.size !== size || from.files.length !== to.files.length) throw otherFiles()
    return {from: path, to: other.path, size}
  })
  const folder = toOurs(to.torrent.savePath ?? '', parts.mappings(target.serverId))
  const believed = folder === null ? null : await parts.space(folder)
  if (folder === null || believed === null || 'unknown' in believed)
    throw new CommodarrError('disk_failed', `The disk of ${target.serverId} cannot be seen now.`)
  const {path: root, device} = await standingFolder(folder)
  const as = way === 'copies' ? 'copies' : 'links'
  const id = keyText(source)
  progress?.add(
    id,
    files.reduce((sum, {size}) => sum + size, 0),
  )
  await placeFiles({
    root,
    device,
    files,
    as,
    signal: parts.signal,
    onCopied: (bytes) => progress?.arrived(id, bytes),
    onFound: (bytes) => progress?.spared(id, bytes),
  })
}

/** So many of the largest are compared by their content. */
const COMPARED = 50

async function compare(source: TorrentKey, target: TorrentKey, parts: CopyDiskDeps): Promise<string | null> {
  const {patience} = parts.mounted
  const [from, to] = await Promise.all([seenOf(source, parts), seenOf(target, parts)])
  const away = await awayOf(to.torrent, parts)
  if (away !== null) return `The disk of the other server cannot be relied on now: ${away}`
  if (from.files.length !== to.files.length) return otherFiles().message
  const paths = to.files.map(({path}) => path)
  const looks = await lookAt(paths, patience, 'copy')
  if (looks === null) return 'The disk of the other server does not answer.'
  const isThere = looks.every(
    (it, at) => !('fault' in it) && it.kind !== 'folder' && it.size === from.files[at]!.size,
  )
  if (!isThere) return 'Not all of its files are on the disk of the other server.'
  // Of an empty file its size says all.
  const largest = [...paths.keys()]
    .filter((at) => from.files[at]!.size > 0)
    .toSorted((a, b) => from.files[b]!.size - from.files[a]!.size)
  for (const at of largest.slice(0, COMPARED)) {
    const file = {content: null, source: from.files[at]!.path, destination: paths[at]!, size: null}
    const is = await lookForImported(file, patience)
    if (is !== 'there' && is !== 'own') return 'Its files on the other server are not those that it has here.'
  }
  return null
}

/** Why what lies there proves nothing, without the name of a folder; `null` = nothing speaks against it. */
async function awayOf({key, savePath = ''}: TorrentRecord, parts: CopyDiskDeps): Promise<string | null> {
  const mappings = parts.mappings(key.serverId)
  const folder = toOurs(savePath, mappings)
  if (folder === null || contradictionAt(savePath, mappings) !== null) return 'its folder is not mapped.'
  if ((await parts.mounted.diskAway(folder)) !== null) return 'it is not mounted, or another one is.'
  return (await parts.mounted.whyUnsettled(folder)) === null ? null : 'it was just mounted again.'
}

interface SeenFiles {
  readonly torrent: TorrentRecord
  /** Ours, in the order of the torrent file. */
  readonly files: readonly {readonly path: string; readonly size: Bytes}[]
}

/** @throws {CommodarrError} */
async function seenOf(key: TorrentKey, {fleet, details, mappings}: CopyDiskDeps): Promise<SeenFiles> {
  const torrent = fleet.get(key)
  if (!torrent) throw new CommodarrError('torrent_not_found', `${key.serverId} does not list it any more.`)
  const all = (await details.files(key)).toSorted((a, b) => a.index - b.index)
  const paths = pathsOfFiles(torrent, all, all, mappings(key.serverId))
  if (isUnknown(paths)) throw new CommodarrError('path_refused', paths.detail)
  return {torrent, files: all.map(({size}, at) => ({path: paths.value[at]!, size}))}
}

function otherFiles(): CommodarrError {
  return new CommodarrError('bad_argument', 'It lists other files for it than its own server does.')
}
