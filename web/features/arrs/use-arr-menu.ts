import {useMutation} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Pencil, Power, Share2, SquareArrowOutUpRight, Trash2, Zap} from 'lucide-react'
import {changeArr, type Arr, type ArrPatch} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {openArrDialog} from './arr-dialogs.ts'

/** What somebody may do with an Arr; for the rest it says whom to ask. */
export function useArrMenu(arr: Arr, onTest: () => void): readonly MenuEntry[] {
  const {id, access, enabled, owner} = arr
  const navigate = useNavigate()
  const change = useMutation({
    mutationFn: (patch: ArrPatch) => changeArr(id, patch),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  return [
    {
      id: 'open',
      label: text('arr.do.open'),
      icon: SquareArrowOutUpRight,
      onSelect: () => void navigate({to: '/library/arrs/$id', params: {id}}),
    },
    ...(access === 'view'
      ? []
      : [{id: 'test', label: text('arr.do.test'), icon: Zap, onSelect: onTest} satisfies MenuEntry]),
    {separator: true},
    ...(access === 'own'
      ? ownEntries(id, enabled, change.mutate)
      : [
          {heading: owner ? text('server.ask-owner', {owner: owner.name}) : text('server.ask-administrator')},
        ]),
  ]
}

function ownEntries(id: string, enabled: boolean, change: (patch: ArrPatch) => void): readonly MenuEntry[] {
  return [
    {id: 'edit', label: text('arr.do.edit'), icon: Pencil, onSelect: () => openArrDialog({name: 'edit', id})},
    {
      id: 'share',
      label: text('arr.do.share'),
      icon: Share2,
      onSelect: () => openArrDialog({name: 'share', id}),
    },
    {
      id: 'enabled',
      label: text(enabled ? 'arr.do.off' : 'arr.do.on'),
      icon: Power,
      onSelect: () => change({enabled: !enabled}),
    },
    {separator: true},
    {
      id: 'remove',
      label: text('arr.do.remove'),
      icon: Trash2,
      danger: true,
      onSelect: () => openArrDialog({name: 'remove', id}),
    },
  ]
}
