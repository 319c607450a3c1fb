import {MenuAt} from '../../ui/MenuAt.tsx'
import type {MenuPoint} from '../../ui/use-context-menu.ts'
import {counted} from './counted.ts'
import {countOf, type ActionTarget} from './target.ts'
import {useActionEntries} from './use-action-entries.ts'

/** The one menu of all rows, at the pointer or below the row. On screen as long as it is open. */
export function TorrentMenu({
  target,
  point,
  onClose,
}: {
  target: ActionTarget
  point: MenuPoint
  onClose: () => void
}) {
  const entries = useActionEntries(target)
  const label = counted('action.torrents', countOf(target))
  return <MenuAt point={point} entries={entries} onClose={onClose} label={label} />
}
