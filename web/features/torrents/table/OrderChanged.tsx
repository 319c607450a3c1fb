import {text} from '../../../i18n/text.ts'
import {TextButton} from '../../../ui/TextButton.tsx'

/** The order is held while somebody aims; so many rows would stand elsewhere. */
export function OrderChanged({rows, onUpdate}: {rows: number; onUpdate: () => void}) {
  if (rows === 0) return null
  return (
    <span className="num flex shrink-0 items-center gap-1.5 pr-3 font-normal">
      {text('order.moved', {count: rows})}
      <span aria-hidden>·</span>
      <TextButton onClick={onUpdate}>{text('order.update')}</TextButton>
    </span>
  )
}
