import {filePriorities, type FilePriority} from '#model/command.ts'
import {text} from '../../text/text.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'

/** The greatest first. @param present `null` = several @param note how the server does it differently; '' = as usual */
export function priorityEntries(
  present: FilePriority | null,
  note: string,
  choose: (priority: FilePriority) => void,
): readonly MenuEntry[] {
  const heading: MenuEntry = {heading: note === '' ? text('files.priority') : note}
  const entries = filePriorities.map((priority): MenuEntry => ({
    ...{id: priority, label: text(`file-priority.${priority}`), checked: priority === present},
    onSelect: () => choose(priority),
  }))
  return [heading, ...entries.toReversed()]
}
