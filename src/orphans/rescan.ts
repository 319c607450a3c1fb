/**
 * Orphans as they are now, for the executor: servers are asked for what they have, their claims put together again, and
 * the files read again. What is not exactly what was seen is no orphan any more.
 */
import {basename} from 'node:path'
import {codeOf} from '#disk/fs-errors.ts'
import {toServer} from '#disk/path-mapping.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Orphan} from '#model/orphans.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {rootsOf} from '#trash/trash-disk.ts'
import type {NoOrphan, OrphanFiles} from './orphan-remover.ts'
import type {OrphanWatch} from './orphan-watch.ts'
import type {EntryLook, OrphanSurvey, Survey, SurveyedFolder} from './survey.ts'

type Rescanned = OrphanFiles | NoOrphan

export class OrphanRescan {
  readonly #survey: OrphanSurvey
  readonly #watch: Pick<OrphanWatch, 'listed'>
  /** Asks it for its list now. @throws {CommodarrError} */
  readonly #poll: (id: ServerId) => Promise<void>

  constructor(
    survey: OrphanSurvey,
    watch: Pick<OrphanWatch, 'listed'>,
    poll: (id: ServerId) => Promise<void>,
  ) {
    this.#survey = survey
    this.#watch = watch
    this.#poll = poll
  }

  /** Servers are asked for what they have, and disks read, now. By their ids. */
  async of(ids: readonly string[]): Promise<ReadonlyMap<string, Rescanned>> {
    await this.#askServers()
    const now = await this.#survey.take()
    const found = new Map<string, Rescanned>()
    for (const id of ids) {
      const orphan = this.#watch.listed(id)
      if (orphan) found.set(id, await this.#rescanOne(orphan, now))
    }
    return found
  }

  /** Who does not answer is away by then, and so are all orphans of his disk. */
  async #askServers(): Promise<void> {
    const asked = this.#survey.servers().filter(({enabled}) => enabled)
    await Promise.all(
      asked.map(({id}) =>
        this.#poll(id).catch((error: unknown) => {
          if (!(error instanceof CommodarrError)) throw error
        }),
      ),
    )
  }

  async #rescanOne(orphan: Orphan, {claims, folders}: Survey): Promise<Rescanned> {
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
    const signal = new AbortController().signal
    const look = await this.#survey.lookAt(entry, claims, signal, () => Promise.resolve())
    return look.is === 'orphan' && look.id === orphan.id ? this.#planned(orphan, look, folder) : no(changed)
  }

  async #planned(
    {path, isFolder}: Orphan,
    {files: seen}: Extract<EntryLook, {is: 'orphan'}>,
    {serverIds}: SurveyedFolder,
  ): Promise<Rescanned> {
    const files = seen.map(({path: its, device, inode, size}) => ({path: its, device, inode, size}))
    const server = this.#mappedServer(path, serverIds)
    if (server === null) return no('No server is mapped to its folder any more.')
    const folder = isFolder ? path : null
    try {
      const roots = await rootsOf(files[0]!, folder, this.#survey.mappingsOf(server.serverId))
      return {path, ...server, files, folder, roots}
    } catch (error) {
      if (codeOf(error) === '') throw error
      return {code: 'disk_failed', message: `Its folder cannot be read (${codeOf(error)}).`}
    }
  }

  #mappedServer(
    path: string,
    ids: readonly ServerId[],
  ): Pick<OrphanFiles, 'serverId' | 'contentPath'> | null {
    for (const serverId of ids) {
      const contentPath = toServer(path, this.#survey.mappingsOf(serverId))
      if (contentPath !== null) return {serverId, contentPath}
    }
    return null
  }
}

const changed = 'It changed, or a torrent claims it by now.'

function no(message: string): NoOrphan {
  return {code: 'changed_meanwhile', message}
}
