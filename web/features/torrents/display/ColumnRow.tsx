import {useSortable} from '@dnd-kit/sortable'
import {ChevronDown, ChevronUp, GripVertical} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import type {Column} from '../columns.ts'

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
export function ColumnRow({column, place, count, canMove, onPlace, onShow}: ColumnRowProps) {
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
