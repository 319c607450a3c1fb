import {useQueries, useQuery} from '@tanstack/react-query'
import {useId, useState, type ComponentType} from 'react'
import {clientKinds} from '#clients/kinds/kinds.ts'
import {isAddress} from '#model/torrent-addresses.ts'
import {priorities, type Priority} from '#model/torrent.ts'
import {freeSpaceAt} from '../../../api/actions.ts'
import {categoriesQuery, createCategory} from '../../../api/labels.ts'
import {queries} from '../../../api/queries.ts'
import {serverQuery, serversQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {bytes} from '../../../ui/format.ts'
import {Input, TextArea} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {firstWrong, readTiers} from '../../../lib/announce-lines.ts'
import {isAbsolutePath, knownPaths} from '../../servers/known-paths.ts'
import type {DialogName} from '../actions.ts'
import {CopyDialog} from './CopyDialog.tsx'
import {DeleteDialog} from './DeleteDialog.tsx'
import type {Wish} from '../run-action.ts'
import type {ActionTarget} from '../target.ts'
import type {ActionDialogState} from '../action-dialogs.ts'
import {AbilityNote, ActionDialogFrame, titleOf, useActionForm} from './ActionDialogFrame.tsx'
import {common, firstName, mixed, useSelectedFacts} from '../selected-facts.ts'
import {serversThatMake, serversThatTake, withoutLabel} from './label-servers.ts'
import {LimitsDialog} from './LimitsDialog.tsx'
import {TagsDialog} from './TagsDialog.tsx'

type Mode = 'add' | 'replace' | 'remove'

const verbs = {add: 'addTrackers', replace: 'editTracker', remove: 'removeTrackers'} as const

/** The same change of trackers on all of them. */
function TrackersDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const [mode, setMode] = useState<Mode>('add')
  const [lines, setLines] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const tiers = readTiers(lines)
  const isReplacing = mode === 'replace'
  const isReady = isReplacing ? from.trim() !== '' && isAddress(to.trim(), 'tracker') : tiers.length > 0
  // What is removed or replaced may be malformed: some torrents have such trackers.
  const wrong = mode === 'add' ? firstWrong(tiers.flat(), 'tracker') : null
  const fault = wrong === null ? undefined : text('set-trackers.wrong', {line: wrong})
  return (
    <ActionDialogFrame
      form={form}
      title={titleOf(form, 'set-trackers.title', 'set-trackers.title.named')}
      submitLabel={text(`set-trackers.${mode}.button`)}
      disabledReason={isReady && (isReplacing || !fault) ? undefined : text('set-trackers.needed')}
      onSubmit={() => void form.send([wishFor(mode, {tiers, from: from.trim(), to: to.trim()})])}
    >
      <Segmented<Mode>
        label={text('set-trackers.mode')}
        value={mode}
        onChange={setMode}
        options={(['add', 'replace', 'remove'] as const).map((it) => ({
          value: it,
          label: text(`set-trackers.${it}`),
        }))}
      />
      {isReplacing ? (
        <>
          <Address label={text('set-trackers.from')} value={from} onChange={setFrom} />
          <Address label={text('set-trackers.to')} value={to} isNew onChange={setTo} />
        </>
      ) : (
        <Field
          label={text('set-trackers.lines')}
          hint={mode === 'add' ? text('set-trackers.tiers') : text('set-trackers.exactly')}
          error={fault}
        >
          <TextArea
            isMono
            rows={4}
            spellCheck={false}
            value={lines}
            onChange={(event) => setLines(event.target.value)}
          />
        </Field>
      )}
      <AbilityNote figures={form.frozen} verb={verbs[mode]} />
    </ActionDialogFrame>
  )
}

function Address({
  label,
  value,
  isNew = false,
  onChange,
}: {
  label: string
  value: string
  /** It is sent to torrents, so that it has to be one. */
  isNew?: boolean
  onChange: (value: string) => void
}) {
  const line = value.trim()
  const isWrong = isNew && line !== '' && !isAddress(line, 'tracker')
  return (
    <Field label={label} error={isWrong ? text('set-trackers.wrong', {line}) : undefined}>
      <Input isMono spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  )
}

function wishFor(
  mode: Mode,
  {tiers, from, to}: {tiers: readonly (readonly string[])[]; from: string; to: string},
): Wish {
  if (mode === 'add') return {verb: 'addTrackers', args: {tiers}}
  return mode === 'replace'
    ? {verb: 'editTracker', args: {from, to}}
    : {verb: 'removeTrackers', args: {urls: tiers.flat()}}
}

/** Another folder on the same servers: with the data, or because the data is there already. */
function LocationDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const {data: servers = []} = useQuery(serversQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const [wantsMove, setMoves] = useState(true)
  const list = useId()
  const on = form.frozen?.servers ?? []
  const fixed = useFixedServers(on.map(({server_id: id}) => id))
  const canMove = on.length === 0 || fixed.length < on.length
  const moves = wantsMove && canMove
  const before = facts ? common(facts, 'save_path') : undefined
  const path = (typed ?? (typeof before === 'string' ? before : '')).trim()
  const fault = path !== '' && !isAbsolutePath(path) ? text('location.absolute') : undefined
  return (
    <ActionDialogFrame
      form={form}
      title={titleOf(form, 'location.title', 'location.title.named')}
      submitLabel={text(moves ? 'location.move' : 'location.set')}
      disabledReason={path === '' ? text('location.choose') : fault}
      note={moves ? text('location.moves') : text('location.stays')}
      onSubmit={() => void form.send([{verb: 'setLocation', args: {path, move_data: moves}}])}
    >
      <Field
        label={text('location.path')}
        error={fault}
        hint={before === mixed ? text('action.several') : text('location.path.hint')}
      >
        <Input
          isMono
          list={list}
          autoComplete="off"
          spellCheck={false}
          // What is typed over a value that is not there yet would end up behind it.
          readOnly={facts === null}
          value={typed ?? (before === mixed ? '' : path)}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <datalist id={list}>
        {knownPaths(servers.filter(({server_id: id}) => on.some((it) => it.server_id === id))).map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </datalist>
      <Checkbox
        label={text('location.move-data')}
        hint={text('location.move-data.hint')}
        checked={moves}
        onChange={setMoves}
        disabledReason={canMove ? undefined : text('location.cannot.all')}
      />
      {wantsMove &&
        fixed.map(({name, reason}) => (
          <Note key={name} tone="warn">
            <b>{text('location.cannot', {name})}</b> {reason}
          </Note>
        ))}
      {path !== '' && fault === undefined && (
        <ul className="grid gap-1 text-12">
          {on.map(({server_id: id, server_name: name}) => (
            <FreeSpace key={id} id={id} name={name} path={path} />
          ))}
        </ul>
      )}
      <AbilityNote figures={form.frozen} verb="setLocation" />
    </ActionDialogFrame>
  )
}

/** Servers where a folder can be named and no file moved, and what would let them. */
function useFixedServers(
  ids: readonly string[],
): readonly {readonly name: string; readonly reason: string}[] {
  const details = useQueries({queries: ids.map(featuresQuery)})
  return details.flatMap(({data}) => {
    const feature = data?.features?.find((it) => it.name === 'setLocation')
    // qBittorrent is limited too: by what else it does to a torrent that it moves.
    const mayStay = data && clientKinds[data.server_type].files.mayStayWithLocation
    return data && mayStay && feature?.support === 'limited'
      ? [{name: data.server_name, reason: feature.reason}]
      : []
  })
}

function FreeSpace({id, name, path}: {id: string; name: string; path: string}) {
  const {data, isError} = useQuery({
    queryKey: ['free-space', id, path],
    queryFn: async () => (await freeSpaceAt(id, path)) ?? null,
    staleTime: 30_000,
    retry: false,
  })
  return (
    <li className="flex justify-between gap-4 text-text-2">
      <span>{text('location.free', {name})}</span>
      {isError ? <span>{text('location.free.unknown')}</span> : <Quantity value={bytes(data ?? undefined)} />}
    </li>
  )
}

/** What a server can does not change while somebody names a category. */
const featuresQuery = (id: string) => ({
  ...serverQuery(id),
  staleTime: 30_000,
  refetchInterval: false as const,
})

/** One category for all of them; where it does not exist yet it is made. */
function CategoryDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const {data: categories = []} = useQuery(categoriesQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const before = facts ? common(facts, 'category') : mixed
  const value = typed ?? (typeof before === 'string' ? before : null)
  const unknowing =
    value === null ? [] : withoutLabel(value, categories, serversThatTake(form.frozen, 'setCategory'))
  const details = useQueries({queries: unknowing.map(({server_id: id}) => featuresQuery(id))})
  const makers = serversThatMake(
    unknowing,
    details.flatMap(({data}) => data ?? []),
  )
  const makeMissing = async () => {
    // Whoever is quick may be so before the features are read.
    const read = await Promise.allSettled(
      unknowing.map(({server_id: id}) => queries.ensureQueryData(featuresQuery(id))),
    )
    const known = read.flatMap((it) => (it.status === 'fulfilled' ? it.value : []))
    const making = serversThatMake(unknowing, known)
    await Promise.allSettled(making.map(({server_id: id}) => createCategory(id, value!)))
  }
  return (
    <ActionDialogFrame
      form={form}
      size="s"
      title={titleOf(form, 'category.title', 'category.title.named')}
      submitLabel={value === '' ? text('category.take') : text('category.set')}
      disabledReason={value === null ? text('category.choose') : undefined}
      onSubmit={() =>
        void form.send([{verb: 'setCategory', args: {category: value}}], undefined, makeMissing)
      }
    >
      <Field
        label={text('category.label')}
        hint={before === mixed && facts ? text('action.several') : undefined}
      >
        <Combobox
          value={value}
          onChange={setTyped}
          options={[
            {value: '', label: text('category.none')},
            ...categories.map(({name, servers: on}) => ({
              value: name,
              label: name,
              hint: on.find(({save_path: path}) => path)?.save_path,
            })),
          ]}
          createLabel={(name) => text('category.create', {name})}
        />
      </Field>
      {makers.length > 0 && (
        <Note>{text('category.missing', {where: makers.map(({server_name: name}) => name).join(', ')})}</Note>
      )}
      <AbilityNote figures={form.frozen} verb="setCategory" />
    </ActionDialogFrame>
  )
}

/** What one torrent is called in lists. Its files are renamed in the details. */
function RenameDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const [typed, setTyped] = useState<string | null>(null)
  const before = facts ? firstName(facts) : ''
  const name = (typed ?? before).trim()
  const reason = name === '' ? text('rename.empty') : name === before ? text('rename.same') : undefined
  return (
    <ActionDialogFrame
      form={form}
      title={before === '' ? text('rename.title') : text('rename.title.named', {name: before})}
      submitLabel={text('rename.button')}
      disabledReason={reason}
      onSubmit={() => void form.send([{verb: 'rename', args: {name}}])}
    >
      <Field label={text('rename.name')} hint={text('rename.hint')}>
        <TextArea
          rows={2}
          spellCheck={false}
          readOnly={facts === null}
          value={typed ?? before}
          // A name has no line breaks.
          onChange={(event) => setTyped(event.target.value.replaceAll(/[\r\n]+/g, ' '))}
        />
      </Field>
      <AbilityNote figures={form.frozen} verb="rename" />
    </ActionDialogFrame>
  )
}

/** How much of the bandwidth they get beside others. */
function PriorityDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const [selected, setSelected] = useState<Priority | null>(null)
  const before = facts ? common(facts, 'priority') : undefined
  const value = selected ?? priorities.find((it) => it === before) ?? null
  return (
    <ActionDialogFrame
      form={form}
      size="s"
      title={titleOf(form, 'priority.title', 'priority.title.named')}
      submitLabel={text('priority.set')}
      disabledReason={value === null ? text('priority.choose') : undefined}
      onSubmit={() => void form.send([{verb: 'setPriority', args: {priority: value}}])}
    >
      <RadioCards<Priority>
        label={text('action.sub.priority')}
        value={value}
        onChange={setSelected}
        options={priorities.toReversed().map((it) => ({value: it, label: text(`priority.${it}`)}))}
      />
      <AbilityNote figures={form.frozen} verb="setPriority" />
    </ActionDialogFrame>
  )
}

const dialogs: Readonly<Record<DialogName, ComponentType<{target: ActionTarget}>>> = {
  delete: DeleteDialog,
  category: CategoryDialog,
  tags: TagsDialog,
  location: LocationDialog,
  copyTo: ({target}) => <CopyDialog target={target} isMove={false} />,
  moveTo: ({target}) => <CopyDialog target={target} isMove />,
  limits: LimitsDialog,
  rename: RenameDialog,
  trackers: TrackersDialog,
  priority: PriorityDialog,
}

/** Whichever asks before something is done. */
export function ActionDialog({state: {name, target}}: {state: ActionDialogState}) {
  const Dialog = dialogs[name]
  return <Dialog target={target} />
}
