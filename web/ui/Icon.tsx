import type {LucideIcon} from 'lucide-react'
import {joined} from './joined.ts'

export type IconSize = 14 | 16 | 20

/** A drawing beside words, or in a control that has a name: never read aloud. */
export function Icon({
  icon: Drawing,
  size = 16,
  className,
}: {
  icon: LucideIcon
  size?: IconSize | undefined
  className?: string | undefined
}) {
  return (
    <Drawing
      size={size}
      strokeWidth={1.6}
      absoluteStrokeWidth
      aria-hidden
      className={joined('block shrink-0', className)}
    />
  )
}
