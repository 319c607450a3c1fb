/** Whether the filters lie over the list: on screens that have no room beside it. */
import {useSyncExternalStore} from 'react'
import {Signal} from '../../lib/signal.ts'

const changes = new Signal()
let isOpen = false

export function setFacetsDrawer(open: boolean): void {
  isOpen = open
  changes.emit()
}

export function useFacetsDrawer(): boolean {
  return useSyncExternalStore(changes.listen, () => isOpen)
}
