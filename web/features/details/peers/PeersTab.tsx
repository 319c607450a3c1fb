import {useMutation} from '@tanstack/react-query'
import {useVirtualizer} from '@tanstack/react-virtual'
import {Plus} from 'lucide-react'
import {useEffect, useRef, useState} from 'react'
import type {WireKey} from '../../../api/actions.ts'
import {addPeers, banPeer, peersQuery, type Peer} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useServer} from '../../../live/servers.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {MenuAt, useContextMenu} from '../../../ui/ContextMenu.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {LinesDialog, lookAgain} from '../EditDialogs.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import {useNarrow, useRowHeight} from '../row-layout.ts'
import type {Torrent} from '../torrent.ts'
import {readLines} from '../../../lib/announce-lines.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {nextOrder, nextSort, type PeerColumn, type PeerOrder, type PeerSort} from './peers.ts'
import {PeerHead, PeerRow} from './PeerRow.tsx'

/** Who is connected, and what goes to and fro. */
export function PeersTab({torrent}: {torrent: Torrent}) {
  const {viewOnly, canManage, whyNot, noteOn} = useAbilities(torrent.server_id)
  const part = usePart(torrent.server_id, peersQuery(torrent))
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const [isAdding, setAdding] = useState(false)
  const [banned, setBanned] = useState<string | null>(null)
  const whyNoAdd = whyNot('addPeers')
  const whyNoBan = whyNot('banPeers') ?? (canManage ? null : text('peers.not-owner', {server}))
  const add = (
    <Button
      variant="ghost"
      icon={Plus}
      disabledReason={whyNoAdd ?? undefined}
      onClick={() => setAdding(true)}
    >
      {text('peers.add')}
    </Button>
  )
  return (
    <>
      <PartFrame
        part={part}
        serverId={torrent.server_id}
        viewOnly={viewOnly}
        start={part.data && part.data.length > 0 && <Counted count={part.data.length} />}
        actions={add}
      >
        {(peers) =>
          peers.length === 0 ? (
            <PartEmpty
              title={text(torrent.state === 'stopped' ? 'peers.none.stopped' : 'peers.none')}
              next={torrent.state === 'stopped' ? undefined : (whyNoAdd ?? text('peers.none.next'))}
            />
          ) : (
            <PeerTable
              peers={peers}
              readAt={part.readAt}
              ban={viewOnly === null ? {open: setBanned, whyNot: whyNoBan} : null}
            />
          )
        }
      </PartFrame>
      {isAdding && (
        <LinesDialog
          kind="peer"
          about={torrent}
          note={noteOn('addPeers')}
          send={async (typed) => {
            await addPeers(torrent, readLines(typed))
            lookAgain(torrent)
            announce(text('details.sent', {server}))
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {banned !== null && (
        <BanDialog of={torrent} address={banned} server={server} onClose={() => setBanned(null)} />
      )}
    </>
  )
}

function Counted({count: peers}: {count: number}) {
  const words = text('peers.count', {count: peers}).replace(String(peers), count(peers))
  return <span className="num text-12 text-text-2">{words}</span>
}

/** Asks before a peer is banned: Commodarr cannot take that back. */
function BanDialog({
  of,
  address,
  server,
  onClose,
}: {
  of: WireKey
  address: string
  server: string
  onClose: () => void
}) {
  const cancel = useRef<HTMLButtonElement>(null)
  const ban = useMutation({
    mutationFn: () => banPeer(of.server_id, address),
    onSuccess: () => {
      toast({text: text('peers.banned', {address})})
      lookAgain(of)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="s"
      title={text('peers.ban.title', {address})}
      description={text('peers.ban.text', {server})}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('details.cancel')}
          </Button>
          <Button
            variant="dangerFill"
            waitsFor={ban.isPending ? text('details.sending') : undefined}
            onClick={() => ban.mutate()}
          >
            {text('peers.ban.do')}
          </Button>
        </>
      }
    >
      {ban.error && (
        <Note tone="bad" isNews>
          {ban.error.message}
        </Note>
      )}
    </Dialog>
  )
}

/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are placed one by one: tags of tables would lay them out */

const NARROW_BELOW = 900
const NARROW_ROW = 52

/** The rows in sight alone are drawn; one menu for all of them. @param ban `null` = he may only look */
function PeerTable({
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
    id: 'ban',
    label: text('peers.ban'),
    danger: true,
    onSelect: () => ban.open(asked),
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

interface PeerRows {
  readonly peers: readonly Peer[]
  readonly sort: PeerSort
  readonly sortBy: (column: PeerColumn) => void
  /** While it is on, everybody stays where he is. */
  readonly hold: (on: boolean) => void
}

const usual: PeerSort = {column: 'down_speed', isDown: true}

/** Peers in an order that does not tremble. @param readAt when they were read, epoch ms */
function usePeerRows(peers: readonly Peer[], readAt: number): PeerRows {
  const [sort, setSort] = useState(usual)
  const [isHeld, setHeld] = useState(false)
  const [order, setOrder] = useState<PeerOrder>(() => nextOrder(null, {peers, sort, readAt, isHeld}))
  if (order.found !== peers || order.sort !== sort) setOrder(nextOrder(order, {peers, sort, readAt, isHeld}))
  return {peers: order.peers, sort, hold: setHeld, sortBy: (column) => setSort(nextSort(sort, column))}
}
