import {useQuery} from '@tanstack/react-query'
import {useId, useRef, useState} from 'react'
import {flushSync} from 'react-dom'
import {hasField} from '#clients/kinds/kinds.ts'
import {serversQuery, type ServerDefinition} from '../../../api/servers.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {Button} from '../../../ui/Button.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Note} from '../../../ui/Note.tsx'
import {palette} from '../../../ui/server-colours.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {ShareFields} from './SharingDialog.tsx'
import {changeCost, emptyForm, formOf, patchOf, type ServerForm} from './server-form.ts'
import {FormEffect} from './FormEffect.tsx'
import {MoreFields} from './MoreFields.tsx'
import {AccountFields, AddressField, KindPicker, LookFields} from './ServerFields.tsx'
import {TrialPanel} from './TrialPanel.tsx'
import {useFocusOnFault, useServerForm} from './use-server-form.ts'
import {useTrial} from './trial.ts'

const secretFields: ReadonlySet<string> = new Set(['password', 'apiKey'])

/** Adds a server, or changes one that is there (`edited`). Tests while somebody types. */
export function ServerDialog({
  initial,
  edited = null,
  focus = 'address',
  onClose,
}: {
  /** Absent = an empty form. */
  initial?: ServerForm | undefined
  edited?: ServerDefinition | null
  focus?: 'password' | 'address' | undefined
  onClose: () => void
}) {
  const formId = useId()
  const address = useRef<HTMLInputElement>(null)
  const secret = useRef<HTMLInputElement>(null)
  const isAdministrator = usePermission('admin')
  const {data: servers = []} = useQuery(serversQuery)
  const others = servers.filter(({server_id: id}) => id !== edited?.id)
  const state = useServerForm({
    initial: initial ?? emptyForm,
    id: edited?.id ?? null,
    isAdministrator,
    proposedColour: edited ? null : palette[others.length % palette.length]!,
    names: others.map(({server_name: name}) => name),
    onSaved: ({name}) => {
      toast({text: text(edited ? 'server.saved' : 'server.added', {name}), tone: 'good'})
      onClose()
    },
  })
  const trial = useTrial(state, others)
  const form = useFocusOnFault(state)
  const cost = edited && changeCost(patchOf(formOf(edited), state.form, isAdministrator))
  // Only the password is asked for, until somebody wants to see the rest.
  const [isWhole, setWhole] = useState(focus !== 'password')
  // It stays open while what was refused is put right.
  if (!isWhole && Object.keys(state.faults.fields).some((name) => !secretFields.has(name))) setWhole(true)
  const isKey = hasField(state.form.kind, 'apiKey') && state.form.usesKey
  const alone = isKey ? 'server.form.key-of' : 'server.form.password-of'
  const title = edited
    ? text(isWhole ? 'server.form.edit' : alone, {name: edited.name})
    : text('server.form.add')
  const showWhole = () => {
    flushSync(() => setWhole(true))
    // The button that was pressed is gone.
    address.current?.focus()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size={isWhole ? 'l' : 's'}
      title={title}
      initialFocus={focus === 'address' ? address : secret}
      footer={
        <>
          <FormEffect
            effect={edited && cost && text(`server.form.cost.${cost}`, {name: edited.name})}
            otherwise={text('server.form.nothing')}
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
          >
            {text(
              edited ? 'server.form.save' : trial.twins.length > 0 ? 'server.form.add-twin' : 'servers.add',
            )}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        autoComplete="off"
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          state.save()
        }}
      >
        {edited?.origin === 'file' && <Note>{text('server.form.file')}</Note>}
        {isWhole && (
          <>
            <KindPicker value={state.form.kind} onChange={(kind) => state.set({kind})} />
            <AddressField state={state} inputRef={address} onLeave={trial.leave} />
          </>
        )}
        <AccountFields state={state} secretRef={secret} onLeave={trial.leave} isSecretAlone={!isWhole} />
        {isWhole && <LookFields state={state} />}
        <TrialPanel state={state} trial={trial} />
        {state.faults.whole !== null && (
          <Note tone="bad" isNews>
            {state.faults.whole}
          </Note>
        )}
        {isWhole ? (
          <MoreFields state={state} tags={[...new Set(servers.flatMap((it) => it.server_tags))]} />
        ) : (
          <TextButton className="justify-self-start" onClick={showWhole}>
            {text('server.form.whole')}
          </TextButton>
        )}
        {!edited && <ShareFields sharing={state.sharing} onChange={state.setSharing} isFolded />}
      </form>
    </Dialog>
  )
}
