/**
 * Looks for orphans: when somebody asks, and slowly by itself: first when the servers have been there for long enough,
 * and soon again while a folder waits for something that passes. Keeps what it found, and since when: what is seen as an
 * orphan for the first time may be somebody's in a moment. Nothing of it survives the program: a restart looks again.
 */
import {sleep, type Clock} from '#lib/clock.ts'
import {
  passingReasons,
  type Orphan,
  type OrphanFolder,
  type OrphanReport,
  type OrphanState,
  type SparedPath,
} from '#model/orphans.ts'
import {DAY, HOUR, MINUTE, type EpochMs, type Seconds} from '#model/units.ts'
import type {OrphanSurvey, SurveyedFolder} from './survey.ts'
import type {Claims} from './unclaimed.ts'

const FIRST_LOOK_MS = 11 * MINUTE * 1_000
/** While a folder waits for what passes by itself. */
const SOON_MS = 10 * MINUTE * 1_000
const LOOK_MS = 6 * HOUR * 1_000
/** For good only what nobody claimed for so long. */
const WATCHED_MS = DAY * 1_000
/** Between two folders: disks belong to the servers. */
const REST_MS = 2
const MOST_ORPHANS = 5_000
const MOST_SPARED = 1_000

export class OrphanWatch {
  readonly #survey: Pick<OrphanSurvey, 'take' | 'lookAt'>
  readonly #clock: Clock
  readonly #log: {error(about: object, text: string): void}
  /** Told after each look. */
  readonly #looked: () => void
  readonly #firstLookMs: number
  readonly #since = new Map<string, {readonly at: EpochMs; readonly steady: number}>()
  readonly #ending = new AbortController()
  #report: OrphanReport | null = null
  #progress: OrphanState['progress'] = null
  #looking: Promise<void> | null = null
  /** Ends the look that goes on. */
  #stopLooking = new AbortController()
  #nextAt = 0
  #cancel: () => void = () => undefined

  /** @param firstLookMs after the start; a server has to be there for ten minutes */
  constructor(
    survey: Pick<OrphanSurvey, 'take' | 'lookAt'>,
    clock: Clock,
    log: {error(about: object, text: string): void},
    looked: () => void,
    firstLookMs: number = FIRST_LOOK_MS,
  ) {
    this.#survey = survey
    this.#clock = clock
    this.#log = log
    this.#looked = looked
    this.#firstLookMs = firstLookMs
  }

  start(): void {
    this.#plan(this.#firstLookMs)
  }

  async stop(): Promise<void> {
    this.#cancel()
    this.#ending.abort(new Error('The program ends.'))
    await this.#looking
  }

  state(): OrphanState {
    const isLooking = this.#looking !== null
    return {isLooking, progress: this.#progress, report: this.#report, nextAt: this.#nextAt}
  }

  /** As the last look found it; `null` = it did not. */
  listed(id: string): Orphan | null {
    return this.#report?.orphans.find((it) => it.id === id) ?? null
  }

  /** Unless it is looked already. Resolves when what is there was seen; never rejects. */
  look(): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve()
    if (this.#looking !== null) return this.#looking
    this.#stopLooking = new AbortController()
    const signal = AbortSignal.any([this.#ending.signal, this.#stopLooking.signal])
    this.#looking = this.#look(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#log.error({err: error}, 'orphans could not be looked for')
      })
      .finally(() => {
        this.#looking = null
        this.#progress = null
        if (!signal.aborted) this.#looked()
      })
    return this.#looking
  }

  /** The look that goes on ends without a report: what the last one found stays. */
  cancelLook(): void {
    this.#stopLooking.abort(new Error('The look was cancelled.'))
  }

  /** Somebody is about to move them: they are not in the list any more. */
  drop(ids: ReadonlySet<string>): void {
    if (this.#report === null) return
    const {orphans, ...report} = this.#report
    this.#report = {...report, orphans: orphans.filter(({id}) => !ids.has(id))}
  }

  #plan(ms: number): void {
    this.#nextAt = this.#clock.now() + ms
    this.#cancel = this.#clock.after(ms, () => {
      void this.look().finally(() => {
        if (!this.#ending.signal.aborted) this.#plan(this.#waitsForWhatPasses() ? SOON_MS : LOOK_MS)
      })
    })
  }

  #waitsForWhatPasses(): boolean {
    const missing = (this.#report?.folders ?? []).flatMap(({held}) => held?.missing ?? [])
    return missing.some(({why}) => passingReasons.has(why))
  }

  async #look(signal: AbortSignal): Promise<void> {
    const startedAt = this.#clock.now()
    const {claims, folders} = await this.#survey.take()
    signal.throwIfAborted()
    const found: Found = {orphans: [], spared: []}
    const shown: OrphanFolder[] = []
    for (const folder of folders) {
      this.#progress = {done: shown.length, all: folders.length}
      shown.push(await this.#lookIn(folder, {claims, found, signal}))
    }
    const seen = new Set(found.orphans.map(({id}) => id))
    for (const id of this.#since.keys()) if (!seen.has(id)) this.#since.delete(id)
    const largest = found.orphans.toSorted((a, b) => b.bytes - a.bytes)
    this.#report = {
      startedAt,
      endedAt: this.#clock.now(),
      folders: shown,
      orphans: largest.slice(0, MOST_ORPHANS),
      spared: found.spared.slice(0, MOST_SPARED),
      leftOff: {
        orphans: Math.max(0, largest.length - MOST_ORPHANS),
        spared: Math.max(0, found.spared.length - MOST_SPARED),
      },
    }
  }

  async #lookIn(
    {path, serverIds, held, content}: SurveyedFolder,
    {claims, found, signal}: {readonly claims: Claims; readonly found: Found; readonly signal: AbortSignal},
  ): Promise<OrphanFolder> {
    const rest = () => sleep(this.#clock, REST_MS, signal)
    const counts = {claimed: 0, orphans: 0, spared: 0, bytes: 0}
    for (const entry of [...content.files, ...content.folders]) {
      signal.throwIfAborted()
      const look = await this.#survey.lookAt(entry, claims, signal, rest)
      const at = typeof entry === 'string' ? entry : entry.path
      if (look.is === 'claimed') counts.claimed++
      if (look.is === 'spared') {
        counts.spared++
        found.spared.push({path: at, why: look.why, about: look.about})
      }
      if (look.is !== 'orphan') continue
      const {files, bytes, changedAt} = look.verdict
      counts.orphans++
      counts.bytes += bytes
      const {seenSince, deletableAt} = this.#watched(look.id)
      const isFolder = typeof entry === 'string'
      found.orphans.push({id: look.id, path: at, isFolder, files, bytes, changedAt, seenSince, deletableAt})
    }
    return {path, serverIds, held, ...counts}
  }

  /** By the clock that does not jump. */
  #watched(id: string): Pick<Orphan, 'seenSince' | 'deletableAt'> {
    const since = this.#since.get(id) ?? {at: this.#clock.now(), steady: this.#clock.monotonic()}
    this.#since.set(id, since)
    const left = since.steady + WATCHED_MS - this.#clock.monotonic()
    return {seenSince: since.at, deletableAt: this.#clock.now() + Math.ceil(Math.max(0, left))}
  }

  /** Seen as an orphan for so long that it may go permanently? */
  isDeletable(id: string): boolean {
    return (this.unclaimedFor(id) ?? 0) * 1_000 >= WATCHED_MS
  }

  /** By every look of this program; `undefined` = the last one did not find it. */
  unclaimedFor(id: string): Seconds | undefined {
    const since = this.#since.get(id)
    return since && (this.#clock.monotonic() - since.steady) / 1_000
  }
}

interface Found {
  readonly orphans: Orphan[]
  readonly spared: SparedPath[]
}
