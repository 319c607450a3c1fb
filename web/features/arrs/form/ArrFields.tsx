import type {ReactNode, RefObject} from 'react'
import type {ArrKind} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {SecretInput} from '../../../ui/SecretInput.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import type {ArrField} from '../arr-dialogs.ts'
import {arrKindName} from '../arr-health.ts'
import {categoriesOf, type ArrFormField} from './arr-form.ts'
import type {ArrFormState} from './use-arr-form.ts'
import type {Asked} from './use-discovery.ts'

/** Every kind; a new one does not compile until it stands here. */
const kinds: {readonly [K in ArrKind]: K} = {
  radarr: 'radarr',
  sonarr: 'sonarr',
  lidarr: 'lidarr',
  readarr: 'readarr',
  whisparr: 'whisparr',
}

interface Focusing {
  readonly focus: ArrField
  readonly focusRef: RefObject<HTMLInputElement | null>
}

/** One address and one key: all that is needed. */
export function ArrWayFields({
  state,
  onLeave,
  focus,
  focusRef,
}: Focusing & {state: ArrFormState; onLeave: () => void}) {
  const {form, set} = state
  return (
    <div className="grid gap-3.5">
      <div className="grid gap-x-4 gap-y-3.5 phone:grid-cols-2">
        <FormField
          state={state}
          name="address"
          label={text('arr.form.address')}
          hint={text('arr.form.address.hint')}
        >
          <Input
            ref={focus === 'address' ? focusRef : undefined}
            isMono
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={form.address}
            placeholder="http://nas.lan:7878"
            onChange={(event) => set({address: event.target.value})}
            onBlur={onLeave}
          />
        </FormField>
        <FormField state={state} name="key" label={text('arr.form.key')} hint={text('arr.form.key.hint')}>
          <SecretInput
            inputRef={focus === 'key' ? focusRef : undefined}
            value={form.key}
            onChange={(key) => set({key})}
            onLeave={onLeave}
          />
        </FormField>
      </div>
      {/^https:/i.test(form.address.trim()) && (
        <Checkbox
          checked={form.skipVerify}
          onChange={(skipVerify) => set({skipVerify})}
          label={text('server.form.skip')}
          hint={text('arr.form.skip.hint')}
        />
      )}
    </div>
  )
}

/** What it is and how it is called here; it fills them in itself when it was asked. */
export function ArrLookFields({
  state,
  found,
  isNew,
  focus,
  focusRef,
}: Focusing & {state: ArrFormState; found: Asked; isNew: boolean}) {
  const {form, set} = state
  const proposed = found.state === 'done' ? categoriesOf(found.found) : []
  const others = proposed.filter((it) => it !== form.category)
  return (
    <div className={`grid gap-x-4 gap-y-3.5 ${isNew ? 'phone:grid-cols-3' : 'phone:grid-cols-2'}`}>
      {isNew && (
        <FormField state={state} name="kind" label={text('server.form.kind')}>
          <Select
            value={form.kind}
            onChange={(kind) => set({kind})}
            placeholder={text('arr.form.kind.itself')}
            options={Object.values(kinds).map((kind) => ({value: kind, label: arrKindName(kind)}))}
          />
        </FormField>
      )}
      <FormField state={state} name="name" label={text('server.form.name')}>
        <Input value={form.name} maxLength={100} onChange={(event) => set({name: event.target.value})} />
      </FormField>
      <FormField
        state={state}
        name="category"
        label={text('arr.form.category')}
        hint={
          others.length === 0 ? (
            text('arr.form.category.hint')
          ) : (
            <>
              {text('arr.form.category.others')}{' '}
              {others.map((category) => (
                <TextButton key={category} className="mr-2" onClick={() => set({category})}>
                  {category}
                </TextButton>
              ))}
            </>
          )
        }
      >
        <Input
          ref={focus === 'category' ? focusRef : undefined}
          value={form.category}
          maxLength={200}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => set({category: event.target.value})}
        />
      </FormField>
    </div>
  )
}

function FormField({
  state,
  name,
  label,
  hint,
  children,
}: {
  state: ArrFormState
  name: ArrFormField
  label: string
  hint?: ReactNode
  children: ReactNode
}) {
  return (
    <div data-field={name}>
      <Field label={label} hint={hint} error={state.faults.fields[name]}>
        {children}
      </Field>
    </div>
  )
}
