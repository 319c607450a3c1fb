import {useMemo} from 'react'
import {useServers} from '../../../live/servers.ts'
import {chosenColumns, fitColumns, type ColumnChoice, type ShownLayout} from './column-layout.ts'
import type {Density, RowFonts} from './row-face.ts'
import {textWidth} from './text-width.ts'

/** Square, gap and paddings beside the name of a server. */
const BESIDE_SERVER_PX = 33
const WIDEST_SERVER_PX = 140

/** The columns that somebody chose, in the room there is. Names of servers are shown whole where nobody said otherwise. */
export function useColumnLayout(
  saved: ColumnChoice | null,
  density: Density,
  room: number,
  fonts: RowFonts,
): {chosen: ColumnChoice; layout: ShownLayout} {
  const names = (useServers() ?? []).map((it) => it.server_name).join('\n')
  const server = useMemo(() => serverWidth(names.split('\n'), fonts), [names, fonts])
  const chosen = useMemo(() => chosenColumns(saved), [saved])
  const layout = useMemo(
    () => fitColumns(chosen, room, density === 'roomy', {server}),
    [chosen, room, density, server],
  )
  return {chosen, layout}
}

function serverWidth(names: readonly string[], fonts: RowFonts): number {
  const widest = Math.max(...names.map((it) => textWidth(it, fonts.name)))
  return Math.min(WIDEST_SERVER_PX, Math.ceil(widest) + BESIDE_SERVER_PX)
}
