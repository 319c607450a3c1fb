import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useId, useRef, type ReactNode, type RefObject} from 'react'
import {arrCautions} from '#model/arr-service.ts'
import {
  arrsQuery,
  newRulesQuery,
  previewArr,
  type ArrDefinition,
  type ArrOutcome,
  type ArrKind,
} from '../../../api/arrs.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {SecretInput} from '../../../ui/SecretInput.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useSettled} from '../../../ui/use-settled.ts'
import {ShareFields} from '../../servers/form/SharingDialog.tsx'
import {FormEffect} from '../../servers/form/FormEffect.tsx'
import {useFocusOnFault} from '../../servers/form/use-server-form.ts'
import type {ArrField} from '../arr-dialogs.ts'
import {arrKindName} from '../arr-health.ts'
import {
  arrFormOf,
  arrPatchOf,
  categoriesOf,
  openQuestions,
  useArrForm,
  type ArrForm,
  type ArrFormField,
  type ArrFormState,
} from './arr-form.ts'
import {DiscoveryPanel} from './DiscoveryPanel.tsx'
import {useDiscovery, type Asked} from './use-discovery.ts'

/** Adds an Arr by address and key, or changes one that is there (`edited`). Asks it while somebody types. */
export function ArrDialog({
  edited = null,
  focus = 'address',
  staysHere = false,
  onClose,
}: {
  edited?: ArrDefinition | null
  /** Whoever adds it goes on where he is, and not to its page. */
  staysHere?: boolean
  focus?: ArrField | undefined
  onClose: () => void
}) {
  const formId = useId()
  const navigate = useNavigate()
  const first = useRef<HTMLInputElement>(null)
  const {data: arrs = []} = useQuery(arrsQuery)
  const mayManage = usePermission('manage')
  const names = arrs.filter(({id}) => id !== edited?.id).map(({name}) => name)
  const state = useArrForm(edited, names, !staysHere && mayManage, ({id, name, effect}) => {
    toast({text: savedWords(name, effect), tone: 'good'})
    onClose()
    // What it found is put right on its page.
    if (effect === null && !staysHere) void navigate({to: '/library/arrs/$id', params: {id}})
  })
  const before = edited && {id: edited.id, form: arrFormOf(edited)}
  const discovery = useDiscovery(state.form, before, state.take)
  const form = useFocusOnFault(state)
  const effect = useArrEffect(edited, state.form)
  const open = openQuestions(state)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="l"
      title={edited ? text('server.form.edit', {name: edited.name}) : text('arr.form.add')}
      initialFocus={first}
      footer={
        <>
          {edited === null && open > 0 && (
            <span className="min-w-0 flex-1 text-12 text-text-3">
              {text('arr.form.answer-first', {count: open})}
            </span>
          )}
          <FormEffect
            effect={edited && effect && effectWords(effect, edited.name)}
            otherwise={text('arr.form.nothing')}
          />
          <Button onClick={onClose} className="max-phone:h-11 max-phone:flex-1">
            {text('server.cancel')}
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            className="max-phone:h-11 max-phone:flex-1"
            waitsFor={state.isSaving ? text('server.form.saving') : undefined}
            disabledReason={
              edited === null && open > 0 ? text('arr.form.answer-first', {count: open}) : undefined
            }
          >
            {buttonWords(edited !== null, state.selected.length)}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        autoComplete="off"
        className="grid grid-cols-[minmax(0,1fr)] gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          state.save()
        }}
      >
        {edited?.origin === 'file' && <Note>{text('arr.form.file')}</Note>}
        <ArrWayFields state={state} onLeave={discovery.leave} focus={focus} focusRef={first} />
        <ArrLookFields
          state={state}
          found={discovery.asked}
          isNew={edited === null}
          focus={focus}
          focusRef={first}
        />
        <DiscoveryPanel discovery={discovery} id={edited?.id ?? null} selecting={state} />
        {state.faults.whole !== null && (
          <Note tone="bad" isNews>
            {state.faults.whole}
          </Note>
        )}
        {!edited && <HowCareful state={state} isSaid={!staysHere && mayManage} />}
        {!edited && <ShareFields of="arr" sharing={state.sharing} onChange={state.setSharing} isFolded />}
      </form>
    </Dialog>
  )
}

/** What rules of an Arr that is added may do, before anything of it is written. */
function HowCareful({
  state: {caution, setCaution},
  isSaid,
}: {
  state: ArrFormState
  /** Here, and not elsewhere: the setup has a step of its own for it. */
  isSaid: boolean
}) {
  const {data: mode} = useQuery(newRulesQuery)
  if (mode === undefined) return null
  // While the whole program watches, nothing acts whatever is selected.
  if (mode === 'simulate' || !isSaid) return <Note tone="info">{text(`arr.form.rules.${mode}`)}</Note>
  return (
    <section aria-label={text('arr.form.careful')} className="grid gap-2">
      <h3 className="font-bold">{text('arr.form.careful')}</h3>
      <RadioCards
        label={text('arr.form.careful')}
        value={caution}
        onChange={setCaution}
        options={arrCautions.map((value) => ({
          value,
          label: text(`arr.form.careful.${value}`),
          hint: text(`arr.form.careful.${value}.says`),
        }))}
        className="phone:grid-cols-3"
      />
    </section>
  )
}

/** What is written with one click, and with none before it. @param servers how many come with it */
function buttonWords(isEdited: boolean, servers: number): string {
  if (servers === 0) return text(isEdited ? 'server.form.save' : 'arrs.add')
  return text(isEdited ? 'arr.form.save-with' : 'arr.form.add-with', {count: servers})
}

/** Of a form that was changed: its name is nothing that a manager reads. */
function effectWords(effect: ArrOutcome['effect'], name: string): string {
  return text(`arr.settings.effect.${effect === 'restart' ? 'restart' : 'live'}`, {name})
}

function savedWords(name: string, effect: 'none' | 'live' | 'restart' | null): string {
  if (effect === null) return text('server.added', {name})
  return text(effect === 'restart' ? 'arr.saved.restart' : 'server.saved', {name})
}

const TYPING_MS = 500

/**
 * What saving would restart, a moment after the last key. `null` = nothing was changed, or it cannot be said yet: what
 * would be refused is told when it is saved.
 * @param edited `null` = it is new
 */
function useArrEffect(edited: ArrDefinition | null, form: ArrForm): ArrOutcome['effect'] | null {
  const patch = edited && JSON.stringify(arrPatchOf(arrFormOf(edited), form))
  const settled = useSettled(patch, TYPING_MS)
  const isDirty = patch !== null && patch !== '{}'
  const {data, error} = useQuery({
    queryKey: ['arr-effect', edited?.id, settled],
    queryFn: ({signal}) => previewArr(edited!.id, arrPatchOf(arrFormOf(edited!), form), signal),
    enabled: isDirty && settled === patch,
    retry: false,
    // A key may be in its name.
    gcTime: 0,
  })
  return isDirty && settled === patch && !error ? (data?.effect ?? null) : null
}

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
function ArrWayFields({
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
function ArrLookFields({
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
