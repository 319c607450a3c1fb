import {useEffect} from 'react'
import {useNow} from '../../../live/clock.ts'
import {useConnection} from '../../../live/socket.ts'
import {speedHistory, STEP_MS} from '../../torrents/speed-history.ts'
import {nameOf, type Torrent} from '../torrent.ts'

/** Keeps the speed of a torrent as long as its details are open, whichever tab is shown. */
export function useSpeedSamples(torrent: Torrent): void {
  const now = useNow(STEP_MS)
  const isKnown = useIsSpeedKnown(torrent)
  const name = nameOf(torrent)
  const {down_speed: down = 0, up_speed: up = 0} = torrent
  useEffect(() => {
    if (isKnown) speedHistory.add(name, now, down, up)
  }, [isKnown, name, down, up, now])
}

/** Nobody knows how fast it is while its server or the connection is away. */
export function useIsSpeedKnown({stale, down_speed: down, up_speed: up}: Torrent): boolean {
  const connection = useConnection()
  return connection.state === 'live' && !stale && down !== undefined && up !== undefined
}
