import {useQuery} from '@tanstack/react-query'
import {Link, useParams} from '@tanstack/react-router'
import {Ellipsis, Pencil, Zap} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {serverQuery} from '../../../api/servers.ts'
import {useServer, useServers} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {PageHead} from '../../../ui/PageHead.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {Swatch} from '../../../ui/Swatch.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../shell/use-title.ts'
import {FileMark} from '../import/FileMark.tsx'
import {isOnline} from '../health/health-words.ts'
import {openServerDialog} from '../dialogs/server-dialogs.ts'
import {ServerHealthBadge} from '../health/ServerHealthBadge.tsx'
import {ServerSections} from './ServerSections.tsx'
import {TestLine} from '../form/TestLine.tsx'
import {TroubleLine} from '../form/TroubleLine.tsx'
import {useServerMenu} from '../list/use-server-menu.ts'
import {useServerTests} from '../list/use-server-tests.ts'

/** Everything about one server. */
export function ServerPage() {
  const {id} = useParams({from: '/inside/servers/$id'})
  const servers = useServers()
  const server = useServer(id)
  useTitle(server?.server_name ?? id, text('nav.servers'))
  return (
    <main
      tabIndex={-1}
      className="h-full overflow-y-auto px-8 pt-6 pb-12 max-phone:px-3.5 max-phone:pt-4 max-phone:pb-8"
    >
      <div className="mx-auto grid max-w-[1240px] gap-5">
        <Link to="/servers" className={`${textLinkClass} justify-self-start`}>
          ‹ {text('nav.servers')}
        </Link>
        {server ? (
          <Page server={server} place={servers?.indexOf(server) ?? 0} />
        ) : servers === null ? (
          <Skeleton height={28} width={260} />
        ) : (
          <EmptyState
            isPage
            title={text('server.gone')}
            actions={
              <Link to="/servers" className={textLinkClass}>
                {text('server.gone.next')}
              </Link>
            }
          />
        )}
      </div>
    </main>
  )
}

function Page({server, place}: {server: LiveServer; place: number}) {
  const {server_id: id} = server
  const {data: detail} = useQuery(serverQuery(id))
  const tests = useServerTests()
  const result = tests.results.get(id)
  return (
    <>
      <div>
        <PageHead
          title={
            <span className="inline-flex items-center gap-2.5">
              <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} size={14} />
              {server.server_name}
            </span>
          }
          note={
            <span className="flex flex-wrap items-center gap-2">
              <ServerHealthBadge server={server} />
              {detail?.origin === 'file' && <FileMark />}
              {detail && <span className="wrap-anywhere">{detail.url}</span>}
            </span>
          }
          actions={
            <Actions server={server} owner={detail?.owner?.name ?? null} onTest={() => void tests.run(id)} />
          }
        />
        <TroubleLine server={server} />
        {result && <TestLine result={result} onDismiss={() => tests.dismiss(id)} className="mt-2" />}
      </div>
      <ServerSections server={server} detail={detail ?? null} />
    </>
  )
}

function Actions({server, owner, onTest}: {server: LiveServer; owner: string | null; onTest: () => void}) {
  const entries = useServerMenu({server, owner, onTest, order: null})
  return (
    <>
      {server.access !== 'view' && (
        <Button icon={Zap} onClick={onTest}>
          {text('server.do.test')}
        </Button>
      )}
      {server.access === 'own' && (
        <Button icon={Pencil} onClick={() => openServerDialog({name: 'edit', id: server.server_id})}>
          {text('server.do.edit')}
        </Button>
      )}
      <DropdownMenu
        label={server.server_name}
        align="end"
        entries={entries.filter((entry) => !('id' in entry) || entry.id !== 'open')}
        trigger={<IconButton icon={Ellipsis} label={text('server.menu', {name: server.server_name})} />}
      />
    </>
  )
}
