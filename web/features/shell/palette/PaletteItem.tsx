import {Command as Cmdk} from 'cmdk'
import type {ReactNode} from 'react'

/** One answer of the palette. */
export function PaletteItem({
  id,
  onPick,
  reason,
  end,
  children,
}: {
  id: string
  onPick: () => void
  /** Why it cannot be done now. */
  reason?: string | null
  end?: ReactNode
  children: ReactNode
}) {
  return (
    <Cmdk.Item
      value={id}
      disabled={typeof reason === 'string'}
      onSelect={onPick}
      className="flex min-h-8.5 items-center gap-x-2.5 rounded-m px-2 py-1 aria-disabled:text-text-3 aria-selected:bg-accent-soft max-phone:flex-wrap pointer-coarse:min-h-11"
    >
      {children}
      {typeof reason === 'string' && (
        <span className="min-w-0 flex-1 text-12 text-pretty max-phone:order-last max-phone:basis-full max-phone:pl-6.5">
          {reason}
        </span>
      )}
      <span className="ml-auto flex shrink-0 items-center gap-2 text-12 text-text-3">{end}</span>
    </Cmdk.Item>
  )
}

export const paletteGroupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:font-bold [&_[cmdk-group-heading]]:text-text-3'
