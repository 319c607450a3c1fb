/**
 * Looks for orphans: when somebody asks, and slowly by itself: first when the servers have been there for long enough,
 * and soon again while a folder waits for something that passes. Keeps what it found, and since when: what is seen as an
 * orphan for the first time may be somebody's in a moment. Nothing of it survives the program: a restart looks again.
 */
import {createHash} from 'node:crypto'
import {basename} from 'node:path'
import {walkFolder, type FoundFile} from '#disk/folder-files.ts'
import type {Patience} from '#disk/patience.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {
  passingReasons,
  type Orphan,
  type OrphanFolder,
  type OrphanReport,
  type OrphanState,
  type SparedPath,
  type SparedReason,
} from '#model/orphans.ts'
import {DAY, HOUR, MINUTE, type EpochMs, type Seconds} from '#model/units.ts'
import {survey, type SurveyDeps, type SurveyedFolder} from './survey.ts'
import {evaluateOrphan, type Claims, type OrphanVerdict} from './unclaimed.ts'

export interface OrphanWatchDeps extends SurveyDeps {
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  /** Told after each look. */
  readonly looked: () => void
  /** After the start, ms. Default: eleven minutes, as a server has to be there for ten. */
  readonly firstLookMs?: number | undefined
}

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
  readonly #parts: OrphanWatchDeps
  readonly #since = new Map<string, {readonly at: EpochMs; readonly steady: number}>()
  readonly #ending = new AbortController()
  #report: OrphanReport | null = null
  #progress: OrphanState['progress'] = null
  #looking: Promise<void> | null = null
  /** Ends the look that goes on. */
  #stopLooking = new AbortController()
  #nextAt = 0
  #cancel: () => void = () => undefined

  constructor(parts: OrphanWatchDeps) {
    this.#parts = parts
  }

  start(): void {
    this.#plan(this.#parts.firstLookMs ?? FIRST_LOOK_MS)
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

  /** Unless it is looked already. Resolves when what is there was seen; never rejects. */
  look(): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve()
    if (this.#looking !== null) return this.#looking
    this.#stopLooking = new AbortController()
    const signal = AbortSignal.any([this.#ending.signal, this.#stopLooking.signal])
    this.#looking = this.#look(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#parts.log.error({err: error}, 'orphans could not be looked for')
      })
      .finally(() => {
        this.#looking = null
        this.#progress = null
        if (!signal.aborted) this.#parts.looked()
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
    const {clock} = this.#parts
    this.#nextAt = clock.now() + ms
    this.#cancel = clock.after(ms, () => {
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
    const {clock} = this.#parts
    const startedAt = clock.now()
    const {claims, folders} = await survey(this.#parts)
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
      endedAt: clock.now(),
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
    const {clock, patience, turns, time} = this.#parts
    const rest = () => sleep(clock, REST_MS, signal)
    const counts = {claimed: 0, orphans: 0, spared: 0, bytes: 0}
    for (const entry of [...content.files, ...content.folders]) {
      signal.throwIfAborted()
      if (turns.due()) await turns.next()
      const look = await lookAtEntry(entry, {claims, patience, signal, now: time.now(), rest})
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
    const {clock} = this.#parts
    const since = this.#since.get(id) ?? {at: clock.now(), steady: clock.monotonic()}
    this.#since.set(id, since)
    const left = since.steady + WATCHED_MS - clock.monotonic()
    return {seenSince: since.at, deletableAt: clock.now() + Math.ceil(Math.max(0, left))}
  }

  /** Seen as an orphan for so long that it may go permanently? */
  isDeletable(id: string): boolean {
    return (this.unclaimedFor(id) ?? 0) * 1_000 >= WATCHED_MS
  }

  /** By every look of this program; `undefined` = the last one did not find it. */
  unclaimedFor(id: string): Seconds | undefined {
    const since = this.#since.get(id)
    return since && (this.#parts.clock.monotonic() - since.steady) / 1_000
  }
}

interface Found {
  readonly orphans: Orphan[]
  readonly spared: SparedPath[]
}

/** Looks at what lies directly in a folder of torrents: is it an orphan, and of which files? */

interface EntryDeps {
  readonly claims: Claims
  readonly patience: Patience
  readonly signal: AbortSignal
  readonly now: EpochMs
  /** After each folder: a look must not hog a disk. */
  readonly rest: () => Promise<void>
}

/** claimed: some torrent's. passed: nobody asks for it: folders of others around torrents, empty folders. */
export type EntryLook =
  | {readonly is: 'claimed' | 'passed'}
  | {readonly is: 'spared'; readonly why: SparedReason; readonly about: string}
  | {
      readonly is: 'orphan'
      /** Of exactly these files. */
      readonly id: string
      readonly files: readonly FoundFile[]
      readonly verdict: Extract<OrphanVerdict, {orphan: true}>
    }

/** With more files nobody looks at each before they move. */
const MOST_FILES = 20_000

/** @param entry a file, or the path of a folder @throws the reason of the signal */
export async function lookAtEntry(entry: FoundFile | string, parts: EntryDeps): Promise<EntryLook> {
  const path = typeof entry === 'string' ? entry : entry.path
  const claim = parts.claims.of(path)
  if (claim === 'claimed') return {is: 'claimed'}
  if (claim === 'around') return {is: 'passed'}
  if (claim !== null) return {is: 'spared', why: claim, about: path}
  if (isHidden(path)) return {is: 'spared', why: 'hidden', about: path}
  const {files, why} = typeof entry === 'string' ? await filesIn(entry, parts) : {files: [entry], why: null}
  if (why !== null) return {is: 'spared', why, about: path}
  if (files.length === 0) return {is: 'passed'}
  const verdict = evaluateOrphan(path, files, parts.claims, parts.now)
  if (!verdict.orphan) return {is: 'spared', why: verdict.why, about: verdict.path}
  return {is: 'orphan', id: idOf(path, files), files, verdict}
}

async function filesIn(
  folder: string,
  {patience, signal, rest}: EntryDeps,
): Promise<{readonly files: readonly FoundFile[]; readonly why: SparedReason | null}> {
  const all: FoundFile[] = []
  const unseen = await walkFolder(folder, patience, signal, async (files) => {
    all.push(...files)
    await rest()
    return all.length <= MOST_FILES
  })
  if (unseen) return {files: [], why: 'unreadable'}
  return {files: all, why: all.length > MOST_FILES ? 'too_many' : null}
}

/** Programs keep their own things there; edges of unwanted files, which qBittorrent leaves, are nobody's. */
function isHidden(path: string): boolean {
  const name = basename(path)
  return name.startsWith('.') && !/^\.[0-9a-f]{40}\.parts$/i.test(name)
}

function idOf(path: string, files: readonly FoundFile[]): string {
  const hash = createHash('sha256').update(path)
  const all = files.map(({path: its, device, inode, size}) => `\n${its} ${device} ${inode} ${size}`)
  for (const line of all.sort()) hash.update(line)
  return hash.digest('hex').slice(0, 32)
}
