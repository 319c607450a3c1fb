/**
 * Orphans as they are now, for the executor: servers are asked for what they have, their claims put together again, and
 * the files read again. What is not exactly what was seen is no orphan any more.
 */
import {basename} from 'node:path'
import {codeOf} from '#disk/fs-errors.ts'
import {toServer, type ServerDisk} from '#disk/path-mapping.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Orphan} from '#model/orphans.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {rootsOf} from '#trash/trash-disk.ts'
import type {NoOrphan, OrphanFiles} from './orphan-remover.ts'
import {lookAtEntry, type EntryLook} from './orphan-watch.ts'
import {survey, type Survey, type SurveyDeps, type SurveyedFolder} from './survey.ts'

export interface RescanDeps extends SurveyDeps {
  readonly listed: (id: string) => Orphan | null
  /** Asks it for its list now. @throws {CommodarrError} */
  readonly poll: (id: ServerId) => Promise<void>
}

type Rescanned = OrphanFiles | NoOrphan

export async function rescan(
  ids: readonly string[],
  parts: RescanDeps,
): Promise<ReadonlyMap<string, Rescanned>> {
  await askServers(parts)
  const now = await survey(parts)
  const found = new Map<string, Rescanned>()
  for (const id of ids) {
    const orphan = parts.listed(id)
    if (orphan) found.set(id, await rescanOne(orphan, now, parts))
  }
  return found
}

/** Who does not answer is away by then, and so are all orphans of his disk. */
async function askServers({servers, poll}: RescanDeps): Promise<void> {
  const asked = servers().filter(({enabled}) => enabled)
  await Promise.all(
    asked.map(({id}) =>
      poll(id).catch((error: unknown) => {
        if (!(error instanceof CommodarrError)) throw error
      }),
    ),
  )
}

async function rescanOne(orphan: Orphan, {claims, folders}: Survey, parts: RescanDeps): Promise<Rescanned> {
  const folder = folders.find(
    ({path}) => `${path.replace(/\/$/, '')}/${basename(orphan.path)}` === orphan.path,
  )
  if (!folder) return no('No server saves torrents to its folder any more.')
  if (folder.held)
    return no('It is unknown at the moment which other torrents need it. Scan again to see why.')
  const {files, folders: below} = folder.content
  const entry =
    files.find(({path}) => path === orphan.path) ?? below.find((path) => path === orphan.path) ?? null
  if (entry === null) return no('It is not there any more.')
  const {time, patience} = parts
  const look = await lookAtEntry(entry, {
    claims,
    patience,
    now: time.now(),
    signal: new AbortController().signal,
    rest: () => Promise.resolve(),
  })
  return look.is === 'orphan' && look.id === orphan.id ? planned(orphan, look, folder, parts) : no(changed)
}

const changed = 'It changed, or a torrent claims it by now.'

async function planned(
  {path, isFolder}: Orphan,
  {files: seen}: Extract<EntryLook, {is: 'orphan'}>,
  {serverIds}: SurveyedFolder,
  {disk}: RescanDeps,
): Promise<Rescanned> {
  const files = seen.map(({path: its, device, inode, size}) => ({path: its, device, inode, size}))
  const server = mappedServer(path, serverIds, disk)
  if (server === null) return no('No server is mapped to its folder any more.')
  const folder = isFolder ? path : null
  try {
    const roots = await rootsOf(files[0]!, folder, disk(server.serverId).mappings)
    return {path, ...server, files, folder, roots}
  } catch (error) {
    if (codeOf(error) === '') throw error
    return {code: 'disk_failed', message: `Its folder cannot be read (${codeOf(error)}).`}
  }
}

function mappedServer(
  path: string,
  ids: readonly ServerId[],
  disk: (id: ServerId) => ServerDisk,
): Pick<OrphanFiles, 'serverId' | 'contentPath'> | null {
  for (const serverId of ids) {
    const contentPath = toServer(path, disk(serverId).mappings)
    if (contentPath !== null) return {serverId, contentPath}
  }
  return null
}

function no(message: string): NoOrphan {
  return {code: 'changed_meanwhile', message}
}
