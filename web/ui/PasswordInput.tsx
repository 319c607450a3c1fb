import {Eye, EyeOff} from 'lucide-react'
import {useState} from 'react'
import {text} from '../i18n/text.ts'
import {IconButton} from './IconButton.tsx'
import {Input, type InputProps} from './Input.tsx'

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
