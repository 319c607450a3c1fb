/**
 * What the executor knows of a torrent before it acts on it: what its server says now, what its Arr says now, and, where
 * something may be destroyed, what a look at the disk says. Everything is read again for each decision; what was known
 * when it was made is not looked at.
 */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {DecisionFacts, RememberedDownload, SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {factOf, type Fact, type FactName} from '#model/fact.ts'
import type {FileRulesReport, LookUpAnswer, ManagerId} from '#model/manager.ts'
import type {ListFreshness} from '#model/services.ts'
import {asInfoHash, keyText, type ServerId, type TorrentKey, type InfoHash} from '#model/torrent-key.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {ArrFacts, LookedUp, TorrentSubject} from '../manager/torrent-subject.ts'
import type {Managers} from '../supervision/managers.ts'
import type {ImportedFilesCheck} from './imported-files-check.ts'
import type {KnownTorrents} from './known-torrents.ts'
import type {LookUps} from './look-ups.ts'

/** What is read again. */
interface FreshRead {
  readonly arr: ArrFacts | null
  readonly lookedUp: ReadonlyMap<FactName, LookedUp>
  /** How often the program had stood still before it was read. */
  readonly standstills: number
  /** When its Arr was asked, by the duration clock. */
  readonly at: number
}

/** As guards ask of what may be destroyed. */
const ofGuards: readonly FactName[] = [
  'content.owners',
  'content.ownersOther',
  'content.ownersOtherComplete',
  'content.exclusiveFiles',
  'content.linksOutside',
  'content.exclusiveBytes',
  'content.device',
  'path.mounted',
  'path.readable',
  'tracker.hosts',
  'tracker.classes',
  'tracker.forgotten',
]

const executor = 'executor' as ManagerId
const nothing: Omit<FreshRead, 'standstills' | 'at'> = {arr: null, lookedUp: new Map()}
/**
 * Decisions are carried out soon after they were made: what was read for older ones is not needed any more. It is enough
 * for twenty servers at once, each with as many torrents as are acted on together.
 */
const MOST_KEPT = 10_000
/** What an Arr said so long ago it is asked again before a removal is sent; our own disks are looked at each time. */
const LATE_MS = 30_000
/** The Arr that a torrent belongs to, asked again; what it says of the files that it imported is proven by a look at them. */
export class ArrsOfTorrents {
  readonly #managers: Pick<Managers, 'managerOf' | 'fileRules' | 'ask'>
  readonly #landedFiles: Pick<ImportedFilesCheck, 'checked'>

  constructor(
    managers: Pick<Managers, 'managerOf' | 'fileRules' | 'ask'>,
    landedFiles: Pick<ImportedFilesCheck, 'checked'>,
  ) {
    this.#managers = managers
    this.#landedFiles = landedFiles
  }

  /** `null` = no Arr owns it. @throws {CommodarrError} it cannot be asked */
  async saying(key: TorrentKey, isFresh: boolean): Promise<ArrFacts | null> {
    const id = this.#managers.managerOf(key)
    return id === null ? null : this.#managers.ask(id, 'saying', {key, isFresh})
  }

  /** @throws {CommodarrError} its files cannot be looked at */
  proven(key: TorrentKey, saying: ArrFacts | null): Promise<ArrFacts | null> {
    return this.#landedFiles.checked(key, saying)
  }

  /** Which files the section of its Arr leaves out; `null` = there is none. */
  fileRules(key: TorrentKey): FileRulesReport | null {
    return this.#managers.fileRules(this.#managers.managerOf(key))
  }

  /** Has it check itself. @throws {CommodarrError} it cannot be asked */
  async check(key: TorrentKey): Promise<void> {
    const id = this.#managers.managerOf(key)
    if (id !== null) await this.#managers.ask(id, 'checked', {})
  }
}

/** Lists of servers, read again. One poll is the answer for hundreds: others get their turn between them. */
export class FreshLists {
  readonly #servers: ListsOfServers
  readonly #ownership: Pick<OwnershipService, 'couldObject'>
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>

  constructor(
    servers: ListsOfServers,
    ownership: Pick<OwnershipService, 'couldObject'>,
    turns: Pick<TimeSlice, 'due' | 'next'>,
  ) {
    this.#servers = servers
    this.#ownership = ownership
    this.#turns = turns
  }

  /** How often the program has stood still. */
  get standstills(): number {
    return this.#servers.standstills().count
  }

  /** Others may have it, too, or what it has. */
  caughtUp({serverId}: TorrentKey): Promise<void> {
    return this.#servers.caughtUp(this.#ownership.couldObject(serverId))
  }

  /** Of its server, and all that makes this torrent. @throws {CommodarrError} */
  async read({serverId, hash}: TorrentKey): Promise<void> {
    await this.#servers.poll(serverId, [hash])
    await this.turn()
  }

  async turn(): Promise<void> {
    if (this.#turns.due()) await this.#turns.next()
  }
}

type ListsOfServers = Pick<ListFreshness, 'standstills' | 'caughtUp'> & {
  /** Asks it for its list, and of these torrents for all that the list tells. @throws {CommodarrError} */
  poll(id: ServerId, closely: readonly InfoHash[]): Promise<void>
}

export class RuleFacts implements DecisionFacts {
  readonly #torrents: KnownTorrents
  readonly #arrs: ArrsOfTorrents
  readonly #lists: FreshLists
  readonly #lookUps: Pick<LookUps, 'ask'>
  readonly #clock: Clock
  readonly #read = new Map<string, FreshRead>()
  /** Of the judgement that goes on: it asks for many facts at once, and nothing changes while it does. */
  #evaluated: {readonly key: string; readonly subject: TorrentSubject | null} | null = null

  constructor(
    torrents: KnownTorrents,
    arrs: ArrsOfTorrents,
    lists: FreshLists,
    lookUps: Pick<LookUps, 'ask'>,
    clock: Clock,
  ) {
    this.#torrents = torrents
    this.#arrs = arrs
    this.#lists = lists
    this.#lookUps = lookUps
    this.#clock = clock
  }

  async glance(subject: SubjectName): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    await this.#lists.caughtUp(key)
    const {standstills} = this.#lists
    const at = this.#clock.monotonic()
    const arr = await this.#arrs.saying(key, false)
    await this.#lists.turn()
    this.#keep(keyText(key), {arr, lookedUp: new Map(), standstills, at})
  }

  async refresh(subject: SubjectName, names: readonly FactName[], isGrave: boolean): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    const {standstills} = this.#lists
    await this.#lists.read(key)
    const at = this.#clock.monotonic()
    const said = await this.#arrs.saying(key, isGrave)
    const arr = isGrave ? await this.#arrs.proven(key, said) : said
    const costly = names.filter((name) => factOf(name).cost === 'lazy' && !name.startsWith('arr.'))
    const wanted = [...new Set([...costly, ...this.#behind(subject, names), ...(isGrave ? ofGuards : [])])]
    const answers = wanted.length === 0 ? [] : await this.#lookUp(key, wanted)
    const lookedUp = new Map(answers.map(lookedUpOf))
    this.#keep(keyText(key), {arr, lookedUp, standstills, at})
  }

  #lookUp(key: TorrentKey, names: readonly FactName[]): Promise<readonly LookUpAnswer[]> {
    const rules = this.#arrs.fileRules(key)
    return this.#lookUps.ask(executor, key, names, {fresh: true, ...(rules !== null && {rules})})
  }

  async arrChecked(subject: SubjectName): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    try {
      await this.#arrs.check(key)
    } catch (error) {
      // What ails it is known, and holds back what stands on it.
      if (!(error instanceof CommodarrError)) throw error
    }
  }

  async lookAgain(subject: SubjectName, names: readonly FactName[]): Promise<void> {
    await this.#lookUpAgain(subject, names)
    const key = this.torrent(subject)
    const read = key && this.#read.get(keyText(key))
    if (!read?.arr || this.#isOld(read)) return
    const now = this.#clock.monotonic()
    const isLate = now - read.at > LATE_MS
    try {
      const arr = await this.#arrs.proven(key!, isLate ? await this.#arrs.saying(key!, true) : read.arr)
      this.#keep(keyText(key!), {...read, arr, at: isLate ? now : read.at})
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      this.#keep(keyText(key!), {...read, arr: {...read.arr, evidence: undefined}})
    }
  }

  /** What other servers have is looked at each time, as it costs nothing; the rest where it was long ago. */
  async #lookUpAgain(subject: SubjectName, names: readonly FactName[]): Promise<void> {
    const key = this.torrent(subject)
    const read = key && this.#read.get(keyText(key))
    if (!read || this.#isOld(read)) return
    const isLate = this.#clock.monotonic() - read.at > LATE_MS
    const wanted = names.filter((name) => isLate || name === 'content.onOtherServer')
    if (wanted.length === 0) return
    const answers = await this.#lookUp(key, wanted)
    const lookedUp = new Map([...read.lookedUp, ...answers.map(lookedUpOf)])
    this.#keep(keyText(key), {...read, lookedUp})
  }

  /** What these hang on, as it stands now. */
  #behind(name: SubjectName, names: readonly FactName[]): readonly FactName[] {
    const subject = this.#subject(name)
    return subject === null ? [] : this.#torrents.behind(subject, names)
  }

  fact(subject: SubjectName, name: FactName): Fact {
    const known = this.#ofJudgement(subject)
    if (known) return this.#torrents.fact(known, name)
    return {unknown: 'missing', since: null, source: subject.serverId ?? 'Commodarr'}
  }

  isOld(subject: SubjectName): boolean {
    const key = this.torrent(subject)
    const read = key && this.#read.get(keyText(key))
    return read !== null && read !== undefined && this.#isOld(read)
  }

  /** What its Arr said when it was asked last; `null` = nothing, or it has none. */
  saying(subject: SubjectName): ArrFacts | null {
    const key = this.torrent(subject)
    const read = key && this.#read.get(keyText(key))
    return read && !this.#isOld(read) ? read.arr : null
  }

  torrent({kind, key, serverId}: SubjectName): TorrentKey | null {
    const hash = kind === 'torrent' ? asInfoHash(key.slice(key.lastIndexOf('/') + 1)) : null
    return hash === null || serverId === null ? null : {serverId, hash}
  }

  download(subject: SubjectName): RememberedDownload {
    const key = this.torrent(subject)
    const records = key === null ? [] : this.#torrents.downloads(key)
    const times = records.flatMap(({importedAt}) => importedAt ?? [])
    return {
      wasGrabbed: records.some(({ownership}) => ownership === 'owned'),
      importedAt: times.length === 0 ? null : Math.max(...times),
      ...this.#givenUp(subject),
    }
  }

  /** Of the item of which most were: what is not known of its Arr counts nothing. */
  #givenUp(subject: SubjectName): Pick<RememberedDownload, 'givenUp' | 'givenUpByScore'> {
    const [arr, media] = [this.fact(subject, 'arr.id'), this.fact(subject, 'arr.mediaIds')]
    const isKnown = 'value' in arr && 'value' in media && typeof arr.value === 'string'
    if (!isKnown) return {givenUp: 0, givenUpByScore: 0}
    const [arrId, key] = [arr.value, this.torrent(subject)!]
    const rounds = (media.value as readonly string[]).map((item) => this.#torrents.givenUp(arrId, item, key))
    const byScore = rounds.map((some) => some.filter(({reason}) => reason === 'scoreUnmet').length)
    return {
      givenUp: Math.max(0, ...rounds.map(({length}) => length)),
      givenUpByScore: Math.max(0, ...byScore),
    }
  }

  #ofJudgement(name: SubjectName): TorrentSubject | null {
    const key = `${name.serverId} ${name.key}`
    if (this.#evaluated?.key === key) return this.#evaluated.subject
    // A judgement does not wait: whoever asks in another turn gets what is so then.
    if (this.#evaluated === null) queueMicrotask(() => (this.#evaluated = null))
    const subject = this.#subject(name)
    this.#evaluated = {key, subject}
    return subject
  }

  #subject(name: SubjectName): TorrentSubject | null {
    const key = this.torrent(name)
    if (key === null) return null
    const read = this.#read.get(keyText(key))
    return this.#torrents.subject(key, read && !this.#isOld(read) ? read : nothing)
  }

  #isOld({standstills}: FreshRead): boolean {
    return standstills !== this.#lists.standstills
  }

  #keep(key: string, read: FreshRead): void {
    this.#evaluated = null
    this.#read.delete(key)
    this.#read.set(key, read)
    const [oldest] = this.#read.keys()
    if (this.#read.size > MOST_KEPT) this.#read.delete(oldest!)
  }
}

function lookedUpOf({fact, value, at, whyUnknown}: LookUpAnswer): [FactName, LookedUp] {
  return [
    fact,
    {value, at, whyUnknown: whyUnknown?.reason ?? null, ...(whyUnknown && {detail: whyUnknown.detail})},
  ]
}
