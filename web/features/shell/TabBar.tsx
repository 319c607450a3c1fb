import {Link} from '@tanstack/react-router'
import {CircleUser, Plus, type LucideIcon} from 'lucide-react'
import {usePermission} from '../../api/session.ts'
import {text} from '../../text/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {nothingBrought, openOverlay} from './overlays.ts'
import {useSections} from './use-sections.ts'

const tab =
  'grid h-14 flex-1 content-center justify-items-center gap-0.5 text-11 font-medium text-text-2 aria-[current]:text-accent'

/** The sections under the thumb; on narrow screens alone. */
export function TabBar() {
  const [torrents, ...others] = useSections()
  const mayAdd = usePermission('add')
  return (
    <nav
      aria-label={text('nav.main')}
      className="z-bar flex border-t border-line-strong bg-bg pb-[env(safe-area-inset-bottom)] phone:hidden"
    >
      <Link to={torrents!.to} className={tab}>
        <Face icon={torrents!.icon} label={text(torrents!.label)} />
      </Link>
      {mayAdd && (
        <button
          type="button"
          className={tab}
          onClick={() => openOverlay({name: 'add', brought: nothingBrought})}
        >
          <Face icon={Plus} label={text('nav.add')} />
        </button>
      )}
      {others.map(({to, label, icon}) => (
        <Link key={to} to={to} className={tab}>
          <Face icon={icon} label={text(label)} />
        </Link>
      ))}
      <Link to="/account" className={tab}>
        <Face icon={CircleUser} label={text('nav.account')} />
      </Link>
    </nav>
  )
}

function Face({icon, label}: {icon: LucideIcon; label: string}) {
  return (
    <>
      <Icon icon={icon} size={20} />
      {label}
    </>
  )
}
