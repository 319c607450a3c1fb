/** Our own connection, watched: what it looks at, whom it asks, and how people learn that it is gone. */
import {InternetWatch, type InternetChange, type PlaceName} from '#internet/internet-watch.ts'
import type {InternetState} from '#model/manager.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Seconds, Share} from '#model/units.ts'
import type {RuleConfig} from './managers/inherited-sections.ts'
import {NetworkPlaces, type NetworkPlacesParts} from './managers/network-places.ts'
import {StandingNotices, type NoticeParts} from './managers/standing-notices.ts'

const CAUSE = 'internet'

export interface InternetParts extends NetworkPlacesParts, NoticeParts {
  readonly config: () => RuleConfig
  readonly isNeeded: () => boolean
  /** Tells when the status of a server is another. @returns how to stop */
  readonly onStatus: (listener: (id: ServerId) => void) => () => void
  /** Does this host answer? */
  readonly reaches: (host: string) => Promise<boolean>
}

export interface InternetOfApp {
  start(): void
  stop(): Promise<void>
  stateOf(id: ServerId): InternetState
  /** Since its last fault ended; 0 = it lasts. `null` = there was none. */
  sinceFault(id: ServerId): Seconds | null
  /** Of the torrents of its place, those whose trackers all fail. */
  failingShare(id: ServerId): Share | undefined
}

export function internetOfApp(parts: InternetParts): InternetOfApp {
  const {clock, config, isNeeded, reaches} = parts
  const places = new NetworkPlaces(parts)
  const notices = new StandingNotices(parts)
  const watch = new InternetWatch({
    ...{clock, isNeeded, reaches},
    look: () => places.look(),
    hosts: () => config().settings.PingURLS,
    againMs: () => config().settings.NoInternetSleepTimer * 1_000,
    changed: (change) => tell(change, notices, (place) => places.speakerOf(place)),
  })
  let end = () => {}
  return {
    start() {
      watch.start()
      end = parts.onStatus((id) => {
        if (places.isNew(id)) watch.lookSoon()
      })
    },
    stop() {
      end()
      return watch.stop()
    },
    stateOf: (id) => watch.stateOf(places.placeOf(id)),
    sinceFault: (id) => watch.sinceFault(places.placeOf(id)),
    failingShare: (id) => watch.failingShare(places.placeOf(id)),
  }
}

/** However many places and servers it is, it is one cause. */
function tell(
  {fell, down}: InternetChange,
  notices: StandingNotices,
  speakerOf: (place: PlaceName) => ServerId | null,
): void {
  if (down.length === 0) return notices.end(CAUSE)
  const [first] = fell
  if (!first) return
  const [place, {tracked, failing, running}] = first
  notices.begin(CAUSE, {
    ...{by: 'Internet', subject: 'server', serverId: speakerOf(place), name: null, code: 'internet_down'},
    args: {trackersFailing: failing, ofTorrents: tracked, withoutPeers: running},
    message:
      'The internet seems to be out of reach: what trackers and peers show counts for nothing meanwhile.',
  })
}
