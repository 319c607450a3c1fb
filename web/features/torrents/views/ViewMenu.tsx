import {useNavigate} from '@tanstack/react-router'
import {ArrowDown, ArrowUp, Ellipsis, Pencil, Trash2} from 'lucide-react'
import type {SavedView} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import type {TorrentsSearch} from '../torrents-search.ts'
import {moveView, removeView} from './view-actions.ts'
import {openViewDialog} from './view-dialogs.ts'

/** Rename, move, delete. */
export function ViewMenu({view, views}: {view: SavedView; views: readonly SavedView[]}) {
  const navigate = useNavigate()
  const at = views.indexOf(view)
  const remove = () => {
    void removeView(view)
    // The list stays as it is, only without the name.
    void navigate({
      to: '/torrents',
      replace: true,
      search: ({view: open, ...rest}: TorrentsSearch) =>
        open === view.id ? rest : {...rest, ...(open && {view: open})},
    })
  }
  return (
    <DropdownMenu
      label={text('view.menu', {name: view.name})}
      align="end"
      trigger={
        <button
          type="button"
          aria-label={text('view.menu', {name: view.name})}
          className="absolute right-0.5 grid size-6 place-items-center rounded-s text-text-2 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 focus-visible:shadow-focus-in hover:bg-surface aria-expanded:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
        >
          <Icon icon={Ellipsis} size={14} />
        </button>
      }
      entries={[
        {
          ...{id: 'rename', label: text('view.rename'), icon: Pencil},
          onSelect: () => openViewDialog({name: 'rename', id: view.id}),
        },
        ...(at > 0
          ? [{id: 'up', label: text('view.up'), icon: ArrowUp, onSelect: () => void moveView(view.id, -1)}]
          : []),
        ...(at < views.length - 1
          ? [
              {
                id: 'down',
                label: text('view.down'),
                icon: ArrowDown,
                onSelect: () => void moveView(view.id, 1),
              },
            ]
          : []),
        {separator: true},
        {id: 'delete', label: text('view.delete'), icon: Trash2, danger: true, onSelect: remove},
      ]}
    />
  )
}
