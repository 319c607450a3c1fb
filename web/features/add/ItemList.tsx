import {File, Link, Magnet, X} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {bytes} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import type {AddItem} from './items.ts'
import type {Items} from './use-items.ts'

const icons = {file: File, magnet: Magnet, url: Link}

/** What was brought. The files of the one that is chosen stand at the right. */
export function ItemList({
  items,
  shownId,
  onShow,
}: {
  items: Items
  shownId: string | null
  onShow: (id: string) => void
}) {
  if (items.list.length === 0) return null
  return (
    <ul className="max-h-50 divide-y divide-line overflow-y-auto rounded-m border border-line-strong">
      {items.list.map((item) => (
        <li
          key={item.id}
          className={joined(
            'relative grid min-h-9 grid-cols-[18px_minmax(0,1fr)_auto_auto] items-center gap-2.5 py-1 pr-1 pl-2.5 pointer-coarse:min-h-11',
            item.id === shownId && items.list.length > 1 && 'bg-accent-soft',
          )}
        >
          <Icon icon={icons[item.kind]} className="text-text-2" />
          <button
            type="button"
            aria-pressed={item.id === shownId}
            onClick={() => onShow(item.id)}
            className="min-w-0 rounded-s text-left before:absolute before:inset-0 focus-visible:shadow-focus"
          >
            <MiddleText>{item.name}</MiddleText>
          </button>
          <Remark item={item} />
          <IconButton
            className="relative"
            size="small"
            icon={X}
            label={text('add.remove', {name: item.name})}
            onClick={() => items.remove(item.id)}
          />
        </li>
      ))}
    </ul>
  )
}

function Remark({item}: {item: AddItem}) {
  if (item.kind !== 'file')
    return <span className="text-12 text-text-3">{text(`add.kind.${item.kind}`)}</span>
  if (item.fault !== null) {
    return <span className="max-w-[40ch] text-12 text-pretty text-st-error">{item.fault}</span>
  }
  return item.content === null ? (
    <Skeleton width={56} />
  ) : (
    <Quantity value={bytes(item.content.size)} className="text-text-2" />
  )
}
