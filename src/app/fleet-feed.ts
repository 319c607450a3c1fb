import type {Fleet} from '#fleet/fleet.ts'
import type {FleetFeed} from '#links/links.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** The fleet as links feed it. @param onRemoved told of ids that mean another server from now on, or none */
export function feedOf(fleet: Fleet, onRemoved: (id: ServerId) => void): FleetFeed {
  return {
    addServer: (id) => fleet.addServer(id),
    removeServer(id) {
      fleet.removeServer(id)
      onRemoved(id)
    },
    markServer: (id, online) => fleet.markServer(id, online),
    apply: (frame) => fleet.apply(frame),
    population: (id) => ({shown: fleet.count(id), leaving: fleet.leaving(id)}),
    unseen: (id) => fleet.unseen(id),
    figures: (id) => fleet.serverFigures(id),
  }
}
