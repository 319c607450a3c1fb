import {Link, useNavigate} from '@tanstack/react-router'
import {CircleUser, Menu, Plus, type LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {MoreMenu} from './MoreMenu.tsx'
import {nothingBrought, openOverlay} from './overlays.ts'
import {SectionName} from './SectionName.tsx'
import type {Section} from './sections.ts'
import {useSections} from './use-sections.ts'

const tab =
  'grid h-14 flex-1 content-center justify-items-center gap-0.5 text-11 font-medium text-text-2 aria-[current]:text-accent'

/** The sections under the thumb; on narrow screens alone. */
export function TabBar() {
  const sections = useSections().filter(({isMinor}) => !isMinor)
  const mayAdd = usePermission('add')
  const navigate = useNavigate()
  return (
    <nav
      aria-label={text('nav.main')}
      className="z-bar flex border-t border-line-strong bg-bg pb-[env(safe-area-inset-bottom)] phone:hidden"
    >
      {/* Adding stands in the middle, where both thumbs reach it. */}
      {sections.slice(0, 2).map(tabOf)}
      {mayAdd && (
        <button
          type="button"
          className={tab}
          onClick={() => openOverlay({name: 'add', brought: nothingBrought})}
        >
          <Face icon={Plus}>{text('nav.add')}</Face>
        </button>
      )}
      {sections.slice(2).map(tabOf)}
      <MoreMenu
        more={[
          {
            ...{id: 'account', label: text('nav.account'), icon: CircleUser},
            onSelect: () => void navigate({to: '/account'}),
          },
        ]}
        trigger={
          <button type="button" className={tab}>
            <Face icon={Menu}>{text('nav.more')}</Face>
          </button>
        }
      />
    </nav>
  )
}

function tabOf(section: Section) {
  return (
    <Link key={section.to} to={section.to} className={tab}>
      <Face icon={section.icon}>
        <SectionName section={section} />
      </Face>
    </Link>
  )
}

function Face({icon, children}: {icon: LucideIcon; children: ReactNode}) {
  return (
    <>
      <Icon icon={icon} size={20} />
      <span className="flex gap-1">{children}</span>
    </>
  )
}
