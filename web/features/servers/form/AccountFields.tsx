import type {RefObject} from 'react'
import {text} from '../../../i18n/text.ts'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {SecretInput} from '../../../ui/SecretInput.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {FormField} from './FormField.tsx'
import type {ServerFormState} from './use-server-form.ts'

/** How to get in: user and password, or the key that newer qBittorrents give out. */
export function AccountFields({
  state,
  secretRef,
  onLeave,
  isSecretAlone = false,
}: {
  state: ServerFormState
  /** Of the field for the password or the key. */
  secretRef?: RefObject<HTMLInputElement | null> | undefined
  onLeave: () => void
  /** The user and the way in stay as they are, and are only named. */
  isSecretAlone?: boolean
}) {
  const {form, set} = state
  const isKey = form.kind === 'qbittorrent' && form.usesKey
  return (
    <div className="grid gap-3.5">
      {form.kind === 'qbittorrent' && !isSecretAlone && (
        <Segmented
          label={text('server.form.way')}
          value={form.usesKey ? 'key' : 'password'}
          onChange={(way) => set({usesKey: way === 'key'})}
          options={[
            {value: 'password', label: text('server.form.way.password')},
            {value: 'key', label: text('server.form.way.key')},
          ]}
          className="justify-self-start"
        />
      )}
      {isKey ? (
        <FormField
          state={state}
          name="apiKey"
          label={text('server.form.key')}
          hint={text('server.form.key.hint')}
        >
          <SecretInput
            inputRef={secretRef}
            value={form.apiKey}
            onChange={(apiKey) => set({apiKey})}
            onLeave={onLeave}
          />
        </FormField>
      ) : (
        <div className={joined('grid gap-x-4 gap-y-3.5', !isSecretAlone && 'phone:grid-cols-2')}>
          {isSecretAlone ? (
            form.username !== '' && (
              <p className="text-text-2 wrap-anywhere">
                {text('server.form.user')}: <b className="font-medium text-text">{form.username}</b>
              </p>
            )
          ) : (
            <FormField state={state} name="username" label={text('server.form.user')} optional>
              <Input
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                value={form.username}
                onChange={(event) => set({username: event.target.value})}
                onBlur={onLeave}
              />
            </FormField>
          )}
          <FormField
            state={state}
            name="password"
            label={text('server.form.password')}
            optional={!isSecretAlone}
          >
            <SecretInput
              inputRef={secretRef}
              value={form.password}
              onChange={(password) => set({password})}
              onLeave={onLeave}
            />
          </FormField>
        </div>
      )}
    </div>
  )
}
