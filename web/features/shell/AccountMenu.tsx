import {useNavigate} from '@tanstack/react-router'
import {CircleUser, Keyboard, LogOut, Moon, Sun, SunMoon} from 'lucide-react'
import {usePreference} from '../../api/preferences.ts'
import {logOut, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Avatar} from '../../ui/Avatar.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {openOverlay} from './overlays.ts'

/** Who is signed in, how the pages look to him, and the way out. */
export function AccountMenu() {
  const {visitor} = useSession()
  const entries = useEntries(visitor?.via === 'session')
  if (!visitor) return null
  return (
    <DropdownMenu
      align="end"
      label={visitor.name}
      entries={[{heading: visitor.via === 'local' ? text('account.local') : visitor.name}, ...entries]}
      trigger={
        <button
          type="button"
          aria-label={text('account.open', {name: visitor.name})}
          className="ml-1 rounded-full pointer-coarse:p-[9px]"
        >
          <Avatar name={visitor.name} />
        </button>
      }
    />
  )
}

function useEntries(hasSession: boolean): readonly MenuEntry[] {
  const navigate = useNavigate()
  const [theme, setTheme] = usePreference('theme')
  const look = (id: typeof theme, label: string, icon: typeof Sun): MenuEntry => ({
    ...{id, label, icon, checked: theme === id},
    onSelect: () => setTheme(id),
  })
  return [
    {
      ...{id: 'profile', label: text('account.profile'), icon: CircleUser, keys: 'G ,'},
      onSelect: () => void navigate({to: '/account'}),
    },
    {
      ...{id: 'keys', label: text('account.keys'), icon: Keyboard, keys: '?'},
      onSelect: () => openOverlay({name: 'keys'}),
    },
    {separator: true},
    look('system', text('theme.system'), SunMoon),
    look('light', text('theme.light'), Sun),
    look('dark', text('theme.dark'), Moon),
    ...(hasSession
      ? [
          {separator: true} as const,
          {id: 'log out', label: text('account.log_out'), icon: LogOut, onSelect: () => void logOut()},
        ]
      : []),
  ]
}
