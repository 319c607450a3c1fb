import {Suspense, type ComponentType} from 'react'
import {lazyPart} from '../../ui/lazy-part.ts'
import type {DetailTab} from '../torrents/torrents-search.ts'
import {FilesTab} from './files/FilesTab.tsx'
import {GeneralTab} from './general/GeneralTab.tsx'
import {PartSkeleton} from './PartSkeleton.tsx'
import {PeersTab} from './peers/PeersTab.tsx'
import type {Torrent} from './torrent.ts'
import {TrackersTab} from './trackers/TrackersTab.tsx'
import {useSpeedSamples} from './general/use-speed-samples.ts'
import {WebSeedsTab} from './trackers/WebSeedsTab.tsx'

const WhyTab = lazyPart(['explain', 'deeds'], async () => (await import('../explain/WhyTab.tsx')).WhyTab)
const TimelineTab = lazyPart(
  ['journal', 'deeds', 'explain'],
  async () => (await import('../journal/TimelineTab.tsx')).TimelineTab,
)

const tabs: {readonly [T in DetailTab]: ComponentType<{torrent: Torrent}>} = {
  general: GeneralTab,
  why: WhyTab,
  files: FilesTab,
  trackers: TrackersTab,
  peers: PeersTab,
  webseeds: WebSeedsTab,
  timeline: TimelineTab,
}

/** What a tab shows of a torrent. */
export function TorrentTab({torrent, tab}: {torrent: Torrent; tab: DetailTab}) {
  useSpeedSamples(torrent)
  const Tab = tabs[tab]
  return (
    <Suspense fallback={<PartSkeleton />}>
      <Tab torrent={torrent} />
    </Suspense>
  )
}
