import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Copy, Film} from 'lucide-react'
import type {ReactNode} from 'react'
import {holdersQuery} from '../../../api/details.ts'
import {posterUrl} from '../../../api/arrs.ts'
import {explanationQuery, type Explanation} from '../../../api/explanation.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {ratio, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {Poster} from '../../../ui/Poster.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {ServerName} from '../../servers/ServerName.tsx'
import {nameOf, type Torrent} from '../torrent.ts'
import {MediaLink} from './MediaLink.tsx'

const HOLDERS_FRESH_MS = 30_000

/** The movie, episode, album or book that it is for, and other servers that have the same torrent. */
export function BelongsTo({torrent}: {torrent: Torrent}) {
  const item = [torrent.arr_item, torrent.arr_name].filter((it) => it != null && it !== '').join(' · ')
  const {data: explanation} = useQuery(explanationQuery(torrent))
  const media = explanation?.media ?? null
  const isAlone = item === '' && media === null && torrent.copies <= 1
  return (
    <section aria-label={text('details.belongs')} className="mt-3.5 border-t border-line pt-3">
      <header className="mb-1.5 flex items-baseline gap-3">
        <h3 className="text-11 font-bold text-text-3">{text('details.belongs')}</h3>
        <Link
          to="/torrents"
          search={(before) => ({...before, at: nameOf(torrent), tab: 'links'})}
          className={`${textLinkClass} ml-auto text-12`}
        >
          {text('details.belongs.links')}
        </Link>
      </header>
      {isAlone ? (
        <p className="text-text-2">{text('details.belongs.none')}</p>
      ) : (
        <ul className="grid gap-1.5">
          {(item !== '' || media !== null) && <Media media={media} item={item} />}
          {torrent.copies > 1 && <OtherHolders torrent={torrent} />}
        </ul>
      )}
    </section>
  )
}

/** Of several episodes the poster is that of their series. */
function Media({media, item}: {media: Explanation['media']; item: string}) {
  if (media === null) return <Row icon={Film}>{item}</Row>
  const {arr_id: arr, kind, items, title} = media
  return (
    <li className="grid grid-cols-[56px_minmax(0,1fr)] items-start gap-x-3">
      <Poster src={posterUrl(arr, {kind, id: items[0] ?? 0})} title={title ?? item} size="large" />
      <span className="min-w-0 wrap-anywhere">
        <MediaLink media={media} />
      </span>
    </li>
  )
}

function Row({icon, children}: {icon: typeof Film; children: ReactNode}) {
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2">
      <Icon icon={icon} size={14} className="mt-[3px] text-text-3" />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </li>
  )
}

/** The servers that hold the same data: a step to each. */
function OtherHolders({torrent: {server_id: own, info_hash: hash}}: {torrent: Torrent}) {
  const {data = []} = useQuery({...holdersQuery(hash), staleTime: HOLDERS_FRESH_MS})
  const servers = useServers() ?? []
  const places = new Map(servers.map((server, place) => [server.server_id, place]))
  return data.map((holder) => {
    const place = places.get(holder.server_id)
    if (holder.server_id === own || place === undefined) return null
    return (
      <Row key={holder.server_id} icon={Copy}>
        <Link
          to="/torrents"
          search={(before) => ({...before, at: nameOf(holder)})}
          className={`${textLinkClass} pointer-coarse:py-2.5`}
        >
          <ServerName server={servers[place]!} place={place} />
        </Link>{' '}
        <span className="text-12 text-text-2">
          {text('details.belongs.copy', {ratio: written(ratio(holder.ratio))})}
        </span>
      </Row>
    )
  })
}
