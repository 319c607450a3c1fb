import {Plus} from 'lucide-react'
import {useState} from 'react'
import {addPeers, peersQuery} from '../../../api/details.ts'
import {useServer} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {count} from '../../../ui/format.ts'
import {readLines} from '../trackers/announce-lines.ts'
import {BanDialog} from './BanDialog.tsx'
import {LinesDialog} from '../LinesDialog.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import {PeerTable} from './PeerTable.tsx'
import type {Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {lookAgain} from '../use-send.ts'

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
