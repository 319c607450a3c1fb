import {Link} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {Pennant} from '../../ui/Pennant.tsx'
import {ServerSwitcher} from '../servers/switcher/ServerSwitcher.tsx'
import {AccountMenu} from './AccountMenu.tsx'
import {AttentionBell} from './AttentionBell.tsx'
import {DemoMark} from './DemoMark.tsx'
import {MainNav} from './MainNav.tsx'
import {openOverlay} from './overlays.ts'

const openPalette = () => openOverlay({name: 'palette', text: ''})

/** Home, which servers, which section, find anything, what needs attention, who. */
export function Header() {
  return (
    <header className="z-bar flex h-(--head-h) min-w-0 items-center gap-1 border-b border-line-strong bg-bg px-3 max-phone:h-13">
      <span className="relative mr-1 pointer-coarse:-ml-2 pointer-coarse:mr-0">
        <Link
          to="/torrents"
          aria-label={text('app.name')}
          className="grid size-7 place-items-center rounded-m text-accent pointer-coarse:size-11"
        >
          <Pennant />
        </Link>
        <DemoMark isBelow />
      </span>
      <ServerSwitcher />
      <MainNav />
      <DemoMark />
      <span className="flex-1" />
      <PaletteField />
      <IconButton
        className="desk:hidden"
        label={text('palette.open')}
        icon={Search}
        keys="Ctrl K"
        onClick={openPalette}
      />
      <AttentionBell />
      <AccountMenu />
    </header>
  )
}

function PaletteField() {
  return (
    <button
      type="button"
      className="flex h-8 w-59 items-center gap-2 overflow-hidden rounded-m border border-line-strong bg-surface pr-2 pl-2.5 whitespace-nowrap text-text-3 max-desk:hidden"
      onClick={openPalette}
    >
      <Icon icon={Search} size={14} />
      <span className="flex-1 text-left">{text('palette.open')}</span>
      <Kbd keys="Ctrl K" />
    </button>
  )
}
