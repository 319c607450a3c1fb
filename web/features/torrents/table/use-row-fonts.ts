import {useEffect, useMemo, useState} from 'react'
import {fontChanges} from '../../../ui/middle-cut.ts'
import type {Density, RowFonts} from './row-face.ts'
import {forgetTextWidths} from './text-width.ts'

/** In rem, so that a larger type of the browser's is measured too; anew when a font has come. */
export function useRowFonts(density: Density): RowFonts {
  const [turn, setTurn] = useState(0)
  useEffect(
    () =>
      fontChanges.listen(() => {
        forgetTextWidths()
        setTurn((it) => it + 1)
      }),
    [],
  )
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => measuredFonts(density), [density, turn])
}

function measuredFonts(density: Density): RowFonts {
  const root = getComputedStyle(document.documentElement)
  const rem = Number.parseFloat(root.fontSize)
  const token = (name: string) => root.getPropertyValue(name).trim()
  const family = getComputedStyle(document.body).fontFamily
  const px = (name: string) => `${Number.parseFloat(token(name)) * rem}px`
  const isList = density === 'list'
  return {
    name: `${token(isList ? '--w-medium' : '--w-normal')} ${px(isList ? '--fs-14' : '--fs-13')} ${family}`,
    tag: `${token('--w-normal')} ${px('--fs-11')} ${family}`,
  }
}
