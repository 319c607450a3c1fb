import {RadioGroup} from 'radix-ui'
import type {ReactNode, RefObject} from 'react'
import {clientKinds, hasField, serverKinds} from '#clients/kinds/kinds.ts'
import type {DraftKind} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {ColourPicker} from '../../../ui/ColourPicker.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {SecretInput} from '../../../ui/SecretInput.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {kindName} from '../server-words.ts'
import {apiBehindPage} from './address.ts'
import type {FormField as Name} from './server-form.ts'
import type {ServerFormState} from './use-server-form.ts'

/** A field of the form, with what the server did not accept of it. */
export function FormField({
  state,
  name,
  label,
  hint,
  optional,
  className,
  children,
}: {
  state: ServerFormState
  name: Name
  label: string
  hint?: ReactNode
  optional?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <div data-field={name} className={className}>
      <Field label={label} hint={hint} error={state.faults.fields[name]} optional={optional}>
        {children}
      </Field>
    </div>
  )
}

/** One field for host and port, a whole address, or a socket; what was guessed is said below. */
export function AddressField({
  state,
  inputRef,
  onLeave,
}: {
  state: ServerFormState
  inputRef?: RefObject<HTMLInputElement | null> | undefined
  onLeave: () => void
}) {
  const {form, set, understood} = state
  const api = apiBehindPage(form.kind, form.address)
  const {hint, placeholder} = clientKinds[form.kind].address
  return (
    <FormField
      state={state}
      name="address"
      label={text('server.form.address')}
      hint={
        understood === null ? (
          hint
        ) : (
          <>
            {guessWords(state)}{' '}
            {understood.looksLike !== null && (
              <TextButton onClick={() => set({kind: understood.looksLike!})}>
                {text('server.form.address.looks-like', {kind: kindName(understood.looksLike)})}
              </TextButton>
            )}
            {api !== null && (
              <TextButton onClick={() => set({address: api})}>
                {text('server.form.address.rutorrent')}
              </TextButton>
            )}
          </>
        )
      }
    >
      <Input
        ref={inputRef}
        isMono
        inputMode="url"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={form.address}
        placeholder={placeholder}
        onChange={(event) => set({address: event.target.value})}
        onBlur={onLeave}
      />
    </FormField>
  )
}

function guessWords({understood, form}: ServerFormState): string {
  if (understood === null) return ''
  if (understood.isSocket) return text('server.form.address.socket')
  const {guessed, url} = understood
  if (guessed.length === 0) return text('server.form.address.asked', {url})
  const what = guessed.map((part) => text(`server.form.address.part.${part}`)).join(', ')
  return text('server.form.address.guessed', {url, what, kind: kindName(form.kind)})
}

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
  const hasKey = hasField(form.kind, 'apiKey')
  const isKey = hasKey && form.usesKey
  return (
    <div className="grid gap-3.5">
      {hasKey && !isSecretAlone && (
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
          {isSecretAlone
            ? form.username !== '' && (
                <p className="text-text-2 wrap-anywhere">
                  {text('server.form.user')}: <b className="font-medium text-text">{form.username}</b>
                </p>
              )
            : hasField(form.kind, 'username') && (
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

/** How it is called and coloured here. */
export function LookFields({state}: {state: ServerFormState}) {
  const {form, set} = state
  return (
    <div className="grid gap-x-4 gap-y-3.5 phone:grid-cols-[minmax(0,1fr)_auto]">
      <FormField state={state} name="name" label={text('server.form.name')}>
        <Input value={form.name} maxLength={100} onChange={(event) => set({name: event.target.value})} />
      </FormField>
      <div data-field="colour" className="grid content-start gap-[5px]">
        <span className="text-12 font-medium text-text-2">{text('server.form.colour')}</span>
        <ColourPicker
          label={text('server.form.colour')}
          value={form.colour ?? state.proposedColour}
          onChange={(colour) => set({colour})}
        />
      </div>
    </div>
  )
}

/** Which program it is. */
export function KindPicker({value, onChange}: {value: DraftKind; onChange: (kind: DraftKind) => void}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(kind) => onChange(kind as DraftKind)}
      aria-label={text('server.form.kind')}
      className="grid grid-cols-[repeat(auto-fit,minmax(7rem,1fr))] gap-2 max-phone:gap-1.5"
    >
      {serverKinds.map((kind) => (
        <RadioGroup.Item
          key={kind}
          value={kind}
          className="grid min-w-0 gap-px rounded-l border border-line-strong bg-surface px-3 py-2.5 text-left hover:bg-hover focus-visible:shadow-focus max-phone:px-2 max-phone:text-13 data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft data-[state=checked]:shadow-[inset_0_0_0_1px_var(--accent)] data-[state=checked]:focus-visible:shadow-focus"
        >
          <b className="truncate max-phone:tracking-tight">{kindName(kind)}</b>
          <span className="truncate text-12 text-text-3">{clientKinds[kind].versions}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
