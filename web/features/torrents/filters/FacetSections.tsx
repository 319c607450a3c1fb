import {useVirtualizer} from '@tanstack/react-virtual'
import {Search} from 'lucide-react'
import {useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject} from 'react'
import {choiceIn, type ChoiceMode} from '#search-query/choices.ts'
import {termsOf} from '#search-query/terms.ts'
import {usePreference} from '../../../api/preferences.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {hostTitle, useTrackerNames} from '../../../api/tracker-names.ts'
import {useServers} from '../../../live/servers.ts'
import type {LiveView} from '../../../live/view.ts'
import {ago, written} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {joined} from '../../../ui/joined.ts'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {useCoarsePointer, usePhone} from '../../../ui/use-media.ts'
import {isOnline} from '../../servers/health-words.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {StorageSection} from '../views/StorageSection.tsx'
import {ViewsSection} from '../views/ViewsSection.tsx'
import {
  clicked,
  facetValues,
  fewOf,
  foldedCounts,
  foundValues,
  inKeptOrder,
  shownMode,
  turned,
  facetKinds,
  type FacetClick,
  type FacetValue,
  type FacetKind,
} from './facet-values.ts'
import {FacetRow} from './FacetRow.tsx'
import {FoldButton, useFolded} from '../FoldButton.tsx'
import {useKnownServers} from './use-query-draft.ts'

/** All that can be chosen by. @param isStill somebody points at it: nothing changes its place */
export function FacetSections({view, isStill}: {view: LiveView; isStill: boolean}) {
  const [{servers, q = ''}] = useTorrentsSearch()
  const usesOr = termsOf(q).some((term) => term.kind === 'joint' && term.joint === 'OR')
  const all = useServers()
  const here = readScope(servers)?.length ?? all?.length ?? 0
  const kinds = facetKinds.filter(({name}) => name !== 'server' || here > 1)
  return (
    <>
      <ViewsSection view={view} />
      <StorageSection />
      {usesOr && <p className="mt-3 px-2 text-12 text-pretty text-text-3">{text('search.uses-or')}</p>}
      <div className={joined('mt-2.5', usesOr && 'opacity-75')}>
        {kinds.map((kind) => (
          <FacetSection key={kind.name} view={view} kind={kind} isStill={isStill} />
        ))}
      </div>
    </>
  )
}

/** From so many on one finds by typing. */
const MANY = 12

/** One group of values: its head folds it, the word in it joins what is chosen. */
function FacetSection({view, kind, isStill}: {view: LiveView; kind: FacetKind; isStill: boolean}) {
  const {values, mode, turn, click} = useFacet(view, kind, isStill)
  const labelOf = useFacetLabels(kind)
  const [isFolded, setFolded] = useFolded(kind.name)
  const [hasSizes] = usePreference('facets.sizes')
  const [isAll, setAll] = useState(false)
  const [typed, setTyped] = useState('')
  const id = useId()
  const name = text(kind.title)
  const few = values && (kind.isByCount ? fewOf(values) : values)
  const shown = values && (isAll || typed !== '' ? foundValues(values, typed, labelOf) : few!)
  const hidden = values && few ? values.length - few.length : 0
  const selected = values?.filter(({standing}) => standing !== 'open').length ?? 0
  return (
    <section aria-labelledby={id} className="mt-3 first:mt-0.5">
      <div className="flex h-[26px] items-center pr-2 text-11 text-text-3 max-phone:h-9 max-phone:text-12 pointer-coarse:h-11">
        <h3 id={id} className="min-w-0 flex-1 font-bold">
          <FoldButton isFolded={isFolded} onFold={setFolded} name={name} selected={isFolded ? selected : 0} />
        </h3>
        {!isFolded && kind.isSeveral && (
          <button
            type="button"
            onClick={turn}
            aria-label={text('facet.mode', {name, mode: text(`facet.${mode}`)})}
            className="relative rounded-s px-1 before:absolute before:-inset-1 hover:text-text focus-visible:shadow-focus"
          >
            {text(`facet.${mode}`)}
          </button>
        )}
      </div>
      {!isFolded && shown === null && <SkeletonLines />}
      {!isFolded && shown && (
        <>
          {isAll && values.length > MANY && <FacetFind name={name} value={typed} onChange={setTyped} />}
          <FacetList
            kind={kind}
            values={shown}
            labelOf={labelOf}
            hasSizes={hasSizes}
            emptyWords={text(typed === '' ? 'facet.empty' : 'facet.nothing')}
            labelledBy={id}
            onClick={click}
          />
          {(hidden > 0 || isAll) && (
            <button
              type="button"
              aria-expanded={isAll}
              onClick={() => {
                setAll(!isAll)
                setTyped('')
              }}
              className="h-[26px] rounded-m px-2 text-12 text-accent-strong hover:underline focus-visible:shadow-focus-in max-phone:h-11 pointer-coarse:h-11"
            >
              {isAll ? text('facet.fewer') : text('facet.more', {more: hidden})}
            </button>
          )}
        </>
      )}
    </section>
  )
}

/** Finds a value of a long section by its letters. */
function FacetFind({
  name,
  value,
  onChange,
}: {
  name: string
  value: string
  onChange: (typed: string) => void
}) {
  return (
    <div className="px-1 py-1">
      <Input
        type="search"
        icon={Search}
        aria-label={text('facet.find', {name})}
        placeholder={text('facet.find.short')}
        value={value}
        onChange={({target}) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return
          event.preventDefault()
          event.stopPropagation()
          onChange('')
        }}
        className="h-7!"
      />
    </div>
  )
}

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** How the values of a section are called. A server that is away says how old its rows are. */
function useFacetLabels(kind: FacetKind): (value: string) => string {
  const servers = useServers()
  const now = useNow(kind.name === 'server' ? SECOND_MS : MINUTE_MS)
  const trackers = useTrackerNames()
  return (value) => {
    if (value === '' && kind.none) return text(kind.none)
    if (kind.name === 'state') return stateLabel(value)
    if (kind.name === 'private') return text(value === 'yes' ? 'facet.private.yes' : 'facet.private.no')
    if (kind.name === 'tracker') return hostTitle(value, trackers)
    if (kind.name !== 'server') return value
    const server = servers?.find(({server_id: id}) => id === value)
    if (!server) return value
    const {server_name: name, last_ok_at: at} = server
    if (isOnline(server) || at === null) return name
    return text('facet.aged', {name, age: written(ago(at, now))})
  }
}

const states: Readonly<Record<string, TextKey>> = {
  downloading: 'state.downloading',
  metadata: 'state.metadata',
  stalled: 'state.stalled',
  queued: 'state.queued',
  seeding: 'state.seeding',
  idle: 'facet.state.idle',
  checking: 'state.checking',
  moving: 'state.moving',
  stopped: 'state.stopped',
  error: 'state.error',
  missing: 'state.missing',
  unknown: 'state.unknown',
}

function stateLabel(value: string): string {
  const key = states[value]
  return key ? text(key) : value
}

interface Facet {
  /** `null` = not counted yet. */
  readonly values: readonly FacetValue[] | null
  readonly mode: ChoiceMode
  readonly turn: () => void
  readonly click: (click: FacetClick) => void
}

/** A section of the side bar: what it lists, and what clicks do to the address. @param isStill the order must stay */
function useFacet(view: LiveView, kind: FacetKind, isStill: boolean): Facet {
  const [{q = '', servers: scope}, change] = useTorrentsSearch()
  const [hideEmpty] = usePreference('facets.hide_empty')
  const [wished, setWished] = useState<ChoiceMode>('any')
  const servers = useKnownServers()
  const mode = shownMode(q, kind, wished)
  const ids = readScope(scope) ?? servers.map(({id}) => id)
  const counts = view.facets[kind.name]
  const choice = choiceIn(q, kind.name, servers)
  const fresh =
    counts &&
    facetValues(foldedCounts(kind.name, counts, ids), choice, {isByCount: kind.isByCount, hideEmpty})
  const go = (next: string) => change({q: next === '' ? undefined : next})
  return {
    values: useCalmOrder(fresh ?? null, isStill),
    mode,
    turn: () => {
      const other = mode === 'any' ? 'all' : 'any'
      setWished(other)
      const next = turned(q, kind, other, servers)
      if (next !== q) go(next)
    },
    click: (click) => go(clicked(q, kind, click, {servers, mode})),
  }
}

/** While somebody points at them, values stand where they stood. */
function useCalmOrder(values: readonly FacetValue[] | null, isStill: boolean): readonly FacetValue[] | null {
  const [kept, setKept] = useState<readonly string[] | null>(null)
  const isThere = values !== null
  useEffect(() => {
    setKept(isStill && isThere ? values.map(({value}) => value) : null)
    // What comes later keeps the order that was there.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isStill, isThere])
  return values && kept ? inKeptOrder(values, kept) : values
}

interface FacetListProps {
  readonly kind: FacetKind
  readonly values: readonly FacetValue[]
  readonly labelOf: (value: string) => string
  readonly hasSizes: boolean
  readonly emptyWords: string
  readonly labelledBy: string
  readonly onClick: (click: FacetClick) => void
}

/** From so many on only those in sight are in the page. */
const VIRTUAL_FROM = 200

/** The values of a section, with one tab stop: arrows go on from it. */
function FacetList({emptyWords, labelledBy, ...list}: FacetListProps) {
  const {values} = list
  const [tabStop, setTabStop] = useState('')
  const stop = values.some(({value}) => value === tabStop) ? tabStop : values[0]?.value
  const box = useRef<HTMLDivElement>(null)
  const arrows = useFacetArrows(box)
  if (values.length === 0) return <p className="px-2 py-1 text-12 text-text-3">{emptyWords}</p>
  const row = (value: FacetValue) => (
    <FacetRow
      key={value.value}
      kind={list.kind}
      value={value}
      label={list.labelOf(value.value)}
      hasSize={list.hasSizes}
      isTabStop={value.value === stop}
      onClick={list.onClick}
      onFocus={setTabStop}
    />
  )
  return (
    // Arrow keys move among the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role
    <div ref={box} role="group" aria-labelledby={labelledBy} onKeyDown={arrows}>
      {values.length > VIRTUAL_FROM ? <LongList values={values} row={row} /> : values.map(row)}
    </div>
  )
}

function LongList({
  values,
  row,
}: {
  values: readonly FacetValue[]
  row: (value: FacetValue) => React.ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const isTall = [usePhone(), useCoarsePointer()].some(Boolean)
  const height = isTall ? 44 : 26
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: values.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  })
  return (
    <div ref={scroller} className="max-h-[40dvh] overflow-y-auto overscroll-contain rounded-m">
      <div className="relative" style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map(({index, start}) => (
          <div key={values[index]!.value} className="absolute inset-x-0" style={{top: start}}>
            {row(values[index]!)}
          </div>
        ))}
      </div>
    </div>
  )
}

/** Up and down, Home and End among the values of a section. */
function useFacetArrows(box: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  return (event) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-facet-value]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const next = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1}[event.key]
    if (at === -1 || next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    all[Math.min(Math.max(next, 0), all.length - 1)]?.focus()
  }
}
