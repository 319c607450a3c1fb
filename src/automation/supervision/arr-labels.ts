/**
 * Writes into the list whose torrent one is, what it is for there, whether it is imported, and from when on a rule may
 * remove it, as managers tell it. In its own time: a moment after whatever made it so, many at once.
 *
 *   row feed ─ came, changed ──────────┐
 *   manager ─ titles, imports, dates ──┴─▶ gathered ─▶ whose, what for, whether imported, until when ─▶ fleet
 */
import type {Fleet, ManagerLabel} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {asDownloadId, type ArrId, type DownloadId} from '#model/arr.ts'
import {fleetManagerId, type ManagerId} from '#model/manager.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, keyText, type InfoHash, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {TitleMessage} from '../arr/title-cache.ts'
import type {ImportStatusChange} from '../manager/import-statuses.ts'
import type {RemovalDate} from '../manager/removal-dates.ts'
import type {ManagersWork} from './managers.ts'

const GATHER_MS = 100
/** Torrents that are one change of the list. */
const PORTION = 500

/** What is known beside managers, once they are at work. */
type Work = Pick<ManagersWork, 'isRefused'> & {readonly waits: Pick<ManagersWork['waits'], 'removalWait'>}

interface Gathered {
  readonly key: TorrentKey
  /** Its manager knows no more what it is for. */
  readonly isForgotten: boolean
  /** Absent = nothing was told. */
  readonly date?: RemovalDate
  /** As the manager of this Arr says; absent likewise. */
  readonly imports?: Pick<ImportStatusChange, 'status'> & {readonly by: ArrId}
}

export class ArrLabels {
  readonly #fleet: Fleet
  readonly #clock: Clock
  readonly #turns: TimeSlice
  readonly #managerOf: (key: TorrentKey, v1: string | null, category: string) => ManagerId | null
  readonly #work: () => Work | null
  readonly #titles = new Map<ArrId, Map<DownloadId, string>>()
  /**
   * Those that a rule would remove now, or before a person's wait is over: whether it may, and when, hangs on more than
   * its manager knows.
   */
  readonly #due = new Map<string, RemovalDate>()
  readonly #end: () => void
  #gathered = new Map<string, Gathered>()
  #cancel: (() => void) | null = null
  #writing: Promise<void> = Promise.resolve()
  #isStopped = false

  /**
   * @param managerOf who judges it; `null` = nobody. Of hybrid torrents with `v1`; `null` = it has none or does not tell
   * @param work `null` = nobody is at work yet
   */
  constructor(
    fleet: Fleet,
    clock: Clock,
    turns: TimeSlice,
    managerOf: (key: TorrentKey, v1: string | null, category: string) => ManagerId | null,
    work: () => Work | null,
  ) {
    this.#fleet = fleet
    this.#clock = clock
    this.#turns = turns
    this.#managerOf = managerOf
    this.#work = work
    // Also where no manager runs: then nobody else looks at what comes.
    this.#end = fleet.onChange(({added}) => {
      for (const row of added) if (fleet.serverAt(row) !== null) this.look(fleet.keyAt(row))
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#end()
    this.#cancel?.()
    await this.#writing
  }

  titleOf(arrId: ArrId, downloadId: DownloadId): string | null {
    return this.#titles.get(arrId)?.get(downloadId) ?? null
  }

  /** What the manager of an Arr says that its downloads are for. */
  take(arrId: ArrId, titles: readonly TitleMessage[]): void {
    const fleet = this.#fleet
    const known = this.#titles.get(arrId) ?? new Map<DownloadId, string>()
    this.#titles.set(arrId, known)
    for (const [downloadId, title] of titles) {
      if (title === null) known.delete(downloadId)
      else known.set(downloadId, title)
      const hash = asInfoHash(downloadId)
      for (const key of hash === null ? [] : holdersOf(fleet, hash)) {
        this.#gather(key, {isForgotten: title === null})
      }
    }
  }

  /** From when on rules may remove these, as their managers say. */
  takeDates(dates: readonly RemovalDate[]): void {
    for (const date of dates) this.#gather(date.key, {date})
  }

  /** How far an Arr got with importing these, as its manager says. */
  takeImports(by: ArrId, changes: readonly ImportStatusChange[]): void {
    for (const {key, status} of changes) this.#gather(key, {imports: {by, status}})
  }

  /** Its label may be another one now. */
  look(key: TorrentKey): void {
    this.#gather(key, {})
  }

  /** Rules are paused, or no longer. */
  again(): void {
    for (const {key} of this.#due.values()) this.#gather(key, {})
  }

  #gather(key: TorrentKey, {isForgotten = false, date, imports}: Partial<Omit<Gathered, 'key'>>): void {
    if (this.#isStopped) return
    const text = keyText(key)
    const before = this.#gathered.get(text)
    const newest = date ?? before?.date
    const newestImports = imports ?? before?.imports
    this.#gathered.set(text, {
      key,
      isForgotten: isForgotten || before?.isForgotten === true,
      ...(newest && {date: newest}),
      ...(newestImports && {imports: newestImports}),
    })
    this.#cancel ??= this.#clock.after(GATHER_MS, () => {
      this.#cancel = null
      this.#writing = this.#writing.then(() => this.#write())
    })
  }

  async #write(): Promise<void> {
    const [fleet, turns] = [this.#fleet, this.#turns]
    const all = [...this.#gathered.values()]
    this.#gathered = new Map()
    for (let at = 0; at < all.length && !this.#isStopped; at += PORTION) {
      fleet.label(all.slice(at, at + PORTION).flatMap((it) => this.#labelOf(it) ?? []))
      if (turns.due()) await turns.next()
    }
  }

  /** What was known before a restart stays until its manager says otherwise. `null` = it is not there any more. */
  #labelOf({key, isForgotten, date, imports}: Gathered): ManagerLabel | null {
    const fleet = this.#fleet
    const row = fleet.rowOf(key)
    this.#keepDate(key, date, row)
    if (row === null) return null
    const v1 = fleet.valueAt(row, 'infoHashV1') ?? null
    const manager = this.#managerOf(key, v1, fleet.valueAt(row, 'category'))
    const arrId = manager === fleetManagerId ? null : (manager as ArrId | null)
    const names = [key.hash, ...(v1 === null ? [] : [v1])]
    const titles = arrId === null ? [] : names.flatMap((it) => this.titleOf(arrId, asDownloadId(it)!) ?? [])
    const isSameArr = fleet.valueAt(row, 'arrId') === arrId
    const isSame = isSameArr && !isForgotten
    // What is of no Arr nobody imports; what another one said of it is said of it no more.
    const reported =
      imports?.by === arrId ? imports.status : isSameArr ? fleet.valueAt(row, 'importStatus') : undefined
    return {
      key,
      arrId,
      arrItem: titles[0] ?? (isSame ? fleet.valueAt(row, 'arrItem') : undefined),
      importStatus: arrId === null ? 'none' : reported,
      ...(manager === null ? {removableAt: null} : this.#dateOf(key, date)),
    }
  }

  /** @param row `null` = it is not there any more */
  #keepDate(key: TorrentKey, date: RemovalDate | undefined, row: number | null): void {
    const name = keyText(key)
    const waits = row !== null && this.#removalWait(key) !== null
    if (date && (date.dates.length > 1 || waits)) this.#due.set(name, date)
    else if (date || row === null) this.#due.delete(name)
    // What the list shows is what its manager told before anybody had it wait.
    else if (waits && !this.#due.has(name)) {
      this.#due.set(name, {key, dates: [{at: this.#fleet.valueAt(row, 'removableAt'), by: null}]})
    }
  }

  #dateOf(key: TorrentKey, date: RemovalDate | undefined): Pick<ManagerLabel, 'removableAt'> {
    const name = keyText(key)
    const dates = (date ?? this.#due.get(name))?.dates
    const until = this.#removalWait(key)
    // Who had it wait had every rule wait: that is why they are refused.
    const holds =
      until === null
        ? dates?.find(({by, at}) => by === null || !this.#isRefused(by, name, this.#isDue(at)))
        : dates?.[0]
    if (!holds) return {}
    const {at} = holds
    return {removableAt: until !== null && typeof at === 'number' ? Math.max(at, until) : at}
  }

  /** Until when no rule removes it, as a person had that wait; `null` = nobody did. */
  #removalWait(key: TorrentKey): EpochMs | null {
    return this.#work()?.waits.removalWait(key) ?? null
  }

  /** What this rule wants of it was refused, or put off. @param isDue else it wants that later */
  #isRefused(rule: RuleId, key: string, isDue: boolean): boolean {
    return this.#work()?.isRefused(rule, key, isDue) ?? false
  }

  #isDue(at: RemovalDate['dates'][number]['at']): boolean {
    return typeof at === 'number' && at <= this.#clock.now()
  }
}

function holdersOf(fleet: Fleet, hash: InfoHash): readonly TorrentKey[] {
  return [...fleet.holders(hash), ...fleet.holdersOfV1(hash)]
}
