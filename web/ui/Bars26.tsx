import {text} from '../i18n/text.ts'
import {joined} from './joined.ts'

const BARS = 26

/** The last times something took, as 26 bars; newest at the right. What failed is a whole bar in red. */
export function Bars26({
  values,
  label,
  formatValue,
  slowFrom,
  className,
}: {
  /** Oldest first; `null` = it failed. */
  values: readonly (number | null)[]
  /** What they show, with the newest in words. */
  label: string
  formatValue: (value: number) => string
  /** From this value on a bar is ochre. */
  slowFrom?: number | undefined
  className?: string | undefined
}) {
  const shown = values.slice(-BARS)
  const greatest = Math.max(...shown.map((value) => value ?? 0), Number.MIN_VALUE)
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, no file
      role="img"
      aria-label={label}
      className={joined('flex h-[22px] items-end justify-end gap-px', className)}
    >
      {Array.from({length: BARS}, (_, place) => {
        const at = place - (BARS - shown.length)
        const value = shown[at]
        if (value === undefined) return <span key={place} className="h-0.5 w-[3px] bg-line" />
        return (
          <span
            key={place}
            title={value === null ? text('bars.failed') : formatValue(value)}
            className={joined(
              'kit-fill w-[3px] rounded-[1px]',
              value === null
                ? 'bg-st-error'
                : slowFrom !== undefined && value >= slowFrom
                  ? 'bg-st-stalled'
                  : 'bg-control',
            )}
            style={{height: value === null ? '100%' : `${Math.max(12, (value / greatest) * 100)}%`}}
          />
        )
      })}
    </div>
  )
}
