import type {LiveServer} from '#model/live.ts'
import {joined} from '../../ui/joined.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {Swatch} from '../../ui/Swatch.tsx'
import {isOnline} from './health-words.ts'

/** Square and name of a server; the square is hollow while it is not online. @param place in the list, 0 first */
export function ServerName({
  server,
  place,
  size = 8,
  className,
}: {
  server: Pick<LiveServer, 'server_name' | 'colour' | 'status'>
  place: number
  size?: number | undefined
  className?: string | undefined
}) {
  return (
    <span className={joined('inline-flex max-w-full min-w-0 items-center gap-[7px]', className)}>
      <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} size={size} />
      <span className="truncate">{server.server_name}</span>
    </span>
  )
}
