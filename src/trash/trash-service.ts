/**
 * What was set aside instead of being lost: kept with all that brings it back, restored by people, and let go when its
 * time is over.
 *
 *   keep (before its removal is sent) ─▶ kept ─┬─ restore: files back, torrent added again ─▶ restored
 *                                              └─ purge, by a person or when its time is over ─▶ purged
 */
import {randomUUIDv7} from 'node:crypto'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {Eraser} from '#disk/erase.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import {stepAfter, type JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Access, Acting, UserId} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {AddSource} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Executor, FleetReader, TorrentReader} from '#model/services.ts'
import {isRunning} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES, ORPHAN, type Trash, type TrashItem, type TrashVerb} from '#model/trash.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {bytesOf, limitsOf, RESUME_VERSION, type ResumeFacts, type TrashDisk} from './trash-disk.ts'

export interface TrashDeps {
  readonly book: TrashRepository
  readonly disk: TrashDisk
  readonly fleet: Pick<FleetReader, 'get'>
  readonly details: Pick<TorrentReader, 'exportTorrent' | 'trackers'>
  readonly executor: Pick<Executor, 'add'>
  readonly clock: Clock
  /** It is still being set aside: whether it went, and where its files are, is not known yet. */
  readonly isUnderWay: (record: TorrentKey & {readonly id: string}) => boolean
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly log: {error(about: object, text: string): void}
  /** Of this program itself, for what goes when its time is over. */
  readonly ourselves: Access
}

export interface Keeping {
  /** Of the deed in the journal that sets it aside. */
  readonly id: string
  readonly verb: TrashVerb
  /** `null` = a person did it. */
  readonly rule: TrashRecord['rule']
  /** Of the person who did it; `null` = a rule did, or somebody without an account. */
  readonly userId: UserId | null
  readonly plan: RecyclePlan | null
  readonly days: number
}

/** The rule that lets it go, whichever set it aside. */
type Ruled = Required<Pick<JournalEntry, 'ruleId' | 'decided'>>

/** What rules set aside, where they do not say otherwise. */
export const KEPT_DAYS = 14
const LOOK_MS = 10 * MINUTE * 1_000

export class TrashService implements Trash {
  readonly #parts: TrashDeps
  readonly #busy = new Set<string>()
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
    this.#cancel()
    await this.#looking
  }

  list({access}: Acting): readonly TrashItem[] {
    return this.#parts.book
      .all()
      .filter((record) => isSeen(access, record))
      .toSorted((a, b) => b.setAsideAt - a.setAsideAt)
      .map((record) => ({
        ...itemOf(record),
        isUnderWay: record.state === 'kept' && this.#parts.isUnderWay(record),
      }))
  }

  /**
   * The torrent may be removed when this resolves.
   * @throws {CommodarrError} it can not be kept now: its server does not answer, or the database is away
   */
  async keep(key: TorrentKey, {id, verb, rule, userId, plan, days}: Keeping): Promise<void> {
    const {book, fleet, clock} = this.#parts
    const torrent = fleet.get(key)
    if (!torrent) throw new CommodarrError('torrent_not_found', 'Its server does not tell of it any more.')
    // A magnet that never got its torrent file has none to give away.
    const metainfo = torrent.hasMetadata ? await this.#metainfoOf(key) : null
    // Without a torrent file it comes back by a link: without its trackers it would find nobody, where it is private.
    const trackers = metainfo === null ? await this.#trackersOf(key) : []
    const resume: ResumeFacts = {
      savePath: torrent.savePath ?? null,
      category: torrent.category ?? null,
      tags: torrent.tags,
      contentPath: torrent.contentPath ?? '',
      plan,
      journalId: id,
      isRunning: isRunning(torrent.state),
      limits: limitsOf(torrent),
      trackers,
    }
    const now = clock.now()
    await book.setAside(
      {
        id,
        ...key,
        name: torrent.name,
        verb,
        rule,
        userId,
        message: null,
        paths: plan?.files.map(({from, to}) => ({from, to})) ?? [],
        bytes: plan ? bytesOf(plan) : (torrent.size ?? 0),
        version: RESUME_VERSION,
        resume,
        setAsideAt: now,
        until: now + days * DAY * 1_000,
        state: 'kept',
        stateAt: now,
      },
      metainfo,
    )
  }

  /** Is it there, and was not brought back or let go? */
  keeps(id: string): boolean {
    return this.#parts.book.of(id)?.state === 'kept'
  }

  /** It was not removed after all. */
  async forget(id: string): Promise<void> {
    await this.#parts.book.forget(id)
  }

  /** Its files stayed where they were. */
  async keptWithoutFiles(id: string, message: string): Promise<void> {
    const record = this.#parts.book.of(id)
    if (record === null) return
    const resume = {...(record.resume as ResumeFacts), plan: null}
    await this.#parts.book.replace({...record, paths: [], bytes: 0, resume, message})
  }

  async restore(by: Acting, id: string): Promise<void> {
    const record = this.#mayChange(by, id)
    const isThere = record.verb === EXTRA_FILES || record.verb === ORPHAN
    const no = isThere ? null : objectionTo(by.access, 'add', record.serverId)
    if (no) throw no
    await this.#alone(by, record, 'restore', async (resume) => {
      if (resume.plan) await this.#filesBack(record, resume, resume.plan)
      if (!isThere) await this.#addAgain(by, record, resume)
      await this.#end(record, 'restored')
    })
    await this.#undone(by, record)
  }

  /** @param ruled by which rule, and why; absent = a person wants it */
  async purge(by: Acting, id: string, ruled?: Ruled): Promise<void> {
    const record = this.#mayChange(by, id)
    await this.#purge(by, record, ruled)
  }

  /** What he may let go of a server, and whose days are over. */
  over(access: Acting['access'], serverId: ServerId | null): readonly TrashRecord[] {
    const {book, isUnderWay} = this.#parts
    return book
      .due()
      .filter((it) => it.serverId === serverId && !this.#busy.has(it.id) && !isUnderWay(it))
      .filter((it) => objectionTo(access, torrentVerbsNeed, it.serverId) === null)
  }

  async #purge(by: Acting, record: TrashRecord, ruled?: Ruled): Promise<void> {
    const letGo = async (resume: ResumeFacts) => {
      if (resume.plan) {
        const found = await this.#entryOf(record, resume, resume.plan)
        if (found?.state === 'moving' || found?.state === 'restoring')
          throw new CommodarrError('path_refused', 'It is not set aside as a whole.', {id: record.id})
        if (found) await found.eraser.purge(resume.plan)
      }
      await this.#end(record, 'purged')
    }
    await this.#alone(by, record, 'purge', letGo, ruled)
  }

  /** One at a time of each, written down before and after; what fails leaves it kept, with the reason. */
  async #alone(
    by: Acting,
    record: TrashRecord,
    verb: 'restore' | 'purge',
    work: (resume: ResumeFacts) => Promise<void>,
    ruled?: Ruled,
  ): Promise<void> {
    const {book, clock, write} = this.#parts
    const resume = resumeOf(record)
    if (this.#busy.has(record.id) || resume === null) throw impossible(record, resume === null)
    if (this.#parts.isUnderWay(record)) {
      const message = 'It is still being set aside; try again in a moment.'
      throw new CommodarrError('changed_meanwhile', message, {id: record.id})
    }
    this.#busy.add(record.id)
    const entry = {...this.#entry(by, record, verb), ...ruled}
    try {
      await write([entry])
      await book.change(record.id, verb === 'restore' ? 'restoring' : 'purging', clock.now())
      await work(resume)
      await this.#writeAfter(stepAfter(entry, {at: clock.now(), phase: 'confirmed'}))
    } catch (error) {
      const known = error instanceof CommodarrError ? error : null
      const [code, message] = [known?.code ?? 'internal', known?.message ?? 'It could not be done.']
      await this.#backToKept(record, message)
      await this.#writeAfter(stepAfter(entry, {at: clock.now(), phase: 'failed', code, message}))
      throw error
    } finally {
      this.#busy.delete(record.id)
    }
  }

  /** Also when some came back before a crash. */
  async #filesBack(record: TrashRecord, resume: ResumeFacts, plan: RecyclePlan): Promise<void> {
    const found = await this.#entryOf(record, resume, plan)
    if (found?.state === 'purging')
      throw new CommodarrError('undo_impossible', 'It is being removed for good.', {id: record.id})
    if (found) await found.eraser.restore(plan)
  }

  /** Its data is checked: what came back may have been touched. What lost its data is not downloaded anew unasked. */
  async #addAgain(by: Acting, record: TrashRecord, resume: ResumeFacts): Promise<void> {
    const {savePath, category, tags, isRunning: ran = false, limits = {}, trackers = []} = resume
    const {executor, fleet, book} = this.#parts
    if (fleet.get(record)) return
    const torrent = await book.metainfo(record.id)
    const source: AddSource = torrent
      ? {torrent, fileName: `${record.hash}.torrent`}
      : {magnet: magnetOf(record, trackers)}
    try {
      await executor.add(by, record.serverId, {
        source,
        start: ran && record.verb !== 'removeWithData',
        tags,
        ...limits,
        ...(savePath !== null && {savePath}),
        ...(category && {category}),
      })
    } catch (error) {
      if (!(error instanceof CommodarrError) || error.code !== 'duplicate_torrent') throw error
    }
  }

  async #entryOf(record: TrashRecord, {contentPath}: ResumeFacts, plan: RecyclePlan) {
    const eraser = new Eraser({ownerOf: this.#parts.disk.ownerOf(record, contentPath, plan)})
    const entries = await eraser.entries(plan.root, plan.device)
    const found = entries.find((it) => it.plan.entry === plan.entry)
    return found ? {eraser, state: found.state} : null
  }

  async #end({id}: TrashRecord, state: 'restored' | 'purged'): Promise<void> {
    await this.#parts.book.change(id, state, this.#parts.clock.now())
  }

  async #backToKept({id}: TrashRecord, message: string): Promise<void> {
    const {book, clock, log} = this.#parts
    try {
      await book.change(id, 'kept', clock.now(), message)
    } catch (error) {
      log.error({err: error, id}, 'that something in the trash is as it was could not be written')
    }
  }

  /** Who may not see its server is told that there is no such thing. */
  #mayChange({access}: Acting, id: string): TrashRecord {
    const record = this.#parts.book.of(id)
    const isThere = record !== null && record.state !== 'restored' && record.state !== 'purged'
    if (!isThere || !isSeen(access, record))
      throw new CommodarrError('trash_unknown', 'There is nothing of this name in the trash.', {id})
    const no = objectionTo(access, torrentVerbsNeed, record.serverId)
    if (no) throw no
    return record
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

  async #trackersOf(key: TorrentKey): Promise<readonly string[]> {
    const trackers = await this.#parts.details.trackers(key)
    // Some servers list DHT and the like among them.
    return trackers.toSorted((a, b) => a.tier - b.tier).flatMap(({url}) => (URL.canParse(url) ? [url] : []))
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#looking.then(() => this.#purgeDue())
      this.#plan()
    })
  }

  async #settle(): Promise<void> {
    for (const record of this.#parts.book.all()) {
      if (record.state === 'restoring') await this.#backToKept(record, 'Commodarr ended meanwhile.')
      if (record.state === 'purging') await this.#purgeOurselves(record)
    }
    await this.#purgeDue()
  }

  async #purgeDue(): Promise<void> {
    for (const record of this.#parts.book.due()) await this.#purgeOurselves(record)
  }

  /** What can not go now is tried again with the next look. */
  async #purgeOurselves(record: TrashRecord): Promise<void> {
    const actor = {name: 'Commodarr', origin: 'rule', userId: null, address: null} as const
    try {
      await this.#purge({actor, access: this.#parts.ourselves}, record)
    } catch (error) {
      this.#parts.log.error({err: error, id: record.id}, 'what is over in the trash could not be let go')
    }
  }

  async #undone({actor}: Acting, record: TrashRecord): Promise<void> {
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

/** What no torrent claimed may have been anybody's. */
function isSeen(access: Access, {serverId, verb}: TrashRecord): boolean {
  return access.may('read', serverId) && (verb !== ORPHAN || (access.permits('admin') && access.everywhere))
}

function itemOf(record: TrashRecord): Omit<TrashItem, 'isUnderWay'> {
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
    message,
    rule,
    userId,
  }
}

/** `null` = an older program wrote it. */
function magnetOf({hash, name}: Pick<TrashRecord, 'hash' | 'name'>, trackers: readonly string[]): string {
  const more = [`dn=${encodeURIComponent(name)}`, ...trackers.map((url) => `tr=${encodeURIComponent(url)}`)]
  return [`magnet:?xt=urn:btih:${hash}`, ...more].join('&')
}

function resumeOf({version, resume}: TrashRecord): ResumeFacts | null {
  return version === RESUME_VERSION && resume ? (resume as ResumeFacts) : null
}

function impossible({id}: TrashRecord, isUnreadable: boolean): CommodarrError {
  return isUnreadable
    ? new CommodarrError('undo_impossible', 'What was kept of it can not be read.', {id})
    : new CommodarrError('changed_meanwhile', 'It is being restored or let go already.', {id})
}
