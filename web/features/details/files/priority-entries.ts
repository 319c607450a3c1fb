import type {FilePriority} from '#model/command.ts'
import {text} from '../../../i18n/text.ts'
import type {MenuEntry} from '../../../ui/menu-entry.ts'

/** The greatest first; nothing where none can be set. @param takes the least first @param present `null` = several */
export function priorityEntries(
  takes: readonly FilePriority[],
  present: FilePriority | null,
  choose: (priority: FilePriority) => void,
): readonly MenuEntry[] {
  if (takes.length === 0) return []
  const heading: MenuEntry = {heading: text('files.priority')}
  const entries = takes.map((priority): MenuEntry => ({
    id: priority,
    label: text(`file-priority.${priority}`),
    checked: priority === present,
    onSelect: () => choose(priority),
  }))
  return [heading, ...entries.toReversed()]
}
