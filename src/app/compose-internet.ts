/** Our own connection, watched: what it looks at, whom it asks, and how people learn that it is gone. */
import {ActiveAlerts, type Notice, type WatchContext} from '#automation/alerts/active-alerts.ts'
import type {ConfigInForce} from '#automation/supervision/config-in-force.ts'
import type {PlaceSeen} from '#connectivity/connection.ts'
import {
  InternetWatch,
  type InternetChange,
  type PlaceName,
  type Places,
} from '#connectivity/internet-watch.ts'
import type {NetworkPlaces} from '#connectivity/network-places.ts'
import type {Part} from '#lib/lifecycle.ts'
import type {Links} from '#links/links.ts'
import type {InternetState} from '#model/manager.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Seconds, Share} from '#model/units.ts'

const CAUSE = 'internet'

interface InternetOfApp {
  readonly part: Part
  stateOf(id: ServerId): InternetState
  /** Before its last fault was seen nothing had shown its connection for so long; 0 = there was none. */
  unprovenFor(id: ServerId): Seconds
  /** Since its last fault ended; 0 = it lasts. `null` = there was none. */
  sinceFault(id: ServerId): Seconds | null
  /** Of the torrents of its place, those whose trackers all fail. */
  failingShare(id: ServerId): Share | undefined
}

/** @param reaches does this host answer? @param isNeeded a rule acts by it */
export function internetOfApp(
  {board, clock}: Pick<WatchContext, 'board' | 'clock'>,
  servers: Pick<Links, 'onStatus'>,
  places: NetworkPlaces,
  inForce: Pick<ConfigInForce, 'settings'>,
  {reaches, isNeeded}: Pick<ConstructorParameters<typeof InternetWatch>[0], 'reaches' | 'isNeeded'>,
): InternetOfApp {
  const notices = new ActiveAlerts(board)
  const watch = new InternetWatch({
    clock,
    isNeeded,
    reaches,
    look: () => places.look(),
    hosts: () => inForce.settings.PingURLS,
    againMs: () => inForce.settings.NoInternetSleepTimer * 1_000,
    changed: (change) => report(change, notices, places),
  })
  // It looks at all servers of a machine to find the name of one: not where that makes no difference.
  const placesOf = (id: ServerId): Places => (watch.knowsPlaces ? places.placesOf(id) : [id])
  let end = () => {}
  return {
    part: {
      name: 'internet',
      start() {
        watch.start()
        end = servers.onStatus((id) => {
          if (places.isNew(id)) watch.lookSoon()
        })
      },
      stop() {
        end()
        return watch.stop()
      },
    },
    stateOf: (id) => watch.stateOf(placesOf(id)),
    unprovenFor: (id) => watch.unprovenFor(placesOf(id)),
    sinceFault: (id) => watch.sinceFault(placesOf(id)),
    failingShare: (id) => watch.failingShare(placesOf(id)[0]),
  }
}

/**
 * However many machines of the house it is, it is one cause; servers that are cut off beside others that are not, and those
 * of members, have one each.
 */
function report({down}: InternetChange, notices: ActiveAlerts, places: NetworkPlaces): void {
  const machines = [...down].filter(([place, seen]) => !seen.isPart && places.isOfInstance(place))
  const alone = [...down].filter(([place, seen]) => {
    const id = places.speakerOf(place)
    return id !== null && (seen.isPart ? !down.has(places.placeOf(id)) : !places.isOfInstance(place))
  })
  const causes = new Set(alone.map(([place]) => causeOf(place)))
  if (machines.length > 0) causes.add(CAUSE)
  for (const cause of notices.open) if (!causes.has(cause)) notices.end(cause)
  for (const [place, seen] of machines.slice(0, 1)) {
    const message =
      'The internet seems to be out of reach: what trackers and peers show counts for nothing meanwhile.'
    notices.begin(CAUSE, noticeOf(seen, places.speakerOf(place), 'internet_down', message))
  }
  for (const [place, seen] of alone) {
    const id = places.speakerOf(place)
    const message =
      'It seems to have no connection to the internet. Until it has, what its trackers and peers report is not used.'
    notices.begin(causeOf(place), noticeOf(seen, id, 'server_cut_off', message))
  }
}

function causeOf(part: PlaceName): string {
  return `${CAUSE} ${part}`
}

function noticeOf(
  {tracked, failing, running}: PlaceSeen,
  serverId: ServerId | null,
  code: string,
  message: string,
): Notice {
  return {
    by: 'Internet',
    subject: 'server',
    serverId,
    name: null,
    code,
    heals: true,
    message,
    args: {trackersFailing: failing, ofTorrents: tracked, withoutPeers: running},
  }
}
