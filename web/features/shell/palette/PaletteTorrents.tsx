import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {File} from 'lucide-react'
import {useDeferredValue} from 'react'
import {foundTorrents, type FoundTorrent} from '../../../api/torrents.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {closeOverlay} from '../overlays.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const SHOWN = 8

/** Torrents by words of their names, or by any query. */
export function PaletteTorrents({words}: {words: string}) {
  const navigate = useNavigate()
  const {data} = useQuery(foundTorrents(useDeferredValue(words), SHOWN))
  if (!data || data.torrents.length === 0) return null
  const open = ({server_id: serverId, info_hash: hash}: FoundTorrent) => {
    closeOverlay()
    void navigate({to: '/torrents', search: {q: words, at: `${serverId}~${hash}`}})
  }
  return (
    <Cmdk.Group heading={text('palette.torrents', {count: data.total})} className={paletteGroupClass}>
      {data.torrents.map((torrent) => (
        <PaletteItem
          key={`${torrent.server_id}~${torrent.info_hash}`}
          id={`torrent ${torrent.server_id}~${torrent.info_hash}`}
          onChoose={() => open(torrent)}
          end={torrent.server_name}
        >
          <Icon icon={File} className="shrink-0 text-text-2" />
          <span className="min-w-0 truncate" title={torrent.name}>
            {torrent.name}
          </span>
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}
