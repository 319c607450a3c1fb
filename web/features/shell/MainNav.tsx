import {Link} from '@tanstack/react-router'
import {ChevronDown} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {MoreMenu} from './MoreMenu.tsx'
import {SectionName} from './SectionName.tsx'
import {useSections} from './use-sections.ts'

const item =
  'flex h-7.5 items-center gap-1.5 rounded-m px-2.5 font-medium text-text-2 hover:bg-press aria-[current]:bg-press aria-[current]:text-text'

export function MainNav() {
  return (
    <nav aria-label={text('nav.main')} className="ml-3 flex gap-0.5 max-phone:hidden">
      {useSections().map((section) => (
        <Link key={section.to} to={section.to} className={joined(item, section.isMinor && 'max-desk:hidden')}>
          <SectionName section={section} />
        </Link>
      ))}
      <MoreMenu
        trigger={
          <button type="button" className={`${item} focus-visible:shadow-focus desk:hidden`}>
            {text('nav.more')}
            <Icon icon={ChevronDown} size={14} />
          </button>
        }
      />
    </nav>
  )
}
