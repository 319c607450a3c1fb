import {useMutation} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {
  ArrowUpDown,
  Copy,
  Pencil,
  Power,
  Share2,
  SquareArrowOutUpRight,
  Trash2,
  Zap,
  type LucideIcon,
} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {changeServer, type ServerPatch} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import type {MenuAction, MenuEntry} from '../../../ui/menu-entry.ts'
import {openServerDialog} from '../server-dialogs.ts'
import {askWhom} from '../server-words.ts'
import {steps, stepTo, type Step} from './order.ts'

export interface ServerMenuDeps {
  readonly server: LiveServer
  /** `null` = nobody's own. */
  readonly owner: string | null
  readonly onTest: () => void
  /** Its place among those that he may move; `null` = it is not moved here, or not by him. */
  readonly order: ServerPlace | null
}

interface ServerPlace {
  readonly place: number
  readonly count: number
  readonly onStep: (step: Step) => void
}

/** What somebody may do with a server; for the rest it says whom to ask. */
export function useServerMenu(parts: ServerMenuDeps): readonly MenuEntry[] {
  const {server, owner, onTest} = parts
  const {server_id: id, access} = server
  const navigate = useNavigate()
  const change = useMutation({
    mutationFn: (patch: ServerPatch) => changeServer(id, patch),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const open: MenuEntry = {
    id: 'open',
    label: text('server.do.open'),
    icon: SquareArrowOutUpRight,
    onSelect: () => void navigate({to: '/settings/servers/$id', params: {id}}),
  }
  const test: MenuEntry = {id: 'test', label: text('server.do.test'), icon: Zap, onSelect: onTest}
  return [
    open,
    ...(access === 'view' ? [] : [test]),
    {separator: true},
    ...(access === 'own' ? changeEntries(server, change.mutate) : [{heading: askWhom(owner)}]),
    ...orderEntries(parts.order),
    ...(access === 'own' ? [{separator: true} as const, removeEntry(server)] : []),
  ]
}

/** Something that its owner can do with a server: in its menu and in the palette. */
interface ServerEntry extends MenuAction {
  readonly id: 'edit' | 'copy' | 'share' | 'default' | 'on' | 'off' | 'remove'
  readonly label: string
  readonly icon?: LucideIcon
}

/** What its owner may change of it, each by one command. */
export function changeEntries(
  {server_id: id, enabled, default_for_adding: isDefault}: LiveServer,
  change: (patch: ServerPatch) => void,
): readonly ServerEntry[] {
  return [
    {
      id: 'edit',
      label: text('server.do.edit'),
      icon: Pencil,
      onSelect: () => openServerDialog({name: 'edit', id}),
    },
    {
      id: 'copy',
      label: text('server.do.copy'),
      icon: Copy,
      onSelect: () => openServerDialog({name: 'copy', id}),
    },
    {
      id: 'share',
      label: text('server.do.share'),
      icon: Share2,
      onSelect: () => openServerDialog({name: 'share', id}),
    },
    {
      id: 'default',
      label: text('server.do.default'),
      checked: isDefault,
      onSelect: () => change({default_for_adding: !isDefault}),
    },
    {
      id: enabled ? 'off' : 'on',
      label: text(enabled ? 'server.do.off' : 'server.do.on'),
      icon: Power,
      onSelect: () => change({enabled: !enabled}),
    },
  ]
}

/** Opens the dialog that asks. */
export function removeEntry({server_id: id}: LiveServer): ServerEntry {
  return {
    id: 'remove',
    label: text('server.do.remove'),
    icon: Trash2,
    danger: true,
    onSelect: () => openServerDialog({name: 'remove', id}),
  }
}

function orderEntries(order: ServerPlace | null): readonly MenuEntry[] {
  if (order === null) return []
  const {place, count, onStep} = order
  const entries = steps.map((step) => ({
    id: step,
    label: text(`server.do.order.${step}`),
    onSelect: () => onStep(step),
    ...(stepTo(step, place, count) === place && {disabledReason: text('server.do.order.there')}),
  }))
  return [{id: 'order', label: text('server.do.order'), icon: ArrowUpDown, entries}]
}
