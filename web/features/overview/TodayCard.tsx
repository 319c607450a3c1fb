import {useMutation, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {
  ArrowDownToLine,
  CircleX,
  Eye,
  Plus,
  Repeat,
  Server,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import {useState, type FocusEvent, type PointerEvent} from 'react'
import {queries} from '../../api/queries.ts'
import {todayQuery, type Today} from '../../api/today.ts'
import {restoreFromTrash, trashQuery, type TrashItem} from '../../api/trash.ts'
import {fullTime, startOfDay, timeOfDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Card} from '../../ui/Card.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {restorable} from './restorable.ts'
import {todaySentences, type Sentence, type SentenceKind} from './sentences.ts'

/** What happened today, a sentence a kind; each leads to all of it. */
export function TodayCard() {
  const reading = useToday()
  const {data: today} = reading
  const servers = useServers() ?? []
  const now = useNow(60_000)
  const newest = today === undefined ? [] : todaySentences(today, servers, now)
  const [sentences, still] = useStill(newest, (all) => all.map(({kind}) => kind).join(' '))
  return (
    <Card
      title={text('today.title')}
      isPadded={false}
      actions={
        <Link to="/activity" search={{when: 'today'}} className={textLinkClass}>
          {text('today.activity')}
        </Link>
      }
    >
      <Awaited reading={reading} what={text('today.title')}>
        <SkeletonLines />
      </Awaited>
      {today !== undefined && sentences.length === 0 && (
        <p className="px-3.5 py-4 text-text-2">{text('today.none')}</p>
      )}
      {sentences.length > 0 && (
        <ul className="py-1.5" {...still}>
          {sentences.map((sentence) => (
            <SentenceRow key={sentence.kind} sentence={sentence} />
          ))}
        </ul>
      )}
    </Card>
  )
}

const icons: Readonly<Record<SentenceKind, {readonly icon: LucideIcon; readonly colour: string}>> = {
  imported: {icon: ArrowDownToLine, colour: 'text-st-seeding'},
  given_up: {icon: Repeat, colour: 'text-text-2'},
  recycled: {icon: Trash2, colour: 'text-text-2'},
  removed: {icon: Trash2, colour: 'text-text-2'},
  deleted: {icon: Trash2, colour: 'text-text-2'},
  added: {icon: Plus, colour: 'text-text-2'},
  restored: {icon: Undo2, colour: 'text-text-2'},
  failed: {icon: CircleX, colour: 'text-st-error'},
  simulated: {icon: Eye, colour: 'text-text-2'},
  offline: {icon: Server, colour: 'text-text-2'},
}

function SentenceRow({sentence}: {sentence: Sentence}) {
  const {icon, colour} = icons[sentence.kind]
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-start gap-x-3 px-3.5 py-1.5 hover:bg-hover">
      <Icon icon={icon} className={`mt-0.5 ${colour}`} />
      <SentenceLink sentence={sentence} />
      <UndoRemoval sentence={sentence} />
    </li>
  )
}

const linkClass =
  'min-w-0 rounded-s text-pretty wrap-anywhere hover:underline focus-visible:shadow-focus pointer-coarse:py-2'

function SentenceLink({sentence: {strong, rest, leadsTo}}: {sentence: Sentence}) {
  const words = (
    <>
      <b className="font-medium">{strong}</b>
      <span className="text-text-2">{rest}</span>
    </>
  )
  switch (leadsTo.to) {
    case 'activity':
      return (
        <Link to="/activity" search={leadsTo.search} className={linkClass}>
          {words}
        </Link>
      )
    case 'library':
      return (
        <Link to="/library" className={linkClass}>
          {words}
        </Link>
      )
    case 'servers':
      return (
        <Link to="/settings/servers" className={linkClass}>
          {words}
        </Link>
      )
    case 'server':
      return (
        <Link to="/settings/servers/$id" params={{id: leadsTo.id}} className={linkClass}>
          {words}
        </Link>
      )
  }
}

/** Brings back all that was removed, as long as all of it is in the trash. */
function UndoRemoval({sentence: {strong, removed}}: {sentence: Sentence}) {
  const {data} = useQuery({...trashQuery, enabled: removed !== null})
  const servers = useServers() ?? []
  const restore = useMutation({mutationFn: restoreAll})
  const items = removed === null ? null : restorable(removed, data ?? [], servers)
  if (items === null) return null
  return (
    <TextButton
      className="text-12"
      aria-label={text('today.undo-of', {what: strong})}
      aria-disabled={restore.isPending || undefined}
      onClick={() => restore.isPending || restore.mutate(items)}
    >
      {text(restore.isPending ? 'today.undoing' : 'today.undo')}
    </TextButton>
  )
}

/** One after the other: each is a command to a server. What was refused is told with its reason. */
async function restoreAll(items: readonly TrashItem[]): Promise<void> {
  const faults: string[] = []
  for (const {id} of items) {
    try {
      await restoreFromTrash(id)
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error))
    }
  }
  const done = items.length - faults.length
  if (done > 0) toast({tone: 'good', text: text('today.undone', {count: done})})
  if (faults.length > 0) {
    const why = [...new Set(faults)].join(' ')
    toast({tone: 'bad', text: `${text('today.undo.failed', {count: faults.length})}: ${why}`})
  }
  await queries.invalidateQueries({queryKey: ['today']})
}

const MOST = 6

/** What Arrs imported today; who sees no Arr has no such card. */
export function ArrivedCard() {
  const {data: today} = useToday()
  const arrivals = today?.arrivals ?? null
  if (arrivals === null) return null
  return (
    <Card
      title={text('arrived.title')}
      isPadded={false}
      className="overflow-clip"
      note={<span className="num text-text-3">{arrivals.count}</span>}
      actions={
        <Link to="/library" className={textLinkClass}>
          {text('arrived.library')}
        </Link>
      }
    >
      {arrivals.count === 0 && <p className="px-3.5 py-4 text-text-2">{text('arrived.none')}</p>}
      <ul>
        {arrivals.newest.slice(0, MOST).map((it) => (
          <li
            key={`${it.arr_id} ${it.at} ${it.info_hash} ${it.title}`}
            className="border-t border-line first:border-0"
          >
            <ArrivalLink arrival={it} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

type Arrival = NonNullable<Today['arrivals']>['newest'][number]

const row =
  'grid grid-cols-[minmax(0,1fr)_auto_44px] items-baseline gap-3.5 px-3.5 py-2 hover:bg-hover focus-visible:shadow-focus-in pointer-coarse:py-3'

/** To its torrent while that is there, else to the Arr. */
function ArrivalLink({arrival}: {arrival: Arrival}) {
  const {title, at, arr_id: arrId, arr_name: arr, server_id: serverId, info_hash: hash} = arrival
  const words = (
    <>
      <span className="truncate">{title ?? text('arrived.unnamed')}</span>
      <span className="text-12 text-text-2">{arr}</span>
      <time
        dateTime={new Date(at).toISOString()}
        title={fullTime(at)}
        className="num text-right text-12 text-text-3"
      >
        {timeOfDay(at)}
      </time>
    </>
  )
  return arrival.there && serverId !== null && hash !== null ? (
    <Link to="/torrents" search={{at: `${serverId}~${hash}`}} className={row}>
      {words}
    </Link>
  ) : (
    <Link to="/library/arrs/$id" params={{id: arrId}} className={row}>
      {words}
    </Link>
  )
}

/** What happened today, as it is read again and again. */
function useToday() {
  const now = useNow(60_000)
  return useQuery(todayQuery(startOfDay(now)))
}

/**
 * Keeps a list as it was while the pointer or the focus is on it: nothing moves under either.
 * @param keyOf the same for two values that may take each other's place at any time
 */
export function useStill<T>(
  newest: T,
  keyOf: (value: T) => string,
): readonly [shown: T, handlers: StillHandlers] {
  const [isHeld, setHeld] = useState(false)
  const [kept, setKept] = useState(newest)
  const isOther = keyOf(kept) !== keyOf(newest)
  if (isOther && !isHeld) setKept(newest)
  return [
    isHeld && isOther ? kept : newest,
    {
      onPointerEnter: () => setHeld(true),
      onPointerLeave: ({currentTarget}) => setHeld(currentTarget.contains(document.activeElement)),
      onFocus: () => setHeld(true),
      onBlur: ({currentTarget, relatedTarget}) =>
        setHeld(currentTarget.contains(relatedTarget) || currentTarget.matches(':hover')),
    },
  ]
}

interface StillHandlers {
  readonly onPointerEnter: () => void
  readonly onPointerLeave: (event: PointerEvent<HTMLElement>) => void
  readonly onFocus: () => void
  readonly onBlur: (event: FocusEvent<HTMLElement>) => void
}
