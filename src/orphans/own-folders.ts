/**
 * Folders that servers write to or watch themselves: copies of .torrent files, what is not complete, a session. They are
 * no torrent's, and nobody's to set aside.
 */
import {CommodarrError} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'

export interface OwnFoldersDeps {
  /** As the server writes them. @throws {CommodarrError} it is away, or does not report its settings */
  readonly foldersOfServer: (id: ServerId) => Promise<readonly string[]>
}

export class OwnFolders {
  readonly #parts: OwnFoldersDeps
  /** Of those that are asked no more. */
  readonly #known = new Map<ServerId, readonly string[]>()

  constructor(parts: OwnFoldersDeps) {
    this.#parts = parts
  }

  /** As the server writes them, as they are now, or of one that is switched off: as they were. `null` = not known */
  async of({id, enabled}: Pick<ServerView, 'id' | 'enabled'>): Promise<readonly string[] | null> {
    if (!enabled) return this.#known.get(id) ?? null
    try {
      const folders = await this.#parts.foldersOfServer(id)
      this.#known.set(id, folders)
      return folders
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return null
    }
  }
}
