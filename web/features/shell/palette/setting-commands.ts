/** Single settings, which the palette leads to on their pages: who types finds them by our words and by those of other programs. */
import {useNavigate} from '@tanstack/react-router'
import {Settings} from 'lucide-react'
import type {TextKey} from '../../../i18n/text.ts'
import type {Command} from '../../commands/commands.ts'
import {usePlaces} from '../../commands/places.ts'

interface Setting {
  /** Of its place on the page (`ui/Sought`). */
  readonly at: string
  readonly to: '/settings/account' | '/settings/users'
  readonly label: TextKey
}

const own = (at: string, label: TextKey): Setting => ({at, to: '/settings/account', label})
const ofAll = (at: string, label: TextKey): Setting => ({at, to: '/settings/users', label})

const settings: readonly Setting[] = [
  own('theme', 'palette.set.theme'),
  own('density', 'palette.set.density'),
  own('units', 'palette.set.units'),
  own('start', 'palette.set.start'),
  own('password', 'palette.set.password'),
  own('two-step', 'palette.set.two-step'),
  own('sessions', 'palette.set.sessions'),
  own('api-keys', 'palette.set.api-keys'),
  ofAll('invitations', 'palette.set.invitations'),
  ofAll('password_log_in', 'palette.set.password_log_in'),
  ofAll('members_public_only', 'palette.set.members_public_only'),
  ofAll('member_addresses', 'palette.set.member_addresses'),
  ofAll('allowed_folders', 'palette.set.allowed_folders'),
  ofAll('session_idle_days', 'palette.set.session_idle_days'),
  ofAll('session_absolute_days', 'palette.set.session_absolute_days'),
  ofAll('audit_days', 'palette.set.audit_days'),
]

/** Those on pages that who looks may see. */
export function useSettingCommands(): readonly Command[] {
  const navigate = useNavigate()
  const pages = new Set<string>(usePlaces('program', 'you').map(({to}) => to))
  return settings
    .filter(({to}) => pages.has(to))
    .map(({at, to, label}) => ({
      id: `setting ${at}`,
      group: 'go',
      label,
      icon: Settings,
      keys: [],
      run: () => void navigate({to, hash: at}),
    }))
}
