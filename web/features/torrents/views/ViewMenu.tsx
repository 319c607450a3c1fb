import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {ArrowDown, ArrowUp, Copy, Ellipsis, House, ListChecks, Pencil, Share2, Trash2} from 'lucide-react'
import {setPreference, usePreference} from '../../../api/preferences.ts'
import {usePermission} from '../../../api/session.ts'
import {isOwn, viewsQuery, type AnyView, type SavedView} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import type {TorrentsSearch} from '../torrents-search.ts'
import {moveView, removeView} from './view-actions.ts'
import {openViewDialog} from './view-dialog.ts'
import {ownerWords} from './view-owner.ts'
import {queryOf} from './view-query.ts'

/** What can be done with a view: one's own is renamed, shared, moved and deleted, one of another user copied. */
export function ViewMenu({view}: {view: AnyView}) {
  const own = useOwnEntries()
  const both = useEntries()
  const isAdministrator = usePermission('admin')
  const name = text('view.menu', {name: view.name})
  return (
    <DropdownMenu
      label={name}
      align="end"
      trigger={
        <button
          type="button"
          aria-label={name}
          className="absolute right-0.5 grid size-6 place-items-center rounded-s text-text-2 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 focus-visible:shadow-focus-in hover:bg-surface aria-expanded:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
        >
          <Icon icon={Ellipsis} size={14} />
        </button>
      }
      entries={isOwn(view) ? own(view, both(view)) : [...sharedEntries(view, isAdministrator), ...both(view)]}
    />
  )
}

/** Only its owner changes it; an administrator may end that it is shared. */
function sharedEntries(view: AnyView, isAdministrator: boolean): readonly MenuEntry[] {
  return [
    {heading: text('view.by', {owner: ownerWords(view)})},
    {
      id: 'copy',
      label: text('view.copy'),
      icon: Copy,
      onSelect: () => openViewDialog({name: 'copy', id: view.id}),
    },
    ...(isAdministrator
      ? [
          {
            id: 'end',
            label: text('view.end'),
            icon: Share2,
            danger: true,
            onSelect: () => openViewDialog({name: 'end', id: view.id}),
          },
        ]
      : []),
  ]
}

function useOwnEntries(): (view: SavedView, others: readonly MenuEntry[]) => readonly MenuEntry[] {
  const navigate = useNavigate()
  const {data: views = []} = useQuery(viewsQuery)
  const remove = (view: SavedView) => {
    // Others lose it, too.
    if (view.shared_with !== null) return openViewDialog({name: 'delete', id: view.id})
    void removeView(view)
    // The list stays as it is, only without the name.
    void navigate({
      to: '/torrents',
      replace: true,
      search: ({view: open, ...rest}: TorrentsSearch) =>
        open === view.id ? rest : {...rest, ...(open && {view: open})},
    })
  }
  return (view, others) => {
    const {id} = view
    const at = views.findIndex((it) => it.id === id)
    const move = (step: -1 | 1) => () => void moveView(id, step)
    return [
      {
        id: 'rename',
        label: text('view.rename'),
        icon: Pencil,
        onSelect: () => openViewDialog({name: 'rename', id}),
      },
      {
        id: 'share',
        label: text('view.share'),
        icon: Share2,
        onSelect: () => openViewDialog({name: 'share', id}),
      },
      ...(at > 0 ? [{id: 'up', label: text('view.up'), icon: ArrowUp, onSelect: move(-1)}] : []),
      ...(at < views.length - 1
        ? [{id: 'down', label: text('view.down'), icon: ArrowDown, onSelect: move(1)}]
        : []),
      ...others,
      {separator: true},
      {id: 'delete', label: text('view.delete'), icon: Trash2, danger: true, onSelect: () => remove(view)},
    ]
  }
}

/** What can become of any view: a rule, and the page that one comes to. */
function useEntries(): (view: AnyView) => readonly MenuEntry[] {
  const navigate = useNavigate()
  const mayManage = usePermission('manage')
  const [start] = usePreference('start')
  const [startView] = usePreference('start.view')
  return ({id, definition}) => {
    const when = queryOf(definition)
    const isStart = start === 'torrents' && startView === id
    return [
      ...(mayManage
        ? [
            {
              id: 'rule',
              label: text('view.make-rule'),
              icon: ListChecks,
              // A rule about every torrent is written on its page.
              ...(when === '' && {disabledReason: text('search.make-rule.nothing')}),
              onSelect: () => void navigate({to: '/rules', search: {new: true, when}}),
            },
          ]
        : []),
      {
        id: 'start',
        label: text('view.start'),
        icon: House,
        checked: isStart,
        onSelect: () => {
          setPreference('start', isStart ? 'overview' : 'torrents')
          setPreference('start.view', isStart ? null : id)
        },
      },
    ]
  }
}
