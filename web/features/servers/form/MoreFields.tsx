import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Fold} from '../../../ui/Fold.tsx'
import {MultiCombobox} from '../../../ui/MultiCombobox.tsx'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {TextArea} from '../../../ui/TextArea.tsx'
import {CategoryFields} from './CategoryFields.tsx'
import {FormField} from './FormField.tsx'
import {PathFields} from './PathFields.tsx'
import {ProxyFields} from './ProxyFields.tsx'
import type {FormField as Name} from './server-form.ts'
import type {ServerFormState} from './use-server-form.ts'

const inHere: ReadonlySet<Name> = new Set([
  ...(['ca', 'basicUser', 'basicPassword', 'httpProxy', 'paths', 'categoryFrom', 'categoryPrefix'] as const),
  ...(['allowExecute', 'downloadRoots', 'pollSeconds', 'timeoutSeconds', 'tags', 'isDefault'] as const),
])

/** What few servers need. Opens itself when a mistake is in it. */
export function MoreFields({state, tags}: {state: ServerFormState; tags: readonly string[]}) {
  const {form, set, faults} = state
  const hasFault = Object.keys(faults.fields).some((name) => inHere.has(name as Name))
  return (
    <Fold
      title={
        <>
          {text('server.form.more')}
          <span className="truncate font-normal text-text-3">{text('server.form.more.what')}</span>
        </>
      }
      titleClass="font-medium text-text-2 hover:text-text"
      hasFault={hasFault}
    >
      <div className="grid gap-5 pt-3">
        <FormField
          state={state}
          name="tags"
          label={text('server.form.tags')}
          hint={text('server.form.tags.hint')}
          optional
        >
          <MultiCombobox
            values={form.tags}
            onChange={(next) => set({tags: next})}
            options={tags.map((tag) => ({value: tag, label: tag}))}
            createLabel={(typed) => text('server.form.tags.create', {tag: typed})}
          />
        </FormField>
        <Checkbox
          checked={form.isDefault}
          onChange={(isDefault) => set({isDefault})}
          label={text('server.form.default')}
        />
        <fieldset className="grid gap-3">
          <legend className="mb-2 font-bold">{text('server.form.tls')}</legend>
          <Checkbox
            checked={form.skipVerify}
            onChange={(skipVerify) => set({skipVerify})}
            label={text('server.form.skip')}
            hint={text('server.form.skip.hint')}
          />
          <FormField
            state={state}
            name="ca"
            label={text('server.form.ca')}
            hint={text('server.form.ca.hint')}
            optional
          >
            <TextArea
              isMono
              spellCheck={false}
              placeholder="-----BEGIN CERTIFICATE-----"
              value={form.ca}
              onChange={(event) => set({ca: event.target.value})}
            />
          </FormField>
        </fieldset>
        <ProxyFields state={state} />
        {form.kind !== 'qbittorrent' && <CategoryFields state={state} />}
        {state.isAdministrator && <PathFields state={state} />}
        <fieldset className="grid gap-x-4 gap-y-3 phone:grid-cols-2">
          <legend className="mb-2 font-bold">{text('server.form.pace')}</legend>
          <FormField
            state={state}
            name="pollSeconds"
            label={text('server.form.poll')}
            hint={text('server.form.poll.hint')}
          >
            <NumberInput
              value={form.pollSeconds}
              onChange={(pollSeconds) => set({pollSeconds})}
              min={1}
              max={300}
              unit={text('unit.second')}
              placeholder={text('server.form.by-itself')}
            />
          </FormField>
          <FormField
            state={state}
            name="timeoutSeconds"
            label={text('server.form.timeout')}
            hint={text('server.form.timeout.hint')}
          >
            <NumberInput
              value={form.timeoutSeconds}
              onChange={(timeoutSeconds) => set({timeoutSeconds})}
              min={2}
              max={600}
              unit={text('unit.second')}
              placeholder={text('server.form.by-itself')}
            />
          </FormField>
        </fieldset>
      </div>
    </Fold>
  )
}
