import {text} from '../../../i18n/text.ts'
import {ColourPicker} from '../../../ui/ColourPicker.tsx'
import {Input} from '../../../ui/Input.tsx'
import {FormField} from './FormField.tsx'
import type {ServerFormState} from './use-server-form.ts'

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
