import {useQuery} from '@tanstack/react-query'
import {useRef, useState} from 'react'
import {previewRemoval, type SelectedBody, type RemovalPreview} from '../../../api/actions.ts'
import {forPage} from '../../../api/problem.ts'
import {text} from '../../../i18n/text.ts'
import {UNDO_MS} from '../../../lib/toast.ts'
import {useShown} from '../../../api/unread.ts'
import {useServers} from '../../../live/servers.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {bytes, count} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {counted} from '../action-words.ts'
import {ActionDialogFrame, unknownWords, useActionForm} from './ActionDialogFrame.tsx'
import {isSetGone, type ActionTarget} from '../target.ts'
import {freedWords} from '../freed-words.ts'
import {
  freedOn,
  isOutdated,
  isTyped,
  keptByDoubt,
  mustType,
  obstacles,
  outlookOf,
  withoutTrash,
} from '../delete/removal.ts'

const RemovalDate = lazyPart(
  ['verdict'],
  async () => (await import('../../explain/RemovalDate.tsx')).RemovalDate,
)

const OwedTo = lazyPart(['trackers'], async () => (await import('../../trackers/RequiredBy.tsx')).OwedTo)

type Extent = 'all' | 'torrents'

const HOLD_SECONDS = UNDO_MS / 1_000

/** What goes, what stays, and what it means. Nothing is sent for ten seconds; then the trash has it for days. */
export function DeleteDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const {data: preview, error, refetch} = usePreview(form.body)
  useShown(error)
  // Not every file can go to the trash: nobody loses any by pressing Enter twice.
  const [extent, setExtent] = useState<Extent>('torrents')
  const [isAtOnce, setAtOnce] = useState(false)
  // A number that was typed is about the set that was shown then.
  const set = form.frozen?.selection_id ?? ''
  const [typed, setTyped] = useState({set, number: ''})
  const cancel = useRef<HTMLButtonElement>(null)
  const many = preview?.count ?? form.count
  const onlyName = preview?.count === 1 ? preview.first[0]?.name : undefined
  const asksNumber = preview !== undefined && mustType(preview)
  const outlook = preview && outlookOf(preview, extent === 'all')
  const going = outlook ? outlook.going : many
  const number = typed.set === set ? typed.number : ''
  const reason = reasonAgainst()
  return (
    <ActionDialogFrame
      form={{
        ...form,
        fault: form.fault ?? (error && unknownWords(error)),
        again: form.again ?? (error && (() => void (isSetGone(error) ? form.renew() : refetch()))),
      }}
      title={
        onlyName === undefined ? counted('delete.title', many) : text('delete.title.named', {name: onlyName})
      }
      submitLabel={text('delete.button', {count: count(going)})}
      note={text('delete.undo')}
      isDanger
      cancelRef={cancel}
      disabledReason={reason}
      onSubmit={() =>
        void form.send([{...wishOf(extent, isAtOnce, preview), holdSeconds: HOLD_SECONDS}], {
          name: onlyName,
          outlook,
        })
      }
    >
      {preview ? <DeleteList preview={preview} /> : <Waiting />}
      <RadioCards<Extent>
        label={text('delete.extent')}
        value={extent}
        onChange={setExtent}
        options={[
          {
            value: 'all',
            label: text('delete.all'),
            hint: preview ? freedWords(preview, isAtOnce) : text('delete.reading'),
          },
          {value: 'torrents', label: text('delete.torrents'), hint: torrentsHint()},
        ]}
      />
      {preview && (
        <Checkbox
          checked={isAtOnce}
          onChange={setAtOnce}
          label={text(extent === 'all' ? 'delete.at-once' : 'delete.at-once.torrents')}
          hint={text('delete.at-once.hint')}
          disabledReason={hasNoTrash(preview, extent) ? text('delete.at-once.none') : undefined}
        />
      )}
      {preview && (
        <DeleteWarnings
          preview={preview}
          withData={extent === 'all'}
          isAtOnce={isAtOnce}
          leaveOut={
            preview.owing < preview.count ? {isBusy: form.isBusy, run: () => void form.leaveOutOwing()} : null
          }
        />
      )}
      {asksNumber && (
        <Field label={text('delete.type', {count: count(many)})}>
          <Input
            value={number}
            inputMode="numeric"
            autoComplete="off"
            onChange={(event) => setTyped({set, number: event.target.value})}
          />
        </Field>
      )}
    </ActionDialogFrame>
  )

  function torrentsHint(): string | undefined {
    if (isAtOnce) return text('delete.torrents.at-once')
    return preview && text('delete.torrents.hint', {days: preview.trash_days})
  }

  function reasonAgainst(): string | undefined {
    if (!preview) return text('delete.reading')
    if (going === 0) return text('delete.none')
    return asksNumber && !isTyped(number, many) ? text('delete.type', {count: count(many)}) : undefined
  }
}

/** Files may only go permanently where it was shown that they do. */
function wishOf(extent: Extent, isAtOnce: boolean, preview: RemovalPreview | undefined) {
  const verb = extent === 'all' ? 'removeWithData' : 'remove'
  if (isAtOnce) return {verb, args: {free_at_once: true}} as const
  if (extent === 'torrents') return {verb} as const
  const freeOn = withoutTrash(preview ?? {servers: []}).map(({serverId}) => serverId)
  return {verb, args: {free_on: freeOn}} as const
}

function hasNoTrash(preview: RemovalPreview, extent: Extent): boolean {
  const {later, soon} = freedOn(preview, false)
  return extent === 'all' && later.length === 0 && soon.length > 0
}

const DOUBT_MS = 5_000
const OUTDATED_MS = 1_000

/**
 * Of the very set that is sent. What can be sent stays as it was read, until one of its servers goes or comes back;
 * where doubt keeps all of it, it may be over soon.
 */
function usePreview(body: SelectedBody | null) {
  const servers = useServers() ?? []
  return useQuery({
    queryKey: ['removal-preview', body],
    queryFn: ({signal}) => previewRemoval(body!, signal),
    enabled: body !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchInterval: ({state: {data}}) =>
      data !== undefined && (isOutdated(data, servers) ? OUTDATED_MS : isAllInDoubt(data) && DOUBT_MS),
  })
}

function isAllInDoubt(preview: RemovalPreview): boolean {
  const unsure = keptByDoubt(preview).reduce((sum, {count}) => sum + count, 0)
  return unsure > 0 && unsure >= preview.count
}

function Waiting() {
  return (
    <div className="grid gap-3 rounded-m border border-line-strong px-2.5 py-2">
      <Skeleton width="80%" />
    </div>
  )
}

/** The first five by name and server, then how many more. */
function DeleteList({preview: {first, count, size}}: {preview: RemovalPreview}) {
  const servers = useServers() ?? []
  const more = count - first.length
  return (
    <ul className="min-w-0 divide-y divide-line rounded-m border border-line-strong">
      {first.map((it) => (
        <li key={`${it.server_id}~${it.info_hash}`} className="flex items-center gap-4 px-2.5 py-1.5">
          <span className="min-w-0 flex-1">
            <MiddleText>{it.name}</MiddleText>
            <RemovalDate torrent={it} />
          </span>
          {servers.length > 1 && (
            <span className="max-w-32 shrink-0 truncate text-12 text-text-3">
              {servers.find(({server_id: id}) => id === it.server_id)?.server_name}
            </span>
          )}
          <Quantity value={bytes(it.size)} className="text-text-2" />
        </li>
      ))}
      {more > 0 && (
        <li className="flex items-center gap-4 px-2.5 py-1.5 text-text-2">
          <span className="flex-1">{counted('delete.more', more)}</span>
          <Quantity value={bytes(size)} />
        </li>
      )}
    </ul>
  )
}

interface LeaveOut {
  readonly isBusy: boolean
  readonly run: () => void
}

/** Only what is true of these torrents. */
function DeleteWarnings({
  preview,
  withData,
  isAtOnce,
  leaveOut,
}: {
  preview: RemovalPreview
  withData: boolean
  isAtOnce: boolean
  /** Takes those that still owe out of what is deleted; `null` = nothing would be left. */
  leaveOut: LeaveOut | null
}) {
  const {
    downloading,
    owing,
    owing_at: owingAt,
    lost_settings: lostSettings,
    linked,
    library,
    sharing,
    copies,
    gone,
  } = preview
  return (
    <>
      {obstacles(preview).map(({name, message}) => (
        <Note key={name} tone="bad">
          <b>{text('delete.obstacle', {name})}</b> {message}
        </Note>
      ))}
      {lostSettings > 0 && (
        <Note tone="warn">
          <b>{text('delete.lost-settings')}</b> {text('delete.lost-settings.why')}
        </Note>
      )}
      {owing > 0 && (
        <Note tone="warn" action={leaveOut && <LeaveOutButton {...leaveOut} />}>
          <b>{counted('delete.owing', owing)}</b> {text('delete.owing.why')}
          <OwedTo owing={owingAt} />
        </Note>
      )}
      {withData && linked > 0 && (
        <Note>
          <b>{counted('delete.linked', linked)}</b> {text('delete.linked.why')}
        </Note>
      )}
      {withData && <Library library={library} />}
      {withData && sharing.torrents > 0 && <Sharing sharing={sharing} />}
      {withData &&
        keptByDoubt(preview).map(({name, count, message}) => (
          <Note key={name} tone="warn">
            <b>{counted('delete.doubt', count, {name})}</b> {message}
          </Note>
        ))}
      {withData &&
        !isAtOnce &&
        withoutTrash(preview).map(({serverId, name, count, message}) => (
          <Note key={serverId} tone="warn">
            <b>{counted('delete.no-trash', count, {name})}</b> {message}
          </Note>
        ))}
      {downloading > 0 && <Note tone="warn">{counted('delete.incomplete', downloading)}</Note>}
      {copies.torrents > 0 && <Note>{copiesWords(preview)}</Note>}
      {gone > 0 && <Note>{counted('delete.gone', gone)}</Note>}
    </>
  )
}

function copiesWords({count, copies: {torrents, servers}}: RemovalPreview): string {
  const where = servers.map(({server_name: name}) => name).join(', ')
  return count === 1 ? text('delete.copies.alone', {where}) : counted('delete.copies', torrents, {where})
}

function LeaveOutButton({isBusy, run}: LeaveOut) {
  return (
    <TextButton aria-busy={isBusy || undefined} onClick={isBusy ? undefined : run}>
      {text('delete.leave-out')}
    </TextButton>
  )
}

/** These files are the library itself: without them it has nothing. */
function Library({library: {torrents, arrs, unknown}}: {library: RemovalPreview['library']}) {
  const where = arrs
    .map(({arr_name: name, files}) => counted('delete.library.files', files, {name}))
    .join(', ')
  return (
    <>
      {torrents > 0 && (
        <Note tone="bad">
          <b>{counted('delete.library', torrents)}</b>{' '}
          {where === '' ? text('delete.library.hidden') : text('delete.library.why', {where})}
        </Note>
      )}
      {unknown !== null && (
        <Note tone="warn">
          <b>{counted('delete.library.unknown', unknown.count)}</b> {forPage(unknown.message)}
        </Note>
      )}
    </>
  )
}

const NAMED = 3

function Sharing({sharing: {torrents, others, count, hidden}}: {sharing: RemovalPreview['sharing']}) {
  const named = others.slice(0, NAMED).map(({name}) => name)
  const more = count - named.length
  return (
    <Note tone="warn">
      <b>{counted('delete.shared', torrents)}</b> {named.join(', ')}
      {more > 0 && ` ${counted('delete.shared.more', more)}`}
      {hidden && ` ${text('delete.shared.hidden')}`}
    </Note>
  )
}
