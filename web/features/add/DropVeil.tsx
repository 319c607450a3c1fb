import {Download} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'

/** Lies over everything while something is held over the page. */
export function DropVeil() {
  return (
    <div className="pointer-events-none fixed inset-0 z-toast grid place-items-center bg-scrim p-4">
      <p className="flex items-center gap-3 rounded-xl border-2 border-dashed border-accent bg-raised px-8 py-6 text-16 font-bold shadow-3">
        <Icon icon={Download} size={20} className="text-accent" />
        {text('add.drop')}
      </p>
    </div>
  )
}
