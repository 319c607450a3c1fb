/**
 * Copies and moves to another server that people order. Each is planned before anything is begun, with the rights of who
 * orders it on both servers; then its saga carries it out. Whoever sees the one server may not see the other: only who
 * ordered it is told of both.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import {objectionTo, serverVerbNeeds, torrentVerbsNeed} from '#executor/authorise.ts'
import {cancelledByPerson, refusalBy} from '#executor/outcomes.ts'
import type {SagaRunner} from '#executor/saga-runner.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting} from '#model/access.ts'
import type {CommandResult} from '#model/command.ts'
import {
  MOST_COPIES,
  type CopyArgs,
  type CopyPreview,
  type CopyRefusal,
  type CopyRun,
  type CopyService,
  type CopyWay,
  type ResumedCopies,
} from '#model/copies.ts'
import {quarantineTag} from '#model/automation-state.ts'
import {CommodarrError} from '#model/errors.ts'
import type {
  Executor,
  FleetReader,
  ItemResult,
  LimitEndReader,
  RemovalOrder,
  ServerObjection,
} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {authorityOf} from '#registry/rules/owners.ts'
import type {Authority} from '#registry/rules/reach.ts'
import type {NoTrash} from '#trash/trash-disk.ts'
import {endOverFiles, type CopySagaDeps} from './copy-commands.ts'
import type {CopyPlacing, CopyPlan, CopyPlans, NoCopyPlan} from './copy-disk.ts'
import {entryOf} from './copy-saga.ts'
import {
  copiesAmong,
  COPY,
  failedCopy,
  isBusy,
  isLeaving,
  isLeft,
  isMove,
  isOfPerson,
  isSound,
  isWhole,
  PROVEN,
  runs,
  subjectOf,
  TAKEN_BACK,
  TAKEN_BACK_MS,
  verbOf,
  type CopyOfPerson,
  type MadeCopy,
  type Proof,
  type TakenBack,
} from './copy-state.ts'
import {removalOf} from './hand-over.ts'
import type {Meeting, NoMeeting, PeerMeeting} from './peer-meeting.ts'

export interface CopyOrdersDeps {
  readonly plans: Pick<CopyPlans, 'planFor'>
  readonly placing: Pick<CopyPlacing, 'cancel' | 'progress'>
  readonly meeting: Pick<PeerMeeting, 'between'>
  readonly takesTags: CopySagaDeps['takesTags']
  readonly fleet: Pick<FleetReader, 'get'>
  /** Why nothing can be asked of a server now; `null` = it can. */
  readonly objection: ServerObjection
  readonly objectionToFolder: Executor['objectionToFolder']
  /** Where a server saves by default, as it writes it; `null` = it does not say. */
  readonly savesAt: (id: ServerId) => string | null
  /** Why no .torrent file can be had of the torrents of a server, for people; `null` = it can, as far as is known. */
  readonly whyNoTorrentFile: (id: ServerId) => string | null
  readonly noTrash: (key: TorrentKey) => Promise<NoTrash | null>
  readonly deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set' | 'cancel'>
  readonly begun: Pick<SagaRepository, 'about' | 'unfinished'>
  readonly sagas: Pick<SagaRunner, 'begin' | 'wake'>
  readonly removals: {run(order: RemovalOrder): Promise<readonly ItemResult[]>}
  readonly limitEnds: Pick<LimitEndReader, 'ofAdded'>
  /** What a person may now who ordered something; `null` = they may not come in any more. */
  readonly accessOf: (authority: Authority) => Access | null
  readonly clock: Clock
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
}

/** How one of them would be carried out. */
interface Planned {
  readonly torrent: TorrentRecord
  readonly plan: CopyPlan
  readonly runs: boolean
  readonly takesOver: boolean
  readonly wasThere: boolean
  readonly left: Proof | null
}

/** Why it cannot be, and what of the order would change that. */
class Refused extends CommodarrError {
  readonly lacks: 'download' | 'existing' | null

  constructor(code: CommodarrError['code'], message: string, lacks: Refused['lacks'] = null) {
    super(code, message)
    this.lacks = lacks
  }
}

export class CopyOrders implements CopyService {
  readonly #parts: CopyOrdersDeps
  /** By the id of the entry in the journal. */
  readonly #awaited = new Map<string, (result: CommandResult) => void>()
  /** Those that their person took back and that have not ended. */
  readonly #cancelled = new Set<string>()

  constructor(parts: CopyOrdersDeps) {
    this.#parts = parts
  }

  async run(order: CopyRun): Promise<void> {
    // All of them first: each may be taken back from now on.
    const ends = this.#await(order)
    for (const key of order.keys) {
      const id = order.entryId(key)
      const refused = this.#cancelled.has(id) ? cancelledByPerson : await this.#begin(order, key, id)
      if (refused) this.ended(id, refused)
    }
    await Promise.all(ends)
  }

  resumed(): readonly ResumedCopies[] {
    const {begun, accessOf} = this.#parts
    const states = copiesAmong(begun.unfinished()).filter(isOfPerson)
    const orders = Map.groupBy(states, ({order}) => order.id)
    return [...orders.values()].flatMap((its) => {
      const [{by, order}] = its as [CopyOfPerson]
      const access = accessOf(by.authority)
      // Whose rights are gone, nobody is shown it; its next step ends it.
      if (access === null) return []
      const {actor, via, credentialId} = by
      const {id, at, args} = order
      const command = {verb: verbOf(args), args}
      return [
        {action: {id, at}, by: {actor, access, via, credentialId}, command, keys: its.map(({key}) => key)},
      ]
    })
  }

  async follow(order: CopyRun): Promise<void> {
    const ends = this.#await(order)
    const {args} = order.command
    for (const key of order.keys) {
      const saga = this.#parts.begun.about(COPY, subjectOf(key, args.server))
      if (saga) order.onBegun(order.entryId(key), (saga.state as CopyOfPerson).bytes)
    }
    await Promise.all(ends)
  }

  #await(order: CopyRun): readonly Promise<void>[] {
    return order.keys.map((key) => {
      const {promise, resolve} = Promise.withResolvers<CommandResult>()
      this.#awaited.set(order.entryId(key), resolve)
      return promise.then((result) => order.onResult({key, result}))
    })
  }

  async cancel(entryIds: readonly string[]): Promise<void> {
    const {begun, placing, sagas, deadlines, clock} = this.#parts
    const ids = new Set(entryIds.filter((id) => this.#awaited.has(id)))
    for (const id of ids) this.#cancelled.add(id)
    const its = copiesAmong(begun.unfinished()).filter(({id}) => ids.has(id))
    if (its.length === 0) return
    for (const {key, target} of its) placing.cancel(key, target)
    const [createdAt, dueAt] = [clock.now(), clock.now() + TAKEN_BACK_MS]
    const written = deadlines.set(
      ...its.map(({id, key, target}) => ({
        kind: TAKEN_BACK,
        subject: subjectOf(key, target),
        version: 1,
        detail: {id} satisfies TakenBack,
        dueAt,
        createdAt,
      })),
    )
    sagas.wake(({kind, state}) => kind === COPY && ids.has((state as CopyOfPerson).id))
    await written
  }

  isCancelled(entryId: string): boolean {
    return this.#cancelled.has(entryId)
  }

  /** Called by the saga, or for what was not begun. */
  ended(entryId: string, result: CommandResult): void {
    this.#awaited.get(entryId)?.(result)
    this.#awaited.delete(entryId)
    this.#cancelled.delete(entryId)
  }

  async undo(by: Acting, server: ServerId, keys: readonly TorrentKey[]): Promise<readonly ItemResult[]> {
    const results: ItemResult[] = []
    for (const key of keys) results.push({key, result: await this.#undo(by, server, key)})
    return results
  }

  bytesThere(key: TorrentKey, server: ServerId): Bytes | null {
    const copied = this.#parts.placing.progress(key, server)
    if (copied) return copied.bytesEnded
    const saga = this.#parts.begun.about(COPY, subjectOf(key, server))
    if (saga?.step !== 'fetch') return null
    return this.#parts.fleet.get({serverId: server, hash: key.hash})?.completed ?? null
  }

  async preview(access: Access, keys: Iterable<TorrentKey>, args: CopyArgs): Promise<CopyPreview> {
    const counts = {existing: 0, mayBeExisting: 0, staysStopped: 0, runTwice: 0, withoutTags: 0, omitted: 0}
    const mayDownload = {count: 0, private: 0, bytes: 0}
    const ways = new Map<CopyWay, {count: number; bytes: Bytes}>()
    const folders = new Map<string, number>()
    const refused = new Map<string, CopyRefusal>()
    const downloads = new Map<string, Download>()
    let [looked, beside] = [0, 0]
    for (const key of keys) {
      if (looked++ >= MOST_COPIES) {
        counts.omitted++
        continue
      }
      try {
        const {torrent, plan, runs: isToRun, wasThere} = await this.#plan(access, key, args, beside)
        beside += plan.bytes
        const isPrivate = torrent.isPrivate !== false
        if (wasThere) counts.existing++
        else {
          const tags = args.tags ?? torrent.tags.filter((tag) => tag !== quarantineTag)
          if (tags.length > 0 && !this.#parts.takesTags(args.server)) counts.withoutTags++
          const its = ways.get(plan.way) ?? {count: 0, bytes: 0}
          const bytes = plan.way === 'copies' || plan.way === 'download' ? plan.bytes : (torrent.size ?? 0)
          ways.set(plan.way, {count: its.count + 1, bytes: its.bytes + bytes})
          folders.set(plan.savePath, (folders.get(plan.savePath) ?? 0) + 1)
          if (plan.way === 'download') addTo(downloads, key.serverId, isPrivate)
        }
        if (args.source === 'stays' && isPrivate && runs(torrent))
          counts[isToRun ? 'runTwice' : 'staysStopped']++
      } catch (error) {
        if (!(error instanceof CommodarrError)) throw error
        const {code, message} = error
        const lacks = error instanceof Refused ? error.lacks : null
        const torrent = this.#parts.fleet.get(key)
        if (lacks === 'existing') counts.mayBeExisting++
        if (lacks === 'download') {
          mayDownload.count++
          addTo(downloads, key.serverId, torrent?.isPrivate !== false)
          mayDownload.bytes += torrent?.size ?? 0
          if (torrent?.isPrivate !== false) mayDownload.private++
        }
        const alike = refused.get(`${code} ${message}`) ?? {code, message, keys: []}
        refused.set(`${code} ${message}`, {...alike, keys: [...alike.keys, key]})
      }
      if (looked % PORTION === 0) await nextTurn()
    }
    return {
      ...counts,
      mayDownload,
      downloads: await this.#meetings(access, args.server, downloads),
      ways: Array.from(ways, ([way, its]) => ({way, ...its})),
      folders: Array.from(folders, ([path, count]) => ({path, count})).toSorted((a, b) => b.count - a.count),
      refused: [...refused.values()],
    }
  }

  /** From where downloads come: of each server of a source once, and of its private torrents. */
  async #meetings(
    access: Access,
    to: ServerId,
    downloads: ReadonlyMap<string, Download>,
  ): Promise<CopyPreview['downloads']> {
    const found: CopyPreview['downloads'][number][] = []
    for (const {from, isPrivate, count} of downloads.values()) {
      const meeting: Meeting | NoMeeting = await this.#parts.meeting.between(from, to, access, isPrivate)
      const how =
        'adds' in meeting ? {whySwarm: null, peers: meeting.peers} : {whySwarm: meeting.why, peers: []}
      found.push({from, count, ...how})
    }
    return found
  }

  /** @returns why it was not begun; `null` = it is under way, and ends with `ended` */
  async #begin(order: CopyRun, key: TorrentKey, id: string): Promise<CommandResult | null> {
    const {by, command, asOf} = order
    const {args} = command
    try {
      const {torrent, plan, wasThere, left, ...how} = await this.#plan(by.access, key, args, 0)
      const state: CopyOfPerson = {
        id,
        by: {
          actor: by.actor,
          via: by.via,
          // Sessions end, and nobody is known by one.
          credentialId: by.via === 'api_key' ? by.credentialId : null,
          authority: authorityOf(by),
        },
        order: {...order.action, args},
        key,
        name: torrent.name,
        target: args.server,
        source: args.source,
        asOf: asOf(key),
        ...how,
        ...plan,
        ...(args.category !== undefined && {category: args.category}),
        ...(args.tags !== undefined && {tags: args.tags}),
        ...(wasThere && {wasThere}),
        ...(left && {left}),
      }
      return await this.#start(order, state)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refusalBy(error)
    }
  }

  async #start({onBegun}: CopyRun, state: CopyOfPerson): Promise<CommandResult | null> {
    const {write, sagas, clock} = this.#parts
    const entry: JournalEntry = {...entryOf(state, clock.now()), phase: 'sending'}
    await write([entry])
    const notBegun = () =>
      write([
        stepAfter(entry, {at: clock.now(), phase: 'failed', code: underWay.code, message: underWay.message}),
      ])
    try {
      const isBegun = await sagas.begin(COPY, subjectOf(state.key, state.target), state)
      if (!isBegun) await notBegun()
      if (isBegun) onBegun(state.id, state.bytes)
      return isBegun ? null : refusalBy(underWay)
    } catch (error) {
      await notBegun()
      throw error
    }
  }

  /** @throws {CommodarrError} why it cannot be done */
  async #plan(access: Access, key: TorrentKey, args: CopyArgs, beside: Bytes): Promise<Planned> {
    const {fleet, objection} = this.#parts
    const {server, source} = args
    const no = this.#mayNot(access, key, args)
    if (no) throw no
    const torrent = fleet.get(key)
    if (!torrent) throw new CommodarrError('torrent_not_found', 'Its server does not list it.')
    const away = objection(server) ?? (objection(key.serverId) && sourceAway)
    if (away) throw away
    this.#demandFree(key, args)
    if (isBusy(torrent)) throw new CommodarrError('changed_meanwhile', 'Its server checks or moves it now.')
    if (!isWhole(torrent)) throw new CommodarrError('not_supported', notWhole)
    const left = this.#leftOf(key, server)
    const there = fleet.get({serverId: server, hash: key.hash})
    if (there && !left) this.#demandExisting(there, key, args)
    const wasThere = there !== null && left === null
    const noFile = wasThere || left !== null ? null : this.#parts.whyNoTorrentFile(key.serverId)
    if (noFile !== null) throw new CommodarrError('not_supported', noFile)
    const plan = await this.#planFor(access, torrent, args, {there: wasThere ? there : null, left, beside})
    const isPrivate = torrent.isPrivate !== false
    const asBefore = runs(torrent) && !(source === 'stays' && isPrivate)
    const isToRun = wasThere ? runs(there) || (args.start ?? runs(torrent)) : (args.start ?? asBefore)
    await this.#demandEnds(torrent, plan, args)
    return {
      torrent,
      plan,
      runs: isToRun,
      takesOver: source !== 'stays' && isPrivate && runs(torrent) && isToRun,
      wasThere,
      left,
    }
  }

  #mayNot(access: Access, {serverId}: TorrentKey, {server, path}: CopyArgs): CommodarrError | null {
    return (
      objectionTo(access, torrentVerbsNeed, serverId) ??
      objectionTo(access, serverVerbNeeds.addTorrent, server) ??
      objectionTo(access, torrentVerbsNeed, server) ??
      (server === serverId ? sameServer : null) ??
      (path === undefined ? null : this.#parts.objectionToFolder(access, server, path))
    )
  }

  /** Nothing else copies it there, and nothing takes it away while something copies it. @throws {CommodarrError} */
  #demandFree(key: TorrentKey, {server, source}: CopyArgs): void {
    const {begun} = this.#parts
    if (begun.about(COPY, subjectOf(key, server))) throw underWay
    const name = keyText(key)
    const unfinished = begun.unfinished()
    // Two that move towards each other, or in a circle, would each remove what the other one counts on.
    if (isLeaving(unfinished, {...key, serverId: server})) throw leaving
    const alike = copiesAmong(unfinished).filter((state) => state.key.hash === key.hash)
    if (source !== 'stays' && alike.some(({target}) => target === key.serverId)) throw coming
    const others = alike.filter((state) => keyText(state.key) === name)
    if (others.some((state) => isOfPerson(state) && isMove(state))) throw moving
    if (source !== 'stays' && others.length > 0) throw copied
  }

  /** What an earlier try left there by our hand. */
  #leftOf(key: TorrentKey, server: ServerId): (Proof & {readonly savePath: string}) | null {
    const {fleet, deadlines} = this.#parts
    const failed = failedCopy(deadlines, key, server)
    const there = fleet.get({serverId: server, hash: key.hash})
    return failed?.left && there && isLeft(there, failed.left)
      ? {...failed.left, savePath: failed.plan.savePath}
      : null
  }

  /** What is there is whole, and only a move has any use for it. @throws {CommodarrError} */
  #demandExisting(there: TorrentRecord, key: TorrentKey, {source, existing}: CopyArgs): void {
    if (isBusy(there) || there.stale)
      throw new CommodarrError(
        'changed_meanwhile',
        'The other server has it already, and checks or moves it now.',
      )
    if (!isWhole(there)) throw new CommodarrError('not_supported', existsInPart)
    if (source === 'stays')
      throw new CommodarrError('not_supported', 'The other server has it already, complete.')
    const proof = this.#proofOf(key, there)
    if (!existing && !proof) throw new Refused('not_supported', existsWhole, 'existing')
  }

  #proofOf(key: TorrentKey, there: TorrentRecord): MadeCopy | null {
    const {deadlines} = this.#parts
    const record = deadlines.of(PROVEN, subjectOf(key, there.key.serverId))
    const proof = record?.detail as MadeCopy | undefined
    return proof !== undefined && proof.addedAt === (there.addedAt ?? null) ? proof : null
  }

  async #planFor(
    access: Access,
    torrent: TorrentRecord,
    {server, path, download}: CopyArgs,
    of: {
      readonly there: TorrentRecord | null
      readonly left: {readonly savePath: string} | null
      readonly beside: Bytes
    },
  ): Promise<CopyPlan> {
    const {there, left, beside} = of
    const folder = left?.savePath ?? there?.savePath ?? path ?? null
    const own = folder === null ? this.#ownFolderOf(access, torrent, server) : null
    const plan = await this.#planIn({folder, own}, torrent, server, beside)
    // Where it lies there is no matter of room any more.
    if (there) return {savePath: folder ?? '', way: 'why' in plan ? 'download' : plan.way, bytes: 0}
    if (!('why' in plan)) return plan
    if (!plan.isUnseen || left) throw refusedPlan(plan)
    if (!download)
      throw new Refused('not_supported', `${plan.why} The other server may download it.`, 'download')
    const savePath = folder ?? own
    if (savePath === null)
      throw new CommodarrError('bad_argument', 'The other server does not report its folder: enter one.')
    return {savePath, way: 'download', bytes: torrent.size ?? 0}
  }

  /** Where none is named: in the folder of the source where the other server has that, else where it saves itself. */
  async #planIn(
    {folder, own}: Readonly<Record<'folder' | 'own', string | null>>,
    torrent: TorrentRecord,
    server: ServerId,
    beside: Bytes,
  ): Promise<CopyPlan | NoCopyPlan> {
    const {plans} = this.#parts
    const plan = await plans.planFor(torrent.key, server, folder, beside)
    if (own === null || !('why' in plan) || !plan.isUnseen) return plan
    const there = await plans.planFor(torrent.key, server, own, beside)
    return 'why' in there && there.isUnseen ? plan : there
  }

  /** The default folder of the other server; what lies in a folder below that of its own server comes into the same one. */
  #ownFolderOf(access: Access, {key, savePath = ''}: TorrentRecord, server: ServerId): string | null {
    const [from, to] = [key.serverId, server].map((id) => this.#parts.savesAt(id)?.replace(/\/+$/, ''))
    if (!to) return null
    if (!from || !savePath.startsWith(`${from}/`)) return to
    const below = savePath.slice(from.length).replace(/\/+$/, '')
    // What another server calls its folder must lead nowhere else.
    const isBelow = below.split(/[\\/]/).every((it) => it !== '..')
    const mayNameIt = isBelow && this.#parts.objectionToFolder(access, server, to + below) === null
    return mayNameIt ? to + below : to
  }

  /** What becomes of it there at a share limit, and of its source. @throws {CommodarrError} */
  async #demandEnds(torrent: TorrentRecord, {way}: CopyPlan, args: CopyArgs): Promise<void> {
    const {limitEnds, noTrash} = this.#parts
    const {server, source, category = torrent.category} = args
    const why = endOverFiles(await limitEnds.ofAdded(server, category || null), {
      way,
      isMove: source !== 'stays',
    })
    if (why !== null) throw new CommodarrError('not_supported', why)
    if (source !== 'trash' || way === 'place') return
    const no = await noTrash(torrent.key)
    if (no)
      throw new CommodarrError(
        'trash_impossible',
        `${no.why} Without the trash its files are deleted permanently.`,
      )
  }

  async #undo(by: Acting, server: ServerId, key: TorrentKey): Promise<CommandResult> {
    const {fleet, deadlines, removals} = this.#parts
    const copy = {serverId: server, hash: key.hash}
    const [source, there] = [fleet.get(key), fleet.get(copy)]
    const no =
      objectionTo(by.access, torrentVerbsNeed, server) ??
      objectionTo(by.access, torrentVerbsNeed, key.serverId)
    if (no) return refusalBy(no)
    if (!there)
      return refusalBy(new CommodarrError('torrent_not_found', 'The other server does not list the copy.'))
    const proof = this.#proofOf(key, there)
    if (!proof?.isOurs)
      return refusalBy(new CommodarrError('changed_meanwhile', 'The copy is not the one that was made.'))
    if (!isSound(source))
      return refusalBy(
        new CommodarrError(
          'changed_meanwhile',
          'The source is not complete, or that is not certain now, so the copy stays.',
        ),
      )
    const order = {
      by,
      keys: [copy],
      command: {verb: removalOf(proof, there), args: {}},
      ...(proof.entryId !== undefined && {entryOf: () => ({causeId: proof.entryId!})}),
      // In the moment in which it is sent, too.
      isCancelled: () => {
        const now = fleet.get(copy)
        return !isSound(fleet.get(key)) || now === null || this.#proofOf(key, now) === null
      },
    }
    const [item] = await removals.run(order)
    let {result} = item!
    if (result.outcome === 'refused' && result.code === 'content_shared') {
      const [again] = await removals.run({...order, command: {verb: 'remove', args: {}}})
      result = again!.result
    }
    if (result.outcome === 'done') await deadlines.cancel(PROVEN, subjectOf(key, server))
    return result
  }
}

interface Download {
  readonly from: ServerId
  readonly isPrivate: boolean
  readonly count: number
}

function addTo(downloads: Map<string, Download>, from: ServerId, isPrivate: boolean): void {
  const name = `${from} ${isPrivate}`
  downloads.set(name, {from, isPrivate, count: (downloads.get(name)?.count ?? 0) + 1})
}

/** Looked at before others have their turn. */
const PORTION = 50

const sourceAway = new CommodarrError('server_not_online', 'Its server is not connected now.')
const sameServer = new CommodarrError(
  'bad_argument',
  'It is on that server already. Set its location to move it there.',
)
const underWay = new CommodarrError('changed_meanwhile', 'It is being copied to that server already.')
const moving = new CommodarrError('changed_meanwhile', 'It is being moved to another server already.')
const leaving = new CommodarrError(
  'changed_meanwhile',
  'The other server has it, and it is being moved away from there.',
)
const coming = new CommodarrError(
  'changed_meanwhile',
  'It is still being brought to the server that it is on: move it when that is done.',
)
const copied = new CommodarrError(
  'changed_meanwhile',
  'It is being copied to another server: move it when that is done.',
)
const notWhole = 'Only what has all of its files, and wants all of them, is copied.'
const existsWhole =
  'The other server has it already, complete, and Commodarr did not copy it there. It can be checked there, and then removed here.'
const existsInPart =
  'The other server has it already, and its data is incomplete. Complete it there, or remove it there with its data.'

function refusedPlan({why, isFull}: NoCopyPlan): CommodarrError {
  return new CommodarrError(isFull ? 'not_enough_space' : 'not_supported', why)
}
