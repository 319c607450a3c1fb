import type {LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

/** Why nothing is here, and the next step. */
export function EmptyState({
  icon,
  title,
  text,
  actions,
  isPage = false,
  className,
}: {
  icon?: LucideIcon | undefined
  title: ReactNode
  text?: ReactNode
  actions?: ReactNode
  /** The page is nothing else: its title is the heading. */
  isPage?: boolean | undefined
  className?: string | undefined
}) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div
      className={joined(
        'grid justify-items-center gap-1.5 rounded-l border border-line-strong bg-surface px-4 py-8 text-center',
        className,
      )}
    >
      {icon && <Icon icon={icon} size={20} className="mb-1 text-text-3" />}
      <Title className="max-w-[60ch] text-14 font-bold text-balance wrap-anywhere">{title}</Title>
      {text !== undefined && text !== false && text !== '' && (
        <p className="max-w-[60ch] text-balance text-text-2">{text}</p>
      )}
      {actions !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
