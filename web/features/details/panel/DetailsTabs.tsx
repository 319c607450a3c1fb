import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Ellipsis, Maximize2, PanelBottom, PanelRight, X} from 'lucide-react'
import {useMemo, useState, type ReactNode} from 'react'
import {linksQuery, trackersQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {iconButtonClass} from '../../../ui/button-class.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {TabPanel, Tabs} from '../../../ui/Tabs.tsx'
import {useWide} from '../../../ui/use-media.ts'
import {useActionEntries} from '../../actions/ActionMenus.tsx'
import {oneTarget} from '../../actions/target.ts'
import {partsOf, selection, useSelected, type TorrentName} from '../../torrent-rows/selection.ts'
import {detailTabs, type DetailTab, type PlaceInView} from '../../torrents/torrents-search.ts'
import type {DetailsPanelProps} from './DetailsPanel.tsx'
import {NamePencil} from '../EditDialogs.tsx'
import {linkCount} from '../links/link-words.ts'
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
  isGone,
  head,
  why,
  children,
}: DetailsPanelProps & {
  isPhone: boolean
  torrent: Torrent | null
  isSeveral: boolean
  /** Only its history is left. */
  isGone: boolean
  /** Between the tabs and what they show; on phones and pages above them. */
  head: ReactNode
  /** Above what the tabs show; on phones and pages above the tabs. */
  why: ReactNode
  children: ReactNode
}) {
  const isWide = useWide()
  const trackers = useTrackerCount(torrent)
  const links = useLinkCount(torrent)
  const ids: readonly DetailTab[] = isGone ? ['history'] : detailTabs
  const shownTab = isGone ? 'history' : tab
  const tabs = ids.map((id) => ({
    id,
    label: text(`details.tab.${id}`),
    count: isSeveral || !torrent ? undefined : id === 'links' ? links : countOf(torrent, id, trackers),
  }))
  const isRight = dock !== 'bottom'
  const isPage = dock === 'page'
  // The name comes first where there is room above.
  const isStacked = isPhone || isPage
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
      {!isPage && (
        <Link
          to="/torrents/$server/$hash"
          params={{server: partsOf(name).server_id, hash: partsOf(name).info_hash}}
          search={({at: _at, ...list}) => ({...list, tab})}
          aria-label={text('details.as-page')}
          title={text('details.as-page')}
          className={iconButtonClass(undefined)}
        >
          <Icon icon={Maximize2} />
        </Link>
      )}
      {isWide && !isPage && (
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
    <TabPanel id={shownTab} className="h-full outline-none">
      {children}
    </TabPanel>
  )
  const shown = (
    <Tabs
      tabs={tabs}
      value={shownTab}
      onChange={onTab}
      label={text('details.tabs')}
      end={end}
      className={isRight && !isPhone ? 'grid-rows-[44px_minmax(0,1fr)]' : undefined}
    >
      {isStacked ? (
        panel
      ) : (
        <div className="grid min-h-0 grid-rows-[auto_auto_minmax(0,1fr)]">
          {head || <span />}
          {why || <span />}
          {panel}
        </div>
      )}
    </Tabs>
  )
  if (!isStacked) return shown
  return (
    <div className="grid min-h-0 grid-rows-[auto_auto_minmax(0,1fr)]">
      {head || <span />}
      {why || <span />}
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

/** Likewise: disks and Arrs are asked for it. */
function useLinkCount(torrent: Torrent | null): string | undefined {
  const {data} = useQuery({
    ...linksQuery(torrent ?? {server_id: '', info_hash: ''}),
    enabled: false,
    select: linkCount,
  })
  return data
}

/**
 * Everything that can be done to this torrent, or to those that are chosen when the details are about several.
 *
 * @param isAlone the details are about this one, whatever is selected
 */
export function DetailsMenu({name, isAlone = false}: {name: TorrentName; isAlone?: boolean}) {
  const [isOpen, setOpen] = useState(false)
  const selected = useSelected()
  const one = useMemo(() => oneTarget(name), [name])
  const target = !isAlone && selection.count > 1 ? selected : one
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
