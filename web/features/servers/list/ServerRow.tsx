import {useSortable} from '@dnd-kit/sortable'
import {Ellipsis, GripVertical} from 'lucide-react'
import {memo} from 'react'
import type {LiveServer} from '#model/live.ts'
import type {History} from '../../../api/history.ts'
import type {Server} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {TestLine} from '../form/TestLine.tsx'
import {TroubleLine} from '../form/TroubleLine.tsx'
import type {Step} from './order.ts'
import {rowGrid} from './server-row-class.ts'
import {HealthCell, SpaceCell, SpeedsCell, TorrentsCell, WhoCell} from './ServerCells.tsx'
import {useServerMenu, type ServerMenuDeps} from './use-server-menu.ts'
import type {TestResult} from './use-server-tests.ts'

interface ServerRowProps {
  readonly server: LiveServer
  readonly card: Server | null
  /** In the list, 0 first. */
  readonly place: number
  /** Its place among those that he may move; `null` = it is not his to move. */
  readonly order: number | null
  /** Of those that he may move. */
  readonly count: number
  readonly history: History | undefined
  readonly test: TestResult | null
  readonly onTest: (id: string) => Promise<void>
  readonly onDismiss: (id: string) => void
  readonly onStep: (id: string, step: Step) => void
}

/**
 * A server in the list; trouble and results of tests open a line below. Remembered: of hundreds of servers some change
 * each second, and the others must not be written anew.
 */
export const ServerRow = memo(function ServerRow({
  server,
  card,
  place,
  order,
  count,
  history,
  test,
  onTest,
  onDismiss,
  onStep,
}: ServerRowProps) {
  const {server_id: id, server_name: name} = server
  const {setNodeRef, setActivatorNodeRef, listeners, attributes, transform, transition, isDragging} =
    useSortable({id, disabled: order === null})
  return (
    <li
      ref={setNodeRef}
      style={{
        transform: transform === null ? undefined : `translateY(${Math.round(transform.y)}px)`,
        transition,
      }}
      className={joined(
        'relative border-b border-line bg-surface last:border-0 hover:bg-hover max-desk:p-3.5 desk:py-[13px]',
        isDragging && 'z-sticky shadow-2',
      )}
    >
      <div
        className={joined(
          rowGrid,
          'max-desk:grid max-desk:grid-cols-[minmax(0,1fr)_auto_auto] max-desk:items-start max-desk:gap-x-2 max-desk:gap-y-2',
        )}
      >
        {order === null ? (
          <span className="max-desk:hidden" />
        ) : (
          <button
            type="button"
            ref={setActivatorNodeRef}
            {...attributes}
            {...listeners}
            aria-label={text('servers.drag.handle', {name})}
            className="grid h-8 w-6 cursor-grab touch-none place-items-center rounded-s text-text-3 hover:bg-press focus-visible:shadow-focus max-desk:hidden"
          >
            <Icon icon={GripVertical} size={14} />
          </button>
        )}
        <WhoCell server={server} card={card} place={place} />
        <HealthCell server={server} history={history} />
        <TorrentsCell server={server} />
        <SpeedsCell server={server} />
        <SpaceCell server={server} />
        <ServerMenu
          server={server}
          owner={card?.owner?.name ?? null}
          onTest={() => void onTest(id)}
          order={order === null ? null : {place: order, count, onStep: (step) => onStep(id, step)}}
          className="max-desk:order-3"
        />
      </div>
      <TroubleLine server={server} className="mt-2.5 desk:mr-3 desk:ml-12" />
      {test && (
        <TestLine result={test} onDismiss={() => onDismiss(id)} className="mt-2 desk:mr-3 desk:ml-12" />
      )}
    </li>
  )
})

/** Everything that is done with one server. What is not his to do says whom to ask. */
function ServerMenu({className, ...parts}: ServerMenuDeps & {readonly className?: string}) {
  const entries = useServerMenu(parts)
  const {server_name: name} = parts.server
  return (
    <DropdownMenu
      label={name}
      align="end"
      entries={entries}
      trigger={<IconButton label={text('server.menu', {name})} icon={Ellipsis} className={className} />}
    />
  )
}
