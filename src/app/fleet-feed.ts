import type {Fleet} from '#fleet/fleet.ts'
import type {FleetFeed} from '#links/links.ts'

/** The fleet as links feed it. */
export function feedOf(fleet: Fleet): FleetFeed {
  return {
    addServer: (id) => fleet.addServer(id),
    removeServer: (id) => fleet.removeServer(id),
    markServer: (id, online) => fleet.markServer(id, online),
    apply: (frame) => fleet.apply(frame),
    population: (id) => ({shown: fleet.count(id), leaving: fleet.leaving(id)}),
    figures: (id) => fleet.serverFigures(id),
  }
}
