import {Link} from '@tanstack/react-router'
import type {LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {setFacetsDrawer} from '../filters/facets-drawer.ts'
import type {TorrentsSearch} from '../torrents-search.ts'
import {useViewCount} from './use-view-count.ts'

/** A list to go to, in the side bar. */
export function ViewRow({
  icon,
  label,
  search,
  isHere,
  total,
  menu,
}: {
  icon: LucideIcon
  label: string
  search: TorrentsSearch
  isHere: boolean
  total?: ReactNode
  /** Shown in place of the number while it is pointed at. */
  menu?: ReactNode
}) {
  return (
    <div
      className={joined(
        'group relative flex h-[26px] items-center gap-2 rounded-m px-2 select-none max-phone:h-11 max-phone:text-14 pointer-coarse:h-11',
        isHere ? 'bg-press font-medium text-text' : 'text-text-2 hover:bg-press',
      )}
    >
      <Link
        to="/torrents"
        search={search}
        aria-label={label}
        aria-current={isHere ? 'page' : undefined}
        title={label}
        onClick={() => setFacetsDrawer(false)}
        className="absolute inset-0 rounded-m focus-visible:shadow-focus-in"
      />
      <Icon icon={icon} size={14} className="text-text-3" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {total !== undefined && (
        <span
          className={joined(
            'num text-12 text-text-3',
            menu !== undefined && 'group-focus-within:invisible group-hover:invisible pointer-coarse:mr-9',
          )}
        >
          {total}
        </span>
      )}
      {menu}
    </div>
  )
}

/** The number of a list, where it is cheap to have. */
export function ViewCount({q, servers}: {q: string; servers: readonly string[] | null}) {
  const found = useViewCount(q, servers)
  return found === null ? null : count(found)
}
