import {joined} from './joined.ts'

export type ProgressKind = 'solid' | 'striped' | 'grey'

/** How much is there. Solid: it moves; striped: it should and does not; grey: told to rest, or old. Never animated. */
export function ProgressBar({
  share,
  kind = 'solid',
  label,
  colour = 'text-accent',
  className,
}: {
  /** 0 to 1. */
  share: number
  kind?: ProgressKind | undefined
  label: string
  /** A class of colour: one of `stateColours`. */
  colour?: string | undefined
  className?: string | undefined
}) {
  const percent = Math.min(1, Math.max(0, share)) * 100
  return (
    <div
      // The browser's own has no stripes.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.floor(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
      className={joined('h-[3px] overflow-hidden rounded-full bg-line-strong', className)}
    >
      <div
        className={joined(
          'kit-fill h-full w-full rounded-full',
          kind === 'grey' ? 'bg-control' : colour,
          kind === 'solid' && 'bg-current',
          kind === 'striped' && 'kit-striped',
        )}
        // Moved, not scaled: stripes and round ends keep their shape.
        style={{transform: `translateX(${percent - 100}%)`}}
      />
    </div>
  )
}
