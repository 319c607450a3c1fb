import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextArea} from '../../../ui/TextArea.tsx'
import {FormField} from './FormField.tsx'
import type {ServerForm} from './server-form.ts'
import type {ServerFormState} from './use-server-form.ts'

const sources: readonly ServerForm['categoryFrom'][] = ['label', 'prefix', 'path']

/** Where Transmission and rTorrent have what we call category, and where rTorrent may remove data. */
export function CategoryFields({state}: {state: ServerFormState}) {
  const {form, set, isAdministrator} = state
  return (
    <fieldset className="grid gap-x-4 gap-y-3 phone:grid-cols-2">
      <legend className="mb-2 font-bold">{text('server.form.places')}</legend>
      <FormField state={state} name="categoryFrom" label={text('server.form.category')}>
        <Select
          value={form.categoryFrom}
          onChange={(categoryFrom) => set({categoryFrom})}
          options={sources.map((value) => ({value, label: text(`server.form.category.${value}`)}))}
        />
      </FormField>
      {form.categoryFrom === 'prefix' && (
        <FormField state={state} name="categoryPrefix" label={text('server.form.prefix')}>
          <Input
            value={form.categoryPrefix}
            onChange={(event) => set({categoryPrefix: event.target.value})}
          />
        </FormField>
      )}
      {form.kind === 'rtorrent' && (
        <>
          <FormField
            state={state}
            name="downloadRoots"
            label={text('server.form.roots')}
            hint={text('server.form.roots.hint')}
            optional
            className="col-span-full"
          >
            <TextArea
              isMono
              spellCheck={false}
              value={form.downloadRoots}
              placeholder="/home/me/torrents"
              onChange={(event) => set({downloadRoots: event.target.value})}
            />
          </FormField>
          {isAdministrator && (
            <Checkbox
              checked={form.allowExecute}
              onChange={(allowExecute) => set({allowExecute})}
              label={text('server.form.execute')}
              hint={text('server.form.execute.hint')}
              className="col-span-full"
            />
          )}
        </>
      )}
    </fieldset>
  )
}
