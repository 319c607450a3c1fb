/** What all rows of the list have in common at a time: their columns, their words for servers, their fonts. */
import type {Preferences} from '../../../api/preferences.ts'
import type {TrackerName} from '../../../api/tracker-names.ts'
import type {ShownColumn} from './column-layout.ts'
import type {WireColumn} from './wire-columns.ts'

/** `list`: two lines without columns; `short`: the same for screens that are hardly higher than three of them. */
export type Density = Preferences['density'] | 'list' | 'short'

/** Without columns. */
export function isListed(density: Density): boolean {
  return density === 'list' || density === 'short'
}

/** As `tokens.css` has them (`--row-…`): rows are placed by reckoning, not by measuring. */
export const rowHeights: Readonly<Record<Density, number>> = {
  compact: 24,
  normal: 30,
  roomy: 46,
  list: 68,
  short: 40,
}
export const HEAD_PX = 28

export interface ServerFace {
  readonly name: string
  /** CSS. */
  readonly colour: string
  readonly isOnline: boolean
}

export interface RowFonts {
  readonly name: string
  readonly tag: string
}

/** As the page wants rows to look. */
export interface RowLook {
  readonly density: Density
  readonly columns: readonly ShownColumn[]
  /** Room of the whole row, px. */
  readonly width: number
  readonly serverOf: (serverId: string) => ServerFace
  /** Trackers that people gave a name, by host. */
  readonly trackers: ReadonlyMap<string, TrackerName>
  readonly fonts: RowFonts
}

export interface RowFace extends RowLook {
  /** Where the cells of a row are; a column that is not in it has not come yet. */
  readonly cellAt: ReadonlyMap<WireColumn, number>
}
