import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type DragEndEvent,
} from '@dnd-kit/core'
import {SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy} from '@dnd-kit/sortable'
import {useQuery} from '@tanstack/react-query'
import type {LiveServer} from '#model/live.ts'
import {latenciesQuery} from '../../api/history.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../text/text.ts'
import {Card} from '../../ui/Card.tsx'
import {FileMark} from './FileMark.tsx'
import {dragWords} from './drag-words.ts'
import {movedTo, stepTo, type Step} from './order.ts'
import {rowGrid} from './server-row-class.ts'
import {ServerRow} from './ServerRow.tsx'
import {useServerCards} from './use-server-cards.ts'
import {useServerOrder} from './use-server-order.ts'
import type {ServerTests} from './use-server-tests.ts'

/** The servers in their order. It is changed by dragging, by keys on the handle, and in each menu. */
export function ServerList({servers, tests}: {servers: readonly LiveServer[]; tests: ServerTests}) {
  const [shown, setOrder] = useServerOrder(servers)
  const cards = useServerCards()
  const {data: history} = useQuery(latenciesQuery)
  const mayOrder = usePermission('manage') && shown.length > 1
  const sensors = useSensors(
    useSensor(PointerSensor, {activationConstraint: {distance: 5}}),
    useSensor(KeyboardSensor, {coordinateGetter: sortableKeyboardCoordinates}),
  )
  const ids = shown.map(({server_id: id}) => id)
  const drop = ({active, over}: DragEndEvent) => {
    if (over) setOrder(movedTo(ids, ids.indexOf(String(active.id)), ids.indexOf(String(over.id))))
  }
  const step = (id: string, how: Step) => {
    const at = ids.indexOf(id)
    setOrder(movedTo(ids, at, stepTo(how, at, ids.length)))
  }
  const names = new Map(shown.map((server) => [server.server_id, server.server_name]))
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
              {shown.map((server, at) => (
                <ServerRow
                  key={server.server_id}
                  server={server}
                  card={cards.get(server.server_id) ?? null}
                  place={at}
                  count={shown.length}
                  history={history}
                  test={tests.results.get(server.server_id) ?? null}
                  onTest={tests.run}
                  onDismiss={tests.dismiss}
                  onStep={mayOrder ? step : null}
                />
              ))}
            </ol>
          </SortableContext>
        </DndContext>
      </Card>
      <p className="mt-3 text-12 text-pretty text-text-3">
        {mayOrder && `${text('servers.order-hint')} `}
        {[...cards.values()].some(({origin}) => origin === 'file') && (
          <>
            <FileMark /> {text('servers.file-hint')}
          </>
        )}
      </p>
    </>
  )
}
