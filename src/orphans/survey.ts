/**
 * What must be known before anything may be called an orphan: who claims what, whether the disks are there, and whether
 * what servers claim really lies where their path mappings say. One torrent that is nowhere means that nobody knows
 * which files are whose. Looked at again before each look, and before something is moved.
 */
import {createHash} from 'node:crypto'
import {realpath, stat} from 'node:fs/promises'
import {basename} from 'node:path'
import {listFolder, walkFolder, type FolderContent, type FoundFile} from '#disk/folder-files.ts'
import {codeOf} from '#disk/fs-errors.ts'
import {diskRelation, hasSay, overlap} from '#disk/path-mapping.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Compartment} from '#model/access.ts'
import type {MissingReason, MissingServer, OrphanFolder, SparedReason} from '#model/orphans.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Libraries, SharedPlace} from './arr-libraries.ts'
import {claimsOfFleet, type DataFolder, type FleetClaimsDeps} from './fleet-claims.ts'
import {evaluateOrphan, KEEP_FILE, type Claims, type OrphanVerdict} from './unclaimed.ts'

export interface SurveyedFolder {
  readonly path: string
  readonly serverIds: readonly ServerId[]
  readonly held: OrphanFolder['held']
  /** Empty, when it is held. */
  readonly content: FolderContent
}

export interface Survey {
  readonly claims: Claims
  readonly folders: readonly SurveyedFolder[]
}

/** Files that somebody removed one by one are few; a disk or a mapping that is wrong loses many. */
const MOST_MISSING = 0.2
const nothing: FolderContent = {files: [], folders: []}
const notProven: OrphanFolder['held'] = {why: 'not_proven', detail: '', missing: []}

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

export class OrphanSurvey {
  readonly #of: FleetClaimsDeps
  readonly #libraries: {of(places: readonly SharedPlace[]): Promise<Libraries>}
  readonly #mounted: MountedDisks

  /** @param libraries our paths of the folders that Arrs keep their libraries in, and of which Arrs they are not known */
  constructor(
    of: FleetClaimsDeps,
    libraries: {of(places: readonly SharedPlace[]): Promise<Libraries>},
    mounted: MountedDisks,
  ) {
    this.#of = of
    this.#libraries = libraries
    this.#mounted = mounted
  }

  /** Switched off or not. */
  servers(): readonly ServerView[] {
    return this.#of.servers()
  }

  mappingsOf(id: ServerId): readonly PathMapping[] {
    return this.#of.disk(id).mappings
  }

  /** Asks Arrs, and looks at disks. */
  async take(): Promise<Survey> {
    const {claims, folders, missing} = await claimsOfFleet(this.#of)
    // Without a folder that we see there is nothing to ask Arrs and disks for.
    if (folders.size === 0) return {claims, folders: []}
    const libraries = await this.#libraries.of(this.#placesIn(folders))
    for (const path of libraries.paths) claims.addLibrary(path)
    for (const [id, why] of await this.#oddMappings()) {
      if (!missing.has(id)) missing.set(id, {serverId: id, why, torrents: 0})
    }
    const listed = new Map<string, FolderContent | {readonly detail: string; readonly isDisk: boolean}>()
    const proven = new Set<string>()
    for (const folder of folders.values()) {
      // One of its torrents is the whole folder.
      if (claims.of(folder.path) !== 'around') continue
      const content = await this.#lookInto(folder)
      listed.set(folder.path, content)
      if ('files' in content && noteMissing(folder, content, missing)) proven.add(folder.path)
    }
    return {
      claims,
      folders: [...listed].map(([path, content]) => {
        const serverIds = this.#sharersOf(path)
        const unknown = libraries.unknown.find(({whose}) => whose === null || whose === this.#memberOf(path))
        const held =
          heldBy(serverIds, content, missing, unknown?.why ?? null) ?? (proven.has(path) ? null : notProven)
        return {path, serverIds, held, content: held || !('files' in content) ? nothing : content}
      }),
    }
  }

  /** Links and second names of a folder, and files that are not its own, would hide from one server what another one claims. */
  async #oddMappings(): Promise<ReadonlyMap<ServerId, MissingReason>> {
    const {servers, disk} = this.#of
    const odd = new Map<ServerId, MissingReason>()
    for (const {id} of servers())
      if (disk(id).mappings.some((it) => it.contradicted !== undefined)) odd.set(id, 'mapping_contradicted')
    const byFolder = new Map<string, {readonly path: string; readonly id: ServerId}>()
    for (const {id} of servers()) {
      for (const {ours} of disk(id).mappings) {
        const path = ours.replace(/(?<=.)\/+$/, '')
        const seen = await this.#mounted.patience.ask(path, 'orphans', () => placeOf(path)).catch(codeOf)
        if (seen === null || typeof seen === 'string') {
          odd.set(id, odd.get(id) ?? 'folder_missing')
          continue
        }
        const known = byFolder.get(seen.node)
        if (seen.real !== path || (known && known.path !== path)) odd.set(id, 'linked_folder')
        if (known && known.path !== path) odd.set(known.id, 'linked_folder')
        byFolder.set(seen.node, {path, id})
      }
    }
    return odd
  }

  async #lookInto({
    path,
  }: DataFolder): Promise<FolderContent | {readonly detail: string; readonly isDisk: boolean}> {
    const {servers, disk} = this.#of
    const tops = servers().flatMap(({id}) => disk(id).mappings.map(({ours}) => ours))
    for (const top of new Set(tops.filter((it) => overlap(it, path) && it.length <= path.length))) {
      const verdict = await this.#mounted.settledMount(top)
      if (verdict.mounted === 'unknown') return {detail: verdict.detail, isDisk: true}
    }
    const content = await listFolder(path, this.#mounted.patience)
    return 'unknown' in content ? {detail: content.detail, isDisk: false} : content
  }

  /**
   * Looks at what lies directly in a folder of torrents: is it an orphan, and of which files?
   * @param entry a file, or the path of a folder
   * @param rest after each folder: a look must not hog a disk
   * @throws the reason of the signal
   */
  async lookAt(
    entry: FoundFile | string,
    claims: Claims,
    signal: AbortSignal,
    rest: () => Promise<void>,
  ): Promise<EntryLook> {
    const {turns, time} = this.#of
    if (turns.due()) await turns.next()
    const now = time.now()
    const path = typeof entry === 'string' ? entry : entry.path
    const claim = claims.of(path)
    if (claim === 'claimed') return {is: 'claimed'}
    if (claim === 'around') return {is: 'passed'}
    if (claim !== null) return {is: 'spared', why: claim, about: path}
    if (isHidden(path)) return {is: 'spared', why: 'hidden', about: path}
    const {files, why} =
      typeof entry === 'string' ? await this.#filesIn(entry, signal, rest) : {files: [entry], why: null}
    if (why !== null) return {is: 'spared', why, about: path}
    if (files.length === 0) return {is: 'passed'}
    const verdict = evaluateOrphan(path, files, claims, now)
    if (!verdict.orphan) return {is: 'spared', why: verdict.why, about: verdict.path}
    return {is: 'orphan', id: idOf(path, files), files, verdict}
  }

  async #filesIn(
    folder: string,
    signal: AbortSignal,
    rest: () => Promise<void>,
  ): Promise<{readonly files: readonly FoundFile[]; readonly why: SparedReason | null}> {
    const all: FoundFile[] = []
    const unseen = await walkFolder(folder, this.#mounted.patience, signal, async (files) => {
      all.push(...files)
      await rest()
      return all.length <= MOST_FILES
    })
    if (unseen) return {files: [], why: 'unreadable'}
    return {files: all, why: all.length > MOST_FILES ? 'too_many' : null}
  }

  /**
   * All that are known to see that disk and have a say there, switched off or not. What is called as a torrent of any other
   * server is named: nothing else speaks for such a file.
   */
  #sharersOf(path: string): readonly ServerId[] {
    const {servers, disk} = this.#of
    const ids = servers().map(({id}) => id)
    const mapped = ids.filter((id) => disk(id).mappings.some(({ours}) => overlap(ours, path)))
    const shares = (id: ServerId) =>
      mapped.some((it) => diskRelation(disk(it), disk(id)) === 'shared' && hasSay(disk(id), disk(it)))
    return ids.filter((id) => mapped.includes(id) || shares(id))
  }

  /** Where servers have, or may have, torrents. */
  #placesIn(folders: ReadonlyMap<string, DataFolder>): readonly SharedPlace[] {
    const {servers, disk} = this.#of
    const tops = servers().flatMap(({id}) => disk(id).mappings.map(({ours}) => ours))
    return [...new Set([...tops, ...folders.keys()])].map((path) => ({path, member: this.#memberOf(path)}))
  }

  /** The member who alone has servers that are mapped there; `null` = the house has, or several. */
  #memberOf(path: string): Compartment {
    const {servers, disk} = this.#of
    const mapped = servers()
      .map(({id}) => disk(id))
      .filter(({mappings}) => mappings.some(({ours}) => overlap(ours, path)))
    const owners = new Set(mapped.map(({owner}) => owner ?? null))
    const [only = null] = owners
    return owners.size === 1 ? (only as Compartment) : null
  }
}

async function placeOf(path: string): Promise<{readonly real: string; readonly node: string}> {
  const {dev, ino} = await stat(path, {bigint: true})
  return {real: await realpath(path), node: `${dev}:${ino}`}
}

/**
 * Whose torrents are not where they should be has another disk, or a mapping that leads elsewhere.
 *
 * @returns whether anything is where it should be
 */
function noteMissing(
  {expected}: DataFolder,
  {files, folders}: FolderContent,
  missing: Map<ServerId, MissingServer>,
): boolean {
  let isProven = false
  const there = new Set([...files.map(({path}) => path), ...folders])
  for (const [serverId, paths] of expected) {
    const gone = [...paths].filter((path) => !there.has(path)).length
    if (gone < paths.size) isProven = true
    const isTooMuch = gone > paths.size * MOST_MISSING
    if (isTooMuch && !missing.has(serverId))
      missing.set(serverId, {serverId, why: 'contents_missing', torrents: gone})
  }
  return isProven
}

function heldBy(
  serverIds: readonly ServerId[],
  content: FolderContent | {readonly detail: string; readonly isDisk: boolean},
  missing: ReadonlyMap<ServerId, MissingServer>,
  libraryUnknown: string | null,
): OrphanFolder['held'] {
  const absent = serverIds.flatMap((id) => missing.get(id) ?? [])
  if (absent.length > 0) return {why: 'servers_missing', detail: '', missing: absent}
  if (!('files' in content))
    return {why: content.isDisk ? 'disk_missing' : 'not_readable', detail: content.detail, missing: []}
  if (libraryUnknown !== null) return {why: 'library_unknown', detail: libraryUnknown, missing: []}
  const isKept = content.files.some(({path}) => path.endsWith(`/${KEEP_FILE}`))
  return isKept ? {why: 'kept', detail: '', missing: []} : null
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
