import {useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {Trash2} from 'lucide-react'
import {useState} from 'react'
import {purgeFromTrash, trashQuery, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {Card} from '../../ui/Card.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {bytes, written} from '../../ui/format.ts'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useTitle} from '../../ui/use-title.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {readTrashSearch} from './trash-search.ts'
import {TrashRow} from './TrashRow.tsx'

const MINUTE_MS = 60_000

/** What was set aside: brought back, or let go before its time. */
export function TrashPage() {
  useTitle(text('trash.title'))
  const {data, error} = useQuery(trashQuery)
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
        {error && <Note tone="bad">{error.message}</Note>}
        {!data && !error && <Waiting />}
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
              void navigate({to: '/trash', replace: true, search: readTrashSearch({q: target.value})})
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
  const {id, name, server_name: server, bytes: size} = item
  return (
    <ConfirmDialog
      title={text('trash.purge.title')}
      says={text('trash.purge.says', {name, server, size: written(bytes(size))})}
      verb={text('trash.purge.do')}
      work={async () => {
        await purgeFromTrash(id)
        toast({text: text('trash.purged', {name})})
      }}
      onClose={onClose}
    />
  )
}
