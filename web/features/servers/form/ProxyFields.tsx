import {text} from '../../../i18n/text.ts'
import {Input} from '../../../ui/Input.tsx'
import {FormField} from './FormField.tsx'
import {SecretInput} from './SecretInput.tsx'
import type {ServerFormState} from './use-server-form.ts'

/** What stands between: a web server that asks first, a proxy on the way. */
export function ProxyFields({state}: {state: ServerFormState}) {
  const {form, set, isAdministrator} = state
  const hasBasic = form.kind === 'qbittorrent'
  if (!hasBasic && !isAdministrator) return null
  return (
    <fieldset className="grid gap-x-4 gap-y-3 phone:grid-cols-2">
      <legend className="mb-2 font-bold">{text('server.form.between')}</legend>
      {hasBasic && (
        <>
          <FormField
            state={state}
            name="basicUser"
            label={text('server.form.basic-user')}
            hint={text('server.form.basic.hint')}
            optional
          >
            <Input
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={form.basicUser}
              onChange={(event) => set({basicUser: event.target.value})}
            />
          </FormField>
          <FormField state={state} name="basicPassword" label={text('server.form.basic-password')} optional>
            <SecretInput value={form.basicPassword} onChange={(basicPassword) => set({basicPassword})} />
          </FormField>
        </>
      )}
      {isAdministrator && (
        <FormField
          state={state}
          name="httpProxy"
          label={text('server.form.proxy')}
          hint={text('server.form.proxy.hint')}
          optional
          className="col-span-full"
        >
          <SecretInput value={form.httpProxy} onChange={(httpProxy) => set({httpProxy})} />
        </FormField>
      )}
    </fieldset>
  )
}
