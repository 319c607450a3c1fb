import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {Copy, History, ListFilter, Search, X} from 'lucide-react'
import {useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type FocusEvent} from 'react'
import {
  countsQuery,
  exportedActivity,
  nextQuery,
  type ActivityCounts,
  type ActivityWish,
} from '../../api/activity.ts'
import {useAsked} from '../../api/queries.ts'
import {startOfDay} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {toast} from '../../lib/toast.ts'
import {serverNow, useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Drawer} from '../../ui/Drawer.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {saveFile} from '../../lib/save-file.ts'
import {Select} from '../../ui/Select.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useNarrow, usePhone} from '../../ui/use-media.ts'
import {wordsOf} from '../actions/run-action.ts'
import {useCommands} from '../commands/commands.ts'
import {useServerScope} from '../servers/switcher/scope.ts'
import {choiceOf, facetNames, hasFilters, wishOf, writtenChoice} from './activity-filters.ts'
import {readActivitySearch, spans, type ActivitySearch, type Span} from './activity-search.ts'
import {FilterSections, useFacetLabels, type ChangeSearch} from './FilterSections.tsx'
import {NextSection} from './NextSection.tsx'
import {StoriesWithKeys} from './StoryList.tsx'
import {useStories} from './use-stories.ts'

const MINUTE_MS = 60_000

/** What happened, told as stories, and above it what waits. All of the filters stand in the address. */
export function ActivityPage() {
  useTitle(text('activity.title'))
  const [search, change] = useActivitySearch()
  const wish = useWish(search)
  const {data: counts = null} = useQuery(countsQuery(wish))
  const {data: next} = useQuery(nextQuery)
  const isNarrow = useNarrow()
  const [isDrawer, setDrawer] = useState(false)
  const sections = (
    <FilterSections search={search} change={change} counts={counts} waiting={next?.waiting.length ?? null} />
  )
  return (
    <div className="flex h-full min-h-0">
      {!isNarrow && (
        <aside
          aria-label={text('activity.filters')}
          className="w-55 shrink-0 overflow-x-hidden overflow-y-auto border-r border-line-strong bg-bg px-2 pt-2 pb-6 [scrollbar-color:var(--line-strong)_transparent] [scrollbar-width:thin]"
        >
          <h2 className="sr-only">{text('activity.filters')}</h2>
          {sections}
        </aside>
      )}
      {isNarrow && (
        <Drawer
          open={isDrawer}
          onOpenChange={setDrawer}
          title={text('activity.filters')}
          footer={
            <>
              {hasFilters(search) && (
                <Button variant="ghost" size="big" onClick={() => change(nothingSelected)}>
                  {text('activity.clear')}
                </Button>
              )}
              <Button variant="primary" size="big" className="flex-1" onClick={() => setDrawer(false)}>
                {text('activity.show-found', {count: counts?.count ?? 0})}
              </Button>
            </>
          }
        >
          {sections}
        </Drawer>
      )}
      <Feed
        search={search}
        change={change}
        wish={wish}
        counts={counts}
        onFilters={isNarrow ? () => setDrawer(true) : null}
      />
    </div>
  )
}

const nothingSelected = {
  q: undefined,
  show: undefined,
  what: undefined,
  who: undefined,
  rule: undefined,
  arr: undefined,
  server: undefined,
  torrent: undefined,
} satisfies {[K in keyof ActivitySearch]?: undefined}

function useActivitySearch(): readonly [ActivitySearch, ChangeSearch] {
  const found = useSearch({strict: false})
  const search = useMemo(() => readActivitySearch(found), [found])
  const navigate = useNavigate()
  const change = useCallback<ChangeSearch>(
    (changed) =>
      void navigate({
        to: '/activity',
        replace: true,
        search: (before) => readActivitySearch({...readActivitySearch(before), ...changed}),
      }),
    [navigate],
  )
  return [search, change]
}

/** The same as long as the search is: a range that moves on would be another question every minute. */
function useWish(search: ActivitySearch): ActivityWish {
  const scope = useServerScope()
  const day = startOfDay(useNow(MINUTE_MS))
  // With the day everything begins again.
  return useMemo(() => wishOf(search, scope, Math.max(day, serverNow())), [search, scope, day])
}

function Feed({
  search,
  change,
  wish,
  counts,
  onFilters,
}: {
  search: ActivitySearch
  change: ChangeSearch
  wish: ActivityWish
  counts: ActivityCounts | null
  /** Opens the filters; `null` = they stand beside the list. */
  onFilters: (() => void) | null
}) {
  const isWaiting = search.show === 'waiting'
  const isPhone = usePhone()
  return (
    <main
      tabIndex={-1}
      className="grid min-h-0 min-w-0 flex-1 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] bg-surface"
    >
      <div className="border-b border-line">
        <h1 className="sr-only">{text('activity.title')}</h1>
        <div className="flex min-h-11 flex-wrap items-center gap-2 px-3 py-1.5">
          {onFilters && <IconButton label={text('activity.filters')} icon={ListFilter} onClick={onFilters} />}
          <FindField typed={search.q ?? ''} onTyped={(q) => change({q: q || undefined})} />
          {counts && !isWaiting && (
            <span className="num px-1 whitespace-nowrap text-text-2 max-phone:hidden">
              {text(counts.complete ? 'activity.found' : 'activity.found.least', {count: counts.count})}
            </span>
          )}
          <Select<Span | ''>
            value={search.when ?? ''}
            label={text('activity.when')}
            options={[
              {value: '', label: text('activity.when.all')},
              ...spans.map((value) => ({value, label: text(`activity.when.${value}`)})),
            ]}
            onChange={(when) => change({when: when === '' ? undefined : when})}
            className="w-auto! min-w-34 max-phone:hidden"
          />
          <ExportButton wish={wish} />
        </div>
        {isPhone && <QuickFilters search={search} change={change} />}
        <TakenFilters search={search} change={change} />
      </div>
      {isWaiting ? (
        <div className="min-h-0 overflow-y-auto">
          <NextSection isAlone />
        </div>
      ) : (
        <Stories search={search} change={change} wish={wish} counts={counts} />
      )}
    </main>
  )
}

function Stories({
  search,
  change,
  wish,
  counts,
}: {
  search: ActivitySearch
  change: ChangeSearch
  wish: ActivityWish
  counts: ActivityCounts | null
}) {
  const now = useNow(MINUTE_MS)
  const box = useRef<HTMLDivElement>(null)
  const [isScrolled, setScrolled] = useState(false)
  const [isPointed, setPointed] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const isHeld = isScrolled || isPointed || isFocused
  const {stories, fresh, showFresh, hasOlder, readOlder, isReadingOlder, olderFault, reading} = useStories(
    wish,
    isHeld,
  )
  const labels = useFacetLabels()
  const top = () => {
    showFresh()
    box.current?.scrollTo({top: 0})
  }
  const pill = fresh > 0 && (
    <button
      type="button"
      onClick={top}
      className="ml-auto h-[22px] rounded-full bg-accent-soft px-2.5 text-12 font-medium text-accent-strong hover:bg-press focus-visible:shadow-focus pointer-coarse:h-9"
    >
      {text('activity.new', {count: fresh})}
    </button>
  )
  const isPlain = !hasFilters(search) && search.when === undefined
  return (
    <div
      ref={box}
      className="min-h-0 overflow-y-auto"
      onScroll={({currentTarget}) => setScrolled(currentTarget.scrollTop > 4)}
    >
      {!hasFilters(search) && <NextSection isAlone={false} />}
      <Awaited reading={reading} what={text('activity.title')} className="p-3">
        <Waiting />
      </Awaited>
      {stories?.length === 0 && !hasOlder && <Nothing isPlain={isPlain} search={search} change={change} />}
      {stories?.length === 0 && fresh > 0 && <p className="flex p-3">{pill}</p>}
      {stories !== null && stories.length > 0 && (
        <div
          onPointerEnter={({pointerType}) => setPointed(pointerType === 'mouse')}
          onPointerLeave={() => setPointed(false)}
          onFocus={() => setFocused(true)}
          onBlur={({currentTarget, relatedTarget}: FocusEvent) =>
            setFocused(currentTarget.contains(relatedTarget))
          }
        >
          <StoriesWithKeys
            stories={stories}
            wish={wish}
            names={{arr: labels.arr}}
            now={now}
            mark={pill}
            onUndone={showFresh}
          />
        </div>
      )}
      {hasOlder && (
        <div className="flex flex-wrap items-center gap-3 px-4 py-3">
          <Button waitsFor={isReadingOlder ? text('activity.reading') : undefined} onClick={readOlder}>
            {text('activity.older')}
          </Button>
          {olderFault !== '' && <output className="text-st-error">{olderFault}</output>}
          {stories?.length === 0 && <span className="text-text-2">{text('activity.looked')}</span>}
        </div>
      )}
      <Bookkeeping search={search} change={change} counts={counts} />
    </div>
  )
}

/** How much is left out, and the switch that shows it. */
function Bookkeeping({
  search: {hidden, show},
  change,
  counts,
}: {
  search: ActivitySearch
  change: ChangeSearch
  counts: ActivityCounts | null
}) {
  if (show === 'held') return null
  const {count = 0, complete = true} = counts?.hidden ?? {}
  if (!hidden && count === 0) return null
  return (
    <p className="px-4 py-3.5 text-12 text-pretty text-text-3 max-phone:px-3.5">
      {hidden
        ? text('activity.hidden.shown')
        : text(complete ? 'activity.hidden' : 'activity.hidden.least', {count})}{' '}
      <TextButton onClick={() => change({hidden: hidden ? undefined : true})}>
        {text(hidden ? 'activity.hidden.hide' : 'activity.hidden.show')}
      </TextButton>
    </p>
  )
}

function Nothing({
  isPlain,
  search,
  change,
}: {
  isPlain: boolean
  search: ActivitySearch
  change: ChangeSearch
}) {
  if (isPlain)
    return (
      <EmptyState
        icon={History}
        className="m-4"
        title={text('activity.none')}
        text={text('activity.none.next')}
        actions={
          <Link to="/torrents" className={buttonClass()}>
            {text('activity.none.do')}
          </Link>
        }
      />
    )
  const isByRange = !hasFilters(search)
  return (
    <EmptyState
      className="m-4"
      title={text(isByRange ? 'activity.nothing' : 'activity.nothing.filters')}
      actions={
        <>
          {search.when !== undefined && (
            <Button onClick={() => change({when: undefined})}>{text('activity.wider')}</Button>
          )}
          {!isByRange && (
            <Link to="/activity" className={textLinkClass}>
              {text('activity.clear')}
            </Link>
          )}
        </>
      }
    />
  )
}

function Waiting() {
  return ['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
    <div key={row} className="flex min-h-9 items-center gap-6 border-b border-line px-4">
      <Skeleton width={44} height={12} />
      <Skeleton width={320} height={12} />
    </div>
  ))
}

const chip =
  'h-8 shrink-0 rounded-full border border-line-strong px-3 font-medium whitespace-nowrap text-text-2 aria-pressed:border-transparent aria-pressed:bg-accent-soft aria-pressed:text-accent-strong focus-visible:shadow-focus pointer-coarse:h-11'

/** The filters that are wanted most, for a thumb. */
function QuickFilters({search, change}: {search: ActivitySearch; change: ChangeSearch}) {
  const quick = [
    {says: text('activity.show.all'), isOn: !hasFilters(search), to: nothingSelected},
    {says: text('activity.show.undo'), isOn: search.show === 'undo', to: {...nothingSelected, show: 'undo'}},
    {
      says: text('activity.what.removed'),
      isOn: search.what === 'removed',
      to: {...nothingSelected, what: 'removed'},
    },
    {
      says: text('activity.show.failed'),
      isOn: search.show === 'failed',
      to: {...nothingSelected, show: 'failed'},
    },
    {
      says: text('activity.show.waiting'),
      isOn: search.show === 'waiting',
      to: {...nothingSelected, show: 'waiting'},
    },
  ] as const
  return (
    <nav
      aria-label={text('activity.filters')}
      className="flex gap-2 overflow-x-auto px-3 pb-2 [scrollbar-width:none]"
    >
      {quick.map(({says, isOn, to}) => (
        <button key={says} type="button" aria-pressed={isOn} onClick={() => change(to)} className={chip}>
          {says}
        </button>
      ))}
    </nav>
  )
}

/** What is chosen that no section shows, or that is out of sight; each can be taken away. */
function TakenFilters({search, change}: {search: ActivitySearch; change: ChangeSearch}) {
  const labels = useFacetLabels()
  const isNarrow = useNarrow()
  const taken = [
    ...(search.torrent === undefined
      ? []
      : [{says: text('activity.torrent'), without: {torrent: undefined}}]),
    ...(isNarrow
      ? facetNames.flatMap((name) => {
          const {some, none} = choiceOf(search[name])
          const without = (value: string) => ({
            [name]: writtenChoice({
              some: some.filter((it) => it !== value),
              none: none.filter((it) => it !== value),
            }),
          })
          return [
            ...some.map((value) => ({says: labels[name](value), without: without(value)})),
            ...none.map((value) => ({says: `− ${labels[name](value)}`, without: without(value)})),
          ]
        })
      : []),
  ]
  if (taken.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2 px-3 pb-2">
      {taken.map(({says, without}) => (
        <button
          key={says}
          type="button"
          aria-label={text('activity.clear-one', {what: says})}
          onClick={() => change(without)}
          className="inline-flex h-8 max-w-full items-center gap-1.5 rounded-m bg-accent-soft px-2.5 font-medium hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11"
        >
          <span className="truncate">{says}</span>
          <Icon icon={X} size={14} />
        </button>
      ))}
    </div>
  )
}

function ExportButton({wish}: {wish: ActivityWish}) {
  const [isBusy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      saveFile(await exportedActivity(wish), 'commodarr-activity.csv')
    } catch (error) {
      toast({tone: 'bad', text: `${text('activity.export.failed')}: ${wordsOf(error)}`})
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      variant="ghost"
      icon={Copy}
      className="max-phone:hidden"
      waitsFor={isBusy ? text('activity.exporting') : undefined}
      onClick={() => void run()}
    >
      {text('activity.export')}
    </Button>
  )
}

/** The address follows what is typed, and is followed where somebody else wrote it: a link, the way back. */
function FindField({typed, onTyped}: {typed: string; onTyped: (typed: string) => void}) {
  const field = useRef<HTMLInputElement>(null)
  const [shown, setShown] = useState(typed)
  const [sent, setSent] = useState(typed)
  const [known, setKnown] = useState(typed)
  const asked = useAsked(shown, ['activity', 'newest'])
  useCommands([
    {
      id: 'activity.find',
      group: 'find',
      label: 'activity.find.focus',
      icon: Search,
      keys: ['/'],
      run: () => field.current?.focus(),
    },
  ])
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
      ref={field}
      type="search"
      icon={Search}
      aria-label={text('activity.find')}
      placeholder={text('activity.find')}
      className="min-w-40 flex-1 basis-40"
      value={shown}
      onChange={(event) => setShown(event.target.value)}
    />
  )
}
