/**
 * What was set aside instead of being lost: kept with all that brings it back, restored by people, and let go when its
 * time is over.
 *
 *   keep (before its removal is sent) ─▶ kept ─┬─ restore: files back, torrent as it was (`restoring.ts`) ─▶ restored
 *                                              └─ purge, by a person or when its time is over ─▶ purged
 *
 * What could not be set aside, as its disk is full, is brought back or let go from where it is.
 */
import {randomUUIDv7} from 'node:crypto'
import {becomes, type TrashRepository} from '#automation-state/trash-repository.ts'
import {dropEntry, Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {hearsOf, objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {UnconfirmedRemovals} from '#executor/unconfirmed-removals.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting, Requester, UserId} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import {systemActor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader, Presence, TorrentReader} from '#model/services.ts'
import {isRunning, type TorrentRecord} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {
  EXTRA_FILES,
  ORPHAN,
  type LibraryAway,
  type NotRestored,
  type RestoringView,
  type Trash,
  type TrashItem,
  type TrashVerb,
} from '#model/trash.ts'
import type {ArrId, LibraryClaim} from '#model/arr.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import {keptTorrent} from './kept-torrent.ts'
import type {FileOwners} from './file-owners.ts'
import {filesBack, joined, notRestoredWords, someOf} from './kept-files.ts'
import {restoringBegun, type Restoring, type RestoringPass} from './restoring.ts'
import {bytesOf, keptRecord, limitsOf, resumeOf, withFacts, type ResumeFacts} from './trash-record.ts'

interface TrashDeps {
  readonly restoring: Restoring
  readonly owners: Pick<FileOwners, 'of'>
  /** It is not configured any more. */
  readonly hasLeft: (id: ServerId) => boolean
  /** Asks it for its list now, and of this torrent for all of it. @throws {CommodarrError} */
  readonly poll: (key: TorrentKey) => Promise<void>
  /** Of this program itself. */
  readonly ourselves: Access
  readonly repository: TrashRepository
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'exportTorrent' | 'files' | 'trackers'>
  /** Whose library its data is, by a look of this moment; `null` = nobody's. */
  readonly libraryOf: (key: TorrentKey) => Promise<LibraryClaim | null>
  readonly clock: Clock
  /** It is still being set aside: whether it went, and where its files are, is not known yet. */
  readonly isUnderWay: (record: TorrentKey & {readonly id: string}) => boolean
  /** Whose end is not known. */
  readonly removals: Pick<UnconfirmedRemovals, 'objection' | 'isAbout'>
  /** So many settings that protect the configuration does not name any more: meanwhile nothing goes by itself. */
  readonly lostSettings: () => number
  /**
   * The library that its files may have been imported into, while nobody sees it; starting = its Arr was not heard yet;
   * `null` = it is seen, or there is none.
   */
  readonly libraryAway: (of: Owned) => LibraryAway | 'starting' | null
  /** The same, by a look of this moment. */
  readonly libraryAwayNow: (of: Owned) => Promise<LibraryAway | 'starting' | null>
  /** Those that something in the trash waits for, beyond its time. */
  readonly waitsFor: (libraries: readonly LibraryAway[]) => void
  /** By a whole list; else unknown. */
  readonly presence: (key: TorrentKey) => Presence
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly log: {error(about: object, text: string): void}
}

/** By what the Arr is known whose download something was; absent, or `null` of a category = not known. */
export interface Owned {
  readonly serverId: ServerId
  readonly arrId?: ArrId | null
  readonly category: string | null
}

export interface Keeping {
  /** Of the entry in the journal that sets it aside. */
  readonly id: string
  readonly verb: TrashVerb
  /** `null` = a person did it. */
  readonly rule: TrashRecord['rule']
  /** Of the person who did it; `null` = a rule did, or somebody without an account. */
  readonly userId: UserId | null
  readonly plan: RecyclePlan | null
  readonly days: number
  /** What is not as whoever wanted it gone wished; for people. */
  readonly message?: string | null
}

/** The rule that lets it go, whichever set it aside. */
type Ruled = Required<Pick<JournalEntry, 'ruleId' | 'decided'>>

/** What rules set aside, where they do not say otherwise. */
export const KEPT_DAYS = 14
/** What was restored is listed for so long. */
const LISTED_MS = 30 * DAY * 1_000
/** So much of its time is left whenever a server that left is back: until then nobody else sees it. */
const LEFT_WHEN_BACK_MS = DAY * 1_000
/** Where less than that is left, its time is over so much later. */
export const KEPT_ON_MS = 2 * DAY * 1_000
const LOOK_MS = 10 * MINUTE * 1_000
const AGAIN_MS = MINUTE * 1_000

/** Who lets it go: a rule and why, a person, or its time, which is over. */
type Why = Ruled | 'person' | 'over'

interface Opened {
  readonly record: TrashRecord
  readonly resume: ResumeFacts
}

export class TrashService implements Trash {
  readonly #parts: TrashDeps
  /** Of these somebody moves, brings back or lets go what belongs to them. */
  readonly #busy = new Set<string>()
  /** Their disk refused to have them set aside. */
  readonly #stuck = new Set<string>()
  /** Of those that are being brought back, what ends their waiting. */
  readonly #waits = new Map<string, () => void>()
  #isStopped = false
  #cancel: () => void = () => {}
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: TrashDeps) {
    this.#parts = parts
  }

  /** Ends first what a crash left half done. */
  start(): void {
    this.#looking = this.#settle()
    this.#plan()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    for (const cancel of this.#waits.values()) cancel()
    await this.#looking
  }

  list({access}: Acting): readonly TrashItem[] {
    return this.#parts.repository
      .all()
      .filter((record) => this.#isSeen(access, record) && !this.#isLongBack(record))
      .toSorted((a, b) => b.setAsideAt - a.setAsideAt)
      .map((record) => ({
        ...itemOf(record),
        hasServerLeft: this.#parts.hasLeft(record.serverId),
        isFound: resumeOf(record)?.isFound === true,
        isUnderWay: record.state === 'kept' && this.#isUnderWay(record),
        libraryAway: awayIn(this.#libraryAway(record))?.is ?? null,
        restoring: this.#restoringOf(record),
      }))
  }

  /** It is remembered alone: what was restored is left alone for years. */
  #isLongBack({state, stateAt}: TrashRecord): boolean {
    return state === 'restored' && stateAt < this.#parts.clock.now() - LISTED_MS
  }

  #restoringOf(record: TrashRecord): RestoringView | null {
    if (record.state !== 'restoring') return null
    const {isPlaced = false, check} = resumeOf(record)?.restoring ?? {}
    if (!isPlaced) return {step: 'files', progress: null}
    const torrent = this.#parts.fleet.get(record)
    const isChecking = torrent?.state === 'checking'
    const progress = isChecking ? (torrent?.taskProgress ?? null) : null
    return {step: isChecking || check === 'asked' ? 'check' : 'settings', progress}
  }

  /**
   * The torrent may be removed when this resolves.
   * @throws {CommodarrError} it cannot be kept now: its server does not answer, or the database is away
   */
  async keep(key: TorrentKey, {id, verb, rule, userId, plan, days, message = null}: Keeping): Promise<void> {
    const {repository, fleet, clock, details} = this.#parts
    const torrent = fleet.get(key)
    if (!torrent) throw new CommodarrError('torrent_not_found', 'Its server does not list it any more.')
    // Its server lists it now, and need not do so any more when its Arr answers.
    const claim = plan !== null && rule === null ? this.#parts.libraryOf(key) : null
    // A magnet that never got its torrent file has none to give away.
    const metainfo = torrent.hasMetadata ? await this.#metainfoOf(key) : null
    const was = keptTorrent(
      torrent,
      torrent.hasMetadata ? await details.files(key) : [],
      await details.trackers(key),
    )
    const resume = {
      savePath: torrent.savePath ?? null,
      category: torrent.category ?? null,
      tags: torrent.tags,
      ...(torrent.arrId !== undefined && {arrId: torrent.arrId}),
      contentPath: torrent.contentPath ?? '',
      isRunning: isRunning(torrent.state),
      limits: limitsOf(torrent),
      // Without a torrent file it comes back by a link: without its trackers it would find nobody, where it is private.
      trackers: metainfo === null ? was.trackers.map(({url}) => url) : [],
      was,
    }
    const now = clock.now()
    await repository.setAside(
      keptRecord({
        id,
        ...key,
        name: torrent.name,
        verb,
        rule,
        userId,
        message,
        plan,
        bytes: plan ? bytesOf(plan) : (torrent.size ?? 0),
        resume,
        at: now,
        until: now + days * DAY * 1_000,
      }),
      metainfo,
    )
    // An Arr that does not answer holds up no person.
    if (claim) void this.#noteLibrary(id, claim)
  }

  /** So that whoever lets it go knows what goes. Never rejects. */
  async #noteLibrary(id: string, looking: Promise<LibraryClaim | null>): Promise<void> {
    const {repository, log} = this.#parts
    try {
      const claim = await looking
      // Who has it may not say so now.
      if (claim !== null && claim.is !== 'has') return
      await repository.change(id, withFacts({inLibrary: claim !== null}))
    } catch (error) {
      log.error({err: error, id}, 'whether it was in a library could not be written')
    }
  }

  /** Something of this server is not brought back or let go yet. */
  holdsOf(serverId: ServerId): boolean {
    const isHeld = ({state}: TrashRecord) => state !== 'restored' && state !== 'purged'
    return this.#parts.repository.all().some((it) => it.serverId === serverId && isHeld(it))
  }

  /** Is it there, and was not brought back or let go? */
  keeps(id: string): boolean {
    return this.#parts.repository.of(id)?.state === 'kept'
  }

  /** Its torrent may be removed in this moment: it is kept, and nobody brings it back. */
  mayGo(id: string): boolean {
    return this.keeps(id) && !this.#busy.has(id)
  }

  /** The torrent that it keeps is this one, and not one that came again under its hash. */
  isOf(id: string, torrent: Pick<TorrentRecord, 'addedAt' | 'savePath'> | null): boolean {
    const record = this.#parts.repository.of(id)
    if (record?.state !== 'kept' || torrent === null) return false
    const {was, savePath} = record.resume as ResumeFacts
    return was?.addedAt === torrent.addedAt && savePath === (torrent.savePath ?? null)
  }

  /** Its server has it still, and no saga waits for it: nothing of it is to be brought back. Never rejects. */
  async neverWent(id: string): Promise<void> {
    if (!this.keeps(id)) return
    await this.forget(id).catch((error: unknown) =>
      this.#parts.log.error({err: error, id}, 'something stays in the trash that never left its server'),
    )
  }

  /** It was not removed after all. */
  async forget(id: string): Promise<void> {
    const {repository, log} = this.#parts
    const plan = (repository.of(id)?.resume as ResumeFacts | undefined)?.plan ?? null
    await repository.forget(id)
    if (plan === null) return
    // Room that was taken for it on its disk; on one that is away by now it stays, empty.
    await dropEntry(plan).catch((error: unknown) =>
      log.error({err: error, id}, 'an empty entry of the trash stays on its disk'),
    )
  }

  /** Its files stayed where they were. */
  async keptWithoutFiles(id: string, message: string): Promise<void> {
    const without = withFacts({plan: null})
    await this.#parts.repository.change(id, (now) => ({...without(now), paths: [], bytes: 0, message}))
  }

  /** Its disk refuses to have its files moved; it may be brought back or let go anyway. */
  async couldNotMove(id: string, why: string): Promise<void> {
    this.#stuck.add(id)
    const message = `Its files are still where they were. ${why}`
    await this.#parts.repository.change(id, (now) =>
      now.state !== 'kept' || now.message === message ? null : {...now, message},
    )
  }

  /** Nobody tries to move them any more. */
  async leftWhereTheyWere(id: string): Promise<void> {
    await this.#parts.repository.change(id, withFacts({isLeft: true}))
  }

  /** Whoever moves its files has it for himself until he ends it. @returns false = somebody else has it */
  claim(id: string): boolean {
    if (this.#busy.has(id) || !this.keeps(id)) return false
    this.#busy.add(id)
    return true
  }

  release(id: string): void {
    this.#busy.delete(id)
  }

  /** Resolves when its server has it again, or when that takes a while: then it is `restoring` until it is as it was. */
  async restore(by: Requester, id: string): Promise<void> {
    const record = this.#mayChange(by, id)
    const hasLeft = this.#parts.hasLeft(record.serverId)
    const isFilesAlone = hasLeft || record.verb === EXTRA_FILES || record.verb === ORPHAN
    const no = isFilesAlone ? null : objectionTo(by.access, 'add', record.serverId)
    if (no) throw no
    if (isFilesAlone) {
      await this.#alone(by, id, 'restore', async (resume) => {
        if (hasLeft && resume.plan === null) throw new CommodarrError('undo_impossible', nothingLeft, {id})
        const left = await this.#filesBack(record, resume)
        return this.#endRestored(record, left, hasLeft ? filesAlone : null)
      })
      return this.#undone(by, record)
    }
    // It may go in this moment: then what is brought back now would go with it.
    const underWay = this.#parts.removals.objection(record)
    if (underWay) throw new CommodarrError('changed_meanwhile', underWay.message, {id})
    if (await this.#neverLeft(record)) return this.#undone(by, record)
    await this.#beginRestoring(by, record)
    await this.#pass(id)
  }

  /** Its removal had no answer, and its server lists it: there is nothing to bring back. */
  async #neverLeft(record: TrashRecord): Promise<boolean> {
    const {poll, presence, removals} = this.#parts
    if (record.state !== 'kept' || !this.#isUnderWay(record)) return false
    await poll(record)
    // Its removal may be sent in this moment: what its server listed tells nothing of that.
    if (presence(record) !== 'there' || removals.objection(record) !== null) return false
    if (!this.claim(record.id)) return false
    const resume = resumeOf(record)
    try {
      const left = resume ? await this.#filesBack(record, resume) : []
      await this.#endRestored(record, left, 'It never left its server.')
    } finally {
      this.release(record.id)
    }
    return true
  }

  async #beginRestoring(by: Requester, {id}: TrashRecord): Promise<void> {
    const {repository, clock, write} = this.#parts
    const {record} = this.#open(id, 'person')
    this.#busy.add(record.id)
    try {
      const entry = this.#entry(by, record, 'restore')
      await write([entry])
      const now = clock.now()
      const begun = withFacts({restoring: restoringBegun(by, entry, now), failed: null})
      await repository.change(record.id, (it) => becomes('restoring', now)(begun(it)))
    } finally {
      this.#busy.delete(record.id)
    }
  }

  /** One step further, and the next one later. @throws {CommodarrError} it is in the trash again */
  async #pass(id: string): Promise<void> {
    const record = this.#parts.repository.of(id)
    const resume = record && resumeOf(record)
    const state = resume?.restoring
    if (record?.state !== 'restoring' || !resume || !state || this.#busy.has(id) || this.#isStopped) return
    this.#busy.add(id)
    try {
      const pass = await this.#parts.restoring.pass(record, resume, state)
      if (pass.is === 'done') await this.#restored(record, pass)
      else {
        const further = withFacts({restoring: pass.state})
        await this.#parts.repository.change(id, (now) => ({...further(now), message: pass.message}))
        this.#passLater(id, pass.ms)
      }
    } catch (error) {
      const known = error instanceof CommodarrError ? error : null
      // What its server has by now is not brought back twice: it is waited for.
      const isAway = known !== null && passing.has(known.code) && state.isPlaced
      if (isAway && this.#parts.clock.now() - record.stateAt < waits.restoreServer.ms)
        return await this.#waitForIt(id, known)
      await this.#notRestored(record, known)
      throw error
    } finally {
      this.#busy.delete(id)
    }
  }

  /** What is in the way is told meanwhile, as far as it can be written down. */
  async #waitForIt(id: string, {code, message}: CommodarrError): Promise<void> {
    const {repository, log} = this.#parts
    this.#passLater(id, AGAIN_MS)
    if (code.startsWith('storage_')) return
    await repository
      .change(id, (now) => (now.message === message ? null : {...now, message}))
      .catch((error: unknown) => log.error({err: error, id}, 'what a restore waits for could not be written'))
  }

  #passLater(id: string, ms: number): void {
    if (this.#isStopped) return
    const cancel = this.#parts.clock.after(ms, () => {
      this.#waits.delete(id)
      this.#looking = this.#looking.then(() => this.#passQuietly(id))
    })
    this.#waits.set(id, cancel)
  }

  async #passQuietly(id: string): Promise<void> {
    try {
      await this.#pass(id)
    } catch (error) {
      if (error instanceof CommodarrError) return
      this.#parts.log.error({err: error, id}, 'something in the trash could not be brought back')
    }
  }

  async #restored(
    record: TrashRecord,
    pass: Pick<RestoringPass & {is: 'done'}, 'message' | 'notRestored'>,
  ): Promise<void> {
    const {actor, entryId: id} = (record.resume as ResumeFacts).restoring!
    const message = await this.#endRestored(record, pass.notRestored, pass.message)
    this.#stuck.delete(record.id)
    await this.#writeAfter({
      ...this.#entry({actor}, record, 'restore'),
      id,
      phase: 'confirmed',
      ...(message !== null && {message}),
    })
    await this.#undone({actor}, record)
  }

  async #notRestored(record: TrashRecord, error: CommodarrError | null): Promise<void> {
    const {actor, entryId: id} = (record.resume as ResumeFacts).restoring!
    const [code, message] = [error?.code ?? 'internal', error?.message ?? 'It could not be done.']
    await this.#backToKept(record, message, 'restore')
    await this.#writeAfter({...this.#entry({actor}, record, 'restore'), id, phase: 'failed', code, message})
  }

  /** @param ruled by which rule, and why; absent = a person wants it */
  async purge(by: Acting, id: string, ruled?: Ruled): Promise<void> {
    const record = this.#mayChange(by, id)
    // It may have left since the rule looked.
    if (ruled && this.#isUpToPeople(record)) throw unknownItem(id)
    if (ruled && (await this.#libraryAwayNow(record)) !== null)
      throw new CommodarrError('changed_meanwhile', LIBRARY_AWAY, {id})
    await this.#purge(by, id, ruled ?? 'person')
  }

  /** What he may let go of a server, and whose days are over. */
  over(access: Acting['access'], serverId: ServerId | null): readonly TrashRecord[] {
    const {repository} = this.#parts
    return repository
      .due()
      .filter((it) => it.serverId === serverId && !this.#isUpToPeople(it))
      .filter((it) => !this.#busy.has(it.id) && !this.#isUnderWay(it))
      .filter((it) => objectionTo(access, torrentVerbsNeed, it.serverId) === null)
      .filter((it) => this.#libraryAway(it) === null)
  }

  /** Its files may be the last copy of what was imported from them. */
  #libraryAway(record: TrashRecord): LibraryAway | 'starting' | null {
    return record.state === 'kept' && record.paths.length > 0
      ? this.#parts.libraryAway(ownedOf(record))
      : null
  }

  async #libraryAwayNow(record: TrashRecord): Promise<LibraryAway | 'starting' | null> {
    const isKept = record.state === 'kept' && record.paths.length > 0
    return isKept ? this.#parts.libraryAwayNow(ownedOf(record)) : null
  }

  async #purge(by: Acting, id: string, why: Why): Promise<void> {
    const letGo = async (resume: ResumeFacts, record: TrashRecord) => {
      if (resume.isLeft === true || this.#stuck.has(record.id)) {
        const left = await this.#freeInPlace(record, resume, why === 'person')
        return this.#end(record, 'purged', left)
      }
      if (resume.plan) {
        const eraser = this.#eraser(record, resume.contentPath, resume.plan)
        const found = await eraser.entry(resume.plan)
        if (found?.state === 'moving' || found?.state === 'restoring')
          throw new CommodarrError('path_refused', 'It is not set aside as a whole.', {id: record.id})
        const {foreign = []} = found ? await eraser.purge(resume.plan) : {}
        if (foreign.length > 0) return this.#end(record, 'purged', foreignWords(foreign))
      }
      await this.#end(record, 'purged')
    }
    await this.#alone(by, id, 'purge', letGo, why)
  }

  /** One at a time of each, written down before and after; what fails leaves it kept, with the reason. */
  async #alone(
    by: Acting,
    id: string,
    verb: 'restore' | 'purge',
    work: (resume: ResumeFacts, record: TrashRecord) => Promise<string | null | void>,
    why: Why = 'person',
  ): Promise<void> {
    const {repository, clock, write} = this.#parts
    const {record, resume} = this.#open(id, why, verb)
    this.#busy.add(record.id)
    const entry = {...this.#entry(by, record, verb), ...(typeof why === 'object' && why)}
    try {
      await write([entry])
      await repository.change(id, becomes(verb === 'restore' ? 'restoring' : 'purging', clock.now()))
      const message = await work(resume, record)
      this.#stuck.delete(record.id)
      await this.#writeAfter(
        stepAfter(entry, {at: clock.now(), phase: 'confirmed', ...(message && {message})}),
      )
    } catch (error) {
      const known = error instanceof CommodarrError ? error : null
      const [code, message] = [known?.code ?? 'internal', known?.message ?? 'It could not be done.']
      await this.#backToKept(record, message, verb)
      await this.#writeAfter(stepAfter(entry, {at: clock.now(), phase: 'failed', code, message}))
      throw error
    } finally {
      this.#busy.delete(record.id)
    }
  }

  /**
   * As it is in this moment: whoever waited for something before it may have read what is over by now.
   * @throws {CommodarrError} somebody else is at it, it is brought back or gone, or it is not known yet whether it went
   */
  #open(id: string, why: Why, verb: 'restore' | 'purge' = 'restore'): Opened {
    const record = this.#parts.repository.of(id)
    if (record === null) throw unknownItem(id)
    const resume = resumeOf(record)
    // What is back already, and only waits for its server, may be let go by a person.
    const isBack = verb === 'purge' && why === 'person' && resume?.restoring?.isPlaced === true
    const isOpen =
      record.state === 'kept' || record.state === 'purging' || (record.state === 'restoring' && isBack)
    if (this.#busy.has(id) || resume === null || !isOpen) throw impossible(record, resume === null)
    if (!this.#isUnderWay(record)) return {record, resume}
    const underWay = this.#parts.removals.objection(record)
    if (underWay) throw new CommodarrError('changed_meanwhile', underWay.message, {id: record.id})
    const isThere = this.#parts.presence(record) === 'there'
    const message = isThere
      ? 'Its server still has it: remove it again, or bring it back, which ends its removal.'
      : 'It is still being set aside; try again in a moment.'
    throw new CommodarrError('changed_meanwhile', message, {id: record.id})
  }

  /** What its disk does not let us move is no business of a moment. */
  #isUnderWay(record: TrashRecord): boolean {
    const {hasLeft, isUnderWay, removals} = this.#parts
    // Of a server that left nothing tells any more what became of its removal.
    const isAwaited = !hasLeft(record.serverId) && removals.isAbout(record.id, record)
    return isAwaited || (isUnderWay(record) && !this.#stuck.has(record.id))
  }

  /** Of what could not be set aside, where a person says so. @returns what stays; `null` = nothing */
  async #freeInPlace(record: TrashRecord, {plan, contentPath}: ResumeFacts, isByPerson: boolean) {
    if (plan === null) return null
    if (!isByPerson) return 'Its files stay where they were: they could not be set aside.'
    // Its daemon may run on, and have it again: nobody can say.
    if (this.#parts.hasLeft(record.serverId))
      return 'Its files stay where they were: its server is not configured any more.'
    await this.#parts.poll(record)
    const now = this.#parts.presence(record)
    if (now !== 'gone') {
      const why =
        now === 'there'
          ? 'Its server has it again, so its files are those of the torrent there. Restore it, which ends this, or remove it again.'
          : 'Its files are still where they were, and whether its server has it again is not known at the moment.'
      throw new CommodarrError('changed_meanwhile', why, {id: record.id})
    }
    const eraser = this.#eraser(record, contentPath, plan)
    const {left} = await eraser.free(plan)
    return left.length === 0 ? null : `Some of its files stay: ${left.slice(0, 3).join(' ')}`
  }

  /** @returns which did not come back, and why */
  async #filesBack(record: TrashRecord, {plan, contentPath}: ResumeFacts): Promise<readonly NotRestored[]> {
    return plan === null ? [] : filesBack(this.#eraser(record, contentPath, plan), plan)
  }

  #eraser(record: TrashRecord, contentPath: string, plan: RecyclePlan): Eraser {
    return new Eraser({ownerOf: this.#parts.owners.of(record, contentPath, plan)})
  }

  async #end({id}: TrashRecord, state: 'restored' | 'purged', message: string | null = null): Promise<void> {
    await this.#parts.repository.change(id, becomes(state, this.#parts.clock.now(), message))
  }

  /** @returns for people, what did not come back, and what else is not as it was; `null` = nothing */
  async #endRestored(
    {id}: TrashRecord,
    notRestored: readonly NotRestored[],
    more: string | null,
  ): Promise<string | null> {
    const {repository, clock} = this.#parts
    const message = joined(notRestoredWords(notRestored), more)
    const end = becomes('restored', clock.now(), message)
    const named = withFacts({notRestored})
    await repository.change(id, (now) => end(notRestored.length > 0 ? named(now) : now))
    return message
  }

  async #backToKept({id}: TrashRecord, message: string, failed: 'restore' | 'purge'): Promise<void> {
    const {repository, clock, log} = this.#parts
    const kept = becomes('kept', clock.now(), message)
    const why = withFacts({failed})
    try {
      await repository.change(id, (now) => kept(resumeOf(now) ? why(now) : now))
    } catch (error) {
      log.error({err: error, id}, 'that something in the trash is as it was could not be written')
    }
  }

  /** Who may not see its server is told that there is no such thing. */
  #mayChange({access}: Acting, id: string): TrashRecord {
    const record = this.#parts.repository.of(id)
    const isThere = record !== null && record.state !== 'restored' && record.state !== 'purged'
    if (!isThere || !this.#isSeen(access, record)) throw unknownItem(id)
    const {serverId} = record
    if (!this.#parts.hasLeft(serverId)) {
      const no = objectionTo(access, torrentVerbsNeed, serverId)
      if (no) throw no
    } else if (!access.permits(torrentVerbsNeed)) {
      const message = `You may see it, but this takes the right "${torrentVerbsNeed}".`
      throw new CommodarrError('forbidden', message, {permission: torrentVerbsNeed})
    }
    return record
  }

  /** What no torrent claimed may have been anybody's. */
  #isSeen(access: Access, {serverId, verb}: TrashRecord): boolean {
    const isForAll = verb !== ORPHAN || (access.permits('admin') && access.everywhere)
    return isForAll && hearsOf(access, serverId, this.#parts.hasLeft(serverId))
  }

  /** `null` = its server does not give it away. */
  async #metainfoOf(key: TorrentKey): Promise<Uint8Array | null> {
    try {
      return await this.#parts.details.exportTorrent(key)
    } catch (error) {
      if (error instanceof CommodarrError && error.code === 'not_supported') return null
      throw error
    }
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.#purgeDue())
      this.#plan()
    })
  }

  async #settle(): Promise<void> {
    for (const record of this.#parts.repository.all()) {
      if (record.state === 'restoring') await this.#goOn(record)
      if (record.state === 'purging') await this.#purgeOurselves(record.id)
    }
    await this.#purgeDue()
  }

  /** What an older program began, and what it had just begun to write down, is as it was. */
  async #goOn(record: TrashRecord): Promise<void> {
    if (resumeOf(record)?.restoring) this.#passLater(record.id, AGAIN_MS)
    else await this.#backToKept(record, 'Commodarr ended meanwhile.', 'restore')
  }

  async #purgeDue(): Promise<void> {
    const {repository} = this.#parts
    await this.#keepOn()
    for (const record of repository.due()) {
      if (this.#isUpToPeople(record)) continue
      const library = await this.#libraryAwayNow(record)
      // A person may be bringing it back by now.
      if (!repository.due().some(({id}) => id === record.id)) continue
      if (library === null) await this.#purgeOurselves(record.id)
      else if (library !== 'starting') await this.#putOff(record.id)
    }
    this.#reportWaiting()
  }

  /** Whenever its library is back there is a day left. */
  #putOff(id: string): Promise<void> {
    const putOff = withFacts({isPutOff: true})
    return this.#keepLonger(id, LEFT_WHEN_BACK_MS, (now) => (resumeOf(now) ? putOff(now) : now))
  }

  /** So many ms from now on, unless it is brought back or let go meanwhile. */
  async #keepLonger(
    id: string,
    ms: number,
    how: (record: TrashRecord) => TrashRecord = (now) => now,
  ): Promise<void> {
    const {repository, clock, log} = this.#parts
    const until = clock.now() + ms
    await repository
      .change(id, (now) => (now.state === 'kept' ? {...how(now), until} : null))
      .catch((error: unknown) =>
        log.error({err: error, id}, 'that something in the trash is kept on could not be written'),
      )
  }

  #reportWaiting(): void {
    const waiting = this.#parts.repository
      .all()
      .filter((record) => resumeOf(record)?.isPutOff === true)
      .flatMap((record) => awayIn(this.#libraryAway(record)) ?? [])
    this.#parts.waitsFor([...new Map(waiting.map((one) => [one.arrId, one])).values()])
  }

  /**
   * Nobody can bring it back to a server that left, and its owner does not see it; of what was found in a trash folder
   * nobody knows who set it aside: no time ends that.
   */
  #isUpToPeople(record: TrashRecord): boolean {
    return this.#parts.hasLeft(record.serverId) || resumeOf(record)?.isFound === true
  }

  /** With each look, and not only when its time is over: whenever its server is back there is time left. */
  async #keepOn(): Promise<void> {
    const soon = this.#parts.repository
      .due(LEFT_WHEN_BACK_MS + LOOK_MS)
      .filter((it) => this.#isUpToPeople(it) && !this.#busy.has(it.id))
    await Promise.all(soon.map(({id}) => this.#keepLonger(id, KEPT_ON_MS)))
  }

  /** What cannot go now is tried again with the next look. */
  async #purgeOurselves(id: string): Promise<void> {
    if (this.#parts.lostSettings() > 0) return
    const actor = systemActor('Commodarr')
    try {
      await this.#purge({actor, access: this.#parts.ourselves}, id, 'over')
    } catch (error) {
      this.#parts.log.error({err: error, id}, 'what is over in the trash could not be let go')
    }
  }

  async #undone({actor}: Pick<Acting, 'actor'>, record: TrashRecord): Promise<void> {
    const {journalId} = record.resume as ResumeFacts
    const entry = this.#entry({actor}, record, record.verb)
    await this.#writeAfter({...entry, id: journalId, phase: 'undone'})
  }

  #entry({actor}: Pick<Acting, 'actor'>, record: TrashRecord, verb: string): JournalEntry {
    const {serverId, hash, name, resume, rule} = record
    const isOrphan = record.verb === ORPHAN
    return {
      id: randomUUIDv7(),
      at: this.#parts.clock.now(),
      actor,
      subject: isOrphan ? 'path' : 'torrent',
      serverId,
      hash: isOrphan ? null : hash,
      name,
      verb,
      args: {bytes: record.bytes},
      phase: 'sending',
      causeId: (resume as ResumeFacts).journalId,
      ...(rule && {ruleId: rule.id}),
    }
  }

  async #writeAfter(entry: JournalEntry): Promise<void> {
    try {
      await this.#parts.write([entry])
    } catch (error) {
      this.#parts.log.error({err: error, id: entry.id}, 'what became of the trash could not be written')
    }
  }
}

/** For who wants it gone. */
const LIBRARY_AWAY =
  'Its files may be the last copy of what its Arr imported, and the library of that Arr can’t be seen now.'

function ownedOf(record: TrashRecord): Owned {
  const {arrId, category = null} = resumeOf(record) ?? {}
  return {serverId: record.serverId, category, ...(arrId !== undefined && {arrId})}
}

function awayIn(library: LibraryAway | 'starting' | null): LibraryAway | null {
  return library === 'starting' ? null : library
}

function itemOf(
  record: TrashRecord,
): Omit<TrashItem, 'isUnderWay' | 'restoring' | 'hasServerLeft' | 'isFound' | 'libraryAway'> {
  const {id, serverId, hash, name, verb, paths, bytes, setAsideAt, until, state, stateAt} = record
  const {message, rule, userId} = record
  return {
    id,
    serverId,
    hash,
    name,
    verb: verb as TrashVerb,
    files: paths.length,
    bytes,
    setAsideAt,
    until,
    state,
    stateAt,
    failed: state === 'kept' ? (resumeOf(record)?.failed ?? null) : null,
    message,
    notRestored: notRestoredOf(record),
    inLibrary: resumeOf(record)?.inLibrary ?? null,
    arrId: resumeOf(record)?.arrId ?? null,
    rule,
    userId,
  }
}

const filesAlone =
  'Its server is not configured any more: its files are back where they were, and no torrent was added.'
const nothingLeft =
  'Its server is not configured any more, and none of its files are in the trash. Add the server again and restore it there, or delete it permanently.'

function unknownItem(id: string): CommodarrError {
  return new CommodarrError('trash_unknown', 'There is nothing of this name in the trash.', {id})
}

function notRestoredOf(record: TrashRecord): readonly NotRestored[] {
  const resume = resumeOf(record)
  return resume?.notRestored ?? resume?.restoring?.notRestored ?? []
}

function foreignWords(paths: readonly string[]): string {
  return `In the place of ${someOf(paths)} there were other files, which stay in the recycle area.`
}

/** They may be over in a moment. */
const passing: ReadonlySet<string> = new Set([
  'server_unreachable',
  'server_not_online',
  'server_failed',
  'rate_limited',
  'session_lost',
  'login_refused',
  'login_banned',
  'answer_invalid',
  'storage_unavailable',
])

function impossible({id}: TrashRecord, isUnreadable: boolean): CommodarrError {
  return isUnreadable
    ? new CommodarrError('undo_impossible', 'The stored entry cannot be read.', {id})
    : new CommodarrError('changed_meanwhile', 'It is being restored or let go already.', {id})
}
