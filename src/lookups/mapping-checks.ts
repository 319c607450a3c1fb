/**
 * Are path mappings right? Of each a few complete torrents are looked at, when it is entered and from time to time: a
 * mapping that leads elsewhere shows files of the same names that are somebody else's. What is found is shown to people,
 * keeps our own hands off (trash, orphans, copies), and makes what we see there unknown to rules; for whoever protects
 * files the mapping counts on.
 *
 *   complete torrents below it ─▶ files by their server ─▶ our disk, there and settled ─▶ `mapping-verdict.ts` ─▶ kept over restarts
 *   downloads below it ─▶ do their files there grow? ─▶ `mapping-growth.ts` ─▶ proven; a copy contradicts it, whatever its names
 */
import {stat} from 'node:fs/promises'
import type {Deadlines} from '#automation-state/deadlines.ts'
import {codeOf, isMissing} from '#disk/fs-errors.ts'
import {mappingAt, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {Rounds} from '#lib/rounds.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {TorrentFile} from '#model/details.ts'
import type {MappingCheck, PathMapping, ServerDefinition} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {isUnknown} from './fact-result.ts'
import {MappingGrowth, type Growth} from './mapping-growth.ts'
import {
  evidenceOf,
  checkMapping,
  notLookedAt,
  SECOND_LOOK_MS,
  type Evidence,
  type LookedFile,
  type MappingLook,
  type MappingState,
} from './mapping-verdict.ts'
import {pathsOfFiles} from './torrent-paths.ts'

interface MappingChecksDeps {
  readonly mounted: MountedDisks
  readonly clock: Clock
  readonly random: () => number
  readonly turns: TimeSlice
  readonly fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'keyAt' | 'valueAt' | 'get'>
  readonly definitions: () => readonly ServerDefinition[]
  readonly server: (id: ServerId) => ServerView | null
  /** @throws {CommodarrError} */
  readonly files: (key: TorrentKey) => Promise<readonly TorrentFile[]>
  readonly deadlines: Pick<Deadlines, 'ofKind' | 'of' | 'set' | 'cancel'>
  readonly log: {error(about: object, text: string): void}
}

/** Who is due is looked for so often: a new mapping waits no longer. */
const PASS_MS = 30_000
/** Until the next look at one that is proven, and at any other; and where there was nothing to see, which costs nothing. */
const PROVEN_MS = 6 * 60 * 60_000
const AGAIN_MS = 10 * 60_000
const BLIND_MS = 60_000
/** Downloads are looked at so often until one was seen to grow. */
const GROWTH_MS = 5 * 60_000
/** Torrents whose folders are looked for, those whose files are read, and files of each: the largest. */
const MOST_FOLDERS = 100
/** Of those that became complete last, in any case: a copy does not have them yet. */
const NEWEST = 2
const MOST_READ = 8
const MOST_FILES = 50

/** Of a mapping that is contradicted: it still is at the next start. */
const CONTRADICTED = 'mapping_contradicted'
/** A download was seen to grow there: no copy does that, and where nothing downloads any more it still is so. */
const GREW = 'mapping_grew'
const VERSION = 1
const KEPT_MS = 365 * DAY * 1_000

/** Their files are on their way, or their own server cannot read them. */
const noEvidence: ReadonlySet<string> = new Set(['checking', 'moving', 'metadata', 'missingFiles', 'error'])
/** How servers write what they cannot say. */
const unsaid = /\?{4}|\uFFFD/

interface Looked extends MappingState {
  readonly id: ServerId
  readonly mapping: PathMapping
  /** By the duration clock. */
  readonly dueAt: number
  readonly growth: MappingGrowth
  /** By the duration clock. */
  growthDueAt: number
}

/** Kept in the database. */
interface KeptCheck extends Pick<MappingState, 'reason' | 'checkedAt'> {
  /** Absent in what earlier versions wrote. */
  readonly growth?: Growth
}

export class MappingChecks {
  readonly #parts: MappingChecksDeps
  readonly #looked = new Map<string, Looked>()
  /** Of these a mapping is contradicted. */
  readonly #doubted = new Set<ServerId>()
  readonly #rounds: Rounds

  constructor(parts: MappingChecksDeps) {
    this.#parts = parts
    this.#rounds = new Rounds(parts.clock, PASS_MS, () => this.look())
    for (const {subject, detail} of parts.deadlines.ofKind(CONTRADICTED)) {
      const [id, server, ours] = JSON.parse(subject) as [ServerId, string, string]
      const {reason, checkedAt, growth = 'unseen'} = detail as KeptCheck
      const verdict = growth === 'still' ? 'unproven' : 'contradicted'
      this.#put({
        id,
        mapping: {server, ours},
        reason,
        checkedAt,
        verdict,
        suspectedAt: null,
        dueAt: 0,
        growth: new MappingGrowth(parts.fleet, parts.files, parts.mounted.patience, parts.turns, growth),
        growthDueAt: 0,
      })
    }
  }

  /** As it was found before this program began. */
  #growthOf(id: ServerId, mapping: PathMapping): MappingGrowth {
    const isKept = this.#parts.deadlines.of(GREW, nameOf(id, mapping)) !== null
    return new MappingGrowth(
      this.#parts.fleet,
      this.#parts.files,
      this.#parts.mounted.patience,
      this.#parts.turns,
      isKept ? 'grew' : 'unseen',
    )
  }

  start(): void {
    this.#rounds.start()
  }

  stop(): Promise<void> {
    return this.#rounds.stop()
  }

  /** What is known of the mappings of a server, for people. */
  of(id: ServerId): readonly MappingCheck[] {
    const paths = this.#parts.definitions().find((it) => it.id === id)?.paths ?? []
    return paths.map((mapping) => {
      const looked = this.#looked.get(nameOf(id, mapping))
      const {verdict, reason, checkedAt} = looked ? foundOf(looked) : notLookedAt
      return {from: mapping.server, to: mapping.ours, verdict, reason, checkedAt}
    })
  }

  /** With what speaks against them. @param id also of one that left the configuration */
  checked(id: ServerId, mappings: readonly PathMapping[]): readonly CheckedMapping[] {
    if (!this.#doubted.has(id)) return mappings
    return mappings.map((mapping) => {
      const known = this.#looked.get(nameOf(id, mapping))
      const found = known && foundOf(known)
      return found?.verdict === 'contradicted' ? {...mapping, contradicted: found.reason} : mapping
    })
  }

  /** At those that are due. */
  async look(): Promise<void> {
    const {definitions, clock} = this.#parts
    for (const {id, enabled, paths} of definitions()) {
      await this.#forgetOthers(id, paths)
      for (const mapping of enabled ? paths : []) {
        const before = this.#looked.get(nameOf(id, mapping))
        if (this.#rounds.isStopped) return
        if (before) await this.#lookForGrowth(before, paths)
        if (before && clock.monotonic() < before.dueAt) continue
        const look = await this.#lookAt(id, mapping, paths)
        const at = clock.monotonic()
        const state = checkMapping(before ?? notLookedAt, look, {
          folder: mapping.server,
          now: clock.now(),
          at,
        })
        const growth = before?.growth ?? this.#growthOf(id, mapping)
        const growthDueAt = before?.growthDueAt ?? at
        await this.#keep(
          {...state, id, mapping, dueAt: at + untilNext(state, look), growth, growthDueAt},
          before ? foundOf(before).verdict : 'unproven',
        )
      }
    }
  }

  async #lookForGrowth(looked: Looked, all: readonly PathMapping[]): Promise<void> {
    const {id, mapping, growth} = looked
    const at = this.#parts.clock.monotonic()
    if (at < looked.growthDueAt) return
    looked.growthDueAt = at + GROWTH_MS
    if ((await this.#hindrance(id, mapping)) !== null) return
    const [before, wasGrown] = [foundOf(looked).verdict, growth.growth === 'grew']
    await growth.look(id, mapping, all, at)
    if ((growth.growth === 'grew') !== wasGrown) await this.#keepGrowth(looked)
    if (foundOf(looked).verdict !== before) await this.#keep(looked, before)
  }

  /** Why nothing of it can be seen now, for people; `null` = it can. */
  async #hindrance(id: ServerId, {ours}: PathMapping): Promise<string | null> {
    const status = this.#parts.server(id)?.health.status
    if (status !== 'online' && status !== 'degraded') return 'Its server is not online.'
    const disk = await this.#parts.mounted.settledMount(ours)
    return disk.mounted === 'unknown' ? disk.detail : null
  }

  /** A mapping that was corrected is another one. One of a server that left counts on. */
  async #forgetOthers(id: ServerId, paths: readonly PathMapping[]): Promise<void> {
    const names = new Set(paths.map((mapping) => nameOf(id, mapping)))
    const others = [...this.#looked.values()].filter(
      (it) => it.id === id && !names.has(nameOf(id, it.mapping)),
    )
    for (const it of others) {
      const none = {
        ...it,
        ...notLookedAt,
        growth: new MappingGrowth(
          this.#parts.fleet,
          this.#parts.files,
          this.#parts.mounted.patience,
          this.#parts.turns,
        ),
      }
      await this.#keep(none, foundOf(it).verdict)
      if (it.growth.growth === 'grew') await this.#keepGrowth(none)
      this.#looked.delete(nameOf(id, it.mapping))
    }
  }

  #put(looked: Looked): void {
    const {id, mapping} = looked
    this.#looked.set(nameOf(id, mapping), looked)
    const isDoubted = [...this.#looked.values()].some(
      (it) => it.id === id && foundOf(it).verdict === 'contradicted',
    )
    if (isDoubted) this.#doubted.add(id)
    else this.#doubted.delete(id)
  }

  async #keep(looked: Looked, before: MappingState['verdict']): Promise<void> {
    this.#put(looked)
    const {id, mapping, growth} = looked
    const {verdict, reason, checkedAt} = foundOf(looked)
    if (verdict !== 'contradicted' && before !== 'contradicted') return
    const {deadlines, clock, log} = this.#parts
    const [subject, now] = [nameOf(id, mapping), clock.now()]
    const detail: KeptCheck = {reason, checkedAt, growth: growth.growth}
    const record = {
      kind: CONTRADICTED,
      subject,
      dueAt: now + KEPT_MS,
      version: VERSION,
      detail,
      createdAt: now,
    }
    try {
      if (verdict !== 'contradicted') await deadlines.cancel(CONTRADICTED, subject)
      else if (before !== 'contradicted') await deadlines.set(record)
    } catch (error) {
      log.error({err: error, serverId: id}, 'what is known of a path mapping could not be written down')
    }
  }

  async #keepGrowth({id, mapping, growth}: Looked): Promise<void> {
    const {deadlines, clock, log} = this.#parts
    const [subject, now] = [nameOf(id, mapping), clock.now()]
    const record = {kind: GREW, subject, dueAt: now + KEPT_MS, version: VERSION, detail: {}, createdAt: now}
    try {
      if (growth.growth === 'grew') await deadlines.set(record)
      else await deadlines.cancel(GREW, subject)
    } catch (error) {
      log.error({err: error, serverId: id}, 'what is known of a path mapping could not be written down')
    }
  }

  async #lookAt(id: ServerId, mapping: PathMapping, all: readonly PathMapping[]): Promise<MappingLook> {
    const before = await this.#hindrance(id, mapping)
    if (before !== null) return {...blind(before), isFree: true}
    const whole = await this.#wholeBelow(id, mapping, all)
    const evidence: Evidence[] = []
    for (const key of await this.#selected(whole, mapping)) {
      const one = await this.#evidenceOf(key, mapping)
      if (one !== null) evidence.push(one)
    }
    // It may have gone meanwhile.
    const after = await this.#hindrance(id, mapping)
    if (after !== null) return blind(after)
    if (whole.size > 0 && evidence.length === 0)
      return blind('The files of its complete torrents could not be read.')
    return {evidence}
  }

  /** Torrents that their server calls fine, by the path of their content. */
  async #wholeBelow(
    id: ServerId,
    mapping: PathMapping,
    all: readonly PathMapping[],
  ): Promise<ReadonlyMap<string, TorrentKey>> {
    const {fleet, turns} = this.#parts
    const byPath = new Map<string, TorrentKey>()
    for (const row of fleet.rowsOf(id)) {
      if (turns.due()) await turns.next()
      // It went meanwhile.
      if (fleet.serverAt(row) !== id) continue
      const path = fleet.valueAt(row, 'contentPath') ?? ''
      const isWhole = fleet.valueAt(row, 'complete') && !noEvidence.has(fleet.valueAt(row, 'state'))
      if (isWhole && mappingAt(path, all) === mapping && !unsaid.test(path))
        byPath.set(path, fleet.keyAt(row))
    }
    return byPath
  }

  /**
   * The newest, and others by chance, first those of which something lies there: whoever deleted most of his files has a
   * right mapping.
   */
  async #selected(
    whole: ReadonlyMap<string, TorrentKey>,
    mapping: PathMapping,
  ): Promise<readonly TorrentKey[]> {
    const {random, fleet} = this.#parts
    const all = [...whole].map(([path, key]) => ({path, key, order: random()}))
    const completedAt = new Map(all.map(({key}) => [key, fleet.get(key)?.completedAt ?? 0]))
    const newest = all
      .filter(({key}) => completedAt.get(key)! > 0)
      .toSorted((one, other) => completedAt.get(other.key)! - completedAt.get(one.key)!)
      .slice(0, NEWEST)
      .map(({key}) => key)
    const some = all
      .filter(({key}) => !newest.includes(key))
      .toSorted((one, other) => one.order - other.order)
      .slice(0, MOST_FOLDERS)
    const [there, missing]: [TorrentKey[], TorrentKey[]] = [[], []]
    for (const {path, key} of some) {
      const size = await this.#sizeAt(toOurs(path, [mapping])!)
      if (size !== null) (size === 'missing' ? missing : there).push(key)
    }
    return [...newest, ...there, ...missing].slice(0, MOST_READ)
  }

  /** `null` = it says nothing: its files are not known, or not to be seen, or it changed meanwhile. */
  async #evidenceOf(key: TorrentKey, mapping: PathMapping): Promise<Evidence | null> {
    const {fleet, files} = this.#parts
    const torrent = fleet.get(key)
    const listed = torrent && (await files(key).catch(() => null))
    if (!listed) return null
    const whole = listed
      .filter(({size, progress, priority}) => size > 0 && progress === 1 && priority !== 'skip')
      .toSorted((one, other) => other.size - one.size)
      .slice(0, MOST_FILES)
    const paths = pathsOfFiles(torrent, listed, whole, [mapping])
    if (isUnknown(paths) || paths.value.some((path) => unsaid.test(path))) return null
    const looked: LookedFile[] = []
    for (const [at, path] of paths.value.entries()) {
      const there = await this.#sizeAt(path)
      if (there === null) return null
      looked.push({size: whole[at]!.size, there})
    }
    const now = fleet.get(key)
    const isSame = now?.complete && now.contentPath === torrent.contentPath && !noEvidence.has(now.state)
    return isSame ? evidenceOf(looked) : null
  }

  /** `null` = its disk does not tell. */
  async #sizeAt(path: string): Promise<number | 'missing' | null> {
    try {
      return await this.#parts.mounted.patience.ask(path, 'mapping', async () => (await stat(path)).size)
    } catch (error) {
      return isMissing(codeOf(error)) ? 'missing' : null
    }
  }
}

/** What is known of it, by names and sizes and by downloads. */
function foundOf({
  growth,
  mapping,
  ...state
}: Looked): Pick<MappingState, 'verdict' | 'reason' | 'checkedAt'> {
  const {verdict, reason, checkedAt} = state
  if (growth.growth === 'still' && verdict !== 'contradicted')
    return {verdict: 'contradicted', reason: copyWords(mapping.server), checkedAt}
  if (verdict !== 'proven') return {verdict, reason, checkedAt}
  if (growth.growth === 'grew')
    return {verdict, reason: `${reason} A download there was seen to grow.`, checkedAt}
  const doubt =
    'A copy would look the same: it is proven once a download of this server that is saved there was seen to grow.'
  return {verdict: 'unproven', reason: `${reason} ${doubt}`, checkedAt}
}

function copyWords(folder: string): string {
  return (
    `The path mapping of ${folder} is contradicted. Downloads of its server grew, and their files where it leads did ` +
    'not change: a copy is there. Correct the path mapping (PathMappings) of this server: it ends when a download is ' +
    'seen to grow there.'
  )
}

function blind(why: string): Extract<MappingLook, {evidence: null}> {
  return {evidence: null, why}
}

function untilNext({verdict, suspectedAt}: MappingState, look: MappingLook): number {
  if (look.evidence === null && look.isFree) return BLIND_MS
  if (verdict === 'proven') return PROVEN_MS
  return verdict === 'unproven' && suspectedAt !== null ? SECOND_LOOK_MS : AGAIN_MS
}

function nameOf(id: ServerId, {server, ours}: PathMapping): string {
  return JSON.stringify([id, server, ours])
}
