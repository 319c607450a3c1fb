import {Link} from '@tanstack/react-router'
import {text} from '../../text/text.ts'
import {useSections} from './use-sections.ts'

export function MainNav() {
  return (
    <nav aria-label={text('nav.main')} className="ml-3 flex gap-0.5 max-phone:hidden">
      {useSections().map(({to, label}) => (
        <Link
          key={to}
          to={to}
          className="flex h-7.5 items-center rounded-m px-2.5 font-medium text-text-2 hover:bg-press aria-[current]:bg-press aria-[current]:text-text"
        >
          {text(label)}
        </Link>
      ))}
    </nav>
  )
}
