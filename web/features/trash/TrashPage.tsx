import {useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {Trash2, Undo2} from 'lucide-react'
import {useState} from 'react'
import {purgeFromTrash, restoreFromTrash, trashQuery, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServer} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {exactTime, fullTime, withExactTimes} from '../../i18n/format-time.ts'
import {bytes, percent, until, written} from '../../ui/format.ts'
import {Input} from '../../ui/Input.tsx'
import {Meter} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useSending} from '../../ui/use-sending.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {readTrashSearch} from './trash-search.ts'

const MINUTE_MS = 60_000

/** What was set aside: brought back, or let go before its time. */
export function TrashPage() {
  useTitle(text('trash.title'))
  const reading = useQuery(trashQuery)
  const {data} = reading
  const {q = ''} = readTrashSearch(useSearch({strict: false}))
  const scope = useServerScope()
  const now = useNow(MINUTE_MS)
  const [purging, setPurging] = useState<TrashItem | null>(null)
  const navigate = useNavigate()
  const seen = (data ?? []).filter(({server_id: id}) => scope?.includes(id) ?? true)
  const found = seen.filter(({name}) => name.toLowerCase().includes(q.toLowerCase()))
  const kept = found.filter((item) => !hasEnded(item))
  const past = found.filter(hasEnded)
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        <PageHead
          title={text('trash.title')}
          note={
            kept.length > 0 &&
            text('trash.note', {
              count: kept.length,
              size: written(bytes(kept.reduce((sum, {bytes: its}) => sum + its, 0))),
            })
          }
        />
        <Awaited reading={reading} what={text('trash.title')} className="mb-3">
          <Waiting />
        </Awaited>
        {data && seen.length === 0 && (
          <EmptyState icon={Trash2} title={text('trash.none')} text={text('trash.none.next')} />
        )}
        {seen.length > 0 && (
          <Input
            type="search"
            aria-label={text('trash.find')}
            placeholder={text('trash.find')}
            className="mb-3 max-w-100"
            value={q}
            onChange={({target}) =>
              void navigate({
                to: '/torrents/trash',
                replace: true,
                search: readTrashSearch({q: target.value}),
              })
            }
          />
        )}
        {seen.length > 0 && found.length === 0 && <EmptyState title={text('trash.nothing', {typed: q})} />}
        <Items items={kept} now={now} onPurge={setPurging} />
        <Items title={text('trash.past')} items={past} now={now} onPurge={setPurging} />
        {purging && <PurgeDialog item={purging} onClose={() => setPurging(null)} />}
      </div>
    </main>
  )
}

function Items({
  title,
  items,
  now,
  onPurge,
}: {
  title?: string
  items: readonly TrashItem[]
  now: number
  onPurge: (item: TrashItem) => void
}) {
  if (items.length === 0) return null
  return (
    <Card title={title} isPadded={false} className="mb-4">
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <TrashRow key={item.id} item={item} now={now} onPurge={() => onPurge(item)} />
        ))}
      </ul>
    </Card>
  )
}

function hasEnded({state}: TrashItem): boolean {
  return state === 'restored' || state === 'purged'
}

function Waiting() {
  return (
    <Card isPadded={false}>
      {['a', 'b', 'c'].map((row) => (
        <div key={row} className="flex min-h-14 items-center gap-6 border-b border-line px-4 last:border-0">
          <Skeleton width={280} height={12} />
          <Skeleton width={90} height={12} />
        </div>
      ))}
    </Card>
  )
}

/** For good: nothing brings it back. */
function PurgeDialog({item, onClose}: {item: TrashItem; onClose: () => void}) {
  const {id, name, bytes: size} = item
  const server = serverWords(item)
  const says = text('trash.purge.says', {name, server, size: written(bytes(size))})
  return (
    <ConfirmDialog
      title={text('trash.purge.title')}
      says={[
        says,
        ...(item.in_library === true ? [text('trash.library')] : []),
        ...(item.library_away === null ? [] : [text('trash.purge.library-away')]),
      ].join(' ')}
      verb={text('trash.purge.do')}
      work={async () => {
        await purgeFromTrash(id)
        toast({text: text('trash.purged', {name})})
      }}
      onClose={onClose}
    />
  )
}

/** One torrent that was set aside: what it takes, who put it there, until when it can be brought back. */
function TrashRow({item, now, onPurge}: {item: TrashItem; now: number; onPurge: () => void}) {
  const {send, isBusy, error} = useSending()
  const {name, state} = item
  const restore = async () => {
    if (await send(() => restoreFromTrash(item.id))) toast({text: restoredWords(item)})
  }
  // A refusal that is kept with it is told once.
  const isShown = error === '' || (item.message !== null && error === withExactTimes(item.message, now))
  const trouble = isShown ? (item.restoring ? null : messageWords(item, now)) : error
  return (
    <li className="grid gap-1.5 px-4 py-2.5 max-phone:px-3.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="grid min-w-0 flex-1 basis-80 gap-0.5">
          <span className="min-w-0 font-medium">
            <MiddleText>{name}</MiddleText>
          </span>
          <span className="num text-12 wrap-anywhere text-text-2">
            {[sizeWords(item), serverWords(item), byWords(item)].join(' · ')}
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
      {item.server_left && state === 'kept' && <Note>{text('trash.left', {server: serverWords(item)})}</Note>}
      {item.found && state === 'kept' && <Note>{text('trash.found')}</Note>}
      {item.in_library === true && state === 'kept' && <Note>{text('trash.library')}</Note>}
      {item.library_away !== null && state === 'kept' && (
        <Note>{text(`trash.library-away.${item.library_away}`)}</Note>
      )}
      {item.restoring && (
        <Restoring
          step={item.restoring}
          name={name}
          message={item.message && withExactTimes(item.message, now)}
        />
      )}
      {trouble && (
        <Note tone={state === 'kept' || error !== '' ? 'bad' : 'info'} isNews={error !== ''}>
          {trouble}
        </Note>
      )}
      {item.not_restored.length > 0 && <NotRestored files={item.not_restored} />}
    </li>
  )
}

/** Each file that did not come back, with the reason. */
function NotRestored({files}: {files: TrashItem['not_restored']}) {
  return (
    <details className="text-12 text-text-2">
      <summary>{text('trash.not-restored', {count: files.length})}</summary>
      <ul className="mt-1 grid gap-0.5">
        {files.map(({path, reason}) => (
          <li key={path} className="wrap-anywhere">
            <b>{path}</b> {reason}
          </li>
        ))}
      </ul>
    </details>
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
function messageWords({state, failed, message}: TrashItem, now: number): string | null {
  const why = message && withExactTimes(message, now)
  if (state !== 'kept' || failed === null || why === null) return why
  return text(`trash.failed.${failed}`, {why})
}

function Buttons({
  item: {
    name,
    server_id: serverId,
    server_name: server,
    server_left: hasLeft,
    files,
    under_way: isUnderWay,
    state,
  },
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
    <span className="flex flex-wrap gap-2">
      <Button
        icon={Undo2}
        aria-label={text('trash.restore-one', {name})}
        disabledReason={disabledReason ?? (hasLeft && files === 0 ? text('trash.left.nothing') : undefined)}
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

/** Nobody keeps the name of one that left with nothing on it: its id, which stands there instead, tells people nothing. */
function serverWords({server_id: id, server_name: name, server_left: hasLeft}: TrashItem): string {
  return hasLeft && name === id ? text('trash.left.unnamed') : name
}

function restoredWords({verb, name, server_left: hasLeft}: TrashItem): string {
  if (hasLeft || verb === 'extraFiles.recycle' || verb === 'orphan.recycle')
    return text('trash.put-back', {name})
  return text(verb === 'removeWithData' ? 'trash.restored-empty' : 'trash.restored', {name})
}

function byWords({rule, user_name: user}: TrashItem): string {
  if (rule === null) return user ?? text('trash.by-nobody')
  return rule.name === null ? text('trash.by-gone-rule') : text('trash.by-rule', {name: rule.name})
}

function stateWords(
  {state, state_at: at, until: end, server_left: hasLeft, found}: TrashItem,
  now: number,
): string {
  if (state === 'kept' && (hasLeft || found)) return text('trash.left.until')
  if (state === 'kept')
    return `${text('trash.until')} ${exactTime(end, now)} (${text('trash.in', {time: written(until(end, now))})})`
  return text(`trash.state.${state}`, {when: exactTime(at, now)})
}
