import {useQuery} from '@tanstack/react-query'
import {Ellipsis, PanelBottom, PanelRight, X} from 'lucide-react'
import {useMemo, useState, type ReactNode} from 'react'
import {trackersQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {count} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {TabPanel, Tabs} from '../../../ui/Tabs.tsx'
import {useWide} from '../../../ui/use-media.ts'
import {useActionEntries} from '../../actions/ActionMenus.tsx'
import {oneTarget} from '../../actions/target.ts'
import {selection, useSelected, type TorrentName} from '../../torrent-rows/selection.ts'
import {detailTabs, type DetailTab, type PlaceInView} from '../../torrents/torrents-search.ts'
import type {DetailsPanelProps} from './DetailsPanel.tsx'
import {NamePencil} from '../EditDialogs.tsx'
import type {Torrent} from '../torrent.ts'

/** The tabs with their counts; at their end whose they are, where to dock, and the way out. */
export function DetailsTabs({
  name,
  tab,
  onTab,
  onClose,
  onDock,
  dock,
  placeInView,
  isPhone,
  torrent,
  isSeveral,
  head,
  children,
}: DetailsPanelProps & {
  isPhone: boolean
  torrent: Torrent | null
  isSeveral: boolean
  /** Between the tabs and what they show; on phones above them. */
  head: ReactNode
  children: ReactNode
}) {
  const isWide = useWide()
  const trackers = useTrackerCount(torrent)
  const tabs = detailTabs.map((id) => ({
    id,
    label: text(`details.tab.${id}`),
    count: isSeveral || !torrent ? undefined : countOf(torrent, id, trackers),
  }))
  const isRight = dock === 'right'
  const end = !isPhone && (
    <>
      {!isRight && torrent && !isSeveral && (
        <span className="mr-1 hidden w-[min(36cqw,430px)] items-center justify-end gap-1 font-medium @min-[860px]:flex">
          <span className="min-w-0 flex-1 text-right">
            <MiddleText>{torrent.name ?? ''}</MiddleText>
          </span>
          <NamePencil torrent={torrent} />
        </span>
      )}
      {!isRight && (
        <span className="num hidden text-12 whitespace-nowrap text-text-3 @min-[700px]:inline">
          {placeWords(placeInView)}
        </span>
      )}
      {!isRight && <DetailsMenu name={name} />}
      {isWide && (
        <IconButton
          icon={isRight ? PanelBottom : PanelRight}
          label={text(isRight ? 'details.dock-bottom' : 'details.dock-right')}
          onClick={onDock}
        />
      )}
      <IconButton icon={X} label={text('details.close')} keys="Esc" onClick={onClose} />
    </>
  )
  const panel = (
    <TabPanel id={tab} className="h-full outline-none">
      {children}
    </TabPanel>
  )
  const shown = (
    <Tabs
      tabs={tabs}
      value={tab}
      onChange={onTab}
      label={text('details.tabs')}
      end={end}
      className={isRight && !isPhone ? 'grid-rows-[44px_minmax(0,1fr)]' : undefined}
    >
      {head && !isPhone ? (
        <div className="grid min-h-0 grid-rows-[auto_minmax(0,1fr)]">
          {head}
          {panel}
        </div>
      ) : (
        panel
      )}
    </Tabs>
  )
  if (!isPhone) return shown
  return (
    <div className="grid min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      {head || <span />}
      {shown}
    </div>
  )
}

function countOf(torrent: Torrent, tab: DetailTab, trackers: number | undefined): string | undefined {
  const {file_count: files, tracker_hosts: hosts, seeds_connected: seeds, peers_connected: peers} = torrent
  if (tab === 'files') return files === undefined ? undefined : count(files)
  if (tab === 'trackers') {
    const known = trackers ?? hosts?.length
    return known === undefined ? undefined : count(known)
  }
  if (tab !== 'peers' || torrent.stale || (seeds === undefined && peers === undefined)) return undefined
  return count((seeds ?? 0) + (peers ?? 0))
}

/** As they were read last: the list of torrents knows their hosts alone. @returns `undefined` = not read yet */
function useTrackerCount(torrent: Torrent | null): number | undefined {
  const {data} = useQuery({
    ...trackersQuery(torrent ?? {server_id: '', info_hash: ''}),
    enabled: false,
    select: (trackers) => trackers.length,
  })
  return data
}

/** Everything that can be done to this torrent, or to those that are chosen when the details are about several. */
export function DetailsMenu({name}: {name: TorrentName}) {
  const [isOpen, setOpen] = useState(false)
  const selected = useSelected()
  const one = useMemo(() => oneTarget(name), [name])
  const target = selection.count > 1 ? selected : one
  const entries = useActionEntries(target, isOpen)
  return (
    <DropdownMenu
      align="end"
      trigger={<IconButton icon={Ellipsis} label={text('details.more')} />}
      entries={entries}
      onOpenChange={setOpen}
    />
  )
}

/** @param place `null` = it left the list, absent = not known: nothing is said */
export function placeWords(place: PlaceInView | null | undefined): string {
  if (place === undefined) return ''
  if (place === null) return text('details.elsewhere')
  return text('details.place', {rank: count(place.rank), total: count(place.total)})
}
