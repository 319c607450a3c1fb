/** The list's machinery for as long as the list is on screen: rows, keys, pointers, and the holding of the order. */
import {useLayoutEffect, useRef, useState} from 'react'
import type {LiveView} from '../../../live/view.ts'
import {GridBody, type GridDeps} from './grid-body.ts'
import {GridControl, type GridHooks} from './grid-control.ts'
import type {GridLook} from './grid-rows.ts'
import {HoldPolicy} from './hold-policy.ts'
import {RowPointer} from './row-pointer.ts'

export interface Grid {
  readonly body: GridBody
  readonly control: GridControl
  readonly hold: HoldPolicy
}

/** @param parts `null` before the first render is in the page */
export function useGrid(
  view: LiveView,
  parts: () => GridDeps | null,
  look: GridLook,
  hooks: GridHooks,
): Grid | null {
  const [grid, setGrid] = useState<Grid | null>(null)
  const latest = useRef(hooks)
  useLayoutEffect(() => {
    latest.current = hooks
  })
  const firstLook = useRef(look)
  const findParts = useRef(parts)

  useLayoutEffect(() => {
    const found = findParts.current()
    if (!found) return
    const body = new GridBody(view, found, firstLook.current)
    const hold = new HoldPolicy((isHeld) => view.hold(isHeld))
    const control = new GridControl(body, hold, {
      onOpen: (name) => latest.current.onOpen(name),
      onContextMenu: (place, target) => latest.current.onContextMenu(place, target),
      onFold: (group, isFolded) => latest.current.onFold(group, isFolded),
      matching: () => latest.current.matching(),
    })
    const stops = [
      body.start(),
      control.start(),
      new RowPointer(body, control, hold).start(),
      () => hold.stop(),
    ]
    setGrid({body, control, hold})
    return () => {
      for (const stop of stops) stop()
      setGrid(null)
    }
  }, [view])

  useLayoutEffect(() => grid?.body.dress(look), [grid, look])
  return grid
}
