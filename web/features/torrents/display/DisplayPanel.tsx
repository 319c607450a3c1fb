import {closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors} from '@dnd-kit/core'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import {ArrowDown, ArrowUp, ChevronDown, ChevronUp, GripVertical} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import {groupNames} from '#model/query.ts'
import {densities, layouts} from '#model/saved-view.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {columns, columns as allColumns, type Column} from '../table/columns.ts'
import {offeredColumns, withColumn, withPlace, type ColumnChoice} from '../table/column-layout.ts'
import {readSort, standardSort, withDirection, withKey, writeSort} from '../table/sort-keys.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useOpenView, type LayoutChange, type ListLayout} from '../views/view-state.ts'

/** What `Select` calls "no group". */
const NONE = 'none'

/** Everything about how the list is shown. It changes at once. */
export function DisplayPanel({
  layout,
  onLayout,
}: {
  layout: ListLayout
  onLayout: (change: LayoutChange) => void
}) {
  const [{group}, change] = useTorrentsSearch()
  const open = useOpenView()
  const isPhone = usePhone()
  return (
    <div className="grid gap-3">
      {!isPhone && (
        <>
          <DisplayLine label={text('display.look')}>
            <Segmented
              label={text('display.look')}
              value={layout.layout}
              onChange={(next) => onLayout({layout: next})}
              options={layouts.map((value) => ({value, label: text(`display.layout.${value}`)}))}
            />
          </DisplayLine>
          <DisplayLine label={text('display.density')}>
            <Segmented
              label={text('display.density')}
              value={layout.density}
              onChange={(density) => onLayout({density})}
              options={densities.map((value) => ({value, label: text(`display.density.${value}`)}))}
            />
          </DisplayLine>
        </>
      )}
      <DisplayLine label={text('display.group')}>
        <Select
          label={text('display.group')}
          value={group ?? NONE}
          onChange={(picked) => change({group: picked === NONE ? undefined : picked})}
          options={[
            {value: NONE, label: text('display.group.none')},
            ...groupNames.map((value) => ({value, label: text(`display.group.${value}`)})),
          ]}
        />
      </DisplayLine>
      <SortEditor />
      {!isPhone && layout.layout === 'table' && (
        <ColumnsEditor columns={layout.columns} onColumns={(columns) => onLayout({columns})} />
      )}
      {open && (
        <p className="text-12 text-pretty text-text-3">{text('display.of-view', {name: open.name})}</p>
      )}
    </div>
  )
}

const places = ['first', 'second', 'third'] as const
const NO_KEY = ''

const sortable = columns.filter((column) => column.sort !== null)

/** By what the list is sorted: first, then, and then. */
function SortEditor() {
  const [{sort = standardSort}, change] = useTorrentsSearch()
  const keys = readSort(sort)
  const write = (next: typeof keys) => change({sort: writeSort(next) || undefined})
  return (
    <>
      {places.slice(0, keys.length + 1).map((place, at) => {
        const key = keys[at]
        const label = text(at === 0 ? 'display.sort.first' : 'display.sort.then')
        const others = new Set(keys.filter((it) => it !== key).map(({by}) => by))
        return (
          <DisplayLine key={place} label={label}>
            <Select
              label={label}
              value={key?.by ?? NO_KEY}
              onChange={(by) => write(withKey(keys, at, by === NO_KEY ? null : by))}
              options={[
                ...(at === 0 ? [] : [{value: NO_KEY, label: text('display.sort.nothing')}]),
                ...sortable
                  .filter((column) => !others.has(column.sort!))
                  .map((column) => ({value: column.sort!, label: text(column.title)})),
              ]}
            />
            {key && (
              <IconButton
                label={text(key.isDown ? 'display.sort.down' : 'display.sort.up')}
                icon={key.isDown ? ArrowDown : ArrowUp}
                onClick={() => write(withDirection(keys, at, !key.isDown))}
              />
            )}
          </DisplayLine>
        )
      })}
    </>
  )
}

/** A setting of the list: its name at the left, what can be chosen at the right. */
function DisplayLine({label, children}: {label: string; children: ReactNode}) {
  return (
    <div className="grid grid-cols-[84px_minmax(0,1fr)] items-center gap-2">
      <span className="text-12 text-text-2">{label}</span>
      <div className="flex min-w-0 items-center justify-end gap-1">{children}</div>
    </div>
  )
}

/** Which columns are shown, and in what order: by dragging, by keys on the handle, by the arrows. */
function ColumnsEditor({
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
