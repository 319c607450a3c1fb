import {closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors} from '@dnd-kit/core'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import {ChevronDown, ChevronUp, GripVertical} from 'lucide-react'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {columns as allColumns, type Column} from '../columns.ts'
import type {ColumnChoice} from '../table/column-layout.ts'
import {offeredColumns, withColumn, withPlace} from './column-choice.ts'

/** Which columns are shown, and in what order: by dragging, by keys on the handle, by the arrows. */
export function ColumnsEditor({
  columns,
  onColumns,
}: {
  columns: ColumnChoice | null
  /** `null` = the usual ones. */
  onColumns: (columns: ColumnChoice | null) => void
}) {
  const [typed, setTyped] = useState('')
  const {shown, further} = offeredColumns(columns)
  const sensors = useSensors(
    useSensor(PointerSensor, {activationConstraint: {distance: 4}}),
    useSensor(KeyboardSensor, {coordinateGetter: sortableKeyboardCoordinates}),
  )
  const ids = shown.map(({id}) => id)
  const place = (id: string, to: number) => {
    onColumns(withPlace(columns, id, to))
    const name = text(shown.find((it) => it.id === id)!.title)
    announce(text('display.column.moved', {name, place: to + 1, all: shown.length}))
  }
  const matches = (column: Column) => text(column.title).toLowerCase().includes(typed.trim().toLowerCase())
  const show = (id: string, isShown: boolean) => onColumns(withColumn(columns, id, isShown))
  const [here, there] = [shown.filter(matches), further.filter(matches)]
  return (
    <section aria-label={text('display.columns')} className="grid gap-2 border-t border-line pt-3">
      <div className="flex items-baseline gap-2">
        <h3 className="text-12 font-medium text-text-2">{text('display.columns')}</h3>
        <span className="num text-12 text-text-3">
          {text('display.columns.shown', {shown: shown.length, all: allColumns.length})}
        </span>
        <TextButton className="ml-auto text-12" onClick={() => onColumns(null)}>
          {text('display.columns.reset')}
        </TextButton>
      </div>
      <Input
        type="search"
        aria-label={text('display.columns.find')}
        placeholder={text('display.columns.find')}
        value={typed}
        onChange={({target}) => setTyped(target.value)}
      />
      <div className="-mx-2 max-h-[264px] overflow-y-auto overscroll-contain px-2">
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          onDragEnd={({active, over}) => over && place(String(active.id), ids.indexOf(String(over.id)))}
        >
          <SortableContext items={ids} strategy={verticalListSortingStrategy}>
            <ul>
              {here.map((column) => (
                <ColumnRow
                  key={column.id}
                  column={column}
                  place={ids.indexOf(column.id)}
                  count={shown.length}
                  canMove={typed.trim() === ''}
                  onPlace={(to) => place(column.id, to)}
                  onShow={(isShown) => show(column.id, isShown)}
                />
              ))}
            </ul>
          </SortableContext>
          {there.length > 0 && (
            <>
              <h4 className="pt-3 pb-1 text-11 font-bold text-text-3">{text('display.columns.more')}</h4>
              <ul>
                {there.map((column) => (
                  <ColumnRow
                    key={column.id}
                    column={column}
                    place={null}
                    count={shown.length}
                    canMove={false}
                    onPlace={() => undefined}
                    onShow={(isShown) => show(column.id, isShown)}
                  />
                ))}
              </ul>
            </>
          )}
        </DndContext>
        {here.length + there.length === 0 && (
          <p className="py-2 text-12 text-text-3">{text('display.columns.nothing')}</p>
        )}
      </div>
    </section>
  )
}

interface ColumnRowProps {
  readonly column: Column
  /** Among those that are shown; `null` = it is not. */
  readonly place: number | null
  readonly count: number
  readonly canMove: boolean
  readonly onPlace: (to: number) => void
  readonly onShow: (isShown: boolean) => void
}

/** A column: shown or not, and where. */
function ColumnRow({column, place, count, canMove, onPlace, onShow}: ColumnRowProps) {
  const isMoving = canMove && place !== null
  const {setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging} =
    useSortable({id: column.id, disabled: !isMoving})
  const name = text(column.title)
  return (
    <li
      ref={setNodeRef}
      style={{transform: transform ? `translateY(${transform.y}px)` : undefined, transition}}
      className={joined(
        'group relative flex h-8 items-center gap-2 rounded-m pointer-coarse:h-11',
        isDragging && 'z-menu bg-raised shadow-2',
      )}
    >
      {column.id === 'name' ? (
        <span className="flex min-w-0 flex-1 items-center gap-2">
          <CheckMark state isOff />
          {name} <span className="text-12 text-text-3">{text('display.column.name-stays')}</span>
        </span>
      ) : (
        <Checkbox
          checked={place !== null}
          onChange={onShow}
          label={name}
          className="min-w-0 flex-1 items-center"
        />
      )}
      {isMoving && (
        <>
          <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
            {place > 0 && (
              <IconButton
                label={text('display.column.up', {name})}
                icon={ChevronUp}
                size="small"
                onClick={() => onPlace(place - 1)}
              />
            )}
            {place < count - 1 && (
              <IconButton
                label={text('display.column.down', {name})}
                icon={ChevronDown}
                size="small"
                onClick={() => onPlace(place + 1)}
              />
            )}
          </span>
          <span
            ref={setActivatorNodeRef}
            {...attributes}
            {...listeners}
            aria-label={name}
            className="grid size-6 cursor-grab touch-none place-items-center rounded-s text-text-3 hover:text-text focus-visible:shadow-focus pointer-coarse:size-11"
          >
            <Icon icon={GripVertical} size={14} />
          </span>
        </>
      )}
    </li>
  )
}
