import {closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors} from '@dnd-kit/core'
import {SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy} from '@dnd-kit/sortable'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Input} from '../../../ui/Input.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {columns as allColumns, type Column} from '../columns.ts'
import type {ColumnChoice} from '../table/column-layout.ts'
import {offeredColumns, withColumn, withPlace} from './column-choice.ts'
import {ColumnRow} from './ColumnRow.tsx'

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
