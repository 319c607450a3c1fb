import {Link, Outlet, useLocation} from '@tanstack/react-router'
import {SlidersHorizontal} from 'lucide-react'
import {text, type TextKey} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import {SideBar, SideGroup, SideLink} from '../../ui/SideBar.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useNarrow} from '../../ui/use-media.ts'
import {usePlaces, type PlaceGroup} from '../commands/places.ts'

const groups: readonly (readonly [group: PlaceGroup, title: TextKey])[] = [
  ['fleet', 'settings.fleet'],
  ['program', 'settings.program'],
  ['you', 'settings.you'],
]

/** The pages of the settings, with the list of them at the left; where there is no room, the way back to that list. */
export function SettingsFrame() {
  const isNarrow = useNarrow()
  if (isNarrow) {
    return (
      <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
        <BackLink />
        <Outlet />
      </div>
    )
  }
  return (
    <div className="flex h-full min-h-0">
      <SideBar label={text('nav.settings')}>
        <ul>
          <SideLink to="/settings" icon={SlidersHorizontal} label={text('settings.all')} isExact />
        </ul>
        <SettingsList />
      </SideBar>
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  )
}

/** To the list, on every page of it but the list itself. */
function BackLink() {
  const isList = useLocation({select: ({pathname}) => pathname}).endsWith('/settings')
  if (isList) return <div />
  return (
    <Link
      to="/settings"
      className={joined(
        textLinkClass,
        'flex h-9 items-center border-b border-line px-8 max-phone:px-3.5 pointer-coarse:h-11',
      )}
    >
      ‹ {text('nav.settings')}
    </Link>
  )
}

/** The pages of the settings, by what they are about. */
export function SettingsList() {
  const places = usePlaces('fleet', 'program', 'you')
  return groups
    .map(([group, title]) => ({group, title, those: places.filter((it) => it.group === group)}))
    .filter(({those}) => those.length > 0)
    .map(({group, title, those}) => (
      <SideGroup key={group} title={text(title)}>
        {those.map(({to, icon, label}) => (
          <SideLink key={to} to={to} icon={icon} label={text(label)} />
        ))}
      </SideGroup>
    ))
}
