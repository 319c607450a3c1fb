import {CircleCheck, CircleX, Info, TriangleAlert, type LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

type NoteTone = 'info' | 'good' | 'warn' | 'bad'

const looks: Readonly<Record<NoteTone, {ground: string; ink: string; icon: LucideIcon}>> = {
  info: {ground: 'bg-tint-info', ink: 'text-accent', icon: Info},
  good: {ground: 'bg-tint-good', ink: 'text-st-seeding', icon: CircleCheck},
  // Trouble is an icon and a word: no area is ever red or ochre.
  warn: {ground: 'bg-sunken', ink: 'text-st-stalled', icon: TriangleAlert},
  bad: {ground: 'bg-sunken', ink: 'text-st-error', icon: CircleX},
}

/** What, since when, what follows, and at its end the next step. Begin with what counts, in `<b>`. */
export function Note({
  tone = 'info',
  icon,
  action,
  isNews = false,
  className,
  children,
}: {
  tone?: NoteTone | undefined
  icon?: LucideIcon | undefined
  /** A button or a link. */
  action?: ReactNode
  /** It appears while somebody reads, and is read aloud. */
  isNews?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}) {
  const {ground, ink, icon: usual} = looks[tone]
  return (
    <div
      role={isNews ? 'status' : undefined}
      className={joined(
        'flex items-start gap-2.5 rounded-m px-3 py-2.5 text-text-2 forced-colors:border [&_b]:text-text',
        ground,
        className,
      )}
    >
      <Icon icon={icon ?? usual} className={joined('mt-px', ink)} />
      <div className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-3 gap-y-2">
        <div className="min-w-0 flex-[1_1_220px] text-pretty wrap-anywhere">{children}</div>
        {action !== undefined && <div className="flex shrink-0 gap-3 font-medium">{action}</div>}
      </div>
    </div>
  )
}
