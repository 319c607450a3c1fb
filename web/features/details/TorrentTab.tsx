import type {ReactNode} from 'react'
import type {DetailTab} from '../torrents/torrents-search.ts'
import {FilesTab} from './FilesTab.tsx'
import {GeneralTab} from './GeneralTab.tsx'
import {PeersTab} from './PeersTab.tsx'
import type {Torrent} from './torrent.ts'
import {TrackersTab} from './TrackersTab.tsx'
import {useSpeedSamples} from './use-speed-samples.ts'
import {WebSeedsTab} from './WebSeedsTab.tsx'

const tabs: {readonly [T in DetailTab]: (props: {torrent: Torrent}) => ReactNode} = {
  general: GeneralTab,
  files: FilesTab,
  trackers: TrackersTab,
  peers: PeersTab,
  webseeds: WebSeedsTab,
}

/** What a tab shows of a torrent. */
export function TorrentTab({torrent, tab}: {torrent: Torrent; tab: DetailTab}) {
  useSpeedSamples(torrent)
  const Tab = tabs[tab]
  return <Tab torrent={torrent} />
}
