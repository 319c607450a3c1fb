/** What can be changed of a section of the file by its keys, whatever it is about: by rewriting the file. */
import type {Config} from '../config.ts'
import type {RawTable} from '../document.ts'
import type {PathEdit} from './toml-edit.ts'

/**
 * Why a section cannot be changed from here: there is no file, it or its folder cannot be written, or environment
 * variables declare the section.
 */
export type FileObstacle = 'no_file' | 'read_only' | 'of_variables'

/** A key that cannot be as it was meant. */
export interface KeyFault {
  /** Below the section, as findings name it: `Trackers[0].MaxUploadRatio`. */
  readonly key: string
  /** What was found there; `null` = nothing, or not shown. */
  readonly found: string | null
  readonly accepted: string
}

export interface SectionChange {
  /** Where there is one nothing is written. */
  readonly faults: readonly KeyFault[]
  readonly before: Config
  readonly after: Config
}

/**
 * When `change` answers without faults the file is written and what it says is in force; in all other cases the file is
 * as it was. Edits name keys from the section on.
 *
 * @throws {CommodarrError} `bad_argument` for what can not be read back, or would change more than its section;
 *   `file_changed`, `config_invalid`, `storage_read_only`, `storage_full`, `storage_unavailable`
 */
export interface FileSections {
  /** `null` = it can be changed. */
  obstacle(section: string): Promise<FileObstacle | null>
  /** As they are in force: the file's own, without what variables decide; secrets are `Secret`. */
  keysOf(section: string): RawTable
  /** What a change would make of the configuration. Nothing is written. */
  preview(section: string, edits: readonly PathEdit[]): Promise<SectionChange>
  change(section: string, edits: readonly PathEdit[]): Promise<SectionChange>
}
