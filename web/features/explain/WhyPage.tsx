import {Link, useParams} from '@tanstack/react-router'
import {ChevronRight} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {pageClass} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {nameOf} from '../details/torrent.ts'
import {useTorrent} from '../details/use-torrent.ts'
import {ServerName} from '../servers/ServerName.tsx'
import {WhyTab} from './WhyTab.tsx'

/** Why one torrent stays or goes, as a page of its own: what the tab of its details says, with an address to send. */
export function WhyPage() {
  const {server, hash} = useParams({from: '/inside/torrents/$server/$hash/why'})
  const found = useTorrent(nameOf({server_id: server, info_hash: hash}))
  const servers = useServers() ?? []
  const at = servers.findIndex(({server_id: id}) => id === server)
  const name = (found.state === 'found' && found.torrent.name) || hash
  useTitle(name, text('why.page.title'))
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] grid-cols-[minmax(0,1fr)] gap-4 max-phone:gap-3.5">
        <nav
          className="flex min-h-7 min-w-0 items-center gap-2 text-text-2"
          aria-label={text('nav.torrents')}
        >
          <Link to="/torrents" className={`${textLinkClass} shrink-0 pointer-coarse:py-2.5`}>
            {text('nav.torrents')}
          </Link>
          <Icon icon={ChevronRight} size={14} className="shrink-0 text-text-3" />
          <Link
            to="/torrents"
            search={{at: nameOf({server_id: server, info_hash: hash})}}
            className="min-w-0 rounded-s font-medium text-text hover:underline focus-visible:shadow-focus pointer-coarse:py-2.5"
          >
            <MiddleText>{name}</MiddleText>
          </Link>
          {at !== -1 && <ServerName server={servers[at]!} place={at} className="ml-1 shrink-0" />}
        </nav>
        {found.state === 'found' ? (
          <WhyTab torrent={found.torrent} isPage />
        ) : found.state === 'gone' ? (
          <EmptyState isPage title={text('details.gone')} text={text('details.gone.next')} />
        ) : (
          <Skeleton height={140} />
        )}
      </div>
    </main>
  )
}
