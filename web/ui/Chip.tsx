import {X} from 'lucide-react'
import type {ReactNode} from 'react'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

const tones = {
  quiet: 'bg-tint-quiet text-text-2',
  accent: 'bg-accent-soft text-accent-strong',
  bad: 'bg-tint-bad text-st-error',
} as const

/** A word that was chosen: a tag, a part of a query. */
export function Chip({
  tone = 'quiet',
  isMono = false,
  onRemove,
  removeLabel,
  className,
  children,
}: {
  tone?: keyof typeof tones | undefined
  /** Parts of a query. */
  isMono?: boolean | undefined
  onRemove?: (() => void) | undefined
  /** The name of its cross: "Remove season". */
  removeLabel?: string | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <span
      className={joined(
        'inline-flex h-[22px] max-w-full items-center gap-1 rounded-s px-[7px] text-12 whitespace-nowrap pointer-coarse:h-8',
        tones[tone],
        isMono && 'font-mono',
        className,
      )}
    >
      <span className="truncate">{children}</span>
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel}
          onClick={onRemove}
          className="relative -mr-1 grid size-[18px] shrink-0 place-items-center rounded-s before:absolute before:-inset-[3px] hover:bg-press focus-visible:shadow-focus pointer-coarse:before:-inset-[13px]"
        >
          <Icon icon={X} size={14} />
        </button>
      )}
    </span>
  )
}
