/** What can be changed of Arrs that the file declares: by rewriting the file, as its owner would have done it. */
import type {FileObstacle} from './file-sections.ts'
import type {PathEdit} from './toml-edit.ts'

/**
 * Changes Arrs where the file declares them. When it answers the file is written and what it says is in force; when it
 * throws, the file is as it was.
 *
 * @throws {CommodarrError} `arr_unknown`; `bad_argument` for what can not be read back, and what an environment
 *   variable decides (named in the message); `file_changed`, `config_invalid`, `storage_read_only`, `storage_full`,
 *   `storage_unavailable`
 */
export interface FileArrs {
  /** Why its section cannot be changed; `null` = it can. */
  obstacle(id: string): Promise<FileObstacle | null>
  /**
   * @param id the name of the section
   * @param edits of keys of the section and of tables below it (`['Torrent', 'StalledDelay']`)
   */
  change(id: string, edits: readonly PathEdit[]): Promise<void>
  /** Its section goes, with the tables below it and the comments within. */
  remove(id: string): Promise<void>
}
