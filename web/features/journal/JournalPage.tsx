import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {useCallback, useMemo} from 'react'
import {journalQuery, type Deed} from '../../api/explanation.ts'
import {approvalsQuery, trashQuery} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-title.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {ActivityDays} from './ActivityDays.tsx'
import {ApprovalRow} from './ApprovalRow.tsx'
import {readJournalSearch, wishOf, type JournalSearch} from './journal-search.ts'
import {JournalFilters, type ChangeSearch} from './JournalFilters.tsx'

const MINUTE_MS = 60_000

/** What waits for an answer, and what was done, tried or only wanted, newest first. */
export function JournalPage() {
  useTitle(text('journal.title'))
  const [search, change] = useJournalSearch()
  const servers = useServerScope()
  const now = useNow(MINUTE_MS)
  const listed = useInfiniteQuery(journalQuery(wishOf(search, servers, now)))
  const deeds = useMemo(() => listed.data?.pages.flatMap((page) => page.deeds) ?? [], [listed.data])
  const actionOf = useRestoring()
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        <PageHead title={text('journal.title')} note={text('journal.note')} />
        <ApprovalsCard />
        <JournalFilters search={search} change={change} />
        {listed.error && <Note tone="bad">{listed.error.message}</Note>}
        {!listed.data && !listed.error && <Waiting />}
        {listed.data && deeds.length === 0 && !listed.hasNextPage && <Nothing search={search} />}
        {deeds.length > 0 && (
          <Card isPadded={false} className="overflow-hidden">
            <ActivityDays
              deeds={deeds}
              now={now}
              withTorrent
              onActor={(actor) => change({actor})}
              actionOf={actionOf}
            />
          </Card>
        )}
        {listed.hasNextPage && (
          <div className="mt-3 flex flex-wrap items-center gap-3">
            <Button
              waitsFor={listed.isFetchingNextPage ? text('journal.reading') : undefined}
              onClick={() => void listed.fetchNextPage()}
            >
              {text('journal.older')}
            </Button>
            {deeds.length === 0 && <span className="text-text-2">{text('journal.looked')}</span>}
          </div>
        )}
      </div>
    </main>
  )
}

function useJournalSearch(): readonly [JournalSearch, ChangeSearch] {
  const found = useSearch({strict: false})
  const search = useMemo(() => readJournalSearch(found), [found])
  const navigate = useNavigate()
  const change = useCallback<ChangeSearch>(
    (changed) =>
      void navigate({
        to: '/journal',
        replace: true,
        search: (before) => {
          const all = {...readJournalSearch(before), ...changed}
          return readJournalSearch(all)
        },
      }),
    [navigate],
  )
  return [search, change]
}

/** What was set aside and still lies in the trash can be brought back from there. */
function useRestoring(): (deed: Deed) => React.ReactNode {
  const {data} = useQuery(trashQuery)
  return useMemo(() => {
    const kept = new Set(
      data?.filter(({state}) => state === 'kept').map((it) => `${it.server_id} ${it.info_hash ?? it.name}`) ??
        [],
    )
    return ({outcome, verb, server_id: serverId, info_hash: hash, name}: Deed) => {
      const isRemoval = verb
        .split('+')
        .some((it) => it === 'recycle' || it === 'orphan.recycle' || it.startsWith('remove'))
      if (outcome !== 'done' || !isRemoval || !kept.has(`${serverId} ${hash ?? name}`)) return null
      return (
        <Link to="/trash" search={{q: name ?? ''}} className={textLinkClass}>
          {text('journal.restore')}
        </Link>
      )
    }
  }, [data])
}

function Nothing({search}: {search: JournalSearch}) {
  if (Object.keys(search).length === 0) {
    return <EmptyState title={text('journal.none')} text={text('journal.none.next')} />
  }
  return (
    <EmptyState
      title={text('journal.nothing')}
      actions={
        <Link to="/journal" className={textLinkClass}>
          {text('journal.clear')}
        </Link>
      }
    />
  )
}

function Waiting() {
  return (
    <Card isPadded={false}>
      {['a', 'b', 'c', 'd'].map((row) => (
        <div
          key={row}
          className="flex min-h-[52px] items-center gap-6 border-b border-line px-4 last:border-0"
        >
          <Skeleton width={44} height={12} />
          <Skeleton width={320} height={12} />
        </div>
      ))}
    </Card>
  )
}

/** What rules ask before they act; nothing when nothing waits. */
function ApprovalsCard() {
  const {data} = useQuery(approvalsQuery)
  const now = useNow(MINUTE_MS)
  if (!data?.length) return null
  return (
    <Card title={text('approvals.title')} isPadded={false} className="mb-4">
      <ul className="divide-y divide-line">
        {data.map((approval) => (
          <ApprovalRow key={approval.id} approval={approval} now={now} />
        ))}
      </ul>
    </Card>
  )
}
