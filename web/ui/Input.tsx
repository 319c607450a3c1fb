import type {LucideIcon} from 'lucide-react'
import type {ComponentPropsWithRef, ReactNode} from 'react'
import {bareInputClass, controlClass} from './control-class.ts'
import {useFieldWiring} from './field-context.ts'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

export interface InputProps extends ComponentPropsWithRef<'input'> {
  icon?: LucideIcon | undefined
  /** Words or a control at its end. */
  end?: ReactNode
  /** Addresses, hashes, code. */
  isMono?: boolean | undefined
}

/** One line of text. */
export function Input({icon, end, isMono = false, className, id, ...rest}: InputProps) {
  const wiring = useFieldWiring(id)
  return (
    <span className={joined(controlClass, className)}>
      {icon && <Icon icon={icon} size={14} className="text-text-3" />}
      <input {...wiring} {...rest} className={joined(bareInputClass, isMono && 'font-mono')} />
      {end}
    </span>
  )
}
