import {ChevronLeft} from 'lucide-react'
import type {ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {placeWords} from './general/place-words.ts'
import type {DetailsPanelProps} from './DetailsPanel.tsx'

/** The way back, where it stands in the list, and what can be done. */
export function PhoneBar({
  placeInView,
  onClose,
  menu,
}: Pick<DetailsPanelProps, 'placeInView' | 'onClose'> & {menu: ReactNode}) {
  return (
    <div className="flex items-center gap-1 px-1 pt-1">
      <IconButton icon={ChevronLeft} iconSize={20} label={text('details.back')} onClick={onClose} />
      <span className="num min-w-0 flex-1 truncate text-12 text-text-2">{placeWords(placeInView)}</span>
      {menu}
    </div>
  )
}
