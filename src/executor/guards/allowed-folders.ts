/**
 * Which folders somebody may name on a server. Who manages it names any. Everybody else stays below the folders that
 * are in use there already, or that an administrator allowed: the daemon's own account could write to many more.
 *
 *   default folder · folders of categories · where its torrents lie · mapped folders · allowed ones ─▶ at or below: yes
 *   else: a server that told nothing since the start of the program ─▶ nobody knows yet          any other ─▶ no
 *
 * Nobody widens that by moving: whatever he brings a torrent to was allowed before.
 */
import {isRoot, isWithin} from '#disk/path-mapping.ts'
import type {Access} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** Folders that torrents left by a command of ours, of one server: their way back stays open. */
const MOST_LEFT = 200
/** Named in a refusal. */
const MOST_SHOWN = 5

export class AllowedFolders {
  readonly #servers: {get(id: ServerId): Pick<ServerView, 'categories' | 'stats' | 'syncedAt'> | null}
  readonly #fleet: {savePaths(id: ServerId): Iterable<string>}
  readonly #mappings: (id: ServerId) => readonly PathMapping[]
  /** What administrators allowed beside, as the server writes it; a root counts here alone. */
  readonly #allowed: (id: ServerId) => readonly string[]
  readonly #left = new Map<ServerId, Set<string>>()

  constructor(
    servers: {get(id: ServerId): Pick<ServerView, 'categories' | 'stats' | 'syncedAt'> | null},
    fleet: {savePaths(id: ServerId): Iterable<string>},
    mappings: (id: ServerId) => readonly PathMapping[],
    allowed: (id: ServerId) => readonly string[],
  ) {
    this.#servers = servers
    this.#fleet = fleet
    this.#mappings = mappings
    this.#allowed = allowed
  }

  /**
   * @param folder as the server writes it
   * @returns `folder_forbidden`; `not_ready` = the server has not told yet which folders it uses; `null` = he may name it
   */
  objection(access: Access, serverId: ServerId, folder: string): CommodarrError | null {
    if (access.may('manage', serverId)) return null
    const allowed = this.#of(serverId)
    const place = isRelative(folder) ? this.#belowDefault(serverId, folder) : folder
    if (place !== null && allowed.some((it) => isWithin(place, it))) return null
    if (!this.#hasReported(serverId)) {
      return new CommodarrError(
        'not_ready',
        `Which folders this server uses is not known before it answers; whether you may name ${JSON.stringify(folder)} follows from them.`,
        {serverId, folder},
      )
    }
    const some = allowed.slice(0, MOST_SHOWN).map((it) => `"${it}"`)
    const where = some.length === 0 ? 'in no folder yet' : `only at or below ${some.join(', ')}`
    const more = allowed.length > MOST_SHOWN ? ` and ${allowed.length - MOST_SHOWN} more folders in use` : ''
    return new CommodarrError(
      'folder_forbidden',
      `On this server you may name folders ${where}${more}. Ask an administrator to allow ${JSON.stringify(folder)}.`,
      {serverId, folder},
    )
  }

  /** A torrent is about to leave this folder by a command. */
  left(serverId: ServerId, folder: string): void {
    const left = this.#left.get(serverId) ?? new Set()
    this.#left.set(serverId, left)
    // Set again, so that the oldest stands first.
    left.delete(folder)
    left.add(folder)
    if (left.size > MOST_LEFT) left.delete(left.values().next().value!)
  }

  /** The server is gone: one that comes under its id is another one. */
  forget(serverId: ServerId): void {
    this.#left.delete(serverId)
  }

  #hasReported(serverId: ServerId): boolean {
    const view = this.#servers.get(serverId)
    return view !== null && view.stats !== null && view.syncedAt !== null
  }

  #of(serverId: ServerId): readonly string[] {
    const view = this.#servers.get(serverId)
    const inUse = [
      view?.stats?.defaultSavePath ?? '',
      ...(view?.categories ?? []).map(({savePath = ''}) => this.#absolute(serverId, savePath) ?? ''),
      ...this.#mappings(serverId).map((it) => it.server),
      ...this.#fleet.savePaths(serverId),
      ...(this.#left.get(serverId) ?? []),
    ]
    // That something lies at the top of a disk opens not all of it.
    return [...new Set([...this.#allowed(serverId), ...inUse.filter((it) => it !== '' && !isRoot(it))])]
  }

  #absolute(serverId: ServerId, folder: string): string | null {
    return folder !== '' && isRelative(folder) ? this.#belowDefault(serverId, folder) : folder
  }

  #belowDefault(serverId: ServerId, folder: string): string | null {
    const root = this.#servers.get(serverId)?.stats?.defaultSavePath
    return root ? `${root}/${folder}` : null
  }
}

function isRelative(folder: string): boolean {
  return !/^(?:\/|[A-Za-z]:|\\\\)/.test(folder)
}
