import {Trash2, Undo2} from 'lucide-react'
import {restoreFromTrash, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useServer} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {exactTime, fullTime} from '../../ui/format-time.ts'
import {bytes, percent, until, written} from '../../ui/format.ts'
import {Meter} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'

/** One torrent that was set aside: what it takes, who put it there, until when it can be brought back. */
export function TrashRow({item, now, onPurge}: {item: TrashItem; now: number; onPurge: () => void}) {
  const {send, isBusy, error} = useSending()
  const {name, state} = item
  const restore = async () => {
    if (await send(() => restoreFromTrash(item.id))) toast({text: restoredWords(item)})
  }
  // A refusal that is kept with it is told once.
  const isTold = error === '' || error === item.message
  const trouble = isTold ? (item.restoring ? null : messageWords(item)) : error
  return (
    <li className="grid gap-1.5 px-4 py-2.5 max-phone:px-3.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="grid min-w-0 flex-1 basis-80 gap-0.5">
          <span className="min-w-0 font-medium">
            <MiddleText>{name}</MiddleText>
          </span>
          <span className="num text-12 wrap-anywhere text-text-2">
            {[sizeWords(item), item.server_name, byWords(item)].join(' · ')}
          </span>
        </div>
        <time
          dateTime={new Date(item.until).toISOString()}
          title={fullTime(item.until)}
          className="num text-12 text-text-2"
        >
          {stateWords(item, now)}
        </time>
        {(state === 'kept' || state === 'restoring' || state === 'purging') && (
          <Buttons item={item} isBusy={isBusy} onRestore={() => void restore()} onPurge={onPurge} />
        )}
      </div>
      {item.restoring && <Restoring step={item.restoring} name={name} message={item.message} />}
      {trouble && (
        <Note tone={state === 'kept' || error !== '' ? 'bad' : 'info'} isNews={error !== ''}>
          {trouble}
        </Note>
      )}
    </li>
  )
}

/** At which step it is, how far its server is with checking, and what it waits for. */
function Restoring({
  step: {step, progress},
  name,
  message,
}: {
  step: NonNullable<TrashItem['restoring']>
  name: string
  message: string | null
}) {
  const words = text(`trash.restoring.${step}`)
  return (
    <Note>
      <div className="grid gap-1.5">
        <span>
          <b>{words}</b> {message}
        </span>
        {progress !== null && (
          <Meter
            share={progress}
            label={text('trash.restoring.checked', {name})}
            valueText={written(percent(progress))}
          />
        )}
      </div>
    </Note>
  )
}

/** What could not be done is said before why, and after it the way out. */
function messageWords({state, failed, message}: TrashItem): string | null {
  if (state !== 'kept' || failed === null || message === null) return message
  return text(`trash.failed.${failed}`, {why: message})
}

function Buttons({
  item: {name, server_id: serverId, server_name: server, under_way: isUnderWay, state},
  isBusy,
  onRestore,
  onPurge,
}: {
  item: TrashItem
  isBusy: boolean
  onRestore: () => void
  onPurge: () => void
}) {
  const access = useServer(serverId)?.access
  const mayNot = access === 'view' ? text('trash.may-not', {server}) : undefined
  const isBusyElsewhere = isUnderWay || state !== 'kept'
  const why =
    state === 'restoring' || state === 'purging' ? (`trash.busy.${state}` as const) : 'trash.under-way'
  const disabledReason = mayNot ?? (isBusyElsewhere ? text(why) : undefined)
  return (
    <span className="flex gap-2">
      <Button
        icon={Undo2}
        aria-label={text('trash.restore-one', {name})}
        disabledReason={disabledReason}
        waitsFor={isBusy ? text('trash.working') : undefined}
        onClick={onRestore}
      >
        {text('trash.restore')}
      </Button>
      <Button
        variant="danger"
        icon={Trash2}
        aria-label={text('trash.purge-one', {name})}
        disabledReason={disabledReason}
        onClick={onPurge}
      >
        {text('trash.purge')}
      </Button>
    </span>
  )
}

function sizeWords({verb, files, bytes: size}: TrashItem): string {
  if (verb === 'extraFiles.recycle') return `${written(bytes(size))}, ${text('trash.beside')}`
  if (verb === 'removeWithData') return text('trash.data-gone')
  return files === 0 ? text('trash.no-data') : written(bytes(size))
}

function restoredWords({verb, name}: TrashItem): string {
  if (verb === 'extraFiles.recycle' || verb === 'orphan.recycle') return text('trash.put-back', {name})
  return text(verb === 'removeWithData' ? 'trash.restored-empty' : 'trash.restored', {name})
}

function byWords({rule, user_name: user}: TrashItem): string {
  if (rule === null) return user ?? text('trash.by-nobody')
  return rule.name === null ? text('trash.by-gone-rule') : text('trash.by-rule', {name: rule.name})
}

function stateWords({state, state_at: at, until: end}: TrashItem, now: number): string {
  if (state === 'kept')
    return `${text('trash.until')} ${exactTime(end, now)} (${text('trash.in', {time: written(until(end, now))})})`
  return text(`trash.state.${state}`, {when: exactTime(at, now)})
}
