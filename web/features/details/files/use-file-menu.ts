import {useState, type MouseEvent} from 'react'
import {text} from '../../../i18n/text.ts'
import {useCopy} from '../../../ui/CopyText.tsx'
import type {MenuEntry} from '../../../ui/menu-entry.ts'
import {useContextMenu} from '../../../ui/use-context-menu.ts'
import type {FileTreeViewProps} from './FileTreeView.tsx'
import {onePriority, prioritiesAt} from './file-figures.ts'
import {priorityEntries} from './priority-entries.ts'

/** One menu for all rows: at the row that asked for it. */
export function useFileMenu({files, rows, priorities, renameReason, onRename}: FileTreeViewProps) {
  const {point, open: openAtPointer, openAt, close} = useContextMenu()
  const [path, setPath] = useState('')
  const [, copy] = useCopy()
  const at = files.tree.byPath.get(path)
  const present = at === undefined ? null : onePriority(prioritiesAt(files.figures, at))
  const entries = priorityEntries(priorities, present, (priority) =>
    files.setPriority(rows.concernedBy(path), priority),
  )
  const others: MenuEntry[] = [
    {id: 'copy', label: text('files.copy-path'), onSelect: () => void copy(path)},
    ...(renameReason
      ? [
          {
            ...{id: 'rename', label: text('files.rename'), onSelect: () => onRename(path)},
            disabledReason: renameReason(path) ?? undefined,
          },
        ]
      : []),
  ]
  const open = (of: string, at: MouseEvent | Element) => {
    setPath(of)
    if (at instanceof Element) openAt(at)
    else openAtPointer(at)
  }
  const separator: MenuEntry[] = entries.length > 0 ? [{separator: true}] : []
  return {
    point,
    open,
    close,
    label: path.slice(path.lastIndexOf('/') + 1),
    entries: [...entries, ...separator, ...others],
  }
}
