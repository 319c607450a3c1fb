import '../../styles/mono.css'
import type {KeyboardEvent} from 'react'
import {text} from '../../i18n/text.ts'
import {joined} from '../../ui/joined.ts'
import {usePhone} from '../../ui/use-media.ts'
import {selection, useChosen, type TorrentName} from '../torrents/selection.ts'
import type {PlaceInView} from '../torrents/use-place-in-view.ts'
import type {DetailTab} from '../torrents/torrents-search.ts'
import {DetailsHead} from './DetailsHead.tsx'
import {DetailsMenu} from './DetailsMenu.tsx'
import {DetailsTabs} from './DetailsTabs.tsx'
import {PhoneBar} from './PhoneBar.tsx'
import {SeveralTorrents} from './SeveralTorrents.tsx'
import {TorrentTab} from './TorrentTab.tsx'
import {PartEmpty} from './PartFrame.tsx'
import {PartSkeleton} from './PartSkeleton.tsx'
import {useTabCommands} from './use-tab-commands.ts'
import {useTorrent} from './use-torrent.ts'

export interface DetailsPanelProps {
  readonly name: TorrentName
  readonly tab: DetailTab
  readonly onTab: (tab: DetailTab) => void
  readonly onClose: () => void
  /** Docks it at the other edge. */
  readonly onDock: () => void
  readonly dock: 'bottom' | 'right'
  /** Where it stands in the list; `null` = it left the list, absent = not known. */
  readonly placeInView?: PlaceInView | null | undefined
}

/**
 * Everything about one torrent, live: below the list, at its right, or on phones a page of its own. Another torrent
 * keeps the tab; of several chosen ones it shows what they have together.
 */
export function DetailsPanel(props: DetailsPanelProps) {
  const {name, tab, dock, onTab, onClose} = props
  const isPhone = usePhone()
  const found = useTorrent(name)
  const chosen = useChosen()
  useTabCommands(onTab)
  const torrent = found.state === 'found' ? found.torrent : null
  const isSeveral = selection.count > 1
  const hasHead = isPhone || dock === 'right'
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isLayer(event)) return
    event.preventDefault()
    onClose()
  }
  return (
    // Escape is the twin of the button that closes it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      aria-label={text('details.label')}
      onKeyDown={close}
      className={joined(
        'grid min-h-0 min-w-0 bg-surface @container',
        isPhone ? 'grid-rows-[auto_minmax(0,1fr)]' : 'grid-rows-[minmax(0,1fr)]',
      )}
    >
      {isPhone && <PhoneBar {...props} menu={<DetailsMenu name={name} />} />}
      <DetailsTabs
        {...props}
        isPhone={isPhone}
        torrent={torrent}
        isSeveral={isSeveral}
        head={
          hasHead &&
          !isSeveral &&
          torrent && (
            <DetailsHead
              torrent={torrent}
              place={isPhone ? undefined : props.placeInView}
              isShort={isPhone && tab !== 'general'}
              more={!isPhone && <DetailsMenu name={name} />}
            />
          )
        }
      >
        {isSeveral ? (
          tab === 'general' ? (
            <SeveralTorrents chosen={chosen} total={selection.count} />
          ) : (
            <PartEmpty className="pt-4" title={text('details.several.one-only')} />
          )
        ) : torrent ? (
          <TorrentTab key={name} torrent={torrent} tab={tab} />
        ) : found.state === 'gone' ? (
          <PartEmpty className="pt-4" title={text('details.gone')} next={text('details.gone.next')} />
        ) : (
          <PartSkeleton />
        )}
      </DetailsTabs>
    </section>
  )
}

/** Menus and dialogs close themselves: their events come through React, not through the page. */
function isLayer({target, currentTarget}: KeyboardEvent): boolean {
  return !(target instanceof Node && currentTarget.contains(target))
}
