import {joined} from './joined.ts'

export type MeterTone = 'quiet' | 'accent' | 'good' | 'warn' | 'bad'

const fills: Readonly<Record<MeterTone, string>> = {
  quiet: 'bg-text-3',
  accent: 'bg-accent',
  good: 'bg-st-seeding',
  warn: 'bg-st-stalled',
  bad: 'bg-st-error',
}

/** How full something is. @param share 0 to 1 */
export function Meter({
  share,
  label,
  valueText,
  tone = 'quiet',
  className,
}: {
  share: number
  label: string
  /** The value in words: "186 GiB free of 16 TiB". */
  valueText?: string | undefined
  tone?: MeterTone | undefined
  className?: string | undefined
}) {
  const shown = Math.min(1, Math.max(0, share))
  return (
    <div
      // The browser's own takes its colours from nowhere.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="meter"
      aria-label={label}
      aria-valuenow={Math.round(shown * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={valueText}
      className={joined('h-1.5 overflow-hidden rounded-full bg-line-strong forced-colors:border', className)}
    >
      <div
        className={joined('kit-fill h-full w-full origin-left', fills[tone])}
        style={{transform: `scaleX(${shown})`}}
      />
    </div>
  )
}
