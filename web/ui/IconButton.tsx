import type {LucideIcon} from 'lucide-react'
import type {ComponentPropsWithRef} from 'react'
import {iconButtonClass} from './button-class.ts'
import {Icon, type IconSize} from './Icon.tsx'
import {joined} from './joined.ts'
import {Tooltip} from './Tooltip.tsx'

interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'disabled' | 'aria-label' | 'title'> {
  /** Its name, read aloud and shown as a tip. */
  label: string
  icon: LucideIcon
  /** Shown in the tip: 'Ctrl K'. */
  keys?: string | undefined
  size?: 'normal' | 'small' | undefined
  iconSize?: IconSize | undefined
  disabledReason?: string | undefined
}

/** A button that is only an icon; children (a count) are laid over it. */
export function IconButton({
  label,
  icon,
  keys,
  size,
  iconSize,
  disabledReason,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const isOff = disabledReason !== undefined
  return (
    <Tooltip content={disabledReason ?? label} keys={keys} isName={!isOff}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-disabled={isOff || undefined}
        className={joined(iconButtonClass(size), className)}
        onClick={isOff ? undefined : onClick}
      >
        <Icon icon={icon} size={iconSize ?? (size === 'small' ? 14 : 16)} />
        {children}
      </button>
    </Tooltip>
  )
}
