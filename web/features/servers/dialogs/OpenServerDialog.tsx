import {useMutation, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useRef, useState, useId} from 'react'
import {flushSync} from 'react-dom'
import {hasField} from '#clients/kinds/kinds.ts'
import {
  definitionQuery,
  exportServers,
  removeServer,
  serversQuery,
  shareServer,
  useServerCard,
  type ServerDefinition,
} from '../../../api/servers.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useServer} from '../../../live/servers.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {count} from '../../../ui/format.ts'
import {PasswordInput} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {saveFile} from '../../../lib/save-file.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TabPanel, Tabs} from '../../../ui/Tabs.tsx'
import {palette} from '../../../ui/server-colours.ts'
import {FormEffect} from '../form/FormEffect.tsx'
import {MoreFields} from '../form/MoreFields.tsx'
import {AccountFields, AddressField, KindPicker, LookFields} from '../form/ServerFields.tsx'
import {TrialPanel} from '../form/TrialPanel.tsx'
import {freeName} from '../form/address.ts'
import {copyOf, formOf, changeCost, emptyForm, patchOf, type ServerForm} from '../form/server-form.ts'
import {useTrial} from '../form/trial.ts'
import {useFocusOnFault, useServerForm} from '../form/use-server-form.ts'
import {DiscoverPanel} from '../import/DiscoverPanel.tsx'
import {ImportPanel} from '../import/ImportPanel.tsx'
import {serverScope, setServerScope} from '../switcher/scope.ts'
import {closeServerDialog, type ServerDialogState} from '../server-dialogs.ts'
import {SharingDialog, ShareFields} from '../form/SharingDialog.tsx'

export function OpenServerDialog({dialog}: {dialog: ServerDialogState}) {
  const close = closeServerDialog
  switch (dialog.name) {
    case 'add':
      return <ServerDialog onClose={close} />
    case 'edit':
      return <EditServerDialog key={dialog.id} id={dialog.id} focus={dialog.focus} onClose={close} />
    case 'copy':
      return <EditServerDialog key={dialog.id} id={dialog.id} isCopy onClose={close} />
    case 'remove':
      return <RemoveServerDialog id={dialog.id} staysHere={dialog.staysHere === true} onClose={close} />
    case 'share':
      return <ShareDialog id={dialog.id} onClose={close} />
    case 'transfer':
      return <TransferDialog tab={dialog.tab} onClose={close} />
    case 'answer':
      return <AnswerDialog id={dialog.id} onClose={close} />
  }
}

/** Who sees a server, and who may command its torrents. */
function ShareDialog({id, onClose}: {id: string; onClose: () => void}) {
  const name = useServer(id)?.server_name ?? id
  const reading = useQuery(definitionQuery(id))
  const {data} = reading
  return (
    <SharingDialog
      of="server"
      name={name}
      known={data?.sharing}
      reading={reading}
      save={(sharing) => shareServer(id, sharing)}
      onClose={onClose}
    />
  )
}

/** What answered in place of the expected program, in its own words. */
function AnswerDialog({id, onClose}: {id: string; onClose: () => void}) {
  const server = useServer(id)
  const [isDone, copy] = useCopy()
  const words = server?.detail ?? ''
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text('server.answer.title', {name: server?.server_name ?? id})}
      description={server?.advice ?? ''}
      footer={
        <>
          <Button onClick={() => void copy(words)}>{text(isDone ? 'copy.copied' : 'copy.copy')}</Button>
          <Button variant="primary" onClick={onClose}>
            {text('dialog.close')}
          </Button>
        </>
      }
    >
      <pre className="rounded-m bg-sunken p-3 font-mono text-12 whitespace-pre-wrap wrap-anywhere">
        {words === '' ? text('server.answer.none') : words}
      </pre>
    </Dialog>
  )
}

/** Says what goes (what Commodarr knows) and what stays (everything on the server). */
function RemoveServerDialog({id, staysHere, onClose}: {id: string; staysHere: boolean; onClose: () => void}) {
  const card = useServerCard(id)
  // Before anything is live its card says what it is.
  const server = useServer(id) ?? card
  const isOfFile = card?.origin === 'file'
  const cancel = useRef<HTMLButtonElement>(null)
  const navigate = useNavigate()
  const name = server?.server_name ?? id
  const torrents = server?.torrents ?? 0
  const removal = useMutation({
    mutationFn: () => removeServer(id),
    onSuccess: () => {
      setServerScope(serverScope()?.filter((one) => one !== id) ?? null)
      toast({text: text('server.remove.done', {name})})
      onClose()
      if (!staysHere) void navigate({to: '/settings/servers'})
    },
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('server.remove.title', {name})}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {text('server.cancel')}
          </Button>
          <Button
            variant="dangerFill"
            onClick={() => removal.mutate()}
            waitsFor={removal.isPending ? text('server.remove.busy') : undefined}
          >
            {text('server.remove.do', {name})}
          </Button>
        </>
      }
    >
      <div className="grid gap-2 text-14">
        <p className="text-pretty">{text('server.remove.goes')}</p>
        <p className="text-pretty">
          {torrents === 0
            ? text('server.remove.stays-any')
            : text('server.remove.stays', {torrents: count(torrents)})}
        </p>
        {isOfFile && <Note tone="warn">{text('server.remove.file')}</Note>}
        {removal.error && (
          <Note tone="bad" isNews>
            {removal.error.message}
          </Note>
        )}
      </div>
    </Dialog>
  )
}

/** The form with what the server is now; as a copy it makes another one with other secrets. */
function EditServerDialog({
  id,
  isCopy = false,
  focus,
  onClose,
}: {
  id: string
  isCopy?: boolean
  focus?: 'password' | 'address' | undefined
  onClose: () => void
}) {
  const reading = useQuery({...definitionQuery(id), refetchOnWindowFocus: false})
  const {data} = reading
  const {data: servers = []} = useQuery(serversQuery)
  if (data === undefined) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        size="l"
        title={text(isCopy ? 'server.form.add' : 'server.do.edit')}
      >
        <Awaited reading={reading} what={text('server.what')}>
          <Waiting />
        </Awaited>
      </Dialog>
    )
  }
  if (!isCopy) return <ServerDialog initial={formOf(data)} edited={data} focus={focus} onClose={onClose} />
  const name = freeName(
    data.name,
    servers.map((server) => server.server_name),
  )
  return <ServerDialog initial={copyOf(data, name)} onClose={onClose} />
}

function Waiting() {
  return (
    <div className="grid gap-5">
      {['kind', 'address', 'account', 'name'].map((row) => (
        <Skeleton key={row} height={32} />
      ))}
    </div>
  )
}

const tabs = ['import', 'export', 'discover'] as const
type TabId = (typeof tabs)[number]

/** As high as the highest at first, so that the tabs stay where they are. */
const panel = 'pt-4 phone:min-h-[330px]'

/** Servers by the list: brought in, carried away, found at an Arr. */
function TransferDialog({tab, onClose}: {tab: TabId; onClose: () => void}) {
  const [shown, setShown] = useState<TabId>(tab)
  return (
    <Dialog open onOpenChange={onClose} size="l" title={text('transfer.title')}>
      <Tabs
        label={text('transfer.title')}
        value={shown}
        onChange={setShown}
        tabs={tabs.map((id) => ({id, label: text(`transfer.tab.${id}`)}))}
      >
        <TabPanel id="import" className={panel}>
          <ImportPanel onDone={onClose} />
        </TabPanel>
        <TabPanel id="export" className={panel}>
          <ExportPanel />
        </TabPanel>
        <TabPanel id="discover" className={panel}>
          <DiscoverPanel onDone={onClose} />
        </TabPanel>
      </Tabs>
    </Dialog>
  )
}

const LEAST = 10

/** The servers one manages as a file; secrets come along only sealed by a passphrase. */
function ExportPanel() {
  const [way, setWay] = useState<'plain' | 'sealed'>('plain')
  const [passphrase, setPassphrase] = useState('')
  const saving = useMutation({
    mutationFn: () => exportServers(way === 'sealed' ? passphrase : null),
    onSuccess: (file) => saveFile(file, 'commodarr-servers.json'),
  })
  const isShort = way === 'sealed' && passphrase.length < LEAST
  return (
    <div className="grid gap-4">
      <RadioCards
        label={text('export.what')}
        value={way}
        onChange={setWay}
        options={[
          {value: 'plain', label: text('export.plain'), hint: text('export.plain.hint')},
          {
            value: 'sealed',
            label: text('export.sealed'),
            hint: text('export.sealed.hint'),
            more: (
              <Field label={text('export.passphrase')} hint={text('export.passphrase.hint')}>
                <PasswordInput
                  autoComplete="new-password"
                  value={passphrase}
                  onChange={(event) => setPassphrase(event.target.value)}
                />
              </Field>
            ),
          },
        ]}
      />
      {saving.error && (
        <Note tone="bad" isNews>
          {saving.error.message}
        </Note>
      )}
      <Button
        variant="primary"
        className="justify-self-end"
        onClick={() => saving.mutate()}
        disabledReason={isShort ? text('export.short') : undefined}
        waitsFor={saving.isPending ? text('export.busy') : undefined}
      >
        {text('export.do')}
      </Button>
    </div>
  )
}

const secretFields: ReadonlySet<string> = new Set(['password', 'apiKey'])

/** Adds a server, or changes one that is there (`edited`). Tests while somebody types. */
function ServerDialog({
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
