import {useNavigate, useRouter} from '@tanstack/react-router'
import {Bell, Keyboard, Moon, Plus, RefreshCw, Search, Server, Sun, SunMoon} from 'lucide-react'
import {setPreference} from '../../api/preferences.ts'
import {usePermission} from '../../api/session.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {nothingBrought, openOverlay, openPalette} from '../commands/overlays.ts'
import {usePlaces} from '../commands/places.ts'
import {selectServerAt} from '../servers/switcher/scope.ts'
import {useMayAdd} from '../servers/use-may-add.ts'

/** What can be done on every page. */
export function useShellCommands(): void {
  const navigate = useNavigate()
  const {history} = useRouter()
  const places = usePlaces('main', 'storage', 'settings', 'fleet', 'program', 'you')
  useCommands([
    ...places.map(({id, to, label, icon, key}): Command => ({
      id,
      group: 'go',
      label,
      icon,
      keys: key === undefined ? [] : [`g ${key}`],
      run: () => void navigate({to}),
    })),
    {
      id: 'go back',
      group: 'go',
      label: 'shell.back',
      keys: ['Alt+ArrowLeft'],
      hidden: true,
      run: () => history.back(),
    },
    ...servers,
    ...overlays,
    ...(useMayAdd() ? [adding] : []),
    ...(usePermission('manage')
      ? [
          {
            id: 'add arr',
            group: 'make',
            label: 'shell.add_arr',
            icon: RefreshCw,
            keys: [],
            run: () => void navigate({to: '/settings/arrs', search: {add: true}}),
          } satisfies Command,
        ]
      : []),
    ...themes,
  ])
}

/** By place in the list, as they stand in the switcher. */
const places = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

const servers: readonly Command[] = [
  {
    id: 'server 0',
    group: 'go',
    label: 'shell.all_servers',
    icon: Server,
    keys: ['Shift+Digit0'],
    run: () => selectServerAt(0),
  },
  ...places.map((place): Command => ({
    id: `server ${place}`,
    group: 'go',
    label: `shell.server.${place}`,
    hidden: true,
    keys: [`Shift+Digit${place}`],
    run: () => selectServerAt(place),
  })),
]

const overlays: readonly Command[] = [
  {
    id: 'palette',
    group: 'find',
    label: 'palette.open',
    icon: Search,
    keys: ['$mod+k'],
    hidden: true,
    run: openPalette,
  },
  {
    id: 'needs you',
    group: 'go',
    label: 'attention.title',
    icon: Bell,
    keys: ['g n'],
    run: () => openOverlay({name: 'needs you'}),
  },
  {
    id: 'keys',
    group: 'look',
    label: 'keys.open',
    icon: Keyboard,
    keys: ['Shift+?'],
    run: () => openOverlay({name: 'keys'}),
  },
]

const adding: Command = {
  id: 'add',
  group: 'make',
  label: 'shell.add',
  icon: Plus,
  keys: ['n'],
  run: () => openOverlay({name: 'add', brought: nothingBrought}),
}

const themes: readonly Command[] = [
  {
    id: 'theme light',
    group: 'look',
    label: 'theme.use_light',
    icon: Sun,
    keys: [],
    run: () => setPreference('theme', 'light'),
  },
  {
    id: 'theme dark',
    group: 'look',
    label: 'theme.use_dark',
    icon: Moon,
    keys: [],
    run: () => setPreference('theme', 'dark'),
  },
  {
    id: 'theme system',
    group: 'look',
    label: 'theme.use_system',
    icon: SunMoon,
    keys: [],
    run: () => setPreference('theme', 'system'),
  },
]
