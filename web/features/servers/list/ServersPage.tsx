import {Plus, Zap} from 'lucide-react'
import {useState} from 'react'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Input} from '../../../ui/Input.tsx'
import {PageHead} from '../../../ui/PageHead.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {useTitle} from '../../../ui/use-title.ts'
import {ConfigurationNote, ProgramSectionCard} from '../../settings/SectionCard.tsx'
import {openServerDialog} from '../dialogs/server-dialogs.ts'
import {isOnline} from '../health/health-words.ts'
import {HealthEvents} from '../health/HealthEvents.tsx'
import {DepartedServersCard} from './DepartedServersCard.tsx'
import {NoServers} from './NoServers.tsx'
import {ServerList} from './ServerList.tsx'
import {useServerTests} from './use-server-tests.ts'

/** From so many on somebody looks for one instead of looking at all. */
const MANY = 10

/** All servers: how they do, in the order everybody sees them, and everything that is done with them. */
export function ServersPage() {
  useTitle(text('nav.servers'))
  const servers = useServers()
  const tests = useServerTests()
  const [typed, setTyped] = useState('')
  const mayAdministrate = usePermission('admin')
  return (
    <main
      tabIndex={-1}
      className="h-full overflow-y-auto px-8 pt-6 pb-12 max-phone:px-3.5 max-phone:pt-4 max-phone:pb-8"
    >
      <div className="mx-auto max-w-[1240px]">
        <PageHead
          title={text('nav.servers')}
          note={servers && servers.length > 0 && onlineWords(servers.filter(isOnline).length, servers.length)}
          actions={<Actions canTest={Boolean(servers?.length)} testAll={() => tests.runAll(servers ?? [])} />}
        />
        {servers === null && <Waiting />}
        {servers?.length === 0 && <NoServers />}
        {servers && servers.length > 0 && (
          <>
            {servers.length >= MANY && <FindField typed={typed} onTyped={setTyped} />}
            <ServerList servers={servers} tests={tests} typed={servers.length >= MANY ? typed : ''} />
          </>
        )}
        {mayAdministrate && servers !== null && <DepartedServersCard />}
        {servers && servers.length > 0 && <HealthEvents servers={servers} />}
        {mayAdministrate && servers !== null && (
          <div className="mt-5 grid gap-5">
            <ConfigurationNote />
            <ProgramSectionCard />
          </div>
        )}
      </div>
    </main>
  )
}

function FindField({typed, onTyped}: {typed: string; onTyped: (typed: string) => void}) {
  return (
    <Input
      type="search"
      aria-label={text('servers.find')}
      placeholder={text('servers.find')}
      className="mb-3 max-w-100"
      value={typed}
      onChange={(event) => onTyped(event.target.value)}
    />
  )
}

function onlineWords(online: number, total: number): string {
  return online === total
    ? text('servers.all-online', {count: total})
    : text('servers.online', {online, total})
}

function Actions({canTest, testAll}: {canTest: boolean; testAll: () => void}) {
  const mayManage = usePermission('manage')
  const mayControl = usePermission('control')
  return (
    <>
      {mayControl && canTest && (
        <Button icon={Zap} onClick={testAll} className="max-phone:hidden">
          {text('servers.test-all')}
        </Button>
      )}
      {mayManage && (
        <>
          <Button onClick={() => openServerDialog({name: 'transfer', tab: 'import'})}>
            {text('servers.transfer')}
          </Button>
          <Button variant="primary" icon={Plus} onClick={() => openServerDialog({name: 'add'})}>
            {text('servers.add')}
          </Button>
        </>
      )}
    </>
  )
}

function Waiting() {
  return (
    <Card isPadded={false}>
      {['a', 'b', 'c', 'd'].map((row) => (
        <div
          key={row}
          className="flex min-h-[67px] items-center gap-6 border-b border-line px-10 last:border-0"
        >
          <Skeleton width={180} height={12} />
          <Skeleton width={110} height={12} />
          <Skeleton width={80} height={12} />
        </div>
      ))}
    </Card>
  )
}
