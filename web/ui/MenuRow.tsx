import {ChevronRight, type LucideIcon} from 'lucide-react'
import {isValidElement, type ReactNode} from 'react'
import {CheckMark} from './CheckMark.tsx'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'
import {Kbd} from './Kbd.tsx'
import type {MenuAction, MenuSub} from './menu-entry.ts'

/** Of the element around a row. */
export function menuRowClass(entry: MenuAction | MenuSub): string {
  const isOff = entry.disabledReason !== undefined
  const isDanger = 'danger' in entry && entry.danger === true
  return joined(
    'flex min-h-7 w-full items-center gap-[9px] rounded-s px-2 py-[3px] text-left select-none max-phone:min-h-11 max-phone:gap-3 max-phone:px-3 max-phone:text-14 pointer-coarse:min-h-11',
    'data-highlighted:bg-accent-soft data-highlighted:shadow-none data-[state=open]:bg-accent-soft focus-visible:bg-accent-soft focus-visible:shadow-none max-phone:focus-visible:shadow-focus-in forced-colors:data-highlighted:outline',
    isOff && 'items-start! text-text-3',
    isDanger && !isOff && 'text-st-error',
  )
}

/** What stands in a row of a menu, whatever form the menu has. */
export function MenuRow({entry}: {entry: MenuAction | MenuSub}) {
  const isOff = entry.disabledReason !== undefined
  const isDanger = 'danger' in entry && entry.danger === true
  return (
    <>
      {'checked' in entry && entry.checked !== undefined && <CheckMark state={entry.checked} isOff={isOff} />}
      {entry.icon !== undefined && entry.icon !== null && (
        <span
          className={joined(
            'shrink-0',
            isOff ? 'mt-0.5 text-text-off' : isDanger ? 'text-inherit' : 'text-text-2',
          )}
        >
          {drawn(entry.icon)}
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{entry.label}</span>
        {isOff && <span className="block text-11 text-pretty whitespace-normal">{entry.disabledReason}</span>}
      </span>
      {'keys' in entry && entry.keys !== undefined && <Kbd keys={entry.keys} className="max-phone:hidden" />}
      {'entries' in entry && <Icon icon={ChevronRight} size={14} className="text-text-3" />}
    </>
  )
}

function drawn(icon: LucideIcon | ReactNode): ReactNode {
  if (typeof icon === 'function' || (typeof icon === 'object' && icon !== null && !isValidElement(icon))) {
    return <Icon icon={icon as LucideIcon} size={14} />
  }
  return icon as ReactNode
}
