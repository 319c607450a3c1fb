/**
 * What must be known before anything may be called an orphan: who claims what, whether the disks are there, and whether
 * what servers claim really lies where their path mappings say. One torrent that is nowhere means that nobody knows
 * which files are whose. Looked at again before each look, and before something is moved.
 */
import {realpath, stat} from 'node:fs/promises'
import {listFolder, type FolderContent} from '#disk/folder-files.ts'
import {codeOf} from '#disk/fs-errors.ts'
import {diskRelation, hasSay, overlap} from '#disk/path-mapping.ts'
import {settledMount, type BelievedDeps} from '#disk/verify-mount.ts'
import type {Compartment} from '#model/access.ts'
import type {MissingReason, MissingServer, OrphanFolder} from '#model/orphans.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Libraries, SharedPlace} from './arr-libraries.ts'
import {claimsOfFleet, type DataFolder, type FleetClaimsDeps} from './fleet-claims.ts'
import {KEEP_FILE, type Claims} from './unclaimed.ts'

export interface SurveyDeps extends FleetClaimsDeps, BelievedDeps {
  /** Our paths of the folders that Arrs keep their libraries in, and of which Arrs nobody knows them. */
  readonly libraries: (places: readonly SharedPlace[]) => Promise<Libraries>
}

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

export async function survey(parts: SurveyDeps): Promise<Survey> {
  const {claims, folders, missing} = await claimsOfFleet(parts)
  // Without a folder that we see there is nothing to ask Arrs and disks for.
  if (folders.size === 0) return {claims, folders: []}
  const libraries = await parts.libraries(placesIn(folders, parts))
  for (const path of libraries.paths) claims.addLibrary(path)
  for (const [id, why] of await oddMappings(parts)) {
    if (!missing.has(id)) missing.set(id, {serverId: id, why, torrents: 0})
  }
  const listed = new Map<string, FolderContent | {readonly detail: string; readonly isDisk: boolean}>()
  const proven = new Set<string>()
  for (const folder of folders.values()) {
    // One of its torrents is the whole folder.
    if (claims.of(folder.path) !== 'around') continue
    const content = await lookInto(folder, parts)
    listed.set(folder.path, content)
    if ('files' in content && noteMissing(folder, content, missing)) proven.add(folder.path)
  }
  return {
    claims,
    folders: [...listed].map(([path, content]) => {
      const serverIds = sharersOf(path, parts)
      const unknown = libraries.unknown.find(({whose}) => whose === null || whose === memberOf(path, parts))
      const held =
        heldBy(serverIds, content, missing, unknown?.why ?? null) ?? (proven.has(path) ? null : notProven)
      return {path, serverIds, held, content: held || !('files' in content) ? nothing : content}
    }),
  }
}

/** Links and second names of a folder, and files that are not its own, would hide from one server what another one claims. */
async function oddMappings({
  servers,
  disk,
  patience,
}: SurveyDeps): Promise<ReadonlyMap<ServerId, MissingReason>> {
  const odd = new Map<ServerId, MissingReason>()
  for (const {id} of servers())
    if (disk(id).mappings.some((it) => it.contradicted !== undefined)) odd.set(id, 'mapping_contradicted')
  const byFolder = new Map<string, {readonly path: string; readonly id: ServerId}>()
  for (const {id} of servers()) {
    for (const {ours} of disk(id).mappings) {
      const path = ours.replace(/(?<=.)\/+$/, '')
      const seen = await patience.ask(path, 'orphans', () => placeOf(path)).catch(codeOf)
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

async function placeOf(path: string): Promise<{readonly real: string; readonly node: string}> {
  const {dev, ino} = await stat(path, {bigint: true})
  return {real: await realpath(path), node: `${dev}:${ino}`}
}

async function lookInto(
  {path}: DataFolder,
  {servers, disk, patience, mounts}: SurveyDeps,
): Promise<FolderContent | {readonly detail: string; readonly isDisk: boolean}> {
  const tops = servers().flatMap(({id}) => disk(id).mappings.map(({ours}) => ours))
  for (const top of new Set(tops.filter((it) => overlap(it, path) && it.length <= path.length))) {
    const verdict = await settledMount(top, {patience, mounts})
    if (verdict.mounted === 'unknown') return {detail: verdict.detail, isDisk: true}
  }
  const content = await listFolder(path, patience)
  return 'unknown' in content ? {detail: content.detail, isDisk: false} : content
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

/**
 * All that are known to see that disk and have a say there, switched off or not. What is called as a torrent of any other
 * server is named: nothing else speaks for such a file.
 */
function sharersOf(path: string, {servers, disk}: SurveyDeps): readonly ServerId[] {
  const ids = servers().map(({id}) => id)
  const mapped = ids.filter((id) => disk(id).mappings.some(({ours}) => overlap(ours, path)))
  const shares = (id: ServerId) =>
    mapped.some((it) => diskRelation(disk(it), disk(id)) === 'shared' && hasSay(disk(id), disk(it)))
  return ids.filter((id) => mapped.includes(id) || shares(id))
}

/** Where servers have, or may have, torrents. */
function placesIn(folders: ReadonlyMap<string, DataFolder>, parts: SurveyDeps): readonly SharedPlace[] {
  const tops = parts.servers().flatMap(({id}) => parts.disk(id).mappings.map(({ours}) => ours))
  return [...new Set([...tops, ...folders.keys()])].map((path) => ({path, member: memberOf(path, parts)}))
}

/** The member who alone has servers that are mapped there; `null` = the house has, or several. */
function memberOf(path: string, {servers, disk}: SurveyDeps): Compartment {
  const mapped = servers()
    .map(({id}) => disk(id))
    .filter(({mappings}) => mappings.some(({ours}) => overlap(ours, path)))
  const owners = new Set(mapped.map(({owner}) => owner ?? null))
  const [only = null] = owners
  return owners.size === 1 ? (only as Compartment) : null
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
