import type {LucideIcon} from 'lucide-react'
import {ToggleGroup} from 'radix-ui'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

interface Segment<V extends string> {
  readonly value: V
  readonly label: string
  readonly icon?: LucideIcon | undefined
}

/** One of two to four that are all in sight. */
export function Segmented<V extends string>({
  value,
  onChange,
  options,
  label,
  className,
}: {
  value: V
  onChange: (value: V) => void
  options: readonly Segment<V>[]
  label: string
  className?: string | undefined
}) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      // Pressing the chosen one again would leave none.
      onValueChange={(picked) => picked !== '' && onChange(picked as V)}
      className={joined('inline-flex max-w-full gap-0.5 rounded-[7px] bg-press p-0.5', className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex h-6 min-w-0 items-center justify-center gap-1.5 rounded-[5px] px-2.5 text-12 font-medium whitespace-nowrap text-text-2 hover:text-text focus-visible:shadow-focus data-[state=on]:bg-[light-dark(var(--surface),var(--line-strong))] data-[state=on]:text-text data-[state=on]:shadow-1 data-[state=on]:focus-visible:shadow-focus max-phone:h-8 pointer-coarse:h-11 forced-colors:data-[state=on]:border"
        >
          {option.icon && <Icon icon={option.icon} size={14} />}
          <span className="truncate">{option.label}</span>
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
