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
import {useMutation, useQuery} from '@tanstack/react-query'
import {useCallback, useMemo, useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {latenciesQuery} from '../../../api/history.ts'
import {orderServers, useServerCards} from '../../../api/servers.ts'
import {usePermission, useSession} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Card} from '../../../ui/Card.tsx'
import {FileMark} from './FileMark.tsx'
import {amongOwn, inOrder, movedTo, stepTo, type Step} from './order.ts'
import {foundServers} from './server-search.ts'
import {rowGrid, ServerRow} from './ServerRow.tsx'
import type {ServerTests} from './TestLine.tsx'

// Made once: new ones would have every row written again.
const byPointer = {activationConstraint: {distance: 5}}
const byKeys = {coordinateGetter: sortableKeyboardCoordinates}

/**
 * The servers in their order, or those of them that are looked for. The order is changed by dragging, by keys on the
 * handle, and in each menu.
 */
export function ServerList({
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
