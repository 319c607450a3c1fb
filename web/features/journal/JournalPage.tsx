import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {Search, X} from 'lucide-react'
import {useCallback, useEffect, useEffectEvent, useMemo, useState} from 'react'
import {journalQuery, type Deed} from '../../api/explanation.ts'
import {useAsked} from '../../api/queries.ts'
import {approvalsQuery, trashQuery} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Select} from '../../ui/Select.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {deedWords} from '../explain/action-words.ts'
import {ActivityDays} from './ActivityDays.tsx'
import {ApprovalRow} from './ApprovalRow.tsx'
import {
  kinds,
  origins,
  outcomes,
  readJournalSearch,
  spans,
  wishOf,
  type JournalSearch,
} from './journal-search.ts'

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
        to: '/activity',
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
        <Link to="/torrents/trash" search={{q: name ?? ''}} className={textLinkClass}>
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
        <Link to="/activity" className={textLinkClass}>
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

type ChangeSearch = (change: {
  readonly [K in keyof JournalSearch]?: JournalSearch[K] | undefined
}) => void

/** Which deeds are shown; all of it stands in the address. */
function JournalFilters({search, change}: {search: JournalSearch; change: ChangeSearch}) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <FindField typed={search.q ?? ''} onTyped={(q) => change({q: q || undefined})} />
      <Choice
        name="who"
        all={text('journal.who.all')}
        value={search.who}
        options={origins.map((value) => ({value, label: text(`journal.who.${value}`)}))}
        onChange={(who) => change({who})}
      />
      <Choice
        name="what"
        all={text('journal.what.all')}
        value={search.what}
        options={kinds.map((value) => ({value, label: text(`journal.what.${value}`)}))}
        onChange={(what) => change({what})}
      />
      <Choice
        name="outcome"
        all={text('journal.outcome.all')}
        value={search.outcome}
        options={outcomes.map((value) => ({value, label: text(`ended.${value}`)}))}
        onChange={(outcome) => change({outcome})}
      />
      <Choice
        name="when"
        all={text('journal.when.all')}
        value={search.when}
        options={spans.map((value) => ({value, label: text(`journal.when.${value}`)}))}
        onChange={(when) => change({when})}
      />
      {search.actor !== undefined && (
        <Taken
          words={text('journal.actor', {name: search.actor})}
          onRemove={() => change({actor: undefined})}
        />
      )}
      {search.verb !== undefined && (
        <Taken
          words={search.verb.split(',').map(deedWords).join(', ')}
          onRemove={() => change({verb: undefined})}
        />
      )}
      {search.rule !== undefined && (
        <Taken words={text('journal.one-rule')} onRemove={() => change({rule: undefined})} />
      )}
      {search.torrent !== undefined && (
        <Taken words={text('journal.torrent')} onRemove={() => change({torrent: undefined})} />
      )}
    </div>
  )
}

/** The address follows what is typed, and is followed where somebody else wrote it: a link, the way back. */
function FindField({typed, onTyped}: {typed: string; onTyped: (typed: string) => void}) {
  const [shown, setShown] = useState(typed)
  const [sent, setSent] = useState(typed)
  const [known, setKnown] = useState(typed)
  const asked = useAsked(shown, ['journal'])
  if (typed !== known) {
    setKnown(typed)
    if (typed !== sent) {
      setSent(typed)
      setShown(typed)
    }
    // The address has to follow first: what it says then is what was sent, or somebody else's.
  } else if (typed === sent && asked === shown && asked !== sent) setSent(asked)
  const send = useEffectEvent((next: string) => {
    if (next !== typed) onTyped(next)
  })
  useEffect(() => send(sent), [sent])
  return (
    <Input
      type="search"
      icon={Search}
      aria-label={text('journal.find')}
      placeholder={text('journal.find')}
      className="min-w-60 flex-1 basis-60"
      value={shown}
      onChange={(event) => setShown(event.target.value)}
    />
  )
}

function Choice<V extends string>({
  name,
  all,
  value,
  options,
  onChange,
}: {
  name: 'who' | 'what' | 'outcome' | 'when'
  all: string
  value: V | undefined
  options: readonly {readonly value: V; readonly label: string}[]
  onChange: (value: V | undefined) => void
}) {
  return (
    <Select<V | ''>
      value={value ?? ''}
      label={text(`journal.${name}`)}
      options={[{value: '', label: all}, ...options]}
      onChange={(picked) => onChange(picked === '' ? undefined : picked)}
      className="w-auto! min-w-34"
    />
  )
}

function Taken({words, onRemove}: {words: string; onRemove: () => void}) {
  return (
    <button
      type="button"
      aria-label={text('journal.clear-one', {what: words})}
      onClick={onRemove}
      className="inline-flex h-8 max-w-full items-center gap-1.5 rounded-m bg-accent-soft px-2.5 font-medium hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11"
    >
      <span className="truncate">{words}</span>
      <Icon icon={X} size={14} />
    </button>
  )
}
