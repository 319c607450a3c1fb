import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useMemo, useState} from 'react'
import {wantedGroups, type WantedGroup} from '#model/searching.ts'
import {arrsQuery, type Arr} from '../../../api/arrs.ts'
import {holdSearches} from '../../../api/searches.ts'
import {usePermission} from '../../../api/session.ts'
import {wantedPageQuery, type Wanted, type WantedWish} from '../../../api/wanted.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited, type Reading} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {count} from '../../../ui/format.ts'
import {Select} from '../../../ui/Select.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {useSending} from '../../../ui/use-sending.ts'
import {NoArrs} from '../NoArrs.tsx'
import {SearchNowDialog} from './SearchNowDialog.tsx'
import type {WantedSearch} from './wanted-search.ts'
import {useWantedSelection, type WantedSelection} from './wanted-selection.ts'
import {turnWords} from './wanted-words.ts'
import {WantedList} from './WantedList.tsx'

/** `/library/wanted`: what Arrs are to be asked to search, in the order of their turns, and why not yet. */
export function WantedPage() {
  useTitle(text('arr.tabs.wanted'), text('nav.library'))
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
  return (
    <main id="page" tabIndex={-1} className="h-full min-h-0 bg-surface">
      {arrs && arrs.length > 0 ? (
        <WantedOfArrs arrs={arrs} />
      ) : (
        <div className="px-5.5 py-4 max-phone:px-3.5">
          <h1 className="mb-3 text-20/tight font-bold">{text('arr.tabs.wanted')}</h1>
          <Awaited reading={reading} what={text('nav.arrs')}>
            <SkeletonLines />
          </Awaited>
          {arrs && <NoArrs />}
        </div>
      )}
    </main>
  )
}

type ChangeWanted = (change: {readonly [K in keyof WantedSearch]: string | undefined}) => void

function WantedOfArrs({arrs}: {arrs: readonly Arr[]}) {
  const search = useSearch({from: '/inside/library/wanted'})
  const navigate = useNavigate()
  const change: ChangeWanted = (some) => {
    const all = Object.entries({...search, ...some}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    void navigate({to: '/library/wanted', search: Object.fromEntries(all), replace: true})
  }
  // What the address names and is not there, or not any more, is as if it were absent.
  const arr = arrs.find(({id}) => id === search.arr)?.id ?? null
  const group = wantedGroups.find((it) => it === search.show) ?? null
  const wish: WantedWish = useMemo(() => ({arr, group}), [arr, group])
  const first = useQuery({...wantedPageQuery(wish, 0), placeholderData: keepPreviousData})
  const {data} = first
  const selection = useWantedSelection()
  return (
    <div className="grid h-full min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <WantedHead arrs={arrs} reading={first} wish={wish} change={change} selection={selection} />
      {data && data.total > 0 ? (
        <WantedList
          key={`${arr} ${group}`}
          wish={wish}
          total={data.total}
          arrs={arrs}
          selection={selection}
        />
      ) : (
        <div className="px-5.5 py-4 max-phone:px-3.5">
          <Awaited reading={first} what={text('arr.tabs.wanted')}>
            <SkeletonLines />
          </Awaited>
          {data && <Nothing isFiltered={arr !== null || group !== null} onClear={() => change(everything)} />}
        </div>
      )}
    </div>
  )
}

const everything = {arr: undefined, show: undefined} as const

function Nothing({isFiltered, onClear}: {isFiltered: boolean; onClear: () => void}) {
  if (!isFiltered) return <EmptyState title={text('wanted.empty')} text={text('wanted.empty.more')} />
  return (
    <p className="flex flex-wrap gap-x-3 text-text-2">
      {text('wanted.none')}
      <TextButton onClick={onClear}>{text('wanted.clear')}</TextButton>
    </p>
  )
}

/** No Arr has this name; the empty one would select none of them. */
const EVERY = '*'

function WantedHead({
  arrs,
  reading,
  wish,
  change,
  selection,
}: {
  arrs: readonly Arr[]
  reading: Reading & {readonly data: Wanted | undefined}
  wish: WantedWish
  change: ChangeWanted
  selection: WantedSelection
}) {
  const {data} = reading
  const mayRule = usePermission('manage')
  const all = data ? Object.values(data.counts).reduce((sum, its) => sum + its, 0) : 0
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2.5 border-b border-line-strong px-5.5 py-3 max-phone:px-3.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('arr.tabs.wanted')}</h1>
        {data && (
          <p className="mr-auto text-text-2">
            {text('wanted.lead', {
              count: all,
              shown: count(all),
              arrs: text('wanted.arrs', {count: data.arrs.length}),
            })}
          </p>
        )}
        {data && data.counts.ready > 0 && arrs.some(({access}) => access !== 'view') && (
          <SearchAll arrs={arrs} wish={wish} ready={data.counts.ready} />
        )}
      </div>
      {selection.units.length > 0 && <SelectionBar selection={selection} />}
      {data && data.total > 0 && <Awaited reading={reading} what={text('arr.tabs.wanted')} />}
      {data && data.arrs.length > 0 && <Turns wanted={data} arrs={arrs} />}
      <div className="flex flex-wrap items-center gap-2">
        <fieldset
          aria-label={text('wanted.filter')}
          className="-my-1 flex max-w-full min-w-0 gap-1.5 overflow-x-auto p-1 [scrollbar-width:none]"
        >
          {([null, ...wantedGroups] as const).map((it) => (
            <GroupButton
              key={it}
              group={it}
              isShown={it === wish.group}
              amount={data && (it === null ? all : data.counts[it])}
              onClick={() => change({show: it ?? undefined})}
            />
          ))}
        </fieldset>
        {arrs.length > 1 && (
          <Select
            label={text('wanted.arr')}
            className="w-44! max-phone:w-full!"
            value={wish.arr ?? EVERY}
            onChange={(arr) => change({arr: arr === EVERY ? undefined : arr})}
            options={[
              {value: EVERY, label: text('wanted.arr.all')},
              ...arrs.map(({id, name}) => ({value: id, label: name})),
            ]}
          />
        )}
        {mayRule && (
          <Link
            to="/rules"
            search={{new: true, wanted: wish.group ?? 'all', ...(wish.arr !== null && {arr: wish.arr})}}
            className={`${textLinkClass} ml-auto inline-flex min-h-6 items-center`}
          >
            {text('wanted.rule.new')}
          </Link>
        )}
      </div>
    </div>
  )
}

/** All that is ready, of the Arr that is shown or of all; what it costs is said first. */
function SearchAll({arrs, wish, ready}: {arrs: readonly Arr[]; wish: WantedWish; ready: number}) {
  const [isOpen, setOpen] = useState(false)
  const shown = arrs.find(({id}) => id === wish.arr)
  if (shown?.access === 'view') return null
  return (
    <>
      <Button icon={Search} onClick={() => setOpen(true)}>
        {text('wanted.search.all', {count: ready, shown: count(ready)})}
      </Button>
      {isOpen && (
        <SearchNowDialog
          order={{all: true, ...(wish.arr !== null && {arrs: [wish.arr]})}}
          onClose={() => setOpen(false)}
          onDone={() => undefined}
        />
      )}
    </>
  )
}

/** What can be done with what is selected. */
function SelectionBar({selection}: {selection: WantedSelection}) {
  const [isOpen, setOpen] = useState(false)
  const {send, isBusy} = useSending()
  const {units} = selection
  const hold = async (is: boolean) => {
    const isDone = await send(() => holdSearches(units, is))
    if (!isDone) return toast({tone: 'bad', text: text('wanted.unchanged')})
    const done = {count: units.length, shown: count(units.length)}
    toast({tone: 'good', text: is ? text('wanted.held', done) : text('wanted.released', done)})
    selection.clear()
  }
  const waitsFor = isBusy ? text('account.saving') : undefined
  return (
    <fieldset aria-label={text('wanted.selection')} className="flex flex-wrap items-center gap-2">
      <span className="num font-medium">
        {text('wanted.selected', {count: units.length, shown: count(units.length)})}
      </span>
      <Button icon={Search} onClick={() => setOpen(true)}>
        {text('wanted.search.selected')}
      </Button>
      <Button waitsFor={waitsFor} onClick={() => void hold(true)}>
        {text('wanted.hold-back')}
      </Button>
      <Button waitsFor={waitsFor} onClick={() => void hold(false)}>
        {text('wanted.release')}
      </Button>
      <TextButton onClick={() => selection.clear()}>{text('wanted.deselect')}</TextButton>
      {isOpen && (
        <SearchNowDialog
          order={{items: [...units]}}
          onClose={() => setOpen(false)}
          onDone={() => selection.clear()}
        />
      )}
    </fieldset>
  )
}

function GroupButton({
  group,
  isShown,
  amount,
  onClick,
}: {
  group: WantedGroup | null
  isShown: boolean
  amount: number | undefined
  onClick: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={isShown}
      onClick={onClick}
      className="flex h-7 shrink-0 items-center gap-1.5 rounded-full border border-line-strong px-2.5 text-12 whitespace-nowrap text-text-2 hover:bg-hover focus-visible:shadow-focus aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-text max-phone:h-9 pointer-coarse:h-11"
    >
      {text(`wanted.group.${group ?? 'all'}`)}
      <span className="num text-text-2">{amount === undefined ? '' : count(amount)}</span>
    </button>
  )
}

/** Of each Arr whether its searches go on, and what holds them up. */
function Turns({wanted, arrs}: {wanted: Wanted; arrs: readonly Arr[]}) {
  const now = useNow(10_000)
  return (
    <ul aria-label={text('wanted.states')} className="flex flex-wrap gap-x-5 gap-y-1 text-12 text-text-2">
      {wanted.arrs.map(({arr_id: id, pause, until}) => {
        return (
          <li key={id}>
            <span className="font-medium text-text">{arrs.find((it) => it.id === id)?.name ?? id}</span>{' '}
            {turnWords({pause, until}, now)}
          </li>
        )
      })}
    </ul>
  )
}
