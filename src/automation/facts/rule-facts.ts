/**
 * What the executor knows of a torrent before it acts on it: what its server says now, what its Arr says now, and, where
 * something may be destroyed, what a look at the disk says. Everything is read again for each decision; what was known
 * when it was made is not looked at.
 */
import type {Memory} from '#automation-state/memory.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import type {DecisionFacts, RememberedDownload, SubjectName} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {factOf, type Fact, type FactName} from '#model/fact.ts'
import type {FileRulesReport, LookUpAnswer, ManagerId} from '#model/manager.ts'
import type {ListFreshness} from '#model/services.ts'
import {asInfoHash, keyText, type ServerId, type TorrentKey, type InfoHash} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import {owedBy} from '../manager/owed.ts'
import {torrentFacts} from '../manager/torrent-facts.ts'
import type {ArrFacts, LookedUp, TorrentSubject} from '../manager/torrent-subject.ts'
import {downloadRecords} from '../supervision/download-records.ts'
import type {Managers} from '../supervision/managers.ts'
import {managedRow} from '../supervision/row-feed.ts'
import type {ImportedFilesCheck} from './imported-files-check.ts'
import type {LookUps} from './look-ups.ts'

interface RuleFactsDeps {
  readonly fleet: Fleet
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly clock: Clock
  readonly timeZone: string
  readonly owing: () => Owing
  readonly memory: Pick<Memory, 'torrents' | 'downloads' | 'searched'>
  readonly lookUps: Pick<LookUps, 'ask'>
  readonly managers: Pick<Managers, 'managerOf' | 'fileRules' | 'server' | 'ask'>
  readonly servers: Pick<ListFreshness, 'standstills' | 'caughtUp'> & {
    /** Asks it for its list, and of these torrents for all that the list tells. @throws {CommodarrError} */
    poll(id: ServerId, closely: readonly InfoHash[]): Promise<void>
  }
  readonly ownership: Pick<OwnershipService, 'couldObject'>
  readonly landedFiles: Pick<ImportedFilesCheck, 'checked'>
}

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
/** So long it counts that releases of an item were given up. */
const WEEK_MS = 7 * DAY * 1_000

export class RuleFacts implements DecisionFacts {
  readonly #parts: RuleFactsDeps
  readonly #readers
  readonly #read = new Map<string, FreshRead>()
  /** Of the judgement that goes on: it asks for many facts at once, and nothing changes while it does. */
  #evaluated: {readonly key: string; readonly subject: TorrentSubject | null} | null = null

  constructor(parts: RuleFactsDeps) {
    this.#parts = parts
    const time = new TrustedTime(parts.clock)
    this.#readers = torrentFacts({
      now: () => time.now(),
      sinceReported: () => 0,
      // Who decided waited for that already.
      cutOffWithin: () => 0,
      timeZone: parts.timeZone,
      obligation: (subject) => owedBy(parts.owing(), subject),
      looksUp: true,
    })
  }

  async glance(subject: SubjectName): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    const {servers, ownership} = this.#parts
    // Others may have it, too, or what it has.
    await servers.caughtUp(ownership.couldObject(key.serverId))
    const {count: standstills} = servers.standstills()
    const at = this.#parts.clock.monotonic()
    const arr = await this.#saying(key, false)
    await this.#turn()
    this.#keep(keyText(key), {arr, lookedUp: new Map(), standstills, at})
  }

  async refresh(subject: SubjectName, names: readonly FactName[], isGrave: boolean): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    const {servers, landedFiles, lookUps, clock} = this.#parts
    const {count: standstills} = servers.standstills()
    await servers.poll(key.serverId, [key.hash])
    await this.#turn()
    const at = clock.monotonic()
    const said = await this.#saying(key, isGrave)
    const arr = isGrave ? await landedFiles.checked(key, said) : said
    const costly = names.filter((name) => factOf(name).cost === 'lazy' && !name.startsWith('arr.'))
    const wanted = [...new Set([...costly, ...this.#behind(subject, names), ...(isGrave ? ofGuards : [])])]
    const rules = this.#fileRules(key)
    const how = {fresh: true, ...(rules !== null && {rules})}
    const answers = wanted.length === 0 ? [] : await lookUps.ask(executor, key, wanted, how)
    const lookedUp = new Map(answers.map(lookedUpOf))
    this.#keep(keyText(key), {arr, lookedUp, standstills, at})
  }

  /** What its Arr says; `null` = no Arr owns it. @throws {CommodarrError} it cannot be asked */
  async #saying(key: TorrentKey, isFresh: boolean): Promise<ArrFacts | null> {
    const {managers} = this.#parts
    const id = managers.managerOf(key)
    return id === null ? null : managers.ask(id, 'saying', {key, isFresh})
  }

  /** Which files the section of its Arr leaves out; `null` = there is none. */
  #fileRules(key: TorrentKey): FileRulesReport | null {
    const {managers} = this.#parts
    return managers.fileRules(managers.managerOf(key))
  }

  /** One poll is the answer for hundreds: everybody else gets his turn between them. */
  async #turn(): Promise<void> {
    const {turns} = this.#parts
    if (turns.due()) await turns.next()
  }

  async arrChecked(subject: SubjectName): Promise<void> {
    const key = this.torrent(subject)
    if (key === null) return
    const {managers} = this.#parts
    const id = managers.managerOf(key)
    if (id === null) return
    try {
      await managers.ask(id, 'checked', {})
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
    const {landedFiles, clock} = this.#parts
    const now = clock.monotonic()
    const isLate = now - read.at > LATE_MS
    try {
      const arr = await landedFiles.checked(key!, isLate ? await this.#saying(key!, true) : read.arr)
      this.#keep(keyText(key!), {...read, arr, at: isLate ? now : read.at})
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      this.#keep(keyText(key!), {...read, arr: {...read.arr, evidence: undefined}})
    }
  }

  /** What other servers have is looked at each time, as it costs nothing; the rest where it was long ago. */
  async #lookUpAgain(subject: SubjectName, names: readonly FactName[]): Promise<void> {
    const {lookUps, clock} = this.#parts
    const key = this.torrent(subject)
    const read = key && this.#read.get(keyText(key))
    if (!read || this.#isOld(read)) return
    const isLate = clock.monotonic() - read.at > LATE_MS
    const wanted = names.filter((name) => isLate || name === 'content.onOtherServer')
    if (wanted.length === 0) return
    const rules = this.#fileRules(key)
    const answers = await lookUps.ask(executor, key, wanted, {fresh: true, ...(rules !== null && {rules})})
    const lookedUp = new Map([...read.lookedUp, ...answers.map(lookedUpOf)])
    this.#keep(keyText(key), {...read, lookedUp})
  }

  /** What these hang on, as it stands now. */
  #behind(name: SubjectName, names: readonly FactName[]): readonly FactName[] {
    const subject = this.#subject(name)
    return subject === null ? [] : names.flatMap((fact) => this.#readers.looksBehind?.(fact)?.(subject) ?? [])
  }

  fact(subject: SubjectName, name: FactName): Fact {
    const known = this.#ofJudgement(subject)
    if (known) return this.#readers.fact(name, null, known)
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
    const records = key === null ? [] : downloadRecords(this.#parts, key)
    const times = records.flatMap(({importedAt}) => importedAt ?? [])
    return {
      wasGrabbed: records.some(({ownership}) => ownership === 'owned'),
      importedAt: times.length === 0 ? null : Math.max(...times),
      givenUp: this.#givenUp(subject),
    }
  }

  /** Of the item of which most were: what is not known of its Arr counts nothing. */
  #givenUp(subject: SubjectName): number {
    const [arr, media] = [this.fact(subject, 'arr.id'), this.fact(subject, 'arr.mediaIds')]
    if (!('value' in arr) || !('value' in media) || typeof arr.value !== 'string') return 0
    const {memory, clock} = this.#parts
    const arrId = arr.value
    const since = clock.now() - WEEK_MS
    const but = this.torrent(subject)!.hash.toUpperCase()
    const rounds = (media.value as readonly string[]).map(
      (item) => memory.searched.failuresOf(arrId, item, since, but).length,
    )
    return Math.max(0, ...rounds)
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
    const {fleet, managers, memory} = this.#parts
    const key = this.torrent(name)
    const at = key && fleet.rowOf(key)
    const row = at === null ? null : managedRow(fleet, at)
    const server = key && managers.server(key.serverId)
    if (!row || !server) return null
    const read = this.#read.get(keyText(key))
    const {arr, lookedUp} = read && !this.#isOld(read) ? read : nothing
    // What its rules hold is their managers' to know.
    const flow = {gained: () => undefined, gainedFreely: () => undefined}
    const ofManagers = {flow, strikes: () => undefined}
    return {row, server, arr, lookedUp, ...ofManagers, remembered: memory.torrents.of(key)}
  }

  #isOld({standstills}: FreshRead): boolean {
    return standstills !== this.#parts.servers.standstills().count
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
