import {useMutation, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command} from 'cmdk'
import {List, Search, type LucideIcon} from 'lucide-react'
import {RadioGroup} from 'radix-ui'
import {useId, useRef, useState, type ReactNode} from 'react'
import {viewAudiences, viewLimits} from '#model/saved-view.ts'
import {base} from '../../../api/base.ts'
import {queries} from '../../../api/queries.ts'
import {changeView, saveView, sharedViewsQuery, viewsQuery, type ViewDefinition} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {ConfirmDialog} from '../../../ui/ConfirmDialog.tsx'
import {bareInputClass} from '../../../ui/control-class.ts'
import {CopyText} from '../../../ui/CopyText.tsx'
import {Dialog} from '../../../ui/Dialog.tsx'
import {Field} from '../../../ui/Field.tsx'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {isCommandHeld} from '../../../ui/keys.ts'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {useSending} from '../../../ui/use-sending.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch, type TorrentsSearch} from '../torrents-search.ts'
import {useViewState} from './use-view-state.ts'
import {layoutDrafts, useViewCounts} from './view-state.ts'
import {searchOf} from './saved-view.ts'
import {removeView, shareAgain} from './view-actions.ts'
import {closeViewDialog, type ViewDialog} from './view-dialog.ts'
import {ownerWords} from './view-owner.ts'
import {viewIcon, viewIcons} from './view-icons.ts'
import {readyViews} from './ready-views.ts'
import {viewLines} from './view-words.ts'

export function OpenViewDialog({dialog}: {dialog: ViewDialog}) {
  switch (dialog.name) {
    case 'save':
      return <SaveViewDialog />
    case 'rename':
      return <RenameViewDialog id={dialog.id} />
    case 'copy':
      return <CopyViewDialog id={dialog.id} />
    case 'share':
      return <ShareViewDialog id={dialog.id} />
    case 'end':
      return <EndSharingDialog id={dialog.id} />
    case 'delete':
      return <DeleteViewDialog id={dialog.id} />
    case 'list':
      return <ViewListDialog />
  }
}

/** Of one that another user shares: from then on it is one's own. */
function CopyViewDialog({id}: {id: string}) {
  const {data: shared} = useQuery(sharedViewsQuery)
  const view = shared?.find((it) => it.id === id)
  if (!view) return null
  const copy = async (name: string, icon: string) => {
    const saved = await saveView({name, icon, definition: view.definition})
    toast({text: text('view.saved', {name: saved.name}), tone: 'good'})
  }
  return (
    <ViewForm
      title={text('view.copy.title', {name: view.name})}
      name={view.name}
      icon={view.icon ?? 'star'}
      action={text('view.save.now')}
      save={copy}
    />
  )
}

const audiences = ['nobody', ...viewAudiences] as const

/** Who else sees a view, and the address that leads to it. */
function ShareViewDialog({id}: {id: string}) {
  const {data: views} = useQuery(viewsQuery)
  const view = views?.find((it) => it.id === id)
  const [picked, setPicked] = useState<(typeof audiences)[number] | null>(null)
  const {send, isBusy, error} = useSending()
  if (!view) return null
  const audience = picked ?? view.shared_with ?? 'nobody'
  const save = async () => {
    const shared = audience === 'nobody' ? null : audience
    const before = view.shared_with
    if (!(await send(() => changeView(id, {shared_with: shared})))) return
    const said = shared === null ? 'view.unshared' : 'view.shared'
    const undo = {until: serverNow() + UNDO_MS, run: () => void shareAgain(id, before)}
    toast({text: text(said, {name: view.name}), tone: 'good', ...(shared !== before && {undo})})
    closeViewDialog()
  }
  const address = `${window.location.origin}${base}/views/${id}`
  return (
    <Dialog
      open
      onOpenChange={closeViewDialog}
      title={text('view.share.title', {name: view.name})}
      description={text('view.share.says')}
      size="s"
      footer={
        <>
          <Button onClick={closeViewDialog}>{text('view.cancel')}</Button>
          <Button
            variant="primary"
            waitsFor={isBusy ? text('view.save.busy') : undefined}
            onClick={() => void save()}
          >
            {text('view.share.now')}
          </Button>
        </>
      }
    >
      <RadioCards
        label={text('view.share.with')}
        value={audience}
        onChange={setPicked}
        options={audiences.map((value) => ({
          value,
          label: text(`view.share.${value}`),
          ...(value !== 'nobody' && {hint: text(`view.share.${value}.hint`)}),
        }))}
      />
      {audience !== 'nobody' && (
        <div className="mt-3 grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1">
          <CopyText value={address} label={text('view.share.address')} />
          {view.shared_with === null && (
            <p className="text-12 text-text-3">{text('view.share.address.hint')}</p>
          )}
        </div>
      )}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
    </Dialog>
  )
}

/** Of one of another user, by an administrator. */
function EndSharingDialog({id}: {id: string}) {
  const {data: shared} = useQuery(sharedViewsQuery)
  const view = shared?.find((it) => it.id === id)
  if (!view) return null
  const end = async () => {
    await changeView(id, {shared_with: null})
    await queries.invalidateQueries({queryKey: sharedViewsQuery.queryKey})
    toast({text: text('view.unshared', {name: view.name}), tone: 'good'})
  }
  return (
    <ConfirmDialog
      title={text('view.end.title', {name: view.name})}
      says={text('view.end.says', {owner: ownerWords(view)})}
      verb={text('view.end.now')}
      work={end}
      onClose={closeViewDialog}
    />
  )
}

/** Of one that is shared: others lose it. */
function DeleteViewDialog({id}: {id: string}) {
  const {data: views} = useQuery(viewsQuery)
  const [{view: open}, change] = useTorrentsSearch()
  const view = views?.find((it) => it.id === id)
  if (!view) return null
  const remove = async () => {
    await removeView(view)
    if (open === id) change({view: undefined}, {replace: true})
  }
  return (
    <ConfirmDialog
      title={text('view.delete.title', {name: view.name})}
      says={text(`view.delete.${view.shared_with ?? 'link'}`)}
      verb={text('view.delete.now')}
      work={remove}
      onClose={closeViewDialog}
    />
  )
}

function RenameViewDialog({id}: {id: string}) {
  const {data: views} = useQuery(viewsQuery)
  const view = views?.find((it) => it.id === id)
  if (!view) return null
  return (
    <ViewForm
      title={text('view.rename.title')}
      name={view.name}
      icon={view.icon ?? 'star'}
      action={text('view.rename')}
      save={(name, icon) => changeView(id, {name, icon})}
    />
  )
}

/** Saves what the list shows now under a name, and says in words what that is. */
function SaveViewDialog() {
  const {now, open} = useViewState()
  const [, change] = useTorrentsSearch()
  const [withLook, setWithLook] = useState(true)
  const servers = useServers()
  const nameOf = (id: string) => servers?.find((it) => it.server_id === id)?.server_name ?? id
  const definition = withLook ? now : {...now, columns: null, density: null}
  const save = async (name: string, icon: string) => {
    const saved = await saveView({name, icon, definition})
    if (open) layoutDrafts.drop(open.id)
    toast({text: text('view.saved', {name: saved.name}), tone: 'good'})
    change(searchOf(saved), {replace: true})
  }
  return (
    <ViewForm
      title={text('view.save.title')}
      name=""
      icon={open?.icon ?? 'star'}
      action={text('view.save.now')}
      save={save}
    >
      <section aria-label={text('view.save.in-it')} className="grid gap-2">
        <h3 className="text-12 font-medium text-text-2">{text('view.save.in-it')}</h3>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
          {viewLines(definition, nameOf).map(({label, value, isQuery}) => (
            <div key={label} className="contents">
              <dt className="text-text-3">{label}</dt>
              <dd className={joined('wrap-anywhere', isQuery && 'font-mono text-12')}>{value}</dd>
            </div>
          ))}
        </dl>
        <Checkbox
          checked={withLook}
          onChange={setWithLook}
          label={text('view.save.look')}
          hint={text('view.save.look.hint')}
        />
      </section>
    </ViewForm>
  )
}

interface ViewFormProps {
  readonly title: string
  readonly name: string
  readonly icon: string
  /** What the button does. */
  readonly action: string
  readonly save: (name: string, icon: string) => Promise<unknown>
  /** What else belongs to it. */
  readonly children?: ReactNode
}

/** Name and icon of a view. What the server says against it stands by the name. */
function ViewForm({title, action, save, children, ...before}: ViewFormProps) {
  const form = useId()
  const [name, setName] = useState(before.name)
  const [icon, setIcon] = useState(before.icon)
  const [isMissing, setMissing] = useState(false)
  const sent = useMutation({mutationFn: () => save(name.trim(), icon), onSuccess: closeViewDialog})
  const submit = () => {
    setMissing(name.trim() === '')
    if (name.trim() !== '') sent.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeViewDialog()}
      title={title}
      size="s"
      footer={
        <>
          <Button onClick={closeViewDialog}>{text('view.cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            {...(sent.isPending && {waitsFor: text('view.save.busy')})}
          >
            {action}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label={text('view.name')} error={isMissing ? text('view.name.missing') : sent.error?.message}>
          <Input
            autoComplete="off"
            maxLength={viewLimits.nameLength}
            value={name}
            onChange={({target}) => {
              setName(target.value)
              sent.reset()
            }}
          />
        </Field>
        <div className="grid gap-[5px]">
          <span className="text-12 font-medium text-text-2">{text('view.icon')}</span>
          <IconPicker value={icon} onChange={setIcon} />
        </div>
        {children}
      </form>
    </Dialog>
  )
}

/** One of the icons that a view may have. */
function IconPicker({value, onChange}: {value: string; onChange: (name: string) => void}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={onChange}
      aria-label={text('view.icon')}
      className="flex flex-wrap gap-1"
    >
      {viewIcons.map(({name, icon, label}) => (
        <RadioGroup.Item
          key={name}
          value={name}
          aria-label={text(label)}
          title={text(label)}
          className="grid size-8 place-items-center rounded-m text-text-2 hover:bg-press focus-visible:shadow-focus data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent data-[state=checked]:shadow-[inset_0_0_0_1px_var(--accent-line)] data-[state=checked]:focus-visible:shadow-focus pointer-coarse:size-11"
        >
          <Icon icon={icon} />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}

/** So many have a digit. */
const WITH_DIGIT = 9

/** All views by name: a digit, or type, then Enter. */
function ViewListDialog() {
  const {data: views = []} = useQuery(viewsQuery)
  const {data: shared = []} = useQuery(sharedViewsQuery)
  const [{servers, view: open}] = useTorrentsSearch()
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const [written, setWritten] = useState('')
  const scope = servers === undefined ? {} : {servers}
  const rows: readonly ListedView[] = [
    {
      id: 'everything',
      label: text('view.all'),
      icon: List,
      search: scope,
      counted: {q: '', servers: readScope(servers)},
    },
    ...readyViews.map(({label, icon, q}) => ({
      id: q,
      label: text(label),
      icon,
      search: {...scope, q},
      counted: {q, servers: readScope(servers)},
    })),
    ...views.map((view) => ({
      id: view.id,
      label: view.name,
      icon: viewIcon(view.icon),
      hint: view.definition.q,
      search: searchOf(view),
      counted: view.definition,
    })),
    ...shared.map((view) => ({
      id: view.id,
      label: text('view.of', {name: view.name, owner: ownerWords(view)}),
      icon: viewIcon(view.icon),
      hint: view.definition.q,
      search: searchOf(view),
      counted: view.definition,
    })),
  ]
  // Those of all servers by one live view, one after the other: a page has only so many.
  const queries = rows.flatMap(({counted}) => (counted.servers === null ? [counted.q] : []))
  const counts = useViewCounts(queries.slice(0, MOST_COUNTED), null)
  const go = (search: TorrentsSearch) => {
    closeViewDialog()
    void navigate({to: '/torrents', search})
  }
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && closeViewDialog()}
      title={text('view.list.open')}
      description={views.length === 0 ? text('view.list.hint') : undefined}
      size="s"
      initialFocus={input}
    >
      <Command
        label={text('view.list')}
        loop
        onKeyDown={(event) => {
          const row = /^[1-9]$/.test(event.key) ? rows[Number(event.key) - 1] : undefined
          if (written !== '' || row === undefined || isCommandHeld(event)) return
          event.preventDefault()
          go(row.search)
        }}
      >
        <div className="flex h-9 items-center gap-2 border-b border-line text-text-3 pointer-coarse:h-11">
          <Icon icon={Search} size={14} />
          <Command.Input
            ref={input}
            value={written}
            onValueChange={setWritten}
            placeholder={text('view.list.find')}
            className={`${bareInputClass} text-text placeholder:text-text-3 pointer-coarse:text-16`}
          />
        </div>
        <Command.List className="max-h-[50dvh] scroll-py-1 overflow-y-auto pt-1">
          <Command.Empty className="px-2 py-2 text-text-3">{text('view.list.none')}</Command.Empty>
          {rows.map(({id, label, icon, hint, search, counted}, at) => (
            <Entry
              key={id}
              id={id}
              label={label}
              icon={icon}
              isOpen={id === open}
              hint={hint}
              digit={at < WITH_DIGIT && written === '' ? at + 1 : null}
              found={counted.servers === null ? (counts.get(counted.q) ?? null) : null}
              onPick={() => go(search)}
            />
          ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}

/** So many are counted. */
const MOST_COUNTED = 20

/** What a view finds. */
type Counted = Pick<ViewDefinition, 'q' | 'servers'>

interface ListedView {
  readonly id: string
  readonly label: string
  readonly icon: LucideIcon
  readonly hint?: string
  readonly search: TorrentsSearch
  readonly counted: Counted
}

function Entry({
  id,
  label,
  icon,
  hint = '',
  isOpen,
  digit,
  found,
  onPick,
}: {
  id: string
  label: string
  icon: LucideIcon
  hint: string | undefined
  isOpen: boolean
  /** The key that opens it; `null` = none does. */
  digit: number | null
  /** `null` = not known (yet). */
  found: number | null
  onPick: () => void
}) {
  return (
    <Command.Item
      value={id}
      keywords={[label]}
      onSelect={onPick}
      className="flex min-h-8 items-center gap-2.5 rounded-s px-2 select-none data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11"
    >
      <Icon icon={icon} size={14} className="text-text-2" />
      <span className={isOpen ? 'truncate font-medium' : 'truncate'}>{label}</span>
      <span className="ml-auto min-w-0 truncate font-mono text-11 text-text-3">{hint}</span>
      {found !== null && <span className="num shrink-0 text-12 text-text-2">{count(found)}</span>}
      {digit !== null && <Kbd keys={String(digit)} />}
    </Command.Item>
  )
}
