import {RadioGroup} from 'radix-ui'
import {useId, type ReactNode} from 'react'
import {joined} from './joined.ts'

interface RadioCard<V extends string> {
  readonly value: V
  readonly label: string
  readonly hint?: ReactNode
  readonly disabledReason?: string | undefined
  /** Shown in the card while it is chosen: what belongs to this choice alone. */
  readonly more?: ReactNode
}

/** One of a few where each needs a sentence. */
export function RadioCards<V extends string>({
  value,
  onChange,
  options,
  label,
  className,
}: {
  value: V | null
  onChange: (value: V) => void
  options: readonly RadioCard<V>[]
  label: string
  className?: string | undefined
}) {
  return (
    <RadioGroup.Root
      value={value ?? ''}
      onValueChange={(picked) => onChange(picked as V)}
      aria-label={label}
      className={joined('grid gap-2', className)}
    >
      {options.map((option) => (
        <Card key={option.value} option={option} isSelected={option.value === value} />
      ))}
    </RadioGroup.Root>
  )
}

function Card<V extends string>({option, isSelected}: {option: RadioCard<V>; isSelected: boolean}) {
  const id = useId()
  const isOff = option.disabledReason !== undefined
  const below = option.disabledReason ?? option.hint
  return (
    <div
      className={joined(
        'relative grid grid-cols-[16px_minmax(0,1fr)] content-start gap-x-2.5 rounded-m border px-3 py-2.5 transition-colors has-[[role=radio]:focus-visible]:shadow-focus',
        isSelected ? 'border-accent bg-accent-soft' : 'border-line-strong',
        !isOff && !isSelected && 'hover:bg-hover',
      )}
    >
      <RadioGroup.Item
        id={id}
        value={option.value}
        disabled={isOff}
        aria-describedby={below === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 grid size-4 place-items-center rounded-full border-[1.5px] border-control bg-surface focus-visible:shadow-none data-disabled:opacity-50 data-[state=checked]:border-accent-fill data-[state=checked]:bg-accent-fill"
      >
        <RadioGroup.Indicator className="size-1.5 rounded-full bg-on-accent forced-colors:bg-[Highlight]" />
      </RadioGroup.Item>
      <div className="grid min-w-0 gap-0.5">
        <label
          htmlFor={id}
          className={joined(
            'font-medium after:absolute after:inset-0',
            isOff ? 'text-text-3' : 'after:cursor-pointer',
          )}
        >
          {option.label}
        </label>
        {below !== undefined && (
          <span id={`${id}-hint`} className="text-12 text-pretty text-text-2">
            {below}
          </span>
        )}
        {isSelected && option.more !== undefined && <div className="relative mt-1.5">{option.more}</div>}
      </div>
    </div>
  )
}
