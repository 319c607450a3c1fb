/**
 * What all torrents of all servers say of our paths, and of which servers nobody can say it: one that is away, has not
 * told all it has, or whose folders we do not know may claim any file. One that is switched off claims with its last
 * known rows, and any file where there are none because it never told its list. Source: scenarios S01, S02 and S09; docs/decisions/018.
 */
import {basename, dirname} from 'node:path'
import {overlap, toOurs, type ServerDisk} from '#disk/path-mapping.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommodarrError} from '#model/errors.ts'
import type {MissingReason, MissingServer} from '#model/orphans.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import {laterPlace} from '#model/torrent.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import {Claims} from './unclaimed.ts'

export interface FleetClaimsDeps {
  readonly fleet: Pick<Fleet, 'rowsOf' | 'serverAt' | 'keyAt' | 'valueAt'>
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  /** Switched off or not. */
  readonly servers: () => readonly ServerView[]
  readonly disk: (id: ServerId) => ServerDisk
  readonly ownFolders: Pick<OwnFolders, 'of'>
  /** In the trash. */
  readonly kept: () => readonly KeptTorrent[]
  readonly time: Pick<SteadyTime, 'now' | 'since'>
  /** What a server lists counts once it has been there for so long, ms. Default: ten minutes. */
  readonly settledMs?: number | undefined
}

/** For ages of files and servers: a jump of the clock makes neither old. */
export class SteadyTime {
  readonly #clock: Clock
  #began: {readonly at: EpochMs; readonly steady: number}

  constructor(clock: Clock) {
    this.#clock = clock
    this.#began = {at: clock.now(), steady: clock.monotonic()}
    clock.onCorrected?.((_ms, wasGuess) => {
      // The machine was off for so long: that much did pass, but nothing was watched meanwhile.
      if (wasGuess) this.#began = {at: clock.now(), steady: clock.monotonic()}
    })
  }

  /** The time that did not jump. */
  now(): EpochMs {
    return Math.min(this.#clock.now(), this.#began.at + this.#watchedMs())
  }

  /** @returns ms for which it is so since then, as far as it was watched */
  since(at: EpochMs): number {
    const age = this.now() - at
    // Later than now by this time: it was written after a jump, by the clock that jumped.
    return Math.min(age < 0 ? this.#clock.now() - at : age, this.#watchedMs())
  }

  #watchedMs(): number {
    return this.#clock.monotonic() - this.#began.steady
  }
}

/** A torrent that is on no server, and may come back with its data where it was. */
export interface KeptTorrent extends TorrentKey {
  readonly name: string
  /** As its server wrote it; '' = it did not tell. */
  readonly contentPath: string
}

/** A folder of ours that torrents are saved to. */
export interface DataFolder {
  readonly path: string
  /** Our paths of what lies directly in it and is whole, by the server that says so. */
  readonly expected: Map<ServerId, Set<string>>
}

interface FleetClaims {
  readonly claims: Claims
  readonly folders: Map<string, DataFolder>
  /** Of these nobody can say what they claim. */
  readonly missing: Map<ServerId, MissingServer>
}

const SETTLED_MS = 10 * MINUTE * 1_000
const SETTLED_LISTS = 2
/** Their files are on their way. */
const unsettled: ReadonlySet<string> = new Set(['checking', 'moving', 'metadata'])

export async function claimsOfFleet(parts: FleetClaimsDeps): Promise<FleetClaims> {
  const found: FleetClaims = {claims: new Claims(), folders: new Map(), missing: new Map()}
  /** Ours, of all servers. */
  const own: string[] = []
  for (const server of parts.servers()) {
    const {mappings} = parts.disk(server.id)
    for (const {ours} of mappings) found.claims.addFolder(ours)
    const why = whyUnknown(server, parts)
    if (why) found.missing.set(server.id, {serverId: server.id, why, torrents: 0})
    const unknown = await readRows(server.id, mappings, found, parts)
    if (unknown && !why) found.missing.set(server.id, {serverId: server.id, ...unknown})
    const folders = await parts.ownFolders.of(server)
    own.push(...(folders ?? []).flatMap((path) => toOurs(path, mappings) ?? []))
    // One that is switched off claims with what it reported last, as with its rows.
    if (folders === null && server.enabled && !found.missing.has(server.id))
      found.missing.set(server.id, {serverId: server.id, why: 'settings_unread', torrents: 0})
  }
  const data = [...found.folders.keys()]
  // What is saved to a folder of its own, or below it, is looked at as ever.
  for (const folder of own)
    if (!data.some((it) => it === folder || topBelow(it, folder) !== null)) found.claims.addContent(folder)
  for (const path of data) found.claims.addFolder(path)
  for (const {serverId, hash, name, contentPath} of parts.kept()) {
    found.claims.addTorrent(name, hash)
    const content = toOurs(contentPath, parts.disk(serverId).mappings)
    if (content !== null) found.claims.addContent(content)
  }
  return found
}

/** `null` = its whole list is known, and of now; of one that is switched off: was known once. */
function whyUnknown(
  server: ServerView,
  {time, settledMs = SETTLED_MS}: Pick<FleetClaimsDeps, 'time' | 'settledMs'>,
): MissingReason | null {
  const {enabled, isNeverListed, health, stale, wholeLists} = server
  if (enabled && health.status === 'warming') return 'warming'
  if (isNeverListed) return 'never_listed'
  if (!enabled) return null
  if (health.status !== 'online' && health.status !== 'degraded') return 'offline'
  if (stale > 0) return 'short_list'
  const isSettled = time.since(health.since) >= settledMs && wholeLists >= SETTLED_LISTS
  return isSettled ? null : 'too_new'
}

/** @returns of how many torrents nobody knows where their files are */
async function readRows(
  id: ServerId,
  mappings: readonly PathMapping[],
  {claims, folders}: FleetClaims,
  {fleet, turns}: FleetClaimsDeps,
): Promise<Pick<MissingServer, 'why' | 'torrents'> | null> {
  let [unplaced, unmapped, moving] = [0, 0, 0]
  for (const row of fleet.rowsOf(id)) {
    if (turns.due()) await turns.next()
    // It went meanwhile; what came meanwhile is seen when something is to be moved.
    if (fleet.serverAt(row) !== id) continue
    const {hash} = fleet.keyAt(row)
    const contentPath = fleet.valueAt(row, 'contentPath')
    claims.addTorrent(fleet.valueAt(row, 'name'), hash)
    if (!contentPath) {
      // A magnet without metadata has no data yet.
      if (fleet.valueAt(row, 'hasMetadata')) unplaced++
      continue
    }
    claims.addTorrent(basename(contentPath.replaceAll('\\', '/')), hash)
    const isMoving = fleet.valueAt(row, 'state') === 'moving'
    // Where its files come to lie, and what they are called there, no list tells.
    if (isMoving && contentPath === fleet.valueAt(row, 'savePath')) moving++
    const content = toOurs(contentPath, mappings)
    if (content === null) {
      unmapped++
      continue
    }
    claims.addContent(content)
    const savePath = fleet.valueAt(row, 'savePath')
    const [incompletePath, completedPath] = (['incompletePath', 'completedPath'] as const).map((field) =>
      fleet.valueAt(row, field),
    )
    const complete = fleet.valueAt(row, 'complete')
    const later = laterPlace({complete, contentPath, savePath, incompletePath, completedPath})
    const there = later === null ? null : toOurs(later, mappings)
    // Its server will take what lies there for its own.
    if (there !== null) claims.addContent(there)
    const folder = savePath ? toOurs(savePath, mappings) : null
    addIncomplete(incompletePath, folder, mappings, claims)
    const top = folder === null ? null : topBelow(content, folder)
    if (folder === null || top === null) continue
    const data: DataFolder = folders.get(folder) ?? {path: folder, expected: new Map()}
    folders.set(folder, data)
    const isWhole = fleet.valueAt(row, 'complete') && !unsettled.has(fleet.valueAt(row, 'state'))
    const expected = data.expected.get(id) ?? new Set()
    data.expected.set(id, expected)
    if (isWhole) expected.add(top)
  }
  if (unplaced > 0) return {why: 'no_path', torrents: unplaced}
  if (unmapped > 0) return {why: 'not_mapped', torrents: unmapped}
  return moving > 0 ? {why: 'moving', torrents: moving} : null
}

/** Nobody but its server knows what lies in it, and under which names. */
function addIncomplete(
  path: string | null | undefined,
  folder: string | null,
  mappings: readonly PathMapping[],
  claims: Claims,
): void {
  const ours = path ? toOurs(path, mappings) : null
  if (ours === null || (folder !== null && (ours === folder || topBelow(folder, ours) !== null))) return
  claims.addContent(ours)
}

/** What of `place` lies directly in `folder`; `null` = it does not lie below it. */
function topBelow(place: string, folder: string): string | null {
  if (place === folder || !overlap(place, folder)) return null
  let at = place
  while (dirname(at) !== folder) {
    if (at.length <= folder.length) return null
    at = dirname(at)
  }
  return at
}

/**
 * Folders that servers write to or watch themselves: copies of .torrent files, what is not complete, a session. They are
 * no torrent's, and nobody's to set aside.
 */
export class OwnFolders {
  /** As the server writes them. @throws {CommodarrError} it is away, or does not report its settings */
  readonly #foldersOfServer: (id: ServerId) => Promise<readonly string[]>
  /** Of those that are asked no more. */
  readonly #known = new Map<ServerId, readonly string[]>()

  constructor(foldersOfServer: (id: ServerId) => Promise<readonly string[]>) {
    this.#foldersOfServer = foldersOfServer
  }

  /** As the server writes them, as they are now, or of one that is switched off: as they were. `null` = not known */
  async of({id, enabled}: Pick<ServerView, 'id' | 'enabled'>): Promise<readonly string[] | null> {
    if (!enabled) return this.#known.get(id) ?? null
    try {
      const folders = await this.#foldersOfServer(id)
      this.#known.set(id, folders)
      return folders
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return null
    }
  }
}
