/**
 * What a qBittorrent does by itself with torrents that reached a share limit. The daemon looks every ten seconds; here it
 * looks before each list. Only where the setting was changed (`max_ratio_act`): its default stops torrents.
 * Source: `SessionImpl::processShareLimits` of 4.5.2, which heeds stopped torrents as well, and spares forced ones.
 */
import {limitInForce, ratioOf} from './qbittorrent-row.ts'
import {isComplete, type SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

const [REMOVE, REMOVE_WITH_FILES] = [1, 3]

export function actAtShareLimits(world: World): void {
  const action = world.preferences.get('max_ratio_act')
  if (action !== REMOVE && action !== REMOVE_WITH_FILES) return
  for (const torrent of [...world.list()].filter((it) => isAtLimit(world, it))) {
    if (action === REMOVE_WITH_FILES) world.clearFiles(torrent)
    world.release([torrent])
  }
}

function isAtLimit(world: World, torrent: SimTorrent): boolean {
  if (!isComplete(torrent) || torrent.forceStart) return false
  const ratio = limitInForce(world, torrent.ratioLimit, 'max_ratio', 1)
  const seedTime = limitInForce(world, torrent.seedingTimeLimit, 'max_seeding_time', 60)
  return (
    (ratio !== null && ratioOf(torrent) >= ratio) ||
    (seedTime !== null && world.seededFor(torrent) >= seedTime)
  )
}
