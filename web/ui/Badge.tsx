import type {LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'
import type {StateIconName} from './state-icons.ts'
import {StateIcon} from './StateIcon.tsx'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'busy' | 'quiet'

const tones: Readonly<Record<Tone, string>> = {
  good: 'bg-tint-good text-st-seeding',
  warn: 'bg-tint-warn text-st-stalled',
  bad: 'bg-tint-bad text-st-error',
  info: 'bg-tint-info text-accent-strong',
  busy: 'bg-tint-busy text-st-checking',
  quiet: 'bg-tint-quiet text-text-2',
}

/** How something is, in a word with a shape; the tone only helps. */
export function Badge({
  tone = 'quiet',
  icon,
  title,
  className,
  children,
}: {
  tone?: Tone | undefined
  icon?: LucideIcon | StateIconName | undefined
  title?: string | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <span
      title={title}
      className={joined(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-[5px] rounded-s pr-[7px] pl-1.5 text-12 font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {typeof icon === 'string' && <StateIcon state={icon} size={13} className="text-inherit!" />}
      {icon !== undefined && typeof icon !== 'string' && <Icon icon={icon} size={14} />}
      <span className="truncate">{children}</span>
    </span>
  )
}
