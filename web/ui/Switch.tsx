import {Switch as Radix} from 'radix-ui'
import {useId, type ReactNode} from 'react'
import {joined} from './joined.ts'

/** On or off, at once: for what takes effect without a button. */
export function Switch({
  checked,
  onChange,
  label,
  hideLabel = false,
  hint,
  disabledReason,
  className,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  label: ReactNode
  hideLabel?: boolean | undefined
  hint?: ReactNode
  disabledReason?: string | undefined
  className?: string | undefined
}) {
  const id = useId()
  const isOff = disabledReason !== undefined
  const below = disabledReason ?? hint
  const hasBelow = below !== undefined && below !== null && below !== false
  return (
    <span className={joined('inline-flex max-w-full items-start gap-2.5', className)}>
      <Radix.Root
        id={id}
        checked={checked}
        aria-disabled={isOff || undefined}
        aria-describedby={hasBelow ? `${id}-hint` : undefined}
        onCheckedChange={(value) => !isOff && onChange(value)}
        className="group -m-[3px] shrink-0 rounded-full p-[3px] focus-visible:shadow-none pointer-coarse:-mx-2 pointer-coarse:-my-[13px] pointer-coarse:px-2 pointer-coarse:py-[13px]"
      >
        <span
          className={joined(
            'kit-fill block h-[18px] w-[30px] rounded-full bg-control py-0.5 transition-colors group-focus-visible:shadow-focus group-data-[state=checked]:bg-accent-fill',
            isOff && 'opacity-50',
          )}
        >
          <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-on-accent transition-transform data-[state=checked]:translate-x-3.5" />
        </span>
      </Radix.Root>
      <span className={joined('grid min-w-0', hideLabel && 'sr-only')}>
        <label htmlFor={id} className={isOff ? 'text-text-3' : 'cursor-pointer'}>
          {label}
        </label>
        {hasBelow && (
          <span id={`${id}-hint`} className="text-12 text-pretty text-text-3">
            {below}
          </span>
        )}
      </span>
    </span>
  )
}
