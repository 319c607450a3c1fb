import {Link, type LinkProps} from '@tanstack/react-router'
import type {LucideIcon} from 'lucide-react'
import {useId, type ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

/** What stands at the left of a page and leads to others like it. Where there is no room for it, it is not shown. */
export function SideBar({label, children}: {label: string; children: ReactNode}) {
  return (
    <nav
      aria-label={label}
      className="w-55 shrink-0 overflow-x-hidden overflow-y-auto border-r border-line-strong bg-bg px-2 pt-2 pb-6 [scrollbar-color:var(--line-strong)_transparent] [scrollbar-width:thin]"
    >
      {children}
    </nav>
  )
}

/** Some links of a side bar under one word. */
export function SideGroup({title, children}: {title: string; children: ReactNode}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mt-3 first:mt-0.5">
      <h3
        id={id}
        className="flex h-[26px] items-center px-2 text-11 font-bold text-text-3 max-phone:h-9 max-phone:text-12"
      >
        {title}
      </h3>
      <ul aria-labelledby={id}>{children}</ul>
    </section>
  )
}

/** A page to go to. It is marked on its own address, and on those below it unless `isExact`. */
export function SideLink({
  to,
  icon,
  label,
  end,
  isExact = false,
  onClick,
}: {
  to: NonNullable<LinkProps['to']>
  icon: LucideIcon
  label: string
  /** At its end: how many there are. */
  end?: ReactNode
  isExact?: boolean
  onClick?: () => void
}) {
  return (
    <li>
      <Link
        to={to}
        activeOptions={{exact: isExact}}
        {...(onClick && {onClick})}
        className={joined(
          'group flex h-[26px] items-center gap-2 rounded-m px-2 text-text-2 select-none hover:bg-press focus-visible:shadow-focus-in max-phone:h-11 max-phone:text-14 pointer-coarse:h-11',
          'aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-text',
        )}
      >
        <Icon icon={icon} size={14} className="text-text-3 group-aria-[current]:text-accent" />
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {end}
      </Link>
    </li>
  )
}
