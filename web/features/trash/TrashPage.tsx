import {useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {Trash2, Undo2} from 'lucide-react'
import {useState} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {purgeFromTrash, restoreFromTrash, trashQuery, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServer, useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Field} from '../../ui/Field.tsx'
import {exactTime, fullTime, withExactTimes} from '../../i18n/format-time.ts'
import {bytes, count as countWords, percent, until, written} from '../../ui/format.ts'
import {Input} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {ProgressBar} from '../../ui/ProgressBar.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useSending} from '../../ui/use-sending.ts'
import {isTyped, mustType} from '../actions/delete/removal.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {
  cancelTrashBatch,
  dismissTrashBatch,
  runTrashBatch,
  sizeOf,
  trashObjection,
  useTrashBatch,
  type TrashVerb,
} from './trash-batch.ts'
import {readTrashSearch} from './trash-search.ts'
import {hasEnded} from './trash-state.ts'

const MINUTE_MS = 60_000

/** What is asked of many of them; the list behind it goes on changing. */
interface AskedOfMany {
  readonly verb: TrashVerb
  readonly items: readonly TrashItem[]
  /** All that there is: the number of them has to be typed. */
  readonly isAll: boolean
}

/** What was set aside: brought back, or let go before its time. */
export function TrashPage() {
  useTitle(text('trash.title'))
  const reading = useQuery(trashQuery)
  const {data} = reading
  const {q = '', arr} = readTrashSearch(useSearch({strict: false}))
  const {data: arrs = []} = useQuery({...arrsQuery, enabled: arr !== undefined})
  const scope = useServerScope()
  const now = useNow(MINUTE_MS)
  const [purging, setPurging] = useState<TrashItem | null>(null)
  const [asked, setAsked] = useState<AskedOfMany | null>(null)
  const isRunning = useTrashBatch()?.isOver === false
  const navigate = useNavigate()
  const seen = (data ?? []).filter(({server_id: id}) => scope?.includes(id) ?? true)
  const found = seen
    .filter(({name}) => name.toLowerCase().includes(q.toLowerCase()))
    .filter(({arr_id: its}) => arr === undefined || its === arr)
  const kept = found.filter((item) => !hasEnded(item))
  const past = found.filter(hasEnded)
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        <PageHead
          title={text('trash.title')}
          note={
            kept.length > 0 && text('trash.note', {count: kept.length, size: written(bytes(sizeOf(kept)))})
          }
          actions={
            seen.some((item) => !hasEnded(item)) && (
              <Button
                variant="danger"
                icon={Trash2}
                waitsFor={isRunning ? text('trash.working') : undefined}
                // Whatever the search shows.
                onClick={() =>
                  setAsked({verb: 'purge', items: seen.filter((item) => !hasEnded(item)), isAll: true})
                }
              >
                {text('trash.empty')}
              </Button>
            )
          }
        />
        <BatchCard />
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
                search: readTrashSearch({q: target.value, arr}),
              })
            }
          />
        )}
        {arr !== undefined && (
          <Note
            className="mb-3"
            action={
              <TextButton
                onClick={() => void navigate({to: '/torrents/trash', search: readTrashSearch({q})})}
              >
                {text('trash.of-arr.all')}
              </TextButton>
            }
          >
            {text('trash.of-arr', {name: arrs.find(({id}) => id === arr)?.name ?? arr})}
          </Note>
        )}
        {arr !== undefined && q === '' && found.length === 0 && seen.length > 0 && (
          <EmptyState icon={Trash2} title={text('trash.of-arr.none')} />
        )}
        {seen.length > 0 && found.length === 0 && (arr === undefined || q !== '') && (
          <EmptyState title={text('trash.nothing', {typed: q})} />
        )}
        <Items items={kept} now={now} onPurge={setPurging} onMany={setAsked} />
        <Items title={text('trash.past')} items={past} now={now} onPurge={setPurging} />
        {purging && <PurgeDialog item={purging} onClose={() => setPurging(null)} />}
        {asked && <ManyDialog asked={asked} onClose={() => setAsked(null)} />}
      </div>
    </main>
  )
}

function Items({
  title,
  items,
  now,
  onPurge,
  onMany,
}: {
  title?: string
  items: readonly TrashItem[]
  now: number
  onPurge: (item: TrashItem) => void
  /** Absent = they are looked at only. */
  onMany?: (asked: AskedOfMany) => void
}) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const isRunning = useTrashBatch()?.isOver === false
  if (items.length === 0) return null
  // What went, or is not shown by the search, is not meant.
  const selected = items.filter(({id}) => ids.has(id))
  const ask = (verb: TrashVerb) => () => onMany?.({verb, items: selected, isAll: false})
  const waitsFor = isRunning ? text('trash.working') : undefined
  return (
    <Card title={title} isPadded={false} className="mb-4">
      {onMany && (
        <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 max-phone:px-3.5">
          <Checkbox
            checked={selected.length === items.length ? true : selected.length > 0 ? 'mixed' : false}
            label={
              selected.length === 0
                ? text('trash.all')
                : text('trash.selected', {count: selected.length, size: written(bytes(sizeOf(selected)))})
            }
            onChange={(isOn) => setIds(new Set(isOn ? items.map(({id}) => id) : []))}
          />
          {selected.length > 0 && (
            <span className="ml-auto flex flex-wrap gap-2">
              <Button icon={Undo2} waitsFor={waitsFor} onClick={ask('restore')}>
                {text('trash.restore.selected', {count: selected.length})}
              </Button>
              <Button variant="danger" icon={Trash2} waitsFor={waitsFor} onClick={ask('purge')}>
                {text('trash.purge.selected', {count: selected.length})}
              </Button>
            </span>
          )}
        </div>
      )}
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <TrashRow
            key={item.id}
            item={item}
            now={now}
            onPurge={() => onPurge(item)}
            select={
              onMany && {
                isOn: ids.has(item.id),
                set: (isOn) =>
                  setIds(new Set(isOn ? [...ids, item.id] : [...ids].filter((it) => it !== item.id))),
              }
            }
          />
        ))}
      </ul>
    </Card>
  )
}

const NAMED = 5

/** What goes or comes back, how much it is, and what cannot be done with it and why, before anything is begun. */
function ManyDialog({asked, onClose}: {asked: AskedOfMany; onClose: () => void}) {
  const [{verb, items, isAll}] = useState(asked)
  const servers = useServers() ?? []
  const [number, setNumber] = useState('')
  const objections = items.map((item) => {
    const access = servers.find(({server_id: id}) => id === item.server_id)?.access
    return [item, trashObjection(item, verb, access)] as const
  })
  const those = objections.flatMap(([item, why]) => (why === null ? [item] : []))
  const left = Map.groupBy(
    objections.flatMap(([, why]) => why ?? []),
    (why) => why,
  )
  const {length: count} = those
  const size = sizeOf(those)
  const inLibrary = those.filter(({in_library: isIn}) => isIn === true).length
  const away = those.filter(({library_away: why}) => why !== null).length
  const typed = text('trash.type', {count: countWords(count)})
  const asksNumber = verb === 'purge' && count > 0 && (isAll || mustType({count, size}))
  const reason = () => {
    if (count === 0) return text('trash.many.none')
    return asksNumber && !isTyped(number, count) ? typed : undefined
  }
  return (
    <ConfirmDialog
      title={text(isAll ? 'trash.empty.title' : `trash.${verb}.many.title`, {count})}
      says={text(`trash.${verb}.many.says`, {count, size: written(bytes(size))})}
      verb={text(`trash.${verb}.selected`, {count})}
      isHarmless={verb === 'restore'}
      disabledReason={reason()}
      // What becomes of it stands on the page, and goes on without it.
      work={async () => void runTrashBatch(verb, those)}
      onClose={onClose}
    >
      <div className="grid gap-3">
        {count > 0 && (
          <ul className="grid gap-1">
            {those.slice(0, NAMED).map(({id, name, ...item}) => (
              <li key={id} className="flex min-w-0 gap-3">
                <span className="min-w-0 flex-1">
                  <MiddleText>{name}</MiddleText>
                </span>
                <span className="num text-12 text-text-2">{sizeWords(item)}</span>
              </li>
            ))}
            {count > NAMED && (
              <li className="text-12 text-text-2">{text('trash.many.more', {count: count - NAMED})}</li>
            )}
          </ul>
        )}
        {verb === 'purge' && inLibrary > 0 && (
          <Note tone="warn">{text('trash.many.library', {count: inLibrary})}</Note>
        )}
        {verb === 'purge' && away > 0 && (
          <Note tone="warn">{text('trash.many.library-away', {count: away})}</Note>
        )}
        {Array.from(left, ([why, some]) => (
          <Note key={why}>{text('trash.many.stays', {count: some.length, why})}</Note>
        ))}
        {asksNumber && (
          <Field label={typed}>
            <Input
              value={number}
              inputMode="numeric"
              autoComplete="off"
              onChange={({target}) => setNumber(target.value)}
            />
          </Field>
        )}
      </div>
    </ConfirmDialog>
  )
}

/** How far it is, and which of them did not go well. */
function BatchCard() {
  const batch = useTrashBatch()
  if (batch === null) return null
  const {verb, count, tried, triedBytes, bytes: size, failures, isCancelled, isOver} = batch
  const title = text(`trash.batch.${verb}`)
  return (
    <Card className="mb-4">
      <div className="grid gap-2">
        {!isOver && (
          <>
            <p className="num flex flex-wrap items-center gap-x-2">
              <b className="font-medium">{title}</b>
              <span className="text-text-2">
                {text('trash.batch.far', {
                  done: countWords(tried),
                  all: countWords(count),
                  bytes: written(bytes(triedBytes)),
                  size: written(bytes(size)),
                })}
              </span>
            </p>
            <ProgressBar share={size === 0 ? tried / count : triedBytes / size} label={title} />
          </>
        )}
        {failures.length > 0 && (
          <Note tone="bad" isNews>
            <b>{text(`trash.batch.${verb}.failed`, {count: failures.length})}</b>
            <ul className="mt-1 grid gap-0.5">
              {failures.map(({id, name, why}) => (
                <li key={id} className="wrap-anywhere">
                  <b>{name}</b> {why}
                </li>
              ))}
            </ul>
          </Note>
        )}
        <span>
          {isOver ? (
            <Button onClick={dismissTrashBatch}>{text('trash.batch.dismiss')}</Button>
          ) : (
            <Button waitsFor={isCancelled ? text('trash.batch.ends') : undefined} onClick={cancelTrashBatch}>
              {text('trash.batch.cancel')}
            </Button>
          )}
        </span>
      </div>
    </Card>
  )
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
  const {id, name} = item
  const server = serverWords(item)
  const says = text('trash.purge.says', {name, server, size: sizeWords(item)})
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
function TrashRow({
  item,
  now,
  onPurge,
  select,
}: {
  item: TrashItem
  now: number
  onPurge: () => void
  /** Absent = it cannot be selected. */
  select?: {readonly isOn: boolean; readonly set: (isOn: boolean) => void} | undefined
}) {
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
        {select && (
          <Checkbox
            hideLabel
            checked={select.isOn}
            label={text('trash.select', {name})}
            onChange={select.set}
          />
        )}
        <div className="grid min-w-0 flex-1 basis-60 gap-0.5">
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
          // On a phone it stands below the name, and not below the box.
          className={joined('num text-12 text-text-2', select && 'max-phone:ml-10')}
        >
          {stateWords(item, now)}
        </time>
        {(state === 'kept' || state === 'restoring' || state === 'purging') && (
          <span className={joined('flex flex-wrap gap-1', select && 'max-phone:ml-7.5')}>
            <Buttons item={item} isBusy={isBusy} onRestore={() => void restore()} onPurge={onPurge} />
          </span>
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
  item,
  isBusy,
  onRestore,
  onPurge,
}: {
  item: TrashItem
  isBusy: boolean
  onRestore: () => void
  onPurge: () => void
}) {
  const {name} = item
  const access = useServer(item.server_id)?.access
  return (
    <>
      <Button
        variant="ghost"
        icon={Undo2}
        aria-label={text('trash.restore-one', {name})}
        disabledReason={trashObjection(item, 'restore', access) ?? undefined}
        waitsFor={isBusy ? text('trash.working') : undefined}
        onClick={onRestore}
      >
        {text('trash.restore')}
      </Button>
      <Button
        variant="ghost"
        icon={Trash2}
        aria-label={text('trash.purge-one', {name})}
        disabledReason={trashObjection(item, 'purge', access) ?? undefined}
        onClick={onPurge}
      >
        {text('trash.purge')}
      </Button>
    </>
  )
}

function sizeWords({verb, files, bytes: size}: Pick<TrashItem, 'verb' | 'files' | 'bytes'>): string {
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
