import {ChevronRight} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

/** What few need: folded away until somebody opens it, or it is forced: a mistake is in it, or what is looked for. */
export function Fold({
  title,
  titleClass,
  isForced,
  children,
}: {
  title: ReactNode
  titleClass: string
  isForced: boolean
  children: ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      open={isOpen || isForced}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group min-w-0"
    >
      <summary
        className={joined(
          'flex min-h-8 cursor-pointer list-none items-center gap-1.5 rounded-s focus-visible:shadow-focus pointer-coarse:min-h-11',
          titleClass,
        )}
      >
        <Icon icon={ChevronRight} size={14} className="group-open:rotate-90" />
        {title}
      </summary>
      {children}
    </details>
  )
}
