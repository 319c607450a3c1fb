/** What people keep of how they look at things: views that they saved, and preferences. The server and the pages read it. */
import type {GroupName} from './query.ts'
import type {EpochMs} from './units.ts'

export const densities = ['compact', 'normal', 'roomy'] as const
type Density = (typeof densities)[number]

export const layouts = ['table', 'cards'] as const
type Layout = (typeof layouts)[number]

/** A column of the list, where it stands among the others. */
export interface ColumnPlace {
  readonly id: string
  /** px; absent = as wide as it usually is. */
  readonly width?: number | undefined
  readonly pinned?: boolean | undefined
  readonly hidden?: boolean | undefined
}

/** What a saved view shows, and how. */
export interface ViewDefinition {
  /** The query language; '' = everything. */
  readonly q: string
  /** Only these, also when there is none of that id (any more); `null` = all in sight. */
  readonly servers: readonly string[] | null
  /** Columns, first one first; `-` turns one round. */
  readonly sort: readonly string[]
  readonly group: GroupName | null
  /** In their order; `null` = as without a view. */
  readonly columns: readonly ColumnPlace[] | null
  /** `null` = as without a view. */
  readonly density: Density | null
  readonly layout: Layout
}

/** Who else sees a view: administrators, every user, or whoever has its address and may log in. */
export const viewAudiences = ['link', 'administrators', 'everyone'] as const
export type ViewAudience = (typeof viewAudiences)[number]

/** A view as it is told to its owner. */
export interface SavedView {
  readonly id: string
  /** No two of one owner differ by case or width of letters alone. */
  readonly name: string
  /** Name of an icon; `null` = none. */
  readonly icon: string | null
  readonly definition: ViewDefinition
  /** `null` = its owner's alone. */
  readonly sharedWith: ViewAudience | null
  /** Rank among those of its owner, 0 first. */
  readonly position: number
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
}

export const viewLimits = {
  /** Of one owner. */
  views: 100,
  /** Of others, that are listed for one person. */
  shared: 500,
  nameLength: 80,
  servers: 1_000,
  sort: 8,
  /** As JSON. */
  definitionBytes: 16 * 1024,
  /** px */
  leastWidth: 16,
  mostWidth: 4_000,
} as const

export const preferenceKeyShape = /^[a-z][a-z0-9_.-]{0,63}$/

export const preferenceLimits = {
  /** Of one owner. */
  keys: 200,
  /** Each, as JSON. */
  valueBytes: 16 * 1024,
  /** All of one owner's together: everybody's are kept in memory. */
  bytes: 256 * 1024,
} as const
