import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useNavigate, useSearch} from '@tanstack/react-router'
import {useEffect, useMemo, useRef, useState} from 'react'
import {arrsQuery, type Arr} from '../../../api/arrs.ts'
import {libraryCountsQuery, libraryPageQuery, type Library, type LibraryWish} from '../../../api/library.ts'
import {text} from '../../../i18n/text.ts'
import {Awaited, type Reading} from '../../../ui/Awaited.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {count} from '../../../ui/format.ts'
import {Note} from '../../../ui/Note.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {useNarrow} from '../../../ui/use-media.ts'
import {ListSearchBox} from '../ListSearchBox.tsx'
import {NoArrs} from '../NoArrs.tsx'
import {TitlePanel} from './TitlePanel.tsx'
import {titlesSearch} from './titles-search-of.ts'
import type {TitlesSearch} from './titles-search.ts'
import {kindOf, kinds, openItem, queryOf, showOf, shows, sortOf, sorts, type Show} from './titles-wish.ts'
import {TitlesList} from './TitlesList.tsx'

/** `/library/titles`: what the libraries of all Arrs hold, and what they lack. */
export function TitlesPage() {
  useTitle(text('arr.tabs.titles'), text('nav.library'))
  const reading = useQuery(arrsQuery)
  const {data: arrs} = reading
  return (
    <main id="page" tabIndex={-1} className="relative h-full min-h-0 bg-surface">
      {arrs && arrs.length > 0 ? (
        <Titles arrs={arrs} />
      ) : (
        <div className="px-5.5 py-4 max-phone:px-3.5">
          <h1 className="mb-3 text-20/tight font-bold">{text('arr.tabs.titles')}</h1>
          <Awaited reading={reading} what={text('nav.arrs')}>
            <SkeletonLines />
          </Awaited>
          {arrs && <NoArrs />}
        </div>
      )}
    </main>
  )
}

type ChangeTitles = (change: {readonly [K in keyof TitlesSearch]: string | undefined}) => void

function useTitlesSearch(): readonly [TitlesSearch, ChangeTitles] {
  const search = useSearch({from: '/inside/library/titles'})
  const navigate = useNavigate()
  const change: ChangeTitles = (some) => {
    const all = Object.entries({...search, ...some}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    void navigate({to: '/library/titles', search: Object.fromEntries(all), replace: true})
  }
  return [search, change]
}

function Titles({arrs}: {arrs: readonly Arr[]}) {
  const [search, change] = useTitlesSearch()
  const wish: LibraryWish = useMemo(() => ({q: queryOf(search, true), sort: sortOf(search)}), [search])
  const first = useQuery({...libraryPageQuery(wish, 0), placeholderData: keepPreviousData})
  const {data} = first
  const open = openItem(search)
  const isFiltered = [search.q, search.arr, search.kind, search.show].some((it) => it !== undefined)
  useFocusBack(search.item)
  const isCovered = useNarrow() && open !== null
  return (
    <div className="flex h-full min-h-0">
      <div inert={isCovered} className="grid h-full min-h-0 min-w-0 flex-1 grid-rows-[auto_minmax(0,1fr)]">
        <TitlesHead arrs={arrs} reading={first} search={search} change={change} />
        {data && data.total > 0 ? (
          <TitlesList
            key={`${wish.q}\n${wish.sort}\n${search.view ?? ''}`}
            wish={wish}
            total={data.total}
            search={search}
            isPosters={search.view === 'posters'}
          />
        ) : (
          <div className="px-5.5 py-4 max-phone:px-3.5">
            <Awaited reading={first} what={text('arr.tabs.titles')}>
              <SkeletonLines />
            </Awaited>
            {data && <Nothing isFiltered={isFiltered} onClear={() => change(nothingSought)} />}
          </div>
        )}
      </div>
      {open && <TitlePanel key={search.item} address={open} arrs={arrs} search={search} />}
    </div>
  )
}

/** Who closes a title is where it was opened. */
function useFocusBack(item: string | undefined): void {
  const last = useRef(item)
  useEffect(() => {
    if (item === undefined && last.current !== undefined) {
      const row = document.querySelector<HTMLElement>(`[data-item="${CSS.escape(last.current)}"]`)
      row?.focus({preventScroll: true})
    }
    last.current = item
  }, [item])
}

const nothingSought = {q: undefined, arr: undefined, kind: undefined, show: undefined} as const

function Nothing({isFiltered, onClear}: {isFiltered: boolean; onClear: () => void}) {
  if (!isFiltered) return <EmptyState title={text('titles.empty')} text={text('titles.empty.more')} />
  return (
    <p className="flex flex-wrap gap-x-3 text-text-2">
      {text('titles.no-matches')}
      <TextButton onClick={onClear}>{text('titles.clear')}</TextButton>
    </p>
  )
}

/** No Arr and no kind has this name; the empty one would select none of them. */
const EVERY = '*'

/** It takes no line of its own. */
const choice = 'w-44! max-phone:w-auto! max-phone:min-w-30 max-phone:flex-1'

function TitlesHead({
  arrs,
  reading,
  search,
  change,
}: {
  arrs: readonly Arr[]
  reading: Reading & {readonly data: Library | undefined}
  search: TitlesSearch
  change: ChangeTitles
}) {
  const {data} = reading
  const box = useSearchOf(arrs, data)
  const pick = (value: string) => (value === EVERY ? undefined : value)
  return (
    <div className="grid gap-2.5 border-b border-line-strong px-5.5 py-3 max-phone:px-3.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('arr.tabs.titles')}</h1>
        {data && (
          <p className="text-text-2">
            {text('titles.lead', {
              count: data.total,
              shown: count(data.total),
              arrs: text('titles.arrs', {count: data.arrs.length}),
            })}
          </p>
        )}
      </div>
      {data && data.total > 0 && <Awaited reading={reading} what={text('arr.tabs.titles')} />}
      {data?.arrs.map(
        ({arr_id: id, name, doubtful}) =>
          doubtful && (
            <Note key={id} tone={doubtful === 'unread' ? 'info' : 'warn'}>
              {text(`titles.${doubtful}`, {name})}
            </Note>
          ),
      )}
      <div className="flex flex-wrap items-center gap-2">
        <ListSearchBox
          name="titles"
          label="titles.find"
          q={search.q ?? ''}
          search={box}
          found={data?.total ?? 0}
          className="w-90"
          onChange={(q) => change({q: q === '' ? undefined : q})}
        />
        {arrs.length > 1 && (
          <Select
            label={text('titles.arr')}
            className={choice}
            value={search.arr ?? EVERY}
            onChange={(arr) => change({arr: pick(arr)})}
            options={[
              {value: EVERY, label: text('titles.arr.all')},
              ...arrs.map(({id, name}) => ({value: id, label: name})),
            ]}
          />
        )}
        <Select
          label={text('titles.kind')}
          className={choice}
          value={kindOf(search) ?? EVERY}
          onChange={(kind) => change({kind: pick(kind)})}
          options={[
            {value: EVERY, label: text('titles.kind.all')},
            ...kinds.map((kind) => ({value: kind, label: text(`titles.kind.${kind}`)})),
          ]}
        />
        <Select
          label={text('titles.sort')}
          className={choice}
          value={sortOf(search)}
          onChange={(sort) => change({sort: sort === 'title' ? undefined : sort})}
          options={sorts.map((sort) => ({value: sort, label: text(`titles.sort.${sort}`)}))}
        />
        <Segmented
          label={text('titles.view')}
          value={search.view === 'posters' ? 'posters' : 'list'}
          onChange={(view) => change({view: view === 'list' ? undefined : view})}
          options={[
            {value: 'list', label: text('titles.view.list')},
            {value: 'posters', label: text('titles.view.posters')},
          ]}
        />
      </div>
      <StateFilter listed={data} search={search} change={change} />
    </div>
  )
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Tags and qualities that were seen so far are offered. */
function useSearchOf(arrs: readonly Arr[], data: Library | undefined) {
  const [seen, setSeen] = useState<{
    data: Library | undefined
    tags: readonly string[]
    qualities: readonly string[]
  }>({data: undefined, tags: [], qualities: []})
  if (data !== seen.data) {
    const items = data?.items ?? []
    const more = (known: readonly string[], found: readonly string[]) => {
      const all = [...new Set([...known, ...found])].filter((it) => it !== '')
      return all.length === known.length ? known : all.toSorted()
    }
    setSeen({
      data,
      tags: more(
        seen.tags,
        items.flatMap(({tags}) => tags),
      ),
      qualities: more(
        seen.qualities,
        items.map(({quality}) => quality),
      ),
    })
  }
  const {tags, qualities} = seen
  return useMemo(() => titlesSearch(arrs, tags, qualities, timeZone), [arrs, tags, qualities])
}

/** How many there are of each state, whichever of them is shown. */
function StateFilter({
  listed,
  search,
  change,
}: {
  /** What the list shows; `undefined` = nothing is known yet. */
  listed: Library | undefined
  search: TitlesSearch
  change: ChangeTitles
}) {
  const shown = showOf(search) ?? null
  const counted = useQuery({
    ...libraryCountsQuery(queryOf(search, false)),
    placeholderData: keepPreviousData,
    enabled: shown !== null,
  })
  const data = shown === null ? listed : counted.data
  const countOf = (show: Show | null) => (show === null ? data?.total : data?.counts[show])
  // What there is none of is not in the way, unless it is chosen.
  const all = [null, ...shows].filter((it) => it === null || it === shown || (countOf(it) ?? 0) > 0)
  return (
    <fieldset
      aria-label={text('titles.filter')}
      className="-my-1 flex gap-1.5 overflow-x-auto p-1 [scrollbar-width:none]"
    >
      {all.map((it) => (
        <button
          key={it}
          type="button"
          aria-pressed={it === shown}
          onClick={() => change({show: it ?? undefined})}
          className="flex h-7 shrink-0 items-center gap-1.5 rounded-full border border-line-strong px-2.5 text-12 whitespace-nowrap text-text-2 hover:bg-hover focus-visible:shadow-focus aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-text max-phone:h-9 pointer-coarse:h-11"
        >
          {text(it === null ? 'titles.all' : `titles.state.${it}`)}
          <span className="num text-text-2">{data ? count(countOf(it) ?? 0) : ''}</span>
        </button>
      ))}
    </fieldset>
  )
}
