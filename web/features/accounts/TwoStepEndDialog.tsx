import {useState} from 'react'
import {endTwoStep} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import {Field} from '../../ui/Field.tsx'
import {Input} from '../../ui/Input.tsx'
import {PasswordInput} from '../../ui/PasswordInput.tsx'
import {ConfirmDialog} from './ConfirmDialog.tsx'

/** Takes password and code: a browser that was left open is not enough. */
export function TwoStepEndDialog({onClose}: {onClose: () => void}) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <ConfirmDialog
      title={text('account.two_step.end')}
      says={text('account.two_step.end.says')}
      verb={text('account.two_step.end')}
      work={() => endTwoStep(password, code)}
      onClose={onClose}
    >
      <div className="grid gap-3 pb-3">
        <Field label={text('login.password')}>
          <PasswordInput
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
          />
        </Field>
        <Field label={text('login.code')} hint={text('login.code.hint')}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            isMono
          />
        </Field>
      </div>
    </ConfirmDialog>
  )
}
