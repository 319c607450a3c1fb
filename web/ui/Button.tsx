import type {LucideIcon} from 'lucide-react'
import type {ComponentPropsWithRef, MouseEvent} from 'react'
import {buttonClass, type ButtonSize, type ButtonVariant} from './button-class.ts'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'
import {Tooltip} from './Tooltip.tsx'

interface ButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'disabled'> {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
  icon?: LucideIcon | undefined
  /** The button is busy: what it waits for, instead of its words. It is not pressed twice, and it keeps its width. */
  waitsFor?: string | undefined
  /** Why it cannot be pressed now. It stays reachable by keyboard, so that the reason can be read. */
  disabledReason?: string | undefined
}

/** A verb with its object. It is the same element with a reason and without one, so that it keeps the focus. */
export function Button({disabledReason, ...props}: ButtonProps) {
  return (
    <Tooltip content={disabledReason}>
      <Plain {...props} isOff={disabledReason !== undefined} />
    </Tooltip>
  )
}

function Plain({
  variant,
  size,
  icon,
  waitsFor,
  isOff,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: Omit<ButtonProps, 'disabledReason'> & {isOff: boolean}) {
  const isBusy = waitsFor !== undefined
  const isStill = isOff || isBusy
  return (
    <button
      {...rest}
      // It stays the button of its form: without one, Enter in its only field would send the form past it.
      type={type}
      className={joined(buttonClass(variant, size), className)}
      aria-disabled={isOff || undefined}
      // In a dialog Ctrl Enter presses it.
      data-main={variant === 'primary' || variant === 'dangerFill' || undefined}
      aria-busy={isBusy || undefined}
      onClick={isStill ? stopped : onClick}
    >
      <span className={joined('contents', isBusy && '[&>*]:invisible')} aria-hidden={isBusy || undefined}>
        {icon && <Icon icon={icon} size={14} />}
        {children !== undefined && children !== null && <span>{children}</span>}
      </span>
      {isBusy && (
        <span className="absolute inset-0 grid place-items-center truncate px-2 text-12">{waitsFor}</span>
      )}
    </button>
  )
}

function stopped(event: MouseEvent) {
  event.preventDefault()
}
