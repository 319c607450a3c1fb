import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
  type ScreenReaderInstructions,
  type UniqueIdentifier,
} from '@dnd-kit/core'
import {SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy} from '@dnd-kit/sortable'
import {useQuery, useMutation} from '@tanstack/react-query'
import {Plus, Zap} from 'lucide-react'
import {useState, useCallback, useMemo} from 'react'
import type {LiveServer} from '#model/live.ts'
import {latenciesQuery} from '../../../api/history.ts'
import {
  departedQuery,
  forgetDeparted,
  orderServers,
  useServerCards,
  type DepartedServer,
} from '../../../api/servers.ts'
import {usePermission, useSession} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {ConfirmDialog} from '../../../ui/ConfirmDialog.tsx'
import {exactTime, fullTime} from '../../../i18n/format-time.ts'
import {Input} from '../../../ui/Input.tsx'
import {PageHead} from '../../../ui/PageHead.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {ConfigurationNote} from '../../settings/SectionCard.tsx'
import {openServerDialog} from '../server-dialogs.ts'
import {isOnline} from '../health-words.ts'
import {HealthEvents} from '../health/HealthEvents.tsx'
import {foundServers} from '../server-words.ts'
import {FileMark} from './FileMark.tsx'
import {NoServers} from './NoServers.tsx'
import {rowGrid, ServerRow} from './ServerRow.tsx'
import {useServerTests, type ServerTests} from './TestLine.tsx'
import {amongOwn, inOrder, movedTo, stepTo, type Step} from './order.ts'

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
          <div className="mt-5">
            <ConfigurationNote />
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

const MINUTE_MS = 60_000

/** Servers that left the configuration and still protect data: what each protects, until when, and how to end it. */
function DepartedServersCard() {
  const reading = useQuery(departedQuery)
  const {data = []} = reading
  const now = useNow(MINUTE_MS)
  const [gone, setGone] = useState<DepartedServer | null>(null)
  // Mostly there are none: no room is kept for them.
  const awaited = reading.error && (
    <Awaited reading={reading} what={text('departed.title')} className="mt-5" />
  )
  if (data.length === 0) return awaited
  return (
    <Card title={text('departed.title')} isPadded={false} className="mt-5">
      {awaited}
      <p className="border-b border-line px-3.5 py-3 text-pretty text-text-2">{text('departed.what')}</p>
      <ul className="divide-y divide-line" aria-label={text('departed.title')}>
        {data.map((server) => (
          <Row key={server.id} server={server} now={now} onGone={() => setGone(server)} />
        ))}
      </ul>
      {gone && <GoneDialog server={gone} onClose={() => setGone(null)} />}
    </Card>
  )
}

function Row({server, now, onGone}: {server: DepartedServer; now: number; onGone: () => void}) {
  const {name, url, left_at: leftAt, until, replaced: isReplaced} = server
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3.5 py-2.5">
      <div className="grid min-w-0 flex-1 basis-80 gap-0.5">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <b className="font-medium wrap-anywhere">{name}</b>
          <span className="text-12 wrap-anywhere text-text-2">{url}</span>
        </span>
        <span className="num text-12 text-pretty text-text-2">
          <time dateTime={new Date(leftAt).toISOString()} title={fullTime(leftAt)}>
            {text('departed.since', {when: exactTime(leftAt, now)})}
          </time>
          {' · '}
          {listWords(server, now)}
        </span>
        <span className="num text-12 text-pretty text-text-2">
          {keepsWords(server)}{' '}
          <time dateTime={new Date(until).toISOString()} title={fullTime(until)}>
            {text('departed.until', {when: exactTime(until, now)})}
          </time>
        </span>
        {isReplaced && (
          <span className="text-12 text-pretty text-st-stalled">{text('departed.replaced')}</span>
        )}
      </div>
      <Button aria-label={text('departed.gone-one', {name})} onClick={onGone}>
        {text('departed.gone')}
      </Button>
    </li>
  )
}

function GoneDialog({server, onClose}: {server: DepartedServer; onClose: () => void}) {
  const {id, name, torrents} = server
  return (
    <ConfirmDialog
      title={text('departed.confirm.title', {name})}
      says={
        mayNeedMore(server)
          ? text('departed.confirm.unknown')
          : text('departed.confirm.says', {count: torrents})
      }
      verb={text('departed.confirm.do')}
      work={async () => {
        await forgetDeparted(id)
        toast({text: text('departed.confirm.done', {name})})
      }}
      onClose={onClose}
    />
  )
}

function listWords({torrents, listed_at: listedAt}: DepartedServer, now: number): string {
  if (listedAt !== null) return text('departed.list', {when: exactTime(listedAt, now)})
  return torrents === 0 ? text('departed.list.never') : text('departed.list.unknown')
}

function keepsWords(server: DepartedServer): string {
  return mayNeedMore(server)
    ? text('departed.keeps.unknown')
    : text('departed.keeps', {count: server.torrents})
}

/** Nobody knows all that it had when it left. */
function mayNeedMore({torrents, behind}: DepartedServer): boolean {
  return torrents === 0 || behind
}

// Made once: new ones would have every row written again.
const byPointer = {activationConstraint: {distance: 5}}
const byKeys = {coordinateGetter: sortableKeyboardCoordinates}

/**
 * The servers in their order, or those of them that are looked for. The order is changed by dragging, by keys on the
 * handle, and in each menu.
 */
function ServerList({
  servers,
  tests,
  typed,
}: {
  servers: readonly LiveServer[]
  tests: ServerTests
  typed: string
}) {
  const [inOrder, setOrder] = useServerOrder(servers)
  const cards = useServerCards()
  const {data: history} = useQuery(latenciesQuery)
  const shown = foundServers(inOrder, typed)
  const mayManage = usePermission('manage')
  const {demo: isDemo} = useSession()
  const sensors = useSensors(useSensor(PointerSensor, byPointer), useSensor(KeyboardSensor, byKeys))
  const ids = useStableIds(inOrder)
  const own = useStableIds(inOrder.filter(({access}) => access === 'own'))
  // Where some are not shown nobody sees between which he puts one.
  const mayOrder = mayManage && own.length > 1 && shown.length === inOrder.length
  const step = useCallback(
    (id: string, how: Step) => {
      const at = own.indexOf(id)
      setOrder(movedTo(own, at, stepTo(how, at, own.length)))
    },
    [own, setOrder],
  )
  const drop = ({active, over}: DragEndEvent) => {
    if (!over || active.id === over.id) return
    const moved = movedTo(ids, ids.indexOf(String(active.id)), ids.indexOf(String(over.id)))
    const movable = new Set(own)
    setOrder(moved.filter((id) => movable.has(id)))
  }
  const names = new Map(inOrder.map((server) => [server.server_id, server.server_name]))
  const places = new Map(ids.map((id, at) => [id, at]))
  const placesAmongOwn = new Map(own.map((id, at) => [id, at]))
  return (
    <>
      <Card isPadded={false} className="overflow-clip">
        <div
          aria-hidden
          className={`${rowGrid} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
        >
          <span />
          <span>{text('servers.column.server')}</span>
          <span>{text('servers.column.health')}</span>
          <span>{text('servers.column.torrents')}</span>
          <span>{text('servers.column.speed')}</span>
          <span>{text('servers.column.space')}</span>
          <span />
        </div>
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          onDragEnd={drop}
          accessibility={dragWords((id) => names.get(String(id)) ?? '', ids)}
        >
          <SortableContext items={ids} strategy={verticalListSortingStrategy}>
            <ol aria-label={text('nav.servers')}>
              {shown.map((server) => (
                <ServerRow
                  key={server.server_id}
                  server={server}
                  card={cards.get(server.server_id) ?? null}
                  place={places.get(server.server_id)!}
                  order={mayOrder ? (placesAmongOwn.get(server.server_id) ?? null) : null}
                  count={own.length}
                  history={history}
                  test={tests.results.get(server.server_id) ?? null}
                  onTest={tests.run}
                  onDismiss={tests.dismiss}
                  onStep={step}
                />
              ))}
            </ol>
          </SortableContext>
        </DndContext>
        {shown.length === 0 && (
          <p className="px-3.5 py-3 text-text-2">{text('switcher.nothing', {typed: typed.trim()})}</p>
        )}
      </Card>
      <p className="mt-3 text-12 text-pretty text-text-3">
        {mayOrder && `${text('servers.order-hint')} `}
        {!isDemo && [...cards.values()].some(({origin}) => origin === 'file') && (
          <>
            <FileMark /> {text('servers.file-hint')}
          </>
        )}
      </p>
    </>
  )
}

/** The same array until the servers or their order change. */
function useStableIds(servers: readonly LiveServer[]): string[] {
  const joined = servers.map(({server_id: id}) => id).join(' ')
  return useMemo(() => joined.split(' '), [joined])
}

/** What is read aloud while a server is dragged. */
function dragWords(
  nameOf: (id: UniqueIdentifier) => string,
  ids: readonly string[],
): {announcements: Announcements; screenReaderInstructions: ScreenReaderInstructions} {
  const placeOf = (id: UniqueIdentifier | undefined) => ids.indexOf(String(id)) + 1
  const at = (name: string, over: {id: UniqueIdentifier} | null) =>
    over === null ? undefined : text('servers.drag.over', {name, place: placeOf(over.id), count: ids.length})
  return {
    screenReaderInstructions: {draggable: text('servers.drag.how')},
    announcements: {
      onDragStart: ({active}) => text('servers.drag.start', {name: nameOf(active.id)}),
      onDragOver: ({active, over}) => at(nameOf(active.id), over),
      onDragEnd: ({active, over}) => at(nameOf(active.id), over),
      onDragCancel: ({active}) => text('servers.drag.cancel', {name: nameOf(active.id)}),
    },
  }
}

/**
 * The servers as somebody just put them; what the server says holds again once it has answered.
 *
 * @returns `setOrder` with his own ones in their new order
 */
function useServerOrder(
  servers: readonly LiveServer[],
): readonly [shown: readonly LiveServer[], setOrder: (own: readonly string[]) => void] {
  const [put, setPut] = useState<readonly string[] | null>(null)
  const sent = useMutation({
    mutationFn: orderServers,
    onError: (error) => {
      setPut(null)
      toast({text: error.message, tone: 'bad'})
    },
  })
  const present = servers.map(({server_id: id}) => id)
  // The new order came back: from now on it is the server's again.
  if (put !== null && sent.isSuccess && present.join(' ') === put.join(' ')) setPut(null)
  const {mutate} = sent
  const before = present.join(' ')
  const setOrder = useCallback(
    (own: readonly string[]) => {
      setPut(amongOwn(before.split(' '), own))
      mutate(own)
    },
    [mutate, before],
  )
  return [inOrder(servers, put, (server) => server.server_id), setOrder]
}
