import type {LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'

/** One description of a menu for all its forms. */
export type MenuEntry = MenuAction | MenuSub | MenuHeading | MenuSeparator

export interface MenuAction {
  readonly id: string
  readonly label: ReactNode
  readonly icon?: LucideIcon | ReactNode
  /** Shown at its end: 'Shift S'. */
  readonly keys?: string | undefined
  readonly danger?: boolean | undefined
  /** Why it cannot be done now. The entry stays, and says so. */
  readonly disabledReason?: string | undefined
  /** A choice that is on or off. */
  readonly checked?: boolean | 'mixed' | undefined
  /** The menu stays open, for choosing several. */
  readonly stays?: boolean | undefined
  readonly onSelect: () => void
}

export interface MenuSub {
  readonly id: string
  readonly label: ReactNode
  readonly icon?: LucideIcon | ReactNode
  readonly disabledReason?: string | undefined
  readonly entries: readonly MenuEntry[]
}

interface MenuHeading {
  readonly heading: string
}

interface MenuSeparator {
  readonly separator: true
}

/** What tells an entry from its neighbours. */
export function keyOf(entry: MenuEntry, at: number): string {
  if ('id' in entry) return entry.id
  return 'heading' in entry ? `heading ${entry.heading}` : `separator ${at}`
}
