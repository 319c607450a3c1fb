import {Plus, X} from 'lucide-react'
import {hasField} from '#clients/kinds/kinds.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Fold} from '../../../ui/Fold.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input, TextArea} from '../../../ui/Input.tsx'
import {MultiCombobox} from '../../../ui/MultiCombobox.tsx'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {SecretInput} from '../../../ui/SecretInput.tsx'
import {Select} from '../../../ui/Select.tsx'
import type {FormField as Name, PathPair, ServerForm} from './server-form.ts'
import {FormField} from './ServerFields.tsx'
import type {ServerFormState} from './use-server-form.ts'

const inHere: ReadonlySet<Name> = new Set([
  ...(['ca', 'basicUser', 'basicPassword', 'httpProxy', 'paths', 'storage'] as const),
  ...(['categoryFrom', 'categoryPrefix'] as const),
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
      isForced={hasFault}
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
        {hasField(form.kind, 'categorySource') && <CategoryFields state={state} />}
        {state.isAdministrator && (
          <>
            <PathFields state={state} />
            <FormField
              state={state}
              name="storage"
              label={text('server.form.storage')}
              hint={text('server.form.storage.hint')}
              optional
            >
              <Input
                autoComplete="off"
                spellCheck={false}
                value={form.storage}
                onChange={(event) => set({storage: event.target.value})}
              />
            </FormField>
          </>
        )}
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

/** What stands between: a web server that asks first, a proxy on the way. */
function ProxyFields({state}: {state: ServerFormState}) {
  const {form, set, isAdministrator} = state
  const hasBasic = hasField(form.kind, 'basicAuth')
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

/** Where the server's folders lie on this machine. */
function PathFields({state}: {state: ServerFormState}) {
  const {form, set, faults} = state
  const change = (at: number, part: Partial<PathPair>) =>
    set({paths: form.paths.map((pair, place) => (place === at ? {...pair, ...part} : pair))})
  return (
    <fieldset data-field="paths" className="grid gap-2">
      <legend className="mb-2 font-bold">{text('server.form.paths')}</legend>
      <p className="text-12 text-pretty text-text-3">{text('server.form.paths.hint')}</p>
      {form.paths.map((pair, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- rows have nothing else that tells them apart
        <div key={at} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2">
          <Input
            isMono
            aria-label={text('server.form.paths.server', {nth: at + 1})}
            placeholder="/downloads"
            value={pair.server}
            onChange={(event) => change(at, {server: event.target.value})}
          />
          <Input
            isMono
            aria-label={text('server.form.paths.ours', {nth: at + 1})}
            placeholder="/mnt/nas/downloads"
            value={pair.ours}
            onChange={(event) => change(at, {ours: event.target.value})}
          />
          <IconButton
            icon={X}
            label={text('server.form.paths.remove', {nth: at + 1})}
            onClick={() => set({paths: form.paths.toSpliced(at, 1)})}
          />
        </div>
      ))}
      {faults.fields.paths !== undefined && <p className="text-12 text-st-error">{faults.fields.paths}</p>}
      <Button
        icon={Plus}
        className="justify-self-start"
        onClick={() => set({paths: [...form.paths, {server: '', ours: ''}]})}
      >
        {text('server.form.paths.add')}
      </Button>
    </fieldset>
  )
}

const sources: readonly ServerForm['categoryFrom'][] = ['label', 'prefix', 'path']

/** Where a kind without categories has them, and where Commodarr may remove data itself. */
function CategoryFields({state}: {state: ServerFormState}) {
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
      {hasField(form.kind, 'downloadRoots') && (
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
          {isAdministrator && hasField(form.kind, 'allowExecute') && (
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
