import {Eye, EyeOff, type LucideIcon} from 'lucide-react'
import {useState, type ComponentPropsWithRef, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {bareInputClass, controlClass} from './control-class.ts'
import {useFieldWiring} from './Field.tsx'
import {Icon} from './Icon.tsx'
import {IconButton} from './IconButton.tsx'
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

/** A secret that can be looked at while it is typed. */
export function PasswordInput(props: Omit<InputProps, 'type' | 'end'>) {
  const [isShown, setShown] = useState(false)
  return (
    <Input
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="none"
      {...props}
      type={isShown ? 'text' : 'password'}
      end={
        <IconButton
          label={text(isShown ? 'password.hide' : 'password.show')}
          icon={isShown ? EyeOff : Eye}
          size="small"
          className="-mr-1"
          onClick={() => setShown(!isShown)}
        />
      }
    />
  )
}

/** Several lines of text. It grows with them, up to half of the screen. */
export function TextArea({
  className,
  id,
  isMono = false,
  ...rest
}: ComponentPropsWithRef<'textarea'> & {isMono?: boolean | undefined}) {
  const wiring = useFieldWiring(id)
  return (
    <textarea
      rows={3}
      {...wiring}
      {...rest}
      className={joined(
        controlClass,
        'h-auto! field-sizing-content max-h-[50dvh] min-h-16 resize-y py-1.5',
        isMono && 'font-mono',
        className,
      )}
    />
  )
}
