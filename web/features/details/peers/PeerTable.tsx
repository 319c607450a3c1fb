/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */
import {useVirtualizer} from '@tanstack/react-virtual'
import {useEffect, useRef, useState} from 'react'
import type {Peer} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {useCopy} from '../../../ui/CopyText.tsx'
import {MenuAt} from '../../../ui/MenuAt.tsx'
import {useContextMenu} from '../../../ui/use-context-menu.ts'
import {PeerHead} from './PeerHead.tsx'
import {PeerRow} from './PeerRow.tsx'
import {useNarrow} from '../use-narrow.ts'
import {usePeerRows} from './use-peer-rows.ts'
import {useRowHeight} from '../files/use-row-height.ts'

const NARROW_BELOW = 900
const NARROW_ROW = 52

/** The rows in sight alone are drawn; one menu for all of them. @param ban `null` = he may only look */
export function PeerTable({
  peers: found,
  readAt,
  ban,
}: {
  peers: readonly Peer[]
  readAt: number
  ban: {readonly open: (address: string) => void; readonly whyNot: string | null} | null
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(scroller, NARROW_BELOW)
  const usualRow = useRowHeight()
  const rowHeight = isNarrow ? NARROW_ROW : usualRow
  const {peers, sort, sortBy, hold} = usePeerRows(found, readAt)
  const {point, openAt, close} = useContextMenu()
  const [asked, setAsked] = useState('')
  const [, copy] = useCopy()
  // oxlint-disable-next-line react/incompatible-library -- what it gives is read in this component alone
  const virtual = useVirtualizer({
    count: peers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (at) => peers[at]!.address,
  })
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  const openMenu = (address: string, element: Element) => {
    setAsked(address)
    openAt(element)
  }
  const banEntry = ban && {
    ...{id: 'ban', label: text('peers.ban'), danger: true, onSelect: () => ban.open(asked)},
    disabledReason: ban.whyNot ?? undefined,
  }
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- who aims at a row holds the order */}
      <div
        ref={scroller}
        role="table"
        aria-label={text('peers.label')}
        aria-rowcount={peers.length + 1}
        onPointerEnter={() => hold(true)}
        onPointerLeave={() => hold(false)}
        onFocus={() => hold(true)}
        onBlur={() => hold(false)}
        className="relative min-h-0 overflow-auto border-t border-line contain-strict"
      >
        <PeerHead sort={sort} onSort={sortBy} isNarrow={isNarrow} />
        <div role="rowgroup" className="relative" style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map(({index, start}) => (
            <PeerRow
              key={peers[index]!.address}
              peer={peers[index]!}
              place={index + 2}
              top={start}
              isNarrow={isNarrow}
              onMenu={openMenu}
            />
          ))}
        </div>
      </div>
      {/* Outside of what scrolls, which holds even what is fixed within it. */}
      <MenuAt
        point={point}
        label={asked}
        onClose={close}
        entries={[
          {id: 'copy', label: text('peers.copy'), onSelect: () => void copy(asked)},
          ...(banEntry ? [banEntry] : []),
        ]}
      />
    </>
  )
}
