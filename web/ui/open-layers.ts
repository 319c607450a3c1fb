/** Whether a dialog or sheet is open: what stands over the page then makes room for it. */
import {useEffect, useSyncExternalStore} from 'react'
import {Signal} from '../lib/signal.ts'

const changes = new Signal()
let open = 0

function change(by: number): void {
  open += by
  changes.emit()
}

/** Of each dialog and sheet. */
export function useOpenLayer(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return
    change(1)
    return () => change(-1)
  }, [isOpen])
}

export function useHasOpenLayer(): boolean {
  return useSyncExternalStore(changes.listen, () => open > 0)
}
