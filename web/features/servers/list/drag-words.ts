import type {Announcements, ScreenReaderInstructions, UniqueIdentifier} from '@dnd-kit/core'
import {text} from '../../../i18n/text.ts'

/** What is read aloud while a server is dragged. */
export function dragWords(
  nameOf: (id: UniqueIdentifier) => string,
  ids: readonly string[],
): {announcements: Announcements; screenReaderInstructions: ScreenReaderInstructions} {
  const placeOf = (id: UniqueIdentifier | undefined) => ids.indexOf(String(id)) + 1
  const at = (name: string, over: {id: UniqueIdentifier} | null) =>
    over === null ? undefined : text('servers.drag.over', {name, place: placeOf(over.id), count: ids.length})
  return {
    screenReaderInstructions: {draggable: text('servers.drag.how')},
    announcements: {
      onDragStart: ({active}) => text('servers.drag.start', {name: nameOf(active.id)}),
      onDragOver: ({active, over}) => at(nameOf(active.id), over),
      onDragEnd: ({active, over}) => at(nameOf(active.id), over),
      onDragCancel: ({active}) => text('servers.drag.cancel', {name: nameOf(active.id)}),
    },
  }
}
