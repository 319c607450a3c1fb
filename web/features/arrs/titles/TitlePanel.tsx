import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {Search, X} from 'lucide-react'
import {useEffect, useRef, type ReactNode} from 'react'
import {actOnArr, type Arr, type ArrAction} from '../../../api/arrs.ts'
import {libraryItemQuery, type LibraryItem} from '../../../api/library.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {buttonClass} from '../../../ui/button-class.ts'
import {Button} from '../../../ui/Button.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {bytes, count, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Poster} from '../../../ui/Poster.tsx'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {ReleasesButton} from '../releases/ReleasesButton.tsx'
import {looks, posterOf, scoreWords, stateWords, titleWords} from './title-words.ts'
import type {TitlesSearch} from './titles-search.ts'
import type {ItemAddress} from './titles-wish.ts'

/** One title beside the list, or over it where there is no room: its file, its quality and score, and what is in it. */
export function TitlePanel({
  address,
  arrs,
  search,
}: {
  address: ItemAddress
  arrs: readonly Arr[]
  search: TitlesSearch
}) {
  const reading = useQuery(libraryItemQuery(address))
  const panel = useRef<HTMLElement>(null)
  const navigate = useNavigate()
  const {item: _, ...others} = search
  useEffect(() => panel.current?.focus({preventScroll: true}), [])
  const close = () => void navigate({to: '/library/titles', search: others})
  const {data} = reading
  const arr = arrs.find(({id}) => id === address.arr)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it.
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={data ? titleWords(data.item) : text('titles.item')}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) close()
      }}
      className="w-90 shrink-0 overflow-y-auto border-l border-line-strong bg-surface p-4 outline-none max-desk:absolute max-desk:inset-0 max-desk:z-2 max-desk:w-auto max-desk:border-0"
    >
      <div className="mb-1 flex justify-end">
        <IconButton label={text('titles.close')} icon={X} keys="Esc" onClick={close} />
      </div>
      <Awaited reading={reading} what={text('titles.item')}>
        <SkeletonLines />
      </Awaited>
      {data && (
        <>
          <Lead item={data.item} arr={arr} />
          <Facts item={data.item} />
          <Below items={data.below} of={data.item} arr={arr} />
        </>
      )}
    </aside>
  )
}

function Lead({item, arr}: {item: LibraryItem; arr: Arr | undefined}) {
  const {icon, ink} = looks[item.state]
  const media = searched(item)
  const search = useMutation({
    mutationFn: (it: Searched) => actOnArr(item.arr_id, {action: 'search', items: [it]}),
    onSuccess: () => toast({tone: 'good', text: text('titles.asked', {name: item.arr})}),
    onError: (error) => toast({tone: 'bad', text: error.message}),
  })
  return (
    <div className="grid grid-cols-[56px_minmax(0,1fr)] gap-x-3.5">
      <Poster size="large" src={posterOf(item)} title={item.title} />
      <div className="min-w-0">
        <h2 className="text-16/tight font-bold text-balance wrap-anywhere">{titleWords(item)}</h2>
        <p className="mt-1 flex items-center gap-1.5 text-text-2">
          <Icon icon={icon} size={14} className={ink} />
          {stateWords(item)}
        </p>
        <div className="mt-2.5 flex flex-wrap gap-2">
          {media && arr && arr.access !== 'view' && (
            <Button
              icon={Search}
              waitsFor={search.isPending ? text('titles.asked', {name: item.arr}) : undefined}
              onClick={() => search.mutate(media)}
            >
              {text('titles.search')}
            </Button>
          )}
          {media && <ReleasesButton arr={arr} unit={`${item.kind}/${item.id}`} title={titleWords(item)} />}
          {media && <WhyLink arrId={item.arr_id} id={item.id} className={buttonClass('default')} />}
        </div>
      </div>
    </div>
  )
}

type Searched = Extract<ArrAction, {action: 'search'}>['items'][number]

/** What one search is for; `null` = it is more than one thing. */
function searched({kind, id, parent_id: parent}: LibraryItem): Searched | null {
  if (kind === 'movie' || kind === 'episode' || kind === 'album' || kind === 'book')
    return {kind, id, parent_id: parent}
  return null
}

function WhyLink({arrId, id, className}: {arrId: string; id: number; className: string}) {
  return (
    <Link to="/library/arrs/$id/items/$item" params={{id: arrId, item: String(id)}} className={className}>
      {text('titles.why')}
    </Link>
  )
}

function Facts({item}: {item: LibraryItem}) {
  const now = useNow(10_000)
  const moment = (at: number | null) => (at === null ? null : exactTime(at, now))
  const quality =
    item.cutoff === 'unmet' ? text('titles.quality.unmet', {quality: item.quality}) : item.quality
  const facts: readonly (readonly [id: FactName, value: ReactNode])[] = [
    ['arr', item.arr],
    ['files', item.due > 1 ? text('titles.files', {have: count(item.have), due: count(item.due)}) : null],
    ['size', item.size > 0 ? written(bytes(item.size)) : null],
    ['quality', item.quality === '' ? null : quality],
    ['score', scoreWords(item)],
    ['profile', item.profile],
    ['tags', item.tags.length > 0 ? item.tags.join(', ') : null],
    ['released', moment(item.available_at)],
    ['added', moment(item.added_at)],
    ['searched', moment(item.searched_at)],
    ['read', moment(item.read_at)],
  ]
  const entries = facts.flatMap(([id, value]) =>
    value === null ? [] : [{id, term: text(`titles.fact.${id}`), value}],
  )
  return <DefinitionList entries={entries} className="mt-4" />
}

type FactName =
  | 'arr'
  | 'files'
  | 'size'
  | 'quality'
  | 'score'
  | 'profile'
  | 'tags'
  | 'released'
  | 'added'
  | 'searched'
  | 'read'

/** Seasons with their episodes, newest first; albums, books. */
function Below({items, of, arr}: {items: readonly LibraryItem[]; of: LibraryItem; arr: Arr | undefined}) {
  if (items.length === 0) return null
  const episodes = Map.groupBy(
    items.filter(({kind}) => kind === 'episode'),
    ({season}) => season,
  )
  const tops = items.filter(({kind}) => kind !== 'episode')
  return (
    <section className="mt-5">
      <h3 className="mb-1 text-11 font-bold text-text-3">{text('titles.below')}</h3>
      <ul className="grid">
        {tops.toReversed().map((it) => (
          <li key={`${it.kind} ${it.id}`}>
            <div className="flex items-center gap-1">
              <div className="min-w-0 flex-1">
                <BelowLine item={it} name={nameOf(it)} />
              </div>
              {it.kind === 'season' && (
                <ReleasesButton
                  isSmall
                  arr={arr}
                  unit={`season/${it.parent_id}/${it.season}`}
                  title={`${of.title}, ${nameOf(it)}`}
                />
              )}
            </div>
            {it.kind === 'season' && episodes.has(it.season) && (
              <ul className="ml-3 border-l border-line pl-2">
                {episodes.get(it.season)!.map((episode) => (
                  <li key={episode.id}>
                    <BelowLine item={episode} name={nameOf(episode)} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {of.kind === 'series' && <p className="mt-2 text-12 text-text-3">{text('titles.episodes')}</p>}
    </section>
  )
}

function nameOf(item: LibraryItem): string {
  if (item.kind === 'season')
    return item.season === 0
      ? text('titles.specials')
      : text('titles.season', {number: count(item.season ?? 0)})
  if (item.kind === 'episode') return `${item.number ?? ''} ${item.title}`.trim()
  return titleWords(item)
}

function BelowLine({item, name}: {item: LibraryItem; name: string}) {
  const {icon, ink} = looks[item.state]
  const words = (
    <>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      <span className="flex shrink-0 items-center gap-1.5 text-12 text-text-2">
        <Icon icon={icon} size={14} className={ink} />
        {stateWords(item)}
      </span>
    </>
  )
  const line = 'flex min-h-8 items-center gap-2 rounded-s pointer-coarse:min-h-11'
  if (searched(item) === null) return <span className={line}>{words}</span>
  return (
    <Link
      to="/library/arrs/$id/items/$item"
      params={{id: item.arr_id, item: String(item.id)}}
      className={`${line} hover:bg-hover focus-visible:shadow-focus`}
    >
      {words}
    </Link>
  )
}
