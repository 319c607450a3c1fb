import {useEffect, useMemo, useRef} from 'react'
import {useCoarsePointer} from '../../../ui/use-media.ts'
import type {FileRowActions} from './FileRow.tsx'
import type {FileTreeViewProps} from './FileTreeView.tsx'
import {prioritiesAt, wanted} from './file-figures.ts'
import {howOf} from './node-selection.ts'
import type {Files} from './use-files.ts'

/** The same functions as long as the rows live, so that rows that do not change are not drawn again. */
export function useRowActions(
  {files, rows, priorities}: FileTreeViewProps,
  openMenu: FileRowActions['menu'],
): FileRowActions {
  const isTouched = useCoarsePointer()
  const canEdit = priorities.length > 0
  const latest = useRef({files, rows, openMenu, isTouched, canEdit})
  useEffect(() => {
    latest.current = {files, rows, openMenu, isTouched, canEdit}
  })
  return useMemo(
    () => ({
      press: (path, event) => {
        const {rows, isTouched} = latest.current
        rows.choose(path, isTouched ? 'toggle' : howOf(event))
      },
      fold: (path, on) => latest.current.rows.fold(path, on),
      want: (path, on) => {
        const {rows, files, canEdit} = latest.current
        if (!canEdit) return
        const places = rows.concernedBy(path)
        const isOn = on === 'turn' ? !isWanted(files, path) : on
        files.setPriority(places, isOn ? 'normal' : 'skip')
      },
      menu: (path, at) => {
        const {rows, openMenu} = latest.current
        if (!rows.selection.chosen.has(path)) rows.choose(path, 'only')
        openMenu(path, at)
      },
    }),
    [],
  )
}

function isWanted({tree, figures}: Files, path: string): boolean {
  const at = tree.byPath.get(path)
  return at !== undefined && wanted(prioritiesAt(figures, at)) === true
}
