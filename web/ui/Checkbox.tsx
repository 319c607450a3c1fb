import {Checkbox as Radix} from 'radix-ui'
import {useId, type ReactNode} from 'react'
import {CheckMark} from './CheckMark.tsx'
import {joined} from './joined.ts'

/** Yes, no, or some of them. The words belong to the target. */
export function Checkbox({
  checked,
  onChange,
  label,
  hideLabel = false,
  hint,
  disabledReason,
  className,
}: {
  checked: boolean | 'mixed'
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
    <span className={joined('inline-flex max-w-full items-start gap-2', hideLabel && 'px-0.5', className)}>
      <Radix.Root
        id={id}
        checked={checked === 'mixed' ? 'indeterminate' : checked}
        aria-disabled={isOff || undefined}
        aria-describedby={hasBelow ? `${id}-hint` : undefined}
        onCheckedChange={(value) => !isOff && onChange(value === true)}
        className="group -m-[5px] -mt-[3px] rounded-m p-[5px] focus-visible:shadow-none pointer-coarse:-m-3 pointer-coarse:-mt-[11px] pointer-coarse:p-3"
      >
        <CheckMark state={checked} isOff={isOff} />
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
