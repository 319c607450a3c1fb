/** How rows look now: columns in the room there is, words for servers, fonts to measure by. */
import {useMemo} from 'react'
import {useServers} from '../../../live/servers.ts'
import {serverColour} from '../../../ui/server-colours.ts'
import type {ShownLayout} from './column-layout.ts'
import type {Density, RowFonts, RowLook, ServerFace} from './row-face.ts'

export function useRowLook(density: Density, layout: ShownLayout, room: number, fonts: RowFonts): RowLook {
  const serverOf = useServerFaces()
  return useMemo(
    () => ({
      density,
      columns: density === 'list' ? [] : layout.shown,
      width: density === 'list' ? room : Math.max(room, layout.width),
      serverOf,
      fonts,
    }),
    [density, layout, room, serverOf, fonts],
  )
}

/** The same function until something of a server changes that rows show. */
function useServerFaces(): (id: string) => ServerFace {
  const servers = useServers()
  const faces = (servers ?? []).map(({server_id: id, server_name: name, colour, status}, at) => ({
    id,
    name,
    colour: serverColour(colour, at),
    isOnline: onlineStatuses.has(status),
  }))
  const asText = JSON.stringify(faces)
  return useMemo(() => {
    const byId = new Map((JSON.parse(asText) as typeof faces).map((it) => [it.id, it]))
    return (id) => byId.get(id) ?? {name: id, colour: 'var(--text-3)', isOnline: true}
  }, [asText])
}

const onlineStatuses: ReadonlySet<string> = new Set(['online', 'degraded'])
