import type {RefObject} from 'react'
import {text} from '../i18n/text.ts'
import {PasswordInput} from './Input.tsx'
import {TextButton} from './TextButton.tsx'

/** A secret that is typed, taken out, or left as it is. */
export interface SecretField {
  readonly typed: string
  readonly erase: boolean
  /** There is one at the server's side already. */
  readonly state: 'none' | 'set' | 'unreadable'
}

/** A secret. One that is there already is never shown; untouched it stays, and it can be taken out. */
export function SecretInput({
  value,
  onChange,
  onLeave,
  inputRef,
}: {
  value: SecretField
  onChange: (value: SecretField) => void
  onLeave?: (() => void) | undefined
  inputRef?: RefObject<HTMLInputElement | null> | undefined
}) {
  const {typed, erase, state} = value
  return (
    <span className="grid gap-1">
      <PasswordInput
        ref={inputRef}
        autoComplete="new-password"
        value={typed}
        placeholder={placeholderOf(value)}
        onChange={(event) => onChange({...value, typed: event.target.value, erase: false})}
        onBlur={onLeave}
      />
      {state !== 'none' && (
        <span className="text-12 text-text-3">
          {erase ? (
            <TextButton onClick={() => onChange({...value, erase: false})}>
              {text('server.secret.keep')}
            </TextButton>
          ) : (
            typed === '' && (
              <TextButton onClick={() => onChange({...value, erase: true})}>
                {text('server.secret.erase')}
              </TextButton>
            )
          )}
        </span>
      )}
    </span>
  )
}

function placeholderOf({erase, state}: SecretField): string {
  if (erase) return text('server.secret.erased')
  if (state === 'unreadable') return text('server.secret.unreadable')
  return state === 'set' ? text('server.secret.set') : ''
}
