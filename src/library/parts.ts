/** What the reader of a library and the main thread say to each other. */
import type {LibraryDoubtful, LibrarySettings} from '#model/library.ts'
import type {EpochMs} from '#model/units.ts'
import type {RowFrame} from './row-columns.ts'

/** What is known of a library before it is read: by which the reader tells what differs. One cell of each row. */
export interface LibraryKnown {
  /** When it was read whole last; `null` = never. */
  readonly readAt: EpochMs | null
  /** As `keyNumber`. */
  readonly keys: Float64Array
  readonly hashes: Int32Array
  /** 0 = it has none. */
  readonly parents: Int32Array
  /** As `identityOf`. */
  readonly foreigns: Int32Array
  readonly titles: Int32Array
  /** 0 = it has none. */
  readonly files: Int32Array
  /** NaN = not read. */
  readonly scores: Float64Array
}

/** What the reader of a library found out. */
export type LibraryPart =
  /** These say something else than before, or were not there. */
  | {readonly is: 'rows'; readonly frame: RowFrame}
  /** These are not there any more; as `keyNumber`. */
  | {readonly is: 'gone'; readonly keys: Float64Array}
  /** Of the files of these, read after their rows. */
  | {readonly is: 'scores'; readonly keys: Float64Array; readonly scores: Float64Array}
  | {readonly is: 'settings'; readonly settings: LibrarySettings}
  /** All that differs was said: it was read whole, and what is absent is not there. */
  | {readonly is: 'whole'; readonly readAt: EpochMs}
  | {readonly is: 'doubtful'; readonly why: LibraryDoubtful}
